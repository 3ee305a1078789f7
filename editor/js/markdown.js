/**
 * Markdown as HTML, by marked; fetched with the first result of that kind.
 *
 * Not here: what makes the HTML safe (sanitise.js); formulas (latex.js).
 */
import { Marked } from "marked";

/** A formula in a text, as notebooks write it: prices are none. */
const MATH = /^\$\$([^]+?)\$\$|^\$(?!\s)([^$\n]+?)(?<!\s)\$(?!\d)/;

/**
 * @param {string} text
 * @param {(tex: string, isBlock: boolean) => string} [math] makes markup of a formula
 * @returns {string} markup that is not safe yet
 */
export function htmlOf(text, math) {
  const marked = new Marked();
  if (math) marked.use({ extensions: [formulas(math)] });
  return /** @type {string} */ (marked.parse(text, { async: false }));
}

/** @param {(tex: string, isBlock: boolean) => string} math @returns {import("marked").TokenizerAndRendererExtension} */
const formulas = (math) => ({
  name: "math",
  level: "inline",
  start: (source) => source.indexOf("$"),
  tokenizer(source) {
    const [raw, block, inline] = MATH.exec(source) ?? [];
    return raw === undefined ? undefined : { type: "math", raw, tex: block ?? inline, isBlock: block !== undefined };
  },
  renderer: ({ tex, isBlock }) => math(tex, isBlock),
});
