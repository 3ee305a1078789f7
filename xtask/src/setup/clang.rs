//! A C compiler for wasm: the Python grammar and the tree-sitter runtime are
//! C, so even a machine with rustup's wasm target needs a clang.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::apt;
use crate::shell::{answer, find_program};

/// Versions looked for as `clang-NN`, newest first.
const VERSIONS: std::ops::RangeInclusive<u32> = 14..=30;
/// Where Homebrew keeps an LLVM that is not on the search path.
const HOMEBREW: [&str; 2] = ["/opt/homebrew/opt/llvm/bin", "/usr/local/opt/llvm/bin"];

/// A clang that knows wasm, and the archiver of the same LLVM.
#[derive(Debug)]
pub struct Clang {
    /// The compiler.
    pub clang: PathBuf,
    /// The archiver.
    pub ar: PathBuf,
}

/// Finds the newest, or installs one where that is possible.
pub fn run() -> Result<Clang> {
    if let Some(found) = find() {
        return Ok(found);
    }
    if !apt::is_usable() {
        bail!(
            "missing clang with the wasm32 target and llvm-ar: run `sudo apt-get install clang llvm`, \
             `brew install llvm`, or your system's like"
        );
    }
    apt::install(&["clang", "llvm"])?;
    find().context("clang was installed, but none that knows the wasm32 target was found")
}

fn find() -> Option<Clang> {
    candidates().into_iter().find_map(|(clang, ar)| {
        let targets = answer(&clang, &["--print-targets"])?;
        targets
            .contains("wasm32")
            .then_some(Clang { clang, ar: ar? })
    })
}

fn candidates() -> Vec<(PathBuf, Option<PathBuf>)> {
    let mut found = Vec::new();
    for version in VERSIONS.rev() {
        if let Some(clang) = find_program(&format!("clang-{version}")) {
            found.push((clang, find_program(&format!("llvm-ar-{version}"))));
        }
    }
    if let Some(clang) = find_program("clang") {
        found.push((clang, find_program("llvm-ar")));
    }
    for folder in HOMEBREW.map(Path::new) {
        found.push((folder.join("clang"), Some(folder.join("llvm-ar"))));
    }
    found
}
