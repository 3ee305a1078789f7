//! The output of an editor inside an element of the page that its `output`
//! names. PyScript moves that element into the editor; here it stays where it
//! is, and the panel has a shadow root of its own in it.

use web_sys::{HtmlElement, ShadowRootInit, ShadowRootMode};

use crate::dom::{append, document, element};
use crate::style;

/// A panel in the page, gone when dropped.
pub struct Elsewhere {
    host: HtmlElement,
    /// Where the output goes.
    pub panel: HtmlElement,
}

impl Elsewhere {
    /// None where the page has no element with this id.
    pub fn new(id: &str) -> Option<Elsewhere> {
        let place = document().get_element_by_id(id)?;
        let host = element("div", "");
        let root = host
            .attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))
            .ok()?;
        style::adopt(&root);
        let panel = element("div", "output elsewhere");
        panel.set_hidden(true);
        append(&root, &panel);
        append(&place, &host);
        Some(Elsewhere { host, panel })
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.host.remove();
    }
}
