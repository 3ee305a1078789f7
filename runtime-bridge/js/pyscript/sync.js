// `sync` as Python has it: functions of the page to call, and a place to offer
// functions of its own to the page.
//
// Not here: waiting (coincident), the page's end (page.js).

/** @typedef {import('./values.js').Values} Values */

/**
 * @param {any} proxy coincident's
 * @param {Values} values
 * @param {() => void} flush sends what was printed: whoever is asked should see the question
 * @returns {any}
 */
export function syncFor(proxy, values, flush) {
  /** @type {Map<string, { call(...args: any[]): any, release(): void }>} */
  const offered = new Map();
  proxy.sync = async (/** @type {string} */ name, /** @type {any[]} */ args) => {
    const offer = offered.get(name);
    if (!offer) throw new TypeError(`Python offers no function sync.${name}: assign one to sync.${name} first.`);
    try {
      return await values.result(offer.call(...args));
    } catch (/** @type {any} */ error) {
      // A plain one: an interpreter's own may not be cloned.
      throw new Error(String(error?.message ?? error));
    }
  };
  return new Proxy(Object.create(null), {
    get(_, name) {
      // Not a promise, whoever asks.
      if (typeof name === 'symbol' || name === 'then') return undefined;
      return (/** @type {any[]} */ ...args) => {
        flush();
        return proxy.sync(name, args.map((arg) => values.plain(arg, () => refuse(name))));
      };
    },
    set(_, name, value) {
      if (typeof name === 'symbol' || name === 'then') return false;
      offered.get(name)?.release();
      offered.set(name, values.isCallable(value) ? values.keep(value) : { call: () => value, release() {} });
      return true;
    },
    has: (_, name) => typeof name === 'string' && name !== 'then',
  });
}

/** @param {string} name @returns {never} */
function refuse(name) {
  throw new TypeError(`A function cannot be given to sync.${name}(): offer it as another function on sync instead.`);
}
