/**
 * Editing as a person does it, one description for every engine: by keys, a mouse and
 * the clipboard (typist.mjs). editing.test.mjs runs them in Chromium, editing-engines.test.mjs
 * in Firefox and WebKitGTK.
 *
 * Not here: input methods, which can be driven in Chromium alone (editing.test.mjs,
 * typing.test.mjs); what is read from or written to the clipboard by a page, and rich text on it; rules
 * of each command (native tests of editor-core).
 */

import assert from "node:assert/strict";

/**
 * A case begins with the caret at the end of `code`.
 * @typedef {{ name: string, code?: string, attributes?: Record<string, string>, run: (on: import("./typist.mjs").Typist) => Promise<unknown> }} Case
 */

const NUMBERED = Array.from({ length: 5000 }, (_, index) => `value_${index} = ${index}`);

/** @type {Case[]} */
export const CASES = [
  // ---- typing ----
  {
    name: "what is typed stands at the caret",
    async run(on) {
      await on.type("print(1)");
      await on.is("print(1)|");
      await on.press("ArrowLeft");
      await on.type(" + 2");
      await on.is("print(1 + 2|)");
    },
  },
  {
    name: "a selection is replaced by what is typed",
    code: "one two\nthree",
    async run(on) {
      await on.press("Control+Home", "Shift+ArrowDown", "x");
      await on.is("x|three");
    },
  },
  {
    name: "Enter keeps the indentation, indents after a colon, goes back after return, and takes the rest of the line along",
    async run(on) {
      await on.type("def f():\nif x:\ny = 1\nreturn 1\nz");
      await on.is("def f():\n    if x:\n        y = 1\n        return 1\n    z|");
      await on.press("ArrowLeft", "Enter");
      await on.is("def f():\n    if x:\n        y = 1\n        return 1\n    \n    |z");
    },
  },
  {
    name: "Tab indents and Shift+Tab outdents",
    code: "a\nb",
    async run(on) {
      await on.press("Home", "Tab");
      await on.is("a\n    |b");
      await on.press("Shift+Tab");
      await on.is("a\n|b");
      await on.press("Control+a", "Tab");
      await on.holds("    a\n    b");
      await on.press("Shift+Tab");
      await on.holds("a\nb");
    },
  },
  {
    name: "Tab takes the indentation that the document has",
    code: "if a:\n  b\n",
    async run(on) {
      await on.press("Tab");
      await on.is("if a:\n  b\n  |");
    },
  },
  {
    name: "Escape, then Tab, leaves the editor; so does Escape, then Shift+Tab",
    code: "a",
    async run(on) {
      await on.surround();
      assert.equal(await on.focused(), "content");
      await on.press("Escape", "Tab");
      assert.notEqual(await on.focused(), "content");
      await on.end();
      await on.press("Escape", "Shift+Tab");
      assert.notEqual(await on.focused(), "content");
      await on.end();
      await on.press("Escape", "q", "Tab");
      await on.is("aq  |");
    },
  },
  {
    name: "Backspace and Delete, by character and by word, over line breaks",
    code: "one two\nthree four",
    async run(on) {
      await on.press("Backspace");
      await on.is("one two\nthree fou|");
      await on.press("Control+Backspace");
      await on.is("one two\nthree |");
      await on.press("Home", "Backspace");
      await on.is("one two|three ");
      await on.press("Control+Home", "Delete");
      await on.is("|ne twothree ");
      await on.press("Control+Delete");
      assert.match(await on.marked(), /^\| ?twothree $/);
      await on.press("Control+End", "Delete");
      assert.match(await on.marked(), /^ ?twothree \|$/);
    },
  },
  {
    name: "Backspace in the indentation takes a level",
    code: "if a:\n        ",
    async run(on) {
      await on.press("Backspace");
      await on.is("if a:\n    |");
    },
  },
  {
    name: "brackets and quotes come in pairs, go around a selection, and are stepped over",
    async run(on) {
      await on.type("print(");
      await on.is("print(|)");
      await on.type('"a');
      await on.is('print("a|")');
      await on.type('")');
      await on.is('print("a")|');
      await on.press("Shift+Home");
      await on.type("[");
      await on.holds('[print("a")]');
      await on.press("End");
      await on.type(" {");
      await on.press("Backspace");
      await on.is('[print("a")] |');
      await on.type("f(");
      await on.press("Enter", "x");
      await on.is('[print("a")] f(\n    x|\n)');
    },
  },
  {
    name: "lines are moved, copied, deleted, joined and made comments by keys",
    code: "if a:\n    b\nc",
    async run(on) {
      // What does it comes when somebody goes to an editor.
      await on.equipped();
      await on.press("Alt+ArrowUp");
      await on.is("if a:\nc|\n    b");
      await on.press("Alt+Shift+ArrowDown");
      await on.is("if a:\nc\nc|\n    b");
      await on.press("Control+Shift+K");
      await on.is("if a:\nc\n|    b");
      await on.press("Control+a", "Control+/");
      await on.holds("# if a:\n# c\n#     b");
      await on.press("Control+/");
      await on.holds("if a:\nc\n    b");
      await on.press("Control+Home", "Control+j");
      await on.is("|if a: c\n    b");
      await on.press("Control+z");
      await on.holds("if a:\nc\n    b");
    },
  },
  {
    name: "wide, astral and combined characters are edited whole",
    async run(on) {
      await on.type("日本");
      await on.paste("😀e\u0301👍🏽");
      await on.is("日本😀e\u0301👍🏽|");
      await on.press("Home", "ArrowRight*2", "x");
      await on.is("日本x|😀e\u0301👍🏽");
      await on.press("ArrowRight", "y");
      await on.is("日本x😀y|e\u0301👍🏽");
      await on.press("Backspace*2");
      await on.is("日本x|e\u0301👍🏽");
      await on.press("ArrowRight", "Delete", "Backspace");
      await on.is("日本x|");
    },
  },
  {
    name: "right-to-left text is crossed and deleted in its own order",
    code: 'x = "שלום"\n한국',
    async run(on) {
      await on.press("Control+Home", "End", "ArrowLeft*2");
      await on.is('x = "שלו|ם"\n한국');
      await on.press("Shift+ArrowLeft");
      await on.is('x = "של«|ו»ם"\n한국');
      await on.press("Delete", "ArrowDown", "Home", "Delete");
      await on.is('x = "שלם"\n|국');
    },
  },
  {
    name: "typing into a line does not lose what the page shows beside it",
    code: "a = '😀' + b  # note",
    async run(on) {
      await on.press("Home", "ArrowRight*6", "=");
      await on.holds("a = '😀=' + b  # note");
    },
  },

  // ---- the caret ----
  {
    name: "arrows, Home and End, with and without Shift and Ctrl",
    code: "    one two\nthree",
    async run(on) {
      await on.press("ArrowUp");
      await on.is("    o|ne two\nthree");
      await on.press("End", "Shift+Control+ArrowLeft");
      await on.is("    one «|two»\nthree");
      await on.press("Home");
      await on.is("    |one two\nthree");
      await on.press("Home");
      await on.is("|    one two\nthree");
      await on.press("Shift+End");
      await on.is("«    one two|»\nthree");
      await on.press("ArrowRight", "ArrowRight");
      await on.is("    one two\n|three");
      await on.press("Shift+Control+End");
      await on.is("    one two\n«three|»");
      await on.press("ArrowLeft", "Control+ArrowRight");
      await on.is("    one two\nthree|");
      await on.press("Shift+Control+Home");
      await on.is("«|    one two\nthree»");
    },
  },
  {
    name: "Up and Down keep the column over short lines",
    code: "abcdef\nx\nabcdef",
    async run(on) {
      await on.press("ArrowUp*2");
      await on.is("abcdef|\nx\nabcdef");
      await on.press("ArrowLeft*2", "ArrowDown");
      await on.is("abcdef\nx|\nabcdef");
      await on.press("ArrowDown");
      await on.is("abcdef\nx\nabcd|ef");
    },
  },
  {
    name: "the page keys move by what is in sight",
    code: Array.from({ length: 100 }, (_, index) => `x${index}`).join("\n"),
    attributes: { rows: "10" },
    async run(on) {
      const line = async () => (await on.marked()).split("|")[0].split("\n").length - 1;
      await on.press("Control+Home", "PageDown");
      const page = await line();
      assert.ok(page >= 5 && page <= 10, `${page} lines`);
      await on.press("PageDown");
      assert.equal(await line(), 2 * page);
      await on.press("PageUp*2");
      assert.equal(await line(), 0);
    },
  },

  // ---- undo ----
  {
    name: "undo and redo, by both of its keys, with the caret; a run of keys is one step",
    code: "a = 1",
    async run(on) {
      await on.type("0");
      await on.press("Enter");
      await on.type("b");
      await on.press("Control+a", "Delete", "Control+z");
      await on.holds("a = 10\nb");
      await on.press("Control+z*5");
      assert.doesNotMatch(await on.code(), /b/);
      await on.press("Control+Shift+z*9");
      await on.holds("");
      await on.press("Control+z");
      await on.holds("a = 10\nb");
      await on.press("Control+y");
      await on.holds("");
      await on.press("Control+z", "End");
      await on.press("Home", "x", "End", "y", "ArrowLeft", "Control+z");
      assert.doesNotMatch(await on.code(), /y/);
      assert.match(await on.code(), /x/);
    },
  },

  // ---- the clipboard ----
  {
    name: "copy, cut and paste by keys; without a selection the clipboard is left alone",
    code: "one two\nthree",
    async run(on) {
      await on.press("Control+Home", "Shift+Control+ArrowRight", "Control+c", "End", "Control+v");
      await on.is("one twoone|\nthree");
      await on.press("Control+a", "Control+x");
      await on.is("|");
      await on.press("Control+v");
      await on.is("one twoone\nthree|");
      await on.press("Control+c", "Control+x", "Control+v");
      await on.is("one twoone\nthreeone twoone\nthree|");
      await on.press("Control+z", "Control+z");
      await on.holds("");
    },
  },
  {
    name: "several lines with CRLF are pasted as lines, tabs and all",
    code: "<>",
    async run(on) {
      await on.press("ArrowLeft");
      await on.paste("def f():\r\n\treturn 1\r\n\rx");
      await on.is("<def f():\n\treturn 1\n\nx|>");
    },
  },

  // ---- the mouse ----
  {
    name: "a click puts the caret, Shift+click extends",
    code: "one two\nthree = 'four'\n\nlast",
    async run(on) {
      await on.click(1, 2);
      await on.is("one two\nth|ree = 'four'\n\nlast");
      await on.click(1, 10, { keys: ["Shift"] });
      await on.is("one two\nth«ree = 'f|»our'\n\nlast");
      await on.click(2, 0);
      await on.is("one two\nthree = 'four'\n|\nlast");
    },
  },
  {
    name: "a double click takes the word, a triple click the line",
    code: "one two_2 three\nfour",
    async run(on) {
      await on.click(0, 6, { count: 2 });
      await on.is("one «two_2|» three\nfour");
      await on.click(1, 1);
      await on.click(0, 6, { count: 3 });
      assert.match(await on.marked(), /^«one two_2 three\n?\|»\n?four$/);
      await on.type("x");
      assert.match(await on.code(), /^x\n?four$/);
    },
  },
  {
    name: "a drag selects, forwards and backwards, over lines",
    code: "one two\nthree\nfour",
    async run(on) {
      await on.drag([0, 4], [2, 2]);
      await on.is("one «two\nthree\nfo|»ur");
      await on.drag([2, 2], [0, 4]);
      await on.is("one «|two\nthree\nfo»ur");
      await on.press("Delete");
      await on.is("one |ur");
    },
  },
  {
    name: "a drag after a double click goes by words",
    code: "one two three",
    async run(on) {
      await on.drag([0, 5], [0, 10], { count: 2 });
      await on.is("one «two three|»");
    },
  },

  // ---- what the page shows ----
  {
    name: "colours follow an edit far above them",
    code: `"""\na = 1\nreturn\n"""`,
    async run(on) {
      const is = (/** @type {string} */ name) => on.until(async () => (await on.texts(`.line .${name}`)).some((text) => text.includes("return")));
      await is("string");
      await on.press("Control+Home", "#");
      await is("keyword");
      assert.ok(!(await on.texts(".line .string")).some((text) => text.includes("return")));
      await on.press("Control+z");
      await is("string");
    },
  },
  {
    name: "line numbers stand beside their lines",
    code: "a\nb",
    async run(on) {
      const numbers = async () => (await on.texts(".gutter")).join().trim();
      assert.equal(await numbers(), "1\n2");
      await on.press("Enter*8");
      assert.equal(await numbers(), Array.from({ length: 10 }, (_, index) => index + 1).join("\n"));
      await on.press("Control+a", "Backspace");
      assert.equal(await numbers(), "1");
    },
  },
  {
    name: "of a long document only a window is in the page, and editing works at its end",
    code: NUMBERED.join("\n"),
    attributes: { rows: "12" },
    async run(on) {
      const lines = () => on.texts(".line");
      const has = (/** @type {string} */ line) => on.until(async () => (await lines()).includes(line));
      await has("value_4999 = 4999");
      assert.ok((await lines()).length < 1000);
      assert.equal((await on.texts(".gutter")).join().trim().split("\n").at(-1), "5000");
      await on.type("9\nlast = 1");
      await has("last = 1");
      const edited = `${NUMBERED.join("\n")}9\nlast = 1`;
      assert.equal(await on.code(), edited);
      await on.press("Control+a", "Control+c", "Control+Home");
      await has("value_0 = 0");
      await on.press("#", "Enter", "Control+v");
      assert.equal(await on.code(), `#\n${edited}${edited}`);
      await on.press("Control+z");
      assert.equal(await on.code(), `#\n${edited}`);
      // What is in the page is the document's lines from the first number on.
      await on.drawn();
      const first = Number((await on.texts(".gutter")).join().trim().split("\n")[0]);
      assert.deepEqual(await lines(), `#\n${edited}`.split("\n").slice(first - 1, first - 1 + (await lines()).length));
    },
  },

  // ---- several carets ----
  {
    name: "several carets: by keys, typing, deleting, Enter, Tab, pairs, undo, and back to one",
    async run(on) {
      await on.equipped();
      await on.start("one\ntwo\nthree");
      await on.press("Control+Alt+ArrowDown", "Control+Alt+ArrowDown");
      await on.has("|one\n|two\n|three");
      await on.type("x(");
      await on.has("x(|one\nx(|two\nx(|three");
      await on.press("End");
      await on.type(")");
      await on.press("Backspace*2", "Shift+ArrowLeft");
      await on.type("[");
      await on.holds("x(o[n]\nx(t[w]\nx(thr[e]");
      await on.press("Control+z*4");
      await on.has("|one\n|two\n|three");
      await on.press("Control+y*4", "Escape");
      assert.equal(await on.marks("caret"), 0);
      await on.start("a\nb");
      await on.press("Control+Alt+ArrowDown", "Tab", "End", "Enter");
      await on.has("    a\n    |\n    b\n    |");
      await on.press("Control+Alt+ArrowUp", "Escape", "Shift+Home", "Delete");
      assert.equal((await on.code()).split("\n").length, 4);
    },
  },
  {
    name: "the next match, all matches, and words",
    async run(on) {
      await on.equipped();
      await on.start("ab = 1\nprint(ab, abc)\nab += 1");
      await on.press("Control+d");
      await on.is("«ab|» = 1\nprint(ab, abc)\nab += 1");
      await on.press("Control+d");
      assert.equal(await on.marks("selected"), 1);
      await on.press("Control+d");
      await on.type("total");
      await on.has("total| = 1\nprint(total|, abc)\ntotal| += 1");
      await on.press("Control+z");
      await on.press("Escape", "Control+Home", "Control+Shift+L");
      await on.type("n");
      await on.has("n| = 1\nprint(n|, abc)\nn| += 1");
    },
  },
  {
    name: "the mouse adds carets and takes them, and selects columns",
    async run(on) {
      await on.equipped();
      await on.start("abcdef\nghijkl\n\nmnop");
      const keys = ["Alt"];
      await on.click(1, 3, { keys });
      await on.click(3, 1, { keys });
      await on.has("|abcdef\nghi|jkl\n\nm|nop");
      await on.click(1, 3, { keys });
      await on.has("|abcdef\nghijkl\n\nm|nop");
      await on.click(0, 2);
      await on.has("ab|cdef\nghijkl\n\nmnop");
      await on.drag([0, 1], [3, 3], { keys });
      await on.press("Control+x");
      await on.has("a|def\ng|jkl\n|\nm|p");
      await on.type("-");
      await on.has("a-|def\ng-|jkl\n-|\nm-|p");
    },
  },
  {
    name: "copies of several carets are pasted one a caret",
    async run(on) {
      await on.equipped();
      await on.start("one 1\ntwo 2");
      await on.press("Control+Alt+ArrowDown", "Control+Shift+ArrowRight", "Control+c", "End", "Control+v");
      await on.has("one 1one|\ntwo 2two|");
      await on.press("Escape", "Control+v");
      await on.holds("one 1one\ntwo 2twoone\ntwo");
      // Carets that select nothing are not cut.
      await on.start("one\ntwo");
      await on.press("Control+Alt+ArrowDown", "Control+x");
      await on.has("|one\n|two");
    },
  },

  // ---- finding, brackets, syntax ----
  {
    name: "find: its count, both ways round, rules, and the keyboard back",
    async run(on) {
      await on.equipped();
      const said = async () => (await on.drawn(), (await on.texts(".find-count")).join());
      await on.start("an ant\nAn Anna\nbanana an");
      await on.press("Control+f");
      assert.match(await on.focused(), /find-field/);
      await on.type("an");
      assert.equal(await said(), "1 of 7");
      assert.deepEqual([await on.marks("match"), await on.marks("current")], [7, 1]);
      await on.press("Enter*2");
      assert.equal(await said(), "3 of 7");
      await on.press("Shift+Enter*3");
      assert.equal(await said(), "7 of 7");
      await on.press("F3");
      assert.equal(await said(), "1 of 7");
      await on.hit(`.find [aria-label="Whole words"]`);
      assert.equal(await said(), "1 of 3");
      await on.hit(`.find [aria-label="Match case"]`);
      assert.equal(await said(), "1 of 2");
      await on.press("Escape");
      await on.is("«an|» ant\nAn Anna\nbanana an");
      assert.equal(await on.marks("match"), 0);
      await on.press("F3");
      await on.is("an ant\nAn Anna\nbanana «an|»");
    },
  },
  {
    name: "replace: one, all in one step, and what was typed since is counted",
    async run(on) {
      await on.equipped();
      const said = async () => (await on.drawn(), (await on.texts(".find-count")).join());
      await on.start("a b a b a");
      await on.press("Control+h");
      await on.type("a");
      await on.hit(`.find [aria-label="Replace with"]`);
      await on.type("xa");
      await on.press("Enter");
      await on.holds("xa b a b a");
      assert.equal(await said(), "2 of 3");
      await on.press("Shift+Enter");
      await on.holds("xxa b xa b xa");
      assert.equal(await said(), "3 replaced");
      await on.end();
      await on.press("Control+z");
      await on.holds("xa b a b a");
      await on.press("Control+End");
      await on.type("a");
      assert.equal(await said(), "4 matches");
    },
  },
  {
    name: "find in several lines that were selected: counted, walked and replaced in them only, until that is switched off",
    async run(on) {
      await on.equipped();
      const said = async () => (await on.drawn(), (await on.texts(".find-count")).join());
      const rules = async () => (await on.texts(`.find [aria-pressed="true"]`)).join();
      await on.start("a = 1\nb = a\na = a\nc = a");
      await on.press("Control+f");
      await on.type("a");
      assert.equal(await rules(), "");
      await on.press("Escape", "Control+Home", "ArrowDown", "Shift+ArrowDown", "Shift+End", "Control+h");
      assert.equal(await rules(), "Selection");
      await on.press("Enter");
      assert.deepEqual([await said(), await on.marks("match"), await on.marks("part")], ["1 of 3", 3, 2]);
      await on.press("Enter*3");
      assert.equal(await said(), "1 of 3");
      await on.press("Shift+Enter");
      assert.equal(await said(), "3 of 3");
      await on.hit(`.find [aria-label="Replace with"]`);
      await on.type("long");
      await on.press("Enter");
      assert.equal(await on.code(), "a = 1\nb = a\na = long\nc = a");
      assert.equal(await said(), "1 of 2");
      // What is typed above moves the part; undo brings back what was in it.
      await on.end();
      await on.press("Control+Home");
      await on.type("a\n");
      assert.equal(await said(), "2 matches");
      await on.hit(`.find [aria-label="Replace with"]`);
      await on.press("Shift+Enter");
      assert.equal(await on.code(), "a\na = 1\nb = long\nlong = long\nc = a");
      await on.end();
      await on.press("Control+z");
      assert.equal(await said(), "2 matches");
      await on.hit(`.find [aria-label="In the selection only"]`);
      assert.deepEqual([await rules(), await on.marks("part")], ["", 0]);
      assert.match(await said(), /of 5$/);
      await on.press("Escape");
      assert.equal(await on.marks("match"), 0);
    },
  },
  {
    name: "a block is folded: the caret steps over it, deleting towards it opens it, and so does its summary",
    async run(on) {
      await on.equipped();
      const numbers = async () => (await on.drawn(), (await on.texts(".gutter")).join().trim().split("\n").join(" "));
      const code = "if a:\n    b\n    c\nd";
      await on.start(code);
      await on.press("Control+Shift+{");
      assert.deepEqual([await numbers(), await on.texts(".fold")], ["1 4", ["… 2 lines"]]);
      await on.holds(code);
      await on.press("ArrowDown", "Home", "ArrowLeft", "x");
      await on.is("if a:x|\n    b\n    c\nd");
      await on.press("Control+z", "Control+End", "Home", "Backspace");
      await on.is("if a:\n    b\n    c\n|d");
      assert.equal(await numbers(), "1 2 3 4");
      await on.press("Control+Home", "Control+Shift+{");
      assert.equal(await numbers(), "1 4");
      await on.hit(".fold");
      assert.equal(await numbers(), "1 2 3 4");
      await on.is("|if a:\n    b\n    c\nd");
    },
  },
  {
    name: "brackets in pairs, and one that is alone",
    async run(on) {
      await on.equipped();
      await on.start("f(a, [b])\ng(1\n");
      const marks = async () => [await on.marks("bracket"), await on.marks("wrong")];
      await on.press("ArrowRight*2");
      assert.deepEqual(await marks(), [2, 0]);
      await on.press("ArrowRight");
      assert.equal(await on.marks("bracket"), 0);
      await on.press("ArrowDown", "Home", "ArrowRight*2");
      assert.deepEqual(await marks(), [1, 1]);
      await on.press("End");
      await on.type(")");
      assert.deepEqual(await marks(), [2, 0]);
    },
  },
  {
    name: "the selection grows by syntax and shrinks again; undo keeps what a script set",
    async run(on) {
      await on.equipped();
      await on.start("print(one, two)");
      await on.press("ArrowRight*7", "Shift+Alt+ArrowRight");
      await on.is("print(«one|», two)");
      await on.press("Shift+Alt+ArrowRight*2");
      await on.is("print«(one, two)|»");
      await on.press("Shift+Alt+ArrowLeft*2");
      await on.is("print(«one|», two)");

      await on.start("a\nb");
      await on.press("End");
      await on.type("x");
      await on.setCode("start\nax\nb");
      await on.is("start\nax|\nb");
      await on.press("Control+z");
      await on.is("ax|\nb");
      await on.press("Control+z");
      await on.is("a|\nb");
      await on.press("Control+y*2");
      await on.is("start\nax|\nb");
    },
  },
];
