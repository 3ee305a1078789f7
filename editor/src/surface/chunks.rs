//! Lines lie in chunks below `.content`, so that a browser need not look at all
//! lines of a document for each key: it lays out the chunk that changed, and of
//! chunks out of sight it computes nothing (`content-visibility` in editor.css).
//! A browser's selection code counts the text before a caret, too, which takes
//! 5 ms in 1,000 lines that lie side by side, and leaves such chunks out.
//!
//! Not here: which lines there are (`paint.rs`).

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Node};

use super::paint::LineView;
use crate::dom::{Place, append, element};

/// Lines in a chunk that is made; edits may make it up to twice as long.
const LINES: usize = 32;

/// Puts lines below `content`, between the lines `before` and `after` that are there.
pub fn insert(content: &Node, lines: &[LineView], before: Option<&Node>, after: Option<&Node>) {
    if let Some(here) = before.or(after).and_then(chunk_of)
        && lines.len() + here.child_element_count() as usize <= 2 * LINES
    {
        let after = after.filter(|after| here.contains(Some(after)));
        for line in lines {
            let _ = here.insert_before(&line.element, after);
        }
        return count(&here);
    }
    let next = after.map(|after| start_at(after, before));
    for lines in lines.chunks(LINES) {
        let chunk = element("div", "chunk");
        for line in lines {
            append(&chunk, &line.element);
        }
        count(&chunk);
        let _ = content.insert_before(&chunk, next.as_ref());
    }
}

/// The chunk that begins with `line`; one that has lines before it is cut there.
fn start_at(line: &Node, before: Option<&Node>) -> Node {
    let Some(here) = chunk_of(line) else {
        return line.clone();
    };
    if !here.contains(before) {
        return here.into();
    }
    let rest = element("div", "chunk");
    let mut next = Some(line.clone());
    while let Some(line) = next {
        next = line.next_sibling();
        append(&rest, &line);
    }
    let _ = here.after_with_node_1(&rest);
    count(&here);
    count(&rest);
    rest.into()
}

/// Takes lines out that follow each other, and chunks with them of which none is left.
pub fn remove(lines: &[Node]) {
    let mut before = None;
    for line in lines {
        let chunk = chunk_of(line);
        if chunk != before {
            shrunk(before);
        }
        before = chunk;
        if let Some(parent) = line.parent_node() {
            let _ = parent.remove_child(line);
        }
    }
    shrunk(before);
}

fn shrunk(chunk: Option<HtmlElement>) {
    match chunk {
        Some(chunk) if chunk.first_child().is_none() => chunk.remove(),
        Some(chunk) => count(&chunk),
        None => {}
    }
}

/// How high a chunk is while nothing of it is computed.
fn count(chunk: &HtmlElement) {
    let lines = chunk.child_element_count().to_string();
    let _ = chunk.style().set_property("--_lines", &lines);
}

fn chunk_of(line: &Node) -> Option<HtmlElement> {
    as_chunk(&line.parent_node()?)
}

fn as_chunk(node: &Node) -> Option<HtmlElement> {
    let element = node.dyn_ref::<HtmlElement>()?;
    (element.class_name() == "chunk").then(|| element.clone())
}

/// The line after a line, or whatever a browser made of it.
pub fn next_line(line: &Node) -> Option<Node> {
    let chunk = chunk_of(line);
    first_line(line.next_sibling().or_else(|| chunk?.next_sibling()))
}

/// The first line of `node` and what follows it.
pub fn first_line(mut node: Option<Node>) -> Option<Node> {
    while let Some(here) = node {
        if as_chunk(&here).is_none() {
            return Some(here);
        }
        if let Some(line) = here.first_child() {
            return Some(line);
        }
        node = here.next_sibling();
    }
    None
}

/// The line that a node is in; `None` for what holds lines.
pub fn line_of(content: &Node, node: &Node) -> Option<Node> {
    let mut line = node.clone();
    loop {
        let parent = line.parent_node()?;
        if parent.is_same_node(Some(content)) {
            return as_chunk(&line).is_none().then_some(line);
        }
        if as_chunk(&parent).is_some() {
            return Some(line);
        }
        line = parent;
    }
}

/// The line behind a place that is in no line.
pub fn line_behind(place: &Place) -> Option<Node> {
    let child = place.node.child_nodes().get(place.offset);
    let after = || as_chunk(&place.node)?.next_sibling();
    first_line(child.or_else(after))
}
