//! The help: a dialog that lists every command with its keys. The browser keeps
//! the focus in it, and closes it for Escape. What it lists is made by
//! `editor_core::help`.

use std::cell::RefCell;
use std::rc::Rc;

use editor_core::help::{self, Entry, Section};
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlDialogElement, HtmlElement, KeyboardEvent, MouseEvent};

use super::Surface;
use super::input::platform;

use crate::dom::{Listener, Manner, append, element, element_with_text, set};

/// The name of its heading, in the shadow root of its editor.
const HEADING: &str = "help-heading";

thread_local! {
    /// The listeners of the open dialog: it is modal, so a page has one at most.
    static OPEN: RefCell<Vec<Listener>> = const { RefCell::new(Vec::new()) };
}

/// Shows the help over the page, until it is closed; the focus then goes back to the text.
pub fn open(surface: &Rc<Surface>) {
    let Some(frame) = surface.nodes.scroller.parent_element() else {
        return;
    };
    let dialog: HtmlDialogElement = element("dialog", "help").unchecked_into();
    set(&dialog, "aria-labelledby", HEADING);
    set(&dialog, "part", "help");
    let close = fill(&dialog);
    append(&frame, &dialog);
    if dialog.show_modal().is_err() {
        return dialog.remove();
    }
    OPEN.set(listeners(surface, &dialog, &close));
}

fn listeners(
    surface: &Rc<Surface>,
    dialog: &HtmlDialogElement,
    close: &HtmlElement,
) -> Vec<Listener> {
    let on = |dialog: &HtmlDialogElement| dialog.clone();
    let (by_button, around, by_key, gone) = (on(dialog), on(dialog), on(dialog), on(dialog));
    vec![
        Listener::new(close, "click", Manner::Passive, move |_: MouseEvent| {
            by_button.close();
        }),
        // What is around it counts as the dialog itself.
        Listener::new(
            dialog,
            "click",
            Manner::Passive,
            move |event: MouseEvent| {
                let target = event.target();
                if target.is_some_and(|target| target == *around.as_ref()) {
                    around.close();
                }
            },
        ),
        Listener::new(
            dialog,
            "keydown",
            Manner::Active,
            move |event: KeyboardEvent| {
                event.stop_propagation();
                if event.key() == "F1" {
                    event.prevent_default();
                    by_key.close();
                }
            },
        ),
        surface.hear(
            dialog,
            "close",
            Manner::Passive,
            move |surface, _: &Event| {
                gone.remove();
                surface.focus();
                // One of them is running now.
                Timeout::new(0, || OPEN.set(Vec::new())).forget();
            },
        ),
    ]
}

/// Returns the button that closes it.
fn fill(dialog: &HtmlElement) -> HtmlElement {
    let bar = element("div", "help-bar");
    let heading = element_with_text("h2", "", "Keys");
    set(&heading, "id", HEADING);
    append(&bar, &heading);
    let close = element_with_text("button", "help-close", "Close");
    set(&close, "type", "button");
    append(&bar, &close);
    append(dialog, &bar);
    let topics = element("div", "topics");
    for topic in help::sections(platform()) {
        append(&topics, &section(&topic));
    }
    append(dialog, &topics);
    close
}

fn section(topic: &Section) -> HtmlElement {
    let made = element("section", "");
    append(&made, &element_with_text("h3", "", topic.title));
    let list = element("dl", "");
    for entry in &topic.entries {
        append(&list, &row(entry));
    }
    append(&made, &list);
    made
}

fn row(entry: &Entry) -> HtmlElement {
    let row = element("div", "");
    append(&row, &element_with_text("dt", "", entry.words));
    for chord in &entry.chords {
        let keys = element("dd", "");
        for key in chord {
            append(&keys, &element_with_text("kbd", "", key));
        }
        append(&row, &keys);
    }
    row
}
