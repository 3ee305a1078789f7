//! Modules that lie beside py-editor.js and are imported when first needed.
//!
//! A browser remembers an import that failed, so the next one asks under
//! another address.
//!
//! Not here: what the modules do.

use std::cell::RefCell;

use js_sys::{Function, Promise, Reflect};
use runtime_protocol::{LoadFailure, LoadProblem};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use crate::runtime;
use crate::worker::words;

thread_local! {
    /// JavaScript's `import`, which only a module can write.
    static IMPORT: RefCell<Option<Function>> = const { RefCell::new(None) };
    /// The addresses of imports that failed, each as often as it did.
    static FAILURES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

pub(crate) fn provide(import: Function) {
    IMPORT.set(Some(import));
}

/// Imports `file`, which lies beside py-editor.js, and gives what it exports as `name`.
pub async fn function(file: &str, name: &str) -> Result<Function, LoadFailure> {
    let url = runtime::url(file);
    let failure = |problem| LoadFailure {
        url: url.clone(),
        problem,
    };
    match import(&url).await {
        Ok(module) => Reflect::get(&module, &name.into())
            .ok()
            .and_then(|found| found.dyn_into().ok())
            .ok_or_else(|| failure(LoadProblem::Broken("it is of another version".into()))),
        Err(error) => {
            FAILURES.with_borrow_mut(|failures| failures.push(url.clone()));
            Err(failure(problem(&url, &error).await))
        }
    }
}

async fn import(url: &str) -> Result<JsValue, JsValue> {
    let import = IMPORT.with_borrow(Clone::clone);
    let import = import.ok_or_else(|| JsValue::from("nothing can be imported"))?;
    let is_this = |failed: &&String| *failed == url;
    let asked = match FAILURES.with_borrow(|failures| failures.iter().filter(is_this).count()) {
        0 => url.to_owned(),
        failures => [url, "?again=", &failures.to_string()].concat(),
    };
    let promise = import.call1(&JsValue::UNDEFINED, &asked.into())?;
    JsFuture::from(promise.unchecked_into::<Promise>()).await
}

/// An import says little about why it failed, so the server is asked once more.
async fn problem(url: &str, error: &JsValue) -> LoadProblem {
    let Some(window) = web_sys::window() else {
        return LoadProblem::Unreachable;
    };
    match JsFuture::from(window.fetch_with_str(url)).await {
        Err(_) => LoadProblem::Unreachable,
        Ok(answer) => {
            let response: Response = answer.unchecked_into();
            if response.ok() {
                LoadProblem::Broken(words(error))
            } else {
                LoadProblem::Status(response.status())
            }
        }
    }
}
