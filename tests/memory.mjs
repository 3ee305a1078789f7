/**
 * What a document takes beside the DOM, as a table: bytes of the module's memory for
 * each character, over that of an editor without text. For figures only; no test
 * depends on it. WebAssembly's memory grows and never shrinks, so what was needed
 * for a moment counts as well.
 *
 *   node tests/memory.mjs              1,000, 10,000 and 100,000 lines
 *   node tests/memory.mjs 5000         so many lines
 *
 * It reads `dist/`. `cargo run --release -p editor-core --example memory` shows the parts.
 */
import { readFile, readdir } from "node:fs/promises";
import { launch, startServer, documentOf, NO_SPARE } from "./harness.mjs";

const FOLDER = new URL("../runtime-bridge/js/", import.meta.url);
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1_000, 10_000, 100_000];

/** Programs of this project, one after the other, until there are so many lines. */
async function textOf(lines) {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".py")).sort();
  const programs = await Promise.all(names.map((name) => readFile(new URL(name, FOLDER), "utf8")));
  const all = programs.join("\n").split("\n");
  return Array.from({ length: lines }, (_, at) => all[at % all.length]).join("\n");
}

/** Keeps the memory of every module that has one. */
const WATCH = `<script>
  window.memories = new Set();
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const native = WebAssembly[name];
    WebAssembly[name] = async (...all) => {
      const made = await native(...all);
      for (const value of Object.values((made.instance ?? made).exports)) if (value instanceof WebAssembly.Memory) memories.add(value);
      return made;
    };
  }
</script>`;

const taken = (page) => page.evaluate(() => [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0));
const rest = (page) => page.waitForTimeout(2_000);

const server = await startServer();
const browser = await launch();
console.log("lines     characters  opened  parsed  edited   (bytes a character)");
for (const lines of sizes) {
  const text = await textOf(lines);
  server.route("/memory.html", { type: "text/html; charset=utf-8", body: documentOf(NO_SPARE + WATCH, "<mpy-editor rows='20'></mpy-editor>") });
  const page = await browser.newPage();
  await page.goto(`${server.url}/memory.html`);
  const content = page.locator("mpy-editor .content[contenteditable]");
  await content.click();
  await page.locator("mpy-editor .marks").waitFor({ state: "attached" });
  await rest(page);
  const before = await taken(page);
  const a = (bytes) => ((bytes - before) / text.length).toFixed(2).padStart(6);
  await page.evaluate((text) => void (document.querySelector("mpy-editor").code = text), text);
  const opened = await taken(page);
  await rest(page);
  const parsed = await taken(page);
  await page.keyboard.press("Control+End");
  for (let word = 0; word < 100; word += 1) await page.keyboard.type("value ");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Tab");
  for (let step = 0; step < 10; step += 1) await page.keyboard.press("Control+z");
  await rest(page);
  console.log(`${String(lines).padEnd(8)}  ${String(text.length).padEnd(10)}  ${a(opened)}  ${a(parsed)}  ${a(await taken(page))}`);
  await page.close();
}
await browser.close();
await server.close();
