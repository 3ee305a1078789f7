/**
 * Pages with an editor whose worker may use the page, and what workers say to the
 * page, for tests of `pyscript`: every message of every worker is kept in `said`,
 * the workers themselves in `workers`.
 */

import assert from "node:assert/strict";
import { editorOn, escaped, open } from "./editor.mjs";

/** Runs in the page, before anything else. */
function record() {
  window.said = [];
  window.workers = [];
  window.Worker = class extends window.Worker {
    constructor(...about) {
      super(...about);
      workers.push(this);
      // Lists are what the two halves of page access say to each other.
      this.addEventListener("message", ({ data }) => Array.isArray(data) || said.push(data));
    }
  };
}

const HEAD = `<script>(${record})()</script>`;

/**
 * A page with one editor whose worker may use the page.
 * @param {any} on a site @param {import("node:test").TestContext} t
 * @param {{ tag: string, code?: string, attributes?: string, body?: string, head?: string, expected?: RegExp }} about
 */
export async function openBridged(t, on, { tag, code = "", attributes = "", body = "", head = "", ...options }) {
  const page = await open(t, on, `<${tag} ${attributes}>${escaped(code)}</${tag}>${body}`, { head: HEAD + head, ...options });
  const editor = editorOn(page, tag);
  await editor.content.waitFor();
  return Object.assign(editor, {
    /** What `display` has shown, each as its text. */
    displayed: editor.output.locator(".rich"),
    remarks: editor.host.locator(".output .remark > p"),

    /** What programs wrote, without what they displayed: that is drawn in its own time. */
    written: () => editor.output.evaluate((output) => {
      const copy = output.cloneNode(true);
      for (const rich of copy.querySelectorAll(".rich")) rich.remove();
      return copy.textContent;
    }),

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
