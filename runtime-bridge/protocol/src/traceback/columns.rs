//! Carets under a source line, as columns of that line.
//!
//! CPython prints the line without its indentation and counts display columns,
//! in which a wide character takes two. The editor wants characters, counted
//! from the first one that is not blank, because the indentation is not in the
//! excerpt.
//!
//! Not here: carets under further lines of one expression.

/// A part of a line: characters counted from its first non-blank one, `from` included, `to` not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns {
    /// The first character marked.
    pub from: u32,
    /// The first character no longer marked.
    pub to: u32,
}

/// What carets count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Characters; a blank of the source stands before them as it is.
    Characters,
    /// Columns of a terminal.
    Columns,
}

/// What the second line of an excerpt marks in the first; None where it is not a line of carets.
pub(super) fn marked(excerpt: &[String], unit: Unit) -> Option<Columns> {
    let [source, carets, ..] = excerpt else {
        return None;
    };
    let is_mark = |c: char| c == '^' || c == '~';
    if !carets.chars().all(|c| is_mark(c) || c.is_whitespace()) {
        return None;
    }
    let before = &carets[..carets.find(is_mark)?];
    let from = before.chars().count();
    let to = from + carets[before.len()..].rfind(is_mark)? + 1;
    let blank = source.chars().take_while(|c| c.is_whitespace()).count();
    let at = |column: usize| match unit {
        Unit::Characters => column.checked_sub(blank),
        Unit::Columns => character_at(source, column).checked_sub(blank),
    };
    let (from, to) = (at(from)?, at(to)?);
    (from < to).then_some(Columns {
        from: from as u32,
        to: to as u32,
    })
}

/// The number of the character at a display column; columns beyond the end count on.
fn character_at(source: &str, column: usize) -> usize {
    let mut seen = 0;
    let mut characters = 0;
    for c in source.chars() {
        if seen >= column {
            return characters;
        }
        seen += width(c);
        characters += 1;
    }
    characters + column.saturating_sub(seen)
}

/// Two for the East Asian wide and full-width blocks and the emoji, as CPython
/// counts them (`unicodedata.east_asian_width` of W and F), in coarse ranges.
fn width(c: char) -> usize {
    match c as u32 {
        0x1100..=0x115F
        | 0x2E80..=0x303E
        | 0x3041..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF01..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1F64F
        | 0x1F680..=0x1F6FF
        | 0x1F900..=0x1F9FF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked_text(source: &str, carets: &str) -> Option<String> {
        let columns = marked(&[source.into(), carets.into()], Unit::Columns)?;
        let characters: Vec<char> = source.trim_start().chars().collect();
        Some(
            characters[columns.from as usize..columns.to as usize]
                .iter()
                .collect(),
        )
    }

    #[test]
    fn carets_mark_the_characters_above_them() {
        assert_eq!(
            marked_text("return a / b", "       ~~^~~").as_deref(),
            Some("a / b")
        );
        assert_eq!(marked_text("x = 1 ‘ 2", "      ^").as_deref(), Some("‘"));
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(
            marked_text("print(\"漢字\", valeu)", "              ^^^^^").as_deref(),
            Some("valeu")
        );
    }

    #[test]
    fn a_syntax_error_counts_characters() {
        let marked = |source: &str, carets: &str| {
            marked(&[source.into(), carets.into()], Unit::Characters)
                .map(|columns| (columns.from, columns.to))
        };
        assert_eq!(marked("x = \"漢\" = 1", "        ^"), Some((8, 9)));
        assert_eq!(marked("\tx = (1,, 2)", "\t       ^"), Some((7, 8)));
    }

    #[test]
    fn a_deeper_first_line_is_counted_from_its_own_start() {
        assert_eq!(marked_text("    a", "    ~").as_deref(), Some("a"));
    }

    #[test]
    fn source_is_not_taken_for_carets() {
        assert_eq!(marked_text("total(", "1,"), None);
        assert_eq!(marked(&["x".into()], Unit::Columns), None);
    }

    #[test]
    fn an_unclosed_bracket_may_be_marked_beyond_the_end() {
        assert_eq!(
            marked(&["a =".into(), "   ^".into()], Unit::Columns),
            Some(Columns { from: 3, to: 4 })
        );
    }
}
