//! The lines that are in the DOM: which they are, and how one of them is patched
//! with as few changes as possible. Every node below `.content` is made here;
//! nothing here reads a layout. What to paint is decided by `surface/mod.rs`.

use editor_core::blocks::Block;
use editor_core::{Class, Kind, LineEdit, Mark, Span};
use std::ops::Range;
use wasm_bindgen::JsCast;
use web_sys::{CharacterData, HtmlElement, Node};

use super::chunks;
use crate::dom::{Place, append, element, element_with_text, set, text_node};

/// A stretch of a line in one style: exactly one child node of its line.
#[derive(PartialEq)]
struct Piece {
    class: Option<Class>,
    fault: bool,
    text: String,
    /// Length in UTF-16 units, the DOM's unit.
    units: usize,
}

impl Piece {
    fn new(class: Option<Class>, fault: bool, text: &str) -> Piece {
        Piece {
            class,
            fault,
            text: text.to_owned(),
            units: text.encode_utf16().count(),
        }
    }

    fn style(&self) -> (Option<Class>, bool) {
        (self.class, self.fault)
    }

    fn node(&self) -> Node {
        match (self.class, self.fault) {
            (None, false) => text_node(&self.text).into(),
            (Some(class), false) => element_with_text("span", class.name(), &self.text).into(),
            (None, true) => element_with_text("span", "fault", &self.text).into(),
            (Some(class), true) => {
                let both = [class.name(), " fault"].concat();
                element_with_text("span", &both, &self.text).into()
            }
        }
    }
}

/// What one line should look like.
pub struct LineLook<'a> {
    /// The line's text without its line break.
    pub text: &'a str,
    /// Sorted, not overlapping, in UTF-16 units.
    pub spans: &'a [Span],
    /// What is to know about the line.
    pub mark: Option<&'a Mark>,
}

/// One line in the DOM.
pub struct LineView {
    /// The block that holds the line.
    pub element: HtmlElement,
    pieces: Vec<Piece>,
    mark: Option<Shown>,
    /// Whether the colours are those of the latest tree.
    pub coloured: bool,
    /// It is one of several lines that share a node, which shows none of them.
    stands_in: bool,
}

/// What a line shows of its mark.
#[derive(PartialEq)]
struct Shown {
    kind: Kind,
    said: String,
}

impl Shown {
    /// The first line of what is said: the rest is in the panel below.
    fn of(mark: &Mark) -> Shown {
        let said = mark.message.split('\n').next().unwrap_or_default();
        Shown {
            kind: mark.kind,
            said: said.to_owned(),
        }
    }
}

impl LineView {
    fn new() -> LineView {
        let line = element("div", "line");
        append(&line, &element("br", ""));
        LineView {
            element: line,
            pieces: Vec::new(),
            mark: None,
            coloured: false,
            stands_in: false,
        }
    }

    /// Makes the DOM show `look`, touching only what differs.
    pub fn show(&mut self, look: &LineLook) {
        let mark = look.mark.map(Shown::of);
        if self.mark != mark {
            self.mark = mark;
            self.show_mark();
        }
        let pieces = cut(look);
        if self.pieces == pieces {
            return;
        }
        let same_shape = self.pieces.len() == pieces.len()
            && self
                .pieces
                .iter()
                .zip(&pieces)
                .all(|(old, new)| old.style() == new.style());
        if same_shape && !pieces.is_empty() {
            self.patch(&pieces);
        } else {
            self.rebuild(&pieces);
        }
        self.pieces = pieces;
    }

    /// What is said of the line is drawn behind it by the style sheet, out of an
    /// attribute: no text, so nothing that could be selected or copied.
    fn show_mark(&self) {
        let (class, said) = match &self.mark {
            None => ("line", ""),
            Some(mark) => match mark.kind {
                Kind::Error => ("line error", mark.said.as_str()),
                Kind::Problem => ("line problem", mark.said.as_str()),
            },
        };
        self.element.set_class_name(class);
        set(&self.element, "data-said", said);
    }

    fn patch(&self, pieces: &[Piece]) {
        for (index, (old, new)) in self.pieces.iter().zip(pieces).enumerate() {
            if old.text == new.text {
                continue;
            }
            match self.text_of(index) {
                Some(text) => text.set_data(&new.text),
                None => return self.rebuild(pieces),
            }
        }
    }

    /// Also mends a line whose nodes the browser has changed by itself.
    fn rebuild(&self, pieces: &[Piece]) {
        self.element.set_text_content(None);
        if pieces.is_empty() {
            append(&self.element, &element("br", ""));
        }
        for piece in pieces {
            append(&self.element, &piece.node());
        }
    }

    fn text_of(&self, index: usize) -> Option<CharacterData> {
        let child = self.element.child_nodes().get(index as u32)?;
        match child.dyn_into::<CharacterData>() {
            Ok(text) => Some(text),
            Err(span) => span.first_child()?.dyn_into().ok(),
        }
    }

    /// Where a column (UTF-16 units) is in the DOM; one behind the end of the line is there.
    pub fn place(&self, column: usize) -> Place {
        let mut left = column;
        for (index, piece) in self.pieces.iter().enumerate() {
            if left <= piece.units || index + 1 == self.pieces.len() {
                if let Some(text) = self.text_of(index) {
                    return Place {
                        node: text.into(),
                        offset: left.min(piece.units) as u32,
                    };
                }
                break;
            }
            left -= piece.units;
        }
        Place {
            node: self.element.clone().into(),
            offset: 0,
        }
    }

    /// The column (UTF-16 units) of a place inside this line.
    pub fn column(&self, place: &Place) -> usize {
        column_in(&self.element, place)
    }
}

/// UTF-16 units of text in `line` before a place inside it, whatever nodes hold it.
pub fn column_in(line: &Node, place: &Place) -> usize {
    let mut column = 0;
    let mut next = match place.node.dyn_ref::<CharacterData>() {
        Some(_) => {
            column += place.offset as usize;
            place.node.clone()
        }
        None => match place.node.child_nodes().get(place.offset) {
            Some(child) => child,
            None => {
                column += length(&place.node);
                place.node.clone()
            }
        },
    };
    while !next.is_same_node(Some(line)) {
        let mut earlier = next.previous_sibling();
        while let Some(node) = earlier {
            column += length(&node);
            earlier = node.previous_sibling();
        }
        match next.parent_node() {
            Some(parent) => next = parent,
            None => break,
        }
    }
    column
}

/// UTF-16 units of text under a node.
fn length(node: &Node) -> usize {
    if let Some(text) = node.dyn_ref::<CharacterData>() {
        return text.length() as usize;
    }
    node.text_content()
        .map_or(0, |text| text.encode_utf16().count())
}

/// Cuts a line into pieces where the class or the fault begins or ends.
fn cut(look: &LineLook) -> Vec<Piece> {
    if look.text.is_empty() {
        return Vec::new();
    }
    let cols = look.mark.and_then(|mark| mark.cols.as_ref());
    let fault = cols.map(|cols| cols.start.0..cols.end.0);
    let mut cutter = Cutter {
        rest: look.text,
        at: 0,
        pieces: Vec::with_capacity(look.spans.len() * 2 + 1),
    };
    for span in look.spans {
        cutter.until(span.from.0, None, &fault);
        cutter.until(span.to.0, Some(span.class), &fault);
    }
    cutter.until(usize::MAX, None, &fault);
    cutter.pieces
}

struct Cutter<'a> {
    rest: &'a str,
    at: usize,
    pieces: Vec<Piece>,
}

impl Cutter<'_> {
    fn until(&mut self, to: usize, class: Option<Class>, fault: &Option<Range<usize>>) {
        let Some(fault) = fault else {
            return self.take(to, class, false);
        };
        self.take(to.min(fault.start), class, false);
        self.take(to.min(fault.end), class, self.at >= fault.start);
        self.take(to, class, false);
    }

    fn take(&mut self, to: usize, class: Option<Class>, fault: bool) {
        if to <= self.at || self.rest.is_empty() {
            return;
        }
        let mut units = 0;
        let mut bytes = 0;
        for char in self.rest.chars() {
            if self.at + units >= to {
                break;
            }
            units += char.len_utf16();
            bytes += char.len_utf8();
        }
        let (text, rest) = self.rest.split_at(bytes);
        self.pieces.push(Piece::new(class, fault, text));
        self.rest = rest;
        self.at += units;
    }
}

/// The window of lines that is in the DOM.
pub struct View {
    content: HtmlElement,
    /// The document's line that the first view shows.
    pub first: usize,
    /// One view a line, without gaps.
    pub lines: Vec<LineView>,
}

/// New lines made at once for one edit; a larger paste is fitted to the window afterwards.
const MOST_NEW: usize = 128;

impl View {
    /// A view with no line in it.
    pub fn new(content: HtmlElement) -> View {
        View {
            content,
            first: 0,
            lines: Vec::new(),
        }
    }

    /// The lines in the DOM.
    pub fn range(&self) -> Range<usize> {
        self.first..self.first + self.lines.len()
    }

    /// Whether all of these lines are in the DOM.
    pub fn has(&self, lines: &Range<usize>) -> bool {
        let window = self.range();
        window.start <= lines.start && lines.end <= window.end
    }

    /// The view of a line of the document, if it is in the DOM.
    pub fn line(&self, line: usize) -> Option<&LineView> {
        let view = self.lines.get(line.checked_sub(self.first)?);
        view.filter(|view| !view.stands_in)
    }

    /// The same, to change it.
    pub fn line_mut(&mut self, line: usize) -> Option<&mut LineView> {
        let view = self.lines.get_mut(line.checked_sub(self.first)?);
        view.filter(|view| !view.stands_in)
    }

    /// Follows an edit of the document: the nodes of untouched lines stay.
    /// Lines that the edit touched are marked as not coloured.
    pub fn splice(&mut self, edit: &LineEdit) {
        let window = self.range();
        let old = edit.first..edit.first + edit.removed;
        if old.end <= window.start && edit.first < window.start {
            self.first = self.first + edit.added - edit.removed;
            return;
        }
        if edit.first > window.end || (edit.first == window.end && !window.is_empty()) {
            return;
        }
        if edit.first < window.start {
            self.drop_lines(0..(old.end.min(window.end) - window.start));
            self.first = edit.first + edit.added;
            return;
        }
        self.replace(
            edit.first - self.first,
            old.end.min(window.end) - edit.first,
            edit.added,
        );
    }

    /// Replaces `removed` views by `added` ones, keeping the nodes of as many as both have.
    fn replace(&mut self, at: usize, removed: usize, added: usize) {
        let kept = removed.min(added);
        for line in &mut self.lines[at..at + kept] {
            line.coloured = false;
        }
        let made = (added - kept).min(MOST_NEW);
        if made < added - kept {
            self.drop_lines(at + kept..self.lines.len());
        } else {
            self.drop_lines(at + kept..at + removed);
        }
        self.make_lines(at + kept, made);
    }

    fn drop_lines(&mut self, range: Range<usize>) {
        let mut nodes = Vec::with_capacity(range.len());
        for line in self.lines.drain(range) {
            nodes.push(line.element.into());
        }
        chunks::remove(&nodes);
    }

    fn make_lines(&mut self, at: usize, count: usize) {
        if count == 0 {
            return;
        }
        let made: Vec<LineView> = (0..count).map(|_| LineView::new()).collect();
        let node = |at: usize| Some(self.lines.get(at)?.element.as_ref());
        let before = at.checked_sub(1).and_then(node);
        chunks::insert(&self.content, &made, before, node(at));
        self.lines.splice(at..at, made);
    }

    /// Makes the window `wanted`; lines that come in are blank and not coloured.
    pub fn fit(&mut self, wanted: Range<usize>) {
        let have = self.range();
        if wanted.start >= have.end || wanted.end <= have.start {
            self.drop_lines(0..self.lines.len());
            self.first = wanted.start;
            return self.make_lines(0, wanted.len());
        }
        if have.end > wanted.end {
            self.drop_lines(wanted.end - have.start..self.lines.len());
        }
        if have.start < wanted.start {
            self.drop_lines(0..wanted.start - have.start);
        }
        let (start, end) = (have.start.max(wanted.start), have.end.min(wanted.end));
        self.make_lines(0, start - wanted.start);
        self.first = wanted.start;
        self.make_lines(self.lines.len(), wanted.end - end);
    }

    /// Makes the window `wanted` afresh, with one node for all hidden lines of each of
    /// these folds, which ascend.
    pub fn fit_folded(&mut self, wanted: Range<usize>, folds: &[Block]) {
        self.drop_lines(0..self.lines.len());
        self.first = wanted.start;
        for fold in folds {
            let gap = fold.hidden();
            let gap = gap.start.max(self.range().end)..gap.end.min(wanted.end);
            if gap.is_empty() {
                continue;
            }
            self.make_lines(self.lines.len(), gap.start - self.range().end);
            self.stand_in(gap.len());
        }
        self.make_lines(self.lines.len(), wanted.end - self.range().end);
    }

    fn stand_in(&mut self, count: usize) {
        self.make_lines(self.lines.len(), 1);
        let Some(one) = self.lines.pop() else { return };
        set(&one.element, "hidden", "");
        let stand_in = || LineView {
            element: one.element.clone(),
            pieces: Vec::new(),
            mark: None,
            coloured: true,
            stands_in: true,
        };
        self.lines.extend((0..count).map(|_| stand_in()));
    }

    /// Whether some lines share a node.
    pub fn has_stand_ins(&self) -> bool {
        self.lines.iter().any(|line| line.stands_in)
    }

    /// Hides lines, but not from the browser's own find, or shows them again.
    pub fn hide(&self, lines: Range<usize>, is_hidden: bool) {
        let window = self.range();
        for line in lines.start.max(window.start)..lines.end.min(window.end) {
            let Some(line) = self.line(line) else {
                continue;
            };
            match is_hidden {
                true => set(&line.element, "hidden", "until-found"),
                false => drop(line.element.remove_attribute("hidden")),
            }
        }
    }

    /// Puts fresh, blank lines in the place of `lines.start` and what followed it
    /// up to the line of the node `after`: a browser has edited those nodes.
    pub fn remake(&mut self, lines: Range<usize>, after: Option<&Node>) {
        let from = lines.start.saturating_sub(self.first).min(self.lines.len());
        let is_after =
            |line: &LineView| after.is_some_and(|after| line.element.is_same_node(Some(after)));
        let to = self
            .lines
            .iter()
            .position(is_after)
            .unwrap_or(self.lines.len());
        self.drop_lines(from..to.max(from));
        self.make_lines(from, lines.len());
    }

    /// The line (of the document) that an element shows.
    /// Nodes are in document order, so half of them are ruled out by each look.
    pub fn index_of(&self, element: &Node) -> Option<usize> {
        let (mut low, mut high) = (0, self.lines.len());
        while low < high {
            let middle = (low + high) / 2;
            let seen = &self.lines[middle].element;
            if seen.is_same_node(Some(element)) {
                return Some(self.first + middle);
            }
            if seen.compare_document_position(element) & Node::DOCUMENT_POSITION_FOLLOWING != 0 {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        None
    }
}
