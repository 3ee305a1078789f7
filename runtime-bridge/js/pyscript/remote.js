// Objects of the page as Python sees them: reflected-ffi's proxies, with one more
// around each, in which Python values become plain ones before they are sent.
// (reflected-ffi looks into a value before it asks what to make of it, and
// Pyodide's proxy of a dict does not stand that.)
//
// Pyodide asks each object it meets some forty things to learn its kind. Each
// would be a round trip to the page, so they are answered from one (`Kind`).
//
// Not here: what becomes of a Python value.

import { KIND_KEYS, KIND_OF, PAGE_IMPORT } from '../names.js';

/**
 * `asked` counts requests to the page: as long as it stays, nothing was asked since.
 * @typedef {{ plain(value: any): any, isProxy(value: any): boolean, asked(): number, window: any }} Ways
 *
 * What the page says of an object: the type of each of `KIND_KEYS`, and two texts.
 * @typedef {{ types: string[], tag: string, made: string, at: number }} Kind
 */

/** @type {Map<string | symbol, number>} */
const INDEX = new Map(KIND_KEYS.map((key, index) => [key, index]));

export class Remote {
  /** Reflected-ffi's proxy of each of ours. @type {WeakMap<object, any>} */
  #inner = new WeakMap();
  /** Ours for each of reflected-ffi's. @type {WeakMap<object, any>} */
  #outer = new WeakMap();
  /** @type {((object: any) => string) | undefined} */
  #kindOf;
  #isSetUp = false;
  #ways;

  /** @param {Ways} ways */
  constructor(ways) {
    this.#ways = ways;
  }

  /** A value of the page, for Python. @type {(value: any) => any} */
  receive = (value) => {
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
    if (!isObject || this.#inner.has(value)) return value;
    const known = this.#outer.get(value);
    if (known) return known;
    return this.#ways.isProxy(value) ? this.#wrap(value) : value;
  };

  /** A value of Python's, for the page. @type {(value: any) => any} */
  send = (value) => this.#inner.get(value) ?? this.#ways.plain(value);

  /** @param {any} inner */
  #wrap(inner) {
    const target = typeof inner === 'function' ? function () {} : Array.isArray(inner) ? [] : {};
    const outer = new Proxy(target, this.#handler(inner));
    this.#inner.set(outer, inner);
    this.#outer.set(inner, outer);
    return outer;
  }

  /** @param {any} inner @returns {ProxyHandler<any>} */
  #handler(inner) {
    const { receive, send } = this;
    const isFunction = typeof inner === 'function';
    const call = (/** @type {any} */ self, /** @type {any[]} */ args) => receive(Reflect.apply(inner, send(self), args.map(send)));
    /** @type {Kind | undefined} */
    let kind;
    // A function stays of its kind; of other objects it is only known until something happens.
    const kindNow = () => {
      if (!kind || (!isFunction && kind.at !== this.#ways.asked())) kind = this.#ask(inner);
      return kind;
    };
    return {
      get: (_, key) => {
        if (isFunction && key === 'call') return (/** @type {any} */ self, /** @type {any[]} */ ...args) => call(self, args);
        if (isFunction && key === 'apply') return (/** @type {any} */ self, /** @type {any[]} */ args = []) => call(self, [...args]);
        if (key === 'Function' && inner === this.#ways.window && !this.#isSetUp) return this.#setUp();
        const index = INDEX.get(key);
        return index === undefined || LOOKED_UP.has(key) ? receive(inner[key]) : this.#known(inner, key, kindNow(), index);
      },
      set: (_, key, value) => Reflect.set(inner, key, send(value)),
      // `_ref` marks MicroPython's own; it asks every function.
      has: (_, key) => key !== '_ref' && Reflect.has(inner, key),
      apply: (_, self, args) => call(self, args),
      construct: (_, args) => receive(Reflect.construct(inner, args.map(send))),
      ownKeys: () => Reflect.ownKeys(inner),
      deleteProperty: (_, key) => Reflect.deleteProperty(inner, key),
      // Both interpreters look through the prototypes of whatever they meet for
      // classes of their own, which are not there; `window.Object.getPrototypeOf` knows.
      getPrototypeOf: () => null,
      getOwnPropertyDescriptor(_, key) {
        if (LOOKED_UP.has(key)) {
          const isThere = kindNow().types[/** @type {number} */ (INDEX.get(key))] !== '';
          return isThere ? { configurable: true, enumerable: true, get: () => receive(inner[key]) } : undefined;
        }
        const found = Reflect.getOwnPropertyDescriptor(inner, key);
        // A proxy may only call fixed what its own target has.
        return found && { ...found, value: receive(found.value), configurable: true };
      },
      defineProperty: (_, key, { value, ...rest }) => Reflect.defineProperty(inner, key, { ...rest, value: send(value) }),
    };
  }

  /**
   * The package asks for `Function` first, to make `js_import` of a text; a page may
   * forbid that (`unsafe-eval`), so it gets the function that the text would make.
   */
  #setUp() {
    this.#isSetUp = true;
    return () => () => this.receive(this.#ways.window[PAGE_IMPORT]);
  }

  /** @param {any} inner @returns {Kind} */
  #ask(inner) {
    this.#kindOf ??= this.#ways.window[KIND_OF];
    const said = JSON.parse(Reflect.apply(/** @type {Function} */ (this.#kindOf), undefined, [inner]));
    return { ...said, at: this.#ways.asked() };
  }

  /**
   * A property whose type is known. A function is only fetched when it is called.
   * @param {any} inner @param {string | symbol} key @param {Kind} kind @param {number} index
   */
  #known(inner, key, { types, tag, made }, index) {
    const { receive, send } = this;
    if (key === Symbol.toStringTag) return tag || undefined;
    if (types[index] === '' || types[index] === 'undefined') return undefined;
    if (types[index] !== 'function') return receive(inner[key]);
    const fetched = () => inner[key];
    if (key !== 'constructor') return (/** @type {any[]} */ ...args) => receive(Reflect.apply(fetched(), inner, args.map(send)));
    return new Proxy(function () {}, {
      get: (_, name) => (name === 'name' ? made : receive(fetched()[name])),
      apply: (_, self, args) => receive(Reflect.apply(fetched(), send(self), args.map(send))),
      construct: (_, args) => receive(Reflect.construct(fetched(), args.map(send))),
    });
  }
}

/** Asked for by looking whether they are there, here or on a prototype. @type {Set<string | symbol>} */
const LOOKED_UP = new Set(['length', 'size', 'name', 'message', 'stack']);
