// How programs in MicroPython are interrupted.
//
// Code that computes: the module that is served calls `pulse` every so many jumps
// of its virtual machine (xtask/src/dist/pulse.rs). Code that sleeps asks for the
// time over and over, by an import that stands in between. Code that awaits
// continues by a promise, which is broken: KeyboardInterrupt is thrown at the
// `await`, and what comes of the promise later meets nobody.
//
// An interpreter of the author's choice has no pulse: what computes there is
// only ended with its worker.

/** Jumps between two pulses: some microseconds of a tight loop. */
const JUMPS = 64;

export class Pulse {
  #signal;
  /** @type {any} */
  #exports;
  /** What ends an await: how, and whether asyncio waits as well. @type {{ reject(error: any): void, isAsyncio: boolean } | undefined} */
  #await;
  /** The function that the program's end calls, by which its awaits are known. @type {Function | undefined} */
  #end;
  #isStarting = false;
  /** The promises by which asyncio continues the top level. */
  #asyncio = new WeakSet();
  /** Makes asyncio's queues forget the top level. */
  forget = () => {};
  /** Python's class. @type {any} */
  KeyboardInterrupt;

  /** @param {import('./signal.js').Signal} signal */
  constructor(signal) {
    this.#signal = signal;
  }

  /** What the module imports. @param {any} imports @returns {any} */
  imports = (imports) => {
    const { mp_js_ticks_ms: ticks, js_then_continue: continued, create_promise: create } = imports.env;
    const env = {
      ...imports.env,
      mp_js_ticks_ms: () => {
        if (this.#signal.raised()) this.#raise();
        return ticks();
      },
      create_promise: (/** @type {number} */ set, /** @type {number} */ out) => {
        create(set, out);
        this.#asyncio.add(this.#object(out));
      },
      js_then_continue: (/** @type {number} */ ref, /** @type {number} */ resume, /** @type {number} */ resolve, /** @type {any[]} */ ...rest) => {
        const { proxy_js_ref: objects } = /** @type {any} */ (globalThis);
        const promise = objects[ref];
        objects[ref] = this.#breakable(promise, /** @type {any} */ (this.#object(resolve)));
        continued(ref, resume, resolve, ...rest);
        objects[ref] = promise;
      },
    };
    return { ...imports, env, 'py-editor': { pulse: this.#pulse } };
  };

  /** The module is there. @param {WebAssembly.Instance} instance */
  started = (instance) => void (this.#exports = instance.exports);

  /** A program begins; the next await is its own. */
  begin() {
    this.#isStarting = true;
    this.#end = this.#await = undefined;
  }

  /** Ends the program where it awaits. */
  interrupt() {
    const broken = this.#await;
    if (!broken) return;
    this.#await = undefined;
    if (broken.isAsyncio) this.forget();
    broken.reject(this.KeyboardInterrupt);
  }

  #pulse = () => {
    if (this.#signal.raised()) this.#exports.mp_sched_keyboard_interrupt();
    return JUMPS;
  };

  /** From inside a call of C: nothing is pending afterwards. */
  #raise() {
    this.#exports.mp_sched_keyboard_interrupt();
    this.#exports.py_editor_check?.(1);
  }

  /** @param {number} value where MicroPython has put an object of JavaScript's @returns {object} */
  #object(value) {
    const id = new DataView(this.#exports.memory.buffer).getInt32(value + 4, true);
    return /** @type {any} */ (globalThis).proxy_js_ref[id];
  }

  /**
   * @param {Promise<any>} promise @param {Function} end of the coroutine that awaits it
   * @returns {Promise<any>}
   */
  #breakable(promise, end) {
    if (this.#isStarting) this.#end = end;
    this.#isStarting = false;
    if (end !== this.#end) return promise;
    return new Promise((resolve, reject) => {
      const own = { reject, isAsyncio: this.#asyncio.has(promise) };
      this.#await = own;
      const over = (/** @type {(value: any) => void} */ settle) => (/** @type {any} */ value) => {
        if (this.#await === own) this.#await = undefined;
        settle(value);
      };
      promise.then(over(resolve), over(reject));
    });
  }
}
