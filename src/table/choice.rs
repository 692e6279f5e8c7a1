//! Values that are one of a few words.

use std::ops::Range;

use super::{
    At, Fields, Reader,
    words::{listed, near, quoted, shown},
};
use crate::diagnostic::Diagnostic;

/// A choice of words.
pub struct Choice<T: 'static> {
    /// What one of them is: `use`.
    pub what: &'static str,
    /// The words.
    pub words: &'static [(&'static str, T)],
    /// Words of others for the same, lowercase.
    pub others: &'static [(&'static str, &'static str)],
    /// Words that others take and this one never will, lowercase, and why.
    pub refused: &'static [(&'static str, &'static str)],
}

/// What a list chooses.
pub struct Chosen<T> {
    /// Each once.
    pub values: Vec<T>,
    /// Whether each word is known: else it could choose more.
    pub whole: bool,
    /// Where the list stands.
    pub at: Range<usize>,
}

impl<T: Copy + PartialEq> Choice<T> {
    /// The word of a value.
    #[must_use]
    pub fn word(&self, value: T) -> &'static str {
        self.words.iter().find(|(_, known)| *known == value).map_or("", |(word, _)| *word)
    }

    /// What a text chooses. `None` where that is a placeholder, or no word, which is reported.
    pub fn of(&self, text: &At<String>, reader: &mut Reader<'_>) -> Option<T> {
        let word = text.value.as_str();
        let found = self.words.iter().find(|(known, _)| *known == word).map(|(_, value)| *value);
        if found.is_none() && !reader.is_open(word) {
            self.unknown(text, reader);
        }
        found
    }

    fn unknown(&self, text: &At<String>, reader: &mut Reader<'_>) {
        let (what, span) = (self.what, reader.span(&text.at));
        let label = format!("unknown {what}");
        let message = format!("there is no {what} `{}`", shown(&text.value));
        let error = Diagnostic::error("unknown-word", message, span, label);
        let lower = text.value.trim().to_lowercase().replace('_', "-");
        let words: Vec<&str> = self.words.iter().map(|(word, _)| *word).collect();
        let other = self.others.iter().find(|(other, _)| *other == lower).map(|(_, word)| *word);
        let meant = other.or_else(|| near(&lower, words.iter().copied()));
        let refused = self.refused.iter().find(|(other, _)| *other == lower).map(|(_, why)| *why);
        reader.found.push(match (refused, meant) {
            (Some(why), _) => error.help(why),
            (None, Some(near)) => error.help(format!("did you mean `{near}`?")).fix(span, quoted(near)),
            (None, None) => error.help(match words.as_slice() {
                [one] => format!("the only {what} is `{one}`"),
                words => format!("write one of {}", listed(words)),
            }),
        });
    }

    /// What the text of a key chooses.
    pub fn of_key(&self, fields: &Fields<'_>, key: &str, reader: &mut Reader<'_>) -> Option<At<T>> {
        let text = reader.text_of(fields, key)?;
        let value = self.of(&text, reader)?;
        Some(At { value, at: text.at })
    }

    /// What the texts of a key's list choose, each once. `None` where the key is not there, or the list is empty, which is
    /// reported.
    pub fn list_of_key(&self, fields: &Fields<'_>, key: &str, reader: &mut Reader<'_>) -> Option<Chosen<T>> {
        let list = reader.list_of(fields, key)?;
        if fields.is_empty_list(key) {
            let words: Vec<&str> = self.words.iter().map(|(word, _)| *word).collect();
            let message = format!("`{key}` names nothing");
            let error = Diagnostic::error("empty-value", message, reader.span(&list.at), "an empty list");
            reader.found.push(error.help(format!("take it out, or name some of {}", listed(&words))));
            return None;
        }
        let mut values: Vec<At<T>> = Vec::new();
        let mut whole = !list.value.is_empty();
        for text in &list.value {
            let Some(value) = self.of(text, reader) else {
                whole = false;
                continue;
            };
            match values.iter().find(|known| known.value == value) {
                Some(first) => {
                    let message = format!("`{}` is listed twice", shown(&text.value));
                    let span = reader.span(&text.at);
                    let error = Diagnostic::error("duplicate-item", message, span, "the second one");
                    let error = error.also(reader.span(&first.at), "the first one");
                    reader.found.push(error.help("take one of them out"));
                }
                None => values.push(At { value, at: text.at.clone() }),
            }
        }
        Some(Chosen { values: values.into_iter().map(|value| value.value).collect(), whole, at: list.at })
    }
}
