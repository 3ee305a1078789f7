//! PyScript's `handleEvent`: a function of the page that is asked before a
//! reader's run. It gets an event with the text as `code`; the run happens
//! unless it answers, or promises, `false`. One that throws is reported as any
//! listener's error is, and the run happens.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect};
use runtime_bridge::rest;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Event, HtmlElement};

use crate::late;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = reportError)]
    pub(crate) fn report_error(error: &JsValue);
}

/// What the page set, if anything.
#[derive(Default)]
pub struct Handler(RefCell<Option<Function>>);

impl Handler {
    /// Sets the function; anything else takes it away.
    pub fn set(&self, value: &JsValue) {
        *self.0.borrow_mut() = value.dyn_ref::<Function>().cloned();
    }

    /// What was set.
    pub fn get(&self) -> JsValue {
        self.0.borrow().clone().into()
    }

    /// Calls `run` unless the page's function says no. Without a function, at once.
    pub fn ask(&self, host: &HtmlElement, code: &str, run: Rc<dyn Fn()>) {
        let Some(function) = self.0.borrow().clone() else {
            return run();
        };
        let question = Question {
            function,
            host: host.clone(),
            code: code.to_owned(),
        };
        rest::when_here(move |missing| match missing {
            None => late::ask(question, run),
            // The run tells.
            Some(_) => run(),
        });
    }
}

/// What a page's function is asked.
pub struct Question {
    function: Function,
    host: HtmlElement,
    code: String,
}

impl Question {
    /// Calls `run` unless the function says no.
    pub fn ask(self, run: Rc<dyn Fn()>) {
        let answer = event(&self.host, &self.code);
        let answer = answer.and_then(|event| self.function.call1(&self.host, &event));
        spawn_local(async move {
            let answer = match answer {
                Ok(answer) => JsFuture::from(Promise::resolve(&answer)).await,
                Err(error) => Err(error),
            };
            match answer {
                Ok(answer) if answer == JsValue::FALSE => {}
                Ok(_) => run(),
                Err(error) => {
                    report_error(&error);
                    run();
                }
            }
        });
    }
}

/// A click with the text; `code` is not enumerable and `currentTarget` is the
/// editor, also after an `await`.
fn event(host: &HtmlElement, code: &str) -> Result<Event, JsValue> {
    let event = Event::new("click")?;
    for (name, value) in [
        ("code", JsValue::from_str(code)),
        ("currentTarget", host.into()),
        ("target", host.into()),
    ] {
        let property = Object::new();
        Reflect::set(&property, &"value".into(), &value)?;
        Reflect::define_property(&event, &name.into(), &property)?;
    }
    Ok(event)
}
