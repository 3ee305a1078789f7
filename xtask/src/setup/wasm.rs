//! A Rust compiler for wasm32-unknown-unknown, by one of two roads: rustup's
//! target where rustup reaches its server, else Debian's `rustc-web` with a
//! standard library built here once from Debian's source package.
//!
//! Not here: building the project (`build`).

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{apt, clang};
use crate::paths::{root, wasm_target};
use crate::shell::{already, answer, command, find_program, native_cargo, run_quiet, step};
use crate::stamp::{self, Inputs};

/// The target's name.
pub const TARGET: &str = "wasm32-unknown-unknown";
/// The name under which rustup knows Debian's compiler.
const LINKED: &str = "wasm";
/// Debian's compiler, its library source, the linker and a C compiler.
const PACKAGES: [&str; 7] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-clippy",
    "lld-19",
    "clang-19",
    "llvm-19",
];
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_LIB: &str = "/usr/lib/rustlib/wasm32-unknown-unknown/lib";
const DEBIAN_LINKER: &str = "wasm-ld-19";

/// How to call cargo for wasm.
#[derive(Debug)]
pub struct WasmToolchain {
    cargo: Vec<String>,
    env: Vec<(String, String)>,
    /// Changes whenever the standard library does.
    library: String,
}

/// Which of the two roads this machine is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Road {
    Rustup,
    Debian,
}

/// Finds the compiler, or makes it.
pub fn run() -> Result<WasmToolchain> {
    let road = match find() {
        Some(road) => {
            already("wasm compiler");
            road
        }
        None => install()?,
    };
    let toolchain = WasmToolchain::new(road)?;
    toolchain.forget_stale_builds()?;
    Ok(toolchain)
}

impl WasmToolchain {
    /// A cargo of this toolchain, with its environment and its own target
    /// folder.
    pub fn cargo(&self) -> Command {
        let mut cargo = command(&self.cargo[0]);
        cargo
            .args(&self.cargo[1..])
            .current_dir(root())
            .env("CARGO_TARGET_DIR", wasm_target())
            .envs(self.env.iter().map(|(k, v)| (k, v)));
        cargo
    }

    /// Whether this toolchain can lint.
    pub fn has_clippy(&self) -> bool {
        run_quiet(self.cargo().args(["clippy", "--version"])).is_ok()
    }

    /// The same by hand: what to export and what to call.
    pub fn by_hand(&self) -> String {
        let exports: String = self
            .env
            .iter()
            .map(|(name, value)| format!("export {name}='{value}'\n"))
            .collect();
        let cargo = self.cargo.join(" ");
        format!("{exports}{cargo} build --target {TARGET} -p py-editor --profile wasm\n")
    }

    fn new(road: Road) -> Result<Self> {
        let clang = clang::run()?;
        let grammar = grammar_folder()?;
        let headers = format!("-I{}", grammar.join("wasm/include").display());
        let name = TARGET.replace('-', "_");
        let mut env = vec![
            (format!("CC_{name}"), clang.clang.display().to_string()),
            (format!("AR_{name}"), clang.ar.display().to_string()),
            (format!("CFLAGS_{name}"), headers),
        ];
        let cargo = match road {
            // rustup's proxy, so that crates with a toolchain file of their
            // own are still built by the toolchain that was asked for.
            Road::Rustup => vec!["cargo".into()],
            Road::Debian => {
                let linker = format!("CARGO_TARGET_{}_LINKER", name.to_uppercase());
                env.push((linker, DEBIAN_LINKER.into()));
                ["rustup", "run", LINKED, "cargo"]
                    .map(String::from)
                    .to_vec()
            }
        };
        // Panic messages name files: short names, and none of this machine.
        // Flags are parted at spaces, so a path with a space stays as it is.
        let sources = grammar.parent().unwrap_or(&grammar);
        let remap: Vec<String> = [(sources, "crates"), (&root(), "py-editor")]
            .into_iter()
            .map(|(path, name)| format!("--remap-path-prefix={}={name}", path.display()))
            .filter(|flag| !flag.contains(' '))
            .collect();
        let flags = format!("CARGO_TARGET_{}_RUSTFLAGS", name.to_uppercase());
        env.push((flags, remap.join(" ")));
        let library = match road {
            Road::Rustup => answer("rustc", &["-vV"]).unwrap_or_default(),
            Road::Debian => library_of(Path::new(DEBIAN_LIB)).unwrap_or_default(),
        };
        Ok(Self {
            cargo,
            env,
            library,
        })
    }

    /// A target folder built against another standard library ends in
    /// error E0463; such a folder is emptied.
    fn forget_stale_builds(&self) -> Result<()> {
        let stamp = wasm_target().join(".library");
        let hash = Inputs::default().text(&self.library).hash();
        if stamp::holds(&stamp, &hash) {
            return Ok(());
        }
        if wasm_target().exists() {
            std::fs::remove_dir_all(wasm_target()).context("cannot empty target/wasm")?;
        }
        stamp::write(&stamp, hash)
    }
}

fn find() -> Option<Road> {
    let sysroot = answer("rustc", &["--print", "sysroot"])?;
    let lib = Path::new(sysroot.trim()).join(format!("lib/rustlib/{TARGET}/lib"));
    // Debian's folder counts only through the road that watches its age.
    if lib != Path::new(DEBIAN_LIB) && library_of(&lib).is_some() {
        return Some(Road::Rustup);
    }
    let is_current = stamp::holds(&library_stamp(), &debian_version()?);
    let all = is_current && is_linked() && find_program(DEBIAN_LINKER).is_some();
    all.then_some(Road::Debian)
}

fn install() -> Result<Road> {
    if add_target().is_ok() {
        return Ok(Road::Rustup);
    }
    if find_program("rustup").is_none() {
        bail!(
            "missing the {TARGET} target: install Rust by rustup, then run `rustup target add {TARGET}`"
        );
    }
    if !apt::is_usable() {
        bail!("missing the {TARGET} target: run `rustup target add {TARGET}`");
    }
    eprintln!("      rustup cannot add {TARGET} here; using Debian's rustc-web");
    apt::install(&PACKAGES)?;
    if !debian_version().is_some_and(|now| stamp::holds(&library_stamp(), &now)) {
        step("building the wasm standard library (once)", build_library)?;
    }
    step("telling rustup about the compiler", || {
        run_quiet(command("rustup").args(["toolchain", "link", LINKED, "/usr"]))?;
        Ok(())
    })?;
    Ok(Road::Debian)
}

fn add_target() -> Result<()> {
    step(&format!("rustup target add {TARGET}"), || {
        run_quiet(command("rustup").args(["target", "add", TARGET]))?;
        Ok(())
    })
}

fn build_library() -> Result<()> {
    let folder = root().join("target/wasm-library");
    let manifest =
        "[package]\nname = \"nothing\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";
    stamp::write(&folder.join("Cargo.toml"), manifest)?;
    stamp::write(&folder.join("src/lib.rs"), "#![no_std]\n")?;
    // Without the bitcode, link-time optimisation cannot read the library.
    run_quiet(
        command(DEBIAN_CARGO)
            .args(["build", "--release", "--target", TARGET])
            .arg("-Zbuild-std=std,panic_abort,proc_macro")
            .current_dir(&folder)
            .env_remove("RUSTUP_TOOLCHAIN")
            .env("RUSTC", DEBIAN_RUSTC)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", "-Cembed-bitcode=yes")
            .env("CARGO_TARGET_DIR", folder.join("target")),
    )
    .context("the wasm standard library could not be built from rust-web-src")?;
    let built = folder.join("target").join(TARGET).join("release/deps");
    install_library(&built)?;
    std::fs::remove_dir_all(&folder).context("cannot clean up target/wasm-library")
}

fn install_library(built: &Path) -> Result<()> {
    let run = |program: &str, args: &[&str]| run_quiet(apt::as_root(program).args(args));
    let old = stamp::files_below(Path::new(DEBIAN_LIB))?;
    for file in old.iter().filter(|f| is_library(f)) {
        run("rm", &["-f", &file.to_string_lossy()])?;
    }
    run("mkdir", &["-p", DEBIAN_LIB])?;
    for file in stamp::files_below(built)?.iter().filter(|f| is_library(f)) {
        run("cp", &[&file.to_string_lossy(), DEBIAN_LIB])?;
    }
    let version = debian_version().context("Debian's rustc does not answer")?;
    let note = root().join("target/wasm-library/version");
    stamp::write(&note, version)?;
    let to = library_stamp();
    run("cp", &[&note.to_string_lossy(), &to.to_string_lossy()])?;
    Ok(())
}

fn is_library(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".rlib") && !name.starts_with("libnothing")
}

/// Says with which compiler the library in Debian's folder was built.
fn library_stamp() -> PathBuf {
    Path::new(DEBIAN_LIB).join("built-with")
}

fn debian_version() -> Option<String> {
    answer(DEBIAN_RUSTC, &["-vV"])
}

fn is_linked() -> bool {
    answer("rustup", &["toolchain", "list"])
        .is_some_and(|list| list.lines().any(|l| l.split(' ').next() == Some(LINKED)))
}

/// The library's file and its time: another build is another library.
fn library_of(lib: &Path) -> Option<String> {
    let files = stamp::files_below(lib).ok()?;
    let std = files
        .iter()
        .find(|f| f.to_string_lossy().contains("/libstd-"))?;
    let time = std.metadata().ok()?.modified().ok()?;
    Some(format!("{} {time:?}", std.display()))
}

/// The crate with the C headers that the Python grammar's build script lacks
/// for wasm; it lies where cargo keeps the sources of all crates.
fn grammar_folder() -> Result<PathBuf> {
    let metadata = run_quiet(
        native_cargo()
            .args(["metadata", "--format-version", "1"])
            .current_dir(root()),
    )
    .context("`cargo metadata` failed")?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let manifest = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|package| package["name"] == "tree-sitter-language")
        .and_then(|package| package["manifest_path"].as_str())
        .context("the crate tree-sitter-language is not among the dependencies")?;
    Ok(Path::new(manifest).with_file_name(""))
}
