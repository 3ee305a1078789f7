//! What is wrong with a configuration, as whole sentences that name the key,
//! the place and the way out.

use std::fmt;

/// Where something stands in a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file; nothing when the text is in the attribute.
    pub url: Option<String>,
    /// The line, from 1 on.
    pub line: usize,
    /// The column in characters, from 1 on.
    pub column: usize,
}

/// A configuration that cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The key as a path, such as `files["./a.csv"]`; empty for the whole text.
    pub key: String,
    /// Where it stands, if it stands anywhere.
    pub place: Option<Place>,
    /// What is wrong: a sentence without its full stop.
    pub problem: String,
    /// What to do: a sentence without its full stop.
    pub advice: String,
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("config")?;
        if !self.key.is_empty() {
            write!(f, ", {}", self.key)?;
        }
        if let Some(place) = &self.place {
            write!(f, " ({place})")?;
        }
        write!(f, ": {}. {}.", self.problem, self.advice)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)?;
        match &self.url {
            Some(url) => write!(f, " of {url}"),
            None => Ok(()),
        }
    }
}

impl Place {
    /// The place of a byte in a text. An offset inside a character or behind the
    /// end counts as the next whole one before it.
    pub(crate) fn of(text: &str, offset: usize, url: Option<&str>) -> Self {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            url: url.map(str::to_owned),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}
