//! Which elements are near the part of the page that is seen. One observer for
//! all editors; those that come near are mounted in `slices`.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

use crate::element::Inner;
use crate::slices;

/// How far beyond the window an editor counts as near.
const MARGIN: &str = "400px";

thread_local! {
    static WATCH: RefCell<Watch> = RefCell::default();
}

#[derive(Default)]
struct Watch {
    observer: Option<IntersectionObserver>,
    watched: Vec<(Element, Weak<Inner>)>,
}

/// Mounts an element once it is near.
pub fn watch(element: &Element, inner: &Rc<Inner>) {
    WATCH.with_borrow_mut(|watch| {
        watch.watched.push((element.clone(), Rc::downgrade(inner)));
        if watch.observer.is_none() {
            watch.observer = observer();
        }
        match &watch.observer {
            Some(observer) => observer.observe(element),
            None => watch.came_near(element),
        }
    });
}

/// The element is mounted or gone.
pub fn forget(element: &Element) {
    WATCH.with_borrow_mut(|watch| {
        watch.watched.retain(|(watched, _)| watched != element);
        if let Some(observer) = &watch.observer {
            observer.unobserve(element);
        }
    });
}

impl Watch {
    fn came_near(&self, element: &Element) {
        if let Some((_, inner)) = self.watched.iter().find(|(watched, _)| watched == element) {
            let inner = inner.clone();
            slices::push(move || {
                if let Some(inner) = inner.upgrade() {
                    inner.came_near();
                }
            });
        }
    }
}

fn observer() -> Option<IntersectionObserver> {
    let seen = Closure::<dyn Fn(Array)>::new(|entries: Array| {
        for entry in entries.iter() {
            let entry: IntersectionObserverEntry = entry.unchecked_into();
            if entry.is_intersecting() {
                WATCH.with_borrow_mut(|watch| watch.came_near(&entry.target()));
            }
        }
    });
    let init = IntersectionObserverInit::new();
    init.set_root_margin(MARGIN);
    // One observer for the life of the page.
    IntersectionObserver::new_with_options(seen.into_js_value().unchecked_ref(), &init).ok()
}
