//! Typing, deleting, Enter and indentation, as (text, command, text).

use editor_core::fixture::{editor, show};
use editor_core::{Command, Editor, LineEdit, Millis, Origin, Pos, Range};

const NOW: Millis = Millis(0.0);

#[track_caller]
fn check(before: &str, command: Command, after: &str) {
    let mut editor = editor(before);
    editor.run(command, 1, NOW);
    assert_eq!(show(editor.state()), after);
}

#[track_caller]
fn check_insert(before: &str, text: &str, after: &str) {
    let mut editor = editor(before);
    editor.insert(text, Origin::Typed, NOW);
    assert_eq!(show(editor.state()), after);
}

#[test]
fn text_replaces_every_range() {
    check_insert("a|b", "x", "ax|b");
    check_insert("a«bc|»d", "x", "ax|d");
    check_insert("|a\n|b", "x", "x|a\nx|b");
    check_insert("«ab|»«cd|»", "x", "x|x|");
}

#[test]
fn foreign_line_breaks_become_ours() {
    check_insert("|", "a\r\nb\rc", "a\nb\nc|");
    assert_eq!(Editor::new("a\r\nb\r").text(), "a\nb\n");
}

#[test]
fn backspace_takes_a_grapheme() {
    check("ab|c", Command::DeleteBack, "a|c");
    check("e\u{301}|", Command::DeleteBack, "|");
    check("a\n|b", Command::DeleteBack, "a|b");
    check("a«bc|»d", Command::DeleteBack, "a|d");
    check("|a", Command::DeleteBack, "|a");
    check("a|\nb|", Command::DeleteBack, "|\n|");
    // What one caret takes as a pair is no more there for the next.
    check("\"\"|\"|\"", Command::DeleteBack, "\"|");
}

#[test]
fn backspace_in_the_indentation_takes_a_level() {
    check("        |x", Command::DeleteBack, "    |x");
    check("      |x", Command::DeleteBack, "    |x");
    check("if x:\n  a\n    |", Command::DeleteBack, "if x:\n  a\n  |");
    check("\t\t|x", Command::DeleteBack, "\t|x");
    check("\t  |x", Command::DeleteBack, "\t|x");
    // Between words a blank is a character like any other.
    check("x    |y", Command::DeleteBack, "x   |y");
}

#[test]
fn delete_takes_what_is_ahead() {
    check("a|bc", Command::DeleteForward, "a|c");
    check("a|\nb", Command::DeleteForward, "a|b");
    check("|👩\u{200d}🚀x", Command::DeleteForward, "|x");
    check("a|", Command::DeleteForward, "a|");
}

#[test]
fn words_and_lines_are_deleted_too() {
    check("foo bar|", Command::DeleteWordBack, "foo |");
    check("|foo bar", Command::DeleteWordForward, "| bar");
    check("a\n  b|c", Command::DeleteToLineStart, "a\n|c");
    check("a\n|c", Command::DeleteToLineStart, "a|c");
    check("a|bc\nd", Command::DeleteToLineEnd, "a|\nd");
    check("a|\nd", Command::DeleteToLineEnd, "a|d");
}

#[test]
fn carets_that_reach_for_the_same_text_delete_it_once() {
    check("fo|o| x", Command::DeleteWordBack, "| x");
}

#[test]
fn enter_keeps_the_indentation() {
    check("    a|", Command::Newline, "    a\n    |");
    check("\ta|b", Command::Newline, "\ta\n\t|b");
    check("  |  a", Command::Newline, "  \n  |  a");
    check("|a", Command::Newline, "\n|a");
    check("a«b|»c", Command::Newline, "a\n|c");
    check("    f(a,|   b)", Command::Newline, "    f(a,\n    |b)");
}

#[test]
fn enter_indents_after_a_colon() {
    check("if x:|", Command::Newline, "if x:\n    |");
    check("if x:  |", Command::Newline, "if x:  \n    |");
    check("if x:\n  if y:|", Command::Newline, "if x:\n  if y:\n    |");
    check("if x:\n\tif y:|", Command::Newline, "if x:\n\tif y:\n\t\t|");
    check("# note:|", Command::Newline, "# note:\n|");
}

#[test]
fn tab_goes_to_the_next_stop() {
    check("|", Command::Indent, "    |");
    check("ab|", Command::Indent, "ab  |");
    check("a«b|»", Command::Indent, "a   |");
    check("if x:\n  |y", Command::Indent, "if x:\n    |y");
    check("if x:\n\ty|", Command::Indent, "if x:\n\ty\t|");
}

#[test]
fn tab_indents_the_lines_of_a_selection() {
    check("«a\nb|»", Command::Indent, "    «a\n    b|»");
    check("a«b\n\nc|»d", Command::Indent, "    a«b\n\n    c|»d");
    check("«a\n|»b", Command::Indent, "    «a\n|»b");
}

#[test]
fn shift_tab_takes_a_level() {
    check("        a|", Command::Outdent, "    a|");
    check("  |a", Command::Outdent, "|a");
    check("\ta|", Command::Outdent, "a|");
    check("a|", Command::Outdent, "a|");
    check("«    a\n  b|»", Command::Outdent, "«a\nb|»");
    check("    a|b|", Command::Outdent, "a|b|");
}

#[test]
fn commands_without_an_effect_are_no_update() {
    let mut editor = editor("|a");
    for command in [
        Command::DeleteBack,
        Command::Outdent,
        Command::Undo,
        Command::Redo,
        Command::Run,
        Command::LeaveOnNextTab,
    ] {
        assert!(editor.run(command, 1, NOW).is_none(), "{command:?}");
    }
    assert_eq!(editor.revision(), 0);
}

#[test]
fn an_update_says_which_lines_differ() {
    let lines = |before: &str, text: &str| editor(before).insert(text, Origin::Typed, NOW).lines;
    let edit = |first, removed, added| {
        vec![LineEdit {
            first,
            removed,
            added,
        }]
    };
    assert_eq!(lines("a\nb|\nc", "x"), edit(1, 1, 1));
    assert_eq!(lines("a\nb|b\nc", "\n"), edit(1, 1, 2));
    assert_eq!(lines("a\n«b\nc|»", ""), edit(1, 2, 1));
    // A line that comes or goes whole leaves its neighbours alone.
    assert_eq!(lines("a\nb|\nc", "\n"), edit(2, 0, 1));
    assert_eq!(lines("a\n|b\nc", "x\n"), edit(1, 0, 1));
    assert_eq!(lines("a\n«b\n|»c", ""), edit(1, 1, 0));
    assert_eq!(lines("a«\nb|»", ""), edit(1, 1, 0));
    // Two changes in one line name it once, others follow in sequence.
    assert_eq!(lines("|a|\nb", "x"), edit(0, 1, 1));
    let both = [edit(0, 1, 2), edit(2, 1, 2)].concat();
    assert_eq!(lines("a|a\nb|b", "\n"), both);
}

#[test]
fn replacing_keeps_or_sets_the_selection() {
    let mut editor = editor("abc|");
    editor.replace(Pos(0), Pos(1), "xyz", None, Origin::Program, NOW);
    assert_eq!(show(editor.state()), "xyzbc|");
    let caret = Some(Range::caret(Pos(1)));
    editor.replace(Pos(9), Pos(3), "", caret, Origin::Composed, NOW);
    assert_eq!(show(editor.state()), "x|yz");
}

#[test]
fn a_set_text_leaves_the_caret_where_its_text_is() {
    let mut editor = editor("one\ntwo|\nthree");
    let update = editor.set_text("zero\none\ntwo\nthree", NOW);
    assert_eq!(show(editor.state()), "zero\none\ntwo|\nthree");
    assert_eq!(
        update.lines,
        [LineEdit {
            first: 0,
            removed: 0,
            added: 1
        }]
    );
}

#[test]
fn lines_are_read_without_their_breaks() {
    let editor = Editor::new("a\n\nbc");
    assert_eq!(editor.len_lines(), 3);
    assert_eq!(
        [0, 1, 2, 3].map(|line| editor.line(line)),
        ["a", "", "bc", ""]
    );
}

#[test]
fn enter_leaves_a_block_that_has_ended() {
    check(
        "if x:\n    return 1|",
        Command::Newline,
        "if x:\n    return 1\n|",
    );
    check("if x:\n\tpass|", Command::Newline, "if x:\n\tpass\n|");
    check(
        "        raise E|",
        Command::Newline,
        "        raise E\n    |",
    );
    check(
        "    return f(|",
        Command::Newline,
        "    return f(\n        |",
    );
    check("    return [1,|", Command::Newline, "    return [1,\n    |");
    check(
        "    returned = 1|",
        Command::Newline,
        "    returned = 1\n    |",
    );
    check("pass|", Command::Newline, "pass\n|");
}

#[test]
fn enter_behind_an_opening_bracket_goes_one_level_in() {
    check("f(|", Command::Newline, "f(\n    |");
    check("f(|)", Command::Newline, "f(\n    |\n)");
    check(
        "    x = [|  ]",
        Command::Newline,
        "    x = [\n        |\n    ]",
    );
    check("f(|a)", Command::Newline, "f(\n    |a)");
    check("# (|)", Command::Newline, "# (\n|)");
    check("x|  |y", Command::Newline, "x\n|\n|y");
}

#[test]
fn brackets_and_quotes_come_in_pairs() {
    check_insert("|", "(", "(|)");
    check_insert("f| x", "[", "f[|] x");
    check_insert("|x", "(", "(|x");
    check_insert("(|)", ")", "()|");
    check_insert("|", ")", ")|");
    check_insert("print(|)", "\"", "print(\"|\")");
    check_insert("\"a|\"", "\"", "\"a\"|");
    check_insert("f|", "'", "f'|'");
    check_insert("don|", "'", "don'|");
    check_insert("# it|", "'", "# it'|");
    check_insert("# |", "'", "# '|");
    check_insert("\"it|\"", "'", "\"it'|\"");
    check_insert("\"\"|", "\"", "\"\"\"|");
    check_insert(r#""\|""#, "\"", r#""\"|""#);
    check_insert("|\n|", "{", "{|}\n{|}");
}

#[test]
fn selected_text_gets_the_pair_around_it() {
    check_insert("a «b|» c", "(", "a («b|») c");
    check_insert("«|a» «b|»", "\"", "\"«|a»\" \"«b|»\"");
    check_insert("«a|»", ")", ")|");
}

#[test]
fn backspace_takes_both_of_an_empty_pair() {
    check("f(|)", Command::DeleteBack, "f|");
    check("\"|\"", Command::DeleteBack, "|");
    check("(|]", Command::DeleteBack, "|]");
    check("(a|)", Command::DeleteBack, "(|)");
}

#[test]
fn lines_become_comments_and_code_again() {
    let both = |code: &str, comment: &str| {
        check(code, Command::ToggleComment, comment);
        check(comment, Command::ToggleComment, code);
    };
    both("a|b", "# a|b");
    both("    x|", "    # x|");
    both("«if x:\n    y|»", "# «if x:\n#     y|»");
    check("«# a\nb|»", Command::ToggleComment, "# «# a\n# b|»");
    check("«a\n\nb|»", Command::ToggleComment, "# «a\n\n# b|»");
    check("#a|", Command::ToggleComment, "a|");
}

#[test]
fn lines_move_up_and_down() {
    use editor_core::lines::Way::{Down, Up};
    check("a\nb|b\nc", Command::MoveLines(Up), "b|b\na\nc");
    check("a\nb|b\nc", Command::MoveLines(Down), "a\nc\nb|b");
    check("«a\nb|»\nc", Command::MoveLines(Down), "c\n«a\nb|»");
    check("a|\nb", Command::MoveLines(Up), "a|\nb");
    check("a\nb|", Command::MoveLines(Down), "a\nb|");
    check("a\n|", Command::MoveLines(Up), "|\na");
    check("x\na|\nb\nc|\n", Command::MoveLines(Up), "a|\nx\nc|\nb\n");
}

#[test]
fn lines_are_copied_deleted_and_joined() {
    use editor_core::lines::Way::{Down, Up};
    check("a|b\nc", Command::CopyLines(Down), "ab\na|b\nc");
    check("a|b\nc", Command::CopyLines(Up), "a|b\nab\nc");
    check("a|\nb|", Command::CopyLines(Down), "a\nb\na|\nb|");
    check("a\nb|b\nc", Command::DeleteLines, "a\n|c");
    check("a\nb|", Command::DeleteLines, "|a");
    check("a|", Command::DeleteLines, "|");
    check("|a\nb\n|c", Command::DeleteLines, "|b");
    check("a|  \n    b", Command::JoinLines, "a| b");
    check("«a\nb\nc|»", Command::JoinLines, "«a b c|»");
    check("a|\n", Command::JoinLines, "a|");
    check("«a\n  \nb|»", Command::JoinLines, "«a b|»");
    check("|", Command::JoinLines, "|");
}
