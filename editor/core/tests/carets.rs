//! Several carets, finding, brackets in pairs and selecting by syntax, as (text,
//! command, text).

use editor_core::fixture::{editor, parse, show};
use editor_core::kit::{self, Memory};
use editor_core::lines::Way;
use editor_core::{Command, Editor, LineCol, Millis, Motion, Origin, Pos, Range, Selection};
use proptest::prelude::*;
use proptest::sample::select;

const NOW: Millis = Millis(0.0);

#[track_caller]
fn check(before: &str, commands: &[Command], after: &str) {
    let mut editor = editor(before);
    editor.parse(&mut || false);
    let mut memory = Memory::default();
    for command in commands {
        match command.is_tool() {
            true => memory.run(&mut editor, *command, NOW),
            false => editor.run(*command, 1, NOW),
        };
    }
    assert_eq!(show(editor.state()), after);
}

const UP: Command = Command::AddCaret(Way::Up);
const DOWN: Command = Command::AddCaret(Way::Down);
const MATCH: Command = Command::SelectMatch;

#[test]
fn carets_are_added_line_by_line() {
    check("a|b\ncd\nef", &[DOWN], "a|b\nc|d\nef");
    check("a|b\ncd\nef", &[DOWN, DOWN], "a|b\nc|d\ne|f");
    check("ab\nc|d", &[UP, UP], "a|b\nc|d");
    check("ab|", &[UP, DOWN], "ab|");
    check("a«bc|»\nd", &[DOWN], "a«bc|»\nd|");
}

#[test]
fn added_carets_keep_the_column_over_shorter_lines() {
    check("abc|\nd\nefgh", &[DOWN, DOWN], "abc|\nd|\nefg|h");
    let down = Command::Move {
        motion: Motion::LineDown,
        extend: false,
    };
    check("abc|\nd\nefgh\nijkl", &[DOWN, down], "abc\nd|\nefg|h\nijkl");
}

#[test]
fn the_next_match_is_selected_whole_words_for_a_word() {
    check("a|b ab abc ab", &[MATCH], "«ab|» ab abc ab");
    check("a|b ab abc ab", &[MATCH, MATCH], "«ab|» «ab|» abc ab");
    check("a|b ab abc ab", &[MATCH; 3], "«ab|» «ab|» abc «ab|»");
    check("a|b ab abc ab", &[MATCH; 4], "«ab|» «ab|» abc «ab|»");
    check("x«a|»b aab", &[MATCH, MATCH], "x«a|»b «a|»«a|»b");
    check("ab a|b", &[MATCH, MATCH], "«ab|» «ab|»");
    check("x|x\n|yy", &[MATCH], "«xx|»\n«yy|»");
    // What is selected is compared as it is.
    check("«Ab|» ab", &[MATCH], "«Ab|» ab");
}

#[test]
fn all_matches_are_selected() {
    let all = Command::SelectAllMatches;
    check("ab a|b abc\nab", &[all], "«ab|» «ab|» abc\n«ab|»");
    check("«(|»)()", &[all], "«(|»)«(|»)");
    check("a | b", &[all], "a«  |»b");
    check("|", &[all], "|");
}

#[test]
fn one_caret_is_left() {
    check("a|\nb|\n«c|»", &[Command::OneCaret], "a\nb\n«c|»");
}

#[test]
fn a_press_adds_a_caret_and_takes_it_again() {
    let mut editor = editor("ab|cd");
    kit::toggle_caret(&mut editor, Pos(0));
    assert_eq!(show(editor.state()), "|ab|cd");
    assert_eq!(editor.selection().primary().head, Pos(0));
    kit::toggle_caret(&mut editor, Pos(4));
    kit::toggle_caret(&mut editor, Pos(2));
    assert_eq!(show(editor.state()), "|abcd|");
    kit::toggle_caret(&mut editor, Pos(4));
    kit::toggle_caret(&mut editor, Pos(0));
    assert_eq!(show(editor.state()), "|abcd");
}

#[test]
fn columns_are_selected_between_two_corners() {
    let at = |line, col| LineCol { line, col };
    let select = |text: &str, from, to| {
        let mut editor = Editor::new(text);
        kit::select_columns(&mut editor, from, to);
        show(editor.state())
    };
    assert_eq!(
        select("abc\ndef\nghi", at(0, 1), at(1, 2)),
        "a«b|»c\nd«e|»f\nghi"
    );
    assert_eq!(select("abc\ndef", at(1, 2), at(0, 0)), "«|ab»c\n«|de»f");
    assert_eq!(
        select("abcd\n\nef", at(0, 1), at(2, 9)),
        "a«bcd|»\n|\ne«f|»"
    );
    assert_eq!(select("ab\ncde", at(0, 2), at(1, 2)), "ab|\ncd|e");
}

#[test]
fn as_many_lines_as_carets_are_pasted_one_at_each() {
    let paste = |before: &str, text: &str, after: &str| {
        let mut editor = editor(before);
        kit::paste(&mut editor, text, NOW);
        assert_eq!(show(editor.state()), after);
    };
    paste("|a\n|b", "1\n2", "1|a\n2|b");
    paste("|a\n|b", "1\r\n2\r\n", "1|a\n2|b");
    paste("«x|»a\n|b", "1", "1|a\n1|b");
    paste("|a\n|b", "1\n2\n3", "1\n2\n3|a\n1\n2\n3|b");
    paste("|a", "1\n2", "1\n2|a");
}

#[test]
fn what_is_copied_is_what_is_selected() {
    assert_eq!(editor("«ab|» c|\n«d|»").selected_text(), "ab\nd");
    assert_eq!(editor("|a|").selected_text(), "");
}

#[test]
fn undo_and_redo_bring_all_carets_back() {
    let mut editor = editor("a|\nb|");
    editor.insert("x", Origin::Typed, NOW);
    editor.run(Command::Undo, 1, NOW);
    assert_eq!(show(editor.state()), "a|\nb|");
    editor.run(Command::Redo, 1, NOW);
    assert_eq!(show(editor.state()), "ax|\nbx|");
}

#[test]
fn an_input_method_leaves_the_other_carets() {
    let (text, selection) = parse("|a\n|b\n|c");
    let mut editor = Editor::new(&text);
    editor.select(selection.clone());
    let behind = editor_core::Range::caret(Pos(6));
    editor.replace(Pos(4), Pos(4), "かな", None, Origin::Composed, NOW);
    assert_eq!(show(editor.state()), "|a\n|b\nかな|c");
    editor.replace(Pos(4), Pos(6), "仮名", Some(behind), Origin::Composed, NOW);
    assert_eq!(show(editor.state()), "|a\n|b\n仮名|c");
}

#[test]
fn a_selection_grows_by_syntax_and_shrinks_again() {
    let steps = [
        "def f():\n    return g(a, b|)\n",
        "def f():\n    return g(a, «b|»)\n",
        "def f():\n    return g(«a, b|»)\n",
        "def f():\n    return g«(a, b)|»\n",
        "def f():\n    return «g(a, b)|»\n",
        "def f():\n    «return g(a, b)|»\n",
        "«def f():\n    return g(a, b)|»\n",
        "«def f():\n    return g(a, b)\n|»",
    ];
    for (count, after) in steps.iter().enumerate() {
        check(steps[0], &vec![Command::Expand; count], after);
        let mut there_and_back = vec![Command::Expand; count + 1];
        there_and_back.push(Command::Shrink);
        if count + 1 < steps.len() {
            check(steps[0], &there_and_back, after);
        }
    }
}

#[test]
fn texts_grow_within_their_quotes_first() {
    let steps = [
        "x = 'one t|wo'",
        "x = 'one «two|»'",
        "x = '«one two|»'",
        "x = «'one two'|»",
    ];
    for (count, after) in steps.iter().enumerate() {
        check(steps[0], &vec![Command::Expand; count], after);
    }
}

#[test]
fn what_was_moved_does_not_shrink() {
    let right = Command::Move {
        motion: Motion::CharRight,
        extend: false,
    };
    check("f(a|)", &[Command::Expand, right, Command::Shrink], "f(a|)");
}

/// The brackets at the caret, as `«` and `»`; `!` for one that is alone.
#[track_caller]
fn brackets(fixture: &str, shown: &str) {
    let mut editor = editor(fixture);
    editor.parse(&mut || false);
    let mut text: Vec<char> = editor.text().chars().collect();
    if let Some(bracket) = kit::bracket(&editor) {
        match bracket.partner {
            Some(partner) => {
                text[bracket.at.min(partner).0] = '«';
                text[bracket.at.max(partner).0] = '»';
            }
            None => text[bracket.at.0] = '!',
        }
    }
    assert_eq!(text.into_iter().collect::<String>(), shown);
}

#[test]
fn brackets_know_their_partner() {
    brackets("f(|a, (b))", "f«a, (b)»");
    brackets("f(a, (b))|", "f«a, (b)»");
    brackets("f(a, (b)|)", "f(a, «b»)");
    brackets("|[1, {2: 3}]", "«1, {2: 3}»");
    brackets("x[1:|2]", "x[1:2]");
    brackets("f'{a|}'", "f'«a»'");
    brackets("from a import (|b)", "from a import «b»");
    brackets("def f(|a): pass", "def f«a»: pass");
}

#[test]
fn brackets_in_texts_and_comments_are_none() {
    brackets("f(|')')", "f«')'»");
    brackets("'(|'", "'('");
    brackets("# (|", "# (");
    brackets("f(|  # )\n)", "f«  # )\n»");
}

#[test]
fn a_bracket_without_a_partner_is_told() {
    brackets("f(|a", "f!a");
    brackets("a)|", "a!");
    brackets("f(|a]", "f!a]");
    brackets("x = (|1\ny = 2\n", "x = !1\ny = 2\n");
    brackets("f(a))|\n", "f(a)!\n");
    // Of these two it is the inner one; whether the outer one has a partner is not told.
    brackets("f(|[a)", "f(!a)");
    brackets("f|([a)", "f([a)");
}

#[test]
fn selected_text_has_no_brackets() {
    brackets("f«(|»a)", "f(a)");
}

/// What is done at every range.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Run(Command),
    Type(&'static str),
    Paste(&'static str),
}

fn perform(editor: &mut Editor, deed: Deed) {
    match deed {
        Deed::Run(command) => drop(editor.run(command, 1, NOW)),
        Deed::Type(text) => drop(editor.insert(text, Origin::Typed, NOW)),
        Deed::Paste(text) => drop(kit::paste(editor, text, NOW)),
    }
}

fn deed() -> impl Strategy<Value = Deed> {
    let moved = |motion, extend| Deed::Run(Command::Move { motion, extend });
    select(vec![
        Deed::Type("x"),
        Deed::Type("("),
        Deed::Type(")"),
        Deed::Type("'"),
        Deed::Paste("a\nb"),
        Deed::Paste("ab"),
        Deed::Run(Command::DeleteBack),
        Deed::Run(Command::DeleteForward),
        Deed::Run(Command::DeleteWordBack),
        Deed::Run(Command::DeleteWordForward),
        Deed::Run(Command::DeleteToLineStart),
        Deed::Run(Command::DeleteToLineEnd),
        Deed::Run(Command::Newline),
        Deed::Run(Command::Indent),
        Deed::Run(Command::Outdent),
        Deed::Run(Command::DeleteLines),
        Deed::Run(Command::JoinLines),
        Deed::Run(Command::CopyLines(Way::Up)),
        Deed::Run(Command::CopyLines(Way::Down)),
        Deed::Run(Command::MoveLines(Way::Up)),
        Deed::Run(Command::MoveLines(Way::Down)),
        moved(Motion::CharLeft, false),
        moved(Motion::CharRight, true),
        moved(Motion::WordRight, true),
        moved(Motion::LineStart, false),
        moved(Motion::LineEnd, true),
    ])
}

/// Five lines with text, two of them blank between any two, so that nothing
/// that is done in one reaches another.
fn far_apart() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "a", "bc", " ", "    ", "(", ")", "[]", "''", "é", ":", "return",
    ]);
    let line = prop::collection::vec(piece, 1..5).prop_map(|pieces| pieces.concat());
    // The unit is that of the first block, whatever the lines become.
    prop::collection::vec(line, 5)
        .prop_map(|lines| format!("if 1:\n    2\n\n.\n{}\n\n.\n\n", lines.join("\n\n.\n\n")))
}

proptest! {
    /// What is done at several carets is what is done at each by itself.
    #[test]
    fn several_carets_are_each_by_itself(
        text in far_apart(),
        picks in prop::collection::vec((any::<bool>(), 0usize..9, 0usize..9), 5),
        deed in deed(),
    ) {
        let mut several = Editor::new(&text);
        let ranges: Vec<Range> = picks
            .iter()
            .enumerate()
            .filter(|(_, pick)| pick.0)
            .map(|(at, (_, anchor, head))| {
                let place = |col: usize| {
                    let line = 4 + at * 4;
                    let pos = editor_core::coords::line_col_to_pos(several.rope(), LineCol { line, col });
                    editor_core::movement::snap(several.rope(), pos)
                };
                Range { anchor: place(*anchor), head: place(*head) }
            })
            .collect();
        // Two lines for two carets are one for each.
        let is_split = matches!(deed, Deed::Paste("a\nb")) && ranges.len() == 2;
        prop_assume!(ranges.len() > 1 && !is_split);
        let mut naive = Editor::new(&text);
        let mut expected: Vec<Range> = Vec::new();
        // From the last one to the first, so that those before stay where they are.
        for range in ranges.iter().rev() {
            let before = naive.rope().len_chars();
            naive.select(Selection::single(range.anchor, range.head));
            perform(&mut naive, deed);
            let grown = naive.rope().len_chars() as isize - before as isize;
            let later = |pos: Pos| Pos(pos.0.saturating_add_signed(grown));
            for known in &mut expected {
                *known = Range { anchor: later(known.anchor), head: later(known.head) };
            }
            expected.insert(0, naive.selection().primary());
        }
        several.select(Selection::new(ranges.clone(), 0));
        let before = several.selection().clone();
        perform(&mut several, deed);
        prop_assert_eq!(several.text(), naive.text());
        prop_assert_eq!(several.selection(), &Selection::new(expected, 0));
        let end = (several.text(), several.selection().clone());
        if several.text() != text {
            several.run(Command::Undo, 1, NOW);
            prop_assert_eq!((several.text(), several.selection().clone()), (text.clone(), before));
            several.run(Command::Redo, 1, NOW);
            prop_assert_eq!((several.text(), several.selection().clone()), end);
        }
    }

    /// Each of them is there and off the middle of a grapheme, whatever is asked for.
    #[test]
    fn commands_for_carets_leave_the_text(
        text in far_apart(),
        commands in prop::collection::vec(select(vec![
            UP, DOWN, MATCH, Command::SelectAllMatches, Command::OneCaret, Command::Expand, Command::Shrink,
        ]), 1..8),
        place in 0.0..1.0,
    ) {
        let mut editor = Editor::new(&text);
        let mut memory = Memory::default();
        editor.parse(&mut || false);
        let end = editor.rope().len_chars();
        editor.select(Selection::caret(Pos((place * end as f64) as usize)));
        for command in commands {
            let before = editor.selection().primary();
            memory.run(&mut editor, command, NOW);
            prop_assert!(editor.selection().ranges().iter().all(|range| range.to().0 <= end));
            if command == Command::Expand && editor.selection().ranges().len() == 1 {
                let now = editor.selection().primary();
                prop_assert!(now.from() <= before.from() && before.to() <= now.to());
            }
        }
        prop_assert_eq!(editor.text(), text);
    }

    /// A bracket's partner has it as its partner.
    #[test]
    fn partners_are_so_both_ways(text in far_apart()) {
        let mut editor = Editor::new(&text);
        editor.parse(&mut || false);
        for at in 0..=editor.rope().len_chars() {
            editor.select(Selection::caret(Pos(at)));
            let Some(bracket) = kit::bracket(&editor) else { continue };
            let Some(partner) = bracket.partner else { continue };
            let back = editor_core::matching::of(editor.syntax(), editor.rope(), partner);
            prop_assert_eq!(back.and_then(|back| back.partner), Some(bracket.at));
        }
    }
}
