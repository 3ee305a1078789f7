//! The one shared runtime of a page: each interpreter's files, loaded once.
//!
//! Nothing is fetched before somebody asks. Who asks while a load is under way
//! joins it; a load that failed is forgotten, so that the next asks again. What
//! was loaded (a compiled module, files as blobs) is posted to every worker
//! without being copied.
//!
//! Not here: snapshots and spare interpreters.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Object, Reflect};
use runtime_protocol::config::{File, Manifest, Role};
use runtime_protocol::notice::Phase;
use runtime_protocol::session::{Event, Source};
use runtime_protocol::{Interpreter, LoadFailure, LoadProblem, Progress};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortController;

use crate::chunk;
use crate::client::{Feeder, Options};
use crate::download::{self, Request};
use crate::plain::Plain;

thread_local! {
    static RUNTIME: RefCell<Runtime> = RefCell::default();
}

#[derive(Default)]
struct Runtime {
    base: String,
    manifest: Option<Manifest>,
    pyodide: Slot,
    micropython: Slot,
}

/// One interpreter's files.
#[derive(Default)]
enum Slot {
    #[default]
    Absent,
    Loading(Rc<Load>),
    /// What goes beside `ToWorker::Boot`: `{ module, files: { name: Blob } }`.
    Here(JsValue),
}

/// Says where this build is and what it contains. `base` is the absolute URL of
/// the folder with `py-editor.js`; `manifest` is the object that the build wrote,
/// of the shape of [`Manifest`]; `import` is JavaScript's own. Called once,
/// before the first environment.
pub fn configure(base: &str, manifest: &JsValue, import: Function) {
    chunk::provide(import);
    match Manifest::read(&Plain(manifest.clone())) {
        Ok(manifest) => RUNTIME.with_borrow_mut(|runtime| {
            runtime.base = format!("{}/", base.trim_end_matches('/'));
            runtime.manifest = Some(manifest);
        }),
        Err(_) => web_sys::console::error_1(
            &"py-editor: the list of files that came with py-editor.js is unusable. Copy the whole folder `dist` once more.".into(),
        ),
    }
}

/// Where an environment's interpreter and worker come from.
pub(crate) fn source(options: &Options) -> Source {
    let interpreter = options.interpreter;
    RUNTIME.with_borrow(|runtime| {
        let entry = runtime
            .manifest
            .as_ref()
            .map_or("", |manifest| &manifest.package(interpreter).entry);
        Source {
            interpreter,
            name: options.name.clone(),
            entry: runtime.url(entry),
            worker: runtime.url("worker.js"),
            base: options.base.clone().unwrap_or_else(page_url),
            page: options.page,
        }
    })
}

/// The absolute URL of a file that lies beside py-editor.js.
pub fn url(file: &str) -> String {
    RUNTIME.with_borrow(|runtime| runtime.url(file))
}

/// The URL that relative URLs of the page mean.
pub(crate) fn page_url() -> String {
    let document = web_sys::window().and_then(|window| window.document());
    document
        .and_then(|document| document.base_uri().ok().flatten())
        .unwrap_or_default()
}

/// What a worker needs to boot, once it is loaded.
pub(crate) fn parcel(interpreter: Interpreter) -> Option<JsValue> {
    RUNTIME.with_borrow_mut(|runtime| match runtime.slot(interpreter) {
        Slot::Here(parcel) => Some(parcel.clone()),
        Slot::Absent | Slot::Loading(_) => None,
    })
}

/// Gets an interpreter's files; `feeder` hears how far it is and how it ends.
pub(crate) fn load(interpreter: Interpreter, feeder: Feeder) {
    let joined = RUNTIME.with_borrow_mut(|runtime| match runtime.slot(interpreter) {
        Slot::Here(_) => Joined::Here(feeder),
        Slot::Loading(load) => {
            load.listeners.borrow_mut().push(Rc::new(feeder));
            Joined::Under
        }
        Slot::Absent => runtime.begin(interpreter, feeder),
    });
    match joined {
        Joined::Here(feeder) => feeder.feed(Event::Loaded),
        Joined::Under => {}
        Joined::Begun(load) => load.start(),
        Joined::Impossible(feeder) => feeder.feed(Event::LoadFailed(not_listed(interpreter))),
    }
}

/// An environment no longer waits for files. Where nobody else does, the load
/// is ended and forgotten, so that the next run asks afresh.
pub(crate) fn abandon(interpreter: Interpreter, feeder: &Feeder) {
    RUNTIME.with_borrow_mut(|runtime| {
        let slot = runtime.slot(interpreter);
        let Slot::Loading(load) = slot else { return };
        let mut listeners = load.listeners.borrow_mut();
        listeners.retain(|listener| !listener.is_same(feeder));
        if listeners.is_empty() {
            drop(listeners);
            load.abort.abort();
            *slot = Slot::Absent;
        }
    });
}

/// An interpreter did not start from its files: they are fetched again when asked for.
pub(crate) fn forget(interpreter: Interpreter) {
    RUNTIME.with_borrow_mut(|runtime| {
        let slot = runtime.slot(interpreter);
        if matches!(slot, Slot::Here(_)) {
            *slot = Slot::Absent;
        }
    });
}

/// How a request for files met the state of the runtime.
enum Joined {
    Here(Feeder),
    Under,
    Begun(Rc<Load>),
    Impossible(Feeder),
}

fn not_listed(interpreter: Interpreter) -> LoadFailure {
    LoadFailure {
        url: interpreter.name().into(),
        problem: LoadProblem::NotListed,
    }
}

impl Runtime {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn slot(&mut self, interpreter: Interpreter) -> &mut Slot {
        match interpreter {
            Interpreter::Pyodide => &mut self.pyodide,
            Interpreter::MicroPython => &mut self.micropython,
        }
    }

    fn begin(&mut self, interpreter: Interpreter, feeder: Feeder) -> Joined {
        let (Some(manifest), Ok(abort)) = (&self.manifest, AbortController::new()) else {
            return Joined::Impossible(feeder);
        };
        let files: Vec<File> = manifest.package(interpreter).shared().cloned().collect();
        let load = Rc::new(Load {
            interpreter,
            base: self.base.clone(),
            total_bytes: files.iter().map(|file| file.bytes).sum(),
            state: RefCell::new(Arrived {
                bytes: 0,
                missing: files.len(),
                parcel: empty_parcel(),
            }),
            files,
            listeners: RefCell::new(vec![Rc::new(feeder)]),
            abort,
        });
        *self.slot(interpreter) = Slot::Loading(load.clone());
        Joined::Begun(load)
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
    base: String,
    files: Vec<File>,
    total_bytes: u64,
    state: RefCell<Arrived>,
    listeners: RefCell<Vec<Rc<Feeder>>>,
    abort: AbortController,
}

/// What has come so far.
struct Arrived {
    bytes: u64,
    missing: usize,
    parcel: Object,
}

impl Load {
    fn start(self: &Rc<Self>) {
        for file in &self.files {
            spawn_local(self.clone().get(file.clone()));
        }
    }

    async fn get(self: Rc<Self>, file: File) {
        let request = Request {
            url: format!("{}{}", self.base, file.path),
            role: file.role(),
            bytes: file.bytes,
        };
        let on_bytes = |size| self.progress(file.name(), size);
        match download::get(&request, &self.abort.signal(), &on_bytes).await {
            Ok(value) => self.arrived(&file, &value),
            Err(failure) => self.failed(failure),
        }
    }

    fn progress(&self, file: &str, size: u64) {
        self.state.borrow_mut().bytes += size;
        let progress = Progress {
            phase: Phase::Download,
            file: file.into(),
            loaded_bytes: self.state.borrow().bytes,
            total_bytes: self.total_bytes,
        };
        let listeners = self.listeners.borrow().clone();
        tell(&listeners, &Event::LoadProgress(progress));
    }

    fn arrived(&self, file: &File, value: &JsValue) {
        let mut state = self.state.borrow_mut();
        state.missing -= 1;
        match file.role() {
            Role::Module => set(&state.parcel, "module", value),
            Role::Bytes | Role::Script => {
                let files = Reflect::get(&state.parcel, &"files".into()).unwrap_or_default();
                set(files.unchecked_ref(), file.name(), value);
            }
        }
        if state.missing > 0 {
            return;
        }
        let parcel = JsValue::from(state.parcel.clone());
        drop(state);
        self.settle(Slot::Here(parcel), &Event::Loaded);
    }

    /// The first failure decides; the other files are not waited for.
    fn failed(&self, failure: LoadFailure) {
        self.abort.abort();
        self.settle(Slot::Absent, &Event::LoadFailed(failure));
    }

    /// The slot changes before anybody hears of it: a listener may ask again at once.
    fn settle(&self, slot: Slot, event: &Event) {
        let listeners = self.listeners.take();
        if listeners.is_empty() {
            return;
        }
        RUNTIME.with_borrow_mut(|runtime| *runtime.slot(self.interpreter) = slot);
        tell(&listeners, event);
    }
}

/// No list is borrowed here: a listener may join the load it hears of.
fn tell(listeners: &[Rc<Feeder>], event: &Event) {
    listeners
        .iter()
        .for_each(|feeder| feeder.feed(event.clone()));
}
