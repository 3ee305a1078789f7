//! The modules that come later: the build cuts ours, and what only running
//! needs is in `run.wasm` (`late.rs` has the doors), what an editor in use needs
//! in `tools.wasm` (the modules named `tools`). The first is fetched when the
//! editors stand and the browser has nothing else to do, but not for readers who
//! save data; both when somebody points at an editor or goes to it, at the latest
//! when they are needed. Who runs before `run.wasm` is here does not wait
//! for the worker as well, which is opened at the same time.
//!
//! A fetch that failed is forgotten, so that who needs it next asks again. A module is put
//! in place once: what it finds in memory stays.
//!
//! Not here: what is in them, and where the cuts are.

use std::cell::RefCell;

use js_sys::{Function, Object, Promise, WebAssembly};
use runtime_protocol::session::Source;
use runtime_protocol::{LoadFailure, LoadProblem};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, RequestInit, Response, Worker};

use crate::client::Feeder;
use crate::worker::words;
use crate::{device, runtime};

/// A module behind doors.
#[derive(Clone, Copy)]
enum Part {
    Run,
    /// Of use only beside the other.
    Tools,
}

/// As `cargo xtask dist` names them.
const FILES: [&str; 2] = ["run.wasm", "tools.wasm"];

#[wasm_bindgen(module = "/js/ahead.js")]
extern "C" {
    /// Opens a worker that nobody can give work yet.
    #[wasm_bindgen(js_name = openAhead)]
    fn open_ahead(url: &str, name: &str);

    /// Gives it away.
    #[wasm_bindgen(js_name = takeAhead)]
    pub(crate) fn take_ahead() -> Option<Worker>;

    /// Nobody wants it.
    #[wasm_bindgen(js_name = closeAhead)]
    fn close_ahead();
}

thread_local! {
    static REST: RefCell<Rest> = RefCell::default();
}

#[derive(Default)]
struct Rest {
    /// Gives what they import: the exports of the first one, and the binding.
    imports: Option<Function>,
    stages: [Stage; 2],
    /// Whether the first is to be fetched when the browser has nothing else to do.
    is_due: bool,
}

#[derive(Default)]
enum Stage {
    #[default]
    Absent,
    Coming {
        abort: AbortController,
        /// Who waits for it; nobody does when it is fetched ahead.
        waiting: Vec<Waiting>,
    },
    Here,
}

impl Rest {
    fn stage(&mut self, part: Part) -> &mut Stage {
        &mut self.stages[part as usize]
    }
}

/// Hears why a module cannot be had, where it cannot.
type Then = Box<dyn FnOnce(Option<&LoadFailure>)>;

/// Who waits for it.
pub(crate) enum Waiting {
    /// An environment in which somebody wants to run.
    Environment(Feeder),
    /// Something else of the page; it hears why it cannot be had.
    Other(Then),
    /// What may be done beforehand, and need not be.
    Ahead(Box<dyn FnOnce()>),
}

impl Waiting {
    fn is_of(&self, feeder: &Feeder) -> bool {
        matches!(self, Self::Environment(known) if known.is_same(feeder))
    }

    fn go_on(self, missing: Option<&LoadFailure>) {
        match self {
            Self::Environment(feeder) => feeder.go_on(missing),
            Self::Other(then) => then(missing),
            Self::Ahead(then) if missing.is_none() => then(),
            Self::Ahead(_) => {}
        }
    }
}

/// `imports` gives what the modules are instantiated with.
pub(crate) fn provide(imports: Function) {
    REST.with_borrow_mut(|rest| rest.imports = Some(imports));
}

/// Whether what running needs may be called.
pub fn is_here() -> bool {
    has(Part::Run)
}

/// Whether what an editor in use needs may be called.
pub fn tools_are_here() -> bool {
    has(Part::Run) && has(Part::Tools)
}

fn has(part: Part) -> bool {
    REST.with_borrow_mut(|rest| matches!(rest.stage(part), Stage::Here))
}

/// Milliseconds until it is fetched where a browser does not tell when it is idle.
const IDLE_MS: i32 = 200;

/// Fetches what running needs as soon as the browser has nothing else to do, for
/// readers who do not save data. Later calls do nothing.
pub fn fetch_when_idle() {
    if REST.with_borrow_mut(|rest| std::mem::replace(&mut rest.is_due, true)) {
        return;
    }
    let (false, Some(window)) = (device::saves_data(), web_sys::window()) else {
        return;
    };
    let fetch = Closure::once_into_js(|| fetch(Part::Run));
    let fetch = fetch.unchecked_ref();
    // Not every browser tells when that is.
    if window.request_idle_callback(fetch).is_err() {
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(fetch, IDLE_MS);
    }
}

/// Somebody is about to use an editor: fetches all, what running needs first. A
/// failure is not told: who needs it asks again.
pub fn fetch_all() {
    ahead(|| fetch(Part::Tools));
}

fn fetch(part: Part) {
    let abort = REST.with_borrow_mut(|rest| {
        let stage = rest.stage(part);
        let (Stage::Absent, Ok(abort)) = (&*stage, AbortController::new()) else {
            return None;
        };
        *stage = Stage::Coming {
            abort: abort.clone(),
            waiting: Vec::new(),
        };
        Some(abort)
    });
    let Some(abort) = abort else { return };
    let url = runtime::url(FILES[part as usize]);
    // Asked for at once: whoever needs it goes on with other work first.
    let options = RequestInit::new();
    options.set_signal(Some(&abort.signal()));
    if let Some(window) = web_sys::window() {
        let answer = window.fetch_with_str_and_init(&url, &options);
        spawn_local(get(part, abort, url, answer));
    }
}

/// Calls `then` once what running needs is here, or says why it cannot be had.
pub fn when_here(then: impl FnOnce(Option<&LoadFailure>) + 'static) {
    when(Part::Run, Box::new(then));
}

/// Calls `then` once what an editor in use needs is here, or says why it cannot be had.
pub fn tools_when_here(then: impl FnOnce(Option<&LoadFailure>) + 'static) {
    fetch_all();
    when_here(move |missing| match missing {
        Some(missing) => then(Some(missing)),
        None => when(Part::Tools, Box::new(then)),
    });
}

fn when(part: Part, then: Then) {
    if has(part) {
        then(None);
    } else {
        wait_for(part, Waiting::Other(then));
    }
}

/// Calls `then` once what running needs is here. Nobody waits for that.
pub(crate) fn ahead(then: impl FnOnce() + 'static) {
    if is_here() {
        then();
    } else {
        wait(Waiting::Ahead(Box::new(then)));
    }
}

/// Somebody runs: the worker need not wait until that is here.
pub(crate) fn open_worker(source: &Source) {
    let url = [&source.worker, "#", &source.entry].concat();
    open_ahead(&url, source.interpreter.name());
}

/// The run for which it was opened has ended without it.
pub(crate) fn close_worker() {
    close_ahead();
}

/// Somebody waits for what running needs, and hears when it is here or cannot be had.
pub(crate) fn wait(waits: Waiting) {
    wait_for(Part::Run, waits);
}

fn wait_for(part: Part, waits: Waiting) {
    fetch(part);
    REST.with_borrow_mut(|rest| {
        let Stage::Coming { waiting, .. } = rest.stage(part) else {
            return;
        };
        let is_known = |known: &Waiting| match &waits {
            Waiting::Environment(feeder) => known.is_of(feeder),
            Waiting::Other(_) | Waiting::Ahead(_) => false,
        };
        if !waiting.iter().any(is_known) {
            waiting.push(waits);
        }
    });
}

/// An environment waits no longer. Where nobody else does, the fetch is ended:
/// a server that never answers must not hold the next run, too.
pub(crate) fn abandon(feeder: &Feeder) {
    REST.with_borrow_mut(|rest| {
        let stage = rest.stage(Part::Run);
        let Stage::Coming { abort, waiting } = stage else {
            return;
        };
        waiting.retain(|known| !known.is_of(feeder));
        if waiting
            .iter()
            .all(|waits| matches!(waits, Waiting::Ahead(_)))
        {
            abort.abort();
            *stage = Stage::Absent;
            close_ahead();
        }
    });
}

async fn get(part: Part, abort: AbortController, url: String, answer: Promise) {
    let compiled = compiled(answer).await;
    if abort.signal().aborted() {
        return;
    }
    let put = compiled.and_then(|module| put_in_place(&module));
    let stage = match put {
        Ok(()) => Stage::Here,
        Err(_) => Stage::Absent,
    };
    let before = REST.with_borrow_mut(|rest| std::mem::replace(rest.stage(part), stage));
    let Stage::Coming { waiting, .. } = before else {
        return;
    };
    if matches!((&put, part), (Err(_), Part::Run)) {
        close_ahead();
    }
    let missing = put.err().map(|problem| LoadFailure { url, problem });
    // Who waits comes before what nobody waits for.
    let is_ahead = |waits: &Waiting| matches!(waits, Waiting::Ahead(_));
    let (ahead, awaited): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_ahead);
    for waits in awaited.into_iter().chain(ahead) {
        waits.go_on(missing.as_ref());
    }
}

async fn compiled(answer: Promise) -> Result<JsValue, LoadProblem> {
    let unreachable = |_| LoadProblem::Unreachable;
    let answer = JsFuture::from(answer).await;
    let response: Response = answer.map_err(unreachable)?.unchecked_into();
    if !response.ok() {
        return Err(LoadProblem::Status(response.status()));
    }
    let bytes = response.array_buffer().map_err(unreachable)?;
    let bytes = JsFuture::from(bytes).await.map_err(unreachable)?;
    let module = JsFuture::from(WebAssembly::compile(&bytes)).await;
    module.map_err(|error| LoadProblem::Broken(words(&error)))
}

fn put_in_place(module: &JsValue) -> Result<(), LoadProblem> {
    let imports = REST.with_borrow(|rest| rest.imports.clone());
    let imports = imports.and_then(|imports| imports.call0(&JsValue::UNDEFINED).ok());
    let imports: Object = imports.unwrap_or_default().unchecked_into();
    WebAssembly::Instance::new(module.unchecked_ref(), &imports)
        .map(drop)
        .map_err(|_| LoadProblem::Broken("it is of another version".into()))
}
