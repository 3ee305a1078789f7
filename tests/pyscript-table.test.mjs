/**
 * `docs/pyscript.md` says for each feature of PyScript what becomes of it here.
 * Every row names a test that proves it; this file proves that the test exists,
 * and that none of the 33 numbered weaknesses of PyScript's editor is left out.
 *
 * Not here: the tests themselves.
 */

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import test from "node:test";

const folder = new URL("./", import.meta.url);
const VERDICTS = ["same", "better", "not"];

/** The rows of the tables: `| feature | verdict | how or why | test |`. */
const rows = (await readFile(new URL("../docs/pyscript.md", import.meta.url), "utf8"))
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| In PyScript") && !line.startsWith("|-"))
  .map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()));

/** The text of each test file, by its name without the ending. */
const sources = new Map();
for (const name of await readdir(folder)) {
  if (name.endsWith(".test.mjs")) sources.set(name.slice(0, -".test.mjs".length), withoutComments(await readFile(new URL(name, folder), "utf8")));
}

test("there are rows, each with a feature, a verdict, words and a test", () => {
  assert.ok(rows.length > 80, `${rows.length} rows`);
  for (const [feature, verdict, words, proof, ...more] of rows) {
    assert.deepEqual(more, [], feature);
    assert.ok(VERDICTS.includes(verdict), `${feature}: ${verdict}`);
    assert.ok(words || verdict === "same", `${feature}: how, or why not?`);
    assert.ok(proof, `${feature} lacks a test`);
  }
});

for (const [feature, , , proof = ""] of rows) {
  test(`${feature} has the test that its row names`, () => {
    const named = [...proof.matchAll(/([a-z-]+): “([^”]+)”/g)];
    assert.ok(named.length > 0, `“${proof}” names no test as file: “title”`);
    for (const [, file, title] of named) {
      const source = sources.get(file);
      assert.ok(source, `tests/${file}.test.mjs is not there`);
      assert.ok(hasTest(source, title), `tests/${file}.test.mjs has no test “${title}”`);
    }
  });
}

test("each of the 33 weaknesses has one row", () => {
  const numbers = rows.flatMap(([feature]) => /^W(\d+) /.exec(feature)?.[1] ?? []).map(Number);
  assert.deepEqual(numbers, Array.from({ length: 33 }, (_, at) => at + 1));
});

/** A test that is commented out proves nothing. @param {string} source */
function withoutComments(source) {
  return source.replace(/^\s*\/\/.*$/gm, "").replace(/^\s*\/\*[^]*?\*\//gm, "");
}

/** A test that is run: not one that is skipped, nor a group of tests. @param {string} source @param {string} title */
function hasTest(source, title) {
  const titles = [...source.matchAll(/(?<![.\w])test\(\s*(["'`])((?:\\.|(?!\1).)*)\1/g)].map(([, , text]) => text);
  return titles.includes(title);
}
