//! Indentation: the document's unit, indenting and outdenting lines, and what
//! Enter puts at the start of the new line.
//!
//! The rules look at characters only, not at the syntax tree, so they hold
//! while a line is unfinished.

use ropey::Rope;

use crate::change::Change;
use crate::coords::{self, Pos};
use crate::movement::first_non_blank;
use crate::selection::{Range, Selection};

/// How many lines are searched for the first indentation.
const SEARCHED: usize = 500;

/// One level of indentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// So many spaces; at least one.
    Spaces(usize),
    /// A tab.
    Tab,
}

impl Unit {
    /// One level as text.
    pub fn text(self) -> String {
        match self {
            Unit::Spaces(n) => " ".repeat(n),
            Unit::Tab => "\t".to_owned(),
        }
    }

    /// What leads from `col` to the next stop.
    fn fill(self, col: usize) -> String {
        match self {
            Unit::Spaces(n) => " ".repeat(n - col % n),
            Unit::Tab => "\t".to_owned(),
        }
    }

    /// The unit of a document: how far the first block in it is indented, four
    /// spaces where there is none. Only the first lines are read.
    pub fn of(rope: &Rope) -> Unit {
        let mut opener: Option<usize> = None;
        for line in rope.lines().take(SEARCHED) {
            let blanks = line.chars().take_while(|&c| c == ' ' || c == '\t').count();
            if matches!(line.get_char(blanks), None | Some('\n')) {
                continue;
            }
            match opener.and_then(|before| blanks.checked_sub(before)) {
                Some(1..) if line.char(0) == '\t' => return Unit::Tab,
                Some(width @ 1..=8) => return Unit::Spaces(width),
                _ => opener = ends_with_colon(line).then_some(blanks),
            }
        }
        Unit::Spaces(4)
    }
}

fn ends_with_colon(line: ropey::RopeSlice) -> bool {
    let mut back = line.chars_at(line.len_chars()).reversed();
    back.find(|c| !c.is_whitespace()) == Some(':')
}

/// Whether a range of the selection holds a line break.
pub fn spans_lines(rope: &Rope, selection: &Selection) -> bool {
    let line = |pos: Pos| coords::line_of(rope, pos);
    selection
        .ranges()
        .iter()
        .any(|range| line(range.from()) != line(range.to()))
}

/// Blanks up to the next stop in place of every range.
pub fn fill(rope: &Rope, selection: &Selection, unit: Unit) -> Vec<Change> {
    let fill = |range: &Range| {
        let col = coords::pos_to_line_col(rope, range.from()).col;
        Change {
            from: range.from(),
            to: range.to(),
            insert: unit.fill(col),
        }
    };
    selection.ranges().iter().map(fill).collect()
}

/// Adds one level to every line of the selection that is not empty.
pub fn indent_lines(rope: &Rope, selection: &Selection, unit: Unit) -> Vec<Change> {
    let indented = |line| indent_line(rope, line, unit);
    lines(rope, selection)
        .into_iter()
        .filter_map(indented)
        .collect()
}

fn indent_line(rope: &Rope, line: usize, unit: Unit) -> Option<Change> {
    let start = coords::line_start(rope, line);
    if start == coords::line_end(rope, line) {
        return None;
    }
    Some(Change {
        from: start,
        to: start,
        insert: unit.text(),
    })
}

/// Takes one level from every line of the selection.
pub fn outdent_lines(rope: &Rope, selection: &Selection, unit: Unit) -> Vec<Change> {
    let outdented = |line| outdent_line(rope, line, unit);
    lines(rope, selection)
        .into_iter()
        .filter_map(outdented)
        .collect()
}

fn outdent_line(rope: &Rope, line: usize, unit: Unit) -> Option<Change> {
    let from = coords::line_start(rope, line);
    let width = match unit {
        Unit::Spaces(n) => n,
        Unit::Tab => 4,
    };
    let blanks = rope
        .chars_at(from.0)
        .take_while(|&c| c == ' ')
        .take(width)
        .count();
    let tab = rope.get_char(from.0) == Some('\t');
    let to = Pos(from.0 + if tab { 1 } else { blanks });
    (to > from).then(|| Change {
        from,
        to,
        insert: String::new(),
    })
}

/// The lines of a selection, ascending, each once.
fn lines(rope: &Rope, selection: &Selection) -> Vec<usize> {
    let mut lines: Vec<usize> = Vec::new();
    for range in selection.ranges() {
        let next = lines.last().map_or(0, |line| line + 1);
        let (first, last) = lines_of(rope, range);
        lines.extend(first.max(next)..=last);
    }
    lines
}

/// The first and last line of a range; one that ends at a line's start is not
/// on that line.
fn lines_of(rope: &Rope, range: &Range) -> (usize, usize) {
    let first = coords::line_of(rope, range.from());
    let last = coords::line_of(rope, range.to());
    let only_touched = last > first && coords::line_start(rope, last) == range.to();
    (first, last - usize::from(only_touched))
}

/// A line break and the indentation of the line it ends, one level more where
/// that line opens a block.
pub fn newline(rope: &Rope, selection: &Selection, unit: Unit) -> Vec<Change> {
    selection
        .ranges()
        .iter()
        .map(|range| newline_at(rope, range, unit))
        .collect()
}

fn newline_at(rope: &Rope, range: &Range, unit: Unit) -> Change {
    let line = coords::line_of(rope, range.from());
    let start = coords::line_start(rope, line);
    let text = first_non_blank(rope, line);
    let kept = text.min(range.from());
    let mut insert = String::from("\n");
    insert.extend(rope.slice(start.0..kept.0).chars());
    if range.from() <= text {
        return Change {
            from: range.from(),
            to: range.to(),
            insert,
        };
    }
    if opens_block(rope, text, range.from()) {
        insert.push_str(&unit.text());
    }
    // Blanks behind the caret would add to the new line's indentation.
    let line_end = coords::line_end(rope, coords::line_of(rope, range.to()));
    let ahead = rope.chars_at(range.to().0).take(line_end.0 - range.to().0);
    let to = Pos(range.to().0 + ahead.take_while(|&c| c == ' ' || c == '\t').count());
    Change {
        from: range.from(),
        to,
        insert,
    }
}

/// Whether the text of a line up to `pos` ends in a colon and is no comment.
fn opens_block(rope: &Rope, text: Pos, pos: Pos) -> bool {
    let line = rope.slice(text.0..pos.0);
    line.get_char(0) != Some('#') && ends_with_colon(line)
}
