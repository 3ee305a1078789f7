//! Everything that reads a layout: which lines are in sight, whether the caret
//! is, how high a line is. It runs once a frame, after the writes. The
//! arithmetic is `editor_core::viewport`'s.

use std::ops::Range;
use std::rc::Rc;

use editor_core::Viewport;
use editor_core::viewport::WHOLE;
use web_sys::{
    DomRect, Element, Event, EventTarget, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition,
};

use super::Surface;
use super::selection::caret_rect;
use crate::dom::{Listener, Manner, window};

/// Lines in the DOM of a long document before its first layout is known.
const FIRST_WINDOW: usize = 80;
/// Lines kept in the DOM on either side of those in sight.
const OVERSCAN: usize = 40;
/// Lines looked at to know the height of one.
const PROBED: usize = 30;
/// CSS pixels kept free beside the caret when the text scrolls sideways.
const MARGIN: f64 = 24.0;

impl Surface {
    pub(super) fn listen_to_scrolling(self: &Rc<Self>, listeners: &mut Vec<Listener>) {
        let mut on = |target: &EventTarget, name, manner| {
            let look = |surface: &Rc<Surface>, _: &Event| {
                if surface.is_long() || surface.kit.get().is_some() {
                    surface.frame.request();
                }
            };
            listeners.push(self.hear(target, name, manner, look));
        };
        // Scrolling does not bubble: the capture listener hears whatever contains the editor, too.
        on(&window(), "scroll", Manner::Capture);
        on(&self.nodes.scroller, "scroll", Manner::Passive);
        on(&window(), "resize", Manner::Passive);
        for (name, prints) in [("beforeprint", true), ("afterprint", false)] {
            let print = move |surface: &Rc<Surface>, _: &Event| surface.print(prints);
            listeners.push(self.hear(&window(), name, Manner::Passive, print));
        }
    }

    /// A printer gets all lines of a long document.
    fn print(self: &Rc<Self>, prints: bool) {
        self.prints.set(prints);
        if let Some(kit) = self.kit.get() {
            kit.print(self, prints);
        }
        if self.is_long() && self.line_height() > 0.0 {
            self.fill_window();
        }
    }

    /// Whether only a window of the document is in the DOM.
    pub(super) fn is_long(&self) -> bool {
        self.editor.borrow().len_lines() > WHOLE
    }

    /// Short documents are whole in the DOM; long ones get a window by the next layout.
    pub(super) fn fit_whole(&self) {
        let lines = self.editor.borrow().len_lines();
        let mut view = self.view.borrow_mut();
        if lines <= WHOLE {
            view.fit(0..lines);
            drop(view);
            return self.pad(0..lines, lines);
        }
        let have = view.range();
        drop(view);
        if have.is_empty() || have.end > lines || self.rows(&have).len() > WHOLE {
            let first = have.start.min(lines - FIRST_WINDOW);
            self.fit(first..first + FIRST_WINDOW);
        }
        let window = self.view.borrow().range();
        self.pad(window, lines);
        self.frame.request();
    }

    /// Room for the lines that are not in the DOM.
    fn pad(&self, window: Range<usize>, lines: usize) {
        let rows = self.rows(&window);
        let padding = (rows.start, self.rows(&(0..lines)).end - rows.end);
        if self.padded.replace(padding) == padding {
            return;
        }
        let scroller = &self.nodes.scroller;
        let _ = scroller.toggle_attribute_with_force("data-long", lines > WHOLE);
        let room = |count: usize| match count {
            0 => String::new(),
            count => ["calc(var(--_line-height) * ", &count.to_string(), ")"].concat(),
        };
        for block in [&self.nodes.content, &self.nodes.gutter] {
            let _ = block.style().set_property("padding-top", &room(padding.0));
            let _ = block
                .style()
                .set_property("padding-bottom", &room(padding.1));
        }
    }

    /// The measure phase of a frame.
    pub(super) fn measure(self: &Rc<Self>) {
        if self.is_long() {
            self.fit_window();
        }
        if self.revealing.take() {
            self.scroll_to_caret();
        }
        if self.colouring.take() {
            self.colour_soon();
        }
        if let Some(kit) = self.kit.get() {
            kit.paint(self);
        }
    }

    /// The lines in sight.
    pub(super) fn lines_seen(&self) -> Range<usize> {
        let (top, bottom) = self.sight();
        self.lines(self.viewport(bottom - top).seen(top))
    }

    /// CSS pixels a line is high, measured once; zoom and fonts may make it a fraction.
    pub(super) fn line_height(&self) -> f64 {
        if self.line_height.get() == 0.0 {
            let view = self.view.borrow();
            // A line that is wrapped is higher than the others.
            let heights = view.lines.iter().take(PROBED);
            let height = heights
                .map(|line| line.element.get_bounding_client_rect().height())
                .reduce(f64::min);
            self.line_height.set(height.unwrap_or(0.0));
        }
        self.line_height.get()
    }

    /// Puts the lines in sight into the DOM of a long document; never takes those away that are
    /// lent to an input method.
    pub(super) fn fit_window(self: &Rc<Self>) {
        let height = self.line_height();
        if height <= 0.0 || self.composition.borrow().is_some() || self.prints.get() {
            return;
        }
        let (top, bottom) = self.sight();
        let viewport = self.viewport(bottom - top);
        let seen = viewport.seen(top);
        let have = self.rows(&self.view.borrow().range());
        if have.start <= seen.start
            && seen.end <= have.end
            && have.len() <= seen.len() + 4 * OVERSCAN
        {
            return;
        }
        self.fill(self.lines(viewport.window(top)));
    }

    /// The same, also where all of them are there: other lines are hidden now.
    pub(super) fn fill_window(self: &Rc<Self>) {
        if self.composition.borrow().is_some() {
            return;
        }
        if self.prints.get() {
            return self.fill(0..self.len_lines());
        }
        let (top, bottom) = self.sight();
        self.fill(self.lines(self.viewport(bottom - top).window(top)));
    }

    fn fill(self: &Rc<Self>, wanted: Range<usize>) {
        self.fit(wanted.clone());
        self.pad(wanted.clone(), self.len_lines());
        self.colour_new(wanted);
        self.number_lines();
        self.write_selection();
        self.colour_later();
    }

    fn fit(&self, wanted: Range<usize>) {
        match self.follower() {
            Some(kit) => kit.fit(self, wanted),
            None => self.view.borrow_mut().fit(wanted),
        }
    }

    /// The rows that show some lines: as many, where nothing is folded.
    fn rows(&self, lines: &Range<usize>) -> Range<usize> {
        match self.follower() {
            Some(kit) => kit.row(lines.start)..kit.row(lines.end),
            None => lines.clone(),
        }
    }

    /// The lines of some rows.
    fn lines(&self, rows: Range<usize>) -> Range<usize> {
        match self.follower() {
            Some(kit) => kit.line(rows.start)..kit.line(rows.end),
            None => rows,
        }
    }

    fn viewport(&self, height: f64) -> Viewport {
        let lines = self.rows(&(0..self.len_lines())).end;
        Viewport {
            line_height: self.line_height(),
            height,
            lines,
            overscan: OVERSCAN,
        }
    }

    /// The part of the text that can be seen, in CSS pixels from the first line's top.
    fn sight(&self) -> (f64, f64) {
        let scroller = self.nodes.scroller.get_bounding_client_rect();
        let text = self.nodes.content.get_bounding_client_rect().top();
        let page = window()
            .inner_height()
            .ok()
            .and_then(|height| height.as_f64())
            .unwrap_or(0.0);
        let top = scroller.top().max(0.0) - text;
        let bottom = scroller.bottom().min(page) - text;
        (top.max(0.0), bottom.max(top).max(0.0))
    }

    /// Lines that a page key moves.
    pub(super) fn page_lines(&self) -> usize {
        let (top, bottom) = self.sight();
        self.viewport(bottom - top).page_lines()
    }

    /// Asks for the caret to be in view in the next frame.
    pub(super) fn reveal(&self) {
        self.revealing.set(true);
        self.frame.request();
    }

    pub(super) fn scroll_to_caret(self: &Rc<Self>) {
        let head = self.head();
        if self.view.borrow().line(head.line).is_none() {
            let scroller = &self.nodes.scroller;
            let viewport = self.viewport(f64::from(scroller.client_height()));
            if let Some(top) = viewport.reveal(
                self.rows(&(0..head.line)).end,
                f64::from(scroller.scroll_top()),
            ) {
                scroller.set_scroll_top(top.round() as i32);
            }
            self.fit_window();
        }
        let Some(line) = self
            .view
            .borrow()
            .line(head.line)
            .map(|line| line.element.clone())
        else {
            return self.scroll_page_to(head.line);
        };
        let place = self
            .view
            .borrow()
            .line(head.line)
            .map(|line| line.place(head.col.0));
        let Some(caret) = place.and_then(|place| caret_rect(&place)) else {
            return self.show_rect(&line, &line.get_bounding_client_rect());
        };
        self.show_rect(&line, &caret);
    }

    /// A long document without a scroller of its own: the page scrolls.
    fn scroll_page_to(&self, line: usize) {
        let top = self.nodes.content.get_bounding_client_rect().top()
            + self.rows(&(0..line)).end as f64 * self.line_height();
        let page = window()
            .inner_height()
            .ok()
            .and_then(|height| height.as_f64())
            .unwrap_or(0.0);
        window().scroll_by_with_x_and_y(0.0, top - page / 2.0);
    }

    fn show_rect(&self, line: &HtmlElement, caret: &DomRect) {
        let scroller = &self.nodes.scroller;
        let around = scroller.get_bounding_client_rect();
        let gutter = f64::from(self.nodes.gutter.offset_width());
        let left = caret.left() - around.left() - gutter - MARGIN;
        let right = caret.right() - around.right() + MARGIN;
        if left < 0.0 {
            scroller.set_scroll_left(scroller.scroll_left() + left.floor() as i32);
        } else if right > 0.0 {
            scroller.set_scroll_left(scroller.scroll_left() + right.ceil() as i32);
        }
        let mut row = line.get_bounding_client_rect();
        if row.height() > 1.5 * self.line_height() {
            // It is wrapped, and may be higher than the window.
            row = caret.clone();
        }
        let above = row.top() - around.top();
        let below = row.bottom() - around.bottom();
        if above < 0.0 {
            scroller.set_scroll_top(scroller.scroll_top() + above.floor() as i32);
        } else if below > 0.0 {
            scroller.set_scroll_top(scroller.scroll_top() + below.ceil() as i32);
        }
        show_on_page(line);
    }
}

/// Scrolls what lies around the editor when a line is outside of the window.
fn show_on_page(line: &Element) {
    let rect = line.get_bounding_client_rect();
    let page = window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64())
        .unwrap_or(0.0);
    if rect.top() >= 0.0 && rect.bottom() <= page {
        return;
    }
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    options.set_inline(ScrollLogicalPosition::Nearest);
    line.scroll_into_view_with_scroll_into_view_options(&options);
}
