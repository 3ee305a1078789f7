//! `build`: the wasm of each bundle, from Rust sources to an optimised module
//! and the JavaScript that binds it, under `target/web/NAME`.
//!
//! Not here: bundling and the folder for the host (`dist`).

mod linked;
mod shrink;
mod split;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;

use crate::paths::{npm_package, root, wasm_target, web};
use crate::setup::wasm::TARGET;
use crate::setup::{WasmToolchain, npm};
use crate::shell::{already, command, run, run_quiet, step};
use crate::stamp::{self, Inputs};

/// What a page can load: one wasm module with one JavaScript module.
pub struct Bundle {
    /// The name of the products in `dist/`.
    pub name: &'static str,
    /// The package that is compiled.
    pub package: &'static str,
    /// The JavaScript that starts it; without one, a few generated lines
    /// that start the wasm and nothing else.
    pub entry: Option<&'static str>,
    /// The modules with what its page needs later only.
    behind: &'static [Doors],
    /// The crate's root. A bundle without exports is not built yet.
    source: &'static str,
}

/// Functions behind which the module is cut.
struct Doors {
    /// The name of the modules whose functions they are.
    of: &'static str,
    /// The name under which what is behind them is served.
    served: &'static str,
}

const BUNDLES: [Bundle; 3] = [
    Bundle {
        name: "py-editor",
        package: "py-editor",
        entry: Some("editor/js/py-editor.js"),
        behind: &[
            Doors {
                of: "late",
                served: "run.wasm",
            },
            Doors {
                of: "tools",
                served: "tools.wasm",
            },
        ],
        source: "editor/src/lib.rs",
    },
    Bundle {
        name: "config",
        package: "config-wasm",
        entry: Some("runtime-bridge/js/config.js"),
        behind: &[],
        source: "runtime-bridge/config/wasm/src/lib.rs",
    },
    Bundle {
        name: "app",
        package: "app",
        entry: None,
        behind: &[],
        source: "app/src/lib.rs",
    },
];

/// What the compiler may use: every browser of the last years has these.
const FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];
/// `memory-packing` cuts the data around its zeros: fewer bytes as they are,
/// 5 KB more with brotli, which is what travels. `inlining-optimizing` is the
/// same, by 3 KB; the compiler has inlined already. What `local-cse` keeps in
/// locals is as long on its way as the expressions themselves: 0.7 KB.
const OPTIMISE: [&str; 6] = [
    "-Oz",
    "--skip-pass=memory-packing",
    "--skip-pass=inlining-optimizing",
    "--skip-pass=local-cse",
    "--strip-debug",
    "--strip-producers",
];

/// One module of a bundle.
struct Part {
    served: String,
    bound: PathBuf,
    done: PathBuf,
}

/// A second round finds 0.5 KB that the first has made possible.
const AGAIN: [&str; 1] = ["-Oz"];

/// Whether the optimiser runs: it takes longer than all the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// What ships.
    Full,
    /// For a loop of edits: larger and slower modules, sooner.
    Fast,
}

impl Bundle {
    /// Its folder of half-way products.
    pub fn folder(&self) -> PathBuf {
        web().join(self.name)
    }

    /// The generated binding module.
    pub fn glue(&self) -> PathBuf {
        self.folder().join("glue.js")
    }

    /// The modules that go to `dist/`, each with its name there.
    pub fn modules(&self) -> Vec<(String, PathBuf)> {
        let all = self.parts().into_iter();
        all.map(|part| (part.served, part.done)).collect()
    }

    /// Its modules, before and after the optimiser.
    fn parts(&self) -> Vec<Part> {
        let first = Part {
            served: format!("{}.wasm", self.name),
            bound: bound(self),
            done: self.folder().join("final.wasm"),
        };
        let behind = self.behind.iter().map(|doors| Part {
            served: doors.served.to_owned(),
            bound: self.folder().join(format!("{}_bg.wasm", doors.of)),
            done: self.folder().join(format!("{}.wasm", doors.of)),
        });
        [first].into_iter().chain(behind).collect()
    }

    fn crate_name(&self) -> String {
        self.package.replace('-', "_")
    }
}

/// The bundles that have code: one that exports nothing is a placeholder.
pub fn bundles() -> Vec<&'static Bundle> {
    let has_code = |bundle: &&Bundle| {
        std::fs::read_to_string(root().join(bundle.source))
            .is_ok_and(|text| text.contains("mod ") || text.contains("wasm_bindgen"))
    };
    BUNDLES.iter().filter(has_code).collect()
}

/// Builds every bundle's module and binding.
pub fn build(toolchain: &WasmToolchain, effort: Effort) -> Result<()> {
    bindings(toolchain)?;
    let bundles = bundles();
    bundles
        .iter()
        .try_for_each(|bundle| optimise(bundle, effort))
}

/// Builds as far as the bindings, which the type checker reads.
pub fn bindings(toolchain: &WasmToolchain) -> Result<()> {
    eprintln!("build");
    let bundles = bundles();
    if bundles.is_empty() {
        return Ok(());
    }
    step("compiling for wasm", || compile(toolchain, &bundles))?;
    bundles.iter().try_for_each(|bundle| bind(bundle))
}

fn compile(toolchain: &WasmToolchain, bundles: &[&Bundle]) -> Result<()> {
    let mut cargo = toolchain.cargo();
    cargo.args([
        "build",
        "--quiet",
        "--lib",
        "--target",
        TARGET,
        "--profile",
        "wasm",
    ]);
    for bundle in bundles {
        cargo.args(["--package", bundle.package]);
    }
    run(&mut cargo).context("the wasm build failed")
}

fn bind(bundle: &Bundle) -> Result<()> {
    let compiled = wasm_target()
        .join(TARGET)
        .join("wasm")
        .join(format!("{}.wasm", bundle.crate_name()));
    // The module itself names the version of the generator that it needs.
    let hash = Inputs::default().path(&compiled)?.hash();
    let what = format!("binding {}", bundle.name);
    let stamp = bundle.folder().join(".bound");
    let mut products = vec![bundle.glue()];
    products.extend(bundle.parts().into_iter().map(|part| part.bound));
    let done = stamp::unless_done(&stamp, &hash, &products, || {
        step(&what, || generate(bundle, &compiled))
    })?;
    if !done {
        already(&what);
    }
    Ok(())
}

fn generate(bundle: &Bundle, compiled: &Path) -> Result<()> {
    // Snippets of an earlier build must not linger.
    let _ = std::fs::remove_dir_all(bundle.folder());
    std::fs::create_dir_all(bundle.folder())?;
    let linked = std::fs::read(compiled).context("the compiled module is missing")?;
    Bindgen::new()
        .input_bytes("glue", linked::without_relocations(&linked)?)
        // Names tell the functions of one module in another.
        .demangle(false)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(true)
                .omit_default_module_path(true)
                .generate(bundle.folder())
        })
        .map_err(|error| anyhow!("{error:#}"))
        .with_context(|| format!("the binding of {} could not be generated", bundle.name))?;
    if !bundle.behind.is_empty() {
        offer_imports(bundle)?;
    }
    let files = shrink::Files {
        glue: &bundle.glue(),
        module: &bound(bundle),
    };
    shrink::shrink(&files, || reachable(bundle))?;
    if bundle.behind.is_empty() {
        return Ok(());
    }
    cut(&linked, bundle).with_context(|| format!("{} could not be split", bundle.name))
}

/// The binding gives what the modules behind doors are instantiated with.
fn offer_imports(bundle: &Bundle) -> Result<()> {
    append(
        &bundle.glue(),
        &format!(
            "\nexport const lateImports = () => ({{ ...__wbg_get_imports(), {}: wasm }});\n",
            split::FIRST
        ),
    )?;
    append(
        &bundle.glue().with_extension("d.ts"),
        "\nexport function lateImports(): WebAssembly.Imports;\n",
    )
}

fn append(file: &Path, text: &str) -> Result<()> {
    let old =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    stamp::write(file, old + text)
}

/// Leaves in the first module what is not behind a door; the rest goes into the others.
fn cut(linked: &[u8], bundle: &Bundle) -> Result<()> {
    let bound = std::fs::read(bound(bundle))?;
    let names: Vec<&str> = bundle.behind.iter().map(|doors| doors.of).collect();
    let cut = split::split(&linked::Linked::parse(linked)?, &bound, &names)?;
    let modules = [cut.first].into_iter().chain(cut.behind);
    for (part, module) in bundle.parts().iter().zip(modules) {
        std::fs::write(&part.bound, module)?;
    }
    Ok(())
}

/// The page's JavaScript with the generated binding, whatever else it imports left out.
fn reachable(bundle: &Bundle) -> Result<String> {
    let entry = bundle
        .entry
        .map_or_else(|| bundle.glue(), |entry| root().join(entry));
    run_quiet(
        command(root().join("node_modules/.bin/esbuild"))
            .arg(entry)
            .args([
                "--bundle",
                "--format=esm",
                "--external:element-css",
                "--external:assets",
            ])
            .arg(format!("--alias:glue={}", bundle.glue().display()))
            .current_dir(root()),
    )
}

fn optimise(bundle: &Bundle, effort: Effort) -> Result<()> {
    let options: Vec<&str> = match effort {
        Effort::Full => FEATURES.into_iter().chain(OPTIMISE).chain(AGAIN).collect(),
        Effort::Fast => Vec::new(),
    };
    for part in bundle.parts() {
        let hash = Inputs::default()
            .text(&options.join(" "))
            .path(&npm_package("binaryen").join("package.json"))?
            .path(&part.bound)?
            .hash();
        let what = format!("optimising {}", part.served);
        let stamp = bundle.folder().join(format!(".{}.optimised", part.served));
        let products = std::slice::from_ref(&part.done);
        let done = stamp::unless_done(&stamp, &hash, products, || match effort {
            Effort::Full => step(&what, || wasm_opt(&part, &options)),
            Effort::Fast => copy(&part.bound, &part.done),
        })?;
        if !done {
            already(&what);
        }
    }
    Ok(())
}

fn wasm_opt(part: &Part, options: &[&str]) -> Result<()> {
    let program = npm_package("binaryen").join("bin/wasm-opt");
    run_quiet(
        command(npm::node()?)
            .arg(program)
            .args(options)
            .arg(&part.bound)
            .arg("-o")
            .arg(&part.done),
    )?;
    Ok(())
}

fn bound(bundle: &Bundle) -> PathBuf {
    bundle.folder().join("glue_bg.wasm")
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}
