//! What is selected: one or several ranges with a direction.
//!
//! A [`Selection`] is always in normal form (see [`Selection::new`]), so nobody
//! has to ask whether ranges overlap. Movement is in `movement.rs`.

use crate::change::{Assoc, ChangeSet};
use crate::coords::Pos;
use crate::order;

/// A stretch of text with a direction: `head` is where the caret blinks,
/// `anchor` is the end that stays when the range is extended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// The end that stays.
    pub anchor: Pos,
    /// The end that moves.
    pub head: Pos,
}

impl Range {
    /// An empty range: a caret.
    pub fn caret(at: Pos) -> Range {
        Range {
            anchor: at,
            head: at,
        }
    }

    /// The lower end.
    pub fn from(&self) -> Pos {
        self.anchor.min(self.head)
    }

    /// The upper end.
    pub fn to(&self) -> Pos {
        self.anchor.max(self.head)
    }

    /// Whether this is a caret.
    pub fn is_empty(&self) -> bool {
        self.anchor == self.head
    }

    fn map(self, change: impl Fn(Pos) -> Pos) -> Range {
        Range {
            anchor: change(self.anchor),
            head: change(self.head),
        }
    }

    /// Ranges join when they share a character, or when a caret touches them:
    /// two ranges side by side are still two.
    fn joins(&self, next: &Range) -> bool {
        let touching = self.to() == next.from();
        self.to() > next.from() || (touching && (self.is_empty() || next.is_empty()))
    }

    fn joined(&self, next: &Range) -> Range {
        let from = self.from().min(next.from());
        let to = self.to().max(next.to());
        let backwards = self.head < self.anchor || next.head < next.anchor;
        if backwards {
            Range {
                anchor: to,
                head: from,
            }
        } else {
            Range {
                anchor: from,
                head: to,
            }
        }
    }
}

/// One or several ranges, ascending and apart from each other; one is primary:
/// it is the one the surface shows and scrolls to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    ranges: Vec<Range>,
    primary: usize,
}

impl Default for Selection {
    fn default() -> Selection {
        Selection::caret(Pos(0))
    }
}

impl Selection {
    /// Sorts the ranges and joins those that overlap. No ranges at all become a
    /// caret at the start; a `primary` out of bounds becomes the last one.
    pub fn new(mut ranges: Vec<Range>, primary: usize) -> Selection {
        let Some(lead) = ranges.get(primary).or(ranges.last()).copied() else {
            return Selection::default();
        };
        order::sort_by_key(&mut ranges, |range| (range.from(), range.to()));
        let mut joined: Vec<Range> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match joined.last_mut() {
                Some(last) if last.joins(&range) => *last = last.joined(&range),
                _ => joined.push(range),
            }
        }
        let holds = |range: &Range| range.from() <= lead.from() && lead.to() <= range.to();
        let primary = joined.iter().position(holds).unwrap_or(0);
        Selection {
            ranges: joined,
            primary,
        }
    }

    /// One caret.
    pub fn caret(at: Pos) -> Selection {
        Selection::single(at, at)
    }

    /// One range.
    pub fn single(anchor: Pos, head: Pos) -> Selection {
        Selection {
            ranges: vec![Range { anchor, head }],
            primary: 0,
        }
    }

    /// All ranges, ascending; never empty.
    pub fn ranges(&self) -> &[Range] {
        &self.ranges
    }

    /// The range the surface shows.
    pub fn primary(&self) -> Range {
        self.ranges[self.primary]
    }

    /// Index of the primary range in [`ranges`](Self::ranges).
    pub fn primary_index(&self) -> usize {
        self.primary
    }

    /// One range more, which is primary.
    pub fn with(&self, range: Range) -> Selection {
        let mut ranges = self.ranges.clone();
        ranges.push(range);
        Selection::new(ranges, usize::MAX)
    }

    /// Another primary range; the others stay.
    pub fn with_primary(mut self, range: Range) -> Selection {
        self.ranges[self.primary] = range;
        Selection::new(self.ranges, self.primary)
    }

    /// Where the selection is after a change it did not cause: carets go behind
    /// what was inserted at them, selected text stays selected.
    pub fn map(&self, changes: &ChangeSet) -> Selection {
        let moved = |range: &Range| {
            if range.is_empty() {
                return range.map(|pos| changes.map_pos(pos, Assoc::After));
            }
            let from = changes.map_pos(range.from(), Assoc::After);
            let to = changes.map_pos(range.to(), Assoc::Before).max(from);
            range.map(|pos| if pos == range.from() { from } else { to })
        };
        Selection::new(self.ranges.iter().map(moved).collect(), self.primary)
    }

    /// The same selection, with every position at most `end`.
    pub fn clamped(&self, end: Pos) -> Selection {
        let inside = |range: &Range| range.map(|pos| pos.min(end));
        Selection::new(self.ranges.iter().map(inside).collect(), self.primary)
    }
}
