//! Where the last statement of a program begins, for an interpreter that has no
//! syntax tree to give: if that statement is an expression, its value is shown.
//!
//! Not here: whether it is an expression; the interpreter's compiler says so.

use std::iter::Peekable;
use std::str::Chars;

/// Where the last statement begins, in UTF-16 code units. None where that is no
/// statement of the outermost level, or where a `;` after it silences it.
pub fn last_statement(code: &str) -> Option<u32> {
    let mut scan = Scan {
        chars: code.chars().peekable(),
        at: 0,
        depth: 0,
    };
    let mut last = None;
    while let Some(&first) = scan.chars.peek() {
        match first {
            '#' => scan.comment(),
            '\n' | '\r' | '\u{c}' => drop(scan.next()),
            ' ' | '\t' => {
                // A blank line is no line of a block.
                scan.blanks();
                if !matches!(scan.chars.peek(), None | Some('\n' | '\r' | '#')) {
                    last = None;
                    scan.line();
                }
            }
            _ => last = scan.line(),
        }
    }
    last
}

struct Scan<'a> {
    chars: Peekable<Chars<'a>>,
    /// In UTF-16 code units.
    at: u32,
    /// Brackets that are open.
    depth: usize,
}

impl Scan<'_> {
    fn next(&mut self) -> Option<char> {
        let char = self.chars.next()?;
        self.at += char.len_utf16() as u32;
        Some(char)
    }

    fn blanks(&mut self) {
        while self
            .chars
            .next_if(|char| matches!(char, ' ' | '\t'))
            .is_some()
        {
            self.at += 1;
        }
    }

    fn comment(&mut self) {
        while self.chars.peek().is_some_and(|char| *char != '\n') {
            self.next();
        }
    }

    /// A logical line; where the last statement in it begins.
    fn line(&mut self) -> Option<u32> {
        let mut start = Some(self.at);
        let mut is_compound = false;
        self.depth = 0;
        while let Some(char) = self.next() {
            match char {
                '\n' if self.depth == 0 => break,
                '\\' => drop(self.next()),
                '#' => self.comment(),
                '"' | '\'' => self.text(char),
                '(' | '[' | '{' => self.depth += 1,
                ')' | ']' | '}' => self.depth = self.depth.saturating_sub(1),
                // What follows may be in the block of a statement that is not ended.
                ':' if self.depth == 0 => is_compound = true,
                ';' if self.depth == 0 && !is_compound => {
                    self.blanks();
                    let is_end = matches!(self.chars.peek(), None | Some('\n' | '\r' | '#'));
                    start = (!is_end).then_some(self.at);
                }
                _ => {}
            }
        }
        start
    }

    /// A text literal, after its first quote. One that is not ended ends with its line.
    fn text(&mut self, quote: char) {
        let mut quotes = 1;
        while quotes < 3 && self.chars.next_if_eq(&quote).is_some() {
            self.at += 1;
            quotes += 1;
        }
        if quotes == 2 {
            return;
        }
        let mut closing = 0;
        while let Some(char) = self.next() {
            closing = if char == quote { closing + 1 } else { 0 };
            match char {
                '\\' => drop(self.next()),
                '\n' if quotes == 1 => return,
                _ if closing == quotes => return,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The last statement's text.
    fn last(code: &str) -> Option<String> {
        let units: Vec<u16> = code.encode_utf16().collect();
        last_statement(code).map(|at| String::from_utf16_lossy(&units[at as usize..]))
    }

    fn is(code: &str, expected: &str) {
        assert_eq!(last(code).as_deref(), Some(expected), "{code}");
    }

    #[test]
    fn the_last_line_of_the_outermost_level() {
        is("x", "x");
        is("x = 1\nx\n", "x\n");
        is("x = 1\r\nx\r\n", "x\r\n");
        is("def f():\n    pass\n\nf()", "f()");
        is(
            "x  # why\n\n# the end\n   \n",
            "x  # why\n\n# the end\n   \n",
        );
        is("s = 'é😀'\n(1,\n2,\n)", "(1,\n2,\n)");
        is("a\n+ b", "+ b");
        is("a \\\n+ b", "a \\\n+ b");
        assert_eq!(last(""), None);
        assert_eq!(last("# only this"), None);
    }

    #[test]
    fn what_is_in_a_block_is_none() {
        assert_eq!(last("if x:\n    x"), None);
        assert_eq!(last("if x:\n\tx\n\n"), None);
        is("if x: a; b", "if x: a; b");
        is("if x:\n  a\nelse: b", "else: b");
    }

    #[test]
    fn statements_on_one_line() {
        is("a; b", "b");
        is("a;b # c", "b # c");
        assert_eq!(last("a;"), None);
        assert_eq!(last("a; b ; # quiet\n"), None);
        is("a;\nb", "b");
        is("f('a; b')", "f('a; b')");
        is("d = {1: 2}; d", "d");
    }

    #[test]
    fn texts_and_brackets_are_not_looked_into() {
        is("x = '''\ny\n'''\nx", "x");
        is("'''\ny\n'''", "'''\ny\n'''");
        is("\"\"\"a\" b\"\"\"; c", "c");
        is("''; c", "c");
        is("r'\\'; d'", "r'\\'; d'");
        is("'it\\'s'; c", "c");
        is("f(\n'''\nx\n''',\n# )\n)", "f(\n'''\nx\n''',\n# )\n)");
    }

    proptest! {
        /// Whatever the text, the place is in it.
        #[test]
        fn the_place_is_in_the_text(code in "[a-c'\"\\\\#;:()\\n é😀]{0,20}") {
            if let Some(at) = last_statement(&code) {
                prop_assert!(at as usize <= code.encode_utf16().count());
            }
        }

        /// Whatever a literal holds, the line after it is the last one.
        #[test]
        fn a_literal_hides_what_it_holds(text in "[a-c\"#;:()\\n é😀]{0,20}") {
            prop_assert_eq!(last(&["x = '''", &text, "'''\nlast"].concat()), Some("last".to_owned()));
            prop_assert_eq!(last(&["('''", &text, "''')\nlast"].concat()), Some("last".to_owned()));
        }
    }
}
