//! What a program said, as a panel under the editor: its text (`stream.rs`),
//! its rich results (`rich.rs`), the field in which it is answered (`field.rs`)
//! and how it failed (`failure.rs`). Text stays text: nothing here parses markup.

mod elsewhere;
mod failure;
mod field;
mod remark;
mod rich;
mod stream;

use std::cell::RefCell;
use std::rc::Rc;

use runtime_bridge::protocol::typing::History;
use runtime_bridge::protocol::{Chunk, Display, Failure, Traceback};
use web_sys::HtmlElement;

use crate::dom::{append, element, set};
pub use elsewhere::Elsewhere;
pub use failure::{FrameLink, frame_link};
use field::Field;
pub use field::{Question, Typed};
use stream::{Log, Then};

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
        append(panel, &remarks);
        append(panel, &scroll);
        append(panel, &failure);
        Output {
            panel: panel.clone(),
            remarks,
            failure,
            log: Log::new(&scroll),
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
        self.panel.set_hidden(false);
        let field = Field::new(self.log.place(), question, &self.history, tell);
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

    /// What was answered, as it stays on the page; nothing of it, where it must not be seen.
    pub fn answered(&self, line: Option<&str>) {
        let place = self.close();
        if let Some(line) = line {
            let place = place.unwrap_or_else(|| self.log.place());
            place.set_text_content(Some(&[line, "\n"].concat()));
            self.panel.set_hidden(false);
        }
    }

    /// Takes the field away. The keyboard stays here, for a question that may follow.
    pub fn close(&self) -> Option<HtmlElement> {
        let field = self.field.take()?;
        if field.has_focus() {
            self.log.focus();
        }
        Some(field.into_place())
    }

    /// Empties the panel for a new run. Remarks stay until they are dismissed.
    pub fn clear(&self) {
        self.log.clear();
        self.failure.set_text_content(None);
        let has_remarks = self.remarks.first_element_child().is_some();
        self.panel.set_hidden(!has_remarks);
    }

    /// Shows a sentence or two about the page; said twice, it is shown once.
    pub fn remark(&self, text: &str) {
        self.panel.set_hidden(false);
        remark::add(&self.remarks, text);
    }

    /// Adds what a program wrote; it is painted in the next frame.
    pub fn write(&self, chunks: Vec<Chunk>) {
        self.panel.set_hidden(false);
        self.log.write(chunks);
    }

    /// Adds a rich result after what was written so far, or in its place.
    pub fn display(&self, display: Display) {
        let then = if display.append {
            Then::Append
        } else {
            Then::Replace
        };
        self.panel.set_hidden(false);
        rich::show(&self.log.insert(then), display.bundle);
    }

    /// Paints what waits, now.
    pub fn flush(&self) {
        self.log.flush();
    }

    /// Shows how a run failed. `link` says what a frame of the traceback leads to.
    pub fn fail(&self, failure: &Failure, link: &FrameLink) {
        self.flush();
        self.panel.set_hidden(false);
        self.failure.set_text_content(None);
        failure::show(&self.failure, failure, link);
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
