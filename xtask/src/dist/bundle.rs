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

const MODULE: [&str; 7] = [
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=es2022",
    "--legal-comments=none",
    "--loader:.py=text",
    "--log-level=warning",
];
const STYLE: [&str; 4] = [
    "--bundle",
    "--minify",
    "--target=es2022",
    "--log-level=warning",
];
/// What lies beside the worker: its own script first, the rest loaded when it is needed.
const SCRIPTS: [&str; 2] = ["worker.js", "plan.js"];
const APP_STYLE: &str = "styles/app.css";

/// Writes what the page modules import by name.
pub fn prepare() -> Result<()> {
    let sheet = root().join("styles/element.css");
    esbuild("element.css", &sheet, &STYLE, &["styles"])?;
    interpreters::write_lock()?;
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
        "--loader:.css=text".to_owned(),
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

/// The worker and what lies beside it, and the site's styles where there are any, by served name.
pub fn worker_and_styles() -> Result<Vec<(&'static str, PathBuf)>> {
    let mut products = Vec::new();
    for name in SCRIPTS {
        let entry = root().join("runtime-bridge/js").join(name);
        let reads = ["runtime-bridge/js", "package-lock.json"];
        let product = esbuild(name, &entry, &MODULE, &reads)?;
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
