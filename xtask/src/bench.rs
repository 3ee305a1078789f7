//! `bench`: sets everything up and hands over to the measuring script.

use anyhow::{Context, Result};

use crate::build::Effort;
use crate::dist;
use crate::paths::root;
use crate::setup::{self, browser, npm};
use crate::shell::{self, command};

const SCRIPT: &str = "tests/bench.mjs";

/// Measures what ships, never a build without the optimiser.
pub fn run(arguments: &[String]) -> Result<()> {
    let toolchain = setup::run()?;
    let browser = browser::run()?;
    dist::run(&toolchain, Effort::Full)?;
    shell::run(
        command(npm::node()?)
            .arg(root().join(SCRIPT))
            .args(arguments)
            .env("CHROMIUM", browser)
            .current_dir(root()),
    )
    .context("the benchmark failed")
}
