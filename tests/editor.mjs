/**
 * An editor as a reader and a page see it, for browser tests: its parts, what
 * it shows, and the events that were heard from it. It leans on the classes of
 * the shadow root (the contract of styles/) and on the element's public members.
 *
 * Not here: servers and browsers (harness.mjs), and no test case.
 */

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { markedText } from "./reading.mjs";
import { typistBy } from "./typist.mjs";

/** How long anything may take before it counts as stuck. Nothing waits for it to pass. */
export const HANG = 60_000;

/** Both kinds of editor, for tests that hold for both. */
export const KINDS = [
  { tag: "py-editor", prefix: "py", name: "Pyodide" },
  { tag: "mpy-editor", prefix: "mpy", name: "MicroPython" },
];

/**
 * Keeps every event of every editor, before any script of a page can miss one:
 * `heard` is a list of `{ name, id, detail, state, composed, bubbles }`.
 */
export const RECORDER = `<script>
  window.heard = [];
  for (const name of ["py:progress", "py:ready", "py:input", "py:done", "mpy:progress", "mpy:ready", "mpy:input", "mpy:done", "py:all-done"]) {
    window.addEventListener(name, (event) => {
      const { detail = null, composed, bubbles } = event;
      // Inside of a shadow root the window only hears of its host.
      const target = event.composedPath()[0];
      heard.push({ name, id: target.id ?? "", detail, state: target.state ?? "", composed, bubbles, target });
    });
  }
</script>`;

/**
 * Opens a page that records the events of its editors.
 * @param {ReturnType<typeof import("./harness.mjs").site>} on
 * @param {import("node:test").TestContext} t
 * @param {string} html
 * @param {{ head?: string, spare?: boolean, expected?: RegExp, context?: import("playwright-core").BrowserContextOptions }} [options]
 */
export async function open(t, on, html, { head = "", ...options } = {}) {
  const page = await on.page(t, html, { head: RECORDER + head, ...options });
  page.setDefaultTimeout(HANG);
  return page;
}

/**
 * A page with one editor.
 * @param {ReturnType<typeof import("./harness.mjs").site>} on
 * @param {import("node:test").TestContext} t
 * @param {{ tag?: string, code?: string, attributes?: string } & Parameters<typeof open>[3]} [about]
 */
export async function openEditor(t, on, { tag = "mpy-editor", code = "", attributes = "", ...options } = {}) {
  const page = await open(t, on, `<${tag} ${attributes}></${tag}>`, options);
  const editor = editorOn(page, tag);
  await editor.content.waitFor();
  await editor.setCode(code);
  return editor;
}

/**
 * Text as HTML that shows it.
 * @param {string} text
 */
export const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/**
 * @param {import("playwright-core").Page} page
 * @param {string} selector of the element
 */
export function editorOn(page, selector = "py-editor, mpy-editor") {
  const host = page.locator(selector).first();
  const within = (/** @type {string} */ css) => host.locator(css);

  /** The element is there and its class is known. */
  const defined = () => host.evaluate((element) => customElements.whenDefined(element.localName).then(() => {}));
  const editor = {
    page,
    host,
    /** Only an editor has it: a block of text that waits has no button. */
    button: within("button.run"),
    name: within(".bar .name"),
    status: within(".bar .status"),
    content: within(".content[contenteditable]"),
    gutter: within(".gutter"),
    lines: within(".line"),
    output: within(".output .scroll"),
    failure: within(".failure"),
    errorText: within(".failure > .error-text"),
    frames: within(".failure .frames li"),
    links: within(".failure .frame"),
    retry: within("button.retry"),
    raw: within(".failure details .raw"),
    errorLine: within(".line.error"),
    fault: within(".line .fault"),

    /** @returns {Promise<string>} */
    code: async () => (await defined(), host.evaluate((element) => element.code)),
    /** @param {string} text */
    setCode: async (text) => (await defined(), host.evaluate((element, text) => void (element.code = text), text)),
    /** @returns {Promise<string>} */
    state: () => host.evaluate((element) => element.state),

    /** What a reader sees of the text: the lines in the DOM. */
    shown: () => editor.lines.evaluateAll((lines) => lines.map((line) => line.textContent).join("\n")),

    /** Everything the program wrote, as the page shows it. */
    written: async () => (await editor.output.textContent()) ?? "",

    /**
     * The editor holds this text and shows it.
     * @param {string} text
     */
    async holds(text) {
      assert.equal(await editor.code(), text);
      assert.equal(await editor.shown(), text);
    },

    /**
     * The text with the browser's selection in it: `|` is a caret, `«ab|»` and
     * `«|ab»` are ranges whose head is at the bar.
     */
    marked: () => host.evaluate(markedText),

    /**
     * @param {string} fixture in the notation of `marked`
     */
    async is(fixture) {
      assert.equal(await editor.marked(), fixture);
      await editor.holds(fixture.replace(/[«»|]/g, ""));
    },

    /** Puts the caret into the text at its end. */
    async focus() {
      await editor.content.focus();
      await page.keyboard.press("Control+End");
    },

    /** @param {...string} keys each pressed in turn, `"ArrowLeft*3"` three times */
    async press(...keys) {
      for (const key of keys) {
        const [name, times = "1"] = key.split("*");
        for (let time = 0; time < Number(times); time += 1) await page.keyboard.press(name);
      }
    },

    /** @param {string} text as keys, line breaks as Enter */
    type: (text) => page.keyboard.type(text),

    /** The events so far: `[{ name, detail, … }]`. */
    events: () => host.evaluate((element) => heard.filter(({ target }) => target === element).map(({ target, ...event }) => event)),

    /** How many runs have ended. */
    ended: () => host.evaluate((element) => heard.filter(({ name, target }) => target === element && name.endsWith(":done")).length),

    /**
     * Waits until `count` runs of this editor have ended, all told.
     * @param {number} [count]
     * @returns {Promise<{ worker: boolean, run: number, outcome: string, error: string | null, durationMs: number }>} of the last
     */
    async done(count = 1) {
      const element = await host.elementHandle();
      const found = await page.waitForFunction(
        ([element, count]) => heard.filter(({ name, target }) => target === element && name.endsWith(":done"))[count - 1]?.detail,
        /** @type {const} */ ([element, count]),
        { timeout: HANG },
      );
      return found.jsonValue();
    },

    /** Clicks Run and waits for the end. @param {string} [code] put there first */
    async run(code) {
      await editor.button.waitFor();
      if (code !== undefined) await editor.setCode(code);
      const before = await editor.ended();
      await editor.button.click();
      return editor.done(before + 1);
    },

    /** Waits for a state. @param {string} state */
    reaches: (state) => within(`.editor[data-state="${state}"]`).waitFor({ timeout: HANG }),

    /** Waits until the output has this text. @param {string | RegExp} text */
    says: (text) => editor.output.filter({ hasText: text }).waitFor({ timeout: HANG }),
  };
  return editor;
}

/**
 * Waits until the page has this many workers: the browser tells of their ends a little later.
 * @param {import("playwright-core").Page} page @param {number} count
 */
export async function workers(page, count) {
  const limit = performance.now() + HANG;
  while (page.workers().length !== count) {
    const one = page.workers()[0];
    assert.ok(performance.now() < limit, `${page.workers().length} workers instead of ${count}`);
    const more = page.workers().length < count;
    // An event that does not come is looked for again: it may have come before.
    await (more ? page.waitForEvent("worker", { timeout: 500 }) : one.waitForEvent("close", { timeout: 500 })).catch(() => {});
  }
}

/**
 * The hands of a person at an editor.
 * @param {ReturnType<typeof editorOn>} editor
 */
export function typistOn({ page, host, press, type }) {
  const { mouse, keyboard } = page;
  return typistBy({
    ask: (run, ...values) => host.evaluate((host, [source, values]) => new Function(`return ${source}`)()(host, ...values), /** @type {const} */ ([String(run), values])),
    press,
    type,
    async point(steps, { keys, count }) {
      for (const key of keys) await keyboard.down(key);
      for (const [act, x, y] of steps) {
        if (act === "move") await mouse.move(x, y);
        else if (act === "up") await mouse.up({ clickCount: count });
        else {
          // The presses before the last one of a double click.
          for (let clickCount = 1; clickCount < count; clickCount += 1) {
            await mouse.down({ clickCount });
            await mouse.up({ clickCount });
          }
          await mouse.down({ clickCount: count });
        }
      }
      for (const key of keys.toReversed()) await keyboard.up(key);
    },
    until,
  });
}

/** Asks until the answer is one. @param {() => Promise<unknown>} look */
async function until(look) {
  const limit = performance.now() + HANG;
  while (!(await look())) {
    assert.ok(performance.now() < limit, `still not: ${look}`);
    await sleep(10);
  }
}
