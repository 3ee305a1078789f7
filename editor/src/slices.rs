//! Work that can wait, a few milliseconds at a time: however many editors a
//! page has, none of its tasks is long. What the work is, its owners know.

use std::cell::RefCell;
use std::collections::VecDeque;

use gloo_timers::callback::Timeout;

use crate::dom::now;

/// Milliseconds of work in one task.
const SLICE: f64 = 12.0;

thread_local! {
    static QUEUE: RefCell<Queue> = RefCell::default();
}

type Job = Box<dyn FnOnce()>;

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    running: Option<Timeout>,
}

/// Does `job` soon, after those that wait already.
pub fn push(job: impl FnOnce() + 'static) {
    QUEUE.with_borrow_mut(|queue| {
        queue.jobs.push_back(Box::new(job));
        queue.schedule();
    });
}

/// Does the first of them now, in the task that is under way.
pub fn begin() {
    if let Some(job) = QUEUE.with_borrow_mut(|queue| queue.jobs.pop_front()) {
        job();
    }
}

impl Queue {
    fn schedule(&mut self) {
        if self.running.is_none() && !self.jobs.is_empty() {
            self.running = Some(Timeout::new(0, run));
        }
    }
}

fn run() {
    let end = now() + SLICE;
    while let Some(job) = QUEUE.with_borrow_mut(|queue| queue.jobs.pop_front()) {
        // Not borrowed here: a job may push others.
        job();
        if now() > end {
            break;
        }
    }
    QUEUE.with_borrow_mut(|queue| {
        queue.running = None;
        queue.schedule();
    });
}
