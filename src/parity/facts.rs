//! What is known of a file or a certificate, and in what two of them differ.

use std::collections::BTreeMap;

use super::{
    mapping::View,
    settings::{Setting, settings},
};

/// What a file holds, in a form that can be compared.
#[derive(Debug)]
pub(super) enum Facts {
    /// By their names.
    Settings(BTreeMap<String, Value>),
    /// Line by line.
    Lines(Vec<Value>),
}

/// A value in the form in which it is compared, and as its page shows it.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) same: String,
    pub(super) shown: String,
}

/// One difference: what differs, and what each side has; `None`: it is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) what: String,
    pub(super) one: Option<String>,
    pub(super) other: Option<String>,
}

impl Difference {
    pub(super) fn new(what: &str, one: Option<&str>, other: Option<&str>) -> Self {
        Self { what: what.to_owned(), one: one.map(str::to_owned), other: other.map(str::to_owned) }
    }
}

impl Facts {
    /// Those of named settings.
    pub(super) fn named<'s>(found: impl IntoIterator<Item = (&'s str, &'s str)>, view: &View<'_>) -> Self {
        let value = |text: &str| Value { same: view.text(text), shown: text.to_owned() };
        Self::Settings(found.into_iter().map(|(name, text)| (name.to_owned(), value(text))).collect())
    }

    fn lines(text: &str, view: &View<'_>) -> Self {
        let value = |line: &str| {
            let line = line.trim_end();
            Value { same: view.text(line), shown: line.to_owned() }
        };
        Self::Lines(text.trim_end().lines().map(value).collect())
    }

    fn of_settings(found: &[Setting], view: &View<'_>) -> Self {
        Self::named(found.iter().map(|(name, value)| (name.as_str(), value.as_str())), view)
    }
}

/// What two texts hold, each in its own language: their settings where both have such, else their lines.
pub(super) fn of_texts(one: (&str, &str, &View<'_>), other: (&str, &str, &View<'_>)) -> (Facts, Facts) {
    match (settings(one.0, one.1), settings(other.0, other.1)) {
        (Some(ours), Some(theirs)) => {
            (Facts::of_settings(&ours, one.2), Facts::of_settings(&theirs, other.2))
        }
        _ => (Facts::lines(one.1, one.2), Facts::lines(other.1, other.2)),
    }
}

/// In what two of them differ.
pub(super) fn differences(one: &Facts, other: &Facts) -> Vec<Difference> {
    match (one, other) {
        (Facts::Settings(one), Facts::Settings(other)) => of_settings(one, other),
        (Facts::Lines(one), Facts::Lines(other)) => of_lines(one, other),
        _ => Vec::new(),
    }
}

fn of_settings(one: &BTreeMap<String, Value>, other: &BTreeMap<String, Value>) -> Vec<Difference> {
    let mut found = Vec::new();
    let names: std::collections::BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    for name in names {
        let (ours, theirs) = (one.get(name), other.get(name));
        if ours.map(|value| &value.same) != theirs.map(|value| &value.same) {
            let shown = |value: Option<&Value>| value.map(|value| value.shown.clone());
            found.push(Difference { what: name.clone(), one: shown(ours), other: shown(theirs) });
        }
    }
    found
}

/// Lines that only one of them has; where both have all of them, that their order differs.
fn of_lines(one: &[Value], other: &[Value]) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut more: BTreeMap<&str, usize> = BTreeMap::new();
    for line in other {
        *more.entry(&line.same).or_default() += 1;
    }
    for line in one {
        match more.get_mut(line.same.as_str()) {
            Some(count) if *count > 0 => *count -= 1,
            _ => found.push(Difference::new(&line.shown, Some("there"), None)),
        }
    }
    // Of lines that stand there several times the last ones are those too many.
    for line in other.iter().rev() {
        if let Some(count) = more.get_mut(line.same.as_str()).filter(|count| **count > 0) {
            *count -= 1;
            found.push(Difference::new(&line.shown, None, Some("there")));
        }
    }
    // A blank line is no difference that a reader could tell.
    found.retain(|difference| !difference.what.trim().is_empty());
    let order = |lines: &[Value]| -> Vec<String> {
        lines.iter().map(|line| line.same.clone()).filter(|line| !line.trim().is_empty()).collect()
    };
    if found.is_empty() && order(one) != order(other) {
        found.push(Difference::new("the order of its lines", Some("one"), Some("another")));
    }
    found
}
