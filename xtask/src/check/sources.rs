//! Rules that are read from the sources themselves: where JavaScript and wire
//! types live, how files open, and what no file may name.

use std::path::Path;

use anyhow::Result;

use super::none_of;
use crate::paths::root;
use crate::shell::{command, run_quiet};
use crate::size;

const SHIPPED_JAVASCRIPT: [&str; 2] = ["editor/js/", "runtime-bridge/js/"];
const OTHER_JAVASCRIPT: [&str; 2] = ["tests/", "xtask/types/"];
/// The one crate that derives serialisation.
const WIRE: &str = "runtime-bridge/protocol/";
/// Package registries and folders of one machine, parted so that this file
/// does not name them either.
const NAMELESS: [&str; 9] = [
    concat!("registry.npm", "js.org"),
    concat!("index.crates", ".io"),
    concat!("static.crates", ".io"),
    concat!("pypi", ".org"),
    concat!("python", "hosted.org"),
    concat!("deb.deb", "ian.org"),
    concat!("static.rust-", "lang.org"),
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
];

/// A file that git knows or would add.
struct Source {
    name: String,
    text: String,
}

/// Says how a source breaks the rule, if it does.
type Rule = fn(&Source) -> Option<String>;

/// Checks all rules.
pub fn run() -> Result<()> {
    let sources = sources()?;
    let rules: [(&str, Rule); 4] = [
        ("a file opens without saying why it exists", unopened),
        ("only runtime-protocol derives serialisation", derives),
        ("JavaScript lives beside the element and the worker", strays),
        ("a file names a registry or a folder of one machine", names),
    ];
    let mut failures: Vec<String> = Vec::new();
    for (rule, breach) in rules {
        let breaches: Vec<String> = sources.iter().filter_map(breach).collect();
        failures.extend(none_of(rule, &breaches).err().map(|e| e.to_string()));
    }
    failures.extend(too_much_javascript(&sources)?);
    none_of("rules for sources", &failures)
}

fn sources() -> Result<Vec<Source>> {
    let mut git = command("git");
    git.current_dir(root())
        .args(["ls-files", "--cached", "--others", "--exclude-standard"]);
    let listed = run_quiet(&mut git)?;
    Ok(listed.lines().filter_map(read).collect())
}

/// A source by its name; what is not text is no source.
fn read(name: &str) -> Option<Source> {
    let text = std::fs::read_to_string(root().join(name)).ok()?;
    Some(Source {
        name: name.to_owned(),
        text,
    })
}

fn unopened(source: &Source) -> Option<String> {
    let openings: &[&str] = match source.extension() {
        "rs" => &["//!"],
        "js" | "mjs" | "ts" => &["/**", "/*", "//"],
        "css" => &["/*"],
        "py" => &["\"\"\"", "#"],
        _ => return None,
    };
    let is_fixture = source.name.contains("/fixtures/");
    let text = source.text.trim_start();
    let is_open = is_fixture || openings.iter().any(|opening| text.starts_with(opening));
    (!is_open).then(|| source.name.clone())
}

fn derives(source: &Source) -> Option<String> {
    let is_elsewhere = source.extension() == "rs" && !source.name.starts_with(WIRE);
    let derives = source.text.lines().any(|line| {
        line.trim_start().starts_with("#[derive(") && line.contains("Serialize")
            || line.contains("Deserialize)]")
    });
    let is_this_file = source.name.ends_with(file!());
    (is_elsewhere && derives && !is_this_file).then(|| source.name.clone())
}

fn strays(source: &Source) -> Option<String> {
    let is_javascript = matches!(source.extension(), "js" | "mjs" | "cjs" | "ts");
    let mut homes = SHIPPED_JAVASCRIPT.iter().chain(&OTHER_JAVASCRIPT);
    let is_home = homes.any(|home| source.name.starts_with(home));
    (is_javascript && !is_home).then(|| source.name.clone())
}

fn names(source: &Source) -> Option<String> {
    let named = NAMELESS.iter().find(|name| source.text.contains(*name))?;
    Some(format!("{}: {named}", source.name))
}

fn too_much_javascript(sources: &[Source]) -> Result<Option<String>> {
    let limit = size::number(&size::budget()?["javascript"], "lines")?;
    let lines: usize = sources
        .iter()
        .filter(|s| s.extension() == "js")
        .filter(|s| SHIPPED_JAVASCRIPT.iter().any(|h| s.name.starts_with(h)))
        .map(code_lines)
        .sum();
    Ok((lines > limit).then(|| format!("{lines} lines of JavaScript, the budget is {limit}")))
}

fn code_lines(source: &Source) -> usize {
    let is_code = |line: &&str| {
        let line = line.trim_start();
        !line.is_empty() && !["//", "/*", "*"].iter().any(|c| line.starts_with(c))
    };
    source.text.lines().filter(is_code).count()
}

impl Source {
    fn extension(&self) -> &str {
        Path::new(&self.name)
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default()
    }
}
