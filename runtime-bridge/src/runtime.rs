//! The one shared runtime of a page: each interpreter's files, loaded once.
//!
//! Nothing is fetched before somebody asks. Who asks while a load is under way
//! joins it; a load that failed is forgotten, so that the next asks again. What
//! was loaded (a compiled module, files as blobs) is posted to every worker
//! without being copied. So is the copy of an interpreter's memory, which the
//! first start makes: those that come meanwhile wait for it.
//!
//! Not here: how that copy is kept (`memory.rs`), spare interpreters (`spares.rs`).

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::{Function, Object, Promise, Reflect};
use runtime_protocol::config::{File, Manifest, Role};
use runtime_protocol::memory::{Memory, Way};
use runtime_protocol::notice::{Phase, STALL_SECONDS, Stall};
use runtime_protocol::session::{Event, Source};
use runtime_protocol::wire::Value;
use runtime_protocol::{Interpreter, LoadFailure, LoadProblem, Progress};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, Blob};

use crate::client::{Feeder, Options, now_ms};
use crate::download::{self, Request};
use crate::memory::Making;
use crate::plain::Plain;
use crate::{chunk, memory, rest, spares};

/// How often the bytes that have come are told: nobody reads faster, and
/// telling costs a quick load more than the bytes do.
const TOLD_EVERY_MS: f64 = 40.0;

thread_local! {
    static PLACE: RefCell<Place> = RefCell::default();
    static RUNTIME: RefCell<Runtime> = RefCell::default();
}

/// Where this build is and what it contains, as the page said.
#[derive(Default)]
struct Place {
    base: String,
    manifest: JsValue,
}

struct Runtime {
    manifest: Option<Manifest>,
    pyodide: Slot,
    micropython: Slot,
}

impl Default for Runtime {
    fn default() -> Self {
        Self {
            manifest: manifest(),
            pyodide: Slot::of(Interpreter::Pyodide),
            micropython: Slot::of(Interpreter::MicroPython),
        }
    }
}

/// What the page has of one interpreter.
struct Slot {
    files: Files,
    memory: Memory,
    copy: Option<Blob>,
    /// Who is told when a start may begin, in the order of asking.
    waiting: VecDeque<Waiter>,
}

enum Files {
    Absent,
    Loading(Rc<Load>),
    /// What goes beside `ToWorker::Boot`: `{ module, files: { name: Blob } }`.
    Here(Object),
}

/// Who wants an interpreter's files.
#[derive(Clone)]
pub(crate) enum Waiter {
    /// An environment with a run.
    Environment(Feeder),
    /// The spare of that kind.
    Spare(Interpreter),
    /// Nobody yet: they are got beforehand.
    Nobody,
}

impl Waiter {
    fn feed(&self, event: Event) {
        match self {
            Self::Environment(feeder) => feeder.feed(event),
            Self::Spare(interpreter) => spares::loaded(*interpreter, &event),
            Self::Nobody => {}
        }
    }

    fn is(&self, other: &Feeder) -> bool {
        matches!(self, Self::Environment(feeder) if feeder.is_same(other))
    }
}

/// Says where this build is and what it contains. `base` is the absolute URL of
/// the folder with `py-editor.js`; `manifest` is the object that the build wrote,
/// of the shape of [`Manifest`]; `import` is JavaScript's own, and `imports`
/// gives what `run.wasm` imports. Called once, before the first environment.
pub fn configure(base: &str, manifest: &JsValue, import: Function, imports: Function) {
    chunk::provide(import);
    rest::provide(imports);
    PLACE.set(Place {
        base: [base.trim_end_matches('/'), "/"].concat(),
        manifest: manifest.clone(),
    });
}

/// Where an environment's interpreter and worker come from.
pub(crate) fn source(options: &Options) -> Source {
    let interpreter = options.interpreter;
    Source {
        interpreter,
        name: options.name.clone(),
        entry: url(&entry(interpreter).unwrap_or_default()),
        worker: url("worker.js"),
        base: options.base.clone().unwrap_or_else(page_url),
        page: options.page,
    }
}

/// An interpreter's module, by the list of the build.
fn entry(interpreter: Interpreter) -> Option<String> {
    let manifest = Plain(PLACE.with_borrow(|place| place.manifest.clone()));
    let packages = manifest.member("interpreters")?;
    packages.member(interpreter.word())?.member("entry")?.text()
}

/// The absolute URL of a file that lies beside py-editor.js.
pub fn url(file: &str) -> String {
    PLACE.with_borrow(|place| [&place.base, file].concat())
}

/// The list of the build, read when it is first needed.
fn manifest() -> Option<Manifest> {
    let listed = PLACE.with_borrow(|place| place.manifest.clone());
    let manifest = Manifest::read(&Plain(listed)).ok();
    if manifest.is_none() {
        web_sys::console::error_1(
            &"py-editor: the list of files that came with py-editor.js is unusable. Copy the whole folder `dist` once more.".into(),
        );
    }
    manifest
}

/// The URL that relative URLs of the page mean.
pub(crate) fn page_url() -> String {
    let document = web_sys::window().and_then(|window| window.document());
    document
        .and_then(|document| document.base_uri().ok().flatten())
        .unwrap_or_default()
}

/// What a worker needs to boot, and the promise that it makes by taking it.
pub(crate) fn parcel(interpreter: Interpreter) -> (JsValue, Option<Making>) {
    let nothing = || (Object::new().into(), None);
    RUNTIME.with_borrow_mut(|runtime| {
        let slot = runtime.slot(interpreter);
        let Files::Here(files) = &slot.files else {
            return nothing();
        };
        let parcel = Object::assign(&Object::new(), files);
        match slot.memory.way() {
            Way::Ordinary => (parcel.into(), None),
            Way::Making => {
                set(&parcel, "makesMemory", &JsValue::TRUE);
                (parcel.into(), Some(Making(interpreter)))
            }
            Way::Restoring => {
                set(&parcel, "memory", &JsValue::from(slot.copy.clone()));
                (parcel.into(), None)
            }
        }
    })
}

/// Gets an interpreter's files; `waiter` hears how far it is and how it ends.
pub(crate) fn load(interpreter: Interpreter, waiter: Waiter) {
    RUNTIME.with_borrow_mut(|runtime| runtime.slot(interpreter).waiting.push_back(waiter));
    begin(interpreter);
    release(interpreter);
}

/// An environment no longer waits. Where no other does, a load under way is
/// ended and forgotten, so that the next run asks afresh.
pub(crate) fn abandon(interpreter: Interpreter, feeder: &Feeder) {
    let left = RUNTIME.with_borrow_mut(|runtime| {
        let slot = runtime.slot(interpreter);
        slot.waiting.retain(|waiter| !waiter.is(feeder));
        let is_wanted = |waiter: &Waiter| matches!(waiter, Waiter::Environment(_));
        let Files::Loading(load) = &slot.files else {
            return VecDeque::new();
        };
        if slot.waiting.iter().any(is_wanted) {
            return VecDeque::new();
        }
        load.end();
        slot.files = Files::Absent;
        std::mem::take(&mut slot.waiting)
    });
    for waiter in left {
        waiter.feed(Event::LoadFailed(not_listed(interpreter)));
    }
}

/// Files that do not come are asked for afresh; who waits goes on waiting.
pub(crate) fn refetch(interpreter: Interpreter) {
    RUNTIME.with_borrow_mut(|runtime| {
        let slot = runtime.slot(interpreter);
        if let Files::Loading(load) = &slot.files {
            load.end();
            slot.files = Files::Absent;
        }
    });
    begin(interpreter);
}

/// An interpreter did not start from its files: they are fetched again when
/// asked for, at once where somebody waits.
pub(crate) fn forget(interpreter: Interpreter) {
    let is_awaited = RUNTIME.with_borrow_mut(|runtime| {
        let slot = runtime.slot(interpreter);
        if matches!(slot.files, Files::Here(_)) {
            slot.files = Files::Absent;
        }
        !slot.waiting.is_empty()
    });
    if is_awaited {
        begin(interpreter);
    }
}

/// A worker has made the copy of its memory, or could not.
pub(crate) fn remember(interpreter: Interpreter, copy: Option<Blob>) {
    RUNTIME.with_borrow_mut(|runtime| {
        let key = runtime.memory_key(interpreter);
        let slot = runtime.slot(interpreter);
        match &copy {
            Some(_) => slot.memory.came(),
            None => slot.memory.failed(),
        }
        slot.copy.clone_from(&copy);
        if let (Some(key), Some(copy)) = (key, copy) {
            memory::keep(key, copy);
        }
    });
    release(interpreter);
}

/// The worker that was to make a copy has done so, or is gone: the next one may.
pub(crate) fn release_makers(interpreter: Interpreter) {
    RUNTIME.with_borrow_mut(|runtime| runtime.slot(interpreter).memory.gone());
    release(interpreter);
}

/// The copy is no good.
pub(crate) fn forget_memory(interpreter: Interpreter) {
    RUNTIME.with_borrow_mut(|runtime| {
        let key = runtime.memory_key(interpreter);
        let slot = runtime.slot(interpreter);
        // Others may have been given the same.
        if slot.copy.take().is_none() {
            return;
        }
        slot.memory.refused();
        if let Some(key) = key {
            memory::forget(key);
        }
    });
}

/// Starts a load where there is nothing, or tells all who wait that there can be none.
fn begin(interpreter: Interpreter) {
    let begun = RUNTIME.with_borrow_mut(|runtime| match runtime.slot(interpreter).files {
        Files::Absent => Some(runtime.begin(interpreter)),
        Files::Loading(_) | Files::Here(_) => None,
    });
    match begun {
        None => {}
        Some(Some(load)) => load.start(),
        Some(None) => tell_failure(interpreter, &not_listed(interpreter)),
    }
}

/// Tells those who wait that they may start, one by one: the first may be the
/// one that makes the copy for the others, which wait on then.
fn release(interpreter: Interpreter) {
    let next = || RUNTIME.with_borrow_mut(|runtime| runtime.slot(interpreter).next());
    while let Some((waiter, event)) = next() {
        waiter.feed(event);
    }
    let held = RUNTIME.with_borrow_mut(|runtime| {
        let slot = runtime.slot(interpreter);
        let is_here = matches!(slot.files, Files::Here(_));
        if is_here {
            slot.waiting.clone()
        } else {
            VecDeque::new()
        }
    });
    let starts = Event::LoadProgress(Progress::of_phase(Phase::Start));
    held.iter().for_each(|waiter| waiter.feed(starts.clone()));
}

fn tell_failure(interpreter: Interpreter, failure: &LoadFailure) {
    let waiting =
        RUNTIME.with_borrow_mut(|runtime| std::mem::take(&mut runtime.slot(interpreter).waiting));
    for waiter in waiting {
        waiter.feed(Event::LoadFailed(failure.clone()));
    }
}

fn not_listed(interpreter: Interpreter) -> LoadFailure {
    LoadFailure {
        url: interpreter.name().into(),
        problem: LoadProblem::NotListed,
    }
}

impl Runtime {
    fn slot(&mut self, interpreter: Interpreter) -> &mut Slot {
        match interpreter {
            Interpreter::Pyodide => &mut self.pyodide,
            Interpreter::MicroPython => &mut self.micropython,
        }
    }

    /// None where there is no list of files.
    fn begin(&mut self, interpreter: Interpreter) -> Option<Rc<Load>> {
        let (Some(manifest), Ok(abort)) = (&self.manifest, AbortController::new()) else {
            return None;
        };
        let files: Vec<File> = manifest.package(interpreter).shared().cloned().collect();
        let key = self.memory_key(interpreter);
        let memory = key.filter(|_| self.slot(interpreter).memory.is_wanted());
        let url = |file: &File| url(&file.path);
        let load = Rc::new(Load {
            interpreter,
            total_bytes: files.iter().map(|file| file.bytes).sum(),
            state: RefCell::new(Arrived {
                bytes: 0,
                missing: files.iter().map(url).chain(memory.clone()).collect(),
                parcel: empty_parcel(),
            }),
            files,
            memory,
            abort,
            heard_ms: Cell::new(now_ms()),
            told_ms: Cell::new(0.0),
            watch: Cell::new(None),
        });
        self.slot(interpreter).files = Files::Loading(load.clone());
        Some(load)
    }

    /// Under which the copy of an interpreter's memory is kept.
    fn memory_key(&self, interpreter: Interpreter) -> Option<String> {
        let package = self.manifest.as_ref()?.package(interpreter);
        Some(runtime_protocol::memory::key(&url(""), package))
    }
}

impl Slot {
    fn of(interpreter: Interpreter) -> Self {
        Self {
            files: Files::Absent,
            memory: Memory::of(interpreter),
            copy: None,
            waiting: VecDeque::new(),
        }
    }

    /// Who may start now, and what it is told.
    fn next(&mut self) -> Option<(Waiter, Event)> {
        if !matches!(self.files, Files::Here(_)) || self.memory.is_awaited() {
            return None;
        }
        let event = match self.copy {
            Some(_) => Event::LoadedWithMemory,
            None => Event::Loaded,
        };
        Some((self.waiting.pop_front()?, event))
    }
}

fn empty_parcel() -> Object {
    let parcel = Object::new();
    set(&parcel, "files", &Object::new());
    parcel
}

fn set(object: &Object, key: &str, value: &JsValue) {
    // Setting a property of a plain object cannot fail.
    let _ = Reflect::set(object, &key.into(), value);
}

/// A load under way: all files at once.
struct Load {
    interpreter: Interpreter,
    files: Vec<File>,
    /// Where a copy of the memory may be kept, if one is wanted.
    memory: Option<String>,
    total_bytes: u64,
    state: RefCell<Arrived>,
    abort: AbortController,
    /// When the last byte came.
    heard_ms: Cell<f64>,
    /// When that was last told.
    told_ms: Cell<f64>,
    /// Looks whether bytes still come.
    watch: Cell<Option<Timeout>>,
}

/// What has come so far.
struct Arrived {
    bytes: u64,
    /// URLs of what is still to come.
    missing: Vec<String>,
    parcel: Object,
}

impl Load {
    fn start(self: &Rc<Self>) {
        self.watch(STALL_SECONDS * 1000);
        for file in &self.files {
            let answer = download::ask(&url(&file.path), &self.abort.signal());
            spawn_local(self.clone().get(file.clone(), answer));
        }
        if let Some(key) = self.memory.clone() {
            spawn_local(self.clone().look_for(key));
        }
    }

    /// Nothing more is heard of it.
    fn end(&self) {
        self.watch.take();
        self.abort.abort();
    }

    async fn get(self: Rc<Self>, file: File, answer: Option<Promise>) {
        let url = url(&file.path);
        let request = Request {
            url: url.clone(),
            role: file.role(),
            bytes: file.bytes,
        };
        let on_bytes = |size| self.progress(file.name(), size);
        match download::get(&request, answer, &on_bytes).await {
            Ok(value) => {
                let parcel = self.state.borrow().parcel.clone();
                match file.role() {
                    Role::Module => set(&parcel, "module", &value),
                    Role::Bytes | Role::Script => {
                        let files = Reflect::get(&parcel, &"files".into()).unwrap_or_default();
                        set(files.unchecked_ref(), file.name(), &value);
                    }
                }
                self.arrived(&url);
            }
            Err(failure) => self.failed(&failure),
        }
    }

    /// The copy of an earlier visit; where there is none, this visit makes one.
    async fn look_for(self: Rc<Self>, key: String) {
        let found = memory::find(&key).await;
        if let (true, Some(copy)) = (self.is_current(), found) {
            RUNTIME.with_borrow_mut(|runtime| {
                let slot = runtime.slot(self.interpreter);
                slot.memory.came();
                slot.copy = Some(copy);
            });
        }
        self.arrived(&key);
    }

    fn progress(&self, file: &str, size: u64) {
        if !self.is_current() {
            return;
        }
        self.heard_ms.set(now_ms());
        self.state.borrow_mut().bytes += size;
        let is_all = self.state.borrow().bytes >= self.total_bytes;
        if !is_all && self.heard_ms.get() - self.told_ms.get() < TOLD_EVERY_MS {
            return;
        }
        self.told_ms.set(self.heard_ms.get());
        self.tell(&Event::LoadProgress(Progress {
            phase: Phase::Download,
            file: file.into(),
            loaded_bytes: self.state.borrow().bytes,
            total_bytes: self.total_bytes,
        }));
    }

    /// Looks after `delay_ms` whether bytes have come in the meantime.
    fn watch(self: &Rc<Self>, delay_ms: u32) {
        let load = self.clone();
        let look = Timeout::new(delay_ms, move || {
            let silent_ms = (now_ms() - load.heard_ms.get()) as u32;
            let most_ms = STALL_SECONDS * 1000;
            if silent_ms < most_ms {
                return load.watch(most_ms - silent_ms);
            }
            let missing = load.state.borrow().missing.first().cloned();
            if let Some(url) = missing {
                let seconds = silent_ms / 1000;
                load.tell(&Event::LoadStalled(Stall { url, seconds }));
            }
            load.watch(most_ms);
        });
        self.watch.set(Some(look));
    }

    fn arrived(&self, url: &str) {
        if !self.is_current() {
            return;
        }
        let mut state = self.state.borrow_mut();
        state.missing.retain(|missing| missing != url);
        if !state.missing.is_empty() {
            return;
        }
        let parcel = state.parcel.clone();
        drop(state);
        self.settle(Files::Here(parcel));
        release(self.interpreter);
    }

    /// The first failure decides; the other files are not waited for.
    fn failed(&self, failure: &LoadFailure) {
        if self.is_current() {
            self.abort.abort();
            self.settle(Files::Absent);
            tell_failure(self.interpreter, failure);
        }
    }

    /// The slot changes before anybody hears of it: a listener may ask again at once.
    fn settle(&self, files: Files) {
        self.watch.take();
        RUNTIME.with_borrow_mut(|runtime| runtime.slot(self.interpreter).files = files);
    }

    /// Whether it was not given up.
    fn is_current(&self) -> bool {
        RUNTIME.with_borrow_mut(|runtime| match &runtime.slot(self.interpreter).files {
            Files::Loading(load) => std::ptr::eq(&**load, self),
            Files::Absent | Files::Here(_) => false,
        })
    }

    /// No list is borrowed here: who hears of the load may join it.
    fn tell(&self, event: &Event) {
        let waiting =
            RUNTIME.with_borrow_mut(|runtime| runtime.slot(self.interpreter).waiting.clone());
        waiting.iter().for_each(|waiter| waiter.feed(event.clone()));
    }
}
