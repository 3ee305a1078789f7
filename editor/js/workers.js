/**
 * `PyWorker` and `MPWorker`: a Python file that runs in a worker of its own,
 * for JavaScript. Fetched with the first use: promises, properties of a worker
 * and `onerror` are JavaScript's.
 *
 * Not here: the runtime, which is the editors' own (`Program`, runtime-bridge).
 */

/**
 * @typedef {object} Options
 * @property {object | string} [config] an object, JSON, TOML, or the URL of either
 * @property {string} [version] of the interpreter, or the URL of its module
 * @property {string} [serviceWorker] URL of the one that stands in for shared memory
 * @property {string} [service_worker] the same
 * @property {string} [configURL] PyScript's base of the configuration's relative URLs: without effect
 * @property {boolean} [async] top-level `await` always works; PyScript's pages say so
 * @property {((event: ErrorEvent) => void) | null} [onerror] hears what happens before there is a worker
 *
 * @typedef {Worker & { sync: Record<string, any>, unstuck(): void, ready: Promise<PythonWorker> }} PythonWorker
 */

/**
 * @param {new (isMicroPython: boolean, config: string | undefined, serviceWorker: string | undefined,
 *   hear: (word: string, text: string) => void) => import("glue").Program} Program
 * @param {boolean} isMicroPython @param {string | URL} file @param {Options} [options]
 * @returns {Promise<PythonWorker>}
 */
export async function openWorker(Program, isMicroPython, file, options = {}) {
  const { onerror = null, service_worker, serviceWorker = service_worker, configURL } = options;
  if (configURL) console.warn("configURL has no effect: relative URLs of a configuration are relative to the page, or to the file that config names.");
  /** @type {PythonWorker | undefined} */
  let worker;
  /** @param {Error} error */
  const tell = (error) => {
    const listener = worker ? worker.onerror : onerror;
    if (!listener) return console.error(error);
    listener.call(/** @type {any} */ (worker), new ErrorEvent("error", { error, message: error.message }));
  };
  try {
    const code = await source(new URL(file, document.baseURI).href);
    return await new Promise((resolve, reject) => {
      const opened = () => {
        worker = adorn(program, onerror);
        resolve(worker);
      };
      /** What happens, by its word. @type {Record<string, (text: string) => void>} */
      const hears = {
        out: (text) => console.log(withoutEnd(text)),
        // After the file it is, mostly, an exception that nobody caught.
        err: (text) => (worker ? tell(new Error(withoutEnd(text))) : console.error(withoutEnd(text))),
        note: (text) => console.warn(text),
        ok: opened,
        raised: (text) => {
          opened();
          tell(new Error(withoutEnd(text)));
        },
        failed: (text) => reject(new Error(text)),
        stopped: () => reject(new Error("The worker was ended before its file was.")),
      };
      // Not in the middle of what the runtime is doing.
      const hear = (/** @type {string} */ word, /** @type {string} */ text) => queueMicrotask(() => hears[word](text));
      const program = new Program(isMicroPython, configuration(options), serviceWorker, hear);
      program.run(code);
    });
  } catch (/** @type {any} */ error) {
    tell(error);
    throw error;
  }
}

/** @param {string} url */
async function source(url) {
  const answer = await fetch(url).catch(() => null);
  if (!answer) throw new Error(`Unable to fetch ${url}: there was no answer.`);
  if (!answer.ok) throw new Error(`[${answer.status}] Unable to fetch ${url}`);
  return answer.text();
}

/** As the attribute of a tag would have it. @param {Options} options */
function configuration({ config, version }) {
  if (typeof config === "string" && !version) return config;
  if (typeof config === "string") throw new TypeError("With version, config must be an object; or name the interpreter in config.");
  if (config || version) return JSON.stringify({ ...config, ...(version && { interpreter: version }) });
  return undefined;
}

/**
 * The browser's worker with what PyScript's have. Its own listeners stay: they
 * are the runtime's.
 * @param {import("glue").Program} program @param {Options["onerror"]} onerror
 */
function adorn(program, onerror) {
  const worker = /** @type {PythonWorker} */ (program.worker);
  const terminate = worker.terminate;
  const own = {
    onerror,
    onmessage: null,
    ready: Promise.resolve(worker),
    terminate() {
      // The runtime ends the worker by this very function.
      worker.terminate = terminate;
      program.leave();
    },
  };
  for (const [name, value] of Object.entries(own)) {
    Object.defineProperty(worker, name, { value, writable: true, configurable: true, enumerable: true });
  }
  return worker;
}

/** The console ends the line itself. @param {string} text */
const withoutEnd = (text) => text.replace(/\n$/, "");
