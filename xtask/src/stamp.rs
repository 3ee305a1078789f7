//! Stamps: a step's inputs as one hash in a file, so that the step runs
//! again only when what it reads has changed. Times of files are not used;
//! a checkout or a copy changes them without changing anything.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::paths::root;

/// Gathers what a step reads.
#[derive(Default)]
pub struct Inputs(Sha256);

impl Inputs {
    /// A setting: a version, a flag, a list of options.
    pub fn text(mut self, text: &str) -> Self {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text);
        self
    }

    /// A file by name and content, or every file below a folder; what does
    /// not exist counts as absent.
    pub fn path(self, path: &Path) -> Result<Self> {
        let mut inputs = self;
        for file in files_below(path)? {
            let content =
                std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let name = file.strip_prefix(root()).unwrap_or(&file);
            inputs = inputs.text(&name.to_string_lossy());
            inputs.0.update((content.len() as u64).to_le_bytes());
            inputs.0.update(&content);
        }
        Ok(inputs)
    }

    /// The hash of one file's content alone.
    pub fn hash_of(file: &Path) -> Result<String> {
        let content =
            std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        Ok(Self(Sha256::new_with_prefix(content)).hash())
    }

    /// The hash, in hexadecimal.
    pub fn hash(self) -> String {
        let hash = self.0.finalize();
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Runs `work` unless the stamp file says that it was done with the same
/// inputs and all its products still exist. Says whether it ran.
pub fn unless_done(
    stamp: &Path,
    hash: &str,
    products: &[PathBuf],
    work: impl FnOnce() -> Result<()>,
) -> Result<bool> {
    if holds(stamp, hash) && products.iter().all(|p| p.exists()) {
        return Ok(false);
    }
    let _ = std::fs::remove_file(stamp);
    work()?;
    write(stamp, hash)?;
    Ok(true)
}

/// Whether the stamp file holds this hash.
pub fn holds(stamp: &Path, hash: &str) -> bool {
    std::fs::read_to_string(stamp).is_ok_and(|old| old == hash)
}

/// Writes a file together with the folders it needs.
pub fn write(file: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    std::fs::write(file, content).with_context(|| format!("cannot write {}", file.display()))
}

/// All files below a folder in a stable order; a file is itself.
pub fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(path) else {
        return Ok(found);
    };
    for entry in entries {
        found.extend(files_below(&entry?.path())?);
    }
    found.sort();
    Ok(found)
}
