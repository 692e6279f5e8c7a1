//! What is wrong in pages, in the formats that `tutor check` writes.

mod github;
mod json;
mod mend;
mod merge;
mod terminal;
#[cfg(test)]
mod tests;

pub use github::github;
pub use json::json;
pub use mend::{Mended, mended};
pub use terminal::{terminal, totals};

use crate::{diagnostic::Diagnostic, source::Sources};

/// What a check found.
#[derive(Clone, Copy, Debug)]
pub struct Checked<'a> {
    /// What is wrong, in the order of the places.
    pub diagnostics: &'a [Diagnostic],
    /// The texts that it is about.
    pub sources: &'a Sources,
    /// How many tutorials were read.
    pub tutorials: usize,
    /// What was mended before.
    pub mended: &'a [Mended],
}
