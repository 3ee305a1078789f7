//! What the browser says of the device and its reader, and the author of the
//! page: facts only.
//!
//! Not here: what follows from them (`runtime_protocol::{idle, preload, spare}`).

use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// Memory in gibibytes. Not every browser tells; where none does, there is no number.
pub(crate) fn gib() -> Option<f64> {
    of_navigator("deviceMemory")?.as_f64()
}

/// Whether the reader asks for less traffic; no, where the browser does not say.
pub(crate) fn saves_data() -> bool {
    of_navigator("connection")
        .and_then(|connection| Reflect::get(&connection, &"saveData".into()).ok())
        .and_then(|saves| saves.as_bool())
        .unwrap_or_default()
}

/// Whether the page says `<meta name="py-editor-spare" content="off">`.
pub(crate) fn spares_are_off() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document
        .and_then(|document| {
            document
                .query_selector(r#"meta[name="py-editor-spare"][content="off"]"#)
                .ok()
        })
        .flatten()
        .is_some()
}

fn of_navigator(name: &str) -> Option<JsValue> {
    let navigator = web_sys::window()?.navigator();
    Reflect::get(&navigator, &name.into()).ok()
}
