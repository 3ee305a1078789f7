/**
 * A value of JSON as a tree that unfolds a level at a time. What is not unfolded
 * is not built, and of a long list a part at a time.
 *
 * Not here: colours (styles/rich.css).
 */
import { element } from "./elements.js";

/** Levels that are unfolded at the start. */
const OPEN_LEVELS = 2;
/** Items that are shown at once. */
const MOST_ITEMS = 100;

/** @param {unknown} value as JSON has them */
export const treeOf = (value) => nodeOf([], value, 0);

/** @param {Node[]} label @param {any} value @param {number} level */
function nodeOf(label, value, level) {
  if (value === null || typeof value !== "object" || Object.keys(value).length === 0) return element("div", "leaf", ...label, leafOf(value));
  const entries = Array.isArray(value) ? value.map((item) => /** @type {const} */ (["", item])) : Object.entries(value);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const word = entries.length === 1 ? "item" : "items";
  const summary = element("summary", "", ...label, `${open} `, element("span", "count", `${entries.length} ${word}`), ` ${close}`);
  const items = element("div", "items");
  const details = /** @type {HTMLDetailsElement} */ (element("details", "", summary, items));
  const build = () => items.firstChild ?? add(items, entries, 0, level + 1);
  details.addEventListener("toggle", build);
  if (level < OPEN_LEVELS && entries.length <= MOST_ITEMS) {
    details.open = true;
    build();
  }
  return details;
}

/** @param {HTMLElement} items @param {(readonly [string, any])[]} entries @param {number} from @param {number} level */
function add(items, entries, from, level) {
  const part = entries.slice(from, from + MOST_ITEMS);
  items.append(...part.map(([key, value]) => nodeOf(key ? [element("span", "key", JSON.stringify(key)), document.createTextNode(": ")] : [], value, level)));
  const left = entries.length - from - part.length;
  if (left === 0) return;
  const more = /** @type {HTMLButtonElement} */ (element("button", "fold", `Show more (${left} left)`));
  more.type = "button";
  more.addEventListener("click", () => {
    more.remove();
    add(items, entries, from + MOST_ITEMS, level);
  });
  items.append(more);
}

/** @param {any} value */
function leafOf(value) {
  const kind = value === null || typeof value === "boolean" ? "constant" : typeof value;
  return element("span", kind, JSON.stringify(value));
}
