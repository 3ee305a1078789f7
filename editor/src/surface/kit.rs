//! What an editor in use has beside its text: several carets by keys and mouse,
//! find and replace, brackets in pairs, folding. A page loads it when somebody comes to an
//! editor, so the surface knows it as a [`Kit`] only, which a door gives it.
//!
//! Not here: what a command does (`editor_core::kit`), the panel (`find.rs`),
//! how marks are drawn (`overlay.rs`).

use std::cell::{Cell, OnceCell, RefCell};
use std::ops;
use std::rc::Rc;

use editor_core::coords::{line_end, line_of, line_start, pos_to_line_col, pos_to_line_utf16};
use editor_core::kit::{self, Memory};
use editor_core::matching::Bracket;
use editor_core::{Command, Editor, LineCol, LineUtf16, Millis, Motion, Pos, Range, Update};
use web_sys::{FocusEvent, MouseEvent};

use super::Surface;
use super::find::Finder;
use super::folding::Folding;
use super::help;
use super::overlay::{Look, Mark, Overlay};
use super::rows;
use super::selection::caret_rect;
use super::touch;
use crate::dom::{Listener, Manner, now};
use crate::tools as doors;

/// CSS pixels that a pressed mouse may move before columns are selected.
const STILL: f64 = 4.0;
/// Lines beyond those in sight that have their marks.
const BEYOND: usize = 20;
/// Marks that are drawn at most; nobody tells more of them apart.
const MOST: usize = 1_000;

/// What a surface calls of it.
pub trait Kit {
    /// Performs a command that is a [tool](Editor::is_tool).
    fn run(&self, surface: &Rc<Surface>, command: Command);
    /// Escape: back to one caret, or the panel closed. Whether there was either.
    fn escape(&self, surface: &Rc<Surface>) -> bool;
    /// The mouse was pressed with Alt, at a point of the window and a position.
    fn press(&self, surface: &Rc<Surface>, event: &MouseEvent, at: (f64, f64), pos: Pos);
    /// It was dragged there.
    fn drag(&self, surface: &Rc<Surface>, to: (f64, f64));
    /// Pastes at several carets.
    fn paste(&self, surface: &Rc<Surface>, text: &str);
    /// Text, selection or focus may be others than before.
    fn touched(&self, surface: &Surface);
    /// The syntax tree is that of the text again. A frame is asked for only where
    /// one would look different: each delays the frame of the next key.
    fn parsed(&self, surface: &Surface);
    /// Moves by rows as they are seen, where long lines go on in the next row.
    fn go_by_rows(&self, surface: &Rc<Surface>, motion: Motion, extend: bool);
    /// An input method begins: brings the caret into the DOM, where the browser writes.
    fn bring_caret(&self, surface: &Rc<Surface>);
    /// The measure phase of a frame.
    fn paint(&self, surface: &Rc<Surface>);
    /// Performs a command that must know what is folded; whether it did.
    fn takes(&self, surface: &Rc<Surface>, command: Command) -> bool;
    /// The text was edited; the lines in the DOM are still those before.
    fn edited(&self, surface: &Surface, update: &Update);
    /// How many rows are above a line.
    fn row(&self, line: usize) -> usize;
    /// The line that a row shows.
    fn line(&self, row: usize) -> usize;
    /// A place that can be seen, for one that may not.
    fn in_sight(&self, surface: &Surface, at: LineUtf16) -> LineUtf16;
    /// Makes this window of the document the lines in the DOM.
    fn fit(&self, surface: &Surface, wanted: ops::Range<usize>);
    /// A printer comes, or has gone.
    fn print(&self, surface: &Rc<Surface>, prints: bool);
    /// Writes the line numbers, where lines are hidden; whether it did.
    fn number(&self, surface: &Surface) -> bool;
}

impl Surface {
    /// Has the kit fetched, where it is not here; with it, applies a command.
    pub(super) fn with_kit(self: &Rc<Self>, command: Option<Command>) {
        self.with_tools(move |surface| {
            if surface.kit.get().is_none() {
                doors::equip(surface);
            }
            if let Some(command) = command {
                surface.command(command);
            }
        });
    }

    /// Gives the surface its kit.
    pub fn make_kit(self: &Rc<Self>) {
        let blur = self.hear(
            &self.nodes.content,
            "blur",
            Manner::Passive,
            |surface, _: &FocusEvent| surface.touch(),
        );
        let things = Things {
            memory: RefCell::default(),
            finder: OnceCell::new(),
            folding: Folding::new(self),
            overlay: Overlay::new(&self.nodes.scroller),
            corner: Cell::default(),
            is_dirty: Cell::new(true),
            drawn: RefCell::new(0..0),
            bracket: Cell::default(),
            _blur: blur,
            _touch: touch::Row::new(self),
        };
        if self.kit.set(Box::new(things)).is_ok() {
            self.frame.request();
        }
    }

    /// Lines of which marks are drawn: those in sight and a few more.
    pub(super) fn lines_near(&self) -> ops::Range<usize> {
        let seen = self.lines_seen();
        let window = self.view.borrow().range();
        let start = seen.start.saturating_sub(BEYOND).max(window.start);
        start..(seen.end + BEYOND).min(window.end).max(start)
    }
}

/// A press with Alt that may become a drag.
#[derive(Clone, Copy)]
struct Corner {
    at: LineCol,
    point: (f64, f64),
    /// The mouse has left the point.
    moved: bool,
}

/// The kit itself.
struct Things {
    memory: RefCell<Memory>,
    finder: OnceCell<Rc<Finder>>,
    folding: Rc<Folding>,
    overlay: Overlay,
    corner: Cell<Option<Corner>>,
    /// Something may have to be drawn in another way.
    is_dirty: Cell<bool>,
    /// The lines that have their marks.
    drawn: RefCell<ops::Range<usize>>,
    /// The bracket that is marked.
    bracket: Cell<Option<Bracket>>,
    _blur: Listener,
    _touch: touch::Row,
}

impl Kit for Things {
    fn run(&self, surface: &Rc<Surface>, command: Command) {
        match command {
            Command::Find => self.finder(surface).open(surface, false),
            Command::FindAndReplace => self.finder(surface).open(surface, true),
            Command::FindNext => self.finder(surface).go(surface, true),
            Command::FindPrevious => self.finder(surface).go(surface, false),
            Command::Help => help::open(surface),
            Command::Fold | Command::Unfold | Command::FoldAll | Command::UnfoldAll => {
                self.folding.run(surface, command);
            }
            command if self.folding.takes(surface, command) => {}
            command => {
                let update = {
                    let mut editor = surface.editor.borrow_mut();
                    self.memory
                        .borrow_mut()
                        .run(&mut editor, command, Millis(now()))
                };
                show(surface, update);
            }
        }
    }

    fn escape(&self, surface: &Rc<Surface>) -> bool {
        if surface.has_carets() {
            self.run(surface, Command::OneCaret);
            return true;
        }
        self.open_finder()
            .is_some_and(|finder| finder.close(surface))
    }

    fn press(&self, surface: &Rc<Surface>, event: &MouseEvent, at: (f64, f64), pos: Pos) {
        let place = self.place_at(surface, at, pos);
        let mut corner = Corner {
            at: place,
            point: at,
            moved: false,
        };
        if event.shift_key() {
            let editor = surface.editor.borrow();
            corner.at = pos_to_line_col(editor.rope(), editor.selection().primary().anchor);
            corner.moved = true;
        }
        self.corner.set(Some(corner));
        if corner.moved {
            return self.select_columns(surface, corner.at, place);
        }
        let update = kit::toggle_caret(&mut surface.editor.borrow_mut(), pos);
        show(surface, Some(update));
    }

    fn drag(&self, surface: &Rc<Surface>, to: (f64, f64)) {
        let (Some(mut corner), Some(pos)) = (self.corner.get(), surface.position_at(to)) else {
            return;
        };
        let far = (to.0 - corner.point.0)
            .abs()
            .max((to.1 - corner.point.1).abs());
        if !corner.moved && far < STILL {
            return;
        }
        corner.moved = true;
        self.corner.set(Some(corner));
        let place = self.place_at(surface, to, pos);
        self.select_columns(surface, corner.at, place);
    }

    fn paste(&self, surface: &Rc<Surface>, text: &str) {
        let update = kit::paste(&mut surface.editor.borrow_mut(), text, Millis(now()));
        show(surface, Some(update));
    }

    fn touched(&self, surface: &Surface) {
        self.folding.reveal();
        self.is_dirty.set(true);
        surface.frame.request();
    }

    fn parsed(&self, surface: &Surface) {
        if kit::bracket(&surface.editor.borrow()) != self.bracket.get() {
            self.touched(surface);
        }
    }

    fn go_by_rows(&self, surface: &Rc<Surface>, motion: Motion, extend: bool) {
        rows::go(surface, motion, extend);
    }

    fn bring_caret(&self, surface: &Rc<Surface>) {
        if !surface.view.borrow().has(&surface.selected_lines()) {
            surface.scroll_to_caret();
            // It may have been the page that was scrolled.
            surface.fit_window();
        }
    }

    fn paint(&self, surface: &Rc<Surface>) {
        let lines = surface.lines_near();
        if !self.is_dirty.replace(false) && *self.drawn.borrow() == lines {
            return;
        }
        if let Some(finder) = self.open_finder() {
            finder.follow(surface);
        }
        let marks = self.marks(surface, lines.clone());
        let height = surface.line_height();
        self.overlay.show(&surface.view.borrow(), height, &marks);
        self.folding.paint(surface, &lines);
        *self.drawn.borrow_mut() = lines;
        let has_part = self.finder.get().is_some_and(|finder| finder.has_part());
        surface.followed.set(has_part || !self.folding.is_empty());
    }

    fn takes(&self, surface: &Rc<Surface>, command: Command) -> bool {
        self.folding.takes(surface, command)
    }

    fn edited(&self, surface: &Surface, update: &Update) {
        self.folding.edited(surface, update);
        if let Some(finder) = self.finder.get() {
            finder.edited(update);
        }
    }

    fn row(&self, line: usize) -> usize {
        self.folding.row(line)
    }

    fn line(&self, row: usize) -> usize {
        self.folding.line(row)
    }

    fn in_sight(&self, surface: &Surface, at: LineUtf16) -> LineUtf16 {
        self.folding.in_sight(surface, at)
    }

    fn fit(&self, surface: &Surface, wanted: ops::Range<usize>) {
        self.folding.fit(surface, wanted);
    }

    fn print(&self, surface: &Rc<Surface>, prints: bool) {
        self.folding.print(surface, prints);
    }

    fn number(&self, surface: &Surface) -> bool {
        self.folding.number(surface)
    }
}

impl Things {
    fn finder(&self, surface: &Rc<Surface>) -> &Rc<Finder> {
        let make = || Finder::new(surface, &surface.nodes.scroller);
        self.finder.get_or_init(make)
    }

    fn open_finder(&self) -> Option<&Rc<Finder>> {
        self.finder.get().filter(|finder| finder.is_open())
    }

    fn select_columns(&self, surface: &Rc<Surface>, from: LineCol, to: LineCol) {
        let update = kit::select_columns(&mut surface.editor.borrow_mut(), from, to);
        surface.show_selection(&update);
    }

    /// The position as line and column; behind the end of its line, as many
    /// columns more as fit before the point.
    fn place_at(&self, surface: &Surface, (x, _): (f64, f64), pos: Pos) -> LineCol {
        let editor = surface.editor.borrow();
        let rope = editor.rope();
        let mut place = pos_to_line_col(rope, pos);
        if pos != line_end(rope, place.line) {
            return place;
        }
        let view = surface.view.borrow();
        let end = view.line(place.line).map(|line| {
            let units = pos_to_line_utf16(rope, pos).col.0;
            match caret_rect(&line.place(units)) {
                Some(caret) => caret.left(),
                None => line.element.get_bounding_client_rect().left(),
            }
        });
        if let (Some(end), Some(width)) = (end, self.overlay.column_width(&view)) {
            place.col += ((x - end) / width).max(0.0).round() as usize;
        }
        place
    }

    /// What is to be drawn in some lines.
    fn marks(&self, surface: &Surface, lines: ops::Range<usize>) -> Vec<Mark> {
        let editor = surface.editor.borrow();
        let focused = surface.has_focus();
        let mut drawing = Drawing {
            editor: &editor,
            lines,
            folding: &self.folding,
            marks: Vec::new(),
        };
        let selection = editor.selection();
        let finder = self.open_finder();
        if finder.is_none() && !focused {
            // Another editor may be in use.
            return Vec::new();
        }
        let several = selection.ranges().len() > 1;
        for (at, range) in selection.ranges().iter().enumerate() {
            let is_native = at == selection.primary_index() && focused;
            if !is_native && !range.is_empty() {
                drawing.cover(*range, Look::Selected);
            }
            if several && !is_native {
                drawing.cover(Range::caret(range.head), Look::Caret);
            }
        }
        if let Some(finder) = finder {
            if let Some(part) = finder.part().range() {
                drawing.cover(part, Look::Part);
            }
            finder.each_match(&editor, drawing.lines.clone(), &mut |range| {
                let primary = selection.primary();
                let is_current = (range.from(), range.to()) == (primary.from(), primary.to());
                let look = if is_current {
                    Look::Current
                } else {
                    Look::Match
                };
                drawing.cover(range, look)
            });
        }
        self.bracket.set(kit::bracket(&editor));
        if let (true, Some(bracket)) = (focused, self.bracket.get()) {
            let look = bracket.partner.map_or(Look::Wrong, |_| Look::Bracket);
            for at in [Some(bracket.at), bracket.partner].into_iter().flatten() {
                let range = Range {
                    anchor: at,
                    head: Pos(at.0 + 1),
                };
                drawing.cover(range, look);
            }
        }
        drawing.marks
    }
}

struct Drawing<'a> {
    editor: &'a Editor,
    lines: ops::Range<usize>,
    folding: &'a Folding,
    marks: Vec<Mark>,
}

impl Drawing<'_> {
    /// A mark for each of the lines that a range is in; whether there may be more.
    fn cover(&mut self, range: Range, look: Look) -> bool {
        let rope = self.editor.rope();
        let (first, last) = (line_of(rope, range.from()), line_of(rope, range.to()));
        let unit = |pos| pos_to_line_utf16(rope, pos).col.0;
        let mut next = first.max(self.lines.start);
        while next < (last + 1).min(self.lines.end) {
            let line = next;
            next += 1;
            if let Some(fold) = self.folding.hiding(line) {
                next = fold.last + 1;
                continue;
            }
            if self.marks.len() >= MOST {
                return false;
            }
            self.marks.push(Mark {
                line,
                from: unit(range.from().max(line_start(rope, line))),
                to: unit(range.to().min(line_end(rope, line))),
                goes_on: line < last,
                look,
            });
        }
        true
    }
}

/// Shows what a tool did, with the caret in view.
pub(super) fn show(surface: &Rc<Surface>, update: Option<Update>) {
    let Some(update) = update else { return };
    if update.lines.is_empty() {
        surface.show_selection(&update);
    } else {
        surface.show_update(&update);
    }
    surface.reveal();
    surface.assist_soon(false);
}
