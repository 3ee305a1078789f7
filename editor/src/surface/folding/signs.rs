//! What is drawn of folding: a sign beside each block that can be folded or is, in
//! the rail at the left edge, and a summary behind the head of each fold, in a layer
//! above the text. All of a layer is measured, then written where it differs.
//!
//! Not here: what is folded, and hiding it (`folding.rs`).

use std::ops::Range;
use std::rc::Rc;

use editor_core::blocks::{self, Block};
use editor_core::coords::{line_end, pos_to_line_utf16};
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{DomRect, Element, Event, HtmlElement, MouseEvent};

use super::Folding;
use crate::dom::{append, element, element_with_text, set};
use crate::surface::Surface;
use crate::surface::selection::caret_rect;

/// Milliseconds after a key until the signs are looked for.
const REST: u32 = 250;
/// The attribute of a sign or summary that names its line.
const LINE: &str = "data-line";
/// CSS pixels that a summary and its distance from the text take.
const SUMMARY: i32 = 120;
/// CSS pixels that numbers take where they are drawn with the lines.
const NUMBERS: i32 = 44;

/// Sign or summary of a block on the page, in CSS pixels from its layer's corner.
#[derive(Clone, PartialEq)]
pub(super) struct Shown {
    line: usize,
    top: i32,
    left: i32,
    /// How many lines are folded; none for a block that can be.
    folded: usize,
}

/// Blocks that can be folded, as far as they were looked for.
#[derive(Default)]
pub(super) struct Foldable {
    /// Of the text, and how many lines that had: while they are as many, the signs of an
    /// older text stay.
    revision: u64,
    count: usize,
    /// Lines in which their heads are.
    lines: Range<usize>,
    blocks: Vec<Block>,
}

/// What the signs on the page depend on, beside the folds.
#[derive(PartialEq)]
pub(super) struct Drawn {
    lines: Range<usize>,
    count: usize,
    revision: u64,
    is_wanted: bool,
}

impl Folding {
    /// Draws signs and summaries in some lines.
    pub fn paint(self: &Rc<Self>, surface: &Rc<Surface>, lines: &Range<usize>) {
        let count = surface.len_lines();
        if self.counted.get().is_some_and(|before| before != count) {
            self.count(surface);
        }
        self.paint_summaries(surface, lines);
        self.paint_signs(surface, lines);
    }

    /// A chunk of lines is as high as those of it that are not hidden.
    pub(super) fn count(&self, surface: &Surface) {
        let lines = surface.len_lines();
        self.counted.set((!self.is_empty()).then_some(lines));
        let mut next = surface.nodes.content.first_element_child();
        while let Some(chunk) = next {
            let hidden = chunk.query_selector_all("[hidden]");
            let count = hidden.map_or(0, |hidden| hidden.length());
            if let Some(chunk) = chunk.dyn_ref::<HtmlElement>() {
                let count = count.to_string();
                let _ = chunk.style().set_property("--_hidden", &count);
            }
            next = chunk.next_element_sibling();
        }
    }

    fn paint_summaries(&self, surface: &Surface, lines: &Range<usize>) {
        if self.is_empty() && self.summaries.borrow().is_empty() {
            return;
        }
        let corner = self.layer.get_bounding_client_rect();
        let most = match surface.wraps() {
            true => surface.nodes.scroller.client_width() - SUMMARY,
            false => i32::MAX,
        };
        let folds = self.folds.borrow();
        let mut shown = Vec::new();
        for fold in folds.all() {
            let Some(rect) = end_of(surface, lines, fold.head) else {
                continue;
            };
            shown.push(Shown {
                line: fold.head,
                top: (rect.top() + rect.height() / 2.0 - corner.top()).round() as i32,
                left: ((rect.right() - corner.left()).round() as i32).min(most),
                folded: fold.last - fold.head,
            });
        }
        if *self.summaries.borrow() == shown {
            return;
        }
        self.layer.set_text_content(None);
        for summary in &shown {
            append(&self.layer, &summary_node(summary));
        }
        *self.summaries.borrow_mut() = shown;
    }

    fn paint_signs(self: &Rc<Self>, surface: &Rc<Surface>, lines: &Range<usize>) {
        let is_wanted = self.is_hovered.get() || !surface.mouse.get();
        let is_known = {
            let foldable = self.foldable.borrow();
            foldable.revision == surface.revision() && foldable.lines == *lines
        };
        if is_wanted && !is_known {
            if self.is_hovered.get() {
                self.look(surface, lines);
            } else {
                self.look_later();
            }
        }
        let foldable = self.foldable.borrow();
        let open = match is_wanted && foldable.count == surface.len_lines() {
            true => foldable.blocks.as_slice(),
            false => &[],
        };
        let drawn = Drawn {
            lines: lines.clone(),
            count: surface.len_lines(),
            revision: foldable.revision,
            is_wanted,
        };
        // In wrapped lines, a key may move those below it.
        if self.drawn.borrow().as_ref() == Some(&drawn) && !surface.wraps() {
            return;
        }
        *self.drawn.borrow_mut() = Some(drawn);
        let is_bare = open.is_empty() && self.is_empty() && self.signs.borrow().is_empty();
        if !is_bare || self.is_hovered.get() {
            self.show_signs(surface, lines, open);
        }
    }

    /// The pointer is at a point of the window, or nowhere.
    pub(super) fn hover(&self, surface: &Surface, event: Option<&MouseEvent>) {
        let left = || surface.nodes.scroller.get_bounding_client_rect().left();
        let is_at = |event: &MouseEvent| {
            f64::from(event.client_x()) - left() < f64::from(numbers_width(surface))
        };
        let is_hovered = event.is_some_and(is_at);
        if self.is_hovered.replace(is_hovered) != is_hovered {
            let _ = self
                .rail
                .toggle_attribute_with_force("data-near", is_hovered);
            surface.touch();
        }
    }

    fn show_signs(&self, surface: &Surface, lines: &Range<usize>, open: &[Block]) {
        let top = self.rail.get_bounding_client_rect().top();
        let width = numbers_width(surface);
        let (view, folds) = (surface.view.borrow(), self.folds.borrow());
        let mut shown = Vec::new();
        for block in folds.all().iter().chain(open) {
            let fold = folds.at(block.head);
            let is_double = fold.is_some_and(|fold| fold != *block);
            let Some(view) = view.line(block.head) else {
                continue;
            };
            if is_double || !lines.contains(&block.head) {
                continue;
            }
            let rect = view.element.get_bounding_client_rect();
            shown.push(Shown {
                line: block.head,
                top: (rect.top() - top).round() as i32,
                left: width,
                folded: fold.map_or(0, |fold| fold.last - fold.head),
            });
        }
        place(&self.rail, "--_rail", width);
        if *self.signs.borrow() == shown {
            return;
        }
        self.rail.set_text_content(None);
        for sign in &shown {
            append(&self.rail, &sign_node(sign));
        }
        *self.signs.borrow_mut() = shown;
    }

    /// Looks for blocks that can be folded.
    fn look(&self, surface: &Surface, lines: &Range<usize>) {
        let editor = surface.editor.borrow();
        *self.foldable.borrow_mut() = Foldable {
            revision: editor.revision(),
            count: editor.len_lines(),
            lines: lines.clone(),
            blocks: blocks::near(editor.rope(), lines.clone()),
        };
    }

    /// Does so once the keys rest.
    fn look_later(self: &Rc<Self>) {
        if self.resting.borrow().is_some() {
            return;
        }
        let asked = self.surface.upgrade().map(|surface| surface.revision());
        let weak = Rc::downgrade(self);
        let later = Timeout::new(REST, move || {
            let Some(folding) = weak.upgrade() else {
                return;
            };
            folding.resting.take();
            let Some(surface) = folding.surface.upgrade() else {
                return;
            };
            if asked != Some(surface.revision()) {
                return folding.look_later();
            }
            folding.look(&surface, &surface.lines_near());
            surface.touch();
        });
        *self.resting.borrow_mut() = Some(later);
    }
}

fn summary_node(summary: &Shown) -> HtmlElement {
    let lines = words(summary.folded);
    let button = element_with_text("button", "fold", &["… ", &lines].concat());
    for (attribute, value) in [
        ("type", "button"),
        ("tabindex", "-1"),
        ("aria-label", [&lines, " folded"].concat().as_str()),
        ("title", "Unfold"),
        (LINE, summary.line.to_string().as_str()),
    ] {
        set(&button, attribute, value);
    }
    place(&button, "left", summary.left);
    place(&button, "top", summary.top);
    button
}

fn sign_node(sign: &Shown) -> HtmlElement {
    let (class, title) = match sign.folded {
        0 => ("sign", "Fold"),
        _ => ("sign folded", "Unfold"),
    };
    let node = element("div", class);
    set(&node, LINE, &sign.line.to_string());
    set(&node, "title", title);
    place(&node, "top", sign.top);
    node
}

/// CSS pixels from the left edge to the text.
fn numbers_width(surface: &Surface) -> i32 {
    match surface.nodes.gutter.offset_width() {
        0 => NUMBERS,
        width => width,
    }
}

/// The line that the target of an event names.
pub(super) fn line_named(event: &Event) -> Option<usize> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.get_attribute(LINE)?.parse().ok()
}

/// Where the text of a line ends, if it is one of these.
fn end_of(surface: &Surface, lines: &Range<usize>, line: usize) -> Option<DomRect> {
    if !lines.contains(&line) {
        return None;
    }
    let units = {
        let editor = surface.editor.borrow();
        pos_to_line_utf16(editor.rope(), line_end(editor.rope(), line))
            .col
            .0
    };
    let view = surface.view.borrow();
    caret_rect(&view.line(line)?.place(units))
}

pub(super) fn words(lines: usize) -> String {
    let noun = if lines == 1 { " line" } else { " lines" };
    [&lines.to_string(), noun].concat()
}

fn place(node: &HtmlElement, property: &str, pixels: i32) {
    let _ = node
        .style()
        .set_property(property, &(pixels.to_string() + "px"));
}
