/**
 * What browser tests stand on: a server on the loopback interface that serves
 * `dist/` and the pages of a test, and a Chromium. A test file calls `site()`
 * once and then `page(t, html)` in each test; both end with the tests.
 *
 * Not here: what the editor looks like inside; no test case.
 */

import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".py": "text/plain; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".zip": "application/zip",
};

const ISOLATION = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** Keeps the browser from looking for servers of its maker. */
const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const NO_SPARE = `<meta name="py-editor-spare" content="off">`;

/**
 * What a route answers; everything may be left out.
 * @typedef {{ body?: string | Buffer, type?: string, status?: number, headers?: Record<string, string>, delay?: number }} Route
 * How a file of `dist/` goes wrong: not there, ended half-way, other bytes, or never answered.
 * @typedef {"missing" | "cut" | "broken" | "silent"} Failure
 */

/**
 * Starts a server on a free port. `/dist/…` is the folder, everything else a route.
 * @param {{ isolated?: boolean }} [options] whether pages get COOP and COEP
 */
export async function startServer({ isolated = true } = {}) {
  /** @type {Map<string, Route>} */
  const routes = new Map();
  /** @type {Map<string, Failure>} */
  const failures = new Map();
  /** @type {string[]} */
  const requests = [];

  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    requests.push(path);
    response.setHeader("cache-control", "no-cache");
    response.setHeader("cross-origin-resource-policy", "cross-origin");
    for (const [name, value] of Object.entries(isolated ? ISOLATION : {})) response.setHeader(name, value);
    try {
      const route = routes.get(path);
      if (route) await answer(response, route);
      else if (path.startsWith("/dist/")) await answerFile(request, response, path, failures.get(path));
      else answer(response, { status: 404, body: "no such page" });
    } catch {
      response.destroy();
    }
  });
  server.listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());

  return {
    url: `http://localhost:${port}`,
    /** Every path asked for, in order. */
    requests,
    /** @param {string} path @param {Route | string} route */
    route: (path, route) => routes.set(path, typeof route === "string" ? { body: route } : route),
    /** @param {string} file relative to `dist/` @param {Failure} failure */
    fail: (file, failure) => failures.set(`/dist/${file}`, failure),
    /** @param {string} [file] relative to `dist/`; without one, all files work again */
    heal: (file) => (file ? failures.delete(`/dist/${file}`) : failures.clear()),
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}

/**
 * A browser with a fresh profile. `CHROMIUM` names its program.
 * @param {string[]} [flags] more flags
 */
export function launch(flags = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [...FLAGS, ...flags],
  });
}

/**
 * A server and a browser for the tests of one file.
 * @param {{ isolated?: boolean, flags?: string[] }} [options]
 */
export function site({ isolated = true, flags = [] } = {}) {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {import("playwright-core").Browser} */
  let browser;
  let pages = 0;

  before(async () => {
    [server, browser] = await Promise.all([startServer({ isolated }), launch(flags)]);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  return {
    get server() {
      return server;
    },
    get browser() {
      return browser;
    },
    /**
     * Opens a page with this body. The test fails on errors that nobody
     * caught and on errors in the console, except those that `expected` matches.
     * There is no spare interpreter unless `spare` says so: tests count workers.
     * @param {import("node:test").TestContext} t
     * @param {string} html the body
     * @param {{ head?: string, spare?: boolean, expected?: RegExp, context?: import("playwright-core").BrowserContextOptions }} [options]
     */
    async page(t, html, { head = "", spare = false, expected, context = {} } = {}) {
      const path = `/page-${++pages}.html`;
      server.route(path, { type: TYPES[".html"], body: documentOf(spare ? head : NO_SPARE + head, html) });
      const own = await browser.newContext(context);
      const page = await own.newPage();
      const errors = collectErrors(page);
      t.after(async () => {
        await own.close();
        const unexpected = errors.filter((text) => !expected?.test(text));
        assert.deepEqual(unexpected, [], "the page reported errors");
      });
      await page.goto(server.url + path);
      return Object.assign(page, { errors });
    },
  };
}

/** @param {string} head @param {string} html */
export function documentOf(head, html) {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>test</title><link rel="icon" href="data:,">${head}
<script type="module" src="/dist/py-editor.js"></script></head>
<body>${html}</body>
</html>`;
}

/** @param {import("playwright-core").Page} page */
function collectErrors(page) {
  /** @type {string[]} */
  const errors = [];
  page.on("pageerror", (error) => errors.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(`console: ${message.text()} (${message.location().url})`);
  });
  return errors;
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {Route} route
 */
async function answer(response, { body = "", type = "text/plain; charset=utf-8", status = 200, headers = {}, delay = 0 }) {
  if (delay) await sleep(delay);
  response.writeHead(status, { "content-type": type, ...headers }).end(body);
}

/**
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 * @param {string} path
 * @param {Failure | undefined} failure
 */
async function answerFile(request, response, path, failure) {
  if (failure === "silent") return;
  const file = join(DIST, normalize(path.slice("/dist".length)));
  const about = failure === "missing" ? null : await stat(file).catch(() => null);
  if (!about?.isFile()) return answer(response, { status: 404, body: "no such file" });
  const type = TYPES[/** @type {keyof typeof TYPES} */ (extname(file))] ?? "application/octet-stream";
  const headers = { "content-type": type, "content-length": about.size };
  if (failure) return answerWrongly(response, headers, await readFile(file), failure);
  const etag = `"${about.size}-${about.mtimeMs}"`;
  if (request.headers["if-none-match"] === etag) return void response.writeHead(304, { etag }).end();
  response.writeHead(200, { ...headers, etag });
  createReadStream(file).pipe(response);
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {import("node:http").OutgoingHttpHeaders} headers
 * @param {Buffer} content
 * @param {Failure} failure
 */
function answerWrongly(response, headers, content, failure) {
  response.writeHead(200, headers);
  if (failure === "broken") return void response.end(content.map((byte) => byte ^ 0x5a));
  response.write(content.subarray(0, content.length >> 1), () => response.destroy());
}
