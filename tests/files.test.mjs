/**
 * `files` of a configuration: where they go in both interpreters, archives of
 * each kind, and what is said of those that do not come.
 *
 * Not here: destinations and templates (native tests of `runtime-config`).
 */

import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { site, startServer } from "./harness.mjs";
import { tar, tgz, zip } from "./archives.mjs";
import { INTERPRETERS, LOOPBACK_ONLY, NETWORK, configured } from "./configured.mjs";

const on = site({ flags: [LOOPBACK_ONLY] });

/** A tree with a module, a folder of folders, and a name that no old tar can hold. */
const LONG = `deep/${"a-long-name-".repeat(12)}/end.txt`;
const TREE = { "inside/": "", "inside/word.py": "word = 'unpacked'\n", "top.txt": "top", [LONG]: "far" };

const KINDS = {
  "a.zip": () => zip(TREE),
  "b.whl": () => zip(TREE),
  "c.tar": () => tar(TREE),
  "c-gnu.tar": () => tar(TREE, "gnu"),
  "d.tgz": () => tgz(TREE),
  "e.tar.gz": () => tgz(TREE),
  "no-extension": () => zip(TREE),
  "query.zip?version=2": () => zip(TREE),
};

for (const interpreter of INTERPRETERS) {
  describe(interpreter, () => {
    test("text and binary, in folders that are made, and a module", async (t) => {
      const page = await on.page(t, "");
      const bytes = Buffer.from([0, 255, 10, 13, 128]);
      on.server.route("/t.txt", "é\n");
      on.server.route("/b.bin", { body: bytes, type: "application/octet-stream" });
      on.server.route("/helper.py", "def help(): return 'helped'");
      const config = { files: { "./t.txt": "a/b/", "./b.bin": "/abs/b.bin", "./helper.py": "", "data:,inline": "i.txt" } };
      const code = `
import helper
print(helper.help(), list(open('/abs/b.bin', 'rb').read()))
print(open('a/b/t.txt').read(), open('i.txt').read())`;
      const { out, err, fatal, progress } = await configured(page, interpreter, config, code);
      assert.deepEqual([fatal, err], [undefined, ""]);
      assert.equal(out, "helped [0, 255, 10, 13, 128]\né\n inline\n");
      const labels = new Set(progress.map(({ label }) => label));
      assert.ok(labels.has("file t.txt") && labels.has("file b.bin"), [...labels].join());
      assert.deepEqual(progress.findLast(({ label }) => label === "file b.bin")?.loaded_bytes, bytes.length);
    });

    for (const [name, make] of Object.entries(KINDS)) {
      test(`an archive is unpacked: ${name}`, async (t) => {
        const page = await on.page(t, "");
        on.server.route(`/${name.split("?")[0]}`, { body: make(), type: "application/octet-stream" });
        const code = `
import sys
sys.path.append('lib-own')
from inside.word import word
print(word, open('lib-own/top.txt').read(), open('lib-own/${LONG}').read())`;
        const { out, err, fatal } = await configured(page, interpreter, { files: { [name]: "lib-own/*" } }, code);
        assert.deepEqual([fatal, err, out], [undefined, "", "unpacked top far\n"]);
      });
    }

    test("what is no archive is said so, and nothing leaves its folder", async (t) => {
      const page = await on.page(t, "");
      on.server.route("/text", "no archive at all");
      on.server.route("/cut.zip", { body: zip(TREE).subarray(0, 300) });
      on.server.route("/evil.zip", { body: zip({ "../../evil.txt": "stays" }) });
      const { fatal } = await configured(page, interpreter, { files: { text: "./*", "cut.zip": "./*" } });
      assert.equal(fatal?.kind, "Setup");
      assert.match(fatal?.message ?? "", /files\.text: Unsupported archive http:.*\/text\. It is no zip, wheel, tar or tar\.gz/);
      assert.match(fatal?.message ?? "", /files\["cut\.zip"\]: http:.*\/cut\.zip cannot be unpacked/);
      const { out } = await configured(page, interpreter, { files: { "evil.zip": "box/inner/*" } }, "print(open('box/inner/evil.txt').read())");
      assert.equal(out, "stays\n");
    });

    test("every file that does not come is named, with its reason", async (t) => {
      const other = await startServer();
      t.after(() => other.close());
      other.route("/closed.txt", "not for you");
      const gone = await startServer();
      await gone.close();
      const page = await on.page(t, "", { expected: NETWORK });
      on.server.route("/here.txt", "here");
      const files = { "./a.csv": "", "./here.txt": "", "./b.csv": "", [`${other.url}/closed.txt`]: "", [`${gone.url}/x`]: "" };
      const { fatal } = await configured(page, interpreter, { files });
      assert.equal(fatal?.kind, "Setup");
      const lines = fatal?.message.split("\n") ?? [];
      assert.equal(lines.length, 4, fatal?.message);
      assert.match(lines[0], /^files\["\.\/a\.csv"\]: \[404\] Unable to fetch http:\/\/localhost:\d+\/a\.csv\. Check the address/);
      assert.match(lines[1], /^files\["\.\/b\.csv"\]: \[404\]/);
      assert.match(lines[2], /closed\.txt: its server does not allow this page to read it \(CORS\)/);
      assert.match(lines[3], /no answer came/);
    });

    test("offline is said to be offline", async (t) => {
      const page = await on.page(t, "", { expected: NETWORK });
      on.server.route("/later.txt", "later");
      await page.route("**/later.txt", async (route) => {
        await page.context().setOffline(true);
        await route.abort("internetdisconnected");
      });
      const { fatal } = await configured(page, interpreter, { files: { "later.txt": "" } });
      assert.match(fatal?.message ?? "", /later\.txt: this device is offline/);
    });
  });
}

describe("js_modules.worker", () => {
  for (const interpreter of INTERPRETERS) {
    test(`${interpreter}: a module that is no module is explained, each by its key`, async (t) => {
      const page = await on.page(t, "", { expected: NETWORK });
      const script = (/** @type {string} */ body) => ({ body, type: "text/javascript" });
      on.server.route("/library.js", script("globalThis.util = 1;"));
      on.server.route("/wants.js", script("import { util } from './library.js'; export const a = util;"));
      on.server.route("/common.js", script("module.exports = { a: 1 };"));
      on.server.route("/fine.mjs", script("export const thing = 42;"));
      const worker = { "./wants.js": "wants", "./fine.mjs": "fine", "./common.js": "common", "./missing.js": "missing", "./a.css": "look" };
      const { fatal } = await configured(page, interpreter, { js_modules: { worker } });
      const lines = fatal?.message.split("\n") ?? [];
      assert.equal(lines.length, 4, fatal?.message);
      assert.match(lines[0], /^js_modules\.worker\["\.\/wants\.js"\]: .*The requested module '\.\/library\.js' does not provide an export named 'util'.*ESM.*\.mjs.*CDN/);
      assert.match(lines[1], /common\.js.*module is not defined.*ESM/);
      assert.match(lines[2], /\[404\] Unable to fetch http:.*\/missing\.js/);
      assert.match(lines[3], /a\.css cannot be used there.*js_modules\.main/);
    });
  }
});
