//! Where an editor's text comes from: the tag's own content, or a URL. What is
//! done to the text (line ends, indentation) is `editor_core::dedent`'s.

use editor_core::{dedent, to_lf};

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Response};

use crate::dom::window;

/// The way out when a source could not be loaded.
pub const ADVICE: &str =
    "Check the address in the tag's src attribute, and that the server serves this file.";

/// The text inside a tag, ready for an editor.
pub fn text_of(element: &Element) -> String {
    dedent(&element.text_content().unwrap_or_default())
}

/// The text at a URL, relative to the page. The error is a sentence.
pub async fn fetch(src: &str) -> Result<String, String> {
    let failed = |why: &str| [src, " could not be loaded: ", why, "."].concat();
    let answer = JsFuture::from(window().fetch_with_str(src))
        .await
        .map_err(|_| failed("there was no answer"))?;
    let response: Response = answer.unchecked_into();
    if !response.ok() {
        return Err(failed(
            &[
                "the server answered with status ",
                &response.status().to_string(),
            ]
            .concat(),
        ));
    }
    let text = response.text().map_err(|_| failed("it is not text"))?;
    let text = JsFuture::from(text)
        .await
        .map_err(|_| failed("the connection was cut"))?;
    let text = text.as_string().unwrap_or_default();
    let text = to_lf(&text);
    Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
}
