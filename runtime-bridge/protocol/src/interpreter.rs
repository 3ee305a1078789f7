//! The interpreters by name, and the names their programs run under.
//!
//! A run needs a name that is not used again: Pyodide keeps the source of a
//! program by its file name, and with a repeated name the traceback of a
//! function from an earlier run shows lines of the newer text. The name must
//! not be in angle brackets either, or it shows no source at all.
//!
//! Not here: versions and files, which are in [`crate::config`].

/// A Python that can run in a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub enum Interpreter {
    /// CPython, compiled to WebAssembly.
    Pyodide,
    /// The small one; starts in milliseconds.
    MicroPython,
}

impl Interpreter {
    /// The name as its makers write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pyodide => "Pyodide",
            Self::MicroPython => "MicroPython",
        }
    }

    /// How the build's list of files and PyScript's messages call it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pyodide => "pyodide",
            Self::MicroPython => "micropython",
        }
    }

    /// The prefix of its events and tags: `py` or `mpy`.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Pyodide => "py",
            Self::MicroPython => "mpy",
        }
    }
}

/// The number of a run within its environment, from 1 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct RunId(pub u32);

impl RunId {
    /// The file name under which this run's code is compiled: `main-7.py`.
    pub fn file(self) -> String {
        format!("main-{}.py", self.0)
    }

    /// The run, up to `last`, that a file name in a traceback belongs to.
    /// `<stdin>` (the only name MicroPython has) and `<exec>` say "a program"
    /// without saying which: they are taken for `current`.
    pub fn of_file(file: &str, last: RunId, current: RunId) -> Option<RunId> {
        if file == "<stdin>" || file == "<exec>" {
            return Some(current);
        }
        let number = file.strip_prefix("main-")?.strip_suffix(".py")?;
        let run = RunId(number.parse().ok()?);
        // A user's own file may be called main-99.py; only runs that were are runs.
        (run.0 > 0 && run <= last && run.file() == file).then_some(run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_run_leads_back_to_it() {
        for number in 1..50 {
            let run = RunId(number);
            assert_eq!(RunId::of_file(&run.file(), RunId(50), RunId(1)), Some(run));
        }
    }

    #[test]
    fn names_without_a_number_mean_the_current_run() {
        assert_eq!(
            RunId::of_file("<stdin>", RunId(5), RunId(3)),
            Some(RunId(3))
        );
        assert_eq!(RunId::of_file("<exec>", RunId(5), RunId(3)), Some(RunId(3)));
    }

    #[test]
    fn other_files_are_no_runs() {
        for file in [
            "main.py",
            "main-4.py",
            "main-0.py",
            "main-.py",
            "main-+1.py",
            "/home/main-1.py",
            "<string>",
        ] {
            assert_eq!(RunId::of_file(file, RunId(3), RunId(3)), None, "{file}");
        }
    }
}
