/**
 * Editing by real keys, a real mouse, the real clipboard and a real input
 * method. Texts are written as `editor.is` reads them: `|` is the caret,
 * `«ab|»` a range with its head at the bar; it also checks that what the page
 * shows is what `code` says.
 *
 * Not here: running by keys (running.test.mjs), marks of errors
 * (errors.test.mjs), the rules of each command (native tests of editor-core).
 */

import assert from "node:assert/strict";
import test from "node:test";
import { site } from "./harness.mjs";
import { openEditor } from "./editor.mjs";

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

// ---- typing ----

test("what is typed stands at the caret", async (t) => {
  const editor = await typist(t);
  await editor.type("print(1)");
  await editor.is("print(1)|");
  await editor.press("ArrowLeft");
  await editor.type(" + 2");
  await editor.is("print(1 + 2|)");
});

test("a selection is replaced by what is typed", async (t) => {
  const editor = await typist(t, "one two\nthree");
  await editor.press("Control+Home", "Shift+ArrowDown", "x");
  await editor.is("x|three");
});

test("Enter keeps the indentation, indents after a colon, and goes back after return", async (t) => {
  const editor = await typist(t);
  await editor.type("def f():\nif x:\ny = 1\nreturn 1\nz");
  await editor.is("def f():\n    if x:\n        y = 1\n        return 1\n    z|");
});

test("Enter in the middle of a line takes the rest along", async (t) => {
  const editor = await typist(t, "    ab");
  await editor.press("ArrowLeft", "Enter");
  await editor.is("    a\n    |b");
});

test("Tab indents and Shift+Tab outdents", async (t) => {
  const editor = await typist(t, "a\nb");
  await editor.press("Home", "Tab");
  await editor.is("a\n    |b");
  await editor.press("Shift+Tab");
  await editor.is("a\n|b");
  await editor.press("Control+a", "Tab");
  await editor.holds("    a\n    b");
  await editor.press("Shift+Tab");
  await editor.holds("a\nb");
});

test("Tab takes the indentation that the document has", async (t) => {
  const editor = await typist(t, "if a:\n  b\n");
  await editor.press("Tab");
  await editor.is("if a:\n  b\n  |");
});

test("Escape, then Tab, leaves the editor; so does Escape, then Shift+Tab", async (t) => {
  const editor = await typist(t, "a");
  const focused = () => editor.page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.className ?? "");
  assert.equal(await focused(), "content");
  await editor.press("Escape", "Tab");
  assert.notEqual(await focused(), "content");
  await editor.focus();
  await editor.press("Escape", "Shift+Tab");
  assert.notEqual(await focused(), "content");
  await editor.focus();
  await editor.press("Escape", "q", "Tab");
  await editor.is("aq  |");
});

test("Backspace and Delete, by character and by word, over line breaks", async (t) => {
  const editor = await typist(t, "one two\nthree four");
  await editor.press("Backspace");
  await editor.is("one two\nthree fou|");
  await editor.press("Control+Backspace");
  await editor.is("one two\nthree |");
  await editor.press("Home", "Backspace");
  await editor.is("one two|three ");
  await editor.press("Control+Home", "Delete");
  await editor.is("|ne twothree ");
  await editor.press("Control+Delete");
  assert.match(await editor.marked(), /^\| ?twothree $/);
  await editor.press("Control+End", "Delete");
  assert.match(await editor.marked(), /^ ?twothree \|$/);
});

test("Backspace in the indentation takes a level", async (t) => {
  const editor = await typist(t, "if a:\n        ");
  await editor.press("Backspace");
  await editor.is("if a:\n    |");
});

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

test("brackets and quotes come in pairs, go around a selection, and are stepped over", async (t) => {
  const editor = await typist(t);
  await editor.type("print(");
  await editor.is("print(|)");
  await editor.type('"a');
  await editor.is('print("a|")');
  await editor.type('")');
  await editor.is('print("a")|');
  await editor.press("Shift+Home");
  await editor.type("[");
  await editor.holds('[print("a")]');
  await editor.press("End");
  await editor.type(" {");
  await editor.press("Backspace");
  await editor.is('[print("a")] |');
  await editor.type("f(");
  await editor.press("Enter", "x");
  await editor.is('[print("a")] f(\n    x|\n)');
});

test("lines are moved, copied, deleted, joined and made comments by keys", async (t) => {
  const editor = await typist(t, "if a:\n    b\nc");
  // What does it comes when somebody goes to an editor.
  await editor.host.locator(".marks").waitFor({ state: "attached" });
  await editor.press("Alt+ArrowUp");
  await editor.is("if a:\nc|\n    b");
  await editor.press("Alt+Shift+ArrowDown");
  await editor.is("if a:\nc\nc|\n    b");
  await editor.press("Control+Shift+K");
  await editor.is("if a:\nc\n|    b");
  await editor.press("Control+a", "Control+/");
  await editor.holds("# if a:\n# c\n#     b");
  await editor.press("Control+/");
  await editor.holds("if a:\nc\n    b");
  await editor.press("Control+Home", "Control+j");
  await editor.is("|if a: c\n    b");
  await editor.press("Control+z");
  await editor.holds("if a:\nc\n    b");
});

test("wide, astral and combined characters are edited whole", async (t) => {
  const editor = await typist(t);
  await editor.page.keyboard.insertText("日本😀é👍🏽");
  await editor.is("日本😀é👍🏽|");
  await editor.press("Home", "ArrowRight*2", "x");
  await editor.is("日本x|😀é👍🏽");
  await editor.press("ArrowRight", "y");
  await editor.is("日本x😀y|é👍🏽");
  await editor.press("Backspace*2");
  await editor.is("日本x|é👍🏽");
});

test("typing into a line does not lose what the page shows beside it", async (t) => {
  const editor = await typist(t, "a = '😀' + b  # note");
  await editor.press("Home", "ArrowRight*6", "=");
  await editor.holds("a = '😀=' + b  # note");
});

// ---- the caret ----

test("arrows, Home and End, with and without Shift and Ctrl", async (t) => {
  const editor = await typist(t, "    one two\nthree");
  await editor.press("ArrowUp");
  await editor.is("    one| two\nthree".replace("one|", "o|ne"));
  await editor.press("End", "Shift+Control+ArrowLeft");
  await editor.is("    one «|two»\nthree");
  await editor.press("Home");
  await editor.is("    |one two\nthree");
  await editor.press("Home");
  await editor.is("|    one two\nthree");
  await editor.press("Shift+End");
  await editor.is("«    one two|»\nthree");
  await editor.press("ArrowRight", "ArrowRight");
  await editor.is("    one two\n|three");
  await editor.press("Shift+Control+End");
  await editor.is("    one two\n«three|»");
  await editor.press("ArrowLeft", "Control+ArrowRight");
  await editor.is("    one two\nthree|");
  await editor.press("Shift+Control+Home");
  await editor.is("«|    one two\nthree»");
});

test("Up and Down keep the column over short lines", async (t) => {
  const editor = await typist(t, "abcdef\nx\nabcdef");
  await editor.press("ArrowUp*2");
  await editor.is("abcdef|\nx\nabcdef");
  await editor.press("ArrowLeft*2", "ArrowDown");
  await editor.is("abcdef\nx|\nabcdef");
  await editor.press("ArrowDown");
  await editor.is("abcdef\nx\nabcd|ef");
});

test("the page keys move by what is in sight", async (t) => {
  const code = Array.from({ length: 100 }, (_, index) => `x${index}`).join("\n");
  const editor = await typist(t, code, { attributes: `rows="10"` });
  await editor.press("Control+Home", "PageDown");
  const line = async () => (await editor.marked()).split("|")[0].split("\n").length - 1;
  const page = await line();
  assert.ok(page >= 7 && page <= 11, `${page} lines`);
  await editor.press("PageDown");
  assert.equal(await line(), 2 * page);
  await editor.press("Shift+PageUp");
  assert.match(await editor.marked(), /«\|x\d+/);
  await editor.press("PageUp*3");
  assert.equal(await line(), 0);
});

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

// ---- undo ----

test("undo and redo, by both of its keys, with the caret", async (t) => {
  const editor = await typist(t, "a = 1");
  await editor.type("0");
  await editor.press("Enter");
  await editor.type("b");
  await editor.press("Control+a", "Delete", "Control+z");
  await editor.holds("a = 10\nb");
  await editor.press("Control+z*5");
  assert.doesNotMatch(await editor.code(), /b/);
  await editor.press("Control+Shift+z*9");
  await editor.holds("");
  await editor.press("Control+z");
  await editor.holds("a = 10\nb");
  await editor.press("Control+y");
  await editor.holds("");
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

test("several lines with CRLF are pasted as lines, tabs and all", async (t) => {
  const editor = await typist(t, "<>", CLIPBOARD);
  // Not through the system's clipboard, which may rewrite line ends itself.
  const paste = (/** @type {string} */ text) =>
    editor.content.evaluate((content, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      clipboardData.setData("text/html", "<b>rich</b>");
      content.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true, composed: true }));
    }, text);
  await editor.press("ArrowLeft");
  await paste("def f():\r\n\treturn 1\r\n\rx");
  await editor.is("<def f():\n\treturn 1\n\nx|>");
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

/**
 * The place (in the window) left of a character.
 * @param {Awaited<ReturnType<typeof typist>>} editor @param {number} line @param {number} column
 */
async function at(editor, line, column) {
  const [x, y] = await editor.lines.nth(line).evaluate((line, column) => {
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    let left = column;
    while (walker.nextNode()) {
      const text = /** @type {Text} */ (walker.currentNode);
      if (left <= text.length) {
        const range = document.createRange();
        range.setStart(text, left);
        range.setEnd(text, left);
        const { left: x, top, height } = range.getBoundingClientRect();
        return [x, top + height / 2];
      }
      left -= text.length;
    }
    const { left: x, top, height } = line.getBoundingClientRect();
    return [x + 1, top + height / 2];
  }, column);
  return /** @type {const} */ ([x + 1, y]);
}

test("a click puts the caret, Shift+click extends", async (t) => {
  const editor = await typist(t, "one two\nthree = 'four'\n\nlast");
  const { mouse, keyboard } = editor.page;
  await mouse.click(...(await at(editor, 1, 2)));
  await editor.is("one two\nth|ree = 'four'\n\nlast");
  await keyboard.down("Shift");
  await mouse.click(...(await at(editor, 1, 10)));
  await keyboard.up("Shift");
  await editor.is("one two\nth«ree = 'f|»our'\n\nlast");
  await mouse.click(...(await at(editor, 2, 0)));
  await editor.is("one two\nthree = 'four'\n|\nlast");
});

test("a double click takes the word, a triple click the line", async (t) => {
  const editor = await typist(t, "one two_2 three\nfour");
  const { mouse } = editor.page;
  await mouse.click(...(await at(editor, 0, 6)), { clickCount: 2 });
  await editor.is("one «two_2|» three\nfour");
  await mouse.click(...(await at(editor, 1, 1)), { clickCount: 1 });
  await mouse.click(...(await at(editor, 0, 6)), { clickCount: 3 });
  assert.match(await editor.marked(), /^«one two_2 three\n?\|»\n?four$/);
  await editor.type("x");
  assert.match(await editor.code(), /^x\n?four$/);
});

test("a drag selects, forwards and backwards, over lines", async (t) => {
  const editor = await typist(t, "one two\nthree\nfour");
  const { mouse } = editor.page;
  const drag = async (/** @type {[number, number]} */ from, /** @type {[number, number]} */ to) => {
    await mouse.move(...(await at(editor, ...from)));
    await mouse.down();
    await mouse.move(...(await at(editor, ...to)), { steps: 5 });
    await mouse.up();
  };
  await drag([0, 4], [2, 2]);
  await editor.is("one «two\nthree\nfo|»ur");
  await drag([2, 2], [0, 4]);
  await editor.is("one «|two\nthree\nfo»ur");
  await editor.press("Delete");
  await editor.is("one |ur");
});

test("a drag after a double click goes by words", async (t) => {
  const editor = await typist(t, "one two three");
  const { mouse } = editor.page;
  await mouse.move(...(await at(editor, 0, 5)));
  await mouse.down();
  await mouse.up();
  await mouse.down({ clickCount: 2 });
  await mouse.move(...(await at(editor, 0, 10)), { steps: 4 });
  await mouse.up({ clickCount: 2 });
  await editor.is("one «two three|»");
});

test("a click below the last line puts the caret into it; right of a line at its end", async (t) => {
  const editor = await typist(t, "one\ntwo", { attributes: `rows="8"` });
  await editor.press("Control+Home");
  const box = await editor.content.boundingBox();
  assert.ok(box);
  const [, first] = await at(editor, 0, 0);
  await editor.page.mouse.click(box.x + box.width - 40, first);
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

test("colours follow an edit far above them", async (t) => {
  const editor = await typist(t, `"""\na = 1\nreturn\n"""`);
  const returns = (/** @type {string} */ name) => editor.host.locator(`.line .${name}`, { hasText: "return" });
  await returns("string").waitFor();
  await editor.press("Control+Home", "#");
  await returns("keyword").waitFor();
  assert.equal(await returns("string").count(), 0);
  await editor.press("Control+z");
  await returns("string").waitFor();
  assert.equal(await returns("keyword").count(), 0);
});

test("line numbers stand beside their lines", async (t) => {
  const editor = await typist(t, "a\nb");
  assert.equal((await editor.gutter.textContent())?.trim(), "1\n2");
  await editor.press("Enter*8");
  const numbers = Array.from({ length: 10 }, (_, index) => index + 1);
  assert.equal((await editor.gutter.textContent())?.trim(), numbers.join("\n"));
  await editor.press("Control+a", "Backspace");
  assert.equal((await editor.gutter.textContent())?.trim(), "1");
});

test("of a long document only a window is in the page, and editing works at its end", async (t) => {
  const lines = Array.from({ length: 5000 }, (_, index) => `value_${index} = ${index}`);
  const editor = await openEditor(t, on, { code: lines.join("\n"), attributes: `rows="12"`, ...CLIPBOARD });
  await editor.lines.first().click();
  assert.ok((await editor.lines.count()) < 1000, `${await editor.lines.count()} lines in the page`);
  await editor.press("Control+End");
  await editor.lines.filter({ hasText: "value_4999" }).waitFor();
  assert.ok((await editor.lines.count()) < 1000, `${await editor.lines.count()} lines in the page`);
  assert.equal((await editor.gutter.textContent())?.trim().split("\n").at(-1), "5000");
  await editor.type("9\nlast = 1");
  await editor.lines.filter({ hasText: /^last = 1$/ }).waitFor();
  const edited = `${lines.join("\n")}9\nlast = 1`;
  assert.equal(await editor.code(), edited);
  await editor.press("Control+a", "Control+c");
  assert.equal(await onClipboard(editor.page), edited);
  await editor.press("Control+Home");
  await editor.lines.filter({ hasText: /^value_0 = 0$/ }).waitFor();
  await editor.type("#");
  assert.equal(await editor.code(), `#${edited}`);
  assert.equal(await editor.lines.first().textContent(), "#value_0 = 0");
  // What is in the page is the document's lines from the first number on.
  const first = Number((await editor.gutter.textContent())?.trim().split("\n")[0]);
  const count = await editor.lines.count();
  assert.equal(await editor.shown(), `#${edited}`.split("\n").slice(first - 1, first - 1 + count).join("\n"));
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

// ---- lessons: whole in the DOM, in chunks of lines ----

test("of a lesson only what is in sight is computed, and all of it can be edited as one text", async (t) => {
  const lines = Array.from({ length: 200 }, (_, n) => `value_${n} = ${n}`);
  const editor = await openEditor(t, on, { code: lines.join("\n"), attributes: `rows="12"`, ...CLIPBOARD });
  await editor.focus();
  assert.equal(await editor.lines.count(), 200);
  const computed = (/** @type {number} */ line) =>
    editor.lines.nth(line).evaluate((line) => line.checkVisibility({ contentVisibilityAuto: true }));
  assert.deepEqual([await computed(199), await computed(0)], [true, false], "the caret is at the end");

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
