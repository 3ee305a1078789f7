//! The events that a page hears, on the element, bubbling and composed: the
//! contract of ARCHITECTURE.md. `py:all-done` is the runtime's, for it is about
//! the whole page.

use js_sys::{Object, Reflect};
use runtime_bridge::protocol::notice::Progress;
use runtime_bridge::protocol::{Interpreter, Report, RunId};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit, Event, EventInit, EventTarget};

use crate::output::Question;

/// Right before the code runs, in an interpreter that is up.
pub fn ready(host: &EventTarget, interpreter: Interpreter, run: RunId) {
    let detail = detail(&[("run", run.0.into())]);
    dispatch(host, interpreter, "ready", &detail, Cancelable::No);
}

/// The editor is there. PyScript's event, on the script where there is one.
pub fn built(host: &EventTarget, interpreter: Interpreter) {
    let name = [interpreter.prefix(), "-editor"].concat();
    old(host, &name, Cancelable::No);
}

/// When a run of an editor has ended, however it did. Gives the event's detail.
pub fn done(host: &EventTarget, interpreter: Interpreter, report: &Report) -> Object {
    let detail = ended(host, interpreter, report);
    // PyScript's, and its name for both interpreters; then the one to expect.
    old(host, "py-editor:done", Cancelable::Yes);
    if interpreter == Interpreter::MicroPython {
        old(host, "mpy-editor:done", Cancelable::Yes);
    }
    detail
}

/// When a run has ended, in whatever element. Gives the event's detail.
pub fn ended(host: &EventTarget, interpreter: Interpreter, report: &Report) -> Object {
    let error = report
        .failure
        .as_ref()
        .map_or(JsValue::NULL, |failure| failure.text().into());
    let detail = detail(&[
        ("run", report.run.0.into()),
        ("outcome", report.outcome.name().into()),
        ("error", error),
        ("durationMs", report.duration_ms.into()),
    ]);
    dispatch(host, interpreter, "done", &detail, Cancelable::No);
    detail
}

/// What the page says to an event that it may cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// Things take their course.
    Kept,
    /// The page sees to it itself.
    Prevented,
}

/// When a program reads.
pub fn input(
    host: &EventTarget,
    interpreter: Interpreter,
    run: RunId,
    question: &Question,
) -> Course {
    let detail = detail(&[
        ("run", run.0.into()),
        ("prompt", question.prompt.into()),
        ("hidden", question.hidden.into()),
    ]);
    dispatch(host, interpreter, "input", &detail, Cancelable::Yes)
}

#[derive(PartialEq)]
enum Cancelable {
    Yes,
    No,
}

/// An event of PyScript's: plain, bubbling, on the script that the editor stands for.
fn old(host: &EventTarget, name: &str, cancelable: Cancelable) {
    let init = EventInit::new();
    init.set_bubbles(true);
    init.set_cancelable(cancelable == Cancelable::Yes);
    let script = Reflect::get(host, &"script".into()).ok();
    let script = script.and_then(|script| script.dyn_into::<EventTarget>().ok());
    if let Ok(event) = Event::new_with_event_init_dict(name, &init) {
        let _ = script.as_ref().unwrap_or(host).dispatch_event(&event);
    }
}

/// While an interpreter loads.
pub fn progress(host: &EventTarget, interpreter: Interpreter, progress: &Progress) {
    let detail = detail(&[
        ("phase", progress.phase.name().into()),
        ("file", progress.file.as_str().into()),
        ("loadedBytes", (progress.loaded_bytes as f64).into()),
        ("totalBytes", (progress.total_bytes as f64).into()),
    ]);
    dispatch(host, interpreter, "progress", &detail, Cancelable::No);
}

/// Code always runs in a worker here; PyScript's listeners ask for it.
fn detail(members: &[(&str, JsValue)]) -> Object {
    let detail = Object::new();
    let _ = Reflect::set(&detail, &"worker".into(), &JsValue::TRUE);
    for (name, value) in members {
        let _ = Reflect::set(&detail, &(*name).into(), value);
    }
    detail
}

fn dispatch(
    host: &EventTarget,
    interpreter: Interpreter,
    name: &str,
    detail: &Object,
    cancelable: Cancelable,
) -> Course {
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_cancelable(cancelable == Cancelable::Yes);
    init.set_detail(detail);
    let name = [interpreter.prefix(), ":", name].concat();
    let event = CustomEvent::new_with_event_init_dict(&name, &init);
    match event.and_then(|event| host.dispatch_event(&event)) {
        Ok(false) => Course::Prevented,
        Ok(true) | Err(_) => Course::Kept,
    }
}
