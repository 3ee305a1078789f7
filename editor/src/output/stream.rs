//! The text a program wrote, in the order in which it was written, painted at
//! most once a frame. What is kept of it, and how its lines look, is the
//! protocol's `Log`; its nodes are `paint.rs`, what is only kept for a file is
//! `archive.rs`. Tracebacks are shown by `failure.rs`.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use runtime_bridge::protocol::log::{self, Limits};
use runtime_bridge::protocol::{Chunk, Display};
use web_sys::{Blob, Event, FocusOptions, HtmlElement};

use super::archive::Archive;
use super::paint::{self, Painter};
use crate::dom::{Listener, Manner, element};
use crate::surface::Frame;

/// Text and pieces of it that are painted in one frame (`paint.rs`): a few milliseconds.
const FRAME_COST: usize = 256 * 1024;

/// Frames after a paint in which the end is scrolled to.
const SETTLING_FRAMES: u8 = 3;

/// The output of one run on the page.
pub struct Log {
    model: RefCell<log::Log>,
    painter: RefCell<Painter>,
    archive: RefCell<Archive>,
    following: Following,
    /// Whether something is not painted yet.
    waits: Cell<bool>,
    /// Frames in which the end is scrolled to once more.
    settling: Cell<u8>,
    frame: Frame,
    _scrolled: Listener,
}

/// Whether new text is followed: until the reader scrolls up, and again when
/// the end is reached.
struct Following {
    scroll: HtmlElement,
    /// Where the view was last, in CSS pixels.
    top: Cell<i32>,
    on: Cell<bool>,
}

impl Following {
    fn new(scroll: &HtmlElement) -> Following {
        Following {
            scroll: scroll.clone(),
            top: Cell::new(0),
            on: Cell::new(true),
        }
    }

    fn restart(&self) {
        self.on.set(true);
        self.top.set(0);
    }

    fn scrolled(&self) {
        let top = self.scroll.scroll_top();
        let left = self.scroll.scroll_height() - top - self.scroll.client_height();
        if left < 8 {
            self.on.set(true);
        } else if top < self.top.get() {
            self.on.set(false);
        }
        self.top.set(top);
    }

    fn go_to_end(&self) {
        if self.on.get() {
            self.scroll.set_scroll_top(i32::MAX);
            self.top.set(self.scroll.scroll_top());
        }
    }
}

impl Log {
    /// A log in an empty block that scrolls.
    pub fn new(scroll: &HtmlElement) -> Rc<Log> {
        let log = Rc::new_cyclic(|me: &Weak<Log>| {
            let scrolled = me.clone();
            Log {
                model: RefCell::new(log::Log::new(Limits::PAGE)),
                painter: RefCell::new(Painter::new(scroll)),
                archive: RefCell::default(),
                following: Following::new(scroll),
                waits: Cell::new(false),
                settling: Cell::new(0),
                frame: Frame::new(),
                _scrolled: Listener::new(scroll, "scroll", Manner::Passive, move |_: Event| {
                    if let Some(log) = scrolled.upgrade() {
                        log.scrolled();
                    }
                }),
            }
        });
        let weak = Rc::downgrade(&log);
        log.frame.on_frame(move || {
            if let Some(log) = weak.upgrade() {
                log.paint_frame();
            }
        });
        log
    }

    /// Takes text. What comes after a pause is on the page at once, for who reads the
    /// page by other means than eyes; what follows within its frame is painted in the next.
    pub fn write(&self, chunks: &[Chunk]) {
        for chunk in chunks {
            self.model.borrow_mut().write(chunk);
            self.archive_what_is_too_much();
        }
        self.waits.set(true);
        if !self.frame.is_asked() {
            self.paint_text(FRAME_COST);
        }
        self.frame.request();
    }

    /// Writes text on lines of its own.
    pub fn write_line(&self, text: &str) {
        let before = if self.open_line().is_empty() {
            ""
        } else {
            "\n"
        };
        self.write(&[Chunk::out([before, text, "\n"].concat())]);
    }

    fn archive_what_is_too_much(&self) {
        while let Some(block) = self.model.borrow_mut().evict() {
            self.archive.borrow_mut().add(&block);
        }
    }

    /// Paints what waits, all of it.
    pub fn flush(&self) {
        self.paint(usize::MAX);
    }

    /// An empty element after everything written so far, for something that has
    /// that text and cost; text goes on behind it.
    pub fn insert(&self, display: &Display) -> HtmlElement {
        let cost = display.cost();
        self.model.borrow_mut().insert(display.text(), cost);
        self.archive_what_is_too_much();
        let mut painter = self.painter.borrow_mut();
        painter.paint(&self.model.borrow(), usize::MAX);
        self.waits.set(false);
        self.has_grown();
        // What was inserted last is never left out, and is on the page now.
        painter
            .last()
            .cloned()
            .unwrap_or_else(|| element("div", "rich"))
    }

    /// What is kept, with a line for what was left out.
    pub fn text(&self) -> String {
        let model = self.model.borrow();
        let (before, after) = model.text();
        let left_out = model.left_out();
        if left_out.bytes == 0 {
            return before;
        }
        [before, paint::left_out(left_out), after].concat()
    }

    /// What is kept and what was left out, as far as that is possible.
    pub fn file(&self) -> Option<Blob> {
        let (before, after) = self.model.borrow().text();
        self.archive.borrow().file(&before, &after)
    }

    /// How much was written, as a sentence; none where there are no lines.
    pub fn summary(&self) -> String {
        let model = self.model.borrow();
        let lines = model.lines();
        if lines == 0 {
            return String::new();
        }
        let left_out = model.left_out().lines;
        let word = if lines == 1 { " line" } else { " lines" };
        let lines = [&log::grouped(lines), word].concat();
        if left_out == 0 {
            return lines;
        }
        [&lines, ", ", &log::grouped(left_out), " of them not shown"].concat()
    }

    /// Empties the log.
    pub fn clear(&self) {
        self.model.replace(log::Log::new(Limits::PAGE));
        self.painter.borrow_mut().clear();
        self.archive.take();
        self.following.restart();
    }

    fn paint_frame(&self) {
        // Under the eyes of who reads in the middle of a flood nothing moves.
        let is_read = !self.following.on.get() && self.model.borrow().left_out().bytes > 0;
        if !is_read {
            self.paint(FRAME_COST);
        }
    }

    fn paint(&self, most: usize) {
        self.paint_text(most);
        self.settle();
    }

    fn paint_text(&self, most: usize) {
        if self.waits.get() {
            let is_whole = self.painter.borrow_mut().paint(&self.model.borrow(), most);
            self.waits.set(!is_whole);
            self.settling.set(SETTLING_FRAMES);
        }
    }

    /// What was written after the last line break.
    pub fn open_line(&self) -> String {
        let mut line = String::new();
        let model = self.model.borrow();
        model.open_row(|text, _| line.push_str(text));
        line
    }

    /// An empty place after everything written so far, within its line, until [`Log::close`].
    pub fn open(&self) -> HtmlElement {
        self.flush();
        let place = self.painter.borrow_mut().open(&self.model.borrow());
        self.has_grown();
        place
    }

    /// Takes that place away.
    pub fn close(&self) {
        self.painter.borrow_mut().close();
    }

    /// Something in it became higher: its end is followed, where that is wanted.
    pub fn has_grown(&self) {
        self.settling.set(SETTLING_FRAMES);
        self.frame.request();
    }

    /// Gives the keyboard to the whole.
    pub fn focus(&self) {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = self.following.scroll.focus_with_options(&options);
    }

    /// Blocks get their true heights when they are first drawn, so the end moves a little.
    fn settle(&self) {
        let left = self.settling.get();
        if left == 0 {
            return;
        }
        self.settling.set(left - 1);
        self.following.go_to_end();
        self.frame.request();
    }

    fn scrolled(&self) {
        self.following.scrolled();
        if self.waits.get() {
            self.frame.request();
        }
    }
}
