//! Debian's packages: the way to a compiler or a browser on a machine that
//! reaches a package mirror and little else.

use std::process::Command;
use std::sync::Once;

use anyhow::{Context, Result, bail};

use crate::shell::{answer, command, find_program, run_quiet, step};

/// Whether packages can be installed without asking for a password.
pub fn is_usable() -> bool {
    find_program("apt-get").is_some() && (is_root() || sudo_asks_nothing())
}

/// Whether this is Debian itself, whose packages are the browsers themselves.
pub fn is_debian() -> bool {
    std::fs::read_to_string("/etc/os-release")
        .is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
}

/// Installs packages; the error names the command to run by hand.
pub fn install(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    let by_hand = format!("apt-get update && apt-get install {list}");
    if !is_usable() {
        bail!("missing Debian packages: run `sudo {by_hand}`");
    }
    update();
    step(&format!("installing {list}"), || {
        let args = ["install", "-y", "--no-install-recommends"];
        run_quiet(as_root("apt-get").args(args).args(packages))
            .with_context(|| format!("`{by_hand}` failed"))?;
        Ok(())
    })
}

/// Refreshes the package lists once; a stale list may still do, so a failure
/// is left to the installation to report.
fn update() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let _ = step("refreshing the package lists", || {
            run_quiet(as_root("apt-get").arg("update"))
        });
    });
}

/// A command with the rights of root, without a question at the terminal.
pub fn as_root(program: &str) -> Command {
    let mut root = if is_root() {
        command(program)
    } else {
        let mut sudo = command("sudo");
        sudo.args(["-n", program]);
        sudo
    };
    root.env("DEBIAN_FRONTEND", "noninteractive");
    root
}

fn is_root() -> bool {
    answer("id", &["-u"]).is_some_and(|id| id.trim() == "0")
}

fn sudo_asks_nothing() -> bool {
    answer("sudo", &["-n", "true"]).is_some()
}
