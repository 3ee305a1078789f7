//! How a run is stopped: softly first, so that the variables stay.
//!
//! Code that the worker was given is interrupted: a signal that it meets while
//! it computes, and a message for code that waits. It gives way with
//! KeyboardInterrupt, and the run ends as stopped with everything else as it
//! was. What has not given way after [`GRACE_MS`], or when somebody insists, is
//! ended with its worker. Each signal belongs to one program, so one that comes
//! late meets nobody.
//!
//! A run that the worker was given nothing of only has to be taken out.
//!
//! Not here: how a signal reaches code that never yields.

use super::{Beside, Doing, Effect, Ending, MemberId, Run, Session};
use crate::interpreter::RunId;
use crate::message::ToWorker;
use crate::notice::{Loss, RunState, StopCause};

/// How long code has to give way, in milliseconds. A signal is met within a
/// tenth of it; the rest is for `finally` and for slow machines.
const GRACE_MS: f64 = 1_000.0;

/// Within these milliseconds a second click is still the first wish: it must not cost the variables.
const DOUBLE_CLICK_MS: f64 = 400.0;

/// What a session wants to be reminded of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// The code of this run should have given way.
    Grace(RunId),
    /// The code of this run has had its time.
    Timeout(RunId),
}

/// A run that was asked to end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stopping {
    pub(super) cause: StopCause,
    since_ms: f64,
}

impl Session {
    pub(super) fn stop(&mut self, member: MemberId, at_ms: f64, out: &mut Vec<Effect>) {
        if let Some(at) = self.queue.iter().position(|run| run.member == member)
            && let Some(run) = self.queue.remove(at)
        {
            return self.report(run, Ending::Withdrawn, at_ms, out);
        }
        let is_its = |run: &&Run| run.member == member;
        let Some(run) = self.current.as_ref().filter(is_its) else {
            return;
        };
        match run.stopping {
            _ if run.doing == Doing::Waiting => self.withdraw(at_ms, out),
            None => self.interrupt(StopCause::Request, at_ms, out),
            Some(Stopping { since_ms, .. }) if at_ms - since_ms < DOUBLE_CLICK_MS => {}
            Some(Stopping { cause, .. }) => self.kill(cause, at_ms, out),
        }
    }

    pub(super) fn alarm(&mut self, alarm: Alarm, at_ms: f64, out: &mut Vec<Effect>) {
        let current = self.current.as_ref();
        match alarm {
            Alarm::Grace(id) if self.unwinding == Some(id) => {
                self.kill(StopCause::Request, at_ms, out);
            }
            Alarm::Grace(id) => {
                let stopping = current
                    .filter(|run| run.id == id)
                    .and_then(|run| run.stopping);
                if let Some(Stopping { cause, .. }) = stopping {
                    self.kill(cause, at_ms, out);
                }
            }
            Alarm::Timeout(id) => {
                // One that has waited for answers has another alarm, set with the latest.
                let is_over = |run: &Run| {
                    let is_late = run.waited_ms == 0.0 || run.left_ms(at_ms) == Some(0.0);
                    run.id == id && run.doing == Doing::Code && run.stopping.is_none() && is_late
                };
                if current.is_some_and(is_over) {
                    self.interrupt(StopCause::Timeout, at_ms, out);
                }
            }
        }
    }

    /// The run of an editor that leaves. It ends for the editor at once; others
    /// keep their variables where its code gives way.
    pub(super) fn let_go(&mut self, member: MemberId, at_ms: f64, out: &mut Vec<Effect>) {
        let is_given = |run: &mut Run| run.member == member && run.doing != Doing::Waiting;
        let Some(mut run) = self.current.take_if(is_given) else {
            return self.stop(member, at_ms, out);
        };
        if self.members.len() == 1 {
            self.current = Some(run);
            return self.kill(StopCause::Request, at_ms, out);
        }
        self.unwinding = Some(run.id);
        if run.stopping.is_none() {
            signal(run.id, out);
        }
        run.wake(out);
        self.report(run, Ending::Killed(StopCause::Request), at_ms, out);
    }

    /// The worker was given nothing of the run under way. An interpreter that is
    /// up stays, one that is on its way is the next one's.
    fn withdraw(&mut self, at_ms: f64, out: &mut Vec<Effect>) {
        if !self.is_up() && self.queue.is_empty() {
            return self.kill(StopCause::Request, at_ms, out);
        }
        if let Some(run) = self.current.take() {
            self.report(run, Ending::Withdrawn, at_ms, out);
        }
    }

    fn interrupt(&mut self, cause: StopCause, at_ms: f64, out: &mut Vec<Effect>) {
        let Some(run) = &mut self.current else { return };
        run.stopping = Some(Stopping {
            cause,
            since_ms: at_ms,
        });
        let (id, member) = (run.id, run.member);
        self.enter(member, RunState::Stopping, out);
        signal(id, out);
        if let Some(run) = &mut self.current {
            run.wake(out);
        }
    }

    fn kill(&mut self, cause: StopCause, at_ms: f64, out: &mut Vec<Effect>) {
        self.abandon(out);
        self.halt(Ending::Killed(cause), Loss::Stopped, at_ms, out);
    }
}

fn signal(run: RunId, out: &mut Vec<Effect>) {
    out.extend([
        Effect::Interrupt,
        Effect::Post(ToWorker::Interrupt { run }, Beside::Nothing),
        Effect::Alarm(Alarm::Grace(run), GRACE_MS),
    ]);
}
