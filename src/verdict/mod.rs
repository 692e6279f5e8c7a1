//! Whether what came is what was expected. Pure, and line by line, so that output of any size is held in bounds.

mod align;
mod comparison;
mod diff;
mod kept;
mod matcher;
mod pairing;
mod pattern;
mod rewrite;
#[cfg(test)]
mod tests;

pub use comparison::{Compared, Comparison, Expectation};
pub use rewrite::{Refusal, Words, rewrite};
