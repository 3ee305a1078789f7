//! The environments of the page: found by interpreter and name, and kept from
//! resting in too great a number.
//!
//! An environment stays as long as a member or a set-up program of it does; the
//! list only watches.
//!
//! Not here: the rule of which one gives its memory back
//! (`runtime_protocol::idle`).

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use runtime_protocol::session::Event;
use runtime_protocol::spare::Load;
use runtime_protocol::{Interpreter, idle};

use crate::client::Inner;
use crate::{device, spares};

thread_local! {
    static ENVIRONMENTS: RefCell<Vec<Weak<Inner>>> = const { RefCell::new(Vec::new()) };
    /// Whether the rule is at work: what it ends settles again.
    static SETTLING: Cell<bool> = const { Cell::new(false) };
}

/// The environment of that interpreter and name. One without a name is never found.
pub(crate) fn find(interpreter: Interpreter, name: Option<&str>) -> Option<Rc<Inner>> {
    name?;
    all().into_iter().find(|inner| {
        inner.source.interpreter == interpreter && inner.source.name.as_deref() == name
    })
}

pub(crate) fn add(inner: &Rc<Inner>) {
    ENVIRONMENTS.with_borrow_mut(|all| {
        all.retain(|known| known.strong_count() > 0);
        all.push(Rc::downgrade(inner));
    });
}

/// Something has happened in an environment: spares are given up, and those that
/// have rested longest give their memory back, where there are too many.
pub(crate) fn settle() {
    let all = all();
    if all.len() < idle::MOST_ON_SMALL_DEVICES || SETTLING.replace(true) {
        return;
    }
    spares::settle(load(0));
    let most = idle::most(device::gib());
    loop {
        let rests: Vec<_> = all.iter().map(rests_since_ms).collect();
        let Some(longest) = idle::longest(&rests, most) else {
            break;
        };
        all[longest].feed(Event::RestRequested);
        // It waits its turn where it is in the middle of something.
        if rests_since_ms(&all[longest]).is_some() {
            break;
        }
    }
    SETTLING.set(false);
}

/// What spares are measured against, with so many runs under way.
pub(crate) fn load(runs: usize) -> Load {
    let rests = |inner: &Rc<Inner>| rests_since_ms(inner).is_some();
    Load {
        runs,
        resting: all().iter().filter(|inner| rests(inner)).count(),
        most: idle::most(device::gib()),
    }
}

/// One that is being spoken to does not rest.
fn rests_since_ms(inner: &Rc<Inner>) -> Option<f64> {
    let session = inner.session.try_borrow().ok()?;
    session.rests_since_ms()
}

fn all() -> Vec<Rc<Inner>> {
    ENVIRONMENTS.with_borrow(|all| all.iter().filter_map(Weak::upgrade).collect())
}
