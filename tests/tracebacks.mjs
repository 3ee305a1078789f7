/**
 * Runs every wrong program of fixtures/wrong/programs.txt in both interpreters and keeps what they say of it, word for
 * word, beside it; for Pyodide also what its exceptions hold as objects, which is what the parser must read off the text.
 * Says what has changed since the last time. `node --stack-size=3900 tests/tracebacks.mjs [--check]`: with `--check`
 * nothing is written. (Deep recursion needs the stack that browsers give.)
 *
 * Not here: the parser and what is expected of it (native tests of runtime-protocol).
 */

import { readFileSync, writeFileSync } from "node:fs";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { loadPyodide } from "pyodide";

const FOLDER = new URL("../runtime-bridge/protocol/fixtures/wrong/", import.meta.url);
const OWN = new URL("../runtime-bridge/js/", import.meta.url);
/** As the session names a program. */
const FILE = "main-1.py";

const programs = readFileSync(new URL("programs.txt", FOLDER), "utf8")
  .split(/^== /m)
  .slice(1)
  .map((part) => {
    const end = part.indexOf("\n");
    return { title: part.slice(0, end), code: part.slice(end + 1).replace(/\n$/, "") };
  });

/** What the worker would post: the class, the text by lines. @typedef {{ kind: string, lines: string[], facts?: any }} Told */

/** Addresses differ from one run to the next. @param {string} text */
const steady = (text) => text.replace(/\b0x[0-9a-f]+/g, "0x1f0");

/** @param {any} error @returns {Told} */
const told = (error) => ({ kind: String(error.type ?? error.name), lines: steady(String(error.message)).split("\n") });

const DESCRIBE = `
import sys, traceback

def _columns(frame):
    if frame.colno is None or frame.lineno != frame.end_lineno or not frame._original_lines:
        return None
    line = frame._original_lines.split("\\n")[0]
    blank = len(line) - len(line.lstrip())
    # A frame knows bytes.
    at = lambda column: len(line.encode()[:column].decode()) - blank
    return [at(frame.colno), at(frame.end_colno)]

def _frames(error):
    frames = [[f.filename, f.lineno, f.name, _columns(f)] for f in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.lineno is not None:
        frames.append([error.filename or "<string>", error.lineno, None, None])
    return frames

def _safe(text):
    # JSON and UTF-8 have no lone surrogates.
    return text.encode("utf-8", "replace").decode()

def _text(told):
    lines = "".join(told.format_exception_only()).split("\\n")
    while lines and lines[0].startswith("  "):
        lines.pop(0)
    return _safe("\\n".join(lines)).rstrip("\\n")

def _facts(error, told, depth=0):
    facts = {"kind": told.exc_type_str, "text": _text(told), "frames": _frames(error)}
    if depth > 12:
        return facts
    if told.__cause__ is not None:
        facts["cause"] = _facts(error.__cause__, told.__cause__, depth + 1)
    elif told.__context__ is not None and not told.__suppress_context__:
        facts["context"] = _facts(error.__context__, told.__context__, depth + 1)
    if told.exceptions is not None:
        facts["members"] = [_facts(e, t, depth + 1) for e, t in zip(error.exceptions, told.exceptions)]
    return facts

def facts():
    import json
    error = sys.last_exc
    return json.dumps(_facts(error, traceback.TracebackException.from_exception(error, compact=True)))
`;

/** @returns {Promise<Record<string, Told | null>>} */
async function pyodide() {
  const python = await loadPyodide({ stdout: () => {}, stderr: () => {} });
  const own = python.toPy({ __name__: "<py-editor>" });
  python.runPython(readFileSync(new URL("pyodide.py", OWN), "utf8"), { globals: own, filename: "<py-editor>" });
  const [start] = own.get("_program")(() => false).toJs();
  const describe = python.toPy({ __name__: "<describe>" });
  python.runPython(DESCRIBE, { globals: describe });
  /** @type {Record<string, Told | null>} */
  const all = {};
  for (const { title, code } of programs) {
    const globals = python.toPy({ __name__: "__main__" });
    try {
      await start(code, FILE, globals);
      all[title] = null;
    } catch (error) {
      all[title] = told(error);
      try {
        const facts = JSON.parse(describe.get("facts")());
        all[title].facts = JSON.parse(steady(JSON.stringify(facts)));
      } catch (problem) {
        console.error(`${title}: its exception cannot be described: ${problem}`);
      }
    }
  }
  return all;
}

/** @returns {Promise<Record<string, Told | null>>} */
async function micropython() {
  /** @type {Record<string, Told | null>} */
  const all = {};
  for (const { title, code } of programs) {
    if (title.endsWith("(Pyodide)")) continue;
    const python = await loadMicroPython({ heapsize: 8 << 20, linebuffer: true, stdout: () => {}, stderr: () => {} });
    // What awaits a broken promise of JavaScript's never ends there; the worker hears of it by another way.
    const stuck = new Promise((resolve) => setTimeout(resolve, 2000, null));
    all[title] = await Promise.race([(async () => python.runPythonAsync(code))().then(() => null, told), stuck]);
  }
  return all;
}

// What interpreters throw once more, from their event loops.
process.on("uncaughtException", () => {});
process.on("unhandledRejection", () => {});

let changed = 0;
for (const [name, run] of Object.entries({ pyodide, micropython })) {
  const file = new URL(`${name}.json`, FOLDER);
  /** @type {Record<string, unknown>} */
  let before = {};
  try {
    before = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // The first time there is none.
  }
  const now = await run();
  const titles = new Set([...Object.keys(before), ...Object.keys(now)]);
  for (const title of titles) {
    const [old, fresh] = [before[title], now[title]].map((told) => told && JSON.stringify(told));
    if (old === fresh) continue;
    changed += 1;
    console.log(`${name}: ${title}: ${!(title in now) ? "gone" : !(title in before) ? "new" : "says something else"}`);
  }
  if (!process.argv.includes("--check")) writeFileSync(file, written(now));
}
console.log(changed ? `${changed} of ${programs.length * 2} have changed` : `nothing has changed in ${programs.length * 2}`);
process.exit(process.argv.includes("--check") && changed ? 1 : 0);

/** One line of JSON a line of text, so that a change is seen. @param {Record<string, Told | null>} all */
function written(all) {
  const entries = Object.entries(all).map(([title, told]) => {
    if (!told) return `${JSON.stringify(title)}: null`;
    const lines = told.lines.map((line) => `  ${JSON.stringify(line)}`).join(",\n");
    const facts = told.facts ? `,\n "facts": ${JSON.stringify(told.facts)}` : "";
    return `${JSON.stringify(title)}: {\n "kind": ${JSON.stringify(told.kind)}, "lines": [\n${lines}\n ]${facts}\n}`;
  });
  return `{\n${entries.join(",\n")}\n}\n`;
}
