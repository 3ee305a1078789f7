//! The doors of this crate to what a page needs with its first run only: the
//! build cuts behind the functions of modules named `late`
//! (`xtask/src/build/split.rs`), and what only they need comes in `run.wasm`.
//! Who calls one makes sure that it is here (`rest.rs`).
//!
//! Not here: anything but the doors.

use std::rc::Rc;

use js_sys::Function;
use runtime_protocol::{FileEntry, Notice};

use crate::api;
use crate::client::Inner;

/// Has the session handle what waits, and does what it asks for.
#[inline(never)]
pub(crate) fn drain(inner: &Rc<Inner>) {
    inner.drain();
}

/// The files of the environment.
#[inline(never)]
pub(crate) fn files(inner: &Inner) -> Vec<FileEntry> {
    inner.session.borrow().files()
}

/// See [`api::tell`].
#[inline(never)]
pub(crate) fn tell(hear: &Function, notice: Notice) {
    api::tell(hear, notice);
}
