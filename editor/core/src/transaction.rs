//! One described step: what changes, what is selected then, why and when.
//!
//! The time is given by the caller; nothing in this crate reads a clock.

use crate::change::ChangeSet;
use crate::selection::Selection;

/// A point in time in milliseconds, from any fixed start.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Millis(pub f64);

/// Why a step was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A character from the keyboard.
    Typed,
    /// Backspace, Delete and their relatives.
    Deleted,
    /// Text from the clipboard.
    Pasted,
    /// Text taken to the clipboard.
    Cut,
    /// Indentation of lines, or a Tab.
    Indented,
    /// Enter.
    Newline,
    /// Text from an input method.
    Composed,
    /// Text dragged here.
    Dropped,
    /// Text in place of what was found.
    Replaced,
    /// The page or the shell, not the person.
    Program,
    /// A step back.
    Undo,
    /// A step forth again.
    Redo,
    /// Only the selection moved.
    Moved,
}

/// One step, ready for [`State::apply`](crate::state::State::apply).
#[derive(Clone, Debug)]
pub struct Transaction {
    /// What happens to the text.
    pub changes: ChangeSet,
    /// The selection afterwards; `None` maps the present one through the changes.
    pub selection: Option<Selection>,
    /// Why.
    pub origin: Origin,
    /// When.
    pub time: Millis,
}
