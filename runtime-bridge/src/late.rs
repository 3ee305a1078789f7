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
use crate::client::{Inner, Options};
use crate::preload;

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

/// See [`Inner::want_spare`].
#[inline(never)]
pub(crate) fn want_spare(inner: &Inner) {
    inner.want_spare();
}

/// See [`preload::get`].
#[inline(never)]
pub(crate) fn preload(options: &Options) {
    preload::get(options);
}

/// See [`api::tell`].
#[inline(never)]
pub(crate) fn tell(hear: &Function, notice: Notice) {
    api::tell(hear, notice);
}
