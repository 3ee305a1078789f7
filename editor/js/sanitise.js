/**
 * Markup of a program, made safe: it is parsed by the sanitiser and by nothing
 * else, and comes out without scripts, event handlers, forms, and without
 * anything that leaves its place. Its style sheets become sheets of the one
 * shadow root that it is put into; no style loads anything.
 *
 * Not here: which markup there is, and where it goes (rich.js).
 */
import DOMPurify from "dompurify";

/** What would reach beyond its place: other documents, the top layer, the editor around it. */
const FORBIDDEN = {
  FORBID_TAGS: ["link", "form", "dialog"],
  FORBID_ATTR: ["accesskey", "autofocus", "ping", "popover", "popovertarget", "popovertargetaction", "slot", "part"],
};

/** What loads something in a style sheet, or could be read as such. */
const LOADING = /\\|(url|image|image-set|cross-fade|element|src)\s*\(/i;

/** Attributes by which elements load what they show. */
const SOURCES = ["src", "srcset", "poster", "background"];
/** Elements that show what their `href` names. */
const SHOWS_HREF = ["image", "feimage"];
/** What is in the text already. */
const LOCAL = /^\s*data:image\/|^\s*#/i;

/** Whether what is sanitised now may load pictures from elsewhere. */
let network = false;

DOMPurify.addHook("uponSanitizeAttribute", (node, attribute) => {
  const { attrName: name, attrValue: value } = attribute;
  const local = name.replace("xlink:", "");
  const loads = SOURCES.includes(local) || (local === "href" && SHOWS_HREF.includes(node.localName.toLowerCase()));
  const isForeign = loads && !network && !LOCAL.test(value);
  // Firefox follows the one of any element of MathML.
  const isOddLink = local === "href" && !loads && !isLink(node) && !LOCAL.test(value);
  if (isForeign || isOddLink || (name === "style" && LOADING.test(value))) attribute.keepAttr = false;
});

DOMPurify.addHook("afterSanitizeAttributes", (node) => {
  if (!isLink(node)) return;
  node.setAttribute("target", "_blank");
  node.setAttribute("rel", "noopener noreferrer");
});

/** @param {Element} node */
const isLink = (node) => node.localName === "a" || node.localName === "area";

/**
 * @param {string} markup
 * @param {{ network?: boolean }} may load pictures from other files
 * @returns {{ content: DocumentFragment, sheets: CSSStyleSheet[] }}
 */
export function sanitised(markup, may) {
  network = Boolean(may.network);
  const content = DOMPurify.sanitize(markup, { ...FORBIDDEN, FORCE_BODY: true, RETURN_DOM_FRAGMENT: true });
  const styles = [...content.querySelectorAll("style")];
  for (const style of styles) style.remove();
  return { content, sheets: styles.map((style) => sheetOf(style.textContent ?? "")) };
}

/** A constructed sheet imports nothing, and needs no leave of the page's policy. @param {string} text */
function sheetOf(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  for (let index = sheet.cssRules.length - 1; index >= 0; index -= 1) {
    if (LOADING.test(sheet.cssRules[index].cssText)) sheet.deleteRule(index);
  }
  return sheet;
}
