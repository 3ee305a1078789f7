//! Where a motion leads: by grapheme, word, line and page, on the rope.
//!
//! What is one character for a person (a base with its combining marks, an
//! emoji of several parts) is never split. A line break is a stop of its own
//! for words. Deleting uses the same motions, from `delete.rs`.

use ropey::Rope;

use crate::command::Motion;
use crate::coords::{self, LineCol, Pos};
use crate::graphemes::{self, Which};
use crate::selection::Range;
use crate::words;

/// Characters looked at to find the end of one grapheme; a longer one (nobody
/// types those) is crossed in several steps.
const LONGEST_GRAPHEME: usize = 64;

/// The end of the grapheme that begins at `pos`.
pub fn next_grapheme(rope: &Rope, pos: Pos) -> Pos {
    let pos = pos.min(coords::end(rope));
    let line_end = coords::line_end(rope, coords::line_of(rope, pos));
    if pos >= line_end {
        return Pos(pos.0 + 1).min(coords::end(rope));
    }
    let ahead = line_end.0.min(pos.0 + LONGEST_GRAPHEME);
    let text = rope.slice(pos.0..ahead).to_string();
    Pos(pos.0 + graphemes::len(&text, Which::First))
}

/// The start of the grapheme that ends at `pos`.
pub fn prev_grapheme(rope: &Rope, pos: Pos) -> Pos {
    let pos = pos.min(coords::end(rope));
    let line_start = coords::line_start(rope, coords::line_of(rope, pos));
    if pos == line_start {
        return Pos(pos.0.saturating_sub(1));
    }
    let back = line_start.0.max(pos.0.saturating_sub(LONGEST_GRAPHEME));
    let text = rope.slice(back..pos.0).to_string();
    Pos(pos.0 - graphemes::len(&text, Which::Last))
}

/// `pos`, or the start of the grapheme that it would split.
pub fn snap(rope: &Rope, pos: Pos) -> Pos {
    let before = prev_grapheme(rope, pos);
    let joined = pos > before && next_grapheme(rope, before) > pos;
    if joined { before } else { pos }
}

/// What a word is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Word,
    Symbol,
}

fn kind(c: char) -> Kind {
    match c {
        c if c.is_whitespace() => Kind::Blank,
        c if words::is_part(c) => Kind::Word,
        _ => Kind::Symbol,
    }
}

/// The end of the word at or behind `pos`; from a line's end the next line.
pub fn word_right(rope: &Rope, pos: Pos) -> Pos {
    let line_end = coords::line_end(rope, coords::line_of(rope, pos));
    if pos >= line_end {
        return Pos(pos.0 + 1).min(coords::end(rope));
    }
    let ahead = rope.chars_at(pos.0).take(line_end.0 - pos.0);
    Pos(pos.0 + blanks_and_run(ahead))
}

/// The start of the word at or before `pos`; from a line's start the line before.
pub fn word_left(rope: &Rope, pos: Pos) -> Pos {
    let line_start = coords::line_start(rope, coords::line_of(rope, pos));
    if pos == line_start {
        return Pos(pos.0.saturating_sub(1));
    }
    let back = rope.chars_at(pos.0).reversed().take(pos.0 - line_start.0);
    Pos(pos.0 - blanks_and_run(back))
}

/// Counts blanks and then characters of one kind.
fn blanks_and_run(chars: impl Iterator<Item = char>) -> usize {
    let mut run = Kind::Blank;
    let goes_on = |c: &char| {
        let kind = kind(*c);
        if run == Kind::Blank {
            run = kind;
        }
        run == kind
    };
    chars.take_while(goes_on).count()
}

/// The characters of one kind around `pos`: what a double click selects.
pub fn word_at(rope: &Rope, pos: Pos) -> Range {
    let pos = pos.min(coords::end(rope));
    let line = coords::line_of(rope, pos);
    let (start, end) = (coords::line_start(rope, line), coords::line_end(rope, line));
    let after = (pos < end).then(|| kind(rope.char(pos.0)));
    let before = (pos > start).then(|| kind(rope.char(pos.0 - 1)));
    // Between a word and something else, the word is meant.
    let meant = match (before, after) {
        (Some(Kind::Word), _) => Kind::Word,
        (Some(before), None) => before,
        (_, Some(after)) => after,
        (None, None) => return Range::caret(pos),
    };
    let same = |c: &char| kind(*c) == meant;
    let ahead = rope
        .chars_at(pos.0)
        .take(end.0 - pos.0)
        .take_while(same)
        .count();
    let back = rope
        .chars_at(pos.0)
        .reversed()
        .take(pos.0 - start.0)
        .take_while(same)
        .count();
    Range {
        anchor: Pos(pos.0 - back),
        head: Pos(pos.0 + ahead),
    }
}

/// The whole line of `pos` with its line break: what a triple click selects.
pub fn line_range(rope: &Rope, pos: Pos) -> Range {
    let line = coords::line_of(rope, pos);
    Range {
        anchor: coords::line_start(rope, line),
        head: coords::line_start(rope, line + 1),
    }
}

/// The position behind the blanks that begin `line`.
pub fn first_non_blank(rope: &Rope, line: usize) -> Pos {
    let start = coords::line_start(rope, line);
    let blanks = rope
        .chars_at(start.0)
        .take_while(|&c| c == ' ' || c == '\t')
        .count();
    Pos(start.0 + blanks)
}

/// How far the vertical motions go and where they aim.
#[derive(Clone, Copy, Debug)]
pub struct Aim {
    /// Lines in a page.
    pub page: usize,
    /// The column to keep, in characters; that of the head when `None`.
    pub goal: Option<usize>,
}

/// Where `motion` brings `range`; with `extend` the anchor stays.
pub fn moved(rope: &Rope, range: Range, motion: Motion, extend: bool, aim: Aim) -> Range {
    let head = match collapsed(range, motion) {
        Some(edge) if !extend => edge,
        _ => target(rope, range.head, motion, aim),
    };
    if extend {
        Range { head, ..range }
    } else {
        Range::caret(head)
    }
}

/// Leaving a selection sideways goes to its end on that side.
fn collapsed(range: Range, motion: Motion) -> Option<Pos> {
    match motion {
        _ if range.is_empty() => None,
        Motion::CharLeft => Some(range.from()),
        Motion::CharRight => Some(range.to()),
        _ => None,
    }
}

/// Whether the motion keeps the column it began in.
pub fn is_vertical(motion: Motion) -> bool {
    motion.is_vertical()
}

fn target(rope: &Rope, head: Pos, motion: Motion, aim: Aim) -> Pos {
    let line = coords::line_of(rope, head);
    match motion {
        Motion::CharLeft => prev_grapheme(rope, head),
        Motion::CharRight => next_grapheme(rope, head),
        Motion::WordLeft => word_left(rope, head),
        Motion::WordRight => word_right(rope, head),
        Motion::LineUp => up(rope, head, 1, aim),
        Motion::LineDown => down(rope, head, 1, aim),
        Motion::PageUp => up(rope, head, aim.page, aim),
        Motion::PageDown => down(rope, head, aim.page, aim),
        Motion::LineStart => smart_start(rope, head, line),
        Motion::LineEnd => coords::line_end(rope, line),
        Motion::DocStart => Pos(0),
        Motion::DocEnd => coords::end(rope),
    }
}

fn smart_start(rope: &Rope, head: Pos, line: usize) -> Pos {
    let text = first_non_blank(rope, line);
    if head == text {
        coords::line_start(rope, line)
    } else {
        text
    }
}

fn up(rope: &Rope, head: Pos, lines: usize, aim: Aim) -> Pos {
    match coords::line_of(rope, head) {
        0 => Pos(0),
        line => at_goal(rope, head, line.saturating_sub(lines), aim),
    }
}

fn down(rope: &Rope, head: Pos, lines: usize, aim: Aim) -> Pos {
    let line = coords::line_of(rope, head);
    let last = rope.len_lines() - 1;
    if line == last {
        return coords::end(rope);
    }
    at_goal(rope, head, line.saturating_add(lines).min(last), aim)
}

fn at_goal(rope: &Rope, head: Pos, line: usize, aim: Aim) -> Pos {
    let col = aim
        .goal
        .unwrap_or_else(|| coords::pos_to_line_col(rope, head).col);
    snap(rope, coords::line_col_to_pos(rope, LineCol { line, col }))
}
