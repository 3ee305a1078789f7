//! A line of plain help under an error, chosen by a table that is data.
//!
//! A rule has patterns for the error and, where that is not
//! enough, for the line of the program that failed. A pattern is text in which
//! `{name}` stands for some text that the help may repeat, and `*` for any.
//! The first rule that fits is told; the original message is never replaced.
//! The table's own format is explained at the top of `hints/rules.txt`.
//!
//! Not here: the rules, how a table is fetched, how help is shown.

use crate::interpreter::Interpreter;

/// Rules in the order in which they are tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    rules: Vec<Rule>,
    /// Names that every program may use.
    words: Vec<String>,
}

/// What is known of a failure.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// Which interpreter told it.
    pub interpreter: Interpreter,
    /// The error as it was told; its first line or the whole must fit.
    pub error: &'a str,
    /// The line of the program that failed; empty where nobody knows.
    pub line: &'a str,
    /// The whole program.
    pub program: &'a str,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rule {
    name: String,
    on: Option<Interpreter>,
    errors: Vec<String>,
    lines: Vec<String>,
    not_lines: Vec<String>,
    /// A captured text, and what it must be one of.
    among: Option<(String, Vec<String>)>,
    /// The captured name for which the program must have a similar one.
    near: Option<String>,
    help: String,
}

/// Texts that a pattern caught, by name.
type Captures = Vec<(String, String)>;

impl Table {
    /// Reads a table. A line that cannot be understood is an error that names it.
    pub fn parse(text: &str) -> Result<Table, String> {
        let mut table = Table::default();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            table
                .take(line)
                .ok_or_else(|| ["line ", &(at + 1).to_string(), ": ", line].concat())?;
        }
        Ok(table)
    }

    /// These rules first, then those of another table.
    pub fn before(mut self, others: &Table) -> Table {
        self.rules.extend(others.rules.iter().cloned());
        self.words.extend(others.words.iter().cloned());
        self
    }

    /// The names of the rules, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| rule.name.as_str())
    }

    /// Help for a failure: the name of the rule, and the text with `code` in backquotes.
    pub fn help(&self, case: &Case<'_>) -> Option<(&str, String)> {
        self.rules
            .iter()
            .find_map(|rule| Some((rule.name.as_str(), rule.apply(case, &self.words)?)))
    }

    fn take(&mut self, line: &str) -> Option<()> {
        if let Some(name) = line.strip_prefix("== ") {
            self.rules.push(Rule {
                name: name.into(),
                ..Rule::default()
            });
            return Some(());
        }
        let (key, value) = line.split_once(": ")?;
        if key == "words" {
            self.words.extend(value.split(' ').map(str::to_owned));
            return Some(());
        }
        let rule = self.rules.last_mut()?;
        match key {
            "error" => rule.errors.push(value.into()),
            "line" => rule.lines.push(value.into()),
            "not-line" => rule.not_lines.push(value.into()),
            "near" => rule.near = Some(value.into()),
            "on" => rule.on = Some(interpreter(value)?),
            "among" => {
                let (name, values) = value.split_once(" = ")?;
                let values = values.split(' ').map(str::to_owned).collect();
                rule.among = Some((name.into(), values));
            }
            "help" => rule.help = value.into(),
            _ => return None,
        }
        Some(())
    }
}

fn interpreter(name: &str) -> Option<Interpreter> {
    match name {
        "Pyodide" => Some(Interpreter::Pyodide),
        "MicroPython" => Some(Interpreter::MicroPython),
        _ => None,
    }
}

impl Rule {
    fn apply(&self, case: &Case<'_>, words: &[String]) -> Option<String> {
        if self.on.is_some_and(|on| on != case.interpreter) {
            return None;
        }
        let first = case.error.lines().next().unwrap_or_default();
        let mut captures =
            first_match(&self.errors, first).or_else(|| first_match(&self.errors, case.error))?;
        let line = case.line.trim();
        if !self.lines.is_empty() {
            captures.extend(first_match(&self.lines, line)?);
        }
        if first_match(&self.not_lines, line).is_some() {
            return None;
        }
        if let Some((name, values)) = &self.among {
            values
                .iter()
                .find(|value| *value == caught(&captures, name))?;
        }
        if let Some(name) = &self.near {
            let near = similar(caught(&captures, name), case.program, words)?;
            captures.push(("near".into(), near.into()));
        }
        Some(filled(&self.help, &captures))
    }
}

fn caught<'c>(captures: &'c Captures, name: &str) -> &'c str {
    let found = captures.iter().find(|(known, _)| known == name);
    found.map_or("", |(_, text)| text.as_str())
}

fn filled(help: &str, captures: &Captures) -> String {
    captures
        .iter()
        .fold(help.to_owned(), |text, (name, value)| {
            text.replace(&["{", name, "}"].concat(), value)
        })
}

fn first_match(patterns: &[String], text: &str) -> Option<Captures> {
    patterns.iter().find_map(|pattern| {
        let mut captures = Captures::new();
        fits(pattern, text, &mut captures).then_some(captures)
    })
}

/// Whether the whole text fits. A gap takes as little as the rest allows.
fn fits(pattern: &str, text: &str, captures: &mut Captures) -> bool {
    let Some((literal, gap, rest)) = next_gap(pattern) else {
        return pattern == text;
    };
    let Some(text) = text.strip_prefix(literal) else {
        return false;
    };
    let least = usize::from(!gap.is_empty());
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    for end in ends.skip(least) {
        let known = captures.len();
        if !gap.is_empty() {
            captures.push((gap.into(), text[..end].into()));
        }
        if fits(rest, &text[end..], captures) {
            return true;
        }
        captures.truncate(known);
    }
    false
}

/// What stands before the first gap, the gap's name (none of `*`), what follows it.
fn next_gap(pattern: &str) -> Option<(&str, &str, &str)> {
    let at = pattern.find(['{', '*'])?;
    let (literal, gap) = pattern.split_at(at);
    if let Some(rest) = gap.strip_prefix('*') {
        return Some((literal, "", rest));
    }
    let (name, rest) = gap[1..].split_once('}')?;
    Some((literal, name, rest))
}

/// The name of the program or of Python that a mistyped one is most like.
fn similar<'a>(name: &str, program: &'a str, words: &'a [String]) -> Option<&'a str> {
    let most = match name.chars().count() {
        0 | 1 => return None,
        2..=4 => 1,
        _ => 2,
    };
    names(program)
        .chain(words.iter().map(String::as_str))
        .filter(|other| *other != name)
        .map(|other| (distance(name, other), other))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, other)| other)
}

fn names(program: &str) -> impl Iterator<Item = &str> {
    program
        .split(|char: char| !(char.is_ascii_alphanumeric() || char == '_' || !char.is_ascii()))
        .filter(|word| word.starts_with(|first: char| !first.is_ascii_digit()))
}

/// Letters to insert, delete, replace or swap with a neighbour; capitals of
/// ASCII count as nothing (the tables for all others would cost a page 5 KB).
fn distance(one: &str, other: &str) -> usize {
    let letters = |name: &str| -> Vec<char> {
        let small = name.chars().map(|char| char.to_ascii_lowercase());
        small.collect()
    };
    let (one, other) = (letters(one), letters(other));
    if one.len().abs_diff(other.len()) > 2 {
        return usize::MAX;
    }
    let width = other.len() + 1;
    let mut table: Vec<usize> = vec![0; (one.len() + 1) * width];
    for i in 0..=one.len() {
        for j in 0..width {
            table[i * width + j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = usize::from(one[i - 1] != other[j - 1]);
                let mut least = (table[(i - 1) * width + j] + 1)
                    .min(table[i * width + j - 1] + 1)
                    .min(table[(i - 1) * width + j - 1] + replaced);
                if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                    least = least.min(table[(i - 2) * width + j - 2] + 1);
                }
                least
            };
        }
    }
    table[table.len() - 1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TABLE: &str = "
# a comment
words: print len
== near
error: NameError: name '{name}' is*n*t defined*
near: name
help: No `{name}`; is it `{near}`?
== colon
on: MicroPython
error: SyntaxError: invalid syntax
line: if *
not-line: *:
help: A colon is missing.
== wrong-word
error: AttributeError: 'list' object has no attribute '{name}'
among: name = push add
help: Not `{name}`: `append`.
";

    fn help(interpreter: Interpreter, error: &str, line: &str) -> Option<String> {
        let case = Case {
            interpreter,
            error,
            line,
            program: "total = 3\nprint(totl)\n",
        };
        let table = Table::parse(TABLE).expect("the table is well written");
        table.help(&case).map(|(_, text)| text)
    }

    #[test]
    fn a_name_like_one_of_the_program() {
        use Interpreter::{MicroPython, Pyodide};
        let told = help(MicroPython, "NameError: name 'totl' isn't defined", "");
        assert_eq!(told.as_deref(), Some("No `totl`; is it `total`?"));
        let told = help(
            Pyodide,
            "NameError: name 'pritn' is not defined. Did …\nmore",
            "",
        );
        assert_eq!(told.as_deref(), Some("No `pritn`; is it `print`?"));
        assert_eq!(
            help(Pyodide, "NameError: name 'x' is not defined", ""),
            None
        );
    }

    #[test]
    fn the_failing_line_and_the_interpreter_count() {
        use Interpreter::{MicroPython, Pyodide};
        let error = "SyntaxError: invalid syntax";
        assert!(help(MicroPython, error, "  if x == 1").is_some());
        assert_eq!(help(MicroPython, error, "if x == 1:"), None);
        assert_eq!(help(MicroPython, error, "x y"), None);
        assert_eq!(help(Pyodide, error, "if x == 1"), None);
    }

    #[test]
    fn a_captured_text_may_have_to_be_one_of_a_list() {
        let error = |name: &str| format!("AttributeError: 'list' object has no attribute '{name}'");
        let told = help(Interpreter::Pyodide, &error("push"), "");
        assert_eq!(told.as_deref(), Some("Not `push`: `append`."));
        assert_eq!(help(Interpreter::Pyodide, &error("x"), ""), None);
    }

    #[test]
    fn a_line_that_is_no_rule_is_named() {
        assert_eq!(
            Table::parse("== a\nerror: b\nhelp c"),
            Err("line 3: help c".into())
        );
        assert_eq!(Table::parse("help: c"), Err("line 1: help: c".into()));
    }

    #[test]
    fn a_page_s_own_rules_come_first() {
        let own = Table::parse("== own\nerror: *\nhelp: Ask the teacher.").expect("well written");
        let both = own.before(&Table::parse(TABLE).expect("well written"));
        assert_eq!(both.names().collect::<Vec<_>>()[..2], ["own", "near"]);
    }

    #[test]
    fn the_shipped_table_is_well_written() {
        let table = Table::parse(include_str!("../hints/rules.txt")).expect("well written");
        assert!(table.rules.len() >= 60, "{} rules", table.rules.len());
        for rule in &table.rules {
            assert!(
                !rule.errors.is_empty() && !rule.help.is_empty(),
                "{}",
                rule.name
            );
            assert!(rule.help.matches('`').count() % 2 == 0, "{}", rule.name);
        }
        let mut names: Vec<&str> = table.names().collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(
            names.len(),
            table.rules.len(),
            "each rule has a name of its own"
        );
    }

    #[test]
    fn each_rule_has_a_program_that_shows_it() {
        let table = Table::parse(include_str!("../hints/rules.txt")).expect("well written");
        let programs = include_str!("../hints/programs.txt");
        let shown: Vec<&str> = programs
            .lines()
            .filter_map(|line| line.strip_prefix("== "))
            .filter_map(|head| head.split(' ').next())
            .collect();
        for name in table.names() {
            assert!(shown.contains(&name), "no program for {name}");
        }
    }

    proptest! {
        #[test]
        fn a_pattern_without_gaps_fits_itself_only(text in "[a-z ]{0,12}", other in "[a-z ]{0,12}") {
            prop_assert_eq!(fits(&text, &other, &mut Captures::new()), text == other);
        }

        #[test]
        fn what_a_gap_caught_makes_the_text_again(from in "[a-z]{0,5}", name in "[a-z ]{1,8}", to in "[A-Z]{0,5}") {
            let mut captures = Captures::new();
            let text = [from.as_str(), &name, &to].concat();
            let pattern = [from.as_str(), "{x}", &to].concat();
            prop_assert!(fits(&pattern, &text, &mut captures));
            prop_assert_eq!(filled(&pattern, &captures), text);
        }

        #[test]
        fn distances_are_symmetric_and_zero_for_equals(one in "[a-d]{0,6}", other in "[a-d]{0,6}") {
            prop_assert_eq!(distance(&one, &other), distance(&other, &one));
            prop_assert_eq!(distance(&one, &one), 0);
        }
    }
}
