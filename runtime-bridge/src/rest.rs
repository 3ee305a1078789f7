//! The module that comes with the first run: the build cuts ours in two, and
//! what only running needs is in `run.wasm` (`late.rs` has the doors). It is
//! fetched when the editors stand and the browser has nothing else to do, at
//! the latest when somebody runs.
//!
//! A fetch that failed is forgotten, so that the next run asks again. It is put
//! in place once: what it finds in memory stays.
//!
//! Not here: what is in it, and where the cut is.

use std::cell::RefCell;

use js_sys::{Function, Object, WebAssembly};
use runtime_protocol::{LoadFailure, LoadProblem};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, AbortSignal, RequestInit, Response};

use crate::client::Feeder;
use crate::runtime;
use crate::worker::words;

/// As `cargo xtask dist` names it.
const FILE: &str = "run.wasm";

/// Milliseconds until it is fetched where a browser does not tell when it is idle.
const IDLE_MS: i32 = 200;

thread_local! {
    static REST: RefCell<Rest> = RefCell::default();
}

#[derive(Default)]
struct Rest {
    /// Gives what the module imports: the exports of the first one, and the binding.
    imports: Option<Function>,
    stage: Stage,
    /// Whether it is to be fetched when the browser has nothing else to do.
    ahead: bool,
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

/// Who waits for it.
pub(crate) enum Waiting {
    /// An environment in which somebody wants to run.
    Environment(Feeder),
    /// Something else of the page; it hears why it cannot be had.
    Other(Box<dyn FnOnce(Option<&LoadFailure>)>),
}

impl Waiting {
    fn is_of(&self, feeder: &Feeder) -> bool {
        matches!(self, Self::Environment(known) if known.is_same(feeder))
    }

    fn go_on(self, missing: Option<&LoadFailure>) {
        match self {
            Self::Environment(feeder) => feeder.go_on(missing),
            Self::Other(then) => then(missing),
        }
    }
}

/// `imports` gives what the module is instantiated with.
pub(crate) fn provide(imports: Function) {
    REST.with_borrow_mut(|rest| rest.imports = Some(imports));
}

/// Whether what is behind the doors may be called.
pub fn is_here() -> bool {
    REST.with_borrow(|rest| matches!(rest.stage, Stage::Here))
}

/// Fetches it as soon as the browser has nothing else to do. Later calls do nothing.
pub fn fetch_when_idle() {
    if REST.with_borrow_mut(|rest| std::mem::replace(&mut rest.ahead, true)) {
        return;
    }
    let Some(window) = web_sys::window() else {
        return;
    };
    let fetch = Closure::once_into_js(fetch);
    // Not every browser tells when that is.
    if window.request_idle_callback(fetch.unchecked_ref()).is_err() {
        let _ = window
            .set_timeout_with_callback_and_timeout_and_arguments_0(fetch.unchecked_ref(), IDLE_MS);
    }
}

/// Fetches it ahead of the first run. A failure is not told: the run asks again.
pub fn fetch() {
    let abort = REST.with_borrow_mut(|rest| {
        let (Stage::Absent, Ok(abort)) = (&rest.stage, AbortController::new()) else {
            return None;
        };
        rest.stage = Stage::Coming {
            abort: abort.clone(),
            waiting: Vec::new(),
        };
        Some(abort)
    });
    if let Some(abort) = abort {
        spawn_local(get(abort));
    }
}

/// Calls `then` once it is here, or says why it cannot be had.
pub fn when_here(then: impl FnOnce(Option<&LoadFailure>) + 'static) {
    if is_here() {
        then(None);
    } else {
        wait(Waiting::Other(Box::new(then)));
    }
}

/// Somebody waits for it, and hears when it is here or cannot be had.
pub(crate) fn wait(waits: Waiting) {
    fetch();
    REST.with_borrow_mut(|rest| {
        let Stage::Coming { waiting, .. } = &mut rest.stage else {
            return;
        };
        let is_known = |known: &Waiting| match &waits {
            Waiting::Environment(feeder) => known.is_of(feeder),
            Waiting::Other(_) => false,
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
        let Stage::Coming { abort, waiting } = &mut rest.stage else {
            return;
        };
        let before = waiting.len();
        waiting.retain(|known| !known.is_of(feeder));
        if waiting.is_empty() && before > 0 {
            abort.abort();
            rest.stage = Stage::Absent;
        }
    });
}

async fn get(abort: AbortController) {
    let url = runtime::url(FILE);
    let signal = abort.signal();
    let compiled = compiled(&url, &signal).await;
    if signal.aborted() {
        return;
    }
    let put = compiled.and_then(|module| put_in_place(&module));
    let stage = match put {
        Ok(()) => Stage::Here,
        Err(_) => Stage::Absent,
    };
    let before = REST.with_borrow_mut(|rest| std::mem::replace(&mut rest.stage, stage));
    let Stage::Coming { waiting, .. } = before else {
        return;
    };
    let missing = put.err().map(|problem| LoadFailure { url, problem });
    for waits in waiting {
        waits.go_on(missing.as_ref());
    }
}

async fn compiled(url: &str, signal: &AbortSignal) -> Result<JsValue, LoadProblem> {
    let unreachable = |_| LoadProblem::Unreachable;
    let window = web_sys::window().ok_or(LoadProblem::Unreachable)?;
    let options = RequestInit::new();
    options.set_signal(Some(signal));
    let answer = JsFuture::from(window.fetch_with_str_and_init(url, &options)).await;
    let response: Response = answer.map_err(unreachable)?.unchecked_into();
    if !response.ok() {
        return Err(LoadProblem::Status(response.status()));
    }
    let bytes = response.array_buffer().map_err(unreachable)?;
    let bytes = JsFuture::from(bytes).await.map_err(unreachable)?;
    let module = JsFuture::from(WebAssembly::compile(&bytes)).await;
    module
        .map(JsValue::from)
        .map_err(|error| LoadProblem::Broken(words(&error)))
}

fn put_in_place(module: &JsValue) -> Result<(), LoadProblem> {
    let imports = REST.with_borrow(|rest| rest.imports.clone());
    let imports = imports.and_then(|imports| imports.call0(&JsValue::UNDEFINED).ok());
    let imports: Object = imports.unwrap_or_default().unchecked_into();
    WebAssembly::Instance::new(module.unchecked_ref(), &imports)
        .map(drop)
        .map_err(|_| LoadProblem::Broken("it is of another version".into()))
}
