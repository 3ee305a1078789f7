//! The property `stdin`: what a program reads when no person sits there. A text
//! or a list is read line by line, from its start in each run; a function is
//! asked, with the prompt, and may promise its answer.
//!
//! Not here: the questions themselves (`component/asking.rs`).

use std::cell::{Cell, RefCell};

use js_sys::{Array, Function, Promise};
use runtime_bridge::protocol::typing;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = String)]
    fn string(value: &JsValue) -> String;
}

/// What the page set, if anything.
#[derive(Default)]
pub struct Stdin {
    value: RefCell<JsValue>,
    feed: RefCell<Feed>,
    /// The line that is next.
    at: Cell<usize>,
}

#[derive(Default)]
enum Feed {
    #[default]
    None,
    Lines(Vec<String>),
    Function(Function),
}

/// Who answers next.
pub enum Source {
    /// Here is a line, or, without one, the end.
    Here(Option<String>),
    /// There will be an answer.
    Promised(Promise),
    /// A person.
    Reader,
}

impl Stdin {
    /// Sets it; `null` and `undefined` take it away.
    pub fn set(&self, value: JsValue) {
        let feed = if value.is_null() || value.is_undefined() {
            Feed::None
        } else if let Some(function) = value.dyn_ref::<Function>() {
            Feed::Function(function.clone())
        } else if let Some(list) = value.dyn_ref::<Array>() {
            Feed::Lines(list.iter().map(|line| string(&line)).collect())
        } else {
            Feed::Lines(typing::lines(&string(&value)))
        };
        self.feed.replace(feed);
        self.value.replace(value);
        self.rewind();
    }

    /// What was set.
    pub fn get(&self) -> JsValue {
        self.value.borrow().clone()
    }

    /// A run begins.
    pub fn rewind(&self) {
        self.at.set(0);
    }

    /// Who answers the question after this prompt.
    pub fn next(&self, prompt: &str) -> Source {
        let function = match &*self.feed.borrow() {
            Feed::None => return Source::Reader,
            Feed::Lines(lines) => {
                return Source::Here(lines.get(self.at.replace(self.at.get() + 1)).cloned());
            }
            Feed::Function(function) => function.clone(),
        };
        Source::Promised(match function.call1(&JsValue::UNDEFINED, &prompt.into()) {
            Ok(answer) => Promise::resolve(&answer),
            Err(error) => Promise::reject(&error),
        })
    }
}

/// An answer as the page gives it: a line, or with `null` the end; none where
/// it leaves the answer to a person.
pub fn answer(value: &JsValue) -> Option<Option<String>> {
    match value {
        value if value.is_undefined() => None,
        value if value.is_null() => Some(None),
        value => Some(Some(string(value))),
    }
}
