//! Every unit a position can have, and every conversion between them.
//!
//! Inside the engine a position is a count of characters ([`Pos`], ropey's
//! unit). The parser counts bytes, the browser counts UTF-16 code units; both
//! are met only here, so that a mix-up is a type error. All functions take
//! positions beyond the document and answer for its end.

use ropey::Rope;

/// A position in the document, in characters (Unicode scalar values).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pos(pub usize);

/// A column or length in UTF-16 code units: the unit of the DOM.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Utf16(pub usize);

/// A position in the document in bytes of UTF-8: the unit of the parser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteOffset(pub usize);

/// A line (zero-based) and a column in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineCol {
    /// Zero-based line.
    pub line: usize,
    /// Characters from the start of the line.
    pub col: usize,
}

/// A line (zero-based) and a column in UTF-16 code units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineUtf16 {
    /// Zero-based line.
    pub line: usize,
    /// UTF-16 code units from the start of the line.
    pub col: Utf16,
}

/// The end of the document.
pub fn end(rope: &Rope) -> Pos {
    Pos(rope.len_chars())
}

/// The line that holds `pos`; a position at a line's start belongs to it.
pub fn line_of(rope: &Rope, pos: Pos) -> usize {
    rope.char_to_line(pos.min(end(rope)).0)
}

/// The first position of `line`, or the document's end beyond the last line.
pub fn line_start(rope: &Rope, line: usize) -> Pos {
    Pos(rope.line_to_char(line.min(rope.len_lines())))
}

/// The last position of `line`: before its line break, where it has one.
pub fn line_end(rope: &Rope, line: usize) -> Pos {
    let next = line_start(rope, line.saturating_add(1));
    if line + 1 < rope.len_lines() {
        Pos(next.0 - 1)
    } else {
        next
    }
}

/// Characters to line and column.
pub fn pos_to_line_col(rope: &Rope, pos: Pos) -> LineCol {
    let pos = pos.min(end(rope));
    let line = line_of(rope, pos);
    LineCol {
        line,
        col: pos.0 - line_start(rope, line).0,
    }
}

/// Line and column to characters; the column is clamped to the line.
pub fn line_col_to_pos(rope: &Rope, at: LineCol) -> Pos {
    let start = line_start(rope, at.line);
    Pos(start.0.saturating_add(at.col)).min(line_end(rope, at.line))
}

/// Characters to the DOM's line and column.
pub fn pos_to_line_utf16(rope: &Rope, pos: Pos) -> LineUtf16 {
    let pos = pos.min(end(rope));
    let line = line_of(rope, pos);
    let start = line_start(rope, line);
    let col = rope.char_to_utf16_cu(pos.0) - rope.char_to_utf16_cu(start.0);
    LineUtf16 {
        line,
        col: Utf16(col),
    }
}

/// The DOM's line and column to characters. The column is clamped to the line,
/// never lands in its line break, and half of a surrogate pair counts as
/// before the character.
pub fn line_utf16_to_pos(rope: &Rope, at: LineUtf16) -> Pos {
    let start = rope.char_to_utf16_cu(line_start(rope, at.line).0);
    let unit = start.saturating_add(at.col.0).min(rope.len_utf16_cu());
    Pos(rope.utf16_cu_to_char(unit)).min(line_end(rope, at.line))
}

/// Characters to bytes.
pub fn pos_to_byte(rope: &Rope, pos: Pos) -> ByteOffset {
    ByteOffset(rope.char_to_byte(pos.min(end(rope)).0))
}

/// Bytes to characters; a byte inside a character counts as its start.
pub fn byte_to_pos(rope: &Rope, byte: ByteOffset) -> Pos {
    Pos(rope.byte_to_char(byte.0.min(rope.len_bytes())))
}

/// The first byte of `line`, or the document's end beyond the last line.
pub fn line_start_byte(rope: &Rope, line: usize) -> ByteOffset {
    ByteOffset(rope.line_to_byte(line.min(rope.len_lines())))
}

/// The line that holds `byte`.
pub fn line_of_byte(rope: &Rope, byte: ByteOffset) -> usize {
    rope.byte_to_line(byte.0.min(rope.len_bytes()))
}

/// The first `chars` characters of a text, and the rest.
pub fn cut(text: &str, chars: usize) -> (&str, &str) {
    let mut rest = text.chars();
    for _ in 0..chars {
        rest.next();
    }
    text.split_at(text.len() - rest.as_str().len())
}
