//! The button that asks for a file once more. What that is, its maker says.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{HtmlElement, MouseEvent};

use crate::dom::{element_with_text, set};

/// What a click does.
pub type Retry = Box<dyn FnMut()>;

/// The button.
pub fn button(mut retry: Retry) -> HtmlElement {
    let button = element_with_text("button", "retry", "Retry");
    set(&button, "type", "button");
    // The closure goes with the button, which goes when something else is told.
    let click = Closure::<dyn FnMut(MouseEvent)>::new(move |_| retry());
    button.set_onclick(Some(click.into_js_value().unchecked_ref()));
    button
}
