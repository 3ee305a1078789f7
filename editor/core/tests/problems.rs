//! What is found to be no Python: nothing in programs that are, a line near the
//! mistake in programs that are not.

use editor_core::problems::problems;
use editor_core::{Editor, Mark};
use expect_test::{Expect, expect, expect_file};

/// Programs that fail, most of them while they run; what Pyodide said of each is beside them.
const PROGRAMS: &str = include_str!("../../../runtime-bridge/protocol/fixtures/wrong/programs.txt");
const SAID: &str = include_str!("../../../runtime-bridge/protocol/fixtures/wrong/pyodide.json");

fn found(text: &str) -> Vec<Mark> {
    let mut editor = Editor::new(text);
    editor.parse(&mut || false);
    let tree = editor.syntax().tree().expect("it was parsed");
    problems(tree, editor.rope())
}

/// Each problem as its line, what is underlined, and what is said.
fn told(text: &str) -> Vec<String> {
    let told = |mark: Mark| {
        let cols = mark.cols.expect("the tree knows columns");
        let line: Vec<u16> = text
            .split('\n')
            .nth(mark.line)
            .unwrap_or_default()
            .encode_utf16()
            .collect();
        let under = String::from_utf16_lossy(&line[cols.start.0..cols.end.0]);
        format!("{}: {under}: {}", mark.line, mark.message)
    };
    found(text).into_iter().map(told).collect()
}

/// Title and program.
fn programs() -> impl Iterator<Item = (&'static str, &'static str)> {
    let programs = PROGRAMS.split("\n== ").skip(1);
    programs.filter_map(|part| part.split_once('\n'))
}

/// Whether Pyodide could not compile the program.
fn is_broken(title: &str) -> bool {
    let key = format!("\"{title}\": {{\n \"kind\": \"");
    let said = SAID.split(&key).nth(1).unwrap_or_default();
    let told = said.split("\n}").next().unwrap_or_default();
    told.contains("in _parse_and_compile_gen")
}

#[test]
fn a_program_that_compiles_has_none() {
    let mut seen = 0;
    for (title, program) in programs().filter(|(title, _)| !is_broken(title)) {
        assert_eq!(told(program), [""; 0], "{title}");
        seen += 1;
    }
    assert!(seen > 200, "{seen}");
}

/// The grammar takes more than Python does, so much is left to an interpreter.
#[test]
fn what_is_seen_of_programs_that_do_not_compile_is_known() {
    let mut out = String::new();
    let broken = programs().filter(|(title, _)| is_broken(title));
    for (title, program) in broken {
        let told = told(program);
        if !told.is_empty() {
            out += &format!("{title}: {}\n", told.join("; "));
        }
    }
    expect_file!["problems.txt"].assert_eq(&out);
}

#[test]
fn it_is_told_where_it_is() {
    let check = |text: &str, expected: Expect| expected.assert_eq(&told(text).join("; "));
    check("print(1", expect!["0: print(1: This is not Python"]);
    check(
        "x = (1,\ny = 2\n",
        expect!["0: x = (1,: This is not Python"],
    );
    check(
        "def f(:\n    pass\nx = 1\n",
        expect!["0: (: ')' is missing"],
    );
    check(
        "a = 1\nx = = 2\nb = 3\n",
        expect!["1: =: This is not Python"],
    );
    check("é漢👍 = = 2", expect!["0: 👍 =: This is not Python"]);
    check("x = [1 2]", expect!["0: 2: This is not Python"]);
    check(")", expect!["0: ): This is not Python"]);
    check("", expect![]);
    check("\n\n", expect![]);
    check(
        "if a\n  b\nif c\n  d\nif e\n  f\nif g\n  h\n",
        expect!["0: if a: This is not Python"],
    );
}
