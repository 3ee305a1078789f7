/**
 * The editor for everybody: by keyboard alone, by fingers, for screen readers,
 * in strong contrast, with little motion, read only, in wrapped lines. What `axe`
 * finds is asked in every state a reader meets.
 *
 * Not here: input methods and the text itself (editing.test.mjs), the rules of
 * single commands (native tests of editor-core).
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { site } from "./harness.mjs";
import { editorOn, open, openEditor } from "./editor.mjs";

const on = site();
const AXE = await readFile(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

const PHONE = { viewport: { width: 390, height: 700 }, hasTouch: true, isMobile: true };
const PROGRAM = `class Circle(Base):
    """A thing with a \\n and {braces}."""

    @property
    def area(self, *, by: int = 2) -> float:
        # A comment.
        if self.radius is None and by > 10:
            raise ValueError(f"too {by!r} big {{}}")
        return 3.14 * len([True]) ** by
`;

/**
 * With what comes when somebody goes to an editor.
 * @param {import("node:test").TestContext} t @param {string} [code] @param {object} [more]
 */
async function typist(t, code = "", more = {}) {
  const editor = await openEditor(t, on, { code, ...more });
  await editor.focus();
  await editor.host.locator(".touch").waitFor({ state: "attached" });
  return editor;
}

/** Where the focus is, inside of the editor. @param {Awaited<ReturnType<typeof openEditor>>} editor */
const focused = (editor) => editor.host.evaluate((host) => host.shadowRoot?.activeElement?.className ?? "");

/** Opens the help and waits for it. @param {Awaited<ReturnType<typeof openEditor>>} editor */
async function openHelp(editor) {
  await editor.press("F1");
  const help = editor.host.locator("dialog.help");
  await help.waitFor();
  return help;
}

test("F1 lists every key in a dialog that has the focus and gives it back", async (t) => {
  const editor = await typist(t, "a");
  const help = await openHelp(editor);
  assert.equal(await focused(editor), "help-close");
  const row = help.locator("dl > div", { hasText: "Make lines comments" });
  assert.deepEqual(await row.locator("kbd").allTextContents(), ["Ctrl", "/"]);
  assert.equal(await help.locator("section").count(), 7);
  // Nothing outside of it can be reached.
  await editor.press("Tab*5");
  const inside = await editor.host.evaluate(({ shadowRoot }) => !shadowRoot?.activeElement || shadowRoot.activeElement.closest("dialog") !== null);
  assert.ok(inside);
  await editor.press("Escape");
  await help.waitFor({ state: "detached" });
  assert.equal(await focused(editor), "content");
  await editor.type("b");
  await editor.is("ab|");
  for (const leave of [() => editor.press("F1"), () => help.getByRole("button", { name: "Close" }).click(), () => editor.page.mouse.click(3, 3)]) {
    await openHelp(editor);
    await leave();
    await help.waitFor({ state: "detached" });
    assert.equal(await focused(editor), "content");
  }
  await editor.type("c");
  await editor.is("abc|");
});

test("all of the element by keyboard alone", async (t) => {
  const editor = await openEditor(t, on, { code: `name = input("? ")\nprint(name, "!")\n1 / 0` });
  const tab = async (/** @type {string} */ wanted) => {
    for (let press = 0; press < 12; press += 1) {
      if ((await focused(editor)).split(" ").includes(wanted)) return;
      await editor.press("Tab");
    }
    assert.fail(`Tab does not reach ${wanted}`);
  };
  await tab("run");
  await editor.press("Enter");
  await editor.reaches("waiting");
  assert.match(await focused(editor), /field/, "who answers has the focus");
  await editor.type("Ada");
  await editor.press("Enter");
  await editor.done();
  await editor.says("Ada !");
  await editor.page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
  await tab("content");
  // The text keeps Tab for itself until Escape was pressed.
  await editor.press("Control+Home", "Tab");
  assert.equal(await focused(editor), "content");
  await editor.press("Escape", "Tab");
  assert.notEqual(await focused(editor), "content");
  await tab("frame");
  await editor.press("Enter");
  assert.equal(await focused(editor), "content");
});

test("what a screen reader is told: names, roles, how to leave, states and errors", async (t) => {
  const editor = await typist(t, "1 / 0", { attributes: 'label="Lesson 1"' });
  const text = editor.host.getByRole("textbox", { name: "Lesson 1 code" });
  assert.equal(await text.getAttribute("aria-multiline"), "true");
  assert.match((await text.getAttribute("aria-description")) ?? "", /Escape, then Tab, leaves/);
  const status = editor.host.locator(".bar [role=status]");
  await editor.run();
  assert.match((await status.textContent()) ?? "", /Ended with an error/);
  assert.match((await editor.failure.getByRole("alert").textContent()) ?? "", /ZeroDivisionError/);
  // The browser's own tree of the page: the line with the caret is a part of the field, its number is not.
  const client = await editor.page.context().newCDPSession(editor.page);
  const { nodes } = await client.send("Accessibility.getFullAXTree");
  const texts = nodes.filter(({ role, ignored }) => !ignored && role?.value === "StaticText").map(({ name }) => name?.value);
  assert.ok(texts.some((text) => text === "1"), "the code is read");
  const gutter = nodes.filter(({ ignored, name }) => !ignored && name?.value === "1\n");
  assert.deepEqual(gutter, [], "line numbers are not");
});

test("read only: selected, copied and run, but changed by no road but the page's", async (t) => {
  const context = { permissions: ["clipboard-read", "clipboard-write"] };
  const editor = await openEditor(t, on, { code: `print("one")\ntwo = 2`, attributes: "readonly", context });
  const text = await editor.code();
  await editor.page.evaluate(() => navigator.clipboard.writeText("PASTED"));
  const content = editor.host.locator(".content");
  assert.equal(await content.getAttribute("aria-readonly"), "true");
  await editor.content.click();
  await editor.focus();
  await editor.type("x(");
  await editor.press("Enter", "Backspace", "Delete", "Control+Backspace", "Control+z", "Control+y", "Control+v", "Control+/", "Alt+ArrowUp", "Shift+Alt+ArrowUp", "Control+Shift+K", "Control+j");
  const client = await editor.page.context().newCDPSession(editor.page);
  await client.send("Input.imeSetComposition", { text: "に", selectionStart: 1, selectionEnd: 1 });
  await client.send("Input.insertText", { text: "日本" });
  await content.evaluate((element) => {
    const data = new DataTransfer();
    data.setData("text/plain", "DROPPED");
    element.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true, composed: true }));
    for (const type of ["paste", "cut"]) element.dispatchEvent(new ClipboardEvent(type, { clipboardData: data, bubbles: true, cancelable: true, composed: true }));
  });
  assert.equal(await editor.code(), text);
  assert.equal(await editor.shown(), text);
  await editor.press("Control+Home", "Shift+End", "Control+c");
  assert.equal(await editor.page.evaluate(() => navigator.clipboard.readText()), `print("one")`);
  await editor.press("Control+x");
  assert.equal(await editor.code(), text);
  // Tab is not kept where it could not indent.
  await editor.press("Tab");
  assert.notEqual(await focused(editor), "content");
  await editor.focus();
  await editor.press("Control+Enter");
  await editor.done();
  await editor.says("one");
  await editor.setCode("changed = 1");
  await editor.holds("changed = 1");
  await editor.host.evaluate((host) => host.removeAttribute("readonly"));
  await editor.focus();
  await editor.type("0");
  await editor.is("changed = 10|");
  await editor.host.evaluate((host) => host.setAttribute("readonly", ""));
  await editor.type("1");
  await editor.press("Backspace");
  assert.equal(await editor.code(), "changed = 10");
});

test("rows: at most, at least, both", async (t) => {
  const editor = await typist(t, "1\n2\n3\n4\n5\n6");
  const height = () => editor.host.locator(".code").evaluate((code) => (code.clientHeight - 16) / 22);
  const rows = (/** @type {string} */ text) => editor.host.evaluate((host, text) => host.setAttribute("rows", text), text);
  assert.equal(await height(), 6);
  for (const [text, lines] of /** @type {[string, number][]} */ ([["3", 3], ["20", 6], ["10-20", 10], ["2-4", 4], ["9-", 9], ["-5", 5], ["no", 6], ["0", 6]])) {
    await rows(text);
    assert.equal(await height(), lines, text);
  }
});

test("wrap: long lines go on in the next row; keys, mouse and numbers follow", async (t) => {
  const word = "abcdefghi ";
  const editor = await typist(t, `${word.repeat(20).trim()}\nlast`, { attributes: "wrap", context: { viewport: { width: 560, height: 600 } } });
  const box = editor.host.locator(".code");
  const sizes = await box.evaluate((code) => [code.scrollWidth - code.clientWidth, code.querySelectorAll(".line")[0].clientHeight / 22]);
  assert.equal(sizes[0], 0, "nothing is outside of its sides");
  const rows = sizes[1];
  assert.ok(rows >= 3 && Number.isInteger(rows), `${rows} rows`);
  assert.equal(await editor.lines.nth(1).evaluate((line) => getComputedStyle(line, "::before").content), 'counter(line) / ""');
  // Down by rows, then into the next line; up the same way.
  await editor.press("Control+Home", "ArrowRight*3");
  /** @type {number[]} */
  const columns = [];
  for (let row = 1; row < rows; row += 1) {
    await editor.press("ArrowDown");
    columns.push((await editor.marked()).indexOf("|"));
  }
  assert.ok(columns.every((column, at) => column - (columns[at - 1] ?? 3) >= 20 && (column - 3) % 10 === 0), `${columns}`);
  await editor.press("ArrowDown");
  assert.match(await editor.marked(), /\nlas\|t$/);
  await editor.press("ArrowDown");
  assert.match(await editor.marked(), /\nlast\|$/);
  await editor.press("ArrowUp", `ArrowUp*${rows - 1}`, "ArrowUp");
  await editor.press("ArrowUp");
  assert.match(await editor.marked(), /^\|abc/);
  await editor.press("Shift+ArrowDown");
  assert.match(await editor.marked(), /^«abcdefghi .*\|»/);
  // A click into the second row.
  const at = await editor.lines.nth(0).evaluate((line) => {
    const { left, top } = line.getBoundingClientRect();
    return { x: left + 2, y: top + 33 };
  });
  await editor.page.mouse.click(at.x, at.y);
  assert.equal((await editor.marked()).indexOf("|"), columns[0] - 3);
  await editor.type("X");
  assert.equal((await editor.code()).indexOf("X"), columns[0] - 3);
  await editor.host.evaluate((host) => host.removeAttribute("wrap"));
  assert.ok(await box.evaluate((code) => code.scrollWidth > code.clientWidth));
  await editor.host.evaluate((host) => host.setAttribute("wrap", ""));
  // A long document is computed from lines of one height.
  await editor.setCode("# a long line that would be wrapped in a window as narrow as this one\n".repeat(2100));
  assert.equal(await editor.lines.nth(0).evaluate((line) => line.clientHeight), 22);
});

test("sizes by custom properties: font, line, tab", async (t) => {
  const editor = await typist(t, "\ta", { attributes: 'style="--py-editor-font-size: 20px; --py-editor-line-height: 30px; --py-editor-tab-size: 8"' });
  const line = await editor.lines.nth(0).evaluate((line) => {
    const { fontSize, tabSize } = getComputedStyle(line);
    return [fontSize, tabSize, line.clientHeight];
  });
  assert.deepEqual(line, ["20px", "8", 30]);
});

test("on a phone: keys below the text, that neither take the focus nor zoom the page", async (t) => {
  const editor = await openEditor(t, on, { code: "ab", context: PHONE, head: `<meta name="viewport" content="width=device-width, initial-scale=1">` });
  const row = editor.host.locator(".touch");
  await editor.content.tap();
  await row.waitFor();
  assert.ok(await editor.content.evaluate((content) => parseFloat(getComputedStyle(content).fontSize) >= 16));
  assert.equal(await editor.page.evaluate(() => visualViewport?.scale), 1);
  await editor.press("Control+End");
  const tap = async (/** @type {string} */ name) => {
    await row.getByRole("button", { name, exact: true }).tap();
    assert.equal(await focused(editor), "content", name);
  };
  for (const name of ["Colon", "Parenthesis", "Double quote"]) await tap(name);
  await editor.is('ab:("|")');
  await tap("Undo");
  await tap("Redo");
  await tap("Left");
  await tap("Right");
  await editor.is('ab:("|")');
  await editor.press("End", "Enter");
  await tap("Tab");
  await tap("Brace");
  await editor.holds('ab:("")\n    {}');
  await tap("Indent less");
  await editor.holds('ab:("")\n{}');
  const sizes = await row.locator("button").evaluateAll((keys) => keys.map((key) => Math.min(key.clientWidth, key.clientHeight)));
  assert.ok(sizes.every((size) => size >= 44), `${sizes}`);
  // It scrolls by a finger, and the page does not.
  assert.ok(await row.evaluate((row) => row.scrollWidth > row.clientWidth && document.documentElement.scrollWidth <= innerWidth));
  // A long press is the browser's, with its handles and its menu; a browser on a desktop does
  // nothing for it, so what can be seen here is that nobody takes it from the browser.
  const taken = await editor.lines.nth(0).evaluate((line) =>
    ["pointerdown", "touchstart", "touchend", "contextmenu", "selectstart"].filter((name) => {
      const event = name.startsWith("pointer") ? new PointerEvent(name, { pointerType: "touch", bubbles: true, cancelable: true, composed: true }) : new Event(name, { bubbles: true, cancelable: true, composed: true });
      return !line.dispatchEvent(event);
    }),
  );
  assert.deepEqual(taken, []);
  // What was selected by it is what the next key replaces.
  await editor.setCode("wordone wordtwo");
  await editor.lines.nth(0).evaluate((line) => {
    const text = /** @type {Node} */ (document.createTreeWalker(line, NodeFilter.SHOW_TEXT).nextNode());
    getSelection()?.setBaseAndExtent(text, 0, text, 7);
  });
  await tap("Parenthesis");
  await editor.holds("(wordone) wordtwo");
  await row.getByRole("button", { name: "Help" }).tap();
  const help = editor.host.locator("dialog.help");
  await help.waitFor();
  await help.getByRole("button", { name: "Close" }).tap();
  await help.waitFor({ state: "detached" });
  assert.equal(await focused(editor), "content");
  // Away from the text it is away, too.
  await editor.page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
  await row.waitFor({ state: "hidden" });
});

/**
 * @param {Awaited<ReturnType<typeof openEditor>>} editor
 * @param {string} what
 */
async function clean(editor, what) {
  if (!(await editor.page.evaluate(() => "axe" in window))) await editor.page.evaluate(AXE);
  const found = await editor.page.evaluate(async () => {
    const { axe } = /** @type {any} */ (window);
    const { violations } = await axe.run(document.querySelector("mpy-editor, py-editor"), {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ""}`).join(" | ")}`);
  });
  assert.deepEqual(found, [], what);
}

for (const [look, context] of /** @type {[string, object][]} */ ([
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["phone", { ...PHONE, colorScheme: "light" }],
]))
  test(`axe finds nothing, whatever the editor is at: ${look}`, async (t) => {
    const head = `<meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width, initial-scale=1">`;
    const editor = await openEditor(t, on, { code: PROGRAM, attributes: "files wrap", context, head });
    await editor.lines.locator(".keyword").first().waitFor();
    await clean(editor, "idle");
    await editor.focus();
    const help = await openHelp(editor);
    await clean(editor, "help");
    await editor.press("Escape");
    await help.waitFor({ state: "detached" });
    if (look !== "phone") {
      await editor.press("Control+h");
      await editor.host.locator(".find").waitFor();
      await clean(editor, "find and replace");
      await editor.press("Escape");
    }
    const colours = [30, 31, 32, 33, 34, 35, 36, 37, 90, 91, 92, 93, 94, 95, 96, 97].map((ink) => `\\033[${ink}mink${ink}\\033[0m`).join(" ");
    await editor.setCode(`import sys
print("${colours} \\033[2mdim\\033[0m \\033[41mpaper\\033[0m https://example.org/")
print("wrong", file=sys.stderr)
open("made.txt", "w").write("x")
name = input("Your name? ")
def broken(): return [1][name]
broken()`);
    await editor.button.click();
    await editor.reaches("waiting");
    await clean(editor, "input field open");
    await editor.host.evaluate((host) => /** @type {any} */ (host).answer("Ada"));
    await editor.done();
    await editor.errorText.waitFor();
    await editor.host.locator(".failure details summary").first().click();
    await clean(editor, "failed, with links and a traceback");
    await editor.host.evaluate((host) => host.setAttribute("readonly", ""));
    await clean(editor, "read only");
    await editor.setCode("while True: pass");
    await editor.button.click();
    await editor.reaches("running");
    await clean(editor, "running");
    await editor.button.click();
    await editor.done(2);
    await clean(editor, "stopped");
  });

/** Contrast of two colours of the browser, by WCAG 2. Runs in the page. */
const CONTRASTS = (/** @type {HTMLElement} */ host, /** @type {[string[], string[]]} */ [inks, papers]) => {
  const probe = document.createElement("i");
  host.shadowRoot?.append(probe);
  const context = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  const light = (/** @type {string} */ name) => {
    probe.style.color = `var(${name})`;
    context.fillStyle = getComputedStyle(probe).color;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue] = [...context.getImageData(0, 0, 1, 1).data].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const found = inks.flatMap((ink) =>
    papers.map((paper) => {
      const [high, low] = [light(ink), light(paper)].sort((a, b) => b - a);
      return { ink, paper, contrast: (high + 0.05) / (low + 0.05) };
    }),
  );
  probe.remove();
  return found.filter(({ contrast }) => !(contrast >= 4.5)).map(({ ink, paper, contrast }) => `${ink} on ${paper}: ${contrast.toFixed(2)}`);
};

test("every colour of the syntax and of the output stands out by 4.5 to 1, in both themes", async (t) => {
  const read = (/** @type {string} */ name) => readFile(new URL(`../styles/${name}`, import.meta.url), "utf8");
  const tokens = (await read("tokens.css")) + (await read("run.css"));
  const named = (/** @type {RegExp} */ pattern) => [...new Set([...tokens.matchAll(pattern)].map(([, name]) => name))];
  const syntax = named(/(--_(?:keyword|string|number|comment|definition|builtin|decorator)):/g);
  assert.equal(syntax.length, 7);
  const ansi = named(/(--_ansi-\d+):/g);
  const papers = named(/(--_ansi-on-\d+):/g);
  assert.deepEqual([ansi.length, papers.length], [16, 16]);
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    const editor = await typist(t, "1", { head: `<meta name="color-scheme" content="light dark">`, context: { colorScheme } });
    // The colours of the output come with a run.
    await editor.run();
    const low = async (/** @type {string[]} */ inks, /** @type {string[]} */ on) => assert.deepEqual(await editor.host.evaluate(CONTRASTS, /** @type {[string[], string[]]} */ ([inks, on])), [], colorScheme);
    await low([...syntax, "--_text"], ["--_background", "--_error-background", "--_selection"]);
    await low(["--_text", "--_quiet", "--_error", "--_focus", "--_accent"], ["--_background", "--_surface"]);
    await low(["--_error"], ["--_error-background"]);
    await low(["--_on-accent"], ["--_accent"]);
    await low(ansi, ["--_surface", ...papers]);
  }
});

test("forced colours keep marks and states; reduced motion moves nothing", async (t) => {
  const editor = await typist(t, "1 / 0", { context: { forcedColors: "active", reducedMotion: "reduce" } });
  await editor.run();
  assert.equal(await editor.errorLine.evaluate((line) => getComputedStyle(line).outlineStyle), "solid");
  const triangle = await editor.button.evaluate((button) => {
    const { borderLeftColor, borderTopColor } = getComputedStyle(button, "::before");
    return borderLeftColor !== borderTopColor && borderTopColor === "rgba(0, 0, 0, 0)";
  });
  assert.ok(triangle, "the button has its triangle");
  await editor.setCode("a = a = 1\nwhile True: pass");
  await editor.focus();
  await editor.press("Control+Home", "Control+d", "Control+d");
  await editor.host.locator(".marks > .selected").waitFor();
  const look = await editor.host.locator(".marks > .selected").evaluate((mark) => {
    const { outlineStyle, backgroundColor } = getComputedStyle(mark);
    return [outlineStyle, backgroundColor];
  });
  assert.deepEqual(look, ["solid", "rgba(0, 0, 0, 0)"], "what the browser does not draw as selected is outlined");
  await editor.press("Escape", "Control+f");
  await editor.type("a");
  const match = editor.host.locator(".marks > .match:not(.current)").first();
  assert.equal(await match.evaluate((mark) => getComputedStyle(mark).backgroundColor), "rgba(0, 0, 0, 0)", "no match hides its text");
  await editor.press("Escape");
  await editor.button.click();
  await editor.reaches("running");
  const moving = await editor.host.evaluate((host) => /** @type {ShadowRoot} */ (host.shadowRoot).getAnimations().length);
  assert.equal(moving, 0);
  await editor.button.click();
  await editor.done(2);
});

test("what a page says of its own text is not said of code", async (t) => {
  const style = "text-align: center; user-select: none; letter-spacing: 3px; line-height: 3; text-shadow: 1px 1px red; word-break: break-all";
  const page = await open(t, on, `<div dir="rtl" style="${style}"><mpy-editor><pre>one = 1</pre></mpy-editor></div>`);
  const editor = editorOn(page);
  await editor.content.waitFor();
  const looks = await editor.lines.first().evaluate((line) => {
    const { textAlign, userSelect, letterSpacing, textShadow, direction } = getComputedStyle(line);
    const range = document.createRange();
    range.selectNodeContents(line);
    const gutter = line.closest(".code")?.querySelector(".gutter")?.getBoundingClientRect();
    return { textAlign, userSelect, letterSpacing, textShadow, direction, gap: range.getBoundingClientRect().left - (gutter?.right ?? NaN) };
  });
  assert.deepEqual(looks, { textAlign: "start", userSelect: "text", letterSpacing: "normal", textShadow: "none", direction: "ltr", gap: 0 });
});

test("in text from right to left arrows go through its characters as in a text field", async (t) => {
  const editor = await typist(t, 'x = "שלום"\nlast');
  await editor.press("Control+Home", "ArrowRight*6");
  await editor.is('x = "ש|לום"\nlast');
  await editor.press("Shift+ArrowRight*2");
  await editor.is('x = "ש«לו|»ם"\nlast');
  await editor.press("Delete", "End", "ArrowRight");
  await editor.is('x = "שם"\n|last');
  await editor.press("ArrowLeft*2", "Backspace");
  await editor.is('x = "ש|"\nlast');
});
