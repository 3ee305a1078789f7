//! Moving and selecting, as (text, motion, text). The notation is in
//! `fixture.rs`: `|` is the caret, `«…|»` a range with its head at the bar.

use editor_core::fixture::{editor, show};
use editor_core::{Command, Editor, Millis, Motion, Pos, Selection};

fn go(editor: &mut Editor, motion: Motion, extend: bool) {
    editor.run(Command::Move { motion, extend }, 3, Millis(0.0));
}

#[track_caller]
fn check(before: &str, motion: Motion, after: &str) {
    let mut editor = editor(before);
    go(&mut editor, motion, false);
    assert_eq!(show(editor.state()), after);
}

#[track_caller]
fn check_extended(before: &str, motion: Motion, after: &str) {
    let mut editor = editor(before);
    go(&mut editor, motion, true);
    assert_eq!(show(editor.state()), after);
}

#[test]
fn characters_are_graphemes() {
    check("a|b", Motion::CharRight, "ab|");
    check("|e\u{301}x", Motion::CharRight, "e\u{301}|x");
    check("👩\u{200d}🚀|", Motion::CharLeft, "|👩\u{200d}🚀");
    check("🇫🇷🇩🇪|", Motion::CharLeft, "🇫🇷|🇩🇪");
    check("a|\nb", Motion::CharRight, "a\n|b");
    check("a\n|b", Motion::CharLeft, "a|\nb");
    check("|a", Motion::CharLeft, "|a");
    check("a|", Motion::CharRight, "a|");
}

#[test]
fn leaving_a_selection_sideways_goes_to_its_end() {
    check("a«bc|»d", Motion::CharLeft, "a|bcd");
    check("a«|bc»d", Motion::CharRight, "abc|d");
}

#[test]
fn words_stop_at_their_ends_and_at_line_breaks() {
    check("|foo.bar", Motion::WordRight, "foo|.bar");
    check("foo|.bar", Motion::WordRight, "foo.|bar");
    check("|  foo_1 x", Motion::WordRight, "  foo_1| x");
    check("foo|\n  bar", Motion::WordRight, "foo\n|  bar");
    check("foo bar|", Motion::WordLeft, "foo |bar");
    check("foo bar |", Motion::WordLeft, "foo |bar ");
    check("x == |y", Motion::WordLeft, "x |== y");
    check("foo\n|bar", Motion::WordLeft, "foo|\nbar");
    check("foo\n  |bar", Motion::WordLeft, "foo\n|  bar");
    check("|été x", Motion::WordRight, "été| x");
    check("|e\u{301}te x", Motion::WordRight, "e\u{301}te| x");
}

#[test]
fn up_and_down_keep_the_column_through_short_lines() {
    let mut editor = editor("abcdef|\nx\nabcdef");
    go(&mut editor, Motion::LineDown, false);
    assert_eq!(show(editor.state()), "abcdef\nx|\nabcdef");
    go(&mut editor, Motion::LineDown, false);
    assert_eq!(show(editor.state()), "abcdef\nx\nabcdef|");
    go(&mut editor, Motion::LineUp, false);
    go(&mut editor, Motion::LineUp, false);
    assert_eq!(show(editor.state()), "abcdef|\nx\nabcdef");
}

#[test]
fn any_other_move_gives_the_column_up() {
    let mut editor = editor("abcdef|\nx\nabcdef");
    go(&mut editor, Motion::LineDown, false);
    go(&mut editor, Motion::CharLeft, false);
    go(&mut editor, Motion::LineDown, false);
    assert_eq!(show(editor.state()), "abcdef\nx\n|abcdef");
}

#[test]
fn typing_gives_the_column_up() {
    let mut editor = editor("abcdef|\nx\nabcdef");
    go(&mut editor, Motion::LineDown, false);
    editor.insert("y", editor_core::Origin::Typed, Millis(0.0));
    go(&mut editor, Motion::LineDown, false);
    assert_eq!(show(editor.state()), "abcdef\nxy\nab|cdef");
}

#[test]
fn beyond_the_first_and_last_line_lie_the_ends() {
    check("ab|c\nd", Motion::LineUp, "|abc\nd");
    check("a\nb|cd", Motion::LineDown, "a\nbcd|");
}

#[test]
fn a_vertical_move_does_not_split_a_grapheme() {
    check(
        "abc|\ne\u{301}e\u{301}x",
        Motion::LineDown,
        "abc\ne\u{301}|e\u{301}x",
    );
}

#[test]
fn pages_go_as_far_as_the_surface_says() {
    check("a|\nb\nc\nd\ne", Motion::PageDown, "a\nb\nc\nd|\ne");
    check("a\nb\nc\nd|\ne", Motion::PageUp, "a|\nb\nc\nd\ne");
    check("a\nb\nc|", Motion::PageUp, "a|\nb\nc");
}

#[test]
fn home_goes_to_the_text_and_then_to_the_edge() {
    check("    foo|", Motion::LineStart, "    |foo");
    check("    |foo", Motion::LineStart, "|    foo");
    check("|    foo", Motion::LineStart, "    |foo");
    check("foo|", Motion::LineStart, "|foo");
}

#[test]
fn ends_of_line_and_document() {
    check("a|bc\nd", Motion::LineEnd, "abc|\nd");
    check("a|bc\nd", Motion::DocEnd, "abc\nd|");
    check("abc\nd|", Motion::DocStart, "|abc\nd");
}

#[test]
fn extending_keeps_the_anchor() {
    check_extended("a|bc", Motion::CharRight, "a«b|»c");
    check_extended("a«b|»c", Motion::CharLeft, "a|bc");
    check_extended("a|bc", Motion::CharLeft, "«|a»bc");
    check_extended("a|b\ncd", Motion::LineDown, "a«b\nc|»d");
    check_extended("  a|b", Motion::LineStart, "  «|a»b");
}

#[test]
fn every_caret_moves_and_those_that_meet_become_one() {
    check("|a\n|b", Motion::CharRight, "a|\nb|");
    check("|ab|\n", Motion::LineEnd, "ab|\n");
}

#[test]
fn a_move_that_leads_nowhere_is_no_update() {
    let mut editor = editor("abc|");
    let end = Command::Move {
        motion: Motion::DocEnd,
        extend: false,
    };
    assert!(editor.run(end, 1, Millis(0.0)).is_none());
}

#[test]
fn select_all() {
    let mut editor = editor("a|b\nc");
    let update = editor
        .run(Command::SelectAll, 1, Millis(0.0))
        .expect("was not selected");
    assert!(update.selection_changed && update.lines.is_empty());
    assert_eq!(show(editor.state()), "«ab\nc|»");
    assert_eq!(editor.selected_text(), "ab\nc");
}

#[test]
fn a_double_click_takes_the_word_and_a_triple_click_the_line() {
    let editor = editor("x = foo_1(y)\nz");
    let word = |at| {
        let range = editor.word_at(Pos(at));
        (range.from().0, range.to().0)
    };
    assert_eq!(word(5), (4, 9));
    assert_eq!(word(9), (4, 9), "at the word's end the word is meant");
    assert_eq!(word(4), (4, 9));
    assert_eq!(word(3), (3, 4));
    assert_eq!(word(12), (11, 12));
    assert_eq!(word(99), (13, 14));
    let line = editor.line_range(Pos(5));
    assert_eq!((line.from(), line.to()), (Pos(0), Pos(13)));
    let last = editor.line_range(Pos(13));
    assert_eq!((last.from(), last.to()), (Pos(13), Pos(14)));
}

#[test]
fn a_selection_beyond_the_end_comes_to_it() {
    let mut editor = editor("ab");
    editor.select(Selection::single(Pos(1), Pos(9)));
    assert_eq!(show(editor.state()), "a«b|»");
}
