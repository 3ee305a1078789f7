//! `size`: what a page loads, as it is, with gzip and with brotli, against
//! the budget in `tests/budget.toml`. Fails when it is over.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use toml::{Table, Value};

use crate::paths::{dist, root};
use crate::setup::wasm;

/// Where the limits are.
pub const BUDGET: &str = "tests/budget.toml";
const BEST: u32 = 11;
const WINDOW: u32 = 22;

/// What a file weighs.
#[derive(Clone, Copy, Default)]
struct Weight {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Prints the table and judges each group of files.
pub fn run() -> Result<()> {
    println!("{:<28}{:>10}{:>10}{:>10}", "bytes", "raw", "gzip", "brotli");
    let budget = budget()?;
    let mut over = Vec::new();
    for (group, limits) in budget.iter().filter(|(_, l)| l.get("files").is_some()) {
        let total = weigh_group(limits)?;
        let limit = limit(limits)?;
        let verdict = format!("of {limit}");
        print_row(&format!("{group}, together"), total, &verdict);
        if total.brotli > limit {
            over.push(format!(
                "{group}: {} bytes with brotli, the budget is {limit}",
                total.brotli
            ));
        }
    }
    if wasm::is_library_shipped() {
        println!("{}", wasm::NOT_BUILT);
    }
    if !over.is_empty() {
        bail!("too large: {} (see {BUDGET})", over.join("; "));
    }
    Ok(())
}

/// The bound of a group, which is another one where the standard library is
/// not built for size.
fn limit(limits: &Value) -> Result<usize> {
    let allowed = match wasm::is_library_shipped() {
        true => number(limits, "brotli_with_shipped_library")?,
        false => 0,
    };
    Ok(allowed.max(number(limits, "brotli")?))
}

/// The budget's file.
pub fn budget() -> Result<Table> {
    let text = std::fs::read_to_string(root().join(BUDGET))
        .with_context(|| format!("cannot read {BUDGET}"))?;
    text.parse()
        .with_context(|| format!("{BUDGET} is not TOML"))
}

/// A limit of a group.
pub fn number(limits: &Value, name: &str) -> Result<usize> {
    limits
        .get(name)
        .and_then(Value::as_integer)
        .and_then(|n| usize::try_from(n).ok())
        .with_context(|| format!("{BUDGET} lacks a number `{name}`"))
}

fn weigh_group(limits: &Value) -> Result<Weight> {
    let files = limits.get("files").and_then(Value::as_array);
    let names = files.into_iter().flatten().filter_map(Value::as_str);
    let mut total = Weight::default();
    for name in names {
        let weight = weigh(&dist().join(name))?;
        print_row(name, weight, "");
        total.raw += weight.raw;
        total.gzip += weight.gzip;
        total.brotli += weight.brotli;
    }
    Ok(total)
}

fn weigh(file: &Path) -> Result<Weight> {
    let content = std::fs::read(file)
        .with_context(|| format!("cannot read {}: run `cargo xtask dist`", file.display()))?;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&content)?;
    let mut brotli = brotli::CompressorWriter::new(Vec::new(), 1 << 16, BEST, WINDOW);
    brotli.write_all(&content)?;
    Ok(Weight {
        raw: content.len(),
        gzip: gzip.finish()?.len(),
        brotli: brotli.into_inner().len(),
    })
}

fn print_row(name: &str, weight: Weight, note: &str) {
    let Weight { raw, gzip, brotli } = weight;
    println!("{name:<28}{raw:>10}{gzip:>10}{brotli:>10}  {note}");
}
