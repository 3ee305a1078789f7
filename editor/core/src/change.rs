//! A description of a change to the text, as a value: it can be applied,
//! inverted, joined with the next one, and asked where a position has gone.
//!
//! Normal form: the replaced stretches ascend and never touch, none is empty on
//! both sides. Nothing here knows of selections or of why the text changed.

use ropey::Rope;

use crate::coords::Pos;

/// One replacement: the characters `from..to` of the old document become `insert`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// First replaced position, in the old document.
    pub from: Pos,
    /// End of what is replaced, in the old document; equal to `from` to insert.
    pub to: Pos,
    /// What stands there afterwards.
    pub insert: String,
}

/// Which neighbour a position belongs to when text is inserted exactly there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assoc {
    /// Stay before the inserted text.
    Before,
    /// Go behind the inserted text.
    After,
}

/// Several replacements made at once, all in coordinates of the old document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeSet {
    changes: Vec<Change>,
}

impl ChangeSet {
    /// From changes that ascend and do not overlap; touching ones become one.
    pub fn new(changes: Vec<Change>) -> ChangeSet {
        let mut builder = Builder::default();
        for change in changes {
            debug_assert!(builder.at <= change.from.0 && change.from <= change.to);
            builder.keep(change.from.0 - builder.at);
            builder.delete(change.to.0 - change.from.0);
            builder.insert(&change.insert);
        }
        builder.finish()
    }

    /// A single replacement.
    pub fn replace(from: Pos, to: Pos, insert: String) -> ChangeSet {
        let nothing = from == to && insert.is_empty();
        let changes = if nothing {
            Vec::new()
        } else {
            vec![Change { from, to, insert }]
        };
        ChangeSet { changes }
    }

    /// The replacements, ascending, in coordinates of the old document.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether the text stays as it is.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Performs the change on the document it was made for.
    pub fn apply(&self, rope: &mut Rope) {
        // From the back, so that the positions before stay valid.
        for change in self.changes.iter().rev() {
            rope.remove(change.from.0..change.to.0);
            rope.insert(change.from.0, &change.insert);
        }
    }

    /// The change that leads back; `before` is the document this one applies to.
    pub fn invert(&self, before: &Rope) -> ChangeSet {
        let mut grown = 0;
        let mut shrunk = 0;
        let back = |change: &Change| {
            let from = Pos(change.from.0 + grown - shrunk);
            let len = change.insert.chars().count();
            grown += len;
            shrunk += change.to.0 - change.from.0;
            let insert = before.slice(change.from.0..change.to.0).to_string();
            Change {
                from,
                to: Pos(from.0 + len),
                insert,
            }
        };
        ChangeSet {
            changes: self.changes.iter().map(back).collect(),
        }
    }

    /// One change with the effect of `self` and then `next`.
    pub fn compose(&self, next: &ChangeSet) -> ChangeSet {
        let mut ours = Feed::new(self);
        let mut theirs = Feed::new(next);
        let mut out = Builder::default();
        loop {
            match (ours.head(), theirs.head()) {
                (Piece::Delete(n), _) => out.delete(ours.take(n)),
                (_, Piece::Insert(text)) => {
                    out.insert(text);
                    theirs.skip();
                }
                (Piece::Rest, Piece::Rest) => return out.finish(),
                (ours_head, theirs_head) => {
                    let n = ours_head.len().min(theirs_head.len());
                    let deleted = matches!(theirs_head, Piece::Delete(_));
                    match ours_head {
                        // Came and went again.
                        Piece::Insert(_) if deleted => {}
                        Piece::Insert(text) => out.insert(first_chars(text, n)),
                        _ if deleted => out.delete(n),
                        _ => out.keep(n),
                    }
                    ours.take(n);
                    theirs.take(n);
                }
            }
        }
    }

    /// Where a position of the old document is in the new one.
    ///
    /// The ends of a replaced stretch stay at the ends of what replaces it; a
    /// position inside goes to the end that `assoc` names.
    pub fn map_pos(&self, pos: Pos, assoc: Assoc) -> Pos {
        let mut at = pos.0;
        for change in &self.changes {
            if change.from > pos {
                break;
            }
            let start = at - (pos.0 - change.from.0);
            let end = start + change.insert.chars().count();
            if change.to < pos || (change.to == pos && change.from < pos) {
                at = end + (pos.0 - change.to.0);
                continue;
            }
            let outside = change.from == pos && change.to > pos;
            return Pos(if outside || assoc == Assoc::Before {
                start
            } else {
                end
            });
        }
        Pos(at)
    }
}

/// A stretch of a change set read from left to right.
#[derive(Clone, Copy)]
enum Piece<'a> {
    Keep(usize),
    Delete(usize),
    Insert(&'a str),
    /// What follows the last change, however long it is.
    Rest,
}

impl Piece<'_> {
    fn len(self) -> usize {
        match self {
            Piece::Keep(n) | Piece::Delete(n) => n,
            Piece::Insert(text) => text.chars().count(),
            Piece::Rest => usize::MAX,
        }
    }
}

/// Hands out the pieces of a change set, whole or in parts.
struct Feed<'a> {
    pieces: Vec<Piece<'a>>,
    next: usize,
}

impl<'a> Feed<'a> {
    fn new(set: &'a ChangeSet) -> Feed<'a> {
        let mut pieces = Vec::with_capacity(set.changes.len() * 3);
        let mut at = 0;
        for change in &set.changes {
            let parts = [
                Piece::Keep(change.from.0 - at),
                Piece::Delete(change.to.0 - change.from.0),
                Piece::Insert(&change.insert),
            ];
            pieces.extend(parts.into_iter().filter(|part| part.len() > 0));
            at = change.to.0;
        }
        Feed { pieces, next: 0 }
    }

    fn head(&self) -> Piece<'a> {
        self.pieces.get(self.next).copied().unwrap_or(Piece::Rest)
    }

    fn skip(&mut self) {
        self.next += 1;
    }

    /// Uses up `n` characters of the piece at the head.
    fn take(&mut self, n: usize) -> usize {
        let head = self.head();
        if head.len() == n {
            self.skip();
        } else if let Some(piece) = self.pieces.get_mut(self.next) {
            *piece = match head {
                Piece::Keep(len) => Piece::Keep(len - n),
                Piece::Delete(len) => Piece::Delete(len - n),
                Piece::Insert(text) => Piece::Insert(&text[first_chars(text, n).len()..]),
                Piece::Rest => Piece::Rest,
            };
        }
        n
    }
}

fn first_chars(text: &str, n: usize) -> &str {
    let end = text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// Collects pieces into the normal form.
#[derive(Default)]
struct Builder {
    done: Vec<Change>,
    open: Option<Change>,
    at: usize,
}

impl Builder {
    fn keep(&mut self, n: usize) {
        if n > 0 {
            self.close();
            self.at += n;
        }
    }

    fn delete(&mut self, n: usize) {
        self.at += n;
        let to = Pos(self.at);
        self.open_at(to.0 - n).to = to;
    }

    fn insert(&mut self, text: &str) {
        self.open_at(self.at).insert.push_str(text);
    }

    fn open_at(&mut self, at: usize) -> &mut Change {
        let at = Pos(at);
        self.open.get_or_insert(Change {
            from: at,
            to: at,
            insert: String::new(),
        })
    }

    fn close(&mut self) {
        let changed = |change: &Change| change.from != change.to || !change.insert.is_empty();
        self.done.extend(self.open.take().filter(changed));
    }

    fn finish(mut self) -> ChangeSet {
        self.close();
        ChangeSet { changes: self.done }
    }
}
