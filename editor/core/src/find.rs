//! Finding a text in the document, forwards and in bounded steps.
//!
//! Bytes are compared, in windows copied from the rope, so that a match may lie
//! across its chunks. Where the case does not matter, that holds for the
//! letters of ASCII; others are compared as they are, without Unicode's tables.
//! Matches do not overlap. There are no regular expressions: an engine for them
//! weighs more than the rest of this crate.

use std::ops::ControlFlow;
use std::ops::Range as Bytes;

use ropey::Rope;

use crate::change::{Assoc, Change, ChangeSet};
use crate::coords::{self, ByteOffset};
use crate::selection::Range;
use crate::words;

/// Bytes that are copied and looked through at once.
const WINDOW: usize = 1 << 16;
/// As many changes are made each by itself, so that what lies between them
/// stays where it is for carets and marks; more are one.
const SINGLE: usize = 10_000;
/// Matches that are counted.
pub const COUNTED: usize = 100_000;

/// What is looked for. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// In small letters where the case does not matter.
    text: Vec<u8>,
    match_case: bool,
    whole_word: bool,
}

impl Query {
    /// `None` for no text at all.
    pub fn new(text: &str, match_case: bool, whole_word: bool) -> Option<Query> {
        let mut text = text.as_bytes().to_vec();
        if !match_case {
            text.make_ascii_lowercase();
        }
        (!text.is_empty()).then_some(Query {
            text,
            match_case,
            whole_word,
        })
    }

    /// The first match in a part that begins at `from` or behind it, or else the first of the part.
    pub fn next(&self, rope: &Rope, part: &Part, from: ByteOffset) -> Option<Range> {
        let (before, behind) = self.halves(rope, part, from);
        let found = self
            .first(rope, behind)
            .or_else(|| self.first(rope, before));
        found.map(|at| self.range(rope, at))
    }

    /// The last match in a part that begins before `before`, or else the last of the part.
    pub fn previous(&self, rope: &Rope, part: &Part, before: ByteOffset) -> Option<Range> {
        let (before, behind) = self.halves(rope, part, before);
        let found = self.last(rope, before).or_else(|| self.last(rope, behind));
        found.map(|at| self.range(rope, at))
    }

    /// Where matches in a part may begin, before a byte and from there on.
    fn halves(&self, rope: &Rope, part: &Part, at: ByteOffset) -> (Bytes<usize>, Bytes<usize>) {
        let Bytes { start, end } = self.beginnings(rope, part);
        let middle = at.0.clamp(start, end);
        (start..middle, middle..end)
    }

    /// Where a match may begin so that all of it is in a part.
    fn beginnings(&self, rope: &Rope, part: &Part) -> Bytes<usize> {
        let bytes = part.bytes(rope);
        let end = (bytes.end + 1).saturating_sub(self.text.len());
        bytes.start..end.max(bytes.start)
    }

    fn first(&self, rope: &Rope, bytes: Bytes<usize>) -> Option<usize> {
        let mut first = None;
        self.each(rope, bytes, &mut |at| {
            first = Some(at);
            false
        });
        first
    }

    /// Hands out where the matches in a part begin that do so in `bytes`, as [`each`](Self::each).
    pub fn each_in(
        &self,
        rope: &Rope,
        part: &Part,
        bytes: Bytes<usize>,
        found: &mut dyn FnMut(usize) -> bool,
    ) {
        let within = self.beginnings(rope, part);
        self.each(
            rope,
            bytes.start.max(within.start)..bytes.end.min(within.end),
            found,
        );
    }

    /// Where the last match in `bytes` begins; looked for from the end.
    fn last(&self, rope: &Rope, bytes: Bytes<usize>) -> Option<usize> {
        let mut end = bytes.end.min(rope.len_bytes());
        while end > bytes.start {
            let start = end.saturating_sub(WINDOW).max(bytes.start);
            let mut last = None;
            self.each(rope, start..end, &mut |at| {
                last = Some(at);
                true
            });
            if last.is_some() {
                return last;
            }
            end = start;
        }
        None
    }

    /// Whether `range` is a match.
    pub fn is(&self, rope: &Rope, range: Range) -> bool {
        let from = coords::pos_to_byte(rope, range.from());
        let to = coords::pos_to_byte(rope, range.to());
        let mut is = false;
        if to.0 - from.0 == self.text.len() {
            self.each(rope, from.0..from.0 + 1, &mut |at| {
                is = at == from.0;
                false
            });
        }
        is
    }

    /// The match that begins at a byte.
    pub fn range(&self, rope: &Rope, at: usize) -> Range {
        Range {
            anchor: coords::byte_to_pos(rope, ByteOffset(at)),
            head: coords::byte_to_pos(rope, ByteOffset(at + self.text.len())),
        }
    }

    /// Hands out where the matches begin that do so in `bytes`, ascending, as
    /// long as `found` answers `true`.
    pub fn each(&self, rope: &Rope, bytes: Bytes<usize>, found: &mut dyn FnMut(usize) -> bool) {
        let end = bytes.end.min(rope.len_bytes());
        let mut window = Vec::new();
        let mut start = bytes.start;
        while start < end {
            let stop = (start + WINDOW).min(end);
            copy(rope, start..stop + self.text.len() - 1, &mut window);
            match self.in_window(rope, &window, start, stop, found) {
                ControlFlow::Continue(next) => start = next,
                ControlFlow::Break(()) => return,
            }
        }
    }

    /// Looks through a copy of the text from `start` on, for matches that begin
    /// before `stop`; answers where to go on.
    fn in_window(
        &self,
        rope: &Rope,
        window: &[u8],
        start: usize,
        stop: usize,
        found: &mut dyn FnMut(usize) -> bool,
    ) -> ControlFlow<(), usize> {
        let mut at = 0;
        while start + at < stop {
            let Some(head) = window[at..].iter().position(|byte| self.begins(*byte)) else {
                break;
            };
            at += head;
            if start + at >= stop {
                break;
            }
            let Some(there) = window.get(at..at + self.text.len()) else {
                break;
            };
            if !self.equals(there) || !self.stands_alone(rope, start + at) {
                at += 1;
                continue;
            }
            if !found(start + at) {
                return ControlFlow::Break(());
            }
            at += self.text.len();
        }
        ControlFlow::Continue(stop.max(start + at))
    }

    fn begins(&self, byte: u8) -> bool {
        self.folded(byte) == self.text[0]
    }

    fn equals(&self, bytes: &[u8]) -> bool {
        let same = |(byte, ours): (&u8, &u8)| self.folded(*byte) == *ours;
        bytes.iter().zip(&self.text).all(same)
    }

    fn folded(&self, byte: u8) -> u8 {
        match self.match_case {
            true => byte,
            false => byte.to_ascii_lowercase(),
        }
    }

    /// Whether no letter touches the match, where that is asked for.
    fn stands_alone(&self, rope: &Rope, at: usize) -> bool {
        if !self.whole_word {
            return true;
        }
        let range = self.range(rope, at);
        let before = range.from().0.checked_sub(1);
        let before = before.and_then(|before| rope.get_char(before));
        let behind = rope.get_char(range.to().0);
        ![before, behind].into_iter().flatten().any(words::is_part)
    }

    /// The changes that put `with` in place of all matches in a part.
    pub fn replaced(&self, rope: &Rope, part: &Part, with: &str) -> (Vec<Change>, usize) {
        let mut starts = Vec::new();
        self.each_in(rope, part, 0..rope.len_bytes(), &mut |at| {
            starts.push(at);
            true
        });
        let count = starts.len();
        let one = |at: usize| {
            let range = self.range(rope, at);
            Change {
                from: range.from(),
                to: range.to(),
                insert: with.to_owned(),
            }
        };
        if count <= SINGLE {
            return (starts.into_iter().map(one).collect(), count);
        }
        let mut changes: Vec<Change> = Vec::new();
        changes.extend(self.as_one(rope, &starts, with));
        (changes, count)
    }

    fn as_one(&self, rope: &Rope, starts: &[usize], with: &str) -> Option<Change> {
        let (first, last) = (*starts.first()?, *starts.last()?);
        let mut text = Vec::new();
        copy(rope, first..last + self.text.len(), &mut text);
        let mut insert = Vec::with_capacity(text.len());
        let mut at = first;
        for start in starts {
            insert.extend_from_slice(&text[at - first..start - first]);
            insert.extend_from_slice(with.as_bytes());
            at = start + self.text.len();
        }
        Some(Change {
            from: self.range(rope, first).from(),
            to: self.range(rope, last).to(),
            // Whole characters were taken out of whole characters.
            insert: String::from_utf8(insert).ok()?,
        })
    }
}

/// Makes `into` a copy of these bytes of the text, as far as there are any.
pub(crate) fn copy(rope: &Rope, bytes: Bytes<usize>, into: &mut Vec<u8>) {
    into.clear();
    let end = bytes.end.min(rope.len_bytes());
    let mut at = bytes.start;
    while at < end {
        let (chunk, start, _, _) = rope.chunk_at_byte(at);
        let chunk = &chunk.as_bytes()[at - start..];
        let part = &chunk[..chunk.len().min(end - at)];
        into.extend_from_slice(part);
        at += part.len();
    }
}

/// What of a document is looked in: all, or a part that follows what is edited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part(Option<Range>);

impl Part {
    /// All of the document.
    pub const ALL: Part = Part(None);

    /// What is between the ends of a range.
    pub fn new(range: Range) -> Part {
        Part(Some(range))
    }

    /// Its ends, where it is not all of the document.
    pub fn range(&self) -> Option<Range> {
        self.0
    }

    /// Whether a range is in it.
    pub fn holds(&self, range: Range) -> bool {
        let holds = |part: Range| part.from() <= range.from() && range.to() <= part.to();
        self.0.is_none_or(holds)
    }

    /// Follows a change: what is put in at one of its ends belongs to it.
    pub fn map(&mut self, changes: &ChangeSet) {
        self.0 = self.0.map(|range| Range {
            anchor: changes.map_pos(range.from(), Assoc::Before),
            head: changes.map_pos(range.to(), Assoc::After),
        });
    }

    fn bytes(&self, rope: &Rope) -> Bytes<usize> {
        let byte = |pos| coords::pos_to_byte(rope, pos).0;
        let ends = |range: Range| byte(range.from())..byte(range.to());
        self.0.map_or(0..rope.len_bytes(), ends)
    }
}

/// A count of matches under way, in bounded steps.
#[derive(Debug, Default)]
pub struct Count {
    /// Where matches begin, ascending.
    found: Vec<u32>,
    at: usize,
    done: bool,
}

impl Count {
    /// Goes on counting, until done or until `budget` says stop (by answering `true`).
    pub fn go_on(
        &mut self,
        query: &Query,
        rope: &Rope,
        part: &Part,
        budget: &mut dyn FnMut() -> bool,
    ) {
        let within = query.beginnings(rope, part);
        self.at = self.at.max(within.start);
        while !self.done {
            let stop = (self.at + WINDOW).min(within.end);
            let mut next = stop;
            let found = &mut self.found;
            query.each(rope, self.at..stop, &mut |at| {
                found.push(at as u32);
                next = next.max(at + query.text.len());
                found.len() < COUNTED
            });
            self.at = next;
            self.done = next >= within.end || self.found.len() >= COUNTED;
            if budget() {
                return;
            }
        }
    }

    /// Whether all is counted.
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// How many there are; at most [`COUNTED`].
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether there are none so far.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Which one begins at a byte, counted from zero.
    pub fn index_of(&self, at: ByteOffset) -> Option<usize> {
        self.found.binary_search(&(at.0 as u32)).ok()
    }
}
