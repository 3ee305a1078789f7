//! Programs that read. One stands still, and its worker with it, until it has an
//! answer: so every question gets exactly one, or the worker ends.
//!
//! The editor whose code runs is asked. Set-up code belongs to no editor, and
//! what a run leaves behind (timers, callbacks) belongs to no run that could be
//! stopped: these read the end of the input at once, and their editor says why.
//!
//! Not here: how an answer reaches a worker that stands still, and who types it.

use super::{Answer, Doing, Effect, MemberId, Notice, Run, RunState, Session};
use crate::notice::NOBODY_ANSWERS;

impl Session {
    pub(super) fn reads(&mut self, hidden: bool, out: &mut Vec<Effect>) {
        let is_code = |run: &&mut Run| matches!(run.doing, Doing::Code | Doing::Reading);
        let Some(run) = self.current.as_mut().filter(is_code) else {
            self.tell(Notice::Remark(NOBODY_ANSWERS.into()), out);
            return out.push(Effect::Answer(Answer::End));
        };
        run.doing = Doing::Reading;
        let (member, run) = (run.member, run.id);
        self.enter(member, RunState::Waiting, out);
        out.push(Effect::Notify(member, Notice::Input { run, hidden }));
    }

    /// An answer without a question is dropped: the program went on, or has ended.
    pub(super) fn answered(&mut self, id: MemberId, answer: Answer, out: &mut Vec<Effect>) {
        let reads = |run: &&mut Run| run.member == id && run.doing == Doing::Reading;
        let Some(run) = self.current.as_mut().filter(reads) else {
            return;
        };
        run.doing = Doing::Code;
        self.enter(id, RunState::Running, out);
        out.push(Effect::Answer(answer));
    }
}
