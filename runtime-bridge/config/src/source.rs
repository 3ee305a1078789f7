//! What the attribute's text is: a configuration itself, or the URL of one; and
//! whether a text is JSON or TOML.
//!
//! PyScript's editors take a URL or JSON, its scripts TOML too; here all of them
//! are taken everywhere, as are URLs with a query.

use crate::error::{ConfigError, Place};
use crate::tree::{self, Node, SyntaxError};

/// What an attribute's text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The configuration itself.
    Inline(Format),
    /// Where it is.
    Url,
}

/// How a configuration is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Toml,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Toml => "TOML",
        }
    }

    /// By the first character: TOML never begins with a brace.
    fn of_text(text: &str) -> Self {
        if text.trim_start().starts_with('{') {
            Self::Json
        } else {
            Self::Toml
        }
    }

    /// Of a fetched text: by the URL's extension, else by its type, else by itself.
    pub(crate) fn of_fetched(url: &str, mime: &str, text: &str) -> Self {
        match extension(url).as_deref() {
            Some("json") => return Self::Json,
            Some("toml") => return Self::Toml,
            _ => {}
        }
        if mime.contains("json") {
            Self::Json
        } else if mime.contains("toml") {
            Self::Toml
        } else {
            Self::of_text(text)
        }
    }

    /// Reads a text of this format. `url` is where it came from.
    pub(crate) fn read(self, text: &str, url: Option<&str>) -> Result<Node, ConfigError> {
        let read = match self {
            Self::Json => tree::from_json(text),
            Self::Toml => tree::from_toml(text),
        };
        read.map_err(|error| self.refused(text, url, &error))
    }

    fn refused(self, text: &str, url: Option<&str>, error: &SyntaxError) -> ConfigError {
        let name = self.name();
        let advice = match self {
            _ if is_page(text) => {
                "The server answered with a page instead of a configuration: check the address"
            }
            Self::Json => {
                "Correct this place: JSON wants double quotes around names and texts, and no comma after the last one"
            }
            Self::Toml => {
                "Correct this place, or give JSON in braces, or the URL of a .toml or .json file"
            }
        };
        ConfigError {
            key: String::new(),
            place: Some(Place::of(text, error.at, url)),
            problem: format!("This is not valid {name}: {}", error.message),
            advice: advice.to_owned(),
        }
    }
}

/// Tells an inline configuration from a URL.
pub(crate) fn of_attribute(text: &str) -> Source {
    let text = text.trim();
    if is_url(text) {
        Source::Url
    } else {
        Source::Inline(Format::of_text(text))
    }
}

/// One word that cannot be TOML. `a=1` can; in a URL the sign is in the query
/// only, unless a scheme or an extension says that it is one.
fn is_url(text: &str) -> bool {
    let is_one_word = !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c == '"');
    if !is_one_word || text.starts_with(['{', '[', '#', '\'']) {
        return false;
    }
    let is_named = matches!(extension(text).as_deref(), Some("json" | "toml"));
    is_named || has_scheme(text) || !path(text).contains('=')
}

fn is_page(text: &str) -> bool {
    text.trim_start().starts_with('<')
}

/// Whether a reference begins with a scheme, such as `https:` or `blob:`.
pub(crate) fn has_scheme(reference: &str) -> bool {
    let scheme = reference.split_once(':').map_or("", |(scheme, _)| scheme);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || "+-.".contains(char))
}

/// A reference without its query and fragment.
pub(crate) fn path(reference: &str) -> &str {
    reference.split(['?', '#']).next().unwrap_or(reference)
}

/// The extension of the last segment of a URL, in lower case. A segment that is
/// all name, or a version such as `v1.2`, has none.
pub(crate) fn extension(url: &str) -> Option<String> {
    let name = path(url).rsplit('/').next()?;
    let (_, extension) = name.rsplit_once('.')?;
    let is_word = extension.starts_with(|first: char| first.is_ascii_alphabetic())
        && extension.chars().all(|char| char.is_ascii_alphanumeric());
    is_word.then(|| extension.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_is_json_toml_or_a_url() {
        let cases = [
            ("{\"a\": 1}", Source::Inline(Format::Json)),
            ("  \n{}", Source::Inline(Format::Json)),
            ("packages = []", Source::Inline(Format::Toml)),
            ("debug=true", Source::Inline(Format::Toml)),
            ("[files]\n\"a\" = \"b\"", Source::Inline(Format::Toml)),
            ("# nothing", Source::Inline(Format::Toml)),
            ("", Source::Inline(Format::Toml)),
            ("pyscript.toml", Source::Url),
            ("./a/b.json?v=1", Source::Url),
            ("/config?name=a.b", Source::Url),
            ("https://host.example/x=1/config", Source::Url),
            ("x=1/config.toml", Source::Url),
            ("blob:https://host.example/1-2", Source::Url),
        ];
        for (text, source) in cases {
            assert_eq!(of_attribute(text), source, "{text}");
        }
    }

    #[test]
    fn a_fetched_text_is_known_by_extension_then_type_then_itself() {
        let cases = [
            (
                ("https://h/a.toml?x", "application/json", "{}"),
                Format::Toml,
            ),
            (("https://h/a.json", "text/plain", "a = 1"), Format::Json),
            (("https://h/a", "application/json", "a = 1"), Format::Json),
            (("https://h/a", "application/toml", "{}"), Format::Toml),
            (("https://h/a", "text/plain", " {}"), Format::Json),
            (("https://h/a.py", "text/plain", "a = 1"), Format::Toml),
        ];
        for ((url, mime, text), format) in cases {
            assert_eq!(Format::of_fetched(url, mime, text), format, "{url} {mime}");
        }
    }

    #[test]
    fn an_extension_is_of_the_last_segment_without_the_query() {
        assert_eq!(extension("./a.tar.GZ?x=.zip").as_deref(), Some("gz"));
        assert_eq!(extension("https://host.example/download"), None);
        assert_eq!(extension("https://host.example/v1.2"), None);
    }
}
