//! PyScript's `<script type="py-editor">` and `<script type="mpy-editor">`: each
//! gets one of our elements right after it, which takes its text and its
//! attributes over. The script stays, with a type that says it was handled.

use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Element, MutationObserver, MutationObserverInit, MutationRecord, Node};

use crate::dom::{document, element, set};

/// Scripts that are not handled yet.
const SCRIPTS: &str = r#"script[type="py-editor"],script[type="mpy-editor"]"#;

thread_local! {
    static OBSERVER: RefCell<Option<MutationObserver>> = const { RefCell::new(None) };
}

/// Handles the scripts that are there, and those that will be added.
pub fn watch() {
    if let Ok(found) = document().query_selector_all(SCRIPTS) {
        for index in 0..found.length() {
            if let Some(script) = found.get(index) {
                upgrade(&script.unchecked_into());
            }
        }
    }
    OBSERVER.with_borrow_mut(|observer| {
        if observer.is_none() {
            *observer = observe();
        }
    });
}

fn observe() -> Option<MutationObserver> {
    let changed = Closure::<dyn Fn(Array)>::new(|records: Array| {
        for record in records.iter() {
            let record: MutationRecord = record.unchecked_into();
            let added = record.added_nodes();
            for index in 0..added.length() {
                if let Some(node) = added.get(index) {
                    upgrade_within(&node);
                }
            }
        }
    });
    let observer = MutationObserver::new(changed.into_js_value().unchecked_ref()).ok()?;
    let init = MutationObserverInit::new();
    init.set_child_list(true);
    init.set_subtree(true);
    observer.observe_with_options(&document(), &init).ok()?;
    Some(observer)
}

fn upgrade_within(node: &Node) {
    let Some(added) = node.dyn_ref::<Element>() else {
        return;
    };
    if added.matches(SCRIPTS).unwrap_or(false) {
        return upgrade(added);
    }
    if added.first_element_child().is_none() {
        return;
    }
    if let Ok(found) = added.query_selector_all(SCRIPTS) {
        for index in 0..found.length() {
            if let Some(script) = found.get(index) {
                upgrade(&script.unchecked_into());
            }
        }
    }
}

fn upgrade(script: &Element) {
    let Some(tag) = script.get_attribute("type") else {
        return;
    };
    set(script, "type", &[&tag, "-active"].concat());
    let editor = element(&tag, "");
    for name in script
        .get_attribute_names()
        .iter()
        .filter_map(|name| name.as_string())
    {
        // An id names the script; two elements cannot have it.
        if name != "type" && name != "id" {
            set(
                &editor,
                &name,
                &script.get_attribute(&name).unwrap_or_default(),
            );
        }
    }
    editor.set_text_content(script.text_content().as_deref());
    let _ = script.insert_adjacent_element("afterend", &editor);
}
