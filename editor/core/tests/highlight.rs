//! What is coloured how. A line of the expectation is a span: its class and its
//! text; spans of a further line stand behind a rule.

use editor_core::{Editor, Millis, Origin, Parsed, Pos};
use expect_test::{Expect, expect};

fn parsed(text: &str) -> Editor {
    let mut editor = Editor::new(text);
    editor.parse(&mut || false);
    editor
}

fn shown(editor: &Editor) -> String {
    let mut out = String::new();
    for (line, spans) in editor.highlight(0..editor.len_lines()).iter().enumerate() {
        let units: Vec<u16> = editor.line(line).encode_utf16().collect();
        out.push_str(if line > 0 { "--\n" } else { "" });
        for span in spans {
            let text = String::from_utf16_lossy(&units[span.from.0..span.to.0]);
            out.push_str(&format!("{} {text}\n", span.class.name()));
        }
    }
    out
}

fn check(text: &str, expected: Expect) {
    expected.assert_eq(&shown(&parsed(text)));
}

#[test]
fn a_function() {
    check(
        "async def f(a, b=n, *c, d: int = 1) -> list[str]:\n    return g(a).x",
        expect![[r#"
            keyword async
            keyword def
            function f
            punctuation (
            parameter a
            punctuation ,
            parameter b
            operator =
            punctuation ,
            operator *
            parameter c
            punctuation ,
            parameter d
            punctuation :
            type int
            operator =
            number 1
            punctuation )
            operator ->
            type list
            punctuation [
            type str
            punctuation ]:
            --
            keyword return
            call g
            punctuation (
            punctuation ).
            property x
        "#]],
    );
}

#[test]
fn a_class() {
    check(
        "@app.route(\"/\")\n@done\nclass A(Base, metaclass=M):\n    def m(self):\n        self.x = self.y()",
        expect![[r#"
            decorator @app
            punctuation .
            decorator route
            punctuation (
            string "/"
            punctuation )
            --
            decorator @done
            --
            keyword class
            class A
            punctuation (
            type Base
            punctuation ,
            parameter metaclass
            operator =
            punctuation ):
            --
            keyword def
            function m
            punctuation (
            self self
            punctuation ):
            --
            self self
            punctuation .
            property x
            operator =
            self self
            punctuation .
            call y
            punctuation ()
        "#]],
    );
}

#[test]
fn literals() {
    check(
        "x = [1, 2.5, True, None, ...] # end",
        expect![[r#"
        operator =
        punctuation [
        number 1
        punctuation ,
        number 2.5
        punctuation ,
        constant True
        punctuation ,
        constant None
        punctuation ,
        constant ...
        punctuation ]
        comment # end
    "#]],
    );
}

#[test]
fn strings() {
    check(
        "a = 'é\\n' + f\"{b!r:>{w}} {{c}} {d.e(1)}\"",
        expect![[r#"
            operator =
            string 'é
            escape \n
            string '
            operator +
            string f"
            interpolation {b!r:>{w}}
            string  
            escape {{
            string c
            escape }}
            string  
            interpolation {d
            punctuation .
            call e
            punctuation (
            number 1
            punctuation )
            interpolation }
            string "
        "#]],
    );
}

#[test]
fn a_string_over_lines() {
    check(
        "a = '''one\n\n\\ttwo'''\nb",
        expect![[r#"
        operator =
        string '''one
        --
        --
        escape \t
        string two'''
        --
    "#]],
    );
}

#[test]
fn names_that_python_brings() {
    check(
        "print(len(x), y.len, ValueError)\nexcept_error = open",
        expect![[r#"
            builtin print
            punctuation (
            builtin len
            punctuation (
            punctuation ),
            punctuation .
            property len
            punctuation ,
            builtin ValueError
            punctuation )
            --
            operator =
            builtin open
        "#]],
    );
}

#[test]
fn operators_and_words() {
    check(
        "x = not a and b is not c if d else lambda e: e @ 2\nmatch = 1",
        expect![[r#"
            operator =
            keyword not
            keyword and
            keyword is not
            keyword if
            keyword else
            keyword lambda
            parameter e
            punctuation :
            operator @
            number 2
            --
            operator =
            number 1
        "#]],
    );
}

#[test]
fn keyword_arguments() {
    check(
        "f(key=value, *rest)",
        expect![[r#"
        call f
        punctuation (
        parameter key
        operator =
        punctuation ,
        operator *
        punctuation )
    "#]],
    );
}

#[test]
fn unfinished_code_keeps_its_colours() {
    check(
        "def f(x\nclass B:\n    y = print(1, 'a'",
        expect![[r#"
            keyword def
            function f
            punctuation (
            --
            keyword class
            class B
            punctuation :
            --
            type y
            operator =
            builtin print
            punctuation (
            number 1
            punctuation ,
            string 'a'
        "#]],
    );
}

#[test]
fn a_broken_line_keeps_its_colours() {
    check(
        "def g(\nprint(self.a.b, c(\nclass = None",
        expect![[r#"
        keyword def
        function g
        punctuation (
        --
        builtin print
        punctuation (
        self self
        punctuation .
        property a
        punctuation .
        property b
        punctuation ,
        call c
        punctuation (
        --
        keyword class
        operator =
        constant None
    "#]],
    );
}

#[test]
fn what_fits_nowhere_is_an_error() {
    check(
        "x = 1 $ 2",
        expect![[r#"
        operator =
        number 1
        error $
        number 2
    "#]],
    );
}

#[test]
fn columns_are_utf16() {
    let editor = parsed("'👩' + 1");
    let spans = editor.highlight(0..1).remove(0);
    let columns: Vec<(usize, usize)> = spans.iter().map(|s| (s.from.0, s.to.0)).collect();
    assert_eq!(columns, [(0, 4), (5, 6), (7, 8)]);
}

#[test]
fn before_the_first_parse_there_are_no_colours() {
    let editor = Editor::new("def f(): pass\n");
    assert!(!editor.parsed());
    assert_eq!(editor.highlight(0..2), [vec![], vec![]]);
}

#[test]
fn while_a_parse_is_pending_colours_shift_with_their_text() {
    let mut editor = parsed(&("x\nprint('a')\n".to_owned() + &"pass\n".repeat(200)));
    editor.replace(Pos(0), Pos(0), "y\n", None, Origin::Typed, Millis(0.0));
    assert_eq!(editor.parse(&mut || true), Parsed::Pending);
    assert!(!editor.parsed());
    let spans = editor.highlight(2..3).remove(0);
    let classes: Vec<&str> = spans.iter().map(|span| span.class.name()).collect();
    assert_eq!(classes, ["builtin", "punctuation", "string", "punctuation"]);
}

#[test]
fn a_parse_names_the_lines_that_may_differ() {
    let mut editor = parsed("a = 1\nb = 2\nc = 3\n");
    assert_eq!(
        editor.parse(&mut || false),
        Parsed::Done { changed: vec![] }
    );
    editor.replace(Pos(7), Pos(7), "x", None, Origin::Typed, Millis(0.0));
    let Parsed::Done { changed } = editor.parse(&mut || false) else {
        panic!("no budget")
    };
    assert!(changed.into_iter().eq(std::iter::once(1..2)));
}

#[test]
fn an_edit_can_change_the_colours_of_lines_far_below() {
    let mut editor = parsed("a\nb\n'''\nc");
    editor.replace(Pos(0), Pos(0), "'''", None, Origin::Typed, Millis(0.0));
    let Parsed::Done { changed } = editor.parse(&mut || false) else {
        panic!("no budget")
    };
    assert_eq!(changed.first().map(|lines| lines.start), Some(0));
    assert!(
        changed.iter().any(|lines| lines.contains(&2)),
        "{changed:?}"
    );
}

#[test]
fn a_window_far_down_is_coloured_like_the_top() {
    let block = "def f(a):\n    return a + 1\n";
    let editor = parsed(&block.repeat(5_000));
    assert_eq!(
        editor.highlight(9_000..9_002),
        parsed(block).highlight(0..2)
    );
}
