// What programs write, on its way to the page: in order, at once, but not in
// more messages than a page can take.
//
// A worker whose code never yields sends nothing that it did not send before,
// so there is no "later": text is posted in the call that writes it, as long as
// fewer than POSTS messages went out in the current window (FLOOD_POSTS after a
// window that was used up). A flood beyond that is put together, and the rest
// goes with the next write after the window, with `tick` (which interpreters
// call while code runs), with a timer when the code waits, or at the end of the
// run: whichever is first.
//
// Not here: what becomes of the text.

/** About one frame; what is posted within it is painted together anyway. */
const WINDOW_MS = 16;
/** Messages a window. A program that prints a line at a time stays far below. */
const POSTS = 64;
/** Messages a window in the middle of a flood: a message costs more than the text in it. */
const FLOOD_POSTS = 8;

// Those of the worker, not the program's (alive.js counts its).
const { setTimeout: later, clearTimeout: never } = globalThis;

/** @typedef {'Out' | 'Err'} Stream */
/** @typedef {{ stream: Stream, text: string }} Chunk */

export class Output {
  /** @type {(chunks: Chunk[]) => void} */
  #post;
  /** @type {Chunk[]} */
  #pending = [];
  #windowStart = 0;
  #posts = 0;
  #budget = POSTS;
  /** @type {any} */
  #timer = 0;
  /** Called when text is first held back: see to it that `tick` is called. */
  onHeld = () => {};
  /** One a stream: a character may come in two writes. */
  #decoders = { Out: new TextDecoder(), Err: new TextDecoder() };

  /** @param {(chunks: Chunk[]) => void} post */
  constructor(post) {
    this.#post = post;
  }

  /** @param {Stream} stream @param {ArrayBufferView} bytes read before this returns */
  write(stream, bytes) {
    this.add(stream, this.#decoders[stream].decode(bytes, { stream: true }));
  }

  /** @param {Stream} stream @param {string} text */
  add(stream, text) {
    if (!text) return;
    const last = this.#pending.at(-1);
    if (last?.stream === stream) last.text += text;
    else this.#pending.push({ stream, text });
    this.tick();
  }

  /**
   * Posts what waits, if it may by now. Cheap when nothing waits.
   * @returns {boolean} whether text is still held back
   */
  tick() {
    if (this.#pending.length === 0) return false;
    const now = performance.now();
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = now;
      this.#budget = this.#posts < this.#budget ? POSTS : FLOOD_POSTS;
      this.#posts = 0;
    }
    if (this.#posts < this.#budget) {
      this.flush();
    } else if (!this.#timer) {
      this.#timer = later(() => this.flush(), WINDOW_MS);
      this.onHeld();
    }
    return this.#pending.length > 0;
  }

  /** The end of a run: nothing may be left for the next one, not even half a character. */
  end() {
    this.add('Out', this.#decoders.Out.decode());
    this.add('Err', this.#decoders.Err.decode());
    this.flush();
  }

  /** Posts what waits, now. */
  flush() {
    never(this.#timer);
    this.#timer = 0;
    if (this.#pending.length === 0) return;
    this.#posts += 1;
    this.#post(this.#pending);
    this.#pending = [];
  }
}
