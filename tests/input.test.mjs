/**
 * Programs that read: the field in the output, what is sent from it, and the
 * ways by which a page answers without a person. All of it with both
 * interpreters, on pages that are isolated and on pages that are not.
 *
 * Not here: odd orders of questions, answers and stops, which are native tests
 * (runtime-bridge/protocol/src/session/tests/asking.rs).
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { describe } from "node:test";
import { site } from "./harness.mjs";
import { KINDS, editorOn, open, openEditor, workers } from "./editor.mjs";

const isolated = site();
const plain = site({ isolated: false });

/** The field of an editor. @param {ReturnType<typeof editorOn>} editor */
const fieldOf = (editor) => editor.host.locator(".field");

/** Starts a program that reads and waits until it does. @param {ReturnType<typeof editorOn>} editor @param {string} code */
async function start(editor, code) {
  await editor.button.waitFor();
  await editor.setCode(code);
  await editor.button.click();
  await fieldOf(editor).waitFor();
}

/**
 * Waits for a question of the latest run, and the field for it.
 * @param {ReturnType<typeof editorOn>} editor @param {number} nth from 0 on
 */
async function asks(editor, nth) {
  const element = await editor.host.elementHandle();
  await editor.page.waitForFunction(
    ([element, nth]) => {
      const own = heard.filter(({ target }) => target === element);
      const since = own.findLastIndex(({ name }) => name.endsWith(":ready"));
      return own.slice(since).filter(({ name }) => name.endsWith(":input")).length > nth;
    },
    /** @type {const} */ ([element, nth]),
  );
  await fieldOf(editor).waitFor();
}

/** Types a line where the keyboard is. @param {ReturnType<typeof editorOn>} editor @param {string} line @param {number} [nth] */
async function answer(editor, line, nth = 0) {
  await asks(editor, nth);
  await editor.page.keyboard.type(line);
  await editor.page.keyboard.press("Enter");
}

/** Gives lines to a program as its `stdin`. @param {ReturnType<typeof editorOn>} editor @param {any} lines */
const feed = (editor, lines) => editor.host.evaluate((element, lines) => void (element.stdin = lines), lines);

for (const { tag, prefix, name } of KINDS) {
  for (const [where, on] of /** @type {const} */ ([
    ["isolated", isolated],
    ["not isolated", plain],
  ])) {
    describe(`${name}, ${where}`, () => {
      test("a field after the prompt, and what was typed stays", async (t) => {
        const editor = await openEditor(t, on, { tag });
        assert.equal(await editor.page.evaluate(() => crossOriginIsolated), where === "isolated");
        await start(editor, `print("Hi")\nname = input("Your name? ")\nprint("Hello", name + "!")`);
        assert.equal(await editor.written(), "Hi\nYour name? End");
        assert.equal(await editor.state(), "waiting");
        assert.equal(await editor.host.getAttribute("state"), "waiting");
        assert.equal(await editor.status.textContent(), "Waiting for input");
        const clear = editor.host.locator(".tools button", { hasText: "Clear" });
        assert.ok(await clear.isDisabled(), "a question cannot be cleared away");
        assert.equal(await editor.button.textContent(), "Stop");
        assert.equal(await fieldOf(editor).getAttribute("aria-label"), "Your name?");
        await answer(editor, "Ada <b>");
        assert.equal((await editor.done()).outcome, "ok");
        assert.equal(await editor.written(), "Hi\nYour name? Ada <b>\nHello Ada <b>!\n");
        assert.equal((await editor.output.locator(".typed").allTextContents()).join("").trim(), "Ada <b>");
        assert.equal(await fieldOf(editor).count(), 0);
        assert.ok(await clear.isEnabled());
        assert.equal(await editor.state(), "ready");
      });

      test("twenty questions in one run", async (t) => {
        const editor = await openEditor(t, on, { tag });
        await start(editor, `total = 0\nfor i in range(20): total += int(input(str(i) + ": "))\nprint(total)`);
        for (let i = 0; i < 20; i += 1) {
          await answer(editor, String(i), i);
        }
        assert.equal((await editor.done()).outcome, "ok");
        assert.match(await editor.written(), /^0: 0\n1: 1\n[^]*19: 19\n190\n$/);
      });

      test("text of any script and length", async (t) => {
        const editor = await openEditor(t, on, { tag });
        const long = "é日😀".repeat(10_000);
        await feed(editor, ["Ünïcödé 日本 😀 \\ \"", "", long]);
        await editor.run(`print(repr(input()) != "", [ord(c) for c in input() or "x"])\nline = input()\nprint(len(line), line == "é日😀" * 10000)`);
        assert.match(await editor.written(), /^Ünïcödé 日本 😀 \\ "\n\nTrue \[120\]\n(é日😀)[^]*\n30000 True\n$/u);
      });

      test("Ctrl+D is the end of the input", async (t) => {
        const editor = await openEditor(t, on, { tag });
        await start(editor, `import sys
try: input("first? ")
except EOFError as error: print("end:", error)
print(repr(sys.stdin.readline()))
print(repr(input("again? ")))`);
        await editor.press("Control+d");
        await asks(editor, 1);
        await editor.press("Control+d");
        await asks(editor, 2);
        await editor.type("x");
        await editor.press("Control+d");
        assert.equal(await fieldOf(editor).inputValue(), "x", "a line that is begun is not ended");
        await editor.press("Enter");
        assert.equal((await editor.done()).outcome, "ok");
        assert.equal(await editor.written(), "first? end: EOF when reading a line\n''\nagain? x\n'x'\n");
      });

      test("sys.stdin: lines, readline, read", async (t) => {
        const editor = await openEditor(t, on, { tag });
        await start(editor, `import sys\nprint(list(sys.stdin) == ["é\\n", "two\\n"])\nprint(sys.stdin.readline() == "three\\n")\nprint(sys.stdin.read() == "日\\n5\\n")`);
        await answer(editor, "é", 0);
        await answer(editor, "two", 1);
        await asks(editor, 2);
        await editor.press("Control+d");
        await answer(editor, "three", 3);
        await answer(editor, "日", 4);
        await answer(editor, "5", 5);
        await asks(editor, 6);
        await editor.press("Control+d");
        assert.equal((await editor.done()).outcome, "ok");
        assert.equal(await editor.written(), "é\ntwo\nTrue\nthree\nTrue\n日\n5\nTrue\n");
      });

      test("what one program leaves of a line is not the next one's", async (t) => {
        const editor = await openEditor(t, on, { tag });
        await editor.host.evaluate((element) => void (element.stdin = "abcé\nsecond\n"));
        const left = ["sys.stdin.read(1)", "sys.stdin.buffer.read(2)"];
        // A file of the program's own that reads the same input; and half of a character.
        if (tag === "py-editor") left.push("reopened().read(1)", "sys.stdin.buffer.read(4)");
        const reopened = `def reopened():\n    import io\n    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), "utf-8")\n    return sys.stdin`;
        for (const code of left) {
          assert.equal((await editor.run(`import sys\n${reopened}\nprint(len(${code}) > 0)`)).outcome, "ok", code);
          assert.equal((await editor.run(`print(input())`)).outcome, "ok", code);
          assert.equal(await editor.written(), "abcé\nabcé\n", `${code}: typed, and printed`);
        }
        if (tag === "py-editor") {
          await editor.run(`import io, sys\nsys.stdin = io.StringIO("own 1\\nown 2\\n")\nprint(input())`);
          await editor.run(`print(input())`);
          assert.equal(await editor.written(), "own 2\n", "what is no input of the page's stays the program's");
        }
      });

      test("Stop while a program waits", async (t) => {
        const editor = await openEditor(t, on, { tag });
        await start(editor, `kept = 1\ninput("? ")`);
        await editor.button.click();
        assert.equal((await editor.done()).outcome, "stopped");
        assert.equal(await editor.state(), "stopped");
        assert.equal(await fieldOf(editor).count(), 0);
        await editor.run(`print(kept)`);
        assert.equal(await editor.written(), "1\n", "the variables are kept");
      });

      test("two editors wait at once", async (t) => {
        const page = await open(t, on, `<${tag} id="a"></${tag}><${tag} id="b"></${tag}>`);
        const [a, b] = [editorOn(page, "#a"), editorOn(page, "#b")];
        await start(a, `print(input("a? "))`);
        await start(b, `print(input("b? "))`);
        await fieldOf(a).fill("first");
        await fieldOf(b).fill("second");
        await fieldOf(b).press("Enter");
        await b.done();
        assert.equal(await a.state(), "waiting");
        await fieldOf(a).press("Enter");
        await a.done();
        assert.deepEqual([await a.written(), await b.written()], ["a? first\nfirst\n", "b? second\nsecond\n"]);
      });

      test("an editor that is removed while its program waits leaves no worker", async (t) => {
        const editor = await openEditor(t, on, { tag });
        await start(editor, `input("? ")`);
        await editor.host.evaluate((element) => element.remove());
        await workers(editor.page, 0);
      });
    });
  }

  describe(name, () => {
    test("arrow keys go through what was typed", async (t) => {
      const editor = await openEditor(t, isolated, { tag });
      await start(editor, `while True: print(repr(input("> ")))`);
      await answer(editor, "one", 0);
      await answer(editor, "two", 1);
      await asks(editor, 2);
      await editor.type("half");
      const shown = async (/** @type {string} */ key) => (await editor.press(key), fieldOf(editor).inputValue());
      assert.deepEqual([await shown("ArrowUp"), await shown("ArrowUp"), await shown("ArrowUp")], ["two", "one", "one"]);
      assert.deepEqual([await shown("ArrowDown"), await shown("ArrowDown"), await shown("ArrowDown")], ["two", "half", "half"]);
      await editor.press("Escape");
      assert.equal(await fieldOf(editor).inputValue(), "half", "Escape does no harm");
      await editor.press("ArrowUp", "Enter");
      await asks(editor, 3);
      assert.match(await editor.written(), /> two\n'two'\n> two\n'two'\n> End$/);
    });

    test("Ctrl+C stops, and copies where something is selected", async (t) => {
      const editor = await openEditor(t, isolated, { tag });
      await start(editor, `input("? ")`);
      await editor.type("text");
      await editor.press("Control+a", "Control+c");
      assert.equal(await editor.state(), "waiting");
      await editor.press("ArrowRight", "Control+c");
      assert.equal((await editor.done()).outcome, "stopped");
    });

    test("several lines pasted answer several questions", async (t) => {
      const editor = await openEditor(t, isolated, { tag });
      await start(editor, `print([input() for i in range(3)])\nprint(input("more? "))`);
      await fieldOf(editor).evaluate((field) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", "one\r\ntwo\nthree\n");
        field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
      });
      await editor.says("['one', 'two', 'three']");
      await answer(editor, "yes", 3);
      await editor.done();
      assert.equal(await editor.written(), "one\ntwo\nthree\n['one', 'two', 'three']\nmore? yes\nyes\n");
    });

    test("the focus is not taken from elsewhere", async (t) => {
      const editor = await openEditor(t, isolated, { tag, head: `<button id="other">other</button>` });
      await editor.setCode(`input("one? ")\ninput("two? ")`);
      await editor.page.locator("#other").focus();
      const run = editor.host.evaluate((element) => element.run().then(() => {}));
      await fieldOf(editor).waitFor();
      const focused = () => editor.page.evaluate(() => document.activeElement?.id);
      assert.equal(await focused(), "other");
      await fieldOf(editor).fill("x");
      await fieldOf(editor).press("Enter");
      await asks(editor, 1);
      assert.equal(await editor.page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.className), "field", "it was here, and stays");
      await answer(editor, "y", 1);
      await run;
    });

    test("stdin: a text, a list and a function feed a program", async (t) => {
      const editor = await openEditor(t, isolated, { tag });
      const code = `print([input("? "), input("? ")])\ntry: input("? ")\nexcept EOFError: print("end")`;
      for (const lines of ["one\ntwo\n", ["one", "two"]]) {
        await feed(editor, lines);
        await editor.run(code);
        assert.equal(await editor.written(), "? one\n? two\n['one', 'two']\n? end\n");
      }
      await editor.run(code);
      assert.match(await editor.written(), /\['one', 'two'\]/, "each run reads from the start");
      await editor.host.evaluate((element) => {
        const prompts = [];
        window.prompts = prompts;
        element.stdin = async (prompt) => (prompts.push(prompt), ["1", 2, null, undefined][prompts.length - 1]);
      });
      await editor.setCode(`print(input("a? "), input("b? "))\ntry: input("c? ")\nexcept EOFError: print("end")\nprint(input("d? "))`);
      await editor.button.click();
      await answer(editor, "a person", 2);
      await editor.done(4);
      assert.equal(await editor.written(), "a? 1\nb? 2\n1 2\nc? end\nd? a person\na person\n");
      assert.deepEqual(await editor.page.evaluate(() => window.prompts), ["a? ", "b? ", "c? ", "d? "]);
    });

    test("a page can answer by itself", async (t) => {
      const editor = await openEditor(t, isolated, { tag });
      await editor.page.evaluate((name) => {
        window.asked = [];
        addEventListener(name, (event) => {
          event.preventDefault();
          window.asked.push({ ...event.detail, state: event.target.state, composed: event.composed });
          setTimeout(() => event.target.answer(["Ada", null][window.asked.length - 1]));
        });
      }, `${prefix}:input`);
      await editor.run(`print(input("Name? "))\ntry: input()\nexcept EOFError: print("end")`);
      assert.equal(await editor.written(), "Name? Ada\nAda\nend\n");
      assert.deepEqual(await editor.page.evaluate(() => window.asked), [
        { worker: true, run: 1, prompt: "Name? ", hidden: false, state: "waiting", composed: true },
        { worker: true, run: 1, prompt: "", hidden: false, state: "waiting", composed: true },
      ]);
      assert.equal(await editor.host.evaluate((element) => element.answer("late")), false);
    });

    test("output elsewhere has the field", async (t) => {
      const page = await open(t, isolated, `<${tag} id="e" output="out"></${tag}><div id="out"></div>`);
      const editor = editorOn(page, "#e");
      await editor.setCode(`print(input("? "))`);
      await editor.button.click();
      const field = page.locator("#out .field");
      await field.waitFor();
      assert.equal(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.className), "field", "the focus was in the editor");
      await page.keyboard.type("there");
      await page.keyboard.press("Enter");
      await editor.done();
      assert.equal(await page.locator("#out .scroll").textContent(), "? there\nthere\n");
    });

    test("where nobody can answer, a program reads the end", async (t) => {
      const head = `<script type="${prefix}" worker id="script">
try: input("? ")
except EOFError: print("script: end")
</script>`;
      const page = await open(t, isolated, `${head}<${tag} setup env="e">
try: input()
except EOFError: ended = True
</${tag}><${tag} id="e" env="e"></${tag}>`, { head: "<script>console.log = (log => (...all) => ((window.logged ??= []).push(all.join()), log(...all)))(console.log)</script>" });
      const editor = editorOn(page, "#e");
      await editor.run(`import asyncio
async def later():
    await asyncio.sleep(0.01)
    try: input()
    except EOFError: print("late: end")
task = asyncio.create_task(later())
print("setup:", ended)`);
      await editor.says("late: end");
      assert.equal(await editor.written(), "setup: True\nlate: end\n");
      await editor.host.locator(".remark").filter({ hasText: "nobody can answer" }).waitFor();
      await page.waitForFunction(() => window.logged?.some((text) => text.includes("script: end")));
      await page.locator(".remark").nth(1).waitFor();
    });
  });
}

describe("getpass", () => {
  const { tag } = KINDS[0];
  for (const [where, on] of /** @type {const} */ ([
    ["isolated", isolated],
    ["not isolated", plain],
  ])) {
    test(`hides what is typed, ${where}`, async (t) => {
      const editor = await openEditor(t, on, { tag });
      await start(editor, `import getpass\nsecret = getpass.getpass("Word: ")\nprint(len(secret), secret.upper() == "SÉSAME")\nprint(input("Name? "))`);
      assert.equal(await fieldOf(editor).getAttribute("type"), "password");
      assert.equal(await fieldOf(editor).getAttribute("aria-label"), "Word:");
      await answer(editor, "sésame");
      await asks(editor, 1);
      assert.equal(await fieldOf(editor).getAttribute("type"), "text");
      await editor.press("ArrowUp");
      assert.equal(await fieldOf(editor).inputValue(), "", "no secret is in the history");
      await answer(editor, "Ali", 1);
      await editor.done();
      assert.equal(await editor.written(), "Word: \n6 True\nName? Ali\nAli\n");
      assert.doesNotMatch(await editor.host.evaluate((element) => element.shadowRoot?.innerHTML ?? ""), /sésame/);
    });
  }
});

describe("a policy", () => {
  const strict = site({ isolated: false });

  test("that forbids blob: addresses is told, and no program hangs", async (t) => {
    const worker = await readFile(new URL("../dist/worker.js", import.meta.url));
    const headers = { "content-security-policy": "connect-src 'self'" };
    strict.server.route("/dist/worker.js", { body: worker, type: "text/javascript", headers });
    const editor = await openEditor(t, strict, { expected: /blob:|Content Security Policy/ });
    await editor.run(`try: input("? ")\nexcept EOFError: print("end")`);
    assert.equal(await editor.written(), "? end\n");
    await editor.host.locator(".remark").filter({ hasText: `Add "blob:" to its connect-src` }).waitFor();
  });
});
