//! What is offered for a word, as (text with caret, words). The notation is in `fixture.rs`.

use editor_core::completion::{self, Kind, List, Step, Word, Written};
use editor_core::fixture::editor;
use editor_core::{Editor, Parsed};

fn parsed(fixture: &str) -> Editor {
    let mut editor = editor(fixture);
    assert!(matches!(editor.parse(&mut || false), Parsed::Done { .. }));
    editor
}

fn written(editor: &Editor) -> Option<Written> {
    let caret = editor.selection().primary().head;
    completion::written(editor.syntax().tree(), editor.rope(), caret)
}

fn offered(fixture: &str, known: &[(&str, Kind)]) -> Vec<String> {
    let editor = parsed(fixture);
    let known: Vec<Word> = known
        .iter()
        .map(|(text, kind)| Word {
            text: (*text).to_owned(),
            kind: *kind,
        })
        .collect();
    let Some(written) = written(&editor) else {
        return Vec::new();
    };
    completion::words(editor.syntax().tree(), editor.rope(), &written, &known)
        .into_iter()
        .map(|word| word.text)
        .collect()
}

#[test]
fn names_of_the_document_come_before_those_of_python() {
    let text = "price = 1\nprize = 2\ndef primes(): pass\nprint(pr|)";
    assert_eq!(
        offered(text, &[]),
        ["print", "primes", "prize", "price", "property"]
    );
}

#[test]
fn the_nearest_name_comes_first_and_none_twice() {
    assert_eq!(
        offered("aab = 1\naac = 2\naab = aac\naa|\naad = 1", &[]),
        ["aac", "aab", "aad"]
    );
}

#[test]
fn the_word_itself_is_not_offered_and_case_is_a_wish() {
    assert_eq!(
        offered("Value = 1\nvalue_2 = 2\nval|", &[]),
        ["value_2", "Value", "ValueError"]
    );
    assert_eq!(offered("unique_na|", &[]), Vec::<String>::new());
}

#[test]
fn behind_a_dot_attributes_are_offered() {
    assert_eq!(offered("a.one\nb.two\na.|", &[]), ["two", "one"]);
    let known = [("append", Kind::Function), ("_hidden", Kind::Name)];
    assert_eq!(offered("a.one\na.|", &known), ["append"]);
    assert_eq!(offered("a._|", &known), ["_hidden"]);
}

#[test]
fn the_owner_is_the_dotted_name_before() {
    let owner = |fixture: &str| written(&parsed(fixture)).and_then(|written| written.of);
    assert_eq!(owner("math.|"), Some("math".to_owned()));
    assert_eq!(owner("x = os.path.jo|"), Some("os.path".to_owned()));
    assert_eq!(owner("\"a\".|"), Some("str".to_owned()));
    assert_eq!(owner("f(1).|"), Some(String::new()));
    assert_eq!(owner("a[0].b.|"), Some(String::new()));
    assert_eq!(owner("value|"), None);
}

#[test]
fn nothing_is_offered_in_prose_and_numbers() {
    for fixture in [
        "# pri|",
        "'pri|'",
        "\"\"\"\npri|\n\"\"\"",
        "12|",
        "f'pri|'",
        "0x1f|",
    ] {
        assert_eq!(offered(fixture, &[]), Vec::<String>::new(), "{fixture}");
    }
    assert_eq!(offered("f'{pri|}'", &[]), ["print"]);
}

#[test]
fn the_call_around_a_caret_is_known() {
    let call = |fixture: &str| {
        let editor = parsed(fixture);
        let caret = editor.selection().primary().head;
        completion::call_at(editor.syntax().tree(), editor.rope(), caret)
    };
    let is = |name: &str, at: usize| Some((name.to_owned(), at));
    assert_eq!(call("print(|"), is("print", 0));
    assert_eq!(call("math.pow(2, (3, 4), |)"), is("math.pow", 2));
    assert_eq!(call("f(a, g(|))"), is("g", 0));
    assert_eq!(call("f(a, g(1))|"), None);
    assert_eq!(call("f([1, |])"), None);
    assert_eq!(call("def f(|):"), None);
    assert_eq!(call("print('(|')"), None);
    assert_eq!(call("(|1)"), None);
}

#[test]
fn a_name_is_found_under_the_mouse() {
    let name = |fixture: &str| {
        let editor = parsed(fixture);
        let caret = editor.selection().primary().head;
        completion::name_at(editor.syntax().tree(), editor.rope(), caret)
    };
    assert_eq!(name("os.pa|th.join"), Some("os.path".to_owned()));
    assert_eq!(name("|print(1)"), Some("print".to_owned()));
    assert_eq!(name("f().ab|c"), None);
    assert_eq!(name("# pri|nt"), None);
    assert_eq!(name("a | b"), None);
}

#[test]
fn a_list_that_opened_by_itself_has_nothing_chosen() {
    let editor = parsed("print(pri|");
    let written = written(&editor).expect("code");
    let words = completion::words(editor.syntax().tree(), editor.rope(), &written, &[]);
    assert!(List::new(written.clone(), Vec::new(), false).is_none());
    let asked = List::new(written.clone(), words.clone(), true).expect("words");
    assert_eq!(asked.chosen(), Some(0));
    let mut list = List::new(written, words, false).expect("words");
    assert_eq!((list.chosen(), list.taken().text.as_str()), (None, "print"));
    list.step(Step::Previous);
    assert_eq!(list.chosen(), Some(list.words().len() - 1));
    list.step(Step::Next);
    assert_eq!(list.chosen(), Some(0));
}

#[test]
fn a_word_that_is_written_whole_needs_no_list() {
    let editor = parsed("while|");
    let written = written(&editor).expect("code");
    let words = completion::words(editor.syntax().tree(), editor.rope(), &written, &[]);
    assert!(List::new(written, words, false).is_none());
}

#[test]
fn a_choice_stays_while_more_is_written() {
    let list = |fixture: &str| {
        let editor = parsed(fixture);
        let written = written(&editor).expect("code");
        let words = completion::words(editor.syntax().tree(), editor.rope(), &written, &[]);
        List::new(written, words, false)
    };
    let mut before = list("aab = aac = 1\na|").expect("words");
    while before.taken().text != "aab" || before.chosen().is_none() {
        before.step(Step::Next);
    }
    let after = before
        .follow(list("aab = aac = 1\naa|"))
        .expect("still there");
    assert_eq!(after.taken().text, "aab");
    assert!(before.follow(list("aab = aac = 1\n aa|")).is_none());
}

#[test]
fn the_argument_that_is_written_is_known_in_a_signature() {
    let meant = |signature: &str, number| {
        let parts = completion::arguments(signature, Some(number));
        assert_eq!(
            parts.iter().map(|part| part.0).collect::<String>(),
            signature
        );
        parts
            .into_iter()
            .find(|part| part.1)
            .map(|part| part.0.trim().to_owned())
    };
    assert_eq!(meant("f(a, b=(1, 2), *c)", 0).as_deref(), Some("a"));
    assert_eq!(meant("f(a, b=(1, 2), *c)", 1).as_deref(), Some("b=(1, 2)"));
    assert_eq!(meant("f(a, b=(1, 2), *c)", 2).as_deref(), Some("*c"));
    assert_eq!(meant("f(a)", 3), None);
    assert_eq!(meant("x: int = 3", 0), None);
}

#[test]
fn an_interpreter_names_words_in_lines() {
    let words = completion::known("pow\tf\npi\tn\nwrong");
    let kinds: Vec<(&str, Kind)> = words
        .iter()
        .map(|word| (word.text.as_str(), word.kind))
        .collect();
    assert_eq!(kinds, [("pow", Kind::Function), ("pi", Kind::Name)]);
}

#[test]
fn in_a_long_document_the_names_nearby_are_offered() {
    let far: String = (0..20_000).map(|n| format!("far_{n} = {n}\n")).collect();
    let text = format!("fable = 1\n{far}fab = 2\ndef fabric(): pass\nfa|\n{far}");
    let words = offered(&text, &[]);
    assert_eq!(words[..2], ["fabric", "fab"]);
    assert!(!words.contains(&"fable".to_owned()), "it is too far away");
}
