//! The small pure parts: an element's text as code, the visible window, the
//! test notation itself.

use editor_core::fixture::{parse, show};
use editor_core::{Pos, Viewport, dedent, fixture};

#[test]
fn blank_lines_around_the_code_go() {
    assert_eq!(dedent("\n\n  \nx = 1\n\ny = 2\n  \n"), "x = 1\n\ny = 2");
    assert_eq!(dedent(""), "");
    assert_eq!(dedent(" \n\t\n"), "");
}

#[test]
fn the_first_lines_indentation_goes_from_every_line() {
    assert_eq!(dedent("\n    if x:\n        y\n    z\n"), "if x:\n    y\nz");
    assert_eq!(dedent("\t\ta\n\t\t\tb"), "a\n\tb");
    // A line that does not begin with it stays as it is.
    assert_eq!(dedent("    a\n  b\n    c"), "a\n  b\nc");
    assert_eq!(dedent("    a\n\n    c"), "a\n\nc");
}

#[test]
fn line_breaks_of_other_systems_are_understood() {
    assert_eq!(dedent("\r\n  a\r\n  b\r  c\r\n"), "a\nb\nc");
}

fn viewport(lines: usize) -> Viewport {
    Viewport {
        line_height: 20.0,
        height: 100.0,
        lines,
        overscan: 3,
    }
}

#[test]
fn short_documents_are_drawn_whole() {
    assert_eq!(viewport(2_000).window(500.0), 0..2_000);
    assert_eq!(viewport(2_001).window(500.0), 22..33);
}

#[test]
fn the_window_stays_inside_the_document() {
    assert_eq!(viewport(3_000).window(0.0), 0..8);
    assert_eq!(viewport(3_000).window(-50.0).start, 0);
    assert_eq!(viewport(3_000).window(1e12).end, 3_000);
    assert_eq!(viewport(3_000).seen(30.0), 1..7);
    let hidden = Viewport {
        line_height: 0.0,
        ..viewport(3_000)
    };
    assert_eq!(hidden.seen(30.0), 0..0);
    assert_eq!(hidden.page_lines(), 1);
}

#[test]
fn a_line_is_revealed_by_the_shortest_way() {
    let view = viewport(3_000);
    assert_eq!(view.reveal(3, 20.0), None);
    assert_eq!(view.reveal(0, 20.0), Some(0.0));
    assert_eq!(view.reveal(10, 0.0), Some(120.0));
    // A box lower than a line shows the line's top.
    let low = Viewport {
        height: 10.0,
        ..view
    };
    assert_eq!(low.reveal(1, 0.0), Some(20.0));
    assert_eq!(view.page_lines(), 4);
    assert_eq!(view.total_height(), 60_000.0);
}

#[test]
fn the_notation_is_read_as_it_is_written() {
    let (text, selection) = parse("a|b«cd|»e«|f»");
    assert_eq!(text, "abcdef");
    let ends: Vec<(Pos, Pos)> = selection
        .ranges()
        .iter()
        .map(|r| (r.anchor, r.head))
        .collect();
    assert_eq!(ends, [(Pos(1), Pos(1)), (Pos(2), Pos(4)), (Pos(6), Pos(5))]);
    assert_eq!(selection.primary_index(), 2);
    for text in ["|", "a|b«cd|»e«|f»", "é|\n"] {
        assert_eq!(show(fixture::editor(text).state()), text);
    }
}
