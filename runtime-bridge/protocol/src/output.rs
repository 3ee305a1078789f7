//! Text that a program wrote, in its order, with its stream.
//!
//! The order between the two streams is the order of writing, so output is one
//! list of chunks and never two texts. Neighbours of one stream are merged:
//! a program that writes letter by letter must not cost a node a letter.
//!
//! Not here: lines, colours, limits; those belong to who shows the text.

/// Where a program wrote to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
    /// What a reader typed into it; no worker says this.
    In,
}

/// A piece of text on one stream. Never split inside a character; may end inside a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Chunk {
    /// Where it was written to.
    pub stream: Stream,
    /// The text as written.
    pub text: String,
}

impl Chunk {
    /// Text on standard error.
    pub fn err(text: impl Into<String>) -> Self {
        Self {
            stream: Stream::Err,
            text: text.into(),
        }
    }

    /// Text on standard output.
    pub fn out(text: impl Into<String>) -> Self {
        Self {
            stream: Stream::Out,
            text: text.into(),
        }
    }
}

/// Adds `chunks` to the end of `log`; neighbours of one stream become one chunk,
/// empty ones vanish.
pub fn append(log: &mut Vec<Chunk>, chunks: Vec<Chunk>) {
    for chunk in chunks {
        if chunk.text.is_empty() {
            continue;
        }
        match log.last_mut() {
            Some(last) if last.stream == chunk.stream => last.text.push_str(&chunk.text),
            _ => log.push(chunk),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chunk() -> impl Strategy<Value = Chunk> {
        let stream = prop_oneof![Just(Stream::Out), Just(Stream::Err)];
        (stream, "[aé\n]{0,3}").prop_map(|(stream, text)| Chunk { stream, text })
    }

    fn letters(chunks: &[Chunk]) -> Vec<(Stream, char)> {
        chunks
            .iter()
            .flat_map(|chunk| chunk.text.chars().map(|c| (chunk.stream, c)))
            .collect()
    }

    proptest! {
        /// However the text arrives, every letter keeps its place and its stream.
        #[test]
        fn merging_keeps_order_and_stream(batches in prop::collection::vec(prop::collection::vec(chunk(), 0..5), 0..5)) {
            let written: Vec<Chunk> = batches.concat();
            let mut log = Vec::new();
            for batch in batches {
                append(&mut log, batch);
            }
            prop_assert_eq!(letters(&log), letters(&written));
            prop_assert!(log.windows(2).all(|pair| pair[0].stream != pair[1].stream));
            prop_assert!(log.iter().all(|chunk| !chunk.text.is_empty()));
        }
    }
}
