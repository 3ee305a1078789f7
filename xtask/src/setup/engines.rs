//! The engines beside Chromium in which the main lines are tested: Firefox, and
//! WebKitGTK with its WebDriver server and a display without a screen.
//!
//! On Debian they are installed, and it is an error if that fails. Elsewhere an
//! engine that is not there is named, and its tests are reported as skipped.
//!
//! Not here: how they are driven (`tests/engines.mjs`).

use std::path::PathBuf;

use anyhow::Result;

use super::{apt, browser};
use crate::shell::{already, find_program};

/// A program, by the variable that tells the tests where it is.
type Program = (&'static str, PathBuf);

struct Engine {
    name: &'static str,
    /// For each program the variable that chooses it, and its usual names.
    programs: &'static [(&'static str, &'static [&'static str])],
    /// What Debian calls it.
    packages: &'static [&'static str],
}

const ENGINES: [Engine; 2] = [
    Engine {
        name: "Firefox",
        programs: &[("FIREFOX", &["firefox-esr", "firefox"])],
        packages: &["firefox-esr"],
    },
    Engine {
        name: "WebKitGTK",
        programs: &[("WEBKIT_DRIVER", &["WebKitWebDriver"]), ("XVFB", &["Xvfb"])],
        packages: &["webkit2gtk-driver", "xvfb"],
    },
];

/// The programs of the engines that are there, after what could be installed.
pub fn run() -> Result<Vec<Program>> {
    let mut found = Vec::new();
    for engine in &ENGINES {
        found.extend(engine.see_to()?);
    }
    Ok(found)
}

impl Engine {
    fn see_to(&self) -> Result<Vec<Program>> {
        if let Some(found) = self.find()? {
            already(self.name);
            return Ok(found);
        }
        if apt::is_debian() && apt::is_usable() {
            apt::install(self.packages)?;
        }
        let found = self.find()?;
        if found.is_none() {
            eprintln!(" SKIP tests in {}: {}", self.name, self.way_out());
        }
        Ok(found.unwrap_or_default())
    }

    /// All of its programs, or nothing.
    fn find(&self) -> Result<Option<Vec<Program>>> {
        let mut all = Vec::new();
        for (variable, names) in self.programs {
            let chosen = browser::chosen(variable)?;
            let found = chosen.or_else(|| names.iter().find_map(|name| find_program(name)));
            all.push(found.map(|program| (*variable, program)));
        }
        Ok(all.into_iter().collect())
    }

    fn way_out(&self) -> String {
        let variables: Vec<_> = self.programs.iter().map(|(name, _)| *name).collect();
        format!(
            "it is not here; run `sudo apt-get install {}` or your system's like, or set {}",
            self.packages.join(" "),
            variables.join(" and ")
        )
    }
}
