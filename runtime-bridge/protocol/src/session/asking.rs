//! Programs that read. One stands still, and its worker with it, until it has an
//! answer: so every question gets exactly one, or the worker ends.
//!
//! The editor whose code runs is asked. Set-up code belongs to no editor, and
//! what a run leaves behind (timers, callbacks) belongs to no run that could be
//! stopped: these read the end of the input at once, and their editor says why.
//!
//! A program that was asked to stop is interrupted instead of being answered, and
//! the time in which a person thinks is no part of a program's limit.
//!
//! Not here: how an answer reaches a worker that stands still, and who types it.

use super::{Alarm, Answer, Doing, Effect, MemberId, Notice, Run, RunState, Session};
use crate::notice::NOBODY_ANSWERS;

impl Session {
    pub(super) fn reads(&mut self, hidden: bool, at_ms: f64, out: &mut Vec<Effect>) {
        let is_code = |run: &&mut Run| !matches!(run.doing, Doing::Waiting | Doing::Setup(_));
        let run = self.current.as_mut();
        let is_to_end = run.as_ref().is_some_and(|run| run.stopping.is_some());
        if is_to_end || self.unwinding.is_some() {
            return out.push(Effect::Answer(Answer::Interrupted));
        }
        let Some(run) = run.filter(is_code) else {
            self.tell(Notice::Remark(NOBODY_ANSWERS.into()), out);
            return out.push(Effect::Answer(Answer::End));
        };
        run.doing = Doing::Reading { since_ms: at_ms };
        let (member, run) = (run.member, run.id);
        self.enter(member, RunState::Waiting, out);
        out.push(Effect::Notify(member, Notice::Input { run, hidden }));
    }

    /// An answer without a question is dropped: the program went on, or has ended.
    pub(super) fn answered(
        &mut self,
        id: MemberId,
        answer: Answer,
        at_ms: f64,
        out: &mut Vec<Effect>,
    ) {
        let Some(run) = self.current.as_mut().filter(|run| run.member == id) else {
            return;
        };
        let Doing::Reading { since_ms } = run.doing else {
            return;
        };
        run.doing = Doing::Code;
        run.waited_ms += at_ms - since_ms;
        let limit = run.left_ms(at_ms).map(|left_ms| (run.id, left_ms));
        self.enter(id, RunState::Running, out);
        out.push(Effect::Answer(answer));
        if let Some((run, left_ms)) = limit {
            out.push(Effect::Alarm(Alarm::Timeout(run), left_ms));
        }
    }
}

impl Run {
    /// Code that stands still meets no signal; an answer wakes it.
    pub(super) fn wake(&mut self, out: &mut Vec<Effect>) {
        if let Doing::Reading { .. } = self.doing {
            self.doing = Doing::Code;
            out.push(Effect::Answer(Answer::Interrupted));
        }
    }

    /// Milliseconds that its limit leaves it, where it has one.
    pub(super) fn left_ms(&self, at_ms: f64) -> Option<f64> {
        let spent_ms = at_ms - self.since_ms - self.waited_ms;
        Some((self.timeout_ms? - spent_ms).max(0.0))
    }
}
