//! The borders of ARCHITECTURE.md: which crate may know which, and that the
//! pure crates reach nothing of the browser, however indirectly.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::Value;

use super::none_of;
use crate::paths::root;
use crate::shell::{native_cargo, run_quiet};

/// Crates that know no browser.
const PURE: [&str; 3] = ["editor-core", "runtime-config", "runtime-protocol"];
/// What they must not reach.
const OF_THE_BROWSER: [&str; 4] = ["web-sys", "js-sys", "wasm-bindgen", "leptos"];
/// The arrows between our own crates.
const ARROWS: [(&str, &[&str]); 9] = [
    ("app", &["py-editor"]),
    ("py-editor", &["editor-core", "runtime-bridge"]),
    ("runtime-bridge", &["runtime-protocol"]),
    ("editor-core", &["python-grammar"]),
    ("python-grammar", &[]),
    ("runtime-protocol", &[]),
    ("config-wasm", &["runtime-config"]),
    ("runtime-config", &[]),
    ("xtask", &[]),
];

/// Checks both.
pub fn run() -> Result<()> {
    let mut breaches = arrows()?;
    for package in PURE {
        breaches.extend(reached(package)?);
    }
    none_of("a border is crossed", &breaches)
}

fn reached(package: &str) -> Result<Vec<String>> {
    let mut tree = native_cargo();
    tree.current_dir(root())
        .args(["tree", "--package", package, "--target", "all"])
        .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"]);
    let said = run_quiet(&mut tree)?;
    let names: BTreeSet<&str> = said.lines().filter_map(|l| l.split(' ').next()).collect();
    let breaches = OF_THE_BROWSER.iter().filter(|name| names.contains(*name));
    Ok(breaches
        .map(|name| format!("{package} reaches {name}"))
        .collect())
}

fn arrows() -> Result<Vec<String>> {
    let mut metadata = native_cargo();
    metadata
        .current_dir(root())
        .args(["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&run_quiet(&mut metadata)?)?;
    let packages = metadata["packages"]
        .as_array()
        .context("`cargo metadata` lists no packages")?;
    Ok(packages.iter().flat_map(forbidden_arrows).collect())
}

fn forbidden_arrows(package: &Value) -> Vec<String> {
    let name = package["name"].as_str().unwrap_or_default();
    let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name) else {
        return vec![format!("{name} is not in the list of crates")];
    };
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    dependencies
        .filter(|dependency| dependency["kind"].is_null())
        .filter_map(|dependency| dependency["name"].as_str())
        .filter(|to| ARROWS.iter().any(|(ours, _)| ours == to) && !allowed.contains(to))
        .map(|to| format!("{name} -> {to}"))
        .collect()
}
