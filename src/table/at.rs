//! A value and its place.

use std::ops::Range;

/// A value and its bytes in the block's text, placeholders replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At<T> {
    /// What it says.
    pub value: T,
    /// Where.
    pub at: Range<usize>,
}
