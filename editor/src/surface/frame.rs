//! One frame a surface: reads of the layout and what follows from them happen
//! in the animation frame, once, after all writes of that frame. What is done
//! in it is decided elsewhere.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::dom::window;

/// Runs a task at most once a frame, however often it was asked for.
pub struct Frame {
    asked: Rc<Cell<Option<i32>>>,
    callback: RefCell<Option<Closure<dyn FnMut()>>>,
}

impl Frame {
    /// A frame that does nothing until `on_frame` is given.
    pub fn new() -> Frame {
        Frame {
            asked: Rc::new(Cell::new(None)),
            callback: RefCell::new(None),
        }
    }

    /// Says what a frame does.
    pub fn on_frame(&self, mut task: impl FnMut() + 'static) {
        let asked = self.asked.clone();
        let callback = Closure::<dyn FnMut()>::new(move || {
            asked.set(None);
            task();
        });
        *self.callback.borrow_mut() = Some(callback);
    }

    /// Whether the next frame is asked for.
    pub fn is_asked(&self) -> bool {
        self.asked.get().is_some()
    }

    /// Asks for the next frame, unless it is asked for already.
    pub fn request(&self) {
        if self.is_asked() {
            return;
        }
        let callback = self.callback.borrow();
        let Some(callback) = callback.as_ref() else {
            return;
        };
        let asked = window().request_animation_frame(callback.as_ref().unchecked_ref());
        self.asked.set(asked.ok());
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        if let Some(asked) = self.asked.take() {
            let _ = window().cancel_animation_frame(asked);
        }
    }
}
