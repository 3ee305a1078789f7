//! The panel to find and replace: two fields, two rules, a part to look in where
//! several lines were selected, how many matches there
//! are. What matches is decided by `editor_core::find`; matches are counted in
//! slices, and looked for from the caret when a key asks, so none waits for them.
//!
//! The browser's own find stays in reach: the key that opens the panel is the
//! browser's while the focus is in it.

use std::cell::{Cell, OnceCell, RefCell};
use std::ops;
use std::rc::{Rc, Weak};

use editor_core::coords::{line_of, line_start_byte, pos_to_byte};
use editor_core::find::{COUNTED, Count, Part, Query};
use editor_core::{ByteOffset, Editor, Millis, Range, Selection, Update, kit};
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::Surface;
use super::kit::show;
use crate::dom::{Listener, Manner, append, element, element_with_text, now, set};

/// Milliseconds of counting before a paint.
const BEFORE_PAINT: f64 = 0.5;
/// Milliseconds of counting at once after it.
const SLICE: f64 = 4.0;

/// The panel of one surface.
pub struct Finder {
    panel: HtmlElement,
    field: HtmlInputElement,
    with: HtmlInputElement,
    /// The second row, to replace.
    row: HtmlElement,
    /// Shows and hides that.
    more: HtmlElement,
    said: HtmlElement,
    surface: Weak<Surface>,
    rules: [Rule; 2],
    /// Only the part is looked in. Shown where there is one.
    within: Rule,
    part: Cell<Part>,
    state: RefCell<State>,
    later: RefCell<Option<Timeout>>,
    listeners: OnceCell<Vec<Listener>>,
}

/// A rule that can be switched.
struct Rule {
    button: HtmlElement,
    is_on: Cell<bool>,
}

#[derive(Default)]
struct State {
    query: Option<Query>,
    count: Count,
    /// Of the text that was counted.
    revision: u64,
    /// Where looking begins while the text in the field grows.
    origin: usize,
    /// What was replaced is said, until something else is asked for.
    is_told: bool,
}

impl Finder {
    /// A panel before `scroller`, closed.
    pub fn new(surface: &Rc<Surface>, scroller: &HtmlElement) -> Rc<Finder> {
        let panel = element("div", "find");
        set(&panel, "role", "search");
        set(&panel, "aria-label", "Find and replace in the code");
        set(&panel, "part", "find");
        let first = row(&panel);
        let field = field(&first, "Find");
        let said = element("span", "find-count");
        set(&said, "role", "status");
        append(&first, &said);
        let rules = [("Aa", "Match case"), ("Words", "Whole words")].map(|(name, title)| Rule {
            button: switch(&first, name, title, "aria-pressed"),
            is_on: Cell::new(false),
        });
        let within = Rule {
            button: switch(&first, "Selection", "In the selection only", "aria-pressed"),
            is_on: Cell::new(false),
        };
        set(&within.button, "hidden", "");
        let previous = button(&first, "↑", "Previous match (Shift+F3)");
        let next = button(&first, "↓", "Next match (F3)");
        let more = switch(
            &first,
            "Replace…",
            "Show the field to replace",
            "aria-expanded",
        );
        let close = button(&first, "×", "Close (Escape)");
        let second = row(&panel);
        let with = self::field(&second, "Replace with");
        let replace = button(&second, "Replace", "Replace this match");
        let all = button(&second, "Replace all", "Replace every match");
        set(&panel, "hidden", "");
        let _ = scroller.before_with_node_1(&panel);
        let finder = Rc::new(Finder {
            panel,
            field,
            with,
            row: second,
            more,
            said,
            surface: Rc::downgrade(surface),
            rules,
            within,
            part: Cell::default(),
            state: RefCell::default(),
            later: RefCell::new(None),
            listeners: OnceCell::new(),
        });
        finder.show_row(false);
        let mut listeners = vec![
            finder.clicked(&previous, |finder, surface| finder.go(surface, false)),
            finder.clicked(&next, |finder, surface| finder.go(surface, true)),
            finder.clicked(&finder.more, |finder, _| finder.toggle_row()),
            finder.clicked(&close, |finder, surface| {
                finder.close(surface);
            }),
            finder.clicked(&replace, Finder::replace),
            finder.clicked(&all, Finder::replace_all),
        ];
        let within = finder.clicked(&finder.within.button, |finder, surface| {
            finder.within.flip();
            finder.asked(surface);
        });
        listeners.push(within);
        for at in 0..finder.rules.len() {
            let button = &finder.rules[at].button;
            listeners.push(finder.clicked(button, move |finder, surface| {
                finder.rules[at].flip();
                finder.asked(surface);
            }));
        }
        finder.listen(&mut listeners);
        let _ = finder.listeners.set(listeners);
        finder
    }

    fn clicked(
        self: &Rc<Self>,
        button: &HtmlElement,
        act: impl Fn(&Rc<Finder>, &Rc<Surface>) + 'static,
    ) -> Listener {
        self.hear(button, "click", move |finder, surface, _: &Event| {
            act(finder, surface)
        })
    }

    fn hear<E: JsCast>(
        self: &Rc<Self>,
        target: &HtmlElement,
        name: &'static str,
        act: impl Fn(&Rc<Finder>, &Rc<Surface>, &E) + 'static,
    ) -> Listener {
        let weak = Rc::downgrade(self);
        Listener::new(target, name, Manner::Active, move |event: E| {
            if let Some(finder) = weak.upgrade()
                && let Some(surface) = finder.surface.upgrade()
            {
                act(&finder, &surface, &event);
            }
        })
    }

    fn listen(self: &Rc<Self>, listeners: &mut Vec<Listener>) {
        listeners.push(
            self.hear(&self.field, "input", |finder, surface, _: &Event| {
                finder.asked(surface);
            }),
        );
        listeners.push(self.hear(&self.panel, "keydown", Finder::key));
        // A page's single-key shortcuts would see these as typed outside of any text field.
        for name in ["keypress", "keyup"] {
            listeners.push(self.hear(&self.panel, name, |_, _, event: &KeyboardEvent| {
                event.stop_propagation();
            }));
        }
    }

    /// Whether it is on the page.
    pub fn is_open(&self) -> bool {
        !self.panel.has_attribute("hidden")
    }

    /// Opens it, with what is selected in its field, and gives it the keyboard.
    pub fn open(self: &Rc<Self>, surface: &Rc<Surface>, to_replace: bool) {
        let (range, sought, is_part) = {
            let editor = surface.editor.borrow();
            let (rope, range) = (editor.rope(), editor.selection().primary());
            let is_part = line_of(rope, range.from()) < line_of(rope, range.to());
            (range, kit::sought(rope, range), is_part)
        };
        if is_part {
            self.set_part(surface, Part::new(range));
        }
        if let Some(text) = sought {
            self.field.set_value(&text);
        }
        let _ = self.panel.remove_attribute("hidden");
        if to_replace {
            self.show_row(true);
        }
        let origin = pos_to_byte(surface.editor.borrow().rope(), range.from()).0;
        self.state.borrow_mut().origin = origin;
        self.take_query(surface);
        let _ = self.field.focus();
        self.field.select();
        surface.touch();
    }

    /// Closes it and gives the keyboard back; whether it was open.
    pub fn close(&self, surface: &Rc<Surface>) -> bool {
        if !self.is_open() {
            return false;
        }
        let had_focus = self.has_focus(surface);
        self.set_part(surface, Part::ALL);
        set(&self.panel, "hidden", "");
        self.later.borrow_mut().take();
        if had_focus {
            surface.focus();
        }
        surface.touch();
        true
    }

    /// Looks in a part from now on; with all of the document, there is none to choose.
    fn set_part(&self, surface: &Surface, part: Part) {
        let is_part = part.range().is_some();
        self.part.set(part);
        self.within.switch(is_part);
        match is_part {
            true => drop(self.within.button.remove_attribute("hidden")),
            false => set(&self.within.button, "hidden", ""),
        }
        surface.followed.set(surface.followed.get() || is_part);
    }

    /// Whether there is a part to look in.
    pub fn has_part(&self) -> bool {
        self.part.get().range().is_some()
    }

    /// What is looked in.
    pub fn part(&self) -> Part {
        match self.within.is_on.get() {
            true => self.part.get(),
            false => Part::ALL,
        }
    }

    /// The part follows an edit.
    pub fn edited(&self, update: &Update) {
        let mut part = self.part.get();
        part.map(&update.changes);
        self.part.set(part);
    }

    fn has_focus(&self, surface: &Surface) -> bool {
        let focused = surface.nodes.root.active_element();
        focused.is_some_and(|focused| self.panel.contains(Some(&focused)))
    }

    fn show_row(&self, is_shown: bool) {
        match is_shown {
            true => drop(self.row.remove_attribute("hidden")),
            false => set(&self.row, "hidden", ""),
        }
        set(
            &self.more,
            "aria-expanded",
            if is_shown { "true" } else { "false" },
        );
    }

    fn toggle_row(&self) {
        let is_hidden = self.row.has_attribute("hidden");
        self.show_row(is_hidden);
        if is_hidden {
            let _ = self.with.focus();
        }
    }

    fn key(self: &Rc<Self>, surface: &Rc<Surface>, event: &KeyboardEvent) {
        event.stop_propagation();
        if event.is_composing() {
            return;
        }
        let target = event.target();
        let is_in = |field: &HtmlInputElement| target.as_ref() == Some(field.as_ref());
        match event.key().as_str() {
            "Escape" => {
                self.close(surface);
            }
            "F3" => self.go(surface, !event.shift_key()),
            "Enter" if is_in(&self.field) => self.go(surface, !event.shift_key()),
            "Enter" if is_in(&self.with) && event.shift_key() => self.replace_all(surface),
            "Enter" if is_in(&self.with) => self.replace(surface),
            "h" | "H" if event.ctrl_key() && !event.alt_key() => self.toggle_row(),
            _ => return,
        }
        event.prevent_default();
    }

    /// Another text is asked for, or by another rule: the first match from where
    /// looking began is selected.
    fn asked(self: &Rc<Self>, surface: &Rc<Surface>) {
        self.take_query(surface);
        let origin = self.state.borrow().origin;
        let found = self.query().and_then(|query| {
            let editor = surface.editor.borrow();
            query.next(editor.rope(), &self.part(), ByteOffset(origin))
        });
        match found {
            Some(range) => select(surface, range),
            None => surface.touch(),
        }
    }

    /// Takes over what is asked for.
    fn take_query(self: &Rc<Self>, surface: &Rc<Surface>) {
        let [case, word] = [0, 1].map(|at| self.rules[at].is_on.get());
        self.state.borrow_mut().query = Query::new(&self.field.value(), case, word);
        self.count(surface);
    }

    fn query(&self) -> Option<Query> {
        self.state.borrow().query.clone()
    }

    /// Selects the next or previous match; opens the panel where nothing was asked for.
    pub fn go(self: &Rc<Self>, surface: &Rc<Surface>, forwards: bool) {
        let Some(query) = self.query() else {
            return self.open(surface, false);
        };
        let found = {
            let editor = surface.editor.borrow();
            let (rope, range) = (editor.rope(), editor.selection().primary());
            let part = self.part();
            match forwards {
                true => query.next(rope, &part, pos_to_byte(rope, range.to())),
                false => query.previous(rope, &part, pos_to_byte(rope, range.from())),
            }
        };
        if let Some(range) = found {
            let from = pos_to_byte(surface.editor.borrow().rope(), range.from());
            let mut state = self.state.borrow_mut();
            state.origin = from.0;
            state.is_told = false;
            drop(state);
            select(surface, range);
        }
    }

    fn replace(self: &Rc<Self>, surface: &Rc<Surface>) {
        let Some(query) = self.query() else { return };
        let with = self.with.value();
        surface.end_composition();
        let time = Millis(now());
        let update = kit::replace(
            &mut surface.editor.borrow_mut(),
            (&query, &self.part()),
            &with,
            time,
        );
        show(surface, update);
        self.go(surface, true);
    }

    fn replace_all(self: &Rc<Self>, surface: &Rc<Surface>) {
        let Some(query) = self.query() else { return };
        let with = self.with.value();
        surface.end_composition();
        let time = Millis(now());
        let done = kit::replace_all(
            &mut surface.editor.borrow_mut(),
            (&query, &self.part()),
            &with,
            time,
        );
        let Some((update, count)) = done else { return };
        show(surface, Some(update));
        self.count(surface);
        self.state.borrow_mut().is_told = true;
        self.say(&[count.to_string().as_str(), " replaced"].concat());
    }

    /// Follows the document: counts again where the text is another one, and says
    /// which match is selected.
    pub fn follow(self: &Rc<Self>, surface: &Rc<Surface>) {
        if self.state.borrow().revision != surface.revision() {
            self.count(surface);
        } else {
            self.say_count(surface);
        }
    }

    /// Counts the matches from the start, as far as a slice goes.
    fn count(self: &Rc<Self>, surface: &Rc<Surface>) {
        {
            let mut state = self.state.borrow_mut();
            state.count = Count::default();
            state.revision = surface.revision();
            state.is_told = false;
        }
        self.count_slice(surface, BEFORE_PAINT);
    }

    fn count_slice(self: &Rc<Self>, surface: &Rc<Surface>, budget: f64) {
        self.later.borrow_mut().take();
        {
            let editor = surface.editor.borrow();
            let mut state = self.state.borrow_mut();
            let State { query, count, .. } = &mut *state;
            let Some(query) = query else {
                drop(state);
                return self.say("");
            };
            let end = now() + budget;
            count.go_on(query, editor.rope(), &self.part(), &mut || now() > end);
        }
        if self.state.borrow().count.is_done() {
            return self.say_count(surface);
        }
        let weak = Rc::downgrade(self);
        let slice = Timeout::new(0, move || {
            if let Some(finder) = weak.upgrade()
                && let Some(surface) = finder.surface.upgrade()
            {
                finder.count_slice(&surface, SLICE);
            }
        });
        *self.later.borrow_mut() = Some(slice);
    }

    /// Says which match is selected, and of how many.
    fn say_count(&self, surface: &Surface) {
        let state = self.state.borrow();
        if state.is_told || state.query.is_none() || !state.count.is_done() {
            return;
        }
        let editor = surface.editor.borrow();
        let (rope, range) = (editor.rope(), editor.selection().primary());
        let at = state.count.index_of(pos_to_byte(rope, range.from()));
        let query = state.query.as_ref();
        let at = at.filter(|_| query.is_some_and(|query| query.is(rope, range)));
        let all = match state.count.len() {
            COUNTED => "100,000 and more".to_owned(),
            count => count.to_string(),
        };
        let text = match (at, state.count.len()) {
            (_, 0) => "No match".to_owned(),
            (Some(at), _) => [&(at + 1).to_string(), " of ", &all].concat(),
            (None, 1) => "1 match".to_owned(),
            (None, _) => all + " matches",
        };
        drop(state);
        self.say(&text);
    }

    /// A reader hears it, too; the same once only.
    fn say(&self, text: &str) {
        if self.said.text_content().as_deref() != Some(text) {
            self.said.set_text_content(Some(text));
        }
    }

    /// Hands out the matches in some lines, as long as `found` answers `true`.
    pub fn each_match(
        &self,
        editor: &Editor,
        lines: ops::Range<usize>,
        found: &mut dyn FnMut(Range) -> bool,
    ) {
        let Some(query) = self.query() else { return };
        let rope = editor.rope();
        let bytes = line_start_byte(rope, lines.start).0..line_start_byte(rope, lines.end).0;
        query.each_in(rope, &self.part(), bytes, &mut |at| {
            found(query.range(rope, at))
        });
    }
}

impl Rule {
    fn flip(&self) {
        self.switch(!self.is_on.get());
    }

    fn switch(&self, is_on: bool) {
        self.is_on.set(is_on);
        set(
            &self.button,
            "aria-pressed",
            if is_on { "true" } else { "false" },
        );
    }
}

/// Selects a match, in view; the keyboard stays where it is.
fn select(surface: &Rc<Surface>, range: Range) {
    let selection = Selection::single(range.from(), range.to());
    let update = surface.editor.borrow_mut().select(selection);
    surface.show_selection(&update);
    surface.touch();
    surface.reveal();
}

fn row(panel: &HtmlElement) -> HtmlElement {
    let row = element("div", "find-row");
    append(panel, &row);
    row
}

fn field(row: &HtmlElement, name: &str) -> HtmlInputElement {
    let field: HtmlInputElement = element("input", "find-field").unchecked_into();
    for (attribute, value) in [
        ("type", "text"),
        ("aria-label", name),
        ("placeholder", name),
        ("autocapitalize", "off"),
        ("autocomplete", "off"),
        ("autocorrect", "off"),
        ("spellcheck", "false"),
        ("enterkeyhint", "search"),
    ] {
        set(&field, attribute, value);
    }
    append(row, &field);
    field
}

fn button(row: &HtmlElement, name: &str, title: &str) -> HtmlElement {
    let button = element_with_text("button", "find-button", name);
    set(&button, "type", "button");
    set(&button, "title", title);
    if name.chars().count() < 3 {
        set(&button, "aria-label", title);
    }
    append(row, &button);
    button
}

/// A button with a state, which is off at first.
fn switch(row: &HtmlElement, name: &str, title: &str, state: &str) -> HtmlElement {
    let switch = button(row, name, title);
    set(&switch, "aria-label", title);
    set(&switch, state, "false");
    switch
}
