/**
 * One shape for three engines: a browser with one tab that can be sent to an
 * address, evaluate, point and type, and an editor in it. Chromium and Firefox
 * are driven by puppeteer (WebDriver BiDi for Firefox), WebKitGTK by its own
 * WebDriver server under a display without a screen.
 *
 * Each engine's program comes from a variable (`CHROMIUM`, `FIREFOX`,
 * `WEBKIT_DRIVER`, `XVFB`, which `cargo xtask test` sets), or is looked for where Debian
 * puts it. `missing` says in words what an engine lacks.
 *
 * Not here: Chromium's own tests (harness.mjs, editor.mjs), and no test case.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { arch, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, afterEach, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import puppeteer from "puppeteer-core";
import { HANG, RECORDER } from "./editor.mjs";
import { documentOf, NO_SPARE, startServer } from "./harness.mjs";
import { typistBy } from "./typist.mjs";

/** How often a condition is looked at, in milliseconds. */
const LOOK = 25;

/**
 * A browser with one tab. `evaluate` runs a function in the page and gives what it,
 * or its promise, returns. Points are CSS pixels of the window.
 * @typedef {{
 *   goto(url: string): Promise<unknown>,
 *   evaluate(run: (...values: any[]) => any, ...values: any[]): Promise<any>,
 *   click(x: number, y: number): Promise<unknown>,
 *   point: import("./typist.mjs").Hands["point"],
 *   press(keys: string[]): Promise<unknown>,
 *   type(text: string): Promise<unknown>,
 *   close(): Promise<unknown>,
 * }} Driver
 */

const MULTIARCH = { x64: "x86_64", arm64: "aarch64" }[arch()] ?? arch();
const PROGRAMS = {
  chromium: process.env.CHROMIUM ?? "/usr/bin/chromium",
  firefox: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
  webkit: process.env.WEBKIT_DRIVER ?? "/usr/bin/WebKitWebDriver",
  display: process.env.XVFB ?? "/usr/bin/Xvfb",
  window: `/usr/lib/${MULTIARCH}-linux-gnu/webkit2gtk-4.1/MiniBrowser`,
};

/** Why the tests of an engine are skipped, or that they are not. @param {string[]} programs that it needs */
const lacking = (...programs) => programs.filter((program) => !existsSync(program)).map((program) => `${program} is not there`).join(", ") || false;

/**
 * The engines beside the one that has a whole matrix of its own. `start` gives a
 * browser, for pages with or without shared memory: Firefox goes by the page's
 * headers alone, WebKitGTK has none unless told to, not even on isolated pages. One that
 * `forgets` is driven as a private window: what a page stores goes with the page.
 * @type {{ name: string, start: (memory: "shared" | "own") => Promise<Driver>, missing: string | false, forgets: boolean }[]}
 */
export const ENGINES = [
  { name: "Firefox", start: startFirefox, missing: lacking(PROGRAMS.firefox), forgets: false },
  { name: "WebKitGTK", start: startWebKit, missing: lacking(PROGRAMS.webkit, PROGRAMS.display, PROGRAMS.window), forgets: true },
];

/** @returns {Promise<Driver>} */
async function startFirefox() {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: PROGRAMS.firefox,
    headless: true,
    protocolTimeout: 3 * HANG,
  });
  const page = await browser.newPage();
  return {
    goto: (url) => page.goto(url),
    evaluate: (run, ...values) => page.evaluate(run, ...values),
    click: (x, y) => page.mouse.click(x, y),
    async point(steps, { keys, count }) {
      for (const key of keys) await page.keyboard.down(/** @type {any} */ (key));
      // In one go, or the browser does not count presses; puppeteer has a way for clicks only.
      const { browsingContext } = /** @type {any} */ (page.mainFrame());
      await browsingContext.performActions([{ ...pointerActions(steps, count), id: "__puppeteer_mouse" }]);
      for (const key of keys.toReversed()) await page.keyboard.up(/** @type {any} */ (key));
    },
    async press(keys) {
      for (const key of keys) await page.keyboard.down(/** @type {any} */ (key));
      for (const key of keys.toReversed()) await page.keyboard.up(/** @type {any} */ (key));
    },
    type: (text) => page.keyboard.type(text),
    close: () => browser.close(),
  };
}

/**
 * A mouse as WebDriver writes it. A double click is two presses, which the browser counts itself.
 * @param {Parameters<Driver["point"]>[0]} steps @param {number} count
 */
function pointerActions(steps, count) {
  const [down, up] = ["pointerDown", "pointerUp"].map((type) => ({ type, button: 0 }));
  const actions = steps.flatMap(([act, x, y]) => {
    if (act === "move") return [{ type: "pointerMove", duration: 0, x: Math.round(x), y: Math.round(y) }];
    return act === "up" ? [up] : [...Array(count - 1).fill([down, up]).flat(), down];
  });
  return { type: "pointer", id: "mouse", actions };
}

/** Keys that are no characters, as WebDriver writes them. */
const KEYS = {
  Backspace: "\uE003", Tab: "\uE004", Enter: "\uE007", Shift: "\uE008", Control: "\uE009", Alt: "\uE00A", Escape: "\uE00C", PageUp: "\uE00E",
  PageDown: "\uE00F", End: "\uE010", Home: "\uE011", ArrowLeft: "\uE012", ArrowUp: "\uE013", ArrowRight: "\uE014", ArrowDown: "\uE015",
  Delete: "\uE017", F3: "\uE033",
};

/** What WebKitGTK wants to know where there is no user to protect and no screen. */
const HEADLESS = { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1", WEBKIT_DISABLE_COMPOSITING_MODE: "1", NO_AT_BRIDGE: "1" };

/** @param {"shared" | "own"} memory @returns {Promise<Driver>} */
async function startWebKit(memory) {
  const home = await mkdtemp(join(tmpdir(), "webkit-"));
  const [display, screen] = await startDisplay();
  const port = await freePort();
  const server = spawn(PROGRAMS.webkit, [`--port=${port}`], {
    env: { ...process.env, ...HEADLESS, JSC_useSharedArrayBuffer: memory === "shared" ? "1" : "0", DISPLAY: `:${screen}`, HOME: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home },
    stdio: "ignore",
  });
  const children = [server, display];
  // Also when the tests are ended from outside.
  process.once("exit", () => children.forEach((child) => child.kill()));
  process.once("SIGTERM", () => process.exit(1));
  const close = async () => {
    for (const child of children) await ended(child);
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const session = await newSession(`http://127.0.0.1:${port}`);
    return { ...session, close: () => session.quit().finally(close) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A tab by the WebDriver protocol. @param {string} server */
async function newSession(server) {
  const options = { binary: PROGRAMS.window, args: ["--automation"] };
  const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": options, timeouts: { script: 3 * HANG, pageLoad: HANG } } };
  const { sessionId } = await until(() => ask(server, "POST", "/session", { capabilities }).catch(refused));
  /** @param {string} path @param {object} body */
  const post = (path, body) => ask(server, "POST", `/session/${sessionId}${path}`, body);
  /** @param {object[]} actions */
  const key = (actions) => post("/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  /** @param {Parameters<Driver["point"]>[0]} steps @param {number} [count] */
  const pointer = (steps, count = 1) => post("/actions", { actions: [pointerActions(steps, count)] });
  const code = (/** @type {string} */ name) => KEYS[/** @type {keyof typeof KEYS} */ (name)] ?? name;
  const down = (/** @type {string} */ value) => ({ type: "keyDown", value });
  const up = (/** @type {string} */ value) => ({ type: "keyUp", value });
  return {
    goto: (/** @type {string} */ url) => post("/url", { url }),
    /** @type {Driver["evaluate"]} */
    async evaluate(run, ...values) {
      const script = `const [values, done] = arguments;
        Promise.resolve().then(() => (${run})(...values)).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
      const { value, error } = await post("/execute/async", { script, args: [values] });
      if (error) throw new Error(error);
      return value;
    },
    click: (/** @type {number} */ x, /** @type {number} */ y) => pointer([["move", x, y], ["down", x, y], ["up", x, y]]),
    /** @type {Driver["point"]} */
    async point(steps, { keys, count }) {
      if (keys.length) await key(keys.map(code).map(down));
      await pointer(steps, count);
      if (keys.length) await key(keys.map(code).toReversed().map(up));
    },
    press(/** @type {string[]} */ keys) {
      const values = keys.map(code);
      return key([...values.map(down), ...values.toReversed().map(up)]);
    },
    type: (/** @type {string} */ text) => key([...text.replaceAll("\n", KEYS.Enter)].flatMap((value) => [down(value), up(value)])),
    quit: () => ask(server, "DELETE", `/session/${sessionId}`),
  };
}

/** One command of WebDriver. @param {string} server @param {string} method @param {string} path @param {object} [body] */
async function ask(server, method, path, body) {
  const response = await fetch(server + path, { method, body: body && JSON.stringify(body), headers: { "content-type": "application/json" } });
  const { value } = /** @type {any} */ (await response.json());
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

/** Nothing, while a server does not listen yet. @param {any} error */
function refused(error) {
  if (error.cause?.code !== "ECONNREFUSED") throw error;
}

/** A display without a screen, and its number. @returns {Promise<[import("node:child_process").ChildProcess, string]>} */
async function startDisplay() {
  const display = spawn(PROGRAMS.display, ["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"], { stdio: ["ignore", "pipe", "ignore"] });
  for await (const number of createInterface({ input: display.stdout })) return [display, number];
  throw new Error(`${PROGRAMS.display} gave no display`);
}

/** @param {import("node:child_process").ChildProcess} child */
async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((done) => child.once("exit", done));
  child.kill();
  await exit;
}

/** @returns {Promise<number>} */
function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  return new Promise((free) => server.once("listening", () => {
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    server.close(() => free(port));
  }));
}

/**
 * Asks until the answer is one. @template T
 * @param {() => T} look @param {() => Promise<string>} [describe] what there is instead
 * @returns {Promise<NonNullable<Awaited<T>>>}
 */
async function until(look, describe = async () => String(look)) {
  const limit = performance.now() + HANG;
  for (;;) {
    const found = await look();
    if (found) return /** @type {any} */ (found);
    if (performance.now() > limit) assert.fail(`still not: ${await describe()}`);
    await sleep(LOOK);
  }
}

/**
 * Notes what nobody caught and what the console calls an error, and which workers
 * there are: an engine that is driven from outside tells neither.
 */
const WATCH = `<script>
  window.troubles = [];
  window.workers = new Set();
  addEventListener("error", (event) => troubles.push(String(event.message)));
  addEventListener("unhandledrejection", ({ reason }) => troubles.push(String(reason?.stack ?? reason)));
  const report = console.error;
  console.error = (...said) => (troubles.push(said.map(String).join(" ")), report.apply(console, said));
  const Native = Worker;
  window.Worker = class extends Native {
    constructor(...about) {
      super(...about);
      workers.add(this);
    }
    terminate() {
      workers.delete(this);
      super.terminate();
    }
  };
</script>`;

/**
 * Opens a page that keeps the events of its editors (`heard`), its errors and its workers.
 * @param {Driver} browser @param {Awaited<ReturnType<typeof import("./harness.mjs").startServer>>} server
 */
export async function openPage(browser, server) {
  server.route("/engine.html", { type: "text/html; charset=utf-8", body: documentOf(NO_SPARE + RECORDER + WATCH, "") });
  /** Another visit to the same page. */
  const visit = async () => {
    await browser.goto(`${server.url}/engine.html`);
    await browser.evaluate(() => customElements.whenDefined("mpy-editor").then(() => {}));
  };
  await visit();
  let editors = 0;
  return {
    ...browser,
    visit,
    /** @returns {Promise<string[]>} errors that nobody caught, and those of the console, since the last question */
    troubles: () => browser.evaluate(() => troubles.splice(0)),

    /** Takes all editors away. */
    clear: () => browser.evaluate(() => document.body.replaceChildren()),

    /** Waits until the page has this many workers. @param {number} count */
    workers: (count) => until(
      () => browser.evaluate((count) => workers.size === count, count),
      () => browser.evaluate(() => `${workers.size} workers`),
    ),

    /**
     * Waits until the page is another one, or the same anew, of which this holds.
     * @param {() => boolean} holds
     */
    loadedAgain: (holds) => until(() => browser.evaluate(holds).catch(() => false)),

    /**
     * Puts an editor into the page and waits until it is one.
     * @param {string} tag @param {string} [code] @param {Record<string, string>} [attributes]
     */
    async editor(tag, code = "", attributes = {}) {
      const id = `editor-${++editors}`;
      await browser.evaluate((tag, textContent, attributes) => {
        const element = Object.assign(document.createElement(tag), { textContent });
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
        document.body.prepend(element);
      }, tag, code, { id, ...attributes });
      const editor = editorIn(browser, id);
      await editor.box("button.run");
      return editor;
    },
  };
}

/**
 * A browser with one page for all tests of a block. Each leaves it as it was: no
 * editor, no worker, no error.
 * @typedef {{ isolated: boolean, memory: "shared" | "own" }} Kind
 * @param {typeof ENGINES[0]} engine @param {Kind} kind
 */
export function onePage(engine, { isolated, memory }) {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Driver} */
  let browser;
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let page;
  before(async () => {
    [server, browser] = await Promise.all([startServer({ isolated }), engine.start(memory)]);
    page = await openPage(browser, server);
    const found = await page.evaluate(() => [crossOriginIsolated, "SharedArrayBuffer" in window]);
    assert.deepEqual(found, [isolated, memory === "shared"]);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });
  afterEach(async () => {
    await page.clear();
    await page.workers(0);
    assert.deepEqual(await page.troubles(), [], "the page reported errors");
  });
  return {
    get server() {
      return server;
    },
    get page() {
      return page;
    },
  };
}

/** An editor as its reader has it. @param {Driver} browser @param {string} id */
function editorIn(browser, id) {
  /** Texts of all that match inside of its shadow root; behind `>>>`, inside of theirs. @param {string} css @returns {Promise<string[]>} */
  const texts = (css) => browser.evaluate((id, css) => {
    const root = /** @type {ShadowRoot} */ (document.getElementById(id)?.shadowRoot);
    const [outer, inner] = css.split(" >>> ");
    const found = [...root.querySelectorAll(outer)];
    return (inner ? found.flatMap((host) => [...(host.shadowRoot?.querySelectorAll(inner) ?? [])]) : found).map(({ textContent }) => textContent);
  }, id, css);
  const shown = async () => `${(await texts(".bar .status")).join()} | ${(await texts(".output")).join()}`;

  const editor = {
    texts,
    /** @param {string} css */
    text: async (css) => (await texts(css)).join(""),
    /** What the program wrote. */
    written: () => editor.text(".output .scroll"),
    /** @returns {Promise<string>} */
    code: () => browser.evaluate((id) => document.getElementById(id).code, id),
    /** @param {string} code */
    setCode: (code) => browser.evaluate((id, code) => void (document.getElementById(id).code = code), id, code),
    /** @returns {Promise<string>} */
    state: () => browser.evaluate((id) => document.getElementById(id).state, id),
    remove: () => browser.evaluate((id) => void document.getElementById(id)?.remove(), id),

    /** The middle of a part, in sight, as soon as it is there. @param {string} css @returns {Promise<[number, number]>} */
    box: (css) => until(() => browser.evaluate((id, css) => {
      const part = document.getElementById(id)?.shadowRoot?.querySelector(css);
      part?.scrollIntoView({ block: "nearest" });
      const { x, y, width, height } = part?.getBoundingClientRect() ?? new DOMRect();
      return width && height ? [x + width / 2, y + height / 2] : null;
    }, id, css), async () => `${css} in ${id}`),
    /** @param {string} css */
    click: async (css) => browser.click(...(await editor.box(css))),

    /** The hands of a person at it. */
    typist: () => typistBy({
      ask: (run, ...values) => browser.evaluate(
        (id, source, values) => new Function(`return ${source}`)()(document.getElementById(id), ...values),
        id,
        String(run),
        values,
      ),
      async press(...keys) {
        for (const key of keys) {
          const [name, times = "1"] = key.split("*");
          for (let time = 0; time < Number(times); time += 1) await browser.press(name.split("+"));
        }
      },
      type: browser.type,
      point: browser.point,
      until,
    }),

    /** Puts the caret into the text, by the mouse. */
    focus: () => editor.click(".content[contenteditable]"),
    /** @param {...string} keys as `"Control+c"` */
    async press(...keys) {
      for (const key of keys) await browser.press(key.split("+"));
    },

    /** Names of its events, repetitions left out. @returns {Promise<string[]>} */
    story: () => browser.evaluate((id) => {
      const names = heard.filter(({ target }) => target.id === id).map(({ name }) => name);
      return names.filter((name, index) => name !== names[index - 1]);
    }, id),
    /** How its interpreter came up, repetitions left out. @returns {Promise<string[]>} */
    phases: () => browser.evaluate((id) => {
      const phases = heard.filter(({ name, target }) => target.id === id && name.endsWith(":progress")).map(({ detail }) => detail.phase);
      return phases.filter((phase, index) => phase !== phases[index - 1]);
    }, id),
    /** @returns {Promise<number>} runs that have ended */
    ended: () => browser.evaluate((id) => heard.filter(({ name, target }) => target.id === id && name.endsWith(":done")).length, id),
    /** Waits for the end of a run. @param {number} count of all runs @returns {Promise<{ outcome: string, error: string | null }>} */
    done: (count) => until(() => browser.evaluate(
      (id, count) => heard.filter(({ name, target }) => target.id === id && name.endsWith(":done"))[count - 1]?.detail,
      id,
      count,
    ), shown),
    /** Waits until something matches. @param {string} css */
    has: (css) => until(async () => (await texts(css)).length > 0, shown),
    /** Waits until the output has this text. @param {string} text */
    says: (text) => until(async () => (await editor.text(".output")).includes(text), shown),

    /** Clicks Run and waits for the end. @param {string} [code] put there first */
    async run(code) {
      if (code !== undefined) await editor.setCode(code);
      const before = await editor.ended();
      await editor.click("button.run");
      return editor.done(before + 1);
    },
    /** Runs what must end well, and gives what it wrote. @param {string} code */
    async program(code) {
      const { outcome } = await editor.run(code);
      assert.equal(outcome, "ok", await editor.text(".output"));
      return editor.written();
    },
  };
  return editor;
}
