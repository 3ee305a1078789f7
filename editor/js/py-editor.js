/**
 * The one module that a page includes. Starts the wasm that lies beside it,
 * then defines the tags. No decision is made here.
 */
import init, { Host, Program, defined, lateImports, start } from "glue";
import css from "element-css";
import assets from "assets";
import { define } from "./element.js";

const base = new URL("./", import.meta.url).href;

/** What opens workers, on the class of the tag: the copy of the module that is ready first has it. */
const OPEN = Symbol.for("py-editor.open");

/** A page may include the module twice; the first copy that is ready wins. */
const taken = () => customElements.get("py-editor") !== undefined;

if (!taken()) await init({ module_or_path: new URL("py-editor.wasm", base) });
if (!taken()) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  start(base, assets, sheet, (/** @type {string} */ url) => import(url), lateImports, grapheme);
  define("py-editor", Host);
  define("mpy-editor", Host);
  Object.assign(/** @type {Function} */ (customElements.get("py-editor")), { [OPEN]: open });
  defined();
}

/** The rules for what a person calls one character, once somebody needs them. @type {Intl.Segmenter | undefined} */
let graphemes;

/** The UTF-16 units of the first or the last grapheme of a text that is not empty. @param {string} text @param {boolean} isLast */
function grapheme(text, isLast) {
  graphemes ??= new Intl.Segmenter();
  return graphemes.segment(text).containing(isLast ? text.length - 1 : 0)?.segment.length;
}

/**
 * @param {boolean} isMicroPython @param {string | URL} file @param {import("./workers.js").Options} [options]
 * @returns {Promise<import("./workers.js").PythonWorker>}
 */
async function open(isMicroPython, file, options) {
  const url = new URL("workers.js", base).href;
  /** @type {typeof import("./workers.js")} */
  const { openWorker } = await import(url);
  return openWorker(Program, isMicroPython, file, options);
}

/** @type {typeof open} */
const opened = (...args) => /** @type {any} */ (customElements.get("py-editor"))[OPEN](...args);

/**
 * Runs a Python file in a worker, on Pyodide: kept by the worker when the file
 * has ended. May be called with `new`, which makes no difference.
 * @param {string | URL} file @param {import("./workers.js").Options} [options]
 */
export function PyWorker(file, options) {
  return opened(false, file, options);
}

/**
 * The same on MicroPython.
 * @param {string | URL} file @param {import("./workers.js").Options} [options]
 */
export function MPWorker(file, options) {
  return opened(true, file, options);
}
