/**
 * The list of words under the caret: what opens and closes it, which keys it
 * takes and which it leaves alone.
 *
 * Not here: which words are offered in which order (native tests of editor-core).
 */

import assert from "node:assert/strict";
import test from "node:test";
import { site } from "./harness.mjs";
import { openEditor } from "./editor.mjs";

const on = site();

/** @param {import("node:test").TestContext} t @param {string} code @param {object} [more] */
async function typist(t, code, more = {}) {
  const editor = await openEditor(t, on, { code, ...more });
  await editor.focus();
  await editor.press("Control+End");
  const list = editor.host.locator(".suggestions");
  const rows = list.locator("[role=option]");
  const chosen = list.locator("[aria-selected=true]");
  const closed = () => list.waitFor({ state: "hidden" });
  const words = () => rows.locator(":scope > :not(.kind)").evaluateAll((parts) => {
    const found = [];
    for (let at = 0; at < parts.length; at += 2) found.push(`${parts[at].textContent}${parts[at + 1].textContent}`);
    return found;
  });
  return { ...editor, list, rows, chosen, closed, words };
}

test("a list opens by itself, and Enter is Enter until a word is chosen", async (t) => {
  const editor = await typist(t, "total = 1\ntotal_of_all = 2\n");
  await editor.type("tot");
  await editor.list.waitFor();
  assert.deepEqual(await editor.words(), ["total_of_all", "total"]);
  assert.equal(await editor.chosen.count(), 0);
  await editor.type("\n");
  await editor.holds("total = 1\ntotal_of_all = 2\ntot\n");
  await editor.closed();
});

test("arrows choose, Enter takes, undo brings back what was typed", async (t) => {
  const editor = await typist(t, "total = 1\ntotal_of_all = 2\n");
  await editor.type("tot");
  await editor.list.waitFor();
  await editor.press("ArrowDown");
  assert.equal(await editor.chosen.textContent(), "ntotal_of_all");
  const text = editor.host.locator(".content");
  assert.equal(await text.getAttribute("aria-activedescendant"), await editor.chosen.getAttribute("id"));
  await editor.press("ArrowDown", "ArrowUp", "Enter");
  await editor.is("total = 1\ntotal_of_all = 2\ntotal_of_all|");
  await editor.closed();
  assert.equal(await text.getAttribute("aria-activedescendant"), null);
  await editor.press("Control+z");
  await editor.holds("total = 1\ntotal_of_all = 2\ntot");
});

test("Tab takes the first word; Escape closes the list and leaves the editor only after that", async (t) => {
  const editor = await typist(t, "");
  await editor.type("prin");
  await editor.list.waitFor();
  await editor.press("Tab");
  await editor.is("print|");
  await editor.type("(Val");
  await editor.list.waitFor();
  await editor.press("Escape");
  await editor.closed();
  await editor.press("Tab");
  await editor.holds("print(Val ".padEnd(12) + ")");
});

test("Ctrl+Space asks for a list, with the first word chosen", async (t) => {
  const editor = await typist(t, "value = 1\n");
  await editor.press("Control+Space");
  await editor.list.waitFor();
  assert.equal(await editor.chosen.textContent(), "nvalue");
  await editor.press("Enter");
  await editor.is("value = 1\nvalue|");
});

test("more letters narrow the list, what does not fit closes it, and so do a move and the loss of the focus", async (t) => {
  const editor = await typist(t, "alpha = alpine = 1\n");
  await editor.type("al");
  await editor.list.waitFor();
  await editor.type("pi");
  await editor.page.waitForFunction(
    () => document.querySelector("mpy-editor")?.shadowRoot?.querySelectorAll("[role=option]").length === 1,
  );
  await editor.type("x");
  await editor.closed();
  await editor.press("Backspace");
  await editor.type("n");
  await editor.list.waitFor();
  await editor.press("Home");
  await editor.closed();
  await editor.press("End", "Backspace");
  await editor.type("n");
  await editor.list.waitFor();
  await editor.page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector("mpy-editor")).blur());
  await editor.page.locator("body").click({ position: { x: 2, y: 2 } });
  await editor.closed();
});

test("a click takes a word, and the text keeps the focus", async (t) => {
  const editor = await typist(t, "alpha = alpine = 1\n");
  await editor.type("al");
  await editor.list.waitFor();
  await editor.rows.filter({ hasText: "alpha" }).click();
  await editor.is("alpha = alpine = 1\nalpha|");
});

test("no list opens in a text, in a comment, or for a number", async (t) => {
  const editor = await typist(t, "name = 1\n");
  // The list is there, and closed, from here on.
  await editor.type("nam");
  await editor.list.waitFor();
  await editor.press("Escape");
  await editor.closed();
  const opened = await editor.list.evaluateHandle((list) => {
    /** @type {string[]} */
    const opened = [];
    new MutationObserver(() => !list.hidden && opened.push(list.textContent ?? "")).observe(list, { attributes: true });
    return opened;
  });
  for (const prose of ["e # nam", "\n'nam", "\n12"]) {
    await editor.press("End");
    await editor.type(prose);
    await editor.press("Control+Space");
  }
  await editor.press("End");
  await editor.type("\nnam");
  await editor.list.waitFor();
  assert.equal((await opened.jsonValue()).length, 1);
});

const PROGRAM = `import math
class Cat:
    """A cat. It purrs."""
    def __init__(self, name):
        self.name = name
    @property
    def mood(self):
        print("nobody asked")
    def greet(self, other, times=1):
        """Says hello."""
tom = Cat("Tom")
`;

for (const tag of ["py-editor", "mpy-editor"]) {
  const isCPython = tag === "py-editor";

  test(`${tag}: once it has run, the interpreter knows what is behind a dot, and nothing of the program is called for that`, async (t) => {
    const editor = await typist(t, PROGRAM, { tag });
    await editor.run();
    await editor.focus();
    await editor.type("tom.");
    await editor.rows.filter({ hasText: "greet" }).waitFor();
    assert.deepEqual((await editor.words()).sort(), ["greet", "mood", "name"]);
    await editor.type("gr");
    await editor.page.waitForFunction((tag) => document.querySelector(tag)?.shadowRoot?.querySelectorAll("[role=option]").length === 1, tag);
    await editor.press("Tab");
    await editor.is(`${PROGRAM}tom.greet|`);
    const description = editor.host.locator(".description");
    await editor.type("(");
    await description.waitFor();
    assert.equal(await description.locator(".signature").textContent(), isCPython ? "greet(other, times=1)" : "greet(…)");
    if (isCPython) {
      assert.equal(await description.locator(".doc").textContent(), "Says hello.");
      assert.equal(await description.locator("b").textContent(), "other");
      await editor.type("1, ");
      await description.locator("b", { hasText: "times=1" }).waitFor();
    }
    await editor.press("Escape");
    await description.waitFor({ state: "hidden" });
    await editor.press("End");
    await editor.type("\nmath.fl");
    await editor.rows.filter({ hasText: "floor" }).waitFor();
    await editor.press("Escape");
    await editor.closed();
    assert.equal(await editor.written(), "");
  });

  test(`${tag}: what the mouse rests on is described`, async (t) => {
    const editor = await typist(t, "n = 41 + 1\nn", { tag });
    const description = editor.host.locator(".description");
    await editor.run();
    const name = await editor.host.locator(".line").nth(1).boundingBox();
    assert.ok(name);
    await editor.page.mouse.move(name.x + 3, name.y + name.height / 2);
    await editor.page.mouse.move(name.x + 4, name.y + name.height / 2);
    await description.waitFor();
    assert.equal(await description.textContent(), "n: int = 42");
    await editor.page.mouse.move(2, 2);
    await description.waitFor({ state: "hidden" });
  });
}
