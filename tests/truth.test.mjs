/**
 * What the page shows is what the editor holds, under random editing
 * (truth-page.mjs): documents that are whole in the page and such of which only a
 * window is, with long lines wrapped and not, at the border between both.
 *
 * The seeds are the same in every run; `SEED` and `STEPS` try others, and more.
 * Not here: Firefox and WebKitGTK (editing-engines.test.mjs).
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { site } from "./harness.mjs";
import { open } from "./editor.mjs";

const on = site();
const SEED = Number(process.env.SEED ?? 1);
const STEPS = Number(process.env.STEPS ?? 0);

/** Documents by their length in lines, what is set for them, and steps of a test run. */
const DOCUMENTS = /** @type {const} */ ([
  { what: "a lesson", lines: 120, steps: 800 },
  { what: "a lesson with wrapped lines", lines: 120, steps: 400, attributes: { wrap: "", style: "width: 300px; display: block" } },
  { what: "a document at the border", lines: 1985, steps: 150 },
  { what: "a long document", lines: 5000, steps: 250 },
]);

const LAWS = await readFile(new URL("truth-page.mjs", import.meta.url));

for (const { what, ...about } of DOCUMENTS) {
  test(`${what}: the page shows what the editor holds`, async (t) => {
    on.server.route("/truth-page.mjs", { body: LAWS, type: "text/javascript" });
    const page = await open(t, on, "");
    const made = await page.evaluate(async (about) => {
      const { session } = await import("/truth-page.mjs");
      return session(about);
    }, { ...about, seed: SEED, steps: STEPS || about.steps });
    t.diagnostic(`SEED=${SEED}, ${made.done} steps`);
    assert.equal(made.error, undefined, `SEED=${SEED}, step ${made.done}, after ${made.story?.join("\n")}`);
  });
}
