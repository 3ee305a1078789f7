//! Which bracket belongs to the one at the caret.
//!
//! Brackets are those of the syntax tree, so none in a text or in a comment
//! counts. Whole parts of the tree are stepped over where they have no error:
//! there, brackets are in pairs.

use ropey::Rope;
use tree_sitter::{Node, TreeCursor};

use crate::coords::{self, ByteOffset, Pos};
use crate::syntax::Syntax;

/// Nodes that are looked at before the question stays open.
const MOST: usize = 2_000;

/// A bracket at the caret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bracket {
    /// Where it is.
    pub at: Pos,
    /// Where its partner is; `None` when it certainly has none.
    pub partner: Option<Pos>,
}

/// The bracket before or behind a caret, where there is one and it is known
/// whether it has a partner.
pub fn at(syntax: &Syntax, rope: &Rope, caret: Pos) -> Option<Bracket> {
    let before = caret.0.checked_sub(1).map(Pos);
    let places = [before, Some(caret)];
    places
        .into_iter()
        .flatten()
        .find_map(|pos| of(syntax, rope, pos))
}

/// The same of the bracket that stands at `at`.
pub fn of(syntax: &Syntax, rope: &Rope, at: Pos) -> Option<Bracket> {
    let char = rope.get_char(at.0)?;
    let way = way_of(char)?;
    let tree = syntax.tree()?;
    let byte = coords::pos_to_byte(rope, at).0;
    let mut cursor = tree.walk();
    while cursor.goto_first_child_for_byte(byte).is_some() {}
    let leaf = cursor.node();
    if leaf.start_byte() != byte || kind(leaf) != Some(char) {
        return None;
    }
    let partner = match partner(&mut cursor, char, way) {
        Found::At(byte) => Some(coords::byte_to_pos(rope, ByteOffset(byte))),
        // What the tree does not know yet may be its partner.
        Found::Nothing if syntax.is_done() => None,
        Found::Nothing | Found::Unknown => return None,
    };
    Some(Bracket { at, partner })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Forwards,
    Backwards,
}

fn way_of(char: char) -> Option<Way> {
    match char {
        '(' | '[' | '{' => Some(Way::Forwards),
        ')' | ']' | '}' => Some(Way::Backwards),
        _ => None,
    }
}

fn partner_of(char: char) -> char {
    match char {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        ')' => '(',
        ']' => '[',
        _ => '{',
    }
}

/// The bracket that a leaf is.
fn kind(leaf: Node) -> Option<char> {
    let mut chars = leaf.kind().chars();
    let char = chars.next()?;
    let is_bracket = chars.next().is_none() && way_of(char).is_some() && !leaf.is_missing();
    is_bracket.then_some(char)
}

enum Found {
    At(usize),
    Nothing,
    Unknown,
}

fn partner(cursor: &mut TreeCursor, char: char, way: Way) -> Found {
    let mut open = vec![char];
    for _ in 0..MOST {
        if !step(cursor, way) {
            return Found::Nothing;
        }
        let leaf = cursor.node();
        let Some(char) = kind(leaf).filter(|_| leaf.child_count() == 0) else {
            continue;
        };
        if way_of(char) == Some(way) {
            open.push(char);
        } else if open.last() == Some(&partner_of(char)) {
            open.pop();
            if open.is_empty() {
                return Found::At(leaf.start_byte());
            }
        } else {
            // One of another kind: which of the two is wrong is clear only where
            // nothing else is open.
            return match open.len() {
                1 => Found::Nothing,
                _ => Found::Unknown,
            };
        }
    }
    Found::Unknown
}

/// To the next node that has no children, or none that need to be looked at.
fn step(cursor: &mut TreeCursor, way: Way) -> bool {
    loop {
        let moved = match way {
            Way::Forwards => cursor.goto_next_sibling(),
            Way::Backwards => cursor.goto_previous_sibling(),
        };
        if moved {
            break;
        }
        if !cursor.goto_parent() {
            return false;
        }
    }
    while cursor.node().has_error() {
        let inside = match way {
            Way::Forwards => cursor.goto_first_child(),
            Way::Backwards => cursor.goto_last_child(),
        };
        if !inside {
            break;
        }
    }
    true
}
