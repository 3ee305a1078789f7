//! The line that is still written: a row of cells with a cursor, which a
//! carriage return, a backspace and escape sequences move. One character is one
//! cell, however wide the font draws it.

use super::Stream;
use super::ansi::Erase;
use super::style::Style;

/// Cells in a row. What is longer goes on in the next one, as in a terminal
/// that is so wide; a carriage return goes to the start of the last one.
pub const ROW_CELLS: usize = 4096;

/// One character as it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub char: char,
    pub look: Look,
}

/// Who wrote text, and how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Where it was written to.
    pub stream: Stream,
    /// Colours and traits.
    pub style: Style,
}

/// The row. The cursor may stand beyond its end; blanks fill the gap when something is written there.
#[derive(Debug, Default)]
pub(super) struct Row {
    cells: Vec<Cell>,
    cursor: usize,
}

impl Row {
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Whether text goes to its start, and nothing is there.
    pub fn is_fresh(&self) -> bool {
        self.cells.is_empty() && self.cursor == 0
    }

    /// Writes characters until the row is full; what is left over.
    pub fn write<'a>(&mut self, text: &'a str, look: Look) -> &'a str {
        let mut chars = text.chars();
        while self.cursor < ROW_CELLS {
            let Some(char) = chars.next() else { break };
            self.put(Cell { char, look });
        }
        chars.as_str()
    }

    fn put(&mut self, cell: Cell) {
        let look = cell.look;
        if self.cursor > self.cells.len() {
            self.cells.resize(self.cursor, Cell { char: ' ', look });
        }
        match self.cells.get_mut(self.cursor) {
            Some(place) => *place = cell,
            None => self.cells.push(cell),
        }
        self.cursor += 1;
    }

    /// To a column, zero-based; not beyond the last one.
    pub fn go_to(&mut self, column: usize) {
        self.cursor = column.min(ROW_CELLS - 1);
    }

    pub fn column(&self) -> usize {
        self.cursor
    }

    pub fn erase(&mut self, what: Erase) {
        match what {
            Erase::ToEnd => self.cells.truncate(self.cursor),
            Erase::Whole => self.cells.clear(),
            Erase::ToStart => {
                let end = self.cells.len().min(self.cursor + 1);
                self.cells[..end]
                    .iter_mut()
                    .for_each(|cell| cell.char = ' ');
            }
        }
    }

    /// Its text in pieces of one look, in order.
    pub fn pieces(&self, mut take: impl FnMut(&str, Look)) {
        let mut text = String::new();
        for cells in self.cells.chunk_by(|one, next| one.look == next.look) {
            text.clear();
            text.extend(cells.iter().map(|cell| cell.char));
            take(&text, cells[0].look);
        }
    }

    pub fn clear(&mut self) {
        self.cells.clear();
        self.cursor = 0;
    }
}
