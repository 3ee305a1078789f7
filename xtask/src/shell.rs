//! Running other programs, and saying so: every child process of the task
//! runner starts here, and every line of progress is printed here.
//!
//! Not here: which programs there are (`setup`), and what is done with them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// Variables that `cargo run` sets for this program. A cargo started from
/// here must not inherit them: build scripts would see another world than
/// under a cargo started by hand, and build everything twice.
const OF_THE_OUTER_CARGO: [&str; 3] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"];

/// A command with the outer cargo's variables taken away.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_remove("LD_LIBRARY_PATH");
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if OF_THE_OUTER_CARGO.iter().any(|p| text.starts_with(p)) {
            command.env_remove(&name);
        }
    }
    command
}

/// The cargo that started the task runner: the native toolchain.
pub fn native_cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a command whose output belongs to the person watching.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("{} could not be started", name_of(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", name_of(command));
    }
    Ok(())
}

/// Runs a command silently; its output is part of the error if it fails.
pub fn run_quiet(command: &mut Command) -> Result<String> {
    let Output {
        status,
        stdout,
        stderr,
    } = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{} could not be started", name_of(command)))?;
    let text = String::from_utf8_lossy(&stdout).into_owned();
    if !status.success() {
        let said = String::from_utf8_lossy(&stderr);
        bail!(
            "{} ended with {status}\n{}{}",
            name_of(command),
            tail(&text, 20),
            tail(&said, 40)
        );
    }
    Ok(text)
}

/// What a command prints, or nothing if it cannot be run or fails.
pub fn answer(program: impl AsRef<OsStr>, args: &[&str]) -> Option<String> {
    run_quiet(command(program).args(args)).ok()
}

/// Where a program of this name is on the search path.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| is_program(file))
}

/// Whether this path is a file that can be started, as far as can be told.
pub fn is_program(file: &Path) -> bool {
    file.is_file()
}

/// One line of progress: the name at once, the time when it is done.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("  ... {what}");
    let start = Instant::now();
    let result = work();
    let seconds = start.elapsed().as_secs_f32();
    match &result {
        Ok(_) => eprintln!("   ok {what} ({seconds:.1} s)"),
        Err(_) => eprintln!(" FAIL {what} ({seconds:.1} s)"),
    }
    result
}

/// A line for what needed no work.
pub fn already(what: &str) {
    eprintln!("   ok {what}");
}

fn name_of(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = vec![program.file_name().unwrap_or_default().to_string_lossy()];
    words.extend(command.get_args().take(3).map(OsStr::to_string_lossy));
    format!("`{}`", words.join(" "))
}

fn tail(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.lines().collect();
    let from = all.len().saturating_sub(lines);
    all[from..].iter().map(|l| format!("{l}\n")).collect()
}
