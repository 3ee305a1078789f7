//! The `<py-editor>` element: attributes, frame, text surface, output.
//!
//! Editing is `editor-core`'s, running is `runtime-bridge`'s; this crate is the
//! hands of both on a page. It knows no message of a worker, and the only
//! JavaScript beside it is the element class, in `js/`.

pub mod component;
mod dom;
mod element;
mod ends;
mod events;
mod files;
mod graphemes;
mod handler;
mod icons;
mod late;
mod later;
mod nearness;
pub mod options;
mod output;
mod popover;
mod program;
mod slices;
mod source;
mod status;
mod stdin;
mod style;
mod surface;
mod tools;
mod upgrade;

use wasm_bindgen::prelude::*;

pub use element::Host;
pub use runtime_bridge::api::Program;

/// Tells the module where it lies: `base` is the URL of the folder with the
/// worker and the interpreters, `manifest` lists their files and sizes, `sheet`
/// is the `CSSStyleSheet` of all editors, `import` is JavaScript's own, `imports`
/// gives what the modules that come later are instantiated with, `grapheme` the UTF-16
/// units of the first or the last grapheme of a text. Called once, before the
/// tags are defined.
#[wasm_bindgen]
pub fn start(
    base: &str,
    manifest: &JsValue,
    sheet: JsValue,
    import: js_sys::Function,
    imports: js_sys::Function,
    grapheme: js_sys::Function,
) {
    style::provide(sheet);
    graphemes::provide(grapheme);
    runtime_bridge::configure(base, manifest, import, imports);
}

/// The tags are defined: takes PyScript's scripts over, now that the document
/// is there, and lets `py:all-done` count what starts by itself.
#[wasm_bindgen]
pub fn defined() {
    // The first editor before anything else, its frame included.
    slices::begin();
    if dom::document().ready_state() != "loading" {
        return opened();
    }
    let wait = dom::Listener::new(
        &dom::document(),
        "DOMContentLoaded",
        dom::Manner::Passive,
        |_: web_sys::Event| opened(),
    );
    // It is needed once, and the document outlives everything else.
    std::mem::forget(wait);
}

fn opened() {
    upgrade::watch();
    runtime_bridge::page::opened();
}
