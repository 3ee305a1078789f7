//! Undo and redo: what leads back, in groups of steps that belong together.
//!
//! A step joins the group before it when it has the same kind of origin, begins
//! where that one ended, and follows it within [`PAUSE`]. The history holds
//! changes, never documents.

use ropey::Rope;

use crate::change::ChangeSet;
use crate::selection::Selection;
use crate::transaction::{Millis, Origin, Transaction};

/// A longer pause between two keys, in milliseconds, begins a new group.
pub const PAUSE: f64 = 500.0;

/// The steps that can be taken back and forth.
#[derive(Debug, Default)]
pub struct History {
    undo: Vec<Group>,
    redo: Vec<Group>,
    open: Option<Open>,
}

/// Steps that are undone as one.
#[derive(Debug)]
struct Group {
    /// Leads to the other side.
    changes: ChangeSet,
    before: Selection,
    after: Selection,
}

/// The newest group still takes steps of this kind.
#[derive(Debug)]
struct Open {
    kind: Kind,
    time: Millis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Typing,
    Deleting,
}

/// What one step did, for the history.
pub struct Step<'a> {
    /// The change that leads back.
    pub inverse: ChangeSet,
    /// The selection before the step.
    pub before: Selection,
    /// The selection after it.
    pub after: &'a Selection,
    /// Why it was made.
    pub origin: Origin,
    /// When.
    pub time: Millis,
}

impl History {
    /// Remembers a step that was just made; what had been undone is forgotten.
    pub fn record(&mut self, step: Step) {
        self.redo.clear();
        let kind = kind(step.origin);
        let joins = self.takes(kind, &step);
        self.open = kind.map(|kind| Open {
            kind,
            time: step.time,
        });
        match self.undo.last_mut() {
            Some(group) if joins => {
                group.changes = step.inverse.compose(&group.changes);
                group.after = step.after.clone();
                // A composition that was given up leaves nothing to undo.
                if group.changes.is_empty() {
                    self.undo.pop();
                    self.close();
                }
            }
            _ => self.undo.push(Group {
                changes: step.inverse,
                before: step.before,
                after: step.after.clone(),
            }),
        }
    }

    /// The next step begins a new group.
    pub fn close(&mut self) {
        self.open = None;
    }

    /// The step that takes the newest group back; `rope` is the present text.
    pub fn undo(&mut self, rope: &Rope, time: Millis) -> Option<Transaction> {
        self.close();
        let group = self.undo.pop()?;
        let (back, forth) = turn(group, rope);
        let selection = Some(forth.before.clone());
        self.redo.push(forth);
        Some(Transaction {
            changes: back,
            selection,
            origin: Origin::Undo,
            time,
        })
    }

    /// The step that makes the group last undone again.
    pub fn redo(&mut self, rope: &Rope, time: Millis) -> Option<Transaction> {
        self.close();
        let group = self.redo.pop()?;
        let (forth, back) = turn(group, rope);
        let selection = Some(back.after.clone());
        self.undo.push(back);
        Some(Transaction {
            changes: forth,
            selection,
            origin: Origin::Redo,
            time,
        })
    }

    fn takes(&self, kind: Option<Kind>, step: &Step) -> bool {
        let (Some(open), Some(group)) = (&self.open, self.undo.last()) else {
            return false;
        };
        Some(open.kind) == kind && step.time.0 - open.time.0 <= PAUSE && step.before == group.after
    }
}

/// Splits a group into the change to apply and the group for the other side.
fn turn(group: Group, rope: &Rope) -> (ChangeSet, Group) {
    let inverse = group.changes.invert(rope);
    (
        group.changes,
        Group {
            changes: inverse,
            ..group
        },
    )
}

/// Only a run of keys is a group; every other step stands for itself.
fn kind(origin: Origin) -> Option<Kind> {
    match origin {
        Origin::Typed | Origin::Composed => Some(Kind::Typing),
        Origin::Deleted => Some(Kind::Deleting),
        Origin::Pasted
        | Origin::Cut
        | Origin::Indented
        | Origin::Newline
        | Origin::Dropped
        | Origin::Replaced
        | Origin::Program
        | Origin::Undo
        | Origin::Redo
        | Origin::Moved => None,
    }
}
