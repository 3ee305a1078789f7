//! The files of an editor's environment: those that a reader picked or dropped
//! on the editor, which its programs find in their working folder, and those
//! that programs wrote, for saving. A panel lists them; it shows once there is
//! one, or from the start with the attribute `files`.
//!
//! Not here: the list itself, which is the runtime's (`runtime_protocol::shelf`).

use std::rc::Rc;

use runtime_bridge::protocol::FileEntry;
use runtime_bridge::protocol::shelf::Put;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{
    DataTransfer, DragEvent, Event, File, FileList, HtmlAnchorElement, HtmlElement,
    HtmlInputElement, MouseEvent, Url,
};

use crate::dom::{Listener, Manner, append, element, element_with_text, set};

/// What the panel says before there is a file.
const NONE: &str = "Files (0)";
const NOTE: &str = "Files are kept until the page is reloaded.";

/// What the panel asks for.
pub struct Requests {
    /// A file is to be put there.
    pub put: Box<dyn Fn(Put)>,
    /// A file is to be saved by the reader.
    pub take: Box<dyn Fn(&str)>,
}

/// One editor's panel.
pub struct Files {
    panel: HtmlElement,
    summary: HtmlElement,
    list: HtmlElement,
    requests: Rc<Requests>,
    _listeners: [Listener; 3],
}

impl Files {
    /// Fills the panel, and takes what is dropped on `host`.
    pub fn new(panel: &HtmlElement, host: &HtmlElement, requests: Requests) -> Files {
        let requests = Rc::new(requests);
        let summary = element("summary", "");
        let list = element("ul", "file-list");
        let (label, input) = picker();
        append(panel, &summary);
        append(panel, &list);
        append(panel, &label);
        append(panel, &element_with_text("p", "note", NOTE));
        panel.set_hidden(!host.has_attribute("files"));
        summary.set_text_content(Some(NONE));
        let picked = (requests.clone(), input.clone());
        let dropped = (requests.clone(), panel.clone());
        let listeners = [
            Listener::new(&input, "change", Manner::Passive, move |_: Event| {
                put_all(&picked.0, picked.1.files());
                picked.1.set_value("");
            }),
            Listener::new(host, "dragover", Manner::Active, |event: DragEvent| {
                if has_files(&event).is_some() {
                    event.prevent_default();
                }
            }),
            Listener::new(host, "drop", Manner::Active, move |event: DragEvent| {
                let Some(transfer) = has_files(&event) else {
                    return;
                };
                event.prevent_default();
                set(&dropped.1, "open", "");
                put_all(&dropped.0, transfer.files());
            }),
        ];
        Files {
            panel: panel.clone(),
            summary,
            list,
            requests,
            _listeners: listeners,
        }
    }

    /// Shows this list instead of the present one.
    pub fn show(&self, files: &[FileEntry]) {
        if files.is_empty() && self.panel.hidden() {
            return;
        }
        self.panel.set_hidden(false);
        let count = ["Files (", &files.len().to_string(), ")"].concat();
        self.summary.set_text_content(Some(&count));
        self.list.set_text_content(None);
        for file in files {
            append(&self.list, &self.item(file));
        }
    }

    fn item(&self, file: &FileEntry) -> HtmlElement {
        let item = element("li", "");
        let button = element_with_text("button", "frame", &file.path);
        set(&button, "type", "button");
        set(&button, "title", "Save this file");
        let (requests, path) = (self.requests.clone(), file.path.clone());
        // The closure goes with the button, which goes with the next list.
        let click = Closure::<dyn FnMut(MouseEvent)>::new(move |_| (requests.take)(&path));
        button.set_onclick(Some(click.into_js_value().unchecked_ref()));
        append(&item, &button);
        append(
            &item,
            &element_with_text("span", "place", &size(file.bytes)),
        );
        item
    }
}

/// Has the browser save what is at `url` under the last part of `path`.
pub fn save(path: &str, url: &str) {
    let link: HtmlAnchorElement = element("a", "").unchecked_into();
    link.set_href(url);
    link.set_download(path.rsplit('/').next().unwrap_or(path));
    link.click();
}

fn picker() -> (HtmlElement, HtmlInputElement) {
    let label = element("label", "add");
    let input: HtmlInputElement = element("input", "").unchecked_into();
    input.set_type("file");
    input.set_multiple(true);
    append(&label, &element_with_text("span", "", "Add files…"));
    append(&label, &input);
    (label, input)
}

fn has_files(event: &DragEvent) -> Option<DataTransfer> {
    let transfer = event.data_transfer()?;
    let names_files = |kind: wasm_bindgen::JsValue| kind == "Files";
    transfer.types().iter().any(names_files).then_some(transfer)
}

fn put_all(requests: &Requests, files: Option<FileList>) {
    let Some(files) = files else { return };
    for file in (0..files.length()).filter_map(|index| files.get(index)) {
        put(requests, &file);
    }
}

/// The URL is never taken back: a fresh interpreter is given the file once more.
fn put(requests: &Requests, file: &File) {
    if let Ok(url) = Url::create_object_url_with_blob(file) {
        (requests.put)(Put {
            path: file.name(),
            url,
            bytes: file.size() as u64,
        });
    }
}

/// Bytes as a person says it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1000 => [&bytes.to_string(), " bytes"].concat(),
        1000..1_000_000 => [&bytes.div_ceil(1000).to_string(), " kB"].concat(),
        _ => [&bytes.div_ceil(1_000_000).to_string(), " MB"].concat(),
    }
}
