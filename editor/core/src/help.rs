//! All commands with their keys, in words and grouped: what the help panel shows.
//!
//! It is made from the keys (`keymap.rs`) and from what each command says of
//! itself ([`Command::about`]), so it lists what is there and nothing else. How it
//! looks is the surface's.

use crate::command::{Command, Topic};
use crate::keymap::{self, Platform};

/// One command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it does.
    pub words: &'static str,
    /// Its chords, each as the names of the keys that are pressed together.
    pub chords: Vec<Vec<&'static str>>,
}

/// The commands of one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub title: &'static str,
    /// Its commands, none without keys.
    pub entries: Vec<Entry>,
}

/// The help for a platform.
pub fn sections(platform: Platform) -> Vec<Section> {
    let section = |topic: Topic| Section {
        title: topic.title(),
        entries: entries(topic, platform),
    };
    Topic::ALL.into_iter().map(section).collect()
}

fn entries(topic: Topic, platform: Platform) -> Vec<Entry> {
    let mut entries: Vec<(Command, Entry)> = Vec::new();
    for (command, chord) in keymap::bindings(platform) {
        let (of, words) = command.about();
        if of != topic {
            continue;
        }
        match entries.iter_mut().find(|(known, _)| *known == command) {
            Some((_, entry)) => entry.chords.push(chord),
            None => {
                let chords = vec![chord];
                entries.push((command, Entry { words, chords }));
            }
        }
    }
    entries.into_iter().map(|(_, entry)| entry).collect()
}
