//! What an author wrote on the tag, resolved into one value. The rest of the
//! crate never sees a missing attribute. How attributes reach us is in `element.rs`.

use runtime_bridge::preload::Preload;
use runtime_bridge::protocol::{Access, Interpreter};
use runtime_bridge::{ConfigRule, Extras, Idle};
use web_sys::Element;

/// The attributes as they stand on the element.
#[derive(Default)]
pub struct RawOptions {
    tag: String,
    src: Option<String>,
    rows: Option<String>,
    label: Option<String>,
    autorun: bool,
    output: Option<String>,
    icons: [Option<String>; 2],
    env: Option<String>,
    config: Option<String>,
    env_override: bool,
    page_access: Option<String>,
    service_worker: Option<String>,
    preload: Option<String>,
}

impl RawOptions {
    /// Reads them off the element.
    pub fn of(element: &Element) -> RawOptions {
        RawOptions {
            tag: element.local_name(),
            src: element.get_attribute("src"),
            rows: element.get_attribute("rows"),
            label: element.get_attribute("label"),
            autorun: element.has_attribute("autorun"),
            output: element.get_attribute("output"),
            icons: ["data-run", "data-stop"].map(|name| element.get_attribute(name)),
            env: element.get_attribute("env"),
            config: element.get_attribute("config"),
            env_override: element.has_attribute("env-override"),
            page_access: element.get_attribute("page-access"),
            service_worker: element.get_attribute("service-worker"),
            preload: element.get_attribute("preload"),
        }
    }

    /// Fills in what is missing. A `rows` that is no number and no range of
    /// numbers counts as absent, and so does any text that is blank.
    pub fn resolve(self) -> Options {
        let interpreter = match self.tag.as_str() {
            "mpy-editor" => Interpreter::MicroPython,
            _ => Interpreter::Pyodide,
        };
        Options {
            interpreter,
            src: written(self.src),
            rows: rows(self.rows.as_deref().unwrap_or_default()),
            label: written(self.label).unwrap_or_else(|| language(interpreter).to_owned()),
            autorun: self.autorun,
            output: written(self.output),
            icons: self.icons,
            preload: Preload::named(self.preload.as_deref()),
            environment: runtime_bridge::Options {
                interpreter,
                name: written(self.env),
                config: written(self.config),
                config_rule: if self.env_override {
                    ConfigRule::Override
                } else {
                    ConfigRule::First
                },
                base: None,
                page: match self.page_access.as_deref() {
                    None | Some("full") => Access::Full,
                    // A slip of the author's must not open what was to be closed.
                    Some(_) => Access::None,
                },
                service_worker: written(self.service_worker),
                idle: Idle::Rests,
            },
        }
    }
}

/// One editor's options.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Which interpreter runs the code.
    pub interpreter: Interpreter,
    /// Where the code is fetched from, relative to the page.
    pub src: Option<String>,
    /// Height of the text in lines, at least and at most; without them it is that of the text.
    pub rows: (Option<u32>, Option<u32>),
    /// The visible name of the editor.
    pub label: String,
    /// Whether the code runs as soon as the editor is there.
    pub autorun: bool,
    /// Id of the element of the page that takes the output.
    pub output: Option<String>,
    /// Markup of the button's pictures, for Run and for Stop.
    pub icons: [Option<String>; 2],
    /// When its interpreter is got ready.
    pub preload: Preload,
    /// Where the code runs, and whom it shares its variables with.
    pub environment: runtime_bridge::Options,
}

/// Whether the value of the last expression is shown: yes, but for `off`.
pub const LAST: &str = "last-expr";

/// What no browser's timer can wait for, in milliseconds: 24 days.
const ENDLESS_MS: f64 = i32::MAX as f64;

/// What HTML of a program may do beyond being seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Allowance {
    /// Its scripts run, in a frame apart from the page.
    pub frame: bool,
    /// Its pictures come from other files.
    pub network: bool,
}

impl Allowance {
    /// What the tag says of it at this moment.
    pub fn of(element: &Element) -> Allowance {
        let is = |name: &str, value: &str| element.get_attribute(name).as_deref() == Some(value);
        Allowance {
            frame: is("rich-html", "frame"),
            // Requests would carry the page's cookies.
            network: !element.has_attribute("page-access") || is("page-access", "full"),
        }
    }
}

/// What the tag says, at this moment, about runs. A `timeout` that is no
/// positive number of seconds, or more than 24 days, counts as absent.
pub fn extras(element: &Element) -> Extras {
    let timeout = element.get_attribute("timeout");
    Extras {
        before: element.get_attribute("onbeforerun"),
        // JavaScript's reading of numbers is there anyway.
        timeout_ms: timeout
            .map(|seconds| js_sys::Number::parse_float(&seconds) * 1000.0)
            .filter(|ms| *ms > 0.0 && *ms < ENDLESS_MS),
        shows_last: element.get_attribute(LAST).as_deref() != Some("off"),
    }
}

/// `12` is at most twelve lines, `3-12` at least three, too, `3-` only that.
fn rows(text: &str) -> (Option<u32>, Option<u32>) {
    let number = |text: &str| text.trim().parse().ok().filter(|rows| *rows > 0);
    match text.split_once('-') {
        Some((least, most)) => (number(least), number(most)),
        None => (None, number(text)),
    }
}

/// An attribute's text, unless it is blank.
pub fn written(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// The name of the language as a reader sees it.
pub fn language(interpreter: Interpreter) -> &'static str {
    match interpreter {
        Interpreter::Pyodide => "Python",
        Interpreter::MicroPython => "MicroPython",
    }
}
