//! A worker with its listeners, ended when dropped.
//!
//! A worker has an owner, which hears what it says: an environment, or the page
//! while it is a spare (`spares.rs`). The owner may change once.
//!
//! Workers are connected to the page by `page.js`, which comes with the first of
//! them: it gives those that may the way to the page. Until it is here they take
//! messages and start; what they say waits. Events reach the environment on a later turn only, also those about a
//! worker that could not even be constructed: whoever spawns is in the middle
//! of performing effects.
//!
//! Not here: what the messages mean.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function, Object, Reflect};
use runtime_protocol::session::{Event, Generation, Source};
use runtime_protocol::{Access, Answer, FromWorker, Interpreter, LoadFailure, ToWorker};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{
    Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Url, Worker, WorkerOptions, WorkerType,
};

use crate::chunk;
use crate::client::{Feeder, Worked};
use crate::memory::Making;
use crate::plain::Plain;
use crate::{rest, runtime, spares};

/// A worker, or one that is about to be.
pub(crate) struct WorkerHandle {
    stage: Rc<RefCell<Stage>>,
    ear: Rc<Ear>,
    is_warm: Cell<bool>,
}

/// Who hears a worker.
#[derive(Clone)]
pub(crate) enum Owner {
    /// An environment, for which it has this number.
    Environment(Feeder, Generation),
    /// Nobody yet: it is a spare.
    Page(Interpreter),
}

/// What a worker or the browser says of it.
pub(crate) enum Said {
    /// A message of the protocol.
    Message(FromWorker),
    /// The browser's words: its script is missing or broken, or a message could not be read.
    Error(String),
    /// It could not be opened for want of a file.
    Unopened(LoadFailure),
}

/// Where a worker's words arrive.
struct Ear {
    owner: RefCell<Owner>,
    /// What it said before the page was connected to it.
    early: RefCell<Option<Vec<Said>>>,
    /// While the worker has promised a copy of its interpreter's memory.
    making: RefCell<Option<Making>>,
}

impl Ear {
    fn hear(&self, said: Said) {
        if let Some(early) = &mut *self.early.borrow_mut() {
            return early.push(said);
        }
        self.tell(said);
    }

    /// Tells what was said before.
    fn catch_up(&self) {
        let early = self.early.take();
        early.into_iter().flatten().for_each(|said| self.tell(said));
    }

    fn tell(&self, said: Said) {
        if said.is_about_start() {
            // A copy of the memory came before this, or comes no more.
            drop(self.making.take());
        }
        // Not borrowed while it hears: what it does may give the worker away.
        let owner = self.owner.borrow().clone();
        match owner {
            Owner::Environment(feeder, generation) => feeder.feed(said.of(generation)),
            Owner::Page(interpreter) => spares::hear(interpreter, said),
        }
    }

    /// The copy, of a worker that was asked for one; another's is not wanted.
    fn take(&self, memory: JsValue) {
        let making = self.making.take();
        if let Some(making) = making {
            making.end(memory.dyn_into().ok());
        }
    }
}

impl Said {
    /// Whether it says that the interpreter is up, or never will be.
    fn is_about_start(&self) -> bool {
        match self {
            Self::Message(message) => {
                matches!(message, FromWorker::Booted | FromWorker::Fatal(_))
            }
            Self::Error(_) | Self::Unopened(_) => true,
        }
    }

    fn of(self, generation: Generation) -> Event {
        match self {
            Said::Message(message) => Event::Worker {
                generation,
                message,
            },
            Said::Error(message) => Event::WorkerError {
                generation,
                message,
            },
            Said::Unopened(failure) => Event::Unopened {
                generation,
                failure,
            },
        }
    }
}

enum Stage {
    /// It takes messages; what connects it to the page is not here yet.
    Opening(Live),
    Open(Open),
    /// Dropped, or it could not be opened.
    Ended,
}

#[wasm_bindgen]
extern "C" {
    /// How programs are interrupted: the page's half of `signal.js`.
    type Signals;

    /// What goes beside the next program.
    #[wasm_bindgen(method)]
    fn next(this: &Signals) -> JsValue;

    /// Interrupts the latest program.
    #[wasm_bindgen(method)]
    fn raise(this: &Signals);

    /// Nothing is interrupted any more.
    #[wasm_bindgen(method)]
    fn end(this: &Signals);

    /// What `connectWorker` gives.
    type Connected;

    #[wasm_bindgen(method, getter)]
    fn signals(this: &Connected) -> Signals;

    #[wasm_bindgen(method, getter)]
    fn answer(this: &Connected) -> Function;
}

/// The browser's worker, ended when dropped.
struct Live {
    worker: Worker,
    /// Kept until the end: the browser may still be fetching from it.
    _script: Script,
    listeners: [Closure<dyn Fn(web_sys::Event)>; 3],
}

/// A worker that the page is connected to.
struct Open {
    live: Live,
    /// Answers the worker where it stands still.
    answer: Function,
    signals: Signals,
    _on_deadlock: Closure<dyn Fn(String)>,
}

impl WorkerHandle {
    /// Starts the worker at once, and connects it to the page as soon as the
    /// module that does so is here.
    ///
    /// What it imports is `entry`; a browser holds the first message back until the
    /// page has heard that the worker's script runs, so the URL names it too.
    pub(crate) fn spawn(
        source: &Source,
        entry: &str,
        service_worker: Option<&str>,
        owner: Owner,
    ) -> Self {
        let ear = Rc::new(Ear {
            owner: RefCell::new(owner),
            early: RefCell::new(Some(Vec::new())),
            making: RefCell::default(),
        });
        let (stage, refusal) = match Live::start(source, entry, &ear) {
            Ok(live) => (Stage::Opening(live), None),
            Err(refusal) => (Stage::Ended, Some(refusal)),
        };
        let stage = Rc::new(RefCell::new(stage));
        let opening = Opening {
            page: source.page,
            service_worker: service_worker.map(str::to_owned),
            ear: ear.clone(),
            refusal,
        };
        spawn_local(opening.open(stage.clone()));
        Self {
            stage,
            ear,
            is_warm: Cell::new(false),
        }
    }

    /// From now on another hears it.
    pub(crate) fn give(&self, owner: Owner) {
        self.ear.owner.replace(owner);
    }

    /// Starts the interpreter for nobody in particular.
    pub(crate) fn warm(&self, interpreter: Interpreter) {
        self.is_warm.set(true);
        self.post(&ToWorker::Warm, &self.files(interpreter));
    }

    /// What goes beside the message that starts the interpreter. One that has
    /// started cannot promise a copy of its memory any more.
    pub(crate) fn files(&self, interpreter: Interpreter) -> JsValue {
        let (parcel, making) = runtime::parcel(interpreter);
        if let Some(making) = making {
            self.ear.making.replace(Some(making));
        }
        parcel
    }

    /// Whether its interpreter was started while it was a spare.
    pub(crate) fn is_warm(&self) -> bool {
        self.is_warm.get()
    }

    /// The browser's worker, once it is open.
    pub(crate) fn worker(&self) -> Option<Worker> {
        match &*self.stage.borrow() {
            Stage::Open(open) => Some(open.live.worker.clone()),
            Stage::Opening(_) | Stage::Ended => None,
        }
    }

    /// Sends a message with `parcel` beside it. Both are plain data that always clones.
    pub(crate) fn post(&self, message: &ToWorker, parcel: &JsValue) {
        let envelope = Object::new();
        let Plain(message) = message.write();
        let _ = Reflect::set(&envelope, &"message".into(), &message);
        let _ = Reflect::set(&envelope, &"parcel".into(), parcel);
        match &*self.stage.borrow() {
            Stage::Opening(live) | Stage::Open(Open { live, .. }) => live.post(&envelope),
            Stage::Ended => {}
        }
    }

    /// What goes beside the next program, so that it can be interrupted. Nothing
    /// before the worker is open: no program is posted then.
    pub(crate) fn next_signal(&self) -> JsValue {
        match &*self.stage.borrow() {
            Stage::Open(open) => open.signals.next(),
            Stage::Opening(_) | Stage::Ended => JsValue::UNDEFINED,
        }
    }

    /// Interrupts the latest program.
    pub(crate) fn interrupt(&self) {
        if let Stage::Open(open) = &*self.stage.borrow() {
            open.signals.raise();
        }
    }

    /// Answers a worker that stands still. One that is not open has asked nothing.
    pub(crate) fn answer(&self, answer: &Answer) {
        if let Stage::Open(open) = &*self.stage.borrow() {
            let Plain(answer) = answer.write();
            // What it touches, memory and URLs, is the page's own.
            let _ = open.answer.call1(&JsValue::UNDEFINED, &answer);
        }
    }
}

impl Worked for WorkerHandle {
    fn handle(&self) -> &WorkerHandle {
        self
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.stage.replace(Stage::Ended);
    }
}

/// What it takes to connect a worker to the page.
struct Opening {
    page: Access,
    service_worker: Option<String>,
    ear: Rc<Ear>,
    /// Why there is none.
    refusal: Option<JsValue>,
}

impl Opening {
    async fn open(self, stage: Rc<RefCell<Stage>>) {
        let connect = chunk::function("page.js", "connectWorker").await;
        if let Some(refusal) = &self.refusal {
            return self.ear.tell(Said::Error(words(refusal)));
        }
        // Whoever asked may have gone in the meantime.
        let Stage::Opening(live) = stage.replace(Stage::Ended) else {
            return;
        };
        let opened = match connect {
            Err(failure) => return self.ear.tell(Said::Unopened(failure)),
            Ok(connect) => self.connect(&connect, live),
        };
        match opened {
            Ok(open) => {
                stage.replace(Stage::Open(open));
                self.ear.catch_up();
            }
            Err(refusal) => self.ear.tell(Said::Error(words(&refusal))),
        }
    }

    fn connect(&self, connect: &Function, live: Live) -> Result<Open, JsValue> {
        let ear = self.ear.clone();
        let on_deadlock = Closure::<dyn Fn(String)>::new(move |text| {
            ear.hear(Said::Message(FromWorker::Remark { text }));
        });
        let options = Object::new();
        let set = |name: &str, value: &JsValue| {
            // Setting a property of a plain object cannot fail.
            let _ = Reflect::set(&options, &name.into(), value);
        };
        let page = match self.page {
            Access::Full => "full",
            Access::None => "none",
        };
        set("page", &page.into());
        let service_worker = self.service_worker.as_deref();
        set(
            "serviceWorker",
            &service_worker.map_or(JsValue::NULL, JsValue::from),
        );
        set("onDeadlock", on_deadlock.as_ref());
        let connected = connect.call2(&JsValue::UNDEFINED, &live.worker, &options)?;
        let connected: Connected = connected.unchecked_into();
        // Once more, and so after the page's own listeners: some keep messages to themselves.
        live.listen(false);
        live.listen(true);
        Ok(Open {
            live,
            answer: connected.answer(),
            signals: connected.signals(),
            _on_deadlock: on_deadlock,
        })
    }
}

impl Live {
    /// The worker that was opened ahead, or another.
    fn start(source: &Source, entry: &str, ear: &Rc<Ear>) -> Result<Live, JsValue> {
        let script = Script::of(&source.worker);
        let worker = match rest::take_ahead() {
            Some(worker) => worker,
            None => script.start(source.interpreter.name(), entry)?,
        };
        let live = Live {
            worker,
            _script: script,
            listeners: [
                listener(ear, heard),
                listener(ear, failed),
                listener(ear, unreadable),
            ],
        };
        live.listen(true);
        Ok(live)
    }

    fn listen(&self, hears: bool) {
        let [message, error, unreadable] = &self.listeners;
        let of = |closure: &'_ Closure<dyn Fn(web_sys::Event)>| -> Option<Function> {
            hears.then(|| closure.as_ref().clone().unchecked_into())
        };
        self.worker.set_onmessage(of(message).as_ref());
        self.worker.set_onerror(of(error).as_ref());
        self.worker.set_onmessageerror(of(unreadable).as_ref());
    }

    fn post(&self, envelope: &Object) {
        if let Err(refusal) = self.worker.post_message(envelope) {
            web_sys::console::error_1(&refusal);
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.listen(false);
        self.worker.terminate();
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.signals.end();
    }
}

type Meaning = fn(&Ear, web_sys::Event) -> Option<Said>;

fn listener(ear: &Rc<Ear>, meaning: Meaning) -> Closure<dyn Fn(web_sys::Event)> {
    let ear = ear.clone();
    Closure::new(move |event| {
        if let Some(said) = meaning(&ear, event) {
            ear.hear(said);
        }
    })
}

/// Lists are what the way to the page says to its other half; none is ours. The
/// copy of a memory is the page's.
fn heard(ear: &Ear, event: web_sys::Event) -> Option<Said> {
    let data = event.unchecked_into::<MessageEvent>().data();
    if Array::is_array(&data) {
        return None;
    }
    if let Ok(true) = Reflect::has(&data, &"Memory".into()) {
        ear.take(Reflect::get(&data, &"Memory".into()).unwrap_or_default());
        return None;
    }
    Some(match FromWorker::read(&Plain(data)) {
        Ok(message) => Said::Message(message),
        Err(_) => Said::Error("a message of the worker could not be read".into()),
    })
}

/// A script that cannot be fetched gives a plain event without words.
fn failed(_: &Ear, event: web_sys::Event) -> Option<Said> {
    event.prevent_default();
    let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
    Some(Said::Error(message.unwrap_or_default()))
}

fn unreadable(_: &Ear, _: web_sys::Event) -> Option<Said> {
    Some(Said::Error("a message could not be read".into()))
}

/// What an exception says.
pub(crate) fn words(exception: &JsValue) -> String {
    match exception.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.to_string()),
        None => exception
            .as_string()
            .unwrap_or_else(|| "no reason given".into()),
    }
}

/// The URL that a worker starts from. A worker must come from the page's own
/// origin; where ours is elsewhere, a tiny script of the page's origin imports it.
enum Script {
    Direct(String),
    Wrapped(String),
}

impl Script {
    fn of(url: &str) -> Self {
        if is_same_origin(url) {
            return Self::Direct(url.into());
        }
        let source = Array::of1(&format!("import {};", js_string(url)).into());
        let kind = BlobPropertyBag::new();
        kind.set_type("text/javascript");
        Blob::new_with_str_sequence_and_options(&source, &kind)
            .and_then(|blob| Url::create_object_url_with_blob(&blob))
            .map_or_else(|_| Self::Direct(url.into()), Self::Wrapped)
    }

    fn start(&self, name: &str, entry: &str) -> Result<Worker, JsValue> {
        let url = match self {
            Self::Direct(url) => [url, "#", entry].concat(),
            Self::Wrapped(url) => url.clone(),
        };
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(name);
        Worker::new_with_options(&url, &options)
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        if let Self::Wrapped(url) = self {
            let _ = Url::revoke_object_url(url);
        }
    }
}

fn is_same_origin(url: &str) -> bool {
    let page = web_sys::window().and_then(|window| window.location().origin().ok());
    let script = Url::new(url).map(|url| url.origin()).ok();
    page.is_none() || page == script
}

/// A URL as a string of JavaScript; a parsed URL has no quotes or backslashes unescaped.
fn js_string(url: &str) -> String {
    format!("\"{}\"", url.replace('"', "%22"))
}
