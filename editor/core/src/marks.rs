//! What is pinned to a line: the error of the last run, and what is no Python in
//! the text as it is.
//!
//! A mark follows its line through edits elsewhere and goes when the line itself
//! is edited: the message was about the old text. Drawing is the surface's, and
//! what is no Python is found in `problems.rs` or by an interpreter.

use std::ops::Range;

use crate::coords::Utf16;
use crate::lines::Way;
use crate::state::{LineEdit, Update};

/// All marks of a document.
#[derive(Debug, Default)]
pub struct Marks(Vec<Mark>);

/// Something to know about a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Why it is there.
    pub kind: Kind,
    /// Zero-based line.
    pub line: usize,
    /// The columns in question, where they are known.
    pub cols: Option<Range<Utf16>>,
    /// What is to say.
    pub message: String,
}

/// Why a line is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The last run failed here.
    Error,
    /// The text is no Python here.
    Problem,
}

impl Marks {
    /// Takes all marks of a kind away.
    pub fn clear(&mut self, kind: Kind) {
        self.0.retain(|mark| mark.kind != kind);
    }

    /// Adds a mark.
    pub fn add(&mut self, mark: Mark) {
        self.0.push(mark);
    }

    /// All of them, in no order.
    pub fn all(&self) -> &[Mark] {
        &self.0
    }

    /// The mark to show at a line: an error goes before a problem.
    pub fn at(&self, line: usize) -> Option<&Mark> {
        let here = || self.0.iter().filter(|mark| mark.line == line);
        here()
            .find(|mark| mark.kind == Kind::Error)
            .or_else(|| here().next())
    }

    /// The nearest mark above or below a line; beyond the last one, the first.
    pub fn next(&self, line: usize, way: Way) -> Option<&Mark> {
        let lines = || self.0.iter().map(|mark| mark.line);
        let next = match way {
            Way::Down => lines()
                .filter(|other| *other > line)
                .min()
                .or_else(|| lines().min()),
            Way::Up => lines()
                .filter(|other| *other < line)
                .max()
                .or_else(|| lines().max()),
        };
        self.at(next?)
    }

    /// Follows a change of the text.
    pub fn map(&mut self, update: &Update) {
        if update.lines.is_empty() {
            return;
        }
        let follow = |line, edit: &LineEdit| edit.map_line(line);
        self.0.retain_mut(|mark| {
            let line = update.lines.iter().try_fold(mark.line, follow);
            mark.line = line.unwrap_or_default();
            line.is_some()
        });
    }
}
