//! The front matter: what a page says about itself before its Markdown begins.

mod entries;
mod extent;
mod keys;
mod reader;
mod redact;
mod yaml;

pub use extent::is_tutorial;
pub(super) use extent::{Extent, comment_front_matter, extent};
pub(super) use keys::{Front, read};
