//! The events that a page hears, on the element, bubbling and composed: the
//! contract of ARCHITECTURE.md. `py:all-done` is the runtime's, for it is about
//! the whole page.

use js_sys::{Object, Reflect};
use runtime_bridge::protocol::notice::Progress;
use runtime_bridge::protocol::{Interpreter, Report, RunId};
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, EventTarget};

/// Right before the code runs, in an interpreter that is up.
pub fn ready(host: &EventTarget, interpreter: Interpreter, run: RunId) {
    let detail = detail(&[("run", run.0.into())]);
    dispatch(host, interpreter, "ready", &detail);
}

/// When a run has ended, however it did.
pub fn done(host: &EventTarget, interpreter: Interpreter, report: &Report) {
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
    dispatch(host, interpreter, "done", &detail);
}

/// While an interpreter loads.
pub fn progress(host: &EventTarget, interpreter: Interpreter, progress: &Progress) {
    let detail = detail(&[
        ("file", progress.file.as_str().into()),
        ("loadedBytes", (progress.loaded_bytes as f64).into()),
        ("totalBytes", (progress.total_bytes as f64).into()),
    ]);
    dispatch(host, interpreter, "progress", &detail);
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

fn dispatch(host: &EventTarget, interpreter: Interpreter, name: &str, detail: &Object) {
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(detail);
    let name = [interpreter.prefix(), ":", name].concat();
    if let Ok(event) = CustomEvent::new_with_event_init_dict(&name, &init) {
        let _ = host.dispatch_event(&event);
    }
}
