/**
 * What a person does at an editor, by real keys and a real mouse, and what is
 * seen of it, in words that hold for every engine: the cases of editing-cases.mjs
 * know nothing else. Texts are written as `is` and `has` read them: `|` is a caret,
 * `«ab|»` a range with its head at the bar.
 *
 * Not here: how an engine is driven (editor.mjs and engines.mjs give `Hands`).
 */

import assert from "node:assert/strict";
import { markedText, otherCarets, pasteInto, pointAt } from "./reading.mjs";

/** Puts the other carets of a text among the signs of the browser's own selection. @param {string} own @param {number[]} others */
function withCarets(own, others) {
  const place = (/** @type {number} */ at) => {
    let plain = 0;
    for (let index = 0; index < own.length; index += 1) {
      if (plain === at && !"«»|".includes(own[index])) return index;
      plain += "«»|".includes(own[index]) ? 0 : 1;
    }
    return own.length;
  };
  return others
    .map(place)
    .sort((a, b) => b - a)
    .reduce((text, at) => `${text.slice(0, at)}|${text.slice(at)}`, own);
}

/**
 * What an engine can do with one editor. `ask` runs a function in the page, with the
 * element first. A pointer goes to a point of the window, and is pressed or let go there.
 * @typedef {{
 *   ask(run: (host: any, ...values: any[]) => any, ...values: any[]): Promise<any>,
 *   press(...keys: string[]): Promise<unknown>,
 *   type(text: string): Promise<unknown>,
 *   point(steps: ["move" | "down" | "up", number, number][], about: { keys: string[], count: number }): Promise<unknown>,
 *   until(look: () => Promise<unknown>): Promise<unknown>,
 * }} Hands
 * @typedef {ReturnType<typeof typistBy>} Typist
 * @typedef {{ keys?: string[], count?: number }} Pointing keys held meanwhile, and the number of the press: 2 is a double click
 */

/** @param {Hands} hands */
export function typistBy({ ask, press, type, point, until }) {
  const typist = {
    press,
    type,
    until,
    /** @returns {Promise<string>} */
    code: () => ask((host) => host.code),
    /** @param {string} code */
    setCode: (code) => ask((host, code) => void (host.code = code), code),
    /** The lines in the page. @returns {Promise<string>} */
    shown: () => ask((host) => [...host.shadowRoot.querySelectorAll(".line")].map(({ textContent }) => textContent).join("\n")),
    /** Texts of all that match. @param {string} css @returns {Promise<string[]>} */
    texts: (css) => ask((host, css) => [...host.shadowRoot.querySelectorAll(css)].map(({ textContent }) => textContent), css),
    /** What has the keyboard. @returns {Promise<string>} */
    focused: () => ask((host) => host.shadowRoot.activeElement?.className ?? ""),
    /** Puts the caret at the text's start. @param {string} [code] that is put there first */
    async start(code) {
      await press("Escape", "Escape");
      if (code !== undefined) await typist.setCode(code);
      await ask((host) => host.shadowRoot.querySelector(".content").focus());
      await press("Control+Home");
    },
    /** Puts the caret at the text's end. */
    end: async () => {
      await ask((host) => host.shadowRoot.querySelector(".content").focus());
      await press("Control+End");
    },
    /** Puts something before and behind the editor that the keyboard can go to. */
    surround: () => ask((host) => {
      host.before(document.createElement("button"));
      host.after(document.createElement("button"));
    }),
    /** Once what an editor in use needs is here. */
    equipped: () => until(() => ask((host) => host.shadowRoot.querySelector(".marks") !== null)),
    /** Once all that was asked for is drawn. */
    drawn: () => ask(() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(() => then(null))))),
    /** @param {string} text */
    paste: (text) => ask(pasteInto, text),
    /** The browser's selection in the text. @returns {Promise<string>} */
    marked: () => ask(markedText),
    /** All carets in the text. */
    async carets() {
      await typist.drawn();
      return withCarets(await typist.marked(), await ask(otherCarets));
    },
    /** The editor holds this text and shows it. @param {string} text */
    async holds(text) {
      assert.equal(await typist.code(), text);
      assert.equal(await typist.shown(), text);
    },
    /** @param {string} fixture with the browser's selection */
    async is(fixture) {
      assert.equal(await typist.marked(), fixture);
      await typist.holds(fixture.replace(/[«»|]/g, ""));
    },
    /** @param {string} fixture with all carets */
    async has(fixture) {
      assert.equal(await typist.carets(), fixture);
      await typist.holds(fixture.replace(/[«»|]/g, ""));
    },
    /** How many marks of a class there are. @param {string} look */
    marks: async (look) => (await typist.drawn(), (await typist.texts(`.marks > .${look}`)).length),
    /** Presses the mouse left of a character. @param {number} line @param {number} column @param {Pointing} [about] */
    async click(line, column, { keys = [], count = 1 } = {}) {
      const [x, y] = await ask(pointAt, line, column);
      await point([["move", x, y], ["down", x, y], ["up", x, y]], { keys, count });
    },
    /** @param {[number, number]} from line and column @param {[number, number]} to @param {Pointing} [about] */
    async drag(from, to, { keys = [], count = 1 } = {}) {
      const [start, end] = [await ask(pointAt, ...from), await ask(pointAt, ...to)];
      const between = (/** @type {number} */ part) => /** @type {["move", number, number]} */ (["move", ...start.map((/** @type {number} */ at, /** @type {number} */ axis) => at + (end[axis] - at) * part)]);
      await point([["move", ...start], ["down", ...start], between(0.3), between(0.7), ["move", ...end], ["up", ...end]], { keys, count });
    },
    /** Presses a button or a field. @param {string} css */
    async hit(css) {
      const [x, y] = await ask((host, css) => {
        const { x, y, width, height } = host.shadowRoot.querySelector(css).getBoundingClientRect();
        return [x + width / 2, y + height / 2];
      }, css);
      await point([["move", x, y], ["down", x, y], ["up", x, y]], { keys: [], count: 1 });
    },
  };
  return typist;
}
