//! What an editor in use can do beyond editing at a caret: several carets,
//! finding, selecting by syntax. A page loads it when somebody comes to an editor,
//! so `Editor` itself calls nothing of it; who does is behind a door.

use ropey::Rope;

use crate::carets;
use crate::change::ChangeSet;
use crate::command::Command;
use crate::coords::{LineCol, Pos};
use crate::editor::Editor;
use crate::enclosing;
use crate::find::{Part, Query};
use crate::matching::{self, Bracket};
use crate::selection::{Range, Selection};
use crate::state::Update;
use crate::transaction::{Millis, Origin, Transaction};

/// What the commands remember beside the document.
#[derive(Debug, Default)]
pub struct Memory {
    /// What was selected before and after each time that a selection grew.
    grown: Vec<(Selection, Selection)>,
}

impl Memory {
    /// Performs a command that [is a tool](Editor::is_tool) and about the text; `None` when
    /// it changes nothing.
    pub fn run(&mut self, editor: &mut Editor, command: Command, time: Millis) -> Option<Update> {
        let (rope, selection) = (editor.rope(), editor.selection());
        let selection = match command {
            Command::AddCaret(way) => {
                let goals = editor.goal_columns();
                let (selection, goals) =
                    carets::added(editor.rope(), editor.selection(), &goals, way);
                let update = editor.select_if_new(selection);
                editor.keep_columns(goals);
                return update;
            }
            Command::SelectMatch => carets::next_match(rope, selection)?,
            Command::SelectAllMatches => carets::all_matches(rope, selection)?,
            Command::OneCaret => carets::one(selection),
            Command::Expand => {
                let grown = enclosing::expanded(editor.syntax(), rope, selection);
                self.remember(selection, &grown);
                grown
            }
            Command::Shrink => self.before(selection)?,
            command => return editor.work(command, time),
        };
        editor.select_if_new(selection)
    }

    fn remember(&mut self, before: &Selection, after: &Selection) {
        if self.grown.last().is_none_or(|last| last.1 != *before) {
            self.grown.clear();
        }
        if before != after {
            self.grown.push((before.clone(), after.clone()));
        }
    }

    /// What was selected before the present selection grew out of it.
    fn before(&mut self, now: &Selection) -> Option<Selection> {
        let (before, after) = self.grown.pop()?;
        (after == *now).then_some(before)
    }
}

/// A caret more at a position, or one less.
pub fn toggle_caret(editor: &mut Editor, pos: Pos) -> Update {
    editor.select(carets::toggled(editor.selection(), pos))
}

/// One range a line between two corners, see [`carets::columns`].
pub fn select_columns(editor: &mut Editor, from: LineCol, to: LineCol) -> Update {
    editor.select(carets::columns(editor.rope(), from, to))
}

/// Pastes a line at each caret where there are as many of both; else the whole
/// text at each.
pub fn paste(editor: &mut Editor, text: &str, time: Millis) -> Update {
    let text = crate::eol::to_lf(text);
    match carets::pasted(editor.selection(), &text) {
        Some(changes) => editor.change(changes, Origin::Pasted, time),
        None => editor.insert(&text, Origin::Pasted, time),
    }
}

/// Puts `with` in place of the match of a part that is selected; `None` where none is.
pub fn replace(
    editor: &mut Editor,
    (query, part): (&Query, &Part),
    with: &str,
    time: Millis,
) -> Option<Update> {
    let range = editor.selection().primary();
    if !part.holds(range) || !query.is(editor.rope(), range) {
        return None;
    }
    editor.select_if_new(Selection::single(range.from(), range.to()));
    Some(editor.insert(with, Origin::Replaced, time))
}

/// Puts `with` in place of every match in a part, in one step; `None` where there is none.
/// The number is that of the matches.
pub fn replace_all(
    editor: &mut Editor,
    (query, part): (&Query, &Part),
    with: &str,
    time: Millis,
) -> Option<(Update, usize)> {
    let (changes, count) = query.replaced(editor.rope(), part, with);
    let changes = ChangeSet::new(changes);
    let step = Transaction {
        changes,
        selection: None,
        origin: Origin::Replaced,
        time,
    };
    (count > 0).then(|| (editor.apply(step), count))
}

/// The bracket at the caret, see [`matching::at`]; none while text is selected.
pub fn bracket(editor: &Editor) -> Option<Bracket> {
    let [range] = editor.selection().ranges() else {
        return None;
    };
    let caret = range.is_empty().then_some(range.head)?;
    matching::at(editor.syntax(), editor.rope(), caret)
}

/// What is worth looking for at a selection: the text of one line that is selected.
pub fn sought(rope: &Rope, range: Range) -> Option<String> {
    const MOST: usize = 200;
    let text = (range.to().0 - range.from().0 <= MOST)
        .then(|| rope.slice(range.from().0..range.to().0).to_string())?;
    (!text.is_empty() && !text.contains('\n')).then_some(text)
}
