//! What must hold for every text and every series of edits. The model of a
//! document is a plain `String`; the model of an incremental result is a fresh
//! one. Examples a person can read are in the other files of this folder.

use editor_core::history::PAUSE;
use editor_core::{
    Assoc, Change, ChangeSet, Command, Editor, LineUtf16, Millis, Motion, Origin, Parsed, Pos,
    Range, Selection, Span, State, Transaction, Update, Utf16, coords,
};
use proptest::prelude::*;
use proptest::sample::select;
use ropey::Rope;

/// Letters, blanks, breaks, and what is not one unit in every encoding.
fn piece() -> impl Strategy<Value = &'static str> {
    select(vec![
        "a",
        "b",
        "_",
        " ",
        "  ",
        "\n",
        "\n",
        "\t",
        "(",
        ":",
        "\"",
        "é",
        "e\u{301}",
        "漢",
        "𝒳",
        "👩\u{200d}🚀",
        "🇫🇷",
        "abc",
        "x = 1\n",
        "    ",
    ])
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..40).prop_map(|pieces| pieces.concat())
}

/// Stretches of Python, whole and broken.
fn python_piece() -> impl Strategy<Value = &'static str> {
    select(vec![
        "def f(a, b=1, *c):\n    return a\n",
        "class A(B):\n    x: int = 1\n",
        "@dec.orate(1)\n",
        "if x:\n    print(x)\nelse:\n    pass\n",
        "s = f\"{a!r:>10} é\\n\"\n",
        "'''",
        "\"",
        "# note\n",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ":",
        ".",
        "x",
        "self",
        "return ",
        "def ",
        " ",
        "    ",
        "\n",
        "👩",
        "e\u{301}",
        "$",
        "1",
        "=",
        "\\",
    ])
}

fn python() -> impl Strategy<Value = String> {
    prop::collection::vec(python_piece(), 0..30).prop_map(|pieces| pieces.concat())
}

/// Programs that parse.
fn program() -> impl Strategy<Value = String> {
    let statement = select(vec![
        "def f(a, b=1, *c):\n    return a\n",
        "class A(B):\n    x: int = 1\n",
        "@dec.orate(1)\ndef g(): pass\n",
        "if x:\n    print(x)\nelse:\n    pass\n",
        "s = f\"{a!r:>10} é\\n\"\n",
        "t = '''one\ntwo'''\n",
        "# note\n",
        "x = [1, 2, {3: (4, 5)}]\n",
        "\n",
    ]);
    prop::collection::vec(statement, 20..60).prop_map(|statements| statements.concat())
}

/// A replacement anywhere: two places as fractions of the text, and what to put.
#[derive(Clone, Debug)]
struct Edit {
    from: f64,
    length: usize,
    insert: String,
}

fn edit(piece: impl Strategy<Value = &'static str>) -> impl Strategy<Value = Edit> {
    let insert = prop::collection::vec(piece, 0..3).prop_map(|pieces| pieces.concat());
    (0.0..1.0, 0usize..8, insert).prop_map(|(from, length, insert)| Edit {
        from,
        length,
        insert,
    })
}

impl Edit {
    fn place(&self, len: usize) -> (Pos, Pos) {
        let from = (self.from * (len + 1) as f64) as usize;
        (Pos(from), Pos((from + self.length).min(len)))
    }
}

/// Steps over a text of unknown length: keep, delete, insert.
fn gaps() -> impl Strategy<Value = Vec<(usize, usize, String)>> {
    prop::collection::vec(
        (0usize..6, 0usize..4, piece().prop_map(str::to_owned)),
        0..6,
    )
}

fn change_set(gaps: &[(usize, usize, String)], len: usize) -> ChangeSet {
    let mut at = 0;
    let mut changes = Vec::new();
    for (keep, delete, insert) in gaps {
        let from = (at + keep).min(len);
        let to = (from + delete).min(len);
        at = to;
        changes.push(Change {
            from: Pos(from),
            to: Pos(to),
            insert: insert.clone(),
        });
    }
    ChangeSet::new(changes)
}

fn applied(text: &str, changes: &ChangeSet) -> String {
    let mut rope = Rope::from_str(text);
    changes.apply(&mut rope);
    rope.to_string()
}

/// The same, on a vector of characters.
fn naive(text: &str, changes: &ChangeSet) -> String {
    let old: Vec<char> = text.chars().collect();
    let mut new = String::new();
    let mut at = 0;
    for change in changes.changes() {
        new.extend(&old[at..change.from.0]);
        new.push_str(&change.insert);
        at = change.to.0;
    }
    new.extend(&old[at..]);
    new
}

fn chars(text: &str) -> usize {
    text.chars().count()
}

fn parse_whole(editor: &mut Editor) -> Parsed {
    editor.parse(&mut || false)
}

fn parsed(text: &str) -> Editor {
    let mut editor = Editor::new(text);
    parse_whole(&mut editor);
    editor
}

fn sexp(editor: &Editor) -> String {
    editor
        .syntax()
        .tree()
        .expect("parsed")
        .root_node()
        .to_sexp()
}

/// Lines as a surface holds them: only what an update names is touched.
fn splice<T: Clone>(lines: &mut Vec<T>, update: &Update, new: impl Fn(usize) -> T) {
    for edit in &update.lines {
        let added: Vec<T> = (edit.first..edit.first + edit.added).map(&new).collect();
        lines.splice(edit.first..edit.first + edit.removed, added);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_change_set_does_what_replacing_in_a_string_does(text in text(), gaps in gaps()) {
        let changes = change_set(&gaps, chars(&text));
        prop_assert_eq!(applied(&text, &changes), naive(&text, &changes));
    }

    #[test]
    fn the_inverse_undoes(text in text(), gaps in gaps()) {
        let changes = change_set(&gaps, chars(&text));
        let inverse = changes.invert(&Rope::from_str(&text));
        let new = applied(&text, &changes);
        prop_assert_eq!(&applied(&new, &inverse), &text);
        prop_assert_eq!(applied(&text, &inverse.invert(&Rope::from_str(&new))), new);
    }

    #[test]
    fn a_composed_change_equals_both(text in text(), first in gaps(), second in gaps()) {
        let first = change_set(&first, chars(&text));
        let between = applied(&text, &first);
        let second = change_set(&second, chars(&between));
        let both = first.compose(&second);
        prop_assert_eq!(applied(&text, &both), applied(&between, &second));
        // And is in normal form: building it anew changes nothing.
        prop_assert_eq!(ChangeSet::new(both.changes().to_vec()), both);
    }

    #[test]
    fn mapped_positions_stay_in_order_and_inside(text in text(), gaps in gaps()) {
        let changes = change_set(&gaps, chars(&text));
        let end = Pos(chars(&applied(&text, &changes)));
        let mut last = Pos(0);
        for pos in (0..=chars(&text)).map(Pos) {
            let before = changes.map_pos(pos, Assoc::Before);
            let after = changes.map_pos(pos, Assoc::After);
            prop_assert!(last <= before && before <= after && after <= end);
            last = before;
        }
    }

    #[test]
    fn a_position_follows_the_character_it_stands_before(text in text(), gaps in gaps()) {
        let changes = change_set(&gaps, chars(&text));
        let old: Vec<char> = text.chars().collect();
        let new: Vec<char> = applied(&text, &changes).chars().collect();
        let deleted = |at: usize| changes.changes().iter().any(|c| c.from.0 <= at && at < c.to.0);
        for at in (0..old.len()).filter(|&at| !deleted(at)) {
            prop_assert_eq!(new[changes.map_pos(Pos(at), Assoc::After).0], old[at]);
        }
    }

    #[test]
    fn utf16_positions_come_back(text in text()) {
        let rope = Rope::from_str(&text);
        for at in 0..=chars(&text) {
            let place = coords::pos_to_line_utf16(&rope, Pos(at));
            let before: String = text.chars().take(at).collect();
            let line = before.rsplit('\n').next().unwrap_or("");
            prop_assert_eq!(place.line, before.matches('\n').count());
            prop_assert_eq!(place.col, Utf16(line.encode_utf16().count()));
            prop_assert_eq!(coords::line_utf16_to_pos(&rope, place), Pos(at));
        }
    }

    #[test]
    fn any_utf16_position_lands_in_its_line(text in text(), line in 0usize..50, col in 0usize..50) {
        let rope = Rope::from_str(&text);
        let pos = coords::line_utf16_to_pos(&rope, LineUtf16 { line, col: Utf16(col) });
        prop_assert!(pos <= coords::end(&rope));
        if line < rope.len_lines() {
            prop_assert_eq!(coords::line_of(&rope, pos), line);
            prop_assert!(coords::pos_to_line_utf16(&rope, pos).col <= Utf16(col));
        }
    }

    #[test]
    fn a_selection_is_ordered_and_apart(
        ends in prop::collection::vec((0usize..30, 0usize..30), 1..8),
        primary in 0usize..8,
    ) {
        let range = |&(anchor, head): &(usize, usize)| Range { anchor: Pos(anchor), head: Pos(head) };
        let ranges: Vec<Range> = ends.iter().map(range).collect();
        let selection = Selection::new(ranges.clone(), primary);
        for pair in selection.ranges().windows(2) {
            prop_assert!(pair[0].to() <= pair[1].from());
            prop_assert!(pair[0].from() < pair[1].from());
        }
        let inside = |a: &Range, b: &Range| b.from() <= a.from() && a.to() <= b.to();
        let lost = ranges.iter().find(|old| !selection.ranges().iter().any(|new| inside(old, new)));
        prop_assert_eq!(lost, None);
        let lead = ranges[primary.min(ranges.len() - 1)];
        prop_assert!(inside(&lead, &selection.primary()));
    }

    #[test]
    fn an_update_names_every_line_that_differs(text in text(), gaps in gaps()) {
        let changes = change_set(&gaps, chars(&text));
        let mut state = State::new(&text);
        let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let step = Transaction {
            changes, selection: None, origin: Origin::Program, time: Millis(0.0),
        };
        let update = state.apply(step);
        let new = state.rope().to_string();
        let fresh: Vec<&str> = new.split('\n').collect();
        // The edits come in sequence, yet their lines are final: nothing later
        // moves what an earlier one named.
        splice(&mut lines, &update, |line| fresh[line].to_owned());
        prop_assert_eq!(lines, fresh);
    }

    #[test]
    fn undo_of_all_is_the_start_and_redo_of_all_the_end(
        start in text(),
        edits in prop::collection::vec((edit(piece()), 0.0..900.0, any::<bool>()), 1..12),
    ) {
        let mut editor = Editor::new(&start);
        let mut time = 0.0;
        for (edit, pause, typed) in &edits {
            time += pause;
            let (from, to) = edit.place(editor.rope().len_chars());
            if *typed {
                editor.insert(&edit.insert, Origin::Typed, Millis(time));
                editor.run(Command::DeleteBack, 1, Millis(time));
            } else {
                editor.replace(from, to, &edit.insert, None, Origin::Pasted, Millis(time));
            }
        }
        let end = editor.text();
        let selected = editor.selection().clone();
        let now = Millis(time + PAUSE);
        while editor.run(Command::Undo, 1, now).is_some() {}
        prop_assert_eq!(editor.text(), start.clone());
        while editor.run(Command::Redo, 1, now).is_some() {}
        prop_assert_eq!(&editor.text(), &end);
        if end != start {
            prop_assert_eq!(editor.selection(), &selected);
        }
    }

    #[test]
    fn setting_a_text_sets_it(start in text(), new in text()) {
        let mut editor = Editor::new(&start);
        editor.set_text(&new, Millis(0.0));
        prop_assert_eq!(editor.text(), new);
        editor.run(Command::Undo, 1, Millis(0.0));
        prop_assert_eq!(editor.text(), start);
    }

    #[test]
    fn every_motion_stays_inside_and_off_the_middle_of_a_grapheme(
        text in text(),
        at in 0.0..1.0,
        motion in select(vec![
            Motion::CharLeft, Motion::CharRight, Motion::LineUp, Motion::LineDown,
            Motion::PageUp, Motion::PageDown, Motion::LineStart, Motion::LineEnd,
            Motion::DocStart, Motion::DocEnd,
        ]),
    ) {
        use unicode_segmentation::UnicodeSegmentation;
        let mut stops = vec![0];
        stops.extend(text.graphemes(true).scan(0, |sum, g| { *sum += chars(g); Some(*sum) }));
        let start = stops[(at * stops.len() as f64) as usize];
        let mut editor = Editor::new(&text);
        editor.select(Selection::caret(Pos(start)));
        editor.run(Command::Move { motion, extend: false }, 3, Millis(0.0));
        let head = editor.selection().primary().head.0;
        prop_assert!(stops.contains(&head), "{start} -> {head} not in {stops:?}");
    }

    #[test]
    fn words_are_crossed_alike_in_both_directions(text in text()) {
        // Every stop to the left lies at a place the caret can come to, and the
        // walk ends: each step gains ground until the document's end.
        for (motion, from, to) in [
            (Motion::WordRight, 0, chars(&text)),
            (Motion::WordLeft, chars(&text), 0),
        ] {
            let mut editor = Editor::new(&text);
            editor.select(Selection::caret(Pos(from)));
            let mut steps = 0;
            while editor.run(Command::Move { motion, extend: false }, 1, Millis(0.0)).is_some() {
                steps += 1;
            }
            prop_assert!(steps <= chars(&text));
            prop_assert_eq!(editor.selection().primary().head, Pos(to));
        }
    }

    #[test]
    fn indenting_and_outdenting_lines_comes_back(text in text()) {
        let mut editor = Editor::new(&text);
        let several = editor.len_lines() > 1;
        editor.run(Command::SelectAll, 1, Millis(0.0));
        let indented = several && editor.run(Command::Indent, 1, Millis(0.0)).is_some();
        if indented {
            editor.run(Command::Outdent, 1, Millis(0.0));
            prop_assert_eq!(editor.text(), text);
        }
    }

    /// Compared where the text is a program: broken code can be repaired in
    /// several ways, and which one is chosen may depend on what was there before.
    /// That must leave no trace once the code is whole again.
    #[test]
    fn the_edited_tree_equals_a_fresh_one(
        start in program(),
        edits in prop::collection::vec((edit(python_piece()), any::<bool>()), 0..6),
        end in program(),
    ) {
        let mut editor = parsed(&start);
        for (edit, parse) in &edits {
            let (from, to) = edit.place(editor.rope().len_chars());
            editor.replace(from, to, &edit.insert, None, Origin::Typed, Millis(0.0));
            if *parse {
                parse_whole(&mut editor);
            }
        }
        editor.set_text(&end, Millis(0.0));
        parse_whole(&mut editor);
        prop_assert_eq!(sexp(&editor), sexp(&parsed(&end)));
    }

    /// Programs without errors only: where several repairs are possible, the
    /// parser may choose another one after an interruption.
    #[test]
    fn an_interrupted_parse_equals_an_uninterrupted_one(
        programs in prop::collection::vec((program(), 0usize..4), 1..5),
    ) {
        let mut editor = Editor::new("");
        for (program, calls) in &programs {
            editor.set_text(program, Millis(0.0));
            // Some parses are given up half-way, for the next change.
            for _ in 0..*calls {
                parse_a_little(&mut editor);
            }
        }
        let mut rounds = 0;
        while parse_a_little(&mut editor) == Parsed::Pending {
            rounds += 1;
            prop_assert!(rounds < 10_000, "a parse that is resumed must end");
        }
        let fresh = parsed(&editor.text());
        prop_assert!(!fresh.syntax().tree().expect("parsed").root_node().has_error());
        prop_assert_eq!(sexp(&editor), sexp(&fresh));
    }

    /// The painter's law: repainting only the lines that updates and parses name
    /// shows what painting everything would.
    #[test]
    fn repainting_what_is_named_equals_painting_all(
        start in python(),
        edits in prop::collection::vec((edit(python_piece()), any::<bool>()), 1..8),
    ) {
        let mut editor = parsed(&start);
        let mut shown: Vec<Vec<Span>> = editor.highlight(0..editor.len_lines());
        for (edit, parse) in &edits {
            let (from, to) = edit.place(editor.rope().len_chars());
            let update = editor.replace(from, to, &edit.insert, None, Origin::Typed, Millis(0.0));
            splice(&mut shown, &update, |line| editor.highlight(line..line + 1).remove(0));
            if *parse {
                repaint(&mut editor, &mut shown);
            }
        }
        repaint(&mut editor, &mut shown);
        prop_assert_eq!(shown, editor.highlight(0..editor.len_lines()), "{}", editor.text());
    }

    #[test]
    fn spans_are_sorted_and_inside_their_line(
        start in python(),
        edit in edit(python_piece()),
        parse in any::<bool>(),
    ) {
        let mut editor = parsed(&start);
        let (from, to) = edit.place(editor.rope().len_chars());
        editor.replace(from, to, &edit.insert, None, Origin::Typed, Millis(0.0));
        if parse {
            parse_whole(&mut editor);
        }
        for (line, spans) in editor.highlight(0..editor.len_lines()).iter().enumerate() {
            let width = editor.line(line).encode_utf16().count();
            let mut at = 0;
            for span in spans {
                prop_assert!(at <= span.from.0 && span.from < span.to && span.to.0 <= width);
                at = span.to.0;
            }
        }
    }

    #[test]
    fn a_window_shows_what_the_whole_shows(text in python(), from in 0.0..1.0, len in 0usize..6) {
        let editor = parsed(&text);
        let lines = editor.len_lines();
        let from = (from * lines as f64) as usize;
        let to = (from + len).min(lines);
        let whole = editor.highlight(0..lines);
        prop_assert_eq!(editor.highlight(from..to), &whole[from..to]);
    }
}

/// Stops the parser the third time it asks.
fn parse_a_little(editor: &mut Editor) -> Parsed {
    let mut asked = 0;
    editor.parse(&mut || {
        asked += 1;
        asked > 2
    })
}

fn repaint(editor: &mut Editor, shown: &mut [Vec<Span>]) {
    let Parsed::Done { changed } = parse_whole(editor) else {
        panic!("no budget was set")
    };
    for lines in changed {
        let new = editor.highlight(lines.clone());
        shown[lines].clone_from_slice(&new);
    }
}

/// An editor of `text` with carets and ranges at these fractions of it.
fn placed(text: &str, places: &[(f64, f64)]) -> Editor {
    let mut editor = Editor::new(text);
    let len = editor.rope().len_chars();
    let at = |fraction: f64| Pos((fraction * (len + 1) as f64) as usize);
    let ranges = places.iter().map(|&(anchor, head)| Range {
        anchor: at(anchor),
        head: at(head),
    });
    editor.select(Selection::new(ranges.collect(), 0));
    editor
}

fn sorted_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    lines.sort();
    lines
}

proptest! {
    #[test]
    fn moving_lines_loses_none(text in text(), places in prop::collection::vec((0.0..1.0, 0.0..1.0), 1..4)) {
        use editor_core::lines::Way;
        for way in [Way::Up, Way::Down] {
            let mut editor = placed(&text, &places);
            editor.run(Command::MoveLines(way), 1, Millis(0.0));
            prop_assert_eq!(sorted_lines(&editor.text()), sorted_lines(&text));
        }
    }

    /// By carets: a range that ends at the start of a line does not hold that line,
    /// and at the document's end there is no such place.
    #[test]
    fn moving_lines_down_and_up_leads_back(text in text(), places in prop::collection::vec(0.0..1.0, 1..4)) {
        use editor_core::lines::Way;
        let places: Vec<(f64, f64)> = places.into_iter().map(|place| (place, place)).collect();
        let mut editor = placed(&text, &places);
        let before = (editor.text(), editor.selection().clone());
        if editor.run(Command::MoveLines(Way::Down), 1, Millis(0.0)).is_some() {
            editor.run(Command::MoveLines(Way::Up), 1, Millis(0.0));
            prop_assert_eq!((editor.text(), editor.selection().clone()), before);
        }
    }

    #[test]
    fn every_line_command_is_undone_whole(text in python(), places in prop::collection::vec((0.0..1.0, 0.0..1.0), 1..4), which in 0usize..7) {
        use editor_core::lines::Way;
        let command = [
            Command::MoveLines(Way::Up),
            Command::CopyLines(Way::Up),
            Command::CopyLines(Way::Down),
            Command::DeleteLines,
            Command::JoinLines,
            Command::ToggleComment,
            Command::Newline,
        ][which];
        let mut editor = placed(&text, &places);
        let before = (editor.text(), editor.selection().clone());
        if editor.run(command, 1, Millis(0.0)).is_some_and(|update| !update.changes.is_empty()) {
            editor.run(Command::Undo, 1, Millis(0.0));
            prop_assert_eq!((editor.text(), editor.selection().clone()), before);
        }
    }

    #[test]
    fn typed_brackets_and_their_undo(text in python(), places in prop::collection::vec((0.0..1.0, 0.0..1.0), 1..4), typed in select(vec!["(", ")", "[", "]", "{", "}", "\"", "'"])) {
        let mut editor = placed(&text, &places);
        let before = editor.text();
        let carets = editor.selection().ranges().len();
        let update = editor.insert(typed, Origin::Typed, Millis(0.0));
        prop_assert!(editor.selection().ranges().len() <= carets);
        if !update.changes.is_empty() {
            editor.run(Command::Undo, 1, Millis(0.0));
        }
        prop_assert_eq!(editor.text(), before);
    }

    #[test]
    fn a_pair_typed_and_deleted_leaves_nothing(text in "[a-z =\n]{0,20}", place in 0.0..1.0, typed in select(vec!["(", "[", "{"])) {
        let mut editor = placed(&text, &[(place, place)]);
        let before = editor.text();
        editor.insert(typed, Origin::Typed, Millis(0.0));
        editor.run(Command::DeleteBack, 1, Millis(0.0));
        prop_assert_eq!(editor.text(), before);
    }
}
