//! A Chromium for the tests and the benchmark. Nothing else needs it, so
//! only those tasks ask.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::{apt, npm};
use crate::paths::{npm_package, root};
use crate::shell::{already, command, find_program, is_program, run_quiet, step};

const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
const ON_A_MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// The browser's program; installs one when there is none.
pub fn run() -> Result<PathBuf> {
    if let Some(chosen) = chosen("CHROMIUM")? {
        return Ok(chosen);
    }
    let browser = match find() {
        Some(found) => {
            already("browser");
            found
        }
        None => install()?,
    };
    Ok(browser)
}

/// The program that a variable of the environment names.
pub fn chosen(variable: &str) -> Result<Option<PathBuf>> {
    let Some(chosen) = std::env::var_os(variable).map(PathBuf::from) else {
        return Ok(None);
    };
    if !is_program(&chosen) {
        bail!(
            "{variable} names {}, which is not there: unset it or name a program",
            chosen.display()
        );
    }
    Ok(Some(chosen))
}

fn find() -> Option<PathBuf> {
    let of_system = NAMES.iter().find_map(|name| find_program(name));
    of_system
        .or_else(|| Some(PathBuf::from(ON_A_MAC)).filter(|p| is_program(p)))
        .or_else(of_playwright)
}

/// Debian's own package first: it comes from the mirror that is there
/// anyway. Elsewhere the test driver's download, then what apt has.
fn install() -> Result<PathBuf> {
    let installed = if apt::is_debian() && apt::is_usable() {
        apt::install(&["chromium"])
    } else {
        download().or_else(|_| apt::install(&["chromium"]))
    };
    installed
        .ok()
        .and_then(|()| find())
        .context("missing Chromium for the tests: run `sudo apt-get install chromium`, or set CHROMIUM to a browser's path")
}

fn download() -> Result<()> {
    let cli = npm_package("playwright-core").join("cli.js");
    step("downloading Chromium", || {
        run_quiet(
            command(npm::node()?)
                .arg(cli)
                .args(["install", "chromium"])
                .current_dir(root()),
        )?;
        Ok(())
    })
}

fn of_playwright() -> Option<PathBuf> {
    let script = "import('playwright-core').then(p => console.log(p.chromium.executablePath()))";
    let said = run_quiet(
        command(npm::node().ok()?)
            .args(["-e", script])
            .current_dir(root()),
    );
    Some(PathBuf::from(said.ok()?.trim())).filter(|p| is_program(p))
}
