/**
 * The one module that a page includes. Starts the wasm that lies beside it,
 * then defines the tags. No decision is made here.
 */
import init, { Host, defined, start } from "glue";
import css from "element-css";
import assets from "assets";
import { define } from "./element.js";

const base = new URL("./", import.meta.url).href;

/** A page may include the module twice; the first copy that is ready wins. */
const taken = () => customElements.get("py-editor") !== undefined;

if (!taken()) await init({ module_or_path: new URL("py-editor.wasm", base) });
if (!taken()) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  start(base, assets, sheet, (/** @type {string} */ url) => import(url));
  define("py-editor", Host);
  define("mpy-editor", Host);
  defined();
}
