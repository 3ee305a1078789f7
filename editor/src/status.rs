//! The sentences of the status line while an interpreter loads. What a run's
//! end is called is the protocol's `Report::text`.

use runtime_bridge::protocol::Interpreter;
use runtime_bridge::protocol::notice::{Phase, Progress};

use crate::options::language;

/// Before the first byte.
pub fn loading(interpreter: Interpreter) -> String {
    ["Loading ", language(interpreter), "…"].concat()
}

/// While others of the environment run; `ahead` counts them.
pub fn waiting(ahead: usize, environment: Option<&str>) -> String {
    let runs = if ahead == 1 { " run" } else { " runs" };
    let ahead = ahead.to_string();
    match environment {
        Some(name) => ["Waiting for ", &ahead, runs, " in “", name, "”…"].concat(),
        None => ["Waiting for ", &ahead, runs, "…"].concat(),
    }
}

/// How far the interpreter is, in bytes.
pub fn progress(interpreter: Interpreter, progress: &Progress) -> String {
    match progress.phase {
        Phase::Start | Phase::Restore => ["Starting ", language(interpreter), "…"].concat(),
        Phase::Setup => "Running the setup code…".to_owned(),
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
        Phase::Start | Phase::Restore | Phase::Setup => 1000,
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
