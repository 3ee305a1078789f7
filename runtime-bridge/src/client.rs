//! One environment: a session, its worker, its members.
//!
//! Everything that happens (a click, a message, a loaded file) is an event for
//! the session; the effects it answers with are performed here, in order.
//! Events that come up while effects are performed wait their turn, so a
//! listener may call [`Member::run`] or drop its member.
//!
//! Not here: any decision; see `runtime_protocol::session`. Which environments
//! the page has is in `registry.rs`.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use gloo_timers::callback::Timeout;
use js_sys::{Object, Reflect};
pub use runtime_protocol::page::Start;
use runtime_protocol::session::{
    Alarm, Beside, Claim, Effect, Event, Generation, MemberId, Reading, Session, SetupId, Source,
};
use runtime_protocol::shelf::Put;
use runtime_protocol::traceback::Mark;
use runtime_protocol::{
    Access, Answer, Failure, FileEntry, Inspection, Interpreter, LoadFailure, Notice, Refusal,
    Report, RunId, RunState, ToWorker,
};
use wasm_bindgen::JsValue;
use web_sys::Worker;

pub use runtime_protocol::session::ConfigRule;

use crate::runtime::Waiter;
use crate::worker::{Owner, WorkerHandle};
use crate::{config, late, page, registry, rest, runtime, spares};

/// What an author says about an environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Which interpreter.
    pub interpreter: Interpreter,
    /// The name by which editors share it; none for one editor alone.
    pub name: Option<String>,
    /// The configuration: JSON, TOML, or the URL of either.
    pub config: Option<String>,
    /// What becomes of a configuration that the environment has.
    pub config_rule: ConfigRule,
    /// URL that relative URLs of programs mean; the page's where there is none.
    pub base: Option<String>,
    /// What programs may reach of the page.
    pub page: Access,
    /// URL of the service worker that stands in for shared memory.
    pub service_worker: Option<String>,
    /// Whether it may give its memory back between runs.
    pub idle: Idle,
}

/// What an environment does between runs, where the page has many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    /// It may give its memory back; the next run starts afresh.
    Rests,
    /// It stays as it is: the page calls functions of its program.
    Stays,
}

impl Options {
    /// A private environment without configuration.
    pub fn of(interpreter: Interpreter) -> Self {
        Self {
            interpreter,
            name: None,
            config: None,
            config_rule: ConfigRule::First,
            base: None,
            page: Access::Full,
            service_worker: None,
            idle: Idle::Rests,
        }
    }

    fn claim(&self) -> Claim {
        Claim {
            config: self.config.clone(),
            config_rule: self.config_rule,
            page: self.page,
        }
    }
}

/// What an author wants of a run beside its code.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extras {
    /// Code that runs right before it.
    pub before: Option<String>,
    /// Milliseconds after which it is stopped.
    pub timeout_ms: Option<f64>,
    /// Whether the value of its last statement is shown, where that is an expression.
    pub shows_last: bool,
}

/// An interpreter's worker and who shares it; see [`Environment::join`].
pub struct Environment;

impl Environment {
    /// Takes a place in the environment of that interpreter and name; a new
    /// one where there is none, or no name. Nothing is fetched or started
    /// before the first run. `on_notice` hears everything about this member, in
    /// order, for its life. [`crate::configure`] must have been called.
    pub fn join(options: &Options, on_notice: impl Fn(Notice) + 'static) -> Member {
        Inner::of(options).join(options.claim(), on_notice)
    }
}

/// Adds a program that runs, unseen, before the first run of every fresh
/// interpreter of the environment, after those that were added before. Without
/// `code`, runs wait for [`Setup::provide`]. It is removed when the result is
/// dropped. The error says why its configuration is refused; the program is not
/// added then.
pub fn setup(options: &Options, code: Option<&str>) -> Result<Setup, Refusal> {
    let inner = Inner::of(options);
    let claim = options.claim();
    if let Some(refusal) = inner.session.borrow().objection(&claim) {
        return Err(refusal);
    }
    let id = SetupId(next(&inner.last_setup));
    inner.feed(Event::SetupAdded {
        setup: id,
        code: code.map(str::to_owned),
        claim,
    });
    Ok(Setup { inner, id })
}

/// A set-up program of an environment; see [`setup`].
pub struct Setup {
    inner: Rc<Inner>,
    id: SetupId,
}

impl Setup {
    /// Gives the code that was on its way.
    pub fn provide(&self, code: &str) {
        let (setup, code) = (self.id, code.into());
        self.inner.feed(Event::SetupArrived { setup, code });
    }
}

impl Drop for Setup {
    fn drop(&mut self) {
        self.inner.feed(Event::SetupRemoved(self.id));
    }
}

/// A place in an environment. Dropping it ends its run, which is then told as
/// stopped, and the worker where it was the last.
pub struct Member {
    inner: Rc<Inner>,
    id: MemberId,
}

impl Member {
    /// Asks for a run of `code`, which is `revision` of its document. The run
    /// waits while another one of the environment is under way; while one of
    /// this member is, this only gives `Notice::Busy`.
    pub fn run(&self, code: &str, revision: u64, start: Start, extras: Extras) {
        if self.refusal().is_some() && start == Start::ByItself {
            page::withdrawn();
        }
        if !self.state().is_busy()
            && let Some(listener) = self.inner.listener(self.id)
        {
            listener.start.set(start);
        }
        self.inner.request(
            self.id,
            Event::RunRequested {
                member: self.id,
                code: code.into(),
                revision,
                before: extras.before,
                timeout_ms: extras.timeout_ms,
                shows_last: extras.shows_last,
            },
        );
    }

    /// Ends this member's run: one that waits is only taken out of the queue,
    /// one that runs is interrupted and keeps its variables. What does not give
    /// way in a second, or at a second call, is ended with its interpreter.
    pub fn stop(&self) {
        if rest::is_here() {
            self.inner.feed(Event::StopRequested(self.id));
        } else {
            self.inner.withdraw(self.id, None);
        }
    }

    /// Answers the latest `Notice::Input`; later answers to it do nothing.
    pub fn answer(&self, answer: Answer) {
        self.inner.feed(Event::Answered(self.id, answer));
    }

    /// Asks for the interpreter's files once more, where they do not come.
    pub fn retry(&self) {
        self.inner.feed(Event::RetryRequested(self.id));
    }

    /// The state that the last `State` notice told.
    pub fn state(&self) -> RunState {
        let early = self.inner.listener(self.id);
        early
            .and_then(|listener| listener.early.get())
            .unwrap_or_else(|| self.inner.session.borrow().state(self.id))
    }

    /// Why this member may not run, where it may not.
    pub fn refusal(&self) -> Option<Refusal> {
        self.inner.session.borrow().refusal(self.id).cloned()
    }

    /// The worker, where there is one at present.
    pub fn worker(&self) -> Option<Worker> {
        self.inner.worker.borrow().as_ref()?.handle().worker()
    }

    /// A reader puts a file where programs of the environment find it. Its URL
    /// is fetched by the worker, perhaps more than once.
    pub fn put(&self, file: Put) {
        self.inner.feed(Event::FilePut(file));
    }

    /// The files that are there.
    pub fn files(&self) -> Vec<FileEntry> {
        if rest::is_here() {
            late::files(&self.inner)
        } else {
            Vec::new()
        }
    }

    /// Has an interpreter that is there and does nothing look at a text, and
    /// answers by `Notice::Checked`. Gives whether it does: nothing is started for this.
    pub fn check(&self, code: &str, revision: u64) -> bool {
        if !rest::is_here() || !self.inner.session.borrow().is_free() {
            return false;
        }
        self.inner.feed(Event::CheckRequested {
            member: self.id,
            code: code.into(),
            revision,
        });
        true
    }

    /// Asks what a name of the program is or has; answered by `Notice::Inspected` with
    /// the same ticket. Gives whether it is: nothing is started for this.
    pub fn inspect(&self, ticket: u32, what: Inspection, name: &str) -> bool {
        if !rest::is_here() || !self.inner.session.borrow().is_free() {
            return false;
        }
        self.inner.feed(Event::InspectRequested {
            member: self.id,
            ticket,
            what,
            name: name.into(),
        });
        true
    }

    /// Has the editor that ran it show a line; it hears `Notice::Pointed`.
    pub fn point(&self, mark: Mark, message: &str) {
        let message = message.into();
        self.inner.feed(Event::PlaceWanted { mark, message });
    }

    /// Asks for the content of a file; answered by `Notice::Taken`.
    pub fn take(&self, path: &str) {
        let (member, path) = (self.id, path.into());
        self.inner.feed(Event::FileWanted { member, path });
    }

    /// The name of the environment, where it has one.
    pub fn environment(&self) -> Option<&str> {
        self.inner.source.name.as_deref()
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.inner.withdraw(self.id, None);
        self.inner.feed(Event::Left(self.id));
    }
}

pub(crate) struct Inner {
    pub(crate) session: RefCell<Session>,
    pub(crate) source: Source,
    service_worker: Option<String>,
    worker: RefCell<Option<Box<dyn Worked>>>,
    kind: Cell<Kind>,
    /// What the configuration comes to, by its reading.
    plan: RefCell<Option<(Reading, JsValue)>>,
    waiting: RefCell<VecDeque<Event>>,
    draining: Cell<bool>,
    listeners: RefCell<Vec<Rc<Listener>>>,
    last_member: Cell<u32>,
    last_setup: Cell<u32>,
}

/// A worker as its environment sees it; what it is comes with the first run.
pub(crate) trait Worked {
    /// What it is.
    fn handle(&self) -> &WorkerHandle;
}

/// Whose interpreter an environment runs.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// The build's.
    Ours,
    /// One that its configuration names.
    Chosen,
}

struct Listener {
    member: MemberId,
    /// The state that was told before the session could tell one.
    early: Cell<Option<RunState>>,
    /// What set the latest run off.
    start: Cell<Start>,
    on_notice: Box<dyn Fn(Notice)>,
}

fn leaver(event: &Event) -> Option<MemberId> {
    match event {
        Event::Left(member) => Some(*member),
        _ => None,
    }
}

fn next(last: &Cell<u32>) -> u32 {
    last.set(last.get() + 1);
    last.get()
}

impl Inner {
    fn of(options: &Options) -> Rc<Inner> {
        let known = registry::find(options.interpreter, options.name.as_deref());
        known.unwrap_or_else(|| {
            let inner = Rc::new(Inner::new(options));
            if options.idle == Idle::Rests {
                registry::add(&inner);
            }
            inner
        })
    }

    fn new(options: &Options) -> Inner {
        let source = runtime::source(options);
        Inner {
            session: RefCell::new(Session::new(source.clone())),
            source,
            service_worker: options.service_worker.clone(),
            worker: RefCell::default(),
            kind: Cell::new(Kind::Ours),
            plan: RefCell::default(),
            waiting: RefCell::default(),
            draining: Cell::new(false),
            listeners: RefCell::default(),
            last_member: Cell::new(0),
            last_setup: Cell::new(0),
        }
    }

    fn join(self: &Rc<Self>, claim: Claim, on_notice: impl Fn(Notice) + 'static) -> Member {
        let id = MemberId(next(&self.last_member));
        self.listeners.borrow_mut().push(Rc::new(Listener {
            member: id,
            early: Cell::new(None),
            start: Cell::new(Start::ByReader),
            on_notice: Box::new(on_notice),
        }));
        self.feed(Event::Joined { member: id, claim });
        Member {
            inner: self.clone(),
            id,
        }
    }

    fn listener(&self, member: MemberId) -> Option<Rc<Listener>> {
        let listeners = self.listeners.borrow();
        listeners
            .iter()
            .find(|listener| listener.member == member)
            .cloned()
    }

    pub(crate) fn feed(self: &Rc<Self>, event: Event) {
        self.waiting.borrow_mut().push_back(event);
        if rest::is_here() {
            late::drain(self);
        } else {
            self.prepare();
        }
    }

    /// What runs programs is not here yet. Who shares the environment is known
    /// all the same; everything else waits, and what comes after it.
    fn prepare(self: &Rc<Self>) {
        loop {
            let mut waiting = self.waiting.borrow_mut();
            let is_next = waiting.front().is_some_and(Event::is_preparation);
            let next = if is_next { waiting.pop_front() } else { None };
            drop(waiting);
            let Some(event) = next else { break };
            let leaver = leaver(&event);
            self.session.borrow_mut().prepare(event);
            self.dismiss(leaver);
        }
        if !self.runners().is_empty() {
            rest::open_worker(&self.source);
        }
        if !self.waiting.borrow().is_empty() {
            rest::wait(rest::Waiting::Environment(self.feeder()));
        }
    }

    /// A member asks for a run. Before what runs programs is here, it is told
    /// at once that it waits.
    fn request(self: &Rc<Self>, member: MemberId, event: Event) {
        if rest::is_here() {
            return self.feed(event);
        }
        let refusal = self.session.borrow().refusal(member).cloned();
        if let Some(refusal) = refusal {
            return self.notify(member, Notice::Refused(refusal));
        }
        if self.awaits(member) {
            return;
        }
        self.feed(event);
        self.tell_queue();
    }

    /// Ends a run that waits for what runs programs: it was stopped, or that could not be had.
    fn withdraw(self: &Rc<Self>, member: MemberId, failure: Option<&LoadFailure>) {
        if !self.awaits(member) {
            return;
        }
        let mut revision = 0;
        self.waiting.borrow_mut().retain(|event| match event {
            Event::RunRequested {
                member: asked,
                revision: its,
                ..
            } if *asked == member => {
                revision = *its;
                false
            }
            _ => true,
        });
        if self.waiting.borrow().is_empty() {
            rest::abandon(&self.feeder());
        }
        let run = RunId(0);
        self.notify(member, Notice::Accepted { run, revision });
        let state = match failure {
            Some(_) => RunState::Failed,
            // What is on its way is another one's: nothing of this one is left.
            None if !self.runners().is_empty() => RunState::Idle,
            None => RunState::Stopped,
        };
        self.enter_early(member, state);
        let failure = failure.cloned().map(Failure::Load);
        let report = Report::of_unreached(revision, failure);
        self.notify(member, Notice::Done(Box::new(report)));
        self.tell_queue();
    }

    /// Whether the member has a run that waits for what runs programs.
    fn awaits(&self, member: MemberId) -> bool {
        self.runners().contains(&member)
    }

    /// Whose runs wait, in order.
    fn runners(&self) -> Vec<MemberId> {
        let waiting = self.waiting.borrow();
        let runner = |event: &Event| match event {
            Event::RunRequested { member, .. } => Some(*member),
            _ => None,
        };
        waiting.iter().filter_map(runner).collect()
    }

    /// The first is loading, the others wait for it: as the session will have it.
    fn tell_queue(&self) {
        for (ahead, member) in self.runners().into_iter().enumerate() {
            if ahead == 0 {
                self.enter_early(member, RunState::Loading);
            } else {
                self.enter_early(member, RunState::Queued);
                self.notify(member, Notice::Waiting { ahead });
            }
        }
    }

    fn enter_early(&self, member: MemberId, state: RunState) {
        if let Some(listener) = self.listener(member)
            && listener.early.get() != Some(state)
        {
            listener.early.set(Some(state));
            (listener.on_notice)(Notice::State(state));
        }
    }

    /// Whoever has left hears nothing more.
    fn dismiss(&self, leaver: Option<MemberId>) {
        self.listeners
            .borrow_mut()
            .retain(|listener| Some(listener.member) != leaver);
    }

    /// Handles what waits, in order.
    pub(crate) fn drain(self: &Rc<Self>) {
        if self.draining.replace(true) {
            return;
        }
        loop {
            let next = self.waiting.borrow_mut().pop_front();
            let Some(event) = next else { break };
            let leaver = leaver(&event);
            let effects = self.session.borrow_mut().handle(event, now_ms());
            self.perform_all(effects);
            self.dismiss(leaver);
        }
        self.draining.set(false);
        registry::settle();
    }

    /// In the given order; but a worker and a load start before an editor shows that they do.
    fn perform_all(self: &Rc<Self>, effects: Vec<Effect>) {
        let starts = |effect: &Effect| matches!(effect, Effect::Spawn(_));
        let is_told = |effect: &Effect| matches!(effect, Effect::Notify(..));
        let (told, done): (Vec<_>, Vec<_>) = match effects.iter().any(starts) {
            true => effects.into_iter().partition(is_told),
            false => (Vec::new(), effects),
        };
        let all = done.into_iter().chain(told);
        all.for_each(|effect| self.perform(effect));
    }

    fn perform(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Configure(reading, text) => {
                config::read(self.source.interpreter, reading, text, self.feeder());
            }
            Effect::Load => {
                let waiter = Waiter::Environment(self.feeder());
                runtime::load(self.source.interpreter, waiter);
            }
            Effect::Abandon => runtime::abandon(self.source.interpreter, &self.feeder()),
            Effect::Refetch => runtime::refetch(self.source.interpreter),
            Effect::Forget => runtime::forget(self.source.interpreter),
            Effect::ForgetMemory => runtime::forget_memory(self.source.interpreter),
            Effect::Spawn(generation) => self.spawn(generation, Kind::Ours),
            Effect::SpawnChosen(generation) => self.spawn(generation, Kind::Chosen),
            Effect::Post(message, beside) => self.post(&message, beside),
            Effect::Answer(answer) => {
                if let Some(worker) = self.worker.borrow().as_ref() {
                    worker.handle().answer(&answer);
                }
            }
            Effect::Interrupt => self.interrupt(),
            Effect::Alarm(alarm, after_ms) => self.set(alarm, after_ms),
            Effect::Terminate => drop(self.worker.take()),
            Effect::Notify(member, notice) => self.notify(member, notice),
        }
    }

    fn spawn(self: &Rc<Self>, generation: Generation, kind: Kind) {
        self.kind.set(kind);
        let owner = Owner::Environment(self.feeder(), generation);
        let worker = match self.spare() {
            Some(spare) => {
                spare.give(owner);
                spare
            }
            None => {
                let entry = match kind {
                    Kind::Ours => self.source.entry.as_str(),
                    Kind::Chosen => "",
                };
                let service_worker = self.service_worker.as_deref();
                WorkerHandle::spawn(&self.source, entry, service_worker, owner)
            }
        };
        *self.worker.borrow_mut() = Some(Box::new(worker));
    }

    fn spare(&self) -> Option<WorkerHandle> {
        let fits = self.may_be_spare();
        fits.then(|| spares::adopt(self.source.interpreter, self.source.page))?
    }

    /// A run has ended, so the next one may come.
    pub(crate) fn want_spare(&self) {
        spares::want(self.source.interpreter, self.source.page);
    }

    /// Whether its workers are as those that wait for anybody.
    fn may_be_spare(&self) -> bool {
        self.kind.get() == Kind::Ours && self.service_worker.is_none()
    }

    fn post(&self, message: &ToWorker, beside: Beside) {
        if let Some(worker) = self.worker.borrow().as_ref() {
            let worker = worker.handle();
            worker.post(message, &self.parcel(worker, beside));
        }
    }

    fn interrupt(&self) {
        if let Some(worker) = self.worker.borrow().as_ref() {
            worker.handle().interrupt();
        }
    }

    /// Never taken back: an alarm that nobody waits for any more is nothing.
    fn set(self: &Rc<Self>, alarm: Alarm, after_ms: f64) {
        let feeder = self.feeder();
        let ring = move || feeder.feed(Event::Alarm(alarm));
        Timeout::new(after_ms as u32, ring).forget();
    }

    fn parcel(&self, worker: &WorkerHandle, beside: Beside) -> JsValue {
        let parcel = Object::new();
        match beside {
            Beside::Nothing => {}
            Beside::Files if worker.is_warm() => {}
            Beside::Files => return worker.files(self.source.interpreter),
            Beside::Signal => return worker.next_signal(),
            Beside::Plan(wanted) => {
                if let Some((reading, plan)) = &*self.plan.borrow()
                    && *reading == wanted
                {
                    // Setting a property of a plain object cannot fail.
                    let _ = Reflect::set(&parcel, &"plan".into(), plan);
                }
            }
        }
        parcel.into()
    }

    /// Keeps a plan for the workers to come; an older one does not replace a newer one.
    fn keep(&self, reading: Reading, plan: JsValue) {
        let mut kept = self.plan.borrow_mut();
        if kept.as_ref().is_none_or(|(known, _)| *known <= reading) {
            *kept = Some((reading, plan));
        }
    }

    /// The page counts runs by what their listeners hear, and after them:
    /// `py:all-done` follows the `py:done` of the last run.
    fn notify(&self, member: MemberId, notice: Notice) {
        let Some(listener) = self.listener(member) else {
            return;
        };
        let is_end = matches!(notice, Notice::Done(_));
        if matches!(notice, Notice::Accepted { .. }) {
            page::started();
        }
        if matches!(notice, Notice::State(_)) {
            listener.early.set(None);
        }
        (listener.on_notice)(notice);
        // Where it is not here, nothing has run.
        if is_end && rest::is_here() && self.may_be_spare() {
            late::want_spare(self);
        }
        if is_end {
            page::ended(listener.start.replace(Start::ByReader));
        }
    }

    /// A way in for others that does not keep the environment alive.
    fn feeder(self: &Rc<Self>) -> Feeder {
        Feeder(Rc::downgrade(self))
    }
}

/// Passes events to an environment as long as it is there.
#[derive(Clone)]
pub(crate) struct Feeder(Weak<Inner>);

impl Feeder {
    /// Whether both feed the same environment.
    pub(crate) fn is_same(&self, other: &Feeder) -> bool {
        self.0.ptr_eq(&other.0)
    }

    pub(crate) fn feed(&self, event: Event) {
        if let Some(inner) = self.0.upgrade() {
            inner.feed(event);
        }
    }

    /// What runs programs is here, or could not be had.
    pub(crate) fn go_on(&self, missing: Option<&LoadFailure>) {
        let Some(inner) = self.0.upgrade() else {
            return;
        };
        match missing {
            None => late::drain(&inner),
            Some(failure) => {
                let members: Vec<_> = inner.listeners.borrow().iter().map(|l| l.member).collect();
                for member in members {
                    inner.withdraw(member, Some(failure));
                }
            }
        }
    }

    /// Keeps what the configuration comes to, for the workers to come.
    pub(crate) fn keep(&self, reading: Reading, plan: JsValue) {
        if let Some(inner) = self.0.upgrade() {
            inner.keep(reading, plan);
        }
    }
}

/// Milliseconds on the page's steady clock.
pub(crate) fn now_ms() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |clock| clock.now())
}
