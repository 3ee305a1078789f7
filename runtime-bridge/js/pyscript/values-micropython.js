// Python values on MicroPython, on their way out.
//
// Its functions arrive as JavaScript functions that keep their Python function
// alive; its lists and dicts as proxies that `toJs` copies. Bytes are unknown to
// it and are spelled out by Python (callables.py).

/**
 * @param {any} python
 * @param {{ identify(callable: any): number, forget(number: number): void, spell(value: any): string | null }} registry Python's own
 * @returns {import('./values.js').Values}
 */
export function micropythonValues({ PyProxy }, { identify, forget, spell }) {
  /** @type {import('./values.js').Values['isCallable']} */
  const isCallable = (value) => typeof value === 'function' && '_ref' in value;

  /** @type {(value: any, callable: (value: any) => any, refused: (value: any) => any) => any} */
  const copy = (value, callable, refused) => {
    if (isCallable(value)) return callable(value);
    if (!(value instanceof PyProxy)) return value;
    const spelled = spell(value);
    if (spelled !== null) return bytes(spelled);
    const copied = PyProxy.toJs(value);
    if (copied === value) return refused(value);
    return mapped(copied, (inner) => copy(inner, callable, refused));
  };

  return {
    isCallable,
    plain: (value, callable) => copy(value, callable, refuse),
    identify,
    forget,
    keep: (callable) => ({ call: (...args) => callable(...args), release() {} }),
    result: async (value) => copy(await value, () => undefined, () => undefined),
  };
}

/** @param {any} copied an array or object @param {(value: any) => any} inside */
function mapped(copied, inside) {
  if (Array.isArray(copied)) return copied.map(inside);
  const isPlain = Object.getPrototypeOf(copied) === Object.prototype;
  return isPlain ? Object.fromEntries(Object.entries(copied).map(([key, value]) => [key, inside(value)])) : copied;
}

/** @param {string} hexadecimal */
function bytes(hexadecimal) {
  const made = new Uint8Array(hexadecimal.length / 2);
  for (let i = 0; i < made.length; i += 1) made[i] = parseInt(hexadecimal.slice(2 * i, 2 * i + 2), 16);
  return made;
}

/** @param {any} _value @returns {never} */
function refuse(_value) {
  throw new TypeError('This Python object cannot be given to the page: only numbers, text, bytes, lists, dicts and functions can.');
}
