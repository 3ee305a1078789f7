//! `fuzz`: the laws of the text engine under millions of random operations, where
//! the tests try hundreds. A failure prints the smallest case that shows it.
//!
//! `FUZZ_SEED` repeats a run of sessions, `FUZZ_CORPUS` names a folder of programs to edit.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use crate::paths::root;
use crate::shell::{self, command};

/// Steps of a session for each case of a law.
const STEPS: u32 = 20;

/// Tries every law `cases` times, and takes as many steps in sessions of editing, and more.
pub fn run(cases: u32) -> Result<()> {
    let seed = std::env::var("FUZZ_SEED").or_else(|_| now())?;
    eprintln!("FUZZ_SEED={seed}");
    shell::run(
        command("cargo")
            .args(["test", "--release", "-p", "editor-core"])
            .args(["--test", "laws", "--test", "sessions", "--", "--nocapture"])
            .env("PROPTEST_CASES", cases.to_string())
            .env("FUZZ_STEPS", cases.saturating_mul(STEPS).to_string())
            .env("FUZZ_SEED", seed)
            .current_dir(root()),
    )
    .context("a law of the text engine does not hold")
}

/// Another seed in every run.
fn now() -> Result<String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(since.as_secs().to_string())
}
