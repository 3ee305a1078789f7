//! Copy, cut, paste: plain text in and out. What a paste does to the document
//! is the engine's business.

use std::rc::Rc;

use editor_core::Origin;
use web_sys::ClipboardEvent;

use super::Surface;
use crate::dom::{Listener, Manner};

impl Surface {
    pub(super) fn listen_to_clipboard(self: &Rc<Self>, listeners: &mut Vec<Listener>) {
        let mut on = |name, act: fn(&Rc<Surface>, &ClipboardEvent)| {
            listeners.push(self.hear(&self.nodes.content, name, Manner::Active, act));
        };
        on("copy", |surface, event| {
            surface.copy(event);
        });
        on("cut", |surface, event| {
            if surface.copy(event) {
                surface.insert("", Origin::Cut);
            }
        });
        on("paste", Surface::paste);
    }

    /// Puts the selected text on the clipboard; the model's, for the DOM may hold a part only.
    fn copy(self: &Rc<Self>, event: &ClipboardEvent) -> bool {
        self.read_selection();
        let text = self.editor.borrow().selected_text();
        if text.is_empty() {
            return false;
        }
        let Some(clipboard) = event.clipboard_data() else {
            return false;
        };
        event.prevent_default();
        clipboard.set_data("text/plain", &text).is_ok()
    }

    fn paste(self: &Rc<Self>, event: &ClipboardEvent) {
        let Some(clipboard) = event.clipboard_data() else {
            return;
        };
        event.prevent_default();
        self.read_selection();
        match clipboard.get_data("text/plain") {
            Ok(text) if !text.is_empty() => match self.kit.get() {
                Some(kit) if self.has_carets() => kit.paste(self, &text),
                _ => self.insert(&text, Origin::Pasted),
            },
            _ => {}
        }
    }
}
