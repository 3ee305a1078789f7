//! The npm packages: interpreters, bundler, optimiser, type checker and the
//! tests' browser driver, exactly as the lock file has them.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::paths::root;
use crate::shell::{already, answer, command, find_program, run_quiet, step};
use crate::stamp::{self, Inputs};

/// What the bundler, the optimiser and the tests are written for.
const OLDEST_NODE: u32 = 20;

/// Installs the packages unless they are there already.
pub fn run() -> Result<()> {
    let root = root();
    let stamp = root.join("node_modules/.installed");
    let hash = Inputs::default()
        .path(&root.join("package-lock.json"))?
        .hash();
    check_node()?;
    if stamp::holds(&stamp, &hash) {
        already("npm packages");
        return Ok(());
    }
    let npm = program("npm")?;
    step("installing npm packages", || {
        run_quiet(command(npm).arg("ci").current_dir(&root))
            .context("`npm ci` failed: it needs the npm registry once")?;
        Ok(())
    })?;
    stamp::write(&stamp, hash)
}

/// Node, for the packages' programs.
pub fn node() -> Result<PathBuf> {
    program("node")
}

fn check_node() -> Result<()> {
    let version = answer(node()?, &["--version"]).unwrap_or_default();
    let digits: String = version.chars().filter(|c| *c != 'v').collect();
    let major = digits.split('.').next().and_then(|m| m.parse::<u32>().ok());
    if major.is_none_or(|m| m < OLDEST_NODE) {
        bail!(
            "Node.js {OLDEST_NODE} or newer is needed, found {}: install it with your system's packages \
             (`apt-get install nodejs npm`, `brew install node`)",
            version.trim()
        );
    }
    Ok(())
}

fn program(name: &str) -> Result<PathBuf> {
    find_program(name).with_context(|| {
        format!(
            "missing {name}: install Node.js {OLDEST_NODE} or newer with npm \
             (`apt-get install nodejs npm`, `brew install node`)"
        )
    })
}
