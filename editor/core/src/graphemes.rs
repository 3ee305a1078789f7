//! What a person calls one character: a base with its combining marks, an emoji
//! of several parts (Unicode Standard Annex 29, extended grapheme clusters).
//!
//! A browser knows the rules (`Intl.Segmenter`), and their tables weigh more than
//! the rest of the motions, so a page gives its own ([`provide`]) and only native builds link
//! them. Before that, and in a browser without them, each character is one.
//!
//! Not here: what a word is (`words.rs`), and where a line ends (`movement.rs`).

use std::cell::Cell;

/// Which grapheme of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// That at its start.
    First,
    /// That at its end.
    Last,
}

/// Gives the length in characters of a grapheme of a text that is not empty; at least 1.
pub type Rules = fn(&str, Which) -> usize;

thread_local! {
    static RULES: Cell<Rules> = const { Cell::new(known) };
}

/// From now on these are the rules.
pub fn provide(rules: Rules) {
    RULES.set(rules);
}

/// The length in characters of the grapheme at that end of `text`; 0 without text.
pub fn len(text: &str, which: Which) -> usize {
    if is_plain(text, which) {
        return text.len().min(1);
    }
    RULES.get()(text, which)
}

/// Two characters of ASCII never are one (a line break here is one character).
fn is_plain(text: &str, which: Which) -> bool {
    let near = match which {
        Which::First => text.as_bytes().get(..2),
        Which::Last => text.len().checked_sub(2).map(|at| &text.as_bytes()[at..]),
    };
    near.unwrap_or(text.as_bytes()).is_ascii()
}

#[cfg(not(target_family = "wasm"))]
fn known(text: &str, which: Which) -> usize {
    use unicode_segmentation::UnicodeSegmentation;
    let mut all = text.graphemes(true);
    let grapheme = match which {
        Which::First => all.next(),
        Which::Last => all.next_back(),
    };
    grapheme.map_or(1, |grapheme| grapheme.chars().count())
}

#[cfg(target_family = "wasm")]
fn known(_: &str, _: Which) -> usize {
    1
}
