//! Which lines can be folded: a line with what is indented below it, a statement
//! that goes on over several lines, a run of comments.
//!
//! Lines are read, not the syntax tree: that costs one pass over the lines in
//! question, and holds in code that is not finished, of which a tree knows
//! little. Strings and brackets are followed, so that text in them is not taken
//! for indentation; an unclosed bracket ends where a statement begins that is none
//! of an expression's words. What is folded, and what that means, is in `fold.rs`.

use std::ops::Range;

use ropey::Rope;

use crate::find::copy;
use crate::order;
use crate::viewport::WHOLE;

/// A line and those that belong to it, below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// The line that stays in sight.
    pub head: usize,
    /// The last line that does not; always below the head.
    pub last: usize,
}

impl Block {
    /// The lines that are out of sight when it is folded.
    pub fn hidden(&self) -> Range<usize> {
        self.head + 1..self.last + 1
    }

    /// Whether a line is its head or below that.
    pub fn holds(&self, line: usize) -> bool {
        (self.head..=self.last).contains(&line)
    }
}

/// Comments below each other that are worth folding.
const RUN: usize = 3;

/// Words that begin a statement and stand in no expression: they end what was
/// left open before them.
const BEGINNERS: [&[u8]; 17] = [
    b"def",
    b"class",
    b"return",
    b"while",
    b"with",
    b"try",
    b"except",
    b"finally",
    b"raise",
    b"pass",
    b"break",
    b"continue",
    b"del",
    b"global",
    b"nonlocal",
    b"assert",
    b"import",
];

/// All blocks, ascending by their heads. One may hold others.
pub fn all(rope: &Rope) -> Vec<Block> {
    found(rope, 0, 0..rope.len_lines(), rope.len_lines())
}

/// The smallest block that holds a line.
pub fn around(rope: &Rope, line: usize) -> Option<Block> {
    let blocks = found(rope, 0, 0..line + 1, rope.len_lines());
    blocks.into_iter().rfind(|block| block.holds(line))
}

/// Those whose heads are in some lines, for a look at them: of a long document the
/// lines around are read and no others, and where blocks end is not looked for
/// further than that.
pub fn near(rope: &Rope, heads: Range<usize>) -> Vec<Block> {
    let from = safe_start(rope, heads.start);
    let to = heads.end.saturating_add(WHOLE).min(rope.len_lines());
    found(rope, from, heads, to)
}

/// A line that is in no string, not far above.
fn safe_start(rope: &Rope, line: usize) -> usize {
    if rope.len_lines() <= WHOLE {
        return 0;
    }
    let mut text = Vec::new();
    let begins = |line: &usize| {
        let start = rope.line_to_byte(*line);
        copy(rope, start..start + 6, &mut text);
        text.starts_with(b"def ") || text.starts_with(b"class ")
    };
    let near = line.saturating_sub(WHOLE)..line.min(rope.len_lines());
    near.rev().find(begins).unwrap_or(line)
}

fn found(rope: &Rope, from: usize, heads: Range<usize>, to: usize) -> Vec<Block> {
    let mut scan = Scan::new(&heads);
    let mut text = Vec::new();
    for line in from..to {
        if line >= heads.end && scan.needs_none_before(heads.end) {
            break;
        }
        copy(
            rope,
            rope.line_to_byte(line)..rope.line_to_byte(line + 1),
            &mut text,
        );
        if text.last() == Some(&b'\n') {
            text.pop();
        }
        scan.read(line, &text);
    }
    let mut blocks = scan.end();
    order::sort_by_key(&mut blocks, |block| block.head);
    blocks
}

/// What a line is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Blank,
    Comment,
    /// A statement begins.
    Start,
    /// It goes on.
    Within {
        /// With what closes it, first thing.
        closes: bool,
    },
}

/// A statement whose block may go on.
struct Open {
    head: usize,
    indent: usize,
    last: usize,
    /// The last line closes a bracket or string of the head, and stays with it.
    closed: bool,
}

/// Comments below each other.
struct Run {
    head: usize,
    indent: usize,
    last: usize,
}

struct Scan<'a> {
    /// Where the heads are of those that are asked for.
    heads: &'a Range<usize>,
    lexer: Lexer,
    /// Each deeper than the one before.
    open: Vec<Open>,
    run: Option<Run>,
    found: Vec<Block>,
}

impl Scan<'_> {
    fn new(heads: &Range<usize>) -> Scan<'_> {
        Scan {
            heads,
            lexer: Lexer::default(),
            open: Vec::new(),
            run: None,
            found: Vec::new(),
        }
    }

    fn find(&mut self, head: usize, last: usize) {
        if head < last && self.heads.contains(&head) {
            self.found.push(Block { head, last });
        }
    }

    /// Whether no block that begins before a line is open any more.
    fn needs_none_before(&self, line: usize) -> bool {
        self.open.first().is_none_or(|open| open.head >= line)
            && self.run.as_ref().is_none_or(|run| run.head >= line)
    }

    fn read(&mut self, line: usize, text: &[u8]) {
        let indent = indentation(text);
        let kind = self.lexer.read(text);
        if kind == Line::Comment {
            self.comment(line, indent);
        } else {
            self.end_run();
        }
        match kind {
            Line::Blank => {}
            Line::Comment => self.belongs(line, indent),
            Line::Within { closes } => self.goes_on(line, indent, closes),
            Line::Start => self.begins(line, indent),
        }
    }

    fn comment(&mut self, line: usize, indent: usize) {
        match &mut self.run {
            Some(run) if run.indent == indent => run.last = line,
            _ => {
                self.end_run();
                self.run = Some(Run {
                    head: line,
                    indent,
                    last: line,
                });
            }
        }
    }

    fn end_run(&mut self) {
        let Some(run) = self.run.take() else { return };
        if run.last - run.head + 1 >= RUN {
            self.find(run.head, run.last);
        }
    }

    /// A comment is in what it is deeper than, but ends nothing: it may stand anywhere.
    fn belongs(&mut self, line: usize, indent: usize) {
        if let Some(open) = self.open.iter_mut().rfind(|open| open.indent < indent) {
            open.last = line;
            open.closed = false;
        }
    }

    fn goes_on(&mut self, line: usize, indent: usize, closes: bool) {
        if let Some(open) = self.open.last_mut() {
            open.last = line;
            open.closed = closes && indent <= open.indent;
        }
    }

    fn begins(&mut self, line: usize, indent: usize) {
        while self.open.last().is_some_and(|open| open.indent >= indent) {
            self.close();
        }
        self.open.push(Open {
            head: line,
            indent,
            last: line,
            closed: false,
        });
    }

    fn close(&mut self) {
        let Some(done) = self.open.pop() else { return };
        if let Some(around) = self.open.last_mut() {
            around.last = around.last.max(done.last);
            around.closed = false;
        }
        self.find(done.head, done.last - usize::from(done.closed));
    }

    fn end(mut self) -> Vec<Block> {
        self.end_run();
        while !self.open.is_empty() {
            self.close();
        }
        self.found
    }
}

/// What is open at the end of a line.
#[derive(Default)]
struct Lexer {
    brackets: usize,
    quote: Option<Quote>,
    /// The line ended with a backslash.
    continued: bool,
}

#[derive(Clone, Copy)]
struct Quote {
    byte: u8,
    triple: bool,
}

impl Quote {
    /// The quote that begins a text.
    fn at(text: &[u8]) -> Option<Quote> {
        let byte = *text.first()?;
        matches!(byte, b'"' | b'\'').then(|| Quote {
            byte,
            triple: text.starts_with(&[byte; 3]),
        })
    }

    fn ends(self, text: &[u8]) -> bool {
        match self.triple {
            true => text.starts_with(&[self.byte; 3]),
            false => text.first() == Some(&self.byte),
        }
    }

    fn len(self) -> usize {
        if self.triple { 3 } else { 1 }
    }
}

impl Lexer {
    fn read(&mut self, line: &[u8]) -> Line {
        let text = line.trim_ascii();
        if self.quote.is_none() && !text.is_empty() && self.brackets > 0 && begins_statement(text) {
            self.brackets = 0;
        }
        let is_within = self.quote.is_some() || self.brackets > 0 || self.continued;
        let kind = match text.first() {
            None => Line::Blank,
            Some(b'#') if !is_within => Line::Comment,
            Some(first) if is_within => Line::Within {
                closes: match self.quote {
                    Some(quote) => quote.ends(text),
                    None => matches!(first, b')' | b']' | b'}'),
                },
            },
            Some(_) => Line::Start,
        };
        self.follow(text);
        kind
    }

    /// Follows quotes and brackets to the end of a line.
    fn follow(&mut self, text: &[u8]) {
        self.continued = false;
        let mut at = 0;
        while let Some(byte) = text.get(at) {
            at += match (self.quote, byte) {
                (_, b'\\') => {
                    self.continued = at + 1 == text.len();
                    2
                }
                (Some(quote), _) if quote.ends(&text[at..]) => {
                    self.quote = None;
                    quote.len()
                }
                (Some(_), _) => 1,
                (None, b'#') => break,
                (None, _) => self.code(&text[at..]),
            };
        }
        // Only triple quotes go on in the next line by themselves.
        if !self.continued && self.quote.is_some_and(|quote| !quote.triple) {
            self.quote = None;
        }
    }

    /// Takes one step in what is no string; how many bytes it has.
    fn code(&mut self, text: &[u8]) -> usize {
        if let Some(quote) = Quote::at(text) {
            self.quote = Some(quote);
            return quote.len();
        }
        match text[0] {
            b'(' | b'[' | b'{' => self.brackets += 1,
            b')' | b']' | b'}' => self.brackets = self.brackets.saturating_sub(1),
            _ => {}
        }
        1
    }
}

fn begins_statement(text: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    let end = text.iter().position(|byte| !is_letter(byte));
    BEGINNERS.contains(&&text[..end.unwrap_or(text.len())])
}

/// Columns before a line's text; a tab leads to the next multiple of eight, as for Python.
fn indentation(text: &[u8]) -> usize {
    let mut column = 0;
    for byte in text {
        match byte {
            b' ' => column += 1,
            b'\t' => column = column / 8 * 8 + 8,
            _ => break,
        }
    }
    column
}
