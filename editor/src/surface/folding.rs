//! Folding on the page: which lines are out of sight, and who asks for it.
//!
//! Hidden lines of a whole document keep their nodes, so that the browser's own find
//! sees them and opens what it finds something in; those of a long document have one
//! node for all of a fold. The signs are for pointers: they are looked for when the
//! pointer comes to them or when the keys rest, never between a key and its paint.
//! Who hears the page has the summaries, which are buttons, and the keys.
//!
//! Not here: what a fold does to rows, carets and edits (`editor_core::fold`), and how
//! signs and summaries are drawn (`folding/signs.rs`).

mod signs;

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::{Rc, Weak};

use editor_core::blocks::{self, Block};
use editor_core::coords::{line_end, line_of, pos_to_line_utf16};
use editor_core::fold::Folds;
use editor_core::{Command, LineUtf16, Update};
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, Node};

use super::Surface;
use super::kit::show;
use crate::dom::{Listener, Manner, Place, append, element, set, window};
use signs::{Drawn, Foldable, Shown, line_named, words};

/// What is folded in one surface.
pub struct Folding {
    surface: Weak<Surface>,
    folds: RefCell<Folds>,
    /// At the left edge, beside the text: the signs.
    rail: HtmlElement,
    /// Above the text: the summaries.
    layer: HtmlElement,
    signs: RefCell<Vec<Shown>>,
    summaries: RefCell<Vec<Shown>>,
    foldable: RefCell<Foldable>,
    drawn: RefCell<Option<Drawn>>,
    is_hovered: Cell<bool>,
    resting: RefCell<Option<Timeout>>,
    /// How many lines the text had when hidden lines were last counted for each chunk;
    /// nothing is counted while none were hidden.
    counted: Cell<Option<usize>>,
    /// Whether the text was a long one when lines were hidden.
    was_long: Cell<bool>,
    /// What is open for the printer only.
    printed: RefCell<Option<(u64, Folds)>>,
    listeners: RefCell<Vec<Listener>>,
}

impl Folding {
    /// With nothing folded.
    pub fn new(surface: &Rc<Surface>) -> Rc<Folding> {
        let scroller = &surface.nodes.scroller;
        let rail = element("div", "rail");
        set(&rail, "aria-hidden", "true");
        let _ = scroller.prepend_with_node_1(&rail);
        let layer = element("div", "folds");
        append(scroller, &layer);
        let folding = Rc::new(Folding {
            surface: Rc::downgrade(surface),
            folds: RefCell::default(),
            rail,
            layer,
            signs: RefCell::default(),
            summaries: RefCell::default(),
            foldable: RefCell::default(),
            drawn: RefCell::default(),
            is_hovered: Cell::new(false),
            resting: RefCell::default(),
            counted: Cell::default(),
            was_long: Cell::new(false),
            printed: RefCell::default(),
            listeners: RefCell::default(),
        });
        folding.listen(surface);
        folding
    }

    fn listen(self: &Rc<Self>, surface: &Rc<Surface>) {
        let (scroller, content) = (&surface.nodes.scroller, &surface.nodes.content);
        let mut listeners = vec![
            self.hear(
                scroller,
                "pointermove",
                Manner::Passive,
                |folding, surface, event| {
                    folding.hover(surface, Some(event.unchecked_ref()));
                },
            ),
            self.hear(
                scroller,
                "pointerleave",
                Manner::Passive,
                |folding, surface, _| {
                    folding.hover(surface, None);
                },
            ),
            self.hear(content, "beforematch", Manner::Passive, Folding::found),
            self.hear(
                &window(),
                "resize",
                Manner::Passive,
                |folding, surface, _| {
                    folding.drawn.take();
                    surface.touch();
                },
            ),
        ];
        for target in [&self.rail, &self.layer] {
            listeners.push(self.hear(target, "click", Manner::Passive, Folding::clicked));
            // The caret and the focus stay where they are.
            listeners.push(
                self.hear(target, "mousedown", Manner::Active, |_, _, event| {
                    if line_named(event).is_some() {
                        event.prevent_default();
                        event.stop_propagation();
                    }
                }),
            );
        }
        *self.listeners.borrow_mut() = listeners;
    }

    fn hear(
        self: &Rc<Self>,
        target: &web_sys::EventTarget,
        name: &'static str,
        manner: Manner,
        act: fn(&Rc<Folding>, &Rc<Surface>, &Event),
    ) -> Listener {
        let weak = Rc::downgrade(self);
        Listener::new(target, name, manner, move |event: Event| {
            if let Some(folding) = weak.upgrade()
                && let Some(surface) = folding.surface.upgrade()
            {
                act(&folding, &surface, &event);
            }
        })
    }

    /// Whether no line is hidden.
    pub fn is_empty(&self) -> bool {
        self.folds.borrow().is_empty()
    }

    /// The fold that hides a line.
    pub fn hiding(&self, line: usize) -> Option<Block> {
        self.folds.borrow().hiding(line)
    }

    /// See [`Folds::row`].
    pub fn row(&self, line: usize) -> usize {
        self.folds.borrow().row(line)
    }

    /// See [`Folds::line`].
    pub fn line(&self, row: usize) -> usize {
        self.folds.borrow().line(row)
    }

    /// The place itself, or the end of the head of what hides it.
    pub fn in_sight(&self, surface: &Surface, at: LineUtf16) -> LineUtf16 {
        let Some(fold) = self.hiding(at.line) else {
            return at;
        };
        let editor = surface.editor.borrow();
        pos_to_line_utf16(editor.rope(), line_end(editor.rope(), fold.head))
    }

    /// Folds and unfolds.
    pub fn run(&self, surface: &Rc<Surface>, command: Command) {
        let mut folds = self.folds.borrow().clone();
        folds.run(&surface.editor.borrow(), command);
        self.become_and_say(surface, folds);
        surface.reveal();
    }

    fn become_and_say(&self, surface: &Rc<Surface>, folds: Folds) {
        let hidden = |folds: &Folds| folds.all().iter().map(|fold| fold.last - fold.head).sum();
        let (before, after): (usize, usize) = (hidden(&self.folds.borrow()), hidden(&folds));
        let said = match after.checked_sub(before) {
            Some(0) => return (surface.hooks.say)("There is nothing to fold or unfold here."),
            Some(more) => words(more) + " folded",
            None => words(before - after) + " unfolded",
        };
        self.become_folds(surface, folds);
        (surface.hooks.say)(&said);
    }

    /// These are the folds now. Ends of the selection that they hide go to their heads.
    fn become_folds(&self, surface: &Rc<Surface>, folds: Folds) {
        surface.end_composition();
        let update = {
            let mut editor = surface.editor.borrow_mut();
            let outside = folds.outside(editor.rope(), editor.selection());
            editor.select(outside)
        };
        let before = self.folds.replace(folds);
        surface.followed.set(true);
        self.unhide(surface, before.all());
        self.refresh(surface);
        // The frame that brings the caret into sight goes by the heights.
        self.count(surface);
        surface.write_selection();
        if update.selection_changed {
            surface.assist_soon(false);
        }
    }

    /// Lines that were hidden have nodes that can be seen, or none for now.
    fn unhide(&self, surface: &Surface, blocks: &[Block]) {
        let mut view = surface.view.borrow_mut();
        for block in blocks {
            self.drawn.take();
            self.counted.set(Some(0));
            if let Some(head) = view.line(block.head) {
                let _ = head.element.remove_attribute("data-fold");
            }
            view.hide(block.hidden(), false);
        }
        if !blocks.is_empty() && view.has_stand_ins() {
            let first = view.first;
            view.fit(first..first);
        }
    }

    /// The lines in the DOM are those that the folds let be seen.
    fn refresh(&self, surface: &Rc<Surface>) {
        self.was_long.set(surface.is_long());
        if surface.is_long() {
            surface.fill_window();
        } else {
            self.hide(surface);
        }
        surface.number_lines();
        surface.touch();
    }

    fn hide(&self, surface: &Surface) {
        self.drawn.take();
        self.counted.set(Some(0));
        let view = surface.view.borrow();
        for fold in self.folds.borrow().all() {
            if let Some(head) = view.line(fold.head) {
                set(&head.element, "data-fold", "");
            }
            view.hide(fold.hidden(), true);
        }
    }

    /// Makes the window of the document that is in the DOM `wanted`.
    pub fn fit(&self, surface: &Surface, wanted: Range<usize>) {
        let folds = self.folds.borrow();
        if !surface.is_long() || folds.is_empty() {
            return surface.view.borrow_mut().fit(wanted);
        }
        surface.view.borrow_mut().fit_folded(wanted, folds.all());
        drop(folds);
        self.hide(surface);
    }

    /// Performs a command over what is hidden; whether it is one that knows of it.
    pub fn takes(&self, surface: &Rc<Surface>, command: Command) -> bool {
        if self.is_empty() {
            return false;
        }
        if let Command::Move { motion, extend } = command {
            // The browser moves by rows, and over what is not seen.
            if motion.is_vertical() && surface.wraps() {
                return false;
            }
            let page = surface.page_lines();
            let moved = {
                let mut editor = surface.editor.borrow_mut();
                self.folds.borrow().go(&mut editor, motion, extend, page)
            };
            show(surface, moved);
            surface.reveal();
            return true;
        }
        let opened = self
            .folds
            .borrow_mut()
            .guard(&surface.editor.borrow(), command);
        self.opened(surface, &opened);
        !opened.is_empty()
    }

    /// Follows an edit, before the lines in the DOM do.
    pub fn edited(&self, surface: &Surface, update: &Update) {
        if self.is_empty() || update.lines.is_empty() {
            return;
        }
        let before = self.folds.borrow().clone();
        let mut opened = self.folds.borrow_mut().map(&update.lines);
        // Lines of a document that becomes a long one, or is one no more, are hidden otherwise.
        if self.was_long.get() != surface.is_long() {
            opened = before.all().to_vec();
            self.folds.take();
        }
        self.unhide(surface, &opened);
    }

    /// No end of the selection is where nobody can see it.
    pub fn reveal(&self) {
        let Some(surface) = self.surface.upgrade() else {
            return;
        };
        let opened = {
            let editor = surface.editor.borrow();
            let mut folds = self.folds.borrow_mut();
            folds.reveal(editor.rope(), editor.selection())
        };
        self.opened(&surface, &opened);
    }

    fn opened(&self, surface: &Rc<Surface>, blocks: &[Block]) {
        if blocks.is_empty() {
            return;
        }
        self.unhide(surface, blocks);
        self.refresh(surface);
        surface.reveal();
    }

    /// The browser's own find has found something in a line that is hidden.
    fn found(self: &Rc<Self>, surface: &Rc<Surface>, event: &Event) {
        let Some(node) = event
            .target()
            .and_then(|target| target.dyn_into::<Node>().ok())
        else {
            return;
        };
        let pos = surface.position(&Place { node, offset: 0 });
        let line = pos.map(|pos| line_of(surface.editor.borrow().rope(), pos));
        let opened = match line {
            Some(line) => self.folds.borrow_mut().open(&|fold| fold.holds(line)),
            None => return,
        };
        self.unhide(surface, &opened);
        self.refresh(surface);
    }

    fn clicked(self: &Rc<Self>, surface: &Rc<Surface>, event: &Event) {
        let Some(line) = line_named(event) else {
            return;
        };
        let mut folds = self.folds.borrow().clone();
        if folds.open(&|fold| fold.head == line).is_empty() {
            let around = blocks::around(surface.editor.borrow().rope(), line);
            match around.filter(|block| block.head == line) {
                Some(block) => folds.fold(block),
                None => return,
            }
        }
        self.become_and_say(surface, folds);
    }

    /// A printer comes, or has gone: paper has no folds.
    pub fn print(&self, surface: &Rc<Surface>, prints: bool) {
        match prints {
            true => self.before_print(surface),
            false => self.after_print(surface),
        }
    }

    fn before_print(&self, surface: &Rc<Surface>) {
        if self.is_empty() {
            return;
        }
        let folds = self.folds.borrow().clone();
        *self.printed.borrow_mut() = Some((surface.revision(), folds));
        self.become_folds(surface, Folds::default());
    }

    fn after_print(&self, surface: &Rc<Surface>) {
        match self.printed.take() {
            Some((revision, folds)) if revision == surface.revision() => {
                self.become_folds(surface, folds);
            }
            _ => {}
        }
    }

    /// Writes the numbers of the lines that are seen; whether it did.
    pub fn number(&self, surface: &Surface) -> bool {
        // Whoever numbers next begins anew.
        surface.numbered.set((0, 0));
        let folds = self.folds.borrow();
        if folds.is_empty() {
            return false;
        }
        let lines = surface.view.borrow().range();
        let rows = folds.row(lines.start)..folds.row(lines.end);
        surface.write_numbers(rows, &|row| folds.line(row));
        true
    }
}
