//! From what an interpreter names to a line of the text: the marks of an error
//! and of what is no Python, where a frame of a traceback leads, and when a text
//! is looked at. It is here that a failure of the protocol becomes a mark of the core.
//!
//! Not here: what is wrong (`traceback`, `problems`), and drawing (`surface`).

use std::cell::{Cell, RefCell};
use std::ops::Range;

use editor_core::{Kind, Mark as TextMark, Utf16};
use gloo_timers::callback::Timeout;
use runtime_bridge::protocol::traceback::{Columns, Frame, Mark, Place, Precision};
use runtime_bridge::protocol::{Failure, Problem, RunId, Traceback};

use wasm_bindgen_futures::spawn_local;
use web_sys::Url;

use super::Controller;
use crate::output::{Asked, FrameLink, Step, frame_link};
use crate::source;
use crate::surface::Surface;

/// Milliseconds without an edit after which a text is worth a look.
const PAUSE_MS: u32 = 600;
/// What is said where a frame's line is not what it was.
const EDITED: &str = "That line was edited since the program ran.";

/// The look at the text that is due, and what the latest one found.
#[derive(Default)]
pub struct Looking {
    due: RefCell<Option<Timeout>>,
    found: RefCell<Vec<TextMark>>,
    /// The revision of what was found.
    revision: Cell<Option<u64>>,
    /// The file, and the line of it, that the reader wants to see.
    file: RefCell<Option<(String, u32)>>,
    /// Whether what looks is waited for.
    awaited: Cell<bool>,
}

impl Looking {
    /// Whether what looks was waited for already; from now on it is.
    pub fn is_awaited(&self) -> bool {
        self.awaited.replace(true)
    }

    /// It is here, or cannot be had: the next edit asks again.
    pub fn arrived(&self) {
        self.awaited.set(false);
    }
}

impl Controller {
    /// Looks at the text once the reader pauses.
    pub fn look_soon(&self) {
        let me = self.me.clone();
        let look = move || {
            if let Some(controller) = me.upgrade() {
                controller.look();
            }
        };
        self.looking.due.replace(Some(Timeout::new(PAUSE_MS, look)));
    }

    /// An interpreter that has nothing to do knows best; else the syntax tree is asked.
    fn look(&self) {
        let Some(surface) = self.surface.get() else {
            return;
        };
        let revision = surface.revision();
        if self.looking.revision.get() == Some(revision) {
            return self.show_problems();
        }
        if !self.seat.member.check(&surface.text(), revision) {
            self.found(revision, surface.problems());
        }
    }

    /// What an interpreter says of a text; of an older one, nothing.
    pub fn checked(&self, revision: u64, problem: Option<Problem>) {
        let Some(surface) = self.surface.get() else {
            return;
        };
        if surface.revision() != revision {
            return;
        }
        let found = problem.map(|Problem { mark, message }| {
            let line = line_of(surface, &mark);
            let cols = columns(&surface.line(line), mark.columns);
            TextMark {
                kind: Kind::Problem,
                line,
                cols: Some(cols.map_or_else(|| whole(&surface.line(line)), visible(surface, line))),
                message: near(&mark, &message),
            }
        });
        self.found(revision, found.into_iter().collect());
    }

    fn found(&self, revision: u64, problems: Vec<TextMark>) {
        self.looking.revision.set(Some(revision));
        self.looking.found.replace(problems);
        self.show_problems();
    }

    /// Shows what was found, but not under the caret of a reader who may go on
    /// there: that waits until the caret has left.
    fn show_problems(&self) {
        let Some(surface) = self.surface.get() else {
            return;
        };
        let found = self.looking.found.borrow();
        let (held, shown): (Vec<&TextMark>, Vec<&TextMark>) =
            found.iter().partition(|mark| surface.is_at_caret(mark));
        if !held.is_empty() {
            self.look_soon();
        }
        surface.set_marks(Kind::Problem, shown.into_iter().cloned().collect());
    }

    /// What plain help for a failure depends on, and what leads to it.
    pub(super) fn asked(&self, failure: &Failure, run: RunId) -> Asked {
        let surface = self.surface.get();
        let line = match failure {
            Failure::Python(traceback) => traceback.marked_line(),
            _ => None,
        };
        let line = line.zip(surface).and_then(|(mark, surface)| {
            let line = self.place(surface, &mark)?;
            Some(surface.line(line))
        });
        Asked {
            interpreter: self.interpreter,
            line: line.unwrap_or_default(),
            program: surface.map(|surface| surface.text()).unwrap_or_default(),
            run,
        }
    }

    /// Marks the line of a traceback, where it is of the run whose lines are known.
    pub(super) fn mark(&self, traceback: &Traceback, message: &str) {
        if let Some(mark) = traceback.marked_line() {
            self.mark_place(&mark, message);
        }
    }

    /// Where the line of a mark is now.
    fn place(&self, surface: &Surface, mark: &Mark) -> Option<usize> {
        if Some(mark.run) != self.run.get() {
            return None;
        }
        surface.line_now(line_of(surface, mark))
    }

    fn want_file(&self, path: &str, line: u32) {
        self.looking.file.replace(Some((path.to_owned(), line)));
        self.seat.member.take(path);
    }

    /// A file has come: to be saved, or to be seen where an error is in it.
    pub(super) fn taken(&self, path: &str, url: Option<&str>) {
        let is_it = |wanted: &mut Option<(String, u32)>| wanted.take_if(|(known, _)| known == path);
        let wanted = is_it(&mut self.looking.file.borrow_mut());
        let Some((path, line)) = wanted else {
            return self.save(path, url);
        };
        // The error stays where it is.
        let Some(url) = url else {
            let gone = [&path, " is not there any more."].concat();
            return self.with_output(|output| output.remark(&gone));
        };
        let (me, url) = (self.me.clone(), url.to_owned());
        spawn_local(async move {
            let text = source::fetch(&url).await;
            let _ = Url::revoke_object_url(&url);
            if let (Ok(text), Some(controller)) = (text, me.upgrade()) {
                controller.with_output(|output| output.show_file(&path, line, &text));
            }
        });
    }

    /// What stands at a place; nothing where the line was edited since.
    fn text_at(&self, mark: &Mark) -> String {
        let surface = self.surface.get();
        let found = surface.and_then(|surface| Some(surface.line(self.place(surface, mark)?)));
        found.unwrap_or_default()
    }

    fn mark_place(&self, mark: &Mark, message: &str) -> Option<usize> {
        let surface = self.surface.get()?;
        let line = self.place(surface, mark)?;
        let error = TextMark {
            kind: Kind::Error,
            line,
            cols: columns(&surface.line(line), mark.columns),
            message: near(mark, message),
        };
        surface.set_marks(Kind::Error, vec![error]);
        Some(line)
    }

    /// Marks a line that the reader wants to see, and goes there.
    pub(super) fn show_place(&self, mark: &Mark, message: &str) {
        let line = self.mark_place(mark, message);
        match (line, self.surface.get()) {
            (Some(line), Some(surface)) => surface.go_to_line(line),
            _ => self.shown.status.set(EDITED.to_owned()),
        }
    }

    /// A frame of the latest run leads to its line, one of a neighbour to that editor.
    pub(super) fn frame_link(&self) -> FrameLink {
        let me = self.me.clone();
        frame_link(move |frame: &Frame, message: &str, step: Step| {
            let controller = me.upgrade()?;
            let mark = |run| Mark {
                run,
                line: frame.line,
                columns: frame.caret,
                precision: Precision::Exact,
            };
            match frame.place {
                Place::Program { run } if Some(run) == controller.run.get() => {
                    if step == Step::Go {
                        controller.show_place(&mark(run), message);
                    }
                    Some(controller.text_at(&mark(run)))
                }
                Place::File => {
                    if step == Step::Go {
                        controller.want_file(frame.shown_file(), frame.line);
                    }
                    Some(String::new())
                }
                Place::Neighbour { run } => {
                    if step == Step::Go {
                        controller.seat.member.point(mark(run), message);
                    }
                    Some(String::new())
                }
                _ => None,
            }
        })
    }
}

/// The line that a mark means, zero-based. Who knows only that it is near may
/// name one behind the text, or an empty one behind the place.
fn line_of(surface: &Surface, mark: &Mark) -> usize {
    let line = mark.line.saturating_sub(1) as usize;
    if mark.precision == Precision::Exact {
        return line;
    }
    let mut line = line.min(surface.len_lines().saturating_sub(1));
    while line > 0 && surface.line(line).trim().is_empty() {
        line -= 1;
    }
    line
}

fn near(mark: &Mark, message: &str) -> String {
    match mark.precision {
        Precision::Exact => message.to_owned(),
        Precision::Near => ["On this line or before: ", message].concat(),
    }
}

/// The columns at fault as UTF-16 units of the line: an excerpt has no indentation.
fn columns(text: &str, columns: Option<Columns>) -> Option<Range<Utf16>> {
    let columns = columns?;
    let indent = text.chars().take_while(|char| char.is_whitespace()).count();
    let units = |chars: usize| text.chars().take(indent + chars).map(char::len_utf16).sum();
    Some(Utf16(units(columns.from as usize))..Utf16(units(columns.to as usize)))
}

/// A line without the blanks around its text.
fn whole(text: &str) -> Range<Utf16> {
    let units = |text: &str| text.encode_utf16().count();
    let from = units(text) - units(text.trim_start());
    Utf16(from)..Utf16(units(text.trim_end()).max(from))
}

/// What lies behind the text of a line has nothing to underline: its last character stands for it.
fn visible(surface: &Surface, line: usize) -> impl Fn(Range<Utf16>) -> Range<Utf16> {
    let text = whole(&surface.line(line));
    move |cols| {
        let from = cols.start.0.min(text.end.0.saturating_sub(1));
        Utf16(from)..Utf16(cols.end.0.max(from + 1))
    }
}
