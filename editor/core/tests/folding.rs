//! What can be folded, and what a fold does to carets, rows and edits. Texts are in
//! the notation of `fixture`; what is seen of one with folds has `…2` behind the
//! head of a fold of two lines, and not those lines.

use editor_core::blocks::{self, Block};
use editor_core::fixture::{MOTIONS, editor, show};
use editor_core::fold::Folds;
use editor_core::{Command, Editor, Millis, Motion, Origin, Pos, Selection, coords};
use proptest::prelude::*;
use proptest::sample::select;
use ropey::Rope;

const NOW: Millis = Millis(0.0);

/// The blocks of a text, each as head and last line, counted from 1.
fn folds(text: &str) -> Vec<(usize, usize)> {
    let found = blocks::all(&Rope::from_str(text));
    found
        .iter()
        .map(|block| (block.head + 1, block.last + 1))
        .collect()
}

fn seen(editor: &Editor, folds: &Folds) -> String {
    let text = show(editor.state());
    let mut lines = Vec::new();
    for (at, line) in text.split('\n').enumerate() {
        match folds.at(at) {
            Some(fold) if fold.head == at => {
                lines.push(format!("{line}…{}", fold.last - fold.head));
            }
            Some(_) => {}
            None => lines.push(line.to_owned()),
        }
    }
    lines.join("\n")
}

/// A text whose block at line 2 (from 1) is folded.
fn folded(fixture: &str) -> (Editor, Folds) {
    let editor = editor(fixture);
    let mut folds = Folds::default();
    folds.fold(blocks::around(editor.rope(), 1).expect("a block"));
    (editor, folds)
}

const BLOCK: &str = "a\nif b:\n    c\n    d\ne";

/// What is seen after a motion.
fn moved(fixture: &str, motion: Motion, extend: bool) -> String {
    let (mut editor, mut folds) = folded(fixture);
    folds.go(&mut editor, motion, extend, 2);
    folds.reveal(editor.rope(), &editor.selection().clone());
    seen(&editor, &folds)
}

#[test]
fn a_block_is_a_line_with_what_is_indented_below_it() {
    assert_eq!(folds(BLOCK), [(2, 4)]);
    assert_eq!(
        folds("class A:\n    x = 1\n\n    def f(self):\n        pass\n\n\nprint()"),
        [(1, 5), (4, 5)]
    );
    assert_eq!(
        folds("try:\n\tf()\nexcept E:\n\tg()\nelse:\n\th()\n"),
        [(1, 2), (3, 4), (5, 6)]
    );
    assert_eq!(
        folds("match x:\n  case 1:\n    a\n  case _: b"),
        [(1, 4), (2, 3)]
    );
    assert_eq!(folds("a\nb\n\nc"), []);
    assert_eq!(folds(""), []);
}

#[test]
fn a_statement_of_several_lines_is_one_and_what_closes_it_stays() {
    assert_eq!(folds("x = [\n  1,\n  2,\n]\ny"), [(1, 3)]);
    assert_eq!(folds("x = [\n]\ny"), []);
    assert_eq!(folds("x = f(1,\n      2)\ny"), [(1, 2)]);
    assert_eq!(folds("def f(\n    a,\n):\n    return a\n"), [(1, 4)]);
    assert_eq!(folds("s = '''\nno\n  more\n'''\ny"), [(1, 3)]);
    assert_eq!(folds("x = 1 + \\\n    2\ny"), [(1, 2)]);
}

#[test]
fn text_in_strings_and_brackets_is_no_indentation() {
    assert_eq!(
        folds("def f():\n    s = \"\"\"\nif x:\n    (\n\"\"\"\n    return s\ny"),
        [(1, 6), (2, 4)]
    );
    assert_eq!(
        folds("def f():\n    g(\n1,\n    )\n    h\ni"),
        [(1, 5), (2, 3)]
    );
    assert_eq!(folds("def f():\n    x = '(' # [\n    y\nz"), [(1, 3)]);
    assert_eq!(folds("def f():\n    x = 'it\\'s ('\n    y\nz"), [(1, 3)]);
}

#[test]
fn comments_end_no_block_and_a_run_of_them_is_one() {
    assert_eq!(folds("def f():\n    a\n# b\n    c\nd"), [(1, 4)]);
    assert_eq!(folds("def f():\n    a\n    # b\n\n# c\nd"), [(1, 3)]);
    assert_eq!(folds("# a\n# b\n# c\nd\n# e\n# f\n"), [(1, 3)]);
}

#[test]
fn unfinished_code_keeps_its_blocks() {
    assert_eq!(folds("x = (1,\ndef f():\n    a\n    b\n"), [(2, 4)]);
    assert_eq!(folds("def f(:\n    a\nb = 'open\nif c:\n    d"), [(1, 5)]);
    assert_eq!(folds("b = 'open\nif c:\n    d"), [(2, 3)]);
}

#[test]
fn the_smallest_block_around_a_line_is_meant() {
    let rope = Rope::from_str("class A:\n    x = 1\n    def f(self):\n        pass\ny");
    let around = |line| blocks::around(&rope, line).map(|block| (block.head, block.last));
    assert_eq!(around(0), Some((0, 3)));
    assert_eq!(around(1), Some((0, 3)));
    assert_eq!(around(3), Some((2, 3)));
    assert_eq!(around(4), None);
}

#[test]
fn a_look_at_a_long_document_reads_what_is_near() {
    let part = "def f():\n    '''\n  doc\n    '''\n    return 1\n\n";
    let rope = Rope::from_str(&part.repeat(2_000));
    let heads: Vec<usize> = blocks::near(&rope, 6_002..6_010)
        .iter()
        .map(|block| block.head)
        .collect();
    assert_eq!(heads, [6_006, 6_007]);
}

#[test]
fn carets_step_over_a_fold() {
    use Motion::*;
    let head = "a\nif b:|\n    c\n    d\ne";
    let below = "a\nif b:\n    c\n    d\n|e";
    assert_eq!(moved(head, LineDown, false), "a\nif b:…2\ne|");
    assert_eq!(moved(head, CharRight, false), "a\nif b:…2\n|e");
    assert_eq!(moved(head, WordRight, false), "a\nif b:…2\n|e");
    assert_eq!(moved(below, LineUp, false), "a\n|if b:…2\ne");
    assert_eq!(moved(below, CharLeft, false), "a\nif b:|…2\ne");
    assert_eq!(moved(below, PageUp, false), "|a\nif b:…2\ne");
    assert_eq!(
        moved("|a\nif b:\n    c\n    d\ne", PageDown, false),
        "a\nif b:…2\n|e"
    );
    assert_eq!(moved(below, LineDown, false), "a\nif b:…2\ne|");
    assert_eq!(
        moved("|a\nif b:\n    c\n    d\ne", LineUp, false),
        "|a\nif b:…2\ne"
    );
    assert_eq!(moved(head, CharRight, true), "a\nif b:«…2\n|»e");
}

#[test]
fn several_carets_keep_their_columns() {
    let (mut editor, folds) = folded("aaa|\nif bb:|\n    c\n    d\ne\nfff");
    folds.go(&mut editor, Motion::LineDown, false, 1);
    assert_eq!(seen(&editor, &folds), "aaa\nif |bb:…2\ne|\nfff");
    folds.go(&mut editor, Motion::LineDown, false, 1);
    assert_eq!(seen(&editor, &folds), "aaa\nif bb:…2\ne|\nfff|");
}

#[test]
fn a_fold_at_the_end_is_passed_by_nothing_but_the_end() {
    let at = "a\nif b|:\n    c\n    d";
    assert_eq!(moved(at, Motion::LineDown, false), "a\nif b:|…2");
    assert_eq!(moved(at, Motion::PageDown, false), "a\nif b:|…2");
    assert_eq!(
        moved("a\nif b:|\n    c\n    d", Motion::CharRight, false),
        "a\nif b:|…2"
    );
    assert_eq!(moved(at, Motion::DocEnd, false), "a\nif b:\n    c\n    d|");
    let (editor, mut folds) = folded("«a\nif b:\n    c\n    d|»");
    assert_eq!(folds.reveal(editor.rope(), editor.selection()), []);
}

#[test]
fn a_caret_that_lands_inside_opens_it() {
    let (editor, mut folds) = folded("a\nif b:\n   | c\n    d\ne");
    let block = Block { head: 1, last: 3 };
    assert_eq!(folds.reveal(editor.rope(), editor.selection()), [block]);
    assert!(folds.is_empty());
    let (editor, mut folds) = folded("a\nif b:\n    «c\n    d\ne|»");
    assert_eq!(folds.reveal(editor.rope(), editor.selection()), [block]);
}

#[test]
fn who_folds_around_a_caret_finds_it_at_the_head() {
    let (editor, folds) = folded("a\nif b:\n    «c\n  |»  d\ne");
    let selection = folds.outside(editor.rope(), editor.selection());
    assert_eq!(selection, Selection::caret(Pos(7)));
}

#[test]
fn what_would_join_to_hidden_lines_opens_them_instead() {
    let guarded = |fixture, command| {
        let (editor, mut folds) = folded(fixture);
        !folds.guard(&editor, command).is_empty() && folds.is_empty()
    };
    let below = "a\nif b:\n    c\n    d\n|e";
    assert!(guarded(below, Command::DeleteBack));
    assert!(guarded(below, Command::DeleteWordBack));
    assert!(!guarded(below, Command::DeleteForward));
    assert!(!guarded("a\nif b:\n    c\n    d\ne|", Command::DeleteBack));
    let head = "a\nif b:|\n    c\n    d\ne";
    assert!(guarded(head, Command::DeleteForward));
    assert!(guarded(head, Command::DeleteToLineEnd));
    assert!(guarded(head, Command::JoinLines));
    assert!(!guarded(head, Command::DeleteBack));
    assert!(!guarded(
        "a\nif b:\n    c\n    d\n«e|»",
        Command::DeleteBack
    ));
}

/// What is seen after `text` took the place of the selection.
fn edited(fixture: &str, text: &str) -> String {
    let (mut editor, mut folds) = folded(fixture);
    let update = editor.insert(text, Origin::Pasted, NOW);
    folds.map(&update.lines);
    seen(&editor, &folds)
}

#[test]
fn a_fold_follows_edits_beside_it_and_of_its_head() {
    assert_eq!(
        edited("a|\nif b:\n    c\n    d\ne", "\nx"),
        "a\nx|\nif b:…2\ne"
    );
    assert_eq!(edited("«a\n|»if b:\n    c\n    d\ne", ""), "|if b:…2\ne");
    assert_eq!(
        edited("a\nif b:\n    c\n    d\n|e", "x\n"),
        "a\nif b:…2\nx\n|e"
    );
    assert_eq!(edited("a\nif b|:\n    c\n    d\ne", "!"), "a\nif b!|:…2\ne");
    assert_eq!(
        edited("a\n|if b:\n    c\n    d\ne", "x\ny "),
        "a\nx\ny |if b:…2\ne"
    );
    assert_eq!(edited("«a\ni|»f b:\n    c\n    d\ne", ""), "|f b:…2\ne");
}

#[test]
fn an_edit_inside_opens_it() {
    assert_eq!(
        edited("a\nif b:|\n    c\n    d\ne", "\nx"),
        "a\nif b:\nx|\n    c\n    d\ne"
    );
    assert_eq!(
        edited("a\nif b:\n    c|\n    d\ne", "x"),
        "a\nif b:\n    cx|\n    d\ne"
    );
    assert_eq!(
        edited("a\nif b:\n    c\n    d«\n|»e", ""),
        "a\nif b:\n    c\n    d|e"
    );
    assert_eq!(
        edited("a\n«if b:\n|»    c\n    d\ne", ""),
        "a\n|    c\n    d\ne"
    );
}

#[test]
fn folding_everything_folds_what_is_outermost() {
    let editor = editor("class A:\n    def f(self):\n        pass\nx\nif y:\n    z");
    let mut folds = Folds::default();
    folds.fold_all(editor.rope());
    assert_eq!(seen(&editor, &folds), "|class A:…2\nx\nif y:…1");
    assert_eq!(
        [0, 1, 2, 3, 4, 5, 6].map(|line| folds.row(line)),
        [0, 0, 0, 1, 2, 2, 3]
    );
    assert_eq!([0, 1, 2, 3].map(|row| folds.line(row)), [0, 3, 4, 6]);
}

#[test]
fn a_fold_of_a_block_takes_those_in_it_along() {
    let editor = editor("|class A:\n    def f(self):\n        pass\nx");
    let mut folds = Folds::default();
    for line in [1, 0] {
        folds.fold(blocks::around(editor.rope(), line).expect("a block"));
    }
    assert_eq!(folds.all(), [Block { head: 0, last: 2 }]);
}

#[derive(Clone, Debug)]
enum Step {
    Fold(usize),
    Edit(usize, usize, &'static str),
    Go(Motion, bool),
    Run(Command),
}

fn step() -> impl Strategy<Value = Step> {
    let text = select(vec![
        "",
        "x",
        "\n",
        "    ",
        "if x:\n    y\n    z\n",
        "(",
        "'''",
        "#",
    ]);
    let motion = select(MOTIONS.to_vec());
    let command = select(vec![
        Command::Undo,
        Command::Redo,
        Command::DeleteBack,
        Command::DeleteForward,
        Command::Newline,
        Command::Indent,
        Command::SelectAll,
    ]);
    prop_oneof![
        (0..40usize).prop_map(Step::Fold),
        (0..80usize, 0..6usize, text).prop_map(|(at, len, text)| Step::Edit(at, len, text)),
        (motion, any::<bool>()).prop_map(|(motion, extend)| Step::Go(motion, extend)),
        command.prop_map(Step::Run),
    ]
}

fn perform(editor: &mut Editor, folds: &mut Folds, step: Step) {
    let update = match step {
        Step::Fold(line) => {
            let rope = editor.rope();
            if let Some(block) = blocks::around(rope, line % rope.len_lines())
                && folds.hiding(block.head).is_none()
            {
                folds.fold(block);
                let outside = folds.outside(editor.rope(), editor.selection());
                editor.select(outside);
            }
            None
        }
        Step::Edit(at, len, text) => {
            let end = coords::end(editor.rope()).0;
            editor.select(Selection::single(
                Pos(at.min(end)),
                Pos((at + len).min(end)),
            ));
            folds.reveal(editor.rope(), &editor.selection().clone());
            Some(editor.insert(text, Origin::Typed, NOW))
        }
        Step::Go(motion, extend) => folds.go(editor, motion, extend, 3),
        Step::Run(command) if folds.guard(editor, command).is_empty() => {
            editor.run(command, 1, NOW)
        }
        Step::Run(_) => None,
    };
    if let Some(update) = update {
        folds.map(&update.lines);
    }
    folds.reveal(editor.rope(), &editor.selection().clone());
}

proptest! {
    #[test]
    fn folds_stay_apart_and_hide_no_caret(steps in prop::collection::vec(step(), 1..40)) {
        let mut editor = Editor::new("class A:\n    def f(self):\n        pass\n\n    x = [\n        1,\n    ]\nif y:\n    z\n# end");
        let mut folds = Folds::default();
        for step in steps {
            perform(&mut editor, &mut folds, step);
            let lines = editor.len_lines();
            for pair in folds.all().windows(2) {
                prop_assert!(pair[0].last < pair[1].head);
            }
            prop_assert!(folds.all().iter().all(|fold| fold.head < fold.last && fold.last < lines));
            for range in editor.selection().ranges().iter().filter(|range| range.is_empty()) {
                let line = coords::line_of(editor.rope(), range.head);
                prop_assert_eq!(folds.hiding(line), None);
            }
            let visible: Vec<usize> = (0..lines).filter(|line| folds.hiding(*line).is_none()).collect();
            for (row, line) in visible.iter().enumerate() {
                prop_assert_eq!((folds.row(*line), folds.line(row)), (row, *line));
            }
        }
    }
}
