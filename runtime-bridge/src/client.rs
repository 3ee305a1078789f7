//! One environment: a session, its worker, and a listener.
//!
//! Everything that happens (a click, a message, a loaded file) is an event for
//! the session; the effects it answers with are performed here, in order.
//! Events that come up while effects are performed wait their turn, so a
//! listener may call [`Environment::run`] or drop the environment.
//!
//! Not here: any decision; see `runtime_protocol::session`.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

pub use runtime_protocol::page::Start;
use runtime_protocol::session::{Effect, Event, Generation, Session, Source};
use runtime_protocol::{Interpreter, Notice, RunState, ToWorker};

use crate::worker::WorkerHandle;
use crate::{page, runtime};

/// An interpreter of its own for one editor. Dropping it ends its worker; a run
/// under way is then told as stopped.
pub struct Environment {
    inner: Rc<Inner>,
}

impl Environment {
    /// An environment in which nothing was run. Nothing is fetched or started
    /// before the first run. `on_notice` hears everything, in order, for the
    /// life of the environment. [`crate::configure`] must have been called.
    pub fn new(interpreter: Interpreter, on_notice: impl Fn(Notice) + 'static) -> Self {
        let source = runtime::source(interpreter);
        let inner = Inner {
            session: RefCell::new(Session::new(source.clone())),
            source,
            worker: RefCell::default(),
            waiting: RefCell::default(),
            draining: Cell::new(false),
            start: Cell::new(Start::ByReader),
            on_notice: Box::new(on_notice),
        };
        Self {
            inner: Rc::new(inner),
        }
    }

    /// Asks for a run of `code`, which is `revision` of its document. While a
    /// run is under way this only gives `Notice::Busy`.
    pub fn run(&self, code: &str, revision: u64, start: Start) {
        if !self.state().is_busy() {
            self.inner.start.set(start);
        }
        self.inner.feed(Event::RunRequested {
            code: code.into(),
            revision,
        });
    }

    /// Ends the run under way at once, whatever it does. Variables are lost.
    pub fn stop(&self) {
        self.inner.feed(Event::StopRequested);
    }

    /// The state that the last `State` notice told.
    pub fn state(&self) -> RunState {
        self.inner.session.borrow().state()
    }

    /// Which interpreter it runs.
    pub fn interpreter(&self) -> Interpreter {
        self.inner.source.interpreter
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        self.inner.feed(Event::Removed);
    }
}

struct Inner {
    session: RefCell<Session>,
    source: Source,
    worker: RefCell<Option<WorkerHandle>>,
    waiting: RefCell<VecDeque<Event>>,
    draining: Cell<bool>,
    /// What set the latest run off.
    start: Cell<Start>,
    on_notice: Box<dyn Fn(Notice)>,
}

impl Inner {
    fn feed(self: &Rc<Self>, event: Event) {
        self.waiting.borrow_mut().push_back(event);
        if self.draining.replace(true) {
            return;
        }
        loop {
            let next = self.waiting.borrow_mut().pop_front();
            let Some(event) = next else { break };
            let effects = self.session.borrow_mut().handle(event, now_ms());
            effects.into_iter().for_each(|effect| self.perform(effect));
        }
        self.draining.set(false);
    }

    fn perform(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Load => runtime::load(self.source.interpreter, self.feeder()),
            Effect::Abandon => runtime::abandon(self.source.interpreter, &self.feeder()),
            Effect::Forget => runtime::forget(self.source.interpreter),
            Effect::Spawn(generation) => self.spawn(generation),
            Effect::Post(message) => self.post(&message),
            Effect::Terminate => drop(self.worker.take()),
            Effect::Notify(notice) => self.notify(notice),
        }
    }

    fn spawn(self: &Rc<Self>, generation: Generation) {
        let worker = WorkerHandle::spawn(&self.source, generation, self.feeder());
        *self.worker.borrow_mut() = worker;
    }

    fn post(&self, message: &ToWorker) {
        let worker = self.worker.borrow();
        let Some(worker) = worker.as_ref() else {
            return;
        };
        match message {
            ToWorker::Boot => {
                worker.post(message, runtime::parcel(self.source.interpreter).as_ref())
            }
            ToWorker::Prepare { .. } | ToWorker::Run { .. } => worker.post(message, None),
        }
    }

    /// The page counts runs by what their listeners hear, and after them:
    /// `py:all-done` follows the `py:done` of the last run.
    fn notify(&self, notice: Notice) {
        let is_end = matches!(notice, Notice::Done(_));
        if matches!(notice, Notice::Accepted { .. }) {
            page::started();
        }
        (self.on_notice)(notice);
        if is_end {
            page::ended(self.start.replace(Start::ByReader));
        }
    }

    /// A way in for others that does not keep the environment alive.
    fn feeder(self: &Rc<Self>) -> Feeder {
        Feeder(Rc::downgrade(self))
    }
}

/// Passes events to an environment as long as it is there.
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
}

/// Milliseconds on the page's steady clock.
fn now_ms() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |clock| clock.now())
}
