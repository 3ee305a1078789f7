//! What an editor hears about its runs.
//!
//! One list for every listener: state, progress, output, end. Each accepted
//! run gives `Accepted` first and exactly one `Done` last, whatever happens in
//! between; `Ready` comes between them if the code was started.
//!
//! Not here: the events of the page; the editor makes them from these.

use crate::failure::Failure;
use crate::interpreter::RunId;
use crate::message::{Display, FileEntry};
use crate::output::Chunk;
use crate::traceback::{Mark, Traceback};

/// Something an editor should know.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// The environment is in another state.
    State(RunState),
    /// A run was accepted; earlier output may be cleared.
    Accepted {
        /// Its number.
        run: RunId,
        /// The revision of the document that was given with it.
        revision: u64,
    },
    /// A run was asked for while one of this editor is under way or waits; nothing happens.
    Busy {
        /// That run.
        run: RunId,
    },
    /// The accepted run waits for others of its environment.
    Waiting {
        /// How many come before it, the one under way included.
        ahead: usize,
    },
    /// The environment's variables are gone, by nothing that this editor did.
    Lost {
        /// How.
        loss: Loss,
        /// The environment's name, where it has one.
        environment: Option<String>,
    },
    /// The editor may not run in its environment.
    Refused(Refusal),
    /// The interpreter loads.
    Progress(Progress),
    /// The interpreter's files do not come; the run waits on, or they are asked for again.
    Stalled(Stall),
    /// The interpreter is up; the code of this run starts right after this.
    Ready {
        /// The run.
        run: RunId,
    },
    /// The program wrote. May also come after `Done`: timers and tasks write late.
    Output(Vec<Chunk>),
    /// The program shows something richer than text, at this point of its output.
    Display(Display),
    /// A sentence or two about the page or its configuration: not an error of the program.
    Remark(String),
    /// Whether timers, tasks, sockets or listeners of the program live on after its run.
    Background {
        /// They do.
        alive: bool,
    },
    /// The files that readers put there and programs wrote, by name.
    Files(Vec<FileEntry>),
    /// A file that this editor asked for.
    Taken {
        /// Its path, as it was listed.
        path: String,
        /// Where its content is; none when it is gone.
        url: Option<String>,
    },
    /// The program reads a line and stands still: it wants an answer.
    Input {
        /// The run.
        run: RunId,
        /// Whether what is typed must not be seen.
        hidden: bool,
    },
    /// What the interpreter knows of a name.
    Inspected {
        /// As it was asked.
        ticket: u32,
        /// See [`Inspection`](crate::message::Inspection); none where nothing is known.
        text: Option<String>,
    },
    /// The interpreter has looked at a text of this editor.
    Checked {
        /// The revision of the document it was taken from.
        revision: u64,
        /// What it does not take; none when it takes all of it.
        problem: Option<Problem>,
    },
    /// Another editor of the environment names a line of this one: the reader wants to see it.
    Pointed {
        /// The line, of a run of this editor.
        mark: Mark,
        /// What is to say about it.
        message: String,
    },
    /// The run has ended.
    Done(Box<Report>),
}

/// What an interpreter does not take in a text that it was only to compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where; the run is of no meaning.
    pub mark: Mark,
    /// The interpreter's words.
    pub message: String,
}

/// What is told where a program reads and nobody can answer.
pub const NOBODY_ANSWERS: &str = "The program asked for input where nobody can answer, so it got the end of input (EOFError). Input can be read by code that was run in an editor, until that run ends.";

/// How an environment lost its variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Another editor was stopped, or removed while it ran.
    Stopped,
    /// Its interpreter died.
    Failed,
    /// It was started afresh with another configuration.
    Restarted,
    /// Its memory was given back, for the page has many.
    Rested,
}

impl Loss {
    /// The state of the editors that share it.
    pub(crate) fn state(self) -> RunState {
        match self {
            Self::Stopped | Self::Restarted => RunState::Stopped,
            Self::Failed => RunState::Failed,
            Self::Rested => RunState::Idle,
        }
    }

    /// A sentence for the status line.
    pub fn text(self, environment: Option<&str>) -> String {
        let how = match self {
            Self::Stopped => "Stopped",
            Self::Failed => "Failed",
            Self::Restarted => "Restarted with another configuration",
            Self::Rested => {
                return "Put to rest to save memory; the next run starts afresh.".into();
            }
        };
        match environment {
            Some(name) => [how, ": the variables of “", name, "” are gone."].concat(),
            None => [how, ": the variables are gone."].concat(),
        }
    }
}

/// Why an editor may not run in its environment, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong, in PyScript's words where it has some.
    pub reason: String,
    /// What to do, as a sentence.
    pub advice: &'static str,
}

impl Refusal {
    const ONE_CONFIG: &str = "Only the first editor of an environment may have the attribute config; with env-override it replaces what there is.";

    pub(crate) fn duplicated(key: &str) -> Self {
        Self {
            reason: ["duplicated config for env: ", key].concat(),
            advice: Self::ONE_CONFIG,
        }
    }

    pub(crate) fn misplaced(key: &str) -> Self {
        Self {
            reason: ["unable to add a config to the env: ", key].concat(),
            advice: Self::ONE_CONFIG,
        }
    }

    pub(crate) fn page_access(key: &str) -> Self {
        Self {
            reason: ["different page-access for env: ", key].concat(),
            advice: "Give all editors of an environment the same attribute page-access.",
        }
    }
}

/// The state of an editor in its environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// Nothing was run yet, or its interpreter was put to rest.
    Idle,
    /// A run waits for other runs of the environment.
    Queued,
    /// A run waits for its interpreter.
    Loading,
    /// Code runs.
    Running,
    /// Code stands still until somebody answers it.
    Waiting,
    /// Code runs that was asked to end.
    Stopping,
    /// The interpreter is up and waits; variables are kept.
    Ready,
    /// The last run was stopped; its report says what became of the variables.
    Stopped,
    /// The interpreter could not be loaded or died; the next run tries again.
    Failed,
}

impl RunState {
    /// Whether a run is under way or waits, so that Run reads Stop.
    pub fn is_busy(self) -> bool {
        matches!(
            self,
            Self::Queued | Self::Loading | Self::Running | Self::Waiting | Self::Stopping
        )
    }

    /// One word for an attribute, as styles and tests read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Queued => "queued",
            Self::Loading => "loading",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Stopping => "stopping",
            Self::Ready => "ready",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }
}

/// How far the interpreter is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What goes on.
    pub phase: Phase,
    /// The file that arrived last, without folders; empty when none is meant.
    pub file: String,
    /// Bytes that are here, of all files together, unpacked.
    pub loaded_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
}

impl Progress {
    /// A phase without bytes.
    pub fn of_phase(phase: Phase) -> Self {
        Self {
            phase,
            file: String::new(),
            loaded_bytes: 0,
            total_bytes: 0,
        }
    }
}

/// What goes on while an interpreter loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Files arrive; the bytes tell how far.
    Download,
    /// All files are here; the interpreter starts.
    Start,
    /// All files are here; the interpreter goes on from the memory of an earlier start.
    Restore,
    /// The set-up code of the environment runs.
    Setup,
    /// Something is installed or fetched for the program; `file` says what, and
    /// the bytes are 0 where nobody knows them.
    Install,
}

impl Phase {
    /// The word that `py:progress` carries.
    pub fn name(self) -> &'static str {
        match self {
            Self::Download => "download",
            Self::Start => "start",
            Self::Restore => "restore",
            Self::Setup => "setup",
            Self::Install => "install",
        }
    }
}

/// Seconds without a byte after which a download counts as stalled.
pub const STALL_SECONDS: u32 = 10;

/// A download of the interpreter from which nothing comes any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stall {
    /// The file from which the last byte came, or was to come: an absolute URL.
    pub url: String,
    /// Seconds without a byte.
    pub seconds: u32,
}

impl Stall {
    /// A sentence for the status line.
    pub fn text(&self) -> String {
        let seconds = self.seconds.to_string();
        ["No data for ", &seconds, " s from ", &self.url, "."].concat()
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The run.
    pub run: RunId,
    /// The revision of the document that it ran.
    pub revision: u64,
    /// In one word.
    pub outcome: Outcome,
    /// Milliseconds from the start of the code to its end; from the request where the code never started.
    pub duration_ms: f64,
    /// What went wrong, when something did.
    pub failure: Option<Failure>,
    /// Where the code was when it gave way to a stop.
    pub stopped_at: Option<Traceback>,
    /// What became of the variables.
    pub variables: Variables,
}

/// What the status line says of a run that never reached its environment.
const UNREACHED: &str = "Failed. The next run starts a fresh interpreter.";
const WITHDRAWN: &str = "Stopped before it ran.";

impl Report {
    /// Of a run that ended before its environment was there to run it: stopped,
    /// or failed for want of a file. It has no number.
    pub fn of_unreached(revision: u64, failure: Option<Failure>) -> Report {
        let (outcome, variables) = match failure {
            Some(_) => (Outcome::Error, Variables::Lost),
            None => (Outcome::Stopped(StopCause::Request), Variables::Untouched),
        };
        Report {
            run: RunId(0),
            revision,
            outcome,
            duration_ms: 0.0,
            failure,
            stopped_at: None,
            variables,
        }
    }

    /// What [`Report::text`] is for [`Report::of_unreached`].
    pub fn text_of_unreached(&self) -> &'static str {
        match self.failure {
            Some(_) => UNREACHED,
            None => WITHDRAWN,
        }
    }

    /// A sentence for the status line: what happened, and what it means for the next run.
    pub fn text(&self) -> String {
        let time = seconds(self.duration_ms);
        match (self.outcome, self.variables) {
            (Outcome::Ok, _) => format!("Done in {time}."),
            (Outcome::Error, Variables::Lost) => UNREACHED.into(),
            (Outcome::Error, _) => format!("Ended with an error after {time}."),
            (Outcome::Stopped(_), Variables::Untouched) => WITHDRAWN.into(),
            (Outcome::Stopped(cause), variables) => {
                let fate = match variables {
                    Variables::Lost => {
                        "The variables are gone; the next run starts a fresh interpreter."
                    }
                    _ => "The variables are kept.",
                };
                ["Stopped after ", &time, cause.words(), ". ", fate].concat()
            }
        }
    }
}

/// How a run ended, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It came to its end.
    Ok,
    /// It failed; the report says how.
    Error,
    /// It was stopped.
    Stopped(StopCause),
}

/// Who ended a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StopCause {
    /// A person or a script.
    #[default]
    Request,
    /// The author's limit.
    Timeout,
}

impl StopCause {
    fn words(self) -> &'static str {
        match self {
            Self::Request => "",
            Self::Timeout => ": timeout",
        }
    }
}

impl Outcome {
    /// The word that `py:done` carries.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Stopped(_) => "stopped",
        }
    }
}

/// What became of an environment's variables when a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variables {
    /// They are there for the next run.
    Kept,
    /// The code never started, so they are as they were.
    Untouched,
    /// Their interpreter is gone.
    Lost,
}

/// `12 ms`, `0.35 s`, `8.2 s`, `75 s`.
fn seconds(ms: f64) -> String {
    let ms = ms.max(0.0).round() as u64;
    match ms {
        0..100 => format!("{ms} ms"),
        100..1_000 => format!("0.{:02} s", ms / 10),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        _ => format!("{} s", ms / 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        let read: Vec<_> = [0.2, 12.4, 350.0, 999.0, 1_000.0, 8_249.0, 75_400.0]
            .map(seconds)
            .into();
        assert_eq!(
            read,
            [
                "0 ms", "12 ms", "0.35 s", "0.99 s", "1.0 s", "8.2 s", "75 s"
            ]
        );
    }

    #[test]
    fn a_run_that_never_was_is_told_as_others_are() {
        let failure = Failure::Configuration("no".into());
        for failure in [None, Some(failure)] {
            let report = Report::of_unreached(3, failure);
            assert_eq!(report.text(), report.text_of_unreached());
        }
    }

    #[test]
    fn a_stop_says_what_became_of_the_variables() {
        let text = |cause, variables| {
            Report {
                run: RunId(1),
                revision: 0,
                outcome: Outcome::Stopped(cause),
                duration_ms: 1_234.0,
                failure: None,
                stopped_at: None,
                variables,
            }
            .text()
        };
        assert_eq!(
            text(StopCause::Request, Variables::Kept),
            "Stopped after 1.2 s. The variables are kept."
        );
        assert_eq!(
            text(StopCause::Request, Variables::Lost),
            "Stopped after 1.2 s. The variables are gone; the next run starts a fresh interpreter."
        );
        assert_eq!(
            text(StopCause::Timeout, Variables::Kept),
            "Stopped after 1.2 s: timeout. The variables are kept."
        );
        assert_eq!(
            text(StopCause::Request, Variables::Untouched),
            "Stopped before it ran."
        );
    }
}
