//! A block's text that lies in pieces in its source: in a list item or quote each line is a piece, with CRLF too.

use std::ops::Range;

use super::{SourceId, Span};

/// A text and, for each of its bytes, the place in the source that it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragments {
    text: String,
    source: SourceId,
    /// (offset in `text`, offset in the source), ascending in both.
    pieces: Vec<(usize, usize)>,
    /// Where an empty text stands.
    at: usize,
}

impl Fragments {
    /// An empty text that stands at the byte `at` of `source`.
    #[must_use]
    pub fn new(source: SourceId, at: usize) -> Self {
        Self { text: String::new(), source, pieces: Vec::new(), at }
    }

    /// Adds `text`, which stands at the byte `at` of the source.
    pub fn push(&mut self, text: &str, at: usize) {
        if text.is_empty() {
            return;
        }
        self.pieces.push((self.text.len(), at));
        self.text.push_str(text);
    }

    /// The text in one piece, with LF line ends as they were pushed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The source it lies in.
    #[must_use]
    pub fn source(&self) -> SourceId {
        self.source
    }

    /// The source's span for a range of the text. A range over several pieces gives the span from the first
    /// to the last.
    #[must_use]
    pub fn span(&self, range: Range<usize>) -> Span {
        let start = self.place(range.start);
        let end = if range.end > range.start { self.place(range.end - 1) + 1 } else { start };
        Span::new(self.source, start..end)
    }

    fn place(&self, offset: usize) -> usize {
        let after = self.pieces.partition_point(|&(at, _)| at <= offset);
        match after.checked_sub(1).and_then(|index| self.pieces.get(index)) {
            Some(&(at, source)) => source + (offset - at),
            None => self.at,
        }
    }
}
