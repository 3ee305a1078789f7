/**
 * The project's figures: runs the editor benchmark on `dist/` and its peers in
 * turn, and prints each goal with the ratio reached, both from the same run.
 *
 *   cargo xtask bench                      every goal
 *   cargo xtask bench load typing          only these measures
 *   cargo xtask bench --reps 3             repetitions (default 5)
 *
 * The benchmark itself lies beside the checkout, or where BENCH_DIR says; its
 * peers are installed into `target/bench` the first time. Not here: how the
 * page is driven (`bench-adapter.mjs`), and any figure that a test depends on.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const WORK = path.join(ROOT, "target/bench");
const TOOL = path.join(WORK, "tool");

/** What is to be reached: ours divided by the peer's, medians of the ratios within each repetition. */
const GOALS = [
  { what: "page with 1 editor, kB", measure: "load", labels: { editors: 1, cpu: "1x" }, metric: "kB", peer: "pyscript", most: 0.75 },
  { what: "100 editors, first editable", measure: "load", labels: { editors: 100 }, metric: "firstMs", peer: "pyscript", most: 0.5 },
  { what: "100 editors, all in view editable", measure: "load", labels: { editors: 100 }, metric: "allMs", peer: "pyscript", most: 0.5 },
  ...[100, 1_000, 10_000, 100_000].map((lines) => ({
    what: `typing in ${lines.toLocaleString("en")} lines, key to paint 95 %`,
    measure: "typing",
    labels: { lines },
    metric: "paintP95",
    peer: "codemirror6",
    most: 0.5,
  })),
  { what: "MicroPython, click to first output", measure: "run", labels: { case: "first, re-run, second editor", interpreter: "micropython" }, metric: "firstVisitMs", peer: "bare", most: 1.3 },
  { what: "1,000 reads of document.title, MicroPython", measure: "compute", labels: { interpreter: "micropython" }, metric: "domUs", peer: "pyscript", most: 1 },
  { what: "1,000 reads of document.title, Pyodide", measure: "compute", labels: { interpreter: "pyodide" }, metric: "domUs", peer: "pyscript", most: 1 },
  { what: "n-body beside the bridge, MicroPython", measure: "compute", labels: { interpreter: "micropython" }, metric: "nbodyMs", peer: "bare", most: 1.05 },
  { what: "n-body beside the bridge, Pyodide", measure: "compute", labels: { interpreter: "pyodide" }, metric: "nbodyMs", peer: "bare", most: 1.05 },
  { what: "fannkuch beside the bridge, MicroPython", measure: "compute", labels: { interpreter: "micropython" }, metric: "fannkuchMs", peer: "bare", most: 1.05 },
  { what: "fannkuch beside the bridge, Pyodide", measure: "compute", labels: { interpreter: "pyodide" }, metric: "fannkuchMs", peer: "bare", most: 1.05 },
  { what: "first MicroPython run", measure: "run", labels: { case: "first, re-run, second editor", interpreter: "micropython" }, metric: "firstVisitMs", peer: "pyscript", most: 0.8 },
  { what: "second MicroPython editor", measure: "run", labels: { case: "first, re-run, second editor", interpreter: "micropython" }, metric: "secondEditorMs", peer: "pyscript", most: 0.3 },
  { what: "re-run until painted", measure: "run", labels: { case: "first, re-run, second editor", interpreter: "micropython" }, metric: "rerunPaintMs", peer: "pyscript", most: 0.7 },
  { what: "second Pyodide editor", measure: "run", labels: { case: "first, re-run, second editor", interpreter: "pyodide" }, metric: "secondEditorMs", peer: "pyscript", most: 0.15 },
  { what: "Pyodide on a later visit", measure: "run", labels: { case: "revisit", interpreter: "pyodide" }, metric: "warm2Ms", peer: "pyscript", most: 0.2 },
  { what: "ten Pyodide editors at once", measure: "run", labels: { case: "10 at once", interpreter: "pyodide" }, metric: "tenMs", peer: "pyscript", most: 0.25 },
  { what: "memory of a running Pyodide editor, MiB", measure: "run", labels: { case: "10 at once", interpreter: "pyodide" }, metric: "perEditorMiB", peer: "pyscript", most: 1 },
];
/** Upper bounds of ours alone. */
const BOUNDS = [
  { what: "1 MB pasted, shown (ms)", measure: "big", labels: { case: "paste 1 MB" }, metric: "shownMs", most: 100 },
  { what: "10 MB, shown (ms)", measure: "big", labels: { case: "set 10 MB" }, metric: "shownMs", most: 1000 },
  { what: "10 MB, jump to the end, shown (ms)", measure: "big", labels: { case: "set 10 MB" }, metric: "endShownMs", most: 100 },
  { what: "scrolling 100,000 lines, longest frame (ms)", measure: "big", labels: { case: "scroll 100,000 lines in 300 frames" }, metric: "longestFrame", most: 33 },
  { what: "100 editors, longest task (ms)", measure: "load", labels: { editors: 100 }, metric: "longestMs", most: 50 },
  { what: "10,000 lines, click to last (ms)", measure: "output", labels: { lines: 10_000, interpreter: "micropython" }, metric: "ms", most: 500 },
  { what: "10,000 lines, longest task (ms)", measure: "output", labels: { lines: 10_000, interpreter: "micropython" }, metric: "longestTask", most: 50 },
  { what: "10,000 lines on Pyodide, click to last (ms)", measure: "output", labels: { lines: 10_000, interpreter: "pyodide" }, metric: "ms", most: 500 },
  { what: "10,000 lines on Pyodide, longest task (ms)", measure: "output", labels: { lines: 10_000, interpreter: "pyodide" }, metric: "longestTask", most: 50 },
  { what: "100,000 lines, click to last (ms)", measure: "output", labels: { lines: 100_000, interpreter: "micropython" }, metric: "ms", most: 2000 },
  { what: "100,000 lines, longest task (ms)", measure: "output", labels: { lines: 100_000, interpreter: "micropython" }, metric: "longestTask", most: 50 },
  { what: "100,000 lines on Pyodide, click to last (ms)", measure: "output", labels: { lines: 100_000, interpreter: "pyodide" }, metric: "ms", most: 2000 },
  { what: "100,000 lines on Pyodide, longest task (ms)", measure: "output", labels: { lines: 100_000, interpreter: "pyodide" }, metric: "longestTask", most: 50 },
  { what: "MicroPython, Stop to usable (ms)", measure: "stop", labels: { interpreter: "micropython" }, metric: "usableMs", most: 100 },
  { what: "Pyodide, Stop to usable (ms)", measure: "stop", labels: { interpreter: "pyodide" }, metric: "usableMs", most: 100 },
];
/** What each measure is narrowed to, so that the whole takes minutes and not hours. */
const CASES = {
  load: { adapters: "bare,pyscript,codemirror6,ours", only: ['"editors":1,"link":"local"', '"editors":100'] },
  typing: { adapters: "bare,codemirror6,ours", only: ['"lines":100}', '"lines":1000}', '"lines":10000}', '"lines":100000}'] },
  big: { adapters: "ours", only: ['"case"'] },
  run: { adapters: "bare,pyscript,ours", only: ['"first, re-run, second editor"', '"revisit","interpreter":"pyodide"', '"10 at once","interpreter":"pyodide"'] },
  output: { adapters: "ours", only: ['"lines":10000,', '"lines":100000,'] },
  compute: { adapters: "bare,pyscript,ours", only: ['"interpreter"'], env: { OURS_BRIDGED: "1" } },
  stop: { adapters: "ours", only: ['"interpreter"'] },
};

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function prepare() {
  const from = process.env.BENCH_DIR ?? path.join(ROOT, "../shared/bench");
  if (!fs.existsSync(path.join(from, "run.mjs"))) fail(`No benchmark in ${path.relative(ROOT, from)}: name its folder with BENCH_DIR.`);
  if (!fs.existsSync(path.join(ROOT, "dist/py-editor.js"))) fail("dist/ is empty: run `cargo xtask dist` first.");
  fs.rmSync(TOOL, { recursive: true, force: true });
  fs.cpSync(from, TOOL, { recursive: true, filter: (name) => !name.includes("node_modules") });
  spawnSync("chmod", ["-R", "u+w", TOOL]);
  const modules = path.join(WORK, "node_modules");
  if (process.env.PEER_MODULES || fs.existsSync(path.join(modules, "@pyscript/core"))) return process.env.PEER_MODULES ?? modules;
  fs.copyFileSync(path.join(TOOL, "package.json"), path.join(WORK, "package.json"));
  if (spawnSync("npm", ["install", "--no-audit", "--no-fund"], { cwd: WORK, stdio: "inherit" }).status !== 0) fail("The peers could not be installed: run `npm install` in target/bench.");
  return modules;
}

const given = process.argv.slice(2);
const at = given.indexOf("--reps");
const reps = at < 0 ? "5" : given.splice(at, 2)[1];
const measures = given.length ? given : Object.keys(CASES);
const unknown = measures.find((name) => !CASES[name]);
if (unknown) fail(`There is no measure ${unknown}: ${Object.keys(CASES).join(", ")} are there.`);

const env = {
  ...process.env,
  BENCH_DIR: TOOL,
  PEER_MODULES: prepare(),
  BENCH_CACHE: path.join(WORK, "cache"),
  OURS_DIST: path.join(ROOT, "dist"),
  OURS_ADAPTER: path.join(ROOT, "tests/bench-adapter.mjs"),
};
const file = path.join(WORK, "result.json");
for (const name of measures)
  for (const only of CASES[name].only) {
    const call = ["run.mjs", name, "--adapters", CASES[name].adapters, "--only", only, "--reps", reps, "--json", file, "--append"];
    if (spawnSync("node", call, { cwd: TOOL, env: { ...env, ...CASES[name].env }, stdio: ["ignore", "ignore", "inherit"] }).status !== 0) fail(`The measure ${name} did not end.`);
  }

const { measures: results, about } = JSON.parse(fs.readFileSync(file, "utf8"));
const fits = (found, wanted) => Object.entries(wanted).every(([name, value]) => found[name] === value);
const find = (goal, adapter) => results[goal.measure]?.cases.find((one) => one.adapter === adapter && fits(one.labels, goal.labels));
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
const shown = (value) => (value >= 100 ? Math.round(value).toString() : value.toFixed(value < 10 ? 2 : 1));

console.log(`\n${about.machine}, ${about.chromium}\n`);
console.log("| goal | ours | peer | ratio | at most | reached |\n|---|--:|--:|--:|--:|---|");
for (const goal of GOALS) {
  const [ours, peer] = [find(goal, "ours"), find(goal, goal.peer)];
  if (!ours || !peer || !measures.includes(goal.measure)) continue;
  const ratios = ours.samples.map((sample, i) => sample[goal.metric] / peer.samples[i]?.[goal.metric]).filter(Number.isFinite);
  if (!ratios.length) {
    console.log(`| ${goal.what} | ${ours.samples[0]?.error ?? "–"} | | | ${goal.most} | no |`);
    continue;
  }
  const ratio = median(ratios);
  const cells = [shown(ours.median[goal.metric]), `${shown(peer.median[goal.metric])} (${goal.peer})`, ratio.toFixed(2), goal.most, ratio <= goal.most ? "yes" : "no"];
  console.log(`| ${goal.what} | ${cells.join(" | ")} |`);
}
for (const bound of BOUNDS) {
  const ours = find(bound, "ours");
  if (!ours || !measures.includes(bound.measure)) continue;
  const value = ours.median[bound.metric] ?? NaN;
  console.log(`| ${bound.what} | ${shown(value)} | | | ${bound.most} | ${value <= bound.most ? "yes" : "no"} |`);
}
