//! What the deleting commands delete.
//!
//! Every range is treated by itself: selected text goes; a caret deletes along
//! a motion of `movement.rs`. Between a pair of brackets or quotes, Backspace
//! takes both.

use ropey::Rope;

use crate::brackets;
use crate::change::Change;
use crate::coords::{self, Pos};
use crate::indent::Unit;
use crate::movement;
use crate::selection::Selection;

/// From a caret to the other end of what goes.
pub type Reach = fn(&Rope, Pos, Unit) -> Pos;

/// As [`delete`] with [`back`], both of a pair that a caret stands between.
pub fn back_or_pair(rope: &Rope, selection: &Selection, unit: Unit) -> Vec<Change> {
    let mut changes = delete(rope, selection, unit, back);
    let mut done = Pos(0);
    for (change, range) in changes.iter_mut().zip(selection.ranges()) {
        if range.is_empty() && brackets::is_between(rope, range.head) {
            change.to = Pos(range.head.0 + 1);
        }
        // The partner may be what the next caret reaches for.
        change.from = change.from.max(done);
        change.to = change.to.max(done);
        done = change.to;
    }
    changes
}

/// Deletes every selected range, or from every caret as far as `reach` says.
pub fn delete(rope: &Rope, selection: &Selection, unit: Unit, reach: Reach) -> Vec<Change> {
    let mut done = Pos(0);
    let mut changes = Vec::new();
    for range in selection.ranges() {
        let other = if range.is_empty() {
            reach(rope, range.head, unit)
        } else {
            range.anchor
        };
        // Two carets may reach for the same text.
        let from = range.head.min(other).max(done);
        let to = range.head.max(other).max(done);
        done = to;
        changes.push(Change {
            from,
            to,
            insert: String::new(),
        });
    }
    changes
}

/// One grapheme back; in the indentation, to the stop before.
pub fn back(rope: &Rope, pos: Pos, unit: Unit) -> Pos {
    let line = coords::line_of(rope, pos);
    let start = coords::line_start(rope, line);
    let spaces = rope
        .chars_at(pos.0)
        .reversed()
        .take_while(|&c| c == ' ')
        .count();
    match unit {
        Unit::Spaces(width) if spaces > 0 && pos <= movement::first_non_blank(rope, line) => {
            let over = (pos.0 - start.0 - 1) % width + 1;
            Pos(pos.0 - over.min(spaces))
        }
        _ => movement::prev_grapheme(rope, pos),
    }
}

/// One grapheme forward.
pub fn forward(rope: &Rope, pos: Pos, _: Unit) -> Pos {
    movement::next_grapheme(rope, pos)
}

/// To the start of the word before.
pub fn word_back(rope: &Rope, pos: Pos, _: Unit) -> Pos {
    movement::word_left(rope, pos)
}

/// To the end of the word behind.
pub fn word_forward(rope: &Rope, pos: Pos, _: Unit) -> Pos {
    movement::word_right(rope, pos)
}

/// To column 0; from there, the line break before.
pub fn to_line_start(rope: &Rope, pos: Pos, _: Unit) -> Pos {
    let start = coords::line_start(rope, coords::line_of(rope, pos));
    if pos == start {
        Pos(pos.0.saturating_sub(1))
    } else {
        start
    }
}

/// To the end of the line; from there, the line break.
pub fn to_line_end(rope: &Rope, pos: Pos, _: Unit) -> Pos {
    let end = coords::line_end(rope, coords::line_of(rope, pos));
    if pos == end {
        Pos(pos.0 + 1).min(coords::end(rope))
    } else {
        end
    }
}
