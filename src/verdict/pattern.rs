//! Expected lines, redacted, with their wildcards.

use std::{borrow::Cow, ops::Range};

use crate::redact::Redactor;

/// Stand for the wildcards while the line goes through the rules, so that nothing a rule puts there becomes one:
/// code points that are no characters.
const ANY_LINES: &str = "\u{fdd0}";
const ANY_TEXT: &str = "\u{fdd1}";

/// One part of what is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// `...`: zero or more lines.
    AnyLines,
    /// One line.
    Line(Line),
}

/// One expected line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// As shown in a diff.
    pub(super) shown: String,
    /// After redaction.
    redacted: Glob,
    /// As written, where that differs: an author may have written what the rules make of it, in a form to which
    /// they would do something again.
    written: Option<Glob>,
    /// Its index among the expected lines.
    pub(super) origin: usize,
}

/// A line's text with `[..]` in it: the pieces between them; one piece where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Glob(Vec<String>);

impl Glob {
    fn new(text: &str) -> Self {
        Self(text.split(ANY_TEXT).map(str::to_owned).collect())
    }

    fn matches(&self, line: &str) -> bool {
        let [first, middle @ .., last] = self.0.as_slice() else {
            return self.0.first().is_some_and(|only| only == line);
        };
        let Some(mut rest) = line.strip_prefix(first.as_str()) else { return false };
        for piece in middle {
            let Some(at) = rest.find(piece.as_str()) else { return false };
            rest = &rest[at + piece.len()..];
        }
        rest.ends_with(last.as_str())
    }
}

impl Item {
    /// Whether it has a wildcard.
    pub(super) fn is_wild(&self) -> bool {
        match self {
            Self::AnyLines => true,
            Self::Line(line) => line.redacted.0.len() > 1,
        }
    }
}

impl Line {
    /// The texts that it stands for, of a line without wildcards.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.redacted).chain(&self.written).filter_map(|glob| match glob.0.as_slice() {
            [only] => Some(only.as_str()),
            _ => None,
        })
    }

    /// A line to be taken literally.
    pub(super) fn literal(text: &str, origin: usize) -> Self {
        Self { shown: text.to_owned(), redacted: Glob(vec![text.to_owned()]), written: None, origin }
    }

    /// Whether `line`, redacted, is what is expected.
    pub(super) fn matches(&self, line: &str) -> bool {
        self.redacted.matches(line) || self.written.as_ref().is_some_and(|written| written.matches(line))
    }
}

/// Expected lines, and the items that came of them: mostly one of one. Of a PEM block or a secret that spans lines, several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) lines: Range<usize>,
    pub(super) items: Range<usize>,
}

/// The lines of an `.output` block as a pattern.
pub(super) fn parse(lines: &[String], redactor: &Redactor) -> Vec<Item> {
    grouped(lines, redactor).0
}

/// The same, and which lines made which items. The groups are all lines and all items, in their order.
pub(super) fn grouped(lines: &[String], redactor: &Redactor) -> (Vec<Item>, Vec<Group>) {
    let marked: Vec<Cow<'_, str>> = lines.iter().map(|line| mark(line)).collect();
    let (mut items, mut groups) = (Vec::with_capacity(lines.len()), Vec::with_capacity(lines.len()));
    let mut stream = redactor.stream();
    let mut came = Vec::new();
    // The first line that has gone in and is in no group yet.
    let mut first = 0;
    for (index, line) in marked.iter().enumerate() {
        let mut bytes = line.as_bytes().to_vec();
        bytes.push(b'\n');
        stream.push(&bytes, &mut |line| came.push(line.to_owned()));
        // What came may be of some of the lines only.
        if !came.is_empty() && !stream.holds_back() {
            take(&mut items, &mut groups, &came, first..index + 1, &marked);
            came.clear();
            first = index + 1;
        }
    }
    stream.finish(&mut |line| came.push(line.to_owned()));
    take(&mut items, &mut groups, &came, first..lines.len(), &marked);
    (items, groups)
}

/// Adds what came of the lines `from`, several where a block or a secret spans them.
fn take(
    items: &mut Vec<Item>,
    groups: &mut Vec<Group>,
    came: &[String],
    from: Range<usize>,
    marked: &[Cow<'_, str>],
) {
    let before = items.len();
    let one_by_one = came.len() == from.len();
    if one_by_one {
        let single = |(at, line)| Group { lines: line..line + 1, items: before + at..before + at + 1 };
        groups.extend(from.clone().enumerate().map(single));
    } else {
        groups.push(Group { lines: from.clone(), items: before..before + came.len() });
    }
    for (index, text) in came.iter().enumerate() {
        let origin = (from.start + index).min(from.end.saturating_sub(1));
        if text == ANY_LINES {
            items.push(Item::AnyLines);
            continue;
        }
        let written = marked.get(origin).map(|written| written.trim_end());
        let written = written.filter(|written| one_by_one && written != text);
        items.push(Item::Line(Line {
            shown: text.replace(ANY_TEXT, "[..]").replace(ANY_LINES, "..."),
            redacted: Glob::new(text),
            written: written.map(Glob::new),
            origin,
        }));
    }
}

/// Puts the marks for wildcards in, and takes the backslash off a literal `...`.
fn mark(line: &str) -> Cow<'_, str> {
    let trimmed = line.trim_end();
    if trimmed == "..." {
        return Cow::Borrowed(ANY_LINES);
    }
    // `\...` is a literal `...`, `\\...` a literal `\...`, and so on.
    if let Some(rest) = trimmed.strip_prefix('\\')
        && rest.trim_start_matches('\\') == "..."
    {
        return Cow::Borrowed(rest);
    }
    if line.contains("[..]") { Cow::Owned(line.replace("[..]", ANY_TEXT)) } else { Cow::Borrowed(line) }
}
