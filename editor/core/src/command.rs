//! Everything a key or a button can ask for, as one closed list.
//!
//! Which key asks for what is in `keymap.rs`; what it does is in `movement.rs`,
//! `delete.rs`, `indent.rs`, `lines.rs` and `comment.rs`, brought together by
//! `editor.rs`, and in `carets.rs`, `find.rs` and `enclosing.rs`, brought together
//! by `kit.rs`.

use crate::lines::Way;

/// Where to move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// One grapheme towards the start.
    CharLeft,
    /// One grapheme towards the end.
    CharRight,
    /// To the start of the word before.
    WordLeft,
    /// To the end of the word behind.
    WordRight,
    /// One line up, keeping the column.
    LineUp,
    /// One line down, keeping the column.
    LineDown,
    /// A screen up, keeping the column.
    PageUp,
    /// A screen down, keeping the column.
    PageDown,
    /// To the first character that is not blank; from there to column 0.
    LineStart,
    /// To the end of the line.
    LineEnd,
    /// To the start of the document.
    DocStart,
    /// To the end of the document.
    DocEnd,
}

/// One command of the editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Moves every caret.
    Move {
        /// Where to.
        motion: Motion,
        /// Whether the anchor stays, so that text is selected.
        extend: bool,
    },
    /// Deletes the grapheme before the caret; in the indentation, one level.
    DeleteBack,
    /// Deletes the grapheme behind the caret.
    DeleteForward,
    /// Deletes to the start of the word before.
    DeleteWordBack,
    /// Deletes to the end of the word behind.
    DeleteWordForward,
    /// Deletes to column 0; from there, the line break before.
    DeleteToLineStart,
    /// Deletes to the end of the line; from there, the line break.
    DeleteToLineEnd,
    /// Begins a line with the indentation of this one.
    Newline,
    /// Indents the selected lines, or inserts up to the next stop.
    Indent,
    /// Takes one level from the lines.
    Outdent,
    /// Moves the lines of the selection by one line.
    MoveLines(Way),
    /// Copies the lines of the selection; the copy on that side is selected.
    CopyLines(Way),
    /// Deletes the lines of the selection.
    DeleteLines,
    /// Joins the lines of the selection, or this one with the next.
    JoinLines,
    /// Makes the lines of the selection comments, or code again.
    ToggleComment,
    /// Selects the whole document.
    SelectAll,
    /// Puts one caret more beside every caret, a line up or down.
    AddCaret(Way),
    /// Selects the words of the carets; from there, the next match of the selected text, too.
    SelectMatch,
    /// Selects every match of the selected text, or of the word.
    SelectAllMatches,
    /// Goes back to one caret.
    OneCaret,
    /// Selects what encloses the selection in syntax.
    Expand,
    /// Selects what was selected before it grew.
    Shrink,
    /// Opens the panel to find a text. The shell's, as the next three.
    Find,
    /// Opens it to replace one, too.
    FindAndReplace,
    /// Selects the next match of what was looked for last.
    FindNext,
    /// Selects the match before.
    FindPrevious,
    /// Takes the newest group of steps back.
    Undo,
    /// Makes what was undone again.
    Redo,
    /// Opens the list of words that could stand here. The shell's.
    Suggest,
    /// Runs the code. The shell's: the text is not touched.
    Run,
    /// The next Tab leaves the editor. The shell's as well.
    LeaveOnNextTab,
    /// Goes to the next marked line that way, and says what is there. The shell's as well.
    GoToMark(Way),
}

impl Command {
    /// Whether it is behind a door (`tools.rs`).
    pub fn is_tool(self) -> bool {
        matches!(
            self,
            Command::MoveLines(_)
                | Command::CopyLines(_)
                | Command::DeleteLines
                | Command::JoinLines
                | Command::ToggleComment
                | Command::AddCaret(_)
                | Command::SelectMatch
                | Command::SelectAllMatches
                | Command::OneCaret
                | Command::Expand
                | Command::Shrink
                | Command::Find
                | Command::FindAndReplace
                | Command::FindNext
                | Command::FindPrevious
        )
    }
}
