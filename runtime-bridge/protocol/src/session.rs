//! The life of one environment, as a pure state machine.
//!
//! An environment has one worker at most and any number of members, the editors
//! that share it. [`Session::handle`] takes what happened and says what to do;
//! the client does it and decides nothing. Three rules carry the odd orders: a
//! message names the generation of the worker it came from, and those of an old
//! one are dropped; a run that was accepted ends exactly once, in
//! [`Session::report`]; and what the run under way needs next is found afresh
//! after every event, in [`Session::advance`].
//!
//! Not here: which environments a page has. How a run is stopped is in `session/stopping.rs`.

mod asking;
mod checking;
mod inspecting;
mod stopping;

use std::collections::VecDeque;

use crate::failure::{Failure, LoadFailure, LoadProblem};
use crate::interpreter::{Interpreter, RunId};
use crate::last::last_statement;
use crate::message::{
    Access, Answer, FatalKind, FileEntry, FromWorker, Inspection, Raised, Step, ToWorker,
};
use crate::notice::{
    Loss, Notice, Outcome, Phase, Progress, Refusal, Report, RunState, Stall, StopCause, Variables,
};
use crate::output::Chunk;
use crate::shelf::{Put, Shelf};
use crate::traceback::{self, Mark, Place, Traceback};

use checking::Check;
use inspecting::Question;
pub use stopping::Alarm;
use stopping::Stopping;

/// Which worker of an environment: each one spawned has the next number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Generation(pub u32);

/// Which editor of an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberId(pub u32);

/// Which set-up program of an environment, from 1 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetupId(pub u32);

/// Which reading of a configuration: an answer to an older one is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub struct Reading(pub u32);

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// An editor shares the environment from now on.
    Joined {
        /// The editor; no other ever has the number.
        member: MemberId,
        /// What its author wants of the environment.
        claim: Claim,
    },
    /// A program is to be run, unseen, before the first run of every fresh interpreter.
    SetupAdded {
        /// The program; no other ever has the number.
        setup: SetupId,
        /// Its code; none while it is on its way, which every run waits for.
        code: Option<String>,
        /// What its author wants of the environment.
        claim: Claim,
    },
    /// The code of a set-up program has come.
    SetupArrived {
        /// The program.
        setup: SetupId,
        /// Its code.
        code: String,
    },
    /// A set-up program is gone; what it did stays.
    SetupRemoved(SetupId),
    /// A person or a script asked for a run.
    RunRequested {
        /// In which editor.
        member: MemberId,
        /// The program.
        code: String,
        /// The revision of the document it was taken from.
        revision: u64,
        /// Code that runs right before it.
        before: Option<String>,
        /// Milliseconds after which its code is stopped; none for no limit.
        timeout_ms: Option<f64>,
        /// Whether the value of its last statement is shown, where that is an expression.
        shows_last: bool,
    },
    /// A person or a script asked for an end of an editor's run.
    StopRequested(MemberId),
    /// Somebody answers the program that reads in an editor.
    Answered(MemberId, Answer),
    /// The text of an editor is to be looked at, if the interpreter is there and does nothing else.
    CheckRequested {
        /// In which editor.
        member: MemberId,
        /// The text.
        code: String,
        /// The revision of the document it was taken from.
        revision: u64,
    },
    /// A reader wants to know what a name of the program is or has.
    InspectRequested {
        /// In which editor.
        member: MemberId,
        /// Comes back with the answer.
        ticket: u32,
        /// What of it.
        what: Inspection,
        /// Names parted by dots; none for the names of the program.
        name: String,
    },
    /// A reader wants to see a line of an editor that shares the environment.
    PlaceWanted {
        /// The line, of a run of that editor.
        mark: Mark,
        /// What is to say about it.
        message: String,
    },
    /// The time of an alarm has come.
    Alarm(Alarm),
    /// An editor is gone.
    Left(MemberId),
    /// A reader puts a file where programs find it.
    FilePut(Put),
    /// A reader wants to save a file.
    FileWanted {
        /// In which editor.
        member: MemberId,
        /// The file, as it was listed.
        path: String,
    },
    /// The page has too many interpreters that rest, this one the longest.
    RestRequested,
    /// The configuration was read.
    Configured {
        /// To which reading this is the answer.
        reading: Reading,
        /// Absolute URL of the interpreter's module, where the author chose one.
        interpreter: Option<String>,
        /// What the author should know: unknown keys.
        warnings: Vec<String>,
    },
    /// The configuration could not be read.
    ConfigFailed {
        /// To which reading this is the answer.
        reading: Reading,
        /// Why.
        failure: Failure,
    },
    /// The page has loaded a part of the interpreter's files.
    LoadProgress(Progress),
    /// The page has all the interpreter's files.
    Loaded,
    /// The same, and the memory of an earlier start.
    LoadedWithMemory,
    /// The interpreter's files do not come.
    LoadStalled(Stall),
    /// A reader wants the files to be asked for again.
    RetryRequested(MemberId),
    /// The page could not get them.
    LoadFailed(LoadFailure),
    /// A worker could not be opened for want of a file.
    Unopened {
        /// The worker it was for.
        generation: Generation,
        /// The file.
        failure: LoadFailure,
    },
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

/// What an author wants of an environment, on one editor or set-up program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// The configuration, or where it is.
    pub config: Option<String>,
    /// What becomes of a configuration that the environment has.
    pub config_rule: ConfigRule,
    /// What programs may reach of the page.
    pub page: Access,
}

/// Whether a configuration may replace another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConfigRule {
    /// Only the first of an environment may bring one.
    #[default]
    First,
    /// It replaces what there is, and the environment starts afresh.
    Override,
}

/// Something to do, in the given order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Read this configuration; answer with `Configured` or `ConfigFailed`.
    Configure(Reading, String),
    /// Get the interpreter's files; answer with progress and `Loaded` or `LoadFailed`.
    Load,
    /// Wait for the files no longer: the load ends where nobody else waits.
    Abandon,
    /// Give the load up and begin it afresh, for all who wait.
    Refetch,
    /// The files are no good: the next load fetches them afresh.
    Forget,
    /// The memory of an earlier start is no good.
    ForgetMemory,
    /// Start a worker, or take a spare one; what it says comes back with this generation.
    Spawn(Generation),
    /// The same for an interpreter of the author's choice, which is none of the spares.
    SpawnChosen(Generation),
    /// Send to the worker.
    Post(ToWorker, Beside),
    /// Give this to the program that stands still in the worker.
    Answer(Answer),
    /// Raise the signal that went beside the latest program: its code is to end.
    Interrupt,
    /// Answer with `Event::Alarm` after these milliseconds; one that is late or no longer wanted does no harm.
    Alarm(Alarm, f64),
    /// End the worker at once; nothing more is heard of it.
    Terminate,
    /// Tell an editor.
    Notify(MemberId, Notice),
}

/// What travels beside a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Nothing.
    Nothing,
    /// What the configuration comes to.
    Plan(Reading),
    /// The loaded files.
    Files,
    /// A signal of its own, by which the page interrupts the program.
    Signal,
}

/// Where an environment's interpreter comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Which interpreter.
    pub interpreter: Interpreter,
    /// The name by which editors share it; none where one editor has it alone.
    pub name: Option<String>,
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
    /// None until the first editor or set-up program has decided about it.
    config: Option<Config>,
    members: Vec<Member>,
    setups: Vec<Setup>,
    files: Files,
    worker: Option<Worker>,
    current: Option<Run>,
    /// A run that was told as ended and that the worker is still to end: its
    /// editor is gone, and the others keep their variables.
    unwinding: Option<RunId>,
    queue: VecDeque<Run>,
    /// Who ran each program, by its number.
    runners: Vec<MemberId>,
    /// Whose run was the latest to start: what programs do late belongs there.
    latest: Option<MemberId>,
    rests_since_ms: f64,
    last_generation: Generation,
    last_reading: Reading,
    shelf: Shelf,
    /// Who waits for which file.
    wanted: Vec<(MemberId, String)>,
    /// What the worker looks at.
    check: Option<Check>,
    last_check: u32,
    /// What the worker was asked of names.
    inspected: Vec<Question>,
    last_inspect: u32,
}

#[derive(Debug)]
struct Config {
    text: Option<String>,
    owner: Option<Owner>,
    stage: Plan,
}

/// What a claim makes of an environment's configuration.
enum Settled {
    /// The environment goes on.
    AsItWas,
    /// There is another one: the environment starts afresh.
    Anew,
}

/// Who brought a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Member(MemberId),
    Setup(SetupId),
}

#[derive(Debug, PartialEq, Eq)]
enum Plan {
    Unread,
    Asked(Reading),
    Here {
        reading: Reading,
        interpreter: Option<String>,
    },
}

#[derive(Debug)]
struct Member {
    id: MemberId,
    /// What it shows.
    state: RunState,
    /// What it shows when a run of its own leaves no trace.
    resting: RunState,
    /// How many runs were before its own when it was last told.
    told_ahead: usize,
    /// Why it may not run.
    refusal: Option<Refusal>,
}

#[derive(Debug)]
struct Setup {
    id: SetupId,
    /// None while it is on its way.
    code: Option<String>,
    /// The worker in which it came to its end.
    ran_in: Option<Generation>,
}

/// The interpreter's files, as far as this environment knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Files {
    Absent,
    Asked,
    Here,
}

#[derive(Clone, Copy, Debug)]
struct Worker {
    generation: Generation,
    stage: Stage,
    background: Background,
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

/// Whether something of a program lives on after its run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Background {
    Quiet,
    Alive,
}

#[derive(Debug)]
struct Run {
    id: RunId,
    member: MemberId,
    revision: u64,
    /// When its code started; until then, when it was asked for.
    since_ms: f64,
    code: String,
    before: Option<String>,
    timeout_ms: Option<f64>,
    shows_last: bool,
    /// How long it has stood still for answers.
    waited_ms: f64,
    doing: Doing,
    /// Whether it was asked to end.
    stopping: Option<Stopping>,
}

/// What the worker was given of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Doing {
    /// Nothing yet.
    Waiting,
    /// A set-up program that must come first.
    Setup(SetupId),
    /// Its code.
    Code,
    /// Its code, which stands still until it is answered.
    Reading {
        /// When it asked.
        since_ms: f64,
    },
}

impl Event {
    /// Whether it only says who is there, which [`Session::prepare`] can take.
    pub fn is_preparation(&self) -> bool {
        matches!(
            self,
            Self::Joined { .. }
                | Self::SetupAdded { .. }
                | Self::SetupArrived { .. }
                | Self::SetupRemoved(_)
                | Self::Left(_)
        )
    }
}

impl Session {
    /// An environment in which nothing was run. Nothing is loaded or spawned before the first run.
    pub fn new(source: Source) -> Self {
        Self {
            source,
            config: None,
            members: Vec::new(),
            setups: Vec::new(),
            files: Files::Absent,
            worker: None,
            current: None,
            unwinding: None,
            queue: VecDeque::new(),
            runners: Vec::new(),
            latest: None,
            rests_since_ms: 0.0,
            last_generation: Generation(0),
            last_reading: Reading(0),
            shelf: Shelf::default(),
            wanted: Vec::new(),
            check: None,
            last_check: 0,
            inspected: Vec::new(),
            last_inspect: 0,
        }
    }

    /// The state that the last `State` notice told this member; idle before any.
    pub fn state(&self, member: MemberId) -> RunState {
        self.member(member)
            .map_or(RunState::Idle, |member| member.state)
    }

    /// The files that readers put there and programs wrote, by name.
    pub fn files(&self) -> Vec<FileEntry> {
        self.shelf.list()
    }

    /// Why this member may not run, where it may not.
    pub fn refusal(&self, member: MemberId) -> Option<&Refusal> {
        self.member(member)?.refusal.as_ref()
    }

    /// Why an editor or set-up program with this claim would be refused.
    pub fn objection(&self, claim: &Claim) -> Option<Refusal> {
        let known = self.config.as_ref()?;
        let key = self.source.key();
        if claim.page != self.source.page {
            return Some(Refusal::page_access(&key));
        }
        let text = claim.config.as_ref()?;
        let comes_back = known.owner.is_none() && known.text.as_ref() == Some(text);
        if comes_back || claim.config_rule == ConfigRule::Override {
            return None;
        }
        Some(match known.text {
            Some(_) => Refusal::duplicated(&key),
            None => Refusal::misplaced(&key),
        })
    }

    /// Since when, in milliseconds of the clock given to [`Session::handle`],
    /// an interpreter is kept for nothing but its variables. None while
    /// anything of a program is under way, waits or lives on.
    pub fn rests_since_ms(&self) -> Option<f64> {
        let rests = self.worker.is_some_and(|worker| {
            worker.stage == Stage::Up && worker.background == Background::Quiet
        });
        let is_free = self.current.is_none() && self.unwinding.is_none();
        (rests && is_free).then_some(self.rests_since_ms)
    }

    /// Takes what happened at `at_ms` (any steady clock, in milliseconds) and says what to do.
    pub fn handle(&mut self, event: Event, at_ms: f64) -> Vec<Effect> {
        let mut effects = Vec::new();
        let out = &mut effects;
        match event {
            Event::Joined { member, claim } => self.join(member, claim, at_ms, out),
            Event::SetupAdded { setup, code, claim } => {
                self.add_setup(setup, code, claim, at_ms, out);
            }
            Event::SetupArrived { setup, code } => self.arrive(setup, code),
            Event::SetupRemoved(setup) => self.remove_setup(setup),
            Event::RunRequested {
                member,
                code,
                revision,
                before,
                timeout_ms,
                shows_last,
            } => {
                let program = Program {
                    code,
                    before,
                    timeout_ms,
                    shows_last,
                };
                self.request((member, revision), program, at_ms, out);
            }
            Event::StopRequested(member) => self.stop(member, at_ms, out),
            Event::Answered(member, answer) => self.answered(member, answer, at_ms, out),
            Event::CheckRequested {
                member,
                code,
                revision,
            } => self.check(member, code, revision, out),
            Event::InspectRequested {
                member,
                ticket,
                what,
                name,
            } => self.inspect((member, ticket), what, name, out),
            Event::PlaceWanted { mark, message } => self.point(mark, message, out),
            Event::Alarm(alarm) => self.alarm(alarm, at_ms, out),
            Event::Left(member) => self.leave(member, at_ms, out),
            Event::FilePut(file) => self.put(file, out),
            Event::FileWanted { member, path } => self.take(member, path, out),
            Event::RestRequested => self.rest(out),
            Event::Configured {
                reading,
                interpreter,
                warnings,
            } => self.configured(reading, interpreter, warnings, out),
            Event::ConfigFailed { reading, failure } => {
                self.config_failed(reading, failure, at_ms, out);
            }
            Event::LoadProgress(progress) => self.progress(progress, out),
            Event::Loaded => self.loaded(Phase::Start, out),
            Event::LoadedWithMemory => self.loaded(Phase::Restore, out),
            Event::LoadStalled(stall) => self.stalled(stall, out),
            Event::RetryRequested(member) => self.retry(member, out),
            Event::LoadFailed(failure) => self.load_failed(failure, at_ms, out),
            Event::Unopened {
                generation,
                failure,
            } if self.is_current(generation) => {
                self.give_up(Failure::Load(failure), at_ms, out);
            }
            Event::Worker {
                generation,
                message,
            } if self.is_current(generation) => self.hear(message, at_ms, out),
            Event::WorkerError {
                generation,
                message,
            } if self.is_current(generation) => self.worker_error(&message, at_ms, out),
            Event::Unopened { .. } | Event::Worker { .. } | Event::WorkerError { .. } => {}
        }
        self.advance(at_ms, out);
        self.tell_queue(out);
        effects
    }

    /// Takes who is there, as [`Session::handle`] does, while nothing was asked
    /// to run yet: there is nothing to do then. It needs nothing of what runs
    /// programs, so a page has it before it has the rest. Other events are ignored.
    pub fn prepare(&mut self, event: Event) {
        match event {
            Event::Joined { member, claim } => {
                let refusal = self.admit(member, &claim);
                self.settle_unless(refusal.is_some(), Owner::Member(member), claim);
            }
            Event::SetupAdded { setup, code, claim } => {
                let is_refused = self.objection(&claim).is_some();
                self.settle_unless(is_refused, Owner::Setup(setup), claim);
                if !is_refused {
                    self.set_up(setup, code);
                }
            }
            Event::SetupArrived { setup, code } => self.arrive(setup, code),
            Event::SetupRemoved(setup) => self.remove_setup(setup),
            Event::Left(member) => self.forget(member),
            _ => {}
        }
    }

    fn member(&self, id: MemberId) -> Option<&Member> {
        self.members.iter().find(|member| member.id == id)
    }

    fn is_current(&self, generation: Generation) -> bool {
        self.worker
            .is_some_and(|worker| worker.generation == generation)
    }

    fn is_up(&self) -> bool {
        self.worker.is_some_and(|worker| worker.stage == Stage::Up)
    }

    fn join(&mut self, id: MemberId, claim: Claim, at_ms: f64, out: &mut Vec<Effect>) {
        let refusal = self.admit(id, &claim);
        let files = self.shelf.list();
        if !files.is_empty() {
            out.push(Effect::Notify(id, Notice::Files(files)));
        }
        match refusal {
            Some(refusal) => out.push(Effect::Notify(id, Notice::Refused(refusal))),
            None => self.accept(Owner::Member(id), claim, at_ms, out),
        }
    }

    /// Takes a member in; the refusal is why it may not run, where it may not.
    fn admit(&mut self, id: MemberId, claim: &Claim) -> Option<Refusal> {
        let refusal = self.objection(claim);
        self.members.push(Member {
            id,
            state: RunState::Idle,
            resting: RunState::Idle,
            told_ahead: 0,
            refusal: refusal.clone(),
        });
        refusal
    }

    /// Ignored with a claim that meets an objection: who adds it has asked.
    fn add_setup(
        &mut self,
        id: SetupId,
        code: Option<String>,
        claim: Claim,
        at_ms: f64,
        out: &mut Vec<Effect>,
    ) {
        if self.objection(&claim).is_some() {
            return;
        }
        self.accept(Owner::Setup(id), claim, at_ms, out);
        self.set_up(id, code);
    }

    fn set_up(&mut self, id: SetupId, code: Option<String>) {
        self.setups.push(Setup {
            id,
            code,
            ran_in: None,
        });
    }

    fn arrive(&mut self, id: SetupId, code: String) {
        if let Some(setup) = self.setups.iter_mut().find(|setup| setup.id == id) {
            setup.code = Some(code);
        }
    }

    fn remove_setup(&mut self, id: SetupId) {
        self.setups.retain(|setup| setup.id != id);
        self.disown(Owner::Setup(id));
    }

    /// A claim without an objection decides about the configuration, or leaves it.
    fn accept(&mut self, owner: Owner, claim: Claim, at_ms: f64, out: &mut Vec<Effect>) {
        if let Settled::Anew = self.settle(owner, claim) {
            self.abandon(out);
            self.halt(
                Ending::Killed(StopCause::Request),
                Loss::Restarted,
                at_ms,
                out,
            );
        }
    }

    fn settle_unless(&mut self, is_refused: bool, owner: Owner, claim: Claim) {
        if !is_refused {
            self.settle(owner, claim);
        }
    }

    fn settle(&mut self, owner: Owner, claim: Claim) -> Settled {
        let is_known = self.config.is_some();
        let comes_back = self
            .config
            .as_ref()
            .is_some_and(|known| known.owner.is_none() && known.text == claim.config);
        if is_known && claim.config.is_none() {
            return Settled::AsItWas;
        }
        if let (true, Some(known)) = (comes_back, &mut self.config) {
            known.owner = Some(owner);
            return Settled::AsItWas;
        }
        self.config = Some(Config {
            owner: claim.config.is_some().then_some(owner),
            text: claim.config,
            stage: Plan::Unread,
        });
        if is_known {
            Settled::Anew
        } else {
            Settled::AsItWas
        }
    }

    fn disown(&mut self, owner: Owner) {
        if let Some(config) = &mut self.config
            && config.owner == Some(owner)
        {
            config.owner = None;
        }
    }

    fn request(
        &mut self,
        (id, revision): (MemberId, u64),
        program: Program,
        at_ms: f64,
        out: &mut Vec<Effect>,
    ) {
        let Some(member) = self.member(id) else {
            return;
        };
        if let Some(refusal) = &member.refusal {
            out.push(Effect::Notify(id, Notice::Refused(refusal.clone())));
            return;
        }
        let mut under_way = self.current.iter().chain(&self.queue);
        if let Some(run) = under_way.find(|run| run.member == id) {
            out.push(Effect::Notify(id, Notice::Busy { run: run.id }));
            return;
        }
        self.runners.push(id);
        let run = RunId(self.runners.len() as u32);
        self.queue.push_back(Run {
            id: run,
            member: id,
            revision,
            since_ms: at_ms,
            code: program.code,
            before: program.before,
            timeout_ms: program.timeout_ms,
            shows_last: program.shows_last,
            waited_ms: 0.0,
            doing: Doing::Waiting,
            stopping: None,
        });
        out.push(Effect::Notify(id, Notice::Accepted { run, revision }));
    }

    /// Does what the run under way needs next, and takes the next one where
    /// none is. Does nothing while an answer is awaited.
    fn advance(&mut self, at_ms: f64, out: &mut Vec<Effect>) {
        if self.unwinding.is_some() {
            return;
        }
        if self.current.is_none() {
            self.current = self.queue.pop_front();
        }
        let Some(run) = &self.current else { return };
        if run.doing != Doing::Waiting {
            return;
        }
        let member = run.member;
        if self.is_up() {
            return self.start(at_ms, out);
        }
        self.enter(member, RunState::Loading, out);
        if self.is_planned(out) && self.worker.is_none() {
            self.spawn(out);
        }
    }

    /// Whether the configuration has been read; else sees to it that it is.
    fn is_planned(&mut self, out: &mut Vec<Effect>) -> bool {
        let Some(Config {
            text: Some(text),
            stage,
            ..
        }) = &mut self.config
        else {
            return true;
        };
        if *stage == Plan::Unread {
            self.last_reading.0 += 1;
            *stage = Plan::Asked(self.last_reading);
            out.push(Effect::Configure(self.last_reading, text.clone()));
        }
        matches!(stage, Plan::Here { .. })
    }

    /// The interpreter that the author chose.
    fn chosen(&self) -> Option<&String> {
        match &self.config.as_ref()?.stage {
            Plan::Here { interpreter, .. } => interpreter.as_ref(),
            Plan::Unread | Plan::Asked(_) => None,
        }
    }

    /// The worker starts while the page loads the files: neither waits for the other.
    fn spawn(&mut self, out: &mut Vec<Effect>) {
        self.last_generation = Generation(self.last_generation.0 + 1);
        let generation = self.last_generation;
        self.worker = Some(Worker {
            generation,
            stage: Stage::Preparing,
            background: Background::Quiet,
        });
        let beside = match self.config.as_ref().map(|config| &config.stage) {
            Some(Plan::Here { reading, .. }) => Beside::Plan(*reading),
            _ => Beside::Nothing,
        };
        let chosen = self.chosen().cloned();
        let loads_itself = chosen.is_some();
        out.push(if loads_itself {
            Effect::SpawnChosen(generation)
        } else {
            Effect::Spawn(generation)
        });
        let prepare = ToWorker::Prepare {
            interpreter: self.source.interpreter,
            entry: chosen.unwrap_or_else(|| self.source.entry.clone()),
            base: self.source.base.clone(),
            page: self.source.page,
        };
        out.push(Effect::Post(prepare, beside));
        if loads_itself {
            return self.boot(Beside::Nothing, Phase::Start, out);
        }
        // Asked for again even when here: another environment may have found them damaged.
        if self.files != Files::Asked {
            self.files = Files::Asked;
            out.push(Effect::Load);
        }
    }

    fn boot(&mut self, beside: Beside, phase: Phase, out: &mut Vec<Effect>) {
        let Some(worker) = &mut self.worker else {
            return;
        };
        if worker.stage != Stage::Preparing {
            return;
        }
        worker.stage = Stage::Booting;
        out.push(Effect::Post(ToWorker::Boot, beside));
        self.progress(Progress::of_phase(phase), out);
    }

    /// The interpreter is up: what it has not been set up with comes first.
    fn start(&mut self, at_ms: f64, out: &mut Vec<Effect>) {
        let generation = self.worker.map(|worker| worker.generation);
        let Some(run) = &mut self.current else { return };
        let (id, member) = (run.id, run.member);
        self.latest = Some(member);
        let setup = self.setups.iter().find(|setup| setup.ran_in != generation);
        let message = if let Some(setup) = setup {
            let Some(code) = setup.code.clone() else {
                return self.enter(member, RunState::Loading, out);
            };
            run.doing = Doing::Setup(setup.id);
            ToWorker::Run {
                run: id,
                file: setup.id.file(),
                code,
                before: None,
                hidden: true,
                last: None,
            }
        } else {
            run.doing = Doing::Code;
            run.since_ms = at_ms;
            let last = match self.source.interpreter {
                _ if !run.shows_last => None,
                Interpreter::Pyodide => Some(0),
                Interpreter::MicroPython => last_statement(&run.code),
            };
            ToWorker::Run {
                run: id,
                file: id.file(),
                code: std::mem::take(&mut run.code),
                before: run.before.take(),
                hidden: false,
                last,
            }
        };
        let timeout_ms = run.timeout_ms.filter(|_| run.doing == Doing::Code);
        if run.doing == Doing::Code {
            self.enter(member, RunState::Running, out);
            out.push(Effect::Notify(member, Notice::Ready { run: id }));
        } else {
            self.enter(member, RunState::Loading, out);
            self.progress(Progress::of_phase(Phase::Setup), out);
        }
        out.push(Effect::Post(message, Beside::Signal));
        if let Some(timeout_ms) = timeout_ms {
            out.push(Effect::Alarm(Alarm::Timeout(id), timeout_ms));
        }
    }

    fn leave(&mut self, member: MemberId, at_ms: f64, out: &mut Vec<Effect>) {
        self.let_go(member, at_ms, out);
        self.forget(member);
        if self.members.is_empty() {
            self.drop_worker(out);
            self.abandon(out);
        }
    }

    fn forget(&mut self, member: MemberId) {
        self.members.retain(|other| other.id != member);
        self.disown(Owner::Member(member));
        if self.latest == Some(member) {
            self.latest = None;
        }
    }

    fn rest(&mut self, out: &mut Vec<Effect>) {
        if self.rests_since_ms().is_some() {
            self.drop_worker(out);
            self.tell_loss(Loss::Rested, None, out);
        }
    }

    fn configured(
        &mut self,
        answered: Reading,
        interpreter: Option<String>,
        warnings: Vec<String>,
        out: &mut Vec<Effect>,
    ) {
        let Some(config) = &mut self.config else {
            return;
        };
        if config.stage != Plan::Asked(answered) {
            return;
        }
        config.stage = Plan::Here {
            reading: answered,
            interpreter,
        };
        for warning in warnings {
            self.tell(Notice::Remark(warning), out);
        }
    }

    /// A reading that failed is forgotten, so that the next run reads again.
    fn config_failed(
        &mut self,
        answered: Reading,
        failure: Failure,
        at_ms: f64,
        out: &mut Vec<Effect>,
    ) {
        let asked = Plan::Asked(answered);
        let Some(config) = self.config.as_mut().filter(|known| known.stage == asked) else {
            return;
        };
        config.stage = Plan::Unread;
        self.give_up(failure, at_ms, out);
    }

    /// Waits for nothing any more: a server that never answers must not hold the next run, too.
    fn abandon(&mut self, out: &mut Vec<Effect>) {
        if let Some(config) = &mut self.config
            && let Plan::Asked(_) = config.stage
        {
            config.stage = Plan::Unread;
        }
        if self.files == Files::Asked {
            self.files = Files::Absent;
            out.push(Effect::Abandon);
        }
    }

    /// How far the run under way has come on its way to its code, or within it.
    fn progress(&self, progress: Progress, out: &mut Vec<Effect>) {
        if let Some(run) = &self.current {
            out.push(Effect::Notify(run.member, Notice::Progress(progress)));
        }
    }

    fn loaded(&mut self, phase: Phase, out: &mut Vec<Effect>) {
        if self.files == Files::Asked {
            self.files = Files::Here;
            self.boot(Beside::Files, phase, out);
        }
    }

    fn stalled(&self, stall: Stall, out: &mut Vec<Effect>) {
        if let (Files::Asked, Some(run)) = (self.files, &self.current) {
            out.push(Effect::Notify(run.member, Notice::Stalled(stall)));
        }
    }

    /// Of no use but to whoever waits for the files.
    fn retry(&self, member: MemberId, out: &mut Vec<Effect>) {
        let waits = self
            .current
            .as_ref()
            .is_some_and(|run| run.member == member);
        if waits && self.files == Files::Asked {
            out.push(Effect::Refetch);
        }
    }

    /// The interpreter did not start from the memory of another: the run goes on
    /// with a worker that starts without.
    fn start_without_memory(&mut self, out: &mut Vec<Effect>) {
        self.drop_worker(out);
        out.push(Effect::ForgetMemory);
    }

    /// A failed load is forgotten, so that the next run asks again.
    fn load_failed(&mut self, failure: LoadFailure, at_ms: f64, out: &mut Vec<Effect>) {
        if self.files == Files::Asked {
            self.files = Files::Absent;
            self.give_up(Failure::Load(failure), at_ms, out);
        }
    }

    fn hear(&mut self, message: FromWorker, at_ms: f64, out: &mut Vec<Effect>) {
        match message {
            FromWorker::Booted => {
                if let Some(worker) = &mut self.worker {
                    worker.stage = Stage::Up;
                }
                self.rests_since_ms = at_ms;
                let puts = self.shelf.messages();
                out.extend(puts.map(|put| Effect::Post(put, Beside::Nothing)));
            }
            FromWorker::Output(chunks) if chunks.is_empty() => {}
            FromWorker::Output(chunks) => self.tell(Notice::Output(chunks), out),
            FromWorker::Done { run, error } => self.done(run, error, at_ms, out),
            FromWorker::Fatal(fatal) if fatal.kind == FatalKind::Restore && !self.is_up() => {
                self.start_without_memory(out);
            }
            FromWorker::Fatal(fatal) => {
                if fatal.kind == FatalKind::Boot && self.chosen().is_none() {
                    self.files = Files::Absent;
                    out.push(Effect::Forget);
                }
                let interpreter = self.source.interpreter;
                let failure = match self.chosen() {
                    Some(entry) => Failure::of_chosen(interpreter, entry, fatal),
                    None => Failure::of_fatal(interpreter, &self.source.entry, fatal),
                };
                self.give_up(failure, at_ms, out);
            }
            FromWorker::Progress(step) => self.progress(step.into(), out),
            FromWorker::Display(display) => self.tell(Notice::Display(display), out),
            FromWorker::Remark { text } => self.tell(Notice::Remark(text), out),
            FromWorker::Background { alive } => self.background(alive, at_ms, out),
            FromWorker::Files(files) => {
                self.shelf.found(files);
                self.tell_files(out);
            }
            FromWorker::Taken { path, url } => self.taken(&path, url.as_deref(), out),
            FromWorker::Inspected { inspect, text } => self.tell_inspected(inspect, text, out),
            FromWorker::Checked { check, error } => self.checked(check, error, out),
            FromWorker::Input { hidden } => self.reads(hidden, at_ms, out),
        }
    }

    fn put(&mut self, file: Put, out: &mut Vec<Effect>) {
        if self.is_up() {
            out.push(Effect::Post(file.message(), Beside::Nothing));
        }
        self.shelf.put(file);
        self.tell_files(out);
    }

    /// Without an interpreter there are only the files that readers put there.
    fn take(&mut self, member: MemberId, path: String, out: &mut Vec<Effect>) {
        self.wanted.push((member, path.clone()));
        if self.is_up() {
            out.push(Effect::Post(ToWorker::Take { path }, Beside::Nothing));
        } else {
            let url = self.shelf.url(&path).map(str::to_owned);
            self.taken(&path, url.as_deref(), out);
        }
    }

    fn taken(&mut self, path: &str, url: Option<&str>, out: &mut Vec<Effect>) {
        for (member, _) in self.wanted.extract_if(.., |(_, wanted)| wanted == path) {
            let taken = Notice::Taken {
                path: path.to_owned(),
                url: url.map(str::to_owned),
            };
            out.push(Effect::Notify(member, taken));
        }
    }

    fn tell_files(&self, out: &mut Vec<Effect>) {
        let files = self.shelf.list();
        for member in &self.members {
            out.push(Effect::Notify(member.id, Notice::Files(files.clone())));
        }
    }

    fn background(&mut self, alive: bool, at_ms: f64, out: &mut Vec<Effect>) {
        if let Some(worker) = &mut self.worker {
            worker.background = if alive {
                Background::Alive
            } else {
                Background::Quiet
            };
        }
        self.rests_since_ms = at_ms;
        self.tell(Notice::Background { alive }, out);
    }

    fn done(&mut self, id: RunId, error: Option<Raised>, at_ms: f64, out: &mut Vec<Effect>) {
        if self.unwinding.take_if(|run| *run == id).is_some() {
            self.rests_since_ms = at_ms;
            return;
        }
        let Some(run) = self.current.take_if(|run| run.id == id) else {
            return;
        };
        let traceback = error
            .map(|error| {
                let place = |file: &str| self.place(file, &run);
                traceback::parse(&error.whole(), self.source.interpreter, &place)
            })
            .filter(|traceback| !traceback.last.error.is_clean_exit());
        let stopped = run.stopping.map(|stopping| stopping.cause);
        match (run.doing, traceback) {
            (Doing::Setup(setup), None) => self.is_set_up(setup, run, at_ms, out),
            (_, Some(traceback)) if stopped.is_some() && traceback.last.error.is_interrupt() => {
                let cause = stopped.unwrap_or_default();
                self.report(run, Ending::Stopped(cause, Some(traceback)), at_ms, out);
            }
            (Doing::Setup(_), Some(traceback)) => {
                let failure = Failure::of_setup(self.source.name.as_deref(), traceback);
                self.report(run, Ending::Raised(failure), at_ms, out);
            }
            (_, None) => self.report(run, Ending::Finished, at_ms, out),
            (_, Some(traceback)) => {
                let failure = Failure::Python(traceback);
                self.report(run, Ending::Raised(failure), at_ms, out);
            }
        }
    }

    /// The run goes on with what is next; not one that was asked to stop.
    fn is_set_up(&mut self, id: SetupId, mut run: Run, at_ms: f64, out: &mut Vec<Effect>) {
        let generation = self.worker.map(|worker| worker.generation);
        if let Some(setup) = self.setups.iter_mut().find(|setup| setup.id == id) {
            setup.ran_in = generation;
        }
        if let Some(stopping) = run.stopping {
            return self.report(run, Ending::Stopped(stopping.cause, None), at_ms, out);
        }
        run.doing = Doing::Waiting;
        self.current = Some(run);
    }

    /// Whose a file of a traceback of `run` is, where it is a program's.
    fn place(&self, file: &str, run: &Run) -> Option<Place> {
        if self.setups.iter().any(|setup| setup.id.file() == file) {
            return Some(Place::Setup);
        }
        let found = RunId::of_file(file, RunId(self.runners.len() as u32), run.id)?;
        if found == run.id && matches!(run.doing, Doing::Setup(_)) {
            return Some(Place::Setup);
        }
        let runner = self.runners.get(found.0 as usize - 1);
        Some(if runner == Some(&run.member) {
            Place::Program { run: found }
        } else {
            Place::Neighbour { run: found }
        })
    }

    /// The line is shown by whoever ran its text, if that editor is still there.
    fn point(&self, mark: Mark, message: String, out: &mut Vec<Effect>) {
        let runner = self.runners.get((mark.run.0 as usize).wrapping_sub(1));
        if let Some(member) = runner.and_then(|id| self.member(*id)) {
            out.push(Effect::Notify(member.id, Notice::Pointed { mark, message }));
        }
    }

    /// Before the interpreter is up, the worker's own script is at fault; later
    /// the worker catches what programs do, so the interpreter broke down.
    fn worker_error(&mut self, message: &str, at_ms: f64, out: &mut Vec<Effect>) {
        let failure = if self.is_up() {
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
    /// runs, to whom the latest was.
    fn give_up(&mut self, failure: Failure, at_ms: f64, out: &mut Vec<Effect>) {
        if self.current.is_none() && self.worker.is_some() {
            let text = failure.text() + "\n";
            self.tell(Notice::Output(vec![Chunk::err(text)]), out);
        }
        self.halt(Ending::Broken(failure), Loss::Failed, at_ms, out);
    }

    /// Ends the worker and the run under way. Who else shares the environment
    /// hears of it where there was something to lose.
    fn halt(&mut self, ending: Ending, loss: Loss, at_ms: f64, out: &mut Vec<Effect>) {
        let had_variables = self.is_up();
        self.drop_worker(out);
        let runner = self.current.as_ref().map(|run| run.member);
        if let Some(run) = self.current.take() {
            self.report(run, ending, at_ms, out);
        }
        if had_variables {
            self.tell_loss(loss, runner, out);
        }
    }

    fn tell_loss(&mut self, loss: Loss, except: Option<MemberId>, out: &mut Vec<Effect>) {
        let name = self.source.name.clone();
        let others: Vec<MemberId> = self.members.iter().map(|member| member.id).collect();
        for id in others.into_iter().filter(|id| Some(*id) != except) {
            let Some(member) = self.members.iter_mut().find(|member| member.id == id) else {
                continue;
            };
            if member.refusal.is_some() {
                continue;
            }
            member.resting = loss.state();
            if !member.state.is_busy() {
                self.enter(id, loss.state(), out);
            }
            let environment = name.clone();
            out.push(Effect::Notify(id, Notice::Lost { loss, environment }));
        }
    }

    fn drop_worker(&mut self, out: &mut Vec<Effect>) {
        self.unwinding = None;
        if self.worker.take().is_none() {
            return;
        }
        out.push(Effect::Terminate);
        self.check = None;
        self.forget_inspected(out);
        while let Some((_, path)) = self.wanted.first().cloned() {
            self.taken(&path, None, out);
        }
        let before = self.shelf.list();
        self.shelf.lost();
        if self.shelf.list() != before {
            self.tell_files(out);
        }
    }

    /// The only place where a run ends. It is neither under way nor queued any more.
    fn report(&mut self, run: Run, ending: Ending, at_ms: f64, out: &mut Vec<Effect>) {
        let resting = self
            .member(run.member)
            .map_or(RunState::Idle, |member| member.resting);
        let (state, outcome, variables) = match ending {
            Ending::Finished => (RunState::Ready, Outcome::Ok, Variables::Kept),
            Ending::Raised(_) => (RunState::Ready, Outcome::Error, Variables::Kept),
            Ending::Broken(_) => (RunState::Failed, Outcome::Error, Variables::Lost),
            Ending::Stopped(cause, _) => {
                (RunState::Stopped, Outcome::Stopped(cause), Variables::Kept)
            }
            Ending::Killed(cause) => (RunState::Stopped, Outcome::Stopped(cause), Variables::Lost),
            Ending::Withdrawn => (
                resting,
                Outcome::Stopped(StopCause::Request),
                Variables::Untouched,
            ),
        };
        let (failure, stopped_at) = match ending {
            Ending::Raised(failure) | Ending::Broken(failure) => (Some(failure), None),
            Ending::Stopped(_, traceback) => (None, traceback),
            Ending::Finished | Ending::Killed(_) | Ending::Withdrawn => (None, None),
        };
        self.rests_since_ms = at_ms;
        self.enter(run.member, state, out);
        let report = Report {
            run: run.id,
            revision: run.revision,
            outcome,
            duration_ms: (at_ms - run.since_ms).max(0.0),
            failure,
            stopped_at,
            variables,
        };
        out.push(Effect::Notify(run.member, Notice::Done(Box::new(report))));
    }

    /// Tells who waits how many are before it, when that is news.
    fn tell_queue(&mut self, out: &mut Vec<Effect>) {
        for at in 0..self.queue.len() {
            let (id, ahead) = (self.queue[at].member, at + 1);
            self.enter(id, RunState::Queued, out);
            let Some(member) = self.members.iter_mut().find(|member| member.id == id) else {
                continue;
            };
            if std::mem::replace(&mut member.told_ahead, ahead) != ahead {
                out.push(Effect::Notify(id, Notice::Waiting { ahead }));
            }
        }
    }

    /// Tells the member whose run is under way, or was the latest.
    fn tell(&self, notice: Notice, out: &mut Vec<Effect>) {
        let runner = self.current.as_ref().map(|run| run.member);
        if let Some(member) = runner.or(self.latest) {
            out.push(Effect::Notify(member, notice));
        }
    }

    fn enter(&mut self, id: MemberId, state: RunState, out: &mut Vec<Effect>) {
        let Some(member) = self.members.iter_mut().find(|member| member.id == id) else {
            return;
        };
        if member.state == state {
            return;
        }
        member.state = state;
        if !state.is_busy() {
            member.resting = state;
        }
        if state != RunState::Queued {
            member.told_ahead = 0;
        }
        out.push(Effect::Notify(id, Notice::State(state)));
    }
}

impl Source {
    /// `pyodide-name`: how PyScript's messages name an environment.
    fn key(&self) -> String {
        let interpreter = self.interpreter.word();
        match &self.name {
            Some(name) => [interpreter, "-", name].concat(),
            None => interpreter.into(),
        }
    }
}

impl SetupId {
    /// The file name under which it is compiled: `setup-1.py`.
    pub fn file(self) -> String {
        format!("setup-{}.py", self.0)
    }
}

/// What is to be run.
struct Program {
    code: String,
    before: Option<String>,
    timeout_ms: Option<f64>,
    shows_last: bool,
}

/// How a run ends.
enum Ending {
    Finished,
    Raised(Failure),
    Broken(Failure),
    /// Its code gave way, here.
    Stopped(StopCause, Option<Traceback>),
    /// Its interpreter was ended.
    Killed(StopCause),
    /// Its code never started, and the environment is as it was.
    Withdrawn,
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
