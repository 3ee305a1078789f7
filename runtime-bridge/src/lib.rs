//! The browser side of running Python in a page.
//!
//! One shared runtime per page loads and compiles each interpreter once
//! ([`runtime`]); each environment has one worker ([`client`]), and editors that
//! name the same environment share it. What to do is
//! decided in `runtime-protocol`; here it is only done.
//!
//! Not here: elements, painting, the page's events about single editors.

pub mod api;
pub mod chunk;
pub mod client;
pub mod page;
pub mod preload;
pub mod runtime;

mod config;
mod device;
mod download;
mod export;
mod late;
mod memory;
mod plain;
mod registry;
pub mod rest;
mod spares;
mod worker;

pub use client::{ConfigRule, Environment, Extras, Idle, Member, Options, Setup, Start, setup};
pub use export::with_export;
pub use runtime::configure;
pub use runtime_protocol as protocol;
