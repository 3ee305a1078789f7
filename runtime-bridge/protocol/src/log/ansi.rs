//! Text taken apart as a terminal does: what is to be shown, and what the
//! control characters and escape sequences of ECMA-48 ask for. What is not
//! known is swallowed whole. A sequence may be cut anywhere between two texts.
//!
//! A state machine of our own: of a terminal's sequences few mean something in
//! a log, and the crates for it read bytes and hand out far more.
//!
//! Not here: what a step does to a line (`row.rs`), colours (`style.rs`).

/// What a piece of text asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Text without control characters but tabs; not empty.
    Text(&'a str),
    /// The next line.
    LineFeed,
    /// To the start of the line.
    Return,
    /// To this column, zero-based.
    Column(usize),
    /// So many columns to the right.
    Right(usize),
    /// So many columns to the left.
    Left(usize),
    /// A part of the line goes.
    Erase(Erase),
    /// How text looks from here on: the parameters of SGR.
    Style(&'a str),
}

/// The part of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erase {
    /// From the cursor on.
    ToEnd,
    /// Up to the cursor, and what is at it.
    ToStart,
    /// All of it.
    Whole,
}

/// Parameters longer than this belong to no sequence of ours.
const MOST_PARAMETERS: usize = 64;
/// A title or a link that is longer is none: the text goes on.
const MOST_STRING: usize = 4096;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Text,
    /// After ESC, or after one of its intermediate characters.
    Escape,
    /// After ESC [.
    Sequence,
    /// In a title, a link or another text for the terminal; so many characters of it.
    String(usize),
    /// After ESC in such a text: a backslash ends it.
    StringEscape(usize),
}

/// Where in a sequence a stream is.
#[derive(Debug, Default)]
pub struct Parser {
    state: State,
    parameters: String,
}

impl Parser {
    /// Whether what comes is text, and not the rest of a sequence.
    pub fn is_at_text(&self) -> bool {
        self.state == State::Text
    }

    /// Takes text apart; each step is given to `take`, in order.
    pub fn feed<'a>(&mut self, text: &'a str, mut take: impl FnMut(Step<'_>)) {
        let mut rest: &'a str = text;
        while !rest.is_empty() {
            if self.state == State::Text {
                let (plain, after) = rest.split_at(plain_length(rest));
                if !plain.is_empty() {
                    take(Step::Text(plain));
                }
                rest = after;
            }
            let mut chars = rest.chars();
            if let Some(char) = chars.next() {
                self.character(char, &mut take);
            }
            rest = chars.as_str();
        }
    }

    fn character(&mut self, char: char, take: &mut impl FnMut(Step<'_>)) {
        match (self.state, char) {
            // What is not read as a sequence's own is a control character everywhere.
            (State::String(length), _) => self.string(char, length, take),
            (State::StringEscape(_), '\\') => self.state = State::Text,
            (_, '\x1b') => self.state = State::Escape,
            (_, '\x18' | '\x1a') => self.state = State::Text,
            (_, '\0'..='\x1f' | '\x7f'..='\u{9f}') => self.control(char, take),
            (State::Text, _) => {}
            (State::Escape | State::StringEscape(_), _) => self.escape(char),
            (State::Sequence, '\x40'..='\x7e') => self.end(char, take),
            (State::Sequence, '\x20'..='\x3f') if self.parameters.len() < MOST_PARAMETERS => {
                self.parameters.push(char);
            }
            (State::Sequence, '\x20'..='\x3f') => {}
            // No sequence has such a character: it is text again.
            (State::Sequence, _) => {
                self.state = State::Text;
                take(Step::Text(char.encode_utf8(&mut [0; 4])));
            }
        }
    }

    fn control(&mut self, char: char, take: &mut impl FnMut(Step<'_>)) {
        match char {
            '\n' => {
                self.state = State::Text;
                take(Step::LineFeed);
            }
            '\r' => take(Step::Return),
            '\x08' => take(Step::Left(1)),
            // Inside of a sequence, where it is no text of its own.
            '\t' if self.state == State::Text => take(Step::Text("\t")),
            _ => {}
        }
    }

    fn escape(&mut self, char: char) {
        self.state = match char {
            '[' => {
                self.parameters.clear();
                State::Sequence
            }
            // OSC, DCS, SOS, PM and APC.
            ']' | 'P' | 'X' | '^' | '_' => State::String(0),
            '\x20'..='\x2f' => State::Escape,
            _ => State::Text,
        };
    }

    /// A program that never ends its text does not swallow the lines after it.
    fn string(&mut self, char: char, length: usize, take: &mut impl FnMut(Step<'_>)) {
        self.state = match char {
            '\x07' | '\x18' | '\x1a' => State::Text,
            '\x1b' => State::StringEscape(length),
            '\n' => return self.control(char, take),
            _ if length >= MOST_STRING => State::Text,
            _ => State::String(length + 1),
        };
    }

    fn end(&mut self, last: char, take: &mut impl FnMut(Step<'_>)) {
        self.state = State::Text;
        let count = self.parameters.parse().unwrap_or(usize::from(last != 'K'));
        let step = match last {
            'm' if is_numbers(&self.parameters) => Step::Style(&self.parameters),
            'K' => match count {
                0 => Step::Erase(Erase::ToEnd),
                1 => Step::Erase(Erase::ToStart),
                2 => Step::Erase(Erase::Whole),
                _ => return,
            },
            'C' => Step::Right(count.max(1)),
            'D' => Step::Left(count.max(1)),
            'G' | '`' => Step::Column(count.max(1) - 1),
            _ => return,
        };
        take(step);
    }
}

/// Private sequences begin or end with other characters.
fn is_numbers(parameters: &str) -> bool {
    parameters
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b';' | b':'))
}

/// Where the first line ends, if it does and has nothing but text in it.
pub fn plain_line(text: &str) -> Option<usize> {
    let length = plain_length(text);
    (text.as_bytes().get(length) == Some(&b'\n')).then_some(length)
}

/// Bytes up to the first control character other than a tab. Those of two bytes begin with C2.
fn plain_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_control = |(at, byte): (usize, &u8)| match *byte {
        b'\t' => false,
        0..=0x1f | 0x7f => true,
        0xc2 => bytes.get(at + 1).is_some_and(|next| *next < 0xa0),
        _ => false,
    };
    bytes
        .iter()
        .enumerate()
        .position(is_control)
        .unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steps, each as it is written in Rust.
    fn steps(texts: &[&str]) -> String {
        let mut parser = Parser::default();
        let mut steps = Vec::new();
        for text in texts {
            parser.feed(text, |step| steps.push(format!("{step:?}")));
        }
        steps.join(" ")
    }

    #[test]
    fn plain_text_is_one_step() {
        assert_eq!(
            steps(&["a\tü 日本 😀\u{a0}"]),
            format!("Text({:?})", "a\tü 日本 😀\u{a0}")
        );
    }

    #[test]
    fn lines_and_the_cursor() {
        assert_eq!(
            steps(&["a\r\nb\x08"]),
            r#"Text("a") Return LineFeed Text("b") Left(1)"#
        );
        assert_eq!(
            steps(&["\x1b[3C\x1b[D\x1b[5G\x1b[G"]),
            "Right(3) Left(1) Column(4) Column(0)"
        );
        assert_eq!(
            steps(&["\x1b[K\x1b[0K\x1b[1K\x1b[2K\x1b[3K"]),
            "Erase(ToEnd) Erase(ToEnd) Erase(ToStart) Erase(Whole)"
        );
    }

    #[test]
    fn a_sequence_may_be_cut_anywhere() {
        assert_eq!(
            steps(&["\x1b", "[", "3", "1", "m", "x"]),
            r#"Style("31") Text("x")"#
        );
        assert_eq!(steps(&["\x1b]0;ti", "tle\x1b", "\\x"]), r#"Text("x")"#);
    }

    #[test]
    fn what_is_not_known_is_swallowed() {
        for unknown in [
            "\x07",
            "\0",
            "\x7f",
            "\u{85}",
            "\x1b[2J",
            "\x1b[?25l",
            "\x1b[>4;1m",
            "\x1b(B",
            "\x1bM",
            "\x1b]8;;http://a\x07",
            "\x1bPq#0\x1b\\",
            "\x1b[12;3H",
        ] {
            assert_eq!(
                steps(&[&format!("a{unknown}b")]),
                r#"Text("a") Text("b")"#,
                "{unknown:?}"
            );
        }
    }

    #[test]
    fn what_is_never_ended_does_not_swallow_the_next_line() {
        assert_eq!(steps(&["\x1b]0;title\nb"]), r#"LineFeed Text("b")"#);
        assert_eq!(steps(&["\x1b[31\nb"]), r#"LineFeed Text("b")"#);
        assert_eq!(steps(&["\x1b[日b"]), r#"Text("日") Text("b")"#);
    }
}
