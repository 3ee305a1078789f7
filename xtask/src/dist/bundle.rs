//! esbuild: the page's modules, the worker and the styles, each one file.
//!
//! A page module imports three names that only exist here: `glue` (the
//! binding of its wasm), `element-css` (the styles as text) and `assets`
//! (what lies beside it).

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::interpreters;
use crate::build::Bundle;
use crate::paths::{npm_package, root, web};
use crate::shell::{already, command, run_quiet, step};
use crate::stamp::{self, Inputs};

const MODULE: [&str; 8] = [
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=es2022",
    "--legal-comments=none",
    "--loader:.css=text",
    "--loader:.py=text",
    "--log-level=warning",
];
const STYLE: [&str; 4] = [
    "--bundle",
    "--minify",
    "--target=es2022",
    "--log-level=warning",
];
/// What lies beside the page's module, each fetched when it is needed.
const SCRIPTS: [&str; 10] = [
    "runtime-bridge/js/worker.js",
    "runtime-bridge/js/plan.js",
    "runtime-bridge/js/pyscript.js",
    "runtime-bridge/js/limits.js",
    "runtime-bridge/js/page.js",
    "runtime-bridge/js/service-worker.js",
    "editor/js/rich.js",
    "editor/js/markdown.js",
    "editor/js/latex.js",
    "editor/js/workers.js",
];
/// The Python files of the package `pyscript`, which its npm package does not export by name.
const STDLIB: &str = "src/stdlib/pyscript.js";
const APP_STYLE: &str = "styles/app.css";

/// Writes what the page modules import by name.
pub fn prepare() -> Result<()> {
    let sheet = root().join("styles/element.css");
    esbuild("element.css", &sheet, &STYLE, &["styles"])?;
    interpreters::write_lock()?;
    interpreters::write_machine()?;
    stamp::write(&assets(), interpreters::assets_module()?)
}

/// The JavaScript module of a bundle.
pub fn page_module(bundle: &Bundle) -> Result<PathBuf> {
    let entry = match bundle.entry {
        Some(entry) => root().join(entry),
        None => start_only(bundle)?,
    };
    let alias = |name: &str, file: PathBuf| format!("--alias:{name}={}", file.display());
    let aliases = [
        alias("glue", bundle.glue()),
        alias("element-css", element_css()),
        alias("assets", assets()),
    ];
    let options: Vec<&str> = MODULE
        .into_iter()
        .chain(aliases.iter().map(String::as_str))
        .collect();
    let generated = format!("target/web/{}", bundle.name);
    let reads = [
        "editor/js",
        "runtime-bridge/js",
        "target/web/element.css",
        "target/web/assets.js",
        &generated,
    ];
    esbuild(&format!("{}.js", bundle.name), &entry, &options, &reads)
}

/// The workers and what lies beside them, and the site's styles where there are any, by served name.
pub fn scripts_and_styles() -> Result<Vec<(&'static str, PathBuf)>> {
    let mut products = Vec::new();
    let stdlib = npm_package("@pyscript/core").join(STDLIB);
    let alias = format!("--alias:pyscript-stdlib={}", stdlib.display());
    let mut options = MODULE.to_vec();
    options.push(&alias);
    for script in SCRIPTS {
        let entry = root().join(script);
        let name = script.rsplit('/').next().unwrap_or(script);
        let product = esbuild(
            name,
            &entry,
            &options,
            &[
                "runtime-bridge/js",
                "editor/js",
                "styles/rich.css",
                "package-lock.json",
            ],
        )?;
        products.push((name, product));
    }
    let style = root().join(APP_STYLE);
    if style.exists() {
        let product = esbuild("app.css", &style, &STYLE, &["styles"])?;
        products.push(("app.css", product));
    }
    Ok(products)
}

/// An entry for a bundle that has no JavaScript of its own.
fn start_only(bundle: &Bundle) -> Result<PathBuf> {
    let file = bundle.folder().join("entry.js");
    let source = format!(
        "import init from \"glue\";\nawait init({{ module_or_path: new URL(\"{}.wasm\", import.meta.url) }});\n",
        bundle.name
    );
    stamp::write(&file, source)?;
    Ok(file)
}

/// Bundles `entry` into `target/web/NAME` unless nothing it reads changed.
fn esbuild(name: &str, entry: &Path, options: &[&str], reads: &[&str]) -> Result<PathBuf> {
    let product = web().join(name);
    let mut inputs = Inputs::default()
        .text(&options.join(" "))
        .path(&npm_package("esbuild").join("package.json"))?;
    for path in reads {
        inputs = inputs.path(&root().join(path))?;
    }
    let stamp = web().join(format!(".{name}.bundled"));
    let what = format!("bundling {name}");
    let done = stamp::unless_done(
        &stamp,
        &inputs.hash(),
        std::slice::from_ref(&product),
        || {
            step(&what, || {
                run_quiet(
                    command(root().join("node_modules/.bin/esbuild"))
                        .arg(entry)
                        .args(options)
                        .arg(format!("--outfile={}", product.display()))
                        .current_dir(root()),
                )
                .with_context(|| format!("esbuild cannot bundle {}", entry.display()))?;
                Ok(())
            })
        },
    )?;
    if !done {
        already(&what);
    }
    Ok(product)
}

fn element_css() -> PathBuf {
    web().join("element.css")
}

fn assets() -> PathBuf {
    web().join("assets.js")
}
