//! Where things are. Every folder that more than one task uses is named here.

use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    // Cargo names this crate's folder to what it runs; the folder known from
    // the build is for a binary that is started without cargo.
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.parent()
        .map_or_else(|| here.clone(), Path::to_path_buf)
}

/// What a static host serves.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Generated sources and half-way products of the web build.
pub fn web() -> PathBuf {
    root().join("target/web")
}

/// The wasm build's own target folder: two compilers may share the machine.
pub fn wasm_target() -> PathBuf {
    root().join("target/wasm")
}

/// Wheels of Python packages.
pub fn wheels() -> PathBuf {
    root().join("target/wheels")
}

/// A package of npm.
pub fn npm_package(name: &str) -> PathBuf {
    root().join("node_modules").join(name)
}
