//! How a run failed, for a reader who sees an error for the first time: the
//! error itself first, then the reader's own lines, then what came before and
//! what a group holds, each a part of its own, then, folded away, what the
//! interpreter said word for word. The list of lines is in `frames.rs`, plain
//! help in `hint.rs`; taking a traceback apart is the protocol's.

use runtime_bridge::protocol::traceback::{Block, Earlier, Frame, Link, Place};
use runtime_bridge::protocol::{Failure, LoadFailure, Traceback};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::frames::{self, button_with};
pub use super::frames::{FrameLink, Step, frame_link};
use super::hint::{self, Asked};
use super::tools;
use crate::dom::{append, element, element_with_text, set};

/// Earlier exceptions that are seen at once; more of them are folded.
const SHOWN_EARLIER: usize = 3;

/// Fills `panel` with a failure.
pub fn show(panel: &HtmlElement, failure: &Failure, link: &FrameLink, asked: Asked) {
    match failure {
        Failure::Python(traceback) => show_traceback(panel, traceback, link, asked),
        Failure::Setup { reason, traceback } => {
            append(panel, &element_with_text("p", "advice", reason));
            show_traceback(panel, traceback, link, asked);
        }
        Failure::Load(load) => show_load(panel, load),
        Failure::Configuration(text) => {
            append(panel, &element_with_text("p", "error-text", text));
        }
        Failure::Crashed { reason, advice } => sentence(panel, reason, advice),
    }
}

/// A file that could not be loaded: also the one that the rest comes with.
pub fn show_load(panel: &HtmlElement, load: &LoadFailure) {
    let reason = [load.file(), " could not be loaded: ", &load.reason(), "."].concat();
    sentence(panel, &reason, load.advice());
    append(panel, &element_with_text("p", "place", &load.url));
}

/// Fills `panel` with where a program was when it was stopped. Nothing where that is not known.
pub fn show_stop(panel: &HtmlElement, traceback: &Traceback, link: &FrameLink) {
    let is_own = |frame: &Frame| frame.place != Place::Internal;
    let block = &traceback.last;
    if !block.frames.iter().any(is_own) {
        return;
    }
    append(panel, &element_with_text("p", "stopped", "Stopped here:"));
    frames::add(panel, &block.frames, "Stopped here", link);
    append(panel, &raw(&traceback.raw));
}

/// A reason and a way out, as two sentences.
pub fn sentence(panel: &HtmlElement, reason: &str, advice: &str) {
    let text = element_with_text("p", "error-text", reason);
    set(&text, "role", "alert");
    append(panel, &text);
    append(panel, &element_with_text("p", "advice", advice));
}

fn show_traceback(panel: &HtmlElement, traceback: &Traceback, link: &FrameLink, asked: Asked) {
    let block = &traceback.last;
    let text = block.error.text.trim_end();
    let error = element_with_text("p", "error-text", text);
    set(&error, "part", "error");
    set(&error, "role", "alert");
    append(panel, &error);
    if let Some(frame) = traceback.blamed(asked.run) {
        append(panel, &blame(frame, text, link));
    }
    hint::add(panel, &block.error.text, asked);
    frames::add(panel, &block.frames, text, link);
    show_members(panel, block, link);
    show_earlier(panel, block, link);
    append(panel, &raw(&traceback.raw));
}

/// The error is in no line of this program: where it is.
fn blame(frame: &Frame, error: &str, link: &FrameLink) -> HtmlElement {
    let line = ["line ", &frame.line.to_string()].concat();
    let sentence = element("p", "advice");
    set(&sentence, "data-blame", "");
    let before = match frame.place {
        Place::Neighbour { .. } => {
            "The error is in another editor of this environment: ".to_owned()
        }
        Place::Setup => "The error is in the set-up code of this page: ".to_owned(),
        Place::Program { .. } => {
            "The error is in code of an earlier run, which may not be here any more: ".to_owned()
        }
        Place::Text => "The error is in text that the program compiled itself: ".to_owned(),
        Place::Package => {
            let name = frame.package().unwrap_or_default();
            let file = frame.file.rsplit('/').next().unwrap_or_default();
            [
                "The error came up inside the package ",
                name,
                " (",
                file,
                "): ",
            ]
            .concat()
        }
        Place::File | Place::Internal => {
            ["The error is in the file ", frame.shown_file(), ": "].concat()
        }
    };
    append(&sentence, &crate::dom::text_node(&before));
    append(&sentence, &frames::place(frame, &line, error, link));
    sentence
}

/// Lines of a file that are shown on either side of the one that is meant.
const AROUND: usize = 200;

/// Shows the text of a file with a line (from 1 on) marked, in place of one that is shown.
pub fn show_file(panel: &HtmlElement, path: &str, line: u32, text: &str) {
    if let Ok(Some(shown)) = panel.query_selector(".file-text") {
        shown.remove();
    }
    let figure = element("figure", "file-text");
    let caption = [path, ", line ", &line.to_string()].concat();
    append(&figure, &element_with_text("figcaption", "place", &caption));
    let lines = element("pre", "raw");
    set(&lines, "tabindex", "0");
    append(&figure, &lines);
    append(panel, &figure);
    let meant = (line as usize).saturating_sub(1);
    let first = meant.saturating_sub(AROUND);
    for (at, row) in text.split('\n').enumerate().skip(first).take(2 * AROUND) {
        let tag = if at == meant { "mark" } else { "span" };
        let shown = element_with_text(tag, "", &[row, "\n"].concat());
        append(&lines, &shown);
        if at == meant {
            let middle = shown.offset_top() - lines.offset_top() - lines.client_height() / 2;
            lines.set_scroll_top(middle);
        }
    }
}

/// What a group holds, each a part of its own.
fn show_members(panel: &HtmlElement, block: &Block, link: &FrameLink) {
    if block.members.is_empty() {
        return;
    }
    append(
        panel,
        &element_with_text("p", "advice", "The errors in this group:"),
    );
    let list = element("ol", "members");
    for member in &block.members {
        let item = element("li", "");
        show_block(&item, member, link);
        append(&list, &item);
    }
    append(panel, &list);
}

fn show_block(panel: &HtmlElement, block: &Block, link: &FrameLink) {
    let text = block.error.text.trim_end();
    append(panel, &element_with_text("p", "earlier", text));
    frames::add(panel, &block.frames, text, link);
    show_members(panel, block, link);
    show_earlier(panel, block, link);
}

/// What came before, the latest first, as a reader asks for it: why?
fn show_earlier(panel: &HtmlElement, block: &Block, link: &FrameLink) {
    let latest = block.earlier.iter().rev();
    for earlier in latest.clone().take(SHOWN_EARLIER) {
        show_one_earlier(panel, earlier, link);
    }
    let more = block.earlier.len().saturating_sub(SHOWN_EARLIER);
    if more == 0 {
        return;
    }
    let text = [&more.to_string(), " earlier errors"].concat();
    let rest = folded(&text);
    for earlier in latest.skip(SHOWN_EARLIER) {
        show_one_earlier(&rest, earlier, link);
    }
    append(panel, &rest);
}

fn show_one_earlier(panel: &HtmlElement, earlier: &Earlier, link: &FrameLink) {
    let relation = match earlier.link {
        Link::Cause => "It was caused by this error:",
        Link::Context => "It came up while this error was being handled:",
    };
    append(panel, &element_with_text("p", "advice", relation));
    show_block(panel, &earlier.block, link);
}

fn folded(summary: &str) -> HtmlElement {
    let details = element("details", "");
    append(&details, &element_with_text("summary", "", summary));
    details
}

/// The interpreter's words, unchanged.
fn raw(text: &str) -> HtmlElement {
    let details = folded("Full traceback");
    let pre = element_with_text("pre", "raw", text.trim_end_matches('\n'));
    set(&pre, "tabindex", "0");
    let said = element("span", "place");
    set(&said, "role", "status");
    let text = text.to_owned();
    // It holds no element: what it needs is behind it.
    let copy = button_with("tool", "Copy", move |pressed| {
        let said = pressed.next_element_sibling();
        let pre = said.as_ref().and_then(Element::next_element_sibling);
        if let (Some(said), Some(pre)) = (said, pre) {
            tools::copy(text.clone(), pre.unchecked_ref(), said.unchecked_ref());
        }
    });
    set(&copy, "title", "Copy the traceback");
    append(&details, &copy);
    append(&details, &said);
    append(&details, &pre);
    details
}
