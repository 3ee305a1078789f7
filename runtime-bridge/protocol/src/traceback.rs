//! Takes an interpreter's traceback apart.
//!
//! A reader wants the last line first, then their own frames, then nothing; so
//! the text becomes an error, frames that know whose they are, and earlier
//! blocks for chained exceptions. The raw text is always kept: what this
//! parser does not understand is shown as it came, never lost.
//!
//! Two rules keep it honest. Frames end at the first line in column 0, so a
//! message that imitates a frame is a message. And internal frames are told by
//! their path alone: line numbers change with every release.
//!
//! Not here: hints, links, colours; and where an editor's line has moved to.

mod columns;

pub use columns::Columns;

use crate::interpreter::{Interpreter, RunId};

const HEADER: &str = "Traceback (most recent call last):";
const GROUP_HEADER: &str = "  + Exception Group Traceback (most recent call last):";
const CAUSE: &str = "The above exception was the direct cause of the following exception:";
const CONTEXT: &str = "During handling of the above exception, another exception occurred:";
/// CPython folds repetitions of one frame beyond the third; so is MicroPython's list folded here.
const SHOWN_REPEATS: usize = 3;

/// A failure of a program, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Traceback {
    /// What stood before the first block; usually nothing.
    pub before: String,
    /// The error: what the reader needs first.
    pub error: ErrorText,
    /// The frames of the last block, outermost first.
    pub frames: Vec<Frame>,
    /// Chained exceptions that came before, oldest first.
    pub earlier: Vec<Block>,
    /// The members of an exception group, as text; usually empty.
    pub group: Vec<String>,
    /// The interpreter's own text, unchanged.
    pub raw: String,
    precision: Precision,
}

/// The lines that name an exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorText {
    /// The class, as printed: `ZeroDivisionError`, `pyodide.ffi.JsException`.
    pub kind: String,
    /// What follows the class, notes included; may have several lines.
    pub message: String,
    /// The whole lines as text.
    pub text: String,
}

/// A place in a program on the way to the error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The file as printed: `main-3.py`, `<stdin>`, `/home/pyodide/mymod.py`.
    pub file: String,
    /// The line, from 1 on.
    pub line: u32,
    /// The function; absent for syntax errors.
    pub name: Option<String>,
    /// Source lines, carets and `[Previous line repeated …]`, as printed without their indentation.
    pub excerpt: Vec<String>,
    /// What the carets under the first source line mark.
    pub caret: Option<Columns>,
    /// Whose it is.
    pub place: Place,
}

/// Whose a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The text of an editor, as of this run.
    Program {
        /// The run that compiled it.
        run: RunId,
    },
    /// The text of another editor that shares the environment.
    Neighbour,
    /// The set-up code of the environment.
    Setup,
    /// Another file of the reader's: a module, a package, the text of an `exec`.
    File,
    /// The interpreter's own machinery or its standard library.
    Internal,
}

/// A chained exception that came before the last one.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Its frames, outermost first.
    pub frames: Vec<Frame>,
    /// Its error.
    pub error: ErrorText,
    /// The members of an exception group, as text; usually empty.
    pub group: Vec<String>,
    /// The sentence that joins it to the next block.
    pub link: String,
}

/// The line to mark in an editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The run whose text it is in.
    pub run: RunId,
    /// The line, from 1 on.
    pub line: u32,
    /// The part of the line, where the interpreter told it.
    pub columns: Option<Columns>,
    /// Whether the line is the place or only near it.
    pub precision: Precision,
}

/// How well an interpreter knows where an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// It is on this line.
    Exact,
    /// It is on this line or before: MicroPython's syntax errors.
    Near,
}

/// Takes `raw` apart. `programs` knows the files that are programs of the page.
pub fn parse(
    raw: &str,
    interpreter: Interpreter,
    programs: &dyn Fn(&str) -> Option<Place>,
) -> Traceback {
    let lines: Vec<&str> = raw.trim_end_matches('\n').split('\n').collect();
    let mut segments = split_chain(&lines);
    let (last, _) = segments.pop().unwrap_or((&[], ""));
    let mut before = String::new();
    let earlier = segments
        .iter()
        .map(|(lines, link)| block(lines, link, programs, &mut before))
        .collect();
    let last = block(last, "", programs, &mut before);
    let precision = precision(interpreter, &last);
    Traceback {
        before,
        error: last.error,
        frames: last.frames,
        earlier,
        group: last.group,
        raw: raw.into(),
        precision,
    }
}

/// Whether a text is a traceback, so that its last line names the exception.
pub fn is_whole(raw: &str) -> bool {
    raw.lines().any(is_header)
}

impl Traceback {
    /// The line to mark: the reader's last frame of the last block. None where
    /// the error passed through no editor's text.
    pub fn marked_line(&self) -> Option<Mark> {
        self.frames
            .iter()
            .rev()
            .find_map(|frame| match frame.place {
                Place::Program { run } => Some(Mark {
                    run,
                    line: frame.line,
                    columns: frame.caret,
                    precision: self.precision,
                }),
                _ => None,
            })
    }
}

impl ErrorText {
    /// `sys.exit()`, `sys.exit(0)` and `sys.exit(None)` end a program well.
    pub fn is_clean_exit(&self) -> bool {
        self.kind == "SystemExit" && matches!(self.message.as_str(), "" | "0" | "None")
    }

    /// What a person's Stop raises.
    pub fn is_interrupt(&self) -> bool {
        self.kind == "KeyboardInterrupt"
    }

    fn of(lines: &[&str]) -> Self {
        let text = lines.join("\n");
        let first = lines.first().copied().unwrap_or_default();
        let end = first.find(':').unwrap_or(first.len());
        let kind = &first[..end];
        if kind.is_empty() || !kind.chars().all(is_of_name) {
            return Self {
                kind: String::new(),
                message: text.clone(),
                text,
            };
        }
        let message = text[end..].trim_start_matches(':');
        Self {
            kind: kind.into(),
            message: message.strip_prefix(' ').unwrap_or(message).into(),
            text,
        }
    }
}

impl Frame {
    /// The name to show: a program's number is our own matter, so `main-3.py`
    /// and `<stdin>` both read `main.py`.
    pub fn shown_file(&self) -> &str {
        match self.place {
            Place::Program { .. } => "main.py",
            Place::Neighbour => "another editor",
            Place::Setup => "setup code",
            Place::File | Place::Internal => &self.file,
        }
    }
}

fn precision(interpreter: Interpreter, last: &Block) -> Precision {
    let has_no_name = last.frames.last().is_some_and(|frame| frame.name.is_none());
    match interpreter {
        Interpreter::MicroPython if has_no_name => Precision::Near,
        Interpreter::MicroPython | Interpreter::Pyodide => Precision::Exact,
    }
}

/// Cuts a chain into its blocks; each but the last has the sentence that joins
/// it to the next. A message may quote such a sentence, so a cut needs a
/// header after it or a block that has none itself (its exception was never raised).
fn split_chain<'a>(lines: &'a [&'a str]) -> Vec<(&'a [&'a str], &'a str)> {
    let mut segments = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at + 3 < lines.len() {
        let link = lines[at + 1].trim_start_matches("  | ");
        let is_link =
            is_blank(lines[at]) && (link == CAUSE || link == CONTEXT) && is_blank(lines[at + 2]);
        let has_header = lines[start..at].iter().any(|line| is_header(line));
        if is_link && (is_header(lines[at + 3]) || !has_header) {
            segments.push((&lines[start..at], link));
            start = at + 3;
            at = start;
        } else {
            at += 1;
        }
    }
    segments.push((&lines[start..], ""));
    segments
}

fn is_header(line: &str) -> bool {
    line == HEADER || line == GROUP_HEADER || line == GROUP_HEADER.trim_start()
}

/// Empty, or the bar of a group with nothing after it.
fn is_blank(line: &str) -> bool {
    line.is_empty() || line == "  |" || line == "  | "
}

fn block(
    lines: &[&str],
    link: &str,
    programs: &dyn Fn(&str) -> Option<Place>,
    before: &mut String,
) -> Block {
    let link = link.to_string();
    let Some(header) = lines.iter().position(|line| is_header(line)) else {
        return Block {
            frames: Vec::new(),
            error: ErrorText::of(lines),
            group: Vec::new(),
            link,
        };
    };
    if before.is_empty() {
        *before = lines[..header].join("\n");
    }
    let body = &lines[header + 1..];
    if lines[header] == HEADER {
        let (frames, rest) = frames(body, programs);
        return Block {
            frames,
            error: ErrorText::of(&body[rest..]),
            group: Vec::new(),
            link,
        };
    }
    let (own, members) = split_group(body);
    let (frames, rest) = frames(&own, programs);
    let group = members.iter().map(|line| line.to_string()).collect();
    Block {
        frames,
        error: ErrorText::of(&own[rest..]),
        group,
        link,
    }
}

/// The group's own lines without their bar, and its members as they are.
fn split_group<'a>(body: &'a [&'a str]) -> (Vec<&'a str>, &'a [&'a str]) {
    let end = body
        .iter()
        .position(|line| line.trim_start().starts_with("+-+--"))
        .unwrap_or(body.len());
    let own = body[..end]
        .iter()
        .map(|line| {
            line.strip_prefix("  | ")
                .or_else(|| line.strip_prefix("  |"))
                .unwrap_or(line)
        })
        .collect();
    (own, &body[end..])
}

/// The frames at the start of `lines`, and how many lines they took.
fn frames(lines: &[&str], programs: &dyn Fn(&str) -> Option<Place>) -> (Vec<Frame>, usize) {
    let mut frames: Vec<Frame> = Vec::new();
    let mut repeats = 0;
    let mut at = 0;
    while at < lines.len() {
        let Some(mut frame) = frame(lines[at], programs) else {
            // Pyodide's event loop doubles its newlines.
            if lines[at].is_empty() && lines.get(at + 1).is_some_and(|next| next.starts_with("  "))
            {
                at += 1;
                continue;
            }
            break;
        };
        at += 1;
        let excerpt = lines[at..]
            .iter()
            .take_while(|line| is_excerpt(line))
            .count();
        frame.excerpt = lines[at..at + excerpt]
            .iter()
            .map(|line| without_indent(line))
            .collect();
        frame.caret = columns::marked(&frame.excerpt);
        at += excerpt;
        repeats = if frames.last().is_some_and(|last| is_same(last, &frame)) {
            repeats + 1
        } else {
            0
        };
        if repeats < SHOWN_REPEATS {
            fold(&mut frames, 0);
            frames.push(frame);
        } else {
            fold(&mut frames, repeats + 1 - SHOWN_REPEATS);
        }
    }
    (frames, at)
}

/// Two frames at one place, as MicroPython lists every call of a recursion.
fn is_same(one: &Frame, other: &Frame) -> bool {
    (one.line, &one.file, &one.name) == (other.line, &other.file, &other.name)
        && other.excerpt.is_empty()
}

/// Notes at the last frame how many more of it there were, in CPython's words.
fn fold(frames: &mut [Frame], more: usize) {
    if let (Some(last), 1..) = (frames.last_mut(), more) {
        let times = if more == 1 { "time" } else { "times" };
        last.excerpt = vec![format!("[Previous line repeated {more} more {times}]")];
    }
}

fn is_excerpt(line: &str) -> bool {
    line.starts_with("    ") || line.starts_with("  [Previous line repeated ")
}

fn without_indent(line: &str) -> String {
    line.strip_prefix("    ")
        .unwrap_or_else(|| line.trim_start())
        .into()
}

/// `  File "<path>", line <n>[, in <name>]`
fn frame(line: &str, programs: &dyn Fn(&str) -> Option<Place>) -> Option<Frame> {
    let rest = line.strip_prefix("  File \"")?;
    // A path may contain quotes; the last place where the rest fits is the end of it.
    let (file, rest) = rest.split_once("\", line ")?;
    let digits = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let line = rest[..digits].parse().ok()?;
    let name = match &rest[digits..] {
        "" => None,
        tail => Some(tail.strip_prefix(", in ")?.to_string()),
    };
    let place = place(file, programs);
    Some(Frame {
        file: file.into(),
        line,
        name,
        excerpt: Vec::new(),
        caret: None,
        place,
    })
}

fn place(file: &str, programs: &dyn Fn(&str) -> Option<Place>) -> Place {
    if let Some(place) = programs(file) {
        return place;
    }
    if is_internal(file) {
        Place::Internal
    } else {
        Place::File
    }
}

/// The interpreter's machinery by path, its standard library, and JavaScript frames in Python form.
fn is_internal(file: &str) -> bool {
    const MACHINERY: [&str; 4] = [
        "/_pyodide/_base.py",
        "/pyodide/webloop.py",
        "/asyncio/events.py",
        "/asyncio/core.py",
    ];
    let is_library = file.starts_with("/lib/python") && !file.contains("/site-packages/");
    file.starts_with("asyncio/")
        || file == "<py-editor>"
        || file.starts_with("<frozen ")
        || ["blob:", "http://", "https://"]
            .iter()
            .any(|start| file.starts_with(start))
        || is_library
        || MACHINERY.iter().any(|end| file.ends_with(end))
}

#[cfg(test)]
mod tests;

/// What the name of a kind of error may hold; letters beyond ASCII are not told from signs.
fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '.' || !(c.is_ascii() || c.is_whitespace())
}
