//! The small tools at an output: copy, save, wrap, clear, and a line that says
//! how much was written when a run has ended. A reader hears that line and not
//! the flood before it.
//!
//! Not here: the text itself (`stream.rs`).

use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Event, HtmlElement, Url};

use super::stream::Log;
use crate::dom::{Listener, Manner, append, element, element_with_text, set, window};
use crate::files;

const FILE: &str = "output.txt";

/// The bar with the tools.
pub struct Tools {
    bar: HtmlElement,
    said: HtmlElement,
    clear: HtmlElement,
    /// The bar stands before it, while there is something in it.
    scroll: HtmlElement,
    _listeners: [Listener; 4],
}

impl Tools {
    /// A bar for the output in `scroll`, not on the page yet; `clear` empties that.
    pub fn new(scroll: &HtmlElement, log: &Rc<Log>, clear: impl Fn() + 'static) -> Tools {
        let bar = element("div", "tools");
        set(&bar, "part", "output-tools");
        let said = element("span", "said");
        set(&said, "role", "status");
        append(&bar, &said);
        let [copied, save, wrap, clear_all] = [
            ("Copy", "Copy the output"),
            ("Save", "Save the output to a file"),
            ("Wrap", "Break long lines"),
            ("Clear", "Clear the output"),
        ]
        .map(|(name, title)| tool(&bar, name, title));
        set(&wrap, "aria-pressed", "true");
        let copying = (log.clone(), scroll.clone(), said.clone());
        let saving = log.clone();
        let wrapping = (scroll.clone(), wrap.clone());
        let cleared = bar.clone();
        let listeners = [
            clicked(&copied, move || {
                copy(copying.0.text(), &copying.1, &copying.2)
            }),
            clicked(&save, move || save_all(&saving)),
            clicked(&wrap, move || toggle_wrap(&wrapping.0, &wrapping.1)),
            clicked(&clear_all, move || {
                clear();
                cleared.remove();
            }),
        ];
        Tools {
            bar,
            said,
            clear: clear_all,
            scroll: scroll.clone(),
            _listeners: listeners,
        }
    }

    /// A question stands in the output: to clear it would take the question away.
    pub fn hold(&self) {
        set(&self.clear, "disabled", "");
    }

    /// It is answered.
    pub fn release(&self) {
        let _ = self.clear.remove_attribute("disabled");
    }

    /// Puts the bar on the page.
    pub fn show(&self) {
        if !self.bar.is_connected() {
            // What was said is about what was there before.
            self.said.set_text_content(None);
            let _ = self.scroll.before_with_node_1(&self.bar);
        }
    }

    /// Takes the bar off the page.
    pub fn hide(&self) {
        self.bar.remove();
    }

    /// Says something, also to those who cannot see it.
    pub fn say(&self, text: &str) {
        self.said.set_text_content(Some(text));
    }
}

fn tool(bar: &HtmlElement, name: &str, title: &str) -> HtmlElement {
    let button = element_with_text("button", "tool", name);
    set(&button, "type", "button");
    set(&button, "title", title);
    append(bar, &button);
    button
}

fn clicked(button: &HtmlElement, act: impl Fn() + 'static) -> Listener {
    Listener::new(button, "click", Manner::Passive, move |_: Event| act())
}

/// Copies a text, and says so in `said`; where a page may not, selects what shows it.
pub fn copy(text: String, shown: &HtmlElement, said: &HtmlElement) {
    let clipboard = window().navigator().clipboard();
    let (scroll, said) = (shown.clone(), said.clone());
    spawn_local(async move {
        // A page that is not secure has none, and any page may be refused.
        let is_there = !JsValue::from(&clipboard).is_undefined();
        if is_there && JsFuture::from(clipboard.write_text(&text)).await.is_ok() {
            said.set_text_content(Some("Copied."));
            return;
        }
        if let Ok(Some(selection)) = window().get_selection() {
            let _ = selection.select_all_children(&scroll);
        }
        said.set_text_content(Some("Selected: copy it with the keyboard."));
    });
}

fn save_all(log: &Log) {
    let Some(url) = log
        .file()
        .and_then(|file| Url::create_object_url_with_blob(&file).ok())
    else {
        return;
    };
    files::save(FILE, &url);
    // The browser reads it after this; a minute is more than it takes to begin.
    gloo_timers::callback::Timeout::new(60_000, move || {
        let _ = Url::revoke_object_url(&url);
    })
    .forget();
}

fn toggle_wrap(scroll: &HtmlElement, button: &HtmlElement) {
    let is_wrapped = scroll
        .class_list()
        .toggle("unwrapped")
        .is_ok_and(|is_off| !is_off);
    set(
        button,
        "aria-pressed",
        if is_wrapped { "true" } else { "false" },
    );
}
