/**
 * PyScript's `<script type="py-editor">`: the members that pages written for it
 * expect on the script itself, each passed on to the editor that stands for it.
 *
 * Not here: finding scripts and making their editors (`upgrade.rs`).
 */

/** @typedef {HTMLElement & Record<string, any>} EditorElement one of ours, see element.js */

/** What both have. */
const MEMBERS = ["code", "handleEvent", "xworker"];

/**
 * Gives a script the members of its editor.
 * @param {HTMLScriptElement} script
 * @param {EditorElement} editor
 */
export function adopt(script, editor) {
  for (const name of MEMBERS) {
    Object.defineProperty(script, name, {
      configurable: true,
      get: () => editor[name],
      set: (value) => (editor[name] = value),
    });
  }
  Object.defineProperty(script, "target", { configurable: true, get: () => editor });
  Object.defineProperty(script, "process", { configurable: true, value: editor.process.bind(editor) });
  editor.script = script;
}

/**
 * The open shadow roots at and below a node, as far as they are attached by now.
 * @param {Node} node
 * @returns {ShadowRoot[]}
 */
export function shadowRootsWithin(node) {
  if (!(node instanceof Element || node instanceof Document || node instanceof ShadowRoot)) return [];
  const own = node instanceof Element && node.shadowRoot ? [node.shadowRoot] : [];
  const below = [...node.querySelectorAll("*")].flatMap(({ shadowRoot }) => shadowRoot ?? []);
  // Our own editors have roots without scripts inside.
  const foreign = [...own, ...below].filter(({ host }) => !/^m?py-editor$/.test(host.localName));
  return foreign.flatMap((root) => [root, ...shadowRootsWithin(root)]);
}
