//! Rich results, shown by a module of their own that is fetched when the first
//! one comes. Where it cannot be had, the plainest form is shown as text.

use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use crate::dom::{append, element_with_text};
use crate::later;

const UNSHOWN: &str = "The program has shown something here, and rich.js, which is needed to see it, could not be loaded.";

/// Fills `place`, in which nothing else may be written, with the first form
/// that can be shown. `forms` are pairs of a media type and data.
pub fn show(place: &HtmlElement, forms: Vec<(String, String)>) {
    let place = place.clone();
    spawn_local(async move {
        if later::show(&place, &forms).await.is_err() {
            let plain = forms.iter().find(|(mime, _)| mime == "text/plain");
            let text = plain.map_or(UNSHOWN, |(_, text)| text);
            append(&place, &element_with_text("pre", "", text));
        }
    });
}
