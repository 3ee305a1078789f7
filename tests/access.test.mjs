/**
 * Pages that cannot or will not give programs access: without cross-origin
 * isolation, through the service worker, and switched off by the author. And what
 * the page hears of a program that goes on after its run.
 *
 * Not here: access that works (pyscript.test.mjs, bridge.test.mjs).
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { describe } from "node:test";
import { KINDS } from "./editor.mjs";
import { openBridged } from "./bridged.mjs";
import { zip } from "./archives.mjs";
import { site } from "./harness.mjs";

/** A wheel in pure Python, as small as they come. */
const OWN_WHEEL = {
  "own.py": "word = 'own'\n",
  "own-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: own\nVersion: 1\n",
  "own-1.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
  "own-1.dist-info/RECORD": "",
};

const isolated = site();
const plain = site({ isolated: false });

for (const { tag, name } of KINDS) {
  describe(name, () => {
    test("without isolation, what needs no page runs as ever", async (t) => {
      plain.server.route("/t.txt", "text");
      const editor = await openBridged(t, plain, { tag });
      const text = await editor.program(`
from pyscript import RUNNING_IN_WORKER, display, fetch, storage, Event, when, window, document, HTML, js_import, sync
print(RUNNING_IN_WORKER, js_import, await fetch("t.txt").text())
display(HTML("<b>b</b>"))
s = await storage("plain")
s["a"] = 1
await s.sync()
happened = Event()
@when(happened)
def heard(x): print("heard", x)
happened.trigger(1)
sync.offered = lambda a: a * 2
`);
      assert.equal(text, "True None text\nheard 1\n");
      await editor.displayed.locator("b").waitFor();
      assert.deepEqual(await editor.said("Remark"), []);
      const doubled = await editor.page.evaluate(() => {
        const { sync } = workers.at(-1);
        sync.ask = async (x) => x + 1;
        sync.refuse = async () => {
          throw new Error("no");
        };
        return sync.offered(4);
      });
      assert.equal(doubled, 8);
      assert.equal(await editor.program(`
print(await sync.ask(1))
try:
    await sync.refuse()
except Exception as error:
    print("caught", "no" in str(error))
`), "2\ncaught True\n");
    });

    test("without isolation, touching the page says why and what to do, once", async (t) => {
      const editor = await openBridged(t, plain, { tag });
      for (const code of ["document.title", "window.x = 1", "import js\njs.document.body"]) {
        const { outcome } = await editor.run(`from pyscript import document, window\n${code}`);
        assert.equal(outcome, "error");
        const raw = (await editor.raw.textContent()) ?? "";
        assert.match(raw, /AttributeError: Unable to use `window` or `document` in worker. This requires SharedArrayBuffer support./);
        assert.match(raw, /Unable to use SharedArrayBuffer due insecure environment.\nPlease read requirements in MDN/);
      }
      await editor.page.waitForFunction(() => said.some((data) => data.Remark));
      const remarks = await editor.said("Remark");
      assert.equal(remarks.length, 1);
      for (const word of ["Cross-Origin-Opener-Policy: same-origin", "Cross-Origin-Embedder-Policy: require-corp", "mini-coi.js", "sync_main_only = true"]) assert.ok(remarks[0].text.includes(word), word);
      assert.equal(await editor.program(`print("on")`), "on\n");
    });

    test("access switched off: no page, no storage, no cookies", async (t) => {
      isolated.server.route("/cookie", { body: "x", headers: { "set-cookie": "secret=1; Path=/" } });
      const editor = await openBridged(t, isolated, { tag, attributes: `page-access="none"` });
      await editor.page.evaluate(() => fetch("/cookie"));
      const seen = [];
      isolated.server.route("/t.txt", "text");
      editor.page.on("request", (request) => request.url().endsWith("/t.txt") && seen.push(request.allHeaders()));
      const text = await editor.program(`
import js
from pyscript import fetch, storage, display
print(await fetch("t.txt").text())
names = ("indexedDB", "caches", "cookieStore", "BroadcastChannel", "Worker", "WebSocket", "EventSource", "postMessage", "window")
print([n for n in names if hasattr(js, n)])
print([n for n in ("storage", "locks", "serviceWorker") if hasattr(js.navigator, n)])
print(js.eval("""(() => { const found = []; for (let o = self; o; o = Object.getPrototypeOf(o))
  for (const n of ["indexedDB", "caches", "postMessage", "WebSocket"]) if (Object.getOwnPropertyDescriptor(o, n)) found.push(n); return found.join() })()"""))
print(js.eval("""(() => { const x = new XMLHttpRequest(); try { x.open("GET", "/t.txt", false); return "open" } catch (e) { return e.name } })()"""))
try:
    await storage("box")
except RuntimeError as error:
    print("page-access" in str(error))
display(1)
`);
      assert.equal(text, "text\n[]\n[]\n\nSecurityError\nTrue\n1\n");
      for (const headers of await Promise.all(seen)) assert.equal(headers.cookie, undefined);
      assert.equal(seen.length, 1);
      const { outcome } = await editor.run(`from pyscript import document\ndocument.title`);
      assert.equal(outcome, "error");
      assert.match((await editor.raw.textContent()) ?? "", /The author of this page has switched .* off for this editor/);
      assert.deepEqual(await editor.said("Remark"), []);
    });

    test("access switched off: no request carries cookies, however it is asked for", async (t) => {
      isolated.server.route("/cookie", { body: "x", headers: { "set-cookie": "secret=1; Path=/" } });
      isolated.server.route("/private.txt", "private");
      const editor = await openBridged(t, isolated, { tag, attributes: `page-access="none"`, expected: /NetworkError|private|nowhere/ });
      await editor.page.evaluate(() => fetch("/cookie"));
      const seen = [];
      editor.page.on("request", (request) => request.url().includes("/private") && seen.push(request.allHeaders()));
      const text = await editor.program(`
import js
print(js.eval("""(() => { let asked = 0; const url = { toString: () => (asked++ ? "/private.txt" : "data:,harmless") };
  const x = new XMLHttpRequest(); x.open("GET", url, false); x.send(); return x.responseText })()"""))
print(js.eval("typeof FontFace + typeof fonts"))
print(await js.eval("fetch(new Request('/private.txt', { credentials: 'include' }), { credentials: 'include' }).then((r) => r.text())"))
print(await js.eval("fetch(new (new Request('/')).constructor('/private.txt?again', { credentials: 'include' })).then((r) => r.text())"))
`);
      assert.equal(text, "harmless\nundefinedundefined\nprivate\nprivate\n");
      assert.equal(seen.length, 2);
      for (const headers of await Promise.all(seen)) assert.equal(headers.cookie, undefined);
    });

    test("a page-access that is no word of ours closes", async (t) => {
      const editor = await openBridged(t, isolated, { tag, attributes: `page-access="None"` });
      const { outcome } = await editor.run(`from pyscript import document\ndocument.title`);
      assert.equal(outcome, "error");
      assert.match((await editor.raw.textContent()) ?? "", /switched .* off for this editor/);
    });

    test("sync_main_only: without isolation the error says why, and there is no remark", async (t) => {
      const editor = await openBridged(t, plain, { tag, attributes: `config="sync_main_only = true"` });
      const { error } = await editor.run(`from pyscript import document\ndocument.title`);
      assert.match(error ?? "", /Unable to use `window` or `document` in worker/);
      await editor.program(`import asyncio\nawait asyncio.sleep(0.1)`);
      assert.deepEqual(await editor.said("Remark"), []);
    });

    test("without isolation, what a configuration brings is there", async (t) => {
      plain.server.route("/data.txt", "data");
      plain.server.route("/box.zip", { body: zip({ "boxed.py": "word = 'boxed'" }), type: "application/zip" });
      plain.server.route("/own-1-py3-none-any.whl", { body: zip(OWN_WHEEL), type: "application/zip" });
      plain.server.route("/module.mjs", { body: "export const add = (a, b) => a + b;", type: "text/javascript" });
      plain.server.route("/conf/settings.toml", `
packages = ["../own-1-py3-none-any.whl"]
experimental_create_proxy = "auto"
[files]
"../data.txt" = "in/"
"../box.zip" = "./*"
[js_modules.worker]
"../module.mjs" = "own_js"
[js_modules.main]
"../module.mjs" = "page_js"
`);
      const before = plain.server.requests.length;
      const editor = await openBridged(t, plain, { tag, attributes: `config="/conf/settings.toml?v=1"` });
      const text = await editor.program(`
import boxed, own
from pyscript.js_modules.own_js import add
print(open("in/data.txt").read(), boxed.word, own.word, add(1, 2))
`);
      assert.equal(text, "data boxed own 3\n");
      const progress = (await editor.events()).filter(({ name }) => name.endsWith(":progress")).map(({ detail }) => detail.file);
      for (const part of ["data.txt", "box.zip", "own-1-py3-none-any.whl"]) assert.ok(progress.some((file) => file.includes(part)), `${part}: ${progress}`);
      const { error } = await editor.run(`from pyscript.js_modules import page_js\nprint(page_js.add(1, 2))`);
      assert.match(error ?? "", /page_js is a module of the page\. Unable to use `window` or `document` in worker/);
      await editor.page.waitForFunction(() => said.some((data) => data.Remark));
      const asked = plain.server.requests.slice(before).filter((path) => path === "/conf/settings.toml");
      assert.equal(asked.length, 1, "a configuration is fetched once");
    });

    test("through the service worker, the page can be used without isolation", async (t) => {
      const script = await readFile(new URL("../dist/service-worker.js", import.meta.url), "utf8");
      plain.server.route("/service-worker.js", { body: script, type: "text/javascript" });
      const editor = await openBridged(t, plain, { tag, attributes: `service-worker="/service-worker.js"` });
      // The first worker brings the service worker, and with it a reload.
      const reloaded = editor.page.waitForNavigation();
      await editor.button.click();
      await reloaded;
      await editor.page.waitForFunction(() => navigator.serviceWorker.controller);
      const text = await editor.program(`
from pyscript import document, window
document.title = "changed"
print(document.title, window.crossOriginIsolated)
`);
      assert.equal(text, "changed False\n");
      await editor.program(`
from pyscript import sync
document.body.addEventListener("hello", lambda event: print("heard", event.type))
sync.inner = lambda: 1
`);
      await editor.page.evaluate(() => document.body.dispatchEvent(new Event("hello")));
      await editor.says("heard hello");
      await editor.page.evaluate(() => {
        const { sync } = workers.at(-1);
        sync.ask = async (x) => x * 2;
        sync.outer = async () => await sync.inner();
      });
      assert.equal(await editor.program(`
print(sync.ask(21))
try:
    sync.outer()
except Exception as error:
    print("Possible deadlock" in str(error), window.JSON.stringify({"a": [1]}))
`), '42\nTrue {"a":[1]}\n');
    });

    test("what goes on after a run is told, and its end", async (t) => {
      const editor = await openBridged(t, isolated, { tag, body: `<button id="b">b</button>` });
      await editor.program(`print(1)`);
      assert.deepEqual(await editor.said("Background"), []);
      await editor.program(`
import asyncio
async def work():
    for i in range(3):
        await asyncio.sleep(0.02)
    print("worked")
task = asyncio.create_task(work())
`);
      await editor.says("worked");
      await editor.page.waitForFunction(() => said.filter((data) => data.Background).length === 2);
      assert.deepEqual((await editor.said("Background")).map(({ alive }) => alive), [true, false]);
      await editor.program(`
from pyscript import document
def heard(event): print("heard")
document.getElementById("b").addEventListener("click", heard)
`);
      await editor.page.waitForFunction(() => said.filter((data) => data.Background).length === 3);
    });
  });
}
