/**
 * Programs that fail: what the reader sees first, which line is marked, where
 * a click leads, and what is folded away.
 *
 * Not here: interpreters that do not come up or die (failures.test.mjs), every
 * form of traceback (native tests of runtime-protocol).
 */

import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { site } from "./harness.mjs";
import { KINDS, editorOn, open, openEditor } from "./editor.mjs";

const on = site();

/** @typedef {ReturnType<typeof editorOn>} Editor */

/** @param {Editor} editor */
const error = async (editor) => (await editor.errorText.textContent()) ?? "";
/** The zero-based lines that are marked. @param {Editor} editor */
const marked = (editor) =>
  editor.lines.evaluateAll((lines) => lines.flatMap((line, index) => (line.classList.contains("error") ? [index] : [])));
/** @param {Editor} editor */
const frames = (editor) => editor.frames.allInnerTexts();

/** Calls within calls that Python's own count of its functions does not end. */
const RECURSIONS = {
  "__repr__": `class A:\n    def __repr__(self): return repr(self)\nrepr(A())`,
  "__str__": `class A:\n    def __str__(self): return "%s" % self\nstr(A())`,
  "__getattr__": `class A:\n    def __getattr__(self, name): return getattr(self, name + "x")\nA().x`,
  "__add__": `class A:\n    def __add__(self, other): return self + other\nA() + A()`,
  "__call__": `class A:\n    def __call__(self): return self()\nA()()`,
  "__hash__": `class A:\n    def __hash__(self): return hash((self,))\nhash(A())`,
  "a property": `class A:\n    @property\n    def x(self): return self.x\nA().x`,
  "a key": `def f(x): return sorted([3, 2, 1], key=f)\nf(0)`,
  map: `def f(x): return list(map(f, [1]))\nf(0)`,
  reduce: `from functools import reduce\ndef f(x, y): return reduce(f, [1, 2])\nf(0, 0)`,
  partial: `from functools import partial\ndef f(x): return partial(f, x)()\nf(0)`,
  generators: `def g(n):\n    for x in g(n + 1): yield x\nlist(g(0))`,
};
const RECURSIONS_OF_CPYTHON = {
  "a cache": `import functools\n@functools.lru_cache\ndef f(x): return f(x + 1)\nf(0)`,
  pickle: `import pickle\nclass A:\n    def __reduce__(self): return A, (A(),)\npickle.dumps(A())`,
  "a limit set high": `import sys\nsys.setrecursionlimit(10**6)\nclass A:\n    def __repr__(self): return f"{self}"\ntry: repr(A())\nfinally: sys.setrecursionlimit(1000)`,
  "the value of the last expression": `class A:\n    def __repr__(self): return repr(self)\nA()`,
  "a task": `import asyncio\nclass A:\n    def __repr__(self): return repr(self)\nasync def f(): repr(A())\nawait asyncio.create_task(f())`,
  "asyncio.run": `import asyncio\nclass A:\n    def __repr__(self): return repr(self)\nasync def f():\n    await asyncio.sleep(0)\n    repr(A())\nasyncio.run(f())`,
};

for (const { tag, name } of KINDS) {
  const isPyodide = tag === "py-editor";

  describe(name, () => {
    test("an error: its text first, its line marked, a link to the line, the traceback folded", async (t) => {
      const editor = await openEditor(t, on, { tag });
      const { outcome, error: told } = await editor.run(`value = 1\nprint("before")\n    \nprint(valeu)\nprint("never")`);
      assert.equal(outcome, "error");
      assert.match(await error(editor), isPyodide ? /^NameError: name 'valeu' is not defined/ : /^NameError: name 'valeu' isn't defined/);
      assert.equal(told?.trim(), await error(editor));
      assert.equal(await editor.failure.evaluate((panel) => panel.firstElementChild?.className), "error-text");
      const colour = (/** @type {import("playwright-core").Locator} */ part) => part.evaluate((part) => getComputedStyle(part).color);
      assert.notEqual(await colour(editor.errorText), await colour(editor.output), "it stands out");
      assert.equal(await editor.written(), "before\n");
      assert.equal(await editor.state(), "ready");
      assert.match((await editor.status.textContent()) ?? "", /error/);

      assert.deepEqual(await marked(editor), [3]);
      if (isPyodide) assert.equal(await editor.fault.textContent(), "valeu");

      assert.equal(await editor.frames.count(), 1, "the interpreter's own frames are not listed");
      assert.match((await frames(editor))[0], /line 4/);
      await editor.links.click();
      await editor.is(`value = 1\nprint("before")\n    \n|print(valeu)\nprint("never")`);

      assert.ok(!(await editor.raw.isVisible()));
      await editor.failure.locator("summary").click();
      assert.ok(await editor.raw.isVisible());
      const raw = (await editor.raw.textContent()) ?? "";
      assert.match(raw, /^Traceback \(most recent call last\):\n/);
      assert.match(raw, /line 4, in <module>/);
      assert.ok(raw.trimEnd().endsWith(await error(editor)));
      if (isPyodide) assert.match(raw, /_pyodide/);
    });

    test("nested calls are listed from the inside out, with their names", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.run(`def inner(n):\n    return 1 / n\n\ndef outer(n):\n    return inner(n - 1)\n\nouter(1)`);
      assert.match(await error(editor), /^ZeroDivisionError/);
      assert.deepEqual(await marked(editor), [1]);
      const listed = await frames(editor);
      assert.equal(listed.length, 3);
      for (const [index, [line, name]] of [["line 2", "inner"], ["line 5", "outer"], ["line 7", ""]].entries()) {
        assert.ok(listed[index].includes(line) && listed[index].includes(name), listed[index]);
      }
      await editor.links.nth(1).click();
      assert.match(await editor.marked(), /\n {4}\|return inner/);
      await editor.links.nth(2).click();
      assert.match(await editor.marked(), /\|outer\(1\)$/);
    });

    test("a syntax error is marked and nothing of the program runs", async (t) => {
      const editor = await openEditor(t, on, { tag });
      const { outcome } = await editor.run(`print("never")\nfor i in range(3)\n    print(i)`);
      assert.equal(outcome, "error");
      assert.match(await error(editor), /^SyntaxError/);
      assert.equal(await editor.written(), "");
      assert.deepEqual(await marked(editor), [1]);
      assert.equal(await editor.frames.count(), 1);
      await editor.links.click();
      assert.match(await editor.marked(), /\n\|for i/);
      assert.equal((await editor.run(`print("mended")`)).outcome, "ok");
      assert.equal(await editor.written(), "mended\n");
    });

    test("an indentation error", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.run(`x = 1\n  y = 2`);
      assert.match(await error(editor), /^IndentationError/);
      assert.deepEqual(await marked(editor), [1]);
    });

    test("a chained exception", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.run(`def load():\n    try:\n        int("x")\n    except ValueError as e:\n        raise RuntimeError("bad config") from e\n\nload()`);
      assert.equal(await error(editor), "RuntimeError: bad config");
      assert.deepEqual(await marked(editor), [4]);
      const text = await editor.failure.innerText();
      if (isPyodide) assert.match(text, /ValueError: invalid literal for int\(\)/, "the cause is shown, too");
    });

    test("a message of several lines that imitates a frame is a message", async (t) => {
      const editor = await openEditor(t, on, { tag });
      const code = `x = 1\nraise ValueError('one\\nTraceback (most recent call last):\\n  File "main.py", line 1, in <module>\\n    x = 1\\nKeyError: 2')`;
      await editor.run(code);
      assert.equal(await error(editor), `ValueError: one\nTraceback (most recent call last):\n  File "main.py", line 1, in <module>\n    x = 1\nKeyError: 2`);
      assert.deepEqual(await marked(editor), [1]);
      assert.equal(await editor.frames.count(), 1);
    });

    test("hostile text in errors is not markup", async (t) => {
      const editor = await openEditor(t, on, { tag });
      const html = `<img src=x onerror="document.title='hit'"><b>bold</b>`;
      await editor.run(`def f():\n    raise ValueError(${JSON.stringify(html)})  # <i>excerpt</i>\nf()`);
      assert.equal(await error(editor), `ValueError: ${html}`);
      assert.equal(await editor.failure.locator("img, b, i").count(), 0);
      assert.ok((await editor.raw.textContent())?.includes(html));
      assert.ok((await frames(editor)).at(-1)?.includes("line 3"));
      assert.equal(await editor.page.title(), "test");
    });

    test("the marked line is where the error's line is now, after edits made while the program ran", async (t) => {
      const editor = await openEditor(t, on, { tag, code: `import asyncio\nprint("go")\nawait asyncio.sleep(1)\nfailure` });
      await editor.button.click();
      await editor.says("go");
      await editor.focus();
      await editor.press("Control+Home");
      await editor.type("# one\n# two\n");
      assert.equal(await editor.state(), "running", "typed before the error");
      await editor.done();
      assert.deepEqual(await marked(editor), [5]);
      await editor.links.click();
      assert.match(await editor.marked(), /\n\|failure$/);
    });

    test("a line that was edited while the program ran is not marked", async (t) => {
      const editor = await openEditor(t, on, { tag, code: `import asyncio\nprint("go")\nawait asyncio.sleep(1)\nfailure` });
      await editor.button.click();
      await editor.says("go");
      await editor.focus();
      await editor.type("x");
      assert.equal(await editor.state(), "running", "typed before the error");
      await editor.done();
      assert.match(await error(editor), /'failure'/);
      assert.deepEqual(await marked(editor), []);
    });

    test("the mark moves with its line, and goes when the line is edited", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.run(`a = 1\nfailure\nb = 2`);
      await editor.focus();
      await editor.press("Control+Home", "Enter");
      assert.deepEqual(await marked(editor), [2]);
      await editor.press("Control+End", "x");
      assert.deepEqual(await marked(editor), [2]);
      await editor.press("ArrowUp", "End", "x");
      assert.deepEqual(await marked(editor), []);
    });

    test("the next run takes the error and its mark away", async (t) => {
      const editor = await openEditor(t, on, { tag, code: `failure` });
      await editor.run();
      assert.deepEqual(await marked(editor), [0]);
      await editor.run(`print("good")`);
      assert.deepEqual(await marked(editor), []);
      assert.equal(await editor.errorText.count(), 0);
      await editor.run(`import asyncio\nfailure`);
      await editor.run(`print("good")\nimport asyncio\nawait asyncio.sleep(0)`);
      assert.equal(await editor.errorText.count(), 0);
    });

    test("a function of an earlier run fails in a later one: no line of the new text is blamed for it", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.run(`# pad\n# pad\ndef old(n):\n    return 1 / n`);
      await editor.run(`# first line\nold(0)\n# third\n# fourth`);
      assert.match(await error(editor), /^ZeroDivisionError/);
      // MicroPython gives the text of all runs the same name: its line 4 cannot be told from ours.
      if (isPyodide) assert.ok(!(await marked(editor)).includes(3), "line 4 was that of the earlier text");
    });

    test("sys.exit ends the program without a crash", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.run(`import sys\nprint("bye")\nsys.exit(3)\nprint("never")`);
      assert.equal(await editor.written(), "bye\n");
      assert.match(await error(editor), /^SystemExit: 3$/);
      assert.equal((await editor.run(`print("on")`)).outcome, "ok");
      assert.equal(await editor.written(), "on\n");
    });

    test("endless recursion is an error with a list that can be read, and the editor goes on", async (t) => {
      const editor = await openEditor(t, on, { tag });
      const { outcome } = await editor.run(`kept = 1\ndef f(n):\n    return f(n + 1)\nf(0)`);
      assert.equal(outcome, "error");
      assert.match(await error(editor), /maximum recursion depth exceeded/);
      assert.deepEqual(await marked(editor), [2]);
      assert.ok((await editor.frames.count()) < 30);
      await editor.run(`print("kept" in globals())`);
      assert.equal(await editor.written(), "True\n");
    });

    test("endless recursion through the interpreter's own C is an error as well, and the variables stay", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.run("kept = 41");
      for (const [what, code] of Object.entries({ ...RECURSIONS, ...(tag === "py-editor" ? RECURSIONS_OF_CPYTHON : {}) })) {
        assert.equal((await editor.run(code)).outcome, "error", what);
        assert.match(await error(editor), tag === "py-editor" ? /^RecursionError: / : /^RuntimeError: (maximum recursion depth exceeded|pystack exhausted)$/, what);
        assert.equal((await editor.run("print(kept)")).outcome, "ok", what);
        assert.equal(await editor.written(), "41\n", what);
      }
      // What is long and not endless goes on: nested calls, and a program of many branches.
      const nested = `def deep(n):\n    return sorted([n], key=lambda n: deep(n - 1)) if n else [0]\nprint(deep(${tag === "py-editor" ? 60 : 20}))`;
      const branches = Array.from({ length: 400 }, (_, n) => `elif kept == ${n}: print("branch", kept)`).join("\n");
      await editor.run(`${nested}\nif kept < 0: pass\n${branches}`);
      assert.match(await editor.written(), /^\[\d+\]\nbranch 41\n$/);
    });

    test("an error in a task that nobody awaits is shown with the program's own errors", async (t) => {
      const editor = await openEditor(t, on, { tag });
      const { outcome } = await editor.run(`import asyncio
async def later():
    raise ValueError("in the background")
task = asyncio.create_task(later())
await asyncio.sleep(0.05)
del task
import gc; gc.collect()
await asyncio.sleep(0.05)
print("end")`);
      assert.equal(outcome, "ok");
      await editor.says("in the background");
      await editor.says("end");
    });

    test("an exception of one's own, an assertion, a missing module and a missing key", async (t) => {
      const editor = await openEditor(t, on, { tag });
      for (const [code, text] of /** @type {[string, RegExp][]} */ ([
        [`class MyError(Exception): pass\nraise MyError("boom", 42)`, /^MyError: \('boom', 42\)/],
        [`assert 1 == 2, "should be 2"`, /^AssertionError: should be 2/],
        [`import nosuchmodule`, /^(ModuleNotFound|Import)Error: .*nosuchmodule/i],
        [`{}["b"]`, /^KeyError: '?b'?/],
      ])) {
        await editor.run(code);
        assert.match(await error(editor), text);
        assert.deepEqual(await marked(editor), [code.split("\n").length - 1]);
      }
    });

    test("input() without a line left is an error at its line", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.host.evaluate((element) => void (element.stdin = "Ada"));
      const { outcome } = await editor.run(`name = input("Name? ")\nage = input("Age? ")`);
      assert.equal(outcome, "error");
      assert.match(await error(editor), /^EOFError/);
      assert.deepEqual(await marked(editor), [1]);
    });
  });
}

test("what JavaScript throws is told, too", async (t) => {
  const editor = await openEditor(t, on, { tag: "py-editor" });
  const { outcome } = await editor.run(`import js\njs.JSON.parse("{")`);
  assert.equal(outcome, "error");
  assert.match(await error(editor), /JsException: SyntaxError/);
  assert.deepEqual(await marked(editor), [1]);
});

test("notes and exception groups are shown", async (t) => {
  const editor = await openEditor(t, on, { tag: "py-editor" });
  await editor.run(`e = ValueError("x")\ne.add_note("look here")\nraise e`);
  assert.match(await editor.failure.innerText(), /ValueError: x[^]*look here/);
  await editor.run(`raise ExceptionGroup("many", [ValueError("a"), TypeError("b")])`);
  const text = await editor.failure.innerText();
  assert.match(text, /ExceptionGroup: many \(2 sub-exceptions\)/);
  assert.match(text, /ValueError: a[^]*TypeError: b/);
  assert.deepEqual(await marked(editor), [0]);
});

test("two editors with errors each mark their own line", async (t) => {
  const page = await open(t, on, `<mpy-editor id="a"><pre>x = 1\nfailure</pre></mpy-editor><mpy-editor id="b">1 / 0</mpy-editor>`);
  const [a, b] = [editorOn(page, "#a"), editorOn(page, "#b")];
  await a.run();
  await b.run();
  assert.deepEqual(await marked(a), [1]);
  assert.deepEqual(await marked(b), [0]);
});
