/**
 * Python files in workers, for JavaScript: `PyWorker` and `MPWorker`, and
 * `<script type="py" worker>` and `<script type="mpy" worker>`. With and without
 * cross-origin isolation.
 *
 * Not here: what `sync` and `window` are to Python (pyscript.test.mjs).
 */

import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { site } from "./harness.mjs";
import { HANG, KINDS, open, workers } from "./editor.mjs";

const isolated = site();
const plain = site({ isolated: false });

const NAMES = { py: "PyWorker", mpy: "MPWorker" };
const SITES = /** @type {const} */ ([
  ["isolated", isolated],
  ["not isolated", plain],
]);

/**
 * Opens a page and runs `use` in it, which gets the function that opens workers.
 * @param {any} on @param {any} t @param {string} prefix @param {string} code of `worker.py` @param {(open: any) => any} use
 * @param {object} [options]
 */
async function using(on, t, prefix, code, use, options = {}) {
  on.server.route("/worker.py", code);
  const page = await open(t, on, "", options);
  /** @type {string[]} */
  const said = [];
  page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
  const result = await page.evaluate(
    `import("/dist/py-editor.js").then(({ ${NAMES[/** @type {"py"} */ (prefix)]}: open }) => (${use})(open))`,
  );
  return { page, said, result };
}

for (const { prefix, name } of KINDS) {
  for (const [where, on] of SITES) {
    describe(`${name}, ${where}`, () => {
      test("is kept by a worker when its file has ended, and both call each other", async (t) => {
        const code = `
import asyncio
from pyscript import sync, config
await asyncio.sleep(0.05)
print("from the file")
def ask(n):
    return sync.add(n, 1)
async def later(n):
    return await sync.add(n, 1)
sync.twice = lambda n: 2 * n
sync.ask = ask
sync.later = later
sync.key = lambda: config["answer"]
`;
        const { said, result } = await using(on, t, prefix, code, async (open) => {
          const worker = await open("worker.py", { config: { answer: 42, sync_main_only: true }, async: true });
          worker.sync.add = (/** @type {number} */ a, /** @type {number} */ b) => a + b;
          const asked = crossOriginIsolated ? worker.sync.ask(1) : worker.sync.later(1);
          return [worker instanceof Worker, await worker.sync.twice(21), await asked, await worker.sync.key()];
        });
        assert.deepEqual(result, [true, 42, 2, 42]);
        assert.ok(said.includes("log: from the file"), said.join("\n"));
      });
    });
  }

  describe(name, () => {
    test("an exception of the file goes to onerror, and the promise is kept", async (t) => {
      const code = `from pyscript import sync\nsync.there = lambda: "still there"\n1 / 0\n`;
      const { result } = await using(isolated, t, prefix, code, async (open) => {
        const heard = /** @type {any[]} */ ([]);
        const worker = await open("worker.py", { onerror: (/** @type {any} */ event) => heard.push([event.type, event.error.message]) });
        return [heard, await worker.sync.there()];
      });
      const [[[type, message]], there] = result;
      assert.equal(type, "error");
      assert.match(message, /^Traceback[\s\S]*line 3[\s\S]*ZeroDivisionError: /);
      assert.equal(there, "still there");
    });

    test("without onerror the exception is in the console", async (t) => {
      const { said } = await using(isolated, t, prefix, "missing\n", (open) => open("worker.py").then(() => 0), { expected: /NameError/ });
      assert.ok(
        said.some((text) => text.startsWith("error: ") && text.includes("NameError")),
        said.join("\n"),
      );
    });

    test("what nobody caught later is heard by worker.onerror", async (t) => {
      const code = `
from pyscript import sync
import asyncio
async def fail():
    await asyncio.sleep(0)
    raise ValueError("late")
def begin():
    global task
    task = asyncio.create_task(fail())
    return "begun"
sync.begin = begin
`;
      const { result } = await using(isolated, t, prefix, code, async (open) => {
        const worker = await open("worker.py");
        const heard = new Promise((resolve) => (worker.onerror = (/** @type {any} */ event) => resolve(event.error.message)));
        return [await worker.sync.begin(), await heard];
      });
      assert.equal(result[0], "begun");
      assert.match(result[1], /late|Task exception/);
    });

    test("a file that is not there rejects and is heard by onerror", async (t) => {
      const use = async (/** @type {any} */ open) => {
        const heard = /** @type {any[]} */ ([]);
        const onerror = (/** @type {any} */ event) => heard.push(event.message);
        const error = await open("nowhere.py", { onerror }).catch((/** @type {any} */ error) => error);
        return [error.message, heard];
      };
      const { page, result } = await using(isolated, t, prefix, "", use, { expected: /404/ });
      const text = `[404] Unable to fetch ${new URL("/nowhere.py", page.url()).href}`;
      assert.deepEqual(result, [text, [text]]);
    });

    test("a configuration that cannot be had rejects and is heard by onerror", async (t) => {
      const use = async (/** @type {any} */ open) => {
        const heard = /** @type {any[]} */ ([]);
        const onerror = (/** @type {any} */ event) => heard.push(event.message);
        const error = await open("worker.py", { onerror, config: { files: { "nowhere.txt": "" } } }).catch((/** @type {any} */ error) => error);
        return [error.message, heard];
      };
      const { result } = await using(isolated, t, prefix, "print(1)", use, { expected: /404/ });
      assert.match(result[0], /nowhere\.txt/);
      assert.deepEqual(result[1], [result[0]]);
    });

    test("__export__ offers functions, and unstuck is heard by who asks", async (t) => {
      const code = `from pyscript import sync\ndef add(a, b):\n    return a + b\nasync def stuck():\n    return await is_stuck()\nasync def is_stuck():\n    it = sync.isStuck()\n    return it if isinstance(it, bool) else await it\n__export__ = ["add", "stuck"]\n`;
      const { result } = await using(isolated, t, prefix, code, async (open) => {
        const worker = await open("worker.py");
        const before = await worker.sync.stuck();
        worker.unstuck();
        return [await worker.sync.add(1, 2), before, await worker.sync.stuck()];
      });
      assert.deepEqual(result, [3, false, true]);
    });

    test("configURL is warned of", async (t) => {
      const { said } = await using(isolated, t, prefix, "x = 1", (open) => open("worker.py", { configURL: "/elsewhere/" }).then(() => 0));
      assert.ok(
        said.some((text) => /^warning: configURL has no effect/.test(text)),
        said.join("\n"),
      );
    });

    test("terminate ends the worker; new makes no difference", async (t) => {
      const { page } = await using(isolated, t, prefix, "x = 1", async (Open) => void (window.worker = await new Open("worker.py")));
      await workers(page, 1);
      await page.evaluate(() => window.worker.terminate());
      await workers(page, 0);
    });
  });
}

/**
 * Opens a page with scripts.
 * @param {any} on @param {any} t @param {string} html @param {object} [options]
 */
async function withScripts(on, t, html, options = {}) {
  const page = await open(t, on, html, options);
  /** @type {string[]} */
  const said = [];
  page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
  return {
    page,
    said,
    /** Waits for the end of everything, and gives what was heard. @returns {Promise<any[]>} */
    async allDone() {
      await page.waitForFunction(() => heard.some(({ name }) => name === "py:all-done"), null, { timeout: HANG });
      return page.evaluate(() => heard.filter(({ name }) => !name.endsWith("progress")).map(({ name, detail, bubbles }) => ({ name, detail, bubbles })));
    },
  };
}

for (const { prefix, name } of KINDS) {
  const script = (/** @type {string} */ attributes, code = "") => `<script type="${prefix}" ${attributes}>${code}</script>`;
  const place = `script-${prefix}`;

  for (const [where, on] of SITES) {
    describe(`a script on ${name}, ${where}`, () => {
      test("runs by itself, with its events, and counts for py:all-done", async (t) => {
        const code = `\n  import asyncio\n  await asyncio.sleep(0)\n  print("from the script")\n`;
        const { said, page, allDone } = await withScripts(on, t, script(`id="one" worker`, code) + script(`id="not-ours"`, "raise 1"));
        const events = await allDone();
        assert.deepEqual(
          events.map(({ name }) => name),
          [`${prefix}:ready`, `${prefix}:done`, "py:all-done"],
        );
        assert.deepEqual([events[0].detail.worker, events[0].bubbles], [true, true]);
        assert.deepEqual([events[1].detail.worker, events[1].detail.outcome, events[1].detail.error], [true, "ok", null]);
        assert.ok(said.includes("log: from the script"), said.join("\n"));
        assert.equal(await page.evaluate(() => document.querySelector("#one").xworker instanceof Worker), true);
        assert.equal(await page.evaluate(() => "xworker" in document.querySelector("#not-ours")), false);
        assert.equal(await page.locator(place).count(), 0);
      });
    });
  }

  describe(`a script on ${name}`, () => {
    test("takes its code from src and its configuration, and talks to the page", async (t) => {
      isolated.server.route("/script.py", `from pyscript import sync, config\nsync.told(config["answer"])\nsync.twice = lambda n: 2 * n\n`);
      const ready = `<script>addEventListener("${prefix}:ready", ({ target }) => (target.xworker.sync.told = (n) => (window.told = n)))</script>`;
      const { page, allDone } = await withScripts(isolated, t, ready + script(`worker src="script.py" config='{"answer": 42}'`));
      await allDone();
      assert.equal(await page.evaluate(() => window.told), 42);
      assert.equal(await page.evaluate((type) => document.querySelector(`script[type="${type}"]`).xworker.sync.twice(4), prefix), 8);
      await workers(page, 1);
      await page.evaluate((type) => document.querySelector(`script[type="${type}"]`).xworker.terminate(), prefix);
      await workers(page, 0);
    });

    test("takes the page's configuration where it has none, and offers what __export__ names", async (t) => {
      const code = `\n  from pyscript import config\n  def answer(): return config["answer"]\n  __export__ = ["answer"]\n`;
      const tags = `<${prefix}-config>answer = 42</${prefix}-config>`;
      const own = script(`worker id="own" config='{"answer": 7}'`, code);
      const { page, allDone } = await withScripts(isolated, t, tags + script(`worker id="page"`, code) + own);
      await allDone();
      const answers = await page.evaluate(() => Promise.all(["page", "own"].map((id) => document.getElementById(id).xworker.sync.answer())));
      assert.deepEqual(answers, [42, 7]);
      assert.equal(await page.locator(`${prefix}-config`).isVisible(), false);
    });

    test("displays right after itself", async (t) => {
      const code = `from pyscript import display, HTML\ndisplay("plain & simple")\ndisplay(HTML("<b>bold</b>"))\n`;
      const { page, allDone } = await withScripts(isolated, t, script("worker", code) + "<p>after</p>");
      await allDone();
      await page.locator(`script + ${place} b`, { hasText: "bold" }).waitFor();
      assert.match((await page.locator(`${place} .scroll`).textContent()) ?? "", /plain & simple/);
      assert.equal(await page.locator(place).count(), 1);
    });

    test("shows its exception on the page and in the console", async (t) => {
      const { page, said, allDone } = await withScripts(isolated, t, script("worker", "x = 1\n1 / 0"), { expected: /ZeroDivisionError/ });
      const events = await allDone();
      const { detail } = events.find(({ name }) => name === `${prefix}:done`);
      assert.equal(detail.outcome, "error");
      assert.match(detail.error, /ZeroDivisionError/);
      assert.match((await page.locator(`script + ${place} .failure`).innerText()) ?? "", /ZeroDivisionError/);
      assert.ok(said.some((text) => /^error: Traceback[\s\S]*ZeroDivisionError/.test(text)));
    });

    test("shows on the page why it cannot run", async (t) => {
      const bad = [script(`worker src="nowhere.py"`), script(`worker="old.py"`), script(`worker config='{"files": {"gone.txt": ""}}'`, "pass")];
      const { page, allDone } = await withScripts(isolated, t, bad.join(""), { expected: /nowhere|PY0409|gone|404/ });
      const events = await allDone();
      const outcomes = events.filter(({ name }) => name === `${prefix}:done`).map(({ detail }) => detail.outcome);
      assert.deepEqual(outcomes, ["error", "error", "error"]);
      const texts = await page.locator(`${place} .failure`).allInnerTexts();
      for (const text of [/nowhere\.py could not be loaded: the server answered with status 404/, /\(PY0409\) Invalid worker attribute/, /gone\.txt/]) {
        assert.ok(
          texts.some((shown) => text.test(shown)),
          `${text}: ${texts.join("\n")}`,
        );
      }
    });
  });
}
