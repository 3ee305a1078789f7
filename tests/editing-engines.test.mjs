/**
 * Editing in Firefox and in WebKitGTK: the cases that hold in every engine
 * (editing-cases.mjs), and that the page shows what the editor holds under random
 * editing (truth-page.mjs). A browser and a page for each engine.
 *
 * Not here, since these two cannot be driven to do it: input methods by the
 * browser's own events (typing.test.mjs, editing.test.mjs), a clipboard that the
 * page reads or that has rich text (editing.test.mjs), touch (people.test.mjs). All
 * of it is proved in Chromium.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { describe } from "node:test";
import { CASES } from "./editing-cases.mjs";
import { ENGINES, onePage } from "./engines.mjs";

const LAWS = await readFile(new URL("truth-page.mjs", import.meta.url));
const SEED = Number(process.env.SEED ?? 1);
const STEPS = Number(process.env.STEPS ?? 200);

for (const engine of ENGINES) {
  describe(engine.name, { skip: engine.missing }, () => {
    const on = onePage(engine, { isolated: false, memory: "own" });

    for (const { name, code = "", attributes, run } of CASES) {
      test(name, async () => {
        const editor = await on.page.editor("mpy-editor", "", attributes);
        const typist = editor.typist();
        await editor.focus();
        await typist.setCode(code);
        await typist.end();
        await run(typist);
      });
    }

    for (const lines of [120, 5000]) {
      test(`${lines} lines: the page shows what the editor holds`, async (t) => {
        on.server.route("/truth-page.mjs", { body: LAWS, type: "text/javascript" });
        const made = await on.page.evaluate(async (about) => {
          const { session } = await import("/truth-page.mjs");
          return session(about);
        }, { seed: SEED, steps: STEPS, lines });
        t.diagnostic(`SEED=${SEED}, ${made.done} steps`);
        assert.equal(made.error, undefined, `SEED=${SEED}, step ${made.done}, after ${made.story?.join("\n")}`);
      });
    }
  });
}
