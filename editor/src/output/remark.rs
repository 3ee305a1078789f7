//! Remarks: what a reader or an author should know about the page and that is
//! no error of the program, such as headers that are missing. Each can be
//! dismissed.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{HtmlElement, MouseEvent};

use crate::dom::{append, element, element_with_text, set};

/// Adds a remark, unless it is there already.
pub fn add(list: &HtmlElement, text: &str) {
    if is_shown(list, text) {
        return;
    }
    let remark = element("div", "remark");
    set(&remark, "role", "note");
    append(&remark, &element_with_text("p", "", text));
    append(&remark, &dismissal(&remark));
    append(list, &remark);
}

fn is_shown(list: &HtmlElement, text: &str) -> bool {
    let first = list.first_element_child();
    std::iter::successors(first, |remark| remark.next_element_sibling())
        .filter_map(|remark| remark.first_element_child()?.text_content())
        .any(|shown| shown == text)
}

fn dismissal(remark: &HtmlElement) -> HtmlElement {
    let button = element_with_text("button", "dismiss", "Dismiss");
    set(&button, "type", "button");
    let shown = remark.clone();
    // The closure goes with the button, which goes with this very click.
    let click = Closure::<dyn FnMut(MouseEvent)>::new(move |_| shown.remove());
    button.set_onclick(Some(click.into_js_value().unchecked_ref()));
    button
}
