/**
 * What a program writes, as a reader sees it: as a terminal shows it, bounded,
 * with the tools at it, and never as markup. The rules of terminals and limits
 * are native tests (runtime-bridge/protocol/src/log/tests.rs); here it is what
 * becomes of them on a page, with the real interpreters.
 *
 * Not here: when output is seen (running.test.mjs), rich results
 * (pyscript.test.mjs), back-pressure itself (pace.test.mjs).
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { describe } from "node:test";
import { site } from "./harness.mjs";
import { KINDS, openEditor } from "./editor.mjs";

const on = site();
const apart = site({ isolated: false });

/** The tools at an output. */
function toolsOf(editor) {
  const tool = (name) => editor.host.getByRole("button", { name, exact: true });
  return { copy: tool("Copy"), save: tool("Save"), wrap: tool("Wrap"), clear: tool("Clear"), said: editor.host.locator(".said") };
}

/** The file that a click on Save gives. */
async function saved(editor) {
  const [download] = await Promise.all([editor.page.waitForEvent("download"), toolsOf(editor).save.click()]);
  assert.equal(download.suggestedFilename(), "output.txt");
  return readFile(await download.path(), "utf8");
}

/** Every piece of text with its classes and colours. */
const pieces = (editor) =>
  editor.output.locator(".block span").evaluateAll((spans) =>
    spans.map((span) => {
      const { color, backgroundColor, fontWeight, fontStyle, textDecorationLine } = getComputedStyle(span);
      return { text: span.textContent, classes: span.className, color, backgroundColor, fontWeight, fontStyle, textDecorationLine };
    }),
  );

for (const { tag, name } of KINDS) {
  describe(name, () => {
    test("a progress bar is one line, and colours are colours", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.run(`for i in range(5): print("\\r%3d %%" % (i * 25), end="")
print()
print("rubbed out\\b\\b\\b\\b", end="\\x1b[K\\n")
print("\\x1b[1;31mred\\x1b[0m \\x1b[3;4;9mline\\x1b[m \\x1b[7mturned\\x1b[27m \\x1b[38;2;1;2;3mown\\x1b[0m")
print("bell\\x07 \\x1b]0;title\\x07and \\x1b[?25lunknown\\x1b[99;99H.")`);
      assert.equal(await editor.written(), "100 %\nrubbed\nred line turned own\nbell and unknown.\n");
      const [red, line, turned, own] = await pieces(editor);
      assert.deepEqual([red.text, red.fontWeight], ["red", "700"]);
      assert.deepEqual([line.text, line.fontStyle, line.textDecorationLine], ["line", "italic", "underline line-through"]);
      assert.notEqual(turned.backgroundColor, "rgba(0, 0, 0, 0)");
      assert.deepEqual([own.text, own.color], ["own", "rgb(1, 2, 3)"]);
      assert.notEqual(red.color, line.color);
    });

    test("standard error has a border and a name beside its colour", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.run(`import sys\nprint("out")\nprint("err", file=sys.stderr)`);
      const error = editor.output.getByRole("group", { name: "Error output" });
      assert.equal(await error.textContent(), "err\n");
      assert.equal(await error.evaluate((span) => getComputedStyle(span).borderLeftStyle), "solid");
    });

    test("of a flood the first and the last lines are kept, the rest is counted and saved", async (t) => {
      const editor = await openEditor(t, on, { tag });
      const count = 60_000;
      await editor.run(`for i in range(${count}): print("line", i)`);
      const [first, last] = (await editor.written()).split(/… ([\d,]+) lines left out …\n/).filter((_, index) => index !== 1);
      const numbers = (text) => text.trimEnd().split("\n").map((line) => Number(line.replace("line ", "")));
      const [before, after] = [numbers(first), numbers(last)];
      assert.ok(before.every((number, index) => number === index), "the first lines");
      assert.ok(after.every((number, index) => number === count - after.length + index), "the last lines");
      assert.ok(before.length >= 2000 && after.length >= 9000 && before.length + after.length < 15_000, `${before.length} and ${after.length}`);
      const said = (await toolsOf(editor).said.textContent()) ?? "";
      assert.equal(said, `60,000 lines, ${(count - before.length - after.length).toLocaleString("en")} of them not shown`);
      const file = (await saved(editor)).split("\n");
      assert.equal(file.length, count + 1);
      assert.ok(file.slice(0, -1).every((line, index) => line === `line ${index}`), "the file has every line");
    });

    for (const [where, isolated] of [["isolated", on], ["not isolated", apart]]) {
      test(`an endless loop that prints can be stopped, and the page answers (${where})`, async (t) => {
        const editor = await openEditor(t, isolated, { tag });
        await editor.setCode(`i = 0\nwhile True:\n    print("line", i)\n    i += 1`);
        await editor.button.click();
        await editor.says("lines left out");
        await editor.focus();
        await editor.type("#");
        await editor.button.click();
        assert.equal((await editor.done()).outcome, "stopped");
        const text = await editor.written();
        assert.ok(text.startsWith("line 0\nline 1\n"));
        assert.match(text, /lines left out …\nline \d+\n/);
        await editor.run(`print("again")`);
        assert.equal(await editor.written(), "again\n", "nothing of the flood comes after it");
      });
    }

    test("a line of a million letters is there, at once or bit by bit", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.run(`print("x" * 1_000_000)\nfor i in range(1000): print("y" * 1000, end="")`);
      assert.equal(await editor.written(), `${"x".repeat(1_000_000)}\n${"y".repeat(1_000_000)}`);
    });

    test("hostile output stays text", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.page.evaluate(() => void (window.hit = () => (document.title = "hit")));
      await editor.run(`import sys\nfor line in ${JSON.stringify(HOSTILE)}:\n    print(line)\n    print(line, file=sys.stderr)`);
      const shown = HOSTILE.map((line) => line.replaceAll(CONTROLS, "")).flatMap((line) => [line, line]);
      assert.equal(await editor.written(), `${shown.join("\n")}\n`);
      const made = await editor.output.evaluate((output) =>
        [...output.querySelectorAll("*")].map((element) => [element.localName, ...element.getAttributeNames()].join(" ")),
      );
      const own = ["div class", "div class style", "span class style", "span class role aria-label", "span class role aria-label style", "a href target rel"];
      assert.deepEqual(made.filter((element) => !own.includes(element)), []);
      const links = await editor.output.locator("a").evaluateAll((links) => links.map((link) => link.href));
      assert.ok(links.length > 0 && links.every((href) => /^https?:/.test(href)), links.join(" "));
      assert.equal(await editor.page.title(), "test");
    });
  });
}

/** Control characters that are not shown, with the sequences around them. */
const CONTROLS = /\x1b\[[\d;]*m|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** What a program could write to become more than text. */
const HOSTILE = [
  `<script>hit()</script>`,
  `<img src=x onerror="hit()"><svg onload="hit()"></svg>`,
  `</div></pre></py-editor><style>*{display:none}</style>`,
  `<a href="javascript:hit()">x</a> <iframe srcdoc="<script>parent.hit()</script>"></iframe>`,
  `<template><b>x</b></template><!-- <![CDATA[ ]]> -->`,
  `&lt;b&gt; &#60;script&#62; &amp;lt; &nbsp;`,
  `javascript:hit() data:text/html,<script>hit()</script> vbscript:hit file:///etc/passwd`,
  `https://a.example/"onclick="hit() http://b.example/'><b>x</b>`,
  `https://a.example/\u202emoc.live https://javascript:hit()@c.example/`,
  `\u202eright to left\u202c \u2066isolate\u2069 \u200b\ufeffzero`,
  `nul\u0000 bell\u0007 escape\u001b[31mred\u001b[0m delete\u007f next\u0085 csi\u009b`,
  `{{constructor.constructor('hit()')()}} \${hit()} <%= hit() %>`,
  `x`.repeat(20_000),
];

test("bytes that are no text are shown as signs for it, and text goes on", async (t) => {
  const editor = await openEditor(t, on, { tag: "py-editor" });
  await editor.run(`import sys\nsys.stdout.buffer.write(b"a\\xff\\xfe<b>\\xc3(\\xe2\\x82 z\\n")\nsys.stdout.buffer.flush()\nprint("on")`);
  assert.equal(await editor.written(), "a\ufffd\ufffd<b>\ufffd(\ufffd z\non\n");
});

test("addresses are links, and nothing else is", async (t) => {
  const editor = await openEditor(t, on);
  await editor.run(`print("see https://docs.example/a_(b)?c=1#d. or <http://e.example>, not ftp://f.example")`);
  const links = await editor.output.locator("a").evaluateAll((links) => links.map(({ textContent, href, rel, target }) => ({ textContent, href, rel, target })));
  const link = (href, text = href) => ({ textContent: text, href, rel: "noopener noreferrer", target: "_blank" });
  assert.deepEqual(links, [link("https://docs.example/a_(b)?c=1#d"), link("http://e.example/", "http://e.example")]);
});

test("the output can be copied, cleared and wrapped, with the keyboard as well", async (t) => {
  const editor = await openEditor(t, on, { context: { permissions: ["clipboard-read", "clipboard-write"] } });
  const tools = toolsOf(editor);
  assert.equal(await tools.copy.count(), 0, "without output there are no tools");
  await editor.run(`print("a  b")\nprint("\\x1b[31mc\\x1b[0m", end="")`);
  assert.equal(await tools.said.textContent(), "2 lines");
  await tools.copy.focus();
  await editor.page.keyboard.press("Enter");
  await tools.said.filter({ hasText: "Copied." }).waitFor();
  assert.equal(await editor.page.evaluate(() => navigator.clipboard.readText()), "a  b\nc");

  const wrapping = () => editor.output.locator(".block").first().evaluate((block) => getComputedStyle(block).whiteSpace);
  assert.equal(await tools.wrap.getAttribute("aria-pressed"), "true");
  assert.equal(await wrapping(), "pre-wrap");
  await tools.wrap.press("Space");
  assert.equal(await tools.wrap.getAttribute("aria-pressed"), "false");
  assert.equal(await wrapping(), "pre");

  await tools.clear.press("Enter");
  assert.equal(await editor.written(), "");
  assert.equal(await tools.copy.count(), 0);
  await editor.run(`print("new")`);
  assert.equal(await editor.written(), "new\n");
  assert.equal(await saved(editor), "new\n");
});

test("a screen reader hears how much was written, once, and not the text", async (t) => {
  const editor = await openEditor(t, on);
  await editor.run(`print("x")`);
  const { said } = toolsOf(editor);
  assert.equal(await said.getAttribute("role"), "status");
  assert.equal(await said.textContent(), "1 line");
  const live = await editor.output.evaluate((output) => output.closest("[aria-live], [role=status], [role=log]") !== null);
  assert.equal(live, false);
});

test("who reads in the middle of a flood is left in peace", async (t) => {
  const editor = await openEditor(t, on);
  await editor.setCode(`i = 0\nwhile True:\n    print("line", i)\n    i += 1`);
  await editor.button.click();
  await editor.says("lines left out");
  await editor.output.evaluate((output) => output.scrollTo(0, 0));
  const seen = () => editor.output.evaluate((output) => [output.scrollTop, output.childElementCount]);
  const frames = () => editor.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)))));
  await frames();
  const before = await seen();
  await frames();
  assert.deepEqual(await seen(), before);
  await editor.output.evaluate((output) => output.scrollTo(0, output.scrollHeight));
  await editor.page.waitForFunction(
    ([element, count]) => element.shadowRoot.querySelector(".scroll").childElementCount !== count || element.shadowRoot.querySelector(".left-out").textContent,
    [await editor.host.elementHandle(), before[1]],
  );
  await editor.button.click();
  assert.equal((await editor.done()).outcome, "stopped");
});
