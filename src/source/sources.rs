//! The texts of one run of the program, and spans in them.

use std::{ops::Range, sync::OnceLock};

/// One text among the [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId {
    part: usize,
    index: usize,
}

/// A range of bytes in one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text it lies in.
    pub source: SourceId,
    /// First byte, counted from 0 (a byte-order mark is not part of the text).
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// A span of `range` in `source`.
    #[must_use]
    pub fn new(source: SourceId, range: Range<usize>) -> Self {
        Self { source, start: range.start, end: range.end }
    }

    /// The bytes as a range.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A value and the place it was written at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Ties `value` to `span`.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// Line and column, both counted from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// One text, as read, without a byte-order mark.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
    bom: bool,
    lines: Vec<usize>,
    /// Characters before every [`BLOCK`]th byte, counted when the first column is asked for: a line may be long, and
    /// there may be a mistake in each of its words.
    characters: OnceLock<Vec<usize>>,
}

/// Bytes between two counts of characters.
const BLOCK: usize = 1024;

impl Source {
    /// The name that messages show: the path from the tutorial's root, with `/`, or as the user wrote it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the file began with a byte-order mark.
    #[must_use]
    pub fn has_bom(&self) -> bool {
        self.bom
    }

    /// The line (from 1) that holds the byte `offset`.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|&start| start <= offset)
    }

    /// Line and column of the byte `offset`.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line(offset);
        let start = self.lines[line - 1];
        let offset = offset.min(self.text.len());
        // A place inside a character is none: the line stands for it.
        let end = if self.text.is_char_boundary(offset) { offset } else { start };
        Position { line, column: self.characters_before(end) - self.characters_before(start) + 1 }
    }

    /// How many characters begin before the byte `offset`.
    fn characters_before(&self, offset: usize) -> usize {
        let begins = |byte: &&u8| byte.cast_signed() >= -0x40;
        let count = |bytes: &[u8]| bytes.iter().filter(begins).count();
        let bytes = self.text.as_bytes();
        let counts = self.characters.get_or_init(|| {
            let blocks = bytes.chunks(BLOCK).scan(0, |sum, block| {
                let before = *sum;
                *sum += count(block);
                Some(before)
            });
            blocks.collect()
        });
        let block = (offset / BLOCK).min(counts.len().saturating_sub(1));
        counts.get(block).map_or(0, |before| before + count(&bytes[block * BLOCK..offset]))
    }

    /// The bytes of line `line` (from 1), without its line end; empty past the last line.
    #[must_use]
    pub fn line_range(&self, line: usize) -> Range<usize> {
        let Some(&start) = line.checked_sub(1).and_then(|index| self.lines.get(index)) else {
            return self.text.len()..self.text.len();
        };
        let end = self.lines.get(line).copied().unwrap_or(self.text.len());
        let trimmed = self.text[start..end].trim_end_matches(['\n', '\r']).len();
        start..start + trimmed
    }
}

/// All texts that one run of the program has read. Threads that read at the same time each have a part of their own,
/// so that no id is given twice, and the parts are joined in the end.
#[derive(Debug)]
pub struct Sources {
    /// The part that new texts belong to.
    own: usize,
    parts: Vec<Vec<Source>>,
}

impl Default for Sources {
    fn default() -> Self {
        Self::part(0)
    }
}

impl Sources {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// None yet, and those that come are the part with this number.
    #[must_use]
    pub fn part(own: usize) -> Self {
        Self { own, parts: std::iter::repeat_with(Vec::new).take(own + 1).collect() }
    }

    /// Takes in the texts of another part, under the ids that they have.
    pub fn join(&mut self, other: Self) {
        for (part, texts) in other.parts.into_iter().enumerate().filter(|(_, texts)| !texts.is_empty()) {
            if self.parts.len() <= part {
                self.parts.resize_with(part + 1, Vec::new);
            }
            self.parts[part].extend(texts);
        }
    }

    /// Takes a text in under the name that messages shall show. A byte-order mark is taken off.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let mut text = text.into();
        let bom = text.starts_with('\u{feff}');
        if bom {
            text.drain(..'\u{feff}'.len_utf8());
        }
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let own = &mut self.parts[self.own];
        own.push(Source { name: name.into(), text, bom, lines, characters: OnceLock::new() });
        SourceId { part: self.own, index: own.len() - 1 }
    }

    /// The text of `id`.
    #[must_use]
    pub fn get(&self, id: SourceId) -> &Source {
        &self.parts[id.part][id.index]
    }

    /// The text that `span` covers.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.source).text.get(span.range()).unwrap_or_default()
    }

    /// The line (from 1) on which `span` begins.
    #[must_use]
    pub fn line(&self, span: Span) -> usize {
        self.get(span.source).line(span.start)
    }
}

#[cfg(test)]
mod tests {
    use super::Sources;

    #[test]
    fn columns_count_characters_wherever_a_line_is() {
        let mut sources = Sources::new();
        let text = format!("ä1\n{}é{}\n{}", "ü".repeat(1500), "x".repeat(3000), "漢".repeat(700));
        let id = sources.add("a.md", text.as_str());
        let source = sources.get(id);
        for (at, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let before = &text[..at];
            let start = before.rfind('\n').map_or(0, |newline| newline + 1);
            let position = source.position(at);
            assert_eq!(position.line, before.matches('\n').count() + 1);
            assert_eq!(position.column, before[start..].chars().count() + 1, "{at}");
        }
        assert_eq!(source.position(1).column, 1, "inside a character");
        let empty = sources.add("b.md", "");
        assert_eq!(sources.get(empty).position(9).column, 1);
    }

    #[test]
    fn parts_keep_their_ids_and_their_order() {
        let (mut first, mut second) = (Sources::new(), Sources::part(2));
        let b = second.add("b.md", "second");
        let a = first.add("a.md", "first");
        let c = second.add("c.md", "third");
        first.join(second);
        let d = first.add("d.md", "fourth");
        let texts: Vec<&str> = [a, b, c, d].into_iter().map(|id| first.get(id).text()).collect();
        assert_eq!(texts, ["first", "second", "third", "fourth"]);
        assert!(a < d && d < b && b < c, "those of one part stand together");
    }
}
