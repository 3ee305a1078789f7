/**
 * What pages written for PyScript's editor rely on: the attributes, members and
 * events of the script and of our elements, and that one bad editor never harms
 * another.
 *
 * Not here: shared environments (environments.test.mjs), configuration.
 */

import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { site } from "./harness.mjs";
import { KINDS, editorOn, escaped, open, openEditor, workers } from "./editor.mjs";

const on = site();

/** @param {string} type @param {string} attributes @param {string} code */
const script = (type, attributes, code) => `<script type="${type}" ${attributes}>${code}</script>`;

for (const { tag, name } of KINDS) {
  describe(name, () => {
    test("a script has the members of its editor", async (t) => {
      const page = await open(t, on, script(tag, `id="source"`, `print("one")`));
      const editor = editorOn(page);
      await editor.button.waitFor();
      const source = page.locator("#source");
      assert.equal(await source.evaluate((it) => it.code), `print("one")`);
      assert.equal(await source.evaluate((it) => it.target === it.nextElementSibling), true);
      assert.equal(await editor.host.evaluate((it) => it.target === it), true);
      await source.evaluate((it) => void (it.code = `print("two")`));
      await editor.holds(`print("two")`);
      assert.equal(await source.evaluate((it) => it.xworker ?? null), null, "no worker before the first run");
      await editor.run();
      assert.equal(await source.evaluate((it) => it.xworker instanceof Worker), true);
    });

    test("process runs other code in the editor's environment and is kept by its end", async (t) => {
      const page = await open(t, on, script(tag, `id="source"`, `print("mine", x)`));
      const editor = editorOn(page);
      await editor.button.waitFor();
      const detail = await page.locator("#source").evaluate((it) => it.process(`import asyncio\nawait asyncio.sleep(0.1)\nx = 7\nprint("other")`));
      assert.equal(detail.outcome, "ok");
      assert.equal(await editor.written(), "other\n", "resolved after the end of the code");
      await editor.holds(`print("mine", x)`);
      await page.locator("#source").evaluate((it) => it.process("ignored", true));
      assert.equal(await editor.written(), "mine 7\n");
    });

    test("process tells its error and marks no line of the text", async (t) => {
      const page = await open(t, on, script(tag, `id="source"`, `pass`));
      const editor = editorOn(page);
      await editor.button.waitFor();
      const detail = await page.locator("#source").evaluate((it) => it.process(`missing`));
      assert.equal(detail.outcome, "error");
      assert.match(detail.error, /NameError/);
      assert.match((await editor.errorText.textContent()) ?? "", /NameError/);
      assert.equal(await editor.errorLine.count(), 0);
    });

    test("run and stop are promises", async (t) => {
      const editor = await openEditor(t, on, { tag, code: `import asyncio\nawait asyncio.sleep(1000)` });
      const detail = await editor.host.evaluate(async (it) => {
        const run = it.run();
        await new Promise((ready) => it.addEventListener(it.localName.split("-")[0] + ":ready", ready, { once: true }));
        const stopped = await it.stop();
        return [(await run).outcome, stopped.outcome];
      });
      assert.deepEqual(detail, ["stopped", "stopped"]);
      assert.equal(await editor.host.evaluate((it) => it.stop()), undefined, "nothing to stop");
    });

    test("handleEvent gets the code and may prevent the run, now or later", async (t) => {
      const page = await open(t, on, script(tag, `id="source"`, `print("ran")`));
      const editor = editorOn(page);
      await editor.button.waitFor();
      await page.evaluate(() => {
        const it = /** @type {any} */ (document.querySelector("#source"));
        it.handleEvent = async (/** @type {any} */ event) => {
          await null;
          /** @type {any} */ (window).asked = [event.type, event.code, event.currentTarget === it.target, Object.keys(event).includes("code")];
          return false;
        };
      });
      await editor.button.click();
      assert.deepEqual(await (await page.waitForFunction(() => /** @type {any} */ (window).asked)).jsonValue(), ["click", `print("ran")`, true, false]);
      assert.equal(await editor.state(), "idle");
      await page.evaluate(() => {
        const it = /** @type {any} */ (document.querySelector("#source"));
        it.handleEvent = () => true;
      });
      await editor.run();
      assert.equal(await editor.written(), "ran\n");
      await page.evaluate(() => void (/** @type {any} */ (document.querySelector("#source")).handleEvent = null));
      await editor.run();
    });

    test("a handleEvent that throws is reported and the code runs", async (t) => {
      const page = await open(t, on, script(tag, `id="source"`, `print("ran")`), { expected: /uncaught: my fault/ });
      const editor = editorOn(page);
      await editor.button.waitFor();
      await page.evaluate(() => {
        const it = /** @type {any} */ (document.querySelector("#source"));
        it.handleEvent = () => {
          throw new Error("my fault");
        };
      });
      await editor.run();
      assert.equal(await editor.written(), "ran\n");
      assert.ok(page.errors.some((text) => text.includes("my fault")));
    });

    test("PyScript's events are dispatched on the script", async (t) => {
      const head = `<script>
        window.old = [];
        for (const name of ["py-editor", "mpy-editor", "py-editor:done", "mpy-editor:done"])
          addEventListener(name, ({ type, target, bubbles, cancelable }) => old.push([type, target.id, bubbles, cancelable]));
      </script>`;
      const page = await open(t, on, script(tag, `id="source"`, `1/0`), { head });
      const editor = editorOn(page);
      await editor.button.waitFor();
      assert.deepEqual(await page.evaluate("old"), [[tag, "source", true, false]]);
      await editor.run();
      const done = [["py-editor:done", "source", true, true], ...(tag === "mpy-editor" ? [["mpy-editor:done", "source", true, true]] : [])];
      assert.deepEqual(await page.evaluate("old.slice(1)"), done);
    });

    test("target puts the editor where it says, by id or by selector", async (t) => {
      const page = await open(t, on, `<div id="there"></div><p class="also"></p>${script(tag, `target="there"`, "a = 1")}${script(tag, `target=".also"`, "b = 2")}`);
      await editorOn(page, `#there > ${tag}`).holds("a = 1");
      const also = editorOn(page, `.also > ${tag}`);
      await also.holds("b = 2");
      await page.evaluate(() => addEventListener("py-editor:done", ({ target }) => (window.doneOn = target.getAttribute("target"))));
      await also.host.evaluate((it) => it.setAttribute("onbeforerun", "print('before')"));
      await also.run("print('ran')");
      assert.equal(await also.written(), "before\nran\n");
      assert.equal(await page.evaluate(() => window.doneOn), ".also");
      assert.equal(await page.evaluate(() => document.querySelector("script[target='.also']").xworker instanceof Worker), true);
    });

    test("an unknown target is said in the editor, and the others are unharmed", async (t) => {
      const page = await open(t, on, `${script(tag, `target="nowhere"`, "print(1)")}${script(tag, "", "print(2)")}`);
      const [bad, good] = [editorOn(page, `script:nth-of-type(1) + ${tag}`), editorOn(page, `script:nth-of-type(2) + ${tag}`)];
      assert.match((await bad.failure.textContent()) ?? "", /Unknown target nowhere/);
      await bad.holds("print(1)");
      await good.run();
      assert.equal(await good.written(), "2\n");
    });

    test("output writes into an element of the page, where it stands", async (t) => {
      const page = await open(t, on, `${script(tag, `output="out"`, "print('there')\nmissing")}<p>between</p><div id="out"></div>`);
      const editor = editorOn(page);
      await editor.run();
      assert.equal(await page.locator("#out .scroll").textContent(), "there\n");
      assert.match((await page.locator("#out .error-text").textContent()) ?? "", /NameError/);
      assert.equal(await page.locator("p + #out").count(), 1, "it was not moved");
      await page.locator("#out .frame").click();
      await editor.is("print('there')\n|missing");
    });

    test("a missing output is said in the editor, which shows its output itself", async (t) => {
      const page = await open(t, on, script(tag, `output="nowhere"`, "print('here')"));
      const editor = editorOn(page);
      await editor.button.waitFor();
      assert.match((await editor.failure.textContent()) ?? "", /nowhere/);
      await editor.run();
      assert.equal(await editor.written(), "here\n");
    });

    test("onbeforerun runs first each time, and its error does not stop the run", async (t) => {
      const page = await open(t, on, script(tag, `onbeforerun="print('before')"`, "print('after')"));
      const editor = editorOn(page);
      await editor.run();
      assert.equal(await editor.written(), "before\nafter\n");
      await editor.run();
      assert.equal(await editor.written(), "before\nafter\n");
      await editor.host.evaluate((it) => it.setAttribute("onbeforerun", "missing"));
      const { outcome } = await editor.run();
      assert.equal(outcome, "ok");
      assert.match(await editor.written(), /NameError[^]*after\n$/);
    });

    test("data-run and data-stop are the icons of their own editor, as pictures and not as code", async (t) => {
      const icon = (/** @type {string} */ name) => `<svg onload='document.title="hit"' id="${name}" width="20" height="20"><circle r="9" cx="10" cy="10"/></svg>`;
      const quoted = (/** @type {string} */ text) => escaped(text).replaceAll('"', "&quot;");
      const page = await open(
        t,
        on,
        script(tag, `data-run="${quoted(icon("go"))}" data-stop="${quoted(icon("halt"))}"`, `import asyncio\nawait asyncio.sleep(1000)`) + script(tag, "", "pass"),
      );
      const [own, other] = [editorOn(page, `script:nth-of-type(1) + ${tag}`), editorOn(page, `script:nth-of-type(2) + ${tag}`)];
      await own.button.locator("#go").waitFor();
      assert.equal(await own.button.getAttribute("aria-label"), "Run");
      await own.button.click();
      await own.button.locator("#halt").waitFor();
      assert.equal(await own.button.getAttribute("aria-label"), "Stop");
      await own.button.click();
      await own.done();
      assert.equal(await other.button.textContent(), "Run");
      assert.equal(await page.title(), "test");
    });

    test("scripts inside of open shadow roots become editors, also in hosts that come later", async (t) => {
      const page = await open(t, on, `<div id="first"></div><script>
        window.root = (host, text) => {
          const root = host.attachShadow({ mode: "open" });
          root.append(Object.assign(document.createElement("script"), { type: "${tag}", textContent: text }));
        };
        root(document.querySelector("#first"), "print('first')");
      </script>`);
      await editorOn(page, `#first ${tag}`).run();
      await page.evaluate(() => {
        const section = document.createElement("section");
        section.innerHTML = `<div id="second"></div>`;
        /** @type {any} */ (window).root(section.firstElementChild, "print('second')");
        document.body.append(section);
      });
      const second = editorOn(page, `#second ${tag}`);
      await second.run();
      assert.equal(await second.written(), "second\n");
    });

    test("setup code is not shown and runs before the first run, from its text or from a file", async (t) => {
      on.server.route("/setup.py", { body: "b = 2\n", delay: 300 });
      const page = await open(
        t,
        on,
        script(tag, `setup env="e"`, "a = 1") + script(tag, `setup env="e" src="/setup.py"`, "") + script(tag, `env="e" class="shown"`, "print(a, b)"),
      );
      await page.locator(`${tag}[setup]`).first().waitFor({ state: "hidden" });
      const editor = editorOn(page, `${tag}.shown`);
      await editor.run();
      assert.equal(await editor.written(), "1 2\n");
    });

    test("setup code that cannot be had is said where its tag is, and the others run", async (t) => {
      const page = await open(t, on, script(tag, `setup env="e" src="/nowhere.py"`, "") + script(tag, `env="e" class="shown"`, "print(1)"), {
        expected: /404/,
      });
      await page.locator(`${tag}[setup] .error-text`).waitFor();
      assert.match((await page.locator(`${tag}[setup] .error-text`).textContent()) ?? "", /nowhere\.py.*404/);
      const editor = editorOn(page, `${tag}.shown`);
      await editor.run();
      assert.equal(await editor.written(), "1\n");
    });

    test("a stopped environment is set up again by the next run", async (t) => {
      const page = await open(t, on, script(tag, `setup env="e"`, "a = 5") + script(tag, `env="e" class="shown"`, `print("in it")\nwhile True: pass`));
      const editor = editorOn(page, `${tag}.shown`);
      await editor.button.click();
      await editor.says("in it");
      await editor.button.click();
      await editor.done(1);
      await editor.run("print(a)");
      assert.equal(await editor.written(), "5\n");
    });

    test("button, text and output have names; the button is seen without a pointer", async (t) => {
      const page = await open(t, on, script(tag, "", `print("in it")\nwhile True: pass`), { head: `<style>${tag}::part(run-button) { border-radius: 7px } ${tag} { --py-editor-accent: rgb(1, 2, 3) }</style>` });
      const editor = editorOn(page);
      const [run, stop] = ["Run", "Stop"].map((name) => editor.host.getByRole("button", { name, exact: true }));
      await run.waitFor();
      assert.equal(await run.evaluate((button) => getComputedStyle(button).opacity), "1");
      assert.equal(await run.evaluate((button) => getComputedStyle(button).borderRadius), "7px");
      assert.equal(await run.evaluate((button) => getComputedStyle(button).backgroundColor), "rgb(1, 2, 3)");
      assert.equal(await editor.host.getByRole("textbox", { name: / code$/ }).count(), 1);
      await run.click();
      await editor.says("in it");
      await stop.click();
      await run.waitFor();
      assert.equal(await editor.host.getByRole("region", { name: "Output" }).count(), 1);
      assert.equal(await editor.host.getByRole("status").count(), 1);
    });

    test("a strict Content Security Policy is enough", async (t) => {
      const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self' blob:; style-src-attr 'unsafe-inline'; img-src data:";
      const head = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
      const page = await open(t, on, `<${tag}></${tag}>`, { head });
      await page.route("**/dist/worker.js", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": policy } });
      });
      const editor = editorOn(page);
      const { error } = await editor.run(`from pyscript import document\nprint(document.title)`);
      assert.equal(error, null);
      assert.equal(await editor.written(), "test\n");
    });

    test("a script whose editor goes leaves no worker", async (t) => {
      const page = await open(t, on, `<main>${script(tag, "", "x = 1")}</main>`);
      await editorOn(page).run();
      await workers(page, 1);
      await page.evaluate(() => document.querySelector("main")?.remove());
      await workers(page, 0);
    });
  });
}

test("no editor takes the focus, at the start or after a stop", async (t) => {
  const page = await open(t, on, `<input autofocus><py-editor>1</py-editor>${script("mpy-editor", "", "import asyncio\nawait asyncio.sleep(1000)")}`);
  const editor = editorOn(page, "mpy-editor");
  await editor.button.waitFor();
  assert.equal(await page.evaluate("document.activeElement.localName"), "input");
  await page.evaluate(() => void (/** @type {any} */ (document.querySelector("mpy-editor")).run()));
  await editor.reaches("running");
  await editor.host.evaluate((it) => it.stop());
  assert.equal(await page.evaluate("document.activeElement.localName"), "input");
});

test("the module included twice defines the tags once", async (t) => {
  const page = await open(t, on, script("mpy-editor", "", "print(1)"), { head: `<script type="module" src="/dist/py-editor.js?again"></script>` });
  const editor = editorOn(page);
  await editor.run();
  assert.equal(await editor.written(), "1\n");
  assert.equal(await page.locator("mpy-editor").count(), 1);
});

test("a page at rest is not polled", async (t) => {
  const head = `<script>
    window.calls = 0;
    for (const name of ["setTimeout", "setInterval", "requestAnimationFrame", "requestIdleCallback"]) {
      const real = window[name].bind(window);
      window[name] = (...parameters) => (calls++, real(...parameters));
    }
  </script>`;
  const page = await open(t, on, script("mpy-editor", "", "pass"), { head });
  const editor = editorOn(page);
  await editor.run();
  const settled = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  for (let turn = 0; turn < 10; turn += 1) await settled();
  const before = /** @type {number} */ (await page.evaluate("calls"));
  for (let turn = 0; turn < 20; turn += 1) await settled();
  assert.equal(await page.evaluate("calls"), before + 20 * 2, "only the test's own frames");
});
