//! The field in which a reader answers a program: inside of its output, right
//! after what it wrote last.
//!
//! Enter sends, the arrow keys go through earlier lines, Ctrl+D on an empty
//! line ends the input and Ctrl+C with nothing selected stops, as in a terminal.
//! A text of several lines is sent as it is pasted.
//!
//! Not here: where the answer goes, and what stays of it on the page.

use std::cell::RefCell;
use std::rc::Rc;

use runtime_bridge::protocol::typing::History;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Event, HtmlElement, HtmlInputElement, KeyboardEvent, ShadowRoot};

use crate::dom::{Listener, Manner, append, element, element_with_text, set, window};

/// What a reader wants of the program that asks.
pub enum Typed {
    /// It gets this: a line, or several.
    Text(String),
    /// It gets the end of the input.
    End,
    /// It is stopped.
    Stop,
}

/// A field on the page, in a place that goes with it.
pub struct Field {
    place: HtmlElement,
    input: HtmlInputElement,
    _listeners: Vec<Listener>,
}

/// What the listeners share.
struct Hands {
    input: HtmlInputElement,
    history: Rc<RefCell<History>>,
    tell: Box<dyn Fn(Typed)>,
}

/// What is asked.
pub struct Question<'a> {
    /// What the program wrote before it, without a line break.
    pub prompt: &'a str,
    /// Whether what is typed must not be seen.
    pub hidden: bool,
}

impl Field {
    /// Fills `place`. `tell` may drop the field.
    pub fn new(
        place: HtmlElement,
        question: &Question,
        history: &Rc<RefCell<History>>,
        tell: impl Fn(Typed) + 'static,
    ) -> Field {
        let input: HtmlInputElement = element("input", "field").unchecked_into();
        let kind = if question.hidden { "password" } else { "text" };
        let name = match question.prompt.trim() {
            "" => "Input for the program",
            prompt => prompt,
        };
        for (attribute, value) in [
            ("type", kind),
            ("aria-label", name),
            ("autocapitalize", "off"),
            ("autocomplete", "off"),
            ("autocorrect", "off"),
            ("spellcheck", "false"),
            ("enterkeyhint", "send"),
        ] {
            set(&input, attribute, value);
        }
        let end = element_with_text("button", "end", "End");
        set(&end, "type", "button");
        set(&end, "title", "End the input (Ctrl+D)");
        append(&place, &input);
        append(&place, &end);
        history.borrow_mut().open();
        let hands = Rc::new(Hands {
            input: input.clone(),
            history: history.clone(),
            tell: Box::new(tell),
        });
        Field {
            place,
            _listeners: listeners(&input, &end, &hands),
            input,
        }
    }

    /// Gives it the keyboard.
    pub fn focus(&self) {
        let _ = self.input.focus();
    }

    /// The focus is in its part of the page.
    pub fn is_near_focus(&self) -> bool {
        self.root().active_element().is_some()
    }

    /// It has the keyboard.
    pub fn has_focus(&self) -> bool {
        let focused = self.root().active_element();
        focused.is_some_and(|focused| self.place.contains(Some(&focused)))
    }

    fn root(&self) -> ShadowRoot {
        // Outputs are in shadow roots of ours only.
        self.place.get_root_node().unchecked_into()
    }
}

fn listeners(input: &HtmlElement, end: &HtmlElement, hands: &Rc<Hands>) -> Vec<Listener> {
    let (keys, pastes, ends) = (hands.clone(), hands.clone(), hands.clone());
    let mut listeners = vec![
        Listener::new(input, "keydown", Manner::Active, move |event| {
            keys.key(&event);
        }),
        Listener::new(input, "paste", Manner::Active, move |event| {
            pastes.paste(&event);
        }),
        Listener::new(end, "click", Manner::Passive, move |_: Event| {
            (ends.tell)(Typed::End);
        }),
    ];
    // A page's single-key shortcuts would see these as typed outside of any text field.
    for name in ["keypress", "keyup"] {
        listeners.push(Listener::new(
            input,
            name,
            Manner::Passive,
            |event: KeyboardEvent| event.stop_propagation(),
        ));
    }
    listeners
}

impl Hands {
    fn key(&self, event: &KeyboardEvent) {
        event.stop_propagation();
        if event.is_composing() {
            return;
        }
        let value = self.input.value();
        let only_ctrl = event.ctrl_key() && !event.alt_key() && !event.meta_key();
        let typed = match event.key().as_str() {
            "Enter" => {
                if self.input.type_() == "text" {
                    self.history.borrow_mut().keep(&value);
                }
                Typed::Text(value)
            }
            "ArrowUp" => return self.show(event, self.history.borrow_mut().older(&value)),
            "ArrowDown" => return self.show(event, self.history.borrow_mut().newer()),
            "c" | "C" if only_ctrl && self.has_nothing_selected() => Typed::Stop,
            "d" | "D" if only_ctrl && value.is_empty() => Typed::End,
            // It is no bookmark either.
            "d" | "D" if only_ctrl => return event.prevent_default(),
            _ => return,
        };
        event.prevent_default();
        (self.tell)(typed);
    }

    fn show(&self, event: &KeyboardEvent, line: Option<&str>) {
        event.prevent_default();
        if let Some(line) = line.filter(|_| self.input.type_() == "text") {
            self.input.set_value(line);
        }
    }

    fn has_nothing_selected(&self) -> bool {
        let ends = (self.input.selection_start(), self.input.selection_end());
        let elsewhere = window().get_selection().ok().flatten();
        let is_text = elsewhere.is_some_and(|selection| {
            !selection.is_collapsed() && !String::from(selection.to_string()).is_empty()
        });
        matches!(ends, (Ok(from), Ok(to)) if from == to) && !is_text
    }

    /// A field takes one line: several are sent at once, with what is around them.
    fn paste(&self, event: &ClipboardEvent) {
        let text = event
            .clipboard_data()
            .and_then(|data| data.get_data("text/plain").ok())
            .unwrap_or_default();
        if !text.trim_end_matches(['\n', '\r']).contains(['\n', '\r']) {
            return;
        }
        event.prevent_default();
        let (from, to) = (self.input.selection_start(), self.input.selection_end());
        let units: Vec<u16> = self.input.value().encode_utf16().collect();
        let at = |end: Result<Option<u32>, _>| end.ok().flatten().unwrap_or_default() as usize;
        let before = String::from_utf16_lossy(&units[..at(from).min(units.len())]);
        let after = String::from_utf16_lossy(&units[at(to).min(units.len())..]);
        (self.tell)(Typed::Text([before, text, after].concat()));
    }
}
