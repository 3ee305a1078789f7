//! What a word is made of. Whoever asks wants to know where to stop, not what
//! Python takes: the tables of Unicode, which know every letter, weigh more than
//! everything that asks.
//!
//! Not here: motions over words (`movement.rs`).

/// The blocks of pictures: an emoji is no part of a word.
const PICTURES: std::ops::Range<u32> = 0x1F000..0x1FB00;

/// Whether a word may hold it: letters, digits, `_`, and beyond ASCII whatever
/// is neither blank nor a picture, so that marks that combine belong to their letter.
pub fn is_part(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    !c.is_whitespace() && !c.is_control() && !PICTURES.contains(&u32::from(c))
}
