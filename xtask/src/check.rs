//! `check`: what a review should not have to look for. Every part runs, and
//! all that is wrong is told at the end.
//!
//! Not here: tests (`test`) and sizes (`size`).

mod borders;
mod sources;
mod types;

use anyhow::{Context, Result, bail};

use crate::paths::root;
use crate::setup::wasm::TARGET;
use crate::setup::{self, WasmToolchain};
use crate::shell::{native_cargo, run_quiet, step};

const WASM_PACKAGES: [&str; 4] = ["runtime-bridge", "py-editor", "config-wasm", "app"];
const DENY: [&str; 3] = ["--", "-D", "warnings"];

/// Runs every part.
pub fn run() -> Result<()> {
    let toolchain = setup::run()?;
    crate::build::bindings(&toolchain)?;
    eprintln!("check");
    let results = [
        step("format", format),
        step("lints, native", lint_native),
        step("lints, wasm", || lint_wasm(&toolchain)),
        step("borders between crates", borders::run),
        step("rules for sources", sources::run),
        step("types of the JavaScript", types::run),
    ];
    let failures: Vec<String> = results
        .into_iter()
        .filter_map(Result::err)
        .map(|error| format!("{error:#}"))
        .collect();
    if !failures.is_empty() {
        bail!("the check failed\n\n{}", failures.join("\n\n"));
    }
    Ok(())
}

fn format() -> Result<()> {
    let mut cargo = native_cargo();
    cargo.args(["fmt", "--all", "--check"]).current_dir(root());
    run_quiet(&mut cargo).context("not formatted: run `cargo fmt --all`")?;
    Ok(())
}

fn lint_native() -> Result<()> {
    let mut cargo = native_cargo();
    cargo
        .args(["clippy", "--quiet", "--all-targets"])
        .args(DENY)
        .current_dir(root());
    run_quiet(&mut cargo)?;
    Ok(())
}

fn lint_wasm(toolchain: &WasmToolchain) -> Result<()> {
    if !toolchain.has_clippy() {
        eprintln!("      this wasm toolchain has no clippy: left out");
        return Ok(());
    }
    let mut cargo = toolchain.cargo();
    cargo.args(["clippy", "--quiet", "--target", TARGET]);
    for package in WASM_PACKAGES {
        cargo.args(["--package", package]);
    }
    run_quiet(cargo.args(DENY))?;
    Ok(())
}

/// An error that lists every breach of a rule, if there is one.
fn none_of(rule: &str, breaches: &[String]) -> Result<()> {
    if !breaches.is_empty() {
        bail!("{rule}:\n  {}", breaches.join("\n  "));
    }
    Ok(())
}
