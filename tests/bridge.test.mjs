/**
 * What crosses between Python and the page: functions, dicts, bytes, errors,
 * `sync` in both directions, and the two waiting for each other.
 *
 * Not here: the package's names (pyscript.test.mjs), pages that share no memory
 * (access.test.mjs).
 */

import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { KINDS } from "./editor.mjs";
import { openBridged } from "./bridged.mjs";
import { site } from "./harness.mjs";

const on = site();

for (const { tag, name } of KINDS) {
  describe(name, () => {
    const openOne = (t, about = {}) => openBridged(t, on, { tag, ...about });

    test("functions, lambdas and bound methods need no create_proxy", async (t) => {
      const editor = await openOne(t, { body: `<button id="b">b</button>` });
      await editor.program(`
from pyscript import window, document
class Counter:
    n = 0
    def click(self, event):
        self.n += 1
        print("method", self.n, event.type)
counter = Counter()
button = document.getElementById("b")
def function(event):
    print("function", event.target.id)
button.addEventListener("click", function)
button.addEventListener("click", counter.click, {"once": False})
window.setTimeout(lambda text: print("timer", text), 0, "OK")
async def later():
    print("async")
window.setTimeout(later, 0)
button.onfocus = lambda event: print("attribute")
`);
      await editor.says("timer OK");
      await editor.says("async");
      await editor.page.locator("#b").click();
      await editor.says(/attribute[^]*function b[^]*method 1 click/);
      const text = await editor.program(`
button.removeEventListener("click", function)
button.removeEventListener("click", counter.click)
button.onfocus = None
button.click()
import asyncio
await asyncio.sleep(0.05)
print("quiet", counter.n)
`);
      assert.equal(text, "quiet 1\n");
    });

    test("create_proxy and to_js are accepted", async (t) => {
      const editor = await openOne(t, { body: `<button id="b">b</button>` });
      await editor.program(`
from pyscript import document, ffi
proxy = ffi.create_proxy(lambda event: print("once", event.type))
document.getElementById("b").addEventListener("click", proxy, ffi.to_js({"once": True}))
`);
      await editor.page.locator("#b").click();
      await editor.page.locator("#b").click();
      await editor.says("once click");
      assert.equal((await editor.written()).match(/once/g)?.length, 1);
    });

    test("dicts, lists, bytes and numbers arrive as a page expects", async (t) => {
      const editor = await openOne(t, {
        body: `<script>
          window.kind = (x) => Object.prototype.toString.call(x) + JSON.stringify(x, (_, v) => typeof v === "bigint" ? v + "n" : v);
          window.twice = async (options) => { const r = await options.deep.map(3); return r.n * 2; };
          window.given = (x) => (window.kept = x, x);
        </script>`,
      });
      const text = await editor.program(`
from pyscript import window
print(window.kind({"a": [1, {"b": None}], "c": (1, 2)}))
print(window.kind(bytes([1, 255])), window.kind(bytearray(b"a")))
print(window.kind([1, 2.5, True, None, "x"]))
print(window.kind(2**31 - 1), window.kind(2**53 - 1))
print(window.kind(-2**30), window.kind(float(2**40)))
print(await window.twice({"deep": {"map": lambda n: {"n": n + 1}}}))
window.thing = {"x": {"y": 1}}
print(window.thing.x.y, window.given({"q": 5}).q, window.kept.q)
`);
      assert.match(text, /\[object Object\]\{"a":\[1,\{(?:"b":null)?\}\],"c":\[1,2\]\}/);
      assert.match(text, /\[object Uint8Array\]\{"0":1,"1":255\} \[object Uint8Array\]\{"0":97\}/);
      assert.match(text, /\[object Array\]\[1,2.5,true,null,"x"\]/);
      assert.match(text, tag === "py-editor" ? /2147483647 .*"9007199254740991n"\n/ : /2147483647 /);
      assert.match(text, /-1073741824 \[object Number\]1099511627776\n/);
      assert.match(text, /\n8\n1 5 5\n/);
      const { outcome } = await editor.run(`window.kind({"a": object()})`);
      assert.equal(outcome, "error");
      assert.match((await editor.errorText.textContent()) ?? "", /cannot be given to the page/);
    });

    test("10,000 listeners added and removed leave nothing", async (t) => {
      const editor = await openOne(t, { body: `<button id="b">b</button>` });
      const cdp = await editor.page.context().newCDPSession(editor.page);
      await editor.program(`
from pyscript import document
import _py_editor
button = document.getElementById("b")
def add():
    listener = lambda event: None
    button.addEventListener("click", listener)
    return listener
listeners = []
for i in range(10000):
    listeners.append(add())
print("held", _py_editor.callables())
for listener in listeners:
    button.removeEventListener("click", listener)
del listeners, listener
`);
      assert.equal(await editor.written(), "held 10000\n");
      const deadline = Date.now() + 60_000;
      let left = "";
      while (left !== "left 0\n" && Date.now() < deadline) {
        await cdp.send("HeapProfiler.collectGarbage");
        left = await editor.program(`import asyncio, gc\nawait asyncio.sleep(0.05)\ngc.collect()\nprint("left", _py_editor.callables())`);
      }
      assert.equal(left, "left 0\n");
    });

    test("sync, both ways", async (t) => {
      const editor = await openOne(t);
      await editor.program(`
from pyscript import sync
sync.add = lambda a, b: a + b
async def later(x):
    return {"got": x, "list": [1, 2]}
sync.later = later
def fail():
    raise ValueError("no good")
sync.fail = fail
print("offered")
`);
      const results = await editor.page.evaluate(async () => {
        const { sync } = workers.at(-1);
        sync.ask = async (question, options) => `${question}: ${options.choices.length}`;
        sync.refuse = () => {
          throw new TypeError("refused by the page");
        };
        sync.big = () => new Uint8Array(80 << 20);
        sync.medium = () => new Uint8Array(20 << 20);
        sync.odd = () => ({ get x() { throw new Error("cannot be read"); } });
        const failed = (promise) => promise.then(() => "no error", (error) => error.message);
        return [await sync.add(1, 2), await sync.later("x"), await failed(sync.fail()), await failed(sync.nothing())];
      });
      assert.equal(results[0], 3);
      assert.deepEqual(results[1], { got: "x", list: [1, 2] });
      assert.match(results[2], /Traceback[^]*ValueError: no good/);
      assert.match(results[3], /Python offers no function sync\.nothing/);
      const text = await editor.program(`
print(sync.ask("How many", {"choices": ["a", "b"]}))
print(sync.medium().length)
for name in ("refuse", "big", "odd", "missing"):
    try:
        getattr(sync, name)()
    except Exception as error:
        print(name, str(error))
print(sync.ask("Still", {"choices": []}))
`);
      assert.match(text, /^How many: 2\n20971520\nrefuse .*refused by the page/);
      assert.match(text, /\nbig .*too large to give to Python: more than 64 MB/);
      assert.match(text, /\nodd .*cannot be read/);
      assert.match(text, /\nmissing .*The page offers no function sync\.missing/);
      assert.match(text, /\nStill: 0\n$/);
    });

    test("waiting for each other is noticed at once, named and broken", async (t) => {
      const editor = await openOne(t);
      const warnings = [];
      editor.page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
      await editor.program(`from pyscript import sync\nsync.inner = lambda: 1`);
      await editor.page.evaluate(() => {
        const { sync } = workers.at(-1);
        sync.outer = async () => (await sync.inner()) + 1;
        sync.late = async () => {
          await new Promise((done) => setTimeout(done));
          return await sync.inner();
        };
        sync.returned = () => sync.inner();
        sync.chained = () => sync.inner().then((n) => n + 1);
        sync.caught = () => sync.inner().catch(() => "caught");
      });
      const text = await editor.program(`
for name in ("outer", "late", "returned", "chained"):
    try:
        print(getattr(sync, name)())
    except Exception as error:
        print(name, "Possible deadlock if proxy.inner(...args) is awaited" in str(error), ("is proxy.%s() awaiting proxy.inner() ?" % name) in str(error))
print(sync.caught())
`);
      assert.equal(text, "outer True True\nlate True True\nreturned True True\nchained True True\ncaught\n");
      assert.deepEqual(warnings.map((words) => /is proxy\.(\w+)\(\) awaiting proxy\.inner\(\)/.exec(words)?.[1]), ["outer", "late", "returned", "chained", "caught"]);
      assert.deepEqual(await editor.remarks.allTextContents(), warnings, "the editor says it, too");
      assert.equal(await editor.page.evaluate(() => workers.at(-1).sync.inner()), 1);
    });

    test("what is not awaited, or comes from elsewhere, is no deadlock", async (t) => {
      const editor = await openOne(t);
      await editor.program(`from pyscript import sync\nsync.inner = lambda n: print("inner", n) or n`);
      await editor.page.evaluate(() => {
        const { sync } = workers.at(-1);
        window.results = [];
        sync.scheduled = () => void setTimeout(async () => results.push(await sync.inner(1)));
        sync.forgotten = () => void sync.inner(2);
        sync.logged = async () => {
          sync.inner(3).then((n) => results.push(n));
          await new Promise((done) => setTimeout(done, 50));
        };
        // A person answers; meanwhile something else calls.
        sync.person = () => new Promise((done) => setTimeout(async () => {
          elsewhere();
          setTimeout(() => done("answer"), 50);
        }));
        window.elsewhere = async () => results.push(await sync.inner(4));
      });
      const text = await editor.program(`
sync.scheduled()
sync.forgotten()
sync.logged()
print(sync.person())
`);
      assert.match(text, /answer\n/);
      await editor.page.waitForFunction(() => results.length === 3);
      assert.deepEqual((await editor.page.evaluate(() => results)).sort(), [1, 3, 4]);
      await editor.says("inner 2");
      assert.deepEqual(await editor.remarks.allTextContents(), []);
    });

    test("an error in a callback is a traceback in the output", async (t) => {
      const editor = await openOne(t, { body: `<button id="b">b</button>` });
      await editor.program(`
from pyscript import document
def broken(event):
    return {}["missing"]
async def also(event):
    raise ValueError("later")
document.getElementById("b").addEventListener("click", broken)
document.getElementById("b").addEventListener("click", also)
`);
      await editor.page.locator("#b").click();
      await editor.says(/Traceback[^]*in broken[^]*KeyError/);
      await editor.says(/ValueError: later/);
      assert.doesNotMatch(await editor.written(), /\[object Object\]/);
      const waits = await editor.program(`
from pyscript import window
window.callMe = window.Function("f", "return f().catch(error => 'page heard: ' + error.message.includes('ZeroDivisionError'))")
print(await window.callMe(lambda: 1 / 0))
`);
      assert.match(waits, /page heard: true/);
    });

    test("an error of the page in Python", async (t) => {
      const editor = await openOne(t);
      const { outcome, error } = await editor.run(`from pyscript import document\ndocument.querySelector("<<")`);
      assert.equal(outcome, "error");
      assert.match(`${error} ${await editor.errorText.textContent()}`, /querySelector|selector/);
      assert.equal(await editor.program("print('on')"), "on\n");
    });

    test("an error of the page after an await ends the run, caught or not", async (t) => {
      const editor = await openOne(t);
      for (const promise of ["window.Promise.resolve(1)", "js.Promise.resolve(1)"]) {
        const { outcome, error } = await editor.run(`
import js
from pyscript import window
try:
    await ${promise}
    window.document.querySelector("<<")
except Exception as error:
    print("caught", "selector" in str(error))
`);
        // On MicroPython, `except` does not see what JavaScript throws.
        if (tag === "py-editor") assert.equal(await editor.written(), "caught True\n");
        else assert.match(`${outcome} ${error} ${await editor.errorText.textContent()}`, /^error .*selector/);
      }
      assert.equal(await editor.program("print('on')"), "on\n");
    });

    test("a function that the page held only weakly works when sent again", async (t) => {
      const editor = await openOne(t);
      const cdp = await editor.page.context().newCDPSession(editor.page);
      await editor.program(`
from pyscript import window
frames = 0
def frame(*_):
    global frames
    frames += 1
    if frames < 400:
        window.setTimeout(frame, 0)
frame()
`);
      for (let i = 0; i < 30; i += 1) await cdp.send("HeapProfiler.collectGarbage");
      const deadline = Date.now() + 60_000;
      let text = "";
      while (text !== "400\n" && Date.now() < deadline) text = await editor.program(`import asyncio\nawait asyncio.sleep(0.1)\nprint(frames)`);
      assert.equal(text, "400\n");
    });
  });
}
