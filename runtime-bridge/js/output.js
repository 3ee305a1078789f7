// What programs write, on its way to the page: in order, at once, but not in
// more messages than a page can take.
//
// A worker whose code never yields sends nothing that it did not send before,
// so there is no "later": text is posted in the call that writes it, as long as
// fewer than POSTS messages went out in the current window (FLOOD_POSTS after a
// window that was used up). A flood beyond that is put together, and the rest
// goes with the next write after the window, with `tick` (which interpreters
// call while code runs), with a timer when the code waits, or at the end of the
// run: whichever is first. A page that has too much before it is waited for, in
// the middle of a write (pace.js).
//
// Not here: what becomes of the text.

import { MESSAGE_UNITS, Pace } from './pace.js';

/** About one frame; what is posted within it is painted together anyway. */
const WINDOW_MS = 16;
/** Messages a window. A program that prints a line at a time stays far below. */
const POSTS = 64;
/** Messages a window in the middle of a flood: a message costs more than the text in it. */
const FLOOD_POSTS = 8;
/** What a chunk costs the page beside its text, in UTF-16 units. */
const CHUNK_UNITS = 32;

// Those of the worker, not the program's (alive.js counts its).
const { setTimeout: later, clearTimeout: never } = globalThis;

/** @typedef {'Out' | 'Err'} Stream */
/** @typedef {{ stream: Stream, text: string }} Chunk */

export class Output {
  /** @type {(message: { Output: Chunk[] } | { Display: object }) => void} */
  #post;
  /** @type {Chunk[]} */
  #pending = [];
  /** What `#pending` costs; never much more than a message may. */
  #units = 0;
  #pace = new Pace(WINDOW_MS);
  #windowStart = 0;
  #posts = 0;
  #budget = POSTS;
  /** @type {any} */
  #timer = 0;
  /** Called when text is first held back: see to it that `tick` is called. */
  onHeld = () => {};
  /** One a stream: a character may come in two writes. */
  #decoders = { Out: new TextDecoder(), Err: new TextDecoder() };

  /** @param {(message: { Output: Chunk[] } | { Display: object }) => void} post */
  constructor(post) {
    this.#post = post;
  }

  /** The page counts what it takes. @param {Int32Array} taken */
  paceBy(taken) {
    this.#pace.share(taken);
  }

  /** @param {Stream} stream @param {ArrayBufferView} bytes read before this returns */
  write(stream, bytes) {
    this.add(stream, this.#decoders[stream].decode(bytes, { stream: true }));
  }

  /** @param {Stream} stream @param {string} text */
  add(stream, text) {
    for (let rest = text; rest; ) {
      const part = start(rest, Math.max(MESSAGE_UNITS - this.#units, 1));
      rest = rest.slice(part.length);
      this.#append(stream, part);
      if (this.#units < MESSAGE_UNITS) continue;
      this.#pace.wait();
      this.flush();
    }
    this.tick();
  }

  /**
   * Posts something richer, after all text before it. A page that is behind is waited for.
   * @param {object} result of the protocol's `Display` @param {number} units what it costs the page
   */
  show(result, units) {
    this.flush();
    this.#pace.wait();
    this.#pace.sent(units);
    this.#post({ Display: result });
  }

  /** @param {Stream} stream @param {string} text */
  #append(stream, text) {
    const last = this.#pending.at(-1);
    this.#units += text.length;
    if (last?.stream === stream) return void (last.text += text);
    this.#pending.push({ stream, text });
    this.#units += CHUNK_UNITS;
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
    if (this.#posts < this.#budget && !this.#pace.isBehind()) {
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
    this.#pace.sent(this.#units);
    this.#units = 0;
    this.#post({ Output: this.#pending });
    this.#pending = [];
  }
}

/** Up to so many units of a text, or one more: a character is not cut. @param {string} text @param {number} units */
function start(text, units) {
  const isCut = /[\ud800-\udbff]/.test(text[units - 1] ?? '');
  return text.slice(0, isCut ? units + 1 : units);
}
