//! A text that is only read: no road but the page's changes it.

use editor_core::kit::{self, Memory};
use editor_core::lines::Way;
use editor_core::{Command, Editor, Millis, Motion, Origin, Pos, Selection};

const EDITS: [Command; 17] = [
    Command::DeleteBack,
    Command::DeleteForward,
    Command::DeleteWordBack,
    Command::DeleteWordForward,
    Command::DeleteToLineStart,
    Command::DeleteToLineEnd,
    Command::Newline,
    Command::Indent,
    Command::Outdent,
    Command::MoveLines(Way::Down),
    Command::CopyLines(Way::Up),
    Command::DeleteLines,
    Command::JoinLines,
    Command::ToggleComment,
    Command::Undo,
    Command::Redo,
    Command::Move {
        motion: Motion::WordRight,
        extend: true,
    },
];

/// `"one\n  two"` with a selection inside, and something to undo and to redo.
fn read_only() -> Editor {
    let mut editor = Editor::new("one\n  two");
    for text in ["a", "b"] {
        editor.select(Selection::caret(Pos(0)));
        editor.insert(text, Origin::Pasted, Millis(0.0));
    }
    editor.run(Command::Undo, 1, Millis(1.0));
    editor.select(Selection::single(Pos(2), Pos(7)));
    editor.set_read_only(true);
    editor
}

#[test]
fn no_command_changes_it() {
    for command in EDITS {
        let mut editor = read_only();
        let before = (editor.text(), editor.revision());
        let update = match command.is_tool() {
            true => Memory::default().run(&mut editor, command, Millis(2.0)),
            false => editor.run(command, 1, Millis(2.0)),
        };
        assert_eq!((editor.text(), editor.revision()), before, "{command:?}");
        assert!(update.is_none_or(|update| update.lines.is_empty()));
    }
}

#[test]
fn nothing_is_inserted_by_whatever_origin() {
    let origins = [
        Origin::Typed,
        Origin::Composed,
        Origin::Pasted,
        Origin::Dropped,
        Origin::Cut,
    ];
    for origin in origins {
        let mut editor = read_only();
        let before = editor.text();
        editor.insert("x", origin, Millis(2.0));
        editor.replace(Pos(0), Pos(3), "y", None, origin, Millis(3.0));
        assert_eq!(editor.text(), before, "{origin:?}");
        assert_eq!(*editor.selection(), Selection::single(Pos(2), Pos(7)));
    }
    let mut editor = read_only();
    kit::paste(&mut editor, "z", Millis(2.0));
    assert_eq!(editor.text(), "aone\n  two");
}

#[test]
fn the_page_changes_it_and_what_was_done_before_can_be_undone_later() {
    let mut editor = read_only();
    editor.set_text("aone\n  three", Millis(2.0));
    assert_eq!(editor.text(), "aone\n  three");
    editor.set_read_only(false);
    editor.run(Command::Undo, 1, Millis(3.0));
    editor.run(Command::Undo, 1, Millis(3.0));
    assert_eq!(editor.text(), "one\n  two");
}
