//! Real failures of both interpreters, as they are kept in `fixtures/tracebacks.txt`.

use super::*;
use expect_test::{Expect, expect, expect_file};

mod wrong;

const CORPUS: &str = include_str!("../../fixtures/tracebacks.txt");

/// Pyodide's frames around a program that fails at once.
const INTERNAL_A: &str = r#"  File "/lib/python314.zip/_pyodide/_base.py", line 619, in eval_code_async
    await CodeRunner(
    ...<10 lines>...
    .run_async(globals, locals)
  File "/lib/python314.zip/_pyodide/_base.py", line 420, in run_async
    coroutine = eval(self.code, globals, locals)"#;

/// Around one that fails after an `await`.
const INTERNAL_B: &str = r#"  File "/lib/python314.zip/_pyodide/_base.py", line 619, in eval_code_async
    await CodeRunner(
    ...<10 lines>...
    .run_async(globals, locals)
  File "/lib/python314.zip/_pyodide/_base.py", line 422, in run_async
    await coroutine"#;

/// Around one that does not compile.
const INTERNAL_C: &str = r#"  File "/lib/python314.zip/_pyodide/_base.py", line 619, in eval_code_async
    await CodeRunner(
          ~~~~~~~~~~^
        source,
        ^^^^^^^
    ...<6 lines>...
        dedent=dedent,
        ^^^^^^^^^^^^^^
    )
    ^
  File "/lib/python314.zip/_pyodide/_base.py", line 294, in __init__
    self.ast = next(self._gen)
               ~~~~^^^^^^^^^^^
  File "/lib/python314.zip/_pyodide/_base.py", line 151, in _parse_and_compile_gen
    mod = compile(source, filename, mode, flags | ast.PyCF_ONLY_AST)"#;

fn parsed(raw: &str, interpreter: Interpreter) -> Traceback {
    parse(raw, interpreter, &|file| {
        ["main.py", "<stdin>", "<exec>"]
            .contains(&file)
            .then_some(Place::Program { run: RunId(1) })
    })
}

/// The traceback in short: one line a fact.
fn short(traceback: &Traceback) -> String {
    let mut out = String::new();
    if !traceback.before.is_empty() {
        out += &format!("before: {:?}\n", traceback.before);
    }
    out += &short_block(&traceback.last);
    match traceback.marked_line() {
        None => out + "mark nothing\n",
        Some(mark) => {
            out + &format!(
                "mark {:?} line {}{}\n",
                mark.precision,
                mark.line,
                span(mark.columns)
            )
        }
    }
}

fn short_block(block: &Block) -> String {
    let mut out = String::new();
    for Earlier { block, link } in &block.earlier {
        out += &short_block(block);
        out += &format!("-- {link:?}\n");
    }
    out += &block.frames.iter().map(short_frame).collect::<String>();
    out += &format!("error {:?}: {:?}\n", block.error.kind, block.error.message);
    for member in &block.members {
        for line in short_block(member).lines() {
            out += &format!("  | {line}\n");
        }
    }
    out
}

fn short_frame(frame: &Frame) -> String {
    let Frame {
        file,
        line,
        name,
        excerpt,
        caret,
        place,
    } = frame;
    let whose = match place {
        Place::Program { .. } => "program",
        Place::File => "file",
        Place::Neighbour { .. } => "neighbour",
        Place::Package => "package",
        Place::Text => "text",
        Place::Setup => "setup",
        Place::Internal => return format!("internal {}:{line}\n", crate::config::file_name(file)),
    };
    let name = name
        .as_deref()
        .map(|name| format!(" in {name}"))
        .unwrap_or_default();
    format!("{whose} {file}:{line}{name}{} {excerpt:?}\n", span(*caret))
}

fn span(columns: Option<Columns>) -> String {
    columns
        .map(|columns| format!(" [{}..{}]", columns.from, columns.to))
        .unwrap_or_default()
}

/// The text of one interpreter in a case of the corpus, made whole again.
fn raw(text: &str) -> String {
    let is_text = |line: &&str| !line.starts_with("[stdout]") && !line.starts_with("[stderr]");
    let lines: Vec<String> = text.lines().filter(is_text).map(whole_lines).collect();
    lines.join("\n") + "\n"
}

fn whole_lines(line: &str) -> String {
    match line.trim() {
        "…internal A…" => INTERNAL_A.into(),
        "…internal B…" => INTERNAL_B.into(),
        "…internal C…" => INTERNAL_C.into(),
        many if many.starts_with("… (one such line") => {
            ["  File \"<stdin>\", line 2, in f"; 300].join("\n")
        }
        _ => line.into(),
    }
}

#[test]
fn the_corpus_is_understood() {
    let mut out = String::new();
    for case in CORPUS.split("=== ").skip(1) {
        let title = case.lines().next().unwrap_or_default();
        let mut said = case.split("\n--- ").skip(1);
        for interpreter in [Interpreter::Pyodide, Interpreter::MicroPython] {
            let text = said
                .next()
                .and_then(|text| text.split_once('\n'))
                .map_or("", |(_, text)| text);
            out += &format!(
                "=== {title} ({})\n{}",
                interpreter.name(),
                short(&parsed(&raw(text), interpreter))
            );
        }
    }
    expect_file!["../../fixtures/tracebacks.expected.txt"].assert_eq(&out);
}

fn check(raw: &str, expected: Expect) {
    expected.assert_eq(&short(&parsed(raw, Interpreter::Pyodide)));
}

#[test]
fn an_expression_of_several_lines_is_marked_in_its_first() {
    check(
        r#"Traceback (most recent call last):
  File "main.py", line 7, in <module>
    total(
    ~~~~~^
        1,
        ^^
        "x",
        ^^^^
    )
    ^
  File "main.py", line 3, in total
    a
    ~
    + b
    ^~~
TypeError: unsupported operand type(s) for +: 'int' and 'str'
"#,
        expect![[r#"
            program main.py:7 in <module> [0..6] ["total(", "~~~~~^", "    1,", "    ^^", "    \"x\",", "    ^^^^", ")", "^"]
            program main.py:3 in total [0..1] ["a", "~", "+ b", "^~~"]
            error "TypeError": "unsupported operand type(s) for +: 'int' and 'str'"
            mark Exact line 3 [0..1]
        "#]],
    );
}

#[test]
fn a_task_that_failed_in_the_background_doubles_its_newlines() {
    check(
        "Unhandled exception in event loop\nTraceback (most recent call last):\n\n  File \"<exec>\", line 3, in bg\n\nValueError: bg\n\n",
        expect![[r#"
            before: "Unhandled exception in event loop"
            program <exec>:3 in bg []
            error "ValueError": "bg"
            mark Exact line 3
        "#]],
    );
}

#[test]
fn the_standard_library_is_folded_and_packages_are_not() {
    check(
        r#"Traceback (most recent call last):
  File "main.py", line 2, in <module>
    json.loads("{")
    ~~~~~~~~~~^^^^^
  File "/lib/python314.zip/json/decoder.py", line 345, in decode
    obj, end = self.raw_decode(s, idx=_w(s, 0).end())
  File "/lib/python3.14/site-packages/rich/text.py", line 9, in f
  File "<frozen importlib._bootstrap>", line 1, in _find
  File "blob:https://example.org/1", line 1, in y.apply
json.decoder.JSONDecodeError: Expecting property name
"#,
        expect![[r#"
            program main.py:2 in <module> [0..15] ["json.loads(\"{\")", "~~~~~~~~~~^^^^^"]
            internal decoder.py:345
            package /lib/python3.14/site-packages/rich/text.py:9 in f []
            internal <frozen importlib._bootstrap>:1
            internal 1:1
            error "json.decoder.JSONDecodeError": "Expecting property name"
            mark Exact line 2 [0..15]
        "#]],
    );
}

#[test]
fn a_cause_that_was_never_raised_has_no_header() {
    check(
        "ValueError: a\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File \"main.py\", line 1, in <module>\nTypeError: b\n",
        expect![[r#"
            error "ValueError": "a"
            -- Cause
            program main.py:1 in <module> []
            error "TypeError": "b"
            mark Exact line 1
        "#]],
    );
}

#[test]
fn a_message_that_quotes_a_link_is_a_message() {
    check(
        "Traceback (most recent call last):\n  File \"main.py\", line 1, in <module>\nValueError: a\n\nDuring handling of the above exception, another exception occurred:\n\nnothing\n",
        expect![[r#"
            program main.py:1 in <module> []
            error "ValueError": "a\n\nDuring handling of the above exception, another exception occurred:\n\nnothing"
            mark Exact line 1
        "#]],
    );
}

#[test]
fn text_that_is_no_traceback_is_the_error() {
    check(
        "SyntaxError: Expected property name or '}' in JSON at position 1",
        expect![[r#"
            error "SyntaxError": "Expected property name or '}' in JSON at position 1"
            mark nothing
        "#]],
    );
    check(
        "something odd: happened",
        expect![[r#"
        error "": "something odd: happened"
        mark nothing
    "#]],
    );
    check(
        "",
        expect![[r#"
        error "": ""
        mark nothing
    "#]],
    );
}

#[test]
fn what_the_worker_put_into_micropython_is_not_the_program() {
    let raw = "Traceback (most recent call last):\n  File \"<stdin>\", line 3, in <module>\n  File \"<py-editor>\", line 9, in _input\nEOFError: x\n";
    let mark = parsed(raw, Interpreter::MicroPython).marked_line();
    assert_eq!(mark.map(|mark| mark.line), Some(3));
}

#[test]
fn programs_are_shown_under_one_name() {
    let traceback = parsed(
        "Traceback (most recent call last):\n  File \"<stdin>\", line 1\nSyntaxError: invalid syntax\n",
        Interpreter::MicroPython,
    );
    assert_eq!(traceback.last.frames[0].shown_file(), "main.py");
    assert_eq!(
        traceback.marked_line().map(|mark| mark.precision),
        Some(Precision::Near)
    );
}

proptest::proptest! {
    /// Whatever an interpreter says, nothing panics and nothing is lost.
    #[test]
    fn any_text_is_kept(raw in "(Traceback \\(most recent call last\\):\n|  File \"[a-z<>.]{0,6}\", line [0-9]{0,12}(, in f)?\n|  [+|] [ -]{0,4}|    [~^ é]{0,5}\n|\n|[A-Za-z: é漢]{0,8}\n?){0,12}") {
        let traceback = parsed(&raw, Interpreter::Pyodide);
        proptest::prop_assert_eq!(&traceback.raw, &raw);
        proptest::prop_assert!(raw.contains(&traceback.last.error.text) || !traceback.last.members.is_empty() || raw.contains("| ") || raw.contains("+ "));
    }
}
