//! Rules of a grammar, written as Rust and given as the JSON that the
//! generator reads.
//!
//! A text is the name of a rule; one that opens with `'` is a token. Not here:
//! any rule of Python (`grammar.rs`).

use serde_json::{Value, json};

/// A part of a rule.
#[derive(Clone)]
pub struct Part(pub Value);

impl From<&str> for Part {
    fn from(text: &str) -> Part {
        Part(match text.strip_prefix('\'') {
            Some(token) => json!({"type": "STRING", "value": token}),
            None => json!({"type": "SYMBOL", "name": text}),
        })
    }
}

/// One part after the other.
macro_rules! seq {
    ($($part:expr),+ $(,)?) => { crate::notation::members("SEQ", vec![$($part.into()),+]) };
}

/// One of the parts.
macro_rules! any {
    ($($part:expr),+ $(,)?) => { crate::notation::members("CHOICE", vec![$($part.into()),+]) };
}

pub(crate) use {any, seq};

/// Parts under one heading.
pub fn members(kind: &str, parts: Vec<Part>) -> Part {
    let parts: Vec<Value> = parts.into_iter().map(|part| part.0).collect();
    Part(json!({"type": kind, "members": parts}))
}

fn wrapped(kind: &str, part: impl Into<Part>) -> Part {
    Part(json!({"type": kind, "content": part.into().0}))
}

fn ranked(kind: &str, rank: i32, part: impl Into<Part>) -> Part {
    Part(json!({"type": kind, "value": rank, "content": part.into().0}))
}

/// The part or nothing.
pub fn maybe(part: impl Into<Part>) -> Part {
    members("CHOICE", vec![part.into(), Part(json!({"type": "BLANK"}))])
}

/// The part as often as it comes, or not at all.
pub fn many(part: impl Into<Part>) -> Part {
    wrapped("REPEAT", part)
}

/// The part, once or more.
pub fn some(part: impl Into<Part>) -> Part {
    wrapped("REPEAT1", part)
}

/// The part, once or more, with commas between and perhaps behind.
pub fn commas(part: &str) -> Part {
    seq![part, many(seq!["',", part]), maybe("',")]
}

/// A part that binds with this rank.
pub fn rank(rank: i32, part: impl Into<Part>) -> Part {
    ranked("PREC", rank, part)
}

/// The same, where of equals the left comes first.
pub fn rank_left(rank: i32, part: impl Into<Part>) -> Part {
    ranked("PREC_LEFT", rank, part)
}

/// The same, where of equals the right comes first.
pub fn rank_right(rank: i32, part: impl Into<Part>) -> Part {
    ranked("PREC_RIGHT", rank, part)
}

/// A part that can be asked for by a name.
pub fn field(name: &str, part: impl Into<Part>) -> Part {
    Part(json!({"type": "FIELD", "name": name, "content": part.into().0}))
}

/// A part under another name in the tree.
pub fn named(name: &str, part: impl Into<Part>) -> Part {
    Part(json!({"type": "ALIAS", "named": true, "value": name, "content": part.into().0}))
}

/// One token that is any of these texts.
pub fn token(texts: &[&str]) -> Part {
    let texts = texts
        .iter()
        .map(|text| Part(json!({"type": "STRING", "value": text})));
    wrapped("TOKEN", members("CHOICE", texts.collect()))
}

/// One token made of the insides of others.
pub fn joined(tokens: &[&Value]) -> Part {
    let inside = tokens.iter().map(|token| Part(token["content"].clone()));
    wrapped("TOKEN", members("CHOICE", inside.collect()))
}
