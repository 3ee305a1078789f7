//! The shipped JavaScript is checked as strictly as is bearable without types
//! of its own, by the types in its comments. Page and worker are checked apart:
//! neither sees the other's modules. (TypeScript's `webworker` library gives
//! `self` no `message` event, so both use the page's.)

use anyhow::{Context, Result};

use crate::paths::root;
use crate::shell::{command, run_quiet};

const CONFIGURATIONS: [&str; 2] = ["xtask/types/page.json", "xtask/types/worker.json"];

/// Checks both halves.
pub fn run() -> Result<()> {
    for configuration in CONFIGURATIONS {
        run_quiet(
            command(root().join("node_modules/.bin/tsc"))
                .args(["--pretty", "false", "--project", configuration])
                .current_dir(root()),
        )
        .context("the JavaScript does not type-check")?;
    }
    Ok(())
}
