/**
 * What the page shows is what the editor holds, as a law: a session of random
 * editing that runs inside a page, by the events that a browser sends an editor,
 * and what must hold after every step and every frame. It is a module of its own
 * so that every engine runs the same.
 *
 * Not here: the pages and engines it is run in (truth.test.mjs, editing-engines.test.mjs);
 * the laws of the text engine, which are native tests.
 */

/** Lines beyond which only a window is in the page, and the most that are in it then. */
const WHOLE = 2000;
const WINDOW = 420;
/** Lines before and behind the caret that must be right in the frame of a key. */
const NEAR = 40;
/** Frames that colours may take to be right, and undoing all may take in steps. */
const PATIENCE = 600;

const STATEMENTS = [
  "total = [1, 2.5, 'three', None]\n",
  "print(f'{total!r:>10} is {len(total)}\\n')\n",
  "def area(width, height=1, *rest):\n    # a round thing\n    return width * height\n",
  "class Shape(Base):\n    sides: int = 4\n\n    def go(self):\n        return self.sides\n",
  "@decorated(1)\nasync def main(): await other()\n",
  "text = '''one\n  two'''\n",
  "if total:\n    pass\nelse:\n    del total[0]\n",
  "# what follows is not done yet\n",
  "import os.path as path\n",
  "x = (1 if True else 2) + 0x1f\n\n",
];

/** What is typed and pasted: Python, whole and broken, and what is not one unit wide. */
const PIECES = [
  "a", "x", "self", " ", "    ", "\t", "1", "=", ":", ",", ".", "(", ")", "[", "]", "{", "}", '"', "'", '"""', "#", "\\", "@",
  "def f(a):", "return ", "é", "e\u0301", "漢字", "𝒳", "👩\u200d🚀", "🇫🇷", "שלום", "\u00a0", "\u2028", "\f", "<b>", "&amp;",
];

/** Numbers that depend on a seed alone. @param {number} seed */
function diceOf(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (/** @type {number} */ end) => Math.floor(next() * end);
  /** @template T @param {readonly T[]} of */
  const pick = (of) => of[below(of.length)];
  return { below, pick, pieces: (/** @type {number} */ most) => Array.from({ length: 1 + below(most) }, () => pick(PIECES)).join("") };
}

/** A program that parses. @param {ReturnType<typeof diceOf>} dice @param {number} lines at least */
function program(dice, lines) {
  let text = "";
  for (let have = 0; have < lines; have = text.split("\n").length) text += dice.pick(STATEMENTS);
  return text;
}

const frame = () => new Promise((then) => requestAnimationFrame(() => setTimeout(then)));

/** @param {boolean} holds @param {() => string} what */
function must(holds, what) {
  if (!holds) throw new Error(what());
}

/** Where two texts part, in words. @param {string} is @param {string} should */
function parting(is, should) {
  let at = 0;
  while (at < is.length && is[at] === should[at]) at += 1;
  const near = (/** @type {string} */ text) => JSON.stringify(text.slice(Math.max(at - 20, 0), at + 40));
  return `at ${at}: ${near(is)} instead of ${near(should)}`;
}

/** An editor and its parts. @param {Record<string, string>} attributes */
async function editorWith(attributes) {
  const host = /** @type {any} */ (document.createElement("mpy-editor"));
  for (const [name, value] of Object.entries(attributes)) host.setAttribute(name, value);
  document.body.append(host);
  host.scrollIntoView({ block: "nearest" });
  const root = () => /** @type {ShadowRoot} */ (host.shadowRoot);
  while (!host.shadowRoot?.querySelector(".content[contenteditable]")) await frame();
  const find = (/** @type {string} */ css) => /** @type {HTMLElement} */ (root().querySelector(css));
  return { host, root: root(), content: find(".content"), scroller: find(".code"), gutter: find(".gutter") };
}

/** @typedef {Awaited<ReturnType<typeof editorWith>>} Parts */

/** The lines in the page, and the number of the first one, from zero. @param {Parts} parts */
function shownIn({ content, gutter }) {
  const lines = /** @type {HTMLElement[]} */ ([...content.querySelectorAll(".line")]);
  const first = Number.parseInt(gutter.textContent ?? "1", 10) - 1;
  return { lines, first };
}

/** Text and colours of a line; what is marked in it aside. @param {Element} line */
function coloursOf(line) {
  /** @type {[string, string][]} */
  const runs = [];
  for (const node of line.childNodes) {
    const name = node instanceof Element ? node.className.replace(/\s*\bfault\b/, "") : "";
    const last = runs.at(-1);
    if (last?.[0] === name) last[1] += node.textContent;
    else if (node.textContent) runs.push([name, node.textContent]);
  }
  return JSON.stringify(runs);
}

/**
 * A session. It throws, in words, where something does not hold; `story` are the latest steps then.
 * @param {{ seed: number, steps: number, lines: number, attributes?: Record<string, string> }} about
 */
export async function session({ seed, steps, lines, attributes = {} }) {
  const dice = diceOf(seed);
  const parts = await editorWith({ rows: "14", ...attributes });
  const fresh = await editorWith({ rows: "14", ...attributes });
  const { host, root, content, scroller, gutter } = parts;
  const wraps = "wrap" in attributes;
  /** @type {string[]} */
  const story = [];
  const start = program(dice, lines);
  host.code = start;
  content.focus();
  while (!root.querySelector(".marks")) await frame();

  // ---- what a browser does ----

  let told = "";
  /** @param {string} key as `"Shift+Alt+ArrowUp"` */
  const press = (key) => {
    told += ` ${key}`;
    const [name, ...mods] = key.split("+").reverse();
    const has = (/** @type {string} */ mod) => mods.includes(mod);
    if (/[zyd]$|Control\+Alt/.test(key)) isSingle = false;
    const init = { key: name, shiftKey: has("Shift"), ctrlKey: has("Control"), altKey: has("Alt"), bubbles: true, composed: true, cancelable: true };
    content.dispatchEvent(new KeyboardEvent("keydown", init));
  };
  /** @param {string} inputType @param {string | null} [data] */
  const input = (inputType, data = null) => {
    told += ` ${inputType} ${JSON.stringify(data ?? "")}`;
    const init = { inputType, data, bubbles: true, composed: true, cancelable: true };
    content.dispatchEvent(new InputEvent("beforeinput", init));
  };
  /** @param {string} text */
  const paste = (text) => {
    told += ` paste ${JSON.stringify(text.slice(0, 40))}`;
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    // Firefox takes the text by names of its own.
    const about = { clipboardData, dataType: "text/plain", data: text, bubbles: true, composed: true, cancelable: true };
    content.dispatchEvent(new ClipboardEvent("paste", about));
  };
  /** What would be on the clipboard; `null` where nothing is copied. */
  const copied = () => {
    const about = { clipboardData: new DataTransfer(), dataType: "text/plain", data: "", bubbles: true, composed: true, cancelable: true };
    const event = new ClipboardEvent("copy", about);
    return content.dispatchEvent(event) ? null : event.clipboardData?.getData("text/plain");
  };

  // ---- what there is ----

  const selection = /** @type {any} */ (getSelection());
  /**
   * The browser's selection as [from, to] in the text; `null` where it is not in the page's window
   * of it, or in lines that are still to be painted.
   * @param {string} text
   */
  const selected = (text) => {
    const [range] = selection.getComposedRanges({ shadowRoots: [root] });
    const all = text.split("\n");
    const { lines, first } = shownIn(parts);
    /** @type {(node: Node, offset: number) => number} */
    const position = (node, offset) => {
      const line = lines.findIndex((line) => line.contains(node));
      if (line < 0 || lines[line].textContent !== all[first + line]) return NaN;
      const inside = document.createRange();
      inside.setStart(lines[line], 0);
      inside.setEnd(node, offset);
      const column = inside.toString().length;
      // At the edges of a window it may stand for what lies beyond.
      const isEdge = (line === 0 && column === 0 && first > 0) || (line === lines.length - 1 && column === all[first + line].length && first + line < all.length - 1);
      return isEdge ? NaN : all.slice(0, first + line).reduce((sum, line) => sum + line.length + 1, column);
    };
    const ends = [position(range.startContainer, range.startOffset), position(range.endContainer, range.endOffset)];
    return Number.isNaN(ends[0] + ends[1]) ? null : ends;
  };
  /** Whether there is surely one caret: after Escape, until a key may have made more or brought them back. */
  let isSingle = true;
  /** What helps is closed, then all carets but one go. */
  const escape = () => {
    press("Escape");
    press("Escape");
    isSingle = true;
  };

  /** What is there in the frame of the key: the lines around the caret. Those far away may come a little later. */
  const nearHolds = () => {
    const all = /** @type {string} */ (host.code).split("\n");
    const { lines, first } = shownIn(parts);
    // Of a long document the caret may be elsewhere until the next frame.
    if (!selected(host.code)) return;
    const caret = lines.findIndex((line) => line.contains(selection.getComposedRanges({ shadowRoots: [root] })[0].startContainer));
    for (let at = Math.max(caret - NEAR, 0); at < Math.min(caret + NEAR, lines.length); at += 1) {
      const [is, should] = [lines[at].textContent ?? "", all[first + at]];
      must(is === should, () => `line ${first + at + 1}, ${at - caret} from the caret, ${parting(is, should)}`);
    }
  };

  /** What is there a little later: all lines of a whole document, a window of a long one, with their numbers. */
  const textHolds = async () => {
    const text = /** @type {string} */ (host.code);
    const all = text.split("\n");
    let [is, should] = ["", "-"];
    for (let look = 0; look < PATIENCE && is !== should; look += 1) {
      if (look) await frame();
      const { lines, first } = shownIn(parts);
      is = lines.map(({ textContent }) => textContent).join("\n");
      should = all.slice(first, first + lines.length).join("\n");
    }
    must(is === should, () => `the page shows something else, ${parting(is, should)}`);
    const { lines, first } = shownIn(parts);
    must(content.textContent === is.replaceAll("\n", ""), () => "text outside of the lines");
    if (all.length <= WHOLE) must(lines.length === all.length, () => `${lines.length} of ${all.length} lines are in the page`);
    else must(lines.length <= WINDOW, () => `${lines.length} lines of a long document are in the page`);
    const numbers = (gutter.textContent ?? "").trim().split("\n");
    must(numbers.length === lines.length && numbers.at(-1) === String(first + lines.length), () => `${numbers.length} numbers to ${numbers.at(-1)}, ${lines.length} lines from ${first + 1} on`);
  };

  /** Numbers stand beside their lines, and lines where their number says. */
  const placesHold = () => {
    const { lines, first } = shownIn(parts);
    const count = host.code.split("\n").length;
    const number = /** @type {Text} */ (gutter.firstChild);
    const sight = scroller.getBoundingClientRect();
    const top = content.children[0].getBoundingClientRect().top;
    const bottom = content.children[content.children.length - 1].getBoundingClientRect().bottom;
    must(first === 0 || top <= sight.top + 1, () => `nothing is shown above line ${first + 1}, ${top - sight.top} px below the top`);
    must(first + lines.length === count || bottom >= Math.min(sight.bottom, innerHeight) - 1, () => `nothing is shown below line ${first + lines.length}`);
    if (wraps && count <= WHOLE) return;
    const height = lines.find((line) => line.checkVisibility(/** @type {any} */ ({ contentVisibilityAuto: true })))?.getBoundingClientRect().height ?? 0;
    const room = content.getBoundingClientRect();
    const slack = 1 + count / 500;
    must(Math.abs(room.height - count * height) < slack + 2 * height, () => `the text is ${room.height} px high, not ${count} times ${height}`);
    for (const chunk of content.children) {
      const [is, should] = [chunk.getBoundingClientRect().height, chunk.childElementCount * height];
      must(Math.abs(is - should) < 1, () => `${chunk.childElementCount} lines are ${is} px high`);
    }
    for (const index of [0, dice.below(lines.length), lines.length - 1]) {
      // What is out of sight has no places.
      if (!lines[index].checkVisibility(/** @type {any} */ ({ contentVisibilityAuto: true }))) continue;
      const line = lines[index].getBoundingClientRect();
      const should = content.children[0].getBoundingClientRect().top + index * height;
      must(Math.abs(line.top - should) < 1, () => `line ${first + index + 1} is at ${line.top}, not at ${should}`);
      const from = String(number.data).split("\n").slice(0, index).reduce((sum, text) => sum + text.length + 1, 0);
      const range = document.createRange();
      range.setStart(number, from);
      range.setEnd(number, from + String(first + index + 1).length);
      // WebKit begins it at the end of the line before.
      const { top, bottom } = /** @type {DOMRect} */ ([...range.getClientRects()].at(-1));
      const [middle, beside] = [(top + bottom) / 2, (line.top + line.bottom) / 2];
      must(Math.abs(middle - beside) < 2, () => `number ${range} is ${middle - beside} px beside its line`);
    }
  };

  /** What is selected in the page is what would be copied. */
  const selectionHolds = () => {
    const text = host.code;
    const ends = selected(text);
    if (!ends || !isSingle) return;
    const is = copied() ?? "";
    const should = text.slice(...ends);
    must(is === should, () => `another selection: ${JSON.stringify(is.slice(0, 60))} would be copied, ${JSON.stringify(should.slice(0, 60))} is selected`);
  };

  /** The colours are those of an editor that never had another text. */
  const coloursHold = async () => {
    fresh.host.code = host.code;
    let difference = "";
    for (let look = 0; look < PATIENCE; look += 1) {
      fresh.scroller.scrollTop = scroller.scrollTop;
      await frame();
      const [ours, theirs] = [shownIn(parts), shownIn(fresh)];
      const from = Math.max(ours.first, theirs.first);
      const to = Math.min(ours.first + ours.lines.length, theirs.first + theirs.lines.length);
      difference = to > from ? "" : "no line in common";
      for (let line = from; line < to && !difference; line += 1) {
        const [is, should] = [coloursOf(ours.lines[line - ours.first]), coloursOf(theirs.lines[line - theirs.first])];
        if (is !== should) difference = `line ${line + 1} is ${is}, afresh ${should}`;
      }
      if (!difference) break;
    }
    must(!difference, () => `other colours: ${difference}`);
    content.focus();
  };

  // ---- steps ----

  /** A step whose outcome is known: one stretch of the text becomes another. @param {() => void} act @param {string} text */
  const replaces = (act, text) => {
    const before = host.code;
    if (dice.below(2)) escape();
    const ends = isSingle ? selected(before) : null;
    act();
    if (!ends) return;
    const after = before.slice(0, ends[0]) + text + before.slice(ends[1]);
    must(host.code === after, () => `another text ${parting(host.code, after)}`);
    const at = selected(after);
    const should = ends[0] + text.length;
    if (at) must(at[0] === should && at[1] === should, () => `the caret is at ${at}, not at ${should}`);
  };
  /** A reader's selection, by a mouse or fingers. */
  const select = () => {
    const { lines, first } = shownIn(parts);
    const all = host.code.split("\n");
    // Nobody points at a line that is still blank.
    if (lines.some(({ textContent }, at) => !textContent && all[first + at])) return;
    const place = (/** @type {HTMLElement} */ line) => {
      const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
      const texts = [];
      while (walker.nextNode()) texts.push(/** @type {Text} */ (walker.currentNode));
      if (!texts.length) return /** @type {const} */ ([line, 0]);
      const text = dice.pick(texts);
      const at = dice.below(text.length + 1);
      // No reader selects half a character.
      return /** @type {const} */ ([text, /[\udc00-\udfff]/.test(text.data[at] ?? "") ? at - 1 : at]);
    };
    const near = dice.below(lines.length);
    const ends = [near, dice.below(3) ? near : Math.min(near + dice.below(5), lines.length - 1)].map((line) => place(lines[line]));
    if (dice.below(2)) ends.reverse();
    const [[anchor, from], [head, to]] = dice.below(2) ? ends : [ends[0], ends[0]];
    selection.setBaseAndExtent(anchor, from, head, to);
  };
  /** What an input method writes, as a browser lets it: into the nodes, and asks nobody. */
  const compose = () => {
    const tell = (/** @type {string} */ name) => content.dispatchEvent(new CompositionEvent(name, { bubbles: true, composed: true }));
    const isComposing = dice.below(3) > 0;
    if (isComposing) tell("compositionstart");
    const [range] = selection.getComposedRanges({ shadowRoots: [root] });
    const node = range.startContainer;
    // What lies in several nodes or in none is left to real input methods.
    if (node instanceof Text && node === range.endContainer && content.contains(node)) {
      let [from, to] = [range.startOffset, range.endOffset];
      for (const text of ["n", "に", dice.pick(["", "日本", "e"])]) {
        node.replaceData(from, to - from, text);
        to = from + text.length;
        selection.setBaseAndExtent(node, to, node, to);
        content.dispatchEvent(new InputEvent("input", { inputType: "insertCompositionText", data: text, isComposing, bubbles: true, composed: true }));
        if (!isComposing) break;
      }
    }
    if (isComposing) tell("compositionend");
  };
  const MOVES = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown", "Control+ArrowLeft", "Control+ArrowRight", "Control+Home", "Control+End"];
  const TOOLS = [
    "Control+/", "Alt+ArrowUp", "Alt+ArrowDown", "Shift+Alt+ArrowUp", "Shift+Alt+ArrowDown", "Control+Shift+K", "Control+j", "Control+d", "Control+d",
    "Control+Alt+ArrowUp", "Control+Alt+ArrowDown", "Shift+Alt+ArrowRight", "Shift+Alt+ArrowLeft",
  ];
  const INPUTS = [
    "deleteContentBackward", "deleteContentBackward", "deleteContentForward", "deleteWordBackward", "deleteWordForward",
    "deleteSoftLineBackward", "deleteSoftLineForward", "insertParagraph", "insertParagraph", "formatBold",
  ];
  const PLAIN = ["q", "日", "_", "7", "zz"];
  /** @type {[number, () => unknown][]} how often, and what */
  const WILD = [
    [10, () => input("insertText", dice.pick(PIECES))],
    [6, () => { const text = dice.pick(PLAIN); replaces(() => input("insertText", text), text); }],
    [8, () => input(dice.pick(INPUTS))],
    [8, () => press((dice.below(3) ? "" : "Shift+") + dice.pick(MOVES))],
    [8, () => press(dice.pick(TOOLS))],
    [4, () => escape()],
    [3, () => press(dice.pick(["Tab", "Shift+Tab", "Enter", "Backspace", "Delete"]))],
    [5, () => { const text = dice.pieces(4) + (dice.below(3) ? "" : "\r\nx\r") + dice.pick(["", "\n"]); replaces(() => paste(text), text.replace(/\r\n?/g, "\n")); }],
    [2, () => paste(program(dice, 5 + dice.below(40)))],
    [6, () => back(dice.pick(["Control+z", "Control+z", "Control+y"]))],
    [8, select],
    [5, compose],
    [3, () => void (scroller.scrollTop = dice.below(scroller.scrollHeight))],
    [1, () => void (host.code = host.code.replace("x", dice.pieces(2)))],
    [1, () => press("Control+a")],
    [1, () => { press("Control+a"); press(dice.pick(["Delete", "Control+/", "Tab"])); }],
  ];
  /** What leaves a program a program. @type {[number, () => unknown][]} */
  const TIDY = [
    [8, () => {
      const { lines } = shownIn(parts);
      const starts = lines.filter((line, at) => /^(total|print|def|class|@|if|import|x) ?/.test(line.textContent ?? "") && at > 0 && lines[at - 1].textContent?.[0] !== "@");
      if (!starts.length) return;
      const [start, text] = [dice.pick(starts), dice.pick(STATEMENTS)];
      escape();
      selection.setBaseAndExtent(start, 0, start, 0);
      replaces(() => paste(text), text);
    }],
    [3, () => back(dice.pick(["Control+z", "Control+y"]))],
    [2, () => press(dice.pick(MOVES))],
    [2, () => void (scroller.scrollTop = dice.below(scroller.scrollHeight))],
  ];
  const step = (/** @type {[number, () => unknown][]} */ table) => {
    let at = dice.below(table.reduce((sum, [often]) => sum + often, 0));
    const [, act] = /** @type {(typeof table)[0]} */ (table.find(([often]) => (at -= often) < 0));
    const before = host.code;
    told = "";
    act();
    story.push(`${told || String(act).slice(0, 60)} (${before.length} -> ${host.code.length})`);
    return host.code !== before;
  };
  /** Presses a key until the text is this one. @param {string} key @param {string} text */
  const until = async (key, text) => {
    // A step may have put there what was there before.
    for (let again = 0, idle = 0; idle < 20 && again < PATIENCE && host.code !== text; again += 1) {
      const last = host.code;
      press(key);
      idle = host.code === last ? idle + 1 : 0;
    }
    must(host.code === text, () => `${key} does not lead there: ${parting(host.code, text)}`);
  };

  /** What a round began with: it undoes no more than it did. */
  let floor = "";
  /** @param {string} key */
  const back = (key) => {
    if (key === "Control+y" || host.code !== floor) press(key);
  };
  /** A round, which begins with a step that stands for itself. */
  const begin = () => {
    escape();
    floor = host.code;
    press("Control+Home");
    paste(dice.pick(STATEMENTS));
  };

  let done = 0;
  try {
    while (done < steps) {
      begin();
      const before = floor;
      const table = dice.below(3) ? WILD : TIDY;
      const count = 10 + dice.below(30);
      for (let at = 0; at < count; at += 1, done += 1) {
        if (step(table)) nearHolds();
        if (dice.below(9) === 0) {
          await frame();
          await frame();
          await textHolds();
          placesHold();
          selectionHolds();
        }
      }
      if (table === TIDY) await coloursHold();
      else {
        escape();
        await until("Control+z", before);
        await textHolds();
        await coloursHold();
      }
      must(host.code.split("\n").length < 4 * Math.max(lines, 500), () => "the document grows without end");
      if (host.code.length > 3 * start.length + 20_000) host.code = start;
    }
  } catch (error) {
    return { done, error: String(/** @type {Error} */ (error).message), story: [...story.slice(-8), `then ${told}`] };
  } finally {
    host.remove();
    fresh.host.remove();
  }
  return { done };
}
