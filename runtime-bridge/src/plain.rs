//! JavaScript's plain objects as the protocol's wire values. The shapes of the
//! messages are the protocol's.

use js_sys::{Array, Object, Reflect};
use runtime_protocol::wire::Value;
use wasm_bindgen::{JsCast, JsValue};

/// A value as it comes from, or goes into, a structured clone.
pub(crate) struct Plain(pub JsValue);

impl Value for Plain {
    fn member(&self, name: &str) -> Option<Self> {
        let member = Reflect::get(&self.0, &name.into()).ok()?;
        (!member.is_null() && !member.is_undefined()).then_some(Self(member))
    }

    fn items(&self) -> Vec<Self> {
        self.0
            .dyn_ref::<Array>()
            .map(|list| list.iter().map(Self).collect())
            .unwrap_or_default()
    }

    fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn truth(&self) -> Option<bool> {
        self.0.as_bool()
    }

    fn of_text(text: &str) -> Self {
        Self(text.into())
    }

    fn of_number(number: u32) -> Self {
        Self(number.into())
    }

    fn of_truth(truth: bool) -> Self {
        Self(truth.into())
    }

    fn of_members(members: Vec<(&'static str, Self)>) -> Self {
        let object = Object::new();
        for (name, value) in members {
            // Setting a member of a fresh object cannot fail.
            let _ = Reflect::set(&object, &name.into(), &value.0);
        }
        Self(object.into())
    }
}
