//! The doors of this crate to what an editor needs when somebody works in it:
//! what is behind the functions of modules named `tools` comes in `tools.wasm`
//! (`xtask/src/build/split.rs`). Who calls one makes sure that it is here
//! (`runtime_bridge::rest`).
//!
//! Not here: anything but the doors.

use std::rc::Rc;

use editor_core::lines::Way;

use crate::component::Controller;
use crate::surface::Surface;

/// See [`Controller::look_soon`].
#[inline(never)]
pub fn look_soon(controller: &Controller) {
    controller.look_soon();
}

/// See [`Surface::go_to_mark`].
#[inline(never)]
pub fn go_to_mark(surface: &Rc<Surface>, way: Way) {
    surface.go_to_mark(way);
}
