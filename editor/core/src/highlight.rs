//! Syntax tree to colours, for a window of lines.
//!
//! A cursor goes straight to the window and visits only what lies in it. Node
//! kinds are resolved once into a table indexed by kind id, so a node costs one
//! look-up and no comparison of strings. What a name means is told by the node
//! it stands in; names of builtins are the one thing that is compared as text.
//!
//! Broken code keeps its colours: an `ERROR` node colours nothing that it
//! holds, and inside it a name is judged by the token beside it.
//! No tree-sitter query: the engine for those is as large as the parser.

use std::num::NonZeroU16;
use std::ops::Range;
use std::sync::OnceLock;

use ropey::Rope;
use tree_sitter::{Language, Node, Tree, TreeCursor};

use crate::coords::{self, Utf16};
use crate::words;

/// How a stretch of code is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// `def`, `if`, `and`, …
    Keyword,
    /// A string with its quotes.
    String,
    /// An integer or a float.
    Number,
    /// A comment.
    Comment,
    /// The name in a function's definition.
    Function,
    /// A name that is called.
    Call,
    /// The name in a class's definition.
    Class,
    /// `@` and the name behind it.
    Decorator,
    /// A function, type or exception that Python brings along.
    Builtin,
    /// `+`, `=`, `->`, …
    Operator,
    /// Brackets, commas, colons, dots.
    Punctuation,
    /// A parameter, or the name of a keyword argument.
    Parameter,
    /// `self` and `cls`.
    SelfName,
    /// `True`, `False`, `None`, `...`.
    Constant,
    /// `\n` in a string, `{{` in an f-string.
    Escape,
    /// A part of an f-string that is code.
    Interpolation,
    /// A name in an annotation, or a base class.
    Type,
    /// A name behind a dot.
    Property,
    /// Characters that fit nowhere.
    Error,
}

impl Class {
    /// The name for style sheets.
    pub fn name(self) -> &'static str {
        match self {
            Class::Keyword => "keyword",
            Class::String => "string",
            Class::Number => "number",
            Class::Comment => "comment",
            Class::Function => "function",
            Class::Call => "call",
            Class::Class => "class",
            Class::Decorator => "decorator",
            Class::Builtin => "builtin",
            Class::Operator => "operator",
            Class::Punctuation => "punctuation",
            Class::Parameter => "parameter",
            Class::SelfName => "self",
            Class::Constant => "constant",
            Class::Escape => "escape",
            Class::Interpolation => "interpolation",
            Class::Type => "type",
            Class::Property => "property",
            Class::Error => "error",
        }
    }
}

/// A coloured stretch of one line, in UTF-16 columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First column.
    pub from: Utf16,
    /// Column behind the last; greater than `from`.
    pub to: Utf16,
    /// Its class.
    pub class: Class,
}

/// The spans of each of `lines`, sorted and apart from each other. Without a
/// tree there are none; lines beyond the end have none.
pub fn spans(tree: Option<&Tree>, rope: &Rope, lines: Range<usize>) -> Vec<Vec<Span>> {
    let mut painter = Painter::new(rope, &lines);
    if let (Some(tree), false) = (tree, lines.is_empty()) {
        let from = coords::line_start_byte(rope, lines.start).0;
        let to = coords::line_start_byte(rope, lines.end).0;
        walk(tree, from..to, &mut painter);
    }
    painter.lines
}

/// What a node means for the names in it, or for itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// Nothing.
    None,
    /// Has a class; what it holds may have another.
    Class(Class),
    /// A name: what it means depends on where it stands.
    Name,
    /// Gives a meaning to names in it.
    Function,
    ClassDefinition,
    Arguments,
    Call,
    Attribute,
    Decorator,
    Parameters,
    KeywordArgument,
    Interpolation,
    Error,
}

/// A node on the way from the root to the cursor.
#[derive(Clone, Copy)]
struct Outer {
    rule: Rule,
    field: Option<NonZeroU16>,
    /// The class of what in it has none of its own.
    class: Option<Class>,
}

const NOWHERE: Outer = Outer {
    rule: Rule::None,
    field: None,
    class: None,
};

/// Visits the nodes that lie in `window` (bytes), in the order of the text.
fn walk(tree: &Tree, window: Range<usize>, painter: &mut Painter) {
    let table = table();
    let mut cursor = tree.walk();
    let mut path: Vec<Outer> = Vec::with_capacity(32);
    loop {
        let outer = path.last().copied().unwrap_or(NOWHERE);
        let node = cursor.node();
        painter.paint(node.start_byte(), outer.class);
        let here = judge(table, painter, &cursor, &path);
        if enter(&mut cursor, window.start) {
            path.push(here);
        } else {
            painter.paint(node.end_byte(), here.class.or(leaf_class(here, node)));
            if !advance(&mut cursor, &mut path, painter) {
                return;
            }
        }
        if cursor.node().start_byte() >= window.end {
            let open = path.last().copied().unwrap_or(NOWHERE);
            return painter.paint(window.end, open.class);
        }
    }
}

/// To the first child that reaches beyond `byte`, or one shortly before it;
/// `false` for a leaf.
pub(crate) fn enter(cursor: &mut TreeCursor, byte: usize) -> bool {
    if cursor.node().child_count() == 0 {
        return false;
    }
    // The seek gives up when it enters a hidden node whose visible children all
    // lie before the goal, even where visible siblings follow. A goal further
    // back finds one of those children, and the walk goes on from there.
    let mut back = 0;
    while cursor
        .goto_first_child_for_byte(byte.saturating_sub(back))
        .is_none()
    {
        if back > byte {
            return cursor.goto_first_child();
        }
        back = back * 2 + 1;
    }
    true
}

/// To the next node that is not inside this one; `false` at the end of the tree.
fn advance(cursor: &mut TreeCursor, path: &mut Vec<Outer>, painter: &mut Painter) -> bool {
    while !cursor.goto_next_sibling() {
        let Some(parent) = path.pop() else {
            return false;
        };
        cursor.goto_parent();
        painter.paint(cursor.node().end_byte(), parent.class);
    }
    true
}

/// Only characters that the parser skipped are an error to the eye.
fn leaf_class(here: Outer, node: Node) -> Option<Class> {
    (here.rule == Rule::Error && node.child_count() == 0).then_some(Class::Error)
}

/// What the node at the cursor is, and the class of what it holds.
fn judge(table: &Table, painter: &Painter, cursor: &TreeCursor, path: &[Outer]) -> Outer {
    let node = cursor.node();
    let rule = table.rule(node);
    let outer = path.last().copied().unwrap_or(NOWHERE);
    let field = cursor.field_id();
    let class = match rule {
        Rule::Name => name_class(table, painter, node, field, path).or(outer.class),
        Rule::Class(Class::Punctuation) if outer.rule == Rule::Interpolation => outer.class,
        Rule::Class(Class::Operator) if outer.rule == Rule::Decorator => Some(Class::Decorator),
        Rule::Class(class) => Some(class),
        Rule::Interpolation => Some(Class::Interpolation),
        _ => outer.class,
    };
    Outer { rule, field, class }
}

/// The class of a name by the nodes around it.
fn name_class(
    table: &Table,
    painter: &Painter,
    node: Node,
    field: Option<NonZeroU16>,
    path: &[Outer],
) -> Option<Class> {
    let outer = |up: usize| path.len().checked_sub(up).map_or(NOWHERE, |at| path[at]);
    let parent = outer(1);
    let is = |field: Option<NonZeroU16>, id: Option<NonZeroU16>| field.is_some() && field == id;
    match parent.rule {
        Rule::Function if is(field, table.name) => return Some(Class::Function),
        Rule::ClassDefinition if is(field, table.name) => return Some(Class::Class),
        Rule::KeywordArgument if is(field, table.name) => return Some(Class::Parameter),
        Rule::Decorator => return Some(Class::Decorator),
        Rule::Attribute if decorates(path) => return Some(Class::Decorator),
        Rule::Attribute if is(field, table.attribute) => {
            let called = outer(2).rule == Rule::Call && is(parent.field, table.function);
            return Some(if called { Class::Call } else { Class::Property });
        }
        Rule::Call if is(field, table.function) && outer(2).rule == Rule::Decorator => {
            return Some(Class::Decorator);
        }
        _ => {}
    }
    let known = painter.text_of(node).and_then(known_name);
    if !matches!(known, None | Some(Class::Builtin)) {
        return known;
    }
    if parent.class == Some(Class::Type) {
        return None;
    }
    match parent.rule {
        Rule::Parameters => Some(Class::Parameter),
        Rule::Call if is(field, table.function) => known.or(Some(Class::Call)),
        Rule::Arguments if outer(2).rule == Rule::ClassDefinition => Some(Class::Type),
        Rule::Error => broken_name(painter, node, known),
        _ => known,
    }
}

/// Whether the names at this place lie in a decorator's dotted name.
fn decorates(path: &[Outer]) -> bool {
    let mut outwards = path
        .iter()
        .rev()
        .skip_while(|outer| outer.rule == Rule::Attribute);
    match outwards.next().map(|outer| outer.rule) {
        Some(Rule::Decorator) => true,
        Some(Rule::Call) => outwards
            .next()
            .is_some_and(|outer| outer.rule == Rule::Decorator),
        _ => false,
    }
}

/// In code that does not parse, the text beside a name tells what it is.
fn broken_name(painter: &Painter, node: Node, known: Option<Class>) -> Option<Class> {
    let before = painter.text_before(node).trim_end();
    let word = before.rsplit(|c: char| !words::is_part(c)).next();
    match word {
        Some("def") => Some(Class::Function),
        Some("class") => Some(Class::Class),
        _ if before.ends_with('.') => Some(Class::Property),
        _ if known.is_some() => known,
        _ => painter.is_called(node).then_some(Class::Call),
    }
}

/// Words that are never names. The grammar takes them for names where no such
/// word may stand, as after an unclosed bracket.
#[rustfmt::skip]
pub(crate) const KEYWORDS: &[&str] = &[
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda",
    "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// Names that Python brings along, sorted for binary search.
#[rustfmt::skip]
pub(crate) const BUILTINS: &[&str] = &[
    "__import__", "abs", "aiter", "all", "anext", "any", "ascii", "bin", "bool", "breakpoint",
    "bytearray", "bytes", "callable", "chr", "classmethod", "compile", "complex", "delattr",
    "dict", "dir", "divmod", "enumerate", "eval", "exec", "filter", "float", "format",
    "frozenset", "getattr", "globals", "hasattr", "hash", "help", "hex", "id", "input", "int",
    "isinstance", "issubclass", "iter", "len", "list", "locals", "map", "max", "memoryview",
    "min", "next", "object", "oct", "open", "ord", "pow", "print", "property", "range", "repr",
    "reversed", "round", "set", "setattr", "slice", "sorted", "staticmethod", "str", "sum",
    "super", "tuple", "type", "vars", "zip",
];

/// Exceptions whose names do not end in `Error` or `Warning`.
#[rustfmt::skip]
pub(crate) const EXCEPTIONS: &[&str] = &[
    "BaseException", "Exception", "GeneratorExit", "KeyboardInterrupt", "StopAsyncIteration",
    "StopIteration", "SystemExit",
];

/// What a name means wherever it stands.
fn known_name(name: &str) -> Option<Class> {
    if KEYWORDS.binary_search(&name).is_ok() {
        return Some(Class::Keyword);
    }
    match name {
        "self" | "cls" => return Some(Class::SelfName),
        "True" | "False" | "None" => return Some(Class::Constant),
        _ => {}
    }
    let raised = name.starts_with(|c: char| c.is_ascii_uppercase())
        && (name.ends_with("Error") || name.ends_with("Warning") || EXCEPTIONS.contains(&name));
    let known = raised || BUILTINS.binary_search(&name).is_ok();
    known.then_some(Class::Builtin)
}

/// Kind ids and field ids, resolved once.
struct Table {
    rules: Vec<Rule>,
    name: Option<NonZeroU16>,
    function: Option<NonZeroU16>,
    attribute: Option<NonZeroU16>,
}

/// The named kinds that mean something; all others are transparent.
const NAMED: &[(&str, Rule)] = &[
    ("identifier", Rule::Name),
    ("comment", Rule::Class(Class::Comment)),
    ("keyword", Rule::Class(Class::Keyword)),
    ("block_keyword", Rule::Class(Class::Keyword)),
    ("operator_keyword", Rule::Class(Class::Keyword)),
    ("operator", Rule::Class(Class::Operator)),
    ("assignment_operator", Rule::Class(Class::Operator)),
    ("string", Rule::Class(Class::String)),
    ("string_start", Rule::Class(Class::String)),
    ("string_end", Rule::Class(Class::String)),
    ("escape_sequence", Rule::Class(Class::Escape)),
    ("escape_interpolation", Rule::Class(Class::Escape)),
    ("number", Rule::Class(Class::Number)),
    ("ellipsis", Rule::Class(Class::Constant)),
    ("type", Rule::Class(Class::Type)),
    ("interpolation", Rule::Interpolation),
    ("format_specifier", Rule::Interpolation),
    ("function_definition", Rule::Function),
    ("class_definition", Rule::ClassDefinition),
    ("argument_list", Rule::Arguments),
    ("call", Rule::Call),
    ("attribute", Rule::Attribute),
    ("decorator", Rule::Decorator),
    ("parameters", Rule::Parameters),
    ("lambda_parameters", Rule::Parameters),
    ("keyword_argument", Rule::KeywordArgument),
];

impl Table {
    fn new(language: &Language) -> Table {
        let count = u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
        let rules = (0..count).map(|id| rule_of(language, id)).collect();
        let field = |name: &str| language.field_id_for_name(name);
        Table {
            rules,
            name: field("name"),
            function: field("function"),
            attribute: field("attribute"),
        }
    }

    fn rule(&self, node: Node) -> Rule {
        // The id of ERROR lies beyond the table.
        self.rules
            .get(usize::from(node.kind_id()))
            .copied()
            .unwrap_or(Rule::Error)
    }
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::new(&python_grammar::LANGUAGE.into()))
}

fn rule_of(language: &Language, id: u16) -> Rule {
    let Some(kind) = language.node_kind_for_id(id) else {
        return Rule::None;
    };
    if !language.node_kind_is_visible(id) {
        return Rule::None;
    }
    if language.node_kind_is_named(id) {
        return NAMED
            .iter()
            .find(|row| row.0 == kind)
            .map_or(Rule::None, |row| row.1);
    }
    token_rule(kind)
}

/// Tokens without a name of their own tell by their first character.
fn token_rule(kind: &str) -> Rule {
    match kind.as_bytes().first() {
        Some(b'(' | b')' | b'[' | b']' | b'{' | b'}' | b',' | b';' | b'.') => {
            Rule::Class(Class::Punctuation)
        }
        Some(b':') if kind == ":" => Rule::Class(Class::Punctuation),
        Some(b'a'..=b'z') => Rule::Class(Class::Keyword),
        Some(b'_' | b'\\') | None => Rule::None,
        Some(_) => Rule::Class(Class::Operator),
    }
}

/// Turns bytes painted in ascending order into spans a line.
struct Painter<'a> {
    rope: &'a Rope,
    lines: Vec<Vec<Span>>,
    first: usize,
    /// The line being painted, relative to `first`, and its bytes.
    line: usize,
    text: String,
    start: usize,
    ascii: bool,
    /// How far the text is painted: bytes in the document, columns in the line.
    at: usize,
    col: Utf16,
}

impl<'a> Painter<'a> {
    fn new(rope: &'a Rope, lines: &Range<usize>) -> Painter<'a> {
        let mut painter = Painter {
            rope,
            lines: vec![Vec::new(); lines.len()],
            first: lines.start,
            line: 0,
            text: String::new(),
            start: 0,
            ascii: true,
            at: 0,
            col: Utf16(0),
        };
        painter.open(0);
        painter
    }

    /// Goes to the start of a line of the window.
    fn open(&mut self, line: usize) {
        let start = coords::line_start_byte(self.rope, self.first + line).0;
        let end = coords::line_start_byte(self.rope, self.first + line + 1).0;
        self.text.clear();
        for chunk in self.rope.byte_slice(start..end).chunks() {
            self.text.push_str(chunk);
        }
        if self.text.ends_with('\n') {
            self.text.pop();
        }
        self.ascii = self.text.is_ascii();
        (self.line, self.start, self.at, self.col) = (line, start, start, Utf16(0));
    }

    /// The text of a node that begins and ends in the line being painted.
    fn text_of(&self, node: Node) -> Option<&str> {
        let from = node.start_byte().checked_sub(self.start)?;
        self.text
            .get(from..node.end_byte().checked_sub(self.start)?)
    }

    /// What stands before a node in its line.
    fn text_before(&self, node: Node) -> &str {
        let to = node.start_byte().saturating_sub(self.start);
        self.text.get(..to).unwrap_or("")
    }

    /// Whether an opening parenthesis follows a node at once.
    fn is_called(&self, node: Node) -> bool {
        let at = node.end_byte().saturating_sub(self.start);
        self.text.as_bytes().get(at) == Some(&b'(')
    }

    /// Paints everything from where it stands up to byte `to`.
    fn paint(&mut self, to: usize, class: Option<Class>) {
        while self.line < self.lines.len() && to > self.at {
            let line_end = self.start + self.text.len();
            self.paint_in_line(to.min(line_end), class);
            if to <= line_end || self.line + 1 == self.lines.len() {
                return;
            }
            self.open(self.line + 1);
        }
    }

    fn paint_in_line(&mut self, to: usize, class: Option<Class>) {
        if to <= self.at {
            return;
        }
        let from = self.col;
        self.col = Utf16(from.0 + self.columns(to));
        self.at = to;
        let Some(class) = class.filter(|_| self.col > from) else {
            return;
        };
        let spans = &mut self.lines[self.line];
        match spans.last_mut() {
            Some(last) if last.to == from && last.class == class => last.to = self.col,
            _ => spans.push(Span {
                from,
                to: self.col,
                class,
            }),
        }
    }

    /// UTF-16 code units between where it stands and byte `to` of this line.
    fn columns(&self, to: usize) -> usize {
        if self.ascii {
            return to - self.at;
        }
        let (from, to) = (self.at - self.start, to - self.start);
        // A tree older than the text may point into a character.
        let boundary = |at: &usize| self.text.is_char_boundary(*at);
        let from = (from..=self.text.len()).find(boundary).unwrap_or(from);
        let to = (to..=self.text.len()).find(boundary).unwrap_or(to);
        self.text[from..to].chars().map(char::len_utf16).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_searched_by_halves_are_sorted() {
        assert!(BUILTINS.is_sorted());
        assert!(KEYWORDS.is_sorted());
    }

    /// A new version of the grammar may rename what the table relies on.
    #[test]
    fn the_grammar_knows_every_kind_and_field_of_the_table() {
        let language: Language = python_grammar::LANGUAGE.into();
        for (kind, _) in NAMED {
            assert_ne!(language.id_for_node_kind(kind, true), 0, "{kind}");
        }
        let table = table();
        let fields = [table.name, table.function, table.attribute];
        assert!(fields.iter().all(Option::is_some));
    }
}
