/**
 * The class behind `<py-editor>` and `<mpy-editor>`: what a language other than
 * JavaScript cannot write. It forwards the life cycle and the public members to
 * its `Host`, which lives in the wasm, and knows nothing else.
 */

/**
 * @typedef {object} Host the Rust side of one element
 * @property {(element: HTMLElement) => void} connected
 * @property {() => void} disconnected
 * @property {(element: HTMLElement, name: string) => void} changed
 * @property {(element: HTMLElement) => Promise<any>} run
 * @property {(element: HTMLElement, code: string) => Promise<any>} process
 * @property {() => Promise<any>} stop
 * @property {(element: HTMLElement) => string} text
 * @property {(text: string) => void} set_text
 * @property {string} state
 * @property {(answer: any) => boolean} answer
 * @property {any} stdin
 * @property {any} handler
 * @property {any} worker
 */

/**
 * Defines one tag.
 * @param {string} tag
 * @param {new () => Host} Host
 */
export function define(tag, Host) {
  class EditorElement extends HTMLElement {
    static observedAttributes = ["src", "rows", "label", "readonly"];

    #host = new Host();

    /** The script of PyScript's form that this editor stands for. */
    script = null;

    connectedCallback() {
      this.#host.connected(this);
    }

    disconnectedCallback() {
      this.#host.disconnected();
    }

    /** @param {string} name */
    attributeChangedCallback(name) {
      this.#host.changed(this, name);
    }

    /** The text of the editor. */
    get code() {
      return this.#host.text(this);
    }

    set code(text) {
      this.#host.set_text(String(text));
    }

    /** `idle`, `queued`, `loading`, `running`, `waiting`, `ready`, `stopped` or `failed`. */
    get state() {
      return this.#host.state;
    }

    /** Runs the code; kept by the end of the run, with the detail of its `done` event. */
    run() {
      return this.#host.run(this);
    }

    /** Stops the run under way, or takes it out of the queue; kept when it has ended. */
    stop() {
      return this.#host.stop();
    }

    /**
     * Runs other code in the editor's environment; kept by its end, as `run` is.
     * @param {string} code
     * @param {boolean} [asRunButtonAction] do what a click on Run does instead
     */
    process(code, asRunButtonAction = false) {
      return asRunButtonAction ? this.run() : this.#host.process(this, String(code));
    }

    /**
     * Answers a program that reads; `null` is the end of the input.
     * @param {string | null} text
     * @returns {boolean} whether one does
     */
    answer(text) {
      return this.#host.answer(text);
    }

    /** What programs read instead of asking: a text, a list of lines, or a function of the prompt. */
    get stdin() {
      return this.#host.stdin;
    }

    set stdin(value) {
      this.#host.stdin = value;
    }

    /** PyScript's: a function that is asked before a reader's run, and may answer `false`. */
    get handleEvent() {
      return this.#host.handler;
    }

    set handleEvent(handler) {
      this.#host.handler = handler;
    }

    /** The worker of the environment, once there is one. */
    get xworker() {
      return this.#host.worker;
    }

    /** The editor itself; on PyScript's script, its editor. */
    get target() {
      return this;
    }
  }
  customElements.define(tag, EditorElement);
}
