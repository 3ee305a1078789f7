//! What both interpreters say of the wrong programs in `fixtures/wrong`, kept by
//! `tests/tracebacks.mjs`. Pyodide's exceptions are there as objects, too: the
//! parser must read the same off the text.

use super::*;
use serde_json::Value as Json;

const PROGRAMS: &str = include_str!("../../../fixtures/wrong/programs.txt");
const PYODIDE: &str = include_str!("../../../fixtures/wrong/pyodide.json");
const MICROPYTHON: &str = include_str!("../../../fixtures/wrong/micropython.json");
const FILE: &str = "main-1.py";

struct Case {
    title: String,
    program: Vec<String>,
    kind: String,
    raw: String,
    facts: Json,
    traceback: Traceback,
}

/// Every program that failed, in the order of the file.
fn cases(kept: &str, interpreter: Interpreter) -> Vec<Case> {
    let kept: Json = serde_json::from_str(kept).expect("the fixture is JSON");
    let programs = PROGRAMS.split("\n== ").skip(1);
    let case = |program: &str| {
        let mut lines = program.lines();
        let title = lines.next().unwrap_or_default().to_owned();
        let told = kept.get(&title).filter(|told| !told.is_null())?;
        let raw = texts(&told["lines"]).join("\n");
        Some(Case {
            program: lines.map(str::to_owned).collect(),
            kind: text(&told["kind"]),
            traceback: parse(&raw, interpreter, &|file| {
                [FILE, "<stdin>"]
                    .contains(&file)
                    .then_some(Place::Program { run: RunId(1) })
            }),
            facts: told["facts"].clone(),
            title,
            raw,
        })
    };
    programs.filter_map(case).collect()
}

fn text(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Json) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}

#[test]
fn what_pyodide_says_is_what_its_exceptions_hold() {
    let cases = cases(PYODIDE, Interpreter::Pyodide);
    assert!(cases.len() > 300, "{} cases", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| compare(case).err())
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn compare(case: &Case) -> Result<(), String> {
    let told = |problem: String| format!("{}: {problem}", case.title);
    same("raw text", &case.traceback.raw, &case.raw).map_err(told)?;
    compare_blocks(&case.traceback.last, &case.facts, 0).map_err(told)?;
    lines_are_the_programs(&case.traceback.last, &case.program).map_err(told)
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, one: &T, other: &T) -> Result<(), String> {
    if one == other {
        return Ok(());
    }
    Err(format!("{what}: read {one:?}, is {other:?}"))
}

/// CPython shows ten groups within each other and fifteen members of each.
const MOST_DEPTH: usize = 10;
const MOST_MEMBERS: usize = 15;

fn compare_blocks(block: &Block, facts: &Json, depth: usize) -> Result<(), String> {
    let chain = chain_of(facts);
    let read: Vec<Link> = block.earlier.iter().map(|earlier| earlier.link).collect();
    let is: Vec<Link> = chain.iter().map(|(_, link)| *link).collect();
    same("chain", &read, &is)?;
    for (earlier, (facts, _)) in block.earlier.iter().zip(chain) {
        compare_single(&earlier.block, facts, depth)?;
    }
    compare_single(block, facts, depth)
}

/// What came before, oldest first.
fn chain_of(facts: &Json) -> Vec<(&Json, Link)> {
    let mut chain = Vec::new();
    let mut at = facts;
    loop {
        let (next, link) = match (at.get("cause"), at.get("context")) {
            (Some(cause), _) => (cause, Link::Cause),
            (None, Some(context)) => (context, Link::Context),
            (None, None) => break,
        };
        chain.insert(0, (next, link));
        at = next;
    }
    chain
}

fn compare_single(block: &Block, facts: &Json, depth: usize) -> Result<(), String> {
    same("class", &block.error.kind, &text(&facts["kind"]))?;
    same(
        "text",
        &block.error.text.trim_end().to_owned(),
        &said(&text(&facts["text"])),
    )?;
    let read: Vec<_> = block.frames.iter().map(about).collect();
    let frames = facts["frames"].as_array().expect("frames are a list");
    let is = folded(frames.iter().map(about_fact).collect());
    same("frames", &read, &is)?;
    for (frame, fact) in block.frames.iter().zip(unfolded(frames)) {
        let Some(columns) = frame.caret.filter(|_| frame.name.is_some()) else {
            continue;
        };
        let read = (u64::from(columns.from), u64::from(columns.to));
        let is = (fact[3][0].as_u64(), fact[3][1].as_u64());
        if let (Some(from), Some(to)) = is {
            same("columns", &read, &(from, to))?;
        }
    }
    let none = Vec::new();
    let members = facts["members"].as_array().unwrap_or(&none);
    if depth + 1 >= MOST_DEPTH && !members.is_empty() {
        return same("cut", &block.members[0].error.kind, &String::new());
    }
    let shown = members.len().min(MOST_MEMBERS) + usize::from(members.len() > MOST_MEMBERS);
    same("members", &block.members.len(), &shown)?;
    for (member, facts) in block.members.iter().zip(members.iter().take(MOST_MEMBERS)) {
        compare_blocks(member, facts, depth + 1)?;
    }
    Ok(())
}

/// Pyodide's words end at a null.
fn said(text: &str) -> String {
    let end = text.find('\0').unwrap_or(text.len());
    text[..end].trim_end().to_owned()
}

type About = (String, u64, Option<String>);

fn about(frame: &Frame) -> About {
    (frame.file.clone(), frame.line.into(), frame.name.clone())
}

fn about_fact(fact: &Json) -> About {
    (
        text(&fact[0]),
        fact[1].as_u64().unwrap_or_default(),
        fact[2].as_str().map(str::to_owned),
    )
}

/// At most three of the same after each other, as CPython prints them.
fn folded<T: PartialEq>(all: Vec<T>) -> Vec<T> {
    let mut out: Vec<T> = Vec::new();
    for one in all {
        let run = out.iter().rev().take_while(|other| **other == one).count();
        if run < SHOWN_REPEATS {
            out.push(one);
        }
    }
    out
}

fn unfolded(frames: &[Json]) -> Vec<&Json> {
    let mut kept: Vec<&Json> = Vec::new();
    for one in frames {
        let is_same = |other: &&&Json| about_fact(other) == about_fact(one);
        if kept.iter().rev().take_while(is_same).count() < SHOWN_REPEATS {
            kept.push(one);
        }
    }
    kept
}

/// Each frame of the program is within it, and shows the line it names.
fn lines_are_the_programs(block: &Block, program: &[String]) -> Result<(), String> {
    let own = block.frames.iter().filter(|frame| frame.file == FILE);
    for frame in own {
        let Some(line) = program.get(frame.line as usize - 1) else {
            // The end of the text may be behind its last line.
            if frame.line as usize == program.len() + 1 {
                continue;
            }
            return Err(format!("line {} of {}", frame.line, program.len()));
        };
        if let Some(shown) = frame.excerpt.first() {
            let shown = shown.trim().to_owned();
            same("source", &shown, &line.trim().to_owned())?;
        }
    }
    let earlier = block.earlier.iter().map(|earlier| &earlier.block);
    earlier
        .chain(&block.members)
        .try_for_each(|block| lines_are_the_programs(block, program))
}

#[test]
fn what_micropython_says_is_read_whole() {
    let cases = cases(MICROPYTHON, Interpreter::MicroPython);
    assert!(cases.len() > 250, "{} cases", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            micropython(case)
                .err()
                .map(|problem| format!("{}: {problem}", case.title))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Its text is plain: a header, a line a frame, and the error to the end.
fn micropython(case: &Case) -> Result<(), String> {
    same("raw text", &case.traceback.raw, &case.raw)?;
    let Some((_, body)) = case
        .raw
        .split_once("Traceback (most recent call last):\n")
        .filter(|_| case.raw.starts_with("Traceback"))
    else {
        return Ok(());
    };
    let frames: Vec<&str> = body
        .split('\n')
        .take_while(|line| line.starts_with("  File"))
        .collect();
    let error: Vec<&str> = body.split('\n').skip(frames.len()).collect();
    let read: Vec<String> = case
        .traceback
        .last
        .frames
        .iter()
        .map(|frame| match &frame.name {
            Some(name) => format!("  File \"{}\", line {}, in {name}", frame.file, frame.line),
            None => format!("  File \"{}\", line {}", frame.file, frame.line),
        })
        .collect();
    let frames = frames.into_iter().map(str::to_owned).collect();
    same("frames", &read, &folded(frames))?;
    let last = &case.traceback.last;
    same(
        "text",
        &last.error.text.trim_end().to_owned(),
        &error.join("\n").trim().to_owned(),
    )?;
    same("class", &last.error.kind, &case.kind)?;
    same("chain", &last.earlier.len(), &0)?;
    let lines = case.program.len() as u32 + 1;
    match last
        .frames
        .iter()
        .find(|frame| frame.file == "<stdin>" && frame.line > lines)
    {
        Some(frame) => Err(format!("line {} of {lines}", frame.line)),
        None => Ok(()),
    }
}

#[test]
fn what_is_marked_is_known() {
    let mut out = String::new();
    for (name, kept, interpreter) in [
        ("Pyodide", PYODIDE, Interpreter::Pyodide),
        ("MicroPython", MICROPYTHON, Interpreter::MicroPython),
    ] {
        for case in cases(kept, interpreter) {
            let mark = match case.traceback.marked_line() {
                None => "nothing".to_owned(),
                Some(mark) => format!("{:?} {}{}", mark.precision, mark.line, span(mark.columns)),
            };
            let blamed = case.traceback.blamed(RunId(1)).map(|frame| {
                let package = frame.package().unwrap_or_default();
                format!(
                    ", in {:?} {}:{} {package}",
                    frame.place,
                    frame.shown_file(),
                    frame.line
                )
            });
            out += &format!(
                "{name}: {}: {} marks {mark}{}\n",
                case.title,
                case.traceback.last.error.kind,
                blamed.unwrap_or_default()
            );
        }
    }
    expect_file!["../../../fixtures/wrong/marks.txt"].assert_eq(&out);
}
