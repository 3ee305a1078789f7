//! Keys and `beforeinput`: what the browser says the reader did becomes a
//! command or text, and the browser's own edit is prevented. Input methods,
//! whose edits cannot be prevented, are in `composition.rs`.

use std::rc::Rc;

use editor_core::{Chord, Command, Origin, Platform, Selection, keymap};
use wasm_bindgen::JsCast;
use web_sys::{InputEvent, KeyboardEvent, StaticRange};

use super::Surface;
use crate::dom::{Listener, Manner, Place, window};
use crate::tools;

impl Surface {
    pub(super) fn listen_to_input(self: &Rc<Self>, listeners: &mut Vec<Listener>) {
        let content = &self.nodes.content;
        listeners.push(self.hear(
            content,
            "keydown",
            Manner::Active,
            |surface, event: &KeyboardEvent| {
                surface.key_down(event);
            },
        ));
        // A page's single-key shortcuts would see these as typed outside of any text field.
        for name in ["keypress", "keyup"] {
            listeners.push(Listener::new(
                content,
                name,
                Manner::Passive,
                |event: KeyboardEvent| {
                    event.stop_propagation();
                },
            ));
        }
        listeners.push(self.hear(
            content,
            "beforeinput",
            Manner::Active,
            |surface, event: &InputEvent| {
                surface.before_input(event);
            },
        ));
    }

    fn key_down(self: &Rc<Self>, event: &KeyboardEvent) {
        event.stop_propagation();
        if event.is_composing() || self.composition.borrow().is_some() {
            return;
        }
        let key = match event.key() {
            // WebKitGTK has no name for Tab with Shift.
            key if key == "Unidentified" => event.code(),
            key => key,
        };
        let chord = Chord {
            key: &key,
            ctrl: event.ctrl_key(),
            alt: event.alt_key(),
            shift: event.shift_key(),
            meta: event.meta_key(),
        };
        if mods_free(event) && self.assistant.get().is_some_and(|helps| helps.key(&key)) {
            return event.prevent_default();
        }
        if chord.ctrl && chord.alt && event.get_modifier_state("AltGraph") {
            return;
        }
        let Some(command) = keymap::command(chord, platform()) else {
            return self.leaving.set(self.leaving.get() && is_modifier(&key));
        };
        if matches!(command, Command::Indent | Command::Outdent)
            && (self.leaving.take() || self.is_read_only())
        {
            return;
        }
        self.leaving.set(command == Command::LeaveOnNextTab);
        event.prevent_default();
        match command {
            Command::Run => (self.hooks.run)(),
            Command::LeaveOnNextTab => {
                let kit = self.kit.get();
                if kit.is_some_and(|kit| kit.escape(self)) {
                    self.leaving.set(false);
                }
            }
            Command::Suggest => self.suggest(),
            Command::GoToMark(way) => {
                self.read_selection();
                self.with_tools(move |surface| tools::go_to_mark(surface, way));
            }
            command => {
                self.read_selection();
                self.command(command);
            }
        }
    }

    /// Asks for suggestions, as soon as there is who has some.
    fn suggest(self: &Rc<Self>) {
        self.read_selection();
        self.with_assistant(|assistant| assistant.ask());
    }

    fn before_input(self: &Rc<Self>, event: &InputEvent) {
        if !event.cancelable() || self.composition.borrow().is_some() {
            return;
        }
        event.prevent_default();
        self.read_selection();
        match Meaning::of(&event.input_type()) {
            Meaning::Text(origin) => self.insert_from(event, origin),
            Meaning::Command(command) => self.command(command),
            Meaning::Nothing => {}
        }
    }

    /// Inserts what the event carries, where the event says: a correction or a
    /// drop names another place than the caret's.
    fn insert_from(self: &Rc<Self>, event: &InputEvent, origin: Origin) {
        let Some(text) = carried_text(event) else {
            return;
        };
        if matches!(
            event.input_type().as_str(),
            "insertReplacementText" | "insertFromDrop"
        ) && let Some(target) = self.target(event)
        {
            self.editor.borrow_mut().select(target);
        }
        self.insert(&text, origin);
    }

    fn target(&self, event: &InputEvent) -> Option<Selection> {
        let range: StaticRange = event.get_target_ranges().get(0).dyn_into().ok()?;
        let from = Place {
            node: range.start_container(),
            offset: range.start_offset(),
        };
        let to = Place {
            node: range.end_container(),
            offset: range.end_offset(),
        };
        Some(Selection::single(
            self.position(&from)?,
            self.position(&to)?,
        ))
    }
}

/// What an `inputType` (Input Events Level 2) asks for.
enum Meaning {
    Text(Origin),
    Command(Command),
    Nothing,
}

impl Meaning {
    fn of(kind: &str) -> Meaning {
        match kind {
            "insertText" => Meaning::Text(Origin::Typed),
            "insertReplacementText" => Meaning::Text(Origin::Composed),
            "insertFromPaste" | "insertFromPasteAsQuotation" | "insertFromYank" => {
                Meaning::Text(Origin::Pasted)
            }
            "insertFromDrop" => Meaning::Text(Origin::Dropped),
            "insertParagraph" | "insertLineBreak" => Meaning::Command(Command::Newline),
            "deleteContentBackward" | "deleteByCut" | "deleteByDrag" | "deleteContent" => {
                Meaning::Command(Command::DeleteBack)
            }
            "deleteContentForward" => Meaning::Command(Command::DeleteForward),
            "deleteWordBackward" => Meaning::Command(Command::DeleteWordBack),
            "deleteWordForward" => Meaning::Command(Command::DeleteWordForward),
            "deleteSoftLineBackward" | "deleteHardLineBackward" => {
                Meaning::Command(Command::DeleteToLineStart)
            }
            "deleteSoftLineForward" | "deleteHardLineForward" | "deleteEntireSoftLine" => {
                Meaning::Command(Command::DeleteToLineEnd)
            }
            "historyUndo" => Meaning::Command(Command::Undo),
            "historyRedo" => Meaning::Command(Command::Redo),
            // Bold, italics, lists: Python text has none of it.
            _ => Meaning::Nothing,
        }
    }
}

fn carried_text(event: &InputEvent) -> Option<String> {
    event
        .data()
        .or_else(|| event.data_transfer()?.get_data("text/plain").ok())
}

fn mods_free(event: &KeyboardEvent) -> bool {
    !(event.ctrl_key() || event.alt_key() || event.shift_key() || event.meta_key())
}

fn is_modifier(key: &str) -> bool {
    matches!(key, "Shift" | "Control" | "Alt" | "Meta")
}

pub(super) fn platform() -> Platform {
    thread_local! {
        static PLATFORM: Platform = {
            let name = window().navigator().platform().unwrap_or_default();
            if ["Mac", "iP"].iter().any(|start| name.starts_with(start)) { Platform::Mac } else { Platform::Other }
        };
    }
    PLATFORM.with(|platform| *platform)
}
