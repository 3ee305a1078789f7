//! A notation for tests: a text with its selection in it.
//!
//! `|` is a caret; `«` and `»` enclose a range whose head is where the `|`
//! stands inside it: `«abc|»` or `«|abc»`. The text itself can hold none of the
//! three. Made for tests of any crate; nothing that ships uses it.

use crate::command::Motion;
use crate::coords::Pos;
use crate::editor::Editor;
use crate::selection::{Range, Selection};
use crate::state::State;

/// Every motion, for what holds after each of them.
pub const MOTIONS: [Motion; 12] = [
    Motion::CharLeft,
    Motion::CharRight,
    Motion::WordLeft,
    Motion::WordRight,
    Motion::LineUp,
    Motion::LineDown,
    Motion::PageUp,
    Motion::PageDown,
    Motion::LineStart,
    Motion::LineEnd,
    Motion::DocStart,
    Motion::DocEnd,
];

/// Splits a fixture into its text and selection. Without any mark the caret is
/// at the start; the last range is primary.
pub fn parse(fixture: &str) -> (String, Selection) {
    let mut text = String::new();
    let mut ranges = Vec::new();
    let mut at = 0;
    let mut open: Option<Pos> = None;
    let mut bar: Option<Pos> = None;
    for c in fixture.chars() {
        match c {
            '«' => (open, bar) = (Some(Pos(at)), None),
            '»' => {
                let from = open.take().expect("« comes before »");
                let head = bar.take().expect("a range has a | at one end");
                let anchor = if head == from { Pos(at) } else { from };
                ranges.push(Range { anchor, head });
            }
            '|' if open.is_some() => bar = Some(Pos(at)),
            '|' => ranges.push(Range::caret(Pos(at))),
            _ => {
                text.push(c);
                at += 1;
            }
        }
    }
    let primary = ranges.len().saturating_sub(1);
    (text, Selection::new(ranges, primary))
}

/// The fixture that describes a state.
pub fn show(state: &State) -> String {
    let mut out = String::new();
    let mut at = 0;
    let mut copy_to = |out: &mut String, pos: Pos| {
        out.extend(state.rope().slice(at..pos.0).chars());
        at = pos.0;
    };
    for range in state.selection().ranges() {
        copy_to(&mut out, range.from());
        if range.is_empty() {
            out.push('|');
            continue;
        }
        let forwards = range.head == range.to();
        out.push_str(if forwards { "«" } else { "«|" });
        copy_to(&mut out, range.to());
        out.push_str(if forwards { "|»" } else { "»" });
    }
    copy_to(&mut out, Pos(state.rope().len_chars()));
    out
}

/// An editor in the state that a fixture describes.
pub fn editor(fixture: &str) -> Editor {
    let (text, selection) = parse(fixture);
    let mut editor = Editor::new(&text);
    editor.select(selection);
    editor
}
