//! The mouse: press, drag, double and triple click, ours because a dragged
//! selection must outlive the lines that scroll out of the DOM. Fingers and pens
//! are left to the browser, whose handles and menus people know; what they
//! select is read back in `selection.rs`.

use std::rc::Rc;

use editor_core::coords::{line_utf16_to_pos, pos_to_line_utf16};
use editor_core::{LineUtf16, Pos, Range, Selection, Utf16};
use gloo_timers::callback::Interval;
use web_sys::{MouseEvent, PointerEvent};

use super::Surface;
use super::selection::caret_rect;
use crate::dom::{Listener, Manner, document};

/// Milliseconds between two steps of scrolling while the mouse is held outside of the text.
const SCROLL_STEP: u32 = 50;

/// More CSS pixels than a row is wide.
const FAR: f64 = 1e6;

/// What a press took as its unit.
#[derive(Clone, Copy)]
enum Unit {
    Character,
    Word,
    Line,
    /// Columns of several lines; the kit knows which.
    Columns,
}

/// A press that has not ended.
pub struct Drag {
    unit: Unit,
    /// What the press itself selected; the drag extends it.
    origin: Range,
    /// Where the mouse was last, in CSS pixels of the window.
    at: (f64, f64),
    _listeners: [Listener; 2],
    _scrolling: Interval,
}

impl Surface {
    pub(super) fn listen_to_pointer(self: &Rc<Self>, listeners: &mut Vec<Listener>) {
        let scroller = &self.nodes.scroller;
        listeners.push(self.hear(
            scroller,
            "pointerdown",
            Manner::Passive,
            |surface, event: &PointerEvent| {
                surface.mouse.set(event.pointer_type() == "mouse");
            },
        ));
        listeners.push(self.hear(
            scroller,
            "mousedown",
            Manner::Active,
            |surface, event: &MouseEvent| {
                surface.mouse_down(event);
            },
        ));
    }

    fn mouse_down(self: &Rc<Self>, event: &MouseEvent) {
        // Taps arrive as mouse events, too; the browser places their caret.
        if event.button() != 0 || !self.mouse.get() || self.on_scroll_bar(event) {
            return;
        }
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        let Some(pos) = self.position_at(at) else {
            return;
        };
        event.prevent_default();
        self.focus();
        if let (true, Some(kit)) = (event.alt_key(), self.kit.get()) {
            kit.press(self, event, at, pos);
            return self.start_drag(Unit::Columns, Range::caret(pos), at);
        }
        let unit = match event.detail() {
            2 => Unit::Word,
            3.. => Unit::Line,
            _ => Unit::Character,
        };
        let pressed = self.unit_at(unit, pos);
        let origin = match event.shift_key() {
            true => Range::caret(self.editor.borrow().selection().primary().anchor),
            false => pressed,
        };
        self.select(extended(origin, pressed));
        self.start_drag(unit, origin, at);
    }

    fn on_scroll_bar(&self, event: &MouseEvent) -> bool {
        let scroller = &self.nodes.scroller;
        let rect = scroller.get_bounding_client_rect();
        f64::from(event.client_x()) > rect.left() + f64::from(scroller.client_width())
            || f64::from(event.client_y()) > rect.top() + f64::from(scroller.client_height())
    }

    fn start_drag(self: &Rc<Self>, unit: Unit, origin: Range, at: (f64, f64)) {
        let moved = self.hear(
            &document(),
            "mousemove",
            Manner::Passive,
            Surface::mouse_moved,
        );
        let ended = self.hear(
            &document(),
            "mouseup",
            Manner::Passive,
            |surface, _: &MouseEvent| {
                surface.end_drag();
            },
        );
        let weak = Rc::downgrade(self);
        let scrolling = Interval::new(SCROLL_STEP, move || {
            if let Some(surface) = weak.upgrade() {
                surface.scroll_drag();
            }
        });
        let drag = Drag {
            unit,
            origin,
            at,
            _listeners: [moved, ended],
            _scrolling: scrolling,
        };
        *self.drag.borrow_mut() = Some(drag);
    }

    fn mouse_moved(self: &Rc<Self>, event: &MouseEvent) {
        // The button went up where no event reached us.
        if event.buttons() & 1 == 0 {
            return self.end_drag();
        }
        self.drag_to((f64::from(event.client_x()), f64::from(event.client_y())));
    }

    /// The listeners end in a task of their own: one of them is running now.
    fn end_drag(&self) {
        if let Some(drag) = self.drag.borrow_mut().take() {
            gloo_timers::callback::Timeout::new(0, move || drop(drag)).forget();
        }
    }

    fn drag_to(self: &Rc<Self>, at: (f64, f64)) {
        let Some((unit, origin)) = self.drag.borrow_mut().as_mut().map(|drag| {
            drag.at = at;
            (drag.unit, drag.origin)
        }) else {
            return;
        };
        if let (Unit::Columns, Some(kit)) = (unit, self.kit.get()) {
            return kit.drag(self, at);
        }
        let Some(pos) = self.position_at(at) else {
            return;
        };
        self.select(extended(origin, self.unit_at(unit, pos)));
    }

    fn scroll_drag(self: &Rc<Self>) {
        let Some(at) = self.drag.borrow().as_ref().map(|drag| drag.at) else {
            return;
        };
        let rect = self.nodes.scroller.get_bounding_client_rect();
        let outside =
            at.0 < rect.left() || at.0 > rect.right() || at.1 < rect.top() || at.1 > rect.bottom();
        if outside {
            self.drag_to(at);
            self.reveal();
        }
    }

    fn unit_at(&self, unit: Unit, pos: Pos) -> Range {
        let editor = self.editor.borrow();
        match unit {
            Unit::Character | Unit::Columns => Range::caret(pos),
            Unit::Word => editor.word_at(pos),
            Unit::Line => editor.line_range(pos),
        }
    }

    /// The position nearest to a point of the window (CSS pixels).
    pub(super) fn position_at(&self, (x, y): (f64, f64)) -> Option<Pos> {
        let view = self.view.borrow();
        // Half of the lines are ruled out by each look: wrapped ones differ in height.
        let below = view.lines.partition_point(|line| {
            let rect = line.element.get_bounding_client_rect();
            rect.bottom() <= y
        });
        let line = (view.first + below).min(view.range().end.saturating_sub(1));
        let col = Utf16(0);
        let line = self.in_sight(LineUtf16 { line, col }).line;
        let shown = view.line(line)?;
        let first = shown.element.get_bounding_client_rect();
        // Rows of a wrapped line, from its top.
        let height = self.line_height().max(1.0);
        let last = (first.height() / height).round().max(1.0) - 1.0;
        let row = ((y - first.top()) / height).floor().clamp(0.0, last);
        let editor = self.editor.borrow();
        let end = LineUtf16 {
            line,
            col: Utf16(usize::MAX),
        };
        let units = pos_to_line_utf16(editor.rope(), line_utf16_to_pos(editor.rope(), end))
            .col
            .0;
        // How far a column is right of the point, in CSS pixels; one in another row is far.
        let right_by = |column: usize| {
            let Some(caret) = caret_rect(&shown.place(column)) else {
                return first.left() - x;
            };
            let middle = caret.top() + caret.height() / 2.0 - first.top();
            match (middle / height).floor() - row {
                0.0 => caret.left() - x,
                rows => rows * FAR,
            }
        };
        // Half of the columns are ruled out by each look at the layout.
        let (mut low, mut high) = (0, units);
        while low < high {
            let middle = (low + high).div_ceil(2);
            if right_by(middle) <= 0.0 {
                low = middle
            } else {
                high = middle - 1
            }
        }
        // The start of a row may be told as the end of the row before.
        let over = match -right_by(low) {
            FAR.. => x - first.left(),
            over => over,
        };
        let nearer_to_next = low < units && right_by(low + 1) < over;
        let col = Utf16(low + usize::from(nearer_to_next));
        Some(line_utf16_to_pos(editor.rope(), LineUtf16 { line, col }))
    }
}

/// A selection from what was pressed to what the mouse is over now.
fn extended(origin: Range, to: Range) -> Selection {
    if to.from() < origin.from() {
        Selection::single(origin.to(), to.from())
    } else {
        Selection::single(origin.from(), to.to().max(origin.to()))
    }
}
