//! Mutants: a tutorial changed in one small way, each of which a run should notice.
//!
//! All changes are edits of a page's text, or of what was recorded of a step. Blocks are those that the page's reader found; what
//! stands in them is taken apart by simple rules, the same for all pages. Nothing runs here, and nothing is written.

mod blocks;
mod document;
mod edit;
mod hint;
mod lines;
mod model;
mod numbers;
mod paths;
mod recorded;
mod sample;
mod shell;
mod steps;
#[cfg(test)]
mod tests;
mod words;

pub use document::mutants;
pub use edit::edited;
pub use hint::hint;
pub use model::{Alteration, Edit, Mutant, Operator, Part};
pub use recorded::{Stream, of_recording};
pub use sample::sample;
