//! A worker with its listeners, ended when dropped.
//!
//! Events reach the environment on a later turn only, also those about a
//! worker that could not even be constructed: whoever spawns is in the middle
//! of performing effects.
//!
//! Not here: what the messages mean.

use std::rc::Rc;

use js_sys::{Array, Object, Reflect};
use runtime_protocol::session::{Event, Generation, Source};
use runtime_protocol::{FromWorker, ToWorker};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{
    Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Url, Worker, WorkerOptions, WorkerType,
};

use crate::client::Feeder;
use crate::plain::Plain;

/// A running worker.
pub(crate) struct WorkerHandle {
    worker: Worker,
    /// Kept until the end: the browser may still be fetching from it.
    _script: Script,
    _listeners: [Closure<dyn Fn(web_sys::Event)>; 3],
}

impl WorkerHandle {
    /// Starts the worker; None when the browser refuses, which is then told through `feeder`.
    pub(crate) fn spawn(source: &Source, generation: Generation, feeder: Feeder) -> Option<Self> {
        let feeder = Rc::new(feeder);
        let script = Script::of(&source.worker);
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(source.interpreter.name());
        let worker = match Worker::new_with_options(script.url(), &options) {
            Ok(worker) => worker,
            Err(refusal) => {
                feeder.feed(Event::WorkerError {
                    generation,
                    message: words(&refusal),
                });
                return None;
            }
        };
        let listeners = [
            listener(&feeder, generation, heard),
            listener(&feeder, generation, failed),
            listener(&feeder, generation, unreadable),
        ];
        worker.set_onmessage(Some(listeners[0].as_ref().unchecked_ref()));
        worker.set_onerror(Some(listeners[1].as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(listeners[2].as_ref().unchecked_ref()));
        Some(Self {
            worker,
            _script: script,
            _listeners: listeners,
        })
    }

    /// Sends a message, with `parcel` (the module and the files) beside it.
    /// Both are plain data that always clones.
    pub(crate) fn post(&self, message: &ToWorker, parcel: Option<&JsValue>) {
        let envelope = Object::new();
        let Plain(message) = message.write();
        let _ = Reflect::set(&envelope, &"message".into(), &message);
        if let Some(parcel) = parcel {
            let _ = Reflect::set(&envelope, &"parcel".into(), parcel);
        }
        if let Err(refusal) = self.worker.post_message(&envelope) {
            web_sys::console::error_1(&refusal);
        }
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.worker.terminate();
    }
}

type Meaning = fn(Generation, web_sys::Event) -> Event;

fn listener(
    feeder: &Rc<Feeder>,
    generation: Generation,
    meaning: Meaning,
) -> Closure<dyn Fn(web_sys::Event)> {
    let feeder = feeder.clone();
    Closure::new(move |event| feeder.feed(meaning(generation, event)))
}

fn heard(generation: Generation, event: web_sys::Event) -> Event {
    let data = event.unchecked_into::<MessageEvent>().data();
    match FromWorker::read(&Plain(data)) {
        Ok(message) => Event::Worker {
            generation,
            message,
        },
        Err(_) => Event::WorkerError {
            generation,
            message: "a message of the worker could not be read".into(),
        },
    }
}

/// A script that cannot be fetched gives a plain event without words.
fn failed(generation: Generation, event: web_sys::Event) -> Event {
    event.prevent_default();
    let message = event
        .dyn_ref::<ErrorEvent>()
        .map(ErrorEvent::message)
        .unwrap_or_default();
    Event::WorkerError {
        generation,
        message,
    }
}

fn unreadable(generation: Generation, _: web_sys::Event) -> Event {
    Event::WorkerError {
        generation,
        message: "a message could not be read".into(),
    }
}

/// What an exception says.
pub(crate) fn words(exception: &JsValue) -> String {
    match exception.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.to_string()),
        None => exception
            .as_string()
            .unwrap_or_else(|| "no reason given".into()),
    }
}

/// The URL that a worker starts from. A worker must come from the page's own
/// origin; where ours is elsewhere, a tiny script of the page's origin imports it.
enum Script {
    Direct(String),
    Wrapped(String),
}

impl Script {
    fn of(url: &str) -> Self {
        if is_same_origin(url) {
            return Self::Direct(url.into());
        }
        let source = Array::of1(&format!("import {};", js_string(url)).into());
        let kind = BlobPropertyBag::new();
        kind.set_type("text/javascript");
        Blob::new_with_str_sequence_and_options(&source, &kind)
            .and_then(|blob| Url::create_object_url_with_blob(&blob))
            .map_or_else(|_| Self::Direct(url.into()), Self::Wrapped)
    }

    fn url(&self) -> &str {
        match self {
            Self::Direct(url) | Self::Wrapped(url) => url,
        }
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        if let Self::Wrapped(url) = self {
            let _ = Url::revoke_object_url(url);
        }
    }
}

fn is_same_origin(url: &str) -> bool {
    let page = web_sys::window().and_then(|window| window.location().origin().ok());
    let script = Url::new(url).map(|url| url.origin()).ok();
    page.is_none() || page == script
}

/// A URL as a string of JavaScript; a parsed URL has no quotes or backslashes unescaped.
fn js_string(url: &str) -> String {
    format!("\"{}\"", url.replace('"', "%22"))
}
