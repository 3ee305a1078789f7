// Objects of the page as Python sees them: reflected-ffi's proxies, with one more
// around each, in which Python values become plain ones before they are sent.
//
// (reflected-ffi looks into a value before it asks what to make of it, and
// Pyodide's proxy of a dict does not stand that.)
//
// Not here: what becomes of a Python value.

/** @typedef {{ plain(value: any): any, isProxy(value: any): boolean }} Ways */

export class Remote {
  /** Reflected-ffi's proxy of each of ours. @type {WeakMap<object, any>} */
  #inner = new WeakMap();
  /** Ours for each of reflected-ffi's. @type {WeakMap<object, any>} */
  #outer = new WeakMap();
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
    return {
      get: (_, key) => receive(inner[key]),
      set: (_, key, value) => Reflect.set(inner, key, send(value)),
      has: (_, key) => Reflect.has(inner, key),
      apply: (_, self, args) => receive(Reflect.apply(inner, send(self), args.map(send))),
      construct: (_, args) => receive(Reflect.construct(inner, args.map(send))),
      ownKeys: () => Reflect.ownKeys(inner),
      deleteProperty: (_, key) => Reflect.deleteProperty(inner, key),
      getPrototypeOf: () => receive(Reflect.getPrototypeOf(inner)),
      getOwnPropertyDescriptor(_, key) {
        const found = Reflect.getOwnPropertyDescriptor(inner, key);
        // A proxy may only call fixed what its own target has.
        return found && { ...found, value: receive(found.value), configurable: true };
      },
      defineProperty: (_, key, { value, ...rest }) => Reflect.defineProperty(inner, key, { ...rest, value: send(value) }),
    };
  }
}
