//! Comments: what Ctrl+/ does to the lines of a selection.
//!
//! One rule: lines that are all comments lose their signs; else every line that
//! is not blank gets one, all in the same column.

use ropey::Rope;

use crate::change::Change;
use crate::coords::{self, Pos};
use crate::indent::lines;
use crate::movement::first_non_blank;
use crate::selection::Selection;

const SIGN: &str = "# ";

/// Makes the lines of a selection comments, or code again.
pub fn toggle(rope: &Rope, selection: &Selection) -> Vec<Change> {
    let starts: Vec<Pos> = lines(rope, selection)
        .into_iter()
        .filter_map(|line| text_of(rope, line))
        .collect();
    if starts.iter().all(|start| rope.char(start.0) == '#') {
        return starts.into_iter().map(|start| bare(rope, start)).collect();
    }
    let col = |start: &Pos| coords::pos_to_line_col(rope, *start).col;
    let least = starts.iter().map(col).min().unwrap_or(0);
    let signed = |start: Pos| {
        let at = Pos(start.0 - col(&start) + least);
        Change {
            from: at,
            to: at,
            insert: SIGN.to_owned(),
        }
    };
    starts.into_iter().map(signed).collect()
}

/// Where the text of a line begins; nothing for a blank one.
fn text_of(rope: &Rope, line: usize) -> Option<Pos> {
    let start = first_non_blank(rope, line);
    (start < coords::line_end(rope, line)).then_some(start)
}

fn bare(rope: &Rope, start: Pos) -> Change {
    let blank = rope.get_char(start.0 + 1) == Some(' ');
    Change {
        from: start,
        to: Pos(start.0 + 1 + usize::from(blank)),
        insert: String::new(),
    }
}
