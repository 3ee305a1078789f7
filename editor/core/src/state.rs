//! The document and its selection, and the only function that changes them.
//!
//! What must follow a change (history, syntax, marks) follows the [`Update`];
//! it is not known here.

use ropey::Rope;

use crate::change::{Change, ChangeSet};
use crate::coords::{self, Pos};
use crate::selection::Selection;
use crate::transaction::{Origin, Transaction};

/// A document with a selection.
#[derive(Clone, Debug, Default)]
pub struct State {
    rope: Rope,
    selection: Selection,
    revision: u64,
}

/// What a step changed.
#[derive(Clone, Debug)]
pub struct Update {
    /// The revision of the text after the step.
    pub revision: u64,
    /// Why the step was made.
    pub origin: Origin,
    /// Which lines differ: ascending, each in coordinates of the document after
    /// the ones before it. Empty when only the selection moved.
    pub lines: Vec<LineEdit>,
    /// Whether the selection is another one now.
    pub selection_changed: bool,
    /// The change itself, to map positions of one's own.
    pub changes: ChangeSet,
}

/// The `removed` lines from `first` on became `added` lines. An edit inside one
/// line is `1, 1`; a whole line that came or went touches no neighbour (`0, 1`
/// and `1, 0`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineEdit {
    /// First line concerned, zero-based.
    pub first: usize,
    /// Lines that are gone.
    pub removed: usize,
    /// Lines that stand there now.
    pub added: usize,
}

impl State {
    /// A document with the caret at its start. Line breaks must be `\n`.
    pub fn new(text: &str) -> State {
        State {
            rope: Rope::from_str(text),
            ..State::default()
        }
    }

    /// The text.
    pub fn rope(&self) -> &Rope {
        &self.rope
    }

    /// What is selected.
    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// Counts the changes of the text; a moved selection does not count.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Performs one step.
    pub fn apply(&mut self, step: Transaction) -> Update {
        let lines = line_edits(&self.rope, &step.changes);
        step.changes.apply(&mut self.rope);
        let selection = match step.selection {
            Some(selection) => selection.clamped(coords::end(&self.rope)),
            None => self.selection.map(&step.changes),
        };
        let selection_changed = selection != self.selection;
        self.selection = selection;
        self.revision += u64::from(!step.changes.is_empty());
        Update {
            revision: self.revision,
            origin: step.origin,
            lines,
            selection_changed,
            changes: step.changes,
        }
    }
}

impl LineEdit {
    /// Where an untouched line is after this edit; `None` when it was edited.
    pub fn map_line(&self, line: usize) -> Option<usize> {
        if line < self.first {
            return Some(line);
        }
        let behind = line.checked_sub(self.first + self.removed)?;
        Some(self.first + self.added + behind)
    }
}

fn line_edits(before: &Rope, changes: &ChangeSet) -> Vec<LineEdit> {
    let mut edits: Vec<LineEdit> = Vec::with_capacity(changes.changes().len());
    let mut grown = 0;
    let mut shrunk = 0;
    for change in changes.changes() {
        let mut edit = line_edit(before, change);
        edit.first = edit.first + grown - shrunk;
        grown += edit.added;
        shrunk += edit.removed;
        match edits.last_mut() {
            // Two changes in one line: it is named once.
            Some(last) if last.first + last.added > edit.first => {
                last.removed += edit.removed - 1;
                last.added += edit.added - 1;
            }
            _ => edits.push(edit),
        }
    }
    edits
}

fn line_edit(before: &Rope, change: &Change) -> LineEdit {
    let first = coords::line_of(before, change.from);
    let last = coords::line_of(before, change.to);
    let breaks = change.insert.bytes().filter(|&byte| byte == b'\n').count();
    let removed = last - first;
    if whole_lines_from_start(before, change, first, last) {
        return LineEdit {
            first,
            removed,
            added: breaks,
        };
    }
    if whole_lines_from_end(before, change, first, last) {
        return LineEdit {
            first: first + 1,
            removed,
            added: breaks,
        };
    }
    LineEdit {
        first,
        removed: removed + 1,
        added: breaks + 1,
    }
}

/// Lines come or go before a line that stays as it is.
fn whole_lines_from_start(before: &Rope, change: &Change, first: usize, last: usize) -> bool {
    let starts = |line: usize, pos: Pos| coords::line_start(before, line) == pos;
    let closed = change.insert.is_empty() || change.insert.ends_with('\n');
    closed && starts(first, change.from) && starts(last, change.to)
}

/// Lines come or go behind a line that stays as it is.
fn whole_lines_from_end(before: &Rope, change: &Change, first: usize, last: usize) -> bool {
    let ends = |line: usize, pos: Pos| coords::line_end(before, line) == pos;
    let opened = change.insert.is_empty() || change.insert.starts_with('\n');
    opened && ends(first, change.from) && ends(last, change.to)
}
