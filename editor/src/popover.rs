//! A small box beside a place in the text, above everything else of the page.
//!
//! Not here: what is in it.

use web_sys::{DomRect, HtmlElement};

use crate::dom::{append, element, set, window};
use wasm_bindgen::prelude::*;

/// CSS pixels between the box and the line, and between the box and the edge of the window.
const GAP: f64 = 4.0;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = HtmlElement)]
    type Popping;
    #[wasm_bindgen(method, structural, catch, js_name = showPopover)]
    fn show_popover(this: &Popping) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = hidePopover)]
    fn hide_popover(this: &Popping) -> Result<(), JsValue>;
}

/// On which side of a line a box is wanted.
#[derive(Clone, Copy, PartialEq)]
pub enum Side {
    /// Over it.
    Above,
    /// Under it.
    Below,
}

/// A box that is hidden until it is shown.
pub struct Popover {
    /// The box.
    pub element: HtmlElement,
}

impl Popover {
    /// A box in `around`, which keeps it while the text around it changes.
    pub fn new(around: &HtmlElement, class: &str) -> Popover {
        let element = element("div", &["popover ", class].concat());
        set(&element, "popover", "manual");
        element.set_hidden(true);
        append(around, &element);
        Popover { element }
    }

    /// Shows it on that side of `place`, or on the other where it does not fit.
    pub fn show(&self, place: DomRect, side: Side) {
        self.element.set_hidden(false);
        // It is shown already, or this browser has no such thing: then it lies where it lies.
        let _ = self.element.unchecked_ref::<Popping>().show_popover();
        let size = self.element.get_bounding_client_rect();
        let (width, height) = window_size();
        let below = place.bottom() + GAP;
        let above = place.top() - GAP - size.height();
        let is_below = match side {
            Side::Above => above < 0.0,
            Side::Below => below + size.height() <= height || above < 0.0,
        };
        let left = place.left().min(width - size.width() - GAP).max(GAP);
        for (name, at) in [
            ("left", left),
            ("top", if is_below { below } else { above }),
        ] {
            let pixels = [&(at.round() as i32).to_string(), "px"].concat();
            let _ = self.element.style().set_property(name, &pixels);
        }
    }

    /// Hides it.
    pub fn hide(&self) {
        let _ = self.element.unchecked_ref::<Popping>().hide_popover();
        self.element.set_hidden(true);
    }
}

fn window_size() -> (f64, f64) {
    let number = |value: Result<JsValue, JsValue>| value.ok().and_then(|value| value.as_f64());
    (
        number(window().inner_width()).unwrap_or_default(),
        number(window().inner_height()).unwrap_or_default(),
    )
}
