//! Rich results, shown by a module of their own that is fetched when the first
//! one comes. Where it cannot be had, the text form is shown.

use runtime_bridge::protocol::Display;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use crate::dom::{append, element_with_text};
use crate::later;
use crate::options::Allowance;

/// Fills `place`, in which nothing else may be written, with the first form
/// that can be shown; calls when it is drawn.
pub fn show(
    place: HtmlElement,
    display: Display,
    allowance: Allowance,
    drawn: impl FnOnce() + 'static,
) {
    spawn_local(async move {
        if later::show(&place, &display, allowance).await.is_err() {
            append(&place, &element_with_text("pre", "", display.text()));
        }
        drawn();
    });
}
