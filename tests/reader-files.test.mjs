/**
 * Files of readers: picked or dropped on an editor they are there for the code,
 * and what the code wrote can be saved.
 *
 * Not here: files of a configuration (files.test.mjs).
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { describe } from "node:test";
import { site } from "./harness.mjs";
import { KINDS, editorOn, open, openEditor } from "./editor.mjs";

const on = site();

/** @param {string} name @param {string | Buffer} content */
const file = (name, content) => ({ name, mimeType: "text/plain", buffer: Buffer.from(content) });

/** What a click on a file saves. @param {ReturnType<typeof editorOn>} editor @param {string} name */
async function saved(editor, name) {
  const [download] = await Promise.all([
    editor.page.waitForEvent("download"),
    editor.host.locator(".file-list button", { hasText: name }).click(),
  ]);
  return [download.suggestedFilename(), await readFile(await download.path())];
}

for (const { tag, name } of KINDS) {
  describe(name, () => {
    test("a file that a reader picks is there for the code, also in a fresh interpreter", async (t) => {
      const editor = await openEditor(t, on, { tag, attributes: "files", code: `print(open("a.txt").read())` });
      await editor.host.locator(".files summary").click();
      assert.match((await editor.host.locator(".files").textContent()) ?? "", /until the page is reloaded/);
      await editor.host.locator(".add input").setInputFiles([file("a.txt", "grüße"), file("b.bin", Buffer.from([0, 255, 10]))]);
      await editor.host.locator(".file-list li").nth(1).waitFor();
      await editor.run();
      assert.equal(await editor.written(), "grüße\n");
      await editor.run(`print(list(open("b.bin", "rb").read()))`);
      assert.equal(await editor.written(), "[0, 255, 10]\n");
      await editor.setCode("import asyncio\nawait asyncio.sleep(1000)");
      await editor.button.click();
      await editor.reaches("running");
      await editor.button.click();
      await editor.done(3);
      await editor.run(`print(open("a.txt").read())`);
      assert.equal(await editor.written(), "grüße\n");
    });

    test("a file that is dropped on the editor is there for the code", async (t) => {
      const editor = await openEditor(t, on, { tag, code: `print(open("dropped.csv").read())` });
      await editor.host.evaluate((host) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["1,2"], "dropped.csv"));
        for (const type of ["dragover", "drop"]) {
          const target = host.shadowRoot?.querySelector(".content") ?? host;
          target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, composed: true, cancelable: true }));
        }
      });
      await editor.host.locator(".file-list li").waitFor();
      await editor.run();
      assert.equal(await editor.written(), "1,2\n");
      assert.equal(await editor.code(), `print(open("dropped.csv").read())`);
    });

    test("files that the code wrote are listed and can be saved", async (t) => {
      const editor = await openEditor(t, on, { tag, code: `pass` });
      await editor.run();
      assert.equal(await editor.host.locator(".files").isVisible(), false, "nothing to list");
      await editor.run(`import os\nos.mkdir("sub")\nopen("sub/data.bin", "wb").write(bytes([1, 0, 255]))\nopen("out.txt", "w").write("hello")`);
      await editor.host.locator(".files summary").click();
      const listed = editor.host.locator(".file-list li");
      await listed.nth(1).waitFor();
      assert.deepEqual(await listed.allTextContents(), ["out.txt5 bytes", "sub/data.bin3 bytes"]);
      assert.deepEqual(await saved(editor, "out.txt"), ["out.txt", Buffer.from("hello")]);
      assert.deepEqual(await saved(editor, "data.bin"), ["data.bin", Buffer.from([1, 0, 255])]);
      await editor.run(`import os\nos.remove("out.txt")`);
      await listed.nth(1).waitFor({ state: "detached" });
    });

    test("a reload empties the files", async (t) => {
      const there = `import os\nprint("a.txt" in os.listdir())`;
      const editor = await openEditor(t, on, { tag, attributes: "files" });
      await editor.run(`open("a.txt", "w").write("x")`);
      await editor.host.locator(".files summary").click();
      await editor.host.locator(".file-list li").waitFor();
      await editor.run(there);
      assert.equal(await editor.written(), "True\n");
      await editor.page.reload();
      await editor.run(there);
      assert.equal(await editor.written(), "False\n");
      await editor.host.locator(".files summary").click();
      assert.equal(await editor.host.locator(".file-list li").count(), 0);
    });

    test("editors of one environment see the same files", async (t) => {
      const page = await open(t, on, `<${tag} env="e" class="a">open("x.txt", "w").write("1")</${tag}><${tag} env="e" class="b">print(open("x.txt").read())</${tag}>`);
      const [a, b] = [editorOn(page, ".a"), editorOn(page, ".b")];
      await b.button.waitFor();
      await a.run();
      await b.host.locator(".file-list li").waitFor({ state: "attached" });
      await b.run();
      assert.equal(await b.written(), "1\n");
    });
  });
}
