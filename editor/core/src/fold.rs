//! Blocks that are folded: the lines below their heads are out of sight. What a
//! fold does to rows, carets and edits is decided here.
//!
//! The text knows nothing of it: nothing is folded in the document, so undo, copy
//! and find see every line. Which blocks there are is in `blocks.rs`; a page loads
//! both when somebody comes to an editor, so `Editor` itself calls nothing of them.

use ropey::Rope;

use crate::blocks::{self, Block};
use crate::command::{Command, Motion};
use crate::coords::{self, LineCol, Pos};
use crate::editor::Editor;
use crate::movement::{self, Aim};
use crate::selection::{Range, Selection};
use crate::state::{LineEdit, Update};

/// The folded blocks of a document: ascending, and no line is in two of them.
#[derive(Clone, Debug, Default)]
pub struct Folds(Vec<Block>);

impl Folds {
    /// All of them, ascending.
    pub fn all(&self) -> &[Block] {
        &self.0
    }

    /// Whether every line is in sight.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Folds a block. Those that share a line with it are folded no more: it hides them.
    pub fn fold(&mut self, block: Block) {
        self.open(&|other| block.head <= other.last && other.head <= block.last);
        let at = self.0.partition_point(|other| other.head < block.head);
        self.0.insert(at, block);
    }

    /// Folds the outermost blocks.
    pub fn fold_all(&mut self, rope: &Rope) {
        self.0.clear();
        for block in blocks::all(rope) {
            if self.0.last().is_none_or(|last| last.last < block.head) {
                self.0.push(block);
            }
        }
    }

    /// Performs a command that folds or unfolds.
    pub fn run(&mut self, editor: &Editor, command: Command) {
        let rope = editor.rope();
        match command {
            Command::UnfoldAll => self.0.clear(),
            Command::FoldAll => self.fold_all(rope),
            _ => {}
        }
        for range in editor.selection().ranges() {
            let line = coords::line_of(rope, range.head);
            match command {
                Command::Unfold => drop(self.open(&|fold| fold.holds(line))),
                Command::Fold => {
                    if let Some(block) = blocks::around(rope, line) {
                        self.fold(block);
                    }
                }
                _ => {}
            }
        }
    }

    /// The fold that a line is the head of, or hidden by.
    pub fn at(&self, line: usize) -> Option<Block> {
        let at = self.0.partition_point(|fold| fold.last < line);
        self.0.get(at).copied().filter(|fold| fold.holds(line))
    }

    /// The fold that hides a line.
    pub fn hiding(&self, line: usize) -> Option<Block> {
        self.at(line).filter(|fold| fold.head < line)
    }

    /// Takes out those for which `is_open` answers `true`.
    pub fn open(&mut self, is_open: &dyn Fn(&Block) -> bool) -> Vec<Block> {
        self.keep(&mut |fold| (!is_open(fold)).then_some(*fold))
    }

    /// Keeps what `kept` makes of each, and hands out those of which it makes nothing.
    fn keep(&mut self, kept: &mut dyn FnMut(&Block) -> Option<Block>) -> Vec<Block> {
        let mut opened = Vec::new();
        self.0.retain_mut(|fold| {
            let now = kept(fold);
            match now {
                Some(now) => *fold = now,
                None => opened.push(*fold),
            }
            now.is_some()
        });
        opened
    }

    /// How many rows are above a line. One that is hidden is in the row of its head.
    pub fn row(&self, line: usize) -> usize {
        let above = self.0.iter().take_while(|fold| fold.head < line);
        let hidden: usize = above.map(|fold| fold.last.min(line) - fold.head).sum();
        line - hidden
    }

    /// The line that a row shows.
    pub fn line(&self, row: usize) -> usize {
        let below = |line, fold: &Block| match fold.head < line {
            true => line + fold.last - fold.head,
            false => line,
        };
        self.0.iter().fold(row, below)
    }

    /// Follows an edit. A fold whose hidden lines were touched is open afterwards;
    /// those are handed out, at the lines where they were.
    pub fn map(&mut self, edits: &[LineEdit]) -> Vec<Block> {
        self.keep(&mut |fold| edits.iter().try_fold(*fold, follow))
    }

    /// Opens what hides an end of the selection. A range that holds a whole fold may
    /// end in it: all of a text may be selected.
    pub fn reveal(&mut self, rope: &Rope, selection: &Selection) -> Vec<Block> {
        if self.0.is_empty() {
            return Vec::new();
        }
        self.open(&|fold| {
            let is_lost = |range: &Range| has_end_in(rope, range, fold);
            selection.ranges().iter().any(is_lost)
        })
    }

    /// The selection with those ends that a fold hides at the end of its head.
    pub fn outside(&self, rope: &Rope, selection: &Selection) -> Selection {
        let out = |range: &Range, pos: Pos| match self.hiding(coords::line_of(rope, pos)) {
            Some(fold) if has_end_in(rope, range, &fold) => coords::line_end(rope, fold.head),
            _ => pos,
        };
        let moved = |range: &Range| Range {
            anchor: out(range, range.anchor),
            head: out(range, range.head),
        };
        let ranges = selection.ranges().iter().map(moved).collect();
        Selection::new(ranges, selection.primary_index())
    }

    /// Opens what a command at a caret would delete from, or join to, unseen, and hands
    /// that out. Where there is any, the command is not to be performed.
    pub fn guard(&mut self, editor: &Editor, command: Command) -> Vec<Block> {
        let rope = editor.rope();
        self.open(&|fold| {
            let joins = |range: &Range| {
                joined(rope, range, command).is_some_and(|line| fold.hidden().contains(&line))
            };
            editor.selection().ranges().iter().any(joins)
        })
    }

    /// Moves every caret over what is hidden; a page is `page` rows.
    pub fn go(
        &self,
        editor: &mut Editor,
        motion: Motion,
        extend: bool,
        page: usize,
    ) -> Option<Update> {
        let goals = match motion.is_vertical() {
            true => editor.goal_columns(),
            false => Vec::new(),
        };
        let (rope, selection) = (editor.rope(), editor.selection());
        let go = |(at, range): (usize, &Range)| {
            let goal = goals.get(at).copied();
            let head = match goal {
                Some(col) => self.by_rows(rope, range.head, rows(motion, page), col),
                None => self.over(rope, *range, motion, extend),
            };
            let anchor = if extend { range.anchor } else { head };
            Range { anchor, head }
        };
        let ranges = selection.ranges().iter().enumerate().map(go).collect();
        let moved = Selection::new(ranges, selection.primary_index());
        let update = editor.select_if_new(moved);
        editor.keep_columns(goals);
        update
    }

    /// So many rows down, or up where that is negative; beyond the last, to its end.
    fn by_rows(&self, rope: &Rope, head: Pos, rows: isize, col: usize) -> Pos {
        let row = self.row(coords::line_of(rope, head));
        let last = self.row(rope.len_lines() - 1);
        let line = match row.checked_add_signed(rows) {
            None if row == 0 => return Pos(0),
            None => 0,
            Some(_) if row == last && rows > 0 => {
                return coords::line_end(rope, self.line(last));
            }
            Some(row) => self.line(row.min(last)),
        };
        movement::snap(rope, coords::line_col_to_pos(rope, LineCol { line, col }))
    }

    fn over(&self, rope: &Rope, range: Range, motion: Motion, extend: bool) -> Pos {
        let aim = Aim {
            page: 1,
            goal: None,
        };
        let head = movement::moved(rope, range, motion, extend, aim).head;
        let Some(fold) = self.hiding(coords::line_of(rope, head)) else {
            return head;
        };
        match motion {
            // Who asks for the end wants to see it.
            Motion::DocEnd if !extend => head,
            _ if head > range.head && fold.last + 1 < rope.len_lines() => {
                coords::line_start(rope, fold.last + 1)
            }
            _ => coords::line_end(rope, fold.head),
        }
    }
}

fn rows(motion: Motion, page: usize) -> isize {
    let page = page as isize;
    match motion {
        Motion::LineUp => -1,
        Motion::PageUp => -page,
        Motion::PageDown => page,
        _ => 1,
    }
}

/// Whether an end of a range is hidden by a fold that it does not hold whole.
fn has_end_in(rope: &Rope, range: &Range, fold: &Block) -> bool {
    let is_hidden = |pos| fold.hidden().contains(&coords::line_of(rope, pos));
    let holds = range.from() <= coords::line_end(rope, fold.head)
        && coords::line_end(rope, fold.last) <= range.to();
    (range.is_empty() || !holds) && (is_hidden(range.anchor) || is_hidden(range.head))
}

/// The line that a command would join to that of a caret.
fn joined(rope: &Rope, range: &Range, command: Command) -> Option<usize> {
    let line = coords::line_of(rope, range.head);
    let is_empty = range.is_empty();
    match command {
        Command::DeleteBack | Command::DeleteWordBack | Command::DeleteToLineStart => {
            let is_start = is_empty && range.head == coords::line_start(rope, line);
            is_start.then(|| line.checked_sub(1)).flatten()
        }
        Command::DeleteForward | Command::DeleteWordForward | Command::DeleteToLineEnd => {
            let is_end = is_empty && range.head == coords::line_end(rope, line);
            is_end.then_some(line + 1)
        }
        Command::JoinLines => is_empty.then_some(line + 1),
        _ => None,
    }
}

/// Where a fold is after an edit; `None` when its hidden lines were touched.
fn follow(fold: Block, edit: &LineEdit) -> Option<Block> {
    let end = edit.first + edit.removed;
    let below = fold.last - fold.head;
    if edit.first > fold.last {
        return Some(fold);
    }
    let head = if end <= fold.head {
        fold.head - edit.removed + edit.added
    } else if end == fold.head + 1 && edit.first <= fold.head && edit.added > 0 {
        // The head was edited: it is the last of what stands there now.
        edit.first + edit.added - 1
    } else {
        return None;
    };
    Some(Block {
        head,
        last: head + below,
    })
}
