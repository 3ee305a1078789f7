//! What a name of the program is and has, asked by a reader who writes. As with
//! a look at a text, nothing is started for it and no run waits for it.
//!
//! Not here: what is asked when, and what an editor makes of the answer.

use super::{Beside, Effect, MemberId, Session};
use crate::message::{Inspection, ToWorker};
use crate::notice::Notice;

/// A question that the worker was given.
#[derive(Debug)]
pub(super) struct Question {
    id: u32,
    member: MemberId,
    ticket: u32,
}

impl Session {
    pub(super) fn inspect(
        &mut self,
        (member, ticket): (MemberId, u32),
        what: Inspection,
        name: String,
        out: &mut Vec<Effect>,
    ) {
        if self.member(member).is_none() || !self.is_free() {
            let nothing = Notice::Inspected { ticket, text: None };
            return out.push(Effect::Notify(member, nothing));
        }
        self.last_inspect += 1;
        let id = self.last_inspect;
        self.inspected.push(Question { id, member, ticket });
        let inspect = ToWorker::Inspect {
            inspect: id,
            what,
            name,
        };
        out.push(Effect::Post(inspect, Beside::Nothing));
    }

    pub(super) fn tell_inspected(&mut self, id: u32, text: Option<String>, out: &mut Vec<Effect>) {
        let Some(at) = self.inspected.iter().position(|asked| asked.id == id) else {
            return;
        };
        let Question { member, ticket, .. } = self.inspected.swap_remove(at);
        let told = Notice::Inspected { ticket, text };
        if self.member(member).is_some() {
            out.push(Effect::Notify(member, told));
        }
    }

    /// The worker is gone: nobody answers any more.
    pub(super) fn forget_inspected(&mut self, out: &mut Vec<Effect>) {
        while let Some(asked) = self.inspected.first().map(|asked| asked.id) {
            self.tell_inspected(asked, None, out);
        }
    }
}
