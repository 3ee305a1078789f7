//! What JavaScript holds of one program in an environment of its own: the Rust
//! side of `PyWorker` and `MPWorker`.
//!
//! It turns notices into calls of one function. Not here: fetching the program,
//! promises and `onerror` (`editor/js/workers.js`, fetched with the first use).

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Function;
use runtime_protocol::notice::NOBODY_ANSWERS;
use runtime_protocol::output::Stream;
use runtime_protocol::{Answer, Failure, Interpreter, Notice, Report};
use wasm_bindgen::prelude::*;

use crate::client::{Environment, Extras, Idle, Member, Options, Start};
use crate::export::with_export;
use crate::{late, rest};

/// A program and its worker. Both end with [`Program::leave`].
#[wasm_bindgen]
pub struct Program {
    member: Place,
}

type Place = Rc<RefCell<Option<Rc<Member>>>>;

#[wasm_bindgen]
impl Program {
    /// Takes an environment. `hear` is called with a word and a text for
    /// everything that happens: `out` and `err` (what was written), `note`,
    /// and once `ok`, `raised` (the whole traceback), `failed` or `stopped`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        is_micropython: bool,
        config: Option<String>,
        service_worker: Option<String>,
        hear: Function,
    ) -> Program {
        let interpreter = if is_micropython {
            Interpreter::MicroPython
        } else {
            Interpreter::Pyodide
        };
        let options = Options {
            config,
            service_worker,
            idle: Idle::Stays,
            ..Options::of(interpreter)
        };
        let place = Place::default();
        let reader = Rc::downgrade(&place);
        let member = Environment::join(&options, move |notice| {
            if let Notice::Input { .. } = notice
                && let Some(member) = reader.upgrade().and_then(|place| place.borrow().clone())
            {
                member.answer(Answer::End);
            }
            if rest::is_here() {
                late::tell(&hear, notice);
            } else if let Notice::Done(report) = notice {
                tell_end(&hear, &report);
            }
        });
        place.replace(Some(Rc::new(member)));
        Program { member: place }
    }

    /// Runs the program.
    pub fn run(&self, code: &str) {
        if let Some(member) = self.member() {
            member.run(&with_export(code), 0, Start::ByReader, Extras::default());
        }
    }

    /// The browser's worker, once there is one.
    #[wasm_bindgen(getter)]
    pub fn worker(&self) -> JsValue {
        self.member()
            .and_then(|member| member.worker())
            .map_or(JsValue::UNDEFINED, JsValue::from)
    }

    /// Ends the worker. Later calls do nothing.
    pub fn leave(&self) {
        // Nothing is borrowed when the member goes: its listener may call back.
        let member = self.member.take();
        drop(member);
    }
}

impl Program {
    fn member(&self) -> Option<Rc<Member>> {
        self.member.borrow().clone()
    }
}

/// Before what runs programs is here a run can only fail to reach it, or be stopped.
fn tell_end(hear: &Function, report: &Report) {
    match &report.failure {
        Some(Failure::Load(load)) => say(hear, "failed", &load.text()),
        _ => say(hear, report.outcome.name(), ""),
    }
}

fn say(hear: &Function, word: &str, text: &str) {
    // What a listener throws is its own affair.
    let _ = hear.call2(&JsValue::UNDEFINED, &word.into(), &text.into());
}

/// Passes a notice on to JavaScript.
pub(crate) fn tell(hear: &Function, notice: Notice) {
    let say = |word: &str, text: &str| say(hear, word, text);
    match notice {
        Notice::Output(chunks) => {
            for chunk in chunks {
                let word = match chunk.stream {
                    Stream::Out | Stream::In => "out",
                    Stream::Err => "err",
                };
                say(word, &chunk.text);
            }
        }
        // There is no place of its own on the page.
        Notice::Display(display) if display.bundle.is_empty() => {}
        Notice::Display(display) => say("out", &[display.text(), "\n"].concat()),
        Notice::Remark(text) => say("note", &text),
        Notice::Input { .. } => say("note", NOBODY_ANSWERS),
        Notice::Done(report) => {
            let (word, text) = end(&report);
            say(word, text.as_deref().unwrap_or_default());
        }
        _ => {}
    }
}

fn end(report: &Report) -> (&'static str, Option<String>) {
    match &report.failure {
        None => (report.outcome.name(), None),
        Some(failure @ Failure::Python(_)) => ("raised", Some(failure.whole_text())),
        Some(failure) => ("failed", Some(failure.whole_text())),
    }
}
