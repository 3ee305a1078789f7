/**
 * Pages whose workers have page access, and what workers say to the page, for
 * tests of `pyscript`. Every message of every worker is kept in `said`.
 *
 * Until the runtime opens its workers through `page.js` itself, this does it in
 * its place (see STAND_IN), and keeps messages from the page that it cannot read yet.
 */

import assert from "node:assert/strict";
import { editorOn, escaped, open } from "./editor.mjs";

/** What the page is told about a worker beyond its output. */
const NEW_KINDS = ["Display", "Remark", "Background", "Progress"];

/** Runs in the page, before anything else. */
function record(newKinds) {
  window.said = [];
  window.workers = [];
  window.deadlocks = [];
  const kindOf = (data) => (typeof data === "string" ? data : Object.keys(data)[0]);
  window.bridge = import("/dist/page.js");
  const Native = window.Worker;
  window.Worker = class Recorder extends Native {
    constructor(url, options) {
      if (new.target === Recorder && window.opener_) return window.opener_(url, options);
      super(url, options);
      this.addEventListener("message", (event) => {
        const { data } = event;
        if (Array.isArray(data)) return;
        said.push(data);
        if (newKinds.includes(kindOf(data))) event.stopImmediatePropagation();
      });
    }
  };
  window.bridge.then(({ openWorker }) => {
    // STAND_IN for the runtime: coincident's worker instead of a plain one, and the new members of `Prepare`.
    window.opener_ = (url, { name }) => {
      const page = window.pageAccess ?? "full";
      const opener = window.opener_;
      window.opener_ = null;
      const worker = openWorker(url, name, { page, serviceWorker: window.serviceWorkerURL ?? null, onDeadlock: (text) => deadlocks.push(text) });
      window.opener_ = opener;
      workers.push(worker);
      const { postMessage } = worker;
      worker.postMessage = (envelope, ...rest) => {
        const prepare = envelope.message?.Prepare;
        if (prepare) {
          Object.assign(prepare, { base: document.baseURI, page: page === "full" ? "Full" : "None" });
          if (window.plan) envelope.parcel = { plan: window.plan };
        }
        return postMessage.call(worker, envelope, ...rest);
      };
      return worker;
    };
    window.isBridged = true;
  });
}

const HEAD = `<script>(${record})(${JSON.stringify(NEW_KINDS)})</script>`;

/**
 * A page with one editor whose worker may use the page.
 * @param {any} on a site @param {import("node:test").TestContext} t
 * @param {{ tag: string, code?: string, body?: string, head?: string, expected?: RegExp }} about
 */
export async function openBridged(t, on, { tag, code = "", body = "", head = "", ...options }) {
  const page = await open(t, on, `<${tag}>${escaped(code)}</${tag}>${body}`, { head: HEAD + head, ...options });
  await page.waitForFunction(() => window.isBridged);
  const editor = editorOn(page, tag);
  await editor.content.waitFor();
  return Object.assign(editor, {
    /** Runs a program that must end well, and gives what it wrote. @param {string} text */
    async program(text) {
      const { outcome, error } = await editor.run(text);
      const raw = outcome === "ok" ? "" : await editor.raw.textContent().catch(() => error);
      assert.equal(outcome, "ok", `${await editor.written()}\n${raw}`);
      return editor.written();
    },
    /** Messages of one kind. @param {string} kind @returns {Promise<any[]>} */
    said: (kind) => page.evaluate((kind) => said.filter((data) => data[kind]).map((data) => data[kind]), kind),
  });
}
