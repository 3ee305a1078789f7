//! The `config` of an editor: what its text says, as a plan that a worker can
//! perform. Pure: it asks for the texts that it needs and never fetches.
//!
//! A [`Planner`] is given the attribute's text and answers with a [`Step`]: URLs
//! whose texts it needs, or the finished [`Plan`]. Whoever holds it fetches and
//! calls [`Planner::answer`]. Names and meanings are those of PyScript; where it
//! is silent about an error, a [`ConfigError`] names the key, the place and the
//! way out.
//!
//! Not here: fetching, performing a plan, and the interpreters' own loaders.

mod error;
mod files;
mod interpreter;
mod json;
mod keys;
mod modules;
mod packages;
mod plan;
mod planner;
mod read;
mod source;
mod tree;

pub use error::{ConfigError, Place};
pub use interpreter::Kind;
pub use plan::{Cache, FileEntry, ModuleEntry, Plan};
pub use planner::{About, Answer, Planner, Step};

/// How a reference becomes an absolute URL: the browser's own rules, or those of
/// a test.
pub trait Resolve {
    /// The absolute URL of `reference` on `base`; nothing when it is no URL.
    fn resolve(&self, reference: &str, base: &str) -> Option<String>;
}

/// The absolute URL of a reference in `entry`, relative to its document; one
/// that is none is an error with `advice`.
fn url_in(
    entry: &read::Entry<'_>,
    reference: &str,
    resolve: &dyn Resolve,
    advice: &str,
) -> Result<String, ConfigError> {
    let url = resolve.resolve(reference, &entry.document.base);
    url.ok_or_else(|| entry.error(format!("`{reference}` is no URL"), advice))
}
