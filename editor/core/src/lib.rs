//! The text engine of py-editor: document, selection, commands, history and
//! highlighting, as plain values and functions.
//!
//! There is one road for change: a [`Command`] or some text becomes a
//! [`Transaction`], [`State::apply`] performs it, and the [`Update`] it returns
//! says which lines differ. [`Editor`] holds a state together with everything
//! that must follow its changes and is what a surface talks to.
//!
//! Deliberately absent: the browser, the clock (time is an argument), regular
//! expressions and tree-sitter queries (both cost more bytes than the rest of
//! this crate together).

pub mod blocks;
mod brackets;
pub mod carets;
pub mod change;
pub mod command;
mod comment;
pub mod completion;
pub mod coords;
pub mod dedent;
mod delete;
pub mod editor;
mod enclosing;
mod eol;
pub mod find;
pub mod fixture;
pub mod fold;
pub mod graphemes;
pub mod help;
pub mod highlight;
pub mod history;
pub mod indent;
pub mod keymap;
pub mod kit;
pub mod lines;
pub mod marks;
pub mod matching;
pub mod movement;
mod order;
pub mod problems;
pub mod selection;
pub mod state;
pub mod syntax;
mod tools;
pub mod transaction;
pub mod viewport;
mod words;

pub use change::{Assoc, Change, ChangeSet};
pub use command::{Command, Motion};
pub use coords::{ByteOffset, LineCol, LineUtf16, Pos, Utf16};
pub use dedent::dedent;
pub use editor::Editor;
pub use eol::to_lf;
pub use highlight::{Class, Span};
pub use keymap::{Chord, Platform};
pub use marks::{Kind, Mark};
pub use selection::{Range, Selection};
pub use state::{LineEdit, State, Update};
pub use syntax::Parsed;
pub use transaction::{Millis, Origin, Transaction};
pub use viewport::Viewport;
