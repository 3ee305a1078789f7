//! One document of a configuration, and a cursor over it whose errors name the
//! key and the place.
//!
//! Not here: which keys there are.

use crate::error::{ConfigError, Place};
use crate::tree::{Node, Value};

/// A parsed text with what is needed to resolve and to complain.
#[derive(Debug)]
pub(crate) struct Document {
    text: String,
    /// Where it came from; nothing when it is the attribute's own text.
    url: Option<String>,
    /// What its relative references are relative to.
    pub(crate) base: String,
    root: Node,
}

impl Document {
    /// Takes a parsed text; anything but a table is refused.
    pub(crate) fn new(
        text: String,
        url: Option<String>,
        base: String,
        root: Node,
    ) -> Result<Self, ConfigError> {
        let document = Self {
            text,
            url,
            base,
            root,
        };
        match document.root.value {
            Value::Map(_) => Ok(document),
            _ => Err(document.entry().wrong("a table of keys")),
        }
    }

    /// The whole of it.
    pub(crate) fn entry(&self) -> Entry<'_> {
        Entry {
            document: self,
            key: String::new(),
            node: &self.root,
        }
    }

    /// What `pyscript.config` shows.
    pub(crate) fn root(&self) -> &Node {
        &self.root
    }
}

/// A value in a document and the path to it.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) document: &'a Document,
    pub(crate) key: String,
    node: &'a Node,
}

impl<'a> Entry<'a> {
    /// The value of a name, if this is a table that has it.
    pub(crate) fn get(&self, name: &str) -> Option<Self> {
        let Value::Map(entries) = &self.node.value else {
            return None;
        };
        let (_, node) = entries.iter().find(|(key, _)| key == name)?;
        Some(self.below(self.path(name), node))
    }

    /// Its names and values, in the order of the text.
    pub(crate) fn map(&self) -> Result<Vec<(&'a str, Self)>, ConfigError> {
        let Value::Map(entries) = &self.node.value else {
            return Err(self.wrong("a table"));
        };
        let entries = entries.iter();
        Ok(entries
            .map(|(key, node)| (key.as_str(), self.below(self.path(key), node)))
            .collect())
    }

    /// Its items.
    pub(crate) fn list(&self, of: &str) -> Result<Vec<Self>, ConfigError> {
        let Value::List(items) = &self.node.value else {
            return Err(self.wrong(of));
        };
        let items = items.iter().enumerate();
        Ok(items
            .map(|(index, node)| self.below(format!("{}[{index}]", self.key), node))
            .collect())
    }

    /// Its items, each a string.
    pub(crate) fn texts(&self) -> Result<Vec<(&'a str, Self)>, ConfigError> {
        let items = self.list("a list of strings")?.into_iter();
        items
            .map(|item| item.text().map(|text| (text, item.clone())))
            .collect()
    }

    /// Its text.
    pub(crate) fn text(&self) -> Result<&'a str, ConfigError> {
        self.as_text().ok_or_else(|| self.wrong("a string"))
    }

    /// Its text, if it is one.
    pub(crate) fn as_text(&self) -> Option<&'a str> {
        match &self.node.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Its truth value.
    pub(crate) fn bool(&self) -> Result<bool, ConfigError> {
        match self.node.value {
            Value::Bool(value) => Ok(value),
            _ => Err(self.wrong("true or false")),
        }
    }

    /// Its whole number.
    pub(crate) fn integer(&self) -> Result<i64, ConfigError> {
        match &self.node.value {
            Value::Number(number) => number.parse().ok(),
            _ => None,
        }
        .ok_or_else(|| self.wrong("a whole number"))
    }

    /// Where it stands.
    pub(crate) fn place(&self) -> Place {
        let document = self.document;
        Place::of(&document.text, self.node.at, document.url.as_deref())
    }

    /// An error about this value.
    pub(crate) fn error(
        &self,
        problem: impl Into<String>,
        advice: impl Into<String>,
    ) -> ConfigError {
        ConfigError {
            key: self.key.clone(),
            place: Some(self.place()),
            problem: problem.into(),
            advice: advice.into(),
        }
    }

    /// It is of another type than its key wants.
    pub(crate) fn wrong(&self, wanted: &str) -> ConfigError {
        let name = if self.key.is_empty() {
            "A configuration"
        } else {
            "This"
        };
        self.error(
            format!("{name} must be {wanted}, not {}", self.node.describe()),
            format!("Write {wanted} here"),
        )
    }

    fn below(&self, key: String, node: &'a Node) -> Self {
        Entry {
            document: self.document,
            key,
            node,
        }
    }

    /// `files["./a.csv"]`, `js_modules.main`.
    fn path(&self, name: &str) -> String {
        let is_word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        match (is_word && !name.is_empty(), self.key.is_empty()) {
            (true, true) => name.to_owned(),
            (true, false) => format!("{}.{name}", self.key),
            (false, _) => format!("{}[\"{name}\"]", self.key),
        }
    }
}
