//! Which steps are undone together, and what is selected then.

use editor_core::fixture::{editor, show};
use editor_core::{Command, Editor, Millis, Origin, Pos, Selection};

fn type_text(editor: &mut Editor, text: &str, start: f64) {
    for (i, c) in text.chars().enumerate() {
        editor.insert(
            &c.to_string(),
            Origin::Typed,
            Millis(start + 100.0 * i as f64),
        );
    }
}

#[track_caller]
fn undo(editor: &mut Editor, after: &str) {
    editor
        .run(Command::Undo, 1, Millis(1e9))
        .expect("something to undo");
    assert_eq!(show(editor.state()), after);
}

#[track_caller]
fn redo(editor: &mut Editor, after: &str) {
    editor
        .run(Command::Redo, 1, Millis(1e9))
        .expect("something to redo");
    assert_eq!(show(editor.state()), after);
}

#[test]
fn keys_in_a_row_are_one_step() {
    let mut editor = editor("a|d");
    type_text(&mut editor, "bc", 0.0);
    undo(&mut editor, "a|d");
    redo(&mut editor, "abc|d");
}

#[test]
fn a_pause_begins_a_new_step() {
    let mut editor = editor("|");
    type_text(&mut editor, "ab", 0.0);
    type_text(&mut editor, "cd", 1_000.0);
    undo(&mut editor, "ab|");
    undo(&mut editor, "|");
}

#[test]
fn the_pause_is_that_between_two_keys() {
    let mut editor = editor("|");
    type_text(&mut editor, "a long line, typed in over a second", 0.0);
    undo(&mut editor, "|");
}

#[test]
fn moving_away_begins_a_new_step() {
    let mut editor = editor("|xy");
    type_text(&mut editor, "a", 0.0);
    editor.select(Selection::caret(Pos(3)));
    type_text(&mut editor, "b", 10.0);
    undo(&mut editor, "axy|");
    undo(&mut editor, "|xy");
}

#[test]
fn selecting_the_same_again_does_not() {
    let mut editor = editor("|");
    type_text(&mut editor, "a", 0.0);
    editor.select(Selection::caret(Pos(1)));
    type_text(&mut editor, "b", 10.0);
    undo(&mut editor, "|");
}

#[test]
fn typing_and_deleting_are_two_steps() {
    let mut editor = editor("|");
    type_text(&mut editor, "abc", 0.0);
    editor.run(Command::DeleteBack, 1, Millis(210.0));
    editor.run(Command::DeleteBack, 1, Millis(220.0));
    undo(&mut editor, "abc|");
    undo(&mut editor, "|");
    redo(&mut editor, "abc|");
    redo(&mut editor, "a|");
}

#[test]
fn a_paste_stands_for_itself() {
    let mut editor = editor("|");
    type_text(&mut editor, "a", 0.0);
    editor.insert("b", Origin::Pasted, Millis(10.0));
    editor.insert("c", Origin::Pasted, Millis(20.0));
    undo(&mut editor, "ab|");
    undo(&mut editor, "a|");
    undo(&mut editor, "|");
}

#[test]
fn undo_gives_the_selection_back() {
    let mut editor = editor("a«bc|»d");
    editor.insert("x", Origin::Typed, Millis(0.0));
    undo(&mut editor, "a«bc|»d");
    redo(&mut editor, "ax|d");
}

#[test]
fn a_new_edit_ends_redo() {
    let mut editor = editor("|");
    type_text(&mut editor, "a", 0.0);
    undo(&mut editor, "|");
    type_text(&mut editor, "b", 5_000.0);
    assert!(editor.run(Command::Redo, 1, Millis(1e9)).is_none());
    undo(&mut editor, "|");
}

#[test]
fn typing_after_undo_is_a_step_of_its_own() {
    let mut editor = editor("|");
    type_text(&mut editor, "a", 0.0);
    type_text(&mut editor, "b", 1_000.0);
    undo(&mut editor, "a|");
    type_text(&mut editor, "c", 1_010.0);
    undo(&mut editor, "a|");
}

#[test]
fn what_the_page_sets_is_a_step_too() {
    let mut editor = editor("a|");
    type_text(&mut editor, "b", 0.0);
    editor.set_text("abX", Millis(10.0));
    undo(&mut editor, "ab|");
    undo(&mut editor, "a|");
}

#[test]
fn what_the_page_sets_leaves_the_steps_before_it_and_the_carets() {
    let mut editor = editor("a|\nb|");
    type_text(&mut editor, "x", 0.0);
    editor.set_text("top\nax\nbx", Millis(10.0));
    assert_eq!(show(editor.state()), "top\nax|\nbx|");
    type_text(&mut editor, "y", 20.0);
    undo(&mut editor, "top\nax|\nbx|");
    undo(&mut editor, "ax|\nbx|");
    undo(&mut editor, "a|\nb|");
    redo(&mut editor, "ax|\nbx|");
    redo(&mut editor, "top\nax|\nbx|");
}

#[test]
fn a_composition_that_is_given_up_is_no_step() {
    let mut editor = editor("ab|");
    type_text(&mut editor, "c", 0.0);
    let compose = |editor: &mut Editor, from: usize, text: &str, time: f64| {
        let end = Pos(editor.rope().len_chars());
        editor.replace(Pos(from), end, text, None, Origin::Composed, Millis(time));
    };
    compose(&mut editor, 3, "n", 2_000.0);
    compose(&mut editor, 3, "に", 2_010.0);
    compose(&mut editor, 3, "", 2_020.0);
    undo(&mut editor, "ab|");
    redo(&mut editor, "abc|");
}
