//! `setup`: makes a machine able to build the project. Each part looks
//! first and works only when something is missing, so a second start is
//! quick and needs no network.

pub mod apt;
pub mod browser;
pub mod clang;
pub mod engines;
pub mod npm;
pub mod wasm;
pub mod wheels;

use anyhow::Result;

pub use wasm::WasmToolchain;

/// Everything that building needs.
pub fn run() -> Result<WasmToolchain> {
    eprintln!("setup");
    npm::run()?;
    wheels::run()?;
    wasm::run()
}
