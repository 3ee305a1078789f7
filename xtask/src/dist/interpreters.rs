//! The interpreters as they lie beside the page: which files of which npm
//! package, and the module that tells the page their names and sizes.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

use crate::paths::{npm_package, web};
use crate::setup::wheels;
use crate::stamp::{self, Inputs};

use super::pulse::with_pulse;

/// One interpreter.
pub struct Interpreter {
    /// Its name in the page and its folder in `dist/interpreters`.
    name: &'static str,
    /// The npm package it comes from.
    pub package: &'static str,
    /// What is served, the module that a worker imports first.
    pub files: &'static [&'static str],
}

/// All of them.
pub const ALL: [Interpreter; 2] = [
    Interpreter {
        name: "pyodide",
        package: "pyodide",
        files: &[
            "pyodide.mjs",
            "pyodide.asm.mjs",
            "pyodide.asm.wasm",
            "python_stdlib.zip",
            "pyodide-lock.json",
        ],
    },
    Interpreter {
        name: "micropython",
        package: "@micropython/micropython-webassembly-pyscript",
        files: &["micropython.mjs", "micropython.wasm"],
    },
];

impl Interpreter {
    /// Where a file comes from.
    pub fn source(&self, file: &str) -> PathBuf {
        if [LOCK, MACHINE].contains(&file) {
            return web().join(file);
        }
        npm_package(self.package).join(file)
    }

    /// Where a file is served, relative to `dist/`.
    pub fn served(&self, file: &str) -> String {
        format!("interpreters/{}/{file}", self.name)
    }

    /// The version in its `package.json`.
    pub fn version(&self) -> Result<String> {
        self.about("version")
    }

    /// A field of its `package.json`.
    pub fn about(&self, field: &str) -> Result<String> {
        about(self.package, field)
    }

    fn describe(&self) -> Result<Value> {
        let files = self.files.iter().map(|file| {
            let source = self.source(file);
            let bytes = std::fs::metadata(&source)
                .with_context(|| format!("cannot read {}", source.display()))?
                .len();
            Ok(json!({ "path": self.served(file), "bytes": bytes }))
        });
        Ok(json!({
            "version": self.version()?,
            "entry": self.served(self.files[0]),
            "files": files.collect::<Result<Vec<_>>>()?,
        }))
    }
}

/// Pyodide's list of the packages of its distribution.
const LOCK: &str = "pyodide-lock.json";
/// What installs all other packages, and its folder in `dist/`.
const INSTALLER: (&str, &str) = ("micropip", "interpreters/pyodide");

/// Where the installer's wheel comes from and where it is served.
pub fn installer() -> Result<(String, PathBuf)> {
    let wheel = wheels::of(INSTALLER.0)?;
    let name = wheel.file_name().unwrap_or_default().to_string_lossy();
    Ok((format!("{}/{name}", INSTALLER.1), wheel))
}

/// Writes the lock file that is served: Pyodide's own, with the hash of the
/// installer's wheel that lies beside it. Pyodide builds that wheel itself and
/// refuses another one of the same version.
pub fn write_lock() -> Result<()> {
    let (served, wheel) = installer()?;
    let lock = npm_package("pyodide").join(LOCK);
    let text = std::fs::read_to_string(&lock)
        .with_context(|| format!("cannot read {}", lock.display()))?;
    let mut lock: Value = serde_json::from_str(&text)?;
    let entry = &mut lock["packages"][INSTALLER.0];
    let name = entry["file_name"].as_str().unwrap_or_default();
    ensure!(
        served.ends_with(&format!("/{name}")),
        "Pyodide wants {name}: bring xtask/wheels.txt to that version"
    );
    entry["sha256"] = Inputs::hash_of(&wheel)?.into();
    stamp::write(&web().join(LOCK), lock.to_string())
}

/// MicroPython's module, which is served with a pulse.
const MACHINE: &str = "micropython.wasm";

/// Writes MicroPython's module as it is served.
pub fn write_machine() -> Result<()> {
    let [_, micropython] = &ALL;
    let wasm = std::fs::read(npm_package(micropython.package).join(MACHINE))
        .context("MicroPython's module is missing")?;
    stamp::write(&web().join(MACHINE), with_pulse(&wasm)?)
}

/// A field of the `package.json` of an npm package.
pub fn about(package: &str, field: &str) -> Result<String> {
    let manifest = npm_package(package).join("package.json");
    let text = std::fs::read_to_string(&manifest)
        .with_context(|| format!("cannot read {}", manifest.display()))?;
    let manifest: Value = serde_json::from_str(&text)?;
    let value = manifest[field].as_str();
    Ok(value.unwrap_or("unknown").to_owned())
}

/// The source of the module that the page imports as `assets`.
pub fn assets_module() -> Result<String> {
    let mut interpreters = Map::new();
    for interpreter in &ALL {
        interpreters.insert(interpreter.name.to_owned(), interpreter.describe()?);
    }
    let assets = json!({ "version": env!("CARGO_PKG_VERSION"), "interpreters": interpreters });
    Ok(format!("export default {assets};\n"))
}
