//! `THIRD-PARTY.txt`: name, version and licence of everything in `dist/` that
//! is not ours: the interpreters, the npm packages in the modules, and the crates
//! compiled into the wasm.

use std::collections::BTreeSet;

use anyhow::{Context, Result};

use super::interpreters;
use crate::build;
use crate::paths::root;
use crate::setup::wasm::TARGET;
use crate::shell::{native_cargo, run_quiet};

/// What esbuild finds in our JavaScript; each has its licence in its npm package.
const BUNDLED: [&str; 12] = [
    "@pyscript/core",
    "@webreflection/idb-map",
    "@webreflection/utils",
    "coincident",
    "dompurify",
    "fflate",
    "marked",
    "mini-coi",
    "next-resolver",
    "reflected-ffi",
    "temml",
    "weak-id",
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
