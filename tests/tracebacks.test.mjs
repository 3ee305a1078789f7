/**
 * What a reader sees of a failure beyond its first line: parts, links, marks with their words, and what is no Python
 * while it is typed. A sample of the wrong programs runs in the page and is marked as the native tests say.
 *
 * Not here: every form of traceback (native tests of runtime-protocol), and the simple failures (errors.test.mjs).
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { describe } from "node:test";
import { site } from "./harness.mjs";
import { KINDS, editorOn, open, openEditor } from "./editor.mjs";

const on = site();
const FIXTURES = new URL("../runtime-bridge/protocol/fixtures/wrong/", import.meta.url);
const read = (/** @type {string} */ name) => readFileSync(new URL(name, FIXTURES), "utf8");

/** @typedef {ReturnType<typeof editorOn>} Editor */

/** The zero-based lines with a class. @param {Editor} editor @param {string} kind */
const lines = (editor, kind) =>
  editor.lines.evaluateAll((lines, kind) => lines.flatMap((line, at) => (line.classList.contains(kind) ? [at] : [])), kind);
/** What stands behind a line of a class. @param {Editor} editor @param {string} kind */
const said = (editor, kind) => editor.host.locator(`.line.${kind}`).first().getAttribute("data-said");
/** What a screen reader is told of the marks. @param {Editor} editor */
const described = (editor) =>
  editor.content.evaluate((content) => {
    const id = content.getAttribute("aria-describedby") ?? "";
    return /** @type {ShadowRoot} */ (content.getRootNode()).getElementById(id)?.textContent;
  });

/** Every fifteenth program that can be marked, and those that are odd in the page. @param {string} name of the interpreter */
function sample(name) {
  const known = JSON.parse(read(`${name.toLowerCase()}.json`));
  const programs = read("programs.txt").split(/^== /m).slice(1);
  const marks = new Map(
    read("marks.txt")
      .split("\n")
      .map((line) => line.match(/^(\w+): (.+): (\S*) marks (Exact|Near) (\d+)/))
      .flatMap((found) => (found?.[1] === name ? [[found[2], { kind: found[3], isNear: found[4] === "Near", line: Number(found[5]) }]] : [])),
  );
  return programs
    .map((part) => ({ title: part.slice(0, part.indexOf("\n")), code: part.slice(part.indexOf("\n") + 1).replace(/\n$/, "") }))
    // To leave with nothing to say is a good end.
    .filter(({ title }) => marks.has(title) && known[title] && title !== "exit with nothing")
    .filter((_, at) => at % 15 === 0)
    .map((program) => ({ ...program, ...marks.get(program.title), told: known[program.title] }));
}

for (const { tag, name } of KINDS) {
  describe(name, () => {
    test("a sample of wrong programs: the error, the marked line, the words behind it, the raw text", async (t) => {
      const editor = await openEditor(t, on, { tag });
      const wrong = [];
      for (const { title, code, kind, isNear, line } of sample(name)) {
        const { outcome } = await editor.run(code);
        if (outcome !== "error") {
          wrong.push({ title, outcome });
          continue;
        }
        const text = (await editor.errorText.textContent()) ?? "";
        const [marked] = await lines(editor, "error");
        const last = code.split("\n").length;
        const expected = isNear ? [line - 1, line - 2, last - 1] : [line - 1];
        const words = await said(editor, "error");
        const raw = (await editor.raw.textContent()) ?? "";
        const fits = text.startsWith(kind) && expected.includes(marked) && words?.includes(text.split("\n")[0]) && raw.includes(text);
        if (!fits) wrong.push({ title, text, marked, expected, words });
      }
      assert.deepEqual(wrong, []);
    });

    test("the words behind a line are no text: not of the line, not copied, and they go with an edit", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.run(`a = 1\nfailure`);
      assert.match((await said(editor, "error")) ?? "", /^NameError/);
      const drawn = await editor.errorLine.evaluate((line) => getComputedStyle(line, "::after").content);
      assert.match(drawn, /NameError/);
      assert.equal(await editor.shown(), `a = 1\nfailure`);
      assert.match((await described(editor)) ?? "", /^Line 2: NameError/);
      await editor.focus();
      await editor.press("Home", "Enter");
      assert.match((await described(editor)) ?? "", /^Line 3: NameError/);
      await editor.press("x");
      assert.deepEqual(await lines(editor, "error"), []);
      assert.equal(await described(editor), "");
    });

    test("a link marks its own line; a line that was edited says so", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.run(`def inner(n):\n    return 1 / n\n\ninner(0)`);
      assert.deepEqual(await lines(editor, "error"), [1]);
      assert.deepEqual(await editor.host.locator(".frames .source").allTextContents(), ["return 1 / n", "inner(0)"]);
      await editor.links.nth(1).click();
      assert.deepEqual(await lines(editor, "error"), [3]);
      assert.match(await editor.marked(), /\n\|inner\(0\)$/);
      await editor.press("End");
      await editor.type(" ");
      await editor.links.nth(1).click();
      assert.match((await editor.status.textContent()) ?? "", /edited/);
      assert.deepEqual(await lines(editor, "error"), []);
    });

    test("a file that is to blame is named, and its text is shown with the line marked", async (t) => {
      const editor = await openEditor(t, on, { tag });
      const text = `def f(n):\n    return 1 / n\n`;
      await editor.run(`with open("mymod.py", "w") as file:\n    file.write(${JSON.stringify(text)})\nimport mymod\nmymod.f(0)`);
      assert.match((await editor.host.locator("[data-blame]").textContent()) ?? "", /in the file mymod\.py: line 2/);
      const shown = editor.host.locator(".file-text");
      for (const _ of ["once", "and again"]) {
        await editor.host.locator("[data-blame] button").click();
        await shown.locator("mark", { hasText: "return 1 / n" }).waitFor();
        assert.equal(await shown.locator("pre").textContent(), text);
        assert.equal(await shown.locator("figcaption").textContent(), "mymod.py, line 2");
      }
      await editor.run(`import os\nos.remove("mymod.py")\nmymod.f(0)`);
      await editor.host.locator("[data-blame] button").click();
      await editor.host.locator(".remark", { hasText: "mymod.py is not there any more" }).waitFor();
      assert.match((await editor.errorText.textContent()) ?? "", /^ZeroDivisionError/);
    });

    test("a neighbour that is to blame is named, shown and marked", async (t) => {
      const page = await open(t, on, `<${tag} id="a" env="shared"></${tag}><${tag} id="b" env="shared"></${tag}>`);
      const [a, b] = [editorOn(page, "#a"), editorOn(page, "#b")];
      await a.content.waitFor();
      await a.run(`x = 1\ndef shared(n):\n    return 1 / n`);
      await b.run(`pass\nshared(0)`);
      // MicroPython gives the text of all runs the same name.
      if (name === "MicroPython") return;
      const blame = b.failure.locator("[data-blame]");
      assert.match((await blame.textContent()) ?? "", /another editor.*line 3/);
      assert.deepEqual(await lines(b, "error"), [1]);
      assert.deepEqual(await lines(a, "error"), []);
      await blame.locator("button").click();
      assert.deepEqual(await lines(a, "error"), [2]);
      assert.equal((await a.fault.allTextContents()).join(""), "1 / n");
      assert.equal(await page.evaluate(() => document.activeElement?.id), "a");
    });

    test("what is no Python is underlined at a pause, first by the grammar, then by the interpreter", async (t) => {
      const editor = await openEditor(t, on, { tag });
      const problem = editor.host.locator(".line.problem");
      await editor.focus();
      await editor.type("x = = 1");
      await editor.press("Enter");
      await editor.type("y = 2");
      await problem.waitFor();
      assert.deepEqual(await lines(editor, "problem"), [0]);
      assert.equal(await said(editor, "problem"), "This is not Python");
      assert.equal(await editor.state(), "idle", "nothing is started for it");
      assert.match((await described(editor)) ?? "", /^Line 1: /);

      await editor.run("x = 1");
      assert.deepEqual(await lines(editor, "problem"), []);
      await editor.focus();
      // The grammar takes this, the compiler does not.
      await editor.press("Enter");
      await editor.type("1 = x");
      await editor.press("Enter");
      await editor.type("z = 3");
      await problem.waitFor();
      assert.deepEqual(await lines(editor, "problem"), [1]);
      assert.match((await said(editor, "problem")) ?? "", /SyntaxError/);
      assert.equal(await editor.state(), "ready");

      await editor.press("F8");
      assert.match(await editor.marked(), /\n\|1 = x/);
      assert.match((await editor.status.textContent()) ?? "", /^Line 2: .*SyntaxError/);
      await editor.press("End");
      await editor.type("x");
      assert.deepEqual(await lines(editor, "problem"), [], "it goes with an edit of its line");
    });

    test("valid programs are not underlined, and none is under the caret", async (t) => {
      const editor = await openEditor(t, on, { tag });
      const problem = editor.host.locator(".line.problem");
      await editor.run("import asyncio");
      await editor.focus();
      await editor.press("Control+a");
      // A mistake in the first line shows that the text was looked at; the await in the last is none.
      await editor.page.keyboard.insertText("x = = 1\nawait asyncio.sleep(0)\n");
      await problem.waitFor();
      assert.deepEqual(await lines(editor, "problem"), [0]);
      await editor.press("Control+Home", "Delete*4");
      await editor.press("Control+End");
      await editor.type("y = (");
      await editor.press("Control+Home", "Control+End");
      assert.ok(!(await lines(editor, "problem")).includes(0));
    });
  });
}

test("the interpreter's calls are behind a button, and the raw text is copied as it is", async (t) => {
  const editor = await openEditor(t, on, { tag: "py-editor" });
  const { error } = await editor.run(`import json\njson.loads("{")`);
  assert.match(error ?? "", /JSONDecodeError/);
  const own = await editor.frames.count();
  assert.equal(own, 1);
  assert.equal(await editor.frames.locator(".fault").textContent(), 'json.loads("{")');
  const more = editor.failure.locator("button.more");
  assert.match((await more.textContent()) ?? "", /Show all \d+ calls/);
  await more.click();
  assert.ok((await editor.frames.count()) > own + 3);
  assert.equal(await more.getAttribute("aria-expanded"), "true");
  await more.click();
  assert.equal(await editor.frames.count(), own);
  await editor.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await editor.failure.locator("summary").click();
  await editor.failure.locator("details .tool").click();
  await editor.failure.locator("details [role=status]", { hasText: "Copied" }).waitFor();
  const copied = await editor.page.evaluate(() => navigator.clipboard.readText());
  assert.ok(copied.startsWith("Traceback (most recent call last):\n") && copied.includes("_pyodide"));
  assert.equal(copied.trimEnd(), await editor.raw.textContent());
});

test("chains and groups are parts, with their relation in words", async (t) => {
  const editor = await openEditor(t, on, { tag: "py-editor" });
  await editor.run(`def fail():
    try:
        int("x")
    except ValueError as e:
        raise KeyError("cause") from e
try:
    fail()
except KeyError as e:
    kept = e
    try:
        raise ExceptionGroup("many", [kept, ExceptionGroup("inner", [TypeError("b")])])
    except ExceptionGroup:
        raise RuntimeError("last")`);
  assert.equal(await editor.errorText.textContent(), "RuntimeError: last");
  const text = await editor.failure.innerText();
  assert.match(text, /RuntimeError: last[^]*being handled:[^]*ExceptionGroup: many[^]*in this group:[^]*KeyError: 'cause'[^]*caused by[^]*ValueError: invalid[^]*ExceptionGroup: inner[^]*TypeError: b/);
  const members = editor.failure.locator(".members > li");
  assert.equal(await members.count(), 3);
  await members.first().locator(".frame").first().click();
  assert.deepEqual(await lines(editor, "error"), [4]);
});

test("a long way through the program is folded in the middle", async (t) => {
  const editor = await openEditor(t, on, { tag: "py-editor" });
  await editor.run(`def even(n):\n    return odd(n - 1)\ndef odd(n):\n    return even(n - 1) if n > 0 else 1 / 0\neven(40)`);
  assert.equal(await editor.frames.count(), 17);
  await editor.frames.locator("button.tool").click();
  assert.ok((await editor.frames.count()) > 40);
});

test("files, packages and compiled texts are named", async (t) => {
  const editor = await openEditor(t, on, { tag: "py-editor" });
  const blame = editor.failure.locator("[data-blame]");
  await editor.run(`open("mymod.py", "w").write("def go():\\n    return 1 / 0\\n")\nimport mymod\nmymod.go()`);
  assert.equal(await blame.textContent(), "The error is in the file mymod.py: line 2");
  assert.deepEqual(await lines(editor, "error"), [2]);
  await editor.run(`exec("1 / 0")`);
  assert.match((await blame.textContent()) ?? "", /compiled itself: line 1/);
  await editor.run(`import sys, os, sysconfig\nfolder = sysconfig.get_path("purelib") + "/pkg"\nos.makedirs(folder, exist_ok=True)\nopen(folder + "/__init__.py", "w").write("def go():\\n    return 1 / 0\\n")\nimport importlib; importlib.invalidate_caches()\nimport pkg\npkg.go()`);
  assert.match((await blame.textContent()) ?? "", /inside the package pkg .__init__\.py.: line 2/);
  await editor.run(`1 / 0`);
  assert.equal(await blame.count(), 0);
});
