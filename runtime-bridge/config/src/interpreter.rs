//! Which interpreter a configuration asks for: a version or the URL of a loader.

use crate::Resolve;
use crate::error::ConfigError;
use crate::read::Entry;

/// The kinds of interpreter an editor can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// CPython.
    Pyodide,
    /// MicroPython.
    MicroPython,
}

impl Kind {
    /// Where the loader of a published version lies: the public host that
    /// Pyodide itself names for its packages, and PyScript for both.
    fn published(self, version: &str) -> String {
        const HOST: &str = "https://cdn.jsdelivr.net";
        match self {
            Self::Pyodide => format!("{HOST}/pyodide/v{version}/full/pyodide.mjs"),
            Self::MicroPython => format!(
                "{HOST}/npm/@micropython/micropython-webassembly-pyscript@{version}/micropython.mjs"
            ),
        }
    }
}

/// The loader to use instead of the build's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Loader {
    pub(crate) url: Option<String>,
    pub(crate) version: Option<String>,
}

/// Reads `interpreter`, or `version`, which PyScript's plain workers call it.
pub(crate) fn read(
    entry: &Entry<'_>,
    kind: Kind,
    own_version: &str,
    resolve: &dyn Resolve,
) -> Result<Loader, ConfigError> {
    let wanted = entry.text()?.trim();
    if is_version(wanted) {
        let is_own = wanted == own_version;
        return Ok(Loader {
            url: (!is_own).then(|| kind.published(wanted)),
            version: Some(wanted.to_owned()),
        });
    }
    let url = resolve.resolve(wanted, &entry.document.base);
    let url = url.filter(|_| !wanted.is_empty()).ok_or_else(|| {
        entry.error(
            format!("`{wanted}` is neither a version nor a URL"),
            "Write a version such as \"0.29.0\", or the URL of the interpreter's module (pyodide.mjs, micropython.mjs)",
        )
    })?;
    Ok(Loader {
        url: Some(url),
        version: None,
    })
}

/// `0.29.0`, `1.28.0-6`, `314.0.0a1`: digits and dots first, no slash.
fn is_version(text: &str) -> bool {
    let is_plain = text
        .chars()
        .all(|char| char.is_ascii_alphanumeric() || ".-".contains(char));
    let (major, rest) = text.split_once('.').unwrap_or(("", ""));
    is_plain
        && !major.is_empty()
        && major.chars().all(|char| char.is_ascii_digit())
        && rest.starts_with(|char: char| char.is_ascii_digit())
        && !text.ends_with("js")
}

#[cfg(test)]
mod tests {
    use super::is_version;

    #[test]
    fn versions_are_told_from_urls() {
        for version in ["0.29.0", "1.28.0-6", "314.0.7", "0.27.0a2", "1.26"] {
            assert!(is_version(version), "{version}");
        }
        for url in [
            "./pyodide.mjs",
            "pyodide.mjs",
            "0.29.0/pyodide.mjs",
            "2.js",
            "",
            "latest",
            "3.mjs",
        ] {
            assert!(!is_version(url), "{url}");
        }
    }
}
