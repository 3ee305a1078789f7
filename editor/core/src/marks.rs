//! What is pinned to a line: for now the error of the last run.
//!
//! A mark follows its line through edits elsewhere and goes when the line itself
//! is edited: the message was about the old text. Drawing is the surface's.

use std::ops::Range;

use crate::coords::Utf16;
use crate::state::Update;

/// All marks of a document.
#[derive(Debug, Default)]
pub struct Marks {
    error: Option<ErrorMark>,
}

/// An error at a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorMark {
    /// Zero-based line.
    pub line: usize,
    /// The columns in question, where the interpreter named them.
    pub cols: Option<Range<Utf16>>,
    /// What the interpreter said.
    pub message: String,
}

impl Marks {
    /// Marks an error; an earlier one goes.
    pub fn set_error(&mut self, line: usize, cols: Option<Range<Utf16>>, message: &str) {
        self.error = Some(ErrorMark {
            line,
            cols,
            message: message.to_owned(),
        });
    }

    /// Removes the error mark.
    pub fn clear_error(&mut self) {
        self.error = None;
    }

    /// The error mark, if there is one.
    pub fn error(&self) -> Option<&ErrorMark> {
        self.error.as_ref()
    }

    /// The line of the error, zero-based.
    pub fn error_line(&self) -> Option<usize> {
        self.error.as_ref().map(|error| error.line)
    }

    /// Follows a change of the text.
    pub fn map(&mut self, update: &Update) {
        let Some(mut error) = self.error.take() else {
            return;
        };
        let follow = |line, edit: &crate::state::LineEdit| edit.map_line(line);
        let Some(line) = update.lines.iter().try_fold(error.line, follow) else {
            return;
        };
        error.line = line;
        self.error = Some(error);
    }
}
