//! What a program said, as a panel under the editor: its text (`stream.rs`),
//! its rich results (`rich.rs`), the field in which it is answered (`field.rs`), how it failed (`failure.rs`) and the tools for
//! it (`tools.rs`). Text stays text: nothing here parses markup.

mod archive;
mod elsewhere;
mod failure;
mod field;
mod paint;
mod remark;
mod retry;
mod rich;
mod stream;
mod tools;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use runtime_bridge::protocol::typing::History;
use runtime_bridge::protocol::{Chunk, Display, Failure, Stream, Traceback};
use web_sys::HtmlElement;

use crate::dom::{append, element, element_with_text, set};
pub use elsewhere::Elsewhere;
pub use failure::{FrameLink, frame_link};
use field::Field;
pub use field::{Question, Typed};
pub use retry::Retry;
use stream::{Log, Then};
use tools::Tools;

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
    log: Rc<Log>,
    /// Whether a download that does not go on is told.
    is_stalled: Cell<bool>,
    tools: Tools,
    field: RefCell<Option<Field>>,
    history: Rc<RefCell<History>>,
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
        let log = Log::new(&scroll);
        let clear = {
            let (panel, remarks) = (panel.clone(), remarks.clone());
            let (failure, log) = (failure.clone(), log.clone());
            move || empty(&panel, &remarks, &failure, &log)
        };
        let tools = Tools::new(&scroll, &log, clear);
        append(panel, &remarks);
        append(panel, &scroll);
        append(panel, &failure);
        Output {
            panel: panel.clone(),
            remarks,
            failure,
            log,
            is_stalled: Cell::new(false),
            tools,
            field: RefCell::default(),
            history: Rc::default(),
        }
    }

    /// What the program wrote without a line break, as it does before it reads.
    pub fn prompt(&self) -> String {
        self.log.open_line()
    }

    /// Shows a field for the answer, in the place of one that is there.
    pub fn ask(&self, question: &Question, tell: impl Fn(Typed) + 'static) {
        self.close();
        self.appear();
        let field = Field::new(self.log.open(), question, &self.history, tell);
        self.field.replace(Some(field));
    }

    /// Gives the keyboard to the field, if it is in the editor or around the field already.
    pub fn focus_field(&self, reach: Reach) {
        if let Some(field) = &*self.field.borrow()
            && (reach == Reach::Editor || field.is_near_focus())
        {
            field.focus();
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
        if let Some(field) = self.field.take() {
            if field.has_focus() {
                self.log.focus();
            }
            self.log.close();
        }
    }

    /// Empties the panel for a new run. Remarks stay until they are dismissed.
    pub fn clear(&self) {
        empty(&self.panel, &self.remarks, &self.failure, &self.log);
        self.tools.hide();
    }

    /// Paints what waits and says how much it was: a run has ended.
    pub fn end(&self) {
        self.flush();
        self.tools.say(&self.log.summary());
    }

    /// Shows a sentence or two about the page; said twice, it is shown once.
    pub fn remark(&self, text: &str) {
        self.panel.set_hidden(false);
        remark::add(&self.remarks, text);
    }

    /// Adds what a program wrote; it is painted in the next frame.
    pub fn write(&self, chunks: Vec<Chunk>) {
        self.appear();
        self.log.write(&chunks);
    }

    /// Adds a rich result after what was written so far, or in its place.
    pub fn display(&self, display: Display) {
        let then = if display.append {
            Then::Append
        } else {
            Then::Replace
        };
        self.appear();
        rich::show(&self.log.insert(then), display.bundle);
    }

    fn appear(&self) {
        self.panel.set_hidden(false);
        self.tools.show();
    }

    /// Paints what waits, now.
    pub fn flush(&self) {
        self.log.flush();
    }

    /// Shows how a run failed. `link` says what a frame of the traceback leads
    /// to, `retry` runs again where a file did not come.
    pub fn fail(&self, failure: &Failure, link: &FrameLink, retry: Option<Retry>) {
        self.flush();
        self.panel.set_hidden(false);
        self.failure.set_text_content(None);
        failure::show(&self.failure, failure, link);
        if let (Failure::Load(_), Some(retry)) = (failure, retry) {
            append(&self.failure, &retry::button(retry));
        }
    }

    /// Says that a download does not go on; `retry` begins it afresh.
    pub fn stall(&self, text: &str, retry: Retry) {
        self.is_stalled.set(true);
        self.panel.set_hidden(false);
        self.failure.set_text_content(None);
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

    /// Shows where a program was when it was stopped.
    pub fn stop(&self, traceback: &Traceback, link: &FrameLink) {
        self.panel.set_hidden(false);
        self.failure.set_text_content(None);
        failure::show_stop(&self.failure, traceback, link);
    }

    /// Shows a sentence about the page, such as a source that could not be loaded.
    pub fn complain(&self, reason: &str, advice: &str) {
        self.panel.set_hidden(false);
        self.failure.set_text_content(None);
        failure::sentence(&self.failure, reason, advice);
    }
}

/// Takes everything off a panel but its remarks.
fn empty(panel: &HtmlElement, remarks: &HtmlElement, failure: &HtmlElement, log: &Log) {
    log.clear();
    failure.set_text_content(None);
    let has_remarks = remarks.first_element_child().is_some();
    panel.set_hidden(!has_remarks);
}
