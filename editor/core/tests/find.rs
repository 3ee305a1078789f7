//! Finding and replacing. The laws compare with what `str` does.

use editor_core::find::{Count, Part, Query};
use editor_core::fixture::{editor, show};
use editor_core::kit;
use editor_core::{ByteOffset, Command, Editor, Millis, Pos, Selection};
use proptest::prelude::*;
use proptest::sample::select;
use ropey::Rope;

const NOW: Millis = Millis(0.0);

/// Where the matches begin, in bytes.
fn all(query: &Query, rope: &Rope) -> Vec<usize> {
    let mut found = Vec::new();
    query.each(rope, 0..rope.len_bytes(), &mut |at| {
        found.push(at);
        true
    });
    found
}

fn found(text: &str, sought: &str, match_case: bool, whole_word: bool) -> Vec<usize> {
    let query = Query::new(sought, match_case, whole_word).expect("not empty");
    all(&query, &Rope::from_str(text))
}

#[test]
fn nothing_is_not_looked_for() {
    assert_eq!(Query::new("", true, false), None);
}

#[test]
fn case_matters_where_it_is_asked_for() {
    assert_eq!(found("ab AB aB", "ab", false, false), [0, 3, 6]);
    assert_eq!(found("ab AB aB", "AB", false, false), [0, 3, 6]);
    assert_eq!(found("ab AB aB", "AB", true, false), [3]);
    // Only the letters of ASCII have two forms.
    assert_eq!(found("é É", "É", false, false), [3]);
}

#[test]
fn whole_words_stand_alone() {
    assert_eq!(found("ab abc _ab ab", "ab", true, true), [0, 11]);
    assert_eq!(found("abé ab(", "ab", true, true), [5]);
    assert_eq!(found("(ab)", "ab", true, true), [1]);
}

#[test]
fn matches_do_not_overlap() {
    assert_eq!(found("aaaaa", "aa", true, false), [0, 2]);
}

#[test]
fn the_next_one_is_found_round_the_end() {
    let rope = Rope::from_str("ab ab ab");
    let query = Query::new("ab", true, false).expect("not empty");
    let next = |from| {
        query
            .next(&rope, &Part::ALL, ByteOffset(from))
            .expect("one")
            .from()
            .0
    };
    assert_eq!([next(0), next(1), next(6), next(7)], [0, 3, 6, 0]);
    let previous = |from| {
        query
            .previous(&rope, &Part::ALL, ByteOffset(from))
            .expect("one")
            .from()
            .0
    };
    assert_eq!(
        [previous(8), previous(6), previous(1), previous(0)],
        [6, 3, 0, 6]
    );
    assert_eq!(
        Query::new("x", true, false)
            .expect("not empty")
            .next(&rope, &Part::ALL, ByteOffset(3)),
        None
    );
}

#[test]
fn a_match_lies_across_windows_and_chunks() {
    let text = "é".repeat(50_000) + "needle" + &"x".repeat(100_000) + "needle";
    assert_eq!(found(&text, "needle", true, false), [100_000, 200_006]);
    let line = "x\n".repeat(100_000);
    assert_eq!(found(&line, "x\nx", true, false).len(), 50_000);
    let rope = Rope::from_str(&text);
    let query = Query::new("needle", true, true).expect("not empty");
    assert_eq!(query.previous(&rope, &Part::ALL, ByteOffset(200_000)), None);
    let query = Query::new("needle", true, false).expect("not empty");
    let range = query
        .previous(&rope, &Part::ALL, ByteOffset(200_000))
        .expect("the first");
    assert_eq!(range.from(), Pos(50_000));
}

#[test]
fn one_match_is_replaced_and_undone() {
    let mut editor = editor("a «b|» b");
    let query = Query::new("b", true, false).expect("not empty");
    kit::replace(&mut editor, (&query, &Part::ALL), "xy", NOW).expect("a match is selected");
    assert_eq!(show(editor.state()), "a xy| b");
    assert!(kit::replace(&mut editor, (&query, &Part::ALL), "xy", NOW).is_none());
    editor.run(Command::Undo, 1, NOW);
    assert_eq!(show(editor.state()), "a «b|» b");
}

#[test]
fn all_are_replaced_in_one_step() {
    let mut editor = editor("b a «b|» b");
    let query = Query::new("B", false, false).expect("not empty");
    let (_, count) = kit::replace_all(&mut editor, (&query, &Part::ALL), "", NOW).expect("some");
    assert_eq!((count, editor.text().as_str()), (3, " a  "));
    assert!(kit::replace_all(&mut editor, (&query, &Part::ALL), "", NOW).is_none());
    editor.run(Command::Undo, 1, NOW);
    assert_eq!(show(editor.state()), "b a «b|» b");
}

#[test]
fn more_than_ten_thousand_are_replaced_too() {
    let text = "é a\n".repeat(12_000);
    let mut editor = Editor::new(&text);
    let query = Query::new("a", true, true).expect("not empty");
    let (_, count) = kit::replace_all(&mut editor, (&query, &Part::ALL), "bé", NOW).expect("some");
    assert_eq!(count, 12_000);
    assert_eq!(editor.text(), text.replace('a', "bé"));
}

#[test]
fn what_is_selected_in_one_line_is_looked_for() {
    let sought = |fixture: &str| {
        let editor = editor(fixture);
        kit::sought(editor.rope(), editor.selection().primary())
    };
    assert_eq!(sought("a«b|»"), Some("b".to_owned()));
    assert_eq!(sought("a«b\n|»"), None);
    assert_eq!(sought("a|"), None);
}

fn piece() -> impl Strategy<Value = &'static str> {
    select(vec![
        "a",
        "b",
        "ab",
        "A",
        "é",
        "É",
        "漢",
        "\n",
        " ",
        "_",
        "👩\u{200d}🚀",
    ])
}

fn text(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..most).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_found_is_what_str_finds(text in text(60), sought in text(3)) {
        prop_assume!(!sought.is_empty());
        let naive: Vec<usize> = text.match_indices(&sought).map(|found| found.0).collect();
        prop_assert_eq!(found(&text, &sought, true, false), naive);
        let (low, small) = (text.to_ascii_lowercase(), sought.to_ascii_lowercase());
        let naive: Vec<usize> = low.match_indices(&small).map(|found| found.0).collect();
        prop_assert_eq!(found(&text, &sought, false, false), naive);
    }

    #[test]
    fn all_replaced_is_what_str_replaces(text in text(60), sought in text(3), with in text(3)) {
        prop_assume!(!sought.is_empty());
        let mut editor = Editor::new(&text);
        let query = Query::new(&sought, true, false).expect("not empty");
        kit::replace_all(&mut editor, (&query, &Part::ALL), &with, NOW);
        prop_assert_eq!(editor.text(), text.replace(&sought, &with));
        editor.run(Command::Undo, 1, NOW);
        prop_assert_eq!(editor.text(), text);
    }

    /// Going on to the next comes to each match once.
    #[test]
    fn next_goes_round_all(text in text(60), sought in text(2), word in any::<bool>()) {
        prop_assume!(!sought.is_empty());
        let mut editor = Editor::new(&text);
        let query = Query::new(&sought, true, word).expect("not empty");
        let naive = all(&query, editor.rope());
        let mut seen = Vec::new();
        for _ in 0..naive.len() {
            let rope = editor.rope();
            let at = rope.char_to_byte(editor.selection().primary().to().0);
            let range = query.next(rope, &Part::ALL, ByteOffset(at)).expect("one");
            seen.push(rope.char_to_byte(range.from().0));
            prop_assert!(query.is(rope, range));
            editor.select(Selection::single(range.from(), range.to()));
        }
        prop_assert_eq!(seen, naive);
    }

    #[test]
    fn a_count_in_steps_is_the_whole_count(text in text(60), sought in text(2)) {
        prop_assume!(!sought.is_empty());
        let rope = Rope::from_str(&text.repeat(3_000));
        let query = Query::new(&sought, false, false).expect("not empty");
        let naive = all(&query, &rope);
        let mut count = Count::default();
        let mut steps = 0;
        while !count.is_done() {
            count.go_on(&query, &rope, &Part::ALL, &mut || true);
            steps += 1;
            prop_assert!(steps < 1_000);
        }
        prop_assert_eq!(count.len(), naive.len().min(editor_core::find::COUNTED));
        for (index, at) in naive.iter().take(count.len()).enumerate().step_by(97) {
            prop_assert_eq!(count.index_of(ByteOffset(*at)), Some(index));
        }
    }
}

/// Looked for in the part that is selected: where matches begin, the next one from
/// each end, how many there are, and the text once all are replaced by `X`.
fn in_part(fixture: &str, sought: &str) -> (Vec<usize>, Option<usize>, usize, String) {
    let mut editor = editor(fixture);
    let query = Query::new(sought, true, false).expect("not empty");
    let part = Part::new(editor.selection().primary());
    let rope = editor.rope();
    let mut starts = Vec::new();
    query.each_in(rope, &part, 0..rope.len_bytes(), &mut |at| {
        starts.push(at);
        true
    });
    let next = |at| {
        let found = query.next(rope, &part, ByteOffset(at))?;
        assert!(part.holds(found));
        Some(found.from().0)
    };
    let first = next(0);
    assert_eq!(first, next(rope.len_bytes()), "round the end");
    let last = query.previous(rope, &part, ByteOffset(rope.len_bytes()));
    assert_eq!(last.is_some(), first.is_some());
    let mut count = Count::default();
    count.go_on(&query, rope, &part, &mut || false);
    kit::replace_all(&mut editor, (&query, &part), "X", NOW);
    (starts, first, count.len(), editor.text())
}

#[test]
fn only_what_is_whole_in_a_part_is_found_and_replaced() {
    assert_eq!(
        in_part("ab a«b ab a|»b", "ab"),
        (vec![6], Some(6), 1, "ab ab X ab".into())
    );
    assert_eq!(
        in_part("ab «ab ab|» ab", "ab"),
        (vec![3, 6], Some(3), 2, "ab X X ab".into())
    );
    assert_eq!(in_part("ab «a|»b", "ab"), (vec![], None, 0, "ab ab".into()));
}

#[test]
fn a_part_follows_what_is_edited() {
    let mut editor = editor("x\n«b\nb|»\nb");
    let query = Query::new("b", true, false).expect("not empty");
    let mut part = Part::new(editor.selection().primary());
    editor.select(Selection::single(Pos(2), Pos(3)));
    let update = kit::replace(&mut editor, (&query, &part), "long", NOW).expect("a match");
    part.map(&update.changes);
    editor.select(Selection::caret(Pos(0)));
    part.map(&editor.insert("y", editor_core::Origin::Typed, NOW).changes);
    let (update, count) = kit::replace_all(&mut editor, (&query, &part), "c", NOW).expect("one");
    part.map(&update.changes);
    assert_eq!((editor.text().as_str(), count), ("yx\nlong\nc\nb", 1));
    editor.select(Selection::single(Pos(10), Pos(11)));
    assert!(kit::replace(&mut editor, (&query, &part), "d", NOW).is_none());
}
