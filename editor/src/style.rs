//! The one style sheet that all editors of the page share. The rules are in
//! `styles/`; the build puts them into the module.

use std::cell::OnceCell;

use wasm_bindgen::JsValue;
use web_sys::{CssStyleSheet, ShadowRoot};

thread_local! {
    static SHEET: OnceCell<JsValue> = const { OnceCell::new() };
}

/// Gives the module's style sheet (a `CSSStyleSheet`), once, before any editor is made.
pub fn provide(sheet: JsValue) {
    SHEET.with(|cell| {
        let _ = cell.set(sheet);
    });
}

/// Adds rules to a shadow root; not by an element, which a page's policy may forbid.
pub fn add(root: &ShadowRoot, css: &str) {
    if let Ok(sheet) = CssStyleSheet::new()
        && sheet.replace_sync(css).is_ok()
    {
        crate::dom::adopt_also(root, &sheet);
    }
}

/// Styles a shadow root.
pub fn adopt(root: &ShadowRoot) {
    SHEET.with(|cell| {
        if let Some(sheet) = cell.get() {
            crate::dom::adopt_style(root, sheet);
        }
    });
}
