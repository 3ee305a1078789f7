//! The list of words under the caret: opened by Ctrl+Space, or by itself while a
//! name is typed; with the names that the interpreter knows. All of it is behind a
//! door (`tools.rs`).
//!
//! Not here: which words there are, and what a step or a choice means
//! (`editor_core::completion`).

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use editor_core::completion::{self, List, Step, Word, Written};
use editor_core::coords::pos_to_line_utf16;
use editor_core::{Millis, Origin, Pos, Range};
use runtime_bridge::protocol::Inspection;
use wasm_bindgen::JsCast;
use web_sys::{
    DomRect, Element, Event, HtmlElement, MouseEvent, ScrollIntoViewOptions, ScrollLogicalPosition,
};

use super::describing::Descriptions;
use super::selection::caret_rect;
use super::{Assistant, Surface};
use crate::dom::{Listener, Manner, append, element, element_with_text, now, set, window};
use crate::popover::{Popover, Side};

/// The list of one editor.
pub struct Suggestions {
    surface: Weak<Surface>,
    open: RefCell<Option<List>>,
    /// What the interpreter knows, and of which names it was asked for which word.
    known: RefCell<Option<Known>>,
    descriptions: Rc<Descriptions>,
    popover: Popover,
    rows: HtmlElement,
    /// Says to a screen reader how many words there are.
    said: HtmlElement,
    listeners: RefCell<Vec<Listener>>,
}

/// What an interpreter knows behind a dot, or of a program's names.
struct Known {
    /// The word that is written, by its start.
    from: Pos,
    of: String,
    words: Vec<Word>,
}

impl Suggestions {
    /// An empty list for an editor.
    pub fn new(surface: &Rc<Surface>) -> Rc<Suggestions> {
        let popover = Popover::new(&surface.nodes.scroller, "suggestions");
        let rows = element("div", "rows");
        for (name, value) in [
            ("role", "listbox"),
            ("aria-label", "Suggestions"),
            ("id", "suggestions"),
        ] {
            set(&rows, name, value);
        }
        let said = element("div", "suggestions-said");
        set(&said, "aria-live", "polite");
        append(&popover.element, &rows);
        append(&surface.nodes.scroller, &said);
        let suggestions = Rc::new(Suggestions {
            surface: Rc::downgrade(surface),
            open: RefCell::new(None),
            known: RefCell::new(None),
            descriptions: Descriptions::new(surface),
            popover,
            rows,
            said,
            listeners: RefCell::new(Vec::new()),
        });
        suggestions.listen(surface);
        suggestions
    }

    fn listen(self: &Rc<Self>, surface: &Rc<Surface>) {
        let content = &surface.nodes.content;
        set(content, "aria-autocomplete", "list");
        let on = |target: &web_sys::EventTarget, name, manner| {
            let weak = Rc::downgrade(self);
            Listener::new(target, name, manner, move |_: Event| {
                if let Some(suggestions) = weak.upgrade() {
                    suggestions.close();
                }
            })
        };
        let weak = Rc::downgrade(self);
        let taking = Listener::new(
            &self.rows,
            "mousedown",
            Manner::Active,
            move |event: MouseEvent| {
                // The text keeps the focus.
                event.prevent_default();
                if let Some(suggestions) = weak.upgrade() {
                    suggestions.clicked(&event);
                }
            },
        );
        *self.listeners.borrow_mut() = vec![
            on(content, "blur", Manner::Passive),
            on(&window(), "resize", Manner::Passive),
            on(&surface.nodes.scroller, "scroll", Manner::Passive),
            taking,
        ];
    }

    fn clicked(&self, event: &MouseEvent) {
        let row = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest("[role=option]").ok().flatten());
        let rows = self.rows.children();
        let at = (0..rows.length()).find(|at| row.is_some() && rows.item(*at) == row);
        let list = self.open.borrow().clone();
        if let (Some(at), Some(mut list)) = (at, list) {
            list.choose(at as usize);
            self.take(&list);
        }
    }

    /// Opens a list, or brings the open one up to date; closes it where there is nothing to offer.
    fn offer(self: &Rc<Self>, is_asked: bool) {
        let Some(surface) = self.surface.upgrade() else {
            return;
        };
        let Some(written) = self.wanted(&surface, is_asked) else {
            return self.shut();
        };
        self.ask_interpreter(&surface, &written, is_asked);
        match self.next(&surface, written, is_asked) {
            Some(list) => self.show(&surface, list),
            None => self.shut(),
        }
    }

    /// Asks once a word what the interpreter knows; its answer makes a new list.
    fn ask_interpreter(self: &Rc<Self>, surface: &Surface, written: &Written, is_asked: bool) {
        let (from, of) = (written.from, written.of.clone().unwrap_or_default());
        let is_known = |known: &Known| known.from == from && known.of == of;
        if self.known.borrow().as_ref().is_some_and(is_known) || is_beyond_names(written) {
            return;
        }
        let words = Vec::new();
        self.known.replace(Some(Known {
            from,
            of: of.clone(),
            words,
        }));
        let (me, asked) = (self.clone(), of.clone());
        let told = move |text: Option<String>| {
            let Some(text) = text else { return };
            if let Some(known) = me.known.borrow_mut().as_mut() {
                if known.from != from || known.of != asked {
                    return;
                }
                known.words = completion::known(&text);
            }
            me.offer(is_asked);
        };
        (surface.hooks.inspect)(Inspection::Members, &of, Box::new(told));
    }

    /// What stands before the caret, where a list is wanted for it.
    fn wanted(&self, surface: &Surface, is_asked: bool) -> Option<Written> {
        let editor = surface.editor.borrow();
        let [range] = editor.selection().ranges() else {
            return None;
        };
        let tree = editor.syntax().tree();
        let written = completion::written(tree, editor.rope(), range.head)?;
        let open = self.open.borrow();
        let rope = editor.rope();
        let is_wanted = match open.is_some() {
            _ if is_asked => true,
            true => completion::goes_on(rope, &written),
            false => completion::invites(rope, &written),
        };
        (range.is_empty() && is_wanted).then_some(written)
    }

    fn next(&self, surface: &Surface, written: Written, is_asked: bool) -> Option<List> {
        let editor = surface.editor.borrow();
        let known = self.known.borrow();
        let known = known.as_ref().map_or(&[][..], |known| &known.words);
        let words = completion::words(editor.syntax().tree(), editor.rope(), &written, known);
        let open = self.open.borrow();
        let list = List::new(written, words, is_asked);
        match open.as_ref() {
            Some(open) if !is_asked => open.follow(list),
            _ => list,
        }
    }

    fn show(&self, surface: &Surface, list: List) {
        let Some(place) = place_of(surface, list.written().from) else {
            return self.shut();
        };
        self.paint(&list);
        if self.open.replace(Some(list)).is_none() {
            let count = self.rows.child_element_count().to_string();
            let words = [&count, " suggestions, Down to choose"].concat();
            self.said.set_text_content(Some(&words));
        }
        self.popover.show(place, Side::Below);
        self.choose(surface);
    }

    fn paint(&self, list: &List) {
        self.rows.set_text_content(None);
        let length = list.written().prefix.len();
        for (at, word) in list.words().iter().enumerate() {
            let row = element("div", "row");
            set(&row, "role", "option");
            set(&row, "id", &["suggestion-", &at.to_string()].concat());
            let kind = element_with_text("span", "kind", &word.kind.name()[..1]);
            set(&kind, "aria-hidden", "true");
            set(&kind, "data-kind", word.kind.name());
            append(&row, &kind);
            // The word begins as what is written does, if perhaps in another case.
            append(&row, &element_with_text("b", "", &word.text[..length]));
            append(&row, &element_with_text("span", "", &word.text[length..]));
            append(&self.rows, &row);
        }
    }

    /// Shows which word is chosen.
    fn choose(&self, surface: &Surface) {
        let open = self.open.borrow();
        let chosen = open.as_ref().and_then(List::chosen);
        let rows = self.rows.children();
        for at in 0..rows.length() {
            let Some(row) = rows.item(at) else { continue };
            let is_chosen = chosen == Some(at as usize);
            set(
                &row,
                "aria-selected",
                if is_chosen { "true" } else { "false" },
            );
            if is_chosen {
                set(&surface.nodes.content, "aria-activedescendant", &row.id());
                row.scroll_into_view_with_scroll_into_view_options(&nearest());
            }
        }
        if chosen.is_none() {
            let _ = surface
                .nodes
                .content
                .remove_attribute("aria-activedescendant");
        }
    }

    fn take(&self, list: &List) {
        self.shut();
        let Some(surface) = self.surface.upgrade() else {
            return;
        };
        let written = list.written();
        let text = &list.taken().text;
        let caret = Pos(written.from.0 + text.chars().count());
        let update = surface.editor.borrow_mut().replace(
            written.from,
            written.to,
            text,
            Some(Range::caret(caret)),
            Origin::Pasted,
            Millis(now()),
        );
        surface.show_update(&update);
        surface.reveal();
    }

    /// Closes the list.
    fn shut(&self) {
        if self.open.take().is_none() {
            return;
        }
        self.popover.hide();
        self.said.set_text_content(None);
        if let Some(surface) = self.surface.upgrade() {
            let _ = surface
                .nodes
                .content
                .remove_attribute("aria-activedescendant");
        }
    }
}

impl Assistant for Suggestions {
    fn key(&self, key: &str) -> bool {
        let Some(surface) = self.surface.upgrade() else {
            return false;
        };
        let step = match key {
            "ArrowDown" => Step::Next,
            "ArrowUp" => Step::Previous,
            "Escape" => {
                let was_open = self.open.borrow().is_some();
                self.close();
                return was_open;
            }
            "Enter" | "Tab" => {
                let open = self.open.borrow();
                let takes = |list: &&List| key == "Tab" || list.chosen().is_some();
                let Some(list) = open.as_ref().filter(takes).cloned() else {
                    return false;
                };
                drop(open);
                self.take(&list);
                return true;
            }
            _ => return false,
        };
        let mut open = self.open.borrow_mut();
        let Some(list) = open.as_mut() else {
            return false;
        };
        list.step(step);
        drop(open);
        self.choose(&surface);
        true
    }

    fn changed(self: Rc<Self>, typed: bool) {
        if typed || self.open.borrow().is_some() {
            self.offer(false);
        }
        self.descriptions.follow();
    }

    fn ask(self: Rc<Self>) {
        self.offer(true);
    }

    fn close(&self) {
        self.descriptions.end();
        self.shut();
    }
}

/// Whether something stands before the dot that an interpreter would have to run.
fn is_beyond_names(written: &Written) -> bool {
    written.of.as_ref().is_some_and(String::is_empty)
}

/// Where a position is on the page.
pub(super) fn place_of(surface: &Surface, pos: Pos) -> Option<DomRect> {
    let at = pos_to_line_utf16(surface.editor.borrow().rope(), pos);
    let place = surface.place(at)?;
    caret_rect(&place).or_else(|| {
        let view = surface.view.borrow();
        Some(view.line(at.line)?.element.get_bounding_client_rect())
    })
}

fn nearest() -> ScrollIntoViewOptions {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    options
}
