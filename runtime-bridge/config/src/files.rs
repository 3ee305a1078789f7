//! `files` and its older form `fetch`: what is fetched, and where it goes.
//!
//! The messages in single sentences at the start of an error are PyScript's own.

use crate::error::ConfigError;
use crate::plan::FileEntry;
use crate::read::Entry;
use crate::source::{extension, path};
use crate::{Resolve, url_in};

/// Extensions of what can be unpacked; `tar.gz` ends in the last.
const ARCHIVES: [&str; 5] = ["zip", "whl", "tar", "tgz", "gz"];

/// What several documents want fetched.
pub(crate) struct Files<'r> {
    pub(crate) entries: Vec<FileEntry>,
    resolve: &'r dyn Resolve,
}

/// `{NAME}` and its value, in the order of the text.
type Templates = Vec<(String, String)>;

impl<'r> Files<'r> {
    pub(crate) fn new(resolve: &'r dyn Resolve) -> Self {
        Self {
            entries: Vec::new(),
            resolve,
        }
    }

    /// Adds the `files` of a document.
    pub(crate) fn add(&mut self, files: &Entry<'_>) -> Result<(), ConfigError> {
        let mut templates = Templates::new();
        let others = self.entries.len();
        for (source, entry) in files.map()? {
            let target = fill(entry.text()?, &templates, &entry)?;
            if is_template(source) {
                define(&mut templates, source, target, &entry)?;
                continue;
            }
            let source = fill(source, &templates, &entry)?;
            self.push(&source, &target, &entry, others)?;
        }
        Ok(())
    }

    /// Adds the `fetch` of a document: a list of tables.
    pub(crate) fn add_fetch(&mut self, fetch: &Entry<'_>) -> Result<(), ConfigError> {
        for group in fetch.list("a list of tables")? {
            group.map()?;
            let text = |name: &str| group.get(name).map(|entry| entry.text()).transpose();
            let from = text("from")?.unwrap_or_default();
            let folder = text("to_folder")?.unwrap_or(".");
            let to_file = text("to_file")?;
            let others = self.entries.len();
            match (group.get("files"), to_file) {
                (Some(_), Some(_)) => {
                    return Err(group.error(
                        "Cannot use 'to_file' and 'files' parameters together!",
                        "Leave one of them out",
                    ));
                }
                (Some(names), None) => {
                    for (name, entry) in names.texts()? {
                        let target = join(folder, name);
                        self.push(&join(from, name), &target, &entry, others)?;
                    }
                }
                (None, to_file) => {
                    let name = match to_file {
                        Some(name) => name,
                        None => named_by(from, &group)?,
                    };
                    self.push(from, &join(folder, name), &group, others)?;
                }
            }
        }
        Ok(())
    }

    /// `others`: how many entries other documents have; a source of theirs is not taken twice.
    fn push(
        &mut self,
        source: &str,
        target: &str,
        entry: &Entry<'_>,
        others: usize,
    ) -> Result<(), ConfigError> {
        let advice = "Write a URL, absolute or relative to the configuration";
        let url = url_in(entry, source, self.resolve, advice)?;
        if self.entries[..others].iter().any(|other| other.url == url) {
            return Err(entry.error(
                format!("Duplicated path: {source}"),
                "A package brings this file already: leave one of the two out",
            ));
        }
        let (path, unpack) = match target.strip_suffix('*') {
            Some(folder) if folder.is_empty() || folder.ends_with('/') => {
                (archive_folder(source, folder, entry)?, true)
            }
            _ => (with_name(target, source, entry)?, false),
        };
        let taken = |other: &FileEntry| !other.unpack && other.path == path;
        if !unpack && self.entries.iter().any(taken) {
            return Err(entry.error(
                format!("Duplicated destination: {path}"),
                "Give each file a path of its own",
            ));
        }
        self.entries.push(FileEntry {
            key: entry.key.clone(),
            url,
            path,
            unpack,
        });
        Ok(())
    }
}

fn is_template(source: &str) -> bool {
    let name = source
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'));
    name.is_some_and(|name| !name.is_empty() && !name.contains(['{', '}']))
}

fn define(
    templates: &mut Templates,
    name: &str,
    value: String,
    entry: &Entry<'_>,
) -> Result<(), ConfigError> {
    if templates.iter().any(|(other, _)| other == name) {
        return Err(entry.error(
            format!("Duplicated template: {name}"),
            "Define each name once",
        ));
    }
    templates.push((name.to_owned(), value));
    Ok(())
}

/// Replaces every `{NAME}`.
fn fill(text: &str, templates: &Templates, entry: &Entry<'_>) -> Result<String, ConfigError> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let Some(length) = rest[start..].find('}') else {
            break;
        };
        let name = &rest[start..=start + length];
        let value = templates.iter().find(|(other, _)| other == name);
        let Some((_, value)) = value else {
            let advice = format!(
                "Define it before it is used, with a line such as \"{name}\" = \"https://host.example/folder\""
            );
            return Err(entry.error(format!("Invalid template: {name}"), advice));
        };
        filled.push_str(&rest[..start]);
        filled.push_str(value);
        rest = &rest[start + length + 1..];
    }
    filled.push_str(rest);
    Ok(filled)
}

/// A folder gets the last part of the source as the name of the file.
fn with_name(target: &str, source: &str, entry: &Entry<'_>) -> Result<String, ConfigError> {
    let target = if target.is_empty() { "./" } else { target };
    if !target.ends_with('/') {
        return Ok(target.to_owned());
    }
    let name = source.rsplit('/').next().unwrap_or_default();
    if name.is_empty() {
        return Err(entry.error(
            format!("The address `{source}` ends in a slash, so it gives the file no name"),
            format!("Write the whole path, such as \"{target}data.csv\""),
        ));
    }
    Ok(format!("{target}{name}"))
}

/// The folder of an archive. A source without an extension may be one: that is
/// seen when it has come.
fn archive_folder(source: &str, folder: &str, entry: &Entry<'_>) -> Result<String, ConfigError> {
    let is_possible = match extension(source) {
        Some(extension) if extension == "gz" => path(source).ends_with(".tar.gz"),
        Some(extension) => ARCHIVES.contains(&extension.as_str()),
        None => true,
    };
    if !is_possible {
        return Err(entry.error(
            format!("Unsupported archive {source}"),
            "Give a .zip, .whl, .tar, .tgz or .tar.gz, or a path that does not end in `*`",
        ));
    }
    let is_here = folder.is_empty();
    Ok(if is_here { "./" } else { folder }.to_owned())
}

/// The name that `fetch` takes from the address.
fn named_by<'a>(from: &'a str, group: &Entry<'_>) -> Result<&'a str, ConfigError> {
    match from.rsplit('/').next() {
        Some(name) if !name.is_empty() => Ok(name),
        _ => Err(group.error(
            format!(
                "Couldn't determine the filename from the path {from}, please supply 'to_file' parameter"
            ),
            "Or list the names in `files`",
        )),
    }
}

fn join(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_owned(),
        folder => format!("{}/{name}", folder.trim_end_matches('/')),
    }
}
