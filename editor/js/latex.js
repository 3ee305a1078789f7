/**
 * Formulas of LaTeX as MathML, which browsers draw by themselves, by Temml; fetched
 * with the first of them.
 *
 * Not here: what makes the markup safe (sanitise.js).
 */
import temml from "temml";

/** How formulas stand in a text. */
const MATH = /\$\$([^]+?)\$\$|\\\[([^]+?)\\\]|\$([^$\n]+?)\$|\\\(([^]+?)\\\)|(\\begin\{(\w+\*?)\}[^]+?\\end\{\6\})/g;

/** @param {string} tex @param {boolean} isBlock @returns {string} markup; of what cannot be read, its text */
export const math = (tex, isBlock) => temml.renderToString(tex, { displayMode: isBlock, throwOnError: false, maxExpand: 1000 });

/**
 * A text with formulas in it, or a formula alone, without any sign around it.
 * @param {string} text @returns {string} markup
 */
export function mathIn(text) {
  const formulas = [...text.matchAll(MATH)];
  if (formulas.length === 0) return math(text, true);
  let end = 0;
  const parts = formulas.flatMap((found) => {
    const [whole, dollars, brackets, dollar, parenthesis, environment] = found;
    const before = text.slice(end, found.index);
    end = found.index + whole.length;
    const block = dollars ?? brackets ?? environment;
    return [escaped(before), math(block ?? dollar ?? parenthesis, block !== undefined)];
  });
  return [...parts, escaped(text.slice(end))].join("");
}

/** @param {string} text */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
