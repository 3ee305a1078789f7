/**
 * Editing in Chromium: the cases of every engine (editing-cases.mjs), and what only
 * it can be driven to do, such as a real input method and a clipboard that the page
 * reads. Texts are written as `editor.is` reads them: `|` is the caret, `«ab|»` a
 * range with its head at the bar; it also checks that what the page shows is what
 * `code` says.
 *
 * Not here: running by keys (running.test.mjs), marks of errors
 * (errors.test.mjs), the rules of each command (native tests of editor-core).
 */

import assert from "node:assert/strict";
import test from "node:test";
import { site } from "./harness.mjs";
import { CASES } from "./editing-cases.mjs";
import { openEditor, typistOn } from "./editor.mjs";

const on = site();

/** @param {import("node:test").TestContext} t @param {string} [code] @param {object} [more] */
async function typist(t, code = "", more = {}) {
  const editor = await openEditor(t, on, { code, ...more });
  await editor.focus();
  return editor;
}

const CLIPBOARD = { context: { permissions: ["clipboard-read", "clipboard-write"] } };

/** @param {import("playwright-core").Page} page @param {string} text */
const putOnClipboard = (page, text) => page.evaluate((text) => navigator.clipboard.writeText(text), text);
/** @param {import("playwright-core").Page} page */
const onClipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

for (const { name, code, attributes = {}, run } of CASES) {
  test(name, async (t) => {
    const text = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`).join(" ");
    await run(typistOn(await typist(t, code, { attributes: text, ...CLIPBOARD })));
  });
}

// ---- typing ----

test("a program of thirty lines, typed key by key, is the text to the character", async (t) => {
  // Python's own way to write it: the editor indents after a colon, goes back after `return` and its
  // like, and steps over the brackets it closed; Backspace (⌫) goes a level back.
  const keys = `from math import pi

class Circle:
"""A round thing, in 'units'."""

def __init__(self, radius):
self.radius = radius
self.name = f"circle of {radius!r} {{braces}}"

⌫@property
def area(self):
return pi * self.radius ** 2

def scaled(self, by=2):
# Not more than ten times.
if by > 10 or by < 0:
raise ValueError("too \\"big\\"")
else:
pass
return Circle(self.radius * by)

⌫circles = [Circle(n) for n in range(1, 4)]
total = 0
for index, circle in enumerate(circles):
total += circle.area
while False:
break
print(index, circle.name, sep=": ")

⌫print(round(total, 3), {"a": [1, 2], 'b': (3,)}, 100 % 7, 6 & 3 | 1 ^ 2, ~5)
square = lambda x: x @ x if x is not None else x`;
  const text = `from math import pi

class Circle:
    """A round thing, in 'units'."""
____
    def __init__(self, radius):
        self.radius = radius
        self.name = f"circle of {radius!r} {{braces}}"
________
    @property
    def area(self):
        return pi * self.radius ** 2
____
    def scaled(self, by=2):
        # Not more than ten times.
        if by > 10 or by < 0:
            raise ValueError("too \\"big\\"")
        else:
            pass
        return Circle(self.radius * by)
____
circles = [Circle(n) for n in range(1, 4)]
total = 0
for index, circle in enumerate(circles):
    total += circle.area
    while False:
        break
    print(index, circle.name, sep=": ")
____
print(round(total, 3), {"a": [1, 2], 'b': (3,)}, 100 % 7, 6 & 3 | 1 ^ 2, ~5)
square = lambda x: x @ x if x is not None else x`.replace(/^_{4,}$/gm, (blanks) => " ".repeat(blanks.length));
  const editor = await typist(t);
  for (const key of keys) await editor.page.keyboard.press({ "\n": "Enter", "⌫": "Backspace" }[key] ?? key);
  await editor.holds(text);
});

// ---- the caret ----

test("Ctrl+A selects all", async (t) => {
  const editor = await typist(t, "a\n\nb");
  await editor.press("Control+a");
  await editor.is("«a\n\nb|»");
  await editor.press("Delete");
  await editor.is("|");
});

test("the caret is in sight after it moved", async (t) => {
  const code = Array.from({ length: 100 }, (_, index) => `x${index}`).join("\n");
  const editor = await typist(t, code, { attributes: `rows="5"` });
  const inSight = async (/** @type {string} */ text) => {
    await editor.page.waitForFunction((text) => {
      const root = document.querySelector("mpy-editor")?.shadowRoot;
      const line = [...(root?.querySelectorAll(".line") ?? [])].find(({ textContent }) => textContent === text);
      const [inner, outer] = [line?.getBoundingClientRect(), root?.querySelector(".code")?.getBoundingClientRect()];
      // The caret is lower than its line.
      const spare = 5;
      return inner && outer && inner.top >= outer.top - spare && inner.bottom <= outer.bottom + spare;
    }, text);
  };
  await inSight("x99");
  await editor.press("Control+Home");
  await inSight("x0");
  await editor.press("PageDown*4");
  await editor.press("Control+End");
  await inSight("x99");
});

// ---- the clipboard ----

test("copy, cut and paste", async (t) => {
  const editor = await typist(t, "one two\nthree", CLIPBOARD);
  await editor.press("Control+Home", "Shift+Control+ArrowRight", "Control+c");
  assert.equal((await onClipboard(editor.page)).trim(), "one");
  await editor.press("Control+a", "Control+x");
  assert.equal(await onClipboard(editor.page), "one two\nthree");
  await editor.is("|");
  await editor.press("Control+v");
  await editor.is("one two\nthree|");
  await editor.press("Control+z");
  await editor.holds("");
});

test("copy and cut without a selection leave the clipboard alone", async (t) => {
  const editor = await typist(t, "one", CLIPBOARD);
  await putOnClipboard(editor.page, "before");
  await editor.press("Control+c", "Control+x");
  assert.equal(await onClipboard(editor.page), "before");
  await editor.is("one|");
});

test("pasted HTML comes as text", async (t) => {
  const editor = await typist(t, "", CLIPBOARD);
  await editor.page.evaluate(() =>
    navigator.clipboard.write([
      new ClipboardItem({ "text/html": new Blob(["<b>bold</b>"], { type: "text/html" }), "text/plain": new Blob(["<b>bold</b>"], { type: "text/plain" }) }),
    ]),
  );
  await editor.press("Control+v");
  await editor.holds("<b>bold</b>");
  assert.equal(await editor.host.locator("b").count(), 0);
});

// ---- the mouse ----

test("a click below the last line puts the caret into it; right of a line at its end", async (t) => {
  const editor = await typist(t, "one\ntwo", { attributes: `rows="8"` });
  await editor.press("Control+Home");
  const box = await editor.content.boundingBox();
  assert.ok(box);
  await editor.page.mouse.click(box.x + box.width - 40, box.y + 10);
  await editor.is("one|\ntwo");
  const code = await editor.host.locator(".code").boundingBox();
  assert.ok(code);
  await editor.page.mouse.click(box.x + box.width - 40, code.y + code.height - 10);
  await editor.is("one\ntwo|");
  await editor.type("!");
  await editor.is("one\ntwo!|");
});

// ---- what the page shows ----

test("tokens have the classes of what they are", async (t) => {
  const editor = await typist(t, `@cached\nclass A(B):\n    def go(self, n=1):  # why\n        return print(f"{n}\\n", None)`);
  const coloured = (/** @type {string} */ name) => editor.host.locator(`.line .${name}`).allTextContents();
  const has = async (/** @type {string} */ name, /** @type {string} */ text) => {
    await editor.host.locator(`.line .${name}`, { hasText: text }).first().waitFor();
    assert.ok((await coloured(name)).some((token) => token.includes(text)), `${text} is a ${name}`);
  };
  await has("keyword", "def");
  await has("keyword", "return");
  await has("class", "A");
  await has("function", "go");
  await has("comment", "# why");
  await has("number", "1");
  await has("decorator", "cached");
  await has("builtin", "print");
  await has("constant", "None");
  await has("string", `"`);
  await has("escape", "\\n");
  assert.equal(await editor.shown(), await editor.code());
});

test("a long document scrolled by the wheel shows the lines that are in sight", async (t) => {
  const lines = Array.from({ length: 5000 }, (_, index) => `value_${index}`);
  const editor = await openEditor(t, on, { code: lines.join("\n"), attributes: `rows="12"` });
  await editor.host.locator(".code").evaluate((code) => code.scrollTo(0, code.scrollHeight / 2));
  await editor.lines.filter({ hasText: "value_2500" }).waitFor();
  assert.ok(await editor.lines.filter({ hasText: "value_2500" }).isVisible());
  await editor.host.locator(".code").evaluate((code) => code.scrollTo(0, code.scrollHeight));
  await editor.lines.filter({ hasText: "value_4999" }).waitFor();
});

test("a long document is printed whole", async (t) => {
  const lines = Array.from({ length: 5000 }, (_, n) => `value_${n} = ${n}`);
  const editor = await openEditor(t, on, { code: lines.join("\n"), attributes: `rows="12"` });
  await editor.page.evaluate(() => {
    const text = () => [...(document.querySelector("mpy-editor")?.shadowRoot?.querySelectorAll(".line") ?? [])].map((line) => line.textContent).join("\n");
    addEventListener("beforeprint", () => Object.assign(window, { printed: text() }));
  });
  await editor.page.pdf();
  assert.equal(await editor.page.evaluate(() => Reflect.get(window, "printed")), lines.join("\n"));
  await editor.lines.nth(300).waitFor({ state: "detached" });
  assert.equal(await editor.code(), lines.join("\n"));
});

// ---- lessons: whole in the DOM, in chunks of lines ----

test("of a lesson only what is in sight is computed, and all of it can be edited as one text", async (t) => {
  const lines = Array.from({ length: 200 }, (_, n) => `value_${n} = ${n}`);
  const editor = await openEditor(t, on, { code: lines.join("\n"), attributes: `rows="12"`, ...CLIPBOARD });
  await editor.focus();
  assert.equal(await editor.lines.count(), 200);
  // The caret is at the end; a browser finds out some frames later what is in sight.
  for (const [line, isComputed] of /** @type {[number, boolean][]} */ ([[199, true], [0, false]])) {
    await editor.lines.nth(line).evaluate(async (line, isComputed) => {
      while (line.checkVisibility({ contentVisibilityAuto: true }) !== isComputed) await new Promise(requestAnimationFrame);
    }, isComputed);
  }

  // An input method takes the place of lines of two chunks.
  await editor.press("Control+Home", "ArrowDown*30", "Shift+ArrowDown*5");
  const method = await inputMethod(editor);
  await method.compose("か");
  await method.commit("火");
  lines.splice(30, 6, "火value_35 = 35");
  await editor.holds(lines.join("\n"));

  // Many lines come into the middle of a chunk, and the caret is at their end.
  const pasted = Array.from({ length: 150 }, (_, n) => `pasted_${n}()`);
  await putOnClipboard(editor.page, pasted.join("\n") + "\n");
  await editor.press("Control+Home", "ArrowDown*50", "Control+v");
  await editor.type("# here\n");
  lines.splice(50, 0, ...pasted, "# here");
  await editor.holds(lines.join("\n"));

  // A chunk goes with its last line; a new one comes.
  await editor.press("Control+z*3");
  lines.splice(50, 151);
  await editor.holds(lines.join("\n"));
  await editor.press("Control+Home", "Shift+ArrowDown*70", "Delete");
  lines.splice(0, 70);
  await editor.holds(lines.join("\n"));
  await editor.press("Control+a");
  await editor.type("x");
  await editor.is("x|");
  assert.equal(await editor.lines.count(), 1);
});

// ---- input methods ----

/** @param {Awaited<ReturnType<typeof typist>>} editor */
async function inputMethod(editor) {
  const session = await editor.page.context().newCDPSession(editor.page);
  return {
    /** @param {string} text @param {number} [caret] */
    compose: (text, caret = text.length) =>
      session.send("Input.imeSetComposition", { text, selectionStart: caret, selectionEnd: caret }),
    /** @param {string} text */
    commit: (text) => session.send("Input.insertText", { text }),
  };
}

test("an input method's text is neither lost nor doubled", async (t) => {
  const editor = await typist(t, "print('')  # 注");
  await editor.press("Home", "ArrowRight*7");
  const method = await inputMethod(editor);
  for (const text of ["n", "に", "にh", "にほ", "にほn", "にほん"]) {
    await method.compose(text);
    await editor.holds(`print('${text}')  # 注`);
  }
  await method.commit("日本");
  await editor.is("print('日本|')  # 注");
  await method.compose("ご");
  await method.commit("語");
  await editor.is("print('日本語|')  # 注");
  await editor.type("!");
  await editor.is("print('日本語!|')  # 注");
});

test("an input method in an empty document, on an empty line, and Enter afterwards", async (t) => {
  const editor = await typist(t);
  const method = await inputMethod(editor);
  await method.compose("か");
  await editor.holds("か");
  await method.commit("火");
  await editor.is("火|");
  await editor.press("Enter");
  await editor.is("火\n|");
  await method.compose("み");
  await method.commit("水");
  await editor.press("Enter");
  await editor.type("x");
  await editor.is("火\n水\nx|");
});

test("a composition that is given up leaves nothing", async (t) => {
  const editor = await typist(t, "a = 1");
  const method = await inputMethod(editor);
  await method.compose("か");
  await method.compose("");
  await editor.holds("a = 1");
  await editor.type("2");
  await editor.is("a = 12|");
});

test("an input method replaces the selection", async (t) => {
  const editor = await typist(t, "one\ntwo\nthree");
  await editor.press("Control+Home", "ArrowRight", "Shift+ArrowDown");
  const method = await inputMethod(editor);
  await method.compose("か");
  await editor.holds("oかwo\nthree");
  await method.commit("火");
  await editor.is("o火|wo\nthree");
});

test("what an input method wrote can be undone", async (t) => {
  const editor = await typist(t, "a");
  const method = await inputMethod(editor);
  await method.compose("か");
  await method.compose("かき");
  await method.commit("柿");
  await editor.press("Control+z");
  await editor.is("a|");
  await editor.press("Control+Shift+z");
  await editor.is("a柿|");
});

test("a keyboard that composes every word, as on a phone", async (t) => {
  const editor = await typist(t);
  const method = await inputMethod(editor);
  for (const word of ["print", "(", "value", ")"]) {
    for (let length = 1; length <= word.length; length += 1) await method.compose(word.slice(0, length));
    await method.commit(word);
  }
  await editor.is("print(value)|");
});

// ---- what a page around it may rely on ----

test("keys of the editor do not reach the page's own shortcuts", async (t) => {
  const editor = await typist(t);
  await editor.page.evaluate(() => {
    Object.assign(window, { keys: [] });
    for (const name of ["keydown", "keypress", "keyup"]) document.addEventListener(name, () => keys.push(name));
  });
  await editor.type("s/");
  await editor.press("Enter", "Escape");
  assert.deepEqual(await editor.page.evaluate("keys"), []);
});
