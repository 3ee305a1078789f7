//! Input methods: while one composes, its lines are lent to the browser, which
//! edits their nodes itself; after each of its edits, and at the end, the text
//! is read back into the document. The same road mends any edit that a browser
//! made without asking.

use std::ops;
use std::rc::Rc;

use editor_core::coords::line_utf16_to_pos;
use editor_core::{LineUtf16, Millis, Origin, Pos, Range, Utf16};
use web_sys::{CompositionEvent, InputEvent, Node};

use super::{Surface, chunks};
use crate::dom::{self, Listener, Manner, now};

/// The lines that are lent to the browser.
pub struct Composition {
    /// The document's lines, as they are after the last reading.
    lines: ops::Range<usize>,
    /// The node of the first line after them, which the browser leaves alone.
    after: Option<Node>,
    /// The node of the last line before them.
    before: Option<Node>,
}

impl Surface {
    pub(super) fn listen_to_composition(self: &Rc<Self>, listeners: &mut Vec<Listener>) {
        let content = &self.nodes.content;
        listeners.push(self.hear(
            content,
            "compositionstart",
            Manner::Passive,
            |surface, _: &CompositionEvent| {
                surface.read_selection();
                // A browser that replaces whole lines leaves the last line break.
                if surface.selected_lines().len() > 1 {
                    surface.insert("", Origin::Composed);
                }
                if let Some(kit) = surface.kit.get() {
                    kit.bring_caret(surface);
                }
                surface.lend();
            },
        ));
        listeners.push(self.hear(
            content,
            "compositionend",
            Manner::Passive,
            |surface, _: &CompositionEvent| {
                surface.end_composition();
            },
        ));
        // Only edits that could not be prevented get as far as an `input` event.
        listeners.push(self.hear(
            content,
            "input",
            Manner::Passive,
            |surface, event: &InputEvent| {
                surface.browser_edited(event);
            },
        ));
    }

    /// The lines whose nodes are the browser's for now.
    pub(super) fn lent_lines(&self) -> ops::Range<usize> {
        self.composition
            .borrow()
            .as_ref()
            .map_or(0..0, |composition| composition.lines.clone())
    }

    fn lend(self: &Rc<Self>) {
        if self.composition.borrow().is_some() {
            return;
        }
        let lines = self.selected_lines();
        let view = self.view.borrow();
        if !view.has(&lines) {
            return;
        }
        let node = |line: Option<usize>| Some(view.line(line?)?.element.clone().into());
        let lent = Composition {
            before: node(lines.start.checked_sub(1)),
            after: node(Some(lines.end)),
            lines,
        };
        *self.composition.borrow_mut() = Some(lent);
    }

    /// The lines that the selection is in.
    pub(super) fn selected_lines(&self) -> ops::Range<usize> {
        let editor = self.editor.borrow();
        let range = editor.selection().primary();
        let line = |pos| editor_core::coords::line_of(editor.rope(), pos);
        line(range.from())..line(range.to()) + 1
    }

    fn browser_edited(self: &Rc<Self>, event: &InputEvent) {
        if self.composition.borrow().is_none() {
            // Its caret is where it edited.
            self.read_selection();
            self.lend();
        }
        if event.is_composing() {
            return self.read_back();
        }
        self.end_composition();
    }

    /// Takes the text of the lent lines over; their nodes stay the browser's.
    fn read_back(self: &Rc<Self>) {
        let Some(text) = self.lent_text() else { return };
        let caret = self.lent_caret();
        let lines = self.lent_lines();
        let update = {
            let mut editor = self.editor.borrow_mut();
            let last = lines.end.min(editor.len_lines()).saturating_sub(1);
            let start = line_utf16_to_pos(
                editor.rope(),
                LineUtf16 {
                    line: lines.start,
                    col: Utf16(0),
                },
            );
            let end = line_utf16_to_pos(
                editor.rope(),
                LineUtf16 {
                    line: last,
                    col: Utf16(usize::MAX),
                },
            );
            let caret = caret.map(|(line, units)| {
                let offset = offset_of(&text, line, units);
                Range::caret(Pos(start.0 + offset))
            });
            editor.replace(start, end, &text, caret, Origin::Composed, Millis(now()))
        };
        let count = text.split('\n').count();
        if let Some(composition) = self.composition.borrow_mut().as_mut() {
            composition.lines = lines.start..lines.start + count;
        }
        self.follow(&update);
    }

    /// The text between the two lines that were not lent, whatever nodes hold it now.
    fn lent_text(&self) -> Option<String> {
        let composition = self.composition.borrow();
        let composition = composition.as_ref()?;
        let mut text = String::new();
        for (index, node) in self.lent_nodes(composition).iter().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            let line = node.text_content().unwrap_or_default();
            text.push_str(line.strip_suffix('\n').unwrap_or(&line));
        }
        // The browser types no-break spaces where plain ones would collapse.
        Some(text.replace('\u{a0}', " "))
    }

    fn lent_nodes(&self, composition: &Composition) -> Vec<Node> {
        let mut nodes = Vec::new();
        let mut next = match &composition.before {
            Some(before) => chunks::next_line(before),
            None => chunks::first_line(self.nodes.content.first_child()),
        };
        while let Some(node) = next {
            if composition
                .after
                .as_ref()
                .is_some_and(|after| after.is_same_node(Some(&node)))
            {
                break;
            }
            next = chunks::next_line(&node);
            nodes.push(node);
        }
        nodes
    }

    /// The browser's caret inside the lent lines: (index of the line among them, UTF-16 column).
    fn lent_caret(&self) -> Option<(usize, usize)> {
        let (_, head) = dom::selection_in(&self.nodes.root)?;
        let composition = self.composition.borrow();
        let nodes = self.lent_nodes(composition.as_ref()?);
        let index = nodes
            .iter()
            .position(|node| node.contains(Some(&head.node)))?;
        Some((index, super::paint::column_in(&nodes[index], &head)))
    }

    /// The nodes are ours again: what the browser made is replaced by fresh lines.
    pub(super) fn end_composition(self: &Rc<Self>) {
        self.read_back();
        let Some(composition) = self.composition.borrow_mut().take() else {
            return;
        };
        chunks::remove(&self.lent_nodes(&composition));
        self.view
            .borrow_mut()
            .remake(composition.lines.clone(), composition.after.as_ref());
        self.fit_whole();
        self.parse(super::PARSE_BEFORE_PAINT);
        self.colour_new(composition.lines);
        self.number_lines();
        self.write_selection();
        self.colour_later();
        self.reveal();
    }
}

/// Characters from the start of `text` to a UTF-16 column of one of its lines.
fn offset_of(text: &str, line: usize, units: usize) -> usize {
    let before: usize = text
        .split('\n')
        .take(line)
        .map(|line| line.chars().count() + 1)
        .sum();
    let mut left = units;
    let line = text.split('\n').nth(line).unwrap_or_default();
    let inside = line.chars().take_while(|char| {
        let fits = left >= char.len_utf16();
        left = left.saturating_sub(char.len_utf16());
        fits
    });
    before + inside.count()
}
