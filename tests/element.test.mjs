/**
 * The tags as an author of a page knows them: where the code comes from, the
 * attributes, the `code` property, and what happens when an element comes,
 * moves and goes.
 *
 * Not here: editing (editing.test.mjs), running (running.test.mjs).
 */

import assert from "node:assert/strict";
import test from "node:test";
import { site } from "./harness.mjs";
import { editorOn, escaped, open, openEditor, workers } from "./editor.mjs";

const on = site();

/** The first editor of a page is one at once, wherever it is; what comes after this is far from sight. */
const FAR = `<py-editor id="first"></py-editor><div style="height: 5000px"></div>`;

test("both tags are editors with their text as code", async (t) => {
  const page = await open(t, on, `<py-editor>print("a")</py-editor><mpy-editor>print("b")</mpy-editor>`);
  for (const [tag, code, label] of [["py-editor", `print("a")`, "Python"], ["mpy-editor", `print("b")`, "MicroPython"]]) {
    const editor = editorOn(page, tag);
    await editor.button.waitFor();
    await editor.holds(code);
    assert.equal(await editor.name.textContent(), label);
    assert.equal(await editor.button.textContent(), "Run");
    assert.equal(await editor.host.getAttribute("state"), "idle");
  }
});

test("the text is dedented and its blank first and last lines are dropped", async (t) => {
  const page = await open(t, on, `<mpy-editor>

      def f():

          return 1
    less
      print(f())

  </mpy-editor>`);
  const editor = editorOn(page);
  await editor.button.waitFor();
  await editor.holds("def f():\n\n    return 1\n    less\nprint(f())");
});

test("a pre inside keeps its line breaks and is not shown as a tag", async (t) => {
  const page = await open(t, on, `<py-editor><pre>\nif 1 &lt; 2:\n    print("&amp;")\n</pre></py-editor>`);
  const editor = editorOn(page);
  await editor.button.waitFor();
  await editor.holds(`if 1 < 2:\n    print("&")`);
});

for (const type of ["py-editor", "mpy-editor"]) {
  test(`a script of type ${type} becomes an editor right after it`, async (t) => {
    const page = await open(t, on, `<script type="${type}" id="source" label="From a script" rows="4">
        print("hello")
      </script><p>behind</p>`);
    const editor = editorOn(page, `script + ${type}`);
    await editor.button.waitFor();
    await editor.holds(`print("hello")`);
    assert.equal(await editor.name.textContent(), "From a script");
    assert.equal(await editor.host.getAttribute("rows"), "4");
    assert.equal(await page.locator("#source").count(), 1, "an id stays with the script");
    assert.equal(await page.locator("#source").getAttribute("type"), `${type}-active`);
  });

  test(`a script of type ${type} that is added later becomes an editor, alone or inside of something`, async (t) => {
    const page = await open(t, on, "<main></main>");
    await page.evaluate((type) => {
      const script = (/** @type {string} */ text) => Object.assign(document.createElement("script"), { type, text });
      const section = document.createElement("section");
      section.append(script("inside = 1"));
      document.querySelector("main")?.append(script("alone = 1"), section);
    }, type);
    for (const [place, code] of [["main", "alone = 1"], ["section", "inside = 1"]]) {
      const editor = editorOn(page, `${place} > ${type}`);
      await editor.button.waitFor();
      await editor.holds(code);
    }
    assert.equal(await page.locator(type).count(), 2);
  });
}

test("code that looks like HTML stays text in a script", async (t) => {
  const code = `print("<b>bold</b>")\nprint("<img src=x onerror=alert(1)> &amp; <!-- -->")`;
  const page = await open(t, on, `<script type="mpy-editor">\n${code}\n</script>`);
  const editor = editorOn(page);
  await editor.button.waitFor();
  await editor.holds(code);
  assert.equal(await editor.host.locator("b, img").count(), 0);
});

test("an element that a script makes is an editor, with its text or with code set before", async (t) => {
  const page = await open(t, on, "<main></main>");
  await page.evaluate(async () => {
    await customElements.whenDefined("py-editor");
    const text = document.createElement("py-editor");
    text.id = "text";
    text.textContent = "a = 1";
    const code = Object.assign(document.createElement("py-editor"), { id: "code", code: "b = 2\n" });
    document.querySelector("main")?.append(text, code);
  });
  await editorOn(page, "#text").button.waitFor();
  await editorOn(page, "#text").holds("a = 1");
  await editorOn(page, "#code").button.waitFor();
  await editorOn(page, "#code").holds("b = 2\n");
});

test("code is read and written at any time", async (t) => {
  const page = await open(t, on, `${FAR}<py-editor id="far">\n  a = 1\n</py-editor>`);
  const editor = editorOn(page, "#far");
  assert.equal(await editor.code(), "a = 1");
  await editor.setCode("far = 'from sight'");
  assert.equal(await editor.code(), "far = 'from sight'");
  assert.equal(await editor.button.count(), 0, "still a block of text");
  assert.equal(await editor.host.locator(".content").textContent(), "far = 'from sight'");
  await editor.host.scrollIntoViewIfNeeded();
  await editor.button.waitFor();
  await editor.holds("far = 'from sight'");
  await editor.setCode("");
  await editor.holds("");
  await editor.setCode("one\n\n  two\n");
  await editor.holds("one\n\n  two\n");
});

test("code set from outside can be undone", async (t) => {
  const editor = await openEditor(t, on, { code: "first" });
  await editor.setCode("second");
  await editor.focus();
  await editor.press("Control+z");
  await editor.holds("first");
});

test("src is where the code comes from", async (t) => {
  on.server.route("/demo.py", "def f():\r\n    return '<b>'\r\n");
  const page = await open(t, on, `<mpy-editor src="demo.py"></mpy-editor>`);
  const editor = editorOn(page);
  await editor.lines.filter({ hasText: "return" }).waitFor();
  await editor.holds("def f():\n    return '<b>'");
  assert.equal(await editor.failure.textContent(), "");
});

test("a src that is not there is told in the editor, which stays usable", async (t) => {
  const page = await open(t, on, `<mpy-editor src="missing.py"></mpy-editor>`, { expected: /404.*missing\.py/ });
  const editor = editorOn(page);
  await editor.errorText.waitFor();
  assert.match((await editor.errorText.textContent()) ?? "", /missing\.py.*404/);
  assert.match((await editor.failure.textContent()) ?? "", /src/);
  await editor.focus();
  await editor.type("print('still here')");
  assert.equal((await editor.run()).outcome, "ok");
  assert.equal(await editor.written(), "still here\n");
  assert.equal(await editor.errorText.count(), 0);
});

test("another src replaces the code", async (t) => {
  on.server.route("/one.py", "one = 1\n");
  on.server.route("/two.py", "two = 2\n");
  const page = await open(t, on, `<mpy-editor src="one.py"></mpy-editor>`);
  const editor = editorOn(page);
  await editor.lines.filter({ hasText: "one" }).waitFor();
  await editor.host.evaluate((element) => element.setAttribute("src", "two.py"));
  await editor.lines.filter({ hasText: "two" }).waitFor();
  await editor.holds("two = 2");
});

test("rows is the height of the text in lines; without it the editor grows", async (t) => {
  const code = Array.from({ length: 30 }, (_, index) => `x = ${index}`).join("\n");
  const editor = await openEditor(t, on, { code, attributes: `rows="5"` });
  const lines = async () => {
    const [scroller, line] = await Promise.all([editor.host.locator(".code").boundingBox(), editor.lines.first().boundingBox()]);
    return (scroller?.height ?? 0) / (line?.height ?? 1);
  };
  assert.ok((await lines()) >= 5 && (await lines()) < 7, `${await lines()} lines`);
  await editor.host.evaluate((element) => element.setAttribute("rows", "10"));
  assert.ok((await lines()) >= 10 && (await lines()) < 12, `${await lines()} lines`);
  await editor.host.evaluate((element) => element.setAttribute("rows", "many"));
  assert.ok((await lines()) >= 30, `${await lines()} lines`);
});

test("label is the visible name, and part of the name for a screen reader", async (t) => {
  const editor = await openEditor(t, on, { attributes: `label="Loops &lt;1>"` });
  assert.equal(await editor.name.textContent(), "Loops <1>");
  assert.equal(await editor.content.getAttribute("aria-label"), "Loops <1> code");
  await editor.host.evaluate((element) => element.setAttribute("label", "Loops 2"));
  await editor.name.filter({ hasText: "Loops 2" }).waitFor();
  assert.equal(await editor.content.getAttribute("aria-label"), "Loops 2 code");
  await editor.page.getByRole("textbox", { name: "Loops 2 code" }).waitFor();
});

test("an element that is moved keeps its text, its undo history and its worker", async (t) => {
  const page = await open(t, on, `<mpy-editor>kept = 41</mpy-editor><main></main>`);
  const editor = editorOn(page);
  await editor.run();
  await editor.focus();
  await editor.type("\nprint(kept + 1)");
  const [worker] = page.workers();
  await editor.host.evaluate((element) => document.querySelector("main")?.append(element));
  await editor.holds("kept = 41\nprint(kept + 1)");
  await editor.run("print(kept + 1)");
  assert.equal(await editor.written(), "42\n");
  assert.deepEqual(page.workers(), [worker]);
});

test("an element that was removed and put back keeps its text, and runs", async (t) => {
  const editor = await openEditor(t, on, { code: "a = 1" });
  await editor.run();
  await editor.focus();
  await editor.type("\nprint('back')");
  const { page } = editor;
  await page.evaluate(async () => {
    const element = /** @type {HTMLElement} */ (document.querySelector("mpy-editor"));
    element.remove();
    await new Promise((later) => setTimeout(later));
    await new Promise((later) => setTimeout(later));
    Object.assign(window, { away: element.code });
    document.body.append(element);
  });
  assert.equal(await page.evaluate("away"), "a = 1\nprint('back')");
  await editor.button.waitFor();
  await editor.holds("a = 1\nprint('back')");
  assert.equal((await editor.run()).outcome, "ok");
  assert.equal(await editor.written(), "back\n");
  await workers(page, 1);
});

test("of 100 editors only those near sight are mounted; all show their text", async (t) => {
  const editors = Array.from({ length: 100 }, (_, index) => `<py-editor id="e${index}"><pre>\nn = ${index}\n${"#\n".repeat(9)}</pre></py-editor>`);
  const page = await open(t, on, editors.join("\n"));
  await editorOn(page, "#e0").button.waitFor();
  const mounted = () => page.locator("button.run").count();
  assert.ok((await mounted()) < 30, `${await mounted()} are mounted`);
  assert.match((await page.locator("#e99 .content").textContent()) ?? "", /^n = 99/);
  const last = editorOn(page, "#e99");
  await last.host.scrollIntoViewIfNeeded();
  await last.button.waitFor();
  assert.ok((await mounted()) < 60, `${await mounted()} are mounted`);
  await last.holds(`n = 99\n${"#\n".repeat(9)}`.trimEnd());
});

test("Tab reaches a far editor and typing goes into it", async (t) => {
  const page = await open(t, on, `${FAR}<button>start</button><py-editor id="far">a = 1</py-editor>`);
  const editor = editorOn(page, "#far");
  await editor.host.locator(".content").waitFor();
  assert.equal(await editor.button.count(), 0);
  // Its own focus scrolls the page, and the editor comes near: no click, no scrolling by us.
  await page.getByText("start").evaluate((button) => button.focus({ preventScroll: true }));
  await page.keyboard.press("Tab");
  await editor.button.waitFor();
  // The block of text hands the focus on to the editor that takes its place.
  await page.waitForFunction(() => document.querySelector("#far")?.shadowRoot?.activeElement?.matches("[contenteditable]"));
  await page.keyboard.press("Control+End");
  await page.keyboard.type("2");
  await editor.holds("a = 12");
});

test("run() mounts a far editor and runs it", async (t) => {
  const page = await open(t, on, `${FAR}<mpy-editor id="far">print("far")</mpy-editor>`);
  const editor = editorOn(page, "#far");
  await editor.code();
  await editor.host.evaluate((element) => element.run());
  assert.equal((await editor.done()).outcome, "ok");
  assert.equal(await editor.written(), "far\n");
});

test("nothing of an interpreter is fetched before the first run", async (t) => {
  const from = on.server.requests.length;
  const editor = await openEditor(t, on, { code: "print(1)", attributes: `preload="none"` });
  const asked = () => on.server.requests.slice(from).filter((path) => path.startsWith("/dist/"));
  await editor.content.waitFor();
  await editor.page.waitForLoadState("networkidle");
  assert.deepEqual(asked().sort(), ["/dist/py-editor.js", "/dist/py-editor.wasm", "/dist/run.wasm"], "nobody has come to the editor yet");
  await editor.focus();
  await editor.type("# typed");
  await editor.page.waitForLoadState("networkidle");
  assert.deepEqual(asked().sort(), ["/dist/py-editor.js", "/dist/py-editor.wasm", "/dist/run.wasm", "/dist/tools.wasm"]);
  assert.equal(editor.page.workers().length, 0);
  await editor.run();
  assert.deepEqual(
    asked().filter((path) => path.includes("/interpreters/")).filter((path) => !path.includes("/micropython/")),
    [],
    "only the interpreter that runs is fetched",
  );
});

test("a module that is included twice does no harm", async (t) => {
  const head = `<script type="module" src="/dist/py-editor.js?again"></script>`;
  const page = await open(t, on, `<mpy-editor>print("once")</mpy-editor><script type="mpy-editor">print("s")</script>`, { head });
  const editor = editorOn(page);
  await editor.run();
  assert.equal(await editor.written(), "once\n");
  assert.equal(await page.locator("mpy-editor").count(), 2);
});

test("the shadow root keeps a page's style sheet out", async (t) => {
  const head = `<style>div, span, button { display: none !important } * { color: transparent }</style>`;
  const page = await open(t, on, `<mpy-editor>${escaped("if 1 < 2: pass")}</mpy-editor>`, { head });
  const editor = editorOn(page);
  await editor.button.waitFor();
  assert.ok(await editor.lines.first().isVisible());
});

test("light or dark is the page's own scheme, or the attribute's", async (t) => {
  const head = `<meta name="color-scheme" content="light dark">`;
  const background = async (/** @type {"light" | "dark"} */ colorScheme, attributes = "") => {
    const editor = await openEditor(t, on, { head, context: { colorScheme }, attributes });
    return editor.host.locator(".editor").evaluate((frame) => getComputedStyle(frame).backgroundColor);
  };
  const [light, dark] = [await background("light"), await background("dark")];
  assert.notEqual(light, dark);
  assert.equal(await background("light", `theme="dark"`), dark);
  assert.equal(await background("dark", `theme="light"`), light);
});
