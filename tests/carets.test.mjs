/**
 * Several carets, find and replace, brackets in pairs and selecting by syntax,
 * by real keys, a real mouse and the real clipboard. Texts are written as
 * `carets` reads them: every `|` is a caret, the browser's or one of ours.
 *
 * Not here: what each command selects and changes (native tests of editor-core).
 */

import assert from "node:assert/strict";
import test from "node:test";
import { site } from "./harness.mjs";
import { HANG, openEditor } from "./editor.mjs";

const on = site();

/** @typedef {Awaited<ReturnType<typeof openEditor>>} Editor */

/**
 * An editor with the focus that has what an editor in use needs.
 * @param {import("node:test").TestContext} t @param {string} [code] @param {object} [more]
 */
async function typist(t, code = "", more = {}) {
  const editor = await openEditor(t, on, { code, ...more });
  await editor.focus();
  await editor.host.locator(".marks").waitFor({ state: "attached", timeout: HANG });
  return editor;
}

/** Puts a text there, the caret at its start. @param {Editor} editor @param {string} code */
async function start(editor, code) {
  await editor.press("Escape");
  await editor.setCode(code);
  await editor.content.focus();
  await editor.press("Control+Home");
}

/** Once all that was asked for is drawn. @param {Editor} editor */
const drawn = (editor) => editor.page.evaluate(() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then))));

/**
 * The text with all carets that can be seen in it.
 * @param {Editor} editor
 */
async function carets(editor) {
  await drawn(editor);
  const own = await editor.marked();
  const others = await editor.host.evaluate((host) => {
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
  });
  // A place in the plain text, among the signs of the browser's own selection.
  const place = (/** @type {number} */ at) => {
    let plain = 0;
    for (let index = 0; index < own.length; index += 1) {
      if (plain === at && !"«»|".includes(own[index])) return index;
      plain += "«»|".includes(own[index]) ? 0 : 1;
    }
    return own.length;
  };
  return others
    .map(place)
    .sort((a, b) => b - a)
    .reduce((text, at) => `${text.slice(0, at)}|${text.slice(at)}`, own);
}

/** @param {Editor} editor @param {string} fixture */
async function has(editor, fixture) {
  assert.equal(await carets(editor), fixture);
  await editor.holds(fixture.replace(/[«»|]/g, ""));
}

/** How many marks of a class there are. @param {Editor} editor @param {string} look */
const marks = async (editor, look) => (await drawn(editor), editor.host.locator(`.marks > .${look}`).count());

/** Where a column of a line is. @param {Editor} editor @param {number} line @param {number} column */
const point = (editor, line, column) =>
  editor.lines.nth(line).evaluate((element, column) => {
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
    // Columns behind the end of a line are as wide as those in it.
    return { x: x + Math.max(rest, 0) * 8.4 + 1, y: top + height / 2 };
  }, column);

test("several carets: by keys, typing, deleting, Enter, Tab, pairs, undo, and back to one", async (t) => {
  const editor = await typist(t);
  await start(editor, "one\ntwo\nthree");
  await editor.press("Control+Alt+ArrowDown", "Control+Alt+ArrowDown");
  await has(editor, "|one\n|two\n|three");
  await editor.type("x(");
  await has(editor, "x(|one\nx(|two\nx(|three");
  await editor.press("End");
  await editor.type(")");
  await editor.press("Backspace*2", "Shift+ArrowLeft");
  await editor.type("[");
  await editor.holds("x(o[n]\nx(t[w]\nx(thr[e]");
  await editor.press("Control+z*4");
  await has(editor, "|one\n|two\n|three");
  await editor.press("Control+y*4", "Escape");
  assert.equal(await marks(editor, "caret"), 0);
  await start(editor, "a\nb");
  await editor.press("Control+Alt+ArrowDown", "Tab", "End", "Enter");
  await has(editor, "    a\n    |\n    b\n    |");
  await editor.press("Control+Alt+ArrowUp", "Escape", "Shift+Home", "Delete");
  assert.equal((await editor.code()).split("\n").length, 4);
});

test("the next match, all matches, and words", async (t) => {
  const editor = await typist(t);
  await start(editor, "ab = 1\nprint(ab, abc)\nab += 1");
  await editor.press("Control+d");
  await editor.is("«ab|» = 1\nprint(ab, abc)\nab += 1");
  await editor.press("Control+d");
  assert.equal(await marks(editor, "selected"), 1);
  await editor.press("Control+d");
  await editor.type("total");
  await has(editor, "total| = 1\nprint(total|, abc)\ntotal| += 1");
  await editor.press("Control+z");
  await editor.press("Escape", "Control+Home", "Control+Shift+L");
  await editor.type("n");
  await has(editor, "n| = 1\nprint(n|, abc)\nn| += 1");
});

test("the mouse adds carets and takes them, and selects columns", async (t) => {
  const editor = await typist(t);
  await start(editor, "abcdef\nghijkl\n\nmnop");
  const { mouse, keyboard } = editor.page;
  const press = async (/** @type {number} */ line, /** @type {number} */ column) => {
    const { x, y } = await point(editor, line, column);
    await mouse.click(x, y);
  };
  await keyboard.down("Alt");
  await press(1, 3);
  await press(3, 1);
  await keyboard.up("Alt");
  await has(editor, "|abcdef\nghi|jkl\n\nm|nop");
  await keyboard.down("Alt");
  await press(1, 3);
  await keyboard.up("Alt");
  await has(editor, "|abcdef\nghijkl\n\nm|nop");
  await press(0, 2);
  await has(editor, "ab|cdef\nghijkl\n\nmnop");

  const drag = async (/** @type {[number, number]} */ from, /** @type {[number, number]} */ to) => {
    const [start, end] = [await point(editor, ...from), await point(editor, ...to)];
    await mouse.move(start.x, start.y);
    await mouse.down();
    await mouse.move(end.x, end.y, { steps: 3 });
    await mouse.up();
  };
  await keyboard.down("Alt");
  await drag([0, 1], [3, 3]);
  await keyboard.up("Alt");
  await editor.press("Control+x");
  await has(editor, "a|def\ng|jkl\n|\nm|p");
  await editor.type("-");
  await has(editor, "a-|def\ng-|jkl\n-|\nm-|p");
});

test("copies of several carets are pasted one a caret", async (t) => {
  const editor = await typist(t, "", { context: { permissions: ["clipboard-read", "clipboard-write"] } });
  await start(editor, "one 1\ntwo 2");
  await editor.press("Control+Alt+ArrowDown", "Control+Shift+ArrowRight", "Control+c", "End");
  assert.equal(await editor.page.evaluate(() => navigator.clipboard.readText()), "one\ntwo");
  await editor.press("Control+v");
  await has(editor, "one 1one|\ntwo 2two|");
  await editor.press("Escape", "Control+v");
  await editor.holds("one 1one\ntwo 2twoone\ntwo");
  // Carets that select nothing are not cut.
  await start(editor, "one\ntwo");
  await editor.press("Control+Alt+ArrowDown", "Control+x");
  await has(editor, "|one\n|two");
});

test("an input method goes on at the caret that scrolls, and leaves the others", async (t) => {
  const editor = await typist(t);
  await start(editor, "a\nb");
  await editor.press("Control+Alt+ArrowDown");
  const session = await editor.page.context().newCDPSession(editor.page);
  await session.send("Input.imeSetComposition", { text: "か", selectionStart: 1, selectionEnd: 1 });
  await session.send("Input.imeSetComposition", { text: "かな", selectionStart: 2, selectionEnd: 2 });
  await session.send("Input.insertText", { text: "仮名" });
  await has(editor, "|a\n仮名|b");
  await editor.type("x");
  await has(editor, "x|a\n仮名x|b");
});

test("find: the panel, its count, both ways round, rules, and the keyboard back", async (t) => {
  const editor = await typist(t);
  const panel = editor.host.locator(".find");
  const field = panel.getByLabel("Find", { exact: true });
  const said = async () => (await drawn(editor), panel.getByRole("status").textContent());
  await start(editor, "an ant\nAn Anna\nbanana an");
  await editor.press("Control+f");
  assert.equal(await field.evaluate((field) => field === /** @type {ShadowRoot} */ (field.getRootNode()).activeElement), true);
  await editor.type("an");
  await drawn(editor);
  assert.equal(await said(), "1 of 7");
  assert.deepEqual([await marks(editor, "match"), await marks(editor, "current")], [7, 1]);
  await editor.press("Enter*2");
  assert.equal(await said(), "3 of 7");
  await editor.press("Shift+Enter*3");
  assert.equal(await said(), "7 of 7");
  await editor.press("F3");
  assert.equal(await said(), "1 of 7");
  await panel.getByLabel("Whole words").click();
  assert.equal(await said(), "1 of 3");
  await panel.getByLabel("Match case").click();
  await drawn(editor);
  assert.equal(await said(), "1 of 2");
  assert.equal(await panel.getByLabel("Match case").getAttribute("aria-pressed"), "true");
  await field.fill("nothing");
  assert.equal(await said(), "No match");
  await field.fill("an");
  await editor.press("Escape");
  await editor.is("«an|» ant\nAn Anna\nbanana an");
  await drawn(editor);
  assert.equal(await marks(editor, "match"), 0);
  await editor.press("F3");
  await editor.is("an ant\nAn Anna\nbanana «an|»");
  // What is selected is looked for; within the panel, the key is the browser's.
  await editor.press("Control+Home", "Shift+End", "Control+f");
  assert.equal(await field.inputValue(), "an ant");
  const prevented = await field.evaluate((field) => {
    const key = new KeyboardEvent("keydown", { key: "f", ctrlKey: true, bubbles: true, cancelable: true });
    field.dispatchEvent(key);
    return key.defaultPrevented;
  });
  assert.equal(prevented, false);
});

test("replace: one, all in one step, and what was typed since is counted", async (t) => {
  const editor = await typist(t);
  const panel = editor.host.locator(".find");
  const said = async () => (await drawn(editor), panel.getByRole("status").textContent());
  await start(editor, "a b a b a");
  await editor.press("Control+h");
  await editor.type("a");
  await panel.getByLabel("Replace with").fill("xa");
  await editor.press("Enter");
  await editor.holds("xa b a b a");
  await drawn(editor);
  assert.equal(await said(), "2 of 3");
  await panel.getByRole("button", { name: "Replace all" }).click();
  await editor.holds("xxa b xa b xa");
  assert.equal(await said(), "3 replaced");
  await editor.content.focus();
  await editor.press("Control+z");
  await editor.holds("xa b a b a");
  await editor.press("Control+End");
  await editor.type("a");
  await drawn(editor);
  assert.equal(await said(), "4 matches");
  await editor.press("Escape");
  assert.equal(await panel.isVisible(), false);
});

test("find in several lines that were selected: counted, walked, replaced in them only, until switched off", async (t) => {
  const editor = await typist(t);
  const panel = editor.host.locator(".find");
  const said = async () => (await drawn(editor), panel.getByRole("status").textContent());
  const within = panel.getByRole("button", { name: "In the selection only" });
  const code = "a = 1\nb = a\na = a\nc = a";
  await start(editor, code);
  await editor.press("Control+f");
  assert.equal(await within.isVisible(), false);
  await editor.type("a");
  await editor.press("Escape", "Control+Home", "ArrowDown", "Shift+ArrowDown", "Shift+End", "Control+h");
  assert.equal(await within.getAttribute("aria-pressed"), "true");
  await editor.press("Enter");
  assert.deepEqual([await said(), await marks(editor, "match"), await marks(editor, "part")], ["1 of 3", 3, 2]);
  await editor.press("Enter*3");
  assert.equal(await said(), "1 of 3");
  await editor.press("Shift+Enter");
  assert.equal(await said(), "3 of 3");
  await panel.getByLabel("Replace with").fill("long");
  await editor.press("Enter");
  assert.equal(await editor.code(), "a = 1\nb = a\na = long\nc = a");
  assert.equal(await said(), "1 of 2");
  // What is typed above moves the part; undo brings back what was in it.
  await editor.content.focus();
  await editor.press("Control+Home");
  await editor.type("a\n");
  assert.equal(await said(), "2 matches");
  await panel.getByRole("button", { name: "Replace all" }).click();
  assert.equal(await editor.code(), "a\na = 1\nb = long\nlong = long\nc = a");
  await editor.content.focus();
  await editor.press("Control+z");
  assert.equal(await said(), "2 matches");
  await within.click();
  assert.deepEqual([await within.getAttribute("aria-pressed"), await marks(editor, "part")], ["false", 0]);
  assert.match(await said(), /of 5$/);
  await editor.press("Escape");
  await editor.press("Control+Home", "Control+f");
  assert.equal(await within.isVisible(), false);
});

test("in a long document marks follow the window, and matches far away are found", async (t) => {
  const editor = await typist(t);
  const said = editor.host.locator(".find").getByRole("status");
  await start(editor, "value = 1\n".repeat(20_000) + "needle\n" + "value = 2\n".repeat(20_000));
  await editor.press("Control+f");
  await editor.type("needle");
  await said.filter({ hasText: "1 of 1" }).waitFor({ timeout: HANG });
  await editor.lines.filter({ hasText: "needle" }).waitFor({ timeout: HANG });
  await drawn(editor);
  assert.equal(await marks(editor, "current"), 1);
  await editor.host.locator(".find-field").first().fill("value");
  await said.filter({ hasText: "of 40000" }).waitFor({ timeout: HANG });
  await drawn(editor);
  const shown = await marks(editor, "match");
  assert.ok(shown > 5 && shown < 300, `${shown} marks`);
  const near = await editor.host.evaluate((host) => {
    const root = /** @type {ShadowRoot} */ (host.shadowRoot);
    const tops = (/** @type {string} */ css) => [...root.querySelectorAll(css)].map((node) => Math.round(node.getBoundingClientRect().top / 22));
    const lines = new Set(tops(".line"));
    return tops(".marks > .match").every((top) => lines.has(top) || lines.has(top - 1));
  });
  assert.equal(near, true);
});

test("brackets in pairs, and one that is alone", async (t) => {
  const editor = await typist(t);
  await start(editor, "f(a, [b])\ng(1\n");
  await editor.press("ArrowRight*2");
  await drawn(editor);
  assert.deepEqual([await marks(editor, "bracket"), await marks(editor, "wrong")], [2, 0]);
  await editor.press("ArrowRight");
  await drawn(editor);
  assert.equal(await marks(editor, "bracket"), 0);
  await editor.press("ArrowDown", "Home", "ArrowRight*2");
  await drawn(editor);
  assert.deepEqual([await marks(editor, "bracket"), await marks(editor, "wrong")], [1, 1]);
  await editor.press("End");
  await editor.type(")");
  await drawn(editor);
  assert.deepEqual([await marks(editor, "bracket"), await marks(editor, "wrong")], [2, 0]);
});

test("the selection grows by syntax and shrinks again; undo keeps what a script set", async (t) => {
  const editor = await typist(t);
  await start(editor, "print(one, two)");
  await editor.press("ArrowRight*7", "Shift+Alt+ArrowRight");
  await editor.is("print(«one|», two)");
  await editor.press("Shift+Alt+ArrowRight*2");
  await editor.is("print«(one, two)|»");
  await editor.press("Shift+Alt+ArrowLeft*2");
  await editor.is("print(«one|», two)");

  await start(editor, "a\nb");
  await editor.press("End");
  await editor.type("x");
  await editor.setCode("start\nax\nb");
  await editor.is("start\nax|\nb");
  await editor.press("Control+z");
  await editor.is("ax|\nb");
  await editor.press("Control+z");
  await editor.is("a|\nb");
  await editor.press("Control+y*2");
  await editor.is("start\nax|\nb");
});
