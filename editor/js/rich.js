/**
 * Rich results: what a program displayed, in the output of an editor. Fetched
 * when the first one comes, for it brings the sanitiser along; what draws
 * Markdown and formulas comes with the first of those.
 *
 * Each result has a shadow root, so that its styles and names are its own. HTML is
 * sanitised, or runs in a frame apart from the page where the author says so. SVG
 * is drawn as an image, in which a browser runs and loads nothing.
 *
 * Not here: which forms a value has (rich.py); plain output, which never comes here.
 */
import css from "../../styles/rich.css";
import { element } from "./elements.js";
import { sanitised } from "./sanitise.js";
import { treeOf } from "./json-tree.js";

/**
 * @typedef {[mime: string, data: string]} Form one form of a value; images are base64
 *
 * What is known of a result, and what it may: `frame` lets HTML run in a frame,
 * `network` lets it load pictures.
 * @typedef {{ text: string, alt?: string, width?: number, frame: boolean, network: boolean }} About
 *
 * @typedef {{ nodes: Node[], sheets?: CSSStyleSheet[], kind?: string }} Made
 */

/** UTF-16 units of markup; what is longer would stop the page while it is read. */
const MOST_MARKUP = 4 << 20;
/** UTF-16 units of text that is shown; Save has the rest. */
const MOST_TEXT = 256 << 10;
/** From this height on a result is folded, in CSS pixels. */
const MOST_HEIGHT = 560;

const IMAGE = /^image\/(png|jpeg|gif|webp)$/;

const SHEET = new CSSStyleSheet();
SHEET.replaceSync(css);

/** @type {Record<string, (data: string, about: About) => Made | undefined | Promise<Made | undefined>>} */
const RENDERERS = {
  "text/html": (html, about) => (about.frame ? frame(html) : markup(html, about)),
  "image/svg+xml": vector,
  "text/latex": formula,
  "text/markdown": prose,
  "application/json": json,
  "text/plain": (data) => text(data),
};

/**
 * Shows the first form that can be shown, in an empty element. Kept when it is drawn.
 * @param {HTMLElement} place
 * @param {Form[]} forms the best first
 * @param {About} about
 */
export async function show(place, forms, about) {
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const made = (await first(forms, about)) ?? text(about.text);
  const content = element("div", `content ${made.kind ?? ""}`, ...made.nodes);
  root.adoptedStyleSheets = [SHEET, ...(made.sheets ?? [])];
  root.append(content);
  place.append(host);
  if (made.kind !== "image") SIZES.observe(content);
  await Promise.all([...content.querySelectorAll("img.picture")].map((image) => /** @type {HTMLImageElement} */ (image).decode().catch(() => {})));
}

/**
 * An author's markup, such as a picture for a button, where it can take the colour of what is around it.
 * @param {HTMLElement} place @param {string} markup
 */
export function draw(place, markup) {
  place.append(sanitised(markup, { network: true }).content);
}

/** @param {Form[]} forms @param {About} about */
async function first(forms, about) {
  for (const [mime, data] of forms) {
    const render = IMAGE.test(mime) ? image(mime) : RENDERERS[mime];
    // What is missing or cannot be read leaves the next form.
    const made = await Promise.resolve(render?.(data, about)).catch(() => undefined);
    if (made) return made;
  }
  return undefined;
}

/** @param {string} html @param {About} about @returns {Made | undefined} */
function markup(html, about) {
  if (html.length > MOST_MARKUP) return undefined;
  const { content, sheets } = sanitised(html, about);
  // Such as a drawing that its scripts would have made.
  const isEmpty = !content.textContent?.trim() && !content.querySelector("img, svg, math, hr, table, input, progress, meter, video, audio");
  const isColoured = content.querySelector('[bgcolor], [style*="background"]') || sheets.some((sheet) => [...sheet.cssRules].some((rule) => rule.cssText.includes("background")));
  return isEmpty ? undefined : { nodes: [content], sheets, ...(isColoured && { kind: "paper" }) };
}

/** @param {string} mime @returns {(data: string, about: About) => Made} */
function image(mime) {
  return (data, about) => picture(`data:${mime};base64,${data}`, about);
}

/** @param {string} source @param {About} about @returns {Made} */
function picture(source, { text, alt, width }) {
  const image = new Image();
  image.className = "picture";
  image.alt = alt || text.replace(/^<|( at 0x\w+)?>$/g, "") || "Image made by the program";
  image.src = source;
  if (width) image.width = width;
  return { nodes: [image], kind: "image" };
}

/**
 * As an image: no script, nothing loaded, and names that are its own. Browsers
 * want XML there; what programs write is read as leniently as in a page.
 * @param {string} text @param {About} about
 */
function vector(text, about) {
  if (text.length > MOST_MARKUP) return undefined;
  const svg = new DOMParser().parseFromString(text, "text/html").querySelector("svg");
  if (!svg) return undefined;
  const [, , width, height] = (svg.getAttribute("viewBox") ?? "").split(/[\s,]+/);
  if (width && height && !svg.hasAttribute("width")) {
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);
  }
  const alt = svg.getAttribute("aria-label") || svg.querySelector(":scope > title")?.textContent?.trim() || about.alt;
  const xml = new XMLSerializer().serializeToString(svg);
  return picture(`data:image/svg+xml,${encodeURIComponent(xml)}`, { ...about, ...(alt && { alt }) });
}

/** Another module of the build. @param {string} file */
const beside = (file) => import(new URL(file, import.meta.url).href);

/** @param {string} text @param {About} about */
async function formula(text, about) {
  const { mathIn } = await beside("latex.js");
  return asProse(markup(mathIn(text), about));
}

/** @param {string} text @param {About} about */
async function prose(text, about) {
  if (text.length > MOST_MARKUP) return undefined;
  const [{ htmlOf }, latex] = await Promise.all([beside("markdown.js"), text.includes("$") ? beside("latex.js") : undefined]);
  return asProse(markup(htmlOf(text, latex?.math), about));
}

/** @param {Made | undefined} made */
const asProse = (made) => made && { ...made, kind: "prose" };

/** @param {string} text @returns {Made | undefined} */
function json(text) {
  return { nodes: [treeOf(JSON.parse(text))], kind: "json" };
}

/** @param {string} text @returns {Made} */
function text(text) {
  const nodes = [element("pre", "", text.slice(0, MOST_TEXT))];
  if (text.length > MOST_TEXT) nodes.push(element("p", "note", `… ${(text.length - MOST_TEXT).toLocaleString("en")} more characters. Save has all of it.`));
  return { nodes };
}

/** Frames that are on the page, as far as we know. @type {Set<HTMLIFrameElement>} */
const frames = new Set();
/** CSS pixels. */
const MOST_FRAME = 4000;

/** Tells the page how high it is; before anything of the program's. */
const TELL_HEIGHT = `<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<style>html { font: 15px/1.5 system-ui, sans-serif }</style>
<script>new ResizeObserver(([{ target }]) => parent.postMessage({ height: target.getBoundingClientRect().height }, "*")).observe(document.documentElement)</script>`;

/** HTML with its scripts, in an origin of its own: it reaches nothing of the page. @param {string} html @returns {Made} */
function frame(html) {
  if (frames.size === 0) window.addEventListener("message", hear);
  const made = document.createElement("iframe");
  made.className = "frame";
  made.title = "Result of the program";
  made.setAttribute("sandbox", "allow-scripts");
  made.referrerPolicy = "no-referrer";
  made.srcdoc = TELL_HEIGHT + html;
  frames.add(made);
  return { nodes: [made], kind: "image" };
}

/** @param {MessageEvent} event */
function hear({ source, data }) {
  for (const frame of frames) {
    if (frame.contentWindow === source && Number.isFinite(data?.height)) frame.style.height = `${Math.min(Math.max(Math.ceil(data.height), 0), MOST_FRAME)}px`;
  }
  for (const frame of frames) if (!frame.isConnected) frames.delete(frame);
  if (frames.size === 0) window.removeEventListener("message", hear);
}

/** Folds what is high, once it is seen how high, and lets the keyboard reach what scrolls. */
const SIZES = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    if (contentRect.height === 0) continue;
    SIZES.unobserve(target);
    if (target.scrollWidth > target.clientWidth) reachable(target);
    if (contentRect.height > MOST_HEIGHT) fold(target);
  }
});

/** @param {Element} content */
function reachable(content) {
  content.setAttribute("tabindex", "0");
  content.setAttribute("role", "group");
  content.setAttribute("aria-label", "Result");
}

/** @param {Element} content */
function fold(content) {
  const button = /** @type {HTMLButtonElement} */ (element("button", "fold"));
  button.type = "button";
  const say = () => {
    const isFolded = content.classList.toggle("folded");
    button.textContent = isFolded ? "Show all" : "Show less";
    button.setAttribute("aria-expanded", String(!isFolded));
  };
  button.addEventListener("click", say);
  say();
  content.after(button);
}
