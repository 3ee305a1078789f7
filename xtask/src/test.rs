//! `test`: everything that proves the project, in the order of cost: native
//! tests, the folder for the host and its size, then the browser.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::build::Effort;
use crate::paths::root;
use crate::setup::{self, browser, engines, npm, wheels};
use crate::shell::{self, command, native_cargo};
use crate::{dist, size};

/// A browser test that takes longer than this hangs.
const MILLISECONDS_PER_FILE: u32 = 600_000;

/// Sets everything up and runs the tests; with names, only the browser tests
/// whose files have one of them in their name.
pub fn run(names: &[String]) -> Result<()> {
    let toolchain = setup::run()?;
    let mut browsers = vec![("CHROMIUM", browser::run()?)];
    browsers.extend(engines::run()?);
    wheels::for_tests()?;
    if names.is_empty() {
        eprintln!("native tests");
        shell::run(native_cargo().arg("test").current_dir(root()))?;
    }
    dist::run(&toolchain, Effort::Full)?;
    size::run()?;
    in_browser(browsers, &files(names)?)
}

/// `browsers` are programs by the variables that the tests know them by.
fn in_browser(browsers: Vec<(&str, PathBuf)>, files: &[PathBuf]) -> Result<()> {
    eprintln!("browser tests");
    if files.is_empty() {
        eprintln!("      none");
        return Ok(());
    }
    // One file after the other: they share two cores with the browser.
    let options = [
        "--test".to_owned(),
        "--test-concurrency=1".to_owned(),
        format!("--test-timeout={MILLISECONDS_PER_FILE}"),
    ];
    shell::run(
        command(npm::node()?)
            .args(options)
            .args(files)
            .envs(browsers)
            .current_dir(root()),
    )
    .context("browser tests failed")
}

fn files(names: &[String]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root().join("tests")).context("cannot list tests/")? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_wanted = names.is_empty() || names.iter().any(|part| name.contains(part));
        if name.ends_with(".test.mjs") && is_wanted {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
