//! The doors of this crate to what a page needs with its first run only: the
//! build cuts behind the functions of modules named `late`
//! (`xtask/src/build/split.rs`), and what only they need comes in `run.wasm`.
//! Who calls one makes sure that it is here (`runtime_bridge::rest`).
//!
//! Not here: anything but the doors.

use std::rc::Rc;

use runtime_bridge::protocol::{FileEntry, Interpreter, Notice};
use web_sys::{Element, HtmlElement};

use crate::component::Controller;
use crate::files::Files;
use crate::handler::Question;
use crate::icons;
use crate::output::Output;
use crate::program;

/// See [`Controller::take`].
#[inline(never)]
pub fn hear(controller: &Controller, notice: Notice) {
    controller.take(notice);
}

/// See [`Output::make_paper`].
#[inline(never)]
pub fn make_paper(output: &Output) {
    output.make_paper();
}

/// See [`Files::show`].
#[inline(never)]
pub fn show_files(panel: &Files, files: &[FileEntry]) {
    panel.show(files);
}

/// See [`program::run`].
#[inline(never)]
pub fn run_program(script: Element, interpreter: Interpreter) {
    program::run(script, interpreter);
}

/// See [`icons::attach`].
#[inline(never)]
pub fn attach_icons(icons: &[Option<String>; 2], button: &HtmlElement) {
    icons::attach(icons, button);
}

/// See [`Question::ask`].
#[inline(never)]
pub fn ask(question: Question, run: Rc<dyn Fn()>) {
    question.ask(run);
}
