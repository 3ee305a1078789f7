//! `packages`: which entries are names, which are files, and which describe
//! further packages.

use std::collections::BTreeSet;

use crate::error::ConfigError;
use crate::read::Entry;
use crate::source::{extension, has_scheme};
use crate::{Resolve, url_in};

/// The word that means "what the program imports".
const AUTO: &str = "auto";

/// An entry of `packages`.
#[derive(Debug)]
pub(crate) enum Package<'a> {
    /// For the installer, as it is.
    Ready(String),
    /// A remote package descriptor, fetched and read in its turn.
    Described {
        url: String,
        /// What named it.
        by: Entry<'a>,
    },
}

/// What a document says about packages.
#[derive(Debug, Default)]
pub(crate) struct Packages<'a> {
    pub(crate) list: Vec<Package<'a>>,
    pub(crate) auto: bool,
}

/// Reads `packages`: a list, or the word `"auto"`, which may also be in the list.
pub(crate) fn read<'a>(
    entry: &Entry<'a>,
    resolve: &dyn Resolve,
) -> Result<Packages<'a>, ConfigError> {
    let mut packages = Packages::default();
    if entry.as_text() == Some(AUTO) {
        packages.auto = true;
        return Ok(packages);
    }
    let items = entry
        .list("a list of strings, or \"auto\"")?
        .into_iter()
        .map(|item| item.text().map(|text| (text.trim(), item.clone())));
    for item in items {
        match item? {
            ("", item) => {
                return Err(item.error("This package has no name", "Write a name, or leave it out"));
            }
            (AUTO, _) => packages.auto = true,
            (text, item) if is_described(text) => {
                let url = absolute(text, &item, resolve)?;
                packages.list.push(Package::Described { url, by: item });
            }
            (text, item) if is_file(text) => {
                let url = absolute(text, &item, resolve)?;
                packages.list.push(Package::Ready(url));
            }
            (text, _) => packages.list.push(Package::Ready(text.to_owned())),
        }
    }
    Ok(packages)
}

fn is_described(text: &str) -> bool {
    matches!(extension(text).as_deref(), Some("toml" | "json"))
}

/// A path of ours; `pkg @ https://…`, `emfs:/…` and `github:…` are the installer's.
fn is_file(text: &str) -> bool {
    let is_wheel = extension(text).as_deref() == Some("whl");
    let is_plain = !has_scheme(text) && !text.contains('@');
    text.starts_with(['.', '/']) || is_wheel && is_plain
}

fn absolute(text: &str, item: &Entry<'_>, resolve: &dyn Resolve) -> Result<String, ConfigError> {
    let advice = "Write a URL, absolute or relative to the configuration";
    url_in(item, text, resolve, advice)
}

/// Names of packages that were described; each may come once.
#[derive(Debug, Default)]
pub(crate) struct Names(BTreeSet<String>);

impl Names {
    /// Takes the `name` of a descriptor at `url`.
    pub(crate) fn take(&mut self, descriptor: &Entry<'_>, url: &str) -> Result<(), ConfigError> {
        let name = descriptor.get("name").ok_or_else(|| {
            descriptor.error(
                format!("The description of a package at {url} lacks a `name`"),
                "Add name = \"…\" to it",
            )
        })?;
        let text = name.text()?;
        if !self.0.insert(text.to_owned()) {
            return Err(name.error(
                format!("Unable to process {text} @ {url}"),
                "Another package has this name already: leave one of the two out",
            ));
        }
        Ok(())
    }
}
