//! What the interpreter of an editor knows of names, for who helps a person that
//! writes: each question is answered once, at once where nobody can say.
//!
//! Not here: what is asked, and how an answer is shown (`surface/suggestions.rs`).

use std::cell::{Cell, RefCell};

use runtime_bridge::protocol::Inspection;

use super::Controller;

/// Hears an answer; none where nothing is known.
pub type Told = Box<dyn FnOnce(Option<String>)>;

/// The questions that wait for their answers.
#[derive(Default)]
pub struct Inspections {
    waiting: RefCell<Vec<(u32, Told)>>,
    last: Cell<u32>,
}

impl Controller {
    /// Asks what a name is or has.
    pub fn inspect(&self, what: Inspection, name: &str, told: Told) {
        let ticket = self.inspections.last.get() + 1;
        self.inspections.last.set(ticket);
        self.inspections.waiting.borrow_mut().push((ticket, told));
        if !self.seat.member.inspect(ticket, what, name) {
            self.inspected(ticket, None);
        }
    }

    /// The answer.
    pub fn inspected(&self, ticket: u32, text: Option<String>) {
        let waiting = &self.inspections.waiting;
        let at = waiting
            .borrow()
            .iter()
            .position(|(known, _)| *known == ticket);
        if let Some(at) = at {
            let (_, told) = waiting.borrow_mut().swap_remove(at);
            told(text);
        }
    }
}
