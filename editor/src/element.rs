//! The life of one element: what the custom element class forwards to, from the
//! moment the tag is in the page to the moment it has left it. An editor far
//! from sight is a plain block of text; it becomes an editor when it comes near,
//! gets the focus, or is asked to run.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::Promise;
use leptos::prelude::*;
use runtime_bridge::preload::{self, Moment};
use runtime_bridge::protocol::RunState;
use runtime_bridge::{Setup, Start, page, rest};
use wasm_bindgen::prelude::*;
use web_sys::{FocusEvent, HtmlElement, Node, ShadowRoot, ShadowRootInit, ShadowRootMode};

use crate::component::{Controller, Editor, Seat};
use crate::dom::{self, Listener, Manner, append, document, element, element_with_text, set};
use crate::events;
use crate::handler::Handler;
use crate::nearness;
use crate::options::{Options, RawOptions};
use crate::output;
use crate::slices;
use crate::source;
use crate::stdin::{self, Stdin};
use crate::upgrade;

const TARGET_ADVICE: &str = "The page has no element with this id, and none that this selector finds. The editor stands here instead.";
const OUTPUT_ADVICE: &str =
    "The page has no element with this id. The output is shown here instead.";

/// Milliseconds between two looks at a tag that the parser has not closed.
const PARSER_WAIT: u32 = 15;

/// Why an element that is in no page does not run.
const AWAY: &str = "this editor is in no page: add the element to the document first";

/// The Rust side of one element. The element holds it, so it goes with the
/// element; it holds the element only while that is in a page.
#[wasm_bindgen]
pub struct Host {
    inner: Rc<Inner>,
}

thread_local! {
    /// Whether no element was placed yet.
    static FIRST: Cell<bool> = const { Cell::new(true) };
}

/// What `Host` shares with callbacks.
pub struct Inner {
    stage: RefCell<Stage>,
    /// The text, while no editor holds it: set from outside, or kept after a removal.
    text: RefCell<Option<String>>,
    /// What waits a moment: the end after a removal, for a framework may only be
    /// moving the element; or the beginning, while the parser is at it.
    leaving: RefCell<Option<Timeout>>,
    by_itself: Cell<ByItself>,
    handler: Rc<Handler>,
    stdin: Rc<Stdin>,
    /// Hear that somebody is about to use the editor.
    interest: RefCell<Vec<Listener>>,
}

/// Whether the editor's code runs without being asked, once.
#[derive(Clone, Copy, PartialEq)]
enum ByItself {
    /// It does not, as far as is known.
    No,
    /// It will: `py:all-done` waits for it.
    Announced,
    /// It did, or never will.
    Settled,
}

enum Stage {
    /// Not in a page.
    Away,
    /// In the page, as a block of text.
    Placed(Placed),
    /// An editor.
    Mounted(Mounted),
    /// Code of an environment that is not shown; none when it cannot be had.
    Setup(Option<Setup>),
}

struct Placed {
    host: HtmlElement,
    root: ShadowRoot,
    options: Options,
    seat: Seat,
    _focus: Listener,
}

struct Mounted {
    controller: Rc<Controller>,
    root: ShadowRoot,
    _view: Box<dyn Any>,
}

#[wasm_bindgen]
impl Host {
    /// For an element that has just been made; it has no content yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Host {
        let inner = Inner {
            stage: RefCell::new(Stage::Away),
            text: RefCell::new(None),
            leaving: RefCell::new(None),
            by_itself: Cell::new(ByItself::No),
            handler: Rc::default(),
            stdin: Rc::default(),
            interest: RefCell::default(),
        };
        Host {
            inner: Rc::new(inner),
        }
    }

    /// The element is in a page.
    pub fn connected(&self, host: HtmlElement) {
        self.inner.leaving.borrow_mut().take();
        if !matches!(*self.inner.stage.borrow(), Stage::Away) {
            return;
        }
        // Now, for the page is about to count what starts by itself.
        self.inner.announce(host.has_attribute("autorun"));
        self.inner.place_soon(host);
    }

    /// The element has left its page, perhaps to come back at once.
    pub fn disconnected(&self) {
        let inner = self.inner.clone();
        let leave = Timeout::new(0, move || inner.leave());
        *self.inner.leaving.borrow_mut() = Some(leave);
    }

    /// An attribute has another value.
    pub fn changed(&self, host: HtmlElement, name: &str) {
        let options = RawOptions::of(&host).resolve();
        match name {
            "rows" => show_rows(&host, options.rows),
            "readonly" => {
                let follow = |controller: &Rc<Controller>| controller.follow_host();
                self.inner.with_controller(follow).unwrap_or_default()
            }
            "label" => {
                let rename = |controller: &Rc<Controller>| controller.rename(&options.label);
                self.inner.with_controller(rename).unwrap_or_default()
            }
            "src" if self.inner.is_placed() => self.inner.fetch(host, options.src),
            _ => {}
        }
    }

    /// Runs the code; kept by the end of the run, with its detail.
    pub fn run(&self, host: HtmlElement) -> Promise {
        self.act(host, |controller| controller.run(Start::ByReader))
    }

    /// Runs other code in the editor's environment; kept as `run` is.
    pub fn process(&self, host: HtmlElement, code: &str) -> Promise {
        self.act(host, |controller| controller.process(code))
    }

    /// What a click on Stop does; kept when the run has ended.
    pub fn stop(&self) -> Promise {
        let nothing = || Promise::resolve(&JsValue::UNDEFINED);
        self.inner
            .with_controller(|controller| controller.stop())
            .unwrap_or_else(nothing)
    }

    /// The page's function that is asked before a reader's run.
    #[wasm_bindgen(getter)]
    pub fn handler(&self) -> JsValue {
        self.inner.handler.get()
    }

    /// Sets it.
    #[wasm_bindgen(setter)]
    pub fn set_handler(&self, value: &JsValue) {
        self.inner.handler.set(value);
    }

    /// Answers a program that reads: a text, or `null` for the end of the
    /// input. False where none reads, and for `undefined`.
    pub fn answer(&self, value: &JsValue) -> bool {
        let Some(text) = stdin::answer(value) else {
            return false;
        };
        self.inner
            .with_controller(|controller| controller.answer(text))
            .unwrap_or(false)
    }

    /// What programs read instead of asking a person.
    #[wasm_bindgen(getter)]
    pub fn stdin(&self) -> JsValue {
        self.inner.stdin.get()
    }

    /// Sets it.
    #[wasm_bindgen(setter)]
    pub fn set_stdin(&self, value: JsValue) {
        self.inner.stdin.set(value);
    }

    /// The worker of the environment, or `undefined`.
    #[wasm_bindgen(getter)]
    pub fn worker(&self) -> JsValue {
        self.inner
            .with_controller(|controller| controller.worker())
            .unwrap_or_default()
    }

    /// The text of the editor; what the tag holds, before it is one.
    pub fn text(&self, host: &HtmlElement) -> String {
        match &*self.inner.stage.borrow() {
            Stage::Mounted(mounted) => mounted.controller.text(),
            _ => self
                .inner
                .text
                .borrow()
                .clone()
                .unwrap_or_else(|| source::text_of(host)),
        }
    }

    /// Replaces the text.
    pub fn set_text(&self, text: &str) {
        self.inner.set_text(text);
    }

    /// The state in one word.
    #[wasm_bindgen(getter)]
    pub fn state(&self) -> String {
        let state = match &*self.inner.stage.borrow() {
            Stage::Mounted(mounted) => mounted.controller.state(),
            _ => RunState::Idle,
        };
        state.name().to_owned()
    }
}

impl Host {
    /// Acts on the editor, which an element in a page becomes by this.
    fn act(&self, host: HtmlElement, act: impl FnOnce(&Rc<Controller>) -> Promise) -> Promise {
        self.inner.place_now(host);
        self.inner.mount();
        let away = || Promise::reject(&js_sys::Error::new(AWAY).into());
        self.inner.with_controller(act).unwrap_or_else(away)
    }
}

impl Default for Host {
    fn default() -> Host {
        Host::new()
    }
}

impl Inner {
    /// Places the element once its text is there: a tag that the parser has
    /// only opened has none yet.
    fn place_soon(self: &Rc<Self>, host: HtmlElement) {
        let inner = self.clone();
        slices::push(move || {
            if !host.is_connected() || !matches!(*inner.stage.borrow(), Stage::Away) {
                return;
            }
            if is_closed(&host) {
                inner.place(host);
            } else {
                inner.wait_for_more(host);
            }
        });
    }

    fn place_now(self: &Rc<Self>, host: HtmlElement) {
        if host.is_connected() && matches!(*self.stage.borrow(), Stage::Away) {
            self.place(host);
        }
    }

    fn wait_for_more(self: &Rc<Self>, host: HtmlElement) {
        let inner = self.clone();
        let wait = Timeout::new(PARSER_WAIT, move || inner.place_soon(host));
        *self.leaving.borrow_mut() = Some(wait);
    }

    fn place(self: &Rc<Self>, host: HtmlElement) {
        // It need not wait for the browser to say that it is near. Asked before
        // anything changes, when the answer costs no layout.
        let first_in_sight = FIRST.replace(false) && is_in_sight(&host);
        let options = RawOptions::of(&host).resolve();
        let root = shadow_root(&host);
        if self.text.borrow().is_none() {
            *self.text.borrow_mut() = Some(source::text_of(&host));
        }
        if host.has_attribute("setup") {
            return self.place_setup(&host, root, &options);
        }
        show_rows(&host, options.rows);
        set(&host, "state", RunState::Idle.name());
        let focus = self.show_text(&root, &options);
        let src = options.src.clone();
        let interpreter = options.interpreter;
        hint(&options, Moment::Placed);
        *self.stage.borrow_mut() = Stage::Placed(Placed {
            host: host.clone(),
            root,
            seat: Seat::take(&options),
            options,
            _focus: focus,
        });
        nearness::watch(&host, self);
        self.hear_interest(&host);
        self.complain_of_places(&host);
        events::built(&host, interpreter);
        if src.is_some() {
            self.fetch(host, src);
        } else {
            self.run_by_itself();
        }
        if first_in_sight {
            self.came_near();
        }
    }

    /// An element with `setup` shows nothing, unless its code cannot be had.
    fn place_setup(self: &Rc<Self>, host: &HtmlElement, root: ShadowRoot, options: &Options) {
        root.set_text_content(None);
        set(host, "state", RunState::Idle.name());
        let text = self.text.borrow().clone().filter(|_| options.src.is_none());
        let setup = match runtime_bridge::setup(&options.environment, text.as_deref()) {
            Ok(setup) => Some(setup),
            Err(refusal) => {
                show_trouble(host, &root, &refusal.reason, refusal.advice);
                None
            }
        };
        *self.stage.borrow_mut() = Stage::Setup(setup);
        events::built(host, options.interpreter);
        let Some(src) = options.src.clone() else {
            return;
        };
        let (inner, host) = (self.clone(), host.clone());
        wasm_bindgen_futures::spawn_local(async move {
            let fetched = source::fetch(&src).await;
            let mut stage = inner.stage.borrow_mut();
            let Stage::Setup(setup) = &mut *stage else {
                return;
            };
            match (fetched, &setup) {
                (Ok(text), Some(setup)) => setup.provide(&text),
                (Ok(_), None) => {}
                (Err(reason), _) => {
                    *setup = None;
                    show_trouble(&host, &root, &reason, source::ADVICE);
                }
            }
        });
    }

    /// Says where `target` or `output` name nothing on the page.
    fn complain_of_places(self: &Rc<Self>, host: &HtmlElement) {
        let named = |name: &str| host.get_attribute(name).filter(|value| !value.is_empty());
        let target = named("target").filter(|name| upgrade::find(name).is_none());
        let output = named("output").filter(|id| document().get_element_by_id(id).is_none());
        let complaint = match (target, output) {
            (Some(name), _) => Some((["Unknown target ", &name, "."].concat(), TARGET_ADVICE)),
            (_, Some(id)) => Some((["Unknown output ", &id, "."].concat(), OUTPUT_ADVICE)),
            (None, None) => None,
        };
        let Some((reason, advice)) = complaint else {
            return;
        };
        self.mount();
        self.with_controller(|controller| controller.complain(&reason, advice));
    }

    /// The block of text that stands where the editor will be.
    fn show_text(self: &Rc<Self>, root: &ShadowRoot, options: &Options) -> Listener {
        root.set_text_content(None);
        let frame = element("div", "editor");
        let bar = element("div", "bar");
        append(&bar, &element_with_text("span", "name", &options.label));
        let code = element("div", "code");
        append(&code, &element("div", "gutter"));
        let text = element_with_text(
            "div",
            "content",
            self.text.borrow().as_deref().unwrap_or_default(),
        );
        set(&text, "tabindex", "0");
        append(&code, &text);
        append(&frame, &bar);
        append(&frame, &element("div", "progress"));
        append(&frame, &code);
        append(root, &frame);
        let weak = Rc::downgrade(self);
        Listener::new(&text, "focus", Manner::Passive, move |_: FocusEvent| {
            let Some(inner) = weak.upgrade() else { return };
            // Replacing the focused node inside of its own event would lose the focus.
            Timeout::new(0, move || {
                inner.mount();
                inner.with_controller(|controller| controller.focus());
            })
            .forget();
        })
    }

    /// Who points at an editor, or goes to it, may run it soon.
    fn hear_interest(&self, host: &HtmlElement) {
        let listen = |name| {
            let element = host.clone();
            Listener::new(host, name, Manner::Passive, move |_: web_sys::Event| {
                rest::fetch_all();
                hint(&RawOptions::of(&element).resolve(), Moment::Intent);
            })
        };
        *self.interest.borrow_mut() = ["pointerenter", "focusin"].map(listen).into();
    }

    /// The element is near the part of the page that is seen.
    pub fn came_near(self: &Rc<Self>) {
        if let Stage::Placed(placed) = &*self.stage.borrow() {
            hint(&placed.options, Moment::Near);
        }
        self.mount();
    }

    /// Makes the block of text an editor. Nothing happens where it is one already, or away.
    pub fn mount(self: &Rc<Self>) {
        let stage = std::mem::replace(&mut *self.stage.borrow_mut(), Stage::Away);
        let Stage::Placed(placed) = stage else {
            *self.stage.borrow_mut() = stage;
            return;
        };
        nearness::forget(&placed.host);
        let text = self.text.borrow_mut().take().unwrap_or_default();
        let controller = Controller::new(
            &placed.host,
            &placed.root,
            &placed.options,
            &text,
            (&self.handler, &self.stdin),
            placed.seat,
        );
        placed.root.set_text_content(None);
        let parts = controller.clone();
        let parent: HtmlElement = placed.root.clone().unchecked_into();
        let view = leptos::mount::mount_to(parent, move || view! { <Editor controller=parts /> });
        controller.follow();
        let mounted = Mounted {
            controller,
            root: placed.root,
            _view: Box::new(view),
        };
        *self.stage.borrow_mut() = Stage::Mounted(mounted);
        rest::fetch_when_idle();
    }

    fn leave(&self) {
        self.leaving.borrow_mut().take();
        self.interest.borrow_mut().clear();
        self.withdraw();
        match std::mem::replace(&mut *self.stage.borrow_mut(), Stage::Away) {
            Stage::Away | Stage::Setup(_) => {}
            Stage::Placed(placed) => nearness::forget(&placed.host),
            Stage::Mounted(mounted) => {
                // Whoever listens to the element hears the end of its run.
                let _ = mounted.controller.stop();
                *self.text.borrow_mut() = Some(mounted.controller.text());
                let root = mounted.root.clone();
                drop(mounted);
                root.set_text_content(None);
            }
        }
    }

    fn is_placed(&self) -> bool {
        !matches!(*self.stage.borrow(), Stage::Away)
    }

    /// None where there is no editor yet.
    fn with_controller<T>(&self, act: impl FnOnce(&Rc<Controller>) -> T) -> Option<T> {
        let controller = match &*self.stage.borrow() {
            Stage::Mounted(mounted) => mounted.controller.clone(),
            _ => return None,
        };
        Some(act(&controller))
    }

    fn set_text(&self, text: &str) {
        if let Stage::Mounted(mounted) = &*self.stage.borrow() {
            return mounted.controller.set_text(text);
        }
        *self.text.borrow_mut() = Some(text.to_owned());
        if let Stage::Placed(placed) = &*self.stage.borrow()
            && let Ok(Some(shown)) = placed.root.query_selector(".content")
        {
            shown.set_text_content(Some(text));
        }
    }

    /// Takes the text from `src`, and says so in the editor when it cannot be had.
    fn fetch(self: &Rc<Self>, host: HtmlElement, src: Option<String>) {
        let Some(src) = src else { return };
        let inner = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let fetched = source::fetch(&src).await;
            // Only the latest `src` counts.
            if host.get_attribute("src").as_deref() != Some(&src) {
                return;
            }
            match fetched {
                Ok(text) => {
                    inner.set_text(&text);
                    inner.run_by_itself();
                }
                Err(reason) => {
                    inner.withdraw();
                    inner.mount();
                    inner
                        .with_controller(|controller| controller.complain(&reason, source::ADVICE));
                }
            }
        });
    }

    fn announce(&self, autorun: bool) {
        if autorun && self.by_itself.get() == ByItself::No {
            self.by_itself.set(ByItself::Announced);
            page::expect();
        }
    }

    fn run_by_itself(self: &Rc<Self>) {
        if self.by_itself.get() != ByItself::Announced {
            return;
        }
        self.by_itself.set(ByItself::Settled);
        self.mount();
        let _ = self.with_controller(|controller| controller.run(Start::ByItself));
    }

    fn withdraw(&self) {
        if self.by_itself.get() == ByItself::Announced {
            self.by_itself.set(ByItself::Settled);
            page::withdrawn();
        }
    }
}

fn hint(options: &Options, moment: Moment) {
    preload::hint(&options.environment, options.preload, moment);
}

fn is_in_sight(host: &HtmlElement) -> bool {
    let height = dom::window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64());
    host.get_bounding_client_rect().top() < height.unwrap_or(0.0)
}

/// An element without an editor says why its code cannot be had.
fn show_trouble(host: &HtmlElement, root: &ShadowRoot, reason: &str, advice: &str) {
    set(host, "state", RunState::Failed.name());
    let frame = element("div", "editor");
    append(&frame, &output::trouble(reason, advice));
    append(root, &frame);
}

/// Whether the parser has gone past the end of the element.
fn is_closed(host: &HtmlElement) -> bool {
    if document().ready_state() != "loading" {
        return true;
    }
    let mut node: Option<Node> = Some(host.clone().into());
    while let Some(inside) = node {
        if inside.next_sibling().is_some() {
            return true;
        }
        node = inside.parent_node();
    }
    false
}

/// The open shadow root of an element of ours, with the styles of editors.
pub fn shadow_root(host: &HtmlElement) -> ShadowRoot {
    if let Some(root) = host.shadow_root() {
        return root;
    }
    let init = ShadowRootInit::new(ShadowRootMode::Open);
    let root = host
        .attach_shadow(&init)
        .expect("the element is ours and has no shadow root yet");
    crate::style::adopt(&root);
    root
}

/// The height of the text in lines, at least and at most, for the style sheet.
fn show_rows(host: &HtmlElement, (least, most): (Option<u32>, Option<u32>)) {
    let style = host.style();
    for (name, rows) in [("--_rows-least", least), ("--_rows-height", most)] {
        let _ = match rows {
            Some(rows) => {
                let height = ["calc(var(--_line-height) * ", &rows.to_string(), ")"].concat();
                style.set_property(name, &height)
            }
            None => style.remove_property(name).map(drop),
        };
    }
}
