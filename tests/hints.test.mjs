/**
 * Plain help under errors: each rule of the table by a program that shows it,
 * in the real interpreters; a page's own table; no help without a table.
 *
 * Not here: how rules are matched (native tests of runtime-protocol).
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { describe } from "node:test";
import { site } from "./harness.mjs";
import { KINDS, editorOn, open, openEditor } from "./editor.mjs";

const on = site();
const PROGRAMS = new URL("../runtime-bridge/protocol/hints/programs.txt", import.meta.url);

const programs = readFileSync(PROGRAMS, "utf8")
  .split(/^== /m)
  .slice(1)
  .map((part) => {
    const [head, ...code] = part.split("\n");
    const [rule, interpreters] = head.split(" ");
    return { rule, interpreters, code: code.join("\n") };
  });

/** @param {ReturnType<typeof editorOn>} editor */
const hint = (editor) => editor.failure.locator(".hint");

for (const { tag, name } of KINDS) {
  describe(name, () => {
    test("each rule helps with its program", async (t) => {
      on.server.route("/simple/onlysource/", {
        type: "text/html",
        body: `<a href="onlysource-1.0.tar.gz">onlysource-1.0.tar.gz</a>`,
      });
      const editor = await openEditor(t, on, { tag, expected: /404/ });
      // The table is fetched with the first error; from then on help comes with the error.
      await editor.run("1 / 0");
      await hint(editor).waitFor();
      const wrong = [];
      for (const { rule, interpreters, code } of programs) {
        if (interpreters !== "both" && interpreters !== name.toLowerCase()) continue;
        const { error } = await editor.run(code.replaceAll("{base}", on.server.url));
        const told = error && (await helpOf(editor));
        if (told !== rule) wrong.push(`${rule}: ${told} for ${error}`);
      }
      assert.deepEqual(wrong, []);
    });
  });
}

/**
 * The rule of the help that is shown, once the table is here; an empty text where there is none.
 * @param {ReturnType<typeof editorOn>} editor
 */
const helpOf = async (editor) => (await hint(editor).getAttribute("data-rule")) ?? "";

test("help names what is meant, as text and code; the error stays as it was", async (t) => {
  const editor = await openEditor(t, on);
  await editor.run(`total = 3\nprint(totl)`);
  await hint(editor).waitFor();
  assert.equal(
    await hint(editor).textContent(),
    "Nothing here is called totl. Did you mean total? A name must be written the same everywhere, capitals included.",
  );
  assert.deepEqual(await hint(editor).locator("code").allTextContents(), ["totl", "total"]);
  assert.equal(await editor.errorText.textContent(), "NameError: name 'totl' isn't defined");
  await editor.run(`raise ValueError("of my own")`);
  assert.equal(await helpOf(editor), "");
  assert.ok(await hint(editor).isHidden());
});

test("a page's own table comes first, and may be in another language", async (t) => {
  on.server.route("/hilfe.txt", "== null\nerror: ZeroDivisionError*\nhelp: Durch null kann man nicht teilen.\n");
  const page = await open(t, on, "<mpy-editor>1 / 0</mpy-editor>", { head: `<meta name="py-editor-hints" content="/hilfe.txt">` });
  const editor = editorOn(page);
  await editor.run();
  await hint(editor).waitFor();
  assert.equal(await hint(editor).textContent(), "Durch null kann man nicht teilen.");
  await editor.run("[][0]");
  await hint(editor).waitFor();
  assert.equal(await hint(editor).getAttribute("data-rule"), "index-range");
});

test("help can be switched off", async (t) => {
  const page = await open(t, on, "<mpy-editor>1 / 0</mpy-editor>", { head: `<meta name="py-editor-hints" content="off">` });
  const editor = editorOn(page);
  const from = on.server.requests.length;
  await editor.run();
  await editor.errorText.waitFor();
  await editor.run("[][0]");
  assert.ok(await hint(editor).isHidden());
  assert.ok(!on.server.requests.slice(from).some((path) => path.includes("hints")));
});

test("an error stands alone where the table cannot be had", async (t) => {
  const editor = await openEditor(t, on, { expected: /404/ });
  on.server.fail("hints.txt", "missing");
  t.after(() => on.server.heal("hints.txt"));
  await editor.run("1 / 0");
  assert.match((await editor.errorText.textContent()) ?? "", /^ZeroDivisionError/);
  assert.ok(await hint(editor).isHidden());
});
