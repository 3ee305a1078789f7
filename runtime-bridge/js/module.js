// Starts an interpreter from a module that is compiled already.
//
// Neither interpreter has an option for this: both fetch their `.wasm` and
// stream it. So for the time of the start, and no longer, that fetch answers
// with nothing and the streaming gives an instance of the module we hold.
//
// Not here: where the module comes from (the page compiles it once).

/**
 * Who has a say in what the module imports, and hears of its instance.
 * @typedef {{ imports(imports: any): any, started(instance: WebAssembly.Instance): void }} Host
 */

/** @type {Host} */
const PLAIN = { imports: (imports) => imports, started() {} };

/**
 * @template T
 * @param {WebAssembly.Module | undefined} module none of another interpreter: its loader fetches it
 * @param {() => Promise<T>} start
 * @param {Host} [host]
 * @returns {Promise<T>} what `start` gives
 */
export async function withModule(module, start, host = PLAIN) {
  if (!module) return withHost(start, host);
  const { fetch } = self;
  const { instantiateStreaming } = WebAssembly;
  // Pyodide only logs a module that does not fit its JavaScript, and then waits for ever.
  const refused = new Promise((_, reject) => {
    WebAssembly.instantiateStreaming = async (_source, imports) => {
      const instance = WebAssembly.instantiate(module, host.imports(imports));
      instance.catch(reject);
      host.started(await instance);
      return { module, instance: await instance };
    };
  });
  self.fetch = async (input, init) => (isWasm(input) ? new Response() : fetch(input, init));
  try {
    return await /** @type {Promise<T>} */ (Promise.race([start(), refused]));
  } finally {
    self.fetch = fetch;
    WebAssembly.instantiateStreaming = instantiateStreaming;
  }
}

/**
 * A module that is fetched by its own loader.
 * @template T
 * @param {() => Promise<T>} start @param {Host} host
 */
async function withHost(start, host) {
  const { instantiateStreaming } = WebAssembly;
  WebAssembly.instantiateStreaming = async (source, imports) => {
    const both = await instantiateStreaming(source, host.imports(imports));
    host.started(both.instance);
    return both;
  };
  try {
    return await start();
  } finally {
    WebAssembly.instantiateStreaming = instantiateStreaming;
  }
}

/** @param {RequestInfo | URL} input */
function isWasm(input) {
  return new URL(input instanceof Request ? input.url : input, self.location.href).pathname.endsWith('.wasm');
}
