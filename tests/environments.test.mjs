/**
 * Environments: who shares variables with whom, the queue of a shared one, what
 * the others hear when it is stopped, dies or is put to rest, and whose
 * configuration counts.
 *
 * Every order of events is a native test of the session; here the browser's
 * part is proved. Not here: what a configuration means (config.test.mjs),
 * set-up code on a page (contract.test.mjs).
 */

import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { site } from "./harness.mjs";
import { KINDS, editorOn, open, workers } from "./editor.mjs";

const on = site();

/**
 * Editors by id, each with its code, mounted.
 * @param {import("node:test").TestContext} t
 * @param {string} tag
 * @param {{ id: string, code?: string, attributes?: string }[]} editors
 * @param {Parameters<typeof open>[3]} [options]
 */
async function openAll(t, tag, editors, options) {
  const html = editors.map(({ id, code = "", attributes = `env="shop"` }) => `<${tag} id="${id}" ${attributes}>${code}</${tag}>`).join("\n");
  const page = await open(t, on, html, options);
  const found = editors.map(({ id }) => editorOn(page, `#${id}`));
  for (const editor of found) {
    await editor.host.scrollIntoViewIfNeeded();
    await editor.button.waitFor();
  }
  return { page, editors: found };
}

/** What a status line says. @param {ReturnType<typeof editorOn>} editor */
const said = async (editor) => (await editor.status.textContent()) ?? "";

/**
 * Waits until a status line says it.
 * @param {ReturnType<typeof editorOn>} editor @param {RegExp} words
 */
const says = (editor, words) => editor.status.filter({ hasText: words }).waitFor();

/**
 * Asks all for a run in one go, and tells what each shows right after.
 * @param {import("playwright-core").Page} page @param {...string} ids
 */
const runAll = (page, ...ids) =>
  page.evaluate(async (ids) => {
    const editors = ids.map((id) => /** @type {any} */ (document.getElementById(id)));
    editors.forEach((editor) => editor.run());
    await new Promise((shown) => setTimeout(shown)); // No interpreter is here within a task.
    return editors.map((editor) => [editor.state, editor.shadowRoot.querySelector(".status").textContent]);
  }, ids);

/**
 * The first runs, the second waits for it.
 * @param {ReturnType<typeof editorOn>} first @param {ReturnType<typeof editorOn>} second
 */
async function lineUp(first, second) {
  await first.button.click();
  await first.says("in it");
  await second.button.click();
  await second.reaches("queued");
}

for (const { tag, name } of KINDS) {
  const key = name.toLowerCase();

  describe(name, () => {
    test("editors of one env share variables and one worker; editors without have their own", async (t) => {
      const { page, editors } = await openAll(t, tag, [
        { id: "a", code: "x = 41" },
        { id: "b", code: "x += 1\nprint(x)" },
        { id: "alone", code: `print("x" in globals())`, attributes: "" },
        { id: "other", code: `print("x" in globals())`, attributes: `env="else"` },
      ]);
      const [a, b, alone, other] = editors;
      await a.run();
      await b.run();
      assert.equal(await b.written(), "42\n");
      assert.equal(await a.written(), "", "each sees what its own program wrote");
      await workers(page, 1);
      await alone.run();
      assert.equal(await alone.written(), "False\n");
      await other.run();
      assert.equal(await other.written(), "False\n");
      await workers(page, 3);
    });

    test("runs of one env queue in the order of the clicks, and the queue is seen", async (t) => {
      const program = (/** @type {string} */ id) => `try:\n    order.append("${id}")\nexcept NameError:\n    order = ["${id}"]\nprint(*order)`;
      const ids = ["a", "b", "c"];
      const { page, editors } = await openAll(t, tag, ids.map((id) => ({ id, code: program(id) })));
      const [[first], second, third] = await runAll(page, "b", "a", "c");
      assert.equal(first, "loading");
      assert.deepEqual(second, ["queued", "Waiting for 1 run in “shop”…"]);
      assert.deepEqual(third, ["queued", "Waiting for 2 runs in “shop”…"]);
      for (const editor of editors) assert.equal((await editor.done()).outcome, "ok");
      const written = await Promise.all(editors.map((editor) => editor.written()));
      assert.deepEqual(written, ["b a\n", "b\n", "b a c\n"]);
      await workers(page, 1);
    });

    test("a program that does not give way to Stop is ended: all are told, and who waits goes on in a fresh interpreter", async (t) => {
      const { page, editors } = await openAll(t, tag, [
        { id: "a", code: `while True:\n    try:\n        print("in it")\n        while True: pass\n    except KeyboardInterrupt: pass` },
        { id: "b", code: `print("x" in globals())` },
        { id: "c", code: "x = 1" },
      ]);
      const [a, b, c] = editors;
      await c.run();
      await lineUp(a, b);
      assert.equal(await b.button.textContent(), "Stop");
      assert.equal(await c.button.textContent(), "Run");
      await a.button.click();
      assert.equal((await a.done()).outcome, "stopped");
      assert.equal((await b.done()).outcome, "ok");
      assert.equal(await b.written(), "False\n");
      assert.equal(await a.state(), "stopped");
      assert.equal(await c.state(), "stopped");
      assert.equal(await said(c), "Stopped: the variables of “shop” are gone.");
      await workers(page, 1);
    });

    test("a stop of a run that waits only takes it out", async (t) => {
      const { page, editors } = await openAll(t, tag, [
        { id: "a", code: `import asyncio\nprint("in it")\nawait asyncio.sleep(0.2)\nprint("end")` },
        { id: "b", code: `print("ran")` },
      ]);
      const [a, b] = editors;
      await runAll(page, "a", "b");
      await b.host.evaluate((element) => /** @type {any} */ (element).stop());
      const { outcome, error } = await b.done();
      assert.deepEqual([outcome, error], ["stopped", null]);
      assert.equal(await b.state(), "idle");
      assert.equal(await said(b), "Stopped before it ran.");
      assert.equal((await a.done()).outcome, "ok");
      assert.equal(await a.written(), "in it\nend\n");
      assert.equal(await b.written(), "", "its code never ran");
      assert.equal((await b.events()).filter((event) => event.name.endsWith(":ready")).length, 0);
    });

    test("a crash is told to all, and who waits goes on in a fresh interpreter", async (t) => {
      const { page, editors } = await openAll(t, tag, [
        { id: "a", code: `import asyncio\nprint("in it")\nawait asyncio.sleep(3600)` },
        { id: "b", code: `print("alive")` },
        { id: "c", code: "x = 1" },
      ]);
      const [a, b, c] = editors;
      await c.run();
      await lineUp(a, b);
      await page.workers()[0].evaluate(() => {
        const dead = Object.assign(new WebAssembly.RuntimeError("unreachable"), { pyodide_fatal_error: true });
        setTimeout(() => {
          throw dead;
        });
      });
      const { outcome, error } = await a.done();
      assert.equal(outcome, "error");
      assert.match(error ?? "", /broke down.*unreachable/);
      assert.equal((await b.done()).outcome, "ok");
      assert.equal(await b.written(), "alive\n");
      assert.equal(await c.state(), "failed");
      assert.equal(await said(c), "Failed: the variables of “shop” are gone.");
    });

    test("the worker goes with the last editor of its env", async (t) => {
      const { page, editors } = await openAll(t, tag, [{ id: "a", code: "x = 7" }, { id: "b", code: "print(x)" }]);
      const [a, b] = editors;
      await a.run();
      await a.host.evaluate((element) => element.remove());
      await b.run();
      assert.equal(await b.written(), "7\n");
      await workers(page, 1);
      await b.host.evaluate((element) => element.remove());
      await workers(page, 0);
    });

    test("an editor that is removed while it runs takes the worker with it, and who waits goes on", async (t) => {
      const { page, editors } = await openAll(t, tag, [
        { id: "a", code: `print("in it")\nwhile True: pass` },
        { id: "b", code: `print("after")` },
      ]);
      const [a, b] = editors;
      await lineUp(a, b);
      await a.host.evaluate((element) => element.remove());
      assert.equal((await b.done()).outcome, "ok");
      assert.equal(await b.written(), "after\n");
      await workers(page, 1);
    });

    test("only the first editor of an env may bring a configuration", async (t) => {
      const { editors } = await openAll(t, tag, [
        { id: "a", code: "print(1)", attributes: `env="with" config="{}"` },
        { id: "b", code: "print(2)", attributes: `env="with" config="{}"` },
        { id: "c", code: "print(3)", attributes: `env="without"` },
        { id: "d", code: "print(4)", attributes: `env="without" config="{}"` },
        { id: "e", code: "print(5)", attributes: `env="without" page-access="none"` },
      ]);
      const [a, b, c, d, e] = editors;
      assert.equal(await b.errorText.textContent(), `duplicated config for env: ${key}-with`);
      assert.equal(await d.errorText.textContent(), `unable to add a config to the env: ${key}-without`);
      assert.equal(await e.errorText.textContent(), `different page-access for env: ${key}-without`);
      for (const refused of [b, d, e]) {
        await refused.button.click();
        assert.equal(await refused.state(), "idle");
      }
      await a.run();
      await c.run();
      assert.deepEqual(await Promise.all([a, b, c, d, e].map((editor) => editor.written())), ["1\n", "", "3\n", "", ""]);
    });

    test("env-override starts the env afresh with another configuration", async (t) => {
      const { page, editors } = await openAll(t, tag, [{ id: "a", code: "x = 1" }]);
      await editors[0].run();
      await page.evaluate((tag) => {
        document.body.insertAdjacentHTML("beforeend", `<${tag} id="b" env="shop" config='{"packages": []}' env-override>print("x" in globals())</${tag}>`);
      }, tag);
      const b = editorOn(page, "#b");
      await b.button.waitFor();
      assert.equal(await said(editors[0]), "Restarted with another configuration: the variables of “shop” are gone.");
      await b.run();
      assert.equal(await b.written(), "False\n");
      await workers(page, 1);
    });

    test("a configuration that cannot be read fails the run with its words, and the next reads again", async (t) => {
      on.server.route("/settings.json", { body: `{"packages": 7}`, type: "application/json" });
      const { page, editors } = await openAll(t, tag, [{ id: "a", code: "print(1)", attributes: `config="/settings.json"` }]);
      const [a] = editors;
      const { outcome, error } = await a.run();
      assert.equal(outcome, "error");
      assert.match(error ?? "", /packages/);
      assert.equal(await a.errorText.textContent(), error);
      assert.equal(await a.state(), "failed");
      await workers(page, 0);
      on.server.route("/settings.json", { body: `{"packages": []}`, type: "application/json" });
      assert.equal((await a.run()).outcome, "ok");
    });
  });
}

test("an interpreter that the configuration names is the one that starts, and none of ours is loaded", async (t) => {
  const named = `${on.server.url}/dist/interpreters/micropython/micropython.mjs`;
  const attributes = `config='{"interpreter": "${named}?another"}'`;
  const { editors } = await openAll(t, "mpy-editor", [{ id: "a", code: "print(1)", attributes }]);
  assert.equal((await editors[0].run()).outcome, "ok");
  assert.equal(await editors[0].written(), "1\n");
});

test("an interpreter that the configuration names and that is not there is named", async (t) => {
  const missing = `${on.server.url}/nowhere/micropython.mjs`;
  const attributes = `config='{"interpreter": "${missing}"}'`;
  const { editors } = await openAll(t, "mpy-editor", [{ id: "a", code: "print(1)", attributes }], { expected: /404/ });
  const before = on.server.requests.length;
  const { error } = await editors[0].run();
  assert.equal(error, `interpreter: ${missing} could not be loaded: the server has no such file (404). Check the version or address in the configuration.`);
  assert.ok(!on.server.requests.slice(before).some((path) => path.endsWith("micropython.wasm")), "the page loads nothing itself");
});

for (const [file, attributes] of [
  ["page.js", ""],
  ["config.js", `config="{}"`],
]) {
  test(`${file} that is missing is named, and the next run finds it`, async (t) => {
    on.server.fail(file, "missing");
    t.after(() => on.server.heal());
    const { editors } = await openAll(t, "mpy-editor", [{ id: "a", code: "print(1)", attributes }], { expected: /404/ });
    const { error } = await editors[0].run();
    assert.equal(
      error,
      `${file} could not be loaded from ${on.server.url}/dist/${file}: the server has no such file (404). Check that this file was copied next to py-editor.js; press Run to try again.`,
    );
    on.server.heal();
    assert.equal((await editors[0].run()).outcome, "ok");
    assert.equal(await editors[0].written(), "1\n");
  });
}

test("what the reader of a configuration remarks is shown", async (t) => {
  const { editors } = await openAll(t, "mpy-editor", [{ id: "a", code: "print(1)", attributes: `config='{"pakages": []}'` }]);
  await editors[0].run();
  const remark = editors[0].host.locator(".remark");
  assert.match((await remark.textContent()) ?? "", /pakages.*packages/);
  await remark.getByRole("button", { name: "Dismiss" }).click();
  assert.equal(await remark.count(), 0);
});

/** @param {number} gib of memory that the page's device says it has */
const device = (gib) => `<script>Object.defineProperty(navigator, "deviceMemory", { get: () => ${gib} });</script>`;

for (const [tag, gib, most] of /** @type {const} */ ([
  ["mpy-editor", 8, 8],
  ["py-editor", 4, 4],
])) {
  test(`of more than ${most} interpreters that rest, the one that has rested longest gives its memory back (${tag})`, async (t) => {
    const ids = Array.from({ length: most + 1 }, (_, at) => `e${at}`);
    const { page, editors } = await openAll(t, tag, ids.map((id) => ({ id, code: "x = 1", attributes: "" })), { head: device(gib) });
    for (const editor of editors.slice(0, most)) await editor.run();
    await editors[0].run(); // The second has rested longest now.
    await workers(page, most);
    assert.deepEqual(await Promise.all(editors.map((editor) => editor.state())), [...ids.slice(1).map(() => "ready"), "idle"]);
    await editors[most].run();
    await says(editors[1], /Put to rest/);
    assert.equal(await said(editors[1]), "Put to rest to save memory; the next run starts afresh.");
    assert.equal(await editors[1].state(), "idle");
    await workers(page, most);
    assert.equal(await editors[0].state(), "ready");
    await editors[1].run(`print("x" in globals())`);
    assert.equal(await editors[1].written(), "False\n");
  });
}

for (const { tag, name } of KINDS) {
  test(`an interpreter in which a task goes on is not put to rest (${name})`, async (t) => {
    const ids = Array.from({ length: 6 }, (_, at) => `e${at}`);
    const { page, editors } = await openAll(t, tag, ids.map((id) => ({ id, code: "x = 1", attributes: "" })), { head: device(4) });
    const task = `import asyncio\nasync def go_on():\n    while True:\n        await asyncio.sleep(0.05)\n        x.append(1)\nx = []\ntask = asyncio.create_task(go_on())`;
    await editors[0].run(task);
    for (const editor of editors.slice(1)) await editor.run();
    await says(editors[1], /Put to rest/);
    await workers(page, 5);
    assert.equal(await editors[0].state(), "ready");
    await editors[0].run(`print(len(x) > 0, task.done())`);
    assert.equal(await editors[0].written(), "True False\n");
  });
}
