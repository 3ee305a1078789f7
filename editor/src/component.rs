//! One editor, whole: the Leptos frame (run bar, status, progress) around the
//! text surface and the output, and the `Controller` that joins them to an
//! environment of the runtime. The element and the playground both use it.
//! Attributes and the element's life are in `element.rs`.

mod asking;
mod inspecting;
mod marking;

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};

use editor_core::Kind;
use js_sys::Promise;
use leptos::prelude::*;
use runtime_bridge::protocol::{Failure, Interpreter, Notice, Refusal, Report, RunId, RunState};
use runtime_bridge::{Environment, Extras, Member, Start, rest};
use wasm_bindgen::JsValue;
use web_sys::{Element, HtmlElement, MouseEvent, ShadowRoot};

use crate::dom::{self, Listener, Manner};
use crate::ends::Ends;
use crate::events;
use crate::files::{self, Files, Requests};
use crate::handler::Handler;
use crate::icons::Icons;
use crate::late;
use crate::options::{self, Allowance, Options};
use crate::output::{Elsewhere, Output, Retry};
use crate::status;
use crate::stdin::Stdin;
use crate::surface::{Hooks, Surface};
use crate::tools;
use asking::Questions;
use inspecting::Inspections;
pub use inspecting::Told;
use marking::Looking;

/// What the frame shows.
struct Shown {
    state: Part<RunState>,
    label: Part<String>,
    status: Part<String>,
    /// Thousandths of the interpreter's bytes that are here.
    loaded: Part<u32>,
    /// Whether the marked line is where a program was stopped, and no error.
    is_stop: Part<bool>,
    changed: ArcTrigger,
}

impl Shown {
    fn new(label: &str) -> Shown {
        let changed = ArcTrigger::new();
        Shown {
            state: Part::new(RunState::Idle, &changed),
            label: Part::new(label.to_owned(), &changed),
            status: Part::new(String::new(), &changed),
            loaded: Part::new(0, &changed),
            is_stop: Part::new(false, &changed),
            changed,
        }
    }
}

/// A value of the frame. One signal says that any of them has changed: each
/// kind of value with a signal of its own costs a page 1 KB.
struct Part<T> {
    value: RefCell<T>,
    changed: ArcTrigger,
}

impl<T: Clone> Part<T> {
    fn new(value: T, changed: &ArcTrigger) -> Part<T> {
        Part {
            value: RefCell::new(value),
            changed: changed.clone(),
        }
    }

    fn get(&self) -> T {
        self.value.borrow().clone()
    }

    fn set(&self, value: T) {
        self.value.replace(value);
        self.changed.notify();
    }
}

/// An editor's place in its environment, taken before the editor is built: the
/// order of the tags in the page decides who may configure an environment.
pub struct Seat {
    member: Member,
    /// Who hears the notices, once it is there.
    hears: Rc<RefCell<Weak<Controller>>>,
}

impl Seat {
    /// Takes the place; nothing is loaded yet.
    pub fn take(options: &Options) -> Seat {
        let hears: Rc<RefCell<Weak<Controller>>> = Rc::default();
        let heard = hears.clone();
        let member = Environment::join(&options.environment, move |notice| {
            let controller = heard.borrow().upgrade();
            if let Some(controller) = controller {
                controller.hear(notice);
            }
        });
        Seat { member, hears }
    }
}

/// One editor's parts and what joins them.
pub struct Controller {
    me: Weak<Controller>,
    host: HtmlElement,
    root: ShadowRoot,
    interpreter: Interpreter,
    shown: Rc<Shown>,
    text: RefCell<String>,
    surface: OnceCell<Rc<Surface>>,
    output: OnceCell<Output>,
    files: OnceCell<Files>,
    /// Writes what is shown into the frame as long as it is kept.
    follows: OnceCell<RenderEffect<()>>,
    click: OnceCell<Listener>,
    seat: Seat,
    /// The latest run of the text, whose lines are followed.
    run: Cell<Option<RunId>>,
    ends: Ends,
    questions: Questions,
    looking: Looking,
    inspections: Inspections,
    handler: Rc<Handler>,
    icons: Icons,
    button: OnceCell<HtmlElement>,
    /// The element of the page that takes the output, and says so in `output`.
    elsewhere: Option<Elsewhere>,
}

/// The way out when a file cannot be saved.
const GONE: &str = "What a program wrote goes with its interpreter. Run the program again.";

/// The revision of code that is not the text of the editor.
const OTHER_CODE: u64 = u64::MAX;

impl Controller {
    /// An editor for `host`, whose shadow root it will be mounted in.
    pub fn new(
        host: &HtmlElement,
        root: &ShadowRoot,
        options: &Options,
        text: &str,
        (handler, stdin): (&Rc<Handler>, &Rc<Stdin>),
        seat: Seat,
    ) -> Rc<Controller> {
        let shown = Rc::new(Shown::new(&options.label));
        let hears = seat.hears.clone();
        let controller = Rc::new_cyclic(|me| Controller {
            me: me.clone(),
            host: host.clone(),
            root: root.clone(),
            interpreter: options.interpreter,
            shown,
            text: RefCell::new(text.to_owned()),
            surface: OnceCell::new(),
            output: OnceCell::new(),
            files: OnceCell::new(),
            follows: OnceCell::new(),
            click: OnceCell::new(),
            seat,
            run: Cell::new(None),
            ends: Ends::default(),
            questions: Questions::new(stdin),
            looking: Looking::default(),
            inspections: Inspections::default(),
            handler: handler.clone(),
            icons: Icons::of(options),
            button: OnceCell::new(),
            elsewhere: options.output.as_deref().and_then(Elsewhere::new),
        });
        *hears.borrow_mut() = Rc::downgrade(&controller);
        controller
    }

    /// The text as it is now.
    pub fn text(&self) -> String {
        self.surface
            .get()
            .map_or_else(|| self.text.borrow().clone(), |surface| surface.text())
    }

    /// Replaces the text.
    pub fn set_text(&self, text: &str) {
        match self.surface.get() {
            Some(surface) => surface.set_text(text),
            None => *self.text.borrow_mut() = text.to_owned(),
        }
    }

    /// Changes the visible name.
    pub fn rename(&self, label: &str) {
        self.shown.label.set(label.to_owned());
        if let Some(surface) = self.surface.get() {
            surface.rename(&code_name(label));
        }
    }

    /// Takes over what the element says about editing.
    pub fn follow_host(&self) {
        if let Some(surface) = self.surface.get() {
            surface.follow_host();
        }
    }

    /// Gives the keyboard to the text.
    pub fn focus(&self) {
        if let Some(surface) = self.surface.get() {
            surface.focus();
        }
    }

    /// The environment's state.
    pub fn state(&self) -> RunState {
        self.seat.member.state()
    }

    /// Runs the code as it is now, after those of others in its environment;
    /// while a run of its own is under way, joins that. Kept by the end of the run.
    pub fn run(&self, start: Start) -> Promise {
        let end = self.ends.of_next();
        if let Some(surface) = self.surface.get() {
            let extras = options::extras(&self.host);
            let (code, revision) = (surface.text(), surface.revision());
            self.seat.member.run(&code, revision, start, extras);
        }
        end
    }

    /// Runs other code in the same environment.
    pub fn process(&self, code: &str) -> Promise {
        let end = self.ends.of_next();
        let member = &self.seat.member;
        let timeout_ms = options::extras(&self.host).timeout_ms;
        let extras = Extras {
            timeout_ms,
            ..Extras::default()
        };
        member.run(code, OTHER_CODE, Start::ByReader, extras);
        end
    }

    /// Ends the run under way; kept when it has ended.
    pub fn stop(&self) -> Promise {
        if !self.state().is_busy() {
            return Promise::resolve(&JsValue::UNDEFINED);
        }
        let end = self.ends.of_current();
        self.seat.member.stop();
        end
    }

    /// The worker of the environment, for the page.
    pub fn worker(&self) -> JsValue {
        self.seat.member.worker().into()
    }

    /// What a click on the button does. Not every engine gives a button the
    /// focus for a click; a program that asks looks where it is.
    fn toggle(&self) {
        if let Some(button) = self
            .button
            .get()
            .filter(|_| self.root.active_element().is_none())
        {
            let _ = button.focus();
        }
        if self.state().is_busy() {
            let _ = self.stop();
        } else {
            self.run_by_reader();
        }
    }

    /// A person asks for a run: the page's handler is asked first.
    fn run_by_reader(&self) {
        let me = self.me.clone();
        let run = move || {
            if let Some(controller) = me.upgrade() {
                let _ = controller.run(Start::ByReader);
            }
        };
        self.handler.ask(&self.host, &self.text(), Rc::new(run));
    }

    /// Says in the editor what its author should mend.
    pub fn complain(&self, reason: &str, advice: &str) {
        if let Some(output) = self.output.get() {
            output.complain(reason, advice);
        }
    }

    /// Before what runs programs is here there is little to hear.
    fn hear(&self, notice: Notice) {
        if rest::is_here() {
            return late::hear(self, notice);
        }
        match notice {
            Notice::State(state) => self.show_state(state),
            Notice::Accepted { run, revision } => self.begin(run, revision),
            Notice::Waiting { ahead } => self.show_waiting(ahead),
            Notice::Refused(refusal) => self.refuse(&refusal),
            Notice::Done(report) => {
                if let (Some(Failure::Load(load)), Some(output)) =
                    (&report.failure, self.output.get())
                {
                    output.fail_to_load(load, self.when_asked(Controller::run_by_reader));
                }
                self.tell_end(&report, report.text_of_unreached().to_owned());
            }
            _ => {}
        }
    }

    fn refuse(&self, refusal: &Refusal) {
        self.ends.refused();
        self.complain(&refusal.reason, refusal.advice);
    }

    /// Does what a notice says.
    pub fn take(&self, notice: Notice) {
        match notice {
            Notice::State(state) => self.show_state(state),
            Notice::Accepted { run, revision } => self.begin(run, revision),
            Notice::Busy { run } => self.ends.accepted(run),
            Notice::Waiting { ahead } => self.show_waiting(ahead),
            Notice::Lost { loss, environment } => {
                self.shown.status.set(loss.text(environment.as_deref()));
            }
            Notice::Refused(refusal) => self.refuse(&refusal),
            Notice::Progress(progress) => {
                self.shown
                    .status
                    .set(status::progress(self.interpreter, &progress));
                self.shown.loaded.set(status::thousandths(&progress));
                self.with_output(Output::unstall);
                events::progress(&self.host, self.interpreter, &progress);
            }
            Notice::Stalled(stall) => {
                let retry = self.when_asked(|controller| {
                    controller.with_output(Output::unstall);
                    controller.seat.member.retry();
                });
                self.with_output(|output| output.stall(&stall.text(), retry));
            }
            Notice::Ready { run } => {
                self.shown.status.set("Running…".to_owned());
                events::ready(&self.host, self.interpreter, run);
            }
            Notice::Output(chunks) => {
                if let Some(output) = self.output.get() {
                    output.write(chunks);
                }
            }
            Notice::Display(display) => {
                let allowance = Allowance::of(&self.host);
                self.with_output(|output| output.display(display, allowance));
            }
            Notice::Remark(text) => {
                if let Some(output) = self.output.get() {
                    output.remark(&text);
                }
            }
            Notice::Background { .. } => {}
            Notice::Files(files) => {
                if let Some(panel) = self.files.get() {
                    panel.show(&files);
                }
            }
            Notice::Input { run, hidden } => self.ask(run, hidden),
            Notice::Taken { path, url } => self.taken(&path, url.as_deref()),
            Notice::Inspected { ticket, text } => self.inspected(ticket, text),
            Notice::Checked { revision, problem } => self.checked(revision, problem),
            Notice::Pointed { mark, message } => self.show_place(&mark, &message),
            Notice::Done(report) => self.end(&report),
        }
    }

    fn show_waiting(&self, ahead: usize) {
        let environment = self.seat.member.environment();
        self.shown.status.set(status::waiting(ahead, environment));
    }

    fn show_state(&self, state: RunState) {
        self.shown.state.set(state);
        dom::set(&self.host, "state", state.name());
        if state == RunState::Loading {
            self.shown.loaded.set(0);
            self.shown.status.set(status::loading(self.interpreter));
        }
        if state == RunState::Stopping {
            self.shown.status.set("Stopping…".to_owned());
            self.stop_asking();
        }
    }

    fn begin(&self, run: RunId, revision: u64) {
        self.ends.accepted(run);
        self.stop_asking();
        let is_text = revision != OTHER_CODE;
        self.run.set(is_text.then_some(run));
        if let Some(output) = self.output.get() {
            output.clear();
        }
        if let Some(surface) = self.surface.get() {
            surface.set_marks(Kind::Error, Vec::new());
            surface.set_marks(Kind::Problem, Vec::new());
            if is_text {
                surface.follow_lines();
            }
        }
    }

    fn end(&self, report: &Report) {
        self.stop_asking();
        if let Some(output) = self.output.get() {
            output.unstall();
            output.end();
            if let Some(failure) = &report.failure {
                let retry = self.when_asked(Controller::run_by_reader);
                let is_text = report.revision != OTHER_CODE;
                let asked = self.asked(failure, report.run);
                output.fail(failure, &self.frame_link(), asked, is_text.then_some(retry));
            }
            if let Some(traceback) = &report.stopped_at {
                output.stop(traceback, &self.frame_link());
            }
        }
        self.shown.is_stop.set(report.stopped_at.is_some());
        if let Some(Failure::Python(traceback)) = &report.failure {
            self.mark(traceback, &traceback.last.error.text);
        }
        if let Some(traceback) = &report.stopped_at {
            self.mark(traceback, "Stopped here");
        }
        self.tell_end(report, report.text());
    }

    fn tell_end(&self, report: &Report, text: String) {
        self.shown.status.set(text);
        let detail = events::done(&self.host, self.interpreter, report);
        self.ends.ended(report.run, &detail);
    }

    fn with_output(&self, act: impl FnOnce(&Output)) {
        if let Some(output) = self.output.get() {
            act(output);
        }
    }

    /// What a button of the output does, as long as the editor is there.
    fn when_asked(&self, act: fn(&Controller)) -> Retry {
        let me = self.me.clone();
        Box::new(move || {
            if let Some(controller) = me.upgrade() {
                act(&controller);
            }
        })
    }

    fn attach_code(&self, scroller: &HtmlElement) {
        let me = self.me.clone();
        let run = move || {
            if let Some(controller) = me.upgrade() {
                controller.run_by_reader();
            }
        };
        let name = code_name(&self.shown.label.get());
        let (edits, says) = (self.me.clone(), self.me.clone());
        let edited = move || {
            if let Some(controller) = edits.upgrade() {
                controller.edited();
            }
        };
        let say = move |text: &str| {
            if let Some(controller) = says.upgrade() {
                controller.shown.status.set(text.to_owned());
            }
        };
        let asked = self.me.clone();
        let inspect = move |what, name: &str, told| {
            if let Some(controller) = asked.upgrade() {
                tools::inspect(&controller, what, name, told);
            }
        };
        let hooks = Hooks {
            run: Box::new(run),
            edited: Box::new(edited),
            say: Box::new(say),
            inspect: Box::new(inspect),
        };
        let surface = Surface::new(&self.root, scroller, &self.text.borrow(), &name, hooks);
        let _ = self.surface.set(surface);
        self.text.borrow_mut().clear();
    }

    /// The text is looked at as soon as what looks is here: it comes to whoever types.
    fn edited(&self) {
        if rest::tools_are_here() {
            return tools::look_soon(self);
        }
        let has_focus = self.surface.get().is_some_and(|it| it.has_focus());
        if !has_focus || self.looking.is_awaited() {
            return;
        }
        let me = self.me.clone();
        rest::tools_when_here(move |missing| {
            let Some(controller) = me.upgrade() else {
                return;
            };
            controller.looking.arrived();
            if missing.is_none() {
                tools::look_soon(&controller);
            }
        });
    }

    fn attach_output(&self, panel: &HtmlElement) {
        let elsewhere = self.elsewhere.as_ref().map(|elsewhere| &elsewhere.panel);
        let _ = self.output.set(Output::new(elsewhere.unwrap_or(panel)));
        if let Some(refusal) = self.seat.member.refusal() {
            self.complain(&refusal.reason, refusal.advice);
        }
    }

    fn attach_files(&self, panel: &HtmlElement) {
        let (put, take) = (self.me.clone(), self.me.clone());
        let requests = Requests {
            put: Box::new(move |file| {
                if let Some(controller) = put.upgrade() {
                    controller.seat.member.put(file);
                }
            }),
            take: Box::new(move |path| {
                if let Some(controller) = take.upgrade() {
                    controller.seat.member.take(path);
                }
            }),
        };
        let files = Files::new(panel, &self.host, requests);
        if rest::is_here() {
            late::show_files(&files, &self.seat.member.files());
        }
        let _ = self.files.set(files);
    }

    fn save(&self, path: &str, url: Option<&str>) {
        match url {
            Some(url) => files::save(path, url),
            None => self.complain(&[path, " is not there any more."].concat(), GONE),
        }
    }

    fn attach_button(&self, button: &HtmlElement) {
        self.icons.attach(button);
        let _ = self.button.set(button.clone());
        let me = self.me.clone();
        let click = Listener::new(button, "click", Manner::Passive, move |_: MouseEvent| {
            if let Some(controller) = me.upgrade() {
                controller.toggle();
            }
        });
        let _ = self.click.set(click);
    }

    /// Writes what changes into the frame, now and whenever it does. One effect
    /// for all of it: each kind of value that a view follows by itself costs a
    /// page 300 bytes.
    pub fn follow(&self) {
        let Some(frame) = Parts::within(&self.root) else {
            return;
        };
        let shown = self.shown.clone();
        let effect = RenderEffect::new(move |_: Option<()>| {
            shown.changed.track();
            frame.write(&shown);
        });
        let _ = self.follows.set(effect);
    }
}

/// The parts of the frame that change.
struct Parts {
    frame: Element,
    name: Element,
    status: Element,
    button: Element,
    word: Element,
}

impl Parts {
    fn within(root: &ShadowRoot) -> Option<Parts> {
        let find = |selector: &str| root.query_selector(selector).ok().flatten();
        Some(Parts {
            frame: find(".editor")?,
            name: find(".name")?,
            status: find(".status")?,
            button: find(".run")?,
            word: find(".word")?,
        })
    }

    fn write(&self, shown: &Shown) {
        let state = shown.state.get();
        let word = if state.is_busy() { "Stop" } else { "Run" };
        let title = match state {
            RunState::Stopping => "End the program at once, without its variables",
            state if state.is_busy() => "Stop the program",
            _ => "Run the program (Ctrl+Enter)",
        };
        let progress = [
            "--_progress: calc(",
            &shown.loaded.get().to_string(),
            "/1000)",
        ]
        .concat();
        put(&self.frame, "data-state", state.name());
        put(&self.frame, "style", &progress);
        flag(&self.frame, "data-busy", state.is_busy());
        flag(&self.frame, "data-stop-mark", shown.is_stop.get());
        put(&self.button, "title", title);
        put(&self.button, "aria-label", word);
        say(&self.word, word);
        say(&self.name, &shown.label.get());
        say(&self.status, &shown.status.get());
    }
}

/// Sets an attribute that has another value.
fn put(element: &Element, name: &str, value: &str) {
    if element.get_attribute(name).as_deref() != Some(value) {
        dom::set(element, name, value);
    }
}

/// Sets an attribute without a value, or takes it away.
fn flag(element: &Element, name: &str, is_set: bool) {
    let _ = element.toggle_attribute_with_force(name, is_set);
}

/// Replaces a text that is another one: a screen reader reads out what is written.
fn say(element: &Element, text: &str) {
    if element.text_content().as_deref() != Some(text) {
        element.set_text_content(Some(text));
    }
}

/// The name of the text for a screen reader.
fn code_name(label: &str) -> String {
    [label, " code"].concat()
}

/// The frame of one editor; [`Controller::follow`] fills in what changes.
#[component]
pub fn Editor(
    /// The editor's parts; it must outlive the view.
    controller: Rc<Controller>,
) -> impl IntoView {
    let code = attach(&controller, Controller::attach_code);
    let output = attach(&controller, Controller::attach_output);
    let files = attach(&controller, Controller::attach_files);
    let button = attach(&controller, Controller::attach_button);
    view! {
        <div class="editor" part="editor">
            <div class="bar" part="bar">
                <span class="name"></span>
                <span class="status" role="status"></span>
                <button
                    class="run"
                    part="run-button"
                    type="button"
                    aria-keyshortcuts="Control+Enter Meta+Enter Shift+Enter"
                    use:button=()
                >
                    <span class="word"></span>
                </button>
            </div>
            <div class="progress" aria-hidden="true"></div>
            <div class="code" part="code" use:code=()></div>
            <div class="output" part="output-panel" hidden use:output=()></div>
            <details class="files" part="files" use:files=()></details>
        </div>
    }
}

/// A directive that hands an element of the view to the controller, in the very
/// call that builds it: effects would come a tick too late for the first paint.
fn attach(
    controller: &Rc<Controller>,
    part: fn(&Controller, &HtmlElement),
) -> impl Fn(Element) + Clone + 'static + use<> {
    let controller = controller.clone();
    move |element: Element| part(&controller, wasm_bindgen::JsCast::unchecked_ref(&element))
}
