//! Moving by rows where long lines are wrapped: only the browser knows where a
//! row ends, so it moves its own selection, which is then read back.
//!
//! Not here: documents of which only a window is in the DOM; they do not wrap.

use std::rc::Rc;

use editor_core::{Command, Millis, Motion};

use super::Surface;
use super::kit::show;
use crate::dom::{now, window};

/// Moves up or down, by one row or by those of a page.
pub fn go(surface: &Rc<Surface>, motion: Motion, extend: bool) {
    let (direction, count, end) = match motion {
        Motion::LineUp => ("backward", 1, Motion::DocStart),
        Motion::PageUp => ("backward", surface.page_lines(), Motion::DocStart),
        Motion::PageDown => ("forward", surface.page_lines(), Motion::DocEnd),
        _ => ("forward", 1, Motion::DocEnd),
    };
    let before = surface.ends();
    if let Ok(Some(selection)) = window().get_selection() {
        for _ in 0..count {
            let alter = if extend { "extend" } else { "move" };
            let _ = selection.modify(alter, direction, "line");
        }
    }
    surface.read_selection();
    // There is no row above the first and none below the last.
    if surface.ends() == before {
        let motion = Command::Move {
            motion: end,
            extend,
        };
        let update = surface.editor.borrow_mut().run(motion, 1, Millis(now()));
        show(surface, update);
    }
    surface.reveal();
}
