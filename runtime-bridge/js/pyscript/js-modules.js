// `pyscript.js_modules`: modules of JavaScript by the names of the configuration.
// Those for the worker are imported now; those for the page when they are first
// used, by the page.

const MODULES = Symbol.for('py-editor.js_modules');

/** @typedef {{ url: string, name: string }} Entry */

/**
 * @param {{ main: Entry[], worker: Entry[] } | undefined} wanted @param {any} sync @param {any} window
 * @returns {Promise<any>}
 */
export async function jsModules(wanted, sync, window) {
  const { main = [], worker = [] } = wanted ?? {};
  /** @type {Map<string, any>} */
  const modules = new Map();
  for (const { url, name } of worker) modules.set(name, { ...modules.get(name), ...(await importHere(url, name)) });
  const names = new Set([...main, ...worker].map(({ name }) => name));
  return new Proxy(
    {},
    {
      has: (_, name) => names.has(String(name)),
      ownKeys: () => [...names],
      getOwnPropertyDescriptor: (_, name) => (names.has(String(name)) ? { configurable: true, enumerable: true } : undefined),
      get(_, name) {
        if (typeof name === 'symbol' || !names.has(name)) return undefined;
        if (!modules.has(name)) modules.set(name, fromPage(name));
        return modules.get(name);
      },
    },
  );

  /** @param {string} name */
  function fromPage(name) {
    if (!window) throw new Error(`js_modules.main: ${name} is a module of the page, which Python cannot reach here.`);
    for (const { url } of main.filter((entry) => entry.name === name)) {
      const isStyle = new URL(url).pathname.endsWith('.css');
      if (isStyle) sync.importCSS(url);
      else sync.importJS(url, name);
    }
    return window[MODULES]?.get(name);
  }
}

/** @param {string} url @param {string} name */
async function importHere(url, name) {
  try {
    return await import(url);
  } catch (/** @type {any} */ error) {
    throw new Error(`js_modules.worker: ${url} (${name}) cannot be imported: ${error?.message ?? error}`);
  }
}
