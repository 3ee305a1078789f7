//! Several carets: how more of them come about, and what a paste gives each.
//!
//! Everything here answers with a selection or with changes; what a command
//! does to several ranges is decided where the command is.

use ropey::Rope;

use crate::change::Change;
use crate::coords::{self, LineCol, Pos};
use crate::find::{Part, Query};
use crate::lines::Way;
use crate::movement;
use crate::selection::{Range, Selection};
use crate::words;

/// More matches than these are not selected: nobody could see what a key does to them.
const MOST: usize = 10_000;

/// A caret more beside every one, a line up or down, with the columns that all
/// of them keep; `goals` has those of the present ones, in characters.
pub fn added(
    rope: &Rope,
    selection: &Selection,
    goals: &[usize],
    way: Way,
) -> (Selection, Vec<usize>) {
    let last = rope.len_lines() - 1;
    let mut carets: Vec<(Range, usize)> = selection
        .ranges()
        .iter()
        .copied()
        .zip(goals.iter().copied())
        .collect();
    let mut primary = selection.primary_index();
    for (at, (range, goal)) in carets.clone().into_iter().enumerate() {
        let line = coords::line_of(rope, range.head);
        let next = match way {
            Way::Up => line.checked_sub(1),
            Way::Down => (line < last).then_some(line + 1),
        };
        let Some(line) = next else { continue };
        if at == selection.primary_index() {
            primary = carets.len();
        }
        let pos = movement::snap(
            rope,
            coords::line_col_to_pos(rope, LineCol { line, col: goal }),
        );
        carets.push((Range::caret(pos), goal));
    }
    let ranges = carets.iter().map(|caret| caret.0).collect();
    let selection = Selection::new(ranges, primary);
    let goal = |range: &Range| {
        let known = carets.iter().find(|caret| caret.0.head == range.head);
        known.map_or(0, |caret| caret.1)
    };
    let goals = selection.ranges().iter().map(goal).collect();
    (selection, goals)
}

/// A caret at `pos`, which scrolls into view; or, where a range is already, that one gone.
pub fn toggled(selection: &Selection, pos: Pos) -> Selection {
    let ranges = selection.ranges();
    let holds = |range: &Range| range.from() <= pos && pos <= range.to();
    match ranges.iter().position(holds) {
        Some(_) if ranges.len() == 1 => selection.clone(),
        Some(gone) => {
            let mut left = ranges.to_vec();
            left.remove(gone);
            let primary = selection.primary_index();
            Selection::new(left, primary - usize::from(primary >= gone.max(1)))
        }
        None => selection.with(Range::caret(pos)),
    }
}

/// One range a line between two corners, whose columns may lie behind the ends
/// of their lines. A line that is shorter has a caret at its end.
pub fn columns(rope: &Rope, from: LineCol, to: LineCol) -> Selection {
    let place = |line: usize, col: usize| {
        movement::snap(rope, coords::line_col_to_pos(rope, LineCol { line, col }))
    };
    let (first, last) = (from.line.min(to.line), from.line.max(to.line));
    let ranges = (first..=last)
        .map(|line| Range {
            anchor: place(line, from.col),
            head: place(line, to.col),
        })
        .collect();
    Selection::new(ranges, to.line - first)
}

/// Only the primary range.
pub fn one(selection: &Selection) -> Selection {
    let range = selection.primary();
    Selection::single(range.anchor, range.head)
}

/// The words of the carets; where none is a caret, the next match of what the
/// primary range holds, found from there on and from the start again. Nothing
/// where there is no other.
pub fn next_match(rope: &Rope, selection: &Selection) -> Option<Selection> {
    if selection.ranges().iter().any(Range::is_empty) {
        return Some(words(rope, selection));
    }
    let primary = selection.primary();
    let query = query(rope, primary)?;
    let mut from = coords::pos_to_byte(rope, primary.to());
    for _ in 0..=selection.ranges().len() {
        let found = query.next(rope, &Part::ALL, from)?;
        let is_new = |range: &Range| range.to() <= found.from() || found.to() <= range.from();
        if selection.ranges().iter().all(is_new) {
            return Some(selection.with(found));
        }
        from = coords::pos_to_byte(rope, found.to());
    }
    None
}

/// All matches of what the primary range holds, or of the word at it. Nothing
/// where those are more than a key should change.
pub fn all_matches(rope: &Rope, selection: &Selection) -> Option<Selection> {
    let mut primary = selection.primary();
    if primary.is_empty() {
        primary = movement::word_at(rope, primary.head);
    }
    let query = query(rope, primary)?;
    let mut found = Vec::new();
    let whole = 0..rope.len_bytes();
    query.each(rope, whole, &mut |at| {
        found.push(query.range(rope, at));
        found.len() <= MOST
    });
    let at = found.iter().position(|range| range.to() >= primary.to())?;
    (found.len() <= MOST).then(|| Selection::new(found, at))
}

fn words(rope: &Rope, selection: &Selection) -> Selection {
    let word = |range: &Range| match range.is_empty() {
        true => movement::word_at(rope, range.head),
        false => *range,
    };
    let ranges = selection.ranges().iter().map(word).collect();
    Selection::new(ranges, selection.primary_index())
}

/// Looks for what a range holds; a word is not looked for inside of others.
fn query(rope: &Rope, range: Range) -> Option<Query> {
    let text = rope.slice(range.from().0..range.to().0).to_string();
    let word = movement::word_at(rope, range.to());
    let is_word = words::is_part(text.chars().next()?)
        && (word.from(), word.to()) == (range.from(), range.to());
    Query::new(&text, true, is_word)
}

/// A line of the text for each range, where there are as many.
pub fn pasted(selection: &Selection, text: &str) -> Option<Vec<Change>> {
    let ranges = selection.ranges();
    let count = |text: &str| text.split('\n').count();
    let text = match text.strip_suffix('\n') {
        Some(lines) if count(lines) == ranges.len() => lines,
        _ => text,
    };
    if ranges.len() < 2 || count(text) != ranges.len() {
        return None;
    }
    let put = |(range, line): (&Range, &str)| Change {
        from: range.from(),
        to: range.to(),
        insert: line.to_owned(),
    };
    Some(ranges.iter().zip(text.split('\n')).map(put).collect())
}
