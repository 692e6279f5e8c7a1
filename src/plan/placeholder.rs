//! Puts values in the place of a page's placeholders: one pass, the longest name first, values never looked at again.

use std::fmt::Write as _;

use super::Request;
use crate::document::{FrontMatter, PlaceholderValue};

/// The placeholders of one tutorial with the values of one run.
#[derive(Debug)]
pub struct Placeholders {
    /// The longest name first, so that `<user>` never cuts into `<user>-2`.
    rules: Vec<Rule>,
    /// The bytes that names begin with; all other text is passed over.
    begins: [bool; 256],
}

#[derive(Debug)]
struct Rule {
    name: String,
    value: Value,
    /// Whether its value is never shown.
    secret: bool,
}

/// What a run puts there.
#[derive(Debug)]
pub(super) enum Value {
    /// Text of the page.
    Text(String),
    /// What a variable of the caller holds.
    Env {
        /// The variable.
        variable: String,
        /// What it holds; `None` where it is not set.
        value: Option<String>,
    },
    /// A port.
    Port {
        /// The one that the run uses.
        used: String,
        /// The one that pages and outputs show.
        shown: String,
    },
}

/// Which of a port's two numbers is wanted.
#[derive(Clone, Copy, Debug)]
pub(super) enum View {
    /// The run's own.
    Used,
    /// The page's.
    Shown,
}

/// Placeholders without a value that some texts use. Empty for nearly every step, and then it owns nothing.
#[derive(Debug, Default)]
pub(super) struct Missing(Vec<usize>);

impl Default for Placeholders {
    /// None.
    fn default() -> Self {
        Self { rules: Vec::new(), begins: [false; 256] }
    }
}

impl Placeholders {
    /// The placeholders of `front`, with the caller's variables and the run's ports.
    ///
    /// A secret whose variable is empty is one that is not set: that is how automation hands over the secrets that it
    /// withholds.
    pub(super) fn new(front: &FrontMatter, request: &Request<'_>) -> Self {
        let mut begins = [false; 256];
        let mut rules = Vec::with_capacity(front.placeholders.len() + front.ports.len());
        for placeholder in &front.placeholders {
            let name = placeholder.name.value.clone();
            let secret = front.secrets.iter().any(|secret| secret.value == name);
            let value = match &placeholder.value {
                PlaceholderValue::Text(text) => Value::Text(text.value.clone()),
                PlaceholderValue::Env(variable) => {
                    let value = (request.env)(&variable.value).filter(|value| !(secret && value.is_empty()));
                    Value::Env { variable: variable.value.clone(), value }
                }
            };
            rules.push(Rule { name, value, secret });
        }
        for port in &front.ports {
            let shown = port.number.value;
            let value = Value::Port { used: (request.port)(shown).to_string(), shown: shown.to_string() };
            rules.push(Rule { name: port.name.value.clone(), value, secret: false });
        }
        rules.retain(|rule| !rule.name.is_empty());
        for rule in &rules {
            begins[usize::from(rule.name.as_bytes()[0])] = true;
        }
        rules.sort_by_key(|rule| std::cmp::Reverse(rule.name.len()));
        Self { rules, begins }
    }

    /// The value of the placeholder `name`.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.rules.iter().find(|rule| rule.name == name).map(|rule| &rule.value)
    }

    /// `text` as the run uses it. A placeholder without a value stays, and is noted in `missing`.
    pub(super) fn replace(&self, text: &str, missing: &mut Missing) -> String {
        self.fill(text, View::Used, missing)
    }

    /// `text` as outputs show it, once the run's ports are named back.
    pub(super) fn shown(&self, text: &str, missing: &mut Missing) -> String {
        self.fill(text, View::Shown, missing)
    }

    /// A line of a page as its outputs show it.
    #[must_use]
    pub fn filled(&self, line: &str) -> String {
        self.shown(line, &mut Missing::default())
    }

    /// A line of an output, with names in the place of the values that are this machine's, and of those whose names stand in
    /// the lines `old` of the page. Only where the page would then say the same.
    #[must_use]
    pub fn put_back(&self, line: &str, old: &[&str]) -> String {
        let mut values: Vec<(&str, &str)> = self
            .rules
            .iter()
            .filter(|rule| {
                let own = matches!(rule.value, Value::Env { .. }) && !rule.secret;
                own || old.iter().any(|old| rule.stands_in(old))
            })
            .filter_map(|rule| Some((rule.value.get(View::Shown)?, rule.name.as_str())))
            .filter(|(value, name)| !value.is_empty() && value != name)
            .collect();
        values.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        let (mut named, mut at) = (String::with_capacity(line.len()), 0);
        while let Some(next) = line[at..].chars().next() {
            let found = values
                .iter()
                .find(|(value, _)| line[at..].starts_with(value) && is_by_itself(line, at, at + value.len()));
            if let Some((value, name)) = found {
                named.push_str(name);
                at += value.len();
            } else {
                named.push(next);
                at += next.len_utf8();
            }
        }
        // A secret's name stands in both.
        if self.filled(&named) == self.filled(line) { named } else { line.to_owned() }
    }

    fn fill(&self, text: &str, view: View, missing: &mut Missing) -> String {
        let mut done = String::new();
        let mut copied = 0;
        let mut at = 0;
        while let Some(skip) = self.next_beginning(text, at) {
            at += skip;
            let found = self.rules.iter().enumerate().find(|(_, rule)| rule.stands(text, at));
            let Some((index, rule)) = found else {
                at += 1;
                continue;
            };
            match rule.value.get(view) {
                Some(value) => {
                    done.push_str(&text[copied..at]);
                    done.push_str(value);
                    copied = at + rule.name.len();
                }
                None => missing.note(index),
            }
            at += rule.name.len();
        }
        done.push_str(&text[copied..]);
        done
    }

    /// How many bytes after `at` a name may begin.
    fn next_beginning(&self, text: &str, at: usize) -> Option<usize> {
        if self.rules.is_empty() {
            return None;
        }
        text.as_bytes().get(at..)?.iter().position(|&byte| self.begins[usize::from(byte)])
    }

    /// Why steps that use `missing` can't run; `None` where nothing is missing.
    pub(super) fn reason(&self, missing: &Missing) -> Option<String> {
        let mut reason = String::new();
        for rule in missing.0.iter().filter_map(|&index| self.rules.get(index)) {
            if let Value::Env { variable, .. } = &rule.value {
                let sep = if reason.is_empty() { "" } else { ", " };
                // Writing to a String cannot fail.
                let _ = write!(reason, "{sep}${variable} for {} is not set", rule.name);
            }
        }
        (!reason.is_empty()).then_some(reason)
    }
}

impl Rule {
    fn stands_in(&self, text: &str) -> bool {
        text.match_indices(&self.name).any(|(at, _)| self.stands(text, at))
    }

    /// Whether its name stands in `text` at the byte `at`. A port whose name is a number must be one by itself there: 8080
    /// is none in 18080, in a word or in a fraction.
    fn stands(&self, text: &str, at: usize) -> bool {
        if !starts_with(text, at, &self.name) {
            return false;
        }
        let number = self.name.bytes().all(|byte| byte.is_ascii_digit());
        if !number || !matches!(self.value, Value::Port { .. }) {
            return true;
        }
        let ends =
            |mut beside: std::str::Chars<'_>, next: fn(&mut std::str::Chars<'_>) -> Option<char>| match next(
                &mut beside,
            ) {
                Some('.') => !next(&mut beside).is_some_and(|c| c.is_ascii_digit()),
                Some(c) => !(c.is_alphanumeric() || c == '_'),
                None => true,
            };
        ends(text[..at].chars(), |left| left.next_back())
            && ends(text[at + self.name.len()..].chars(), |right| right.next())
    }
}

impl Value {
    /// The text itself; `None` where a variable is not set.
    pub(super) fn get(&self, view: View) -> Option<&str> {
        match (self, view) {
            (Self::Text(text), _) => Some(text),
            (Self::Env { value, .. }, _) => value.as_deref(),
            (Self::Port { used, .. }, View::Used) => Some(used),
            (Self::Port { shown, .. }, View::Shown) => Some(shown),
        }
    }
}

impl Missing {
    fn note(&mut self, index: usize) {
        if !self.0.contains(&index) {
            self.0.push(index);
        }
    }
}

/// Whether the word at `start..end` of `line` is not a part of a longer one.
fn is_by_itself(line: &str, start: usize, end: usize) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let goes_on = |inside: Option<char>, outside: Option<char>| joins(inside) && joins(outside);
    let word = &line[start..end];
    !goes_on(word.chars().next(), line[..start].chars().next_back())
        && !goes_on(word.chars().next_back(), line[end..].chars().next())
}

/// By bytes, since `at` may lie within a character; a name that fits begins a character, so `at` is none then.
fn starts_with(text: &str, at: usize, name: &str) -> bool {
    text.as_bytes().get(at..).is_some_and(|rest| rest.starts_with(name.as_bytes()))
}
