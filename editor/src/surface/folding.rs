//! Folding on the page: lines that are out of sight, a sign beside each block that
//! can be folded, and a summary behind each that is.
//!
//! Hidden lines of a whole document keep their nodes, so that the browser's own find
//! sees them and opens what it finds something in; those of a long document have one
//! node for all of a fold. The signs are for pointers: they are looked for when the
//! pointer comes to them or when the keys rest, never between a key and its paint.
//! Who hears the page has the summaries, which are buttons, and the keys.
//!
//! Not here: what a fold does to rows, carets and edits (`editor_core::fold`).

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::{Rc, Weak};

use editor_core::blocks::{self, Block};
use editor_core::coords::{line_end, line_of, pos_to_line_utf16};
use editor_core::fold::Folds;
use editor_core::{Command, LineUtf16, Update};
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{DomRect, Element, Event, HtmlElement, MouseEvent, Node};

use super::Surface;
use super::kit::show;
use super::selection::caret_rect;
use crate::dom::{Listener, Manner, Place, append, element, element_with_text, set, window};

/// Milliseconds after a key until the signs are looked for.
const REST: u32 = 250;
/// The attribute of a sign or summary that names its line.
const LINE: &str = "data-line";
/// CSS pixels that a summary and its distance from the text take.
const SUMMARY: i32 = 120;
/// CSS pixels that numbers take where they are drawn with the lines.
const NUMBERS: i32 = 44;

/// Sign or summary of a block on the page, in CSS pixels from its layer's corner.
#[derive(Clone, PartialEq)]
struct Shown {
    line: usize,
    top: i32,
    left: i32,
    /// How many lines are folded; none for a block that can be.
    folded: usize,
}

/// Blocks that can be folded, as far as they were looked for.
#[derive(Default)]
struct Foldable {
    /// Of the text, and how many lines that had: while they are as many, the signs of an
    /// older text stay.
    revision: u64,
    count: usize,
    /// Lines in which their heads are.
    lines: Range<usize>,
    blocks: Vec<Block>,
}

/// What the signs on the page depend on, beside the folds.
#[derive(PartialEq)]
struct Drawn {
    lines: Range<usize>,
    count: usize,
    revision: u64,
    is_wanted: bool,
}

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
                "beforeprint",
                Manner::Passive,
                |folding, surface, _| {
                    folding.before_print(surface);
                },
            ),
            self.hear(
                &window(),
                "afterprint",
                Manner::Passive,
                |folding, surface, _| {
                    folding.after_print(surface);
                },
            ),
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

    /// Paper has no folds.
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
        let mut numbers = String::new();
        for row in folds.row(lines.start)..folds.row(lines.end) {
            numbers.push_str(&(folds.line(row) + 1).to_string());
            numbers.push('\n');
        }
        surface.nodes.numbers.set_data(&numbers);
        true
    }

    /// Draws signs and summaries in some lines.
    pub fn paint(self: &Rc<Self>, surface: &Rc<Surface>, lines: &Range<usize>) {
        let count = surface.len_lines();
        if self.counted.get().is_some_and(|before| before != count) {
            self.count(surface);
            self.counted.set((!self.is_empty()).then_some(count));
        }
        self.paint_summaries(surface, lines);
        self.paint_signs(surface, lines);
    }

    /// A chunk of lines that is out of sight is as high as those of it that are not hidden.
    fn count(&self, surface: &Surface) {
        let mut next = surface.nodes.content.first_element_child();
        while let Some(chunk) = next {
            let hidden = chunk.query_selector_all("[hidden]");
            let count = hidden.map_or(0, |hidden| hidden.length());
            if let Some(chunk) = chunk.dyn_ref::<HtmlElement>() {
                let count = count.to_string();
                let _ = chunk.style().set_property("--_hidden", &count);
            }
            next = chunk.next_element_sibling();
        }
    }

    fn paint_summaries(&self, surface: &Surface, lines: &Range<usize>) {
        if self.is_empty() && self.summaries.borrow().is_empty() {
            return;
        }
        let corner = self.layer.get_bounding_client_rect();
        let most = match surface.wraps() {
            true => surface.nodes.scroller.client_width() - SUMMARY,
            false => i32::MAX,
        };
        let folds = self.folds.borrow();
        let mut shown = Vec::new();
        for fold in folds.all() {
            let Some(rect) = end_of(surface, lines, fold.head) else {
                continue;
            };
            shown.push(Shown {
                line: fold.head,
                top: (rect.top() + rect.height() / 2.0 - corner.top()).round() as i32,
                left: ((rect.right() - corner.left()).round() as i32).min(most),
                folded: fold.last - fold.head,
            });
        }
        if *self.summaries.borrow() == shown {
            return;
        }
        self.layer.set_text_content(None);
        for summary in &shown {
            let lines = words(summary.folded);
            let button = element_with_text("button", "fold", &["… ", &lines].concat());
            let name = [&lines, " folded"].concat();
            for (attribute, value) in [
                ("type", "button"),
                ("tabindex", "-1"),
                ("aria-label", name.as_str()),
                ("title", "Unfold"),
                (LINE, summary.line.to_string().as_str()),
            ] {
                set(&button, attribute, value);
            }
            place(&button, "left", summary.left);
            place(&button, "top", summary.top);
            append(&self.layer, &button);
        }
        *self.summaries.borrow_mut() = shown;
    }

    fn paint_signs(self: &Rc<Self>, surface: &Rc<Surface>, lines: &Range<usize>) {
        let is_wanted = self.is_hovered.get() || !surface.mouse.get();
        let is_known = {
            let foldable = self.foldable.borrow();
            foldable.revision == surface.revision() && foldable.lines == *lines
        };
        if is_wanted && !is_known {
            if self.is_hovered.get() {
                self.look(surface, lines);
            } else {
                self.look_later();
            }
        }
        let foldable = self.foldable.borrow();
        let open = match is_wanted && foldable.count == surface.len_lines() {
            true => foldable.blocks.as_slice(),
            false => &[],
        };
        let drawn = Drawn {
            lines: lines.clone(),
            count: surface.len_lines(),
            revision: foldable.revision,
            is_wanted,
        };
        // In wrapped lines, a key may move those below it.
        if self.drawn.borrow().as_ref() == Some(&drawn) && !surface.wraps() {
            return;
        }
        *self.drawn.borrow_mut() = Some(drawn);
        let is_bare = open.is_empty() && self.is_empty() && self.signs.borrow().is_empty();
        if !is_bare || self.is_hovered.get() {
            self.show_signs(surface, lines, open);
        }
    }

    /// The pointer is at a point of the window, or nowhere.
    fn hover(&self, surface: &Surface, event: Option<&MouseEvent>) {
        let left = || surface.nodes.scroller.get_bounding_client_rect().left();
        let is_at = |event: &MouseEvent| {
            f64::from(event.client_x()) - left() < f64::from(numbers_width(surface))
        };
        let is_hovered = event.is_some_and(is_at);
        if self.is_hovered.replace(is_hovered) != is_hovered {
            let _ = self
                .rail
                .toggle_attribute_with_force("data-near", is_hovered);
            surface.touch();
        }
    }

    fn show_signs(&self, surface: &Surface, lines: &Range<usize>, open: &[Block]) {
        let top = self.rail.get_bounding_client_rect().top();
        let width = numbers_width(surface);
        let (view, folds) = (surface.view.borrow(), self.folds.borrow());
        let mut shown = Vec::new();
        for block in folds.all().iter().chain(open) {
            let fold = folds.at(block.head);
            let is_double = fold.is_some_and(|fold| fold != *block);
            let Some(view) = view.line(block.head) else {
                continue;
            };
            if is_double || !lines.contains(&block.head) {
                continue;
            }
            let rect = view.element.get_bounding_client_rect();
            shown.push(Shown {
                line: block.head,
                top: (rect.top() - top).round() as i32,
                left: width,
                folded: fold.map_or(0, |fold| fold.last - fold.head),
            });
        }
        place(&self.rail, "--_rail", width);
        if *self.signs.borrow() == shown {
            return;
        }
        self.rail.set_text_content(None);
        for sign in &shown {
            let node = element(
                "div",
                if sign.folded > 0 {
                    "sign folded"
                } else {
                    "sign"
                },
            );
            set(&node, LINE, &sign.line.to_string());
            set(
                &node,
                "title",
                if sign.folded > 0 { "Unfold" } else { "Fold" },
            );
            place(&node, "top", sign.top);
            append(&self.rail, &node);
        }
        *self.signs.borrow_mut() = shown;
    }

    /// Looks for blocks that can be folded.
    fn look(&self, surface: &Surface, lines: &Range<usize>) {
        let editor = surface.editor.borrow();
        *self.foldable.borrow_mut() = Foldable {
            revision: editor.revision(),
            count: editor.len_lines(),
            lines: lines.clone(),
            blocks: blocks::near(editor.rope(), lines.clone()),
        };
    }

    /// Does so once the keys rest.
    fn look_later(self: &Rc<Self>) {
        if self.resting.borrow().is_some() {
            return;
        }
        let asked = self.surface.upgrade().map(|surface| surface.revision());
        let weak = Rc::downgrade(self);
        let later = Timeout::new(REST, move || {
            let Some(folding) = weak.upgrade() else {
                return;
            };
            folding.resting.take();
            let Some(surface) = folding.surface.upgrade() else {
                return;
            };
            if asked != Some(surface.revision()) {
                return folding.look_later();
            }
            folding.look(&surface, &surface.lines_near());
            surface.touch();
        });
        *self.resting.borrow_mut() = Some(later);
    }
}

/// CSS pixels from the left edge to the text.
fn numbers_width(surface: &Surface) -> i32 {
    match surface.nodes.gutter.offset_width() {
        0 => NUMBERS,
        width => width,
    }
}

/// The line that the target of an event names.
fn line_named(event: &Event) -> Option<usize> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.get_attribute(LINE)?.parse().ok()
}

/// Where the text of a line ends, if it is one of these.
fn end_of(surface: &Surface, lines: &Range<usize>, line: usize) -> Option<DomRect> {
    if !lines.contains(&line) {
        return None;
    }
    let units = {
        let editor = surface.editor.borrow();
        pos_to_line_utf16(editor.rope(), line_end(editor.rope(), line))
            .col
            .0
    };
    let view = surface.view.borrow();
    caret_rect(&view.line(line)?.place(units))
}

fn words(lines: usize) -> String {
    let noun = if lines == 1 { " line" } else { " lines" };
    [&lines.to_string(), noun].concat()
}

fn place(node: &HtmlElement, property: &str, pixels: i32) {
    let _ = node
        .style()
        .set_property(property, &(pixels.to_string() + "px"));
}
