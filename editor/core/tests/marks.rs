//! Where an error mark is after an edit.

use editor_core::fixture::editor;
use editor_core::lines::Way;
use editor_core::{Command, Editor, Kind, Mark, Millis, Origin, Utf16};

fn mark(kind: Kind, line: usize, cols: Option<(usize, usize)>) -> Mark {
    Mark {
        kind,
        line,
        cols: cols.map(|(from, to)| Utf16(from)..Utf16(to)),
        message: "oops".into(),
    }
}

fn set(editor: &mut Editor, line: usize, cols: Option<(usize, usize)>) {
    editor.set_marks(Kind::Error, vec![mark(Kind::Error, line, cols)]);
}

/// The line of an error set at line 1 after `text` replaced the selection.
fn after(before: &str, text: &str) -> Option<usize> {
    let mut editor = editor(before);
    set(&mut editor, 1, Some((0, 1)));
    editor.insert(text, Origin::Typed, Millis(0.0));
    let found = editor.marks().all().first()?;
    assert_eq!(*found, mark(Kind::Error, found.line, Some((0, 1))));
    Some(found.line)
}

#[test]
fn it_follows_its_line() {
    assert_eq!(after("a|\nb\nc", "x"), Some(1));
    assert_eq!(after("a|\nb\nc", "x\ny\n"), Some(3));
    assert_eq!(after("«a\n|»b\nc", ""), Some(0));
    assert_eq!(after("a\nb\nc|", "x\n"), Some(1));
}

#[test]
fn enter_beside_the_line_is_not_an_edit_of_it() {
    assert_eq!(after("a\n|b\nc", "\n"), Some(2));
    assert_eq!(after("a\nb|\nc", "\n"), Some(1));
}

#[test]
fn it_goes_when_its_line_is_edited() {
    assert_eq!(after("a\nb|\nc", "x"), None);
    assert_eq!(after("a«\nb|»\nc", ""), None);
    assert_eq!(after("a\nb«\n|»c", ""), None);
}

#[test]
fn a_moved_caret_leaves_it() {
    let mut editor = editor("a\nb|");
    set(&mut editor, 1, None);
    editor.run(Command::SelectAll, 1, Millis(0.0));
    assert_eq!(editor.marks().all(), [mark(Kind::Error, 1, None)]);
    editor.set_marks(Kind::Error, Vec::new());
    assert_eq!(editor.marks().all(), []);
}

#[test]
fn every_caret_counts() {
    assert_eq!(after("a|\nb\nc|", "x\ny"), Some(2));
    assert_eq!(after("a|\nb|\nc", "x"), None);
}

#[test]
fn an_error_is_shown_before_a_problem_of_the_same_line() {
    let mut editor = editor("a\nb|");
    editor.set_marks(Kind::Problem, vec![mark(Kind::Problem, 1, None)]);
    assert_eq!(
        editor.marks().at(1).map(|mark| mark.kind),
        Some(Kind::Problem)
    );
    set(&mut editor, 1, None);
    assert_eq!(
        editor.marks().at(1).map(|mark| mark.kind),
        Some(Kind::Error)
    );
    assert_eq!(editor.marks().at(0), None);
    editor.set_marks(Kind::Problem, Vec::new());
    assert_eq!(editor.marks().all().len(), 1, "each kind by itself");
}

#[test]
fn the_next_mark_is_found_in_both_directions_and_around_the_ends() {
    let mut editor = editor("|a\nb\nc\nd");
    let next = |editor: &Editor, line, way| editor.marks().next(line, way).map(|mark| mark.line);
    assert_eq!(next(&editor, 0, Way::Down), None);
    let both = [3, 1].map(|line| mark(Kind::Problem, line, None));
    editor.set_marks(Kind::Problem, both.to_vec());
    assert_eq!(next(&editor, 0, Way::Down), Some(1));
    assert_eq!(next(&editor, 1, Way::Down), Some(3));
    assert_eq!(next(&editor, 3, Way::Down), Some(1));
    assert_eq!(next(&editor, 3, Way::Up), Some(1));
    assert_eq!(next(&editor, 1, Way::Up), Some(3));
}
