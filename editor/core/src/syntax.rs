//! The syntax tree: told of every change at once, brought up to date within a
//! budget of time that the caller measures.
//!
//! Between a change and the end of the next parse the old tree, moved along by
//! the change, still serves: colours shift with their text and are corrected
//! when the parse is done. The rope is read in its own chunks, never copied.
//! No query is compiled anywhere (see `highlight.rs`).

use std::ops::{ControlFlow, Range};

use ropey::Rope;
use tree_sitter::{InputEdit, ParseOptions, ParseState, Parser, Point, Tree};

use crate::change::{Change, ChangeSet};
use crate::coords::{self, ByteOffset, Pos};
use crate::order;
use crate::state::{LineEdit, Update};

/// The tree of a document. Nothing is allocated before the first parse.
#[derive(Default)]
pub struct Syntax {
    parser: Option<Parser>,
    tree: Option<Tree>,
    done: bool,
    /// Lines edited since the last complete parse.
    touched: Vec<Range<usize>>,
}

/// How far a parse came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parsed {
    /// The tree fits the text.
    Done {
        /// Lines whose highlighting may differ from what it was before: sorted,
        /// apart from each other. Empty when nothing was left to do.
        changed: Vec<Range<usize>>,
    },
    /// The budget was used up; the next call goes on from there.
    Pending,
}

impl Syntax {
    /// The newest tree, moved along with the text; `None` before the first parse.
    pub fn tree(&self) -> Option<&Tree> {
        self.tree.as_ref()
    }

    /// Whether the tree fits the text.
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// Tells the tree of a change; `before` is the text it applies to.
    pub fn edit(&mut self, before: &Rope, changes: &ChangeSet) {
        if changes.is_empty() {
            return;
        }
        if let (Some(parser), false) = (&mut self.parser, self.done) {
            // What it had read so far was the text before this change.
            parser.reset();
        }
        self.done = false;
        let Some(tree) = &mut self.tree else { return };
        // From the back: every position is then one of the old text.
        for change in changes.changes().iter().rev() {
            tree.edit(&input_edit(before, change));
        }
    }

    /// Notes which lines a change touched, for the answer of the next parse.
    pub fn follow(&mut self, update: &Update) {
        for edit in &update.lines {
            self.touched = self
                .touched
                .drain(..)
                .map(|lines| shifted(lines, edit))
                .collect();
            self.touched.push(edit.first..edit.first + edit.added);
        }
    }

    /// Parses until done or until `budget` says stop (by answering `true`; it is
    /// asked every few microseconds).
    pub fn parse(&mut self, rope: &Rope, budget: &mut dyn FnMut() -> bool) -> Parsed {
        if self.done {
            return Parsed::Done {
                changed: Vec::new(),
            };
        }
        let parser = self.parser.get_or_insert_with(python);
        let mut ask = |_: &ParseState| match budget() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        let options = ParseOptions::new().progress_callback(&mut ask);
        let mut read = |byte: usize, _: Point| chunk(rope, byte);
        let Some(tree) = parser.parse_with_options(&mut read, self.tree.as_ref(), Some(options))
        else {
            return Parsed::Pending;
        };
        self.done = true;
        let touched = std::mem::take(&mut self.touched);
        let old = self.tree.replace(tree);
        Parsed::Done {
            changed: changed_lines(rope, old.as_ref(), self.tree.as_ref(), touched),
        }
    }
}

fn python() -> Parser {
    let mut parser = Parser::new();
    parser
        .set_language(&python_grammar::LANGUAGE.into())
        .expect("the grammar and the parser are of the same generation");
    parser
}

/// The text from `byte` on, as far as it lies in one piece; empty at the end.
fn chunk(rope: &Rope, byte: usize) -> &[u8] {
    if byte >= rope.len_bytes() {
        return &[];
    }
    let (text, start, _, _) = rope.chunk_at_byte(byte);
    &text.as_bytes()[byte - start..]
}

fn changed_lines(
    rope: &Rope,
    old: Option<&Tree>,
    new: Option<&Tree>,
    mut lines: Vec<Range<usize>>,
) -> Vec<Range<usize>> {
    let (Some(old), Some(new)) = (old, new) else {
        return std::iter::once(0..rope.len_lines()).collect();
    };
    let line = |byte: usize| coords::line_of_byte(rope, ByteOffset(byte));
    let changed = old.changed_ranges(new);
    lines.extend(changed.map(|range| line(range.start_byte)..line(range.end_byte) + 1));
    merged(lines)
}

/// Sorted and apart from each other.
fn merged(lines: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut ends: Vec<(usize, usize)> =
        lines.iter().map(|range| (range.start, range.end)).collect();
    order::sort_by_key(&mut ends, |range| range.0);
    let mut out: Vec<Range<usize>> = Vec::with_capacity(lines.len());
    for next in ends.into_iter().map(|(start, end)| start..end) {
        match out.last_mut() {
            Some(last) if next.start <= last.end => last.end = last.end.max(next.end),
            _ => out.push(next),
        }
    }
    out
}

/// Where lines are after an edit; what it replaced counts as part of them.
fn shifted(lines: Range<usize>, edit: &LineEdit) -> Range<usize> {
    let end_of_edit = edit.first + edit.removed;
    let start = match lines.start {
        start if start >= end_of_edit => start - edit.removed + edit.added,
        start => start.min(edit.first),
    };
    let end = match lines.end {
        end if end >= end_of_edit => end - edit.removed + edit.added,
        end if end > edit.first => edit.first + edit.added,
        end => end,
    };
    start..end.max(start)
}

fn input_edit(before: &Rope, change: &Change) -> InputEdit {
    let start_byte = coords::pos_to_byte(before, change.from).0;
    let start_position = point(before, change.from);
    let inserted = change.insert.as_bytes();
    let breaks = inserted.iter().filter(|&&byte| byte == b'\n').count();
    let tail = inserted
        .iter()
        .rev()
        .take_while(|&&byte| byte != b'\n')
        .count();
    let new_end_position = match breaks {
        0 => Point {
            row: start_position.row,
            column: start_position.column + tail,
        },
        _ => Point {
            row: start_position.row + breaks,
            column: tail,
        },
    };
    InputEdit {
        start_byte,
        old_end_byte: coords::pos_to_byte(before, change.to).0,
        new_end_byte: start_byte + inserted.len(),
        start_position,
        old_end_position: point(before, change.to),
        new_end_position,
    }
}

/// The parser's columns are bytes.
fn point(rope: &Rope, pos: Pos) -> Point {
    let row = coords::line_of(rope, pos);
    let column = coords::pos_to_byte(rope, pos).0 - coords::line_start_byte(rope, row).0;
    Point { row, column }
}
