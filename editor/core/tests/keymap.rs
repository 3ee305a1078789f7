//! Which key does what where.

use editor_core::keymap::command;
use editor_core::lines::Way;
use editor_core::{Chord, Command, Motion, Platform};

const BOTH: [Platform; 2] = [Platform::Mac, Platform::Other];

/// `"Ctrl+Shift+z"` and so on.
fn press(keys: &str, platform: Platform) -> Option<Command> {
    let mut parts: Vec<&str> = keys.split('+').collect();
    let key = parts.pop().expect("a key");
    let held = |name: &str| parts.contains(&name);
    let (ctrl, alt) = (held("Ctrl"), held("Alt"));
    let (shift, meta) = (held("Shift"), held("Cmd"));
    command(
        Chord {
            key,
            ctrl,
            alt,
            shift,
            meta,
        },
        platform,
    )
}

fn moving(motion: Motion, extend: bool) -> Option<Command> {
    Some(Command::Move { motion, extend })
}

#[test]
fn three_chords_run_everywhere() {
    for platform in BOTH {
        for keys in ["Ctrl+Enter", "Cmd+Enter", "Shift+Enter"] {
            assert_eq!(press(keys, platform), Some(Command::Run), "{keys}");
        }
        assert_eq!(press("Enter", platform), Some(Command::Newline));
    }
}

#[test]
fn undo_and_redo() {
    assert_eq!(press("Ctrl+z", Platform::Other), Some(Command::Undo));
    assert_eq!(press("Ctrl+Shift+Z", Platform::Other), Some(Command::Redo));
    assert_eq!(press("Ctrl+y", Platform::Other), Some(Command::Redo));
    assert_eq!(press("Cmd+z", Platform::Mac), Some(Command::Undo));
    assert_eq!(press("Cmd+Shift+z", Platform::Mac), Some(Command::Redo));
    assert_eq!(press("Ctrl+z", Platform::Mac), None);
    assert_eq!(press("Cmd+z", Platform::Other), None);
}

#[test]
fn words_are_on_ctrl_or_option() {
    assert_eq!(
        press("Ctrl+ArrowLeft", Platform::Other),
        moving(Motion::WordLeft, false)
    );
    assert_eq!(
        press("Alt+Shift+ArrowRight", Platform::Mac),
        moving(Motion::WordRight, true)
    );
    assert_eq!(press("Alt+ArrowRight", Platform::Other), None);
    assert_eq!(
        press("Ctrl+Backspace", Platform::Other),
        Some(Command::DeleteWordBack)
    );
    assert_eq!(
        press("Alt+Backspace", Platform::Mac),
        Some(Command::DeleteWordBack)
    );
}

#[test]
fn cmd_and_arrows_go_to_the_ends() {
    assert_eq!(
        press("Cmd+ArrowLeft", Platform::Mac),
        moving(Motion::LineStart, false)
    );
    assert_eq!(
        press("Cmd+Shift+ArrowDown", Platform::Mac),
        moving(Motion::DocEnd, true)
    );
    assert_eq!(
        press("Ctrl+Home", Platform::Other),
        moving(Motion::DocStart, false)
    );
}

#[test]
fn shift_extends() {
    for platform in BOTH {
        assert_eq!(press("ArrowUp", platform), moving(Motion::LineUp, false));
        assert_eq!(
            press("Shift+ArrowUp", platform),
            moving(Motion::LineUp, true)
        );
        assert_eq!(
            press("Shift+PageDown", platform),
            moving(Motion::PageDown, true)
        );
        assert_eq!(
            press("Shift+Home", platform),
            moving(Motion::LineStart, true)
        );
    }
}

#[test]
fn tab_and_the_way_out() {
    for platform in BOTH {
        assert_eq!(press("Tab", platform), Some(Command::Indent));
        assert_eq!(press("Shift+Tab", platform), Some(Command::Outdent));
        assert_eq!(press("Escape", platform), Some(Command::LeaveOnNextTab));
        assert_eq!(press("Ctrl+Tab", platform), None);
    }
}

#[test]
fn typing_and_the_clipboard_are_the_browsers() {
    for platform in BOTH {
        for keys in [
            "a",
            "Shift+A",
            "z",
            "Ctrl+c",
            "Cmd+v",
            "Ctrl+Alt+a",
            "Alt+z",
        ] {
            assert_eq!(press(keys, platform), None, "{keys}");
        }
    }
}

#[test]
fn all_is_selected_by_the_platforms_key() {
    assert_eq!(press("Ctrl+a", Platform::Other), Some(Command::SelectAll));
    assert_eq!(press("Cmd+a", Platform::Mac), Some(Command::SelectAll));
    assert_eq!(
        press("Ctrl+a", Platform::Mac),
        moving(Motion::LineStart, false)
    );
}

#[test]
fn lines_and_comments_have_the_keys_of_other_editors() {
    use editor_core::lines::Way::{Down, Up};
    let both = |keys, command| {
        for platform in BOTH {
            assert_eq!(press(keys, platform), Some(command), "{keys}");
        }
    };
    both("Alt+ArrowUp", Command::MoveLines(Up));
    both("Alt+Shift+ArrowDown", Command::CopyLines(Down));
    both("Ctrl+j", Command::JoinLines);
    assert_eq!(
        press("Ctrl+/", Platform::Other),
        Some(Command::ToggleComment)
    );
    assert_eq!(press("Cmd+/", Platform::Mac), Some(Command::ToggleComment));
    assert_eq!(
        press("Ctrl+Shift+K", Platform::Other),
        Some(Command::DeleteLines)
    );
    assert_eq!(
        press("Cmd+Shift+k", Platform::Mac),
        Some(Command::DeleteLines)
    );
}

#[test]
fn several_carets_find_and_syntax_have_the_keys_of_other_editors() {
    let table = [
        ("Ctrl+d", "Cmd+d", Command::SelectMatch),
        ("Ctrl+Shift+L", "Cmd+Shift+L", Command::SelectAllMatches),
        (
            "Ctrl+Alt+ArrowUp",
            "Cmd+Alt+ArrowUp",
            Command::AddCaret(Way::Up),
        ),
        (
            "Ctrl+Alt+ArrowDown",
            "Cmd+Alt+ArrowDown",
            Command::AddCaret(Way::Down),
        ),
        (
            "Alt+Shift+ArrowRight",
            "Ctrl+Cmd+Shift+ArrowRight",
            Command::Expand,
        ),
        (
            "Alt+Shift+ArrowLeft",
            "Ctrl+Cmd+Shift+ArrowLeft",
            Command::Shrink,
        ),
        ("Ctrl+f", "Cmd+f", Command::Find),
        ("Ctrl+h", "Cmd+Alt+ƒ", Command::FindAndReplace),
        ("F3", "F3", Command::FindNext),
        ("F3", "Cmd+g", Command::FindNext),
        ("Shift+F3", "Shift+F3", Command::FindPrevious),
        ("Shift+F3", "Cmd+Shift+G", Command::FindPrevious),
    ];
    for (other, mac, command) in table {
        assert_eq!(press(other, Platform::Other), Some(command), "{other}");
        assert_eq!(press(mac, Platform::Mac), Some(command), "{mac}");
        assert!(command.is_tool(), "{command:?}");
    }
    // These are a Mac's own.
    for keys in ["Ctrl+d", "Ctrl+f", "Ctrl+h"] {
        assert_eq!(press(keys, Platform::Mac), None, "{keys}");
    }
}
