//! What a document takes in memory, part by part, as bytes a character: the rope, the
//! syntax tree, a history. For figures only. It reads the process's size, so it is of
//! use on systems with /proc, and a native pointer is twice as long as a page's.
//!
//! Not here: what a page takes (tests/memory.mjs).

use editor_core::{Command, Editor, Millis, Origin, Pos};

fn main() {
    let program = concat!(
        include_str!("../../../runtime-bridge/js/pyodide.py"),
        include_str!("../../../runtime-bridge/js/rich.py"),
    );
    println!("lines     characters    rope    tree  history");
    for lines in [10_000, 100_000] {
        measure(
            &program
                .lines()
                .cycle()
                .take(lines)
                .map(|line| format!("{line}\n"))
                .collect::<String>(),
            lines,
        );
    }
}

fn measure(text: &str, lines: usize) {
    let chars = text.chars().count();
    let mut last = size();
    let mut part = || {
        let now = size();
        let grown = now.saturating_sub(std::mem::replace(&mut last, now));
        grown as f64 / chars as f64
    };
    let mut editor = Editor::new(text);
    let rope = part();
    editor.parse(&mut || false);
    let tree = part();
    for key in 0..5_000 {
        let at = Pos(key * 7 % chars);
        editor.replace(at, at, "x", None, Origin::Pasted, Millis(0.0));
    }
    editor.run(Command::SelectAll, 1, Millis(0.0));
    editor.run(Command::Indent, 1, Millis(0.0));
    let history = part();
    println!("{lines:<8}  {chars:<10}  {rope:>6.2}  {tree:>6.2}  {history:>6.2}");
}

/// Bytes of this process that are in memory.
fn size() -> usize {
    const PAGE: usize = 4096;
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let resident = text
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse::<usize>().ok());
    resident.unwrap_or(0) * PAGE
}
