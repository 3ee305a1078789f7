/**
 * Running programs with the real interpreters: what they print, when it is
 * seen, how they are stopped, what stays between runs, and the events that the
 * page hears.
 *
 * Not here: programs that fail (errors.test.mjs), interpreters that do not come
 * up or die (failures.test.mjs).
 */

import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { site } from "./harness.mjs";
import { KINDS, editorOn, open, openEditor, workers } from "./editor.mjs";

const on = site();

for (const { tag, prefix, name } of KINDS) {
  describe(name, () => {
    test("print", async (t) => {
      const editor = await openEditor(t, on, { tag });
      const { outcome, error } = await editor.run(`print("Hello", 1 + 2)\nprint("half a line", end="")`);
      assert.equal(outcome, "ok");
      assert.equal(error, null);
      assert.equal(await editor.written(), "Hello 3\nhalf a line");
      assert.equal(await editor.state(), "ready");
      assert.match((await editor.status.textContent()) ?? "", /^Done in /);
      await editor.run(`pass`);
      assert.equal(await editor.written(), "", "each run starts with an empty output");
      await editor.run(`print("Ünïcödé 日本 😀")`);
      assert.equal(await editor.written(), "Ünïcödé 日本 😀\n");
    });

    test("stderr is told apart, and the order in which both were written is kept", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.run(`import sys
for i in range(3):
    print("out", i)
    print("err", i, file=sys.stderr)
sys.stdout.write("a")
sys.stderr.write("b")
sys.stdout.write("c");`);
      assert.equal(await editor.written(), "out 0\nerr 0\nout 1\nerr 1\nout 2\nerr 2\nabc");
      const errors = await editor.output.locator(".err").allTextContents();
      assert.equal(errors.join(""), "err 0\nerr 1\nerr 2\nb");
    });

    test("output that looks like HTML is shown, not interpreted", async (t) => {
      const editor = await openEditor(t, on, { tag });
      const text = `<img src=x onerror="document.title='hit'"> <b>bold</b> &lt;script&gt; </div>`;
      await editor.run(`import sys\nprint(${JSON.stringify(text)})\nprint(${JSON.stringify(text)}, file=sys.stderr)`);
      assert.equal(await editor.written(), `${text}\n${text}\n`);
      assert.equal(await editor.output.locator("b, img").count(), 0);
      assert.equal(await editor.page.title(), "test");
    });

    test("await at the top level", async (t) => {
      const editor = await openEditor(t, on, { tag });
      const { outcome, error } = await editor.run(`import asyncio
async def double(n):
    await asyncio.sleep(0.01)
    return 2 * n
print(await double(21))
print(await asyncio.gather(double(1), double(2)))`);
      assert.equal(outcome, "ok", error ?? "");
      assert.equal(await editor.written(), "42\n[2, 4]\n");
    });

    test("asyncio.run runs to the end where it stands, gives the value, and its error is the program's", async (t) => {
      const editor = await openEditor(t, on, { tag });
      const { outcome, error } = await editor.run(`import asyncio
async def count(n):
    for i in range(n):
        await asyncio.sleep(0.001)
    return n
async def main():
    print("in")
    return sum(await asyncio.gather(count(1), count(2)))
def call():
    print(asyncio.run(main()))
call()
print("after", asyncio.get_event_loop().run_until_complete(count(3)))`);
      assert.equal(outcome, "ok", error ?? "");
      assert.equal(await editor.written(), "in\n3\nafter 3\n");

      const failed = await editor.run(`import asyncio\nasync def main():\n    await asyncio.sleep(0.001)\n    raise ValueError("inside")\nasyncio.run(main())\nprint("never")`);
      assert.equal(failed.error?.trim(), "ValueError: inside");
      assert.equal(await editor.lines.evaluateAll((lines) => lines.findIndex((line) => line.classList.contains("error"))), 3);
      assert.equal(await editor.written(), "");
    });

    if (tag === "mpy-editor") test("asyncio.run tells what to write instead where only JavaScript could go on", async (t) => {
      const editor = await openEditor(t, on, { tag });
      const { error } = await editor.run(`import asyncio, js\nasync def main():\n    await js.eval("new Promise((done) => setTimeout(done, 1))")\nasyncio.run(main())`);
      assert.match(error ?? "", /^RuntimeError: asyncio\.run\(\) cannot wait for JavaScript: write await main\(\)/);
      const nested = await editor.run(`async def outer():\n    asyncio.run(main())\nasyncio.run(outer())`);
      assert.match(nested.error ?? "", /^RuntimeError: asyncio\.run\(\) cannot be called from a running event loop/);
      assert.equal((await editor.run("await main()\nprint('there')")).outcome, "ok");
      assert.equal(await editor.written(), "there\n");
    });

    test("variables stay between runs of one editor", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.run(`import math\nkept = [1]\ndef grow():\n    kept.append(len(kept) + 1)\n    return kept`);
      await editor.run(`print(grow(), math.floor(2.5))`);
      assert.equal(await editor.written(), "[1, 2] 2\n");
      await editor.run(`raise ValueError("x")`);
      await editor.run(`print(grow())`);
      assert.equal(await editor.written(), "[1, 2, 3]\n", "an error loses nothing");
      await workers(editor.page, 1);
    });

    test("output is seen while the program runs, half a line, too", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.setCode(`import time
print("first")
print("half", end="")
time.sleep(0.2)
print(" whole")
while True: pass`);
      await editor.button.click();
      await editor.says("half whole");
      assert.equal(await editor.state(), "running");
      assert.equal(await editor.written(), "first\nhalf whole\n");
      await editor.button.click();
      await editor.done();
    });

    test("what was printed right before an endless loop is seen, however much it was", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.setCode(`for i in range(3000): print("line", i)\nprint("last words", end="")\nwhile True: pass`);
      await editor.button.click();
      await editor.says("last words");
      assert.equal((await editor.written()).split("\n").length, 3001);
      await editor.button.click();
      assert.equal((await editor.done()).outcome, "stopped");
      assert.match(await editor.written(), /line 2999\nlast words$/);
    });

    test("Stop ends an endless loop and the editor runs again", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.setCode(`kept = 1\nprint("in it")\nwhile True: pass`);
      assert.equal(await editor.button.textContent(), "Run");
      await editor.button.click();
      await editor.says("in it");
      assert.equal(await editor.button.textContent(), "Stop");
      assert.equal(await editor.host.getAttribute("state"), "running");
      await editor.button.click();
      const { outcome } = await editor.done();
      assert.equal(outcome, "stopped");
      assert.equal(await editor.state(), "stopped");
      assert.equal(await editor.host.getAttribute("state"), "stopped");
      assert.equal(await editor.button.textContent(), "Run");
      assert.match((await editor.status.textContent()) ?? "", /Stopped.*variables/);
      assert.equal((await editor.run(`print("again", kept)`)).outcome, "ok");
      assert.equal(await editor.written(), "again 1\n");
      await workers(editor.page, 1);
    });

    test("10,000 printed lines are all there", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.run(`for i in range(10_000): print("line", i)`);
      const lines = (await editor.written()).split("\n");
      assert.equal(lines.length, 10_001);
      assert.ok(lines.slice(0, -1).every((line, index) => line === `line ${index}`));
    });

    test("10,000 printed lines give the page no task over 50 ms", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.run("pass");
      await editor.setCode(`for i in range(10_000): print("line", i)`);
      // Others may take the processor away for a while; one try without a long task tells.
      const tries = [];
      for (let run = 0; run < 3 && tries.at(-1)?.length !== 0; run += 1) {
        tries.push(await longTasks(editor, async () => void (await editor.run())));
      }
      assert.deepEqual(tries.at(-1), [], `tasks over 50 ms, try by try: ${JSON.stringify(tries)}`);
    });

    test("the page answers while the program is in an endless loop", async (t) => {
      const editor = await openEditor(t, on, { tag, code: `print("in it")\nwhile True: pass` });
      await editor.button.click();
      await editor.says("in it");
      await editor.focus();
      await editor.type("\nx = 1");
      await editor.holds(`print("in it")\nwhile True: pass\nx = 1`);
      await editor.button.click();
      await editor.done();
    });

    test("two editors do not share variables, and run at the same time", async (t) => {
      const page = await open(t, on, `<${tag} id="a">mine = 1</${tag}><${tag} id="b">print("mine" in globals())</${tag}>`);
      const [a, b] = [editorOn(page, "#a"), editorOn(page, "#b")];
      await a.run();
      await a.setCode(`print("busy")\nwhile True: pass`);
      await a.button.click();
      await a.says("busy");
      await b.run();
      assert.equal(await b.written(), "False\n");
      assert.equal(await a.state(), "running");
      await a.button.click();
      assert.equal((await a.done(2)).outcome, "stopped");
      await b.run(`print("b is well")`);
      assert.equal(await b.written(), "b is well\n");
    });

    test("two editors started at once load the interpreter's files once", async (t) => {
      const from = on.server.requests.length;
      const page = await open(t, on, `<${tag} id="a">print("a")</${tag}><${tag} id="b">print("b")</${tag}>`);
      const [a, b] = [editorOn(page, "#a"), editorOn(page, "#b")];
      await Promise.all([a.button.waitFor(), b.button.waitFor()]);
      await page.evaluate(() => document.querySelectorAll("py-editor, mpy-editor").forEach((element) => element.run()));
      await Promise.all([a.done(), b.done()]);
      assert.equal(await a.written(), "a\n");
      assert.equal(await b.written(), "b\n");
      const wasm = on.server.requests.slice(from).filter((path) => /interpreters.*\.(wasm|zip)$/.test(path));
      assert.deepEqual(wasm, [...new Set(wasm)]);
    });

    test("progress in bytes is shown and told", async (t) => {
      const editor = await openEditor(t, on, { tag, code: "print(1)" });
      await editor.page.evaluate(() => {
        const shown = Object.assign(window, { shown: new Set() }).shown;
        const status = document.querySelector("py-editor, mpy-editor")?.shadowRoot?.querySelector(".status");
        new MutationObserver(() => shown.add(status?.textContent)).observe(/** @type {Node} */ (status), {
          childList: true,
          characterData: true,
          subtree: true,
        });
      });
      await editor.run();
      /** @type {string[]} */
      const shown = await editor.page.evaluate(() => [...window.shown]);
      assert.ok(shown.some((text) => /^Loading (Micro)?Python: \d+\.\d of \d+\.\d MB$/.test(text)), shown.join("|"));
      const progress = (await editor.events()).filter((event) => event.name === `${prefix}:progress`).map(({ detail }) => detail);
      const bytes = progress.filter(({ totalBytes }) => totalBytes > 0);
      assert.ok(bytes.length > 0);
      for (const [index, { file, loadedBytes, totalBytes }] of bytes.entries()) {
        assert.match(file, /^[\w.-]+$/);
        assert.ok(loadedBytes <= totalBytes && loadedBytes >= (bytes[index - 1]?.loadedBytes ?? 0));
      }
      assert.equal(bytes.at(-1)?.loadedBytes, bytes.at(-1)?.totalBytes, "all of it is there at the end");
    });

    test("events come in order, on the element, bubbling and composed", async (t) => {
      const editor = await openEditor(t, on, { tag });
      await editor.run("print(1)");
      await editor.run("1 / 0");
      const events = await editor.events();
      const names = events.map(({ name }) => name).filter((name, index, all) => name !== all[index - 1]);
      assert.deepEqual(names, ["progress", "ready", "done", "ready", "done"].map((name) => `${prefix}:${name}`));
      assert.ok(events.every(({ bubbles, composed }) => bubbles && composed));
      assert.ok(events.every(({ detail }) => detail.worker === true));
      const [ready, done, again, failed] = events.filter(({ name }) => !name.endsWith("progress"));
      assert.equal(ready.state, "running");
      assert.equal(ready.detail.run, done.detail.run);
      assert.equal(done.detail.outcome, "ok");
      assert.equal(done.detail.error, null);
      assert.ok(done.detail.durationMs >= 0);
      assert.equal(done.state, "ready");
      assert.ok(again.detail.run > ready.detail.run);
      assert.equal(failed.detail.outcome, "error");
      assert.match(failed.detail.error, /^ZeroDivisionError/);
    });

  });
}

// ---- what is the same for both, tried with the quick one ----

for (const keys of ["Control+Enter", "Meta+Enter", "Shift+Enter"]) {
  test(`${keys} runs and inserts no line break`, async (t) => {
    const editor = await openEditor(t, on, { code: `print("by key")` });
    await editor.focus();
    await editor.press(keys);
    assert.equal((await editor.done()).outcome, "ok");
    assert.equal(await editor.written(), "by key\n");
    await editor.is(`print("by key")|`);
    await editor.type("#");
    await editor.is(`print("by key")#|`);
  });
}

test("stop() and run() do what the button does", async (t) => {
  const editor = await openEditor(t, on, { code: `print("by script")\nwhile True: pass` });
  // Not awaited: the promise of a run is kept when it has ended.
  await editor.host.evaluate((element) => void element.run());
  await editor.says("by script");
  await editor.host.evaluate((element) => element.stop());
  assert.equal((await editor.done()).outcome, "stopped");
  await editor.host.evaluate((element) => element.stop());
  assert.equal(await editor.ended(), 1, "a stop without a run is nothing");
});

test("ready comes before the code has done anything", async (t) => {
  const editor = await openEditor(t, on, );
  await editor.page.evaluate((prefix) => {
    addEventListener(`${prefix}:ready`, ({ target }) => {
      Object.assign(window, { atReady: target.shadowRoot.querySelector(".output").textContent });
    });
  }, "mpy");
  await editor.run(`print("x")`);
  assert.equal(await editor.page.evaluate("atReady"), "");
});

test("the end of the output stays in sight, unless the reader has scrolled away from it", async (t) => {
  const editor = await openEditor(t, on);
  const toEnd = () => editor.output.evaluate((output) => output.scrollHeight - output.scrollTop - output.clientHeight);
  for (const lines of [300, 10_000]) {
    await editor.run(`for i in range(${lines}): print("line", i)`);
    assert.ok((await toEnd()) < 30, `${await toEnd()} pixels from the end of ${lines} lines`);
  }
  await editor.setCode(`import time
for i in range(500): print("line", i)
print("now")
time.sleep(0.5)
for i in range(500): print("line", i)`);
  await editor.button.click();
  await editor.says("now");
  await editor.output.evaluate((output) => output.scrollTo(0, 0));
  await editor.done(3);
  assert.ok((await editor.output.evaluate((output) => output.scrollTop)) < 30);
});

test("both interpreters on one page", async (t) => {
  const page = await open(t, on, KINDS.map(({ tag }) => `<${tag}>import sys; print(sys.implementation.name)</${tag}>`).join(""));
  const [py, mpy] = [editorOn(page, "py-editor"), editorOn(page, "mpy-editor")];
  // One mouse, so one click after the other; the runs overlap all the same.
  await py.button.click();
  await mpy.button.click();
  await Promise.all([py.done(), mpy.done()]);
  assert.equal(await py.written(), "cpython\n");
  assert.equal(await mpy.written(), "micropython\n");
  await mpy.run("print(2)");
  assert.equal(await py.written(), "cpython\n");
});

// ---- py:all-done ----

/** @param {import("playwright-core").Page} page @param {number} count */
const allDone = (page, count) => page.waitForFunction((count) => heard.filter(({ name }) => name === "py:all-done").length >= count, count);
/** @param {import("playwright-core").Page} page @returns {Promise<string[]>} */
const story = (page) => page.evaluate(() => heard.filter(({ name }) => /done$/.test(name)).map(({ name, id }) => (id ? `${name} ${id}` : name)));

test("py:all-done comes at once where nothing starts by itself, then after each last run", async (t) => {
  const page = await open(t, on, `<mpy-editor id="a">1</mpy-editor><mpy-editor id="b">while True: pass</mpy-editor>`);
  await allDone(page, 1);
  assert.deepEqual(await story(page), ["py:all-done"]);
  const [a, b] = [editorOn(page, "#a"), editorOn(page, "#b")];
  await b.button.click();
  await b.reaches("running");
  await a.run();
  assert.deepEqual(await story(page), ["py:all-done", "mpy:done a"], "b still runs");
  await b.button.click();
  await allDone(page, 2);
  assert.deepEqual(await story(page), ["py:all-done", "mpy:done a", "mpy:done b", "py:all-done"]);
  await a.run();
  await allDone(page, 3);
  assert.deepEqual((await story(page)).slice(-2), ["mpy:done a", "py:all-done"]);
});

test("py:all-done comes on a page without editors", async (t) => {
  const page = await open(t, on, "<p>nothing</p>");
  await allDone(page, 1);
});

test("editors with autorun run by themselves, also far from sight, and py:all-done waits for all of them", async (t) => {
  on.server.route("/auto.py", "print('from src')\n");
  const page = await open(
    t,
    on,
    `<mpy-editor id="a" autorun>print("a")</mpy-editor>
     <mpy-editor id="b" autorun>1 / 0</mpy-editor>
     <div style="height: 5000px"></div>
     <script type="mpy-editor" autorun>print("script")</script>
     <mpy-editor id="d" autorun src="auto.py"></mpy-editor>`,
  );
  await allDone(page, 1);
  const told = await story(page);
  assert.equal(told.at(-1), "py:all-done", told.join(", "));
  assert.equal(told.filter((event) => event.startsWith("mpy:done")).length, 4, told.join(", "));
  assert.equal(told.filter((event) => event === "py:all-done").length, 1, told.join(", "));
  assert.equal(await editorOn(page, "#a").written(), "a\n");
  assert.equal(await editorOn(page, "#d").written(), "from src\n");
  assert.equal(await editorOn(page, "script + mpy-editor").written(), "script\n");
  await editorOn(page, "#a").run();
  await allDone(page, 2);
});

test("an editor with autorun that cannot load its src does not hold py:all-done up", async (t) => {
  const page = await open(t, on, `<mpy-editor autorun src="nowhere.py"></mpy-editor>`, { expected: /404/ });
  await editorOn(page).errorText.waitFor();
  await allDone(page, 1);
});

test("autorun runs once, not again when the element is moved", async (t) => {
  const page = await open(t, on, `<mpy-editor autorun>print("once")</mpy-editor><main></main>`);
  const editor = editorOn(page);
  await editor.done();
  await page.evaluate(() => document.querySelector("main")?.append(/** @type {Node} */ (document.querySelector("mpy-editor"))));
  await editor.run();
  assert.equal(await editor.ended(), 2);
});

// ---- without cross-origin isolation ----

const plain = site({ isolated: false });

for (const { tag, name } of KINDS) {
  test(`${name} prints, awaits, keeps variables and stops without cross-origin isolation, too`, async (t) => {
    const isolated = await openEditor(t, on, { tag });
    assert.equal(await isolated.page.evaluate("crossOriginIsolated"), true);
    const editor = await openEditor(t, plain, { tag });
    assert.equal(await editor.page.evaluate("crossOriginIsolated"), false);
    await editor.run(`import asyncio, sys\nkept = 1\nawait asyncio.sleep(0.01)\nprint("slept")\nprint("err", file=sys.stderr)`);
    assert.equal(await editor.written(), "slept\nerr\n");
    await editor.setCode(`print("kept", kept)\nwhile True: pass`);
    await editor.button.click();
    await editor.says("kept 1");
    await editor.button.click();
    assert.equal((await editor.done(2)).outcome, "stopped");
    assert.equal((await editor.run(`1 / 0`)).outcome, "error");
    assert.match((await editor.errorText.textContent()) ?? "", /^ZeroDivisionError/);
    assert.equal(await editor.errorLine.count(), 1);
  });
}

/**
 * Tasks of the page over 50 ms while `act` happens.
 * @param {ReturnType<typeof editorOn>} editor @param {() => Promise<void>} act
 * @returns {Promise<number[]>}
 */
async function longTasks({ page }, act) {
  await page.evaluate(() => {
    const tasks = Object.assign(window, { tasks: /** @type {number[]} */ ([]) }).tasks;
    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
    observer.observe({ type: "longtask" });
    Object.assign(window, { observer });
  });
  await act();
  return page.evaluate(async () => {
    // Two frames: what the run left to paint is painted, and entries are delivered.
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    await new Promise((later) => setTimeout(later));
    observer.disconnect();
    return tasks;
  });
}
