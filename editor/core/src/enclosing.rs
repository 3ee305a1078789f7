//! What encloses a selection in syntax: the word, what stands in the brackets,
//! the brackets, the statement, its block, the document.
//!
//! The grammar has no ranks of expressions, so `a` in `a + b * c` is followed
//! by the whole expression.

use std::ops::Range as Bytes;

use ropey::Rope;
use tree_sitter::Node;

use crate::coords::{self, ByteOffset, Pos};
use crate::movement;
use crate::selection::{Range, Selection};
use crate::syntax::Syntax;
use crate::words;

/// Every range grown to the smallest thing that holds more than it.
pub fn expanded(syntax: &Syntax, rope: &Rope, selection: &Selection) -> Selection {
    let grown = |range: &Range| grown(syntax, rope, range);
    let ranges = selection.ranges().iter().map(grown).collect();
    Selection::new(ranges, selection.primary_index())
}

fn grown(syntax: &Syntax, rope: &Rope, range: &Range) -> Range {
    let word = movement::word_at(rope, range.head);
    let end = coords::end(rope);
    let mut best = Range {
        anchor: Pos(0),
        head: end,
    };
    let mut offer = |from: Pos, to: Pos| {
        let holds = from <= range.from() && range.to() <= to;
        let is_more = holds && (from < range.from() || range.to() < to);
        if is_more && to.0 - from.0 < best.head.0 - best.anchor.0 {
            best = Range {
                anchor: from,
                head: to,
            };
        }
    };
    let letter = rope.get_char(word.from().0).filter(|_| !word.is_empty());
    if letter.is_some_and(words::is_part) {
        offer(word.from(), word.to());
    }
    let from = coords::pos_to_byte(rope, range.from()).0;
    let to = coords::pos_to_byte(rope, range.to()).0;
    let root = syntax.tree().map(|tree| tree.root_node());
    let mut node = root.and_then(|root| root.descendant_for_byte_range(from, to));
    while let Some(here) = node {
        for bytes in parts(here) {
            let (from, to) = trimmed(rope, bytes);
            offer(from, to);
        }
        node = here.parent();
    }
    best
}

/// A node, what stands between its brackets or quotes, and its block.
fn parts(node: Node) -> Vec<Bytes<usize>> {
    let mut parts = vec![node.byte_range()];
    let count = node.child_count();
    let (Some(first), Some(last)) = (node.child(0), node.child(count.saturating_sub(1))) else {
        return parts;
    };
    let closes = matches!(last.kind(), ")" | "]" | "}" | "string_end");
    if matches!(first.kind(), "(" | "[" | "{" | "string_start") && closes {
        parts.push(first.end_byte()..last.start_byte());
    }
    let mut cursor = node.walk();
    let colon = node
        .children(&mut cursor)
        .find(|child| child.kind() == ":")
        .filter(|_| node.kind().ends_with("definition") || node.kind().ends_with("statement"));
    parts.extend(colon.map(|colon| colon.end_byte()..node.end_byte()));
    parts
}

/// Without the blanks and line breaks at both ends.
fn trimmed(rope: &Rope, bytes: Bytes<usize>) -> (Pos, Pos) {
    let from = coords::byte_to_pos(rope, ByteOffset(bytes.start));
    let to = coords::byte_to_pos(rope, ByteOffset(bytes.end));
    let blank = |c: &char| matches!(c, ' ' | '\t' | '\n');
    let behind = rope.chars_at(to.0).reversed().take(to.0 - from.0);
    let to = Pos(to.0 - behind.take_while(blank).count());
    let ahead = rope.chars_at(from.0).take(to.0 - from.0);
    (Pos(from.0 + ahead.take_while(blank).count()), to)
}
