/**
 * The text of a `config` attribute in a browser: where it is fetched from, what
 * its errors say, and which settings reach the interpreter. Every key and every
 * mistake in one is a native test of the crate `runtime-config`.
 *
 * Not here: files (files.test.mjs), packages (packages.test.mjs).
 */

import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { site, startServer } from "./harness.mjs";
import { INTERPRETERS, LOOPBACK_ONLY, NETWORK, configured } from "./configured.mjs";

const on = site({ flags: [LOOPBACK_ONLY] });

for (const interpreter of INTERPRETERS) {
  describe(interpreter, () => {
    test("a program runs under a configuration that wants nothing", async (t) => {
      const page = await on.page(t, "");
      const { out, fatal, plan } = await configured(page, interpreter, "", "print('runs')");
      assert.equal(fatal, undefined);
      assert.equal(out, "runs\n");
      assert.deepEqual(plan.values, {});
    });

    test("TOML and JSON, inline and by URL, do the same", async (t) => {
      const page = await on.page(t, "");
      on.server.route("/conf/data.txt", "by the file");
      on.server.route("/data.txt", "by the page");
      on.server.route("/conf/py.toml", `[files]\n"./data.txt" = ""`);
      on.server.route("/conf/py", { body: `{"files": {"./data.txt": ""}}`, type: "application/json" });
      const code = "print(open('data.txt').read())";
      const forms = [
        [`[files]\n"./data.txt" = ""`, "by the page\n"],
        [`{"files": {"./data.txt": ""}}`, "by the page\n"],
        ["/conf/py.toml?v=1", "by the file\n"],
        ["./conf/py", "by the file\n"],
      ];
      for (const [config, expected] of forms) {
        const { out, err } = await configured(page, interpreter, config, code);
        assert.equal(out, expected, `${config} ${err}`);
      }
    });
  });
}

test("a configuration that is not there is named with its status", async (t) => {
  const page = await on.page(t, "", { expected: NETWORK });
  const { refused } = await configured(page, "MicroPython", "missing.toml");
  assert.match(refused ?? "", /^config: \[404\] Unable to fetch http:\/\/localhost:\d+\/missing\.toml\. Check the address/);
});

test("a configuration of another server that does not allow the page is not a 404", async (t) => {
  const other = await startServer();
  t.after(() => other.close());
  other.route("/c.toml", "debug = true");
  const page = await on.page(t, "", { expected: NETWORK });
  const { refused } = await configured(page, "MicroPython", `${other.url}/c.toml`);
  assert.match(refused ?? "", /no answer that this page may read.*Access-Control-Allow-Origin/);
});

test("mistakes name the key and the place", async (t) => {
  const page = await on.page(t, "");
  on.server.route("/wrong.json", { body: `{\n  "packages": "numpy"\n}`, type: "application/json" });
  const { refused } = await configured(page, "Pyodide", "wrong.json");
  assert.match(refused ?? "", /^config, packages \(line 2, column 15 of http:.*\/wrong\.json\): This must be a list of strings, or "auto", not a string\./);
  const inline = await configured(page, "Pyodide", "files = {\n'a' = }");
  assert.match(inline.refused ?? "", /^config \(line 2, column 7\): This is not valid TOML/);
});

test("URLs are resolved as the browser resolves them", async (t) => {
  const page = await on.page(t, `<base href="/lessons/one/">`);
  const { plan } = await configured(page, "MicroPython", { files: { "../ä b.txt": "x" }, pakages: [] });
  assert.equal(new URL(plan.files[0].url).pathname, "/lessons/%C3%A4%20b.txt");
  assert.match(plan.warnings[0], /pakages.*did you mean `packages`/);
});

test("the build's own version is no other interpreter", async (t) => {
  const page = await on.page(t, "");
  const { readFile } = await import("node:fs/promises");
  const { version } = JSON.parse(await readFile(new URL("../node_modules/pyodide/package.json", import.meta.url), "utf8"));
  const own = await configured(page, "Pyodide", { interpreter: version });
  assert.equal(own.plan.interpreter, null);
  const other = await page.evaluate(async () => (await import("/dist/config.js")).plan(`interpreter = "0.1.2"`, { page: location.href, interpreter: "Pyodide" }));
  assert.equal(new URL(other.interpreter).pathname, "/pyodide/v0.1.2/full/pyodide.mjs");
});
