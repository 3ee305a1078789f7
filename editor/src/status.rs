//! The sentences of the status line while an interpreter loads. What a run's
//! end is called is the protocol's `Report::text`.

use runtime_bridge::protocol::Interpreter;
use runtime_bridge::protocol::notice::{Phase, Progress};

use crate::options::language;

/// Before the first byte.
pub fn loading(interpreter: Interpreter) -> String {
    ["Loading ", language(interpreter), "…"].concat()
}

/// How far the interpreter is, in bytes.
pub fn progress(interpreter: Interpreter, progress: &Progress) -> String {
    match progress.phase {
        Phase::Start => ["Starting ", language(interpreter), "…"].concat(),
        Phase::Install => ["Getting ", &progress.file, "…"].concat(),
        Phase::Download => [
            "Loading ",
            language(interpreter),
            ": ",
            &megabytes(progress.loaded_bytes),
            " of ",
            &megabytes(progress.total_bytes),
            " MB",
        ]
        .concat(),
    }
}

/// The same in thousandths, for the bar.
pub fn thousandths(progress: &Progress) -> u32 {
    match progress.phase {
        Phase::Start => 1000,
        Phase::Install | Phase::Download => {
            (progress.loaded_bytes * 1000 / progress.total_bytes.max(1)) as u32
        }
    }
}

/// Millions of bytes with one decimal.
fn megabytes(bytes: u64) -> String {
    let tenths = (bytes + 50_000) / 100_000;
    [&(tenths / 10).to_string(), ".", &(tenths % 10).to_string()].concat()
}
