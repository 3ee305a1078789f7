//! `js_modules`: JavaScript that a program may import.

use crate::error::ConfigError;
use crate::plan::ModuleEntry;
use crate::read::Entry;
use crate::{Resolve, url_in};

/// Adds one of the two tables of `js_modules`, URL to name.
pub(crate) fn add(
    modules: &mut Vec<ModuleEntry>,
    table: &Entry<'_>,
    resolve: &dyn Resolve,
) -> Result<(), ConfigError> {
    let others = modules.len();
    for (source, entry) in table.map()? {
        let name = entry.text()?;
        let advice = "The URL comes first, the name for Python second: \"./greet.js\" = \"greet\"";
        let url = url_in(&entry, source, resolve, advice)?;
        if modules[..others].iter().any(|other| other.url == url) {
            return Err(entry.error(
                format!("Duplicated path: {source}"),
                "A package brings this module already: leave one of the two out",
            ));
        }
        if !is_name(name) {
            return Err(entry.error(
                format!("`{name}` cannot be the name of a module in Python"),
                "Use letters, digits and underscores, and no digit first",
            ));
        }
        modules.push(ModuleEntry {
            key: entry.key.clone(),
            url,
            name: name.to_owned(),
        });
    }
    Ok(())
}

/// What Python can import by; its own rule for letters is nearly this one.
fn is_name(name: &str) -> bool {
    let is_start = |char: char| char.is_alphabetic() || char == '_';
    name.starts_with(is_start) && name.chars().all(|char| is_start(char) || char.is_numeric())
}
