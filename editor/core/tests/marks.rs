//! Where an error mark is after an edit.

use editor_core::fixture::editor;
use editor_core::{Command, Millis, Origin, Utf16};

/// The line of an error set at line 1 after `text` replaced the selection.
fn after(before: &str, text: &str) -> Option<usize> {
    let mut editor = editor(before);
    editor.set_error(1, Some(Utf16(0)..Utf16(1)), "oops");
    editor.insert(text, Origin::Typed, Millis(0.0));
    let (line, cols, message) = editor.error()?;
    assert_eq!((cols, message), (Some(Utf16(0)..Utf16(1)), "oops"));
    Some(line)
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
    editor.set_error(1, None, "oops");
    editor.run(Command::SelectAll, 1, Millis(0.0));
    assert_eq!(editor.error(), Some((1, None, "oops")));
    editor.clear_error();
    assert_eq!(editor.error(), None);
}

#[test]
fn every_caret_counts() {
    assert_eq!(after("a|\nb\nc|", "x\ny"), Some(2));
    assert_eq!(after("a|\nb|\nc", "x"), None);
}
