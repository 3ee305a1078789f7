//! The copy of an interpreter's memory from which others start: who is at it,
//! and how it is kept across visits (in the browser's Cache Storage, where there
//! is one).
//!
//! Not here: when a copy is made and used (`runtime_protocol::memory`), the page's
//! copy (`runtime.rs`), how a worker makes one (`js/pyodide.js`).

use js_sys::Promise;
use runtime_protocol::Interpreter;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Blob;

use crate::{chunk, runtime};

/// A worker has promised a copy. Dropped without [`Making::end`], it broke that promise.
pub(crate) struct Making(pub(crate) Interpreter);

impl Making {
    /// The copy; none where the worker could not make it.
    pub(crate) fn end(self, copy: Option<Blob>) {
        runtime::remember(self.0, copy);
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        runtime::release_makers(self.0);
    }
}

/// The copy of an earlier visit.
pub(crate) async fn find(key: &str) -> Option<Blob> {
    call("findMemory", &[key.into()]).await.dyn_into().ok()
}

/// Keeps a copy for later visits, in the place of older ones.
pub(crate) fn keep(key: String, copy: Blob) {
    spawn_local(async move {
        call("keepMemory", &[key.into(), copy.into()]).await;
    });
}

/// Throws a copy away.
pub(crate) fn forget(key: String) {
    spawn_local(async move {
        call("forgetMemory", &[key.into()]).await;
    });
}

/// Nothing here may fail a start: whatever goes wrong is as no copy.
async fn call(name: &str, arguments: &[JsValue]) -> JsValue {
    let Ok(function) = chunk::function("page.js", name).await else {
        return JsValue::UNDEFINED;
    };
    let arguments = arguments.iter().collect::<js_sys::Array>();
    match function.apply(&JsValue::UNDEFINED, &arguments) {
        Ok(promise) => JsFuture::from(Promise::resolve(&promise))
            .await
            .unwrap_or_default(),
        Err(_) => JsValue::UNDEFINED,
    }
}
