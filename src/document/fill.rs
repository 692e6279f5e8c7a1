//! Attributes with their placeholders replaced, as far as that can be known without a run.

use std::borrow::Cow;

use super::{FrontMatter, PlaceholderValue};
use crate::source::Fragments;

/// The value with its placeholders replaced, as a run does it: one pass, the longest first. One whose value only a run
/// knows stays; where `value` begins with such a one, it is not known what it is: `None`. Ports are those that the page
/// shows.
pub(super) fn fill<'v>(value: &'v str, front: &FrontMatter) -> Option<Cow<'v, str>> {
    let mut filled = String::new();
    let mut rest = value;
    while let Some(next) = rest.chars().next() {
        let Some((name, text)) = longest(rest, front) else {
            filled.push(next);
            rest = &rest[next.len_utf8()..];
            continue;
        };
        match text {
            Some(text) => filled.push_str(&text),
            None if filled.is_empty() => return None,
            None => filled.push_str(name),
        }
        rest = &rest[name.len()..];
    }
    Some(if filled == value { Cow::Borrowed(value) } else { Cow::Owned(filled) })
}

/// Whether the value holds a placeholder that only a run can replace.
pub(super) fn depends_on_caller(value: &str, front: &FrontMatter) -> bool {
    let of_caller = |value: &PlaceholderValue| matches!(value, PlaceholderValue::Env(_));
    let mut placeholders = front.placeholders.iter().filter(|placeholder| of_caller(&placeholder.value));
    placeholders.any(|placeholder| value.contains(placeholder.name.value.as_str()))
}

/// The longest placeholder that `text` begins with, and what stands in its place where that is known.
fn longest<'f>(text: &str, front: &'f FrontMatter) -> Option<(&'f str, Option<Cow<'f, str>>)> {
    let texts = front.placeholders.iter().map(|placeholder| {
        let value = match &placeholder.value {
            PlaceholderValue::Text(text) => Some(Cow::Borrowed(text.value.as_str())),
            PlaceholderValue::Env(_) => None,
        };
        (placeholder.name.value.as_str(), value)
    });
    let ports = front
        .ports
        .iter()
        .map(|port| (port.name.value.as_str(), Some(Cow::Owned(port.number.value.to_string()))));
    texts.chain(ports).filter(|(name, _)| text.starts_with(name)).max_by_key(|(name, _)| name.len())
}

/// A block's text with its placeholders replaced, as far as that can be known without a run; each byte knows its place
/// in the page. One whose value only a run knows stays as it is written.
#[must_use]
pub fn filled(text: &Fragments, front: &FrontMatter) -> Fragments {
    let written = text.text();
    let mut filled = Fragments::new(text.source(), text.span(0..0).range().start);
    let (mut copied, mut at) = (0, 0);
    while let Some(next) = written[at..].chars().next() {
        let Some((name, value)) = longest(&written[at..], front) else {
            at += next.len_utf8();
            continue;
        };
        if let Some(value) = value {
            filled.push_part(text, copied..at);
            filled.push_for(&value, text.span(at..at + name.len()).range());
            copied = at + name.len();
        }
        at += name.len();
    }
    filled.push_part(text, copied..written.len());
    filled
}
