//! `dist`: the folder that any static host can serve as it is. Bundles the
//! JavaScript and the styles, puts the interpreters beside them, and lists
//! whose work is inside.
//!
//! Not here: the wasm (`build`), serving (`serve`), sizes (`size`).

mod bundle;
mod folder;
mod interpreters;
mod pulse;
mod third_party;

use anyhow::Result;

use crate::build::{self, Effort};
use crate::paths::{dist, npm_package, root};
use crate::setup::WasmToolchain;
use crate::shell::step;
use folder::Folder;

/// Files of the project that are served unchanged, where they exist.
const COPIED: [&str; 1] = ["index.html"];

/// Plain help for errors, fetched with the first one.
const HINTS: (&str, &str) = ("hints.txt", "runtime-bridge/protocol/hints/rules.txt");

/// The script that makes a page isolated where its server cannot, with its licence.
const ISOLATION: [(&str, &str); 2] = [
    ("mini-coi.js", "mini-coi.js"),
    ("LICENSE", "mini-coi.LICENSE.txt"),
];

/// Builds everything and fills `dist/`.
pub fn run(toolchain: &WasmToolchain, effort: Effort) -> Result<()> {
    build::build(toolchain, effort)?;
    eprintln!("dist");
    bundle::prepare()?;
    let mut folder = Folder::new(dist());
    for bundle in build::bundles() {
        let module = bundle::page_module(bundle)?;
        folder.put_copy(&format!("{}.js", bundle.name), &module)?;
        for (name, module) in bundle.modules() {
            folder.put_copy(&name, &module)?;
        }
    }
    for (name, product) in bundle::scripts_and_styles()? {
        folder.put_copy(name, &product)?;
    }
    for interpreter in &interpreters::ALL {
        for file in interpreter.files {
            folder.put_copy(&interpreter.served(file), &interpreter.source(file))?;
        }
    }
    let (served, wheel) = interpreters::installer()?;
    folder.put_copy(&served, &wheel)?;
    for file in COPIED.iter().filter(|file| root().join(file).exists()) {
        folder.put_copy(file, &root().join(file))?;
    }
    folder.put_copy(HINTS.0, &root().join(HINTS.1))?;
    for (file, served) in ISOLATION {
        folder.put_copy(served, &npm_package("mini-coi").join(file))?;
    }
    folder.put("THIRD-PARTY.txt", third_party::text()?.as_bytes())?;
    step("filling dist/", || folder.finish())
}
