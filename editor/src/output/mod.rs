//! What a program said, as a panel under the editor: its text (`stream.rs`),
//! its rich results (`rich.rs`), the field in which it is answered (`field.rs`),
//! how it failed (`failure.rs`, `hint.rs`) and the tools for it (`tools.rs`).
//! Text stays text: nothing here parses markup.

mod archive;
mod elsewhere;
mod failure;
mod field;
mod frames;
mod hint;
mod paint;
mod remark;
mod retry;
mod rich;
mod stream;
mod tools;

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use runtime_bridge::protocol::typing::History;
use runtime_bridge::protocol::{Chunk, Display, Failure, LoadFailure, Stream, Traceback};
use runtime_bridge::rest;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::dom::{append, element, element_with_text, set};
use crate::late;
use crate::options::Allowance;
use crate::style;
pub use elsewhere::Elsewhere;
pub use failure::{FrameLink, Step, frame_link};
use field::Field;
pub use field::{Question, Typed};
pub use hint::Asked;
pub use retry::Retry;
use stream::Log;
use tools::Tools;

/// What a program's text is painted on, and the tools for it; it comes with the first run.
pub trait Paper {
    /// Takes text; the next frame paints it.
    fn write(&self, chunks: &[Chunk]);
    /// Adds a rich result after what was written so far, or in its place.
    fn display(&self, display: Display, allowance: Allowance);
    /// Paints what waits.
    fn flush(&self);
    /// Says how much it was.
    fn end(&self);
    /// Empties it for a new run.
    fn clear(&self);
    /// What was written without a line break.
    fn prompt(&self) -> String;
    /// Shows a field for an answer, in the place of one that is there.
    fn ask(&self, question: &Question, tell: Box<dyn Fn(Typed)>);
    /// Gives the keyboard to the field, where it is in reach.
    fn focus_field(&self, reach: Reach);
    /// Takes the field away.
    fn close(&self);
}

/// The paper of one output.
struct Sheet {
    log: Rc<Log>,
    tools: Tools,
    field: RefCell<Option<Field>>,
    history: Rc<RefCell<History>>,
}

impl Paper for Sheet {
    fn write(&self, chunks: &[Chunk]) {
        self.tools.show();
        self.log.write(chunks);
    }

    fn display(&self, display: Display, allowance: Allowance) {
        if !display.append {
            self.log.clear();
        }
        if display.bundle.is_empty() {
            return;
        }
        self.tools.show();
        match display.short_text() {
            Some(text) => self.log.write_line(text),
            None => {
                let (place, log) = (self.log.insert(&display), self.log.clone());
                rich::show(place, display, allowance, move || log.has_grown());
            }
        }
    }

    fn flush(&self) {
        self.log.flush();
    }

    fn end(&self) {
        self.log.flush();
        self.tools.say(&self.log.summary());
    }

    fn clear(&self) {
        self.log.clear();
        self.tools.hide();
    }

    fn prompt(&self) -> String {
        self.log.open_line()
    }

    fn ask(&self, question: &Question, tell: Box<dyn Fn(Typed)>) {
        self.close();
        self.tools.show();
        self.tools.hold();
        let field = Field::new(self.log.open(), question, &self.history, tell);
        self.field.replace(Some(field));
    }

    fn focus_field(&self, reach: Reach) {
        if let Some(field) = &*self.field.borrow()
            && (reach == Reach::Editor || field.is_near_focus())
        {
            field.focus();
        }
    }

    fn close(&self) {
        if let Some(field) = self.field.take() {
            if field.has_focus() {
                self.log.focus();
            }
            self.log.close();
            self.tools.release();
        }
    }
}

/// A panel that only says what is wrong, and the way out.
pub fn trouble(reason: &str, advice: &str) -> HtmlElement {
    let panel = element("div", "output");
    let failure = element("div", "failure");
    failure::sentence(&failure, reason, advice);
    append(&panel, &failure);
    panel
}

/// Where the keyboard is, when a field opens.
#[derive(Clone, Copy, PartialEq)]
pub enum Reach {
    /// In the editor of the program.
    Editor,
    /// Not there; perhaps around the field, where the output is apart from its editor.
    Elsewhere,
}

/// The panel. Hidden until there is something to show.
pub struct Output {
    panel: HtmlElement,
    remarks: HtmlElement,
    failure: HtmlElement,
    scroll: HtmlElement,
    paper: OnceCell<Rc<dyn Paper>>,
    /// Whether a download that does not go on is told.
    is_stalled: Cell<bool>,
}

impl Output {
    /// Builds the panel's inside.
    pub fn new(panel: &HtmlElement) -> Output {
        let scroll = element("div", "scroll");
        set(&scroll, "role", "region");
        set(&scroll, "aria-label", "Output");
        set(&scroll, "tabindex", "0");
        set(&scroll, "part", "output");
        let remarks = element("div", "remarks");
        let failure = element("div", "failure");
        append(panel, &remarks);
        append(panel, &scroll);
        append(panel, &failure);
        Output {
            panel: panel.clone(),
            remarks,
            failure,
            scroll,
            paper: OnceCell::new(),
            is_stalled: Cell::new(false),
        }
    }

    /// What the program wrote without a line break, as it does before it reads.
    pub fn prompt(&self) -> String {
        let paper = self.paper.get();
        paper.map(|paper| paper.prompt()).unwrap_or_default()
    }

    /// Shows a field for the answer, in the place of one that is there.
    pub fn ask(&self, question: &Question, tell: impl Fn(Typed) + 'static) {
        self.panel.set_hidden(false);
        if let Some(paper) = self.paper() {
            paper.ask(question, Box::new(tell));
        }
    }

    /// Gives the keyboard to the field, if it is in the editor or around the field already.
    pub fn focus_field(&self, reach: Reach) {
        if let Some(paper) = self.paper.get() {
            paper.focus_field(reach);
        }
    }

    /// What was answered stays on the page; nothing of it, where it must not be seen.
    pub fn answered(&self, line: Option<&str>) {
        self.close();
        if let Some(line) = line {
            self.write(vec![Chunk {
                stream: Stream::In,
                text: [line, "\n"].concat(),
            }]);
        }
    }

    /// Takes the field away. The keyboard stays here, for a question that may follow.
    pub fn close(&self) {
        if let Some(paper) = self.paper.get() {
            paper.close();
        }
    }

    /// Empties the panel for a new run. Remarks stay until they are dismissed.
    pub fn clear(&self) {
        if let Some(paper) = self.paper.get() {
            paper.clear();
        }
        empty(&self.panel, &self.remarks, &self.failure);
    }

    /// Paints what waits and says how much it was: a run has ended.
    pub fn end(&self) {
        if let Some(paper) = self.paper.get() {
            paper.end();
        }
    }

    /// Shows a sentence or two about the page; said twice, it is shown once.
    pub fn remark(&self, text: &str) {
        self.panel.set_hidden(false);
        remark::add(&self.remarks, text);
    }

    /// Adds what a program wrote; it is painted in the next frame.
    pub fn write(&self, chunks: Vec<Chunk>) {
        self.panel.set_hidden(false);
        if let Some(paper) = self.paper() {
            paper.write(&chunks);
        }
    }

    /// Adds a rich result after what was written so far, or in its place.
    pub fn display(&self, display: Display, allowance: Allowance) {
        self.panel.set_hidden(false);
        if let Some(paper) = self.paper() {
            paper.display(display, allowance);
        }
    }

    /// Paints what waits, now.
    pub fn flush(&self) {
        if let Some(paper) = self.paper.get() {
            paper.flush();
        }
    }

    /// Shows how a run failed. `link` says what a frame of the traceback leads
    /// to, `asked` what plain help depends on, `retry` runs again where a file did not come.
    pub fn fail(&self, failure: &Failure, link: &FrameLink, asked: Asked, retry: Option<Retry>) {
        self.flush();
        self.make_room();
        // The styles of a failure come with it.
        self.paper();
        failure::show(&self.failure, failure, link, asked);
        if let (Failure::Load(_), Some(retry)) = (failure, retry) {
            append(&self.failure, &retry::button(retry));
        }
    }

    /// Shows the text of a file that an error is in, below the error.
    pub fn show_file(&self, path: &str, line: u32, text: &str) {
        failure::show_file(&self.failure, path, line, text);
    }

    /// Says that a download does not go on; `retry` begins it afresh.
    pub fn stall(&self, text: &str, retry: Retry) {
        self.is_stalled.set(true);
        self.make_room();
        append(&self.failure, &element_with_text("p", "advice", text));
        append(&self.failure, &retry::button(retry));
    }

    /// The download goes on, or is over.
    pub fn unstall(&self) {
        if !self.is_stalled.replace(false) {
            return;
        }
        self.failure.set_text_content(None);
        let is_empty = self.panel.query_selector(".scroll:empty");
        let has_remarks = self.remarks.first_element_child().is_some();
        let has_output = !matches!(is_empty, Ok(Some(_)));
        self.panel.set_hidden(!has_remarks && !has_output);
    }

    /// Shows that what runs programs could not be had.
    pub fn fail_to_load(&self, load: &LoadFailure, retry: Retry) {
        self.make_room();
        failure::show_load(&self.failure, load);
        append(&self.failure, &retry::button(retry));
    }

    /// Shows where a program was when it was stopped.
    pub fn stop(&self, traceback: &Traceback, link: &FrameLink) {
        self.make_room();
        failure::show_stop(&self.failure, traceback, link);
    }

    /// Shows a sentence about the page, such as a source that could not be loaded.
    pub fn complain(&self, reason: &str, advice: &str) {
        self.make_room();
        failure::sentence(&self.failure, reason, advice);
    }

    /// The panel is seen, and no failure in it.
    fn make_room(&self) {
        self.panel.set_hidden(false);
        self.failure.set_text_content(None);
    }

    /// Makes what is written on. Given to the output and not to a caller, which
    /// so does not know what it is.
    pub fn make_paper(&self) {
        if let Ok(root) = self.panel.get_root_node().dyn_into() {
            style::add(&root, include_str!("../../../styles/run.css"));
        }
        let log = Log::new(&self.scroll);
        let clear = {
            let (panel, remarks) = (self.panel.clone(), self.remarks.clone());
            let (failure, log) = (self.failure.clone(), log.clone());
            move || {
                log.clear();
                empty(&panel, &remarks, &failure);
            }
        };
        let tools = Tools::new(&self.scroll, &log, clear);
        let _ = self.paper.set(Rc::new(Sheet {
            log,
            tools,
            field: RefCell::default(),
            history: Rc::default(),
        }));
    }

    /// None before the first run, when no program can have written anything.
    fn paper(&self) -> Option<&Rc<dyn Paper>> {
        if rest::is_here() && self.paper.get().is_none() {
            late::make_paper(self);
        }
        self.paper.get()
    }
}

/// Takes everything off a panel but its remarks.
fn empty(panel: &HtmlElement, remarks: &HtmlElement, failure: &HtmlElement) {
    failure.set_text_content(None);
    let has_remarks = remarks.first_element_child().is_some();
    panel.set_hidden(!has_remarks);
}
