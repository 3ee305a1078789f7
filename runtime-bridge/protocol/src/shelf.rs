//! The files of an environment as its readers see them: those that they put
//! there, and those that programs wrote.
//!
//! An interpreter's files end with it. What a reader put there is put into the
//! next one as well; what a program wrote is gone, and so it leaves the list.
//! Contents stay in the browser: here are only URLs of them.
//!
//! Not here: when an interpreter starts or ends; see [`crate::session`].

use crate::message::{FileEntry, ToWorker};

/// One environment's files.
#[derive(Debug, Default)]
pub struct Shelf {
    put: Vec<Put>,
    /// As the worker told last.
    found: Vec<FileEntry>,
}

/// A file of a reader's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// Where it is for the program, relative to its working folder.
    pub path: String,
    /// A URL that the worker can fetch: `blob:…`.
    pub url: String,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Put {
    /// What the worker is told.
    pub fn message(&self) -> ToWorker {
        ToWorker::Put {
            path: self.path.clone(),
            url: self.url.clone(),
        }
    }
}

impl Shelf {
    /// A reader puts a file there; one of the same name is replaced.
    pub fn put(&mut self, file: Put) {
        self.put.retain(|other| other.path != file.path);
        self.put.push(file);
    }

    /// What a fresh interpreter must be given, in the order of putting.
    pub fn messages(&self) -> impl Iterator<Item = ToWorker> {
        self.put.iter().map(Put::message)
    }

    /// The worker has looked.
    pub fn found(&mut self, files: Vec<FileEntry>) {
        self.found = files;
    }

    /// The interpreter has ended, and what was written in it.
    pub fn lost(&mut self) {
        self.found.clear();
    }

    /// All of them by name; the worker's word on a size is the newer one.
    pub fn list(&self) -> Vec<FileEntry> {
        let unseen = self
            .put
            .iter()
            .filter(|put| self.found.iter().all(|file| file.path != put.path))
            .map(|put| FileEntry {
                path: put.path.clone(),
                bytes: put.bytes,
            });
        let mut list: Vec<FileEntry> = self.found.iter().cloned().chain(unseen).collect();
        list.sort_by(|a, b| a.path.cmp(&b.path));
        list
    }

    /// The URL of a file that is only here so far.
    pub fn url(&self, path: &str) -> Option<&str> {
        let put = self.put.iter().find(|put| put.path == path)?;
        Some(&put.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(path: &str, bytes: u64) -> Put {
        Put {
            path: path.into(),
            url: format!("blob:{path}-{bytes}"),
            bytes,
        }
    }

    fn entry(path: &str, bytes: u64) -> FileEntry {
        FileEntry {
            path: path.into(),
            bytes,
        }
    }

    #[test]
    fn what_was_put_is_listed_before_and_after_an_interpreter() {
        let mut shelf = Shelf::default();
        shelf.put(put("b.csv", 7));
        assert_eq!(shelf.list(), [entry("b.csv", 7)]);
        shelf.found(vec![entry("a.txt", 3), entry("b.csv", 9)]);
        assert_eq!(shelf.list(), [entry("a.txt", 3), entry("b.csv", 9)]);
        shelf.lost();
        assert_eq!(shelf.list(), [entry("b.csv", 7)]);
    }

    #[test]
    fn a_file_of_the_same_name_is_replaced() {
        let mut shelf = Shelf::default();
        shelf.put(put("a", 1));
        shelf.put(put("b", 2));
        shelf.put(put("a", 3));
        let told: Vec<ToWorker> = shelf.messages().collect();
        assert_eq!(told, [put("b", 2).message(), put("a", 3).message()]);
        assert_eq!(shelf.url("a"), Some("blob:a-3"));
        assert_eq!(shelf.url("c"), None);
    }
}
