// `pyscript.js_modules`: modules of JavaScript by the names of the configuration.
// Those for the worker were imported with the configuration (modules.js), which
// tells what failed: the browser gives the same ones again. Those for the page are
// imported when they are first used, by the page.

const MODULES = Symbol.for('py-editor.js_modules');

/** @typedef {import('../config.js').ModuleEntry} Entry */

/**
 * @param {{ main: Entry[], worker: Entry[] } | undefined} wanted @param {any} sync @param {any} window
 * @param {() => string} whyNoPage told when a module of the page is asked for without one
 * @returns {Promise<any>}
 */
export async function jsModules(wanted, sync, window, whyNoPage) {
  const { main = [], worker = [] } = wanted ?? {};
  /** @type {Map<string, any>} */
  const modules = new Map();
  for (const { url, name } of worker) modules.set(name, { ...modules.get(name), ...(await import(url)) });
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
    if (!window) throw new Error(`js_modules.main: ${name} is a module of the page. ${whyNoPage()}`);
    for (const { url, key } of main.filter((entry) => entry.name === name)) {
      const isStyle = new URL(url).pathname.endsWith('.css');
      try {
        if (isStyle) sync.importCSS(url);
        else sync.importJS(url, name);
      } catch (/** @type {any} */ error) {
        throw new Error(`${key}: ${error?.message ?? error}`);
      }
    }
    return window[MODULES]?.get(name);
  }
}
