/**
 * Stop: what a program is doing when it is stopped, in both interpreters, with
 * and without shared memory. Each time the variables stay, the line is marked,
 * and it is no failure. Then what does not give way, limits of time, and what
 * goes on after a run.
 *
 * Not here: every odd order of clicks (the session's own tests), and how long
 * it takes (bench.mjs).
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { editorOn, KINDS, open, openEditor, workers } from "./editor.mjs";
import { site } from "./harness.mjs";

const on = { isolated: site(), plain: site({ isolated: false }) };

/** By what goes on: the program, and the line it is stopped in where that is one alone. */
const PROGRAMS = {
  "a loop that counts": [`print("go")\ni = 0\nwhile True:\n    i += 1`],
  "a loop that does nothing": [`print("go")\nwhile True: pass`, 2],
  "a loop in a function": [`def f():\n    while True: pass\nprint("go")\nf()`, 2],
  "a long sleep": [`import time\nprint("go")\ntime.sleep(100)\nprint("never")`, 3],
  "a long sum": [`print("go")\nsum(x for x in range(10**9))`, 2],
  "calls of calls": [`def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\nprint("go")\nfib(60)`],
  "a flood of print": [`print("go")\nwhile True: print("x")`, 2],
  "an await of a sleep": [`import asyncio\nprint("go")\nawait asyncio.sleep(1000)\nprint("never")`, 3],
  "an await of an event": [`import asyncio\nprint("go")\nawait asyncio.Event().wait()`, 3],
  "an await of a promise": [`import js\nprint("go")\nawait js.eval("new Promise(() => {})")`, 3],
  "an await of a task": [`import asyncio\nasync def f():\n    await asyncio.sleep(1000)\nprint("go")\nawait asyncio.create_task(f())`],
  "awaits in a loop": [`import asyncio\nprint("go")\nasync def f():\n    while True: await asyncio.sleep(0.001)\nawait f()`, 4],
};

/** The stack stands still and the loop goes on. MicroPython has no line of what waits in the loop: the call's own is marked. */
const STANDING = {
  "asyncio.run": [`import asyncio\nasync def main():\n    await asyncio.sleep(1000)\nprint("go")\nasyncio.run(main())`, { Pyodide: 3, MicroPython: 5 }],
  "a sleep in asyncio.run": [`import asyncio, time\nasync def main():\n    time.sleep(1000)\nprint("go")\nasyncio.run(main())`, { Pyodide: 3, MicroPython: 3 }],
};

/** Does not give way, however often it is asked. */
const STUBBORN = `while True:\n    try:\n        print("in it")\n        while True: pass\n    except KeyboardInterrupt: pass`;

/** The number of the marked line. @param {ReturnType<typeof editorOn>} editor */
const marked = (editor) => editor.lines.evaluateAll((lines) => lines.findIndex((line) => line.classList.contains("error")) + 1);

/**
 * Runs a program until it says so, stops it, and gives its end.
 * @param {ReturnType<typeof editorOn>} editor @param {string} code @param {string} [word]
 */
async function stopped(editor, code, word = "go") {
  await editor.setCode(code);
  const before = await editor.ended();
  await editor.button.click();
  await editor.says(word);
  await editor.button.click();
  return editor.done(before + 1);
}

for (const { tag, name } of KINDS) {
  for (const kind of /** @type {const} */ (["isolated", "plain"])) {
    test(`${name} is stopped and keeps its variables, whatever it does, on a page that is ${kind}`, async (t) => {
      const editor = await openEditor(t, on[kind], { tag });
      assert.equal(await editor.page.evaluate("crossOriginIsolated"), kind === "isolated");
      await editor.run("kept = 41");
      for (const [what, [code, place]] of Object.entries({ ...PROGRAMS, ...STANDING })) {
        const line = typeof place === "object" ? place[/** @type {"Pyodide" | "MicroPython"} */ (name)] : place;
        const { outcome, error } = await stopped(editor, code);
        assert.deepEqual([outcome, error], ["stopped", null], what);
        assert.equal(await editor.state(), "stopped", what);
        assert.match((await editor.status.textContent()) ?? "", /^Stopped after .* The variables are kept\.$/, what);
        const at = await marked(editor);
        assert.ok(line ? at === line : at > 0, `${what}: line ${at} is marked`);
        assert.equal(await editor.errorText.count(), 0, `${what} is no failure`);
        assert.match((await editor.links.first().textContent()) ?? "", /^line \d+$/, what);
        assert.doesNotMatch(await editor.written(), /never/, what);
        await editor.run("print(kept)");
        assert.equal(await editor.written(), "41\n", what);
        assert.equal(await marked(editor), 0, "the next run takes the mark away");
      }
      await workers(editor.page, 1);
    });
  }

  test(`${name} tells a program that it is stopped, and lets it end as it likes`, async (t) => {
    const editor = await openEditor(t, on.isolated, { tag });
    const code = `try:\n    print("go")\n    while True: pass\nexcept KeyboardInterrupt:\n    print("caught")`;
    assert.equal((await stopped(editor, code)).outcome, "ok");
    assert.equal(await editor.written(), "go\ncaught\n");
    assert.equal(await editor.state(), "ready");
    const waiting = `import asyncio\ntry:\n    print("go")\n    await asyncio.sleep(1000)\nfinally:\n    print("left")`;
    assert.equal((await stopped(editor, waiting)).outcome, "stopped");
    assert.equal(await editor.written(), "go\nleft\n");
  });

  test(`${name}: what does not give way is ended, and the reader is told what is lost`, async (t) => {
    const editor = await openEditor(t, on.isolated, { tag });
    await editor.run("kept = 41");
    await editor.setCode(STUBBORN);
    await editor.button.click();
    await editor.says("in it");
    await editor.button.click();
    await editor.reaches("stopping");
    assert.equal(await editor.status.textContent(), "Stopping…");
    assert.equal(await editor.button.textContent(), "Stop");
    assert.equal((await editor.done(2)).outcome, "stopped");
    assert.match((await editor.status.textContent()) ?? "", /^Stopped .* The variables are gone; the next run starts a fresh interpreter\.$/);
    assert.equal((await editor.run(`print("kept" in globals())`)).outcome, "ok");
    assert.equal(await editor.written(), "False\n");
    await workers(editor.page, 1);
  });

  test(`${name}: a stop in a shared environment leaves the others as they are`, async (t) => {
    const tags = ["a", "b"].map((id) => `<${tag} id="${id}" env="shop"></${tag}>`);
    const page = await open(t, on.plain, tags.join(""));
    const [a, b] = ["a", "b"].map((id) => editorOn(page, `#${id}`));
    await b.content.waitFor();
    await b.run("x = 1");
    await a.content.waitFor();
    await a.setCode(`print("go")\nwhile True: x += 1`);
    await a.button.click();
    await a.says("go");
    // Who waits goes on in the same interpreter.
    await b.setCode("print(x > 1)");
    await b.button.click();
    await b.reaches("queued");
    await a.button.click();
    assert.equal((await a.done()).outcome, "stopped");
    assert.equal((await b.done(2)).outcome, "ok");
    assert.equal(await b.written(), "True\n");
    await workers(page, 1);
  });

  test(`${name}: an editor that is removed while it runs leaves the others their variables`, async (t) => {
    const tags = ["a", "b"].map((id) => `<${tag} id="${id}" env="shop"></${tag}>`);
    const page = await open(t, on.isolated, tags.join(""));
    const [a, b] = ["a", "b"].map((id) => editorOn(page, `#${id}`));
    await b.content.waitFor();
    await b.run("x = 1");
    await a.setCode(`print("go")\nwhile True: pass`);
    await a.button.click();
    await a.says("go");
    await a.host.evaluate((element) => element.remove());
    await b.run("print(x)");
    assert.equal(await b.written(), "1\n");
    await workers(page, 1);
  });

  test(`${name}: timeout stops a program after so many seconds and says so`, async (t) => {
    const editor = await openEditor(t, on.isolated, { tag, attributes: `timeout="0.5"` });
    await editor.run("kept = 41");
    assert.equal((await editor.run("while True: pass")).outcome, "stopped");
    assert.match((await editor.status.textContent()) ?? "", /^Stopped after .*: timeout\. The variables are kept\.$/);
    assert.equal((await editor.run("print(kept)")).outcome, "ok");
    assert.equal(await editor.written(), "41\n");
  });

  test(`${name}: where a policy forbids the signal's URL, programs run, wait and stop as far as they can`, async (t) => {
    const policy = `<meta http-equiv="Content-Security-Policy" content="connect-src 'self'">`;
    const editor = await openEditor(t, on.plain, { tag, head: policy, expected: /blob:|Content Security Policy/ });
    await editor.run("kept = 41");
    assert.equal((await stopped(editor, PROGRAMS["an await of a sleep"][0])).outcome, "stopped");
    await editor.run("print(kept)");
    assert.equal(await editor.written(), "41\n");
    assert.equal((await stopped(editor, PROGRAMS["a loop that counts"][0])).outcome, "stopped");
    assert.match((await editor.status.textContent()) ?? "", /variables are (gone|kept)/);
    assert.equal((await editor.run("print(1)")).outcome, "ok");
  });

  test(`${name}: tasks and timers outlive their run and a stop, and a task's failure is seen`, async (t) => {
    const editor = await openEditor(t, on.isolated, { tag });
    const task = `import asyncio\nasync def tick():\n    await go.wait()\n    print("ticked")\n    raise ValueError("in a task")\ngo = asyncio.Event()\ntask = asyncio.create_task(tick())`;
    assert.equal((await editor.run(task)).outcome, "ok");
    assert.equal((await stopped(editor, PROGRAMS["an await of a sleep"][0])).outcome, "stopped");
    await editor.run("go.set()");
    await editor.says("ticked");
    await editor.says("ValueError: in a task");
    // A callback of JavaScript's, and one that fails.
    const late = (/** @type {string} */ name) => (name === "Pyodide" ? `from pyodide.ffi import create_once_callable as late` : `late = lambda f: f`);
    const timers = `import js\n${late(name)}\ndef tell(): print("told late")\ndef fail(): return {}["late key"]\njs.setTimeout(late(tell), 1)\njs.setTimeout(late(fail), 2)\nprint("end")`;
    assert.equal((await editor.run(timers)).outcome, "ok");
    await editor.says("told late");
    await editor.says(/KeyError: '?late key/);
  });
}
