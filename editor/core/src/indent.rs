//! Indentation: the document's unit, indenting and outdenting lines, and what
//! Enter puts at the start of the new line.
//!
//! The rules look at characters only, not at the syntax tree, so they hold
//! while a line is unfinished.

use ropey::Rope;

use crate::brackets;
use crate::change::Change;
use crate::coords::{self, Pos};
use crate::movement::first_non_blank;
use crate::selection::{Range, Selection};
use crate::words;

/// How many lines are searched for the first indentation.
const SEARCHED: usize = 500;

/// Statements after which a block has ended.
const LEAVING: [&str; 5] = ["return", "pass", "break", "continue", "raise"];

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
        for at in 0..rope.len_lines().min(SEARCHED) {
            // Not the rope's iterator over lines, which costs a page 2 KB.
            let line = rope.line(at);
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
    last_visible(line) == Some(':')
}

fn last_visible(line: ropey::RopeSlice) -> Option<char> {
    let mut back = line.chars_at(line.len_chars()).reversed();
    back.find(|c| !c.is_whitespace())
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
pub(crate) fn lines(rope: &Rope, selection: &Selection) -> Vec<usize> {
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

/// What Enter puts in a place, with the caret before its last characters.
pub struct Newline {
    /// The change.
    pub change: Change,
    /// Characters of it that stand behind the caret: a closing bracket's line.
    pub behind: usize,
}

/// A line break and the indentation of the line it ends: one level more where
/// that line opens a block or a bracket, one less where it leaves its block. A
/// bracket that closes right behind gets a line of its own.
pub fn newline(rope: &Rope, selection: &Selection, unit: Unit) -> Vec<Newline> {
    let ranges = selection.ranges();
    // What one caret takes along ends where the next one is.
    let limits = ranges.iter().skip(1).map(Range::from);
    let limits = limits.chain([coords::end(rope)]);
    ranges
        .iter()
        .zip(limits)
        .map(|(range, limit)| newline_at(rope, range, limit, unit))
        .collect()
}

fn newline_at(rope: &Rope, range: &Range, limit: Pos, unit: Unit) -> Newline {
    let line = coords::line_of(rope, range.from());
    let start = coords::line_start(rope, line);
    let text = first_non_blank(rope, line);
    let kept = text.min(range.from());
    let mut insert = String::from("\n");
    insert.extend(rope.slice(start.0..kept.0).chars());
    if range.from() <= text {
        return Newline {
            change: Change {
                from: range.from(),
                to: range.to(),
                insert,
            },
            behind: 0,
        };
    }
    let same = insert.clone();
    let before = rope.slice(text.0..range.from().0);
    let closing = last_char(before).and_then(brackets::closing);
    if closing.is_some() || opens_block(before) {
        insert.push_str(&unit.text());
    } else if leaves_block(before) {
        outdent(&mut insert, unit);
    }
    // Blanks behind the caret would add to the new line's indentation.
    let line_end = coords::line_end(rope, coords::line_of(rope, range.to()));
    let ahead = rope.chars_at(range.to().0).take(line_end.0 - range.to().0);
    let to = Pos(range.to().0 + ahead.take_while(|&c| c == ' ' || c == '\t').count()).min(limit);
    let closes = closing.is_some() && rope.get_char(to.0) == closing;
    if closes {
        insert.push_str(&same);
    }
    Newline {
        change: Change {
            from: range.from(),
            to,
            insert,
        },
        behind: if closes { same.chars().count() } else { 0 },
    }
}

/// The last character that is not blank, of a line that is no comment.
fn last_char(line: ropey::RopeSlice) -> Option<char> {
    last_visible(line).filter(|_| line.get_char(0) != Some('#'))
}

/// Whether a line, up to the caret, ends in a colon and is no comment.
fn opens_block(line: ropey::RopeSlice) -> bool {
    last_char(line) == Some(':')
}

/// Whether nothing of the same block can come behind a line.
fn leaves_block(line: ropey::RopeSlice) -> bool {
    let word: String = line.chars().take_while(|c| words::is_part(*c)).collect();
    // An open bracket goes on in the next line.
    let level = |sum: i32, c: char| match c {
        '(' | '[' | '{' => sum + 1,
        ')' | ']' | '}' => sum - 1,
        _ => sum,
    };
    LEAVING.contains(&word.as_str()) && line.chars().fold(0, level) <= 0
}

fn outdent(indentation: &mut String, unit: Unit) {
    let less = unit.text();
    if indentation.ends_with(&less) {
        indentation.truncate(indentation.len() - less.len());
    }
}
