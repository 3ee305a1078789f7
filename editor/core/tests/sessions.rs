//! What must hold after every step of a long session of editing, whatever a person
//! does: real programs and odd texts, random commands, several carets, find, undo,
//! parses that are given up half-way. The model is a plain list of characters.
//!
//! A test run takes some thousand steps with the same seed each time; `cargo xtask
//! fuzz` takes millions, with `FUZZ_STEPS`, `FUZZ_SEED` and `FUZZ_CORPUS` (a folder
//! of programs). A session that breaks a law is shortened before it is told.
//!
//! Not here: laws of single functions (laws.rs), examples (the other files).

use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

use editor_core::find::{Part, Query};
use editor_core::fixture::MOTIONS;
use editor_core::kit::{self, Memory};
use editor_core::lines::Way;
use editor_core::{
    Assoc, ChangeSet, Class, Command, Editor, LineCol, Millis, Origin, Parsed, Pos, Range,
    Selection, Span, Update,
};
use ropey::Rope;

/// Steps of one session.
const SESSION: usize = 150;
/// A text that has grown beyond this is cut, in characters.
const LONGEST: usize = 12_000;
/// Steps in a test run.
const STEPS: usize = 4_000;

/// What is typed, pasted and looked for: stretches of Python, whole and broken, and
/// what is not one unit in every encoding.
const PIECES: &[&str] = &[
    "a",
    "x",
    "_",
    "self",
    " ",
    "    ",
    "\t",
    "1",
    "0.5",
    "=",
    ":",
    ",",
    ".",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "#",
    "# ",
    "\\",
    "@",
    "$",
    "?",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "def f(a, b=1, *c):\n    return a\n",
    "class A(B):\n    x: int = 1\n",
    "if x:\n",
    "else:\n",
    "    pass\n",
    "return ",
    "async ",
    "lambda x: ",
    "for i in x:\r\n\tprint(i)\r\n",
    "f\"{a!r:>10} é\\n\"",
    "print(x)",
    "\nx = [1,\n  2]\n",
    "é",
    "e\u{301}",
    "漢字",
    "𝒳",
    "👩\u{200d}🚀",
    "🇫🇷",
    "👍🏽",
    "שלום",
    "\u{a0}",
    "\u{200b}",
    "\u{feff}",
    "\u{2028}",
    "\u{85}",
    "\u{b}",
    "\u{c}",
    "\u{0}",
    "\u{301}",
];

/// Numbers that depend on a seed alone (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn pieces(&mut self, most: usize) -> String {
        let count = 1 + self.below(most);
        (0..count).map(|_| self.pick(PIECES)).collect()
    }
}

/// An editor, and what it must be like.
struct Session {
    editor: Editor,
    memory: Memory,
    time: f64,
    start: String,
    text: Vec<char>,
    /// What a surface shows, which touches only what updates and parses name.
    lines: Vec<String>,
    colours: Vec<Vec<Span>>,
    /// All changes since the start, as one.
    sum: ChangeSet,
    /// Positions that ascend, moved along.
    places: Vec<Pos>,
}

impl Session {
    fn new(start: &str) -> Session {
        let mut editor = Editor::new(start);
        let text: Vec<char> = editor.text().chars().collect();
        whole(&mut editor);
        Session {
            memory: Memory::default(),
            time: 0.0,
            start: editor.text(),
            lines: split(&text),
            colours: editor.highlight(0..editor.len_lines()),
            sum: ChangeSet::default(),
            places: (0..=text.len()).step_by(7).map(Pos).collect(),
            text,
            editor,
        }
    }

    fn now(&self) -> Millis {
        Millis(self.time)
    }

    fn anywhere(&self, dice: &mut Dice) -> Pos {
        Pos(dice.below(self.text.len() + 1))
    }

    /// A place in sight of the selection more often than not.
    fn somewhere(&self, dice: &mut Dice) -> Pos {
        if dice.below(3) == 0 {
            return self.anywhere(dice);
        }
        let head = self.editor.selection().primary().head.0;
        Pos((head + dice.below(40))
            .saturating_sub(20)
            .min(self.text.len()))
    }

    /// One step, which the seed alone decides.
    fn step(&mut self, seed: u64) {
        let mut dice = Dice(seed);
        self.time += dice.below(900) as f64;
        let before = self.editor.rope().clone();
        let selected = self.editor.selection().clone();
        let is_read_only = dice.below(40) == 0;
        self.editor.set_read_only(is_read_only);
        let update = self.act(&mut dice);
        match update {
            None => {
                assert_eq!(*self.editor.rope(), before, "nothing was changed");
                assert_eq!(*self.editor.selection(), selected, "nothing was selected");
            }
            Some(update) => {
                let is_program = update.origin == Origin::Program;
                assert!(
                    !is_read_only || is_program || update.changes.is_empty(),
                    "it is only read"
                );
                self.follow(&before, &update, &mut dice);
            }
        }
        self.editor.set_read_only(false);
        self.is_in_form();
        match dice.below(6) {
            0 | 1 => {}
            2 => self.parse_a_little(),
            _ => self.parse(dice.below(8) == 0),
        }
        if self.text.len() > LONGEST {
            let before = self.editor.rope().clone();
            let update = self.editor.replace(
                Pos(LONGEST / 3),
                Pos(self.text.len()),
                "",
                None,
                Origin::Pasted,
                self.now(),
            );
            self.follow(&before, &update, &mut dice);
        }
    }

    fn act(&mut self, dice: &mut Dice) -> Option<Update> {
        let now = self.now();
        match dice.below(24) {
            0..=3 => Some(self.editor.insert(dice.pick(PIECES), Origin::Typed, now)),
            4 => Some(self.editor.insert(&dice.pieces(4), Origin::Pasted, now)),
            5 => Some(self.editor.insert("", Origin::Cut, now)),
            6..=8 => {
                let command = dice.pick(&[
                    Command::DeleteBack,
                    Command::DeleteBack,
                    Command::DeleteForward,
                    Command::DeleteWordBack,
                    Command::DeleteWordForward,
                    Command::DeleteToLineStart,
                    Command::DeleteToLineEnd,
                ]);
                self.editor.run(command, 1, now)
            }
            9 => self.editor.run(
                dice.pick(&[Command::Newline, Command::Indent, Command::Outdent]),
                1,
                now,
            ),
            10 | 11 => self.go(dice),
            12 | 13 => Some(self.select(dice)),
            14 => self.lines(dice),
            15 => self.comment(),
            16 | 17 => self.carets(dice),
            18 => Some(kit::paste(&mut self.editor, &dice.pieces(5), now)),
            19 => self.replace_all(dice),
            20 => Some(self.replace(dice)),
            21 => self.program(dice),
            _ => self.back_and_forth(dice),
        }
    }

    fn go(&mut self, dice: &mut Dice) -> Option<Update> {
        let motion = dice.pick(&MOTIONS);
        let extend = dice.below(3) == 0;
        self.editor
            .run(Command::Move { motion, extend }, 5, Millis(self.time))
    }

    fn select(&mut self, dice: &mut Dice) -> Update {
        let several = if dice.below(3) == 0 {
            2 + dice.below(5)
        } else {
            1
        };
        let ranges = (0..several)
            .map(|_| {
                let anchor = self.somewhere(dice);
                let far = dice.below(2) * dice.below(30);
                Range {
                    anchor,
                    head: Pos((anchor.0 + far).min(self.text.len() + 3)),
                }
            })
            .collect();
        self.editor
            .select(Selection::new(ranges, dice.below(several)))
    }

    fn lines(&mut self, dice: &mut Dice) -> Option<Update> {
        let command = dice.pick(&[
            Command::MoveLines(Way::Up),
            Command::MoveLines(Way::Down),
            Command::CopyLines(Way::Up),
            Command::CopyLines(Way::Down),
            Command::DeleteLines,
            Command::JoinLines,
            Command::Indent,
            Command::Outdent,
        ]);
        let mut before = self.lines.clone();
        let update = self
            .memory
            .run(&mut self.editor, command, Millis(self.time));
        if matches!(command, Command::MoveLines(_)) {
            let mut after: Vec<String> =
                self.editor.text().split('\n').map(str::to_owned).collect();
            before.sort();
            after.sort();
            assert_eq!(before, after, "{command:?} loses no line");
        }
        update
    }

    /// Lines that became comments become what they were.
    fn comment(&mut self) -> Option<Update> {
        let (before, now) = (self.editor.text(), self.now());
        let toggle = Command::ToggleComment;
        let update = self.memory.run(&mut self.editor, toggle, now)?;
        let became = update
            .changes
            .changes()
            .iter()
            .all(|change| !change.insert.is_empty());
        if became && !update.changes.is_empty() {
            let mut other = Editor::new(&self.editor.text());
            other.select(self.editor.selection().clone());
            Memory::default().run(&mut other, toggle, now);
            assert_eq!(other.text(), before, "comments become code again");
        }
        Some(update)
    }

    fn carets(&mut self, dice: &mut Dice) -> Option<Update> {
        let now = self.now();
        if dice.below(4) == 0 {
            let pos = self.somewhere(dice);
            return Some(kit::toggle_caret(&mut self.editor, pos));
        }
        if dice.below(4) == 0 {
            let mut corner = || LineCol {
                line: dice.below(self.lines.len() + 2),
                col: dice.below(12),
            };
            let (from, to) = (corner(), corner());
            let to = LineCol {
                line: to.line.min(from.line + 6),
                ..to
            };
            return Some(kit::select_columns(&mut self.editor, from, to));
        }
        let command = dice.pick(&[
            Command::AddCaret(Way::Up),
            Command::AddCaret(Way::Down),
            Command::SelectMatch,
            Command::SelectMatch,
            Command::SelectAllMatches,
            Command::OneCaret,
            Command::Expand,
            Command::Expand,
            Command::Shrink,
            Command::SelectAll,
        ]);
        match command {
            Command::SelectAll => self.editor.run(command, 1, now),
            command => self.memory.run(&mut self.editor, command, now),
        }
    }

    /// Every match becomes another text, as strings do it.
    fn replace_all(&mut self, dice: &mut Dice) -> Option<Update> {
        let (sought, with) = (
            self.sought(dice),
            dice.pick(&["", "y", "xx", "漢", "a\nb", "👩\u{200d}🚀"]),
        );
        let match_case = dice.below(2) == 0;
        let query = Query::new(&sought, match_case, dice.below(4) == 0)?;
        let before = self.editor.text();
        let whole_word = query == Query::new(&sought, match_case, true)?;
        if dice.below(3) == 0 {
            return self.replace_one(&query, with);
        }
        let made = kit::replace_all(
            &mut self.editor,
            (&query, &Part::ALL),
            with,
            Millis(self.time),
        );
        if !whole_word && !self.editor.is_read_only() {
            let expected = replaced(&before, &sought, with, match_case);
            assert_eq!(self.editor.text(), expected, "{sought:?} -> {with:?}");
        }
        made.map(|(update, _)| update)
    }

    fn replace_one(&mut self, query: &Query, with: &str) -> Option<Update> {
        let rope = self.editor.rope();
        let from = editor_core::coords::pos_to_byte(rope, self.editor.selection().primary().head);
        let range = query.next(rope, &Part::ALL, from)?;
        self.editor
            .select(Selection::single(range.anchor, range.head));
        let update = kit::replace(
            &mut self.editor,
            (query, &Part::ALL),
            with,
            Millis(self.time),
        );
        Some(update.expect("what was found is a match"))
    }

    fn sought(&self, dice: &mut Dice) -> String {
        if dice.below(2) == 0 || self.text.is_empty() {
            return dice
                .pick(&["x", "self", "é", "\n", "aa", "e\u{301}", "👩", "P", "  "])
                .to_owned();
        }
        let from = dice.below(self.text.len());
        let to = (from + 1 + dice.below(5)).min(self.text.len());
        self.text[from..to].iter().collect()
    }

    fn replace(&mut self, dice: &mut Dice) -> Update {
        let (from, to) = (self.somewhere(dice), self.somewhere(dice));
        let primary = (dice.below(2) == 0).then(|| Range::caret(from.min(to)));
        let text = if dice.below(3) == 0 {
            String::new()
        } else {
            dice.pieces(3)
        };
        self.editor.replace(
            from,
            to,
            &text,
            primary,
            Origin::Composed,
            Millis(self.time),
        )
    }

    /// The page sets the text.
    fn program(&mut self, dice: &mut Dice) -> Option<Update> {
        let text: String = match dice.below(3) {
            0 => self.start.clone(),
            1 => dice.pieces(20),
            _ => self.editor.text().replacen("x", &dice.pieces(2), 2),
        };
        Some(self.editor.set_text(&text, Millis(self.time)))
    }

    fn back_and_forth(&mut self, dice: &mut Dice) -> Option<Update> {
        let command = dice.pick(&[Command::Undo, Command::Undo, Command::Redo]);
        self.editor.run(command, 1, Millis(self.time))
    }

    /// Everything beside the document follows, by what the update says alone.
    fn follow(&mut self, before: &Rope, update: &Update, dice: &mut Dice) {
        let changes = &update.changes;
        let new = naive(&self.text, changes);
        let text: String = new.iter().collect();
        assert_eq!(self.editor.text(), text, "what a string does");
        let mut back = self.editor.rope().clone();
        changes.invert(before).apply(&mut back);
        assert_eq!(back, *before, "the inverse undoes");
        self.sum = self.sum.compose(changes);
        if dice.below(16) == 0 {
            let mut rope = Rope::from_str(&self.start);
            self.sum.apply(&mut rope);
            assert_eq!(rope, *self.editor.rope(), "one change equals all");
        }
        let assoc = dice.pick(&[Assoc::Before, Assoc::After]);
        for place in &mut self.places {
            *place = changes.map_pos(*place, assoc);
        }
        assert!(self.places.is_sorted(), "places stay in order");
        assert!(
            self.places.last().is_none_or(|last| last.0 <= new.len()),
            "and inside"
        );
        self.text = new;

        let fresh: Vec<&str> = text.split('\n').collect();
        splice(&mut self.lines, update, |line| fresh[line].to_owned());
        assert_eq!(self.lines, fresh, "every line that differs is named");
        let editor = &self.editor;
        splice(&mut self.colours, update, |line| {
            editor.highlight(line..line + 1).remove(0)
        });
    }

    fn is_in_form(&self) {
        let selection = self.editor.selection();
        assert!(selection.primary_index() < selection.ranges().len());
        for range in selection.ranges() {
            assert!(range.to().0 <= self.text.len(), "{range:?} is inside");
        }
        for pair in selection.ranges().windows(2) {
            assert!(
                pair[0].to() <= pair[1].from() && pair[0].from() < pair[1].from(),
                "{pair:?}"
            );
        }
    }

    fn parse_a_little(&mut self) {
        let mut asked = 0;
        let parsed = self.editor.parse(&mut || {
            asked += 1;
            asked > 2
        });
        self.repaint(parsed);
    }

    fn parse(&mut self, thoroughly: bool) {
        let parsed = whole(&mut self.editor);
        self.repaint(parsed);
        let all = self.editor.highlight(0..self.editor.len_lines());
        let tree = self.editor.syntax().tree().expect("parsed").root_node();
        assert_eq!(tree.end_byte(), self.editor.rope().len_bytes());
        if self.colours != all {
            // The parser does not name every stray character of broken code that it takes in another
            // way: about one in millions of steps, seen by nothing but its colour.
            assert!(tree.has_error(), "what is shown is what the tree says");
            assert_eq!(
                without_strays(&self.colours),
                without_strays(&all),
                "stray characters aside"
            );
            self.colours = all;
        }
        // Broken code can be repaired in several ways; which one is chosen may depend on what was there.
        if thoroughly && !tree.has_error() {
            let fresh = Session::new(&self.editor.text());
            let (ours, theirs) = (sexp(&self.editor), sexp(&fresh.editor));
            assert_eq!(ours, theirs, "the tree of a fresh parse");
            assert_eq!(self.colours, fresh.colours, "the colours of a fresh parse");
        }
    }

    fn repaint(&mut self, parsed: Parsed) {
        let Parsed::Done { changed } = parsed else {
            return;
        };
        for lines in changed {
            let lines = lines.start..lines.end.min(self.colours.len());
            let new = self.editor.highlight(lines.clone());
            self.colours[lines].clone_from_slice(&new);
        }
    }

    /// To the start and back.
    fn end(&mut self) {
        let mut dice = Dice(1);
        // The last step is one that the history knows.
        self.all(Command::Redo, &mut dice);
        let before = self.editor.rope().clone();
        let update = self.editor.insert("q", Origin::Pasted, Millis(self.time));
        let changed = !update.changes.is_empty();
        self.follow(&before, &update, &mut dice);
        let (end, selected) = (self.editor.text(), self.editor.selection().clone());
        let count = self.all(Command::Undo, &mut dice);
        assert_eq!(self.editor.text(), self.start, "undo of all is the start");
        self.parse(true);
        assert_eq!(self.all(Command::Redo, &mut dice), count);
        assert_eq!(self.editor.text(), end, "redo of all is the end");
        if count > 0 && changed {
            assert_eq!(*self.editor.selection(), selected, "and what was selected");
        }
        self.parse(true);
    }

    fn all(&mut self, command: Command, dice: &mut Dice) -> usize {
        let mut count = 0;
        loop {
            let before = self.editor.rope().clone();
            let Some(update) = self.editor.run(command, 1, Millis(self.time)) else {
                return count;
            };
            self.follow(&before, &update, dice);
            self.is_in_form();
            count += 1;
        }
    }
}

fn without_strays(lines: &[Vec<Span>]) -> Vec<Vec<Span>> {
    let is_stray = |span: &&Span| span.class == Class::Error;
    let rest = |spans: &Vec<Span>| {
        spans
            .iter()
            .filter(|span| !is_stray(span))
            .cloned()
            .collect()
    };
    lines.iter().map(rest).collect()
}

/// What a string's own replacement does; letters of ASCII fold, others do not.
fn replaced(text: &str, sought: &str, with: &str, match_case: bool) -> String {
    if match_case {
        return text.replace(sought, with);
    }
    let (folded, sought) = (text.to_ascii_lowercase(), sought.to_ascii_lowercase());
    let mut out = String::new();
    let mut at = 0;
    for (start, found) in folded.match_indices(&sought) {
        out.push_str(&text[at..start]);
        out.push_str(with);
        at = start + found.len();
    }
    out + &text[at..]
}

fn naive(old: &[char], changes: &ChangeSet) -> Vec<char> {
    let mut new = Vec::with_capacity(old.len());
    let mut at = 0;
    for change in changes.changes() {
        new.extend_from_slice(&old[at..change.from.0]);
        new.extend(change.insert.chars());
        at = change.to.0;
    }
    new.extend_from_slice(&old[at..]);
    new
}

fn split(text: &[char]) -> Vec<String> {
    let lines = text.split(|&char| char == '\n');
    lines.map(|line| line.iter().collect()).collect()
}

fn splice<T: Clone>(lines: &mut Vec<T>, update: &Update, new: impl Fn(usize) -> T) {
    for edit in &update.lines {
        let added: Vec<T> = (edit.first..edit.first + edit.added).map(&new).collect();
        lines.splice(edit.first..edit.first + edit.removed, added);
    }
}

fn whole(editor: &mut Editor) -> Parsed {
    editor.parse(&mut || false)
}

fn sexp(editor: &Editor) -> String {
    editor
        .syntax()
        .tree()
        .expect("parsed")
        .root_node()
        .to_sexp()
}

/// A start and the seeds of its steps; whether every law held, and if not, which did not.
/// To `tell` is to print what there is before each step.
fn holds(start: &str, steps: &[u64], tell: bool) -> Result<(), String> {
    let run = || {
        let mut session = Session::new(start);
        for &seed in steps {
            if tell {
                let selected = session.editor.selection().ranges();
                eprintln!("{:?} {selected:?}", session.editor.text());
            }
            session.step(seed);
        }
        session.end();
    };
    panic::catch_unwind(AssertUnwindSafe(run)).map_err(|cause| {
        let text = cause.downcast_ref::<String>().cloned();
        text.or_else(|| cause.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_default()
    })
}

/// A session as short as it can be made, in steps and in text, that still breaks a law.
fn shortened(start: &str, steps: &[u64]) -> (String, Vec<u64>) {
    let (mut start, mut steps) = (start.to_owned(), steps.to_vec());
    let mut size = steps.len();
    while size > 0 {
        let mut at = 0;
        while at < steps.len() {
            let mut fewer = steps.clone();
            fewer.drain(at..(at + size).min(steps.len()));
            match holds(&start, &fewer, false) {
                Err(_) => steps = fewer,
                Ok(()) => at += size,
            }
        }
        size /= 2;
    }
    let mut size = start.lines().count();
    while size > 0 {
        let mut at = 0;
        while at < start.split_inclusive('\n').count() {
            let mut fewer: Vec<&str> = start.split_inclusive('\n').collect();
            fewer.drain(at..(at + size).min(fewer.len()));
            let fewer = fewer.concat();
            match holds(&fewer, &steps, false) {
                Err(_) => start = fewer,
                Ok(()) => at += size,
            }
        }
        size /= 2;
    }
    (start, steps)
}

fn programs() -> Vec<String> {
    let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/../../runtime-bridge/js");
    let folder = std::env::var_os("FUZZ_CORPUS").map_or_else(|| PathBuf::from(ours), PathBuf::from);
    let mut files = Vec::new();
    list(&folder, &mut files);
    files.sort();
    let read = |file: &PathBuf| std::fs::read_to_string(file).ok();
    let found: Vec<String> = files.iter().filter_map(read).collect();
    assert!(!found.is_empty(), "no programs in {}", folder.display());
    found
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            list(&path, files);
        } else if path.extension().is_some_and(|ext| ext == "py") {
            files.push(path);
        }
    }
}

/// Lines of a program, or odd characters alone.
fn beginning(dice: &mut Dice, programs: &[String]) -> String {
    if dice.below(4) == 0 {
        return dice.pieces(60);
    }
    let program = &programs[dice.below(programs.len())];
    let lines: Vec<&str> = program.split_inclusive('\n').collect();
    let from = if dice.below(2) == 0 {
        0
    } else {
        dice.below(lines.len())
    };
    let text = lines[from..]
        .iter()
        .take(10 + dice.below(150))
        .copied()
        .collect::<String>();
    if dice.below(5) == 0 {
        text.replace('\n', "\r\n")
    } else {
        text
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn laws_hold_after_every_step_of_a_session() {
    let seed = number("FUZZ_SEED").unwrap_or(1);
    let steps = number("FUZZ_STEPS").unwrap_or(STEPS as u64) as usize;
    let programs = programs();
    let mut done = 0;
    let mut round = 0;
    while done < steps {
        let mut dice = Dice(seed.wrapping_mul(1_000_003).wrapping_add(round));
        let start = beginning(&mut dice, &programs);
        let seeds: Vec<u64> = (0..SESSION).map(|_| dice.next()).collect();
        if holds(&start, &seeds, false).is_err() {
            let (start, seeds) = shortened(&start, &seeds);
            let why = holds(&start, &seeds, true).expect_err("it was shortened while it failed");
            panic!("FUZZ_SEED={seed}, session {round}, of {start:?} by {seeds:?}: {why}");
        }
        done += SESSION;
        round += 1;
    }
    println!("{done} steps in {round} sessions of seed {seed}");
}
