//! The text a program wrote, in the order in which it was written, painted at
//! most once a frame. Lines stand in blocks of a hundred, so that a long output
//! is laid out once and what is out of sight costs nothing. Tracebacks are
//! shown by `failure.rs`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use runtime_bridge::protocol::{Chunk, Stream, output};
use wasm_bindgen::JsCast;
use web_sys::{CharacterData, Event, FocusOptions, HtmlElement};

use crate::dom::{Listener, Manner, append, element, element_with_text, text_node};
use crate::surface::Frame;

/// Lines in a block.
const BLOCK_LINES: usize = 100;
/// Characters (bytes of UTF-8) in a block, for programs that never end a line.
const BLOCK_BYTES: usize = 64 * 1024;
/// Blocks kept on the page: the oldest go first, and a note counts their lines.
const MOST_BLOCKS: usize = 400;

/// Frames after a paint in which the end is scrolled to.
const SETTLING_FRAMES: u8 = 3;

/// What becomes of what is there when something is inserted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// It stays.
    Append,
    /// It goes.
    Replace,
}

/// A log that only grows, until it is cleared.
pub struct Log {
    scroll: HtmlElement,
    state: RefCell<State>,
    following: Rc<Following>,
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

#[derive(Default)]
struct State {
    waiting: Vec<Chunk>,
    blocks: std::collections::VecDeque<Block>,
    note: Option<HtmlElement>,
    dropped: usize,
}

struct Block {
    element: HtmlElement,
    lines: usize,
    bytes: usize,
    last: Option<(Stream, CharacterData)>,
}

impl Log {
    /// A log in an empty block that scrolls.
    pub fn new(scroll: &HtmlElement) -> Rc<Log> {
        let view = Rc::new(Following {
            scroll: scroll.clone(),
            top: Cell::new(0),
            on: Cell::new(true),
        });
        let seen = view.clone();
        let scrolled = Listener::new(scroll, "scroll", Manner::Passive, move |_: Event| {
            seen.scrolled();
        });
        let log = Rc::new(Log {
            scroll: scroll.clone(),
            state: RefCell::default(),
            following: view,
            settling: Cell::new(0),
            frame: Frame::new(),
            _scrolled: scrolled,
        });
        let weak = Rc::downgrade(&log);
        log.frame.on_frame(move || {
            if let Some(log) = weak.upgrade() {
                log.flush();
                log.settle();
            }
        });
        log
    }

    /// Takes text; the next frame paints it.
    pub fn write(&self, chunks: Vec<Chunk>) {
        output::append(&mut self.state.borrow_mut().waiting, chunks);
        self.frame.request();
    }

    /// Paints what waits.
    pub fn flush(&self) {
        let mut state = self.state.borrow_mut();
        if state.waiting.is_empty() {
            return;
        }
        for chunk in std::mem::take(&mut state.waiting) {
            state.paint(&self.scroll, &chunk);
        }
        state.drop_oldest(&self.scroll);
        drop(state);
        self.settling.set(SETTLING_FRAMES);
        self.settle();
    }

    /// An empty element after everything written so far; text goes on behind it.
    pub fn insert(&self, then: Then) -> HtmlElement {
        self.flush();
        if then == Then::Replace {
            self.clear();
        }
        let place = element("div", "rich");
        let mut state = self.state.borrow_mut();
        append(&self.scroll, &place);
        state.blocks.push_back(Block {
            element: place.clone(),
            lines: 0,
            // Full: no text goes into it.
            bytes: BLOCK_BYTES,
            last: None,
        });
        state.drop_oldest(&self.scroll);
        self.settling.set(SETTLING_FRAMES);
        self.frame.request();
        place
    }

    /// What was written after the last line break.
    pub fn open_line(&self) -> String {
        self.flush();
        let state = self.state.borrow();
        let text = state
            .blocks
            .back()
            .and_then(|block| block.element.text_content());
        let text = text.unwrap_or_default();
        let start = text.rfind('\n').map_or(0, |at| at + 1);
        text[start..].to_owned()
    }

    /// An empty place within a line, after everything written so far, for what
    /// ends that line; text goes on behind it.
    pub fn place(&self) -> HtmlElement {
        self.flush();
        let place = element("span", "typed");
        let mut state = self.state.borrow_mut();
        let block = state.open_block(&self.scroll);
        append(&block.element, &place);
        block.last = None;
        block.grow(1, 0);
        drop(state);
        self.settling.set(SETTLING_FRAMES);
        self.frame.request();
        place
    }

    /// Gives the keyboard to the whole.
    pub fn focus(&self) {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = self.scroll.focus_with_options(&options);
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

    /// Empties the log.
    pub fn clear(&self) {
        *self.state.borrow_mut() = State::default();
        self.scroll.set_text_content(None);
        self.following.on.set(true);
        self.following.top.set(0);
    }
}

impl State {
    fn paint(&mut self, scroll: &HtmlElement, chunk: &Chunk) {
        let mut rest = chunk.text.as_str();
        while !rest.is_empty() {
            let block = self.open_block(scroll);
            let (part, after) = rest.split_at(block.room(rest));
            block.append(chunk.stream, part);
            rest = after;
        }
    }

    fn open_block(&mut self, scroll: &HtmlElement) -> &mut Block {
        if self.blocks.back().is_none_or(Block::is_full) {
            let element = element("div", "block");
            append(scroll, &element);
            self.blocks.push_back(Block {
                element,
                lines: 0,
                bytes: 0,
                last: None,
            });
        }
        let last = self.blocks.len() - 1;
        &mut self.blocks[last]
    }

    fn drop_oldest(&mut self, scroll: &HtmlElement) {
        if self.blocks.len() <= MOST_BLOCKS {
            return;
        }
        while self.blocks.len() > MOST_BLOCKS {
            let Some(block) = self.blocks.pop_front() else {
                break;
            };
            self.dropped += block.lines;
            block.element.remove();
        }
        let text = [&self.dropped.to_string(), " earlier lines are not shown."].concat();
        match &self.note {
            Some(note) => note.set_text_content(Some(&text)),
            None => {
                let note = element_with_text("div", "note", &text);
                let _ = scroll.prepend_with_node_1(&note);
                self.note = Some(note);
            }
        }
    }
}

impl Block {
    fn is_full(&self) -> bool {
        self.lines >= BLOCK_LINES || self.bytes >= BLOCK_BYTES
    }

    /// Bytes of `text` that still fit: whole lines, or a piece of an endless one.
    fn room(&self, text: &str) -> usize {
        let lines = text.match_indices('\n').nth(BLOCK_LINES - self.lines - 1);
        let end = lines.map_or(text.len(), |(at, _)| at + 1);
        let most = BLOCK_BYTES.max(self.bytes + 1) - self.bytes;
        if end <= most {
            end
        } else {
            (most..=end)
                .find(|at| text.is_char_boundary(*at))
                .unwrap_or(end)
        }
    }

    fn append(&mut self, stream: Stream, text: &str) {
        if let Some((last, node)) = &self.last
            && *last == stream
        {
            let _ = node.append_data(text);
        } else {
            self.last = Some((stream, self.add(stream, text)));
        }
        let lines = text.bytes().filter(|byte| *byte == b'\n').count();
        self.grow(lines, text.len());
    }

    fn grow(&mut self, lines: usize, bytes: usize) {
        self.lines += lines;
        self.bytes += bytes;
        if self.is_full() {
            // Its height, for layouts that skip it while it is out of sight.
            let _ = self
                .element
                .style()
                .set_property("--_lines", &self.lines.to_string());
        }
    }

    fn add(&self, stream: Stream, text: &str) -> CharacterData {
        let node = text_node(text);
        match stream {
            Stream::Out => append(&self.element, &node),
            Stream::Err => {
                let span = element("span", "err");
                append(&span, &node);
                append(&self.element, &span);
            }
        }
        node.unchecked_into()
    }
}
