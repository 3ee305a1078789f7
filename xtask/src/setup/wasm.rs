//! A Rust compiler for wasm32-unknown-unknown, by one of two roads: rustup's
//! own where rustup reaches its server, else Debian's `rustc-web`.
//!
//! Either way the standard library is built with the project, from its source,
//! for size and without the texts of panics (`LIBRARY`). Where that source or
//! the crates it needs cannot be had, the library that rustup ships serves.
//! Not here: building the project (`build`).

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{apt, clang};
use crate::paths::{root, wasm_target, web};
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
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std";
const DEBIAN_LINKER: &str = "wasm-ld-19";
/// The library's crates, and its features: smaller ways of sorting, searching
/// and writing numbers; no backtraces.
const LIBRARY: [&str; 2] = [
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
];
/// A panic is a trap at once: as before no text is shown to anybody, and now
/// none is loaded either.
const TRAP: [&str; 3] = [
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Zlocation-detail=none",
];
/// The linker says what needs what: a module is split by that (`build/split.rs`).
const RELOCATIONS: &str = "-Clink-arg=--emit-relocs";
/// Said where rustup's library serves.
pub const NOT_BUILT: &str = "the standard library is not built for size, which costs a page 20 KB";
const BUILT: &str = "built";
const SHIPPED: &str = "shipped";
/// What the compiler must be told so that a stable one takes `LIBRARY` and `TRAP`.
const UNLOCK: &str = "RUSTC_BOOTSTRAP";

/// How to call cargo for wasm.
#[derive(Debug)]
pub struct WasmToolchain {
    cargo: Vec<String>,
    env: Vec<(String, String)>,
    /// Which compiler it is.
    version: String,
    library: Library,
}

/// Which of the two roads this machine is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Road {
    Rustup,
    Debian,
}

/// Which standard library the modules get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Library {
    /// Built with them, for size.
    Built,
    /// The one that rustup ships: 20 KB more for a page to load.
    Shipped,
}

/// Finds the compiler, or installs it.
pub fn run() -> Result<WasmToolchain> {
    let road = match find() {
        Some(road) => {
            already("wasm compiler");
            road
        }
        None => install()?,
    };
    let built = WasmToolchain::new(road, Library::Built)?;
    let toolchain = match built.library_source(road) {
        Ok(()) => built,
        // Without it this road has no library at all.
        Err(error) if road == Road::Debian => return Err(error),
        Err(error) => {
            eprintln!("      {NOT_BUILT}: {}", first_line(&error));
            WasmToolchain::new(road, Library::Shipped)?
        }
    };
    toolchain.remember_library()?;
    toolchain.forget_stale_builds()?;
    Ok(toolchain)
}

fn first_line(error: &anyhow::Error) -> String {
    let text = format!("{error:#}");
    text.lines().next().unwrap_or_default().to_owned()
}

/// Whether the last set-up had to take the library that rustup ships.
pub fn is_library_shipped() -> bool {
    std::fs::read_to_string(library_note()).is_ok_and(|note| note == SHIPPED)
}

fn library_note() -> PathBuf {
    web().join(".library")
}

impl WasmToolchain {
    /// A cargo of this toolchain, with its environment and its own target
    /// folder.
    pub fn cargo(&self) -> Command {
        let mut cargo = command(&self.cargo[0]);
        cargo
            .args(&self.cargo[1..])
            .args(self.library_options())
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
        let cargo = [&self.cargo[..], &self.library_options()[..]]
            .concat()
            .join(" ");
        format!("{exports}{cargo} build --target {TARGET} -p py-editor --profile wasm\n")
    }

    fn new(road: Road, library: Library) -> Result<Self> {
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
        let version = match road {
            Road::Rustup => answer("rustc", &["-vV"]),
            Road::Debian => answer(DEBIAN_RUSTC, &["-vV"]),
        };
        // Panic messages name files: short names, and none of this machine.
        let sources = grammar.parent().unwrap_or(&grammar);
        let mut flags: Vec<String> = [(sources, "crates"), (&root(), "py-editor")]
            .into_iter()
            .map(|(path, name)| format!("--remap-path-prefix={}={name}", path.display()))
            .collect();
        flags.push(RELOCATIONS.into());
        if library == Library::Built {
            flags.extend(TRAP.map(String::from));
            env.push((UNLOCK.into(), "1".into()));
        }
        // Flags are parted at spaces, so a path with a space stays as it is.
        flags.retain(|flag| !flag.contains(' '));
        let name = format!("CARGO_TARGET_{}_RUSTFLAGS", name.to_uppercase());
        env.push((name, flags.join(" ")));
        Ok(Self {
            cargo,
            env,
            version: version.context("the wasm compiler does not answer")?,
            library,
        })
    }

    /// Sees to the library's source and to the crates that it needs.
    fn library_source(&self, road: Road) -> Result<()> {
        if road == Road::Rustup && !has_source() {
            step("rustup component add rust-src", || {
                run_quiet(command("rustup").args(["component", "add", "rust-src"]))
            })
            .context("its source cannot be had")?;
        }
        let hash = Inputs::default()
            .text(&self.version)
            .text(&self.by_hand())
            .hash();
        let stamp = root().join("target/.library-source");
        let done = stamp::unless_done(&stamp, &hash, &[], || {
            self.takes_flags()
                .context("this compiler cannot build it for size")?;
            run_quiet(self.cargo().args(["fetch", "--quiet", "--target", TARGET]))
                .context("the crates that it needs cannot be had")?;
            Ok(())
        })?;
        if !done {
            already("source of the standard library");
        }
        Ok(())
    }

    /// Whether the compiler knows what it will be told: these options are not
    /// promised to stay.
    fn takes_flags(&self) -> Result<()> {
        let (_, runner) = self.cargo.split_last().context("no command")?;
        let words: Vec<&str> = runner.iter().map(String::as_str).chain(["rustc"]).collect();
        run_quiet(
            command(words[0])
                .args(&words[1..])
                .args(["--print", "cfg", "--target", TARGET])
                .args(TRAP)
                .env(UNLOCK, "1"),
        )?;
        Ok(())
    }

    fn library_options(&self) -> Vec<String> {
        match self.library {
            Library::Built => LIBRARY.map(String::from).to_vec(),
            Library::Shipped => Vec::new(),
        }
    }

    /// For `size`, which may run much later.
    fn remember_library(&self) -> Result<()> {
        let note = match self.library {
            Library::Built => BUILT,
            Library::Shipped => SHIPPED,
        };
        stamp::write(&library_note(), note)
    }

    /// What another compiler built is of no use to this one; such a folder is
    /// emptied.
    fn forget_stale_builds(&self) -> Result<()> {
        let stamp = wasm_target().join(".library");
        let hash = Inputs::default().text(&self.version).hash();
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
    // Debian's folder counts only through the road that knows what it lacks.
    if sysroot()? != Path::new("/usr") && has_target() {
        return Some(Road::Rustup);
    }
    let programs = [DEBIAN_RUSTC, DEBIAN_SOURCE].map(Path::new);
    let all = programs.iter().all(|path| path.exists())
        && is_linked()
        && find_program(DEBIAN_LINKER).is_some();
    all.then_some(Road::Debian)
}

fn sysroot() -> Option<PathBuf> {
    let sysroot = answer("rustc", &["--print", "sysroot"])?;
    Some(PathBuf::from(sysroot.trim()))
}

/// Whether rustup's compiler has the target's library.
fn has_target() -> bool {
    let lib = sysroot().map(|root| root.join(format!("lib/rustlib/{TARGET}/lib")));
    lib.and_then(|lib| stamp::files_below(&lib).ok())
        .is_some_and(|files| {
            files
                .iter()
                .any(|f| f.to_string_lossy().contains("/libstd-"))
        })
}

/// Whether rustup's compiler has the source of its library.
fn has_source() -> bool {
    sysroot().is_some_and(|root| root.join("lib/rustlib/src/rust/library/std").exists())
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

fn is_linked() -> bool {
    answer("rustup", &["toolchain", "list"])
        .is_some_and(|list| list.lines().any(|l| l.split(' ').next() == Some(LINKED)))
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
