//! The block as TOML, with what is wrong with that.

use std::ops::Range;

use toml::de::DeTable;

use super::{
    Mode, Reader,
    words::{is_placeholder, quoted, shown},
};
use crate::diagnostic::Diagnostic;

/// How many mistakes of syntax are told: one often brings others with it.
const MOST: usize = 10;

/// The block's table; `None`, and why, where its text is no TOML.
pub(super) fn parse<'t>(text: &'t str, reader: &mut Reader<'_>) -> Option<DeTable<'t>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Some(table.into_inner());
    }
    let mut line = None;
    let mut section_end = 0;
    for error in errors.iter().take(MOST) {
        let at = error.span().unwrap_or(0..0);
        let at = at.start.min(text.len())..at.end.min(text.len());
        let this = line_start(text, at.start);
        let twice = error.message() == TWICE;
        // Later mistakes of one line mostly come from its first, and a table that is given twice has its keys twice.
        if line == Some(this) || twice && at.start < section_end {
            continue;
        }
        line = Some(this);
        if !twice {
            syntax(error.message(), at, reader);
            continue;
        }
        if text[this..].starts_with('[') {
            section_end = text[at.end..].find("\n[").map_or(text.len(), |end| at.end + end);
        }
        key_twice(text, at, reader);
    }
    None
}

/// How the library calls a key that is there already.
const TWICE: &str = "duplicate key";

fn syntax(message: &str, at: Range<usize>, reader: &mut Reader<'_>) {
    let why = message.lines().next().unwrap_or_default().to_lowercase();
    let span = reader.span(&at);
    let error = Diagnostic::error("block-syntax", "the block is not TOML", span, why.as_str());
    let bare = why.contains("string values must be quoted");
    let text = reader.text().text().get(at).unwrap_or_default();
    reader.found.push(if bare && !text.contains(['"', '\'', '\n']) {
        error.help("a text stands in quotes").suggest(span, quoted(text.trim_end()))
    } else {
        error
    });
}

fn key_twice(text: &str, at: Range<usize>, reader: &mut Reader<'_>) {
    let key = &text[at.clone()];
    let error = Diagnostic::error(
        "duplicate-key",
        format!("`{}` is given twice", shown(key)),
        reader.span(&at),
        "the second one",
    );
    let error = match first_of(text, &at) {
        Some(first) => error.also(reader.span(&first), "the first one"),
        None => error,
    };
    reader.found.push(error.help("keep the one that is meant"));
}

/// Where a key stands first that stands again at `at`, where that is easily told: an equal header of a table, or the
/// beginning of a line of the same table.
fn first_of(text: &str, at: &Range<usize>) -> Option<Range<usize>> {
    let this = line_start(text, at.start);
    let key = text.get(at.clone())?;
    if text[this..].starts_with('[') {
        let header = text[this..].lines().next()?.trim_end();
        let found =
            text[..this].match_indices(header).find(|(found, _)| line_start(text, *found) == *found)?;
        return Some(found.0..found.0 + header.len());
    }
    let section = text[..this].rfind("\n[").map_or(0, |start| start + 1);
    let mut start = section;
    for line in text[section..this].split_inclusive('\n') {
        if line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('=')) {
            return Some(start..start + key.len());
        }
        start += line.len();
    }
    None
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// The text with quotes around the placeholders that stand outside of them, of the same length: what stands there once
/// they have values, a number or a list, is not known. Their places go to the reader. `None` where there are none.
pub(super) fn masked(text: &str, reader: &mut Reader<'_>) -> Option<String> {
    if reader.mode() == Mode::Run || !text.contains('<') {
        return None;
    }
    let bytes = text.as_bytes();
    let (mut masked, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        at = match bytes[at] {
            b'#' => line_end(text, at),
            quote @ (b'"' | b'\'') => string_end(text, at, quote),
            b'<' => match text[at..].find('>').map(|end| at..at + end + 1) {
                Some(range) if is_placeholder(&text[range.clone()]) => {
                    let end = range.end;
                    masked.push(range);
                    end
                }
                _ => at + 1,
            },
            _ => at + 1,
        };
    }
    if masked.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for range in &masked {
        out.push_str(&text[from..range.start]);
        out.push('"');
        out.push_str(&text[range.start + 1..range.end - 1]);
        out.push('"');
        from = range.end;
    }
    out.push_str(&text[from..]);
    reader.mask(masked);
    Some(out)
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end)
}

/// Behind the string that begins at `at`; behind its line where it is not closed.
fn string_end(text: &str, at: usize, quote: u8) -> usize {
    let bytes = text.as_bytes();
    let is = |from: usize| bytes.get(from) == Some(&quote);
    let long = is(at + 1) && is(at + 2);
    let mut here = at + if long { 3 } else { 1 };
    while let Some(byte) = bytes.get(here) {
        match *byte {
            b'\\' if quote == b'"' => here += 2,
            byte if byte == quote && !long => return here + 1,
            byte if byte == quote && is(here + 1) && is(here + 2) => {
                // Up to two quotes more belong to the text.
                let quotes = bytes[here..].iter().take(5).take_while(|byte| **byte == quote).count();
                return here + quotes;
            }
            b'\n' if !long => return here,
            _ => here += 1,
        }
    }
    text.len()
}
