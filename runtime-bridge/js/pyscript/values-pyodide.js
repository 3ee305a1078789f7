// Python values on Pyodide, on their way out.
//
// A proxy given to a JavaScript function is destroyed when the call ends. What
// the page keeps is therefore copied: data as plain data, functions as copies
// of the proxy that live until they are released.

/**
 * @param {any} python
 * @param {{ identify(callable: any): number, forget(number: number): void }} registry Python's own
 * @returns {import('./values.js').Values}
 */
export function pyodideValues({ ffi: { PyProxy, PyCallable, PyAwaitable } }, { identify, forget }) {
  /** @type {import('./values.js').Values} */
  const values = {
    isCallable: (value) => value instanceof PyCallable,
    plain(value, callable) {
      if (!(value instanceof PyProxy)) return value;
      if (value instanceof PyCallable) return callable(value);
      let refused = '';
      const converted = value.toJs({
        dict_converter: Object.fromEntries,
        default_converter: (/** @type {any} */ inner) => (inner instanceof PyCallable ? callable(inner) : void (refused = inner.type)),
      });
      // Not thrown inside: Pyodide would tell another error.
      if (refused) throw new TypeError(`A Python ${refused} cannot be given to the page: only numbers, text, bytes, lists, dicts and functions can.`);
      return converted;
    },
    identify,
    forget,
    keep(callable) {
      const own = callable.copy();
      return { call: (...args) => own(...args), release: () => own.destroy() };
    },
    async result(value) {
      if (!(value instanceof PyProxy)) return value;
      try {
        if (value instanceof PyAwaitable) return await values.result(await value);
        return value.toJs({ dict_converter: Object.fromEntries, default_converter: () => undefined });
      } finally {
        value.destroy();
      }
    },
  };
  return values;
}
