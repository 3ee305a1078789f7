//! `fuzz`: the laws of the text engine under millions of random operations, where
//! the tests try hundreds. A failure prints the smallest case that shows it.

use anyhow::{Context, Result};

use crate::paths::root;
use crate::shell::{self, command};

/// Tries every law `cases` times.
pub fn run(cases: u32) -> Result<()> {
    shell::run(
        command("cargo")
            .args(["test", "--release", "-p", "editor-core", "--test", "laws"])
            .env("PROPTEST_CASES", cases.to_string())
            .current_dir(root()),
    )
    .context("a law of the text engine does not hold")
}
