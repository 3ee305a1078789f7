/**
 * Rich results: what `display(value)` sent, shown in the output of an editor.
 * Fetched when the first one comes, for it brings the sanitiser along: HTML and
 * SVG of a program are parsed by it and by nothing else, and come out without
 * scripts, event handlers, style sheets and forms.
 *
 * Not here: which forms a value has, and in which order (the worker tells);
 * plain output, which is text and never comes here.
 */
import DOMPurify from "dompurify";

/** @typedef {[mime: string, data: string]} Form one form of a value; images are base64 */

const IMAGE = /^image\/(png|jpeg|gif|webp)$/;

/** What no sanitised markup may contain, beyond what can run: it would reach the editor around it. */
const FORBIDDEN = { FORBID_TAGS: ["style", "link", "form", "dialog"], FORBID_ATTR: ["autofocus", "slot", "part"] };

DOMPurify.addHook("afterSanitizeAttributes", (node) => {
  if (node.localName !== "a" || !node.hasAttribute("href")) return;
  node.setAttribute("target", "_blank");
  node.setAttribute("rel", "noopener noreferrer");
});

/** @type {[test: (mime: string) => boolean, make: (data: string, mime: string) => Node][]} */
const RENDERERS = [
  [(mime) => mime === "text/html", (html) => DOMPurify.sanitize(html, { ...FORBIDDEN, RETURN_DOM_FRAGMENT: true })],
  [
    (mime) => mime === "image/svg+xml",
    (svg) => DOMPurify.sanitize(svg, { ...FORBIDDEN, USE_PROFILES: { svg: true, svgFilters: true }, RETURN_DOM_FRAGMENT: true }),
  ],
  [(mime) => IMAGE.test(mime), image],
  [(mime) => mime === "application/json", (json) => text(indented(json))],
  [(mime) => ["text/plain", "text/markdown", "text/latex"].includes(mime), (data) => text(data)],
];

/**
 * Shows the best form that we can show, in an empty element.
 * @param {HTMLElement} place
 * @param {Form[]} forms the best first
 */
export function show(place, forms) {
  for (const [mime, data] of forms) {
    const found = RENDERERS.find(([test]) => test(mime));
    if (found) return place.append(found[1](data, mime));
  }
  const kinds = forms.map(([mime]) => mime).join(", ") || "nothing";
  place.append(text(`This result cannot be shown here: it is ${kinds}.`));
}

/** @param {string} data @param {string} mime */
function image(data, mime) {
  const image = new Image();
  image.alt = "Image made by the program";
  image.src = `data:${mime};base64,${data}`;
  return image;
}

/** @param {string} content */
function text(content) {
  const pre = document.createElement("pre");
  pre.textContent = content;
  return pre;
}

/** @param {string} json text that may be no JSON after all */
function indented(json) {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
