//! The doors of this crate to what an editor needs when somebody works in it, in
//! `tools.wasm` (`xtask/src/build/split.rs`). Who calls one makes sure that it is
//! here (`runtime_bridge::rest`).
//!
//! Not here: anything but the doors.

use std::rc::Rc;

use crate::surface::Surface;

/// See [`Surface::make_kit`].
#[inline(never)]
pub fn make_kit(surface: &Rc<Surface>) {
    surface.make_kit();
}
