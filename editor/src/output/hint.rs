//! A line of plain help under an error. The table of rules lies beside
//! py-editor.js and comes with the first error; a page may put a table of its
//! own before it. Which rule fits is decided by the protocol.
//!
//! Help is extra: where the table cannot be had, the error stands alone.

use std::cell::RefCell;
use std::rc::Rc;

use runtime_bridge::protocol::hints::{Case, Table};
use runtime_bridge::protocol::{Interpreter, RunId};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use crate::dom::{append, document, element, element_with_text, set, text_node};
use crate::source;

/// The table's name beside py-editor.js.
const TABLE: &str = "hints.txt";
/// The page's own table, by URL, or the word that switches help off.
const META: &str = "meta[name='py-editor-hints']";
const OFF: &str = "off";

thread_local! {
    static KNOWN: RefCell<Option<Rc<Table>>> = const { RefCell::new(None) };
}

/// What help depends on, beside the error.
pub struct Asked {
    /// Which interpreter told the error.
    pub interpreter: Interpreter,
    /// The line of the program that failed; empty where nobody knows.
    pub line: String,
    /// The whole program.
    pub program: String,
    /// Its run.
    pub run: RunId,
}

/// Adds a place for help to `panel`, filled as soon as the table is here.
pub fn add(panel: &HtmlElement, error: &str, asked: Asked) {
    let place = element("p", "hint");
    place.set_hidden(true);
    append(panel, &place);
    let error = error.to_owned();
    spawn_local(async move {
        let Some(table) = table().await else { return };
        let case = Case {
            interpreter: asked.interpreter,
            error: &error,
            line: &asked.line,
            program: &asked.program,
        };
        if let Some((rule, help)) = table.help(&case) {
            set(&place, "data-rule", rule);
            fill(&place, &help);
            place.set_hidden(false);
        }
    });
}

/// What stands in backquotes is code.
fn fill(place: &HtmlElement, help: &str) {
    for (at, part) in help.split('`').enumerate() {
        if at % 2 == 1 {
            append(place, &element_with_text("code", "", part));
        } else {
            append(place, &text_node(part));
        }
    }
}

/// A table that could not be fetched is asked for again with the next error.
async fn table() -> Option<Rc<Table>> {
    if let Some(known) = KNOWN.with_borrow(Clone::clone) {
        return Some(known);
    }
    let own = document()
        .query_selector(META)
        .ok()
        .flatten()
        .and_then(|meta| meta.get_attribute("content"));
    if own.as_deref() == Some(OFF) {
        return None;
    }
    let mut table = fetch(&runtime_bridge::runtime::url(TABLE)).await?;
    if let Some(own) = own {
        table = fetch(&own).await.unwrap_or_default().before(&table);
    }
    let table = Rc::new(table);
    KNOWN.set(Some(table.clone()));
    Some(table)
}

async fn fetch(url: &str) -> Option<Table> {
    let read = source::fetch(url).await.and_then(|text| {
        Table::parse(&text).map_err(|line| [url, " is no table of help: ", &line].concat())
    });
    read.map_err(|problem| web_sys::console::warn_1(&problem.into()))
        .ok()
}
