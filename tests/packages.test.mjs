/**
 * `packages` of a configuration, from wheels and indexes that the test serves:
 * what gets installed in either interpreter, and what is said when it cannot be.
 *
 * Not here: which entries are names, URLs or descriptors (native tests of
 * `runtime-config`).
 */

import assert from "node:assert/strict";
import test, { before, describe } from "node:test";
import { site, startServer } from "./harness.mjs";
import { zip } from "./archives.mjs";
import { LOOPBACK_ONLY, NETWORK, configured, wheel } from "./configured.mjs";

const on = site({ flags: [LOOPBACK_ONLY] });

const WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n";

/** @type {Record<"pure" | "compiled" | "needed" | "installer", string>} */
const served = { pure: "", compiled: "", needed: "", installer: "" };

async function serveWheels() {
  const names = { pure: "iniconfig", compiled: "pydantic_core", needed: "typing_extensions", installer: "micropip" };
  for (const [role, start] of Object.entries(names)) {
    const { name, body } = await wheel(start);
    served[/** @type {keyof typeof served} */ (role)] = name;
    on.server.route(`/wheels/${name}`, { body, type: "application/zip" });
  }
  on.server.route("/simple/iniconfig/", { type: "text/html", body: `<a href="../../wheels/${served.pure}">${served.pure}</a>` });
  on.server.route("/simple/typing-extensions/", { type: "text/html", body: `<a href="../../wheels/${served.needed}">${served.needed}</a>` });
  on.server.route("/simple/compiled-only/", { type: "text/html", body: `<a href="../compiled_only-1.0-cp314-cp314-manylinux_2_28_x86_64.whl">compiled_only-1.0-cp314-cp314-manylinux_2_28_x86_64.whl</a>` });
  on.server.route("/simple/source-only/", { type: "text/html", body: `<a href="../source_only-1.0.tar.gz">source_only-1.0.tar.gz</a>` });
}

describe("Pyodide", () => {
  before(serveWheels);

  test("a wheel by its URL, one with compiled code by its path, and what that one needs", async (t) => {
    const page = await on.page(t, "");
    const packages = [`${on.server.url}/wheels/${served.pure}`, `wheels/${served.compiled}`];
    const code = `
import iniconfig
from pydantic_core import SchemaValidator, core_schema
print(SchemaValidator(core_schema.int_schema()).validate_python('12') + 1, iniconfig.IniConfig.__name__)`;
    const { out, err, fatal, progress } = await configured(page, "Pyodide", { packages, index_urls: ["./simple"] }, code);
    assert.deepEqual([fatal, err, out], [undefined, "", "13 IniConfig\n"]);
    assert.ok(progress.some(({ label }) => label.startsWith("package ") && label.includes(served.compiled)));
  });

  test("a name and a version from an index", async (t) => {
    const page = await on.page(t, "");
    const config = { packages: ["iniconfig>=2"], index_urls: ["./simple"] };
    const { out, err, fatal } = await configured(page, "Pyodide", config, "import iniconfig; print('installed')");
    assert.deepEqual([fatal, err, out], [undefined, "", "installed\n"]);
    assert.ok(on.server.requests.includes("/simple/iniconfig/"));
  });

  test("each package that cannot be had is told which of misspelt, compiled, source only, wrong version", async (t) => {
    const page = await on.page(t, "", { expected: NETWORK });
    const config = { packages: ["nunpy", "compiled-only", "source-only", "iniconfig==99"], index_urls: ["./simple"] };
    const { fatal } = await configured(page, "Pyodide", config);
    assert.equal(fatal?.kind, "Setup");
    const text = fatal?.message ?? "";
    // In the order in which the index happened to answer.
    const [, listed = ""] = /^packages: Can't find a pure Python 3 wheel for: (.*)/.exec(text) ?? [];
    assert.deepEqual(listed.split(", ").sort(), ["'compiled-only'", "'iniconfig==99'", "'nunpy'", "'source-only'"]);
    assert.match(text, /nunpy: the index \(.*\) has no package of this name.*Did you mean numpy\? Check the spelling/);
    assert.match(text, /compiled-only: it has compiled code.*not in the Pyodide distribution either/);
    assert.match(text, /source-only: the index .* has only its source/);
    assert.match(text, /iniconfig: there are pure Python wheels, but none for what was asked \(iniconfig==99\)/);
  });

  test("an index that cannot be reached is not a misspelt name", async (t) => {
    const gone = await startServer();
    await gone.close();
    const page = await on.page(t, "", { expected: NETWORK });
    const { fatal } = await configured(page, "Pyodide", { packages: ["in-no-lock-file"], index_urls: [`${gone.url}/simple`] });
    assert.match(fatal?.message ?? "", /^packages: (?!.*Error: )/);
    assert.match(fatal?.message ?? "", /in-no-lock-file: no index could be asked/);
  });

  test("a wheel of the distribution that is not beside the interpreter", async (t) => {
    const page = await on.page(t, "", { expected: NETWORK });
    const { fatal } = await configured(page, "Pyodide", { packages: ["typing-extensions", "NumPy"] });
    const lines = fatal?.message.split("\n") ?? [];
    assert.equal(lines.length, 2, fatal?.message);
    assert.match(lines[0], /^packages: typing-extensions is part of the Pyodide distribution.*\[404\] Unable to fetch http:.*\/dist\/interpreters\/pyodide\/typing_extensions-.*\.whl\..*package_base_url/);
    assert.match(lines[1], /^packages: numpy is part/);
  });

  test("so is one that a wheel of one's own needs", async (t) => {
    const page = await on.page(t, "", { expected: NETWORK });
    const metadata = "Metadata-Version: 2.1\nName: needy\nVersion: 1.0\nRequires-Dist: typing-extensions\n";
    const files = { "needy.py": "", "needy-1.0.dist-info/METADATA": metadata, "needy-1.0.dist-info/WHEEL": WHEEL, "needy-1.0.dist-info/RECORD": "" };
    on.server.route("/wheels/needy-1.0-py3-none-any.whl", { body: zip(files) });
    const { fatal } = await configured(page, "Pyodide", { packages: ["./wheels/needy-1.0-py3-none-any.whl"] });
    assert.match(fatal?.message ?? "", /^packages: typing-extensions is part of the Pyodide distribution.*package_base_url/);
  });

  test("the folder of the distribution's wheels can be named; another wheel there is refused", async (t) => {
    const page = await on.page(t, "", { expected: NETWORK });
    const config = { packages: ["micropip"], package_base_url: "./wheels" };
    const asked = on.server.requests.length;
    const { out, fatal } = await configured(page, "Pyodide", config, "import micropip; print('here')");
    assert.deepEqual([fatal, out], [undefined, "here\n"]);
    assert.ok(on.server.requests.slice(asked).includes(`/wheels/${served.installer}`));
    const { packages } = await (await fetch(`${on.server.url}/dist/interpreters/pyodide/pyodide-lock.json`)).json();
    on.server.route(`/wheels/${packages["typing-extensions"].file_name}`, { body: zip({ "typing_extensions.py": "" }), type: "application/zip" });
    const other = await configured(page, "Pyodide", { packages: ["typing-extensions"], package_base_url: "./wheels/" });
    assert.match(other.fatal?.message ?? "", /typing_extensions-.*\.whl is another file than Pyodide's: its hash differs/);
  });

  test("`auto` installs what a program imports, with progress, and says what it cannot", async (t) => {
    const page = await on.page(t, "", { expected: NETWORK });
    const programs = ["import json; print('plain')", "import micropip; print(micropip.__name__)", "import typing_extensions", "print('goes on')"];
    const { out, errors, progress } = await configured(page, "Pyodide", `packages = "auto"`, ...programs);
    assert.equal(out, "plain\nmicropip\ngoes on\n");
    assert.deepEqual(progress.map(({ label }) => label), ["package micropip", "package typing-extensions"]);
    assert.match(errors[2]?.message ?? "", /typing-extensions is part of the Pyodide distribution/);
    assert.deepEqual([errors[0], errors[1], errors[3]], [null, null, null]);
  });

  test("micropip is there for a program that imports it, without any configuration", async (t) => {
    const page = await on.page(t, "");
    const code = `
import micropip
await micropip.install("${on.server.url}/wheels/${served.pure}")
import iniconfig
print("installed")`;
    const { out, errors } = await configured(page, "Pyodide", null, code);
    assert.deepEqual([out, errors], ["installed\n", [null]]);
  });

  test("files and packages that fail are told together", async (t) => {
    const page = await on.page(t, "", { expected: NETWORK });
    const { fatal } = await configured(page, "Pyodide", { files: { "gone.csv": "" }, packages: ["numpy"], js_modules: { worker: { "gone.js": "gone" } } });
    assert.deepEqual(fatal?.message.split("\n").map((line) => line.split(/[\s[:]/)[0]), ["files", "js_modules.worker", "packages"]);
  });
});

describe("MicroPython", () => {
  before(() => {
    const route = (/** @type {string} */ path, /** @type {object} */ json) => on.server.route(path, { body: JSON.stringify(json), type: "application/json" });
    route("/index/package/py/greet/latest.json", { hashes: [["greet.py", "abcdef01"]], deps: [["deep", "1.2"]] });
    route("/index/package/py/deep/1.2.json", { urls: [["deep/__init__.py", "./deep.py"], ["deep/data.bin", `${on.server.url}/data.bin`]] });
    route("/kit/package.json", { urls: [["kit.py", "kit-source.py"]] });
    on.server.route("/index/file/ab/abcdef01", "import deep\nword = 'greet ' + deep.word");
    on.server.route("/index/package/py/deep/deep.py", "word = 'deep é'");
    on.server.route("/data.bin", { body: Buffer.from([0, 200, 255]), type: "application/octet-stream" });
    on.server.route("/kit/kit-source.py", "word = 'kit'");
    on.server.route("/single.py", "word = 'single'");
    on.server.route("/own-1-py3-none-any.whl", { body: zip({ "own/__init__.py": "word = 'own'", "own-1.dist-info/METADATA": "" }) });
  });

  test("names of an index with what they need, URLs of files and folders, wheels", async (t) => {
    const page = await on.page(t, "");
    const config = { packages: ["greet", "./single.py", "./kit", "./own-1-py3-none-any.whl"], index_urls: ["./index"] };
    const code = `
import greet, single, kit, own
print(greet.word, single.word, kit.word, own.word, list(open('/lib/deep/data.bin', 'rb').read()))`;
    const { out, err, fatal, progress } = await configured(page, "MicroPython", config, code);
    assert.deepEqual([fatal, err, out], [undefined, "", "greet deep é single kit own [0, 200, 255]\n"]);
    assert.equal(progress[0].label, "package greet");
  });

  test("what cannot be installed is one sentence each, naming the package", async (t) => {
    const gone = await startServer();
    await gone.close();
    const page = await on.page(t, "", { expected: NETWORK });
    const packages = ["nowhere", `${gone.url}/x.py`, "./missing-1-py3-none-any.whl"];
    const { fatal } = await configured(page, "MicroPython", { packages, index_urls: ["./index"] });
    const lines = fatal?.message.split("\n") ?? [];
    assert.equal(lines.length, 3, fatal?.message);
    assert.match(lines[0], /^packages: nowhere cannot be installed\. Package not found: .*\/index\/package\/py\/nowhere\/latest\.json\. \[404\].*`files`/);
    assert.match(lines[1], /x\.py cannot be installed\. File not found: .*Either there is no network, or that server does not allow this page/);
    assert.match(lines[2], /^packages: \[404\] Unable to fetch .*missing-1-py3-none-any\.whl/);
  });

  test("a program can call mip and catch its errors, with and without a configuration", async (t) => {
    const page = await on.page(t, "", { expected: NETWORK });
    const code = `
import mip
mip.install("${on.server.url}/single.py")
import single
print(single.word)
try:
    mip.install("nowhere", index="${on.server.url}/index")
except OSError as error:
    print("caught", str(error).split(".")[0])`;
    for (const config of [null, "", { packages: [] }]) {
      const { out, errors } = await configured(page, "MicroPython", config, code);
      assert.match(out, /^Downloading .*\/single\.py to \/lib\nCopying: \/lib\/single\.py\nDone\nsingle\nInstalling nowhere \(latest\) from .*\ncaught nowhere cannot be installed\n$/);
      assert.deepEqual(errors, [null]);
    }
  });

  test("github: and version", async (t) => {
    const page = await on.page(t, "");
    await page.context().route("https://raw.githubusercontent.com/**", (route) =>
      route.fulfill({ body: `word = ${JSON.stringify(new URL(route.request().url()).pathname)}`, headers: { "access-control-allow-origin": "*" } }),
    );
    const code = `
import mip
mip.install("github:org/repo/folder/named.py", version="v2", target="/mine")
print(open("/mine/named.py").read())`;
    const { out } = await configured(page, "MicroPython", { packages: ["github:org/repo/other.py"] }, `import other; print(other.word)`, code);
    assert.match(out, /^\/org\/repo\/HEAD\/other\.py\n/);
    assert.match(out, /word = "\/org\/repo\/v2\/folder\/named\.py"/);
  });
});
