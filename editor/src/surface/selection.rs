//! The selection, both ways: the engine's is written to the browser, and what
//! the reader did with fingers, a mouse or a screen reader is read back. Which
//! movement does what is the engine's business.

use std::rc::Rc;

use editor_core::coords::{line_utf16_to_pos, pos_to_line_utf16};
use editor_core::{LineUtf16, Pos, Selection, Utf16};
use web_sys::{DomRect, Event};

use super::{Surface, chunks};
use crate::dom::{self, Listener, Manner, Place, document};

/// The selection as it was last written or read, so that our own writing is
/// not taken for the reader's.
#[derive(Default)]
pub struct Written {
    ends: Option<(Place, Place)>,
}

impl Surface {
    pub(super) fn listen_to_selection(self: &Rc<Self>, listeners: &mut Vec<Listener>) {
        listeners.push(self.hear(
            &document(),
            "selectionchange",
            Manner::Passive,
            |surface, _: &Event| {
                surface.read_selection();
            },
        ));
        listeners.push(self.hear(
            &self.nodes.content,
            "focus",
            Manner::Passive,
            |surface, _: &Event| {
                surface.leaving.set(false);
                surface.write_selection();
                if surface.kit.get().is_none() {
                    surface.with_kit(None);
                }
            },
        ));
    }

    /// Whether the keyboard is in the text.
    pub fn has_focus(&self) -> bool {
        self.nodes
            .root
            .active_element()
            .is_some_and(|active| active.is_same_node(Some(&self.nodes.content)))
    }

    /// Writes the engine's selection to the browser, where the editor has the
    /// focus: an editor never takes it from what the reader is doing.
    pub(super) fn write_selection(&self) {
        self.touch();
        self.put_selection();
    }

    /// Writes it once more, after nodes were replaced that it was in.
    pub(super) fn put_selection(&self) {
        if self.composition.borrow().is_some() || !self.has_focus() {
            return;
        }
        let (anchor, head) = self.ends();
        let (Some(anchor), Some(head)) = (self.place(anchor), self.place(head)) else {
            return;
        };
        let ends = (anchor, head);
        if dom::selection_in(&self.nodes.root).as_ref() != Some(&ends) {
            dom::select(&ends.0, &ends.1);
        }
        self.written.borrow_mut().ends = Some(ends);
    }

    /// The ends of the primary range, in the DOM's units.
    pub(super) fn ends(&self) -> (LineUtf16, LineUtf16) {
        let editor = self.editor.borrow();
        let range = editor.selection().primary();
        (
            pos_to_line_utf16(editor.rope(), range.anchor),
            pos_to_line_utf16(editor.rope(), range.head),
        )
    }

    /// The moving end, in the DOM's units.
    pub(super) fn head(&self) -> LineUtf16 {
        self.ends().1
    }

    /// Where a position is in the DOM; clamped to the lines that are there.
    pub(super) fn place(&self, at: LineUtf16) -> Option<Place> {
        let at = self.in_sight(at);
        let view = self.view.borrow();
        let range = view.range();
        if at.line < range.start {
            return Some(view.lines.first()?.place(0));
        }
        match view.line(at.line) {
            Some(line) => Some(line.place(at.col.0)),
            None => Some(view.lines.last()?.place(usize::MAX)),
        }
    }

    /// The place itself, or one that can be seen instead.
    pub(super) fn in_sight(&self, at: LineUtf16) -> LineUtf16 {
        match self.follower() {
            Some(kit) => kit.in_sight(self, at),
            None => at,
        }
    }

    /// Takes over what the reader selected by other means than our commands.
    pub(super) fn read_selection(self: &Rc<Self>) {
        if self.composition.borrow().is_some() || !self.has_focus() {
            return;
        }
        let Some(ends) = dom::selection_in(&self.nodes.root) else {
            return;
        };
        if self.written.borrow().ends.as_ref() == Some(&ends) {
            return;
        }
        let (Some(anchor), Some(head)) = (self.position(&ends.0), self.position(&ends.1)) else {
            return;
        };
        self.written.borrow_mut().ends = Some(ends);
        // The same ends by other nodes: the other carets stay.
        let primary = self.editor.borrow().selection().primary();
        if (primary.anchor, primary.head) != (anchor, head) {
            let selection = Selection::single(anchor, head);
            self.editor.borrow_mut().select(selection);
            self.touch();
        }
    }

    /// The position of a place in the DOM; `None` outside of the text.
    pub(super) fn position(&self, place: &Place) -> Option<Pos> {
        let content = &self.nodes.content;
        let editor = self.editor.borrow();
        let view = self.view.borrow();
        let at = |line, col| Some(line_utf16_to_pos(editor.rope(), LineUtf16 { line, col }));
        if !content.contains(Some(&place.node)) {
            return None;
        }
        let Some(line) = chunks::line_of(content, &place.node) else {
            // Between lines: the one behind it, or the end of them all.
            let Some(next) = chunks::line_behind(place) else {
                return at(view.range().end.saturating_sub(1), Utf16(usize::MAX));
            };
            return at(view.index_of(&next)?, Utf16(0));
        };
        let line = view.index_of(&line)?;
        at(line, Utf16(view.line(line)?.column(place)))
    }
}

/// Where a caret at this place is drawn, in CSS pixels of the window.
/// Engines give no rectangle for a caret in an empty line.
pub fn caret_rect(place: &Place) -> Option<DomRect> {
    let range = document().create_range().ok()?;
    range.set_start(&place.node, place.offset).ok()?;
    range.set_end(&place.node, place.offset).ok()?;
    let rect = range.get_bounding_client_rect();
    (rect.height() > 0.0).then_some(rect)
}
