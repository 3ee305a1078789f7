/**
 * How the editor benchmark drives this project: the shape is that of the
 * benchmark's adapters (its adapters/README.md). Everything goes through the
 * public element and what its shadow root shows; nothing is asked of the
 * inside. `tests/bench.mjs` names this file to the benchmark.
 */
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const util = await import(pathToFileURL(path.join(process.env.BENCH_DIR, "adapters/util.mjs")).href);
const DIST = process.env.OURS_DIST;
/** With it, every program runs beside the bridge to the page, also one that does not use it. */
const BRIDGED = process.env.OURS_BRIDGED ? ` onbeforerun="import pyscript"` : "";
const TAG = { micropython: "mpy-editor", pyodide: "py-editor" };

export default {
  name: "ours",
  label: "py-editor",
  can: { edit: true, highlight: true, run: true, stop: true, output: true, dom: true },
  python: { title: { setup: "from pyscript import document", call: "document.title" } },
  interpreters: ["micropython", "pyodide"],
  versions: () => ({ micropython: util.peerVersion(util.MICROPYTHON), pyodide: util.peerVersion("pyodide") }),
  available: () => (DIST && fs.existsSync(path.join(DIST, "py-editor.js"))) || "OURS_DIST holds no build",

  prepare(server) {
    // The interpreters lie in the build: the same versions as the peers', as files of its own.
    util.mountInterpreters(server);
    server.mount("/ours", DIST);
  },

  html({ sources, interpreter = "micropython", rows }) {
    const tag = TAG[interpreter];
    return util.docPage({
      head: `<script type="module" async src="/ours/py-editor.js"></script>`,
      editors: sources.map(
        (text) => `<${tag}${rows ? ` rows="${rows}"` : ""}${BRIDGED}><pre>${util.escapeHtml(text)}</pre></${tag}>`,
      ),
    });
  },

  pageApi() {
    const all = () => document.querySelectorAll("py-editor, mpy-editor");
    const find = (i, selector) => all()[i].shadowRoot?.querySelector(selector);
    const scroller = (i) => find(i, ".code");
    const near = (element) => {
      const box = element.getBoundingClientRect();
      return box.bottom > 0 && box.top < innerHeight;
    };
    // An editor that cannot be seen becomes editable when it comes near or gets
    // the focus; until then its text is there as a block that can be focused.
    // Whether it is near is asked last: that is a layout.
    const editable = (element) =>
      element.shadowRoot?.querySelector('[contenteditable="true"]') ||
      (element.shadowRoot?.querySelector('.content[tabindex="0"]') && !near(element));
    return {
      ready: () => [...all()].filter(editable).length,
      getCode: (i) => all()[i].code,
      setCode: (i, text) => (all()[i].code = text),
      focus: (i) => find(i, ".content").focus(),
      async caret(i, line) {
        const box = scroller(i);
        const height = parseFloat(getComputedStyle(box).lineHeight);
        find(i, ".content").focus();
        box.scrollTop = line * height - box.clientHeight / 2;
        await window.__bench.afterPaint();
        await window.__bench.sleep(50);
        const first = parseInt(find(i, ".gutter").textContent, 10) - 1;
        const row = find(i, ".content").querySelectorAll(".line")[line - first];
        const last = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
        let node = null;
        while (last.nextNode()) node = last.currentNode;
        if (node) getSelection().setBaseAndExtent(node, node.length, node, node.length);
        else getSelection().setBaseAndExtent(row, 0, row, 0);
      },
      visibleText: (i) => find(i, ".content").textContent,
      coloured: (i, marker) =>
        [...find(i, ".content").querySelectorAll(".line")].some((l) => l.textContent.includes(marker) && l.querySelector("span[class]")),
      scroll(i, f) {
        const box = scroller(i);
        box.scrollTop = f * (box.scrollHeight - box.clientHeight);
      },
      run: (i) => (find(i, ".run") ? find(i, ".run").click() : all()[i].run()),
      stop: (i) => find(i, ".run").click(),
      busy: (i) => find(i, ".editor").hasAttribute("data-busy"),
      output: (i) => find(i, ".output")?.textContent ?? "",
      outputTail: (i, k) => window.__bench.tailText(find(i, ".scroll"), k),
      outputNode: (i) => {
        // A click far from sight makes the editor first; the benchmark watches from before the click.
        if (!find(i, ".output")) all()[i].shadowRoot.querySelector(".content").focus();
        return find(i, ".output") ?? all()[i].shadowRoot;
      },
    };
  },
};
