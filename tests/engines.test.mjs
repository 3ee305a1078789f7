/**
 * The main lines in Firefox and in WebKitGTK, isolated and not: a browser and a page
 * for each of these, in which every test has an editor of its own.
 * MicroPython does most of it, since Pyodide takes WebKitGTK long to start.
 *
 * Not here: editing in them (editing-engines.test.mjs), and everything else, in Chromium (the other files).
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { describe } from "node:test";
import { ENGINES, onePage } from "./engines.mjs";

const [, WEBKIT] = ENGINES;

/** What goes on until it is stopped; a line each, which is marked. */
const STOPPED = ["while True: pass", "while True: kept += 0", "time.sleep(1000)", "await asyncio.sleep(1000)", "asyncio.run(asyncio.wait_for(asyncio.Event().wait(), 1000))"];

for (const engine of ENGINES) {
  describe(engine.name, { skip: engine.missing }, () => {
    describe("isolated", () => mainLines(engine, { isolated: true, memory: "shared" }));
    describe("not isolated", () => mainLines(engine, { isolated: false, memory: "own" }));
  });
}

describe("WebKitGTK as it comes, isolated and without shared memory", { skip: WEBKIT.missing }, () => {
  const on = onePage(WEBKIT, { isolated: true, memory: "own" });

  test("a page that is out of reach says that the browser lacks something", async () => {
    const editor = await on.page.editor("mpy-editor");
    assert.match(await outOfReach(editor), /no SharedArrayBuffer, though the page is isolated/);
    await editor.says("this browser has no shared memory");
  });

  test("programs run, ask and are stopped without it", async () => {
    const editor = await on.page.editor("mpy-editor");
    assert.equal(await editor.program("kept = 1\nprint(kept)"), "1\n");
    await answer(on.page, editor);
    await isStopped(editor, STOPPED[0]);
    assert.equal(await editor.program("print(kept)"), "1\n");
  });
});

/** @typedef {import("./engines.mjs").Kind} Kind */

/** Runs what needs the page, in vain, and gives the error. @param {any} editor */
async function outOfReach(editor) {
  assert.equal((await editor.run("from pyscript import document\ndocument.title")).outcome, "error");
  return editor.text(".failure .error-text");
}

/** A program that asks is answered by keys. @param {Pick<import("./engines.mjs").Driver, "type">} page @param {any} editor */
async function answer(page, editor) {
  const runs = await editor.ended();
  await editor.setCode(`name = input("Who? ")\nprint("Hello", name)`);
  await editor.click("button.run");
  await editor.box(".field");
  await page.type("Ada\n");
  await editor.says("Hello Ada");
  assert.equal((await editor.done(runs + 1)).outcome, "ok");
}

/** A line that goes on is stopped and marked. @param {any} editor @param {string} code */
async function isStopped(editor, code) {
  const runs = await editor.ended();
  await editor.setCode(`import asyncio, time\nprint("in it")\n${code}`);
  await editor.click("button.run");
  await editor.says("in it");
  assert.equal(await editor.state(), "running");
  await editor.click("button.run");
  assert.equal((await editor.done(runs + 1)).outcome, "stopped", code);
  assert.deepEqual(await editor.texts(".line.error"), [code], code);
}

/** @param {typeof ENGINES[0]} engine @param {Kind} kind */
function mainLines(engine, { isolated, memory }) {
  const on = onePage(engine, { isolated, memory });

  test("a file of an interpreter that is missing is named, and the next run finds it", async () => {
    on.server.fail("interpreters/micropython/micropython.wasm", "missing");
    const editor = await on.page.editor("mpy-editor");
    assert.equal((await editor.run("print('there')")).outcome, "error");
    assert.match(await editor.text(".failure"), /micropython\.wasm.*404/);
    on.server.heal();
    assert.equal(await editor.program("print('there')"), "there\n");
  });

  test("code is typed by keys, indented, coloured and run by a key", async () => {
    const editor = await on.page.editor("mpy-editor");
    await editor.focus();
    await on.page.type(`for i in range(2):\nprint("number", i)`);
    assert.equal(await editor.code(), `for i in range(2):\n    print("number", i)`);
    assert.equal((await editor.texts(".line")).join("\n"), await editor.code());
    assert.notEqual((await editor.texts(".line span")).length, 0);
    await editor.press("Control+Enter");
    assert.equal((await editor.done(1)).outcome, "ok");
    assert.equal(await editor.written(), "number 0\nnumber 1\n");
  });

  test("select, copy, paste, cut, undo and redo by keys", async () => {
    const editor = await on.page.editor("mpy-editor", "one = 1");
    await editor.focus();
    await editor.press("Control+a", "Control+c", "Control+End", "Enter", "Control+v");
    assert.equal(await editor.code(), "one = 1\none = 1");
    await editor.press("Control+z");
    assert.equal(await editor.code(), "one = 1\n");
    await editor.press("Control+Shift+z");
    assert.equal(await editor.code(), "one = 1\none = 1");
    await editor.press("Shift+Home", "Control+x");
    assert.equal(await editor.code(), "one = 1\n");
    await editor.press("Backspace", "Control+v");
    assert.equal(await editor.code(), "one = 1one = 1");
  });

  test("find, and several carets", async () => {
    const editor = await on.page.editor("mpy-editor", "ab\nab\nabc");
    await editor.focus();
    await editor.press("Control+Home", "Control+f");
    await editor.box(".find");
    await on.page.type("b");
    await editor.box(".marks > .current");
    await editor.press("Escape");
    await on.page.type("x");
    assert.equal(await editor.code(), "ax\nab\nabc");
    await editor.press("Control+z", "Control+Home", "Control+d", "Control+d");
    await on.page.type("no");
    assert.equal(await editor.code(), "no\nno\nabc");
    await editor.box(".marks > .caret");
    await editor.press("Control+z");
    assert.equal(await editor.code(), "ab\nab\nabc");
  });

  test("MicroPython runs", () => runs("mpy-editor"));
  test("Pyodide runs", () => runs("py-editor"));

  test("Pyodide goes on from the memory of the first start, in a second editor and at a later visit", async () => {
    const drawn = "import random\nprint(random.random())";
    const second = await on.page.editor("py-editor");
    const values = [await second.program(drawn)];
    assert.deepEqual(await second.phases(), ["restore"]);
    if (engine.forgets) return;
    await on.page.evaluate(async () => {
      const cache = await caches.open("py-editor-memory");
      const isWhole = async (/** @type {Response | undefined} */ copy) => copy && (await copy.blob()).size === Number(copy.headers.get("x-bytes"));
      while (!(await isWhole(await cache.match((await cache.keys())[0] ?? "")))) await new Promise((later) => setTimeout(later, 25));
    });
    await on.page.visit();
    const later = await on.page.editor("py-editor");
    values.push(await later.program(drawn));
    assert.deepEqual(await later.phases(), ["download", "restore"]);
    assert.notEqual(values[0], values[1], "it seeds afresh");
  });

  test("a second editor takes the spare of the first, and another is made", async () => {
    await on.page.evaluate(() => document.querySelector(`meta[name="py-editor-spare"]`)?.remove());
    const [one, two] = [await on.page.editor("mpy-editor"), await on.page.editor("mpy-editor")];
    await one.program("a = 1");
    await on.page.workers(2);
    await on.page.evaluate(() => void Object.assign(window, { earlier: [...workers] }));
    assert.equal(await two.program("print('a' in globals())"), "False\n");
    await on.page.workers(3);
    assert.equal(await on.page.evaluate(() => window.earlier.every((/** @type {Worker} */ worker) => workers.has(worker))), true);
    // A spare goes with its page.
    await on.page.visit();
  });

  /** What every interpreter does, in one editor: a start is what takes long. @param {string} tag */
  async function runs(tag) {
    const editor = await on.page.editor(tag);
    assert.equal(
      await editor.program(`import sys\nprint("out")\nprint("err", file=sys.stderr)\nprint("end", end="")`),
      "out\nerr\nend",
    );
    assert.equal(await editor.text(".output .err"), "err\n");

    assert.equal(
      await editor.program(`import asyncio\nasync def twice(n):\n    await asyncio.sleep(0.01)\n    return 2 * n\nkept = await twice(21)\nprint(kept)`),
      "42\n",
    );
    const call = `import asyncio\nasync def twice(n):\n    await asyncio.gather(asyncio.create_task(nap()), nap())\n    return 2 * n\nasync def nap():\n    await asyncio.sleep(0.01)\nprint(asyncio.run(twice(4)), asyncio.run(twice(5)))\nprint(await twice(6))`;
    assert.equal(await editor.program(call), "8 10\n12\n");
    assert.equal((await editor.run(`class A:\n    def __repr__(self): return repr(self)\nrepr(A())`)).outcome, "error");
    assert.match(await editor.text(".failure .error-text"), /^(RecursionError|RuntimeError: maximum recursion)/);
    const failed = await editor.run(`kept += 1\n\nprint(valeu)`);
    assert.equal(failed.outcome, "error");
    assert.match(await editor.text(".failure .error-text"), /^NameError/);
    assert.deepEqual(await editor.texts(".line.error"), ["print(valeu)"]);
    assert.match(await editor.text(".failure .frames"), /line 3/);

    assert.equal(await editor.program("print(kept)"), "43\n");
    assert.deepEqual(await editor.texts(".line.error"), []);
    const prefix = tag.replace("-editor", "");
    const names = ["progress", ...Array(6).fill(["ready", "done"]).flat()];
    assert.deepEqual(await editor.story(), names.map((name) => `${prefix}:${name}`));

    await answer(on.page, editor);
    for (const code of STOPPED) {
      await isStopped(editor, code);
      assert.equal(await editor.program("print(kept)"), "43\n", `${code}: variables are kept`);
    }
    await on.page.workers(1);
  }

  test("an editor that is removed while it runs leaves no worker", async () => {
    const editor = await on.page.editor("mpy-editor", `print("in it")\nwhile True: pass`);
    await editor.click("button.run");
    await editor.says("in it");
    await on.page.workers(1);
    await editor.remove();
    await on.page.workers(0);
  });

  if (!isolated) test("a page that is out of reach says what its server leaves out", async () => {
    const editor = await on.page.editor("mpy-editor");
    assert.match(await outOfReach(editor), /insecure environment/);
    await editor.says("it lacks the headers Cross-Origin-Opener-Policy");
  });

  if (isolated) test("the page is within a program's reach", async () => {
    const editor = await on.page.editor("mpy-editor");
    await on.page.evaluate(() => void (document.title = "before"));
    assert.equal(await editor.program(`from pyscript import document, window\nprint(document.title)\ndocument.title = "after"\nprint(window.document.title)`), "before\nafter\n");
    assert.equal(await on.page.evaluate(() => document.title), "after");
  });

  test("pyscript's display shows in the editor", async () => {
    const editor = await on.page.editor("mpy-editor");
    await editor.program(`from pyscript import display, HTML\ndisplay(HTML("<b>bold</b>"))`);
    await editor.has(".output .rich > div >>> b");
    assert.deepEqual(await editor.texts(".output .rich > div >>> b"), ["bold"]);
  });

  // The last one: from then on the service worker has the page.
  if (!isolated) test("the page is within reach through the service worker", async () => {
    const body = await readFile(new URL("../dist/service-worker.js", import.meta.url));
    on.server.route("/service-worker.js", { body, type: "text/javascript" });
    const asking = () => on.page.editor("mpy-editor", "", { "service-worker": "/service-worker.js" });
    // The first worker brings it, and with it a reload.
    await (await asking()).click("button.run");
    // It may have the page in its hands before the reload, while that editor is still there.
    await on.page.loadedAgain(() => navigator.serviceWorker.controller !== null && document.readyState === "complete" && !document.querySelector("[service-worker]"));
    const editor = await asking();
    // Of fifty questions some overtake what they are about, in WebKit.
    const read = `from pyscript import document\ndocument.title = "after"\nprint({document.title for _ in range(50)})`;
    assert.equal(await editor.program(read), "{'after'}\n");
  });
}
