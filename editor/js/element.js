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
 * @property {(element: HTMLElement) => void} run
 * @property {() => void} stop
 * @property {(element: HTMLElement) => string} text
 * @property {(text: string) => void} set_text
 * @property {string} state
 */

/**
 * Defines one tag.
 * @param {string} tag
 * @param {new () => Host} Host
 */
export function define(tag, Host) {
  class EditorElement extends HTMLElement {
    static observedAttributes = ["src", "rows", "label"];

    #host = new Host();

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

    /** `idle`, `queued`, `loading`, `running`, `ready`, `stopped` or `failed`. */
    get state() {
      return this.#host.state;
    }

    /** What a click on Run does. */
    run() {
      this.#host.run(this);
    }

    /** What a click on Stop does. */
    stop() {
      this.#host.stop();
    }
  }
  customElements.define(tag, EditorElement);
}
