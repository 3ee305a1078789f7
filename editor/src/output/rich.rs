//! Rich results, shown by a module of their own (`js/rich.js`) that is fetched
//! when the first one comes: it brings a sanitiser along. Where it cannot be
//! had, the plainest form is shown as text.

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlElement;

use crate::dom::{append, element_with_text};

const MODULE: &str = "rich.js";

#[wasm_bindgen(module = "/js/later.js")]
extern "C" {
    /// A module beside ours.
    fn later(name: &str) -> Promise;
}

/// Fills `place`, in which nothing else may be written, with the first form
/// that can be shown. `forms` are pairs of a MIME type and data.
pub fn show(place: &HtmlElement, forms: &[(String, String)]) {
    let place = place.clone();
    let listed: Array = forms
        .iter()
        .map(|(mime, data)| Array::of2(&mime.as_str().into(), &data.as_str().into()))
        .collect();
    let plain = forms
        .iter()
        .find(|(mime, _)| mime == "text/plain")
        .map(|(_, text)| text.clone());
    spawn_local(async move {
        if render(&place, &listed).await.is_err() {
            let text = plain.unwrap_or_else(|| {
                ["A result is here that needs ", MODULE, ", which could not be loaded."].concat()
            });
            append(&place, &element_with_text("pre", "", &text));
        }
    });
}

async fn render(place: &HtmlElement, forms: &Array) -> Result<(), JsValue> {
    let module = JsFuture::from(later(MODULE)).await?;
    let show: js_sys::Function = Reflect::get(&module, &"show".into())?.dyn_into()?;
    show.call2(&JsValue::UNDEFINED, place, forms).map(drop)
}
