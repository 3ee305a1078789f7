/**
 * What goes wrong around a program: files of an interpreter that do not come,
 * interpreters that die, editors that go away in the middle. Each case ends
 * with a sentence in the editor, never with a spinner, and the next Run works.
 *
 * Not here: errors of Python programs (errors.test.mjs).
 */

import assert from "node:assert/strict";
import test, { afterEach, describe } from "node:test";
import { site } from "./harness.mjs";
import { KINDS, editorOn, open, openEditor, workers } from "./editor.mjs";

const on = site();

afterEach(() => on.server.heal());

const FILES = {
  "py-editor": ["pyodide.asm.wasm", "python_stdlib.zip", "pyodide.mjs", "pyodide.asm.mjs"],
  "mpy-editor": ["micropython.wasm", "micropython.mjs"],
};
const FOLDERS = { "py-editor": "pyodide", "mpy-editor": "micropython" };

/** Browsers log what they could not fetch; everything else is still an error of ours. */
const NETWORK = /^console: Failed to load resource|net::ERR_/;

/** Pyodide's own last words, with a stack of several lines. */
const LAST_WORDS = /fatal error|wasm-function/;

/** @typedef {ReturnType<typeof editorOn>} Editor */

/**
 * Runs, expects a failure that names `file` and what to do, and no spinner.
 * @param {Editor} editor @param {string} file @param {RegExp} [reason]
 */
async function failsToLoad(editor, file, reason = /./) {
  const { outcome, error } = await editor.run();
  assert.equal(outcome, "error");
  assert.equal(await editor.state(), "failed");
  assert.equal(await editor.host.getAttribute("state"), "failed");
  assert.equal(await editor.host.locator(".editor").getAttribute("data-busy"), null);
  assert.equal(await editor.button.textContent(), "Run");
  const text = (await editor.failure.textContent()) ?? "";
  assert.ok(text.includes(file), `names ${file}: ${text}`);
  assert.match(text, reason);
  assert.match(text, /Check|Copy|press Run/, "says what to do");
  assert.ok(error?.includes(file), `py:done names ${file}: ${error}`);
}

/** The server is well again: Run works. @param {Editor} editor */
async function worksAgain(editor) {
  on.server.heal();
  const { outcome, error } = await editor.run();
  assert.equal(outcome, "ok", error ?? "");
  assert.equal(await editor.written(), "works\n");
  assert.equal(await editor.errorText.count(), 0);
  await workers(editor.page, 1);
}

for (const { tag, name, prefix } of KINDS) {
  const folder = `interpreters/${FOLDERS[tag]}`;
  const code = `print("works")`;

  describe(name, () => {
    for (const file of FILES[tag]) {
      test(`${file} is missing on the server, then it is there`, async (t) => {
        const editor = await openEditor(t, on, { tag, code, expected: NETWORK });
        on.server.fail(`${folder}/${file}`, "missing");
        await failsToLoad(editor, file, /404/);
        await failsToLoad(editor, file, /404/);
        await worksAgain(editor);
      });
    }

    for (const file of FILES[tag].filter((file) => !file.endsWith(".asm.mjs"))) {
      test(`${file} is cut off`, async (t) => {
        const editor = await openEditor(t, on, { tag, code, expected: NETWORK });
        on.server.fail(`${folder}/${file}`, "cut");
        await failsToLoad(editor, file);
        await worksAgain(editor);
      });

      test(`${file} is broken`, async (t) => {
        const editor = await openEditor(t, on, { tag, code, expected: NETWORK });
        on.server.fail(`${folder}/${file}`, "broken");
        await failsToLoad(editor, file);
        await worksAgain(editor);
      });
    }

    test("the connection is refused, then it is back", async (t) => {
      const editor = await openEditor(t, on, { tag, code, expected: NETWORK });
      const refused = /\/interpreters\//;
      await editor.page.context().route(refused, (route) => route.abort("connectionrefused"));
      const { outcome, error } = await editor.run();
      assert.equal(outcome, "error");
      assert.equal(await editor.state(), "failed");
      assert.match((await editor.failure.textContent()) ?? "", /could not be loaded.*no answer.*Check the network connection/);
      assert.ok(FILES[tag].concat("pyodide-lock.json").some((file) => error?.includes(file)));
      await editor.page.context().unroute(refused);
      await worksAgain(editor);
    });

    test("a server that calls a wasm file something else is good enough", async (t) => {
      const editor = await openEditor(t, on, { tag, code });
      await editor.page.context().route(/\/interpreters\/.*\.wasm$/, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, headers: { ...response.headers(), "content-type": "application/octet-stream" } });
      });
      await worksAgain(editor);
    });

    test("worker.js is missing", async (t) => {
      const editor = await openEditor(t, on, { tag, code, expected: NETWORK });
      on.server.fail("worker.js", "missing");
      await failsToLoad(editor, "worker.js");
      await worksAgain(editor);
    });

    test("Retry, beside a file that did not come, runs again", async (t) => {
      const editor = await openEditor(t, on, { tag, code, expected: NETWORK });
      on.server.fail(`${folder}/${FILES[tag][0]}`, "missing");
      await failsToLoad(editor, FILES[tag][0], /404/);
      on.server.heal();
      await editor.retry.click();
      assert.equal((await editor.done(2)).outcome, "ok");
      assert.equal(await editor.written(), "works\n");
      assert.equal(await editor.retry.count(), 0);
    });

    test("a download that stalls says so while it waits on, and Retry fetches afresh", async (t) => {
      const editor = await openEditor(t, on, { tag, code, expected: NETWORK });
      const { page } = editor;
      on.server.fail(`${folder}/${FILES[tag][0]}`, "silent");
      await page.clock.install();
      await Promise.all([page.waitForRequest((request) => request.url().endsWith(FILES[tag][0])), editor.button.click()]);
      await page.clock.fastForward(10_000);
      await editor.failure.filter({ hasText: new RegExp(`No data for \\d+ s from http.*${FILES[tag][0]}`) }).waitFor();
      assert.equal(await editor.state(), "loading");
      on.server.heal();
      await editor.retry.click();
      assert.equal((await editor.done()).outcome, "ok");
      assert.equal(await editor.written(), "works\n");
      assert.equal(await editor.failure.textContent(), "");
    });

    test("run.wasm is missing on the server, then it is there", async (t) => {
      on.server.fail("run.wasm", "missing");
      const editor = await openEditor(t, on, { tag, code, expected: NETWORK });
      await failsToLoad(editor, "run.wasm", /404/);
      await failsToLoad(editor, "run.wasm", /404/);
      await worksAgain(editor);
    });

    test("run.wasm is cut off or broken, and the editor can be edited all the same", async (t) => {
      for (const fault of /** @type {const} */ (["cut", "broken"])) {
        on.server.fail("run.wasm", fault);
        const editor = await openEditor(t, on, { tag, code: "", expected: NETWORK });
        await editor.focus();
        await editor.type(`print("works")`);
        await failsToLoad(editor, "run.wasm");
        await worksAgain(editor);
      }
    });

    test("tools.wasm is missing on the server: typing and running go on, and the next command of it asks again", async (t) => {
      on.server.fail("tools.wasm", "missing");
      const editor = await openEditor(t, on, { tag, code, expected: NETWORK });
      await editor.focus();
      await editor.page.keyboard.press("Control+/");
      await editor.type(" ");
      await editor.run();
      assert.equal(await editor.written(), "works\n");
      on.server.heal();
      await editor.focus();
      await editor.page.keyboard.press("Control+/");
      await editor.page.waitForFunction((tag) => document.querySelector(tag)?.code.trimStart().startsWith("#"), tag);
    });

    test("while run.wasm does not come its worker starts, a run can be stopped, and the next Run works", async (t) => {
      on.server.fail("run.wasm", "silent");
      const editor = await openEditor(t, on, { tag, code, expected: NETWORK });
      await editor.button.click();
      await editor.reaches("loading");
      await workers(editor.page, 1);
      await editor.button.click();
      assert.equal((await editor.done()).outcome, "stopped");
      assert.equal(await editor.state(), "stopped");
      assert.equal(await editor.host.locator(".editor").getAttribute("data-busy"), null);
      await workers(editor.page, 0);
      await worksAgain(editor);
      await workers(editor.page, 1);
    });

    test("a server that never answers can be stopped, and the next Run works", async (t) => {
      const editor = await openEditor(t, on, { tag, code, expected: NETWORK });
      on.server.fail(`${folder}/${FILES[tag][0]}`, "silent");
      await editor.button.click();
      await editor.reaches("loading");
      assert.match((await editor.status.textContent()) ?? "", /^Loading/);
      await editor.button.click();
      assert.equal((await editor.done()).outcome, "stopped");
      assert.equal(await editor.host.locator(".editor").getAttribute("data-busy"), null);
      await workers(editor.page, 0);
      await worksAgain(editor);
    });

    test("the load is not started anew for a second editor, and a failure is told in both", async (t) => {
      const page = await open(t, on, `<${tag} id="a">${code}</${tag}><${tag} id="b">${code}</${tag}>`, { expected: NETWORK });
      const [a, b] = [editorOn(page, "#a"), editorOn(page, "#b")];
      on.server.fail(`${folder}/${FILES[tag][0]}`, "missing");
      await Promise.all([a.button.waitFor(), b.button.waitFor()]);
      await page.evaluate(() => document.querySelectorAll("py-editor, mpy-editor").forEach((element) => element.run()));
      for (const editor of [a, b]) {
        assert.equal((await editor.done()).outcome, "error");
        assert.match((await editor.failure.textContent()) ?? "", /404/);
      }
      on.server.heal();
      for (const editor of [a, b]) assert.equal((await editor.run()).outcome, "ok");
    });

    test("out of memory is an error or an end with a sentence, and the next Run works", async (t) => {
      const editor = await openEditor(t, on, { tag });
      const { outcome } = await editor.run(`kept = []\nwhile True:\n    kept.append(bytearray(64 * 1024 * 1024))`);
      assert.equal(outcome, "error");
      assert.match((await editor.failure.textContent()) ?? "", /out of memory|MemoryError/);
      await editor.run(`kept = None\nprint("works")`);
      assert.equal(await editor.written(), "works\n");
    });

    test("out of stack is an error or an end with a sentence, and the next Run works", async (t) => {
      const editor = await openEditor(t, on, { tag, expected: LAST_WORDS });
      // Not by calls of Python, which are counted: by the interpreter's own.
      const { outcome } = await editor.run(`a = []\nfor i in range(1_000_000): a = [a]\nprint(len(repr(a)))`);
      assert.equal(outcome, "error");
      assert.match((await editor.failure.textContent()) ?? "", /stack|recursion/);
      const next = await editor.run(`a = None\nprint("works")`);
      assert.equal(next.outcome, "ok", next.error ?? "");
      assert.equal(await editor.written(), "works\n");
    });

    test("an element that is removed while it runs leaves no worker, and its run counts as stopped", async (t) => {
      const page = await open(t, on, `<${tag}>print("in it")\nwhile True: pass</${tag}>`);
      const editor = editorOn(page, tag);
      await editor.button.click();
      await editor.says("in it");
      await workers(page, 1);
      await page.evaluate((tag) => document.querySelector(tag)?.remove(), tag);
      await workers(page, 0);
      // Once at the start, once after the only run of the page.
      await page.waitForFunction(() => heard.filter(({ name }) => name === "py:all-done").length === 2);
    });

    test("an element that is removed while it loads leaves no worker", async (t) => {
      const page = await open(t, on, `<${tag}>print(1)</${tag}><p>here</p>`, { expected: NETWORK });
      const editor = editorOn(page, tag);
      on.server.fail(`${folder}/${FILES[tag][0]}`, "silent");
      await editor.button.click();
      await editor.reaches("loading");
      await page.evaluate((tag) => document.querySelector(tag)?.remove(), tag);
      await workers(page, 0);
    });

    test("Stop while it loads ends the run at once, and the next Run works", async (t) => {
      const editor = await openEditor(t, on, { tag, code });
      await editor.host.evaluate((element) => (element.run(), element.stop()));
      assert.equal((await editor.done()).outcome, "stopped");
      assert.equal(await editor.state(), "stopped");
      await worksAgain(editor);
    });

    test("a run that is asked for during a run is not a second one", async (t) => {
      const editor = await openEditor(t, on, { tag, code });
      await editor.host.evaluate((element) => (element.run(), element.run(), element.run()));
      assert.equal((await editor.done()).outcome, "ok");
      assert.equal(await editor.written(), "works\n");
      await editor.run(`print("second")`);
      const names = (await editor.events()).map((event) => event.name).filter((event) => event !== `${prefix}:progress`);
      assert.deepEqual(names, ["ready", "done", "ready", "done"].map((event) => `${prefix}:${event}`));
    });

    test("many quick clicks on the button leave an editor that works", async (t) => {
      const editor = await openEditor(t, on, { tag, code: `while True: pass` });
      await editor.button.click({ clickCount: 6 });
      await editor.host.evaluate((element) => element.stop());
      const events = (await editor.events()).filter((event) => event.name === `${prefix}:done`);
      assert.equal(events.length, 3);
      assert.ok(events.every(({ detail }) => detail.outcome === "stopped"));
      await editor.setCode(code);
      await worksAgain(editor);
    });

    test("an element can be removed by a listener of its own events", async (t) => {
      for (const event of ["progress", "ready", "done"]) {
        const page = await open(t, on, `<${tag}>print(1)</${tag}>`);
        const editor = editorOn(page, tag);
        await editor.button.waitFor();
        await page.evaluate((name) => addEventListener(name, ({ target }) => target.remove()), `${prefix}:${event}`);
        await editor.button.click();
        await editor.host.waitFor({ state: "detached" });
        await workers(page, 0);
      }
    });
  });
}
