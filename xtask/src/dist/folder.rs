//! The folder itself: a file is written only when its content is new, so that
//! browsers' caches hold, and what no longer belongs is removed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::stamp;

/// A folder being filled.
pub struct Folder {
    path: PathBuf,
    kept: BTreeSet<PathBuf>,
}

impl Folder {
    /// Starts with what is there.
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            kept: BTreeSet::new(),
        }
    }

    /// Puts a file by content.
    pub fn put(&mut self, name: &str, content: &[u8]) -> Result<()> {
        let file = self.path.join(name);
        if !std::fs::read(&file).is_ok_and(|old| old == content) {
            stamp::write(&file, content)?;
        }
        self.kept.insert(file);
        Ok(())
    }

    /// Puts a copy of a file.
    pub fn put_copy(&mut self, name: &str, from: &Path) -> Result<()> {
        let content =
            std::fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
        self.put(name, &content)
    }

    /// Removes every file that was not put.
    pub fn finish(self) -> Result<()> {
        for file in stamp::files_below(&self.path)? {
            if !self.kept.contains(&file) {
                std::fs::remove_file(&file)
                    .with_context(|| format!("cannot remove {}", file.display()))?;
            }
        }
        Ok(())
    }
}
