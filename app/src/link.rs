//! A link to the playground with a program in it, behind the `#`: nothing is
//! stored anywhere and nothing is sent to a server.

use js_sys::{decode_uri_component, encode_uri_component};
use leptos::prelude::window;

/// What a link carries.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    /// The tag that shows it: `py-editor` or `mpy-editor`.
    pub tag: &'static str,
    /// The program.
    pub code: String,
}

/// The tags by the names they have in a link.
const TAGS: [(&str, &str); 2] = [("py", "py-editor"), ("mpy", "mpy-editor")];

impl Shared {
    /// What the page's address carries; `None` where it is nothing of ours.
    pub fn of_page() -> Option<Shared> {
        let hash = window().location().hash().ok()?;
        let (name, code) = hash.strip_prefix('#')?.split_once('=')?;
        let (_, tag) = TAGS.into_iter().find(|(short, _)| *short == name)?;
        let code = decode_uri_component(code).ok()?.into();
        Some(Shared { tag, code })
    }

    /// The page's address with this in it.
    pub fn link(&self) -> String {
        let location = window().location();
        let page = location.href().unwrap_or_default();
        let page = page.split('#').next().unwrap_or_default();
        let name = TAGS
            .into_iter()
            .find(|(_, tag)| *tag == self.tag)
            .map_or("py", |(short, _)| short);
        let code = String::from(encode_uri_component(&self.code));
        [page, "#", name, "=", &code].concat()
    }
}
