//! Which keys ask for which command, as tables.
//!
//! Modifiers must match exactly, so that AltGr (Ctrl+Alt on some systems) types
//! its characters. What is not here is the browser's: copy, cut, paste, typing.

use crate::command::{Command, Motion};
use crate::lines::Way;

/// The two families of keyboards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// macOS and iPadOS: commands are on Cmd, words on Option.
    Mac,
    /// Everything else: commands and words are on Ctrl.
    Other,
}

/// One key with its modifiers.
#[derive(Clone, Copy, Debug)]
pub struct Chord<'a> {
    /// As in `KeyboardEvent.key`; letters in either case.
    pub key: &'a str,
    /// Ctrl is down.
    pub ctrl: bool,
    /// Alt or Option is down.
    pub alt: bool,
    /// Shift is down.
    pub shift: bool,
    /// Cmd or the Windows key is down.
    pub meta: bool,
}

/// Where a binding holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum On {
    Both,
    Mac,
    Other,
}

impl On {
    fn is_on(self, platform: Platform) -> bool {
        match self {
            On::Both => true,
            On::Mac => platform == Platform::Mac,
            On::Other => platform == Platform::Other,
        }
    }
}

const PLAIN: u8 = 0;
const CTRL: u8 = 1;
const ALT: u8 = 2;
const SHIFT: u8 = 4;
const META: u8 = 8;

/// Key, modifiers without Shift, platform, motion; with Shift it extends.
const MOTIONS: &[(&str, u8, On, Motion)] = &[
    ("ArrowLeft", PLAIN, On::Both, Motion::CharLeft),
    ("ArrowRight", PLAIN, On::Both, Motion::CharRight),
    ("ArrowUp", PLAIN, On::Both, Motion::LineUp),
    ("ArrowDown", PLAIN, On::Both, Motion::LineDown),
    ("PageUp", PLAIN, On::Both, Motion::PageUp),
    ("PageDown", PLAIN, On::Both, Motion::PageDown),
    ("Home", PLAIN, On::Both, Motion::LineStart),
    ("End", PLAIN, On::Both, Motion::LineEnd),
    ("ArrowLeft", CTRL, On::Other, Motion::WordLeft),
    ("ArrowRight", CTRL, On::Other, Motion::WordRight),
    ("Home", CTRL, On::Other, Motion::DocStart),
    ("End", CTRL, On::Other, Motion::DocEnd),
    ("ArrowLeft", ALT, On::Mac, Motion::WordLeft),
    ("ArrowRight", ALT, On::Mac, Motion::WordRight),
    ("ArrowLeft", META, On::Mac, Motion::LineStart),
    ("ArrowRight", META, On::Mac, Motion::LineEnd),
    ("ArrowUp", META, On::Mac, Motion::DocStart),
    ("ArrowDown", META, On::Mac, Motion::DocEnd),
    ("Home", META, On::Mac, Motion::DocStart),
    ("End", META, On::Mac, Motion::DocEnd),
    ("a", CTRL, On::Mac, Motion::LineStart),
    ("e", CTRL, On::Mac, Motion::LineEnd),
];

/// Key, modifiers, platform, command. Words for each command are in
/// [`Command::about`]; the help is made from both.
const COMMANDS: &[(&str, u8, On, Command)] = &[
    (" ", CTRL, On::Both, Command::Suggest),
    ("Enter", SHIFT, On::Both, Command::Run),
    ("Enter", CTRL, On::Both, Command::Run),
    ("Enter", META, On::Both, Command::Run),
    ("Enter", PLAIN, On::Both, Command::Newline),
    ("Tab", PLAIN, On::Both, Command::Indent),
    ("Tab", SHIFT, On::Both, Command::Outdent),
    ("Escape", PLAIN, On::Both, Command::LeaveOnNextTab),
    ("F1", PLAIN, On::Both, Command::Help),
    ("F8", PLAIN, On::Both, Command::GoToMark(Way::Down)),
    ("F8", SHIFT, On::Both, Command::GoToMark(Way::Up)),
    ("F8", ALT, On::Both, Command::GoToMark(Way::Up)),
    ("Backspace", PLAIN, On::Both, Command::DeleteBack),
    ("Backspace", SHIFT, On::Both, Command::DeleteBack),
    ("Delete", PLAIN, On::Both, Command::DeleteForward),
    ("Backspace", CTRL, On::Other, Command::DeleteWordBack),
    ("Delete", CTRL, On::Other, Command::DeleteWordForward),
    (
        "Backspace",
        CTRL | SHIFT,
        On::Other,
        Command::DeleteToLineStart,
    ),
    ("Delete", CTRL | SHIFT, On::Other, Command::DeleteToLineEnd),
    ("/", CTRL, On::Other, Command::ToggleComment),
    ("/", META, On::Mac, Command::ToggleComment),
    ("ArrowUp", ALT, On::Both, Command::MoveLines(Way::Up)),
    ("ArrowDown", ALT, On::Both, Command::MoveLines(Way::Down)),
    (
        "ArrowUp",
        ALT | SHIFT,
        On::Both,
        Command::CopyLines(Way::Up),
    ),
    (
        "ArrowDown",
        ALT | SHIFT,
        On::Both,
        Command::CopyLines(Way::Down),
    ),
    ("k", CTRL | SHIFT, On::Other, Command::DeleteLines),
    ("k", META | SHIFT, On::Mac, Command::DeleteLines),
    ("j", CTRL, On::Both, Command::JoinLines),
    ("ArrowUp", CTRL | ALT, On::Other, Command::AddCaret(Way::Up)),
    (
        "ArrowDown",
        CTRL | ALT,
        On::Other,
        Command::AddCaret(Way::Down),
    ),
    ("ArrowUp", META | ALT, On::Mac, Command::AddCaret(Way::Up)),
    (
        "ArrowDown",
        META | ALT,
        On::Mac,
        Command::AddCaret(Way::Down),
    ),
    ("d", CTRL, On::Other, Command::SelectMatch),
    ("d", META, On::Mac, Command::SelectMatch),
    ("l", CTRL | SHIFT, On::Other, Command::SelectAllMatches),
    ("l", META | SHIFT, On::Mac, Command::SelectAllMatches),
    ("ArrowRight", ALT | SHIFT, On::Other, Command::Expand),
    ("ArrowLeft", ALT | SHIFT, On::Other, Command::Shrink),
    ("ArrowRight", CTRL | META | SHIFT, On::Mac, Command::Expand),
    ("ArrowLeft", CTRL | META | SHIFT, On::Mac, Command::Shrink),
    ("[", CTRL | SHIFT, On::Other, Command::Fold),
    ("[", META | ALT, On::Mac, Command::Fold),
    ("]", CTRL | SHIFT, On::Other, Command::Unfold),
    ("]", META | ALT, On::Mac, Command::Unfold),
    ("[", CTRL | ALT, On::Both, Command::FoldAll),
    ("]", CTRL | ALT, On::Both, Command::UnfoldAll),
    ("f", CTRL, On::Other, Command::Find),
    ("f", META, On::Mac, Command::Find),
    ("h", CTRL, On::Other, Command::FindAndReplace),
    // With Option, the key types another letter.
    ("f", META | ALT, On::Mac, Command::FindAndReplace),
    ("ƒ", META | ALT, On::Mac, Command::FindAndReplace),
    ("F3", PLAIN, On::Both, Command::FindNext),
    ("F3", SHIFT, On::Both, Command::FindPrevious),
    ("g", META, On::Mac, Command::FindNext),
    ("g", META | SHIFT, On::Mac, Command::FindPrevious),
    ("a", CTRL, On::Other, Command::SelectAll),
    ("z", CTRL, On::Other, Command::Undo),
    ("z", CTRL | SHIFT, On::Other, Command::Redo),
    ("y", CTRL, On::Other, Command::Redo),
    ("Backspace", ALT, On::Mac, Command::DeleteWordBack),
    ("Delete", ALT, On::Mac, Command::DeleteWordForward),
    ("Backspace", META, On::Mac, Command::DeleteToLineStart),
    ("Delete", META, On::Mac, Command::DeleteToLineEnd),
    ("k", CTRL, On::Mac, Command::DeleteToLineEnd),
    ("a", META, On::Mac, Command::SelectAll),
    ("z", META, On::Mac, Command::Undo),
    ("z", META | SHIFT, On::Mac, Command::Redo),
    ("y", META, On::Mac, Command::Redo),
];

/// The command for a chord, if it has one.
pub fn command(chord: Chord, platform: Platform) -> Option<Command> {
    let mods = modifiers(chord);
    // Shift and Option make other characters of the brackets.
    let typed = match chord.key {
        "{" | "“" => "[",
        "}" | "‘" => "]",
        typed => typed,
    };
    let key = |name: &str| typed.eq_ignore_ascii_case(name);
    let bound = COMMANDS
        .iter()
        .find(|row| row.1 == mods && row.2.is_on(platform) && key(row.0));
    if let Some(row) = bound {
        return Some(row.3);
    }
    let unshifted = mods & !SHIFT;
    let moves = MOTIONS
        .iter()
        .find(|row| row.1 == unshifted && row.2.is_on(platform) && key(row.0));
    moves.map(|row| Command::Move {
        motion: row.3,
        extend: chord.shift,
    })
}

/// All commands that have keys on a platform, with the names of those keys, in
/// the order of the tables. A motion that extends is not told apart.
pub fn bindings(platform: Platform) -> impl Iterator<Item = (Command, Vec<&'static str>)> {
    let commands = COMMANDS.iter().map(|row| (row.0, row.1, row.2, row.3));
    let motions = MOTIONS.iter().map(|row| {
        let (motion, extend) = (row.3, false);
        (row.0, row.1, row.2, Command::Move { motion, extend })
    });
    commands
        .chain(motions)
        .filter(move |row| row.2.is_on(platform) && is_told(row.0, row.1, platform))
        .map(move |(key, mods, _, command)| (command, names(key, mods, platform)))
}

/// What a key types with Option is a second name of the same key, and Cmd has no
/// key of its own elsewhere.
fn is_told(key: &str, mods: u8, platform: Platform) -> bool {
    key.is_ascii() && (platform == Platform::Mac || mods & META == 0)
}

/// The names of a key and those held with it, as they stand on keyboards.
fn names(key: &'static str, mods: u8, platform: Platform) -> Vec<&'static str> {
    // Each in the order of its platform's own menus.
    let held: [(u8, &'static str); 4] = match platform {
        Platform::Mac => [(CTRL, "⌃"), (ALT, "⌥"), (SHIFT, "⇧"), (META, "⌘")],
        Platform::Other => [
            (CTRL, "Ctrl"),
            (ALT, "Alt"),
            (SHIFT, "Shift"),
            (META, "Meta"),
        ],
    };
    let held = held.into_iter().filter(|(bit, _)| mods & bit != 0);
    held.map(|(_, name)| name).chain([key_name(key)]).collect()
}

fn key_name(key: &'static str) -> &'static str {
    /// Letters as keyboards show them.
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    match (key, key.as_bytes()) {
        ("ArrowLeft", _) => "←",
        ("ArrowRight", _) => "→",
        ("ArrowUp", _) => "↑",
        ("ArrowDown", _) => "↓",
        ("PageUp", _) => "Page Up",
        ("PageDown", _) => "Page Down",
        ("Escape", _) => "Esc",
        (" ", _) => "Space",
        (_, [letter @ b'a'..=b'z']) => {
            let at = usize::from(letter - b'a');
            &LETTERS[at..at + 1]
        }
        _ => key,
    }
}

fn modifiers(chord: Chord) -> u8 {
    let flag = |down: bool, bit: u8| if down { bit } else { PLAIN };
    flag(chord.ctrl, CTRL)
        | flag(chord.alt, ALT)
        | flag(chord.shift, SHIFT)
        | flag(chord.meta, META)
}
