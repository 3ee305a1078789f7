/**
 * A worker with a configuration, driven over its own messages: the planner of
 * `dist/config.js`, then `dist/worker.js` with the plan, as an editor's
 * environment does it. Tests of configurations need no more of a page.
 *
 * Not here: editors (editor.mjs), servers (harness.mjs), and no test case.
 */

import { readFile, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { HANG } from "./editor.mjs";

/** Both interpreters, as the messages name them. */
export const INTERPRETERS = /** @type {const} */ (["Pyodide", "MicroPython"]);

/** What browsers log by themselves of a file that does not come. */
export const NETWORK = /^console: (Failed to load resource|Access to)|net::ERR_/;

/** For a browser that finds no server but those of the tests. */
export const LOOPBACK_ONLY = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost";

const ROOT = new URL("../", import.meta.url);
const WHEELS = fileURLToPath(new URL("target/wheels/", ROOT));

/** What the set-up downloads. */
const LISTS = ["tests/wheels.txt", "xtask/wheels.txt"];

/**
 * The wheel of a package that the set-up has downloaded, in the version of the lists.
 * @param {string} start of its name
 * @returns {Promise<{ name: string, body: Buffer }>}
 */
export async function wheel(start) {
  const lists = await Promise.all(LISTS.map((list) => readFile(new URL(list, ROOT), "utf8")));
  const [, version] = new RegExp(`^${start.replace("_", "-")}==(\\S+)`, "m").exec(lists.join("\n")) ?? [];
  const files = await readdir(WHEELS, { recursive: true }).catch(() => []);
  const file = files.find((file) => file.split("/").at(-1)?.startsWith(`${start}-${version}-`));
  if (!file) throw new Error(`no wheel of ${start}: run \`cargo xtask setup --browser\``);
  return { name: /** @type {string} */ (file.split("/").at(-1)), body: await readFile(join(WHEELS, file)) };
}

/**
 * What became of a configuration and of the programs after it.
 * @typedef {{ plan?: any, refused?: string, fatal?: { kind: string, message: string, file?: string }, out: string, err: string,
 *   progress: { label: string, loaded_bytes: number, total_bytes: number }[], errors: ({ kind: string, message: string } | null)[] }} Outcome
 */

/**
 * Plans, starts a worker, and runs programs one after the other.
 * @param {import("playwright-core").Page} page
 * @param {"Pyodide" | "MicroPython"} interpreter
 * @param {string | object | null} config the attribute's text; an object becomes JSON, null is none
 * @param {...string} programs
 * @returns {Promise<Outcome>}
 */
export function configured(page, interpreter, config, ...programs) {
  page.setDefaultTimeout(HANG);
  const text = config === null || typeof config === "string" ? config : JSON.stringify(config);
  return page.evaluate(drive, { interpreter, text, programs });
}

/** Runs in the page. @param {{ interpreter: "Pyodide" | "MicroPython", text: string | null, programs: string[] }} about */
async function drive({ interpreter, text, programs }) {
  /** @type {Outcome} */
  const outcome = { out: "", err: "", progress: [], errors: [] };
  const { plan } = await import(/** @type {any} */ ("/dist/config.js"));
  try {
    if (text !== null) outcome.plan = await plan(text, { page: document.baseURI, interpreter });
  } catch (/** @type {any} */ error) {
    outcome.refused = error.message;
    return outcome;
  }
  const folder = new URL(`/dist/interpreters/${interpreter.toLowerCase()}/`, location.href).href;
  const [entry, wasm, files] = {
    Pyodide: ["pyodide.mjs", "pyodide.asm.wasm", ["python_stdlib.zip", "pyodide-lock.json"]],
    MicroPython: ["micropython.mjs", "micropython.wasm", []],
  }[interpreter];
  const blob = async (/** @type {string} */ name) => [name, await (await fetch(folder + name)).blob()];
  const parcel = {
    module: await WebAssembly.compileStreaming(fetch(folder + wasm)),
    files: Object.fromEntries(await Promise.all(files.map(blob))),
  };

  const worker = new Worker("/dist/worker.js", { type: "module" });
  /** @type {(value: any) => void} */
  let next = () => {};
  const settled = () => new Promise((resolve) => (next = resolve));
  worker.onerror = (event) => next({ Fatal: { kind: "Worker", message: event.message } });
  worker.onmessage = ({ data }) => {
    if (data.Output) for (const { stream, text } of data.Output) outcome[stream === "Out" ? "out" : "err"] += text;
    else if (data.Progress) outcome.progress.push(data.Progress);
    else if (data === "Booted" || data.Done || data.Fatal) next(data);
  };
  try {
    const booted = settled();
    const prepare = { interpreter, entry: folder + entry, base: document.baseURI };
    worker.postMessage({ message: { Prepare: prepare }, parcel: { plan: outcome.plan } });
    worker.postMessage({ message: "Boot", parcel });
    let said = await booted;
    for (const [index, code] of programs.entries()) {
      if (said.Fatal) break;
      const done = settled();
      worker.postMessage({ message: { Run: { run: index + 1, file: `main-${index + 1}.py`, code, hidden: false } } });
      said = await done;
      outcome.errors.push(said.Done?.error ?? null);
    }
    outcome.fatal = said.Fatal;
    return outcome;
  } finally {
    worker.terminate();
  }
}
