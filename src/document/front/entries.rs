//! The values of the front matter's keys, but for redaction rules.

use super::{
    reader::Reader,
    yaml::{Node, Value},
};
use crate::{
    diagnostic::{Diagnostic, nearest},
    document::{EnvValue, Placeholder, PlaceholderValue, Requirement, paths::PagePath},
    platform::{Platform, System},
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

fn empty(span: Span, item: &str) -> Diagnostic {
    Diagnostic::error("empty-value", format!("{item} must not be empty"), span, "empty")
}

/// `platform`: systems, their variants, and `unix` for two of them.
pub(super) fn platforms(node: &Node, reader: &mut Reader<'_>) -> Vec<Spanned<Platform>> {
    let mut platforms: Vec<Spanned<Platform>> = Vec::new();
    for name in texts(node, reader, "`platform`", "a platform") {
        let (system, variant) = match name.value.split_once('/') {
            Some((system, variant)) => (system, Some(variant)),
            None => (name.value.as_str(), None),
        };
        let systems: Vec<System> = match system {
            "unix" => vec![System::Macos, System::Linux],
            _ => System::ALL.into_iter().filter(|known| known.name() == system).collect(),
        };
        let legal = |variant: &str| {
            !variant.is_empty()
                && variant.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        if systems.is_empty() || !variant.is_none_or(legal) {
            reader.found.push(no_platform(&name, system, systems.is_empty()));
        }
        for system in systems.into_iter().filter(|_| variant.is_none_or(legal)) {
            let platform = Platform { system, variant: variant.map(str::to_owned) };
            // `[macos, unix]` means macOS once.
            if !platforms.iter().any(|known| known.value == platform) {
                platforms.push(Spanned::new(platform, name.span));
            }
        }
    }
    platforms
}

fn no_platform(name: &Spanned<String>, system: &str, unknown: bool) -> Diagnostic {
    if !unknown {
        let message = format!("`{}` names no variant of a platform", name.value);
        return Diagnostic::error("unknown-platform", message, name.span, "no such variant").help(
            "a variant is written like `windows/cmd`: lowercase letters, digits and hyphens behind the `/`",
        );
    }
    let message = format!("there is no platform `{system}`");
    let error = Diagnostic::error("unknown-platform", message, name.span, "unknown platform");
    let known = System::ALL.into_iter().map(System::name).chain(["unix"]);
    let other_names = [("mac", "macos"), ("osx", "macos"), ("darwin", "macos"), ("win", "windows")];
    let lower = system.to_lowercase();
    let other = other_names.into_iter().find(|&(other, _)| other == lower).map(|(_, ours)| ours);
    match other.or_else(|| nearest(&lower, known)) {
        Some(near) => {
            let fixed = format!("{near}{}", &name.value[system.len()..]);
            error.help(format!("did you mean `{near}`?")).fix(name.span, fixed)
        }
        None => error.help("the platforms are windows, macos, linux and unix"),
    }
}

/// `requires`: names, or maps with `program`.
pub(super) fn requirements(node: &Node, reader: &mut Reader<'_>) -> Vec<Requirement> {
    let mut requirements = Vec::new();
    for node in reader.list(node, "`requires`") {
        let program = match &node.value {
            Value::Map(_) => required_program(node, reader),
            _ => reader.text(node, "a program"),
        };
        match program {
            Some(program) if program.value.trim().is_empty() => {
                reader.found.push(empty(program.span, "a program"));
            }
            Some(program) => requirements.push(Requirement { program, min: None, run: None, pattern: None }),
            None => {}
        }
    }
    requirements
}

fn required_program(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<String>> {
    let mut program = None;
    let before = reader.found.len();
    for entry in reader.entries(node, "a requirement") {
        match entry.key.value {
            "program" => program = reader.text(entry.value, "`program`"),
            "min" => reader.unsupported(&entry.key, "least versions (`min`) are"),
            "run" => reader.unsupported(&entry.key, "a command that asks for a version (`run`) is"),
            "match" => reader.unsupported(&entry.key, "a pattern for a version (`match`) is"),
            _ => reader.unknown(&entry.key, "a requirement", &["program", "min", "run", "match"]),
        }
    }
    if program.is_none() && reader.found.len() == before {
        let message = "a requirement names no program";
        let missing = Diagnostic::error("missing-key", message, node.span, "no `program` here");
        reader.found.push(missing.help("write it like `{program: openssl}`"));
    }
    program
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
