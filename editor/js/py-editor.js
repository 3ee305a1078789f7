/**
 * The one module that a page includes. Starts the wasm that lies beside it,
 * then defines the tags. No decision is made here.
 */
import init, { Host, defined, start } from "glue";
import css from "element-css";
import assets from "assets";
import { define } from "./element.js";

const base = new URL("./", import.meta.url).href;

if (!customElements.get("py-editor")) {
  await init({ module_or_path: new URL("py-editor.wasm", base) });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  start(base, assets, sheet);
  define("py-editor", Host);
  define("mpy-editor", Host);
  defined();
}
