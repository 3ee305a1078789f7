//! The playground's controls around one editor. The editor is a tag like any
//! other on the page: this file sets its properties and reads them back.

use js_sys::Reflect;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

use crate::examples::EXAMPLES;
use crate::link::Shared;

/// The interpreters, by tag and by name.
const INTERPRETERS: [(&str, &str); 2] = [("mpy-editor", "MicroPython"), ("py-editor", "Python")];

/// The playground.
#[component]
pub fn Playground() -> impl IntoView {
    let shared = Shared::of_page();
    let tag = RwSignal::new(
        shared
            .as_ref()
            .map_or(INTERPRETERS[0].0, |shared| shared.tag),
    );
    let said = RwSignal::new("");
    let place = NodeRef::<Div>::new();
    let first = shared.map_or_else(|| EXAMPLES[0].code.to_owned(), |shared| shared.code);
    place.on_load(move |place| put_editor(&place, tag.get_untracked(), &first));

    let choose_tag = move |chosen: &'static str| {
        let Some(place) = place.get_untracked() else {
            return;
        };
        let code = code_in(&place);
        tag.set(chosen);
        put_editor(&place, chosen, &code);
    };
    let choose_example = move |event| {
        let chosen: usize = event_target_value(&event).parse().unwrap_or(0);
        if let (Some(place), Some(example)) = (place.get_untracked(), EXAMPLES.get(chosen)) {
            put_editor(&place, tag.get_untracked(), example.code);
        }
    };
    let share = move |_| {
        let Some(place) = place.get_untracked() else {
            return;
        };
        let link = Shared {
            tag: tag.get_untracked(),
            code: code_in(&place),
        }
        .link();
        wasm_bindgen_futures::spawn_local(async move { said.set(copy(link).await) });
    };
    view! {
        <div class="controls">
            <label>
                <span>"Example"</span>
                <select on:change=choose_example>
                    {EXAMPLES
                        .iter()
                        .enumerate()
                        .map(|(index, example)| view! { <option value=index.to_string()>{example.name}</option> })
                        .collect_view()}
                </select>
            </label>
            <div class="choice" role="group" aria-label="Interpreter">
                {INTERPRETERS
                    .map(|(name, label)| {
                        let pressed = move || if tag.get() == name { "true" } else { "false" };
                        view! {
                            <button type="button" aria-pressed=pressed on:click=move |_| choose_tag(name)>
                                {label}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
            <button type="button" on:click=share>"Copy link"</button>
            <span role="status">{said}</span>
        </div>
        <div node_ref=place></div>
    }
}

/// A fresh editor in the place of the one that is there.
fn put_editor(place: &Element, tag: &str, code: &str) {
    let Ok(editor) = document().create_element(tag) else {
        return;
    };
    editor.set_text_content(Some(code));
    place.set_text_content(None);
    let _ = place.append_child(&editor);
}

/// What the editor holds now.
fn code_in(place: &Element) -> String {
    let editor = place.first_element_child();
    let code = editor.and_then(|editor| Reflect::get(&editor, &JsValue::from_str("code")).ok());
    code.and_then(|code| code.as_string()).unwrap_or_default()
}

/// Puts a link on the clipboard and into the address; says what became of it.
async fn copy(link: String) -> &'static str {
    let _ = window().location().replace(&link);
    match JsFuture::from(window().navigator().clipboard().write_text(&link)).await {
        Ok(_) => "Link copied.",
        Err(_) => "The link is in the address bar.",
    }
}
