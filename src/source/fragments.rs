//! A block's text that lies in pieces in its source: in a list item or quote each line is a piece, with CRLF too.

use std::ops::Range;

use super::{SourceId, Span};

/// A text and, for each of its bytes, the place in the source that it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragments {
    text: String,
    source: SourceId,
    /// Ascending in the text and in the source.
    pieces: Vec<Piece>,
    /// Where an empty text stands.
    at: usize,
}

/// A part of the text that lies in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    /// Its first byte in the text.
    offset: usize,
    /// Its first byte in the source.
    at: usize,
    /// `None`: byte for byte as in the source. Else it stands for that many bytes there as a whole.
    width: Option<usize>,
}

impl Fragments {
    /// An empty text that stands at the byte `at` of `source`.
    #[must_use]
    pub fn new(source: SourceId, at: usize) -> Self {
        Self { text: String::new(), source, pieces: Vec::new(), at }
    }

    /// Adds `text`, which stands byte for byte at the byte `at` of the source.
    pub fn push(&mut self, text: &str, at: usize) {
        if text.is_empty() {
            return;
        }
        let offset = self.text.len();
        let goes_on = self.pieces.last().is_some_and(|piece| {
            // A piece that only continues the last one would cost memory and say nothing.
            piece.width.is_none() && piece.at + (offset - piece.offset) == at
        });
        if !goes_on {
            self.pieces.push(Piece { offset, at, width: None });
        }
        self.text.push_str(text);
    }

    /// Adds `text`, which stands for other bytes `at` in the source: blanks for what is left of a tab, or a line
    /// end that the source lacks.
    pub fn push_for(&mut self, text: &str, at: Range<usize>) {
        if text.is_empty() {
            return;
        }
        self.pieces.push(Piece { offset: self.text.len(), at: at.start, width: Some(at.len()) });
        self.text.push_str(text);
    }

    /// Adds a range of another text of the same source, each byte with its place.
    pub fn push_part(&mut self, other: &Self, range: Range<usize>) {
        let first = other.pieces.partition_point(|piece| piece.offset <= range.start).saturating_sub(1);
        for (index, piece) in other.pieces.iter().enumerate().skip(first) {
            let end = other.pieces.get(index + 1).map_or(other.text.len(), |next| next.offset);
            let (start, end) = (piece.offset.max(range.start), end.min(range.end));
            if start >= end {
                break;
            }
            let text = &other.text[start..end];
            match piece.width {
                None => self.push(text, piece.at + (start - piece.offset)),
                Some(width) => self.push_for(text, piece.at..piece.at + width),
            }
        }
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
        let start = self.place(range.start).start;
        let end = if range.end > range.start { self.place(range.end - 1).end } else { start };
        Span::new(self.source, start..end.max(start))
    }

    /// Whether the text has all that it has of `span` byte for byte as the source has it, so that what is written there
    /// in the source's place changes nothing else.
    #[must_use]
    pub fn is_verbatim(&self, span: Span) -> bool {
        let first = self.pieces.partition_point(|piece| piece.at < span.start).saturating_sub(1);
        let within = self.pieces.iter().skip(first).take_while(|piece| piece.at < span.end);
        within.filter_map(|piece| Some(piece.at + piece.width?)).all(|end| end <= span.start)
    }

    /// The bytes of the source for the byte `offset` of the text; past its end, the place behind it.
    fn place(&self, offset: usize) -> Range<usize> {
        let after = self.pieces.partition_point(|piece| piece.offset <= offset);
        let Some(piece) = after.checked_sub(1).and_then(|index| self.pieces.get(index)) else {
            return self.at..self.at;
        };
        match piece.width {
            None => {
                let at = piece.at + (offset - piece.offset);
                at..at + 1
            }
            Some(width) if offset >= self.text.len() => piece.at + width..piece.at + width,
            Some(width) => piece.at..piece.at + width,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Fragments;
    use crate::source::{Sources, Span};

    #[test]
    fn spans_point_at_the_pieces() {
        let mut sources = Sources::new();
        let page = "> a\n> b\n>\tc";
        let id = sources.add("p.md", page);
        let mut text = Fragments::new(id, 2);
        assert_eq!(text.span(0..0).range(), 2..2);
        text.push("a\n", 2);
        text.push("b\n", 6);
        text.push_for("  ", 9..10);
        text.push("c", 10);
        text.push_for("\n", 11..11);
        assert_eq!(text.text(), "a\nb\n  c\n");
        let cases = [
            (0..1, "a"),
            (2..3, "b"),
            (0..3, "a\n> b"),
            (4..5, "\t"),
            (6..7, "c"),
            (6..8, "c"),
            (7..8, ""),
            (8..8, ""),
        ];
        for (range, expected) in cases {
            assert_eq!(sources.slice(text.span(range.clone())), expected, "{range:?}");
        }
        assert_eq!(text.span(8..8).range(), 11..11);
        for (range, verbatim) in [(2..3, true), (6..7, true), (8..11, false), (9..10, false), (10..11, true)]
        {
            assert_eq!(text.is_verbatim(Span::new(id, range.clone())), verbatim, "{range:?}");
        }
        assert!(
            !text.is_verbatim(Span::new(id, 0..11)) && Fragments::new(id, 0).is_verbatim(Span::new(id, 0..1))
        );
    }

    #[test]
    fn parts_keep_their_places() {
        let mut sources = Sources::new();
        let id = sources.add("p.md", "> $ ab\n> c\td\n");
        let mut text = Fragments::new(id, 2);
        text.push("$ ab\n", 2);
        text.push("c", 9);
        text.push_for("  ", 10..11);
        text.push("d\n", 11);
        let mut part = Fragments::new(id, 4);
        part.push_part(&text, 2..8);
        assert_eq!(part.text(), "ab\nc  ");
        for (range, expected) in [(0..1, "a"), (1..2, "b"), (3..4, "c"), (4..5, "\t"), (0..4, "ab\n> c")] {
            assert_eq!(sources.slice(part.span(range.clone())), expected, "{range:?}");
        }
        part.push_part(&text, 0..0);
        assert_eq!(part.text().len(), 6);
    }

    #[test]
    fn a_piece_that_continues_the_last_one_joins_it() {
        let mut sources = Sources::new();
        let id = sources.add("p.md", "ab\ncd\n");
        let mut text = Fragments::new(id, 0);
        text.push("ab\n", 0);
        text.push("cd\n", 3);
        assert_eq!(text.pieces.len(), 1);
        assert_eq!(text.span(3..5).range(), 3..5);
    }
}
