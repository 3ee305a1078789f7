/**
 * What is read in a page about an editor's text: the selection, the carets beside
 * it, where a character is. Each function runs in the page and stands for itself,
 * so that any engine can be given its source.
 *
 * Not here: who asks (editor.mjs for Chromium, engines.mjs for the others).
 */

/**
 * The text with the browser's selection in it: `|` is a caret, `«ab|»` and `«|ab»` are
 * ranges whose head is at the bar.
 * @param {HTMLElement} host
 */
export function markedText(host) {
  const root = /** @type {ShadowRoot} */ (host.shadowRoot);
  const lines = [...root.querySelectorAll(".line")];
  const selection = /** @type {any} */ (getSelection());
  const [range] = selection.getComposedRanges({ shadowRoots: [root] });
  /** @type {(node: Node, offset: number) => number} */
  const position = (node, offset) => {
    const line = lines.findIndex((line) => line.contains(node));
    if (line < 0) return NaN;
    const before = document.createRange();
    before.setStart(lines[line], 0);
    before.setEnd(node, offset);
    return lines.slice(0, line).reduce((sum, { textContent }) => sum + textContent.length + 1, 0) + before.toString().length;
  };
  const from = position(range.startContainer, range.startOffset);
  const to = position(range.endContainer, range.endOffset);
  const text = lines.map(({ textContent }) => textContent).join("\n");
  if (Number.isNaN(from + to)) return `${text} (no caret)`;
  const [before, inside, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
  if (!inside) return `${before}|${after}`;
  return selection.direction === "backward" ? `${before}«|${inside}»${after}` : `${before}«${inside}|»${after}`;
}

/**
 * Where the carets are that are not the browser's: places in the text.
 * @param {HTMLElement} host
 * @returns {number[]}
 */
export function otherCarets(host) {
  const root = /** @type {ShadowRoot} */ (host.shadowRoot);
  const lines = [...root.querySelectorAll(".line")];
  return [...root.querySelectorAll(".marks > .caret")].map((caret) => {
    const { left, top, height } = caret.getBoundingClientRect();
    const line = lines.findIndex((line) => line.getBoundingClientRect().bottom > top + height / 2);
    const before = document.createRange();
    // The column whose left edge is nearest.
    const text = document.createTreeWalker(lines[line], NodeFilter.SHOW_TEXT);
    let [best, column, at] = [Math.abs(lines[line].getBoundingClientRect().left - left), 0, 0];
    for (let node = text.nextNode(); node; node = text.nextNode()) {
      for (let offset = 1; offset <= (node.textContent ?? "").length; offset += 1) {
        at += 1;
        before.setStart(node, offset - 1);
        before.setEnd(node, offset);
        const far = Math.abs(before.getBoundingClientRect().right - left);
        if (far < best) [best, column] = [far, at];
      }
    }
    return lines.slice(0, line).reduce((sum, { textContent }) => sum + (textContent ?? "").length + 1, 0) + column;
  });
}

/**
 * The point of the window where a column of a line begins; columns behind the end of a line are as wide as those in it.
 * @param {HTMLElement} host @param {number} line @param {number} column
 * @returns {[number, number]}
 */
export function pointAt(host, line, column) {
  const element = /** @type {Element} */ (host.shadowRoot?.querySelectorAll(".line")[line]);
  const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const { left, top, height } = element.getBoundingClientRect();
  let [x, rest] = [left, column];
  const range = document.createRange();
  for (let node = text.nextNode(); node && rest > 0; node = text.nextNode()) {
    const length = (node.textContent ?? "").length;
    range.setStart(node, 0);
    range.setEnd(node, Math.min(rest, length));
    x = range.getBoundingClientRect().right;
    rest -= length;
  }
  return [x + Math.max(rest, 0) * 8.4 + 1, top + height / 2];
}

/**
 * Pastes as a browser does, without the system's clipboard, which may rewrite line ends.
 * @param {HTMLElement} host @param {string} text
 */
export function pasteInto(host, text) {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  clipboardData.setData("text/html", "<b>rich</b>");
  // Firefox takes the text by names of its own.
  const about = { clipboardData, dataType: "text/plain", data: text, bubbles: true, cancelable: true, composed: true };
  const event = new ClipboardEvent("paste", about);
  host.shadowRoot?.querySelector(".content")?.dispatchEvent(event);
}
