//! The page that is being read: its text and where a range of it stands.

use std::ops::Range;

use crate::source::{SourceId, Span, Spanned};

/// A page's text, handed to everything that reads it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page<'a> {
    pub(super) source: SourceId,
    pub(super) text: &'a str,
}

impl<'a> Page<'a> {
    pub(super) fn span(self, range: Range<usize>) -> Span {
        Span::new(self.source, range)
    }

    pub(super) fn slice(self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    /// The words at `range`, with their place.
    pub(super) fn spanned(self, range: Range<usize>) -> Spanned<&'a str> {
        Spanned::new(self.slice(range.clone()), self.span(range))
    }
}
