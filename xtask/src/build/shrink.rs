//! Takes out of a bound module what its page cannot reach, and shortens the
//! names by which its two halves know each other.
//!
//! The binding generator exports every `#[wasm_bindgen]` class of every crate,
//! also those that nothing imports, and names each import after what it calls;
//! both are dead weight in a module that a page waits for. Not here: optimising
//! the code itself (`wasm-opt`).

use std::collections::HashSet;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use walrus::{Module, ModuleConfig, passes};

/// The binding and its module, before and after.
pub struct Files<'a> {
    /// The generated JavaScript; rewritten in place.
    pub glue: &'a Path,
    /// The module beside it; rewritten in place.
    pub module: &'a Path,
}

/// Shrinks both files. `bundled` gives the page's JavaScript as a bundler
/// leaves it when it has dropped what is not used.
pub fn shrink(files: &Files, bundled: impl Fn() -> Result<String>) -> Result<()> {
    let glue = read(files.glue)?;
    std::fs::write(files.glue, droppable(&glue))?;
    let used = words(&bundled()?);
    let bytes = std::fs::read(files.module).context("the bound module is missing")?;
    let config = ModuleConfig::new();
    let mut module = config
        .parse(&bytes)
        .map_err(|error| anyhow!("the bound module cannot be read: {error:#}"))?;
    drop_exports(&mut module, &used);
    passes::gc::run(&mut module);
    let imports: HashSet<String> = names(&module.imports);
    let glue = without_imports(&read(files.glue)?, &imports);
    std::fs::write(files.glue, shorten(&mut module, &glue))?;
    std::fs::write(files.module, module.emit_wasm())?;
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Marks the glue so that a bundler may drop classes that nothing imports.
fn droppable(glue: &str) -> String {
    let kept = glue
        .lines()
        .filter(|line| !line.starts_with("if (Symbol.dispose)"));
    let text: Vec<&str> = kept.collect();
    text.join("\n").replace(
        ": new FinalizationRegistry(",
        ": /* @__PURE__ */ new FinalizationRegistry(",
    )
}

/// The identifiers of a text.
fn words(text: &str) -> HashSet<String> {
    let in_word = |char: char| char.is_alphanumeric() || char == '_' || char == '$';
    text.split(|char| !in_word(char))
        .map(str::to_owned)
        .collect()
}

fn drop_exports(module: &mut Module, used: &HashSet<String>) {
    let unused: Vec<_> = module
        .exports
        .iter()
        .filter(|export| !used.contains(&export.name))
        .map(|export| export.id())
        .collect();
    for id in unused {
        module.exports.delete(id);
    }
}

fn names(imports: &walrus::ModuleImports) -> HashSet<String> {
    imports.iter().map(|import| import.name.clone()).collect()
}

/// The glue without the functions of imports that are gone. The generator
/// writes each as a member of one object, at one depth.
fn without_imports(glue: &str, imports: &HashSet<String>) -> String {
    let mut kept = Vec::new();
    let mut skipping = false;
    for line in glue.lines() {
        let member = line
            .strip_prefix("        __wb")
            .filter(|rest| rest.contains(": function("));
        if let Some(rest) = member {
            let name = format!("__wb{}", rest.split(':').next().unwrap_or_default());
            skipping = !imports.contains(&name);
        }
        if !skipping {
            kept.push(line);
        }
        if line == "        }," {
            skipping = false;
        }
    }
    kept.join("\n")
}

/// Gives generated names a short form, in both halves.
fn shorten(module: &mut Module, glue: &str) -> String {
    let mut short = Vec::new();
    let mut next = |name: &mut String| {
        // The last are functions that the compiler has named, such as what calls a closure.
        let is_ours = ["__wb", "wasm_bindgen_", "_R"]
            .iter()
            .any(|start| name.starts_with(start));
        if !is_ours {
            return;
        }
        let given = format!("_{}", short.len());
        short.push((std::mem::replace(name, given.clone()), given));
    };
    module
        .imports
        .iter_mut()
        .for_each(|import| next(&mut import.name));
    module
        .exports
        .iter_mut()
        .for_each(|export| next(&mut export.name));
    replace_words(glue, &short.into_iter().collect())
}

fn replace_words(text: &str, names: &std::collections::HashMap<String, String>) -> String {
    let in_word = |char: char| char.is_alphanumeric() || char == '_' || char == '$';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(in_word) {
        let (before, word) = rest.split_at(start);
        let end = word.find(|char| !in_word(char)).unwrap_or(word.len());
        let (word, after) = word.split_at(end);
        out.push_str(before);
        out.push_str(names.get(word).map_or(word, String::as_str));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_replaced_only() {
        let names = [("__wbg_a".to_owned(), "_0".to_owned())].into();
        assert_eq!(
            replace_words("__wbg_a(__wbg_ab, x.__wbg_a)", &names),
            "_0(__wbg_ab, x._0)"
        );
    }

    #[test]
    fn functions_of_gone_imports_go() {
        let glue = "        __wbg_a: function() {\n            1;\n        },\n        __wbg_b: function() {\n        },\n    };";
        let kept = without_imports(glue, &["__wbg_b".to_owned()].into());
        assert_eq!(kept, "        __wbg_b: function() {\n        },\n    };");
    }
}
