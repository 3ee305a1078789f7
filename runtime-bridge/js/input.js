// Standard input as a file that an interpreter reads: each line is asked for
// when somebody reads it.
//
// Not here: how the page is asked (ask.js).

/** Emscripten's number for a call that a signal interrupted. */
const EINTR = 27;

export class Input {
  #ask;
  #FS;
  #interrupt;
  /** Bytes of the line that are not read yet. */
  #rest = new Uint8Array();
  /** Whether somebody has read since the last program, and may have kept more than it gave away. */
  #wasRead = false;
  /** Whether there is nothing any more, for now. */
  #isOver = false;

  /**
   * @param {import('./ask.js').Ask} ask
   * @param {any} FS the interpreter's
   * @param {() => void} interrupt has the interpreter raise KeyboardInterrupt at its next look at signals
   */
  constructor(ask, FS, interrupt) {
    this.#ask = ask;
    this.#FS = FS;
    this.#interrupt = interrupt;
  }

  /**
   * Reads as from a terminal: what is left of a line, or another one.
   * @param {ArrayBufferView & { set(from: Uint8Array, at: number): void }} into
   * @param {number} at @param {number} most how many bytes
   * @param {boolean} [hidden] whether what is typed must not be seen
   * @returns {number} how many bytes; 0 is the end of the input
   */
  read(into, at, most, hidden = false) {
    this.#wasRead = true;
    if (this.#isOver) return 0;
    if (this.#rest.length === 0) this.#rest = this.#line(hidden);
    const part = this.#rest.subarray(0, most);
    into.set(part, at);
    this.#rest = this.#rest.subarray(part.length);
    return part.length;
  }

  /**
   * What one run has not read is not for the next one.
   * @param {() => void} [drain] has the interpreter's own files read to an end, if somebody has read them
   */
  forget(drain = () => {}) {
    this.#rest = new Uint8Array();
    if (!this.#wasRead) return;
    this.#isOver = true;
    drain();
    this.#isOver = this.#wasRead = false;
  }

  /** @param {boolean} hidden */
  #line(hidden) {
    const answer = this.#ask(hidden);
    if (answer === 'Interrupted') {
      this.#interrupt();
      throw new this.#FS.ErrnoError(EINTR);
    }
    return answer === 'End' ? new Uint8Array() : new TextEncoder().encode(`${answer.Line}\n`);
  }
}
