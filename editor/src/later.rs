//! What is fetched when it is first needed: rich results, and the sanitiser
//! that comes with them. Which modules there are is the build's matter.

use js_sys::{Array, Function, Object, Promise, Reflect};
use runtime_bridge::chunk;
use runtime_bridge::protocol::Display;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

use crate::options::Allowance;

const RICH: &str = "rich.js";

/// Appends an author's markup to `place`, sanitised. The error is that of the loading.
pub async fn draw(place: &HtmlElement, markup: &str) -> Result<(), JsValue> {
    let draw = rich("draw").await?;
    draw.call2(&JsValue::UNDEFINED, place, &markup.into())
        .map(drop)
}

async fn rich(name: &str) -> Result<Function, JsValue> {
    let found = chunk::function(RICH, name).await;
    found.map_err(|failure| JsValue::from(failure.url))
}

/// Appends to `place` the first form that can be shown, until it is drawn. The error is that of the loading.
pub async fn show(
    place: &HtmlElement,
    display: &Display,
    allowance: Allowance,
) -> Result<(), JsValue> {
    let forms = display.bundle.iter();
    let forms: Array = forms
        .map(|(mime, data)| Array::of2(&mime.as_str().into(), &data.as_str().into()))
        .collect();
    let about = Object::new();
    let width = display.width.map(f64::from);
    for (name, value) in [
        ("text", JsValue::from(display.text())),
        ("alt", display.alt.as_deref().into()),
        ("width", width.into()),
        ("frame", allowance.frame.into()),
        ("network", allowance.network.into()),
    ] {
        let _ = Reflect::set(&about, &name.into(), &value);
    }
    let show = rich("show").await?;
    let drawn = show.call3(&JsValue::UNDEFINED, place, &forms, &about)?;
    JsFuture::from(Promise::from(drawn)).await.map(drop)
}
