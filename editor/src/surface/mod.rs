//! The text surface: a `contenteditable` whose every node is ours. A key goes
//! one way, `input.rs` -> command or text -> `Editor` -> `Update` -> `paint.rs`,
//! and is on the page in the frame it was pressed in; layouts are read in the
//! one measure phase after it. The engine decides, this module performs.

mod chunks;
mod clipboard;
mod composition;
mod describing;
mod find;
mod folding;
mod frame;
mod help;
mod input;
mod kit;
mod measure;
mod overlay;
mod paint;
mod pointer;
mod rows;
mod selection;
pub mod suggestions;
mod touch;

use std::cell::{Cell, OnceCell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use editor_core::lines::Way;
use editor_core::problems::problems;
use editor_core::{
    Command, Editor, Kind, LineCol, LineEdit, Mark, Millis, Motion, Origin, Parsed, Selection,
    Update,
};
use gloo_timers::callback::Timeout;
use runtime_bridge::protocol::Inspection;
use runtime_bridge::rest;
use wasm_bindgen::JsCast;
use web_sys::{EventTarget, HtmlElement, ShadowRoot, Text};

use crate::component::Told;
use crate::dom::{Listener, Manner, append, element, now, set, text_node};
use crate::tools;
use composition::Composition;
pub use frame::Frame;
use kit::Kit;
use paint::{LineLook, View};
use selection::Written;

/// Milliseconds a key may spend on parsing before the paint.
const PARSE_BEFORE_PAINT: f64 = 1.5;
/// Milliseconds of parsing or colouring at once after the paint.
const SLICE: f64 = 6.0;
/// Milliseconds of parsing that are too long to come between two keys.
const SLOW_PARSE: f64 = 12.0;
/// Milliseconds without a key before such a parse starts.
const KEYS_REST: u32 = 60;
/// The id of what is said of the text's marks, in the editor's own shadow root.
const MARKS: &str = "marks";
/// Lines around an edit that are coloured before the paint.
const NEAR: usize = 60;

/// Milliseconds after a key until suggestions are looked for: never between a key and its paint.
const ASSIST_AFTER: u32 = 80;

/// Who helps a person who writes. It comes with the tools, so the surface knows it by this only.
pub trait Assistant {
    /// A key that may mean it; whether it did.
    fn key(&self, key: &str) -> bool;
    /// The text or the caret is another one.
    fn changed(self: Rc<Self>, typed: bool);
    /// The person asks for help.
    fn ask(self: Rc<Self>);
    /// Nothing is to be shown any more.
    fn close(&self);
}

/// Asks what a name is or has; the answer comes once.
pub type Inspect = dyn Fn(Inspection, &str, Told);

/// What the surface tells its owner.
pub struct Hooks {
    /// The reader asked to run the code by a key.
    pub run: Box<dyn Fn()>,
    /// The text has changed.
    pub edited: Box<dyn Fn()>,
    /// Something is to be said in the status line.
    pub say: Box<dyn Fn(&str)>,
    /// The interpreter is asked what a name is or has.
    pub inspect: Box<Inspect>,
}

/// The nodes of the surface.
struct Nodes {
    root: ShadowRoot,
    scroller: HtmlElement,
    gutter: HtmlElement,
    numbers: Text,
    content: HtmlElement,
    /// What is said of the text's marks.
    described: Text,
}

/// One text surface in one shadow root.
pub struct Surface {
    nodes: Nodes,
    editor: RefCell<Editor>,
    view: RefCell<View>,
    composition: RefCell<Option<Composition>>,
    written: RefCell<Written>,
    /// What was edited since `follow_lines`.
    edits: RefCell<Vec<LineEdit>>,
    hooks: Hooks,
    assistant: OnceCell<Rc<dyn Assistant>>,
    assisting: RefCell<Option<Timeout>>,
    frame: Frame,
    later: RefCell<Option<Timeout>>,
    /// Whether parsing or colouring goes on when the next frame is painted.
    colouring: Cell<bool>,
    /// Milliseconds that the latest parse took, and those of the one under way.
    parse_took: Cell<f64>,
    parse_spent: Cell<f64>,
    listeners: RefCell<Vec<Listener>>,
    drag: RefCell<Option<pointer::Drag>>,
    /// Escape was pressed: the next Tab leaves the editor.
    leaving: Cell<bool>,
    /// The next frame scrolls the caret into view.
    revealing: Cell<bool>,
    /// CSS pixels a line is high; 0 until it was measured.
    line_height: Cell<f64>,
    /// Lines that the room above and below those in the DOM stands for.
    padded: Cell<(usize, usize)>,
    /// A printer is at work.
    prints: Cell<bool>,
    /// What the gutter shows: first line and count.
    numbered: Cell<(usize, usize)>,
    mouse: Cell<bool>,
    /// Whether something is said of marks.
    described: Cell<bool>,
    /// What an editor in use has beside its text, once that is here.
    kit: OnceCell<Box<dyn Kit>>,
    /// Whether it keeps to lines or positions: something is folded, or a part is looked in.
    followed: Cell<bool>,
}

impl Surface {
    /// Builds a surface inside `scroller` (a block of the shadow root `root`).
    pub fn new(
        root: &ShadowRoot,
        scroller: &HtmlElement,
        text: &str,
        name: &str,
        hooks: Hooks,
    ) -> Rc<Surface> {
        let nodes = build(root, scroller, name);
        let surface = Rc::new(Surface {
            view: RefCell::new(View::new(nodes.content.clone())),
            nodes,
            editor: RefCell::new(Editor::new(text)),
            composition: RefCell::new(None),
            written: RefCell::new(Written::default()),
            edits: RefCell::default(),
            hooks,
            assistant: OnceCell::new(),
            assisting: RefCell::default(),
            frame: Frame::new(),
            later: RefCell::new(None),
            colouring: Cell::new(false),
            parse_took: Cell::new(0.0),
            parse_spent: Cell::new(0.0),
            listeners: RefCell::new(Vec::new()),
            drag: RefCell::new(None),
            leaving: Cell::new(false),
            revealing: Cell::new(false),
            line_height: Cell::new(0.0),
            padded: Cell::new((0, 0)),
            prints: Cell::new(false),
            numbered: Cell::new((0, 0)),
            mouse: Cell::new(false),
            described: Cell::new(false),
            kit: OnceCell::new(),
            followed: Cell::new(false),
        });
        surface.follow_host();
        surface.listen();
        surface.show_all();
        surface
    }

    fn listen(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        self.frame.on_frame(move || {
            if let Some(surface) = weak.upgrade() {
                surface.measure();
            }
        });
        let mut listeners = Vec::new();
        self.listen_to_input(&mut listeners);
        self.listen_to_composition(&mut listeners);
        self.listen_to_clipboard(&mut listeners);
        self.listen_to_pointer(&mut listeners);
        self.listen_to_selection(&mut listeners);
        self.listen_to_scrolling(&mut listeners);
        *self.listeners.borrow_mut() = listeners;
    }

    /// A listener that has the surface at hand, while there is one.
    fn hear<E: JsCast>(
        self: &Rc<Self>,
        target: &EventTarget,
        name: &'static str,
        manner: Manner,
        act: impl Fn(&Rc<Surface>, &E) + 'static,
    ) -> Listener {
        let weak = Rc::downgrade(self);
        Listener::new(target, name, manner, move |event: E| {
            if let Some(surface) = weak.upgrade() {
                act(&surface, &event);
            }
        })
    }

    /// The whole text.
    pub fn text(&self) -> String {
        self.editor.borrow().text()
    }

    /// The number of the document's state; each edit raises it.
    pub fn revision(&self) -> u64 {
        self.editor.borrow().revision()
    }

    /// Replaces the text from outside; undo can bring the old one back.
    pub fn set_text(self: &Rc<Self>, text: &str) {
        self.end_composition();
        let update = self.editor.borrow_mut().set_text(text, Millis(now()));
        self.show_update(&update);
    }

    /// Takes over what the element says about editing: its attribute `readonly`.
    pub fn follow_host(&self) {
        let read_only = self.nodes.root.host().has_attribute("readonly");
        self.editor.borrow_mut().set_read_only(read_only);
        let content = &self.nodes.content;
        // The browser edits nothing by itself then, whatever asks it to.
        set(
            content,
            "contenteditable",
            if read_only { "false" } else { "true" },
        );
        set(
            content,
            "aria-readonly",
            if read_only { "true" } else { "false" },
        );
    }

    fn is_read_only(&self) -> bool {
        self.editor.borrow().is_read_only()
    }

    /// Whether long lines go on in the next row. Those of a long document never do: its window
    /// is computed from lines of one height.
    fn wraps(&self) -> bool {
        self.nodes.root.host().has_attribute("wrap") && !self.is_long()
    }

    /// Gives the keyboard to the surface.
    pub fn focus(&self) {
        let _ = self.nodes.content.focus();
    }

    /// The name that a screen reader says.
    pub fn rename(&self, name: &str) {
        set(&self.nodes.content, "aria-label", name);
    }

    /// Puts these marks in the place of all of their kind.
    pub fn set_marks(self: &Rc<Self>, kind: Kind, marks: Vec<Mark>) {
        let before = self.marked_lines();
        self.editor.borrow_mut().set_marks(kind, marks);
        for line in before.into_iter().chain(self.marked_lines()) {
            self.colour(line..line + 1);
        }
        self.describe();
        self.write_selection();
    }

    fn marked_lines(&self) -> Vec<usize> {
        let editor = self.editor.borrow();
        editor.marks().all().iter().map(|mark| mark.line).collect()
    }

    /// Says the marks to who cannot see them, with the name of the text.
    fn describe(&self) {
        let editor = self.editor.borrow();
        let marks = editor.marks().all();
        let mut text = String::new();
        for mark in marks {
            text.push_str(&said(mark));
            text.push('\n');
        }
        self.nodes.described.set_data(&text);
        self.described.set(!marks.is_empty());
    }

    /// From now on, `line_now` follows the lines as they are at this moment.
    pub fn follow_lines(&self) {
        self.edits.borrow_mut().clear();
    }

    /// Where a line is that was `line` when `follow_lines` was called; `None` when it was edited since.
    pub fn line_now(&self, line: usize) -> Option<usize> {
        let edits = self.edits.borrow();
        let line = edits
            .iter()
            .try_fold(line, |line, edit| edit.map_line(line))?;
        (line < self.editor.borrow().len_lines()).then_some(line)
    }

    /// How many lines the text has.
    pub fn len_lines(&self) -> usize {
        self.editor.borrow().len_lines()
    }

    /// One line of the text, without its line break.
    pub fn line(&self, line: usize) -> String {
        self.editor.borrow().line(line)
    }

    /// Puts the caret at the start of a line's text (zero-based), with the focus, in view.
    pub fn go_to_line(self: &Rc<Self>, line: usize) {
        let indent = {
            let editor = self.editor.borrow();
            let text = editor.line(line.min(editor.len_lines().saturating_sub(1)));
            text.chars().take_while(|char| char.is_whitespace()).count()
        };
        self.go_to(line, indent);
    }

    /// Goes to the next marked line that way and says what is there.
    pub fn go_to_mark(self: &Rc<Self>, way: Way) {
        let mark = {
            let editor = self.editor.borrow();
            editor.marks().next(self.head().line, way).cloned()
        };
        let Some(mark) = mark else {
            return (self.hooks.say)("No problem is known in this text.");
        };
        let text = self.line(mark.line);
        match &mark.cols {
            None => self.go_to_line(mark.line),
            Some(cols) => {
                let before = cols.start.0.min(text.encode_utf16().count());
                let mut units = 0;
                let col = text
                    .chars()
                    .take_while(|char| {
                        units += char.len_utf16();
                        units <= before
                    })
                    .count();
                self.go_to(mark.line, col);
            }
        }
        (self.hooks.say)(&said(&mark));
    }

    /// `col` is in characters.
    fn go_to(self: &Rc<Self>, line: usize, col: usize) {
        let caret = {
            let editor = self.editor.borrow();
            let line = line.min(editor.len_lines().saturating_sub(1));
            let place = LineCol { line, col };
            editor_core::coords::line_col_to_pos(editor.rope(), place)
        };
        self.focus();
        self.select(Selection::caret(caret));
        self.reveal();
    }

    /// The problems that the syntax tree knows of; none while it is not of this text.
    pub fn problems(&self) -> Vec<Mark> {
        let editor = self.editor.borrow();
        match editor.syntax().tree() {
            Some(tree) if editor.parsed() => problems(tree, editor.rope()),
            _ => Vec::new(),
        }
    }

    /// Whether the caret of a reader who types touches what is marked.
    pub fn is_at_caret(&self, mark: &Mark) -> bool {
        let head = self.head();
        let is_here = self.has_focus() && head.line == mark.line;
        is_here
            && mark
                .cols
                .as_ref()
                .is_none_or(|cols| cols.start <= head.col && head.col <= cols.end)
    }

    /// Applies a command and shows what it changed.
    fn command(self: &Rc<Self>, command: Command) {
        if self.editor.borrow().is_tool(command) {
            return match self.kit.get() {
                Some(kit) => kit.run(self, command),
                None => self.with_kit(Some(command)),
            };
        }
        if self.follower().is_some_and(|kit| kit.takes(self, command)) {
            return;
        }
        // Only a page key needs a layout before its command; the others must not wait for one.
        let page = match command {
            Command::Move { motion, extend } if motion.is_vertical() && self.wraps() => {
                if let Some(kit) = self.kit.get() {
                    return kit.go_by_rows(self, motion, extend);
                }
                1
            }
            Command::Move {
                motion: Motion::PageUp | Motion::PageDown,
                ..
            } => self.page_lines(),
            _ => 1,
        };
        let update = self.editor.borrow_mut().run(command, page, Millis(now()));
        if let Some(update) = update {
            self.show_update(&update);
        }
        self.reveal();
        self.assist_soon(false);
    }

    /// The shadow root that it is in.
    pub fn root(&self) -> &ShadowRoot {
        &self.nodes.root
    }

    /// From now on somebody helps.
    pub fn assist_by(&self, assistant: Rc<dyn Assistant>) {
        let _ = self.assistant.set(assistant);
    }

    /// Has the assistant do something as soon as there is one.
    fn with_assistant(self: &Rc<Self>, task: impl FnOnce(Rc<dyn Assistant>) + 'static) {
        self.with_tools(move |surface| {
            if surface.assistant.get().is_none() {
                tools::equip(surface);
            }
            if let Some(assistant) = surface.assistant.get() {
                task(assistant.clone());
            }
        });
    }

    /// Does something once what is behind the doors is here; where that cannot be
    /// had, who needs it next asks again.
    fn with_tools(self: &Rc<Self>, task: impl FnOnce(&Rc<Surface>) + 'static) {
        let weak = Rc::downgrade(self);
        rest::tools_when_here(move |missing| {
            if let (None, Some(surface)) = (missing, weak.upgrade()) {
                task(&surface);
            }
        });
    }

    /// Has the assistant look, once the keys rest.
    fn assist_soon(self: &Rc<Self>, typed: bool) {
        if !typed && self.assistant.get().is_none() {
            return;
        }
        let weak = Rc::downgrade(self);
        let later = Timeout::new(ASSIST_AFTER, move || {
            if let Some(surface) = weak.upgrade() {
                surface.with_assistant(move |assistant| assistant.changed(typed));
            }
        });
        *self.assisting.borrow_mut() = Some(later);
    }

    /// Replaces the selection by text.
    fn insert(self: &Rc<Self>, text: &str, origin: Origin) {
        let update = self.editor.borrow_mut().insert(text, origin, Millis(now()));
        self.show_update(&update);
        self.reveal();
        self.assist_soon(origin == Origin::Typed);
    }

    fn select(self: &Rc<Self>, selection: Selection) {
        let update = self.editor.borrow_mut().select(selection);
        self.show_selection(&update);
    }

    fn show_selection(&self, update: &Update) {
        if update.selection_changed {
            self.write_selection();
        }
    }

    /// Whether there are several carets. Only the kit makes them, so it is here then.
    fn has_carets(&self) -> bool {
        self.editor.borrow().selection().ranges().len() > 1
    }

    /// The kit, where it keeps to lines or positions of the text.
    fn follower(&self) -> Option<&dyn Kit> {
        match self.followed.get() {
            true => Some(&**self.kit.get()?),
            false => None,
        }
    }

    /// Has everything that keeps to lines follow an edit, but for the lines in the DOM.
    fn follow(&self, update: &Update) {
        self.edits.borrow_mut().extend_from_slice(&update.lines);
        if let Some(kit) = self.follower() {
            kit.edited(self, update);
        }
    }

    /// Text, selection or focus may be others than before.
    fn touch(&self) {
        if let Some(kit) = self.kit.get() {
            kit.touched(self);
        }
    }

    /// Brings the DOM to the state after `update`: nodes of the lines that
    /// changed, their colours as far as the budget goes, the selection.
    fn show_update(self: &Rc<Self>, update: &Update) {
        self.follow(update);
        for edit in &update.lines {
            self.view.borrow_mut().splice(edit);
        }
        if !update.lines.is_empty() {
            self.fit_whole();
            self.show_lines(update);
            self.number_lines();
            if self.described.get() {
                self.describe();
            }
            (self.hooks.edited)();
        }
        self.write_selection();
    }

    fn show_lines(self: &Rc<Self>, update: &Update) {
        self.parse_spent.set(0.0);
        // A parse that cannot be done in time only makes the paint late.
        if self.parse_took.get() <= PARSE_BEFORE_PAINT {
            self.parse(PARSE_BEFORE_PAINT);
        }
        let near = self.near(update);
        self.colour_new(near);
        // An edit of many lines may end far from where it began.
        let head = self.head().line;
        self.colour_new(head.saturating_sub(NEAR)..head + NEAR);
        self.colour_later();
    }

    /// The lines around an edit that must be right in this very frame.
    fn near(&self, update: &Update) -> Range<usize> {
        let from = update
            .lines
            .iter()
            .map(|edit| edit.first)
            .min()
            .unwrap_or(0);
        let to = update
            .lines
            .iter()
            .map(|edit| edit.first + edit.added)
            .max()
            .unwrap_or(0);
        from.saturating_sub(NEAR)..to.min(from + 4 * NEAR) + NEAR
    }

    /// Parses for at most `budget` milliseconds; lines whose colours may differ are noted.
    fn parse(&self, budget: f64) {
        if self.editor.borrow().parsed() {
            return;
        }
        let start = now();
        let end = start + budget;
        let parsed = self.editor.borrow_mut().parse(&mut || now() > end);
        let spent = self.parse_spent.get() + now() - start;
        self.parse_spent.set(spent);
        let Parsed::Done { changed } = parsed else {
            return self.parse_took.set(spent.max(self.parse_took.get()));
        };
        self.parse_took.set(spent);
        let mut view = self.view.borrow_mut();
        let window = view.range();
        for lines in changed {
            for line in lines.start.max(window.start)..lines.end.min(window.end) {
                if let Some(line) = view.line_mut(line) {
                    line.coloured = false;
                }
            }
        }
    }

    /// Paints those lines of `range` that are not right yet.
    fn colour_new(&self, range: Range<usize>) {
        let runs = self.not_coloured(range);
        for run in runs {
            self.colour(run);
        }
    }

    fn not_coloured(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let view = self.view.borrow();
        let window = view.range();
        let mut runs: Vec<Range<usize>> = Vec::new();
        for line in range.start.max(window.start)..range.end.min(window.end) {
            if view.line(line).is_none_or(|line| line.coloured) {
                continue;
            }
            match runs.last_mut() {
                Some(run) if run.end == line => run.end = line + 1,
                _ => runs.push(line..line + 1),
            }
        }
        runs
    }

    /// Paints lines with the colours of the present tree.
    fn colour(&self, range: Range<usize>) {
        let editor = self.editor.borrow();
        let mut view = self.view.borrow_mut();
        let range = range.start..range.end.min(editor.len_lines());
        let lent = self.lent_lines();
        let spans = editor.highlight(range.clone());
        for (line, spans) in range.zip(&spans) {
            if lent.contains(&line) {
                continue;
            }
            let Some(shown) = view.line_mut(line) else {
                continue;
            };
            shown.show(&LineLook {
                text: &editor.line(line),
                spans,
                mark: editor.marks().at(line),
            });
            shown.coloured = true;
        }
    }

    /// Goes on parsing and colouring once the next frame is painted.
    fn colour_later(&self) {
        if self.all_coloured() {
            return;
        }
        self.later.borrow_mut().take();
        self.colouring.set(true);
        self.frame.request();
    }

    /// A slice of it, as soon as the browser has nothing better to do; where
    /// parsing takes long, it would be in the way of the next key, and starts when keys rest.
    fn colour_soon(self: &Rc<Self>) {
        let is_slow = self.parse_took.get() > SLOW_PARSE;
        self.colour_after(if is_slow { KEYS_REST } else { 0 });
    }

    /// `pause` is in milliseconds.
    fn colour_after(self: &Rc<Self>, pause: u32) {
        let weak = Rc::downgrade(self);
        let slice = Timeout::new(pause, move || {
            if let Some(surface) = weak.upgrade() {
                surface.colour_slice();
            }
        });
        *self.later.borrow_mut() = Some(slice);
    }

    fn all_coloured(&self) -> bool {
        self.editor.borrow().parsed() && self.view.borrow().lines.iter().all(|line| line.coloured)
    }

    fn colour_slice(self: &Rc<Self>) {
        self.later.borrow_mut().take();
        let end = now() + SLICE;
        self.parse(SLICE);
        let runs = self.not_coloured(0..usize::MAX);
        'all: for run in runs {
            for from in run.clone().step_by(NEAR) {
                if now() > end {
                    break 'all;
                }
                self.colour(from..run.end.min(from + NEAR));
            }
        }
        self.put_selection();
        if let (Some(kit), true) = (self.kit.get(), self.editor.borrow().parsed()) {
            kit.parsed(self);
        }
        if !self.colouring.get() && !self.all_coloured() {
            self.colour_after(0);
        }
    }

    /// First paint, and whenever the whole document was replaced.
    fn show_all(self: &Rc<Self>) {
        self.fit_whole();
        self.parse(PARSE_BEFORE_PAINT);
        self.colour_new(0..NEAR * 2);
        self.number_lines();
        self.colour_later();
    }

    /// Line numbers are one text node: one write, whatever their count.
    fn number_lines(&self) {
        if self.follower().is_some_and(|kit| kit.number(self)) {
            return;
        }
        let range = self.view.borrow().range();
        let shown = (range.start, range.len());
        if self.numbered.replace(shown) == shown {
            return;
        }
        self.write_numbers(range, &|line| line);
    }

    /// Writes the numbers of the lines that some rows show.
    fn write_numbers(&self, rows: Range<usize>, line: &dyn Fn(usize) -> usize) {
        let mut numbers = String::new();
        for row in rows {
            numbers.push_str(&(line(row) + 1).to_string());
            numbers.push('\n');
        }
        self.nodes.numbers.set_data(&numbers);
    }
}

fn build(root: &ShadowRoot, scroller: &HtmlElement, name: &str) -> Nodes {
    let gutter = element("div", "gutter");
    set(&gutter, "aria-hidden", "true");
    let numbers = text_node("");
    append(&gutter, &numbers);
    let content = element("div", "content");
    for (name, value) in [
        ("role", "textbox"),
        ("aria-multiline", "true"),
        ("spellcheck", "false"),
        ("autocapitalize", "off"),
        ("autocorrect", "off"),
        ("translate", "no"),
        ("tabindex", "0"),
        ("part", "text"),
        (
            "aria-description",
            "Tab indents. Escape, then Tab, leaves the text. F1 lists the keys.",
        ),
    ] {
        set(&content, name, value);
    }
    set(&content, "aria-label", name);
    set(&content, "aria-describedby", MARKS);
    let marks = element("div", "");
    marks.set_id(MARKS);
    marks.set_hidden(true);
    let described = text_node("");
    append(&marks, &described);
    scroller.set_text_content(None);
    append(scroller, &gutter);
    append(scroller, &content);
    append(scroller, &marks);
    Nodes {
        root: root.clone(),
        scroller: scroller.clone(),
        gutter,
        numbers,
        content,
        described,
    }
}

/// A mark in words.
fn said(mark: &Mark) -> String {
    let line = (mark.line + 1).to_string();
    ["Line ", &line, ": ", &mark.message].concat()
}
