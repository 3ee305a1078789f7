//! The browser side of running Python in a page.
//!
//! One shared runtime per page loads and compiles each interpreter once
//! ([`runtime`]); each environment has one worker ([`client`]). What to do is
//! decided in `runtime-protocol`; here it is only done.
//!
//! Not here: elements, painting, the page's events about single editors.

pub mod client;
pub mod page;
pub mod runtime;

mod download;
mod plain;
mod worker;

pub use client::{Environment, Start};
pub use runtime::configure;
pub use runtime_protocol as protocol;
