//! A worker with its listeners, ended when dropped.
//!
//! Workers are opened by `page.js`, which the first of them imports: it gives
//! those that may the way to the page. What is posted before it is here waits.
//! Events reach the environment on a later turn only, also those about a
//! worker that could not even be constructed: whoever spawns is in the middle
//! of performing effects.
//!
//! Not here: what the messages mean.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Reflect};
use runtime_protocol::session::{Event, Generation, Source};
use runtime_protocol::{Access, Answer, FromWorker, ToWorker};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Url, Worker};

use crate::chunk;
use crate::client::Feeder;
use crate::plain::Plain;

/// A worker, or one that is about to be.
pub(crate) struct WorkerHandle {
    stage: Rc<RefCell<Stage>>,
}

enum Stage {
    /// The module that opens workers is not here yet; these go first then.
    Opening(Vec<Object>),
    Open(Open),
    /// Dropped, or it could not be opened.
    Ended,
}

#[wasm_bindgen]
extern "C" {
    /// How programs are interrupted: the page's half of `signal.js`.
    type Signals;

    /// What goes beside the next program.
    #[wasm_bindgen(method)]
    fn next(this: &Signals) -> JsValue;

    /// Interrupts the latest program.
    #[wasm_bindgen(method)]
    fn raise(this: &Signals);

    /// Nothing is interrupted any more.
    #[wasm_bindgen(method)]
    fn end(this: &Signals);

    /// What `openWorker` gives.
    type Opened;

    #[wasm_bindgen(method, getter)]
    fn worker(this: &Opened) -> Worker;

    #[wasm_bindgen(method, getter)]
    fn signals(this: &Opened) -> Signals;

    #[wasm_bindgen(method, getter)]
    fn answer(this: &Opened) -> Function;
}

/// A running worker, ended when dropped.
struct Open {
    worker: Worker,
    /// Answers the worker where it stands still.
    answer: Function,
    signals: Signals,
    /// Kept until the end: the browser may still be fetching from it.
    _script: Script,
    _listeners: [Closure<dyn Fn(web_sys::Event)>; 3],
    _on_deadlock: Closure<dyn Fn(String)>,
}

impl WorkerHandle {
    /// Starts the worker as soon as the module that opens workers is here.
    pub(crate) fn spawn(
        source: &Source,
        service_worker: Option<&str>,
        generation: Generation,
        feeder: Feeder,
    ) -> Self {
        let stage = Rc::new(RefCell::new(Stage::Opening(Vec::new())));
        let opening = Opening {
            url: source.worker.clone(),
            name: source.interpreter.name(),
            page: source.page,
            service_worker: service_worker.map(str::to_owned),
            generation,
            feeder: Rc::new(feeder),
        };
        spawn_local(opening.open(stage.clone()));
        Self { stage }
    }

    /// The browser's worker, once it is open.
    pub(crate) fn worker(&self) -> Option<Worker> {
        match &*self.stage.borrow() {
            Stage::Open(open) => Some(open.worker.clone()),
            Stage::Opening(_) | Stage::Ended => None,
        }
    }

    /// Sends a message with `parcel` beside it. Both are plain data that always clones.
    pub(crate) fn post(&self, message: &ToWorker, parcel: &JsValue) {
        let envelope = Object::new();
        let Plain(message) = message.write();
        let _ = Reflect::set(&envelope, &"message".into(), &message);
        let _ = Reflect::set(&envelope, &"parcel".into(), parcel);
        match &mut *self.stage.borrow_mut() {
            Stage::Opening(waiting) => waiting.push(envelope),
            Stage::Open(open) => open.post(&envelope),
            Stage::Ended => {}
        }
    }

    /// What goes beside the next program, so that it can be interrupted. Nothing
    /// before the worker is open: no program is posted then.
    pub(crate) fn next_signal(&self) -> JsValue {
        match &*self.stage.borrow() {
            Stage::Open(open) => open.signals.next(),
            Stage::Opening(_) | Stage::Ended => JsValue::UNDEFINED,
        }
    }

    /// Interrupts the latest program.
    pub(crate) fn interrupt(&self) {
        if let Stage::Open(open) = &*self.stage.borrow() {
            open.signals.raise();
        }
    }

    /// Answers a worker that stands still. One that is not open has asked nothing.
    pub(crate) fn answer(&self, answer: &Answer) {
        if let Stage::Open(open) = &*self.stage.borrow() {
            let Plain(answer) = answer.write();
            // What it touches, memory and URLs, is the page's own.
            let _ = open.answer.call1(&JsValue::UNDEFINED, &answer);
        }
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.stage.replace(Stage::Ended);
    }
}

/// What it takes to open a worker.
struct Opening {
    url: String,
    name: &'static str,
    page: Access,
    service_worker: Option<String>,
    generation: Generation,
    feeder: Rc<Feeder>,
}

impl Opening {
    async fn open(self, stage: Rc<RefCell<Stage>>) {
        let open = chunk::function("page.js", "openWorker").await;
        // Whoever asked may have gone in the meantime.
        let Stage::Opening(waiting) = stage.replace(Stage::Ended) else {
            return;
        };
        let generation = self.generation;
        let opened = match open {
            Err(failure) => {
                return self.feeder.feed(Event::Unopened {
                    generation,
                    failure,
                });
            }
            Ok(open) => self.call(&open),
        };
        match opened {
            Ok(open) => {
                waiting.iter().for_each(|envelope| open.post(envelope));
                stage.replace(Stage::Open(open));
            }
            Err(refusal) => self.feeder.feed(Event::WorkerError {
                generation,
                message: words(&refusal),
            }),
        }
    }

    fn call(&self, open: &Function) -> Result<Open, JsValue> {
        let script = Script::of(&self.url);
        let (feeder, generation) = (self.feeder.clone(), self.generation);
        let on_deadlock = Closure::<dyn Fn(String)>::new(move |text| {
            feeder.feed(Event::Worker {
                generation,
                message: FromWorker::Remark { text },
            });
        });
        let options = Object::new();
        let set = |name: &str, value: &JsValue| {
            // Setting a property of a plain object cannot fail.
            let _ = Reflect::set(&options, &name.into(), value);
        };
        let page = match self.page {
            Access::Full => "full",
            Access::None => "none",
        };
        set("page", &page.into());
        let service_worker = self.service_worker.as_deref();
        set(
            "serviceWorker",
            &service_worker.map_or(JsValue::NULL, JsValue::from),
        );
        set("onDeadlock", on_deadlock.as_ref());
        let opened = open.call3(
            &JsValue::UNDEFINED,
            &script.url().into(),
            &self.name.into(),
            &options,
        )?;
        let opened: Opened = opened.unchecked_into();
        let worker = opened.worker();
        let listeners = [
            listener(&self.feeder, generation, heard),
            listener(&self.feeder, generation, failed),
            listener(&self.feeder, generation, unreadable),
        ];
        worker.set_onmessage(Some(listeners[0].as_ref().unchecked_ref()));
        worker.set_onerror(Some(listeners[1].as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(listeners[2].as_ref().unchecked_ref()));
        Ok(Open {
            worker,
            answer: opened.answer(),
            signals: opened.signals(),
            _script: script,
            _listeners: listeners,
            _on_deadlock: on_deadlock,
        })
    }
}

impl Open {
    fn post(&self, envelope: &Object) {
        if let Err(refusal) = self.worker.post_message(envelope) {
            web_sys::console::error_1(&refusal);
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.worker.terminate();
        self.signals.end();
    }
}

type Meaning = fn(Generation, web_sys::Event) -> Option<Event>;

fn listener(
    feeder: &Rc<Feeder>,
    generation: Generation,
    meaning: Meaning,
) -> Closure<dyn Fn(web_sys::Event)> {
    let feeder = feeder.clone();
    Closure::new(move |event| {
        if let Some(event) = meaning(generation, event) {
            feeder.feed(event);
        }
    })
}

/// Lists are what the way to the page says to its other half; none is ours.
fn heard(generation: Generation, event: web_sys::Event) -> Option<Event> {
    let data = event.unchecked_into::<MessageEvent>().data();
    if Array::is_array(&data) {
        return None;
    }
    Some(match FromWorker::read(&Plain(data)) {
        Ok(message) => Event::Worker {
            generation,
            message,
        },
        Err(_) => Event::WorkerError {
            generation,
            message: "a message of the worker could not be read".into(),
        },
    })
}

/// A script that cannot be fetched gives a plain event without words.
fn failed(generation: Generation, event: web_sys::Event) -> Option<Event> {
    event.prevent_default();
    let message = event
        .dyn_ref::<ErrorEvent>()
        .map(ErrorEvent::message)
        .unwrap_or_default();
    Some(Event::WorkerError {
        generation,
        message,
    })
}

fn unreadable(generation: Generation, _: web_sys::Event) -> Option<Event> {
    Some(Event::WorkerError {
        generation,
        message: "a message could not be read".into(),
    })
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
