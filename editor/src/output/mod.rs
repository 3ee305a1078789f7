//! What a program said, as a panel under the editor: its text (`stream.rs`),
//! its rich results (`rich.rs`) and how it failed (`failure.rs`). Text stays
//! text: nothing here parses markup.

mod elsewhere;
mod failure;
mod remark;
mod rich;
mod stream;

use std::cell::OnceCell;
use std::rc::Rc;

use runtime_bridge::protocol::{Chunk, Display, Failure, LoadFailure, Traceback};
use runtime_bridge::rest;
use web_sys::HtmlElement;

use crate::dom::{append, element, set};
use crate::late;
pub use elsewhere::Elsewhere;
pub use failure::{FrameLink, frame_link};
pub use stream::Log;
use stream::Then;

/// What a program's text is painted on; it comes with the first run.
pub trait Paper {
    /// Takes text; the next frame paints it.
    fn write(&self, chunks: Vec<Chunk>);
    /// Paints what waits.
    fn flush(&self);
    /// An empty element after everything written so far; text goes on behind it.
    fn insert(&self, then: Then) -> HtmlElement;
    /// Empties it.
    fn clear(&self);
}

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
    scroll: HtmlElement,
    paper: OnceCell<Rc<dyn Paper>>,
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
        }
    }

    /// Empties the panel for a new run. Remarks stay until they are dismissed.
    pub fn clear(&self) {
        if let Some(paper) = self.paper.get() {
            paper.clear();
        }
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
        if let Some(paper) = self.paper() {
            paper.write(chunks);
        }
    }

    /// Adds a rich result after what was written so far, or in its place.
    pub fn display(&self, display: Display) {
        self.panel.set_hidden(false);
        if let Some(paper) = self.paper() {
            let then = if display.append {
                Then::Append
            } else {
                Then::Replace
            };
            rich::show(&paper.insert(then), display.bundle);
        }
    }

    /// Paints what waits, now.
    pub fn flush(&self) {
        if let Some(paper) = self.paper.get() {
            paper.flush();
        }
    }

    /// Shows how a run failed. `link` says what a frame of the traceback leads to.
    pub fn fail(&self, failure: &Failure, link: &FrameLink) {
        self.flush();
        self.panel.set_hidden(false);
        self.failure.set_text_content(None);
        failure::show(&self.failure, failure, link);
    }

    /// Shows that what runs programs could not be had.
    pub fn fail_to_load(&self, load: &LoadFailure) {
        self.panel.set_hidden(false);
        self.failure.set_text_content(None);
        failure::show_load(&self.failure, load);
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

    /// None before the first run, when no program can have written anything.
    fn paper(&self) -> Option<&Rc<dyn Paper>> {
        if rest::is_here() && self.paper.get().is_none() {
            late::give_paper(self);
        }
        self.paper.get()
    }

    /// Where the text is to be written.
    pub fn scroll(&self) -> &HtmlElement {
        &self.scroll
    }

    /// Takes what is written on, once.
    pub fn set_paper(&self, paper: Rc<dyn Paper>) {
        let _ = self.paper.set(paper);
    }
}
