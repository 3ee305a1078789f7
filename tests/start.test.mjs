/**
 * How an interpreter starts the second time: from a spare that waits, from the
 * memory that the first start has left, or, where that is no good, as ever; and
 * what is got ready before anybody clicks. Nothing here looks at a clock: what
 * was done is seen by workers, requests and phases.
 *
 * Not here: how fast it is (bench.mjs), and what a failed download says of itself
 * (failures.test.mjs).
 */

import assert from "node:assert/strict";
import test from "node:test";

import { KINDS, editorOn, open, openEditor, workers } from "./editor.mjs";
import { site } from "./harness.mjs";

const on = site();
const bare = site({ isolated: false });

const CACHE = "py-editor-memory";
/** Says what a start must not repeat, and what must be as at an ordinary one. */
const STATE = `
import random, sys, os, uuid, tempfile
print(random.random(), random.getrandbits(64), uuid.uuid4(), os.urandom(8).hex(), next(tempfile._get_candidate_names()))
print(sys.path, os.getcwd(), os.environ["HOME"], os.environ["PYTHONUNBUFFERED"])
`;

/** @param {ReturnType<typeof editorOn>} editor @returns {Promise<string[]>} */
const phases = async (editor) => {
  const told = (await editor.events()).filter(({ name }) => name.endsWith(":progress")).map(({ detail }) => detail.phase);
  return told.filter((phase, at) => phase !== told[at - 1]);
};

/** Two lines: what is drawn, and what is the same everywhere. @param {ReturnType<typeof editorOn>} editor */
const stateOf = async (editor) => {
  assert.equal((await editor.run(STATE)).outcome, "ok");
  const [drawn, same] = (await editor.written()).split("\n");
  return { drawn: drawn.split(" "), same };
};

/** No drawn value of one is that of another. @param {...string[]} drawn */
function allDiffer(...drawn) {
  for (const at of drawn[0].keys()) {
    const values = drawn.map((list) => list[at]);
    assert.equal(new Set(values).size, values.length, values.join(" "));
  }
}

/** Waits until the page keeps a copy, and says how large it is. @param {import("playwright-core").Page} page */
async function kept(page) {
  const found = await page.waitForFunction(async (name) => {
    const cache = await caches.open(name);
    const [key] = await cache.keys();
    return key && { url: key.url, bytes: (await (await cache.match(key))?.blob())?.size };
  }, CACHE);
  return found.jsonValue();
}

/** @param {string[]} ids @param {string} tag */
const editors = (ids, tag, attributes = "") => ids.map((id) => `<${tag} id="${id}" ${attributes}></${tag}>`).join("");

for (const { tag, name } of KINDS) {
  test(`the second ${name} editor takes the spare, and another is made`, async (t) => {
    const page = await open(t, on, editors(["one", "two"], tag), { spare: true });
    const [one, two] = ["#one", "#two"].map((id) => editorOn(page, id));
    assert.equal((await one.run("a = 1\nprint(a)")).outcome, "ok");
    await workers(page, 2);
    const before = page.workers();
    assert.equal((await two.run("print('a' in globals())")).outcome, "ok");
    await two.says("False");
    await workers(page, 3);
    assert.equal(before.filter((worker) => page.workers().includes(worker)).length, 2, "nothing was started for it");
    await page.evaluate(() => document.querySelector("#two")?.remove());
    await workers(page, 2);
  });

  test(`without a spare the second ${name} editor starts for itself`, async (t) => {
    const head = `<meta name="py-editor-spare" content="off">`;
    const page = await open(t, on, editors(["one", "two"], tag), { spare: true, head });
    const [one, two] = ["#one", "#two"].map((id) => editorOn(page, id));
    await one.run("print(1)");
    // Were there to be one, this would see it: the page has been idle.
    await page.evaluate(() => new Promise((idle) => requestIdleCallback(() => requestIdleCallback(idle))));
    assert.equal(page.workers().length, 1);
    await two.run("print(2)");
    await workers(page, 2);
  });

  test(`a stopped ${name} editor goes on in the spare`, async (t) => {
    const page = await open(t, on, editors(["one"], tag), { spare: true });
    const one = editorOn(page, "#one");
    await one.run("print(1)");
    await workers(page, 2);
    await one.setCode("print('on')\nimport time\ntime.sleep(1000)");
    await one.button.click();
    await one.says("on");
    await one.button.click();
    await one.done(2);
    assert.equal((await one.run("print('again')")).outcome, "ok");
    await one.says("again");
  });
}

test("a spare belongs to the page that was given to programs", async (t) => {
  const html = editors(["free"], "mpy-editor") + editors(["bound"], "mpy-editor", `page-access="none"`);
  const page = await open(t, on, html, { spare: true });
  const [free, bound] = ["#free", "#bound"].map((id) => editorOn(page, id));
  await free.run("print(1)");
  await workers(page, 2);
  assert.equal((await bound.run("import js\nprint(hasattr(js, 'indexedDB'))")).outcome, "ok");
  await bound.says("False");
  await workers(page, 3);
});

test("relative URLs, files and configurations are the editor's that took the spare", async (t) => {
  on.server.route("/data/a.txt", "from the page");
  const config = `{"files": {"/data/a.txt": "a.txt"}}`;
  const html = editors(["one"], "py-editor") + editors(["two"], "py-editor", `config='${config}'`);
  const page = await open(t, on, html, { spare: true });
  const [one, two] = ["#one", "#two"].map((id) => editorOn(page, id));
  await one.run("print(1)");
  await workers(page, 2);
  const code = `print(open("a.txt").read())\nfrom pyodide.http import pyfetch\nprint(await (await pyfetch("/data/a.txt")).string())`;
  assert.equal((await two.run(code)).outcome, "ok");
  assert.equal(await two.written(), "from the page\nfrom the page\n");
});

for (const [where, there] of /** @type {const} */ ([["isolated", on], ["not isolated", bare]])) {
  test(`Pyodide goes on from the memory of its first start, on a page that is ${where}`, async (t) => {
    const page = await open(t, there, editors(["one", "two", "three"], "py-editor"));
    const [one, two, three] = ["#one", "#two", "#three"].map((id) => editorOn(page, id));
    const first = await stateOf(one);
    assert.deepEqual(await phases(one), ["download", "start"]);
    const second = await stateOf(two);
    assert.deepEqual(await phases(two), ["restore"]);
    const third = await stateOf(three);
    assert.equal(second.same, first.same);
    allDiffer(first.drawn, second.drawn, third.drawn);

    // A later visit.
    await kept(page);
    await page.reload();
    const later = await stateOf(one);
    assert.deepEqual(await phases(one), ["download", "restore"]);
    assert.equal(later.same, first.same);
    allDiffer(first.drawn, second.drawn, third.drawn, later.drawn);
  });
}

test("everything works in an interpreter that goes on from memory", async (t) => {
  const page = await open(t, on, editors(["one", "two"], "py-editor"));
  const [one, two] = ["#one", "#two"].map((id) => editorOn(page, id));
  await one.run("print(1)");
  const code = `
import sys, js, asyncio
from js import Map, Object
sys.stdout.write("half"); sys.stderr.write("wrong\\n")
print(" a line", js.self.constructor.name, Map.new() is not None, Object.keys(js.JSON.parse('{"a": 1}')).to_py())
await asyncio.sleep(0)
print("Hello", input("name? "))
import pyscript
print(pyscript.document.title)
import micropip
await micropip.install("micropip")
1 / 0
`;
  await two.host.evaluate((element) => void (element.stdin = ["Ada"]));
  const { outcome, error } = await two.run(code);
  assert.deepEqual([outcome, error], ["error", "ZeroDivisionError: division by zero"]);
  assert.match(await two.written(), /^halfwrong\n a line DedicatedWorkerGlobalScope True \['a'\]\nname\? Ada\nHello Ada\ntest\n$/);
  assert.deepEqual(await phases(two), ["restore", "install"]);
  await two.errorLine.waitFor();
});

test("the first Pyodide, whose memory was copied, sees JavaScript as it is", async (t) => {
  const editor = await openEditor(t, on, { tag: "py-editor" });
  const code = `
import js
from pyodide.ffi import to_js
js.self.held = to_js([1])
print(getattr(js.Object, "is")(js.self, js.globalThis), js.structuredClone(js.self.held).to_py(), js.Array.isArray(js.self.held))
`;
  assert.equal((await editor.run(code)).outcome, "ok");
  assert.equal(await editor.written(), "True [1] True\n");
});

test("editors that start together wait for the first one's memory, and all run", async (t) => {
  const ids = ["a", "b", "c", "d"];
  const page = await open(t, on, editors(ids, "py-editor", "autorun"));
  const all = ids.map((id) => editorOn(page, `#${id}`));
  for (const editor of all) assert.equal((await editor.done()).outcome, "ok");
  const told = await Promise.all(all.map(phases));
  assert.equal(told.filter((phases) => phases.includes("restore")).length, 3, JSON.stringify(told));
  await workers(page, 4);
});

test("when the first one is stopped while it starts, the next makes the memory", async (t) => {
  const page = await open(t, on, editors(["one", "two", "three"], "py-editor"));
  const [one, two, three] = ["#one", "#two", "#three"].map((id) => editorOn(page, id));
  for (const editor of [one, two, three]) await editor.content.waitFor();
  const starting = page.waitForFunction(() => heard.some(({ detail, target }) => target.id === "one" && detail?.phase === "start"));
  await page.evaluate(() => ["one", "two", "three"].forEach((id) => void document.getElementById(id).run()));
  await starting;
  await page.evaluate(() => void document.getElementById("one").stop());
  assert.equal((await one.done()).outcome, "stopped");
  for (const editor of [two, three]) assert.equal((await editor.done()).outcome, "ok");
  assert.deepEqual((await phases(three)).at(-1), "restore");
});

/** How a copy is spoiled. Runs in the page. */
const SPOILED = {
  "is cut short": (/** @type {ArrayBuffer} */ bytes) => bytes.slice(0, bytes.byteLength >> 1),
  "is something else": () => new TextEncoder().encode("something else").buffer,
  "is of another build": (/** @type {ArrayBuffer} */ bytes) => (new Uint8Array(bytes, 16, 16).fill(7), bytes),
  "is damaged inside": (/** @type {ArrayBuffer} */ bytes) => (new Uint8Array(bytes, 1 << 20, 12 << 20).fill(0x5a), bytes),
};

for (const [how, spoil] of Object.entries(SPOILED)) {
  test(`a copy that ${how} is thrown away and the run succeeds`, async (t) => {
    // Pyodide complains in the console of memory that it cannot use.
    const page = await open(t, on, editors(["one"], "py-editor"), { expected: /console/ });
    const one = editorOn(page, "#one");
    await one.run("print(1)");
    const { url, bytes } = await kept(page);
    await page.evaluate(
      async ([name, url, source]) => {
        const cache = await caches.open(name);
        const copy = await cache.match(url);
        const spoiled = new Function(`return (${source})`)()(await copy.arrayBuffer());
        await cache.put(url, new Response(spoiled, { headers: { "x-bytes": String(spoiled.byteLength) } }));
      },
      /** @type {const} */ ([CACHE, url, spoil.toString()]),
    );
    await page.reload();
    assert.equal((await one.run("print(2)")).outcome, "ok");
    assert.equal(await one.written(), "2\n");
    assert.deepEqual(await phases(one), ["download", "restore", "start"]);
    await workers(page, 1);
    await page.waitForFunction(
      async ([name, url, bytes]) => (await (await (await caches.open(name)).match(url))?.blob())?.size === bytes,
      /** @type {const} */ ([CACHE, url, bytes]),
    );
    await page.reload();
    assert.equal((await one.run("print(3)")).outcome, "ok");
    assert.deepEqual(await phases(one), ["download", "restore"]);
  });
}

test("a copy whose end did not arrive is not even tried", async (t) => {
  const page = await open(t, on, editors(["one"], "py-editor"));
  const one = editorOn(page, "#one");
  await one.run("print(1)");
  const { url, bytes } = await kept(page);
  await page.evaluate(
    async ([name, url, bytes]) => (await caches.open(name)).put(url, new Response("short", { headers: { "x-bytes": String(bytes) } })),
    /** @type {const} */ ([CACHE, url, bytes]),
  );
  await page.reload();
  assert.equal((await one.run("print(2)")).outcome, "ok");
  assert.deepEqual(await phases(one), ["download", "start"]);
});

test("copies of older builds go, those of other places stay", async (t) => {
  const page = await open(t, on, editors(["one"], "py-editor"));
  const old = `${on.server.url}/dist/interpreters/pyodide/pyodide.mjs?memory=0-old`;
  const elsewhere = `${on.server.url}/elsewhere/pyodide.mjs?memory=0-old`;
  await page.evaluate(
    async ([name, ...urls]) => {
      for (const url of urls) await (await caches.open(name)).put(url, new Response("x"));
    },
    [CACHE, old, elsewhere],
  );
  await editorOn(page, "#one").run("print(1)");
  const urls = await page.waitForFunction(async (name) => {
    const urls = (await (await caches.open(name)).keys()).map(({ url }) => url);
    return urls.some((url) => url.includes("memory=2-")) && urls;
  }, CACHE);
  const list = await urls.jsonValue();
  assert.ok(!list.includes(old) && list.includes(elsewhere), list.join(" "));
});

test("without Cache Storage the page's other editors still go on from memory", async (t) => {
  const head = `<script>Object.defineProperty(window, "caches", { value: undefined })</script>`;
  const page = await open(t, on, editors(["one", "two"], "py-editor"), { head });
  const [one, two] = ["#one", "#two"].map((id) => editorOn(page, id));
  assert.equal((await one.run("print(1)")).outcome, "ok");
  assert.equal((await two.run("print(2)")).outcome, "ok");
  assert.deepEqual(await phases(two), ["restore"]);
});

/** What the server was asked of interpreters, since a moment. */
function asked() {
  const from = on.server.requests.length;
  return () => on.server.requests.slice(from).filter((path) => path.includes("/interpreters/"));
}

/** Waits for a file of an interpreter. @param {import("playwright-core").Page} page @param {string} file */
const comes = (page, file) => page.waitForResponse((response) => response.url().endsWith(file));

/** A page with an editor, and one far below; nothing points at either. @param {string} attributes */
const far = (attributes) => `<mpy-editor id="here" ${attributes}></mpy-editor><div style="height: 9000px"></div>`;

/** All that is due by now has been done. @param {import("playwright-core").Page} page */
const settled = (page) => page.evaluate(() => new Promise((idle) => requestIdleCallback(() => requestIdleCallback(idle))));

test("by default an interpreter comes when a pointer comes, and no earlier", async (t) => {
  const requests = asked();
  const page = await open(t, on, far(""));
  const here = editorOn(page, "#here");
  await here.content.waitFor();
  await settled(page);
  assert.deepEqual(requests(), []);
  await Promise.all([comes(page, "micropython.wasm"), here.host.hover()]);
  await settled(page);
  assert.equal(page.workers().length, 0, "the page wants no spares");
  assert.equal(await here.state(), "idle");
  assert.equal((await here.run("print(1)")).outcome, "ok");
  assert.equal(requests().filter((path) => path.endsWith(".wasm")).length, 1, "the run joins what has come");
});

test("the focus says as much, and a spare is made for whoever runs", async (t) => {
  const page = await open(t, on, far(""), { spare: true });
  const here = editorOn(page, "#here");
  await here.content.focus();
  await workers(page, 1);
  const [spare] = page.workers();
  assert.equal((await here.run("print(1)")).outcome, "ok");
  assert.ok(page.workers().includes(spare), "the run took it");
});

test("preload=none waits for the run", async (t) => {
  const requests = asked();
  const page = await open(t, on, far(`preload="none"`), { spare: true });
  const here = editorOn(page, "#here");
  await here.host.hover();
  await here.content.focus();
  await settled(page);
  assert.deepEqual([requests(), page.workers().length], [[], 0]);
  assert.equal((await here.run("print(1)")).outcome, "ok");
});

test("preload=visible comes with the editor's coming near", async (t) => {
  const requests = asked();
  const page = await open(t, on, `<div style="height: 9000px"></div><mpy-editor preload="visible"></mpy-editor>`);
  await page.locator("mpy-editor .content").waitFor({ state: "attached" });
  await settled(page);
  assert.deepEqual(requests(), []);
  await Promise.all([comes(page, "micropython.wasm"), page.evaluate(() => scrollTo(0, 9000))]);
});

test("preload=eager comes with the editor, also on a script", async (t) => {
  const page = await open(t, on, `<script type="mpy-editor" preload="none"></script>`, { spare: true });
  await page.locator("mpy-editor .content").waitFor();
  await settled(page);
  assert.equal(page.workers().length, 0);
  await Promise.all([
    comes(page, "micropython.wasm"),
    page.evaluate(() => {
      const script = Object.assign(document.createElement("script"), { type: "mpy-editor" });
      script.setAttribute("preload", "eager");
      document.body.append(script);
    }),
  ]);
  await workers(page, 1);
});

test("who saves data gets nothing beforehand, and no spare", async (t) => {
  const from = on.server.requests.length;
  const requests = () => on.server.requests.slice(from).filter((path) => /^\/dist\/(run|tools|page|worker|interpreters)\b/.test(path));
  const head = `<script>Object.defineProperty(navigator, "connection", { value: { saveData: true } })</script>`;
  const page = await open(t, on, far(`preload="visible"`), { spare: true, head });
  const here = editorOn(page, "#here");
  await here.content.waitFor();
  await settled(page);
  assert.deepEqual(requests(), [], "as long as nobody comes to an editor");
  const comes = page.waitForResponse((response) => response.url().endsWith("/tools.wasm"));
  await here.host.hover();
  await comes;
  await settled(page);
  assert.deepEqual(requests(), ["/dist/run.wasm", "/dist/tools.wasm"]);
  assert.equal((await here.run("print(1)")).outcome, "ok");
  await settled(page);
  assert.equal(page.workers().length, 1);
});

test("a device with little memory has no spare", async (t) => {
  const head = `<script>Object.defineProperty(navigator, "deviceMemory", { value: 2 })</script>`;
  const page = await open(t, on, far(""), { spare: true, head });
  const here = editorOn(page, "#here");
  assert.equal((await here.run("print(1)")).outcome, "ok");
  await settled(page);
  assert.equal(page.workers().length, 1);
});

test("what fails beforehand is not told; the run asks again and tells", async (t) => {
  on.server.fail("interpreters/micropython/micropython.wasm", "missing");
  t.after(() => on.server.heal());
  const page = await open(t, on, far(""), { expected: /404/ });
  const here = editorOn(page, "#here");
  await Promise.all([comes(page, "micropython.wasm"), here.host.hover()]);
  await settled(page);
  assert.deepEqual([await here.state(), await here.failure.textContent()], ["idle", ""]);
  const { outcome, error } = await here.run("print(1)");
  assert.equal(outcome, "error");
  assert.match(error ?? "", /micropython\.wasm could not be loaded/);
});
