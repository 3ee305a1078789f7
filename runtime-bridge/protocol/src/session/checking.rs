//! A text, looked at by an interpreter that has nothing else to do, so that a
//! reader hears of a syntax error before they run.
//!
//! It must never be in the way: nothing is started for it, nothing is asked
//! while a program runs or waits, and an answer that comes late is dropped.
//!
//! Not here: when a text is worth a look, and what an editor makes of the answer.

use super::{Beside, Effect, MemberId, Session};
use crate::interpreter::RunId;
use crate::message::{Raised, ToWorker};
use crate::notice::{Notice, Problem};
use crate::traceback::{self, Place};

/// A text that the worker was given.
#[derive(Debug)]
pub(super) struct Check {
    id: u32,
    member: MemberId,
    revision: u64,
}

/// Longer texts, in bytes, would keep a run waiting that is asked for right then.
const MOST_BYTES: usize = 200_000;
/// The name that the worker compiles it under.
const FILE: &str = "main.py";
/// What is wrong with a text itself.
const KINDS: [&str; 3] = ["SyntaxError", "IndentationError", "TabError"];

impl Session {
    /// Whether an interpreter is there and does nothing.
    pub fn is_free(&self) -> bool {
        self.is_up() && self.current.is_none() && self.unwinding.is_none()
    }

    pub(super) fn check(
        &mut self,
        member: MemberId,
        code: String,
        revision: u64,
        out: &mut Vec<Effect>,
    ) {
        let may_ask = self.member(member).is_some() && self.refusal(member).is_none();
        if !may_ask || !self.is_free() || code.len() > MOST_BYTES {
            return;
        }
        self.last_check += 1;
        self.check = Some(Check {
            id: self.last_check,
            member,
            revision,
        });
        let check = ToWorker::Check {
            check: self.last_check,
            code,
        };
        out.push(Effect::Post(check, Beside::Nothing));
    }

    pub(super) fn checked(&mut self, id: u32, error: Option<Raised>, out: &mut Vec<Effect>) {
        let Some(check) = self.check.take_if(|check| check.id == id) else {
            return;
        };
        let place = |file: &str| (file == FILE).then_some(Place::Program { run: RunId(0) });
        let problem = error.and_then(|error| {
            let read = traceback::parse(&error.message, self.source.interpreter, &place);
            let mark = read.marked_line()?;
            let message = read.last.error.text.trim_end().to_owned();
            let is_syntax = KINDS.contains(&read.last.error.kind.as_str());
            is_syntax.then_some(Problem { mark, message })
        });
        let revision = check.revision;
        out.push(Effect::Notify(
            check.member,
            Notice::Checked { revision, problem },
        ));
    }
}
