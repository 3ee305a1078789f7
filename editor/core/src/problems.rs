//! Where a text is no Python, read off the syntax tree: what stands in an `ERROR`
//! node, and where a token is missing.
//!
//! The tree recovers as well as it can, so one mistake may break much behind it:
//! a broken stretch is told at its first line alone, and there are few of them at once. An interpreter
//! knows better and says more; this is for as long as there is none.
//!
//! Not here: when to look, and what is under the caret.

use std::ops::Range;

use ropey::Rope;
use tree_sitter::{Node, Tree};

use crate::coords::{self, ByteOffset, Utf16};
use crate::marks::{Kind, Mark};

/// More at once would be noise.
const MOST: usize = 3;
/// What is said of a stretch that fits nowhere.
const UNREADABLE: &str = "This is not Python";

/// The problems of a text, the first ones of it.
pub fn problems(tree: &Tree, rope: &Rope) -> Vec<Mark> {
    let mut found: Vec<Mark> = Vec::new();
    let mut open = vec![tree.root_node()];
    while let Some(node) = open.pop() {
        if found.len() == MOST || !(node.has_error() || node.is_missing()) {
            continue;
        }
        let mark = if node.is_missing() {
            Some(missing(&node, rope))
        } else if node.is_error() && node.parent().is_some() {
            stretch(&node, rope).map(|cols| of(cols, UNREADABLE.to_owned()))
        } else {
            None
        };
        match mark {
            Some(mark) if found.last().is_none_or(|last| last.line != mark.line) => {
                found.push(mark);
            }
            Some(_) => {}
            None => {
                // The first child is the next to be looked at.
                let children = node.child_count();
                open.extend((0..children).rev().filter_map(|child| node.child(child)));
            }
        }
    }
    // Nothing of it could be read.
    if found.is_empty() && tree.root_node().is_error() {
        let cols = stretch(&tree.root_node(), rope);
        found.extend(cols.map(|cols| of(cols, UNREADABLE.to_owned())));
    }
    found
}

fn of((line, cols): (usize, Range<Utf16>), message: String) -> Mark {
    Mark {
        kind: Kind::Problem,
        line,
        cols: Some(cols),
        message,
    }
}

/// The first line of what a node holds, without the blanks around.
fn stretch(node: &Node, rope: &Rope) -> Option<(usize, Range<Utf16>)> {
    let (start, end) = (node.start_byte(), node.end_byte().min(rope.len_bytes()));
    let text = rope.byte_slice(start.min(end)..end).to_string();
    let from = start + (text.len() - text.trim_start().len());
    let first = text.trim_start().split('\n').next()?.trim_end();
    (!first.is_empty()).then(|| columns(rope, from, first))
}

/// Behind what stands before it.
fn missing(node: &Node, rope: &Rope) -> Mark {
    let before = rope.byte_slice(..node.start_byte().min(rope.len_bytes()));
    let mut end = before.len_bytes();
    let mut last = None;
    for c in before.chars_at(before.len_chars()).reversed() {
        end -= c.len_utf8();
        if !c.is_whitespace() {
            last = Some(c);
            break;
        }
    }
    let text = last.map(String::from).unwrap_or_default();
    let kind = node.kind();
    // Only what is written as it is called can be named.
    let is_sign = !kind.is_empty() && kind.chars().all(|c| c.is_ascii_punctuation() && c != '_');
    let message = match is_sign {
        true => ["'", kind, "' is missing"].concat(),
        false => "Something is missing here".to_owned(),
    };
    of(columns(rope, end, &text), message)
}

/// Where `text`, which begins at a byte and has no line break, is in its line.
fn columns(rope: &Rope, byte: usize, text: &str) -> (usize, Range<Utf16>) {
    let line = coords::line_of_byte(rope, ByteOffset(byte));
    let start = coords::line_start_byte(rope, line).0;
    let before = rope.byte_slice(start..byte.max(start));
    let units = |chars: &mut dyn Iterator<Item = char>| chars.map(char::len_utf16).sum::<usize>();
    let from = units(&mut before.chars());
    (line, Utf16(from)..Utf16(from + units(&mut text.chars())))
}
