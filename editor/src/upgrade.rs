//! PyScript's `<script type="py-editor">` and `<script type="mpy-editor">`: each
//! gets one of our elements, which takes its text and its attributes over and
//! stands right after it, or where its `target` says. The script stays, with a
//! type that says it was handled, and with PyScript's members (`js/script.js`).
//! `<script type="py" worker>` and its like are found here too and handed on
//! (`program.rs`); without `worker` they are not ours.
//! Open shadow roots are looked into as well, those that are there when the
//! module starts or when their host is added.

use std::cell::RefCell;

use js_sys::Array;
use runtime_bridge::protocol::Interpreter;
use wasm_bindgen::prelude::*;
use web_sys::{
    Element, MutationObserver, MutationObserverInit, MutationRecord, Node, NodeList, ShadowRoot,
};

use crate::dom::{document, element, set};
use crate::options::LAST;
use crate::program;

/// Scripts that are not handled yet, and those that run in a worker by themselves.
const SCRIPTS: &str = r#"script[type="py-editor"],script[type="mpy-editor"],script[type="py"][worker],script[type="mpy"][worker]"#;

/// Attributes that say something about the script itself.
const OF_THE_SCRIPT: [&str; 2] = ["type", "id"];

#[wasm_bindgen(module = "/js/script.js")]
extern "C" {
    fn adopt(script: &Element, editor: &Element);
    #[wasm_bindgen(js_name = shadowRootsWithin)]
    fn shadow_roots_within(node: &Node) -> Array;
}

thread_local! {
    static OBSERVER: RefCell<Option<MutationObserver>> = const { RefCell::new(None) };
}

/// Handles the scripts that are there, and those that will be added.
pub fn watch() {
    OBSERVER.with_borrow_mut(|observer| {
        if observer.is_none() {
            *observer = new_observer();
        }
    });
    watch_root(&document());
    look_into_roots(&document());
}

fn new_observer() -> Option<MutationObserver> {
    let changed = Closure::<dyn Fn(Array)>::new(|records: Array| {
        for record in records.iter() {
            let record: MutationRecord = record.unchecked_into();
            each(&record.added_nodes(), upgrade_within);
        }
    });
    MutationObserver::new(changed.into_js_value().unchecked_ref()).ok()
}

/// Handles what a document or a shadow root holds, and will hold.
fn watch_root(root: &Node) {
    let init = MutationObserverInit::new();
    init.set_child_list(true);
    init.set_subtree(true);
    OBSERVER.with_borrow(|observer| {
        // A root that is observed already is not observed twice.
        let _ = observer
            .as_ref()
            .map(|observer| observer.observe_with_options(root, &init));
    });
    let found = match root.dyn_ref::<ShadowRoot>() {
        Some(root) => root.query_selector_all(SCRIPTS),
        None => document().query_selector_all(SCRIPTS),
    };
    if let Ok(found) = found {
        each(&found, |script| upgrade(script.unchecked_ref()));
    }
}

fn look_into_roots(node: &Node) {
    for root in shadow_roots_within(node).iter() {
        watch_root(&root.unchecked_into());
    }
}

fn upgrade_within(node: &Node) {
    let Some(added) = node.dyn_ref::<Element>() else {
        return;
    };
    if added.matches(SCRIPTS).unwrap_or(false) {
        return upgrade(added);
    }
    look_into_roots(added);
    if added.first_element_child().is_none() {
        return;
    }
    if let Ok(found) = added.query_selector_all(SCRIPTS) {
        each(&found, |script| upgrade(script.unchecked_ref()));
    }
}

fn each(nodes: &NodeList, act: impl Fn(&Node)) {
    (0..nodes.length())
        .filter_map(|index| nodes.get(index))
        .for_each(|node| act(&node));
}

fn upgrade(script: &Element) {
    let Some(tag) = script.get_attribute("type") else {
        return;
    };
    match tag.as_str() {
        "py" => return program::start(script, Interpreter::Pyodide),
        "mpy" => return program::start(script, Interpreter::MicroPython),
        _ => {}
    }
    set(script, "type", &[&tag, "-active"].concat());
    let editor = element(&tag, "");
    for name in script
        .get_attribute_names()
        .iter()
        .filter_map(|name| name.as_string())
        .filter(|name| !OF_THE_SCRIPT.contains(&name.as_str()))
    {
        let value = script.get_attribute(&name).unwrap_or_default();
        set(&editor, &name, &value);
    }
    // As PyScript has it.
    if !editor.has_attribute(LAST) {
        set(&editor, LAST, "off");
    }
    editor.set_text_content(script.text_content().as_deref());
    adopt(script, &editor);
    place(script, &editor);
}

/// Puts the editor where `target` says. Where nothing answers to that, the
/// editor stands in its ordinary place and says so itself.
fn place(script: &Element, editor: &Element) {
    let target = script.get_attribute("target").and_then(|name| find(&name));
    let _ = match target {
        Some(target) => target.append_with_node_1(editor),
        None => script.insert_adjacent_element("afterend", editor).map(drop),
    };
}

/// By id, else by selector, as PyScript does.
pub fn find(name: &str) -> Option<Element> {
    let by_selector = || document().query_selector(name).ok().flatten();
    document().get_element_by_id(name).or_else(by_selector)
}
