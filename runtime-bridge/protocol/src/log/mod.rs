//! What a program has written, as a reader sees it: lines with styles, as a
//! terminal makes them of the text (`ansi.rs`, `style.rs`, `row.rs`), both
//! streams in their order. Memory is bounded: the first and the last lines are
//! kept, what lies between is handed out and counted.
//!
//! Lines stand in blocks of a hundred. A block is the unit of what is kept and
//! of what is painted, so what is no more in here is no more on the page.
//!
//! Not here: nodes, frames, files.

pub mod ansi;
pub mod links;
mod row;
pub mod style;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use crate::output::{Chunk, Stream};
use ansi::{Parser, Step};
use row::Row;
pub use row::{Look, ROW_CELLS};
use style::Style;

/// Lines in a block.
const BLOCK_LINES: usize = 100;
/// What a block costs at most, in bytes; a line that begins within goes beyond.
const BLOCK_COST: usize = 32 * 1024;
/// What a change of looks costs beside its text: it is an element on the page.
const LOOK_COST: usize = 128;

/// How much is kept. A cost is bytes of text, and 128 for every change of looks.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Blocks begin with the first one until one of these is reached.
    pub first: Share,
    /// The last blocks, the one that is written included.
    pub last: Share,
}

/// A number of lines, or what they may cost.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    /// Lines.
    pub lines: usize,
    /// Bytes and looks.
    pub cost: usize,
}

impl Limits {
    /// What a page keeps of one editor's output.
    pub const PAGE: Limits = Limits {
        first: Share {
            lines: 2_000,
            cost: 1 << 20,
        },
        last: Share {
            lines: 10_000,
            cost: 4 << 20,
        },
    };
}

/// A piece of a block's text with one look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The look.
    pub look: Look,
    /// Where it ends, in bytes of the block's text.
    pub end: usize,
}

/// Lines that are written and do not change any more, or a place for something else.
#[derive(Debug, Default)]
pub struct Block {
    /// Counts from 0 in the order of writing.
    pub id: usize,
    /// The text, line ends included.
    pub text: String,
    /// Its looks, in order, without gaps.
    pub runs: Vec<Run>,
    /// Line ends in it.
    pub lines: usize,
    /// What a place costs beside its text; none for lines.
    place: Option<usize>,
}

impl Block {
    fn cost(&self) -> usize {
        self.text.len() + LOOK_COST * self.runs.len() + self.place.unwrap_or_default()
    }

    /// Whether nothing more will be written into it.
    pub fn is_full(&self) -> bool {
        self.is_place() || self.lines >= BLOCK_LINES || self.cost() >= BLOCK_COST
    }

    /// Whether it is a place for something that is no text: its text is for files only.
    pub fn is_place(&self) -> bool {
        self.place.is_some()
    }

    fn push(&mut self, text: &str, look: Look) {
        self.text.push_str(text);
        let end = self.text.len();
        match self.runs.last_mut() {
            Some(last) if last.look == look => last.end = end,
            _ => self.runs.push(Run { look, end }),
        }
    }

    fn end_line(&mut self, look: Look) {
        self.push("\n", look);
        self.lines += 1;
    }
}

/// What was handed out of the middle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Line ends.
    pub lines: usize,
    /// Bytes of text.
    pub bytes: usize,
}

/// What one stream has said of the text after it.
#[derive(Debug, Default)]
struct Voice {
    parser: Parser,
    style: Style,
}

/// The log of one run.
#[derive(Debug)]
pub struct Log {
    limits: Limits,
    blocks: VecDeque<Block>,
    /// How many blocks at the front are the first ones.
    first: usize,
    next_id: usize,
    row: Row,
    voices: [Voice; 3],
    left_out: LeftOut,
    /// Of the last blocks.
    lines: usize,
    cost: usize,
}

impl Log {
    /// An empty log.
    pub fn new(limits: Limits) -> Log {
        Log {
            limits,
            blocks: VecDeque::new(),
            first: 0,
            next_id: 0,
            row: Row::default(),
            voices: Default::default(),
            left_out: LeftOut::default(),
            lines: 0,
            cost: 0,
        }
    }

    /// Takes what a program wrote. [`Log::evict`] is to be asked afterwards.
    pub fn write(&mut self, chunk: &Chunk) {
        let mut voice = std::mem::take(&mut self.voices[chunk.stream as usize]);
        let mut rest = chunk.text.as_str();
        while !rest.is_empty() {
            let look = Look {
                stream: chunk.stream,
                style: voice.style,
            };
            rest = self.write_plain_lines(rest, look, &voice.parser);
            let (line, after) = rest.split_at(rest.find('\n').map_or(rest.len(), |at| at + 1));
            let Voice { parser, style } = &mut voice;
            parser.feed(line, |step| self.step(step, chunk.stream, style));
            rest = after;
        }
        self.voices[chunk.stream as usize] = voice;
    }

    /// Most lines have nothing for a terminal in them: they need no cells. What is left.
    fn write_plain_lines<'a>(&mut self, text: &'a str, look: Look, parser: &Parser) -> &'a str {
        let mut rest = text;
        if !self.row.is_fresh() || !parser.is_at_text() {
            return rest;
        }
        while let Some(end) = ansi::plain_line(rest).filter(|end| *end <= ROW_CELLS) {
            let block = self.open_block();
            let before = block.cost();
            block.push(&rest[..=end], look);
            block.lines += 1;
            let cost = block.cost() - before;
            self.count(1, cost);
            rest = &rest[end + 1..];
        }
        rest
    }

    fn step(&mut self, step: Step<'_>, stream: Stream, style: &mut Style) {
        let row = &mut self.row;
        match step {
            Step::Text(text) => {
                let look = Look {
                    stream,
                    style: *style,
                };
                let mut rest = row.write(text, look);
                while !rest.is_empty() {
                    self.end_row();
                    rest = self.row.write(rest, look);
                }
            }
            Step::LineFeed => {
                self.end_row();
                let style = *style;
                let block = self.open_line();
                let before = block.cost();
                block.end_line(Look { stream, style });
                let cost = block.cost() - before;
                self.count(1, cost);
            }
            Step::Return => row.go_to(0),
            Step::Column(column) => row.go_to(column),
            Step::Right(columns) => row.go_to(row.column().saturating_add(columns)),
            Step::Left(columns) => row.go_to(row.column().saturating_sub(columns)),
            Step::Erase(what) => row.erase(what),
            Step::Style(parameters) => style.select(parameters),
        }
    }

    /// What was written into the row becomes part of its block; its line is not ended by this.
    fn end_row(&mut self) {
        let mut row = std::mem::take(&mut self.row);
        let block = self.open_block();
        let before = block.cost();
        row.pieces(|text, look| block.push(text, look));
        let cost = block.cost() - before;
        self.count(0, cost);
        row.clear();
        self.row = row;
    }

    /// The last block, for whole lines.
    fn open_block(&mut self) -> &mut Block {
        if self.blocks.back().is_none_or(Block::is_full) {
            self.add_block();
        }
        self.open_line()
    }

    /// The last block, for the end of a line whose text is in it.
    fn open_line(&mut self) -> &mut Block {
        if self.blocks.is_empty() {
            self.add_block();
        }
        let last = self.blocks.len() - 1;
        &mut self.blocks[last]
    }

    fn add_block(&mut self) {
        if self.is_in_first() && self.is_over(self.limits.first) {
            self.first = self.blocks.len();
            (self.lines, self.cost) = (0, 0);
        }
        self.blocks.push_back(Block {
            id: self.next_id,
            ..Block::default()
        });
        self.next_id += 1;
    }

    /// Whether the first blocks are still being filled.
    fn is_in_first(&self) -> bool {
        self.first == 0
    }

    fn count(&mut self, lines: usize, cost: usize) {
        self.lines += lines;
        self.cost += cost;
    }

    fn is_over(&self, share: Share) -> bool {
        self.lines >= share.lines || self.cost >= share.cost
    }

    /// Ends the line that is written, and makes a place for something that is
    /// no text: a block of its own, whose number is returned. `text` stands for
    /// it where there is text only, without a line end; `cost` is what it costs beside, in bytes.
    /// [`Log::evict`] is to be asked afterwards.
    pub fn insert(&mut self, text: &str, cost: usize) -> usize {
        let look = Look {
            stream: Stream::Out,
            style: Style::default(),
        };
        let is_within_line = !self.row.is_empty();
        if is_within_line {
            self.end_row();
        }
        self.add_block();
        let block = self.open_line();
        block.place = Some(cost);
        if is_within_line {
            block.push("\n", look);
        }
        block.push(text, look);
        block.push("\n", look);
        block.lines = block.text.matches('\n').count();
        let (id, lines, cost) = (block.id, block.lines, block.cost());
        self.count(lines, cost);
        id
    }

    /// Takes the oldest block out that is more than may be kept, if there is one.
    pub fn evict(&mut self) -> Option<Block> {
        let is_more = !self.is_in_first() && self.is_over(self.limits.last);
        if !is_more || self.blocks.len() <= self.first + 1 {
            return None;
        }
        let block = self.blocks.remove(self.first)?;
        self.lines -= block.lines;
        self.cost -= block.cost();
        self.left_out.lines += block.lines;
        self.left_out.bytes += block.text.len();
        Some(block)
    }

    /// The blocks that are kept; what was left out lies behind the first [`Log::first`] of them.
    pub fn blocks(&self) -> &VecDeque<Block> {
        &self.blocks
    }

    /// How many of the blocks stand before what was left out: all of them while nothing was.
    pub fn first(&self) -> usize {
        if self.left_out.bytes == 0 {
            self.blocks.len()
        } else {
            self.first
        }
    }

    /// What was left out so far.
    pub fn left_out(&self) -> LeftOut {
        self.left_out
    }

    /// The line that is still written, in pieces of one look.
    pub fn open_row(&self, take: impl FnMut(&str, Look)) {
        self.row.pieces(take);
    }

    /// Whether nothing was written, and no place made.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty() && self.row.is_empty()
    }

    /// Lines that were written, those left out included; one that is not ended counts.
    pub fn lines(&self) -> usize {
        let kept: usize = self.blocks.iter().map(|block| block.lines).sum();
        let is_open = !self.row.is_empty()
            || self
                .blocks
                .back()
                .is_some_and(|block| !block.text.is_empty() && !block.text.ends_with('\n'));
        kept + self.left_out.lines + usize::from(is_open)
    }

    /// The text of what is kept: before what was left out, and after it.
    pub fn text(&self) -> (String, String) {
        let (first, last) = (self.first(), self.blocks.len());
        let of = |range: std::ops::Range<usize>| -> String {
            self.blocks
                .range(range)
                .map(|block| block.text.as_str())
                .collect()
        };
        let (mut before, mut after) = (of(0..first), of(first..last));
        let open = if first == last {
            &mut before
        } else {
            &mut after
        };
        self.row.pieces(|text, _| open.push_str(text));
        (before, after)
    }
}

/// A number with its thousands apart, as a person reads it.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
