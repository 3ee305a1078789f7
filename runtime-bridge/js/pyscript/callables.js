// Functions of Python in the hands of the page: one JavaScript function for each
// Python function, as long as the page holds it. So a listener can be removed
// with the function it was added with, and nothing stays when the page lets go.
//
// Not here: how a Python function is called or kept (values-*.js).

/**
 * @typedef {import('./values.js').Values} Values
 * @typedef {{ number: number, release(): void }} Kept
 */

export class Callables {
  #values;
  #report;
  /** By the number that Python gave. @type {Map<number, Function>} */
  #functions = new Map();
  /** @type {WeakMap<Function, Kept>} */
  #kept = new WeakMap();
  /** Set once there is a page. @type {(value: any) => any} */
  receive = (value) => value;
  /** Called when the page takes or lets go of one. */
  changed = () => {};

  /** @param {Values} values @param {(error: any) => void} report tells an error that nobody waits for */
  constructor(values, report) {
    this.#values = values;
    this.#report = report;
  }

  /** How many the page holds. */
  get size() {
    return this.#functions.size;
  }

  /** Whether a function stands for one of Python's. @param {Function} fn */
  has(fn) {
    return this.#kept.has(fn);
  }

  /** The function that stands for a Python function. @param {any} callable */
  of(callable) {
    const number = this.#values.identify(callable);
    const known = this.#functions.get(number);
    if (known) return known;
    const { call, release } = this.#values.keep(callable);
    const fn = async (/** @type {any[]} */ ...args) => {
      try {
        return await this.#values.result(call(...args.map((arg) => this.receive(arg))));
      } catch (/** @type {any} */ error) {
        this.#report(error);
        // A plain one: others may not be cloned.
        throw new Error(String(error?.message ?? error));
      }
    };
    this.#functions.set(number, fn);
    this.changed();
    this.#kept.set(fn, { number, release });
    return fn;
  }

  /** The page has let go of a function. @param {Function} fn */
  release(fn) {
    const kept = this.#kept.get(fn);
    if (!kept) return;
    this.#functions.delete(kept.number);
    this.#kept.delete(fn);
    this.#values.forget(kept.number);
    kept.release();
    this.changed();
  }
}
