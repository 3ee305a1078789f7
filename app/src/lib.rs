//! The playground on the start page: examples, a choice of interpreter, and a
//! link that carries the program. It stands on the tags, as any page may, and
//! not on the editor's crate: a second copy of the editor in a second module
//! would cost a reader more than it could give.

mod examples;
mod link;
mod playground;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use playground::Playground;

/// Puts the playground into the page's element of that name, where there is one.
#[wasm_bindgen(start)]
pub fn start() {
    let Some(place) = document().get_element_by_id("playground") else {
        return;
    };
    place.set_text_content(None);
    leptos::mount::mount_to(place.unchecked_into(), || view! { <Playground /> }).forget();
}
