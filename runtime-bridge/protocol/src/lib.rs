//! What the page and its interpreters say to each other, and what it means.
//!
//! Everything here is a value or a pure function: messages, the life of one
//! environment, the log of what a program wrote, tracebacks, the page's count of
//! runs. No clock is read (times come in with the events), no browser is named;
//! the crate `runtime-bridge` performs what [`session::Session`] asks for and
//! decides nothing itself.
//!
//! Not here: how a message travels, how output is painted, what an editor does
//! with a marked line.

pub mod config;
pub mod failure;
pub mod hints;
pub mod idle;
pub mod interpreter;
pub mod last;
pub mod log;
pub mod memory;
pub mod message;
pub mod notice;
pub mod output;
pub mod page;
pub mod preload;
pub mod session;
pub mod shelf;
pub mod spare;
pub mod traceback;
pub mod typing;
pub mod wire;

pub use failure::{Failure, LoadFailure, LoadProblem};
pub use interpreter::{Interpreter, RunId};
pub use message::{Access, Answer, Display, FileEntry, FromWorker, Inspection, ToWorker};
pub use notice::{
    Loss, Notice, Outcome, Problem, Progress, Refusal, Report, RunState, Stall, StopCause,
};
pub use output::{Chunk, Stream};
pub use traceback::Traceback;
