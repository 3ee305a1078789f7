//! The messages between a page and its worker: the only types that travel.
//!
//! Tags are outside (`{"Run": {…}}`, `"Boot"`), which is what structured clones
//! of plain objects make cheapest to read on both sides. What cannot be
//! serialised, the compiled module and the files, travels beside `Boot` and
//! `Warm`; the memory of an interpreter comes back as a message of its own that
//! is none of the session's (see the worker). The JavaScript half is checked against `protocol/fixtures`,
//! which the tests below write.
//!
//! Not here: which message follows which; that is [`crate::session`].

use crate::interpreter::{Interpreter, RunId};
use crate::output::Chunk;

/// From the page to the worker.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub enum ToWorker {
    /// Sent with the spawn: import the interpreter's JavaScript while the page
    /// still loads its files.
    Prepare {
        /// Which adapter to use.
        interpreter: Interpreter,
        /// Absolute URL of the interpreter's module.
        entry: String,
        /// URL that the program's relative URLs mean: the page's.
        base: String,
        /// What the program may reach of the page.
        page: Access,
    },
    /// Start the interpreter, for whoever may want it: a spare. The files are
    /// beside this message. Nothing is answered unless it fails; a second
    /// `Prepare` says later whose it is, and `Boot` follows.
    Warm,
    /// Start the interpreter, where that has not begun, and make it the program's.
    /// The files are beside this message; with an interpreter of the author's
    /// choice there are none, and its own loader fetches what it needs.
    Boot,
    /// Run a program to its end. A signal of its own is beside this message.
    Run {
        /// Named again in [`FromWorker::Done`].
        run: RunId,
        /// Name to compile under, where the interpreter takes one.
        file: String,
        /// The program.
        code: String,
        /// Code that runs first; an error in it is written and does not end the run.
        #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
        before: Option<String>,
        /// Whether it is set-up code, which belongs to no editor.
        hidden: bool,
        /// Where the statement begins whose value is to be shown, if it has one, in UTF-16
        /// code units; 0 for an interpreter that finds the last statement by itself.
        #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
        last: Option<u32>,
    },
    /// End the program of this run where it waits in an `await`: its signal is
    /// raised already, which ends code that computes. Ignored between runs.
    Interrupt {
        /// The run.
        run: RunId,
    },
    /// Write a file of the reader's where programs find it.
    Put {
        /// Relative to the working folder; folders on the way are made.
        path: String,
        /// What is in it, for the worker to fetch.
        url: String,
    },
    /// Make a file ready to be saved by the reader.
    Take {
        /// As it was listed.
        path: String,
    },
    /// Say what a name of the program is or has. Sent while nothing runs.
    Inspect {
        /// Named again in [`FromWorker::Inspected`].
        inspect: u32,
        /// What of it.
        what: Inspection,
        /// Names parted by dots; none for the names of the program.
        name: String,
    },
    /// Compile a text and run none of it. Sent while nothing runs.
    Check {
        /// Named again in [`FromWorker::Checked`].
        check: u32,
        /// The text.
        code: String,
    },
}

/// What a reader wants to know of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub enum Inspection {
    /// The names behind it: lines of a name, a tab, and one of `f`, `c`, `m`, `n`
    /// (can be called, class, module, anything else).
    Members,
    /// Its signature or value, a tab, and the first line of what is written about it.
    About,
}

impl Inspection {
    /// As the worker knows it.
    pub fn name(self) -> &'static str {
        match self {
            Inspection::Members => "Members",
            Inspection::About => "About",
        }
    }
}

/// What a program may reach of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub enum Access {
    /// The window and all that is in it.
    #[default]
    Full,
    /// Nothing.
    None,
}

/// From the worker to the page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub enum FromWorker {
    /// The interpreter is up and can run programs.
    Booted,
    /// Text written since the last message, in the order of writing.
    Output(Vec<Chunk>),
    /// A run has ended. All its output came before.
    Done {
        /// The run.
        run: RunId,
        /// Why it failed; absent when it came to its end.
        error: Option<Raised>,
    },
    /// The interpreter cannot start, or cannot go on.
    Fatal(Fatal),
    /// Something is installed or fetched, after the interpreter itself is up.
    Progress(Step),
    /// The program shows something richer than text.
    Display(Display),
    /// A sentence or two about the page or its configuration: not an error of the program.
    Remark {
        /// The sentences.
        text: String,
    },
    /// Whether timers, tasks, sockets or listeners of a program live on after
    /// its run. Told when that changes.
    Background {
        /// They do.
        alive: bool,
    },
    /// The files in the working folder that were put or written there. Told
    /// when the list has changed.
    Files(Vec<FileEntry>),
    /// The answer to [`ToWorker::Take`].
    Taken {
        /// As it was asked for.
        path: String,
        /// Where the page finds its content; absent when the file is gone.
        url: Option<String>,
    },
    /// The answer to [`ToWorker::Inspect`].
    Inspected {
        /// Which one.
        inspect: u32,
        /// As [`Inspection`] says; absent where nothing is known.
        text: Option<String>,
    },
    /// The answer to [`ToWorker::Check`].
    Checked {
        /// Which one.
        check: u32,
        /// The syntax error; absent when the text compiles.
        error: Option<Raised>,
    },
    /// A program reads a line and stands still until it has an [`Answer`]. The
    /// way by which the answer reaches it is beside this message.
    Input {
        /// Whether what is typed must not be seen.
        hidden: bool,
    },
}

/// What a program reads. It travels beside the messages, which a worker that
/// stands still does not hear.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub enum Answer {
    /// A line, without its end.
    Line(String),
    /// The end of the input.
    End,
    /// Nothing: the program is to be interrupted.
    Interrupted,
}

/// A file of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct FileEntry {
    /// Relative to the working folder.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// How far something is that is installed or fetched for a program.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Step {
    /// What it is: `package numpy`, `file data.csv`.
    pub label: String,
    /// Bytes that are here.
    pub loaded_bytes: u64,
    /// Bytes in all; 0 when nobody knows.
    pub total_bytes: u64,
}

/// One value in several forms, for whoever shows it to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Display {
    /// Media type and data, the best form first. Images are in base64.
    pub bundle: Vec<(String, String)>,
    /// Whether it follows what is shown already; else it takes its place.
    pub append: bool,
    /// What an image is called for those who do not see it.
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    pub alt: Option<String>,
    /// How wide an image is drawn, in CSS pixels, where it has more points than that.
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    pub width: Option<u32>,
}

/// What a rich result costs beside its data, in bytes: some elements.
const PLACE_COST: usize = 2048;
/// Lines and bytes of a text that stands among what was printed. A longer one is folded.
const MOST_LINES: usize = 40;
const MOST_BYTES: usize = 8 * 1024;

impl Display {
    /// The form for whoever sees text only: no line break at its end.
    pub fn text(&self) -> &str {
        let plain = self.form("text/plain");
        let readable = || {
            self.bundle
                .iter()
                .find(|(kind, _)| kind.starts_with("text/"))
        };
        let text = plain.or_else(|| readable().map(|(_, data)| data.as_str()));
        text.or(self.alt.as_deref())
            .unwrap_or("(an image)")
            .trim_end()
    }

    /// The text, where that is all there is and it needs no fold.
    pub fn short_text(&self) -> Option<&str> {
        let [(kind, text)] = self.bundle.as_slice() else {
            return None;
        };
        let is_short = text.len() <= MOST_BYTES && text.lines().count() <= MOST_LINES;
        (kind == "text/plain" && is_short).then(|| text.trim_end_matches('\n'))
    }

    /// What it costs a page to keep it, in bytes beside its text: data of images is
    /// lighter than as much text on lines.
    pub fn cost(&self) -> usize {
        let data: usize = self.bundle.iter().map(|(_, data)| data.len()).sum();
        PLACE_COST + data / 4
    }

    fn form(&self, kind: &str) -> Option<&str> {
        let found = self.bundle.iter().find(|(one, _)| one == kind);
        found.map(|(_, data)| data.as_str())
    }
}

/// An exception that ended a run, in the interpreter's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Raised {
    /// The class of the exception: `ZeroDivisionError`; a JavaScript error's name where it was one.
    pub kind: String,
    /// The text: a whole traceback, or a JavaScript error's message.
    pub message: String,
}

/// The end of an interpreter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Fatal {
    /// At which point it ended.
    pub kind: FatalKind,
    /// The browser's or the interpreter's words.
    pub message: String,
    /// URL of the file at fault, where one is.
    pub file: Option<String>,
    /// What the server answers for that file: an HTTP status, 0 for no answer, absent when not asked.
    pub status: Option<u16>,
}

/// At which point an interpreter ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub enum FatalKind {
    /// Its JavaScript could not be imported.
    Import,
    /// It was imported and did not start.
    Boot,
    /// It did not start from the memory of an earlier start; it may do without.
    Restore,
    /// It started, and its configuration could not be performed: a package, a file, a module.
    Setup,
    /// It died while it was up.
    Crash,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Stream;
    use serde::{Deserialize, Serialize};
    use std::path::PathBuf;

    fn to_worker() -> Vec<ToWorker> {
        vec![
            ToWorker::Prepare {
                interpreter: Interpreter::Pyodide,
                entry: "https://example.org/interpreters/pyodide/pyodide.mjs".into(),
                base: "https://example.org/lesson/one.html".into(),
                page: Access::Full,
            },
            ToWorker::Prepare {
                interpreter: Interpreter::MicroPython,
                entry: "https://example.org/interpreters/micropython/micropython.mjs".into(),
                base: "https://example.org/lesson/one.html".into(),
                page: Access::None,
            },
            ToWorker::Warm,
            ToWorker::Boot,
            ToWorker::Run {
                run: RunId(7),
                file: "main-7.py".into(),
                code: "print('é <b>')\n".into(),
                before: None,
                hidden: false,
                last: None,
            },
            ToWorker::Run {
                run: RunId(8),
                file: "main-8.py".into(),
                code: "print(ready)\n".into(),
                before: Some("ready = True\n".into()),
                hidden: false,
                last: Some(0),
            },
            ToWorker::Run {
                run: RunId(9),
                file: "setup-1.py".into(),
                code: "import math\n".into(),
                before: None,
                hidden: true,
                last: None,
            },
            ToWorker::Interrupt { run: RunId(9) },
            ToWorker::Put {
                path: "data/a.csv".into(),
                url: "blob:https://example.org/1".into(),
            },
            ToWorker::Take {
                path: "data/a.csv".into(),
            },
            ToWorker::Inspect {
                inspect: 1,
                what: Inspection::Members,
                name: "math".into(),
            },
            ToWorker::Inspect {
                inspect: 2,
                what: Inspection::About,
                name: "math.pow".into(),
            },
            ToWorker::Check {
                check: 3,
                code: "print('é'\n".into(),
            },
        ]
    }

    fn from_worker() -> Vec<FromWorker> {
        vec![
            FromWorker::Booted,
            FromWorker::Output(vec![
                Chunk {
                    stream: Stream::Out,
                    text: "1\n".into(),
                },
                Chunk {
                    stream: Stream::Err,
                    text: "tsk\n".into(),
                },
            ]),
            FromWorker::Done {
                run: RunId(7),
                error: None,
            },
            FromWorker::Done {
                run: RunId(8),
                error: Some(Raised {
                    kind: "KeyError".into(),
                    message: "Traceback …\nKeyError: 'b'\n".into(),
                }),
            },
            FromWorker::Fatal(Fatal {
                kind: FatalKind::Import,
                message: "Failed to fetch dynamically imported module".into(),
                file: Some("https://example.org/interpreters/pyodide/pyodide.mjs".into()),
                status: Some(404),
            }),
            FromWorker::Fatal(Fatal {
                kind: FatalKind::Boot,
                message: "CompileError".into(),
                file: None,
                status: None,
            }),
            FromWorker::Fatal(Fatal {
                kind: FatalKind::Restore,
                message: "Snapshot has invalid magic number".into(),
                file: None,
                status: None,
            }),
            FromWorker::Fatal(Fatal {
                kind: FatalKind::Crash,
                message: "RuntimeError: memory access out of bounds".into(),
                file: None,
                status: None,
            }),
            FromWorker::Fatal(Fatal {
                kind: FatalKind::Setup,
                message: "packages: nupmy could not be installed from https://example.org/simple/nupmy: the server has no such file (404).".into(),
                file: Some("https://example.org/simple/nupmy".into()),
                status: Some(404),
            }),
            FromWorker::Progress(Step {
                label: "package numpy".into(),
                loaded_bytes: 4096,
                total_bytes: 2_800_000,
            }),
            FromWorker::Display(Display {
                bundle: vec![
                    ("text/html".into(), "<b>bold</b>".into()),
                    ("text/plain".into(), "bold".into()),
                ],
                append: true,
                alt: None,
                width: None,
            }),
            FromWorker::Display(Display {
                bundle: vec![("image/png".into(), "iVBORw==".into())],
                append: false,
                alt: Some("Figure: Rain".into()),
                width: Some(640),
            }),
            FromWorker::Remark {
                text: "The page is not isolated.".into(),
            },
            FromWorker::Background { alive: true },
            FromWorker::Background { alive: false },
            FromWorker::Files(vec![FileEntry {
                path: "data/a.csv".into(),
                bytes: 12,
            }]),
            FromWorker::Taken {
                path: "data/a.csv".into(),
                url: Some("blob:https://example.org/2".into()),
            },
            FromWorker::Taken {
                path: "gone".into(),
                url: None,
            },
            FromWorker::Inspected {
                inspect: 1,
                text: Some("pow\tf\npi\tn".into()),
            },
            FromWorker::Inspected {
                inspect: 2,
                text: None,
            },
            FromWorker::Checked {
                check: 3,
                error: None,
            },
            FromWorker::Checked {
                check: 4,
                error: Some(Raised {
                    kind: "SyntaxError".into(),
                    message: "  File \"main.py\", line 1\n    print(\n         ^\nSyntaxError: '(' was never closed\n".into(),
                }),
            },
            FromWorker::Input { hidden: false },
            FromWorker::Input { hidden: true },
        ]
    }

    fn answers() -> Vec<Answer> {
        vec![
            Answer::Line("Ada \"é\" 日本".into()),
            Answer::End,
            Answer::Interrupted,
        ]
    }

    /// Compares with the file that the JavaScript tests read; `UPDATE_FIXTURES=1` writes it.
    fn check<T>(name: &str, messages: &[T])
    where
        T: Serialize + for<'a> Deserialize<'a> + PartialEq + std::fmt::Debug,
    {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("fixtures")
            .join(name);
        let text = serde_json::to_string_pretty(messages).expect("messages are plain data") + "\n";
        if std::env::var_os("UPDATE_FIXTURES").is_some() {
            std::fs::create_dir_all(path.parent().expect("a file is in a folder"))
                .expect("the folder can be made");
            std::fs::write(&path, &text).expect("the fixture can be written");
        }
        let kept = std::fs::read_to_string(&path).expect("run once with UPDATE_FIXTURES=1");
        assert_eq!(kept, text, "{name} is stale: run with UPDATE_FIXTURES=1");
        let read: Vec<T> = serde_json::from_str(&kept).expect("the fixture reads back");
        assert_eq!(read, messages);
    }

    fn shown(bundle: &[(&str, &str)], alt: Option<&str>) -> Display {
        let own = |(kind, data): &(&str, &str)| (kind.to_string(), data.to_string());
        Display {
            bundle: bundle.iter().map(own).collect(),
            append: true,
            alt: alt.map(str::to_owned),
            width: None,
        }
    }

    #[test]
    fn what_is_shown_has_a_text() {
        let png = ("image/png", "iVBO");
        let html = ("text/html", "<b>x</b>");
        assert_eq!(shown(&[html, ("text/plain", "x\n")], None).text(), "x");
        assert_eq!(shown(&[png, ("text/latex", "$x$")], None).text(), "$x$");
        assert_eq!(shown(&[png], Some("Rain")).text(), "Rain");
        assert_eq!(shown(&[png], None).text(), "(an image)");
    }

    #[test]
    fn a_short_text_alone_is_a_line() {
        let plain = |text: &str| shown(&[("text/plain", text)], None);
        assert_eq!(plain("[1, 2]\n").short_text(), Some("[1, 2]"));
        assert_eq!(plain(&"x".repeat(MOST_BYTES + 1)).short_text(), None);
        assert_eq!(plain(&"x\n".repeat(MOST_LINES + 1)).short_text(), None);
        assert_eq!(shown(&[], None).short_text(), None);
        let rich = shown(&[("text/html", "x"), ("text/plain", "x")], None);
        assert_eq!(rich.short_text(), None);
    }

    #[test]
    fn the_wire_agrees_with_the_types() {
        for message in from_worker() {
            let value = serde_json::to_value(&message).expect("messages are plain data");
            assert_eq!(FromWorker::read(&value), Ok(message));
        }
        for message in to_worker() {
            let value: serde_json::Value = message.write();
            assert_eq!(
                value,
                serde_json::to_value(&message).expect("messages are plain data")
            );
        }
        for answer in answers() {
            let value: serde_json::Value = answer.write();
            assert_eq!(
                value,
                serde_json::to_value(&answer).expect("answers are plain data")
            );
        }
    }

    #[test]
    fn fixtures_hold_every_message() {
        check("to-worker.json", &to_worker());
        check("from-worker.json", &from_worker());
        check("answers.json", &answers());
    }

    #[test]
    fn absent_means_none() {
        let done: FromWorker =
            serde_json::from_str(r#"{"Done":{"run":7}}"#).expect("error may be left out");
        assert_eq!(
            done,
            FromWorker::Done {
                run: RunId(7),
                error: None
            }
        );
    }
}
