//! Keys that touch keyboards hide or do not have, in a row below the text, while
//! the text has the focus. They never take the focus themselves, so the keyboard
//! of the screen stays. The style sheet shows the row to fingers only.
//!
//! Not here: what a key does to the text; handles, menus and a long press, which
//! are the browser's.

use std::rc::Rc;

use editor_core::{Command, Motion, Origin};
use web_sys::{Event, HtmlElement, MouseEvent, VisualViewport};

use super::Surface;
use crate::dom::{Listener, Manner, append, element, element_with_text, set, window};

/// What a key of the row asks for.
#[derive(Clone, Copy)]
enum Key {
    Text(&'static str),
    Command(Command),
}

const fn moving(motion: Motion) -> Key {
    Key::Command(Command::Move {
        motion,
        extend: false,
    })
}

/// What stands on a key, what a screen reader says, what it asks for.
const KEYS: [(&str, &str, Key); 17] = [
    ("⇥", "Tab", Key::Command(Command::Indent)),
    ("⇤", "Indent less", Key::Command(Command::Outdent)),
    ("↶", "Undo", Key::Command(Command::Undo)),
    ("↷", "Redo", Key::Command(Command::Redo)),
    (":", "Colon", Key::Text(":")),
    ("(", "Parenthesis", Key::Text("(")),
    ("[", "Bracket", Key::Text("[")),
    ("{", "Brace", Key::Text("{")),
    ("\"", "Double quote", Key::Text("\"")),
    ("'", "Single quote", Key::Text("'")),
    ("=", "Equals", Key::Text("=")),
    ("_", "Underscore", Key::Text("_")),
    ("#", "Comment", Key::Text("#")),
    (".", "Dot", Key::Text(".")),
    ("←", "Left", moving(Motion::CharLeft)),
    ("→", "Right", moving(Motion::CharRight)),
    ("?", "Help", Key::Command(Command::Help)),
];

/// The row of one surface.
pub struct Row {
    _listeners: Vec<Listener>,
}

impl Row {
    /// A row behind the text.
    pub fn new(surface: &Rc<Surface>) -> Row {
        let row = element("div", "touch");
        set(&row, "role", "toolbar");
        set(&row, "aria-label", "Keys");
        set(&row, "part", "touch-keys");
        let mut listeners = Vec::new();
        for (face, name, key) in KEYS {
            let button = element_with_text("button", "", face);
            set(&button, "type", "button");
            set(&button, "aria-label", name);
            append(&row, &button);
            listeners.push(surface.hear(
                &button,
                "click",
                Manner::Passive,
                move |surface, _: &MouseEvent| press(surface, key),
            ));
        }
        // Who is pressed gets the focus, unless the press is cancelled.
        listeners.push(Listener::new(
            &row,
            "mousedown",
            Manner::Active,
            |event: MouseEvent| event.prevent_default(),
        ));
        let _ = surface.nodes.scroller.after_with_node_1(&row);
        if let Some(sight) = window().visual_viewport() {
            listeners.extend(["resize", "scroll"].map(|name| follow(&sight, name, &row)));
        }
        Row {
            _listeners: listeners,
        }
    }
}

fn press(surface: &Rc<Surface>, key: Key) {
    surface.end_composition();
    surface.read_selection();
    match key {
        Key::Text(text) => surface.insert(text, Origin::Typed),
        Key::Command(command) => surface.command(command),
    }
}

/// Keeps the row above a keyboard that covers the lower part of the page.
fn follow(sight: &VisualViewport, name: &'static str, row: &HtmlElement) -> Listener {
    let (seen, row) = (sight.clone(), row.clone());
    Listener::new(sight, name, Manner::Passive, move |_: Event| {
        let page = window()
            .inner_height()
            .ok()
            .and_then(|height| height.as_f64());
        let covered = page.unwrap_or(0.0) - seen.height() - seen.offset_top();
        // Zoomed in by fingers, the page is larger than what is seen of it all the same.
        let covered = if seen.scale() > 1.0 {
            0.0
        } else {
            covered.max(0.0)
        };
        let bottom = [&(covered.round() as i32).to_string(), "px"].concat();
        let _ = row.style().set_property("bottom", &bottom);
    })
}
