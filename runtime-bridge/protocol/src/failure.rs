//! What can go wrong, each with the thing at fault and the way out.
//!
//! Three kinds, because a reader does three things: mend the program, mend the
//! page, or press Run again. Browsers word the same trouble in many ways; the
//! classification of their words is here, in one table.
//!
//! Not here: how a traceback is taken apart ([`crate::traceback`]).

use crate::config::file_name;
use crate::interpreter::Interpreter;
use crate::message::{Fatal, FatalKind};
use crate::traceback::Traceback;

/// What lies beside py-editor.js and is loaded with the first run that needs it.
const CHUNKS: [&str; 3] = ["page.js", "config.js", "run.wasm"];

/// Why a run failed.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The program raised.
    Python(Traceback),
    /// The set-up code of the environment raised.
    Setup {
        /// Whose set-up code, as a sentence.
        reason: String,
        /// What it raised.
        traceback: Traceback,
    },
    /// A file of the interpreter could not be loaded.
    Load(LoadFailure),
    /// The configuration could not be read or performed; whole sentences that
    /// name the key and the place.
    Configuration(String),
    /// The interpreter died.
    Crashed {
        /// What happened, as a sentence.
        reason: String,
        /// What to do, as a sentence.
        advice: String,
    },
}

impl Failure {
    /// The whole in full sentences (for Python: the interpreter's error lines).
    pub fn text(&self) -> String {
        match self {
            Self::Python(traceback) => traceback.last.error.text.clone(),
            Self::Setup { reason, traceback } => [reason, " ", &traceback.last.error.text].concat(),
            Self::Load(load) => load.text(),
            Self::Configuration(text) => text.clone(),
            Self::Crashed { reason, advice } => format!("{reason} {advice}"),
        }
    }

    /// As [`Failure::text`]; for a program's exception the whole traceback.
    pub fn whole_text(&self) -> String {
        match self {
            Self::Python(traceback) => traceback.raw.clone(),
            other => other.text(),
        }
    }

    /// What the set-up code of an environment raised.
    pub(crate) fn of_setup(environment: Option<&str>, traceback: Traceback) -> Failure {
        let reason = match environment {
            Some(name) => ["The setup code of “", name, "” failed."].concat(),
            None => "The setup code failed.".into(),
        };
        Self::Setup { reason, traceback }
    }

    /// What an interpreter of the author's choice said when it died: its files
    /// are where the configuration says.
    pub(crate) fn of_chosen(interpreter: Interpreter, entry: &str, fatal: Fatal) -> Failure {
        match Self::of_fatal(interpreter, entry, fatal) {
            Self::Load(load) => Self::Configuration(
                [
                    "interpreter: ",
                    &load.url,
                    " could not be loaded: ",
                    &load.reason(),
                    ". Check the version or address in the configuration.",
                ]
                .concat(),
            ),
            other => other,
        }
    }

    /// What a dead interpreter said, as a failure.
    pub(crate) fn of_fatal(interpreter: Interpreter, entry: &str, fatal: Fatal) -> Failure {
        match fatal.kind {
            FatalKind::Import | FatalKind::Boot | FatalKind::Restore => {
                Self::Load(load_of_fatal(entry, fatal))
            }
            FatalKind::Setup => Self::Configuration(fatal.message),
            FatalKind::Crash => Self::crashed(interpreter, &fatal.message),
        }
    }

    /// A crash, by what the browser or the interpreter said about it.
    pub(crate) fn crashed(interpreter: Interpreter, message: &str) -> Failure {
        let name = interpreter.name();
        let (reason, advice) = match Cause::of(message) {
            Cause::Memory => (
                format!("{name} ran out of memory and had to end."),
                "Its variables are gone. Use less at a time; press Run for a fresh interpreter.",
            ),
            Cause::Stack => (
                format!("{name} ran out of stack and had to end."),
                "Its variables are gone. A function probably calls itself too often; press Run for a fresh interpreter.",
            ),
            Cause::Other => (
                format!("{name} broke down: {}", sentence(message)),
                "Its variables are gone. Press Run for a fresh interpreter.",
            ),
        };
        Self::Crashed {
            reason,
            advice: advice.into(),
        }
    }
}

fn load_of_fatal(entry: &str, fatal: Fatal) -> LoadFailure {
    let url = fatal.file.unwrap_or_else(|| entry.into());
    let problem = match fatal.status {
        Some(0) => LoadProblem::Unreachable,
        Some(status) if !(200..300).contains(&status) => LoadProblem::Status(status),
        _ => LoadProblem::Broken(fatal.message),
    };
    LoadFailure { url, problem }
}

/// A file that could not be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadFailure {
    /// Where it was looked for: an absolute URL.
    pub url: String,
    /// What happened there.
    pub problem: LoadProblem,
}

/// What can happen to a file on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadProblem {
    /// The server answered with this HTTP status.
    Status(u16),
    /// There was no answer: offline, refused, or cut off.
    Unreachable,
    /// It arrived and is not what it should be; in the browser's words.
    Broken(String),
    /// It arrived with another size than the build recorded.
    Size {
        /// Bytes recorded.
        expected: u64,
        /// Bytes that arrived.
        found: u64,
    },
    /// The browser did not start it as a worker and gave no reason, as it does
    /// for a script that is missing, damaged or not reachable.
    Unstarted,
    /// The build's list of files does not name it, or there is no list.
    NotListed,
}

impl LoadFailure {
    /// The name of the file without its folders.
    pub fn file(&self) -> &str {
        file_name(&self.url)
    }

    /// What happened, to be read after a colon.
    pub fn reason(&self) -> String {
        match &self.problem {
            LoadProblem::Status(404) => "the server has no such file (404)".into(),
            LoadProblem::Status(status) => format!("the server answered with status {status}"),
            LoadProblem::Unreachable => "there was no answer from the server".into(),
            LoadProblem::Broken(words) => format!(
                "the file is damaged or is something else ({})",
                words.trim_end_matches('.')
            ),
            LoadProblem::Size { expected, found } => {
                format!(
                    "it has {found} bytes instead of {expected}, so it is damaged or is something else"
                )
            }
            LoadProblem::Unstarted => {
                "the browser could not start it, so it is missing, damaged or out of reach".into()
            }
            LoadProblem::NotListed => "this copy of py-editor does not list its files".into(),
        }
    }

    /// What to do, as a sentence.
    pub fn advice(&self) -> &'static str {
        match &self.problem {
            LoadProblem::NotListed => "Copy the whole folder `dist` once more and reload the page.",
            _ if CHUNKS.contains(&self.file()) => {
                "Check that this file was copied next to py-editor.js; press Run to try again."
            }
            LoadProblem::Status(_) => {
                "Check that the folder `interpreters` was copied next to py-editor.js; press Run to try again."
            }
            LoadProblem::Unreachable => "Check the network connection; press Run to try again.",
            LoadProblem::Broken(_) | LoadProblem::Size { .. } => {
                "Copy the folder `interpreters` next to py-editor.js once more; press Run to try again."
            }
            LoadProblem::Unstarted => {
                "Check that worker.js was copied next to py-editor.js and that the network is there; press Run to try again."
            }
        }
    }

    /// The whole in full sentences.
    pub fn text(&self) -> String {
        let (file, url) = (self.file(), &self.url);
        format!(
            "{file} could not be loaded from {url}: {}. {}",
            self.reason(),
            self.advice()
        )
    }
}

/// Why an interpreter died.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    Memory,
    Stack,
    Other,
}

impl Cause {
    /// By the words of the engines: V8, SpiderMonkey, JavaScriptCore, Emscripten.
    fn of(message: &str) -> Cause {
        const STACK: [&str; 4] = [
            "call stack",
            "too much recursion",
            "stack overflow",
            "Stack overflow",
        ];
        const MEMORY: [&str; 5] = [
            "out of memory",
            "Out of memory",
            "enlarge memory",
            "allocation failed",
            "MemoryError",
        ];
        let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
        if says(&STACK) {
            return Cause::Stack;
        }
        if says(&MEMORY) {
            return Cause::Memory;
        }
        Cause::Other
    }
}

/// The first line, with a full stop.
fn sentence(message: &str) -> String {
    let line = message
        .lines()
        .next()
        .unwrap_or_default()
        .trim_end_matches('.');
    format!("{line}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn load(problem: LoadProblem) -> String {
        let url = "https://example.org/dist/interpreters/pyodide/pyodide.asm.wasm".into();
        LoadFailure { url, problem }.text()
    }

    #[test]
    fn a_load_failure_names_file_place_reason_and_way_out() {
        expect!["pyodide.asm.wasm could not be loaded from https://example.org/dist/interpreters/pyodide/pyodide.asm.wasm: the server has no such file (404). Check that the folder `interpreters` was copied next to py-editor.js; press Run to try again."]
            .assert_eq(&load(LoadProblem::Status(404)));
        expect!["pyodide.asm.wasm could not be loaded from https://example.org/dist/interpreters/pyodide/pyodide.asm.wasm: there was no answer from the server. Check the network connection; press Run to try again."]
            .assert_eq(&load(LoadProblem::Unreachable));
        expect!["pyodide.asm.wasm could not be loaded from https://example.org/dist/interpreters/pyodide/pyodide.asm.wasm: it has 12 bytes instead of 9598218, so it is damaged or is something else. Copy the folder `interpreters` next to py-editor.js once more; press Run to try again."]
            .assert_eq(&load(LoadProblem::Size { expected: 9_598_218, found: 12 }));
    }

    #[test]
    fn crashes_are_told_by_their_cause() {
        let text = |message| Failure::crashed(Interpreter::Pyodide, message).text();
        assert!(text("RangeError: Maximum call stack size exceeded").contains("ran out of stack"));
        assert!(text("InternalError: too much recursion").contains("ran out of stack"));
        assert!(
            text("RangeError: WebAssembly.Memory.grow(): out of memory")
                .contains("ran out of memory")
        );
        assert!(
            text("RuntimeError: unreachable").contains("broke down: RuntimeError: unreachable.")
        );
    }
}
