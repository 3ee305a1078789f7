//! Generates the parser from `grammar.rs` and compiles it with the scanner of
//! the crate tree-sitter-python.

mod grammar;
mod notation;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tree_sitter_generate::{OptLevel, generate_parser_for_grammar};

/// Whose words and scanner are used.
const ORIGIN: &str = "tree-sitter-python";

fn main() {
    println!("cargo:rerun-if-changed=build");
    let origin = source_of(ORIGIN).join("src");
    let words =
        std::fs::read_to_string(origin.join("grammar.json")).expect("the crate ships its grammar");
    let words: Value = serde_json::from_str(&words).expect("the crate's grammar is JSON");
    let grammar = grammar::python(&words).to_string();
    let (_, parser) =
        generate_parser_for_grammar(&grammar, None, OptLevel::default(), &mut Vec::new())
            .unwrap_or_else(|error| panic!("the grammar does not generate: {error}"));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo names a folder"));
    let file = out.join("parser.c");
    std::fs::write(&file, parser).expect("the folder can be written to");
    compile(&file, &origin);
}

fn compile(parser: &Path, origin: &Path) {
    cc::Build::new()
        .std("c11")
        .include(origin)
        .flag_if_supported("-Wno-unused-value")
        .file(parser)
        .file(origin.join("scanner.c"))
        .compile("python-grammar");
}

/// The folder of a crate's source; only cargo knows it.
fn source_of(name: &str) -> PathBuf {
    let cargo = std::env::var_os("CARGO").expect("cargo names itself");
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo names the package");
    let said = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--offline"])
        .current_dir(manifest)
        .output()
        .expect("cargo can be started");
    let metadata: Value = serde_json::from_slice(&said.stdout).unwrap_or_else(|_| {
        panic!(
            "`cargo metadata` failed: {}",
            String::from_utf8_lossy(&said.stderr)
        )
    });
    metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|package| package["name"] == name)
        .and_then(|package| package["manifest_path"].as_str())
        .map(|manifest| Path::new(manifest).with_file_name(""))
        .unwrap_or_else(|| panic!("{name} is not among the dependencies"))
}
