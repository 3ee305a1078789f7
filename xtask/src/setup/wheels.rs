//! Wheels from Python's package index, exactly as the lists have them: what
//! ships beside Pyodide, and what the tests of packages serve.
//!
//! Not here: where they go (`dist`).

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::apt;
use crate::paths::{root, wheels};
use crate::shell::{already, answer, command, find_program, run_quiet, step};
use crate::stamp::{self, Inputs};

/// Ships beside the interpreter.
const SHIPPED: &str = "xtask/wheels.txt";
/// Served by the tests.
const TESTED: &str = "tests/wheels.txt";
/// The interpreter that the wheels are for, and not the one that runs pip.
const FOR_PYODIDE: [&str; 8] = [
    "--platform",
    "pyemscripten_2026_0_wasm32",
    "--python-version",
    "3.14",
    "--implementation",
    "cp",
    "--abi",
    "cp314",
];

/// Gets the wheels that ship.
pub fn run() -> Result<()> {
    download(SHIPPED)
}

/// Gets the wheels that tests serve.
pub fn for_tests() -> Result<()> {
    download(TESTED)
}

/// The one wheel of a package.
pub fn of(package: &str) -> Result<PathBuf> {
    let start = format!("{package}-");
    let found = stamp::files_below(&wheels())?.into_iter().find(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(&start) && name.ends_with(".whl")
    });
    found.with_context(|| format!("the wheel of {package} is not in {}", wheels().display()))
}

fn download(list: &str) -> Result<()> {
    let hash = Inputs::default().path(&root().join(list))?.hash();
    let folder = wheels().join(&hash[..12]);
    let what = format!("wheels of {list}");
    let done = stamp::unless_done(&folder.join(".downloaded"), &hash, &[], || {
        let mut pip = pip()?;
        pip.args(["download", "--quiet", "--disable-pip-version-check"])
            .args(["--no-deps", "--require-hashes", "--only-binary=:all:"])
            .args(FOR_PYODIDE)
            .arg("--requirement")
            .arg(root().join(list))
            .arg("--dest")
            .arg(&folder);
        step(&what, || {
            run_quiet(&mut pip)
                .context("`pip download` failed: it needs the package index once")?;
            Ok(())
        })
    })?;
    if !done {
        already(&what);
    }
    Ok(())
}

/// pip, by whichever name it has; Debian's where there is none.
fn pip() -> Result<Command> {
    if let Some(found) = found() {
        return Ok(found);
    }
    if !apt::is_usable() {
        bail!(
            "missing pip for Python 3: run `sudo apt-get install python3-pip`, `brew install python`, or your system's like"
        );
    }
    apt::install(&["python3-pip"])?;
    found().context("python3-pip was installed, but pip was not found")
}

fn found() -> Option<Command> {
    for python in ["python3", "python"] {
        if answer(python, &["-m", "pip", "--version"]).is_some() {
            let mut pip = command(python);
            pip.args(["-m", "pip"]);
            return Some(pip);
        }
    }
    find_program("pip3").map(command)
}
