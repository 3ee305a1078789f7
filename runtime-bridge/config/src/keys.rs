//! The names of keys: which are known, and which are probably meant to be.
//!
//! An unknown key is legal: programs read it from `pyscript.config`. Only one
//! that nearly is a known key deserves a word.

use crate::read::Entry;

/// All that have a meaning, with those that PyScript once had.
const KNOWN: [&str; 16] = [
    "debug",
    "experimental_create_proxy",
    "experimental_ffi_timeout",
    "experimental_remote_packages",
    "fetch",
    "files",
    "index_urls",
    "interpreter",
    "js_modules",
    "name",
    "package_base_url",
    "packages",
    "packages_cache",
    "plugins",
    "sync_main_only",
    "version",
];

/// A sentence about a key that looks like a slip of the pen.
pub(crate) fn slip(entry: &Entry<'_>, name: &str) -> Option<String> {
    let meant = nearest(name)?;
    Some(format!(
        "config, {} ({}): This key is not known; did you mean `{meant}`? It has no effect but is readable as `pyscript.config[\"{name}\"]`.",
        entry.key,
        entry.place()
    ))
}

fn nearest(name: &str) -> Option<&'static str> {
    if KNOWN.contains(&name) {
        return None;
    }
    let plain = name.to_ascii_lowercase().replace('-', "_");
    let near = |known: &&&str| distance(&plain, known) <= allowed(known);
    KNOWN
        .iter()
        .filter(near)
        .min_by_key(|known| distance(&plain, known))
        .copied()
}

/// Short words are near to each other by chance.
fn allowed(known: &str) -> usize {
    match known.len() {
        0..=5 => 1,
        _ => 2,
    }
}

/// Letters to add, drop, change, or swap with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let width = right.len() + 1;
    let mut rows: Vec<Vec<usize>> = vec![(0..width).collect()];
    for (row, &char) in left.iter().enumerate() {
        let mut next = vec![row + 1; width];
        for (column, &other) in right.iter().enumerate() {
            let changed = rows[row][column] + usize::from(char != other);
            let dropped = rows[row][column + 1] + 1;
            let added = next[column] + 1;
            let mut best = changed.min(dropped).min(added);
            let is_swap =
                row > 0 && column > 0 && char == right[column - 1] && other == left[row - 1];
            if is_swap {
                best = best.min(rows[row - 1][column - 1] + 1);
            }
            next[column + 1] = best;
        }
        rows.push(next);
    }
    rows[left.len()][width - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_other_names_left_alone() {
        let cases = [
            ("pakages", Some("packages")),
            ("package", Some("packages")),
            ("package_cache", Some("packages_cache")),
            ("js-modules", Some("js_modules")),
            ("Files", Some("files")),
            ("file", Some("files")),
            ("fiels", Some("files")),
            ("packages", None),
            ("title", None),
            ("data", None),
            ("x", None),
        ];
        for (name, meant) in cases {
            assert_eq!(nearest(name), meant, "{name}");
        }
    }

    #[test]
    fn a_distance_is_a_metric_on_some_words() {
        let words = ["", "a", "files", "fiels", "packages", "package"];
        for left in words {
            assert_eq!(distance(left, left), 0);
            for right in words {
                assert_eq!(distance(left, right), distance(right, left));
            }
        }
        assert_eq!(distance("fiels", "files"), 1, "neighbours swapped");
        assert_eq!(distance("", "files"), 5);
    }
}
