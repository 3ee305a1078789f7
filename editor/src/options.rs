//! What an author wrote on the tag, resolved into one value. The rest of the
//! crate never sees a missing attribute. How attributes reach us is in `element.rs`.

use runtime_bridge::protocol::Interpreter;
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
        }
    }

    /// Fills in what is missing. A `rows` that is no number counts as absent.
    pub fn resolve(self) -> Options {
        let interpreter = match self.tag.as_str() {
            "mpy-editor" => Interpreter::MicroPython,
            _ => Interpreter::Pyodide,
        };
        Options {
            interpreter,
            src: self.src.filter(|url| !url.trim().is_empty()),
            rows: self
                .rows
                .and_then(|rows| rows.trim().parse().ok())
                .filter(|rows| *rows > 0),
            label: self
                .label
                .filter(|label| !label.trim().is_empty())
                .unwrap_or_else(|| language(interpreter).to_owned()),
            autorun: self.autorun,
            output: self.output.filter(|id| !id.is_empty()),
            icons: self.icons,
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
    /// Height of the text in lines; `None` grows with the text.
    pub rows: Option<u32>,
    /// The visible name of the editor.
    pub label: String,
    /// Whether the code runs as soon as the editor is there.
    pub autorun: bool,
    /// Id of the element of the page that takes the output.
    pub output: Option<String>,
    /// Markup of the button's pictures, for Run and for Stop.
    pub icons: [Option<String>; 2],
}

/// The name of the language as a reader sees it.
pub fn language(interpreter: Interpreter) -> &'static str {
    match interpreter {
        Interpreter::Pyodide => "Python",
        Interpreter::MicroPython => "MicroPython",
    }
}
