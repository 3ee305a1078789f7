//! The log on the page: an element a block, text nodes for what is plain,
//! spans for colours and for standard error, anchors for addresses. What a
//! program wrote becomes text nodes only.
//!
//! Not here: what is kept (`runtime_protocol::log`), when it is painted (`stream.rs`).

use std::collections::VecDeque;

use runtime_bridge::protocol::Stream;
use runtime_bridge::protocol::log::links::{self, Piece};
use runtime_bridge::protocol::log::style::{Colour, Style, Trait};
use runtime_bridge::protocol::log::{Block, LeftOut, Log, Look, grouped};
use wasm_bindgen::JsCast;
use web_sys::{CharacterData, HtmlElement, Node};

use crate::dom::{append, element, element_with_text, set, text_node};

/// Addresses that become links, a block. More of them stay text.
const MOST_LINKS: usize = 100;
/// What a piece costs beside its text, in bytes: it may be an element.
const PIECE_COST: usize = 128;

/// The nodes of one log.
pub struct Painter {
    scroll: HtmlElement,
    blocks: VecDeque<Painted>,
    /// The line that is still written, after the blocks.
    row: HtmlElement,
    /// In that line, for an answer that is typed.
    place: Option<HtmlElement>,
    /// Says what was left out, between the blocks.
    note: Option<HtmlElement>,
}

/// A block, as far as it is on the page.
struct Painted {
    id: usize,
    pieces: Pieces,
    /// Bytes of its text.
    bytes: usize,
    /// The run in which they end.
    run: usize,
}

impl Painter {
    /// A painter for an empty element.
    pub fn new(scroll: &HtmlElement) -> Painter {
        Painter {
            scroll: scroll.clone(),
            blocks: VecDeque::new(),
            row: element("div", "block"),
            place: None,
            note: None,
        }
    }

    /// Makes the page show `log`, for at most this cost. Whether all of it is there now.
    pub fn paint(&mut self, log: &Log, most: usize) -> bool {
        self.remove_left_out(log);
        let mut left = most;
        let next = self.blocks.back().map_or(0, |last| last.id);
        let from = log.blocks().partition_point(|block| block.id < next);
        for block in log.blocks().range(from..) {
            if self.blocks.back().is_none_or(|last| last.id < block.id) {
                self.add_block(block);
            }
            if let Some(painted) = self.blocks.back_mut() {
                painted.paint(block, &mut left);
            }
            if left == 0 {
                return false;
            }
        }
        self.paint_row(log);
        true
    }

    /// The element of the last block.
    pub fn last(&self) -> Option<&HtmlElement> {
        self.blocks.back().map(|block| &block.pieces.element)
    }

    /// Takes everything off the page, but a place that is open.
    pub fn clear(&mut self) {
        self.scroll.set_text_content(None);
        self.blocks.clear();
        self.note = None;
        if let Some(place) = &self.place {
            self.row.set_text_content(None);
            append(&self.row, place);
            append(&self.scroll, &self.row);
        }
    }

    /// An empty place at the end of the line that is still written.
    pub fn open(&mut self, log: &Log) -> HtmlElement {
        let place = element("span", "reply");
        self.place = Some(place.clone());
        self.paint_row(log);
        place
    }

    /// Takes that place away.
    pub fn close(&mut self) {
        if let Some(place) = self.place.take() {
            place.remove();
        }
    }

    fn remove_left_out(&mut self, log: &Log) {
        let first = log.first();
        let Some(next) = log.blocks().get(first).map(|block| block.id) else {
            return;
        };
        while self.blocks.get(first).is_some_and(|block| block.id < next) {
            if let Some(block) = self.blocks.remove(first) {
                block.pieces.element.remove();
            }
        }
        if let Some(before) = self.blocks.get(first - 1) {
            let place = &before.pieces.element;
            let note = self.note.get_or_insert_with(|| {
                let note = element("div", "note left-out");
                let _ = place.after_with_node_1(&note);
                note
            });
            note.set_text_content(Some(&left_out(log.left_out())));
        }
    }

    fn add_block(&mut self, block: &Block) {
        let class = if block.is_place() { "rich" } else { "block" };
        let element = element("div", class);
        append(&self.scroll, &element);
        self.blocks.push_back(Painted {
            id: block.id,
            pieces: Pieces::new(element),
            bytes: 0,
            run: 0,
        });
    }

    fn paint_row(&mut self, log: &Log) {
        self.row.set_text_content(None);
        let mut pieces = Pieces::new(self.row.clone());
        log.open_row(|text, look| pieces.add(text, look));
        if let Some(place) = &self.place {
            append(&self.row, place);
        }
        if self.row.first_child().is_none() {
            self.row.remove();
        } else if self.scroll.last_child().as_ref() != Some(&self.row) {
            append(&self.scroll, &self.row);
        }
    }
}

/// The sentence in the place of what is not shown.
pub fn left_out(left_out: LeftOut) -> String {
    match left_out.lines {
        0 => ["… ", &grouped(left_out.bytes), " bytes left out …\n"].concat(),
        1 => "… 1 line left out …\n".to_owned(),
        lines => ["… ", &grouped(lines), " lines left out …\n"].concat(),
    }
}

impl Painted {
    /// Adds what is new in `block`.
    fn paint(&mut self, block: &Block, left: &mut usize) {
        // Somebody else fills it.
        if block.is_place() {
            return;
        }
        while self.bytes < block.text.len() && *left > 0 {
            // The last run ends where the text does.
            while block.runs[self.run].end <= self.bytes {
                self.run += 1;
            }
            let run = block.runs[self.run];
            let text = &block.text[self.bytes..run.end];
            self.pieces.add(text, run.look);
            self.bytes = run.end;
            *left = left.saturating_sub(text.len() + PIECE_COST);
        }
        if block.is_full() && self.bytes == block.text.len() {
            // Its height, for layouts that skip it while it is out of sight.
            let style = self.pieces.element.style();
            let _ = style.set_property("--_lines", &block.lines.to_string());
        }
    }
}

/// An element with text in it.
struct Pieces {
    element: HtmlElement,
    /// The text at its end, which more of the same look is added to.
    last: Option<(Look, CharacterData)>,
    links: usize,
}

impl Pieces {
    fn new(element: HtmlElement) -> Pieces {
        Pieces {
            element,
            last: None,
            links: 0,
        }
    }

    fn add(&mut self, text: &str, look: Look) {
        for piece in links::pieces(text, MOST_LINKS - self.links) {
            match piece {
                Piece::Text(text) => self.add_text(text, look),
                Piece::Link(address) => self.add_link(address, look),
            }
        }
    }

    fn add_text(&mut self, text: &str, look: Look) {
        match &self.last {
            Some((last, node)) if *last == look => {
                let _ = node.append_data(text);
            }
            _ => {
                let node = text_node(text);
                self.add_node(&node, look);
                self.last = Some((look, node.unchecked_into()));
            }
        }
    }

    fn add_link(&mut self, address: &str, look: Look) {
        let link = element_with_text("a", "", address);
        set(&link, "href", address);
        set(&link, "target", "_blank");
        set(&link, "rel", "noopener noreferrer");
        self.add_node(&link, look);
        self.links += 1;
        self.last = None;
    }

    fn add_node(&self, node: &Node, look: Look) {
        match dressed(look) {
            None => append(&self.element, node),
            Some(span) => {
                append(&span, node);
                append(&self.element, &span);
            }
        }
    }
}

/// What makes text look so; none where it is the page's own.
fn dressed(look: Look) -> Option<HtmlElement> {
    let is_error = look.stream == Stream::Err;
    if look.style.is_plain() && look.stream == Stream::Out {
        return None;
    }
    let span = element("span", &classes(look));
    if is_error {
        // Colour and border are not heard.
        set(&span, "role", "group");
        set(&span, "aria-label", "Error output");
    }
    let Style { colour, behind, .. } = look.style;
    for (name, colour, palette) in [
        ("--_ink", colour, "--_ansi-"),
        ("--_paper", behind, "--_ansi-on-"),
    ] {
        if let Some(value) = value(colour, palette) {
            let _ = span.style().set_property(name, &value);
        }
    }
    Some(span)
}

/// The classes of `styles/run.css`.
fn classes(look: Look) -> String {
    let stream = match look.stream {
        Stream::Out => None,
        Stream::Err => Some("err"),
        Stream::In => Some("typed"),
    };
    let styled = (!look.style.is_plain()).then_some("sgr");
    let traits = [
        (Trait::Bold, "bold"),
        (Trait::Dim, "dim"),
        (Trait::Italic, "italic"),
        (Trait::Underline, "underline"),
        (Trait::Reverse, "reverse"),
        (Trait::Strike, "strike"),
    ];
    let traits = traits
        .iter()
        .filter(|(one, _)| look.style.has(*one))
        .map(|(_, name)| *name);
    let names: Vec<&str> = stream.into_iter().chain(styled).chain(traits).collect();
    names.join(" ")
}

/// A colour for the style sheet: the theme's, or its own.
fn value(colour: Colour, palette: &str) -> Option<String> {
    match colour {
        Colour::Default => None,
        Colour::Named(index) => Some(["var(", palette, &index.to_string(), ")"].concat()),
        Colour::Rgb(red, green, blue) => {
            let [red, green, blue] = [red, green, blue].map(|part| part.to_string());
            Some(["rgb(", &red, " ", &green, " ", &blue, ")"].concat())
        }
    }
}
