//! From a block's text to what it says, with every mistake at its place.

use super::{Block, Refusal};
use crate::{diagnostic::Diagnostic, source::Fragments};

/// Reads a block. All that is wrong goes to `found`, at its place in the page; `None` where that is an error.
pub fn read(text: &Fragments, found: &mut Vec<Diagnostic>) -> Option<Block> {
    let _ = (text, found);
    None
}

/// Reads a block that stands alone, and tells the first mistake only: for a run, whose page has been checked.
///
/// # Errors
/// That mistake.
pub fn read_plain(text: &str) -> Result<Block, Refusal> {
    let _ = text;
    Err(Refusal { code: "", message: String::new(), at: 0..0, label: String::new(), help: None })
}
