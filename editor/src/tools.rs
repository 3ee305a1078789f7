//! The doors of this crate to what helps a person who writes: the build cuts
//! behind the functions of modules named `tools`, and what only they need comes
//! in `tools.wasm`. Who calls one makes sure that it is here
//! (`rest::tools_are_here`).
//!
//! Not here: anything but the doors.

use std::rc::Rc;

use editor_core::lines::Way;

use runtime_bridge::protocol::Inspection;

use crate::component::{Controller, Told};
use crate::style;
use crate::surface::Surface;
use crate::surface::suggestions::Suggestions;

/// Gives the surface its kit and who helps a person that writes, once.
#[inline(never)]
pub fn equip(surface: &Rc<Surface>) {
    style::add(surface.root(), include_str!("../../styles/kit.css"));
    style::add(surface.root(), include_str!("../../styles/tools.css"));
    surface.make_kit();
    surface.assist_by(Suggestions::new(surface));
}

/// See [`Controller::look_soon`].
#[inline(never)]
pub fn look_soon(controller: &Controller) {
    controller.look_soon();
}

/// See [`Controller::inspect`].
#[inline(never)]
pub fn inspect(controller: &Controller, what: Inspection, name: &str, told: Told) {
    controller.inspect(what, name, told);
}

/// See [`Surface::go_to_mark`].
#[inline(never)]
pub fn go_to_mark(surface: &Rc<Surface>, way: Way) {
    surface.go_to_mark(way);
}
