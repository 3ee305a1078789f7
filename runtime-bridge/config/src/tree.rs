//! A configuration as one tree, whether it was JSON or TOML. Every entry knows
//! the byte at which it begins, so that an error can say where; entries keep the
//! order of the text, because templates of `files` are used in that order.
//!
//! Not here: which of the two a text is (`source`), and what keys mean (`read`).

use std::fmt;

use serde::Deserializer as _;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use toml::de::{DeInteger, DeTable, DeValue};

/// Deeper than any configuration; a worker's stack is small.
const DEEPEST: usize = 100;

/// A value and where it begins.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// Byte offset in the text that it was read from.
    pub(crate) at: usize,
    pub(crate) value: Value,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// As JSON writes it; nothing is rounded here.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// A text that its parser refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    /// Byte offset of what could not be understood.
    pub(crate) at: usize,
    /// The parser's words.
    pub(crate) message: String,
}

impl Node {
    /// The name of its type, with an article.
    pub(crate) fn describe(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::Text(_) => "a string",
            Value::List(_) => "a list",
            Value::Map(_) => "a table",
        }
    }
}

/// Reads JSON.
pub(crate) fn from_json(text: &str) -> Result<Node, SyntaxError> {
    let whole: &RawValue = serde_json::from_str(text).map_err(|error| of_json(text, &error))?;
    json_node(whole, text, 0)
}

/// Reads TOML.
pub(crate) fn from_toml(text: &str) -> Result<Node, SyntaxError> {
    let table = DeTable::parse(text).map_err(|error| SyntaxError {
        at: error.span().map_or(0, |span| span.start),
        message: error.message().replace('\n', ", "),
    })?;
    let at = table.span().start;
    let value = toml_table(table.into_inner(), 0)?;
    Ok(Node { at, value })
}

fn too_deep(at: usize) -> SyntaxError {
    SyntaxError {
        at,
        message: format!("it is nested more than {DEEPEST} levels deep"),
    }
}

/// `serde_json` counts lines and bytes of a line, both from 1.
fn of_json(text: &str, error: &serde_json::Error) -> SyntaxError {
    let lines_before = text.split_inclusive('\n').take(error.line().max(1) - 1);
    let message = error.to_string();
    let words = message.rsplit_once(" at line ").map(|(words, _)| words);
    SyntaxError {
        at: lines_before.map(str::len).sum::<usize>() + error.column().max(1) - 1,
        message: words.unwrap_or(&message).to_owned(),
    }
}

/// The texts of raw values are slices of the whole text, so their addresses
/// tell where they begin.
fn json_node(raw: &RawValue, text: &str, depth: usize) -> Result<Node, SyntaxError> {
    let own = raw.get();
    let at = own.as_ptr() as usize - text.as_ptr() as usize;
    if depth > DEEPEST {
        return Err(too_deep(at));
    }
    let whole = |error: serde_json::Error| SyntaxError {
        at,
        message: error.to_string(),
    };
    let value = match own.as_bytes().first() {
        Some(b'{') => {
            let mut json = serde_json::Deserializer::from_str(own);
            let entries = json.deserialize_map(Entries).map_err(whole)?;
            Value::Map(map_of(entries, |raw| json_node(raw, text, depth + 1))?)
        }
        Some(b'[') => {
            let mut json = serde_json::Deserializer::from_str(own);
            let items = json.deserialize_seq(Items).map_err(whole)?;
            let items = items.into_iter();
            let nodes = items.map(|raw| json_node(raw, text, depth + 1));
            Value::List(nodes.collect::<Result<_, _>>()?)
        }
        Some(b'"') => Value::Text(serde_json::from_str(own).map_err(whole)?),
        Some(b't') => Value::Bool(true),
        Some(b'f') => Value::Bool(false),
        Some(b'n') | None => Value::Null,
        Some(_) => Value::Number(own.to_owned()),
    };
    Ok(Node { at, value })
}

/// Of a name that is there twice JSON takes the last one.
fn map_of<'a>(
    entries: Vec<(String, &'a RawValue)>,
    node: impl Fn(&'a RawValue) -> Result<Node, SyntaxError>,
) -> Result<Vec<(String, Node)>, SyntaxError> {
    let mut map: Vec<(String, Node)> = Vec::with_capacity(entries.len());
    for (key, raw) in entries {
        let value = node(raw)?;
        match map.iter_mut().find(|(old, _)| *old == key) {
            Some((_, old)) => *old = value,
            None => map.push((key, value)),
        }
    }
    Ok(map)
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(entries)
    }
}

struct Items;

impl<'de> Visitor<'de> for Items {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(items)
    }
}

fn toml_node(at: usize, value: DeValue<'_>, depth: usize) -> Result<Node, SyntaxError> {
    if depth > DEEPEST {
        return Err(too_deep(at));
    }
    let value = match value {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => integer(&number, at)?,
        DeValue::Float(number) => float(number.as_str()),
        DeValue::Boolean(flag) => Value::Bool(flag),
        DeValue::Datetime(time) => Value::Text(time.to_string()),
        DeValue::Array(items) => {
            let items = items.into_iter();
            let nodes =
                items.map(|item| toml_node(item.span().start, item.into_inner(), depth + 1));
            Value::List(nodes.collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => toml_table(table, depth)?,
    };
    Ok(Node { at, value })
}

/// The parser sorts keys by name; here they get the order of the text again.
fn toml_table(table: DeTable<'_>, depth: usize) -> Result<Value, SyntaxError> {
    let mut entries = Vec::with_capacity(table.len());
    for (key, value) in table {
        let at = value.span().start;
        let node = toml_node(at, value.into_inner(), depth + 1)?;
        entries.push((key.span().start, key.into_inner().into_owned(), node));
    }
    entries.sort_by_key(|(at, _, _)| *at);
    let entries = entries.into_iter().map(|(_, key, node)| (key, node));
    Ok(Value::Map(entries.collect()))
}

fn integer(number: &DeInteger<'_>, at: usize) -> Result<Value, SyntaxError> {
    match i64::from_str_radix(number.as_str(), number.radix()) {
        Ok(number) => Ok(Value::Number(number.to_string())),
        Err(_) => Err(SyntaxError {
            at,
            message: "this integer has more than 64 bits".to_owned(),
        }),
    }
}

/// JSON knows neither infinities nor `nan`; PyScript turns them into null too.
/// Else a float is written alike in both, but for the sign that JSON has not.
fn float(text: &str) -> Value {
    if text.contains(['i', 'n']) {
        return Value::Null;
    }
    Value::Number(text.trim_start_matches('+').replace('_', ""))
}
