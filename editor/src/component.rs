//! One editor, whole: the Leptos frame (run bar, status, progress) around the
//! text surface and the output, and the `Controller` that joins them to an
//! environment of the runtime. The element and the playground both use it.
//! Attributes and the element's life are in `element.rs`.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};

use leptos::prelude::*;
use runtime_bridge::protocol::traceback::{Frame as TraceFrame, Mark, Place};
use runtime_bridge::protocol::{
    Chunk, Display, Failure, Interpreter, Notice, Report, RunId, RunState, Traceback,
};
use runtime_bridge::{Environment, Member, Start};
use web_sys::{Element, HtmlElement, ShadowRoot};

use crate::dom;
use crate::events;
use crate::options::Options;
use crate::output::{FrameLink, Output, frame_link};
use crate::status;
use crate::surface::{Hooks, Surface};

/// What the frame shows.
#[derive(Clone, Copy)]
struct Shown {
    state: RwSignal<RunState>,
    label: RwSignal<String>,
    status: RwSignal<String>,
    /// Thousandths of the interpreter's bytes that are here.
    loaded: RwSignal<u32>,
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
    shown: Shown,
    text: RefCell<String>,
    surface: OnceCell<Rc<Surface>>,
    output: OnceCell<Output>,
    seat: Seat,
    /// Python that runs right before each run.
    before: Option<String>,
    run: Cell<Option<RunId>>,
}

impl Controller {
    /// An editor for `host`, whose shadow root it will be mounted in.
    pub fn new(
        host: &HtmlElement,
        root: &ShadowRoot,
        options: &Options,
        text: &str,
        seat: Seat,
    ) -> Rc<Controller> {
        let shown = Shown {
            state: RwSignal::new(RunState::Idle),
            label: RwSignal::new(options.label.clone()),
            status: RwSignal::new(String::new()),
            loaded: RwSignal::new(0),
        };
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
            seat,
            before: options.before.clone(),
            run: Cell::new(None),
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
    /// nothing happens while a run of its own is under way.
    pub fn run(&self, start: Start) {
        let Some(surface) = self.surface.get() else {
            return;
        };
        let (code, revision) = (surface.text(), surface.revision());
        self.seat
            .member
            .run(&code, revision, start, self.before.as_deref());
    }

    /// Ends the run under way.
    pub fn stop(&self) {
        self.seat.member.stop();
    }

    /// What a click on the button does.
    fn toggle(&self) {
        if self.state().is_busy() {
            self.stop()
        } else {
            self.run(Start::ByReader)
        }
    }

    /// Says in the editor what its author should mend.
    pub fn complain(&self, reason: &str, advice: &str) {
        if let Some(output) = self.output.get() {
            output.complain(reason, advice);
        }
    }

    fn hear(&self, notice: Notice) {
        match notice {
            Notice::State(state) => self.show_state(state),
            Notice::Accepted { run, .. } => self.begin(run),
            Notice::Busy { .. } => {}
            Notice::Waiting { ahead } => {
                let environment = self.seat.member.environment();
                self.shown.status.set(status::waiting(ahead, environment));
            }
            Notice::Lost { loss, environment } => {
                self.shown.status.set(loss.text(environment.as_deref()));
            }
            Notice::Refused(refusal) => self.complain(&refusal.reason, refusal.advice),
            Notice::Progress(progress) => {
                self.shown
                    .status
                    .set(status::progress(self.interpreter, &progress));
                self.shown.loaded.set(status::thousandths(&progress));
                events::progress(&self.host, self.interpreter, &progress);
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
            Notice::Display(display) => self.show_plain(&display),
            Notice::Remark(text) => self.shown.status.set(text),
            Notice::Background { .. } => {}
            Notice::Done(report) => self.end(&report),
        }
    }

    /// The plainest form of what a program displays, as a line of its output.
    fn show_plain(&self, display: &Display) {
        let plain = display.bundle.iter().find(|(kind, _)| kind == "text/plain");
        if let (Some((_, text)), Some(output)) = (plain, self.output.get()) {
            output.write(vec![Chunk::out([text, "\n"].concat())]);
        }
    }

    fn show_state(&self, state: RunState) {
        self.shown.state.set(state);
        dom::set(&self.host, "state", state.name());
        if state == RunState::Loading {
            self.shown.loaded.set(0);
            self.shown.status.set(status::loading(self.interpreter));
        }
    }

    fn begin(&self, run: RunId) {
        self.run.set(Some(run));
        if let Some(output) = self.output.get() {
            output.clear();
        }
        if let Some(surface) = self.surface.get() {
            surface.clear_error();
            surface.follow_lines();
        }
    }

    fn end(&self, report: &Report) {
        if let Some(output) = self.output.get() {
            output.flush();
            if let Some(failure) = &report.failure {
                output.fail(failure, &self.frame_link());
            }
        }
        if let Some(Failure::Python(traceback)) = &report.failure {
            self.mark(traceback);
        }
        self.shown.status.set(report.text());
        events::done(&self.host, self.interpreter, report);
    }

    /// Marks the line of the error, where it is of the run whose lines are known.
    fn mark(&self, traceback: &Traceback) {
        let (Some(mark), Some(surface)) = (traceback.marked_line(), self.surface.get()) else {
            return;
        };
        if Some(mark.run) != self.run.get() {
            return;
        }
        let Some(line) = surface.line_now(mark.line.saturating_sub(1) as usize) else {
            return;
        };
        surface.mark_error(line, columns(surface, line, &mark), &traceback.error.text);
    }

    /// A frame of the latest run leads to its line.
    fn frame_link(&self) -> FrameLink {
        let me = self.me.clone();
        frame_link(move |frame: &TraceFrame| {
            let Some(controller) = me.upgrade() else {
                return;
            };
            let Place::Program { run } = frame.place else {
                return;
            };
            let (Some(surface), true) =
                (controller.surface.get(), Some(run) == controller.run.get())
            else {
                return;
            };
            if let Some(line) = surface.line_now(frame.line.saturating_sub(1) as usize) {
                surface.go_to_line(line);
            }
        })
    }

    fn attach_code(&self, scroller: &HtmlElement) {
        let me = self.me.clone();
        let run = move || {
            if let Some(controller) = me.upgrade() {
                controller.run(Start::ByReader);
            }
        };
        let name = code_name(&self.shown.label.get_untracked());
        let hooks = Hooks { run: Box::new(run) };
        let surface = Surface::new(&self.root, scroller, &self.text.borrow(), &name, hooks);
        let _ = self.surface.set(surface);
        self.text.borrow_mut().clear();
    }

    fn attach_output(&self, panel: &HtmlElement) {
        let _ = self.output.set(Output::new(panel));
        if let Some(refusal) = self.seat.member.refusal() {
            self.complain(&refusal.reason, refusal.advice);
        }
    }
}

/// The columns at fault as UTF-16 units of the line: an excerpt has no indentation.
fn columns(surface: &Surface, line: usize, mark: &Mark) -> Option<std::ops::Range<usize>> {
    let columns = mark.columns.as_ref()?;
    let text = surface.line(line);
    let indent = text.chars().take_while(|char| char.is_whitespace()).count();
    let units = |chars: usize| text.chars().take(indent + chars).map(char::len_utf16).sum();
    Some(units(columns.from as usize)..units(columns.to as usize))
}

/// The name of the text for a screen reader.
fn code_name(label: &str) -> String {
    [label, " code"].concat()
}

/// The frame of one editor.
#[component]
pub fn Editor(
    /// The editor's parts; it must outlive the view.
    controller: Rc<Controller>,
) -> impl IntoView {
    let Shown {
        state,
        label,
        status,
        loaded,
    } = controller.shown;
    let busy = move || state.get().is_busy();
    let code = attach(&controller, Controller::attach_code);
    let output = attach(&controller, Controller::attach_output);
    let toggle = move |_| controller.toggle();
    view! {
        <div
            class="editor"
            part="editor"
            data-state=move || state.get().name()
            data-busy=move || busy().then_some("")
            style=("--_progress", move || ["calc(", &loaded.get().to_string(), "/1000)"].concat())
        >
            <div class="bar" part="bar">
                <span class="name">{label}</span>
                <span class="status" role="status">{status}</span>
                <button
                    class="run"
                    part="run-button"
                    type="button"
                    title=move || if busy() { "Stop the program" } else { "Run the program (Ctrl+Enter)" }
                    aria-keyshortcuts="Control+Enter Meta+Enter Shift+Enter"
                    on:click=toggle
                >
                    {move || if busy() { "Stop" } else { "Run" }}
                </button>
            </div>
            <div class="progress" aria-hidden="true"></div>
            <div class="code" part="code" use:code=()></div>
            <div class="output" part="output-panel" hidden use:output=()></div>
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
