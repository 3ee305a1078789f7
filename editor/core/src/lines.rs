//! Whole lines: moving, copying, deleting and joining them.
//!
//! Every function gives the changes and what is selected after them. Lines that
//! stand together in a selection move as one block.

use ropey::Rope;

use crate::change::Change;
use crate::coords::{self, Pos};
use crate::indent::lines;
use crate::movement::first_non_blank;
use crate::selection::{Range, Selection};

/// Up or down the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Towards the start.
    Up,
    /// Towards the end.
    Down,
}

/// Changes with what is selected afterwards.
pub type Edit = (Vec<Change>, Selection);

/// The lines of the selection change places with the one before or behind them.
/// Nothing where one of them is at the document's end already.
pub fn moved(rope: &Rope, selection: &Selection, way: Way) -> Option<Edit> {
    let blocks = blocks(rope, selection);
    let last = rope.len_lines() - 1;
    let is_at_end = |block: &Block| match way {
        Way::Up => block.first == 0,
        Way::Down => block.last == last,
    };
    if blocks.iter().any(is_at_end) {
        return None;
    }
    let changes = blocks.iter().map(|block| swap(rope, block, way)).collect();
    let by = |block: &Block| {
        let neighbour = match way {
            Way::Up => block.first - 1,
            Way::Down => block.last + 1,
        };
        text(rope, neighbour, neighbour).chars().count() + 1
    };
    let shift = |range: &Range| {
        let line = coords::line_of(rope, range.from());
        let block = blocks.iter().find(|block| block.holds(line));
        let by = block.map_or(0, by);
        let end = coords::end(rope);
        shifted(range, |pos| match way {
            Way::Up => Pos(pos.0 - by),
            Way::Down => Pos(pos.0 + by).min(end),
        })
    };
    Some((changes, mapped(selection, shift)))
}

/// The lines of the selection stand there twice; the copy on the named side is selected.
pub fn copied(rope: &Rope, selection: &Selection, way: Way) -> Edit {
    let blocks = blocks(rope, selection);
    let copy = |block: &Block| {
        let at = coords::line_start(rope, block.first);
        Change {
            from: at,
            to: at,
            insert: text(rope, block.first, block.last) + "\n",
        }
    };
    let changes: Vec<Change> = blocks.iter().map(copy).collect();
    let shift = |range: &Range| {
        let from = range.from();
        let grown = |change: &Change| match way {
            // The copy before a block pushes the block down; above it, nothing moves.
            Way::Down => change.from <= from,
            Way::Up => change.from.0 + change.insert.chars().count() <= from.0,
        };
        let by: usize = changes
            .iter()
            .filter(|change| grown(change))
            .map(|change| change.insert.chars().count())
            .sum();
        shifted(range, |pos| Pos(pos.0 + by))
    };
    let selection = mapped(selection, shift);
    (changes, selection)
}

/// The lines of the selection are gone; carets stand where they were.
pub fn deleted(rope: &Rope, selection: &Selection) -> Edit {
    let (mut changes, mut carets, mut gone) = (Vec::new(), Vec::new(), 0);
    for block in blocks(rope, selection) {
        let (mut from, mut to) = (
            coords::line_start(rope, block.first),
            coords::line_start(rope, block.last + 1),
        );
        let is_last = block.last + 1 == rope.len_lines();
        if is_last {
            to = coords::end(rope);
            from = Pos(from.0.saturating_sub(1));
        }
        let caret = if is_last && block.first > 0 {
            coords::line_start(rope, block.first - 1)
        } else {
            from
        };
        carets.push(Range::caret(Pos(caret.0.saturating_sub(gone))));
        gone += to.0 - from.0;
        changes.push(Change {
            from,
            to,
            insert: String::new(),
        });
    }
    (changes, Selection::new(carets, selection.primary_index()))
}

/// Each line of the selection is joined with the next one, by one blank where both have text.
pub fn joined(rope: &Rope, selection: &Selection) -> Option<Vec<Change>> {
    let ends = blocks(rope, selection).into_iter().flat_map(|block| {
        // One line alone is joined with the next; several among themselves.
        let last = block.last.max(block.first + 1);
        block.first..last
    });
    let mut done = Pos(0);
    let changes: Vec<Change> = ends
        .filter(|line| line + 1 < rope.len_lines())
        .map(|line| {
            let change = join(rope, line, done);
            done = change.to;
            change
        })
        .collect();
    (!changes.is_empty()).then_some(changes)
}

/// `done` is where the join before has ended: a blank line between two is gone with it.
fn join(rope: &Rope, line: usize, done: Pos) -> Change {
    let end = coords::line_end(rope, line);
    let back = rope.chars_at(end.0).reversed();
    let blanks = back.take_while(|&c| c == ' ' || c == '\t').count();
    let from = Pos(end.0 - blanks)
        .max(coords::line_start(rope, line))
        .max(done);
    let to = first_non_blank(rope, line + 1);
    let both = from > coords::line_start(rope, line) && to < coords::line_end(rope, line + 1);
    Change {
        from,
        to,
        insert: if both { " ".into() } else { String::new() },
    }
}

/// Lines that stand together in a selection.
struct Block {
    first: usize,
    last: usize,
}

impl Block {
    fn holds(&self, line: usize) -> bool {
        (self.first..=self.last).contains(&line)
    }
}

fn blocks(rope: &Rope, selection: &Selection) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in lines(rope, selection) {
        match blocks.last_mut() {
            Some(block) if block.last + 1 == line => block.last = line,
            _ => blocks.push(Block {
                first: line,
                last: line,
            }),
        }
    }
    blocks
}

/// Lines without the break behind the last.
fn text(rope: &Rope, first: usize, last: usize) -> String {
    let (from, to) = (
        coords::line_start(rope, first),
        coords::line_end(rope, last),
    );
    rope.slice(from.0..to.0).to_string()
}

fn swap(rope: &Rope, block: &Block, way: Way) -> Change {
    let own = text(rope, block.first, block.last);
    let (first, last, insert) = match way {
        Way::Up => {
            let other = text(rope, block.first - 1, block.first - 1);
            (block.first - 1, block.last, [&own, "\n", &other].concat())
        }
        Way::Down => {
            let other = text(rope, block.last + 1, block.last + 1);
            (block.first, block.last + 1, [&other, "\n", &own].concat())
        }
    };
    Change {
        from: coords::line_start(rope, first),
        to: coords::line_end(rope, last),
        insert,
    }
}

fn shifted(range: &Range, shift: impl Fn(Pos) -> Pos) -> Range {
    Range {
        anchor: shift(range.anchor),
        head: shift(range.head),
    }
}

fn mapped(selection: &Selection, shift: impl Fn(&Range) -> Range) -> Selection {
    let ranges = selection.ranges().iter().map(shift).collect();
    Selection::new(ranges, selection.primary_index())
}
