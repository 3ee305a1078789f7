//! Remarks: what a reader or an author should know about the page and that is
//! no error of the program, such as headers that are missing. Each can be
//! dismissed.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, HtmlElement, MouseEvent};

use crate::dom::{append, element, element_with_text, set};

/// Adds a remark, unless it is there already.
pub fn add(list: &HtmlElement, text: &str) {
    if is_shown(list, text) {
        return;
    }
    let remark = element("div", "remark");
    set(&remark, "role", "note");
    append(&remark, &element_with_text("p", "", text));
    append(&remark, &dismissal());
    append(list, &remark);
}

fn is_shown(list: &HtmlElement, text: &str) -> bool {
    let first = list.first_element_child();
    std::iter::successors(first, |remark| remark.next_element_sibling())
        .filter_map(|remark| remark.first_element_child()?.text_content())
        .any(|shown| shown == text)
}

fn dismissal() -> HtmlElement {
    let button = element_with_text("button", "dismiss", "Dismiss");
    set(&button, "type", "button");
    // It holds no element: one that held its own remark would stay with it for ever.
    let click = Closure::<dyn FnMut(MouseEvent)>::new(|event: MouseEvent| {
        let pressed = event.current_target();
        let pressed = pressed.and_then(|pressed| pressed.dyn_into::<Element>().ok());
        if let Some(remark) = pressed.and_then(|button| button.parent_element()) {
            remark.remove();
        }
    });
    button.set_onclick(Some(click.into_js_value().unchecked_ref()));
    button
}
