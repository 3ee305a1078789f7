//! PyScript's `__export__`: a file that ends with a list of names offers them to
//! the page. Not here: files that do so by `sync` themselves.

use std::borrow::Cow;

const EXPORT: &str = include_str!("../js/export.py");

/// The program of a worker with what publishes its `__export__`, if it has one.
/// Nothing stands before it, so its lines keep their numbers.
pub fn with_export(code: &str) -> Cow<'_, str> {
    match holds(code, "__export__") {
        true => [code, "\n", EXPORT].concat().into(),
        false => code.into(),
    }
}

/// Whether a text has a part. The standard library's search is for long texts,
/// and would be 2 KB of what a page loads first.
pub fn holds(text: &str, part: &str) -> bool {
    let mut windows = text.as_bytes().windows(part.len());
    windows.any(|window| window == part.as_bytes())
}
