//! Takes an interpreter's traceback apart.
//!
//! A reader wants the last line first, then their own frames, then nothing; so
//! the text becomes an error, frames that know whose they are, and further
//! blocks for what came before and for the members of a group. The raw text is always kept: what this
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
/// Of a group; the outermost one stands behind `  + `.
const GROUP_HEADER: &str = "Exception Group Traceback (most recent call last):";
/// What stands before each line of the outermost group; its members stand two columns deeper.
const BAR: &str = "  | ";
/// CPython folds repetitions of one frame beyond the third; so is MicroPython's list folded here.
const SHOWN_REPEATS: usize = 3;

/// A failure of a program, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Traceback {
    /// What stood before the first block; usually nothing.
    pub before: String,
    /// The exception that ended the program.
    pub last: Block,
    /// The interpreter's own text, unchanged.
    pub raw: String,
    interpreter: Interpreter,
}

/// An exception and its way through the program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// The error: what the reader needs first.
    pub error: ErrorText,
    /// The frames, outermost first.
    pub frames: Vec<Frame>,
    /// The exceptions that came before it, oldest first.
    pub earlier: Vec<Earlier>,
    /// The members of an exception group; usually none. Where the interpreter
    /// left some out, the last one is its sentence about that.
    pub members: Vec<Block>,
}

/// An exception that came before another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    /// The exception.
    pub block: Block,
    /// What it has to do with the next one.
    pub link: Link,
}

/// What an exception has to do with the one that came after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// It is named as the cause: `raise … from`.
    Cause,
    /// It was being handled.
    Context,
}

/// The lines that name an exception.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    Neighbour {
        /// The run that compiled it.
        run: RunId,
    },
    /// The set-up code of the environment.
    Setup,
    /// A file of an installed package.
    Package,
    /// A text that was compiled by the program: an `exec`, an `eval`.
    Text,
    /// Another file: a module of the author's or the reader's.
    File,
    /// The interpreter's own machinery or its standard library.
    Internal,
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
    let lines: Vec<Line> = raw
        .trim_end_matches('\n')
        .split('\n')
        .map(Line::Own)
        .collect();
    let mut before = String::new();
    let last = chain(&lines, &mut |lines| {
        let (above, lines) = outermost(lines);
        if before.is_empty() {
            before = above;
        }
        single(&lines, programs)
    });
    Traceback {
        before,
        last,
        raw: raw.into(),
        interpreter,
    }
}

/// Whether a text is a traceback, so that its last line names the exception.
pub fn is_whole(raw: &str) -> bool {
    raw.lines().any(|line| header(line).is_some())
}

impl Traceback {
    /// The line to mark: the reader's last frame of the last block, else of what
    /// a group holds or of what came before. None where the error passed through no editor's text.
    pub fn marked_line(&self) -> Option<Mark> {
        self.last.marked().map(|(run, frame)| Mark {
            run,
            line: frame.line,
            columns: frame.caret,
            precision: precision(self.interpreter, frame),
        })
    }

    /// The innermost frame that is not the interpreter's, where it is no line of
    /// the text of `run`: the place to name, since the marked line only led there.
    pub fn blamed(&self, run: RunId) -> Option<&Frame> {
        let is_own = |frame: &&Frame| frame.place != Place::Internal;
        let innermost = self.last.frames.iter().rev().find(is_own)?;
        (innermost.place != Place::Program { run }).then_some(innermost)
    }
}

impl Block {
    fn marked(&self) -> Option<(RunId, &Frame)> {
        let own = self
            .frames
            .iter()
            .rev()
            .find_map(|frame| match frame.place {
                Place::Program { run } => Some((run, frame)),
                _ => None,
            });
        own.or_else(|| self.members.iter().find_map(Block::marked))
            .or_else(|| {
                let mut earlier = self.earlier.iter().rev();
                earlier.find_map(|earlier| earlier.block.marked())
            })
    }
}

impl Link {
    /// The sentence that stands between the two, as the interpreter writes it.
    fn of(line: &str) -> Option<Self> {
        match line {
            "The above exception was the direct cause of the following exception:" => {
                Some(Self::Cause)
            }
            "During handling of the above exception, another exception occurred:" => {
                Some(Self::Context)
            }
            _ => None,
        }
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
        // Pyodide's event loop doubles its newlines.
        let blank = lines.iter().take_while(|line| line.is_empty()).count();
        let lines = &lines[blank..];
        let text = lines.join("\n");
        let first = lines.first().copied().unwrap_or_default();
        let end = first.find(':').unwrap_or(first.len());
        let kind = &first[..end];
        if !is_class(kind) {
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

/// The name of a class as interpreters print it: `json.decoder.JSONDecodeError`, `f.<locals>.Odd`, `Ärger`.
fn is_class(text: &str) -> bool {
    // Letters beyond ASCII are not told from signs.
    let is_part = |c: char| match c.is_ascii() {
        true => c.is_ascii_alphanumeric() || "_.<>".contains(c),
        false => !c.is_whitespace(),
    };
    !text.is_empty() && text.chars().all(is_part)
}

impl Frame {
    /// The name of the package that it is a file of: `rich`.
    pub fn package(&self) -> Option<&str> {
        if self.place != Place::Package {
            return None;
        }
        let inside = self
            .file
            .split_once(SITE_PACKAGES)
            .map_or(self.file.as_str(), |(_, inside)| inside);
        let inside = inside.strip_prefix(MICROPYTHON_PACKAGES).unwrap_or(inside);
        let name = inside.split('/').next()?;
        Some(name.strip_suffix(".py").unwrap_or(name))
    }

    /// The name to show: a program's number is our own matter, so `main-3.py`
    /// and `<stdin>` both read `main.py`.
    pub fn shown_file(&self) -> &str {
        match self.place {
            Place::Program { .. } => "main.py",
            Place::Neighbour { .. } => "another editor",
            Place::Setup => "setup code",
            Place::File => self.file.strip_prefix(HOME).unwrap_or(&self.file),
            Place::Package | Place::Text | Place::Internal => &self.file,
        }
    }
}

/// Where Pyodide has its packages.
const SITE_PACKAGES: &str = "/site-packages/";
/// Where MicroPython has its packages.
const MICROPYTHON_PACKAGES: &str = "/lib/";
/// The working folder of programs in Pyodide.
const HOME: &str = "/home/pyodide/";

/// A frame without a name is that of a syntax error.
fn precision(interpreter: Interpreter, frame: &Frame) -> Precision {
    match interpreter {
        Interpreter::MicroPython if frame.name.is_none() => Precision::Near,
        Interpreter::MicroPython | Interpreter::Pyodide => Precision::Exact,
    }
}

/// A line of a block, without the bars of the groups around it.
#[derive(Clone, Copy)]
enum Line<'a> {
    /// Of the block itself.
    Own(&'a str),
    /// Of the members of a group, with their bars as if this group were the outermost.
    Deeper(&'a str),
}

impl<'a> Line<'a> {
    fn own(self) -> Option<&'a str> {
        match self {
            Line::Own(text) => Some(text),
            Line::Deeper(_) => None,
        }
    }

    fn is_blank(self) -> bool {
        self.own().is_some_and(str::is_empty)
    }

    fn header(self) -> Option<Header> {
        self.own().and_then(header)
    }
}

/// How a block begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Header {
    Plain,
    Group,
    /// A group that is in none: bars begin with it.
    OutermostGroup,
}

fn header(line: &str) -> Option<Header> {
    match line {
        HEADER => Some(Header::Plain),
        GROUP_HEADER => Some(Header::Group),
        _ if line.strip_prefix("  + ") == Some(GROUP_HEADER) => Some(Header::OutermostGroup),
        _ => None,
    }
}

/// Cuts a chain into its blocks. A message may quote a sentence that joins two,
/// so a cut needs a header after it or a block that has none itself (its exception was never raised).
fn chain<'a>(lines: &[Line<'a>], single: &mut dyn FnMut(&[Line<'a>]) -> Block) -> Block {
    let mut earlier = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at + 3 < lines.len() {
        let link = lines[at + 1].own().and_then(Link::of);
        let link = link.filter(|_| lines[at].is_blank() && lines[at + 2].is_blank());
        let has_header = lines[start..at].iter().any(|line| line.header().is_some());
        match link {
            Some(link) if lines[at + 3].header().is_some() || !has_header => {
                let block = single(&lines[start..at]);
                earlier.push(Earlier { block, link });
                start = at + 3;
                at = start;
            }
            _ => at += 1,
        }
    }
    let mut last = single(&lines[start..]);
    last.earlier = earlier;
    last
}

/// What stands before the header of a block that is in no group, and the block,
/// its bars taken off.
fn outermost<'a>(lines: &[Line<'a>]) -> (String, Vec<Line<'a>>) {
    let Some(at) = lines.iter().position(|line| line.header().is_some()) else {
        return (String::new(), lines.to_vec());
    };
    let texts = |lines: &[Line<'a>]| lines.iter().filter_map(|line| line.own()).collect();
    let above: Vec<&str> = texts(&lines[..at]);
    let mut block = lines[at..].to_vec();
    if block[0].header() == Some(Header::OutermostGroup) {
        let body: Vec<&str> = texts(&lines[at + 1..]);
        block = levels(&body);
        block.insert(0, Line::Own(GROUP_HEADER));
    }
    (above.join("\n"), block)
}

/// Takes the bar of a group off its lines, and its share of the indentation off its members' lines.
fn levels<'a>(lines: &[&'a str]) -> Vec<Line<'a>> {
    let level = |line: &'a str| {
        // An empty line may have lost the blank behind its bar.
        let own = line
            .strip_prefix(BAR)
            .or((line == BAR.trim_end()).then_some(""));
        own.map_or_else(
            || Line::Deeper(line.strip_prefix("  ").unwrap_or(line)),
            Line::Own,
        )
    };
    lines.iter().copied().map(level).collect()
}

/// A block that nothing came before.
fn single(lines: &[Line], programs: &dyn Fn(&str) -> Option<Place>) -> Block {
    let header = lines.iter().position(|line| line.header().is_some());
    let body = &lines[header.map_or(0, |header| header + 1)..];
    let own: Vec<&str> = body.iter().map_while(|line| line.own()).collect();
    let deeper: Vec<&str> = body[own.len()..]
        .iter()
        .map(|line| match line {
            Line::Own(text) | Line::Deeper(text) => *text,
        })
        .collect();
    let (frames, rest) = frames(&own, programs);
    Block {
        error: ErrorText::of(&own[rest..]),
        frames,
        earlier: Vec::new(),
        members: members(&deeper, programs),
    }
}

/// The members of a group: what stands between the lines that number them.
fn members(lines: &[&str], programs: &dyn Fn(&str) -> Option<Place>) -> Vec<Block> {
    let Some((first, rest)) = lines.split_first() else {
        return Vec::new();
    };
    if !first.starts_with("+-+--") {
        return Vec::new();
    }
    rest.split(|line| line.starts_with("  +--"))
        .filter(|member| !member.is_empty())
        .map(|member| chain(&levels(member), &mut |lines| single(lines, programs)))
        .collect()
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
        frame.caret = columns::marked(&frame.excerpt, frame.unit());
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

impl Frame {
    /// A syntax error's carets count characters, other carets columns of a terminal.
    fn unit(&self) -> columns::Unit {
        match self.name {
            None => columns::Unit::Characters,
            Some(_) => columns::Unit::Columns,
        }
    }
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
    let (file, rest) = rest.rsplit_once("\", line ")?;
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
    } else if file.contains(SITE_PACKAGES) || file.starts_with(MICROPYTHON_PACKAGES) {
        Place::Package
    } else if file.starts_with('<') {
        Place::Text
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
    let is_library = file.starts_with("/lib/python") && !file.contains(SITE_PACKAGES);
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
