//! The browser's rules for what a person calls one character, for the core.
//!
//! Not here: what is done with them (`editor_core::graphemes`).

use std::cell::RefCell;

use editor_core::graphemes::{self, Which};
use js_sys::Function;
use wasm_bindgen::JsValue;

thread_local! {
    static GRAPHEME: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// `grapheme(text, isLast)` gives the UTF-16 units of a grapheme.
pub fn provide(grapheme: Function) {
    GRAPHEME.set(Some(grapheme));
    graphemes::provide(len);
}

/// A browser without such rules throws: then each character is one.
fn len(text: &str, which: Which) -> usize {
    let units = GRAPHEME.with_borrow(|grapheme| {
        let is_last = which == Which::Last;
        let units = grapheme
            .as_ref()?
            .call2(&JsValue::NULL, &text.into(), &is_last.into());
        units.ok()?.as_f64()
    });
    units.map_or(1, |units| chars(text, which, units as usize))
}

/// How many characters at that end of the text are so many UTF-16 units.
fn chars(text: &str, which: Which, units: usize) -> usize {
    let mut left = units;
    let takes = |c: &char| {
        let fits = left > 0;
        left = left.saturating_sub(c.len_utf16());
        fits
    };
    let count = match which {
        Which::First => text.chars().take_while(takes).count(),
        Which::Last => text.chars().rev().take_while(takes).count(),
    };
    count.max(1)
}
