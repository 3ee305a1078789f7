//! Marks behind the text: matches, brackets, and the ranges and carets that the
//! browser does not draw, since it knows one. They lie in a layer of their own,
//! so the lines keep their nodes; all of them are measured, then all are written.
//!
//! Not here: what is marked (`kit.rs`).

use std::cell::RefCell;

use web_sys::{DomRect, HtmlElement};

use super::paint::View;
use super::selection::caret_rect;
use crate::dom::{append, document, element, set};

/// How a mark looks.
#[derive(Clone, Copy, PartialEq)]
pub enum Look {
    /// A caret that is not the browser's.
    Caret,
    /// Selected text that the browser does not show as such.
    Selected,
    /// The part that is looked in.
    Part,
    /// What was looked for.
    Match,
    /// The match that is selected.
    Current,
    /// A bracket and its partner.
    Bracket,
    /// A bracket without a partner.
    Wrong,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Look::Caret => "caret",
            Look::Selected => "selected",
            Look::Part => "part",
            Look::Match => "match",
            Look::Current => "match current",
            Look::Bracket => "bracket",
            Look::Wrong => "bracket wrong",
        }
    }
}

/// A stretch of a line, in UTF-16 units.
pub struct Mark {
    /// The document's line.
    pub line: usize,
    /// First unit.
    pub from: usize,
    /// Unit behind the last.
    pub to: usize,
    /// The line break belongs to it.
    pub goes_on: bool,
    /// How it looks.
    pub look: Look,
}

/// A mark on the page, in hundredths of a CSS pixel from the layer's corner.
#[derive(Clone, Copy, PartialEq)]
struct Shown {
    left: i32,
    top: i32,
    width: i32,
    height: i32,
    look: Look,
}

/// The layer.
pub struct Overlay {
    layer: HtmlElement,
    shown: RefCell<Vec<Shown>>,
}

impl Overlay {
    /// A layer in `scroller`, which it scrolls with.
    pub fn new(scroller: &HtmlElement) -> Overlay {
        let layer = element("div", "marks");
        set(&layer, "aria-hidden", "true");
        append(scroller, &layer);
        Overlay {
            layer,
            shown: RefCell::default(),
        }
    }

    /// Draws these marks and no others; lines are `height` CSS pixels high.
    pub fn show(&self, view: &View, height: f64, marks: &[Mark]) {
        if marks.is_empty() && self.shown.borrow().is_empty() {
            return;
        }
        let origin = self.layer.get_bounding_client_rect();
        let mut shown = Vec::with_capacity(marks.len());
        for mark in marks {
            measure(view, &origin, height, mark, &mut shown);
        }
        if *self.shown.borrow() == shown {
            return;
        }
        self.layer.set_text_content(None);
        for mark in &shown {
            append(&self.layer, &node(mark));
        }
        *self.shown.borrow_mut() = shown;
    }

    /// How wide a column is, in CSS pixels, where a line tells.
    pub fn column_width(&self, view: &View) -> Option<f64> {
        let width = |line| Some(rect(view, line, 0, 1)?.width());
        view.range().find_map(width).filter(|width| *width > 0.0)
    }
}

fn rect(view: &View, line: usize, from: usize, to: usize) -> Option<DomRect> {
    let line = view.line(line)?;
    let (from, to) = (line.place(from), line.place(to));
    if from == to {
        return caret_rect(&from);
    }
    let range = document().create_range().ok()?;
    range.set_start(&from.node, from.offset).ok()?;
    range.set_end(&to.node, to.offset).ok()?;
    let rect = range.get_bounding_client_rect();
    (rect.height() > 0.0).then_some(rect)
}

fn measure(view: &View, origin: &DomRect, height: f64, mark: &Mark, shown: &mut Vec<Shown>) {
    let Some(line) = view.line(mark.line) else {
        return;
    };
    // Engines give no rectangle for a place in an empty line.
    let whole = || line.element.get_bounding_client_rect();
    let (rect, width) = match rect(view, mark.line, mark.from, mark.to) {
        Some(rect) => {
            let width = if mark.from == mark.to {
                0.0
            } else {
                rect.width()
            };
            (rect, width)
        }
        None => (whole(), 0.0),
    };
    // As the browser does: what goes on in the next line is a little wider.
    let more = if mark.goes_on { height / 4.0 } else { 0.0 };
    let (mut top, mut tall) = (rect.top(), rect.height());
    if matches!(mark.look, Look::Selected | Look::Part) {
        top -= (height - tall) / 2.0;
        tall = height;
    }
    let hundredths = |pixels: f64| (pixels * 100.0).round() as i32;
    shown.push(Shown {
        left: hundredths(rect.left() - origin.left()),
        top: hundredths(top - origin.top()),
        width: hundredths(width + more),
        height: hundredths(tall),
        look: mark.look,
    });
}

fn node(mark: &Shown) -> HtmlElement {
    let node = element("div", mark.look.class());
    let length = |hundredths: i32| hundredths.to_string() + "e-2px";
    for (name, value) in [
        ("left", mark.left),
        ("top", mark.top),
        ("width", mark.width),
        ("height", mark.height),
    ] {
        let _ = node.style().set_property(name, &length(value));
    }
    node
}
