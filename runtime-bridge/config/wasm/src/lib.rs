//! `runtime-config` for a page: strings in, strings out, and the browser's own
//! rules for URLs. A module of its own, fetched when the first editor with a
//! configuration runs.
//!
//! Not here: any decision; and fetching, which is JavaScript's (config.js).

use runtime_config::{About, Answer, Kind, Planner, Resolve, Step};
use wasm_bindgen::prelude::*;
use web_sys::Url;

struct Browser;

impl Resolve for Browser {
    fn resolve(&self, reference: &str, base: &str) -> Option<String> {
        let url = Url::new_with_base(reference, base).ok()?;
        Some(url.href())
    }
}

/// A configuration on its way to a plan.
#[wasm_bindgen]
pub struct Planning {
    planner: Planner,
    plan: Option<String>,
}

#[wasm_bindgen]
impl Planning {
    /// `interpreter` is `Pyodide` or `MicroPython`, `own_version` that of the build.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str, page: String, interpreter: &str, own_version: String) -> Self {
        let kind = match interpreter {
            "MicroPython" => Kind::MicroPython,
            _ => Kind::Pyodide,
        };
        let about = About {
            page,
            kind,
            own_version,
        };
        Self {
            planner: Planner::new(text, about),
            plan: None,
        }
    }

    /// The URLs that are needed next; none when the plan is whole.
    ///
    /// # Errors
    /// Sentences about what is wrong with the configuration.
    pub fn needed(&mut self) -> Result<Vec<String>, JsError> {
        let step = self.planner.step(&Browser);
        match step.map_err(|error| JsError::new(&error.to_string()))? {
            Step::Need(urls) => Ok(urls),
            Step::Done(plan) => {
                self.plan = Some(plan.to_json());
                Ok(Vec::new())
            }
        }
    }

    /// What came from a needed URL.
    pub fn text(&mut self, url: &str, mime: &str, text: String) {
        let mime = mime.to_ascii_lowercase();
        self.planner.answer(url, Answer::Text { mime, text });
    }

    /// The server of a needed URL refused with a status.
    pub fn refused(&mut self, url: &str, status: u16) {
        self.planner.answer(url, Answer::Refused(status));
    }

    /// A needed URL gave no answer; `words` are the browser's.
    pub fn nothing(&mut self, url: &str, words: String) {
        self.planner.answer(url, Answer::Nothing(words));
    }

    /// The plan as JSON, when nothing is needed any more.
    pub fn plan(&self) -> Option<String> {
        self.plan.clone()
    }
}
