//! Tells the window when all runs of the page have ended: `py:all-done`.
//!
//! The count is `runtime_protocol::page`; this file holds the page's one count
//! and dispatches the event. Environments report their runs themselves.
//!
//! Not here: the events of single editors.

use std::cell::RefCell;

use runtime_protocol::page::{AllDone, PageRuns, Start};
use web_sys::Event;

thread_local! {
    static RUNS: RefCell<PageRuns> = RefCell::default();
}

/// Something on the page will start by itself; `py:all-done` waits for it.
pub fn expect() {
    RUNS.with_borrow_mut(PageRuns::expect);
}

/// All that starts by itself has been announced with [`expect`]. Where there is
/// none, `py:all-done` is dispatched now. Later calls do nothing.
pub fn opened() {
    tell(RUNS.with_borrow_mut(PageRuns::opened));
}

/// Something announced will not start after all.
pub fn withdrawn() {
    tell(RUNS.with_borrow_mut(PageRuns::withdrawn));
}

/// Runs under way, and those that wait.
pub(crate) fn running() -> usize {
    RUNS.with_borrow(PageRuns::running)
}

pub(crate) fn started() {
    RUNS.with_borrow_mut(PageRuns::started);
}

pub(crate) fn ended(start: Start) {
    tell(RUNS.with_borrow_mut(|runs| runs.ended(start)));
}

/// The count is no longer borrowed here: a listener may start a run.
fn tell(all_done: AllDone) {
    if all_done == AllDone::Wait {
        return;
    }
    if let (Some(window), Ok(event)) = (web_sys::window(), Event::new("py:all-done")) {
        let _ = window.dispatch_event(&event);
    }
}
