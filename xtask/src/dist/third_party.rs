//! `THIRD-PARTY.txt`: name, version and licence of everything in `dist/` that
//! is not ours: the interpreters, the npm packages in the modules, and the crates
//! compiled into the wasm.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::Value;

use super::interpreters;
use crate::build;
use crate::paths::{npm_package, root};
use crate::setup::wasm::TARGET;
use crate::shell::{native_cargo, run_quiet};

/// The npm packages that esbuild finds in our JavaScript.
const BUNDLED: [&str; 6] = [
    "@pyscript/core",
    "@webreflection/idb-map",
    "coincident",
    "dompurify",
    "fflate",
    "reflected-ffi",
];
/// Not linked itself: its scanner and its words are in our grammar.
const BUILT_FROM: &str = "tree-sitter-python";

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
    lines.push("\nBeside Pyodide, as they are".into());
    lines.push(format!("  {}, MPL-2.0", interpreters::installer()?.0));
    lines.push("\nBundled into the JavaScript".into());
    for package in BUNDLED {
        lines.push(format!("  {}", npm_line(package)?));
    }
    lines.push("\nCompiled into the wasm modules".into());
    lines.extend(crates()?.into_iter().map(|line| format!("  {line}")));
    Ok(lines.join("\n") + "\n")
}

fn npm_line(package: &str) -> Result<String> {
    let manifest = npm_package(package).join("package.json");
    let text = std::fs::read_to_string(&manifest)
        .with_context(|| format!("cannot read {}", manifest.display()))?;
    let about: Value = serde_json::from_str(&text)?;
    let field = |name: &str| about[name].as_str().unwrap_or("unknown").to_owned();
    Ok(format!(
        "{package} {}, {}",
        field("version"),
        field("license")
    ))
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
        tree.args(["--package", bundle.package]);
    }
    let said = run_quiet(&mut tree).context("`cargo tree` failed")?;
    let mut built_from = native_cargo();
    built_from
        .current_dir(root())
        .args(["tree", "--package", BUILT_FROM, "--depth", "0"])
        .args(["--prefix", "none", "--format", "{p}|{l}"]);
    let origin = run_quiet(&mut built_from).context("`cargo tree` failed")?;
    let lines = said.lines().chain(origin.lines());
    Ok(lines.filter_map(foreign).collect())
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
