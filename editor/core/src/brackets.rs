//! Brackets and quotes come in pairs: what typing one does beside inserting it,
//! and when Backspace takes both.
//!
//! The rules look at the characters of the line only, so they hold while it is
//! unfinished: an odd number of quotes before the caret means that it is inside
//! of a text.

use ropey::Rope;

use crate::change::Change;
use crate::coords::{self, Pos};
use crate::selection::{Range, Selection};
use crate::words;

const PAIRS: [(char, char); 5] = [('(', ')'), ('[', ']'), ('{', '}'), ('"', '"'), ('\'', '\'')];
/// What may stand before a quote as part of it: `f"…"`.
const PREFIXES: [char; 8] = ['f', 'F', 'r', 'R', 'b', 'B', 'u', 'U'];

/// What typing a character does to one range.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// It is inserted.
    Plain,
    /// So is its partner, behind the caret.
    Pair(char),
    /// The partner that is there already is stepped over.
    Over,
    /// Selected text gets both around it.
    Around(char),
}

/// What typing `typed` changes and what is selected then, where that is more
/// than inserting it everywhere.
pub fn typed(rope: &Rope, selection: &Selection, typed: &str) -> Option<(Vec<Change>, Selection)> {
    let mut chars = typed.chars();
    let (Some(char), None) = (chars.next(), chars.next()) else {
        return None;
    };
    let ranges = selection.ranges();
    let effects: Vec<Effect> = ranges
        .iter()
        .map(|range| effect(rope, range, char))
        .collect();
    if effects.iter().all(|effect| *effect == Effect::Plain) {
        return None;
    }
    let (mut changes, mut after, mut grown) = (Vec::new(), Vec::new(), 0_isize);
    for (range, effect) in ranges.iter().zip(effects) {
        let moved = |pos: Pos| Pos(pos.0.saturating_add_signed(grown + 1));
        let (from, to) = (range.from(), range.to());
        let mut insert = |from: Pos, to: Pos, insert: String| {
            let size = insert.chars().count() as isize;
            changes.push(Change { from, to, insert });
            size - (to.0 - from.0) as isize
        };
        let caret = Range::caret(moved(from));
        let (range, by) = match effect {
            Effect::Plain => (caret, insert(from, to, char.into())),
            Effect::Pair(close) => (caret, insert(from, to, [char, close].iter().collect())),
            Effect::Over => (caret, 0),
            Effect::Around(close) => {
                let range = Range {
                    anchor: moved(range.anchor),
                    head: moved(range.head),
                };
                let open = insert(from, from, char.into());
                (range, open + insert(to, to, close.into()))
            }
        };
        after.push(range);
        grown += by;
    }
    Some((changes, Selection::new(after, selection.primary_index())))
}

fn effect(rope: &Rope, range: &Range, char: char) -> Effect {
    let partner = PAIRS.iter().find(|pair| pair.0 == char);
    if !range.is_empty() {
        return partner.map_or(Effect::Plain, |pair| Effect::Around(pair.1));
    }
    let pos = range.head;
    let next = rope.get_char(pos.0);
    let closes = PAIRS.iter().any(|pair| pair.1 == char) && next == Some(char);
    match partner {
        Some((open, close)) if open == close => quote(rope, pos, char),
        _ if closes => Effect::Over,
        Some((_, close)) if may_pair_before(next) => Effect::Pair(*close),
        _ => Effect::Plain,
    }
}

fn quote(rope: &Rope, pos: Pos, quote: char) -> Effect {
    let line = coords::line_of(rope, pos);
    let start = coords::line_start(rope, line);
    let before: Vec<char> = rope.slice(start.0..pos.0).chars().collect();
    let next = rope.get_char(pos.0);
    let open = open_text(&before);
    if open == Some(quote) {
        let ends = next == Some(quote) && !is_escaped(&before);
        return if ends { Effect::Over } else { Effect::Plain };
    }
    if open.is_some()
        || before.contains(&'#')
        || !may_pair_before(next)
        || !may_begin(&before, quote)
    {
        return Effect::Plain;
    }
    Effect::Pair(quote)
}

/// The quote that a text open at the end of `before` will end with.
fn open_text(before: &[char]) -> Option<char> {
    let mut open = None;
    let mut escaped = false;
    for &char in before {
        match open {
            Some(_) if escaped => escaped = false,
            Some(_) if char == '\\' => escaped = true,
            Some(quote) if char == quote => open = None,
            None if char == '"' || char == '\'' => open = Some(char),
            _ => {}
        }
    }
    open
}

/// Whether the next character of a text means itself: an odd number of backslashes is before it.
fn is_escaped(before: &[char]) -> bool {
    before.iter().rev().take_while(|c| **c == '\\').count() % 2 == 1
}

/// Whether a text may begin behind `before`: not in a word, and not as the third of three quotes.
fn may_begin(before: &[char], quote: char) -> bool {
    let word: Vec<&char> = before
        .iter()
        .rev()
        .take_while(|c| words::is_part(**c))
        .collect();
    let is_prefix = word.len() <= 2 && word.iter().all(|c| PREFIXES.contains(c));
    is_prefix && before.last() != Some(&quote)
}

fn may_pair_before(next: Option<char>) -> bool {
    next.is_none_or(|c| c.is_whitespace() || matches!(c, ')' | ']' | '}' | ',' | ':' | ';'))
}

/// Whether the caret at `pos` stands between a pair that Backspace takes whole.
pub fn is_between(rope: &Rope, pos: Pos) -> bool {
    let around = pos
        .0
        .checked_sub(1)
        .map(|before| (rope.char(before), rope.get_char(pos.0)));
    around.is_some_and(|(before, after)| {
        PAIRS
            .iter()
            .any(|pair| pair.0 == before && Some(pair.1) == after)
    })
}

/// The bracket that closes `open`, where that is one that opens.
pub fn closing(open: char) -> Option<char> {
    PAIRS[..3]
        .iter()
        .find(|pair| pair.0 == open)
        .map(|pair| pair.1)
}
