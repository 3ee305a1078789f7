//! The help lists every command that has a key, in words, and nothing twice.

use std::collections::HashSet;

use editor_core::help::{self, Section};
use editor_core::{Command, Platform, keymap};

const BOTH: [Platform; 2] = [Platform::Mac, Platform::Other];

fn chords_of(sections: &[Section], words: &str) -> Vec<String> {
    let mut entries = sections.iter().flat_map(|section| &section.entries);
    let entry = entries.find(|entry| entry.words == words);
    let entry = entry.unwrap_or_else(|| panic!("{words} is listed"));
    entry.chords.iter().map(|keys| keys.join(" ")).collect()
}

#[test]
fn every_bound_command_is_listed_once_with_all_of_its_keys() {
    for platform in BOTH {
        let sections = help::sections(platform);
        let listed: usize = sections
            .iter()
            .flat_map(|section| &section.entries)
            .map(|entry| entry.chords.len())
            .sum();
        assert_eq!(listed, keymap::bindings(platform).count());
        let words: Vec<&str> = sections
            .iter()
            .flat_map(|section| section.entries.iter().map(|entry| entry.words))
            .collect();
        let apart: HashSet<&&str> = words.iter().collect();
        assert_eq!(words.len(), apart.len(), "{words:?}");
        for section in &sections {
            assert!(!section.entries.is_empty(), "{}", section.title);
        }
    }
}

#[test]
fn keys_have_the_names_of_their_platform() {
    let other = help::sections(Platform::Other);
    let mac = help::sections(Platform::Mac);
    assert_eq!(
        chords_of(&other, "Run the program")[..2],
        ["Shift Enter", "Ctrl Enter"]
    );
    assert_eq!(chords_of(&other, "Redo"), ["Ctrl Shift Z", "Ctrl Y"]);
    assert_eq!(chords_of(&mac, "Redo"), ["⇧ ⌘ Z", "⌘ Y"]);
    assert_eq!(chords_of(&mac, "A word left"), ["⌥ ←"]);
    assert_eq!(chords_of(&mac, "Show these keys"), ["F1"]);
    assert_eq!(chords_of(&other, "A screen up"), ["Page Up"]);
}

#[test]
fn no_two_commands_share_a_chord() {
    for platform in BOTH {
        let mut seen: Vec<(Vec<&str>, Command)> = Vec::new();
        for (command, chord) in keymap::bindings(platform) {
            let taken = seen.iter().find(|(known, _)| *known == chord);
            assert!(taken.is_none(), "{chord:?}: {command:?} and {taken:?}");
            seen.push((chord, command));
        }
    }
}
