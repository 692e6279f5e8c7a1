//! The values of the front matter's keys, but for redaction rules.

use super::{
    reader::Reader,
    yaml::{Node, Value},
};
use crate::{
    diagnostic::Diagnostic,
    document::{EnvValue, Placeholder, PlaceholderValue, paths::PagePath, values},
    platform::Platform,
    source::{Span, Spanned},
};

/// A list of texts, each of them at most once.
pub(super) fn texts(node: &Node, reader: &mut Reader<'_>, list: &str, item: &str) -> Vec<Spanned<String>> {
    let mut texts: Vec<Spanned<String>> = Vec::new();
    for node in reader.list(node, list) {
        let Some(text) = reader.text(node, item) else { continue };
        if let Some(first) = texts.iter().find(|first| first.value == text.value) {
            let message = format!("`{}` is listed twice", text.value);
            let twice = Diagnostic::error("duplicate-item", message, text.span, "again here")
                .also(first.span, "first listed here");
            reader.found.push(twice);
            continue;
        }
        if text.value.is_empty() {
            reader.found.push(empty(text.span, item));
            continue;
        }
        texts.push(text);
    }
    texts
}

pub(super) fn empty(span: Span, item: &str) -> Diagnostic {
    Diagnostic::error("empty-value", format!("{item} must not be empty"), span, "empty")
}

/// `platform`: systems, their variants, and `unix` for two of them.
pub(super) fn platforms(node: &Node, reader: &mut Reader<'_>) -> Vec<Spanned<Platform>> {
    let names = texts(node, reader, "`platform`", "a platform");
    values::platforms(&names, reader.found)
}

/// `relocate`: absolute directories that are not a whole file system.
pub(super) fn relocate(node: &Node, reader: &mut Reader<'_>) -> Vec<Spanned<String>> {
    let mut directories = texts(node, reader, "`relocate`", "a directory");
    directories.retain(|directory| {
        let wrong = match PagePath::parse(&directory.value) {
            None => Some(("is not absolute", "write it from the root, like `/opt/certs`")),
            Some(path) if path.is_root() => {
                Some(("is a whole file system", "name the directories below it that the page uses"))
            }
            Some(path) if path.climbs() => Some(("holds `..`", "write it without `..`")),
            Some(_) => None,
        };
        if let Some((problem, help)) = wrong {
            let message = format!("`{}` under `relocate` {problem}", directory.value);
            reader.found.push(
                Diagnostic::error("bad-relocate", message, directory.span, "cannot be relocated").help(help),
            );
        }
        wrong.is_none()
    });
    directories
}

/// `placeholders`: words, and the text or the caller's variable that a run puts there.
pub(super) fn placeholders(node: &Node, reader: &mut Reader<'_>) -> Vec<Placeholder> {
    let mut placeholders = Vec::new();
    for entry in reader.entries(node, "`placeholders`") {
        if entry.key.value.trim().is_empty() {
            reader.found.push(empty(entry.key.span, "a placeholder"));
            continue;
        }
        let what = format!("the placeholder `{}`", entry.key.value);
        let value = match value(entry.value, reader, &what) {
            Some(Text::Plain(text)) => PlaceholderValue::Text(text),
            Some(Text::Env(name)) => PlaceholderValue::Env(name),
            None => continue,
        };
        let name = Spanned::new(entry.key.value.to_owned(), entry.key.span);
        placeholders.push(Placeholder { name, value });
    }
    placeholders
}

/// `env`: variables, and their text or the caller's variable.
pub(super) fn environment(node: &Node, reader: &mut Reader<'_>) -> Vec<(Spanned<String>, EnvValue)> {
    let mut variables = Vec::new();
    for entry in reader.entries(node, "`env`") {
        if !variable_name(&entry.key, reader) {
            continue;
        }
        let what = format!("the variable `{}`", entry.key.value);
        let value = match value(entry.value, reader, &what) {
            Some(Text::Plain(text)) => EnvValue::Text(text),
            Some(Text::Env(name)) => EnvValue::Env(name),
            None => continue,
        };
        variables.push((Spanned::new(entry.key.value.to_owned(), entry.key.span), value));
    }
    variables
}

fn variable_name(name: &Spanned<&str>, reader: &mut Reader<'_>) -> bool {
    if name.value.is_empty() {
        reader.found.push(empty(name.span, "the name of a variable"));
        return false;
    }
    let legal = !name.value.contains(['=', '\0', ' ', '\t', '\n']);
    if !legal {
        let message = format!("`{}` cannot be the name of a variable", name.value.escape_debug());
        reader.found.push(Diagnostic::error("bad-variable", message, name.span, "no variable's name"));
    }
    legal
}

/// A text, or the caller's variable that holds it.
enum Text {
    Plain(Spanned<String>),
    Env(Spanned<String>),
}

fn value(node: &Node, reader: &mut Reader<'_>, what: &str) -> Option<Text> {
    match &node.value {
        Value::Text(_) => reader.text(node, what).map(Text::Plain),
        Value::Map(_) => {
            let mut name = None;
            let before = reader.found.len();
            for entry in reader.entries(node, what) {
                match entry.key.value {
                    "env" => name = reader.text(entry.value, "`env`"),
                    _ => reader.unknown(&entry.key, what, &["env"]),
                }
            }
            let Some(name) = name else {
                if reader.found.len() == before {
                    reader.wrong::<()>(node, what, "a text or `{env: NAME}`");
                }
                return None;
            };
            let spanned = Spanned::new(name.value.as_str(), name.span);
            variable_name(&spanned, reader).then_some(Text::Env(name))
        }
        Value::Missing | Value::List(_) => reader.wrong(node, what, "a text or `{env: NAME}`"),
    }
}
