//! Texts of a table as messages quote them and as TOML writes them; placeholders.

use std::{borrow::Cow, fmt::Write as _};

use crate::diagnostic::nearest;

/// `a`, `b` and `c`, each in quotes of code.
#[must_use]
pub fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [first @ .., last] => format!("`{}` and `{last}`", first.join("`, `")),
    }
}

/// A text as TOML writes it.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            char if char.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(char));
            }
            char => out.push(char),
        }
    }
    out.push('"');
    out
}

/// Whether the whole of `text` has the form of a placeholder: `<name>`.
pub fn is_placeholder(text: &str) -> bool {
    text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).is_some_and(is_name)
}

fn is_name(name: &str) -> bool {
    let barred = |char: char| char.is_control() || matches!(char, '<' | '>' | '"' | '\'' | '\\');
    !name.is_empty() && !name.starts_with(' ') && !name.contains(barred)
}

/// Whether a placeholder stands in `text`.
pub(super) fn has_placeholder(text: &str) -> bool {
    let mut parts: Vec<&str> = text.split('>').collect();
    // Behind the last one nothing ends.
    parts.pop();
    parts.iter().any(|part| part.rsplit_once('<').is_some_and(|(_, name)| is_name(name)))
}

/// A text of the block that a message quotes: on one line, and cut where it is long.
pub fn shown(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 60;
    let end = text.char_indices().nth(LONGEST).map(|(end, _)| end);
    let cut = &text[..end.unwrap_or(text.len())];
    if end.is_none() && !cut.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(cut.len() + 8);
    for char in cut.chars() {
        if char.is_control() { out.extend(char.escape_debug()) } else { out.push(char) }
    }
    out.push_str(if end.is_some() { "…" } else { "" });
    Cow::Owned(out)
}

/// The one of `known` that was probably meant. Nobody means one by a long text, for which the search would take long.
pub fn near<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    const LONGEST: usize = 100;
    if word.len() > LONGEST { None } else { nearest(word, known) }
}
