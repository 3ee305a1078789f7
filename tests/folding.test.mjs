/**
 * Folding, by real keys, a real mouse and fingers: what is hidden and shown, where
 * carets go, what opens a fold, and that the text never knows of it.
 *
 * Not here: which lines are blocks, and how folds follow edits (native tests of
 * editor-core).
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { site } from "./harness.mjs";
import { HANG, openEditor, typistOn } from "./editor.mjs";

const on = site();
const AXE = await readFile(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

/** @typedef {Awaited<ReturnType<typeof typist>>} Editor */

const FOLD = "Control+Shift+BracketLeft";
const UNFOLD = "Control+Shift+BracketRight";
const FOLD_ALL = "Control+Alt+BracketLeft";
const UNFOLD_ALL = "Control+Alt+BracketRight";

const CODE = `a = 1
def f(x):
    if x:
        return 1
    return 2
b = 2`;

/**
 * An editor with the focus that has what an editor in use needs, the caret at the start.
 * @param {import("node:test").TestContext} t @param {string} [code] @param {object} [more]
 */
async function typist(t, code = CODE, more = {}) {
  const editor = await openEditor(t, on, more);
  const { start, drawn, equipped } = typistOn(editor);
  await editor.focus();
  await equipped();
  await start(code);
  return Object.assign(editor, { start, drawn });
}

/** The lines that can be seen, each with its number and its summary. @param {Editor} editor */
async function seen(editor) {
  await editor.drawn();
  return editor.host.evaluate((host) => {
    const root = /** @type {ShadowRoot} */ (host.shadowRoot);
    const numbers = (root.querySelector(".gutter")?.textContent ?? "").trim().split("\n");
    const middle = (/** @type {Element} */ node) => node.getBoundingClientRect().top + node.getBoundingClientRect().height / 2;
    const lines = [...root.querySelectorAll(".line")].filter((line) => line.getBoundingClientRect().height > 0);
    return lines.map((line, at) => {
      const fold = [...root.querySelectorAll(".fold")].find((fold) => Math.abs(middle(fold) - middle(line)) < 3);
      return `${numbers[at]} ${line.textContent}${fold?.textContent ?? ""}`;
    });
  });
}

const FOLDED = ["1 a = 1", "2 def f(x):… 3 lines", "6 b = 2"];
const OPEN = CODE.split("\n").map((line, at) => `${at + 1} ${line}`);

/** The sign beside a line. @param {Editor} editor @param {number} line from zero */
const sign = (editor, line) => editor.host.locator(`.sign[data-line="${line}"]`);

test("keys fold what is around the caret, and the caret steps over it", async (t) => {
  const editor = await typist(t);
  await editor.press("ArrowDown*3", FOLD);
  assert.deepEqual(await seen(editor), ["1 a = 1", "2 def f(x):", "3     if x:… 1 line", "5     return 2", "6 b = 2"]);
  await editor.is(CODE.replace("if x:", "if x:|"));
  assert.equal(await editor.status.textContent(), "1 line folded");
  await editor.press("ArrowUp", FOLD);
  assert.deepEqual(await seen(editor), FOLDED);
  await editor.press("ArrowDown");
  await editor.is(CODE.replace("b = 2", "b = 2|"));
  await editor.press("ArrowUp", "Home", "ArrowDown", "ArrowLeft");
  await editor.is(CODE.replace("f(x):", "f(x):|"));
  await editor.press("ArrowRight");
  await editor.is(CODE.replace("b = 2", "|b = 2"));
  await editor.press("Control+ArrowLeft", "Shift+ArrowRight");
  await editor.is(CODE.replace(/f\(x\):(.*)b/s, "f(x):«$1|»b"));
  assert.deepEqual(await seen(editor), FOLDED);
  await editor.press("Control+Home", "PageDown");
  await editor.is(CODE.replace("b = 2", "|b = 2"));
  await editor.press("ArrowUp", UNFOLD);
  assert.deepEqual(await seen(editor), OPEN);
  await editor.press(FOLD_ALL);
  assert.deepEqual(await seen(editor), FOLDED);
  await editor.press(UNFOLD_ALL);
  assert.deepEqual(await seen(editor), OPEN);
  await editor.press("Control+End", FOLD);
  assert.equal(await editor.status.textContent(), "There is nothing to fold or unfold here.");
  // AltGr is Ctrl+Alt on some systems: it types its characters.
  const prevented = await editor.content.evaluate((content) => {
    const key = new KeyboardEvent("keydown", { key: "[", ctrlKey: true, altKey: true, modifierAltGraph: true, bubbles: true, cancelable: true });
    content.dispatchEvent(key);
    return key.defaultPrevented;
  });
  assert.equal(prevented, false);
  assert.deepEqual(await seen(editor), OPEN);
  // Who only reads folds, too; a page that puts another text there finds no fold in it.
  await editor.host.evaluate((host) => host.setAttribute("readonly", ""));
  await editor.press("Control+Home", "ArrowDown", FOLD);
  assert.deepEqual(await seen(editor), FOLDED);
  await editor.setCode(CODE.replaceAll("x", "y"));
  assert.deepEqual((await seen(editor)).length, 6);
});

test("the text does not know: edits beside a fold keep it, edits in it and deleting towards it open it, undo goes on", async (t) => {
  const editor = await typist(t, CODE, { context: { permissions: ["clipboard-read", "clipboard-write"] } });
  await editor.press("ArrowDown", FOLD, "Control+Home");
  await editor.type("x\n");
  await editor.press("ArrowDown", "End", "ArrowLeft");
  await editor.type(", y");
  assert.deepEqual(await seen(editor), ["1 x", "2 a = 1", "3 def f(x), y:… 3 lines", "7 b = 2"]);
  await editor.press("Control+z*3");
  assert.equal(await editor.code(), CODE);
  assert.deepEqual(await seen(editor), FOLDED);
  // Deleting from either side shows first what would go.
  await editor.press("Control+End", "Home", "Backspace");
  assert.deepEqual(await seen(editor), OPEN);
  await editor.is(CODE.replace("b = 2", "|b = 2"));
  await editor.press("Backspace");
  await editor.is(CODE.replace("2\nb", "2|b"));
  await editor.press("Control+z");
  await editor.start(CODE);
  await editor.press("ArrowDown", FOLD, "End", "Delete");
  assert.deepEqual(await seen(editor), OPEN);
  // A line between the head and its block opens it.
  await editor.press(FOLD, "Enter");
  assert.equal((await seen(editor)).length, 7);
  await editor.press("Control+z");
  // What is copied and cut has the hidden lines.
  await editor.press(FOLD, "Control+Home", "Shift+ArrowDown*2", "Control+c");
  assert.deepEqual(await seen(editor), FOLDED);
  assert.equal(await editor.page.evaluate(() => navigator.clipboard.readText()), CODE.replace("b = 2", ""));
  await editor.press("Control+x");
  assert.deepEqual(await seen(editor), ["1 b = 2"]);
  await editor.press("Control+v");
  assert.equal(await editor.code(), CODE);
  await editor.press("Control+a");
  await editor.type("done");
  await editor.holds("done");
  // All may be selected where the end is hidden; who goes there sees it.
  await editor.start("if a:\n    b\n    c");
  await editor.press(FOLD, "Control+a");
  assert.deepEqual(await seen(editor), ["1 if a:… 2 lines"]);
  await editor.press("Control+End");
  assert.deepEqual(await seen(editor), ["1 if a:", "2     b", "3     c"]);
  // An input method that replaces a selection across a fold.
  await editor.start(CODE);
  await editor.press("ArrowDown", FOLD, "Shift+ArrowDown", "Shift+End");
  const session = await editor.page.context().newCDPSession(editor.page);
  await session.send("Input.imeSetComposition", { text: "か", selectionStart: 1, selectionEnd: 1 });
  await session.send("Input.insertText", { text: "仮" });
  await editor.is("a = 1\n仮|");
});

test("what lands in a fold opens it: find, a marked line, the browser's find; paper has none", async (t) => {
  const editor = await typist(t);
  const fold = () => editor.press("Control+Home", FOLD_ALL);
  await fold();
  await editor.press("Control+f");
  await editor.type("return");
  assert.deepEqual(await seen(editor), OPEN);
  assert.equal(await editor.host.locator(".find").getByRole("status").textContent(), "1 of 2");
  await editor.press("Escape");
  await fold();
  assert.equal(await editor.host.locator(".marks > .match").count(), 0);
  await editor.press("F3");
  assert.deepEqual(await seen(editor), OPEN);
  await fold();
  await editor.lines.nth(3).evaluate((line) => {
    if (line.getAttribute("hidden") !== "until-found") throw new Error("the browser would not look into it");
    line.dispatchEvent(new Event("beforematch", { bubbles: true }));
  });
  assert.deepEqual(await seen(editor), OPEN);
  await fold();
  for (const [event, lines] of /** @type {[string, string[]][]} */ ([["beforeprint", OPEN], ["afterprint", FOLDED]])) {
    await editor.page.evaluate((event) => void window.dispatchEvent(new Event(event)), event);
    assert.deepEqual(await seen(editor), lines, event);
  }
  await editor.start(CODE.replace("return 1", "return 1 +"));
  await editor.lines.locator(".fault").first().waitFor({ timeout: HANG });
  await fold();
  await editor.press("F8");
  assert.equal((await seen(editor)).length, 6);
  await editor.is(CODE.replace("return 1", "|return 1 +"));
  await editor.start(CODE.replace("return 1", "return none").replace("b = 2", "f(1)"));
  await fold();
  await editor.button.click();
  await editor.done();
  assert.deepEqual((await seen(editor)).length, 3);
  await editor.links.filter({ hasText: "4" }).click();
  assert.equal((await seen(editor)).length, 6);
  assert.match(await editor.marked(), /\|return none/);
});

for (const wrap of [false, true])
  test(`the mouse folds beside the lines, and unfolds by the summary${wrap ? ", in wrapped lines" : ""}`, async (t) => {
    const editor = await typist(t, CODE + "\n# " + "word ".repeat(60), { attributes: wrap ? "wrap" : "" });
    await editor.lines.first().click();
    const left = /** @type {{ x: number }} */ (await editor.host.locator(".code").boundingBox()).x;
    const at = async (/** @type {number} */ line) => /** @type {{ y: number }} */ (await editor.lines.nth(line).boundingBox()).y + 10;
    await editor.page.mouse.move(left + 12, await at(1));
    await editor.drawn();
    const signs = () => editor.host.locator(".sign").evaluateAll((signs) => signs.map((sign) => [sign.getAttribute("data-line"), getComputedStyle(sign).opacity].join()));
    assert.deepEqual(await signs(), ["1,1", "2,1"]);
    const before = await editor.marked();
    await sign(editor, 1).click();
    await editor.page.mouse.move(left + 300, await at(0));
    await editor.drawn();
    assert.deepEqual(await signs(), ["1,1"]);
    assert.equal(await editor.marked(), before);
    const visible = () => editor.lines.evaluateAll((lines) => lines.map((line) => Math.round(line.getBoundingClientRect().height / 22)).join(" "));
    assert.match(await visible(), wrap ? /^1 1 0 0 0 1 [3-9]$/ : /^1 1 0 0 0 1 1$/);
    // Below the fold, rows are where they are seen, and keys move by them.
    await editor.page.mouse.click(left + 60, await at(5));
    await editor.press("Home", "ArrowUp", "End");
    assert.match(await editor.marked(), /f\(x\):\|/);
    const pill = editor.host.getByRole("button", { name: "3 lines folded" });
    const [text, box] = [await editor.lines.nth(1).boundingBox(), await pill.boundingBox()];
    assert.ok(text && box && Math.abs(box.y + box.height / 2 - text.y - 11) < 3, JSON.stringify([text, box]));
    await pill.click();
    await editor.drawn();
    assert.equal(await pill.count(), 0);
    assert.match(await visible(), /^1 1 1 1 1 1 /);
    // Below the last line, a fold at the end stays folded.
    await editor.setCode("if a:\n    b\n    c");
    await editor.content.focus();
    await editor.press("Control+Home", FOLD);
    const box2 = /** @type {{ y: number, height: number }} */ (await editor.host.locator(".code").boundingBox());
    await editor.page.mouse.click(left + 200, box2.y + box2.height - 3);
    assert.deepEqual([await visible(), (await editor.marked()).split("\n")[0]], ["1 0 0", "if a:|"]);
  });

test("a long document has no nodes for what is folded, and rows below it are where they belong", async (t) => {
  const [blocks, size] = [30, 400];
  const part = (/** @type {number} */ at) =>
    `def f${at}():\n${Array.from({ length: size }, (_, line) => `    x = ${at * (size + 1) + line + 2}\n`).join("")}`;
  const editor = await typist(t, Array.from({ length: blocks }, (_, at) => part(at)).join(""), { attributes: `rows="20"` });
  const scroller = editor.host.locator(".code");
  const rows = () => scroller.evaluate((scroller) => Math.round((scroller.scrollHeight - 16) / 22));
  /** Every line that is shown has its own number beside it. */
  const numbered = async () => {
    const lines = await seen(editor);
    for (const line of lines) {
      const [, number, own = number] = /^(\d+) (?:    x = (\d+)!?)?/.exec(line) ?? [];
      assert.ok(number && number === own, line);
    }
    return lines;
  };
  await editor.press(FOLD_ALL);
  const first = await numbered();
  assert.deepEqual(first.slice(0, 3), ["1 def f0():… 400 lines", "402 def f1():… 400 lines", "803 def f2():… 400 lines"]);
  assert.deepEqual([first.length, await rows()], [blocks + 1, blocks + 1]);
  assert.ok((await editor.lines.count()) < 200, `${await editor.lines.count()} nodes`);
  await editor.press("ArrowDown*29");
  assert.match(await editor.marked(), /\|def f29\(\):/);
  await editor.press("End", UNFOLD, "ArrowDown*2", "End");
  await editor.type("!");
  assert.match(await editor.code(), /    x = 11632!\n/);
  assert.equal(await rows(), blocks + 1 + size);
  // Into a fold by a search, from far away.
  await editor.press("Control+Home", "Control+f");
  await editor.host.getByLabel("Find", { exact: true }).fill("x = 7000");
  await editor.lines.filter({ hasText: "x = 7000" }).waitFor({ timeout: HANG });
  await editor.press("Escape");
  const found = await numbered();
  assert.ok(found.includes("6818 def f17():") && found.includes("6417 def f16():… 400 lines"), found.join("\n"));
  // One fold above, so many lines that only a window of them is there: scrolled to, each has its number.
  await editor.press(UNFOLD_ALL, "Control+Home", FOLD);
  assert.equal(await rows(), blocks * (size + 1) + 1 - size);
  for (const line of [5_000, 12_029]) {
    await scroller.evaluate((scroller, top) => scroller.scrollTo(0, top), (line - 1 - size) * 22);
    await editor.lines.filter({ hasText: `x = ${line}` }).waitFor({ timeout: HANG });
    await numbered();
    assert.ok((await editor.lines.count()) < 300, `${await editor.lines.count()} nodes`);
  }
  // What is typed far from a fold leaves it alone.
  await editor.lines.filter({ hasText: "x = 12028" }).click();
  await editor.type("!");
  assert.match(await editor.code(), /x = 12028!\n/);
  await editor.press("Control+z", "Control+Home");
  assert.equal(await rows(), blocks * (size + 1) + 1 - size);
  await editor.press("ArrowDown");
  await editor.lines.filter({ hasText: "def f1():" }).waitFor({ timeout: HANG });
  assert.match(await editor.marked(), /\|def f1\(\):/);
  await editor.type("y = 1\n");
  await editor.press("Control+z*3", UNFOLD_ALL);
  await editor.drawn();
  assert.equal(await rows(), blocks * (size + 1) + 1);
  await numbered();
  // The signs are there wherever it is scrolled to.
  await scroller.evaluate((scroller, top) => scroller.scrollTo(0, top), size * 22);
  await editor.lines.filter({ hasText: "def f1():" }).waitFor({ timeout: HANG });
  await editor.drawn();
  const { x, y } = /** @type {{ x: number, y: number }} */ (await scroller.boundingBox());
  await editor.page.mouse.move(x + 12, y + 200);
  await sign(editor, size + 1).click();
  assert.equal(await rows(), blocks * (size + 1) + 1 - size);
});

test("a lesson of several chunks is as high as what can be seen of it", async (t) => {
  const editor = await typist(t, Array.from({ length: 60 }, (_, at) => `def f${at}():\n    a\n    b\n    return\n`).join(""), { attributes: `rows="12"` });
  const rows = async () => {
    await editor.drawn();
    return editor.content.evaluate((content) => [...content.children].reduce((sum, chunk) => sum + chunk.getBoundingClientRect().height, 0) / 22);
  };
  const inSight = () =>
    editor.host.evaluate((host) => {
      const code = host.shadowRoot?.querySelector(".code")?.getBoundingClientRect();
      const range = /** @type {any} */ (getSelection()).getComposedRanges({ shadowRoots: [host.shadowRoot] })[0];
      const node = range.startContainer instanceof Element ? range.startContainer : range.startContainer.parentElement;
      const { top, bottom } = node.getBoundingClientRect();
      return code && top >= code.top - 5 && bottom <= code.bottom + 5;
    });
  assert.equal(await rows(), 241);
  await editor.press("Control+End", "ArrowUp*3", FOLD_ALL);
  assert.equal(await rows(), 61);
  assert.equal(await inSight(), true);
  // A line more and a fold less, out of sight of the first chunk.
  await editor.press("End", UNFOLD);
  assert.equal(await rows(), 64);
  await editor.press("Enter");
  assert.equal(await rows(), 65);
  await editor.press(UNFOLD_ALL);
  assert.equal(await rows(), 242);
  assert.equal(await inSight(), true);
});

test("fingers find the signs beside the lines, and axe finds nothing", async (t) => {
  for (const context of [{ viewport: { width: 390, height: 700 }, hasTouch: true, isMobile: true }, { colorScheme: "dark" }]) {
    const head = `<meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width, initial-scale=1">`;
    const editor = await typist(t, CODE + "\nif b:\n    c\nif c:\n    d", { context, head });
    const touch = "hasTouch" in context;
    if (touch) {
      await sign(editor, 1).waitFor({ timeout: HANG });
      assert.equal(await sign(editor, 1).evaluate((sign) => getComputedStyle(sign).opacity), "0.5");
      await sign(editor, 1).tap();
    } else await editor.press("ArrowDown", FOLD);
    assert.equal((await seen(editor)).length, 7);
    await editor.press(FOLD_ALL);
    assert.equal((await seen(editor)).length, 5);
    await editor.page.evaluate(AXE);
    const found = await editor.page.evaluate(async () => {
      const { violations } = await /** @type {any} */ (window).axe.run(document.querySelector("mpy-editor"), { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
      return violations.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes.map((/** @type {any} */ { html }) => html).join(" | ")}`);
    });
    assert.deepEqual(found, []);
    const pill = editor.host.getByRole("button", { name: "3 lines folded" });
    await (touch ? pill.tap() : pill.click());
    assert.equal((await seen(editor)).length, 8);
  }
});
