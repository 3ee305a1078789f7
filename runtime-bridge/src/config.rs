//! Has a configuration read by the chunk that can: `config.js`, which no page
//! without a configured editor loads.
//!
//! Not here: what a configuration means, and who performs it.

use js_sys::{Object, Promise, Reflect};
use runtime_protocol::session::{Event, Reading};
use runtime_protocol::wire::Value;
use runtime_protocol::{Failure, Interpreter};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Url;

use crate::client::Feeder;
use crate::plain::Plain;
use crate::worker::words;
use crate::{chunk, rest, runtime};

/// Reads `text`; `feeder` keeps the plan and hears the end.
pub(crate) fn read(interpreter: Interpreter, reading: Reading, text: String, feeder: Feeder) {
    spawn_local(async move {
        let event = match plan(interpreter, &text).await {
            Ok(plan) => {
                feeder.keep(reading, plan.clone());
                summary(reading, &Plain(plan))
            }
            Err(failure) => {
                rest::close_worker();
                Event::ConfigFailed { reading, failure }
            }
        };
        feeder.feed(event);
    });
}

async fn plan(interpreter: Interpreter, text: &str) -> Result<JsValue, Failure> {
    let plan = chunk::function("config.js", "plan")
        .await
        .map_err(Failure::Load)?;
    let refused = |error: JsValue| Failure::Configuration(message(&error));
    let about = Object::new();
    let page = Url::new(&runtime::page_url()).map_err(refused)?;
    // Setting a property of a plain object cannot fail.
    let _ = Reflect::set(&about, &"page".into(), &page);
    let _ = Reflect::set(&about, &"interpreter".into(), &interpreter.name().into());
    let promise = plan
        .call2(&JsValue::UNDEFINED, &text.into(), &about)
        .map_err(refused)?;
    JsFuture::from(Promise::resolve::<JsValue>(&promise))
        .await
        .map_err(refused)
}

fn summary(reading: Reading, plan: &Plain) -> Event {
    let warnings = plan.member("warnings");
    Event::Configured {
        reading,
        interpreter: plan
            .member("interpreter")
            .and_then(|interpreter| interpreter.text()),
        warnings: warnings
            .iter()
            .flat_map(Value::items)
            .filter_map(|warning| warning.text())
            .collect(),
    }
}

/// The sentences of an error, without its class.
fn message(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| words(error), |error| error.message().into())
}
