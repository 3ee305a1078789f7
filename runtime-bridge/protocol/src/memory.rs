//! Whether an interpreter starts from the memory of an earlier start.
//!
//! Pyodide spends its start on bringing its memory into one state, the same each
//! time. So the first start on a machine makes a copy of that memory, which the
//! page's later starts and later visits go on from. Nobody waits for it in vain:
//! what cannot be had or does not fit is done without.
//!
//! Not here: how the copy is made (the worker) and kept (the page).

use crate::config::Package;
use crate::interpreter::Interpreter;

/// Raised when what the worker does before the copy changes, or how it is kept.
const FORMAT: u32 = 2;
/// Copies that did not start, after which a page makes no more.
const MOST_REFUSALS: u32 = 2;

/// Under which URL the copy is kept across visits. Another build, another key:
/// the part before the question mark stays.
pub fn key(base: &str, package: &Package) -> String {
    let format = FORMAT.to_string();
    let mut key = [
        base,
        &package.entry,
        "?memory=",
        &format,
        "-",
        &package.version,
    ]
    .concat();
    for file in &package.files {
        key.push('-');
        key.push_str(&file.bytes.to_string());
    }
    key
}

/// What a page knows of one interpreter's memory.
#[derive(Debug)]
pub struct Memory {
    stage: Stage,
    refusals: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It starts in milliseconds, or its memory cannot be copied.
    Never,
    Absent,
    /// A worker starts with the promise to hand out a copy.
    Making,
    Here,
}

/// How a worker starts its interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// As its makers thought.
    Ordinary,
    /// The same, and hands out a copy of its memory.
    Making,
    /// From the copy.
    Restoring,
}

impl Memory {
    /// Of an interpreter that nobody has started yet.
    pub fn of(interpreter: Interpreter) -> Self {
        let stage = match interpreter {
            Interpreter::Pyodide => Stage::Absent,
            Interpreter::MicroPython => Stage::Never,
        };
        Self { stage, refusals: 0 }
    }

    /// Whether a copy of an earlier visit is to be looked for.
    pub fn is_wanted(&self) -> bool {
        self.stage == Stage::Absent
    }

    /// Whether a start had better wait: a worker is about to hand out the copy.
    pub fn is_awaited(&self) -> bool {
        self.stage == Stage::Making
    }

    /// How the next interpreter starts, if it starts now. After `Making` one of
    /// [`Memory::came`], [`Memory::failed`] and [`Memory::gone`] is due.
    pub fn way(&mut self) -> Way {
        match self.stage {
            Stage::Absent => {
                self.stage = Stage::Making;
                Way::Making
            }
            Stage::Here => Way::Restoring,
            Stage::Making | Stage::Never => Way::Ordinary,
        }
    }

    /// The copy is here: made, or kept from an earlier visit.
    pub fn came(&mut self) {
        self.stage = Stage::Here;
    }

    /// The worker could not make it: no other can.
    pub fn failed(&mut self) {
        self.stage = Stage::Never;
    }

    /// The worker that was to make it is gone: the next one may.
    pub fn gone(&mut self) {
        if self.stage == Stage::Making {
            self.stage = Stage::Absent;
        }
    }

    /// No interpreter starts from the copy: it is thrown away, and made once more.
    pub fn refused(&mut self) {
        self.refusals += 1;
        self.stage = if self.refusals < MOST_REFUSALS {
            Stage::Absent
        } else {
            Stage::Never
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::File;

    fn package(version: &str, bytes: u64) -> Package {
        let file = |path: &str, bytes| File {
            path: path.into(),
            bytes,
        };
        Package {
            version: version.into(),
            entry: "interpreters/pyodide/pyodide.mjs".into(),
            files: vec![file("a.wasm", bytes), file("b.zip", 7)],
        }
    }

    #[test]
    fn another_build_has_another_key_for_the_same_place() {
        let base = "https://example.org/dist/";
        let one = key(base, &package("314.0.7", 12));
        assert_eq!(
            one,
            "https://example.org/dist/interpreters/pyodide/pyodide.mjs?memory=2-314.0.7-12-7"
        );
        for other in [package("314.0.8", 12), package("314.0.7", 13)] {
            let other = key(base, &other);
            assert_ne!(other, one);
            assert_eq!(other.split('?').next(), one.split('?').next());
        }
    }

    #[test]
    fn the_first_start_makes_it_and_the_others_go_on_from_it() {
        let mut memory = Memory::of(Interpreter::Pyodide);
        assert!(memory.is_wanted() && !memory.is_awaited());
        assert_eq!(memory.way(), Way::Making);
        assert!(memory.is_awaited());
        memory.came();
        assert!(!memory.is_awaited());
        assert_eq!(memory.way(), Way::Restoring);
        memory.gone();
        assert_eq!(
            memory.way(),
            Way::Restoring,
            "its maker is not needed any more"
        );
    }

    #[test]
    fn when_its_maker_is_gone_the_next_one_makes_it() {
        let mut memory = Memory::of(Interpreter::Pyodide);
        memory.way();
        memory.gone();
        assert_eq!(memory.way(), Way::Making);
    }

    #[test]
    fn where_it_cannot_be_made_all_start_as_ever() {
        let mut memory = Memory::of(Interpreter::Pyodide);
        memory.way();
        memory.failed();
        assert!(!memory.is_awaited() && !memory.is_wanted());
        assert_eq!(memory.way(), Way::Ordinary);
    }

    #[test]
    fn what_does_not_start_is_made_once_more_and_then_done_without() {
        let mut memory = Memory::of(Interpreter::Pyodide);
        memory.came();
        memory.refused();
        assert_eq!(memory.way(), Way::Making);
        memory.came();
        memory.refused();
        assert_eq!(memory.way(), Way::Ordinary);
    }

    #[test]
    fn micropython_has_none() {
        let mut memory = Memory::of(Interpreter::MicroPython);
        assert!(!memory.is_wanted());
        assert_eq!(memory.way(), Way::Ordinary);
    }
}
