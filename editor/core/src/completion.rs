//! What a word could become: the names of the document, the words of Python, and
//! what an interpreter knows. Which of them are offered, in which order, and what
//! taking one does to the text is decided here.
//!
//! Not here: who asks the interpreter, and how a list looks.

use std::ops;

use ropey::Rope;
use tree_sitter::{Node, Tree};

use crate::coords::{self, ByteOffset, Pos};
use crate::highlight::{self, BUILTINS, Class, EXCEPTIONS, KEYWORDS};
use crate::words;

/// Bytes of the document around the caret whose names are offered: more than a
/// lesson has, and read within a few milliseconds.
const AROUND: usize = 20_000;
/// Words that a list holds.
const MOST: usize = 60;
/// Characters of the line looked at before the caret.
const REACH: usize = 200;
/// Characters after which a list opens by itself.
const ENOUGH: usize = 2;

/// What stands before the caret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Where the word begins.
    pub from: Pos,
    /// Where the caret is.
    pub to: Pos,
    /// The word so far.
    pub prefix: String,
    /// The names before the dot before it: `a.b` where `a.b.c` is written. Empty
    /// where something stands there that is more than names.
    pub of: Option<String>,
}

/// What a word of a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `for`, `None`.
    Keyword,
    /// Something that can be called.
    Function,
    /// A class.
    Class,
    /// A module.
    Module,
    /// Any other name.
    Name,
}

impl Kind {
    /// The word for it, for a reader.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Keyword => "keyword",
            Kind::Function => "function",
            Kind::Class => "class",
            Kind::Module => "module",
            Kind::Name => "name",
        }
    }
}

/// A word that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What will stand in the text.
    pub text: String,
    /// What it is.
    pub kind: Kind,
}

/// The word before `pos`, or `None` where no code stands (in a text, a comment, a number).
pub fn written(tree: Option<&Tree>, rope: &Rope, pos: Pos) -> Option<Written> {
    if is_prose(tree, rope, pos) {
        return None;
    }
    let (from, prefix) = word_before(rope, pos);
    if prefix.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Some(Written {
        from,
        to: pos,
        prefix,
        of: owner(rope, from),
    })
}

/// Whether a list that is open stays so: something is written, and the caret is at its end.
pub fn goes_on(rope: &Rope, written: &Written) -> bool {
    let is_at_end = !rope.get_char(written.to.0).is_some_and(words::is_part);
    is_at_end && (!written.prefix.is_empty() || written.of.is_some())
}

/// Whether a list opens by itself once this is written.
pub fn invites(rope: &Rope, written: &Written) -> bool {
    let has_owner = written.of.as_ref().is_some_and(|of| !of.is_empty());
    goes_on(rope, written) && (has_owner || written.prefix.chars().count() >= ENOUGH)
}

/// The dotted name at `pos`, whose end is that of the word there.
pub fn name_at(tree: Option<&Tree>, rope: &Rope, pos: Pos) -> Option<String> {
    if is_prose(tree, rope, Pos(pos.0 + 1).min(coords::end(rope))) {
        return None;
    }
    let line_end = coords::line_end(rope, coords::line_of(rope, pos));
    let ahead = rope.chars_at(pos.0).take(line_end.0 - pos.0);
    let rest: String = ahead.take_while(|c| words::is_part(*c)).collect();
    let (from, before) = word_before(rope, pos);
    let word = before + &rest;
    if word.is_empty() || word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    match owner(rope, from) {
        None => Some(word),
        Some(of) if of.is_empty() => None,
        Some(of) => Some(of + "." + &word),
    }
}

/// The dotted name of what is called by the innermost bracket that is open at
/// `pos`, with the number of arguments that are written before it.
pub fn call_at(tree: Option<&Tree>, rope: &Rope, pos: Pos) -> Option<(String, usize)> {
    if is_prose(tree, rope, pos) {
        return None;
    }
    let from = pos.0.saturating_sub(REACH * 10);
    let text: Vec<char> = rope.slice(from..pos.0).chars().collect();
    let (mut depth, mut commas) = (0_usize, 0);
    for (at, c) in text.iter().enumerate().rev() {
        match c {
            ')' | ']' | '}' => depth += 1,
            '(' if depth == 0 => {
                let name = name_at(tree, rope, Pos(from + at))?;
                let is_definition =
                    word_before(rope, word_before(rope, Pos(from + at)).0.before()).1;
                let defines = matches!(is_definition.as_str(), "def" | "class");
                return (!defines).then_some((name, commas));
            }
            '[' | '{' if depth == 0 => return None,
            '(' | '[' | '{' => depth -= 1,
            ',' if depth == 0 => commas += 1,
            _ => {}
        }
    }
    None
}

/// A signature in pieces, of which one is the argument with that number, where there is one.
pub fn arguments(signature: &str, number: Option<usize>) -> Vec<(&str, bool)> {
    let whole = vec![(signature, false)];
    let (Some(number), Some(open)) = (number, signature.find('(')) else {
        return whole;
    };
    let (mut depth, mut at, mut from) = (0_usize, 0, open + 1);
    for (place, c) in signature
        .char_indices()
        .skip_while(|(place, _)| *place <= open)
    {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ',' if depth == 0 && at == number => {
                let parts = [(&signature[..from], false), (&signature[from..place], true)];
                return parts
                    .into_iter()
                    .chain([(&signature[place..], false)])
                    .collect();
            }
            ')' | ']' | '}' if depth > 0 => depth -= 1,
            ',' if depth == 0 => (at, from) = (at + 1, place + 1),
            _ => {}
        }
    }
    whole
}

/// The words that an interpreter names (lines of a name, a tab and a letter).
pub fn known(text: &str) -> Vec<Word> {
    let word = |line: &str| {
        let (text, kind) = line.split_once('\t')?;
        let kind = match kind {
            "f" => Kind::Function,
            "c" => Kind::Class,
            "m" => Kind::Module,
            _ => Kind::Name,
        };
        Some(Word {
            text: text.to_owned(),
            kind,
        })
    };
    text.split('\n').filter_map(word).collect()
}

/// The words that `written` could become: names of the document, the nearest
/// first, `known` ones of an interpreter, and Python's own.
pub fn words(tree: Option<&Tree>, rope: &Rope, written: &Written, known: &[Word]) -> Vec<Word> {
    let is_attribute = written.of.is_some();
    let mut found = Vec::new();
    // What an interpreter says of an object is all there is to say.
    if !is_attribute || known.is_empty() {
        found.extend(names(tree, rope, written));
    }
    found.extend(known.iter().cloned());
    if !is_attribute {
        found.extend(own());
    }
    chosen(found, &written.prefix)
}

/// Those that begin as `prefix` does, each once; exact case first.
fn chosen(found: Vec<Word>, prefix: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for word in found {
        let fits = begins(&word.text, prefix) && is_asked_for(&word.text, prefix);
        if fits && !words.iter().any(|known| known.text == word.text) {
            words.push(word);
        }
    }
    words.sort_by_key(|word| !word.text.starts_with(prefix));
    words.truncate(MOST);
    words
}

/// Names for insiders are offered to who has begun to write one.
fn is_asked_for(word: &str, prefix: &str) -> bool {
    !word.starts_with('_') || prefix.starts_with('_')
}

fn begins(word: &str, prefix: &str) -> bool {
    let start = word.as_bytes().get(..prefix.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

/// The words of Python.
fn own() -> impl Iterator<Item = Word> {
    let word = |kind: Kind| {
        move |text: &&str| Word {
            text: (*text).to_owned(),
            kind,
        }
    };
    let constants = ["False", "None", "True"];
    let keywords = KEYWORDS
        .iter()
        .copied()
        .chain(constants)
        .collect::<Vec<_>>();
    let builtins = BUILTINS.iter().map(word(Kind::Function));
    let exceptions = EXCEPTIONS.iter().chain(&ERRORS).map(word(Kind::Class));
    let keywords: Vec<Word> = keywords.iter().map(word(Kind::Keyword)).collect();
    keywords.into_iter().chain(builtins).chain(exceptions)
}

/// The exceptions that beginners meet, whose names end in `Error`.
const ERRORS: [&str; 14] = [
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "FileNotFoundError",
    "ImportError",
    "IndexError",
    "KeyError",
    "NameError",
    "NotImplementedError",
    "OSError",
    "RuntimeError",
    "TypeError",
    "ValueError",
    "ZeroDivisionError",
];

/// The names of the document around the caret, the nearest before it first;
/// behind a dot those that stand behind a dot.
fn names(tree: Option<&Tree>, rope: &Rope, written: &Written) -> Vec<Word> {
    let Some(tree) = tree else { return Vec::new() };
    let here = coords::pos_to_byte(rope, written.from).0;
    let window = here.saturating_sub(AROUND)..here + AROUND;
    let mut found: Vec<(usize, Word)> = Vec::new();
    let first = written.prefix.bytes().next();
    let begins = |byte: Option<u8>| match (first, byte) {
        (Some(first), Some(byte)) => first.eq_ignore_ascii_case(&byte),
        (first, _) => first.is_none(),
    };
    for (node, kind) in identifiers(tree, &window) {
        let at = node.start_byte();
        // Most names do not; what follows costs more than this.
        if !begins(rope.get_byte(at)) {
            continue;
        }
        let end = node.end_byte().min(rope.len_bytes());
        let is_behind_dot = at > 0 && rope.get_byte(at - 1) == Some(b'.');
        if at == here || at >= end || is_behind_dot != written.of.is_some() {
            continue;
        }
        let (from, to) = (
            coords::byte_to_pos(rope, ByteOffset(at)),
            coords::byte_to_pos(rope, ByteOffset(end)),
        );
        let text = rope.slice(from.0..to.0).to_string();
        // What is before the caret is nearer than what is behind it.
        let far = if at < here {
            here - at
        } else {
            at - here + AROUND
        };
        found.push((far, Word { text, kind }));
    }
    found.sort_by_key(|(far, _)| *far);
    found.into_iter().map(|(_, word)| word).collect()
}

/// The names in a part of the tree (bytes), with what they are where that is said.
/// A node's parent is asked of the way down to it: the tree itself would look for it
/// among all of its statements.
fn identifiers<'a>(tree: &'a Tree, window: &ops::Range<usize>) -> Vec<(Node<'a>, Kind)> {
    let language = tree.language();
    let name = language.id_for_node_kind("identifier", true);
    let function = language.id_for_node_kind("function_definition", true);
    let class = language.id_for_node_kind("class_definition", true);
    let mut cursor = tree.walk();
    let mut way: Vec<u16> = Vec::with_capacity(32);
    let mut found = Vec::new();
    loop {
        let node = cursor.node();
        if node.start_byte() >= window.end {
            return found;
        }
        if node.kind_id() == name && node.end_byte() > window.start && !node.is_missing() {
            let kind = match way.last() {
                Some(kind) if *kind == function => Kind::Function,
                Some(kind) if *kind == class => Kind::Class,
                _ => Kind::Name,
            };
            found.push((node, kind));
        }
        if node.end_byte() > window.start && highlight::enter(&mut cursor, window.start) {
            way.push(node.kind_id());
            continue;
        }
        while !cursor.goto_next_sibling() {
            if way.pop().is_none() {
                return found;
            }
            cursor.goto_parent();
        }
    }
}

/// The part of a word that stands before `pos`, and where it begins.
fn word_before(rope: &Rope, pos: Pos) -> (Pos, String) {
    let line_start = coords::line_start(rope, coords::line_of(rope, pos));
    let back = rope.chars_at(pos.0).reversed();
    let near = back.take((pos.0 - line_start.0).min(REACH));
    let length = near.take_while(|c| words::is_part(*c)).count();
    let from = Pos(pos.0 - length);
    (from, rope.slice(from.0..pos.0).to_string())
}

/// The names before the dot that stands before `from`.
fn owner(rope: &Rope, from: Pos) -> Option<String> {
    let dot = from.0.checked_sub(1)?;
    if rope.char(dot) != '.' {
        return None;
    }
    let (start, name) = word_before(rope, Pos(dot));
    if name.is_empty() {
        let quote = dot.checked_sub(1).map(|at| rope.char(at));
        let is_text = matches!(quote, Some('"' | '\''));
        return Some(if is_text {
            "str".to_owned()
        } else {
            String::new()
        });
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(String::new());
    }
    Some(match owner(rope, start) {
        None => name,
        Some(of) if of.is_empty() => String::new(),
        Some(of) => of + "." + &name,
    })
}

/// Whether `pos` lies in a text, a comment or a number.
fn is_prose(tree: Option<&Tree>, rope: &Rope, pos: Pos) -> bool {
    let at = coords::pos_to_line_utf16(rope, pos);
    let lines = highlight::spans(tree, rope, at.line..at.line + 1);
    let spans = lines.first().map(Vec::as_slice).unwrap_or_default();
    let last = spans
        .iter()
        .find(|span| span.from < at.col && at.col <= span.to);
    last.is_some_and(|span| match span.class {
        Class::Comment | Class::Escape | Class::Number => true,
        Class::String => at.col < span.to || !ends_text(rope, pos),
        _ => false,
    })
}

/// Whether a quote stands before `pos`; a text that has just ended is over.
fn ends_text(rope: &Rope, pos: Pos) -> bool {
    pos.0 > 0 && matches!(rope.char(pos.0 - 1), '"' | '\'')
}

impl Pos {
    /// One character before, the start at the least.
    fn before(self) -> Pos {
        Pos(self.0.saturating_sub(1))
    }
}

/// A list that is open.
#[derive(Clone, Debug)]
pub struct List {
    written: Written,
    words: Vec<Word>,
    chosen: Option<usize>,
}

/// A step in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the next word, from the last to the first.
    Next,
    /// To the word before, from the first to the last.
    Previous,
}

impl List {
    /// A list for what is written. Who asked for it by a key has the first word
    /// chosen; a list that opened by itself takes no key away before one is chosen.
    /// `None` where there is nothing to offer, or nothing but what is written.
    pub fn new(written: Written, words: Vec<Word>, is_asked: bool) -> Option<List> {
        let is_complete = matches!(&words[..], [only] if only.text == written.prefix);
        if words.is_empty() || is_complete {
            return None;
        }
        Some(List {
            written,
            words,
            chosen: is_asked.then_some(0),
        })
    }

    /// What it was made for.
    pub fn written(&self) -> &Written {
        &self.written
    }

    /// Its words.
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// The place of the word that Enter takes.
    pub fn chosen(&self) -> Option<usize> {
        self.chosen
    }

    /// Chooses another word.
    pub fn step(&mut self, step: Step) {
        let last = self.words.len() - 1;
        self.chosen = Some(match (step, self.chosen) {
            (Step::Next, Some(at)) if at < last => at + 1,
            (Step::Next, _) => 0,
            (Step::Previous, None | Some(0)) => last,
            (Step::Previous, Some(at)) => at - 1,
        });
    }

    /// Chooses the word at a place, if there is one.
    pub fn choose(&mut self, at: usize) {
        self.chosen = Some(at).filter(|at| *at < self.words.len());
    }

    /// The same list for more, with the choice that was made where its word is still there.
    pub fn follow(&self, next: Option<List>) -> Option<List> {
        let mut next = next.filter(|next| next.written.from == self.written.from)?;
        let before = self.chosen.map(|at| &self.words[at].text);
        next.chosen = before.map(|text| {
            let at = next.words.iter().position(|word| word.text == *text);
            at.unwrap_or(0)
        });
        Some(next)
    }

    /// The word that is taken: the chosen one, or the first.
    pub fn taken(&self) -> &Word {
        &self.words[self.chosen.unwrap_or(0)]
    }
}
