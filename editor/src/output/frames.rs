//! The way of an error through the program, as a list of lines: the reader's own,
//! the innermost first, each with its source and a link to where it is; those of
//! the interpreter behind a button.
//!
//! Not here: where a link leads, and what a frame is.

use std::rc::Rc;

use editor_core::coords::cut;
use runtime_bridge::protocol::traceback::{Columns, Frame, Place};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, HtmlElement, MouseEvent};

use crate::dom::{append, element, element_with_text, set, text_node};

/// Where the line of a frame can be seen, by the frame and what is to say there; gives
/// what stands there, as far as it is known, or none where it cannot be seen.
pub type FrameLink = Rc<dyn Fn(&Frame, &str, Step) -> Option<String>>;

/// What is asked of a link.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Whether it leads anywhere.
    Ask,
    /// To go there.
    Go,
}

/// Wraps a function as a link.
pub fn frame_link(go: impl Fn(&Frame, &str, Step) -> Option<String> + 'static) -> FrameLink {
    Rc::new(go)
}

/// Frames shown at each end of a long chain of calls.
const SHOWN: usize = 8;

/// What of a list is seen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// The reader's own frames, a long chain of them with a gap.
    Own,
    /// The reader's own frames.
    AllOwn,
    /// The interpreter's as well.
    All,
}

/// The calls of one error. It holds no element, since its buttons hold it (see [`button_with`]).
struct List {
    frames: Vec<Frame>,
    error: String,
    link: FrameLink,
}

/// Where a list is shown, and where the button is that shows more of it.
struct Spots {
    list: HtmlElement,
    more: HtmlElement,
}

/// Adds the frames of an error to a panel; nothing where there are none.
pub fn add(panel: &HtmlElement, frames: &[Frame], error: &str, link: &FrameLink) {
    if frames.is_empty() {
        return;
    }
    let list = Rc::new(List {
        frames: frames.to_vec(),
        error: error.to_owned(),
        link: link.clone(),
    });
    let spots = Spots {
        list: element("ol", "frames"),
        more: element("span", ""),
    };
    append(panel, &spots.list);
    append(panel, &spots.more);
    list.show(&spots, Extent::Own);
}

fn is_internal(frame: &Frame) -> bool {
    frame.place == Place::Internal
}

impl Spots {
    /// Those of a list that a button is in, or beside.
    fn around(button: &Element) -> Option<Spots> {
        let (list, more) = match button.closest(".frames").ok()? {
            Some(list) => (list.clone(), list.next_element_sibling()?),
            None => {
                let more = button.parent_element()?;
                (more.previous_element_sibling()?, more)
            }
        };
        Some(Spots {
            list: list.unchecked_into(),
            more: more.unchecked_into(),
        })
    }
}

impl List {
    /// The innermost call is where it happened, so it comes first.
    fn show(self: &Rc<Self>, spots: &Spots, extent: Extent) {
        spots.list.set_text_content(None);
        let is_seen = |frame: &&Frame| extent == Extent::All || !is_internal(frame);
        let seen: Vec<&Frame> = self.frames.iter().rev().filter(is_seen).collect();
        let hidden = match extent {
            Extent::Own => seen.len().saturating_sub(2 * SHOWN),
            Extent::AllOwn | Extent::All => 0,
        };
        for (index, frame) in seen.iter().enumerate() {
            if hidden > 0 && index == SHOWN {
                append(&spots.list, &self.gap(hidden));
            }
            if hidden == 0 || index < SHOWN || index >= SHOWN + hidden {
                append(&spots.list, &self.item(frame));
            }
        }
        spots.list.set_hidden(seen.is_empty());
        self.offer(spots, extent);
    }

    /// The button that shows the interpreter's frames, or takes them away.
    fn offer(self: &Rc<Self>, spots: &Spots, extent: Extent) {
        spots.more.set_text_content(None);
        if !self.frames.iter().any(is_internal) {
            return;
        }
        let is_all = extent == Extent::All;
        let (text, next) = match is_all {
            true => ("Only the program's calls".to_owned(), Extent::Own),
            false => (
                ["Show all ", &self.frames.len().to_string(), " calls"].concat(),
                Extent::All,
            ),
        };
        let toggle = self.button("tool more", &text, next);
        let expanded = if is_all { "true" } else { "false" };
        set(&toggle, "aria-expanded", expanded);
        append(&spots.more, &toggle);
    }

    /// A button that shows another part of the list.
    fn button(self: &Rc<Self>, class: &str, text: &str, next: Extent) -> HtmlElement {
        let list = self.clone();
        button_with(class, text, move |pressed| {
            let Some(spots) = Spots::around(pressed) else {
                return;
            };
            list.show(&spots, next);
            // The button pressed is gone; the keyboard stays where it was.
            let fresh = spots.more.first_element_child();
            if let Some(fresh) = fresh.and_then(|fresh| fresh.dyn_into::<HtmlElement>().ok()) {
                let _ = fresh.focus();
            }
        })
    }

    fn gap(self: &Rc<Self>, hidden: usize) -> HtmlElement {
        let item = element("li", "");
        let text = ["… ", &hidden.to_string(), " more calls …"].concat();
        append(&item, &self.button("tool", &text, Extent::AllOwn));
        item
    }

    fn item(&self, frame: &Frame) -> HtmlElement {
        let item = element("li", if is_internal(frame) { "internal" } else { "" });
        let line = ["line ", &frame.line.to_string()].concat();
        let named = match frame.place {
            Place::Program { .. } => line,
            _ => [frame.shown_file(), ", ", &line].concat(),
        };
        append(&item, &place(frame, &named, &self.error, &self.link));
        if let Some(name) = frame.name.as_deref().filter(|name| *name != "<module>") {
            append(
                &item,
                &element_with_text("span", "place", &["in ", name].concat()),
            );
        }
        let is_repeated = |text: &&String| text.starts_with("[Previous");
        // MicroPython prints no source lines; the editor has them.
        let printed = frame.excerpt.first().filter(|text| !is_repeated(text));
        let text = printed.cloned();
        if let Some(text) = text.or_else(|| (self.link)(frame, &self.error, Step::Ask)) {
            append(&item, &source(&text, frame.caret));
        }
        if let Some(repeated) = frame.excerpt.last().filter(is_repeated) {
            append(&item, &element_with_text("span", "place", repeated));
        }
        item
    }
}

/// The place of a frame: a link where it leads somewhere.
pub fn place(frame: &Frame, text: &str, error: &str, link: &FrameLink) -> HtmlElement {
    if link(frame, error, Step::Ask).is_none() {
        return element_with_text("span", "place", text);
    }
    let (frame, error, link) = (frame.clone(), error.to_owned(), link.clone());
    button("frame", text, move || {
        link(&frame, &error, Step::Go);
    })
}

/// A source line with what the interpreter's carets mark.
fn source(text: &str, marked: Option<Columns>) -> HtmlElement {
    let text = text.trim();
    let code = element("code", "source");
    let Some(Columns { from, to }) = marked else {
        append(&code, &text_node(text));
        return code;
    };
    let (before, rest) = cut(text, from as usize);
    let (fault, behind) = cut(rest, (to - from) as usize);
    append(&code, &text_node(before));
    append(&code, &element_with_text("span", "fault", fault));
    append(&code, &text_node(behind));
    code
}

/// A button. What it does goes with it, and it with the next run.
pub fn button(class: &str, text: &str, act: impl Fn() + 'static) -> HtmlElement {
    button_with(class, text, move |_| act())
}

/// The same; what it does is given the button itself, which it must not hold:
/// neither JavaScript's heap nor ours could see that it holds itself.
pub fn button_with(class: &str, text: &str, act: impl Fn(&Element) + 'static) -> HtmlElement {
    let button = element_with_text("button", class, text);
    set(&button, "type", "button");
    let click = Closure::<dyn FnMut(MouseEvent)>::new(move |event: MouseEvent| {
        let pressed = event.current_target();
        if let Some(pressed) = pressed.and_then(|pressed| pressed.dyn_into().ok()) {
            act(&pressed);
        }
    });
    button.set_onclick(Some(click.into_js_value().unchecked_ref()));
    button
}
