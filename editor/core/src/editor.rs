//! A state with everything that must follow its changes: history, syntax tree,
//! marks and goal columns. This is what a surface holds and talks to.
//!
//! Every method that can change something returns what changed, and every
//! change goes through `Editor::apply`. What a key means is in `keymap.rs`,
//! what a motion does in `movement.rs`; nothing is decided twice here.

use std::ops;

use ropey::Rope;

use crate::brackets;
use crate::change::{Change, ChangeSet};
use crate::command::{Command, Motion};
use crate::comment;
use crate::coords::{self, Pos, cut};
use crate::delete::{self, Reach};
use crate::eol::to_lf;
use crate::highlight::{self, Span};
use crate::history::{History, Step};
use crate::indent::{self, Unit};
use crate::lines;
use crate::marks::{Kind, Mark, Marks};
use crate::movement::{self, Aim};
use crate::selection::{Range, Selection};
use crate::state::{State, Update};
use crate::syntax::{Parsed, Syntax};
use crate::tools;
use crate::transaction::{Millis, Origin, Transaction};

/// A document being edited.
#[derive(Default)]
pub struct Editor {
    state: State,
    history: History,
    syntax: Syntax,
    marks: Marks,
    /// The columns that vertical motions keep, one a range; empty otherwise.
    goals: Vec<usize>,
    read_only: bool,
}

impl Editor {
    /// An editor of `text` (any kind of line break), the caret at its start.
    pub fn new(text: &str) -> Editor {
        Editor {
            state: State::new(&to_lf(text)),
            ..Editor::default()
        }
    }

    /// Whether the text is only read: then nothing but [`set_text`](Editor::set_text) changes it.
    pub fn set_read_only(&mut self, read_only: bool) {
        self.read_only = read_only;
    }

    /// See [`set_read_only`](Editor::set_read_only).
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// The whole text; a copy, so not for every key.
    pub fn text(&self) -> String {
        self.rope().to_string()
    }

    /// The text as a rope.
    pub fn rope(&self) -> &Rope {
        self.state.rope()
    }

    /// The document and its selection.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// How many lines there are; at least one.
    pub fn len_lines(&self) -> usize {
        self.rope().len_lines()
    }

    /// One line without its line break; empty beyond the last.
    pub fn line(&self, line: usize) -> String {
        let rope = self.rope();
        rope.slice(coords::line_start(rope, line).0..coords::line_end(rope, line).0)
            .to_string()
    }

    /// Counts the changes of the text.
    pub fn revision(&self) -> u64 {
        self.state.revision()
    }

    /// What is selected.
    pub fn selection(&self) -> &Selection {
        self.state.selection()
    }

    /// The selected text; that of several ranges is joined by line breaks, carets aside.
    pub fn selected_text(&self) -> String {
        let mut text = String::new();
        let ranges = self.selection().ranges().iter();
        for (at, range) in ranges.filter(|range| !range.is_empty()).enumerate() {
            if at > 0 {
                text.push('\n');
            }
            text.extend(self.rope().slice(range.from().0..range.to().0).chunks());
        }
        text
    }

    /// The word around a position: what a double click selects.
    pub fn word_at(&self, pos: Pos) -> Range {
        movement::word_at(self.rope(), pos)
    }

    /// The line of a position with its break: what a triple click selects.
    pub fn line_range(&self, pos: Pos) -> Range {
        movement::line_range(self.rope(), pos)
    }

    /// Performs a command; `None` when it changes nothing, as those always do that
    /// are the shell's or the [tools'](Editor::is_tool).
    pub fn run(&mut self, command: Command, page_lines: usize, time: Millis) -> Option<Update> {
        match command {
            Command::Move { motion, extend } => self.go(motion, extend, page_lines),
            Command::DeleteBack => self.delete_back(time),
            Command::DeleteForward => self.delete(delete::forward, time),
            Command::DeleteWordBack => self.delete(delete::word_back, time),
            Command::DeleteWordForward => self.delete(delete::word_forward, time),
            Command::DeleteToLineStart => self.delete(delete::to_line_start, time),
            Command::DeleteToLineEnd => self.delete(delete::to_line_end, time),
            Command::Newline => Some(self.newline(time)),
            Command::Indent if !self.is_tool(command) => Some(self.fill(time)),
            Command::SelectAll => self.select_if_new(Selection::single(Pos(0), self.end())),
            Command::Undo | Command::Redo if self.read_only => None,
            Command::Undo => {
                let step = self.history.undo(self.state.rope(), time)?;
                Some(self.apply(step))
            }
            Command::Redo => {
                let step = self.history.redo(self.state.rope(), time)?;
                Some(self.apply(step))
            }
            Command::Suggest
            | Command::Run
            | Command::LeaveOnNextTab
            | Command::GoToMark(_)
            | Command::Help => None,
            command => tools::work(self, command, time),
        }
    }

    /// Whether a command is behind a door: the tools', and Tab where several lines are selected.
    pub fn is_tool(&self, command: Command) -> bool {
        let is_of_lines = || indent::spans_lines(self.rope(), self.selection());
        command.is_tool() || (command == Command::Indent && is_of_lines())
    }

    /// Performs a command that [is a tool](Editor::is_tool).
    pub(crate) fn work(&mut self, command: Command, time: Millis) -> Option<Update> {
        match command {
            Command::MoveLines(way) => {
                let edit = lines::moved(self.rope(), self.selection(), way)?;
                Some(self.edit_lines(edit, time))
            }
            Command::CopyLines(way) => {
                let edit = lines::copied(self.rope(), self.selection(), way);
                Some(self.edit_lines(edit, time))
            }
            Command::Indent => self.indent(time),
            Command::Outdent => self.outdent(time),
            Command::DeleteLines => {
                let edit = lines::deleted(self.rope(), self.selection());
                (self.end() > Pos(0)).then(|| self.edit_lines(edit, time))
            }
            Command::JoinLines => {
                let changes = lines::joined(self.rope(), self.selection())?;
                self.change_lines(changes, time)
            }
            Command::ToggleComment => {
                let changes = comment::toggle(self.rope(), self.selection());
                self.change_lines(changes, time)
            }
            _ => None,
        }
    }

    /// Puts `text` in place of every selected range, the carets behind it. A
    /// typed bracket or quote brings its partner, or steps over it.
    pub fn insert(&mut self, text: &str, origin: Origin, time: Millis) -> Update {
        let text = to_lf(text);
        if origin == Origin::Typed
            && let Some(edit) = brackets::typed(self.rope(), self.selection(), &text)
        {
            return self.edit(edit, origin, time);
        }
        let put = |range: &Range| Change {
            from: range.from(),
            to: range.to(),
            insert: text.clone().into_owned(),
        };
        let changes = self.selection().ranges().iter().map(put).collect();
        self.change(changes, origin, time)
    }

    /// Puts `text` in place of `from..to`, changing only the part that differs;
    /// `primary` is the primary range in coordinates of the text afterwards,
    /// `None` keeps the present one. Other ranges follow the text.
    pub fn replace(
        &mut self,
        from: Pos,
        to: Pos,
        text: &str,
        primary: Option<Range>,
        origin: Origin,
        time: Millis,
    ) -> Update {
        let end = self.end();
        let (from, to) = (from.min(to).min(end), from.max(to).min(end));
        let changes = difference(self.rope(), from, to, &to_lf(text));
        let selection = primary.map(|range| self.selection().map(&changes).with_primary(range));
        self.apply(Transaction {
            changes,
            selection,
            origin,
            time,
        })
    }

    /// Makes the document `text`. Only the part that differs is replaced, so
    /// that the selection and the marks survive, and one undo leads back.
    pub fn set_text(&mut self, text: &str, time: Millis) -> Update {
        let changes = difference(self.rope(), Pos(0), self.end(), &to_lf(text));
        self.apply(Transaction {
            changes,
            selection: None,
            origin: Origin::Program,
            time,
        })
    }

    /// Selects; positions beyond the end are brought to it.
    pub fn select(&mut self, selection: Selection) -> Update {
        self.apply(Transaction {
            changes: ChangeSet::default(),
            selection: Some(selection),
            origin: Origin::Moved,
            time: Millis::default(),
        })
    }

    /// The colours of a window of lines, one list of spans a line; empty lists
    /// before the first parse.
    pub fn highlight(&self, lines: ops::Range<usize>) -> Vec<Vec<Span>> {
        highlight::spans(self.syntax.tree(), self.rope(), lines)
    }

    /// Brings the syntax tree up to date, see [`Syntax::parse`].
    pub fn parse(&mut self, budget: &mut dyn FnMut() -> bool) -> Parsed {
        self.syntax.parse(self.state.rope(), budget)
    }

    /// Whether the syntax tree fits the text.
    pub fn parsed(&self) -> bool {
        self.syntax.is_done()
    }

    /// The syntax tree.
    pub fn syntax(&self) -> &Syntax {
        &self.syntax
    }

    /// The marks at its lines.
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    /// Puts these marks in the place of all of their kind.
    pub fn set_marks(&mut self, kind: Kind, marks: Vec<Mark>) {
        self.marks.clear(kind);
        for mark in marks {
            self.marks.add(mark);
        }
    }

    fn end(&self) -> Pos {
        coords::end(self.rope())
    }

    fn unit(&self) -> Unit {
        Unit::of(self.rope())
    }

    /// The one road for change: performs a step and lets everything follow it.
    pub(crate) fn apply(&mut self, step: Transaction) -> Update {
        let step = self.allowed(step);
        let (origin, time) = (step.origin, step.time);
        let inverse = step.changes.invert(self.state.rope());
        let before = self.state.selection().clone();
        self.syntax.edit(self.state.rope(), &step.changes);
        let update = self.state.apply(step);
        self.syntax.follow(&update);
        self.marks.map(&update);
        if update.selection_changed || !inverse.is_empty() {
            self.goals.clear();
        }
        if inverse.is_empty() {
            if update.selection_changed {
                self.history.close();
            }
        } else if !matches!(origin, Origin::Undo | Origin::Redo) {
            let after = self.state.selection();
            self.history.record(Step {
                inverse,
                before,
                after,
                origin,
                time,
            });
        }
        update
    }

    /// A step without its changes, where nobody but the page may change the text.
    fn allowed(&self, step: Transaction) -> Transaction {
        if !self.read_only || step.origin == Origin::Program || step.changes.is_empty() {
            return step;
        }
        Transaction {
            changes: ChangeSet::default(),
            selection: None,
            ..step
        }
    }

    /// Performs one change a range, in their order; each becomes a caret behind
    /// what was inserted.
    pub(crate) fn change(&mut self, changes: Vec<Change>, origin: Origin, time: Millis) -> Update {
        let selection = behind(&changes, self.selection().primary_index());
        self.edit((changes, selection), origin, time)
    }

    fn delete(&mut self, reach: Reach, time: Millis) -> Option<Update> {
        let changes = delete::delete(self.rope(), self.selection(), self.unit(), reach);
        self.perform_delete(changes, time)
    }

    fn perform_delete(&mut self, changes: Vec<Change>, time: Millis) -> Option<Update> {
        let changed = changes.iter().any(|change| change.from != change.to);
        changed.then(|| self.change(changes, Origin::Deleted, time))
    }

    fn delete_back(&mut self, time: Millis) -> Option<Update> {
        let changes = delete::back_or_pair(self.rope(), self.selection(), self.unit());
        self.perform_delete(changes, time)
    }

    fn newline(&mut self, time: Millis) -> Update {
        let lines = indent::newline(self.rope(), self.selection(), self.unit());
        let behind: Vec<usize> = lines.iter().map(|line| line.behind).collect();
        let changes: Vec<Change> = lines.into_iter().map(|line| line.change).collect();
        let carets = behind_each(&changes)
            .zip(behind)
            .map(|(pos, behind)| Range::caret(Pos(pos.0 - behind)))
            .collect();
        let selection = Selection::new(carets, self.selection().primary_index());
        self.edit((changes, selection), Origin::Newline, time)
    }

    fn edit_lines(&mut self, edit: lines::Edit, time: Millis) -> Update {
        self.edit(edit, Origin::Indented, time)
    }

    /// Performs changes that say what is selected after them.
    fn edit(&mut self, (changes, selection): lines::Edit, origin: Origin, time: Millis) -> Update {
        self.apply(Transaction {
            changes: ChangeSet::new(changes),
            selection: Some(selection),
            origin,
            time,
        })
    }

    fn fill(&mut self, time: Millis) -> Update {
        let changes = indent::fill(self.rope(), self.selection(), self.unit());
        self.change(changes, Origin::Indented, time)
    }

    fn indent(&mut self, time: Millis) -> Option<Update> {
        let changes = indent::indent_lines(self.rope(), self.selection(), self.unit());
        self.change_lines(changes, time)
    }

    fn outdent(&mut self, time: Millis) -> Option<Update> {
        let changes = indent::outdent_lines(self.rope(), self.selection(), self.unit());
        self.change_lines(changes, time)
    }

    /// Performs changes at the start of lines; what is selected stays selected.
    fn change_lines(&mut self, changes: Vec<Change>, time: Millis) -> Option<Update> {
        let changes = ChangeSet::new(changes);
        let step = Transaction {
            changes,
            selection: None,
            origin: Origin::Indented,
            time,
        };
        (!step.changes.is_empty()).then(|| self.apply(step))
    }

    fn go(&mut self, motion: Motion, extend: bool, page: usize) -> Option<Update> {
        let vertical = movement::is_vertical(motion);
        let goals = if vertical {
            self.goal_columns()
        } else {
            Vec::new()
        };
        let rope = self.rope();
        let go = |(i, range): (usize, &Range)| {
            let aim = Aim {
                page,
                goal: goals.get(i).copied(),
            };
            movement::moved(rope, *range, motion, extend, aim)
        };
        let ranges = self
            .selection()
            .ranges()
            .iter()
            .enumerate()
            .map(go)
            .collect();
        let moved = Selection::new(ranges, self.selection().primary_index());
        let update = self.select_if_new(moved);
        self.goals = goals;
        update
    }

    /// The columns to keep; those of the heads when a vertical motion begins.
    pub(crate) fn goal_columns(&mut self) -> Vec<usize> {
        let ranges = self.selection().ranges();
        if self.goals.len() == ranges.len() {
            return std::mem::take(&mut self.goals);
        }
        let col = |range: &Range| coords::pos_to_line_col(self.rope(), range.head).col;
        ranges.iter().map(col).collect()
    }

    /// The next vertical motion keeps these columns.
    pub(crate) fn keep_columns(&mut self, goals: Vec<usize>) {
        self.goals = goals;
    }

    pub(crate) fn select_if_new(&mut self, selection: Selection) -> Option<Update> {
        (selection != *self.selection()).then(|| self.select(selection))
    }
}

/// A caret behind each insertion. Computed, not mapped: where two changes touch
/// a mapped position could not tell them apart.
fn behind(changes: &[Change], primary: usize) -> Selection {
    Selection::new(behind_each(changes).map(Range::caret).collect(), primary)
}

fn behind_each(changes: &[Change]) -> impl Iterator<Item = Pos> {
    let (mut grown, mut shrunk) = (0, 0);
    changes.iter().map(move |change| {
        grown += change.insert.chars().count();
        shrunk += change.to.0 - change.from.0;
        Pos(change.to.0 + grown - shrunk)
    })
}

/// The smallest single replacement that makes `rope` read `text`.
fn difference(rope: &Rope, from: Pos, to: Pos, text: &str) -> ChangeSet {
    let same = |pair: &(char, char)| pair.0 == pair.1;
    let len = text.chars().count();
    let old = to.0 - from.0;
    let ahead = rope.chars_at(from.0).take(old).zip(text.chars());
    let start = ahead.take_while(same).count();
    let most = old.min(len) - start;
    let back = rope.chars_at(to.0).reversed().zip(text.chars().rev());
    let tail = back.take(most).take_while(same).count();
    let (_, rest) = cut(text, start);
    let (insert, _) = cut(rest, len - tail - start);
    ChangeSet::replace(Pos(from.0 + start), Pos(to.0 - tail), insert.to_owned())
}
