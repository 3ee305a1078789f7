//! What is fetched when it is first needed: rich results, and the sanitiser
//! that comes with them. Which modules there are is the build's matter.

use js_sys::Array;
use runtime_bridge::chunk;
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

const RICH: &str = "rich.js";

/// Appends to `place` the first form that can be shown. `forms` are pairs of a
/// media type and data, the best first. The error is that of the loading.
pub async fn show(place: &HtmlElement, forms: &[(String, String)]) -> Result<(), JsValue> {
    let listed: Array = forms
        .iter()
        .map(|(mime, data)| Array::of2(&mime.as_str().into(), &data.as_str().into()))
        .collect();
    let show = chunk::function(RICH, "show")
        .await
        .map_err(|failure| JsValue::from(failure.url))?;
    show.call2(&JsValue::UNDEFINED, place, &listed).map(drop)
}
