//! A patch, taken apart.

use std::ops::Range;

use crate::source::Span;

/// The changes to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// In the order of the block; never none.
    pub hunks: Vec<Hunk>,
}

/// One change with what stands around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// Its header, `@@ -1,3 +1,4 @@`.
    pub header: Span,
    /// The line of the old file at which it begins, from 1; 0: before its first line.
    pub old_start: usize,
    /// The line of the new file at which it begins, from 1; 0: before its first line.
    pub new_start: usize,
    /// Its lines.
    pub lines: Vec<HunkLine>,
}

/// A line of a hunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HunkLine {
    /// What becomes of it.
    pub change: Change,
    /// Where it stands in the block's text, without its first character and its line end.
    pub text: Range<usize>,
    /// Whether the file ends here without a line end.
    pub no_newline: bool,
}

/// What becomes of a hunk's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It stays.
    Keep,
    /// It goes.
    Remove,
    /// It comes.
    Add,
}
