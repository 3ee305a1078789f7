//! How a run failed, for a reader who sees an error for the first time: the
//! error itself first, then the reader's own lines, then, folded away, what the
//! interpreter said word for word. Taking a traceback apart is the protocol's,
//! plain help is in `hint.rs`.

use std::rc::Rc;

use runtime_bridge::protocol::traceback::{Block, Frame, Place};
use runtime_bridge::protocol::{Failure, LoadFailure, Traceback};
use web_sys::{HtmlElement, MouseEvent};

use super::hint::{self, Asked};
use crate::dom::{append, element, element_with_text, set};

/// What a click on a frame of the program does: goes to the line (one-based) of that frame's run.
pub type FrameLink = Rc<dyn Fn(&Frame)>;

/// Wraps a function as a link.
pub fn frame_link(go: impl Fn(&Frame) + 'static) -> FrameLink {
    Rc::new(go)
}

/// Frames shown at each end of a long chain of calls.
const SHOWN_FRAMES: usize = 8;

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
    if !traceback.frames.iter().any(is_own) {
        return;
    }
    append(panel, &element_with_text("p", "stopped", "Stopped here:"));
    show_frames(panel, &traceback.frames, link);
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
    let error = element_with_text("p", "error-text", traceback.error.text.trim_end());
    set(&error, "part", "error");
    set(&error, "role", "alert");
    append(panel, &error);
    hint::add(panel, &traceback.error.text, asked);
    for line in &traceback.group {
        append(panel, &element_with_text("p", "source", line));
    }
    show_frames(panel, &traceback.frames, link);
    for block in traceback.earlier.iter().rev() {
        show_earlier(panel, block, link);
    }
    append(panel, &raw(&traceback.raw));
}

/// A cause that the interpreter printed before the error.
fn show_earlier(panel: &HtmlElement, block: &Block, link: &FrameLink) {
    append(panel, &element_with_text("p", "advice", &block.link));
    append(
        panel,
        &element_with_text("p", "earlier", block.error.text.trim_end()),
    );
    show_frames(panel, &block.frames, link);
}

fn show_frames(panel: &HtmlElement, frames: &[Frame], link: &FrameLink) {
    let own: Vec<&Frame> = frames
        .iter()
        .filter(|frame| frame.place != Place::Internal)
        .collect();
    if own.is_empty() {
        return;
    }
    let list = element("ol", "frames");
    // The innermost call is where it happened, so it comes first.
    let hidden = own.len().saturating_sub(2 * SHOWN_FRAMES);
    for (index, frame) in own.iter().rev().enumerate() {
        if hidden > 0 && index == SHOWN_FRAMES {
            let text = ["… ", &hidden.to_string(), " more calls …"].concat();
            append(&list, &element_with_text("li", "place", &text));
        }
        if hidden == 0 || index < SHOWN_FRAMES || index >= SHOWN_FRAMES + hidden {
            append(&list, &item(frame, link));
        }
    }
    append(panel, &list);
}

fn item(frame: &Frame, link: &FrameLink) -> HtmlElement {
    let item = element("li", "");
    let line = ["line ", &frame.line.to_string()].concat();
    if let Place::Program { .. } = frame.place {
        append(&item, &line_button(frame, &line, link));
    } else {
        append(
            &item,
            &element_with_text("span", "place", &[frame.shown_file(), ", ", &line].concat()),
        );
    }
    if let Some(name) = frame.name.as_deref().filter(|name| *name != "<module>") {
        append(
            &item,
            &element_with_text("span", "place", &["in ", name].concat()),
        );
    }
    if let Some(source) = frame.excerpt.first() {
        append(&item, &element_with_text("code", "source", source.trim()));
    }
    item
}

fn line_button(frame: &Frame, text: &str, link: &FrameLink) -> HtmlElement {
    let button = element_with_text("button", "frame", text);
    set(&button, "type", "button");
    let frame = frame.clone();
    let link = link.clone();
    // The closure goes with the button, which goes with the next run.
    let click = wasm_bindgen::prelude::Closure::<dyn FnMut(MouseEvent)>::new(move |_| link(&frame));
    button.set_onclick(Some(wasm_bindgen::JsCast::unchecked_ref(
        click.into_js_value().as_ref(),
    )));
    button
}

fn raw(text: &str) -> HtmlElement {
    let details = element("details", "");
    append(
        &details,
        &element_with_text("summary", "", "Full traceback"),
    );
    let pre = element_with_text("pre", "raw", text.trim_end());
    set(&pre, "tabindex", "0");
    append(&details, &pre);
    details
}
