//! What a reader types into a program: the lines typed before, and lines that
//! were given ahead of their questions.
//!
//! Not here: the field, and which program is answered.

use std::collections::VecDeque;

/// Lines that were typed, to be had again by the arrow keys.
#[derive(Debug, Default)]
pub struct History {
    lines: Vec<String>,
    /// Which line is shown; their number, where it is the one that is being typed.
    at: usize,
    /// What was typed before an older line was shown in its place.
    draft: String,
}

impl History {
    /// A field opens: nothing is typed yet.
    pub fn open(&mut self) {
        self.at = self.lines.len();
        self.draft.clear();
    }

    /// Keeps a line; an empty one and a repetition of the last are not worth it.
    pub fn keep(&mut self, line: &str) {
        let is_last = self.lines.last().is_some_and(|last| last == line);
        if !line.is_empty() && !is_last {
            self.lines.push(line.to_owned());
        }
    }

    /// The line before the one that is shown; `shown` is what the field holds.
    pub fn older(&mut self, shown: &str) -> Option<&str> {
        let older = self.at.checked_sub(1)?;
        if self.at == self.lines.len() {
            self.draft = shown.to_owned();
        }
        self.at = older;
        self.lines.get(older).map(String::as_str)
    }

    /// The line after the one that is shown, at last what was being typed.
    pub fn newer(&mut self) -> Option<&str> {
        if self.at >= self.lines.len() {
            return None;
        }
        self.at += 1;
        Some(self.lines.get(self.at).unwrap_or(&self.draft))
    }
}

/// Lines that wait for their questions.
#[derive(Debug, Default)]
pub struct Ahead(VecDeque<String>);

impl Ahead {
    /// Takes a text whose first line is an answer: gives that, and keeps the
    /// others before all that wait. The end of the last line may be left out.
    pub fn split(&mut self, text: &str) -> String {
        let mut lines = lines(text).into_iter();
        let first = lines.next().unwrap_or_default();
        for line in lines.rev() {
            self.0.push_front(line);
        }
        first
    }

    /// The line that is next.
    pub fn take(&mut self) -> Option<String> {
        self.0.pop_front()
    }

    /// Forgets them.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// The lines of a text, without their ends; none of an empty one. Line breaks
/// are `\n`, `\r\n` or `\r`.
pub fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut after_cr = false;
    for c in text.chars() {
        match c {
            '\n' if after_cr => {}
            '\r' | '\n' => lines.push(std::mem::take(&mut line)),
            c => line.push(c),
        }
        after_cr = c == '\r';
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_through_what_was_typed_and_back_to_what_is_being_typed() {
        let mut history = History::default();
        for line in ["one", "two", "two", ""] {
            history.keep(line);
        }
        history.open();
        assert_eq!(history.newer(), None);
        assert_eq!(history.older("half"), Some("two"));
        assert_eq!(history.older("two"), Some("one"));
        assert_eq!(history.older("one"), None);
        assert_eq!(history.newer(), Some("two"));
        assert_eq!(history.newer(), Some("half"));
        assert_eq!(history.newer(), None);
        history.open();
        assert_eq!(history.older(""), Some("two"));
    }

    #[test]
    fn a_new_field_has_no_history_of_its_own() {
        let mut history = History::default();
        history.open();
        assert_eq!(history.older("x"), None);
        assert_eq!(history.newer(), None);
    }

    #[test]
    fn the_first_line_answers_and_the_others_wait() {
        let mut ahead = Ahead::default();
        assert_eq!(ahead.split("a\r\nb\n\nc\n"), "a");
        assert_eq!(ahead.split("x\ny"), "x");
        let rest: Vec<_> = std::iter::from_fn(|| ahead.take()).collect();
        assert_eq!(rest, ["y", "b", "", "c"]);
        assert_eq!(ahead.split(""), "");
        assert_eq!(ahead.split("\n"), "");
        assert_eq!(ahead.take(), None);
    }

    #[test]
    fn lines_of_a_text() {
        assert!(lines("").is_empty());
        assert_eq!(lines("a"), ["a"]);
        assert_eq!(lines("a\n\nb\r"), ["a", "", "b"]);
    }
}
