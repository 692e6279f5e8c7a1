//! What all readers of tables share: the text, what was found, and values of one type.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    At, Owner,
    words::{has_placeholder, listed, near, quoted, shown},
};
use crate::{
    diagnostic::Diagnostic,
    source::{Fragments, Span},
};

/// What the block is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// To be checked: a placeholder without a value may stand anywhere.
    Page,
    /// To be made.
    Run,
}

/// How often a near word is looked for among the page's own ids: with thousands of both it would take long, and nobody
/// reads so many.
const GUESSES: usize = 20;

/// The text and what is wrong with it.
pub struct Reader<'t> {
    text: &'t Fragments,
    mode: Mode,
    /// Placeholders outside quotes.
    masked: Vec<Range<usize>>,
    /// What else takes a key: `a leaf`.
    owner: Owner,
    guesses: usize,
    /// What is wrong with it, in the order in which that was found.
    pub found: Vec<Diagnostic>,
}

/// One table of the block.
pub struct Fields<'t> {
    /// Its keys.
    pub table: &'t DeTable<'t>,
    /// Where what it makes is named, for what it lacks.
    pub at: Range<usize>,
}

/// A value of a table.
pub type Value<'t> = &'t Spanned<DeValue<'t>>;

impl<'t> Fields<'t> {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Value<'t>> {
        self.table.get(key)
    }

    /// Whether the value of a key is a list of nothing.
    #[must_use]
    pub fn is_empty_list(&self, key: &str) -> bool {
        let list = self.get(key).and_then(|value| value.get_ref().as_array());
        list.is_some_and(|list| list.is_empty())
    }

    /// Where a key stands.
    #[must_use]
    pub fn key_at(&self, key: &str) -> Option<Range<usize>> {
        self.table.get_key_value(key).map(|(key, _)| key.span())
    }
}

impl<'t> Reader<'t> {
    /// Nothing read yet. `owner` says of a key which other table takes it: `a leaf`.
    #[must_use]
    pub fn new(text: &'t Fragments, mode: Mode, owner: Owner) -> Self {
        Self { text, mode, masked: Vec::new(), owner, guesses: GUESSES, found: Vec::new() }
    }

    /// What is read.
    #[must_use]
    pub fn text(&self) -> &'t Fragments {
        self.text
    }

    /// What for.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Tells where placeholders stand outside quotes, in the order of the text.
    pub fn mask(&mut self, masked: Vec<Range<usize>>) {
        self.masked = masked;
    }

    /// The place in the page.
    #[must_use]
    pub fn span(&self, at: &Range<usize>) -> Span {
        let text = self.text.text();
        let mut start = at.start.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = at.end.clamp(start, text.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
        self.text.span(start..end)
    }

    /// Whether the text has a placeholder without a value, so that it is not known yet.
    #[must_use]
    pub fn is_open(&self, text: &str) -> bool {
        self.mode == Mode::Page && has_placeholder(text)
    }

    /// Whether the value is a placeholder outside quotes.
    fn is_masked(&self, value: Value<'_>) -> bool {
        self.hides(&value.span())
    }

    /// Whether a placeholder outside quotes stands there, whatever it stands for.
    #[must_use]
    pub fn hides(&self, at: &Range<usize>) -> bool {
        self.masked.binary_search_by_key(&at.start, |range| range.start).is_ok()
    }

    /// The one of the page's own words that was probably meant.
    pub fn guess<'k>(&mut self, word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
        self.guesses = self.guesses.checked_sub(1)?;
        near(word, known)
    }

    /// Reports the keys of a table that are not among `known`. `what` takes them: `a CA`.
    pub fn only(&mut self, fields: &Fields<'_>, what: &str, known: &[&'static str]) {
        for key in fields.table.keys() {
            let name = key.get_ref().as_ref();
            if known.contains(&name) {
                continue;
            }
            let span = self.span(&key.span());
            let error = Diagnostic::error(
                "unknown-key",
                format!("{what} has no key `{}`", shown(name)),
                span,
                "unknown key",
            );
            let meant = near(name, known.iter().copied());
            self.found.push(match meant {
                // With the right one beside it the mended text would have it twice.
                Some(near) if fields.table.contains_key(near) => {
                    error.help(format!("it has `{near}` already: take this out"))
                }
                Some(near) => error.help(format!("did you mean `{near}`?")).fix(span, near),
                None => match (self.owner)(name) {
                    Some(owner) => error.help(format!("{owner} has it")),
                    None => error.help(format!("its keys are {}", listed(known))),
                },
            });
        }
    }

    /// Reports a value of another type than `want`: `a text`. What a placeholder stands for is not known.
    pub fn wrong_type(&mut self, key: &str, want: &str, value: Value<'_>, instead: Option<String>) {
        if self.is_masked(value) {
            return;
        }
        let got = match value.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "a truth value",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let span = self.span(&value.span());
        let message = format!("`{key}` must be {want}, and is {got}");
        let error = Diagnostic::error("wrong-type", message, span, format!("not {want}"));
        self.found.push(match instead {
            Some(instead) => error.help("write it like this").fix(span, instead),
            None => error,
        });
    }

    /// A text.
    pub fn string(&mut self, key: &str, value: Value<'_>) -> Option<At<String>> {
        let masked = self.is_masked(value);
        match value.get_ref() {
            DeValue::String(text) if masked => Some(At { value: format!("<{text}>"), at: value.span() }),
            DeValue::String(text) => Some(At { value: text.clone().into_owned(), at: value.span() }),
            DeValue::Integer(number) if number.radix() == 10 => {
                self.wrong_type(key, "a text", value, Some(quoted(number.as_str())));
                None
            }
            DeValue::Float(number) => {
                self.wrong_type(key, "a text", value, Some(quoted(number.as_str())));
                None
            }
            _ => {
                self.wrong_type(key, "a text", value, None);
                None
            }
        }
    }

    /// The text of a key.
    pub fn text_of(&mut self, fields: &Fields<'_>, key: &str) -> Option<At<String>> {
        let value = fields.get(key)?;
        self.string(key, value)
    }

    /// The texts of a key's list, and where that stands.
    pub fn list_of(&mut self, fields: &Fields<'_>, key: &str) -> Option<At<Vec<At<String>>>> {
        let value = fields.get(key)?;
        let at = value.span();
        if self.is_masked(value) {
            return self.string(key, value).map(|text| At { value: vec![text], at });
        }
        match value.get_ref() {
            DeValue::Array(items) => {
                let texts = items.iter().filter_map(|item| self.string(key, item)).collect();
                Some(At { value: texts, at })
            }
            DeValue::String(text) => {
                let instead = format!("[{}]", quoted(text));
                self.wrong_type(key, "a list of texts", value, Some(instead));
                None
            }
            _ => {
                self.wrong_type(key, "a list of texts", value, None);
                None
            }
        }
    }

    /// `true` or `false`; `false` where the key is not there.
    pub fn flag_of(&mut self, fields: &Fields<'_>, key: &str) -> bool {
        let Some(value) = fields.get(key) else { return false };
        match value.get_ref() {
            DeValue::Boolean(flag) => return *flag,
            DeValue::String(text) if matches!(text.as_ref(), "true" | "false") => {
                let instead = text.clone().into_owned();
                self.wrong_type(key, "`true` or `false`", value, Some(instead));
            }
            _ => self.wrong_type(key, "`true` or `false`", value, None),
        }
        false
    }

    /// A whole number as it is written, however large.
    pub fn number_of(&mut self, fields: &Fields<'_>, key: &str) -> Option<At<i128>> {
        let value = fields.get(key)?;
        let at = value.span();
        match value.get_ref() {
            DeValue::Integer(number) => {
                let parsed = i128::from_str_radix(number.as_str(), number.radix());
                // Digits beyond that many are more than any bound, or less.
                let beyond = if number.as_str().starts_with('-') { i128::MIN } else { i128::MAX };
                return Some(At { value: parsed.unwrap_or(beyond), at });
            }
            DeValue::String(text) if text.parse::<u32>().is_ok() => {
                let instead = text.parse::<u32>().map_or_else(|_| String::new(), |number| number.to_string());
                self.wrong_type(key, "a whole number", value, Some(instead));
            }
            _ => self.wrong_type(key, "a whole number", value, None),
        }
        None
    }

    /// The table of a key.
    pub fn table_of<'f>(&mut self, fields: &Fields<'f>, key: &str) -> Option<Fields<'f>> {
        let value = fields.get(key)?;
        if let DeValue::Table(table) = value.get_ref() {
            Some(Fields { table, at: fields.key_at(key)? })
        } else {
            self.wrong_type(key, "a table", value, None);
            None
        }
    }

    /// Reports that a table lacks a key that it can't do without.
    pub fn missing(&mut self, fields: &Fields<'_>, what: &str, help: &str, key: &str) {
        let message = format!("{what} has no `{key}`");
        let label = format!("needs `{key}`");
        let error = Diagnostic::error("missing-key", message, self.span(&fields.at), label);
        self.found.push(error.help(help));
    }
}
