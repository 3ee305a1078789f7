//! `THIRD-PARTY.txt`: name, version and licence of everything in `dist/` that
//! is not ours: the interpreters, and the crates compiled into the wasm.

use std::collections::BTreeSet;

use anyhow::{Context, Result};

use super::interpreters;
use crate::build;
use crate::paths::root;
use crate::setup::wasm::TARGET;
use crate::shell::{native_cargo, run_quiet};

/// What the bundles take in; each has its licence in its npm package.
const PACKAGES: [&str; 8] = [
    "@pyscript/core",
    "@webreflection/idb-map",
    "@webreflection/utils",
    "coincident",
    "mini-coi",
    "next-resolver",
    "reflected-ffi",
    "weak-id",
];

/// The text of the file.
pub fn text() -> Result<String> {
    let mut lines = vec!["Works of others in this folder: name, version, licence.\n".to_owned()];
    lines.push("Interpreters (interpreters/)".into());
    for interpreter in &interpreters::ALL {
        lines.push(format!(
            "  {} {}, {}",
            interpreter.package,
            interpreter.version()?,
            interpreter.about("license")?
        ));
    }
    lines.push("\nFrom npm, in pyscript.js, page.js, service-worker.js and mini-coi.js".into());
    for package in PACKAGES {
        let about = |field| interpreters::about(package, field);
        lines.push(format!(
            "  {package} {}, {}",
            about("version")?,
            about("license")?
        ));
    }
    lines.push("\nCompiled into the wasm modules".into());
    lines.extend(crates()?.into_iter().map(|line| format!("  {line}")));
    Ok(lines.join("\n") + "\n")
}

fn crates() -> Result<BTreeSet<String>> {
    let mut tree = native_cargo();
    tree.current_dir(root()).args([
        "tree",
        "--target",
        TARGET,
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
        "--format",
        "{p}|{l}",
    ]);
    for bundle in build::bundles() {
        tree.args(["--package", bundle.name]);
    }
    let said = run_quiet(&mut tree).context("`cargo tree` failed")?;
    Ok(said.lines().filter_map(foreign).collect())
}

/// A line of the list from `name vVERSION|LICENCE`; our own crates show a
/// folder after the version and are left out.
fn foreign(line: &str) -> Option<String> {
    let (package, licence) = line.split_once('|')?;
    if package.contains('(') {
        return None;
    }
    let (name, version) = package.split_once(" v")?;
    let licence = licence.trim_end_matches("(*)").trim();
    Some(format!("{name} {version}, {licence}"))
}
