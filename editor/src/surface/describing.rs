//! What the interpreter says of a name, beside the text: of what the mouse rests
//! on, and of the function whose arguments are being written. Behind a door, as
//! the list of suggestions is.
//!
//! Not here: what the names mean (`editor_core::completion`), and who knows them.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use editor_core::Pos;
use editor_core::completion;
use gloo_timers::callback::Timeout;
use runtime_bridge::protocol::Inspection;
use web_sys::{Event, MouseEvent};

use super::Surface;
use super::suggestions::place_of;
use crate::dom::{Listener, Manner, append, element_with_text, set};
use crate::popover::{Popover, Side};

/// Milliseconds that the mouse rests on a name before it is asked about.
const REST: u32 = 400;

/// The box that says what a name is.
pub struct Descriptions {
    surface: Weak<Surface>,
    popover: Popover,
    /// The call that is described, with the argument that is written.
    call: RefCell<Option<(String, usize)>>,
    /// Counts what is shown and hidden: an answer to an older question is not shown.
    turn: Cell<u32>,
    resting: RefCell<Option<Timeout>>,
    listeners: RefCell<Vec<Listener>>,
}

impl Descriptions {
    /// A box for an editor.
    pub fn new(surface: &Rc<Surface>) -> Rc<Descriptions> {
        let popover = Popover::new(&surface.nodes.scroller, "description");
        set(&popover.element, "role", "tooltip");
        let descriptions = Rc::new(Descriptions {
            surface: Rc::downgrade(surface),
            popover,
            call: RefCell::new(None),
            turn: Cell::new(0),
            resting: RefCell::new(None),
            listeners: RefCell::new(Vec::new()),
        });
        descriptions.listen(surface);
        descriptions
    }

    fn listen(self: &Rc<Self>, surface: &Rc<Surface>) {
        let content = &surface.nodes.content;
        let weak = Rc::downgrade(self);
        let moved = Listener::new(
            content,
            "mousemove",
            Manner::Passive,
            move |event: MouseEvent| {
                if let Some(descriptions) = weak.upgrade() {
                    descriptions.moved((f64::from(event.client_x()), f64::from(event.client_y())));
                }
            },
        );
        let weak = Rc::downgrade(self);
        let left = Listener::new(content, "mouseleave", Manner::Passive, move |_: Event| {
            if let Some(descriptions) = weak.upgrade() {
                descriptions.rest(None);
            }
        });
        *self.listeners.borrow_mut() = vec![moved, left];
    }

    /// The mouse is somewhere else.
    fn moved(self: &Rc<Self>, at: (f64, f64)) {
        let weak = Rc::downgrade(self);
        let ask = move || {
            if let Some(descriptions) = weak.upgrade() {
                descriptions.rested(at);
            }
        };
        self.rest(Some(Timeout::new(REST, ask)));
    }

    fn rest(&self, timeout: Option<Timeout>) {
        self.resting.replace(timeout);
        if self.call.borrow().is_none() {
            self.hide();
        }
    }

    fn rested(self: &Rc<Self>, at: (f64, f64)) {
        let Some(surface) = self.surface.upgrade() else {
            return;
        };
        let Some(pos) = surface.position_at(at) else {
            return;
        };
        // The nearest place between characters may be behind the name that the mouse is on.
        let is_on = |pos: Pos| place_of(&surface, pos).is_some_and(|place| place.left() <= at.0);
        let pos = if is_on(pos) {
            pos
        } else {
            Pos(pos.0.saturating_sub(1))
        };
        let name = {
            let editor = surface.editor.borrow();
            completion::name_at(editor.syntax().tree(), editor.rope(), pos)
        };
        if let (Some(name), None) = (name, &*self.call.borrow()) {
            self.ask(&surface, &name, pos, None);
        }
    }

    /// The caret is somewhere else: the call around it is described, or none.
    pub fn follow(self: &Rc<Self>) {
        let Some(surface) = self.surface.upgrade() else {
            return;
        };
        let found = {
            let editor = surface.editor.borrow();
            let head = editor.selection().primary().head;
            let call = completion::call_at(editor.syntax().tree(), editor.rope(), head);
            call.map(|call| (call, head))
        };
        let Some((call, head)) = found else {
            return self.end();
        };
        if self.call.replace(Some(call.clone())) == Some(call.clone()) {
            return;
        }
        self.ask(&surface, &call.0, head, Some(call.1));
    }

    fn ask(self: &Rc<Self>, surface: &Rc<Surface>, name: &str, pos: Pos, argument: Option<usize>) {
        let turn = self.turn.get() + 1;
        self.turn.set(turn);
        let me = self.clone();
        let told = move |text: Option<String>| {
            if let (Some(text), true) = (text, me.turn.get() == turn) {
                me.show(&text, pos, argument);
            }
        };
        (surface.hooks.inspect)(Inspection::About, name, Box::new(told));
    }

    fn show(&self, text: &str, pos: Pos, argument: Option<usize>) {
        let place = self
            .surface
            .upgrade()
            .and_then(|surface| place_of(&surface, pos));
        let Some(place) = place else { return };
        let (head, doc) = text.split_once('\t').unwrap_or((text, ""));
        self.popover.element.set_text_content(None);
        let signature = element_with_text("div", "signature", "");
        for (part, is_meant) in completion::arguments(head, argument) {
            let tag = if is_meant { "b" } else { "span" };
            append(&signature, &element_with_text(tag, "", part));
        }
        append(&self.popover.element, &signature);
        if !doc.is_empty() {
            append(&self.popover.element, &element_with_text("div", "doc", doc));
        }
        self.popover.show(place, Side::Above);
    }

    /// Describes no call any more.
    pub fn end(&self) {
        self.call.replace(None);
        self.hide();
    }

    fn hide(&self) {
        self.turn.set(self.turn.get() + 1);
        self.popover.hide();
    }
}
