/**
 * Elements that come, move and go while their programs load and run, and what is
 * left of two hundred that have gone: no worker, no node, no listener, no memory.
 *
 * Every order of events is a native test of the session; here the browser's part
 * is proved, at the end by a law: whatever is done in whatever order, nothing hangs.
 * Not here: Stop and repeated clicks one by one (running.test.mjs, failures.test.mjs),
 * editors that share an environment (environments.test.mjs).
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

/** How many stories are told, and how much happens in each. */
const STORIES = 24;
const STEPS = 12;
/** Where they start; another number tells others. */
const SEED = Number(process.env.SEED ?? 1);

test("whatever two impatient people do in whatever order, every promise is kept, and the editors work", async (t) => {
  const page = await on.page(t, "<main></main><aside></aside>");
  for (let seed = SEED; seed < SEED + STORIES; seed += 1) {
    const told = await page.evaluate(live, { seed, steps: STEPS, tag: "mpy-editor" });
    const story = `${told.story.join("; ")} (seed ${seed})`;
    assert.deepEqual(told.unsettled, [], story);
    assert.deepEqual(told.outcomes, ["ok", "ok"], story);
    await workers(page, 0);
  }
});

/**
 * Runs in the page: two editors to which things happen, by chance from a seed. Then
 * all is stopped, and both must run once more.
 * @param {{ seed: number, steps: number, tag: string }} about
 */
async function live({ seed, steps, tag }) {
  await customElements.whenDefined(tag);
  let state = seed;
  /** @param {number} below @returns {number} */
  const chance = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const [main, aside] = ["main", "aside"].map((name) => /** @type {HTMLElement} */ (document.querySelector(name)));
  /** @type {any[]} */
  const elements = ["a", "b"].map((id) => Object.assign(document.createElement(tag), { id }));
  for (const element of elements) element.setAttribute("env", "shared");
  main.append(...elements);
  const codes = ["x = 1", "1 / 0", "while True: pass", "import asyncio\nawait asyncio.sleep(1000)", "print('x' * 10000)", "input('? ')"];
  const pauses = [() => {}, () => Promise.resolve(), () => new Promise((go) => setTimeout(go)), () => new Promise((go) => requestAnimationFrame(go)), () => new Promise((go) => setTimeout(go, 30))];
  /** @type {Map<string, Promise<any>>} */
  const promised = new Map();
  /** @type {string[]} */
  const story = [];
  /** @type {Record<string, (element: any) => unknown>} */
  const acts = {
    code: (element) => void (element.code = codes[chance(codes.length)]),
    run: (element) => element.run(),
    "run twice": (element) => Promise.all([element.run(), element.run()]),
    stop: (element) => element.stop(),
    "click": (element) => void element.shadowRoot?.querySelector("button.run")?.click(),
    move: (element) => void (element.isConnected && aside.append(element)),
    remove: (element) => element.remove(),
    "put back": (element) => void main.append(element),
    env: (element) => element.setAttribute("env", chance(2) ? "shared" : "other"),
    process: (element) => void (element.isConnected && element.process("y = 1").catch(() => {})),
    answer: (element) => void element.answer("text"),
  };
  for (let step = 0; step < steps; step += 1) {
    const element = elements[chance(2)];
    const [name, act] = Object.entries(acts)[chance(Object.keys(acts).length)];
    story.push(`${name} ${element.id} (${element.state})`);
    const result = act(element);
    if (result instanceof Promise) promised.set(`${step}: ${name} ${element.id}`, result.catch(() => {}));
    await pauses[chance(pauses.length)]();
  }
  // What was removed ends by that; what is there is stopped, until nothing goes on.
  for (const element of elements) if (!element.isConnected) main.append(element);
  const open = new Set(promised.keys());
  for (const [name, promise] of promised) void promise.then(() => open.delete(name));
  const limit = performance.now() + 20_000;
  const isBusy = () => open.size || elements.some(({ state }) => ["queued", "loading", "running", "waiting", "stopping"].includes(state));
  while (isBusy() && performance.now() < limit) {
    await Promise.race([Promise.all(elements.map((element) => element.stop())), new Promise((go) => setTimeout(go, 100))]);
    await new Promise((go) => setTimeout(go));
  }
  /** @type {string[]} */
  const outcomes = [];
  if (!open.size) for (const element of elements) {
    element.code = "print('works')";
    outcomes.push((await element.run()).outcome);
  }
  main.replaceChildren();
  aside.replaceChildren();
  return { story, outcomes, unsettled: [...open] };
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
