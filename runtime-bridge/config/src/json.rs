//! Writes JSON: the plan on its way to the worker.

use crate::tree::{Node, Value};

/// Writes one value after another into a text.
#[derive(Default)]
pub(crate) struct Writer(String);

impl Writer {
    /// What was written.
    pub(crate) fn finish(self) -> String {
        self.0
    }

    pub(crate) fn null(&mut self) {
        self.0.push_str("null");
    }

    pub(crate) fn bool(&mut self, value: bool) {
        self.0.push_str(if value { "true" } else { "false" });
    }

    /// What is JSON already: a number, or a value written before.
    pub(crate) fn raw(&mut self, value: &str) {
        self.0.push_str(value);
    }

    pub(crate) fn text(&mut self, value: &str) {
        self.0.push('"');
        for char in value.chars() {
            match char {
                '"' => self.0.push_str("\\\""),
                '\\' => self.0.push_str("\\\\"),
                char if char < ' ' => self.0.push_str(&format!("\\u{:04x}", char as u32)),
                char => self.0.push(char),
            }
        }
        self.0.push('"');
    }

    pub(crate) fn optional(&mut self, value: Option<&str>) {
        match value {
            Some(value) => self.text(value),
            None => self.null(),
        }
    }

    /// A list; `write` writes one item.
    pub(crate) fn list<T>(&mut self, items: &[T], write: impl Fn(&mut Self, &T)) {
        self.0.push('[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.0.push(',');
            }
            write(self, item);
        }
        self.0.push(']');
    }

    /// An object; `write` writes its members with [`Writer::key`].
    pub(crate) fn object(&mut self, write: impl FnOnce(&mut Self)) {
        self.0.push('{');
        write(self);
        self.0.push('}');
    }

    /// The name of the member whose value is written next.
    pub(crate) fn key(&mut self, name: &str) -> &mut Self {
        if !self.0.ends_with('{') {
            self.0.push(',');
        }
        self.text(name);
        self.0.push(':');
        self
    }

    pub(crate) fn node(&mut self, node: &Node) {
        match &node.value {
            Value::Null => self.null(),
            Value::Bool(value) => self.bool(*value),
            Value::Number(number) => self.raw(number),
            Value::Text(text) => self.text(text),
            Value::List(items) => self.list(items, Self::node),
            Value::Map(entries) => self.object(|json| {
                for (key, value) in entries {
                    json.key(key).node(value);
                }
            }),
        }
    }
}
