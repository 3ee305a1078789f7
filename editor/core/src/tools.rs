//! The doors of this crate to what an editor needs when somebody works in it: a
//! page gets what is behind the functions of modules named `tools` in a module
//! of its own (`xtask/src/build/split.rs`). A surface makes sure that it is there
//! before it runs a command that [is a tool](Editor::is_tool).
//!
//! Not here: anything but the doors.

use crate::command::Command;
use crate::editor::Editor;
use crate::state::Update;
use crate::transaction::Millis;

/// See [`Editor::work`].
#[inline(never)]
pub fn work(editor: &mut Editor, command: Command, time: Millis) -> Option<Update> {
    editor.work(command, time)
}
