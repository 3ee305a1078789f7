//! The page's spare interpreters: workers that are booted and belong to nobody.
//!
//! Not here: whether there is to be one (`runtime_protocol::spare`); what an
//! environment does with the one it takes (`client.rs`).

use std::cell::RefCell;

use gloo_timers::callback::Timeout;
use runtime_protocol::message::FatalKind;
use runtime_protocol::session::Event;
use runtime_protocol::spare::{Conditions, Load, Spare};
use runtime_protocol::{Access, FromWorker, Interpreter, ToWorker};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::*;

use crate::client::Options;
use crate::runtime::Waiter;
use crate::worker::{Owner, Said, WorkerHandle};
use crate::{device, page, registry, runtime};

/// Milliseconds to wait where a browser does not say when it is idle.
const LATER_MS: u32 = 200;

thread_local! {
    static PYODIDE: RefCell<Kind> = RefCell::default();
    static MICROPYTHON: RefCell<Kind> = RefCell::default();
}

#[derive(Default)]
struct Kind {
    rule: Spare,
    worker: Option<WorkerHandle>,
    /// Whether somebody waits for the page to be idle.
    is_due: bool,
}

fn with<T>(interpreter: Interpreter, act: impl FnOnce(&mut Kind) -> T) -> T {
    match interpreter {
        Interpreter::Pyodide => PYODIDE.with_borrow_mut(act),
        Interpreter::MicroPython => MICROPYTHON.with_borrow_mut(act),
    }
}

/// An interpreter of this kind was used, or soon will be: one is made when the
/// page is idle, where there may be one.
pub(crate) fn want(interpreter: Interpreter, page: Access) {
    let conditions = Conditions {
        is_off: device::spares_are_off(),
        saves_data: device::saves_data(),
        device_gib: device::gib(),
    };
    if !conditions.allow() {
        return;
    }
    let is_due = with(interpreter, |kind| {
        kind.rule.want(page);
        kind.rule.is_wanted() && !std::mem::replace(&mut kind.is_due, true)
    });
    if is_due {
        when_idle(move || make(interpreter));
    }
}

/// The spare, for an environment with this access to the page.
pub(crate) fn adopt(interpreter: Interpreter, page: Access) -> Option<WorkerHandle> {
    with(interpreter, |kind| {
        kind.rule.adopt(page).then(|| kind.worker.take())?
    })
}

/// Gives them up where memory is wanted for something else.
pub(crate) fn settle(load: Load) {
    for interpreter in [Interpreter::Pyodide, Interpreter::MicroPython] {
        let given_up = with(interpreter, |kind| {
            kind.rule.yields(load).then(|| kind.worker.take())
        });
        drop(given_up);
    }
}

/// What a spare says.
pub(crate) fn hear(interpreter: Interpreter, said: Said) {
    let kind = match said {
        Said::Message(FromWorker::Fatal(fatal)) => Some(fatal.kind),
        Said::Message(_) => return,
        Said::Error(_) | Said::Unopened(_) => None,
    };
    match kind {
        Some(FatalKind::Restore) => {
            runtime::forget_memory(interpreter);
            return end(interpreter, Spare::lost);
        }
        Some(FatalKind::Boot) => runtime::forget(interpreter),
        _ => {}
    }
    end(interpreter, Spare::failed);
}

/// The files that it waited for are here, or will not come.
pub(crate) fn loaded(interpreter: Interpreter, event: &Event) {
    match event {
        Event::Loaded | Event::LoadedWithMemory => with(interpreter, |kind| {
            kind.worker
                .iter()
                .for_each(|worker| worker.warm(interpreter));
        }),
        Event::LoadFailed(_) => end(interpreter, Spare::lost),
        _ => {}
    }
}

fn end(interpreter: Interpreter, how: fn(&mut Spare)) {
    let dead = with(interpreter, |kind| {
        how(&mut kind.rule);
        kind.worker.take()
    });
    drop(dead);
}

fn make(interpreter: Interpreter) {
    let load = registry::load(page::running());
    let access = with(interpreter, |kind| {
        kind.is_due = false;
        kind.rule.make(load)
    });
    let Some(access) = access else { return };
    let source = runtime::source(&Options {
        page: access,
        ..Options::of(interpreter)
    });
    let worker = WorkerHandle::spawn(&source, &source.entry, None, Owner::Page(interpreter));
    let prepare = ToWorker::Prepare {
        interpreter,
        entry: source.entry,
        base: source.base,
        page: source.page,
    };
    worker.post(&prepare, &JsValue::UNDEFINED);
    with(interpreter, |kind| kind.worker = Some(worker));
    runtime::load(interpreter, Waiter::Spare(interpreter));
}

fn when_idle(act: impl FnOnce() + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let act = std::rc::Rc::new(std::cell::Cell::new(Some(act)));
    let once = act.clone();
    let idle = Closure::once_into_js(move || {
        if let Some(act) = once.take() {
            act();
        }
    });
    if window.request_idle_callback(idle.unchecked_ref()).is_err() {
        Timeout::new(LATER_MS, move || {
            if let Some(act) = act.take() {
                act();
            }
        })
        .forget();
    }
}
