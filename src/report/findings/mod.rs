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
pub use terminal::{covered, terminal, totals};

use serde::Serialize;

use crate::{diagnostic::Diagnostic, source::Sources};

/// The blocks of all pages for one platform that look executable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// The platform; `None`: pages that name none.
    pub platform: Option<String>,
    /// How many there are.
    pub executable: usize,
    /// How many of them are tagged.
    pub tagged: usize,
    /// That share in percent, rounded down.
    pub percent: usize,
}

impl Coverage {
    /// Whether it is less than `least` percent.
    #[must_use]
    pub fn is_below(&self, least: u8) -> bool {
        self.tagged * 100 < usize::from(least) * self.executable
    }
}

/// What a check found.
#[derive(Clone, Copy, Debug)]
pub struct Checked<'a> {
    /// What is wrong, in the order of the places.
    pub diagnostics: &'a [Diagnostic],
    /// The texts that it is about.
    pub sources: &'a Sources,
    /// How many tutorials were read.
    pub tutorials: usize,
    /// How much of what looks executable is tagged, a row for each platform.
    pub coverage: &'a [Coverage],
    /// The least share in percent that is asked for.
    pub least: Option<u8>,
    /// What was mended before.
    pub mended: &'a [Mended],
}
