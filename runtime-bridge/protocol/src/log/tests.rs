//! Laws and cases of the log: what a terminal would show, however the text
//! comes, and what is kept of much of it.

use proptest::prelude::*;

use super::style::{Colour, Trait};
use super::*;

const SMALL: Limits = Limits {
    first: Share {
        lines: 200,
        cost: 1 << 20,
    },
    last: Share {
        lines: 300,
        cost: 1 << 20,
    },
};

fn log(chunks: &[Chunk]) -> Log {
    let mut log = Log::new(Limits::PAGE);
    chunks.iter().for_each(|chunk| log.write(chunk));
    log
}

/// What is shown of text on standard output.
fn shown(text: &str) -> String {
    let (text, rest) = log(&[Chunk::out(text)]).text();
    assert_eq!(rest, "", "nothing is left out");
    text
}

/// Every piece with its look, the open row as well.
fn pieces(log: &Log) -> Vec<(String, Look)> {
    let mut pieces: Vec<(String, Look)> = Vec::new();
    let mut add = |text: &str, look: Look| match pieces.last_mut() {
        Some((last, same)) if *same == look => last.push_str(text),
        _ => pieces.push((text.to_owned(), look)),
    };
    for block in log.blocks() {
        let mut from = 0;
        for run in &block.runs {
            add(&block.text[from..run.end], run.look);
            from = run.end;
        }
        assert_eq!(from, block.text.len());
    }
    log.open_row(&mut add);
    pieces
}

#[test]
fn a_progress_bar_is_one_line() {
    assert_eq!(shown("  0 %\r 50 %\r100 %\ndone"), "100 %\ndone");
    assert_eq!(shown("abc\rX"), "Xbc", "what is not written over stays");
    assert_eq!(shown("abc\r\x1b[KX"), "X");
    assert_eq!(shown("abc\x1b[2K\rX"), "X");
    assert_eq!(shown("a\r\nb\r\n"), "a\nb\n");
}

#[test]
fn the_cursor_moves_within_its_line() {
    assert_eq!(shown("abc\x08\x08X"), "aXc");
    assert_eq!(shown("\x08\x08a"), "a");
    assert_eq!(shown("abc\x08\nd"), "abc\nd", "a line ends as a whole");
    assert_eq!(shown("a\x1b[3Cb\x1b[2Gx"), "ax  b");
    assert_eq!(shown("abcd\x1b[2D\x1b[1K"), "   d");
    assert_eq!(shown("\x1b[999999999999Cx").len(), ROW_CELLS);
}

#[test]
fn a_tab_is_kept_and_noise_is_not() {
    assert_eq!(shown("a\tb\x07\0\x7f\x0c\u{9f}c"), "a\tbc");
}

#[test]
fn colours_and_streams_stand_beside_each_other() {
    let log = log(&[
        Chunk::out("a\x1b[1;31mb"),
        Chunk::err("c"),
        Chunk::out("d\x1b[0me\n"),
    ]);
    let pieces = pieces(&log);
    let texts: Vec<&str> = pieces.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(texts, ["a", "b", "c", "d", "e\n"]);
    let [plain, red, error, still_red, after] = [0, 1, 2, 3, 4].map(|index: usize| pieces[index].1);
    assert!(plain.style.is_plain() && after.style.is_plain());
    assert_eq!(red.style.colour, Colour::Named(1));
    assert!(red.style.has(Trait::Bold));
    assert_eq!(
        (error.stream, error.style),
        (Stream::Err, Style::default()),
        "each stream has its own colours"
    );
    assert_eq!(still_red, red);
}

#[test]
fn an_endless_line_goes_on_in_rows_and_loses_nothing() {
    let text = "é".repeat(1_000_000);
    let mut log = Log::new(Limits::PAGE);
    for part in text.as_bytes().chunks(1000) {
        log.write(&Chunk::out(
            std::str::from_utf8(part).expect("cut between characters"),
        ));
    }
    assert!(log.evict().is_none());
    assert_eq!(log.text().0, text);
    assert_eq!(log.lines(), 1);
    assert!(
        log.blocks()
            .iter()
            .all(|block| block.text.len() <= BLOCK_COST + 4 * ROW_CELLS)
    );
}

/// Numbered lines, with what was handed out.
fn numbered(lines: usize) -> (Log, String) {
    let mut log = Log::new(SMALL);
    let mut left_out = String::new();
    for line in 0..lines {
        log.write(&Chunk::out(format!("{line}\n")));
        while let Some(block) = log.evict() {
            left_out.push_str(&block.text);
        }
    }
    (log, left_out)
}

#[test]
fn the_first_and_the_last_lines_are_kept_and_the_rest_is_handed_out_in_order() {
    let (log, left_out) = numbered(5000);
    let (before, after) = log.text();
    let whole: String = (0..5000).map(|line| format!("{line}\n")).collect();
    assert_eq!([before.as_str(), &left_out, &after].concat(), whole);
    assert_eq!(before.lines().count(), 200);
    assert!((200..=300).contains(&after.lines().count()));
    assert_eq!(
        log.left_out(),
        LeftOut {
            lines: left_out.lines().count(),
            bytes: left_out.len()
        }
    );
    assert_eq!(log.lines(), 5000);
}

#[test]
fn up_to_the_limits_nothing_is_left_out() {
    let (log, left_out) = numbered(499);
    assert_eq!(
        (left_out.as_str(), log.left_out()),
        ("", LeftOut::default())
    );
    assert_eq!(log.first(), log.blocks().len());
}

#[test]
fn many_colours_cost_as_much_as_much_text() {
    let mut log = Log::new(Limits::PAGE);
    for index in 0..200_000 {
        log.write(&Chunk::out(format!("\x1b[3{}mx", index % 8)));
        while log.evict().is_some() {}
    }
    let runs: usize = log.blocks().iter().map(|block| block.runs.len()).sum();
    assert!(runs < 50_000, "{runs} runs");
}

#[test]
fn something_else_has_its_place_between_the_lines() {
    let mut log = Log::new(Limits::PAGE);
    log.write(&Chunk::out("a\nb"));
    let place = log.insert("<Figure>", 0);
    log.write(&Chunk::out("\rc\n"));
    let texts: Vec<(usize, &str)> = log
        .blocks()
        .iter()
        .map(|block| (block.id, block.text.as_str()))
        .collect();
    assert_eq!(texts, [(0, "a\nb"), (place, "\n<Figure>\n"), (2, "c\n")]);
    assert_eq!(log.text().0, "a\nb\n<Figure>\nc\n");
    assert_eq!(log.lines(), 4);
    assert_eq!(Log::new(SMALL).insert("", 0), 0);
}

#[test]
fn places_are_bounded_as_lines_are() {
    let mut log = Log::new(SMALL);
    let mut left_out = String::new();
    for number in 0..10_000 {
        log.insert(&number.to_string(), 64 * 1024);
        while let Some(block) = log.evict() {
            left_out.push_str(&block.text);
        }
    }
    assert!(log.blocks().len() <= 40, "{} places", log.blocks().len());
    let whole: String = (0..10_000).map(|number| format!("{number}\n")).collect();
    let (before, after) = log.text();
    assert_eq!([before, left_out, after].concat(), whole);
}

#[test]
fn a_place_of_any_size_is_kept_when_it_is_the_last() {
    let mut log = Log::new(SMALL);
    (0..500).for_each(|number| log.write(&Chunk::out(format!("{number}\n"))));
    log.insert("huge", 100 << 20);
    while log.evict().is_some() {}
    assert_eq!(log.blocks().back().map(Block::is_place), Some(true));
}

#[test]
fn numbers_as_a_person_reads_them() {
    assert_eq!(
        [0, 999, 1000, 1234567].map(grouped),
        ["0", "999", "1,000", "1,234,567"]
    );
}

/// Text full of what a terminal reacts to.
fn wild() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-c\té日\n]{0,4}",
        prop::sample::select(vec![
            "\r",
            "\x08",
            "\x1b",
            "\x1b[",
            "\x1b[31m",
            "\x1b[0;1m",
            "\x1b[K",
            "\x1b[2K",
            "\x1b[1K",
            "\x1b[2C",
            "\x1b[D",
            "\x1b[3G",
            "\x1b]0;t",
            "\x1b\\",
            "\x07",
            "m",
            "\u{9b}",
            "\u{202e}"
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// However the text is cut, the same is shown.
    #[test]
    fn cuts_change_nothing(text in wild(), cuts in prop::collection::vec(0usize..60, 0..6)) {
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        for cut in cuts {
            let at = rest.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(rest.len());
            let (part, after) = rest.split_at(at);
            parts.push(Chunk::out(part));
            rest = after;
        }
        parts.push(Chunk::out(rest));
        prop_assert_eq!(pieces(&log(&parts)), pieces(&log(&[Chunk::out(text)])));
    }

    /// Whatever comes, also bytes that are no text, nothing of it is a control character on the page.
    #[test]
    fn no_control_character_is_shown(bytes in prop::collection::vec(any::<u8>(), 0..200), text in wild()) {
        let text = [String::from_utf8_lossy(&bytes).into_owned(), text].concat();
        let shown = shown(&text);
        prop_assert!(shown.chars().all(|char| matches!(char, '\n' | '\t') || !char.is_control()), "{shown:?}");
    }

    /// Text that has nothing for a terminal in it comes out as it is.
    #[test]
    fn plain_text_is_unchanged(text in "[a-z<&>\t\né日😀\u{202e}]{0,300}") {
        prop_assert_eq!(shown(&text), text);
    }

    /// Nothing is lost or doubled between what is kept and what is handed out.
    #[test]
    fn kept_and_handed_out_are_all(lengths in prop::collection::vec(0usize..1000, 0..900)) {
        let lines: Vec<String> = lengths.iter().map(|length| "é".repeat(*length)).collect();
        let whole: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let mut log = Log::new(SMALL);
        let mut left_out = String::new();
        for line in &lines {
            log.write(&Chunk::out(format!("{line}\n")));
            while let Some(block) = log.evict() {
                left_out.push_str(&block.text);
            }
        }
        let (before, after) = log.text();
        prop_assert_eq!([before, left_out, after].concat(), whole);
    }
}
