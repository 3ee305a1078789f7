//! What a program said, as a panel under the editor: its text (`stream.rs`),
//! its rich results (`rich.rs`) and how it failed (`failure.rs`, `hint.rs`). Text stays
//! text: nothing here parses markup.

mod elsewhere;
mod failure;
mod hint;
mod remark;
mod rich;
mod stream;

use std::rc::Rc;

use runtime_bridge::protocol::{Chunk, Display, Failure};
use web_sys::HtmlElement;

use crate::dom::{append, element, set};
pub use elsewhere::Elsewhere;
pub use failure::{FrameLink, frame_link};
pub use hint::Asked;
use stream::{Log, Then};

/// A panel that only says what is wrong, and the way out.
pub fn trouble(reason: &str, advice: &str) -> HtmlElement {
    let panel = element("div", "output");
    let failure = element("div", "failure");
    failure::sentence(&failure, reason, advice);
    append(&panel, &failure);
    panel
}

/// The panel. Hidden until there is something to show.
pub struct Output {
    panel: HtmlElement,
    remarks: HtmlElement,
    failure: HtmlElement,
    log: Rc<Log>,
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
        }
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

    /// Shows how a run failed. `link` says what a frame of the traceback leads to,
    /// `asked` what plain help depends on.
    pub fn fail(&self, failure: &Failure, link: &FrameLink, asked: Asked) {
        self.flush();
        self.panel.set_hidden(false);
        self.failure.set_text_content(None);
        failure::show(&self.failure, failure, link, asked);
    }

    /// Shows a sentence about the page, such as a source that could not be loaded.
    pub fn complain(&self, reason: &str, advice: &str) {
        self.panel.set_hidden(false);
        self.failure.set_text_content(None);
        failure::sentence(&self.failure, reason, advice);
    }
}
