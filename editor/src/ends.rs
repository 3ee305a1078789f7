//! The promises that `run()`, `stop()` and `process()` give: each is kept by
//! the end of its run, with the detail of the `done` event. A run that was
//! never accepted keeps them too, with `undefined`, when the editor goes.

use std::cell::{Cell, RefCell};

use js_sys::{Function, Promise};
use runtime_bridge::protocol::RunId;
use wasm_bindgen::JsValue;

/// The promises of one editor.
pub struct Ends {
    latest: Cell<RunId>,
    /// Asked for, and not accepted yet.
    asked: RefCell<Vec<Function>>,
    runs: RefCell<Vec<(RunId, Function)>>,
}

impl Default for Ends {
    fn default() -> Self {
        Self {
            latest: Cell::new(RunId(0)),
            asked: RefCell::default(),
            runs: RefCell::default(),
        }
    }
}

impl Ends {
    /// A promise for the run that is asked for next.
    pub fn of_next(&self) -> Promise {
        Promise::new(&mut |resolve, _| self.asked.borrow_mut().push(resolve))
    }

    /// A promise for the latest run that was accepted.
    pub fn of_current(&self) -> Promise {
        let run = self.latest.get();
        Promise::new(&mut |resolve, _| self.runs.borrow_mut().push((run, resolve)))
    }

    /// What was asked for is this run.
    pub fn accepted(&self, run: RunId) {
        self.latest.set(run);
        let asked = self.asked.take();
        let mut runs = self.runs.borrow_mut();
        runs.extend(asked.into_iter().map(|resolve| (run, resolve)));
    }

    /// What was asked for will never run.
    pub fn refused(&self) {
        for resolve in self.asked.take() {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    }

    /// The run has ended.
    pub fn ended(&self, run: RunId, detail: &JsValue) {
        let (ended, others) = self.runs.take().into_iter().partition(|(id, _)| *id == run);
        *self.runs.borrow_mut() = others;
        let ended: Vec<(RunId, Function)> = ended;
        for (_, resolve) in ended {
            let _ = resolve.call1(&JsValue::UNDEFINED, detail);
        }
    }
}

impl Drop for Ends {
    fn drop(&mut self) {
        self.refused();
        for (_, resolve) in self.runs.take() {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    }
}
