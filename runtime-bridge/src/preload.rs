//! Gets an interpreter ready before anybody runs: its files come, and a spare is
//! made where there may be one. A run that follows joins what is under way.
//! Failures are silent: the run asks again, and tells.
//!
//! Not here: when that is (`runtime_protocol::preload`).

pub use runtime_protocol::preload::{Moment, Preload};

use crate::client::Options;
use crate::export::holds;
use crate::runtime::Waiter;
use crate::{device, late, rest, runtime, spares};

/// Something has happened to an editor whose author said `preload`.
pub fn hint(options: &Options, preload: Preload, moment: Moment) {
    if !preload.acts_at(moment, device::saves_data()) || may_choose(options) {
        return;
    }
    let options = options.clone();
    rest::ahead(move || late::preload(&options));
}

/// Gets what a run will need.
pub(crate) fn get(options: &Options) {
    let interpreter = options.interpreter;
    runtime::load(interpreter, Waiter::Nobody);
    if options.service_worker.is_none() {
        spares::want(interpreter, options.page);
    }
}

/// Whether the configuration, which nobody has read yet, may name another interpreter.
fn may_choose(options: &Options) -> bool {
    options
        .config
        .as_ref()
        .is_some_and(|config| holds(config, "interpreter"))
}
