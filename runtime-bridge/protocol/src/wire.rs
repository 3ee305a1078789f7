//! How messages become plain objects and back, over whatever holds such objects:
//! structured clones on a page, JSON in the tests.
//!
//! Written by hand for the few shapes there are: a general deserialiser is tens
//! of kilobytes in a module that a page waits for. The tests hold it against
//! serde's reading of the same types, so the shapes are stated once, in
//! [`crate::message`] and [`crate::config`].

use crate::config::{File, Interpreters, Manifest, Package};
use crate::interpreter::{Interpreter, RunId};
use crate::message::{
    Access, Answer, Display, Fatal, FatalKind, FileEntry, FromWorker, Raised, Step, ToWorker,
};
use crate::output::{Chunk, Stream};

/// A plain value: object, list, text, number, true or false.
pub trait Value: Sized {
    /// A member of an object; `None` when absent, null or undefined.
    fn member(&self, name: &str) -> Option<Self>;
    /// The items of a list; none of anything else.
    fn items(&self) -> Vec<Self>;
    /// The text, of a text.
    fn text(&self) -> Option<String>;
    /// The number, of a number.
    fn number(&self) -> Option<f64>;
    /// Whether it is true; `None` of what is neither true nor false.
    fn truth(&self) -> Option<bool>;
    /// A text.
    fn of_text(text: &str) -> Self;
    /// A number.
    fn of_number(number: u32) -> Self;
    /// True or false.
    fn of_truth(truth: bool) -> Self;
    /// An object.
    fn of_members(members: Vec<(&'static str, Self)>) -> Self;
}

/// A value that has not the shape it should have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

fn text(value: &impl Value, name: &str) -> Result<String, Unreadable> {
    value
        .member(name)
        .and_then(|member| member.text())
        .ok_or(Unreadable)
}

fn number(value: &impl Value, name: &str) -> Result<f64, Unreadable> {
    value
        .member(name)
        .and_then(|member| member.number())
        .ok_or(Unreadable)
}

fn truth(value: &impl Value, name: &str) -> Result<bool, Unreadable> {
    value
        .member(name)
        .and_then(|member| member.truth())
        .ok_or(Unreadable)
}

fn optional_text(value: &impl Value, name: &str) -> Option<String> {
    value.member(name)?.text()
}

impl FromWorker {
    /// Reads a message of the worker.
    pub fn read(value: &impl Value) -> Result<Self, Unreadable> {
        if value.text().as_deref() == Some("Booted") {
            return Ok(Self::Booted);
        }
        if let Some(chunks) = value.member("Output") {
            return chunks
                .items()
                .iter()
                .map(chunk)
                .collect::<Result<_, _>>()
                .map(Self::Output);
        }
        if let Some(done) = value.member("Done") {
            let run = RunId(number(&done, "run")? as u32);
            let error = error(&done)?;
            return Ok(Self::Done { run, error });
        }
        if let Some(told) = value.member("Fatal") {
            return fatal(&told).map(Self::Fatal);
        }
        if let Some(told) = value.member("Progress") {
            return step(&told).map(Self::Progress);
        }
        if let Some(shown) = value.member("Display") {
            return display(&shown).map(Self::Display);
        }
        if let Some(remark) = value.member("Remark") {
            return text(&remark, "text").map(|text| Self::Remark { text });
        }
        if let Some(files) = value.member("Files") {
            let files = files.items();
            return files
                .iter()
                .map(entry)
                .collect::<Result<_, _>>()
                .map(Self::Files);
        }
        if let Some(taken) = value.member("Taken") {
            let (path, url) = (text(&taken, "path")?, optional_text(&taken, "url"));
            return Ok(Self::Taken { path, url });
        }
        if let Some(told) = value.member("Inspected") {
            let inspect = number(&told, "inspect")? as u32;
            let text = optional_text(&told, "text");
            return Ok(Self::Inspected { inspect, text });
        }
        if let Some(checked) = value.member("Checked") {
            let check = number(&checked, "check")? as u32;
            let error = error(&checked)?;
            return Ok(Self::Checked { check, error });
        }
        if let Some(input) = value.member("Input") {
            return truth(&input, "hidden").map(|hidden| Self::Input { hidden });
        }
        let background = value.member("Background").ok_or(Unreadable)?;
        truth(&background, "alive").map(|alive| Self::Background { alive })
    }
}

fn entry(value: &impl Value) -> Result<FileEntry, Unreadable> {
    Ok(FileEntry {
        path: text(value, "path")?,
        bytes: number(value, "bytes")? as u64,
    })
}

fn step(value: &impl Value) -> Result<Step, Unreadable> {
    Ok(Step {
        label: text(value, "label")?,
        loaded_bytes: number(value, "loaded_bytes")? as u64,
        total_bytes: number(value, "total_bytes")? as u64,
    })
}

fn display(value: &impl Value) -> Result<Display, Unreadable> {
    let bundle = value.member("bundle").ok_or(Unreadable)?;
    Ok(Display {
        bundle: bundle.items().iter().map(form).collect::<Result<_, _>>()?,
        append: truth(value, "append")?,
        alt: optional_text(value, "alt"),
        width: number(value, "width").ok().map(|width| width as u32),
    })
}

/// A media type and its data.
fn form(pair: &impl Value) -> Result<(String, String), Unreadable> {
    let [kind, data] = <[_; 2]>::try_from(pair.items()).map_err(|_| Unreadable)?;
    kind.text().zip(data.text()).ok_or(Unreadable)
}

fn chunk(value: &impl Value) -> Result<Chunk, Unreadable> {
    let stream = match text(value, "stream")?.as_str() {
        "Out" => Stream::Out,
        "Err" => Stream::Err,
        _ => return Err(Unreadable),
    };
    Ok(Chunk {
        stream,
        text: text(value, "text")?,
    })
}

fn error(value: &impl Value) -> Result<Option<Raised>, Unreadable> {
    let error = value.member("error");
    error.map(|error| raised(&error)).transpose()
}

fn raised(value: &impl Value) -> Result<Raised, Unreadable> {
    Ok(Raised {
        kind: text(value, "kind")?,
        message: text(value, "message")?,
    })
}

fn fatal(value: &impl Value) -> Result<Fatal, Unreadable> {
    let kind = match text(value, "kind")?.as_str() {
        "Import" => FatalKind::Import,
        "Boot" => FatalKind::Boot,
        "Restore" => FatalKind::Restore,
        "Setup" => FatalKind::Setup,
        "Crash" => FatalKind::Crash,
        _ => return Err(Unreadable),
    };
    Ok(Fatal {
        kind,
        message: text(value, "message")?,
        file: optional_text(value, "file"),
        status: number(value, "status").ok().map(|status| status as u16),
    })
}

impl ToWorker {
    /// Writes a message to the worker.
    pub fn write<V: Value>(&self) -> V {
        match self {
            Self::Warm => V::of_text("Warm"),
            Self::Boot => V::of_text("Boot"),
            Self::Prepare {
                interpreter,
                entry,
                base,
                page,
            } => {
                let name = match interpreter {
                    Interpreter::Pyodide => "Pyodide",
                    Interpreter::MicroPython => "MicroPython",
                };
                let page = match page {
                    Access::Full => "Full",
                    Access::None => "None",
                };
                tagged(
                    "Prepare",
                    vec![
                        ("interpreter", V::of_text(name)),
                        ("entry", V::of_text(entry)),
                        ("base", V::of_text(base)),
                        ("page", V::of_text(page)),
                    ],
                )
            }
            Self::Run {
                run,
                file,
                code,
                before,
                hidden,
                last,
            } => {
                let mut members = vec![
                    ("run", V::of_number(run.0)),
                    ("file", V::of_text(file)),
                    ("code", V::of_text(code)),
                    ("hidden", V::of_truth(*hidden)),
                ];
                if let Some(before) = before {
                    members.push(("before", V::of_text(before)));
                }
                if let Some(last) = last {
                    members.push(("last", V::of_number(*last)));
                }
                tagged("Run", members)
            }
            Self::Interrupt { run } => tagged("Interrupt", vec![("run", V::of_number(run.0))]),
            Self::Put { path, url } => tagged(
                "Put",
                vec![("path", V::of_text(path)), ("url", V::of_text(url))],
            ),
            Self::Take { path } => tagged("Take", vec![("path", V::of_text(path))]),
            Self::Inspect {
                inspect,
                what,
                name,
            } => tagged(
                "Inspect",
                vec![
                    ("inspect", V::of_number(*inspect)),
                    ("what", V::of_text(what.name())),
                    ("name", V::of_text(name)),
                ],
            ),
            Self::Check { check, code } => tagged(
                "Check",
                vec![("check", V::of_number(*check)), ("code", V::of_text(code))],
            ),
        }
    }
}

impl Answer {
    /// Writes an answer.
    pub fn write<V: Value>(&self) -> V {
        match self {
            Self::Line(text) => V::of_members(vec![("Line", V::of_text(text))]),
            Self::End => V::of_text("End"),
            Self::Interrupted => V::of_text("Interrupted"),
        }
    }
}

fn tagged<V: Value>(tag: &'static str, members: Vec<(&'static str, V)>) -> V {
    V::of_members(vec![(tag, V::of_members(members))])
}

impl Manifest {
    /// Reads the build's list of files.
    pub fn read(value: &impl Value) -> Result<Self, Unreadable> {
        let interpreters = value.member("interpreters").ok_or(Unreadable)?;
        let package = |name| package(&interpreters.member(name).ok_or(Unreadable)?);
        Ok(Self {
            version: text(value, "version")?,
            interpreters: Interpreters {
                pyodide: package("pyodide")?,
                micropython: package("micropython")?,
            },
        })
    }
}

fn package(value: &impl Value) -> Result<Package, Unreadable> {
    let files = value.member("files").ok_or(Unreadable)?;
    Ok(Package {
        version: text(value, "version")?,
        entry: text(value, "entry")?,
        files: files.items().iter().map(file).collect::<Result<_, _>>()?,
    })
}

fn file(value: &impl Value) -> Result<File, Unreadable> {
    Ok(File {
        path: text(value, "path")?,
        bytes: number(value, "bytes")? as u64,
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use serde_json::Value as Json;

    impl Value for Json {
        fn member(&self, name: &str) -> Option<Self> {
            self.get(name).filter(|member| !member.is_null()).cloned()
        }

        fn items(&self) -> Vec<Self> {
            self.as_array().cloned().unwrap_or_default()
        }

        fn text(&self) -> Option<String> {
            self.as_str().map(str::to_owned)
        }

        fn number(&self) -> Option<f64> {
            self.as_f64()
        }

        fn truth(&self) -> Option<bool> {
            self.as_bool()
        }

        fn of_text(text: &str) -> Self {
            text.into()
        }

        fn of_truth(truth: bool) -> Self {
            truth.into()
        }

        fn of_number(number: u32) -> Self {
            number.into()
        }

        fn of_members(members: Vec<(&'static str, Self)>) -> Self {
            members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect::<serde_json::Map<_, _>>()
                .into()
        }
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for text in [
            r#""Up""#,
            "{}",
            "7",
            r#"{"Done":{}}"#,
            r#"{"Fatal":{"kind":"Odd","message":""}}"#,
        ] {
            let value: Json = serde_json::from_str(text).expect("the case is JSON");
            assert_eq!(FromWorker::read(&value), Err(Unreadable), "{text}");
        }
        let odd: Json = serde_json::from_str(r#"{"Output":[{"stream":"Odd","text":""}]}"#)
            .expect("the case is JSON");
        assert_eq!(FromWorker::read(&odd), Err(Unreadable));
    }
}
