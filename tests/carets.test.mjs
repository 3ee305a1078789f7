/**
 * Several carets and finding, as far as only Chromium can be driven to: with an input
 * method, a clipboard that the page reads, the panel by its names. Texts are written
 * as `has` reads them: every `|` is a caret, the browser's or one of ours.
 *
 * Not here: what holds in every engine (editing-cases.mjs), what each command selects
 * and changes (native tests of editor-core).
 */

import assert from "node:assert/strict";
import test from "node:test";
import { site } from "./harness.mjs";
import { HANG, openEditor, typistOn } from "./editor.mjs";

const on = site();

/**
 * An editor with the focus that has what an editor in use needs.
 * @param {import("node:test").TestContext} t @param {object} [more]
 */
async function typist(t, more = {}) {
  const editor = await openEditor(t, on, more);
  await editor.focus();
  const { start, drawn, has, marks, equipped } = typistOn(editor);
  await equipped();
  return Object.assign(editor, { start, drawn, has, marks });
}

test("copies of several carets are pasted one a caret", async (t) => {
  const editor = await typist(t, { context: { permissions: ["clipboard-read", "clipboard-write"] } });
  await editor.start("one 1\ntwo 2");
  await editor.press("Control+Alt+ArrowDown", "Control+Shift+ArrowRight", "Control+c", "End");
  assert.equal(await editor.page.evaluate(() => navigator.clipboard.readText()), "one\ntwo");
  await editor.press("Control+v");
  await editor.has("one 1one|\ntwo 2two|");
  await editor.press("Escape", "Control+v");
  await editor.holds("one 1one\ntwo 2twoone\ntwo");
  // Carets that select nothing are not cut.
  await editor.start("one\ntwo");
  await editor.press("Control+Alt+ArrowDown", "Control+x");
  await editor.has("|one\n|two");
});

test("an input method goes on at the caret that scrolls, and leaves the others", async (t) => {
  const editor = await typist(t);
  await editor.start("a\nb");
  await editor.press("Control+Alt+ArrowDown");
  const session = await editor.page.context().newCDPSession(editor.page);
  await session.send("Input.imeSetComposition", { text: "か", selectionStart: 1, selectionEnd: 1 });
  await session.send("Input.imeSetComposition", { text: "かな", selectionStart: 2, selectionEnd: 2 });
  await session.send("Input.insertText", { text: "仮名" });
  await editor.has("|a\n仮名|b");
  await editor.type("x");
  await editor.has("x|a\n仮名x|b");
});

test("find: the panel, its count, both ways round, rules, and the keyboard back", async (t) => {
  const editor = await typist(t);
  const panel = editor.host.locator(".find");
  const field = panel.getByLabel("Find", { exact: true });
  const said = async () => (await editor.drawn(), panel.getByRole("status").textContent());
  await editor.start("an ant\nAn Anna\nbanana an");
  await editor.press("Control+f");
  assert.equal(await field.evaluate((field) => field === /** @type {ShadowRoot} */ (field.getRootNode()).activeElement), true);
  await editor.type("an");
  await editor.drawn();
  assert.equal(await said(), "1 of 7");
  assert.deepEqual([await editor.marks("match"), await editor.marks("current")], [7, 1]);
  await editor.press("Enter*2");
  assert.equal(await said(), "3 of 7");
  await editor.press("Shift+Enter*3");
  assert.equal(await said(), "7 of 7");
  await editor.press("F3");
  assert.equal(await said(), "1 of 7");
  await panel.getByLabel("Whole words").click();
  assert.equal(await said(), "1 of 3");
  await panel.getByLabel("Match case").click();
  await editor.drawn();
  assert.equal(await said(), "1 of 2");
  assert.equal(await panel.getByLabel("Match case").getAttribute("aria-pressed"), "true");
  await field.fill("nothing");
  assert.equal(await said(), "No match");
  await field.fill("an");
  await editor.press("Escape");
  await editor.is("«an|» ant\nAn Anna\nbanana an");
  await editor.drawn();
  assert.equal(await editor.marks("match"), 0);
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

test("in a long document marks follow the window, and matches far away are found", async (t) => {
  const editor = await typist(t);
  const said = editor.host.locator(".find").getByRole("status");
  await editor.start("value = 1\n".repeat(20_000) + "needle\n" + "value = 2\n".repeat(20_000));
  await editor.press("Control+f");
  await editor.type("needle");
  await said.filter({ hasText: "1 of 1" }).waitFor({ timeout: HANG });
  await editor.lines.filter({ hasText: "needle" }).waitFor({ timeout: HANG });
  await editor.drawn();
  assert.equal(await editor.marks("current"), 1);
  await editor.host.locator(".find-field").first().fill("value");
  await said.filter({ hasText: "of 40000" }).waitFor({ timeout: HANG });
  await editor.drawn();
  const shown = await editor.marks("match");
  assert.ok(shown > 5 && shown < 300, `${shown} marks`);
  const near = await editor.host.evaluate((host) => {
    const root = /** @type {ShadowRoot} */ (host.shadowRoot);
    const tops = (/** @type {string} */ css) => [...root.querySelectorAll(css)].map((node) => Math.round(node.getBoundingClientRect().top / 22));
    const lines = new Set(tops(".line"));
    return tops(".marks > .match").every((top) => lines.has(top) || lines.has(top - 1));
  });
  assert.equal(near, true);
});
