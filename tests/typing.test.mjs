/**
 * A long program typed as people type: key by key, with detours, undo, paste and
 * an input method in between, and the text compared to the character. And the
 * ways of input methods of several languages, through the browser's own events.
 *
 * Not here: single keys and commands (editing.test.mjs). Firefox and WebKitGTK
 * cannot be driven to compose; their editing is in engines.test.mjs.
 */

import assert from "node:assert/strict";
import test from "node:test";
import { site } from "./harness.mjs";
import { openEditor } from "./editor.mjs";

const on = site();
const CLIPBOARD = { context: { permissions: ["clipboard-read", "clipboard-write"] } };

/** @param {import("node:test").TestContext} t @param {string} [code] @param {object} [more] */
async function typist(t, code = "", more = {}) {
  const editor = await openEditor(t, on, { code, ...more });
  await editor.focus();
  const session = await editor.page.context().newCDPSession(editor.page);
  return Object.assign(editor, {
    /** @param {string} text @param {object} [more] */
    compose: (text, more = {}) => session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length, ...more }),
    /** @param {string} text */
    commit: (text) => session.send("Input.insertText", { text }),
    /** A key that says nothing but that an input method has it, as on Android. */
    hidden: async () => {
      for (const type of /** @type {const} */ (["rawKeyDown", "keyUp"])) await session.send("Input.dispatchKeyEvent", { type, key: "Unidentified", windowsVirtualKeyCode: 229 });
    },
  });
}

/** A part of a program; eight of them, each with another number, are 200 lines. @param {number} part */
const part = (part) => `class Shape${part}:
    """A shape in 'units', number ${part}."""

    sides = {"square": 4, "circle": None, "others": [3, 5, 6]}

    def __init__(self, size, *names, unit="cm"):
        self.size = size  # never below zero
        self.names = [name.strip() for name in names if name]

    @property
    def area(self):
        if self.size > ${part} and not self.names:
            raise ValueError(f"no name for {self.size!r}, {len(self.names)} given")
        elif self.size == 0:
            return 0
        return self.size ** 2 * (3.14 if "circle" in self.names else 1)

total = 0
for size in range(${part}, 10):
    shape = Shape${part}(size, "square", unit="mm")
    while total < 100:
        total += shape.area % 7
    try:
        print(size, shape.names[0], sep=": ")
    except (IndexError, KeyError) as error:
        print("wrong:", error)
`;

test("a program of 200 lines, with detours, is the text to the character", async (t) => {
  const seed = Number(process.env.SEED ?? Date.now() % 1e6);
  t.diagnostic(`SEED=${seed}`);
  let state = seed;
  const random = (/** @type {number} */ below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
  const text = Array.from({ length: 8 }, (_, at) => part(at)).join("\n");
  assert.ok(text.split("\n").length >= 200);
  const editor = await typist(t, "", CLIPBOARD);
  const { keyboard } = editor.page;

  /** What leads nowhere in the end. */
  const detours = [
    () => editor.press("q", "Backspace"),
    () => editor.press("ArrowLeft", "ArrowRight"),
    () => editor.press("Home", "End"),
    // A move ends the group, so what is undone is what was typed behind it.
    () => editor.press("Home", "End", "z", "z", "Control+z"),
    () => editor.press("Home", "End", "z", "Control+z", "Control+y", "Control+Shift+z", "Control+z"),
    () => editor.press("k", "Shift+ArrowLeft", "Delete"),
    () => editor.press("Control+Home", "Control+End"),
  ];
  /** Ways to write a word. @type {((word: string) => Promise<unknown>)[]} */
  const ways = [
    async (word) => {
      await editor.page.evaluate((word) => navigator.clipboard.writeText(word), word);
      await editor.press("Control+v");
    },
    async (word) => {
      await editor.compose(word.slice(0, 1));
      await editor.compose(`${word}x`);
      await editor.commit(word);
    },
    (word) => editor.commit(word),
  ];
  const lines = text.split("\n");
  for (const [at, line] of lines.entries()) {
    // What Enter indents is taken away: the blanks are typed, too.
    if (at) await editor.press("Enter", "x", "Control+Shift+Backspace");
    for (const piece of line.match(/[A-Za-z_]{3,}|./g) ?? []) {
      if (random(25) === 0 && piece.length > 2) await ways[random(ways.length)](piece);
      else for (const key of piece) await keyboard.press(key);
    }
    if (random(4) === 0) await detours[random(detours.length)]();
  }
  await editor.holds(text);
  // All the way back and forth.
  for (let step = 0; step < 40; step += 1) await editor.press("Control+z");
  assert.notEqual(await editor.code(), text);
  for (let step = 0; step < 40; step += 1) await editor.press("Control+y");
  await editor.holds(text);
});

test("Chinese, Korean, dead keys, the emoji picker", async (t) => {
  const editor = await typist(t);
  // Pinyin, with the blanks and marks that its letters have on the way.
  for (const text of ["n", "ni", "ni h", "ni'hao"]) await editor.compose(text);
  await editor.commit("你好");
  await editor.is("你好|");
  // A syllable grows, loses its last part to the next one, and is written while that begins.
  for (const text of ["ㅎ", "하", "한"]) await editor.compose(text);
  await editor.commit("한");
  for (const text of ["ㄱ", "그", "글"]) await editor.compose(text);
  await editor.commit("글");
  await editor.is("你好한글|");
  await editor.press("Enter");
  await editor.compose("´");
  await editor.holds("你好한글\n´");
  await editor.commit("é");
  await editor.compose("^");
  await editor.commit("^x");
  await editor.is("你好한글\né^x|");
  for (const emoji of ["👩‍👩‍👧‍👦", "🇩🇪", "👍🏽"]) await editor.commit(emoji);
  await editor.is("你好한글\né^x👩‍👩‍👧‍👦🇩🇪👍🏽|");
  await editor.press("ArrowLeft*2");
  await editor.is("你好한글\né^x👩‍👩‍👧‍👦|🇩🇪👍🏽");
  await editor.press("Backspace", "Delete", "Shift+ArrowRight");
  await editor.is("你好한글\né^x«👍🏽|»");
});

test("Android: words that are composed again, corrections, keys without a name", async (t) => {
  const editor = await typist(t, "value = teh\nx");
  await editor.press("Control+Home", "End");
  // The word before the caret becomes a composition, and is corrected.
  await editor.hidden();
  await editor.compose("teh", { replacementStart: 8, replacementEnd: 11 });
  await editor.holds("value = teh\nx");
  await editor.compose("the");
  await editor.commit("the");
  await editor.is("value = the|\nx");
  for (const text of ["f", "fo", "for"]) {
    await editor.hidden();
    await editor.compose(` ${text}`);
  }
  await editor.hidden();
  await editor.compose(" fo");
  await editor.commit(" fo");
  await editor.is("value = the fo|\nx");
  // The corrector of spelling names the place of the word.
  await editor.lines.nth(0).evaluate((line) => {
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    let node = walker.nextNode();
    while (node && !node.textContent?.includes("value")) node = walker.nextNode();
    assertNode(node);
    const from = node.textContent.indexOf("value");
    const range = new StaticRange({ startContainer: node, startOffset: from, endContainer: node, endOffset: from + 5 });
    line.dispatchEvent(new InputEvent("beforeinput", { inputType: "insertReplacementText", data: "volume", targetRanges: [range], bubbles: true, cancelable: true, composed: true }));
    /** @param {Node | null} node @returns {asserts node is Text} */
    function assertNode(node) {
      if (!node) throw new Error("no such word");
    }
  });
  await editor.holds("volume = the fo\nx");
  // Enter in the middle of a composition writes it and goes on in the next line.
  await editor.press("Control+End");
  await editor.compose("yz");
  await editor.commit("yz");
  await editor.press("Enter", "a");
  await editor.is("volume = the fo\nxyz\na|");
});

test("right-to-left, combining and wide characters are crossed and deleted whole", async (t) => {
  const editor = await typist(t, 'x = "שלום"\ne\u0301a\u0308\n한국');
  await editor.press("Control+Home", "End", "ArrowLeft", "ArrowLeft");
  await editor.is('x = "שלו|ם"\ne\u0301a\u0308\n한국');
  await editor.press("Shift+ArrowLeft");
  await editor.is('x = "של«|ו»ם"\ne\u0301a\u0308\n한국');
  await editor.press("ArrowDown", "Home", "ArrowRight");
  await editor.is('x = "שלום"\ne\u0301|a\u0308\n한국');
  await editor.press("Delete", "Backspace", "ArrowDown", "Delete");
  await editor.is('x = "שלום"\n\n|국');
});

test("in a long document an input method writes where the caret is, wherever the reader has scrolled to", async (t) => {
  const lines = Array.from({ length: 5000 }, (_, index) => `value_${index} = ${index}`);
  const editor = await typist(t, lines.join("\n"), { attributes: `rows="12"` });
  await editor.host.locator(".marks").waitFor({ state: "attached" });
  const scroller = editor.host.locator(".code");
  const drawn = () => editor.page.evaluate(() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then))));
  const scroll = async (/** @type {number} */ part) => {
    // The frame of the last key brings the caret into sight.
    await drawn();
    await scroller.evaluate((scroller, part) => scroller.scrollTo(0, scroller.scrollHeight * part), part);
    await editor.lines.filter({ hasText: new RegExp(`^value_${Math.round(part * 5000)} `) }).waitFor();
  };
  await editor.press("Control+Home", "End");
  await scroll(0.5);
  await editor.compose("か");
  await editor.compose("かき");
  lines[0] += "かき";
  assert.equal(await editor.code(), lines.join("\n"));
  // Scrolled away in the midst of it.
  await scroller.evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight));
  await drawn();
  await editor.compose("かきく");
  await editor.commit("柿");
  lines[0] = "value_0 = 0柿";
  assert.equal(await editor.code(), lines.join("\n"));
  await editor.lines.filter({ hasText: "value_0 = 0柿" }).waitFor();
  await editor.type("!");
  lines[0] += "!";
  // What is selected and only in part in the page goes as a whole.
  await editor.press("Control+Home", "ArrowRight*3");
  for (let page = 0; page < 30; page += 1) await editor.press("Shift+PageDown");
  const head = await editor.page.evaluate(() => Number(document.querySelector("mpy-editor")?.shadowRoot?.querySelector(".gutter")?.textContent?.split("\n")[0]));
  assert.ok(head > 1, `${head}`);
  await editor.compose("ん");
  await editor.commit("ん");
  const [first, ...rest] = (await editor.code()).split("\n");
  assert.match(first, /^valんue_\d+ = \d+$/);
  assert.equal(rest.join("\n"), lines.slice(-rest.length).join("\n"));
});
