//! The front matter: what a page says about itself before its Markdown begins.

mod entries;
mod extent;
mod files;
mod keys;
mod mutants;
mod parity;
mod ports;
mod reader;
mod redact;
mod requires;
mod yaml;

pub use extent::is_tutorial;
pub(super) use extent::{Extent, extent};
pub(super) use files::absent;
pub(super) use keys::{Front, read};
