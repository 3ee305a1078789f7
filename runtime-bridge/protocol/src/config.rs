//! The list of interpreter files that a build ships, as the page hands it over.
//!
//! Sizes come from this list and not from the server: a `Content-Length` counts
//! compressed bytes and is often missing, the page counts unpacked ones.
//!
//! Not here: the `config` attribute of an editor.

use crate::interpreter::Interpreter;

/// What `dist/` contains: written by the build, read once per page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct Manifest {
    /// The version of the editor.
    pub version: String,
    /// The interpreters it can run.
    pub interpreters: Interpreters,
}

/// One entry an interpreter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct Interpreters {
    /// CPython.
    pub pyodide: Package,
    /// MicroPython.
    pub micropython: Package,
}

/// One interpreter's files. Paths are relative to the folder of the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct Package {
    /// The interpreter's own version.
    pub version: String,
    /// The JavaScript module that the worker imports.
    pub entry: String,
    /// Every file that a start may need.
    pub files: Vec<File>,
}

/// A file and its size.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct File {
    /// Path relative to the folder of the manifest, with `/`.
    pub path: String,
    /// Size in bytes, unpacked.
    pub bytes: u64,
}

/// Who loads a file, and what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The page compiles it once and posts the module to every worker.
    Module,
    /// The page loads it once and posts the bytes to every worker.
    Bytes,
    /// The worker imports it; the browser's cache shares it.
    Script,
}

impl Manifest {
    /// The files of one interpreter.
    pub fn package(&self, interpreter: Interpreter) -> &Package {
        match interpreter {
            Interpreter::Pyodide => &self.interpreters.pyodide,
            Interpreter::MicroPython => &self.interpreters.micropython,
        }
    }
}

impl Package {
    /// The files that the page itself loads, once for all workers.
    pub fn shared(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.role() != Role::Script)
    }
}

impl File {
    /// Decided by the ending alone: `.wasm` is compiled, `.js` and `.mjs` are
    /// imported by the worker, anything else travels as bytes.
    pub fn role(&self) -> Role {
        match self.path.rsplit('.').next() {
            Some("wasm") => Role::Module,
            Some("mjs" | "js") => Role::Script,
            _ => Role::Bytes,
        }
    }

    /// The name without its folders: `python_stdlib.zip`.
    pub fn name(&self) -> &str {
        file_name(&self.path)
    }
}

/// The last part of a path or URL.
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTED: &str = r#"{
        "version": "0.1.0",
        "interpreters": {
            "pyodide": { "version": "314.0.7", "entry": "interpreters/pyodide/pyodide.mjs", "files": [
                { "path": "interpreters/pyodide/pyodide.mjs", "bytes": 17931 },
                { "path": "interpreters/pyodide/pyodide.asm.wasm", "bytes": 9598218 },
                { "path": "interpreters/pyodide/python_stdlib.zip", "bytes": 2545637 }
            ] },
            "micropython": { "version": "1.28.0-6", "entry": "interpreters/micropython/micropython.mjs", "files": [] }
        }
    }"#;

    #[test]
    fn the_page_loads_what_the_worker_does_not_import() {
        let listed: serde_json::Value = serde_json::from_str(LISTED).expect("the manifest is JSON");
        let manifest = Manifest::read(&listed).expect("the manifest is valid");
        assert_eq!(
            manifest,
            serde_json::from_value(listed).expect("serde reads the same")
        );
        let shared: Vec<_> = manifest
            .package(Interpreter::Pyodide)
            .shared()
            .map(|file| (file.name(), file.role()))
            .collect();
        assert_eq!(
            shared,
            [
                ("pyodide.asm.wasm", Role::Module),
                ("python_stdlib.zip", Role::Bytes)
            ]
        );
    }
}
