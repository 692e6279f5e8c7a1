//! Blocks that are tables (TOML): their keys and values, each with its place, and what can be wrong with those anywhere.

mod at;
mod choice;
mod reader;
mod refusal;
mod syntax;
#[cfg(test)]
pub(crate) mod tests;
mod whole;
mod words;

pub use at::At;
pub use choice::{Choice, Chosen};
pub use reader::{Fields, Mode, Reader, Value};
pub use refusal::{Refusal, line};
pub use whole::{Owner, read, read_plain};
pub use words::{is_placeholder, listed, near, quoted, shown};
