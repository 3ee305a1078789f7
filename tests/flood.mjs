/**
 * What an endless `print` does to a page, as a table: frames, beside those of the
 * same page at rest and of one whose program only computes (the machine has others
 * to serve, too); the longest task by the clock and by what it took of the processor,
 * memory, and how long Stop takes. For figures only; no test depends on it.
 *
 *   node tests/flood.mjs            a minute of each interpreter, with and without isolation
 *   node tests/flood.mjs 10         so many seconds of each
 *
 * It reads `dist/`. Memory is that of the page's process, of systems with /proc.
 */
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { launch, startServer } from "./harness.mjs";

const SECONDS = Number(process.argv[2] ?? 60);
const CODE = "i = 0\nwhile True:\n    print(i)\n    i += 1";
/** What a page does that is compared with, in seconds. */
const COMPARED = Math.min(5, SECONDS);

/** Megabytes that the processes of pages take. */
async function memory(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const sizes = processInfo
    .filter(({ type }) => type === "renderer")
    .map(async ({ id }) => {
      const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => "");
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    });
  return Math.max(...(await Promise.all(sizes)));
}

/** The longest task of the page in a trace, in milliseconds of the processor. */
function longest(trace) {
  const events = JSON.parse(trace.toString()).traceEvents;
  const mains = events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(({ tid }) => tid);
  return events.reduce((most, { tid, tdur }) => (tdur && mains.includes(tid) ? Math.max(most, tdur / 1000) : most), 0);
}

/** Runs in the page: keeps frames and long tasks from here on. */
function record() {
  const kept = { frames: 0, gap: 0, task: 0, start: performance.now() };
  let last = kept.start;
  const frame = (now) => {
    if (window.kept !== kept) return;
    kept.frames += 1;
    kept.gap = Math.max(kept.gap, now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => (kept.task = Math.max(kept.task, duration)))).observe({ type: "longtask" });
  Object.assign(window, { kept });
}

/** Frames a second since `record`. */
const frames = ({ frames, ms }) => ((frames / ms) * 1000).toFixed(1);
const kept = (page) => page.evaluate(() => ({ ...kept, ms: performance.now() - kept.start }));

/** Frames a second of the next moments. */
async function compared(page) {
  await page.evaluate(record);
  await sleep(COMPARED * 1000);
  return frames(await kept(page));
}

async function measure(browser, server, tag) {
  const page = await browser.newPage();
  await page.goto(`${server.url}/flood-${tag}`);
  const editor = page.locator(tag);
  await editor.locator(".content").waitFor();
  const isIsolated = await page.evaluate(() => crossOriginIsolated);
  const run = (code) => editor.evaluate((element, code) => ((element.code = code), element.run().then(() => {})), code);
  await run("pass");
  const before = await memory(browser);
  const idle = await compared(page);
  const computed = run("while True: pass");
  const computing = await compared(page);
  await editor.evaluate((element) => element.stop());
  await computed;
  await page.evaluate(record);
  await browser.startTracing(page, { categories: ["toplevel"] });
  const ended = run(CODE);
  await sleep((SECONDS * 1000) / 2);
  const half = await memory(browser);
  await sleep((SECONDS * 1000) / 2);
  const after = await memory(browser);
  const during = await kept(page);
  const processor = longest(await browser.stopTracing());
  const stopMs = await editor.evaluate(async (element) => {
    const done = new Promise((done) => ["py:done", "mpy:done"].forEach((name) => element.addEventListener(name, done, { once: true })));
    const from = performance.now();
    element.shadowRoot.querySelector("button.run").click();
    await done;
    return performance.now() - from;
  });
  await ended;
  const said = await editor.locator(".said").textContent();
  await page.close();
  return [
    `${tag}${isIsolated ? "" : ", not isolated"}`,
    [idle, computing, frames(during)].join(" / "),
    during.gap.toFixed(0),
    during.task ? during.task.toFixed(0) : "under 50",
    processor.toFixed(0),
    [before, half, after].map((size) => size.toFixed(0)).join(" / "),
    stopMs.toFixed(0),
    /^[\d,]+ lines/.exec(said)?.[0],
  ];
}

console.log(`${SECONDS} s of print(i) in an endless loop\n`);
console.log("| editor | frames a second at rest / computing / in the flood | longest gap, ms | longest task, ms | of the processor | memory before / half / end, MB | Stop, ms | written |");
console.log("|---|--:|--:|--:|--:|--:|--:|--:|");
for (const isolated of [true, false]) {
  const server = await startServer({ isolated });
  for (const tag of ["py-editor", "mpy-editor"]) {
    const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>flood</title><script type="module" src="/dist/py-editor.js"></script><${tag}></${tag}></html>`;
    server.route(`/flood-${tag}`, { body, type: "text/html; charset=utf-8" });
    const browser = await launch();
    console.log(`| ${(await measure(browser, server, tag)).join(" | ")} |`);
    await browser.close();
  }
  await server.close();
}
