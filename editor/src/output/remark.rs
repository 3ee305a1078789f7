//! Remarks: what a reader or an author should know about the page and that is
//! no error of the program, such as headers that are missing. Each can be
//! dismissed.

use web_sys::HtmlElement;

use super::frames::button_with;
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
    button_with("dismiss", "Dismiss", |pressed| {
        if let Some(remark) = pressed.parent_element() {
            remark.remove();
        }
    })
}
