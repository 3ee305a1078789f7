//! PyScript's `<script type="py" worker>` and `<script type="mpy" worker>`: a
//! program that runs by itself in a worker of its own. What it writes goes to
//! the console; what it displays, and every failure, to an element right after
//! the script. Its worker stays until the page ends it with `xworker.terminate()`.
//!
//! Not here: finding the scripts (`upgrade.rs`).

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use js_sys::Reflect;
use runtime_bridge::protocol::notice::NOBODY_ANSWERS;
use runtime_bridge::protocol::{
    Answer, Chunk, Failure, Interpreter, LoadFailure, Notice, Outcome, Report, RunId, Stream,
};
use runtime_bridge::{Environment, Extras, Idle, Member, Options, Start, page, rest, with_export};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement};

use crate::dom::{append, document, element, set};
use crate::element::shadow_root;
use crate::events;
use crate::late;
use crate::options::{self, Allowance};
use crate::output::{self, Asked, Output, frame_link};
use crate::source;
use crate::upgrade::find;

const WORKER_ADVICE: &str = "Write worker without a value, and the address of the file in src.";

/// The page's worker. While it is null, the script is taken and its worker is to come.
const WORKER: &str = "xworker";

struct Program {
    script: Element,
    interpreter: Interpreter,
    member: RefCell<Option<Rc<Member>>>,
    output: OnceCell<Output>,
    is_over: Cell<bool>,
}

/// Runs a script, once.
pub fn start(script: &Element, interpreter: Interpreter) {
    if Reflect::has(script, &WORKER.into()).unwrap_or(true) {
        return;
    }
    put(script, WORKER, &JsValue::NULL);
    page::expect();
    let script = script.clone();
    rest::when_here(move |missing| match missing {
        None => late::run_program(script, interpreter),
        Some(missing) => tell_missing(&script, interpreter, missing),
    });
}

/// What runs programs could not be had.
fn tell_missing(script: &Element, interpreter: Interpreter, missing: &LoadFailure) {
    web_sys::console::error_1(&missing.text().into());
    let host = host(script, interpreter);
    let frame = element("div", "editor");
    append(&frame, &output::trouble(&missing.text(), ""));
    append(&shadow_root(&host), &frame);
    let failure = Failure::Load(missing.clone());
    let report = Report::of_unreached(0, Some(failure));
    events::ended(script, interpreter, &report);
    page::withdrawn();
}

/// Runs it, now that everything is here.
pub fn run(script: Element, interpreter: Interpreter) {
    let program = Rc::new(Program {
        script,
        interpreter,
        member: RefCell::default(),
        output: OnceCell::new(),
        is_over: Cell::new(false),
    });
    spawn_local(program.run());
}

impl Program {
    async fn run(self: Rc<Self>) {
        match self.code().await {
            Ok(code) => self.run_code(&code),
            Err(reason) => {
                self.end(&Report {
                    run: RunId(0),
                    revision: 0,
                    outcome: Outcome::Error,
                    duration_ms: 0.0,
                    failure: Some(Failure::Configuration(reason)),
                    stopped_at: None,
                    variables: runtime_bridge::protocol::notice::Variables::Lost,
                });
                page::withdrawn();
            }
        }
    }

    async fn code(&self) -> Result<String, String> {
        if let Some(value) = self.written("worker") {
            let reason = ["(PY0409) Invalid worker attribute: ", &value, ". "];
            return Err([&reason.concat(), WORKER_ADVICE].concat());
        }
        match self.written("src") {
            None => Ok(source::text_of(&self.script)),
            Some(src) => source::fetch(&src)
                .await
                .map_err(|reason| [&reason, " ", source::ADVICE].concat()),
        }
    }

    fn run_code(self: Rc<Self>, code: &str) {
        let options = Options {
            config: self.written("config").or_else(|| self.config_of_page()),
            service_worker: self.written("service-worker"),
            idle: Idle::Stays,
            ..Options::of(self.interpreter)
        };
        // They hold each other on purpose: the worker stays until it is ended.
        let program = self.clone();
        let member = Environment::join(&options, move |notice| program.hear(notice));
        let member = Rc::new(member);
        self.member.replace(Some(member.clone()));
        member.run(&with_export(code), 0, Start::ByItself, Extras::default());
    }

    /// The page's `<py-config>` or `<mpy-config>`, for scripts without a configuration of their own.
    fn config_of_page(&self) -> Option<String> {
        let tag = document()
            .query_selector(&[self.interpreter.prefix(), "-config"].concat())
            .ok()??;
        // It is no text for readers.
        set(&tag, "hidden", "");
        options::written(tag.get_attribute("src").or_else(|| tag.text_content()))
    }

    fn written(&self, name: &str) -> Option<String> {
        options::written(self.script.get_attribute(name))
    }

    fn hear(self: &Rc<Self>, notice: Notice) {
        match notice {
            Notice::Ready { run } => {
                self.show_worker();
                events::ready(&self.script, self.interpreter, run);
            }
            Notice::Progress(progress) => {
                events::progress(&self.script, self.interpreter, &progress);
            }
            Notice::Output(chunks) => self.write(chunks),
            Notice::Display(display) => self.output().display(display, Allowance::of(&self.script)),
            Notice::Remark(text) => self.output().remark(&text),
            Notice::Input { .. } => self.decline(),
            Notice::Done(report) => self.end(&report),
            _ => {}
        }
    }

    /// To the console. Errors after the end of the file were caught by nobody:
    /// they are failures, and shown.
    fn write(&self, chunks: Vec<Chunk>) {
        for chunk in &chunks {
            let text = chunk.text.strip_suffix('\n').unwrap_or(&chunk.text).into();
            match chunk.stream {
                Stream::Out | Stream::In => web_sys::console::log_1(&text),
                Stream::Err => web_sys::console::error_1(&text),
            }
        }
        let late = |chunk: &Chunk| self.is_over.get() && chunk.stream == Stream::Err;
        let late: Vec<_> = chunks.into_iter().filter(late).collect();
        if !late.is_empty() {
            self.output().write(late);
        }
    }

    /// Nobody sits at a console of this page.
    fn decline(&self) {
        self.output().remark(NOBODY_ANSWERS);
        let member = self.member.borrow().clone();
        if let Some(member) = member {
            member.answer(Answer::End);
        }
    }

    fn end(&self, report: &Report) {
        self.is_over.set(true);
        if let Some(failure) = &report.failure {
            web_sys::console::error_1(&failure.whole_text().into());
            let asked = Asked {
                interpreter: self.interpreter,
                line: String::new(),
                program: String::new(),
                run: report.run,
            };
            self.output()
                .fail(failure, &frame_link(|_, _, _| None), asked, None);
        }
        events::ended(&self.script, self.interpreter, report);
    }

    fn show_worker(self: &Rc<Self>) {
        let member = self.member.borrow().clone();
        let Some(worker) = member.and_then(|member| member.worker()) else {
            return;
        };
        let terminate = Reflect::get(&worker, &TERMINATE.into()).unwrap_or_default();
        let (program, ended) = (self.clone(), worker.clone());
        let leave = Closure::once_into_js(move || {
            // The runtime ends the worker by this very function.
            put(&ended, TERMINATE, &terminate);
            // Nothing is borrowed when the member goes: it tells of its end.
            let member = program.member.take();
            drop(member);
        });
        put(&worker, TERMINATE, &leave);
        put(&self.script, WORKER, &worker);
    }

    fn output(&self) -> &Output {
        self.output.get_or_init(|| {
            let host = host(&self.script, self.interpreter);
            let panel = element("div", "output");
            set(&panel, "part", "output-panel");
            let frame = element("div", "editor");
            append(&frame, &panel);
            append(&shadow_root(&host), &frame);
            Output::new(&panel)
        })
    }
}

/// The element that stands for a script: where its `target` says, else right
/// after it; a script that is not in the body has no such place.
fn host(script: &Element, interpreter: Interpreter) -> HtmlElement {
    let host = element(&["script-", interpreter.prefix()].concat(), "");
    let body = || document().body();
    let is_in = |body: &HtmlElement| body.contains(Some(script));
    let target = options::written(script.get_attribute("target"));
    let target = target.and_then(|name| find(&name));
    let _ = match (target, body()) {
        (Some(target), _) => target.append_with_node_1(&host),
        (None, Some(body)) if !is_in(&body) => body.append_with_node_1(&host),
        _ => script.insert_adjacent_element("afterend", &host).map(drop),
    };
    host
}

const TERMINATE: &str = "terminate";

fn put(object: &JsValue, name: &str, value: &JsValue) {
    // Elements and workers take properties.
    let _ = Reflect::set(object, &name.into(), value);
}
