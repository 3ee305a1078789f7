/**
 * Elements that come, move and go while their programs load and run, and what is
 * left of two hundred that have gone: no worker, no node, no listener, no memory.
 *
 * Every order of events is a native test of the session; here the browser's part
 * is proved. Not here: Stop and repeated clicks (running.test.mjs,
 * failures.test.mjs), editors that share an environment (environments.test.mjs).
 */

import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { site } from "./harness.mjs";
import { HANG, KINDS, editorOn, open, workers } from "./editor.mjs";

const on = site();

for (const { tag, prefix, name } of KINDS) {
  describe(name, () => {
    test("an element that is moved while it loads runs where it has gone", async (t) => {
      const page = await open(t, on, `<${tag}>print("there")</${tag}><main></main>`);
      const editor = editorOn(page, tag);
      await editor.button.waitFor();
      const states = await editor.host.evaluate(async (element) => {
        const run = element.run();
        const before = element.state;
        document.querySelector("main")?.append(element);
        return [before, (await run).outcome];
      });
      assert.deepEqual(states, ["loading", "ok"]);
      assert.equal(await editorOn(page, `main ${tag}`).written(), "there\n");
      await workers(page, 1);
    });

    test("an element that is moved while it runs goes on, and Stop reaches it", async (t) => {
      const page = await open(t, on, `<${tag}>print("in it")\nwhile True: pass</${tag}><main></main>`);
      const editor = editorOn(page, tag);
      await editor.button.click();
      await editor.says("in it");
      const [worker] = page.workers();
      await editor.host.evaluate((element) => document.querySelector("main")?.append(element));
      const moved = editorOn(page, `main ${tag}`);
      await moved.reaches("running");
      assert.equal(await moved.written(), "in it\n");
      assert.deepEqual(page.workers(), [worker]);
      await moved.button.click();
      assert.equal((await moved.done()).outcome, "stopped");
    });

    test("an element that was removed while it ran and is put back runs afresh", async (t) => {
      const page = await open(t, on, `<${tag}>print("in it")\nwhile True: pass</${tag}>`);
      const editor = editorOn(page, tag);
      await editor.button.click();
      await editor.says("in it");
      const element = await editor.host.elementHandle();
      await element?.evaluate((element) => element.remove());
      await workers(page, 0);
      await element?.evaluate((element) => void document.body.append(element));
      await editor.holds(`print("in it")\nwhile True: pass`);
      assert.equal((await editor.run(`print("again")`)).outcome, "ok");
      assert.equal(await editor.written(), "again\n");
      const names = (await editor.events()).map((event) => event.name).filter((event) => !event.endsWith("progress"));
      assert.deepEqual(names, ["ready", "ready", "done"].map((event) => `${prefix}:${event}`), "one that is in no page has no events");
    });

    test("another env counts when the element is placed anew, not while it runs", async (t) => {
      const page = await open(
        t,
        on,
        `<${tag} id="a" env="one">print("in it")\nwhile True: pass</${tag}><${tag} id="b" env="one">here = "one"\nprint(here)</${tag}>`,
      );
      const [a, b] = [editorOn(page, "#a"), editorOn(page, "#b")];
      await a.button.click();
      await a.says("in it");
      await a.host.evaluate((element) => element.setAttribute("env", "two"));
      await b.button.click();
      await b.reaches("queued");
      await a.button.click();
      assert.equal((await b.done()).outcome, "ok", "it had waited for the other's run");
      await a.run("print(here)");
      assert.equal(await a.written(), "one\n");
      await workers(page, 1);

      const element = await a.host.elementHandle();
      await element?.evaluate(async (element) => {
        element.remove();
        await new Promise((later) => setTimeout(later));
        await new Promise((later) => setTimeout(later));
        document.body.append(element);
      });
      await a.run(`print("here" in globals())`);
      assert.equal(await a.written(), "False\n");
      await workers(page, 2);
    });
  });
}

/** How many editors there are at once, and how often. */
const BATCH = 20;
const BATCHES = 10;
/** What the engine's own bookkeeping may add to the heap of a page at rest. */
const HEAP_FACTOR = 1.1;

/** Keeps the editors' memory where the test can look at it: the first module of the page is theirs. */
const MEMORY = `<script>
  const native = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = async (...about) => {
    const made = await native.apply(WebAssembly, about);
    window.memory ??= made.instance.exports.memory;
    return made;
  };
</script>`;

test(`${BATCH * BATCHES} editors that were made, run and removed leave no worker and no growth`, async (t) => {
  const page = await on.page(t, "<main></main>", { head: MEMORY });
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable");

  const batch = () => page.evaluate(async (count) => {
    await customElements.whenDefined("mpy-editor");
    const main = /** @type {HTMLElement} */ (document.querySelector("main"));
    const codes = ["import sys\nprint('x' * 1000)\nprint('y', file=sys.stderr)", "1 / 0"];
    for (let made = 0; made < count; made += 1) {
      main.append(Object.assign(document.createElement("mpy-editor"), { code: codes[made % codes.length] }));
    }
    const outcomes = await Promise.all([...main.children].map(async (editor) => (await /** @type {any} */ (editor).run()).outcome));
    main.replaceChildren();
    return outcomes;
  }, BATCH);

  /** What the page holds, after the garbage has gone. */
  const held = async () => {
    await cdp.send("HeapProfiler.collectGarbage");
    const { metrics } = await cdp.send("Performance.getMetrics");
    const of = (/** @type {string} */ wanted) => /** @type {number} */ (metrics.find(({ name }) => name === wanted)?.value);
    return {
      nodes: of("Nodes"),
      listeners: of("JSEventListeners"),
      documents: of("Documents"),
      heap: of("JSHeapUsedSize"),
      memory: await page.evaluate(() => window.memory.buffer.byteLength),
    };
  };

  /** The same, as soon as what ends a little later has ended: no more than `most`, or what it is in the end. */
  const settled = async (/** @type {Awaited<ReturnType<typeof held>>} */ most) => {
    const limit = performance.now() + HANG;
    for (;;) {
      const now = await held();
      const isLess = Object.entries(most).every(([name, value]) => now[/** @type {keyof typeof now} */ (name)] <= value);
      if (isLess || performance.now() > limit) return now;
    }
  };

  const story = [];
  for (let turn = 0; turn < BATCHES; turn += 1) {
    const outcomes = await batch();
    assert.deepEqual([...new Set(outcomes)].sort(), ["error", "ok"]);
    await workers(page, 0);
    story.push(await held());
  }
  const [, second] = story;
  const most = { ...second, heap: second.heap * HEAP_FACTOR };
  const last = await settled(most);
  for (const [what, value] of Object.entries(most)) {
    assert.ok(last[/** @type {keyof typeof last} */ (what)] <= value, `${what} grows: ${JSON.stringify([...story, last])}`);
  }
});
