//! The pictures of `data-run` and `data-stop` on the button of their own
//! editor. They are markup of the author's, so they go through the sanitiser;
//! until it is there, and where it cannot be had, the button has its words.

use runtime_bridge::rest;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use crate::dom::{append, element, set};
use crate::late;
use crate::later;
use crate::options::Options;

/// Which picture is shown, by the class that the style sheet knows.
const CLASSES: [&str; 2] = ["icon run-icon", "icon stop-icon"];

/// One editor's pictures.
pub struct Icons([Option<String>; 2]);

impl Icons {
    /// As the author wrote them.
    pub fn of(options: &Options) -> Icons {
        Icons(options.icons.clone())
    }

    /// Puts them into the button, where there are any.
    pub fn attach(&self, button: &HtmlElement) {
        if self.0.iter().all(Option::is_none) {
            return;
        }
        let (icons, button) = (self.0.clone(), button.clone());
        rest::when_here(move |missing| {
            if missing.is_none() {
                late::attach_icons(&icons, &button);
            }
        });
    }
}

/// Puts pictures into a button, each when the sanitiser has seen it.
pub fn attach(icons: &[Option<String>; 2], button: &HtmlElement) {
    for (markup, class) in icons.iter().zip(CLASSES) {
        let Some(markup) = markup.clone() else {
            continue;
        };
        let button = button.clone();
        spawn_local(async move {
            let icon = element("span", class);
            set(&icon, "aria-hidden", "true");
            if later::draw(&icon, &markup).await.is_ok() {
                append(&button, &icon);
            }
        });
    }
}
