//! Gets one file, counting its bytes as they arrive.
//!
//! A module is compiled while it streams, and counted on a clone of the same
//! response; a server that does not say `application/wasm` (many simple ones)
//! gets its bytes collected and compiled after, without a complaint.
//!
//! Not here: which files, and what to do when one is missing.

use js_sys::{Array, Promise, Uint8Array, WebAssembly};
use runtime_protocol::config::Role;
use runtime_protocol::{LoadFailure, LoadProblem};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, Blob, ReadableStreamDefaultReader, ReadableStreamReadResult, RequestInit, Response,
};

use crate::worker::words;

/// A file to get.
pub(crate) struct Request {
    /// Absolute URL.
    pub(crate) url: String,
    /// What becomes of it.
    pub(crate) role: Role,
    /// The size recorded by the build; another size is another file.
    pub(crate) bytes: u64,
}

/// Asks the server for a file at once: what is done later waits for the end of the
/// event that is handled now.
pub(crate) fn ask(url: &str, signal: &AbortSignal) -> Option<Promise> {
    let options = RequestInit::new();
    options.set_signal(Some(signal));
    let window = web_sys::window()?;
    Some(window.fetch_with_str_and_init(url, &options))
}

/// Gets the file of an answer: a `WebAssembly.Module` or a `Blob`, by its role.
/// `on_bytes` hears the size of each part.
pub(crate) async fn get(
    request: &Request,
    answer: Option<Promise>,
    on_bytes: &dyn Fn(u64),
) -> Result<JsValue, LoadFailure> {
    let failure = |problem| LoadFailure {
        url: request.url.clone(),
        problem,
    };
    let response = accepted(answer).await.map_err(failure)?;
    let streams = request.role == Role::Module && is_wasm(&response);
    let got = if streams {
        compile_streaming(&response, request.bytes, on_bytes).await
    } else {
        collect(&response, request, on_bytes).await
    };
    got.map_err(failure)
}

async fn accepted(answer: Option<Promise>) -> Result<Response, LoadProblem> {
    let answer = answer.ok_or(LoadProblem::Unreachable)?;
    let response: Response = JsFuture::from(answer)
        .await
        .map_err(|_| LoadProblem::Unreachable)?
        .unchecked_into();
    if response.ok() {
        Ok(response)
    } else {
        Err(LoadProblem::Status(response.status()))
    }
}

fn is_wasm(response: &Response) -> bool {
    let kind = response.headers().get("Content-Type").ok().flatten();
    kind.is_some_and(|kind| kind.split(';').next() == Some("application/wasm"))
}

async fn compile_streaming(
    response: &Response,
    bytes: u64,
    on_bytes: &dyn Fn(u64),
) -> Result<JsValue, LoadProblem> {
    let counted = response.clone().map_err(|error| broken(&error))?;
    // Wrapped at once, so that a refusal is never an unhandled one.
    let source = Promise::resolve::<JsValue>(response.as_ref());
    let module = JsFuture::from(WebAssembly::compile_streaming(&source));
    let found = read(&counted, on_bytes, |_| {}).await?;
    check_size(bytes, found)?;
    module.await.map_err(|error| broken(&error))
}

async fn collect(
    response: &Response,
    request: &Request,
    on_bytes: &dyn Fn(u64),
) -> Result<JsValue, LoadProblem> {
    let parts = Array::new();
    let found = read(response, on_bytes, |part| {
        parts.push(part);
    })
    .await?;
    check_size(request.bytes, found)?;
    let blob = Blob::new_with_u8_array_sequence(&parts).map_err(|error| broken(&error))?;
    if request.role != Role::Module {
        return Ok(blob.into());
    }
    let buffer = JsFuture::from(blob.array_buffer())
        .await
        .map_err(|error| broken(&error))?;
    JsFuture::from(WebAssembly::compile(&buffer))
        .await
        .map_err(|error| broken(&error))
}

/// Reads the body to its end; says how many bytes it had.
async fn read(
    response: &Response,
    on_bytes: &dyn Fn(u64),
    keep: impl Fn(&Uint8Array),
) -> Result<u64, LoadProblem> {
    let body = response.body().ok_or(LoadProblem::Unreachable)?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut found = 0;
    loop {
        let step = JsFuture::from(reader.read())
            .await
            .map_err(|_| LoadProblem::Unreachable)?;
        let step: ReadableStreamReadResult = step.unchecked_into();
        if step.get_done().unwrap_or(true) {
            return Ok(found);
        }
        let part: Uint8Array = step.get_value().unchecked_into();
        let size = u64::from(part.length());
        keep(&part);
        found += size;
        on_bytes(size);
    }
}

fn check_size(expected: u64, found: u64) -> Result<(), LoadProblem> {
    if expected == found {
        Ok(())
    } else {
        Err(LoadProblem::Size { expected, found })
    }
}

fn broken(error: &JsValue) -> LoadProblem {
    LoadProblem::Broken(words(error))
}
