//! The text that is no more kept in memory, for whoever saves the output. It is
//! given to the browser as blobs, which it may put on disk; from a bound on it is
//! only counted.
//!
//! Not here: what is left out (`runtime_protocol::log`).

use js_sys::{Array, Uint8Array};
use runtime_bridge::protocol::log::{Block, grouped};
use web_sys::{Blob, BlobPropertyBag};

/// Bytes that are kept for saving.
const MOST: usize = 64 << 20;
/// Bytes of a blob.
const PART: usize = 1 << 20;

/// What was left out of one run, in its order.
#[derive(Default)]
pub struct Archive {
    parts: Array,
    bytes: usize,
    waiting: String,
    lost_lines: usize,
    is_full: bool,
}

impl Archive {
    /// Takes the next block.
    pub fn add(&mut self, block: &Block) {
        if self.is_full || self.bytes + block.text.len() > MOST {
            self.is_full = true;
            self.lost_lines += block.lines;
            return;
        }
        self.bytes += block.text.len();
        self.waiting.push_str(&block.text);
        if self.waiting.len() >= PART {
            let bytes = Uint8Array::from(self.waiting.as_bytes());
            if let Ok(part) = Blob::new_with_u8_array_sequence(&Array::of1(&bytes)) {
                self.parts.push(&part);
            }
            self.waiting.clear();
        }
    }

    /// A file of everything: what is before it, itself, and what is after it.
    pub fn file(&self, before: &str, after: &str) -> Option<Blob> {
        let parts = self.parts.slice(0, self.parts.length());
        parts.unshift(&before.into());
        parts.push(&self.waiting.as_str().into());
        if self.lost_lines > 0 {
            let lines = grouped(self.lost_lines);
            let note = ["… ", &lines, " lines were too much to keep …\n"].concat();
            parts.push(&note.into());
        }
        parts.push(&after.into());
        let kind = BlobPropertyBag::new();
        kind.set_type("text/plain;charset=utf-8");
        Blob::new_with_blob_sequence_and_options(&parts, &kind).ok()
    }
}
