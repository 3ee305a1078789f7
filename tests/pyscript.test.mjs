/**
 * The `pyscript` package in an editor, in both interpreters, on a page that is
 * isolated: every public name once, and what an editor's `display` shows.
 *
 * Not here: functions and objects that cross to the page (bridge.test.mjs), pages
 * without isolation or without access (access.test.mjs).
 */

import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { KINDS } from "./editor.mjs";
import { openBridged } from "./bridged.mjs";
import { site } from "./harness.mjs";

const on = site();

for (const { tag, name, prefix } of KINDS) {
  describe(name, () => {
    const openOne = (t, about = {}) => openBridged(t, on, { tag, ...about });

    test("the names of the package", async (t) => {
      const editor = await openOne(t);
      const text = await editor.program(`
import pyscript
from pyscript import (HTML, RUNNING_IN_WORKER, Event, PyWorker, Storage, WebSocket, config, current_target, display,
    document, fetch, ffi, js_import, js_modules, py_import, storage, sync, when, window)
from pyscript import web, util, flatted, media
print(RUNNING_IN_WORKER, config["type"], repr(current_target()), document.title, window.document.title)
print(ffi.is_none(None), util.is_awaitable(print), flatted.parse(flatted.stringify([1, {"a": 2}])))
try:
    PyWorker("x.py")
except TypeError as error:
    print(error)
`);
      assert.equal(text, `True ${prefix} '' test test\nTrue False [1, {'a': 2}]\npyscript.PyWorker works only when running in the main thread\n`);
    });

    test("display shows what notebooks show, best first", async (t) => {
      const editor = await openOne(t);
      await editor.program(`
from pyscript import display, HTML
class Rich:
    def _repr_html_(self): return "<b>rich</b>"
    def _repr_svg_(self): return "<svg></svg>"
    def _repr_latex_(self): return "$x$"
    def _repr_markdown_(self): return "*x*"
    def _repr_png_(self): raise ValueError("a better one is there")
    def _repr_json_(self): return {"a": "<i>"}
    def __repr__(self): return "Rich!"
class Bundle:
    def _repr_mimebundle_(self): return {"image/png": "iVBO", "text/html": ("<i>b</i>", {"x": 1})}, {"image/png": {"alt": "B", "width": 9}}
    def __repr__(self): return "Bundle!"
class Figure:
    def savefig(self, file, format): file.write(b"png:" + format.encode())
    def __repr__(self): return "Figure!"
print("before", end="")
display("a < b", 42, HTML("<em>h</em>"))
display(Rich(), Bundle())
display(Figure())
display("  ")
display("only", append=False)
`);
      const shown = await editor.said("Display");
      assert.deepEqual(shown.map(({ bundle }) => bundle.map(([mime]) => mime).join(" ")), [
        "text/plain", "text/plain", "text/html text/plain",
        "text/html text/plain",
        "text/html image/png text/plain", "image/png text/plain", "", "text/plain",
      ]);
      assert.deepEqual(shown[0], { bundle: [["text/plain", "a < b"]], append: true });
      assert.deepEqual([shown[4].alt, shown[4].width], ["B", 9]);
      assert.deepEqual(shown[5].bundle, [["image/png", Buffer.from("png:png").toString("base64")], ["text/plain", "Figure!"]]);
      assert.deepEqual(shown.map(({ append }) => append), [true, true, true, true, true, true, false, true]);
      const kinds = await editor.page.evaluate(() => said.map((data) => Object.keys(data)[0]));
      assert.ok(kinds.indexOf("Output") < kinds.indexOf("Display"), "text is there before what was displayed after it");
    });

    test("display with a target goes to the page, JSON as text", async (t) => {
      const editor = await openOne(t, { body: `<div id="here">old</div>` });
      await editor.program(`
from pyscript import display, HTML
class Data:
    def _repr_json_(self): return '{"a": "<b>bold</b>"}'
display("plain <b>", HTML("<em>yes</em>"), Data(), target="#here")
try:
    display("x", target="nowhere")
except ValueError as error:
    print(error)
`);
      const here = editor.page.locator("#here");
      assert.equal(await here.locator("em").textContent(), "yes");
      assert.equal(await here.locator("b").count(), 0);
      assert.equal(await here.textContent(), 'oldplain <b>yes{"a": "<b>bold</b>"}');
      assert.equal(await editor.written(), "Cannot find element with id='nowhere' in the page.\n");
      assert.deepEqual(await editor.said("Display"), []);
    });

    test("fetch, with addresses relative to the page", async (t) => {
      on.server.route("/data.json", { body: `{"a": [1, 2]}`, type: "application/json" });
      const editor = await openOne(t);
      const text = await editor.program(`
from pyscript import fetch
import js
print(await fetch("data.json").json(), (await fetch("./data.json")).ok, (await fetch("none.json")).status)
print(await (await js.fetch("data.json")).text())
print(bytes(await fetch("/data.json").bytearray())[:4])
request = js.XMLHttpRequest.new()
request.open("GET", "data.json", False)
request.send()
print(request.responseText)
`);
      assert.equal(text, `{'a': [1, 2]} True 404\n{"a": [1, 2]}\nb'{"a"'\n{"a": [1, 2]}\n`);
    });

    test("when, Event and web", async (t) => {
      const editor = await openOne(t, { body: `<button id="b">b</button><p class="p">one</p>` });
      await editor.program(`
from pyscript import when, Event, web
from pyscript.web import page, div
@when("click", "#b")
def clicked(event):
    print("clicked", event.target.id, event.type)
happened = Event()
@when(happened)
def heard(result):
    print("heard", result)
happened.trigger(5)
page["b"].classes.add("seen")
page.append(div("made", id="made"))
print(page.find("p")[0].textContent, web.page.title)
`);
      assert.equal(await editor.written(), "heard 5\none test\n");
      assert.equal(await editor.page.locator("#made").textContent(), "made");
      await editor.page.locator("#b.seen").click();
      await editor.says("clicked b click");
    });

    test("storage lasts beyond a reload", async (t) => {
      const editor = await openOne(t);
      await editor.program(`
from pyscript import storage
s = await storage("box")
s["n"] = 1
s["l"] = ["a", {"b": None}]
s["bytes"] = bytearray(b"xy")
await s.sync()
`);
      await editor.page.reload();
      await editor.content.waitFor();
      const text = await editor.program(`
from pyscript import storage
s = await storage("box")
print(s["n"], s["l"], s["bytes"], len(s))
del s["n"]
await s.sync()
`);
      assert.equal(text, `1 ['a', {'b': None}] bytearray(b'xy') 3\n`);
    });

    test("modules of JavaScript: js_import, js_modules", async (t) => {
      on.server.route("/module.js", { body: `export const where = typeof document; export const add = (a, b) => a + b; export default "d";`, type: "text/javascript" });
      const config = { js_modules: { main: { "/module.js": "paged" }, worker: { "/module.js": "own" } }, some: { key: [1] } };
      const editor = await openOne(t, { attributes: `config='${JSON.stringify(config)}'` });
      const text = await editor.program(`
from pyscript import js_import, js_modules, config
from pyscript.js_modules import paged
from pyscript.js_modules.own import where, add
print(config["some"], where, add(1, 2), js_modules.paged.where, paged.add(2, 3), paged.default)
[module] = await js_import("/module.js")
print(module.where, module.add(3, 4))
`);
      assert.equal(text, `{'key': [1]} undefined 3 object 5 d\nobject 7\n`);
    });

    test("a module of the page that is no module is explained by its key", async (t) => {
      const type = "text/javascript";
      on.server.route("/common.js", { body: "module.exports = { a: 1 };", type });
      on.server.route("/wants.js", { body: "import { util } from './module-without.js';", type });
      on.server.route("/module-without.js", { body: "globalThis.util = 1;", type });
      const main = { "/common.js": "common", "/wants.js": "wants", "/missing.js": "missing" };
      const editor = await openOne(t, { attributes: `config='${JSON.stringify({ js_modules: { main } })}'`, expected: /404/ });
      const error = async (name) => (await editor.run(`from pyscript.js_modules import ${name}\nprint(${name})`)).error ?? "";
      assert.match(await error("common"), /js_modules\.main\["\/common\.js"\]: .*module is not defined.*\(ESM\).*\.mjs.*CDN/);
      assert.match(await error("wants"), /'\.\/module-without\.js' does not provide an export named 'util'.*\(ESM\).*CDN/);
      assert.match(await error("missing"), /js_modules\.main\["\/missing\.js"\]: \[404\] Unable to fetch/);
    });

    test("what was displayed stays when more is printed", async (t) => {
      const editor = await openOne(t);
      await editor.program(`from pyscript import display, HTML\ndisplay(HTML("<b>bold</b>"))\nprint("after")`);
      await editor.displayed.locator("b").waitFor();
      await editor.page.evaluate(() => 0);
      await editor.program(`display(HTML("<b>bold</b>"))\nfor n in range(50): print("after", n)`);
      await editor.says("after 49");
      assert.equal(await editor.displayed.locator("b").count(), 1);
    });

    test("fs can be imported, and says what is not mounted", async (t) => {
      const editor = await openOne(t);
      const text = await editor.program(`
from pyscript import fs
try:
    await fs.sync("/nowhere")
except KeyError as error:
    print("not mounted" in str(error))
`);
      assert.equal(text, "True\n");
    });

    test("py_import gives modules that are there", async (t) => {
      const editor = await openOne(t);
      assert.equal(await editor.program(`from pyscript import py_import\n[j] = await py_import("json")\nprint(j.dumps([1]))`), "[1]\n");
    });

    test("what runs before a program may be the only one to name it", async (t) => {
      const editor = await openOne(t, { attributes: `onbeforerun="from pyscript import document; title = document.title"` });
      assert.equal(await editor.program(`print(title)`), "test\n");
    });

    test("a file of the reader's may be the only one to name it", async (t) => {
      const editor = await openOne(t, { attributes: "files" });
      const buffer = Buffer.from("from pyscript import document\ndef title(): return document.title\n");
      await editor.host.locator(".files summary").click();
      await editor.host.locator(".add input").setInputFiles([{ name: "helper.py", mimeType: "text/plain", buffer }]);
      await editor.host.locator(".file-list li").waitFor();
      assert.equal(await editor.program(`import helper\nprint(helper.title())`), "test\n");
    });

    test("a program without it loads nothing of it", async (t) => {
      const editor = await openOne(t);
      const before = on.server.requests.length;
      await editor.program(`print(1)`);
      assert.equal(on.server.requests.slice(before).filter((path) => path.includes("pyscript.js")).length, 0);
    });
  });
}
