//! Small hands for the DOM: nodes, listeners that leave when dropped, and the
//! few browser calls that `web-sys` does not name. No editor logic is here.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{
    AddEventListenerOptions, Document, Element, EventTarget, HtmlElement, Node, Selection,
    ShadowRoot, StaticRange, Text, Window,
};

/// The window. The crate runs on a page only, never in a worker.
pub fn window() -> Window {
    web_sys::window().expect("the editor runs on a page")
}

/// The document of the page.
pub fn document() -> Document {
    window().document().expect("a page has a document")
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

/// A new element without a name space: tag names here are literals of this crate.
pub fn element(tag: &str, class: &str) -> HtmlElement {
    let made = document()
        .create_element(tag)
        .expect("the tag is a literal and valid");
    if !class.is_empty() {
        made.set_class_name(class);
    }
    made.unchecked_into()
}

/// A new element that holds `text`, as text.
pub fn element_with_text(tag: &str, class: &str, text: &str) -> HtmlElement {
    let made = element(tag, class);
    made.set_text_content(Some(text));
    made
}

/// A new text node.
pub fn text_node(text: &str) -> Text {
    document().create_text_node(text)
}

/// Sets an attribute. The names are literals, so the browser has no reason to refuse.
pub fn set(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}

/// Appends a child. It fails for cycles only, which this crate does not build.
pub fn append(parent: &Node, child: &Node) {
    let _ = parent.append_child(child);
}

/// A listener that is taken off when it is dropped.
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    callback: Closure<dyn FnMut(JsValue)>,
    capture: bool,
}

/// Whether a listener may stop the browser's own handling of the event.
#[derive(Clone, Copy, PartialEq)]
pub enum Manner {
    /// It may call `preventDefault`.
    Active,
    /// It promises not to: scrolling need not wait for it.
    Passive,
    /// Passive, and it hears events before the target does, from any depth.
    Capture,
}

impl Listener {
    /// Listens for `name` on `target`.
    pub fn new<E>(
        target: &EventTarget,
        name: &'static str,
        manner: Manner,
        mut handler: impl FnMut(E) + 'static,
    ) -> Listener
    where
        E: JsCast,
    {
        Listener::of(
            target,
            name,
            manner,
            Box::new(move |event| handler(event.unchecked_into())),
        )
    }

    /// One body for all kinds of events: each type of closure costs bytes.
    fn of(
        target: &EventTarget,
        name: &'static str,
        manner: Manner,
        handler: Box<dyn FnMut(JsValue)>,
    ) -> Listener {
        let callback = Closure::wrap(handler);
        let capture = manner == Manner::Capture;
        let options = AddEventListenerOptions::new();
        options.set_passive(manner != Manner::Active);
        options.set_capture(capture);
        let _ = target.add_event_listener_with_callback_and_add_event_listener_options(
            name,
            callback.as_ref().unchecked_ref(),
            &options,
        );
        Listener {
            target: target.clone(),
            name,
            callback,
            capture,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback_and_bool(
            self.name,
            self.callback.as_ref().unchecked_ref(),
            self.capture,
        );
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Selection)]
    type ComposedSelection;
    #[wasm_bindgen(method, structural, catch, js_name = getComposedRanges)]
    fn get_composed_ranges(this: &ComposedSelection, options: &JsValue) -> Result<Array, JsValue>;

    #[wasm_bindgen(extends = ShadowRoot)]
    type SelectingRoot;
    #[wasm_bindgen(method, structural, catch, js_name = getSelection)]
    fn get_selection(this: &SelectingRoot) -> Result<Option<Selection>, JsValue>;
    #[wasm_bindgen(method, structural, getter, js_name = adoptedStyleSheets)]
    fn adopted_style_sheets(this: &SelectingRoot) -> Array;
    #[wasm_bindgen(method, structural, setter, js_name = adoptedStyleSheets)]
    fn set_adopted_style_sheets(this: &SelectingRoot, sheets: &Array);
}

/// Gives a shadow root the style sheet that all editors of the page share.
pub fn adopt_style(root: &ShadowRoot, sheet: &JsValue) {
    let root: &SelectingRoot = root.unchecked_ref();
    root.set_adopted_style_sheets(&Array::of1(sheet));
}

/// Gives it one more.
pub fn adopt_also(root: &ShadowRoot, sheet: &JsValue) {
    let root: &SelectingRoot = root.unchecked_ref();
    root.adopted_style_sheets().push(sheet);
}

/// A place in the DOM: a node and an offset in it, UTF-16 units in a text node.
#[derive(Clone, PartialEq)]
pub struct Place {
    /// The node.
    pub node: Node,
    /// The offset inside the node.
    pub offset: u32,
}

/// The two ends of the browser's selection, wherever it is: (anchor, head).
///
/// `getComposedRanges` is the standard way to see into a shadow root and names
/// the ends in document order only; which one is the anchor is told by
/// `Selection.direction`. Engines without it answer through the root itself.
pub fn selection_in(root: &ShadowRoot) -> Option<(Place, Place)> {
    let selection = window().get_selection().ok()??;
    composed_selection(root, &selection).or_else(|| rooted_selection(root))
}

fn composed_selection(root: &ShadowRoot, selection: &Selection) -> Option<(Place, Place)> {
    let options = Object::new();
    let _ = Reflect::set(&options, &"shadowRoots".into(), &Array::of1(root));
    let composed: &ComposedSelection = selection.unchecked_ref();
    let range: StaticRange = composed
        .get_composed_ranges(&options)
        .ok()?
        .get(0)
        .dyn_into()
        .ok()?;
    let start = Place {
        node: range.start_container(),
        offset: range.start_offset(),
    };
    let end = Place {
        node: range.end_container(),
        offset: range.end_offset(),
    };
    if start == end {
        // Asking for a direction makes the browser compute a layout.
        return Some((start, end));
    }
    let backward = Reflect::get(selection, &"direction".into())
        .is_ok_and(|direction| direction.as_string().as_deref() == Some("backward"));
    Some(if backward { (end, start) } else { (start, end) })
}

fn rooted_selection(root: &ShadowRoot) -> Option<(Place, Place)> {
    let rooted: &SelectingRoot = root.unchecked_ref();
    let selection = rooted.get_selection().ok()??;
    let anchor = Place {
        node: selection.anchor_node()?,
        offset: selection.anchor_offset(),
    };
    let head = Place {
        node: selection.focus_node()?,
        offset: selection.focus_offset(),
    };
    Some((anchor, head))
}

/// Puts the browser's selection.
pub fn select(anchor: &Place, head: &Place) {
    let Ok(Some(selection)) = window().get_selection() else {
        return;
    };
    let _ = selection.set_base_and_extent(&anchor.node, anchor.offset, &head.node, head.offset);
}
