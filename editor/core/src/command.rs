//! Everything a key or a button can ask for, as one closed list.
//!
//! Which key asks for what is in `keymap.rs`; what it does is in `movement.rs`,
//! `delete.rs`, `indent.rs`, `lines.rs` and `comment.rs`, brought together by
//! `editor.rs`, and in `carets.rs`, `find.rs` and `enclosing.rs`, brought together
//! by `kit.rs`; folding is in `fold.rs`.

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
    /// Folds the smallest block around each caret. The shell's, as the next seven.
    Fold,
    /// Opens the folds of the lines of the carets.
    Unfold,
    /// Folds the outermost blocks.
    FoldAll,
    /// Opens every fold.
    UnfoldAll,
    /// Opens the panel to find a text.
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
    /// Lists all commands with their keys. The shell's as well.
    Help,
}

/// What a command is for, as a heading of the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Running, leaving, help.
    Editor,
    /// Changing text.
    Text,
    /// Changing whole lines.
    Lines,
    /// Selecting.
    Selection,
    /// Folding blocks.
    Folding,
    /// Finding and replacing.
    Find,
    /// Moving the caret.
    Movement,
}

impl Topic {
    /// All of them, as the help lists them.
    pub const ALL: [Topic; 7] = [
        Topic::Editor,
        Topic::Text,
        Topic::Lines,
        Topic::Selection,
        Topic::Find,
        Topic::Folding,
        Topic::Movement,
    ];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Topic::Editor => "Editor",
            Topic::Text => "Text",
            Topic::Lines => "Lines",
            Topic::Selection => "Selecting",
            Topic::Find => "Finding",
            Topic::Folding => "Folding",
            Topic::Movement => "Moving, and selecting with Shift",
        }
    }
}

impl Command {
    /// Whether it is behind a door (`tools.rs`).
    pub fn is_tool(self) -> bool {
        matches!(
            self,
            Command::Outdent
                | Command::MoveLines(_)
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
                | Command::Fold
                | Command::Unfold
                | Command::FoldAll
                | Command::UnfoldAll
                | Command::Find
                | Command::FindAndReplace
                | Command::FindNext
                | Command::FindPrevious
                | Command::Help
        )
    }

    /// Its topic and what it does, for people. Only the help reads it, so a page
    /// has these words when it has the help.
    pub fn about(self) -> (Topic, &'static str) {
        match self {
            Command::Run => (Topic::Editor, "Run the program"),
            Command::LeaveOnNextTab => (Topic::Editor, "Let the next Tab leave the text"),
            Command::Help => (Topic::Editor, "Show these keys"),
            Command::GoToMark(Way::Down) => (Topic::Editor, "Go to the next marked line"),
            Command::GoToMark(Way::Up) => (Topic::Editor, "Go to the marked line before"),
            Command::Suggest => (Topic::Text, "Suggest names"),
            Command::Undo => (Topic::Text, "Undo"),
            Command::Redo => (Topic::Text, "Redo"),
            Command::Newline => (Topic::Text, "New line, indented as its code needs"),
            Command::DeleteBack => (Topic::Text, "Delete back, a level in the indentation"),
            Command::DeleteForward => (Topic::Text, "Delete forward"),
            Command::DeleteWordBack => (Topic::Text, "Delete the word before"),
            Command::DeleteWordForward => (Topic::Text, "Delete the word behind"),
            Command::DeleteToLineStart => (Topic::Text, "Delete to the start of the line"),
            Command::DeleteToLineEnd => (Topic::Text, "Delete to the end of the line"),
            Command::Indent => (Topic::Lines, "Indent"),
            Command::Outdent => (Topic::Lines, "Indent less"),
            Command::MoveLines(Way::Up) => (Topic::Lines, "Move lines up"),
            Command::MoveLines(Way::Down) => (Topic::Lines, "Move lines down"),
            Command::CopyLines(Way::Up) => (Topic::Lines, "Copy lines upwards"),
            Command::CopyLines(Way::Down) => (Topic::Lines, "Copy lines downwards"),
            Command::DeleteLines => (Topic::Lines, "Delete lines"),
            Command::JoinLines => (Topic::Lines, "Join lines"),
            Command::ToggleComment => (Topic::Lines, "Make lines comments, or code again"),
            Command::SelectAll => (Topic::Selection, "Select all"),
            Command::Expand => (Topic::Selection, "Select what is around, in syntax"),
            Command::Shrink => (Topic::Selection, "Go back to what was selected before"),
            Command::SelectMatch => (Topic::Selection, "Select the word, then its next match"),
            Command::SelectAllMatches => (Topic::Selection, "Select all matches"),
            Command::AddCaret(Way::Up) => (Topic::Selection, "One caret more, above"),
            Command::AddCaret(Way::Down) => (Topic::Selection, "One caret more, below"),
            Command::OneCaret => (Topic::Selection, "Go back to one caret"),
            Command::Fold => (Topic::Folding, "Fold the block"),
            Command::Unfold => (Topic::Folding, "Unfold it"),
            Command::FoldAll => (Topic::Folding, "Fold all blocks"),
            Command::UnfoldAll => (Topic::Folding, "Unfold all"),
            Command::Find => (Topic::Find, "Find"),
            Command::FindAndReplace => (Topic::Find, "Find and replace"),
            Command::FindNext => (Topic::Find, "Next match"),
            Command::FindPrevious => (Topic::Find, "Previous match"),
            Command::Move { motion, .. } => (Topic::Movement, motion.about()),
        }
    }
}

impl Motion {
    /// Whether it keeps the column it began in.
    pub fn is_vertical(self) -> bool {
        matches!(
            self,
            Motion::LineUp | Motion::LineDown | Motion::PageUp | Motion::PageDown
        )
    }

    fn about(self) -> &'static str {
        match self {
            Motion::CharLeft => "A character left",
            Motion::CharRight => "A character right",
            Motion::WordLeft => "A word left",
            Motion::WordRight => "A word right",
            Motion::LineUp => "A line up",
            Motion::LineDown => "A line down",
            Motion::PageUp => "A screen up",
            Motion::PageDown => "A screen down",
            Motion::LineStart => "Start of the line's text, then of the line",
            Motion::LineEnd => "End of the line",
            Motion::DocStart => "Start of the program",
            Motion::DocEnd => "End of the program",
        }
    }
}
