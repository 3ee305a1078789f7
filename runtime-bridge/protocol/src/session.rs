//! The life of one environment, as a pure state machine.
//!
//! One environment has one worker at most. [`Session::handle`] takes what
//! happened and says what to do; the client does it and decides nothing. Two
//! rules carry the odd orders: a message names the generation of the worker it
//! came from, and those of an old one are dropped; and a run that was accepted
//! ends exactly once, in [`Session::end`].
//!
//! Stopping ends the worker at once, because nothing softer is certain to work.
//! Not here: a queue of runs, hidden set-up code, keeping variables on a stop.

use crate::failure::{Failure, LoadFailure, LoadProblem};
use crate::interpreter::{Interpreter, RunId};
use crate::message::{Access, FatalKind, FromWorker, Raised, Step, ToWorker};
use crate::notice::{Notice, Outcome, Phase, Progress, Report, RunState, Variables};
use crate::output::Chunk;
use crate::traceback;

/// Which worker of an environment: each one spawned has the next number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Generation(pub u32);

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A person or a script asked for a run.
    RunRequested {
        /// The program.
        code: String,
        /// The revision of the document it was taken from.
        revision: u64,
    },
    /// A person or a script asked for an end.
    StopRequested,
    /// The editor is gone.
    Removed,
    /// The page has loaded a part of the interpreter's files.
    LoadProgress(Progress),
    /// The page has all the interpreter's files.
    Loaded,
    /// The page could not get them.
    LoadFailed(LoadFailure),
    /// The worker said something.
    Worker {
        /// The worker it came from.
        generation: Generation,
        /// What it said.
        message: FromWorker,
    },
    /// The browser said something about the worker: its script is missing or
    /// broken, or a message could not be read.
    WorkerError {
        /// The worker it is about.
        generation: Generation,
        /// The browser's words.
        message: String,
    },
}

/// Something to do, in the given order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Get the interpreter's files; answer with progress and `Loaded` or `LoadFailed`.
    Load,
    /// Wait for the files no longer: the load ends where nobody else waits.
    Abandon,
    /// The files are no good: the next load fetches them afresh.
    Forget,
    /// Start a worker; what it says comes back with this generation.
    Spawn(Generation),
    /// Send to the worker. With [`ToWorker::Boot`] the loaded files go along.
    Post(ToWorker),
    /// End the worker at once; nothing more is heard of it.
    Terminate,
    /// Tell the editor.
    Notify(Notice),
}

/// Where an environment's interpreter comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Which interpreter.
    pub interpreter: Interpreter,
    /// Absolute URL of its module.
    pub entry: String,
    /// Absolute URL of the worker's script.
    pub worker: String,
    /// URL that relative URLs of programs mean: the page's.
    pub base: String,
    /// What programs may reach of the page.
    pub page: Access,
}

/// One environment. See the module's words.
#[derive(Debug)]
pub struct Session {
    source: Source,
    state: RunState,
    files: Files,
    worker: Option<Worker>,
    run: Option<Run>,
    last_run: RunId,
    last_generation: Generation,
    removed: Life,
}

/// The interpreter's files, as far as this environment knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Files {
    Absent,
    Asked,
    Here,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Here,
    Gone,
}

#[derive(Clone, Copy, Debug)]
struct Worker {
    generation: Generation,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Imports the interpreter's JavaScript.
    Preparing,
    /// Has the files and starts the interpreter.
    Booting,
    /// Takes runs.
    Up,
}

#[derive(Debug)]
struct Run {
    id: RunId,
    revision: u64,
    /// When its code started; until then, when it was asked for.
    since_ms: f64,
    /// The program, until it is sent.
    code: Option<String>,
}

impl Session {
    /// An environment in which nothing was run. Nothing is loaded or spawned before the first run.
    pub fn new(source: Source) -> Self {
        Self {
            source,
            state: RunState::Idle,
            files: Files::Absent,
            worker: None,
            run: None,
            last_run: RunId(0),
            last_generation: Generation(0),
            removed: Life::Here,
        }
    }

    /// The state that the last `State` notice told.
    pub fn state(&self) -> RunState {
        self.state
    }

    /// Takes what happened at `at_ms` (any steady clock, in milliseconds) and says what to do.
    pub fn handle(&mut self, event: Event, at_ms: f64) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.removed == Life::Gone {
            return effects;
        }
        let out = &mut effects;
        match event {
            Event::RunRequested { code, revision } => self.run(code, revision, at_ms, out),
            Event::StopRequested => self.stop(at_ms, out),
            Event::Removed => self.remove(at_ms, out),
            Event::LoadProgress(progress) => self.progress(progress, out),
            Event::Loaded => self.loaded(out),
            Event::LoadFailed(failure) => self.load_failed(failure, at_ms, out),
            Event::Worker {
                generation,
                message,
            } if self.is_current(generation) => self.hear(message, at_ms, out),
            Event::WorkerError {
                generation,
                message,
            } if self.is_current(generation) => {
                self.worker_error(&message, at_ms, out);
            }
            Event::Worker { .. } | Event::WorkerError { .. } => {}
        }
        effects
    }

    fn is_current(&self, generation: Generation) -> bool {
        self.worker
            .is_some_and(|worker| worker.generation == generation)
    }

    fn run(&mut self, code: String, revision: u64, at_ms: f64, out: &mut Vec<Effect>) {
        if let Some(run) = &self.run {
            out.push(Effect::Notify(Notice::Busy { run: run.id }));
            return;
        }
        self.last_run = RunId(self.last_run.0 + 1);
        let id = self.last_run;
        self.run = Some(Run {
            id,
            revision,
            since_ms: at_ms,
            code: Some(code),
        });
        out.push(Effect::Notify(Notice::Accepted { run: id, revision }));
        match self.worker {
            Some(Worker {
                stage: Stage::Up, ..
            }) => self.start_code(at_ms, out),
            Some(_) => self.enter(RunState::Loading, out),
            None => self.spawn(out),
        }
    }

    /// The worker starts while the page loads the files: neither waits for the other.
    fn spawn(&mut self, out: &mut Vec<Effect>) {
        self.last_generation = Generation(self.last_generation.0 + 1);
        let generation = self.last_generation;
        self.worker = Some(Worker {
            generation,
            stage: Stage::Preparing,
        });
        out.push(Effect::Spawn(generation));
        out.push(Effect::Post(ToWorker::Prepare {
            interpreter: self.source.interpreter,
            entry: self.source.entry.clone(),
            base: self.source.base.clone(),
            page: self.source.page,
        }));
        self.enter(RunState::Loading, out);
        match self.files {
            Files::Asked => {}
            // Asked for again: another environment may have found them damaged.
            Files::Absent | Files::Here => {
                self.files = Files::Asked;
                out.push(Effect::Load);
            }
        }
    }

    fn boot(&mut self, out: &mut Vec<Effect>) {
        let Some(worker) = &mut self.worker else {
            return;
        };
        if worker.stage != Stage::Preparing {
            return;
        }
        worker.stage = Stage::Booting;
        out.push(Effect::Post(ToWorker::Boot));
        let starting = Progress {
            phase: Phase::Start,
            file: String::new(),
            loaded_bytes: 0,
            total_bytes: 0,
        };
        out.push(Effect::Notify(Notice::Progress(starting)));
    }

    fn start_code(&mut self, at_ms: f64, out: &mut Vec<Effect>) {
        let Some(run) = &mut self.run else {
            return self.enter(RunState::Ready, out);
        };
        let Some(code) = run.code.take() else { return };
        run.since_ms = at_ms;
        let id = run.id;
        self.enter(RunState::Running, out);
        out.push(Effect::Notify(Notice::Ready { run: id }));
        out.push(Effect::Post(ToWorker::Run {
            run: id,
            file: id.file(),
            code,
            before: None,
            hidden: false,
        }));
    }

    fn stop(&mut self, at_ms: f64, out: &mut Vec<Effect>) {
        if self.run.is_none() {
            return;
        }
        self.drop_worker(out);
        self.abandon(out);
        self.end(Ending::Stopped, at_ms, out);
    }

    /// A server that never answers must not hold the next run, too.
    fn abandon(&mut self, out: &mut Vec<Effect>) {
        if self.files == Files::Asked {
            self.files = Files::Absent;
            out.push(Effect::Abandon);
        }
    }

    fn remove(&mut self, at_ms: f64, out: &mut Vec<Effect>) {
        self.drop_worker(out);
        self.abandon(out);
        if self.run.is_some() {
            self.end(Ending::Stopped, at_ms, out);
        }
        self.removed = Life::Gone;
    }

    fn progress(&self, progress: Progress, out: &mut Vec<Effect>) {
        if self.state == RunState::Loading {
            out.push(Effect::Notify(Notice::Progress(progress)));
        }
    }

    fn loaded(&mut self, out: &mut Vec<Effect>) {
        if self.files == Files::Asked {
            self.files = Files::Here;
            self.boot(out);
        }
    }

    /// A failed load is forgotten, so that the next run asks again.
    fn load_failed(&mut self, failure: LoadFailure, at_ms: f64, out: &mut Vec<Effect>) {
        self.files = Files::Absent;
        self.give_up(Failure::Load(failure), at_ms, out);
    }

    fn hear(&mut self, message: FromWorker, at_ms: f64, out: &mut Vec<Effect>) {
        match message {
            FromWorker::Booted => {
                if let Some(worker) = &mut self.worker {
                    worker.stage = Stage::Up;
                }
                self.start_code(at_ms, out);
            }
            FromWorker::Output(chunks) => output(chunks, out),
            FromWorker::Done { run, error } => self.done(run, error, at_ms, out),
            FromWorker::Fatal(fatal) => {
                if fatal.kind == FatalKind::Boot {
                    self.files = Files::Absent;
                    out.push(Effect::Forget);
                }
                let failure = Failure::of_fatal(self.source.interpreter, &self.source.entry, fatal);
                self.give_up(failure, at_ms, out);
            }
            FromWorker::Progress(step) => out.push(Effect::Notify(Notice::Progress(step.into()))),
            FromWorker::Display(display) => out.push(Effect::Notify(Notice::Display(display))),
            FromWorker::Remark { text } => out.push(Effect::Notify(Notice::Remark(text))),
            FromWorker::Background { alive } => {
                out.push(Effect::Notify(Notice::Background { alive }));
            }
        }
    }

    fn done(&mut self, id: RunId, error: Option<Raised>, at_ms: f64, out: &mut Vec<Effect>) {
        if self.run.as_ref().is_none_or(|run| run.id != id) {
            return;
        }
        let interpreter = self.source.interpreter;
        let programs = |file: &str| RunId::of_file(file, id);
        let raised = error.map(|error| traceback::parse(&error.whole(), interpreter, &programs));
        let ending = match raised {
            None => Ending::Finished,
            Some(traceback) if traceback.error.is_clean_exit() => Ending::Finished,
            Some(traceback) => Ending::Raised(Failure::Python(traceback)),
        };
        self.end(ending, at_ms, out);
    }

    /// Before the interpreter is up, the worker's own script is at fault; later
    /// the worker catches what programs do, so the interpreter broke down.
    fn worker_error(&mut self, message: &str, at_ms: f64, out: &mut Vec<Effect>) {
        let is_up = self.worker.is_some_and(|worker| worker.stage == Stage::Up);
        let failure = if is_up {
            Failure::crashed(self.source.interpreter, message)
        } else {
            let problem = match message {
                "" => LoadProblem::Unstarted,
                words => LoadProblem::Broken(words.into()),
            };
            Failure::Load(LoadFailure {
                url: self.source.worker.clone(),
                problem,
            })
        };
        self.give_up(failure, at_ms, out);
    }

    /// The interpreter is of no more use. Told with the run it ended; between
    /// runs only the state says so, and the next run starts a fresh one.
    fn give_up(&mut self, failure: Failure, at_ms: f64, out: &mut Vec<Effect>) {
        let had_worker = self.worker.is_some();
        self.drop_worker(out);
        if self.run.is_some() {
            self.end(Ending::Broken(failure), at_ms, out);
        } else if had_worker {
            output(vec![Chunk::err(failure.text() + "\n")], out);
            self.enter(RunState::Failed, out);
        }
    }

    fn drop_worker(&mut self, out: &mut Vec<Effect>) {
        if self.worker.take().is_some() {
            out.push(Effect::Terminate);
        }
    }

    /// The only place where a run ends.
    fn end(&mut self, ending: Ending, at_ms: f64, out: &mut Vec<Effect>) {
        let Some(run) = self.run.take() else { return };
        let (state, outcome, failure, variables) = match ending {
            Ending::Finished => (RunState::Ready, Outcome::Ok, None, Variables::Kept),
            Ending::Raised(failure) => (
                RunState::Ready,
                Outcome::Error,
                Some(failure),
                Variables::Kept,
            ),
            Ending::Broken(failure) => (
                RunState::Failed,
                Outcome::Error,
                Some(failure),
                Variables::Lost,
            ),
            Ending::Stopped => (RunState::Stopped, Outcome::Stopped, None, Variables::Lost),
        };
        self.enter(state, out);
        out.push(Effect::Notify(Notice::Done(Report {
            run: run.id,
            revision: run.revision,
            outcome,
            duration_ms: (at_ms - run.since_ms).max(0.0),
            failure,
            variables,
        })));
    }

    fn enter(&mut self, state: RunState, out: &mut Vec<Effect>) {
        if self.state != state {
            self.state = state;
            out.push(Effect::Notify(Notice::State(state)));
        }
    }
}

/// How a run ends.
enum Ending {
    Finished,
    Raised(Failure),
    Broken(Failure),
    Stopped,
}

fn output(chunks: Vec<Chunk>, out: &mut Vec<Effect>) {
    if !chunks.is_empty() {
        out.push(Effect::Notify(Notice::Output(chunks)));
    }
}

impl From<Step> for Progress {
    fn from(step: Step) -> Self {
        Self {
            phase: Phase::Install,
            file: step.label,
            loaded_bytes: step.loaded_bytes,
            total_bytes: step.total_bytes,
        }
    }
}

impl Raised {
    /// Kind and text in one: a traceback names its kind in its last line, a
    /// JavaScript error's message does not.
    fn whole(&self) -> String {
        if self.kind.is_empty() || traceback::is_whole(&self.message) {
            return self.message.clone();
        }
        format!("{}: {}", self.kind, self.message)
    }
}

#[cfg(test)]
mod tests;
