//! `requires`: programs, and how to ask them for their version.

use regex::Regex;

use super::{
    entries::empty,
    reader::Reader,
    redact::bad_pattern,
    yaml::{Node, Value},
};
use crate::{diagnostic::Diagnostic, document::Requirement, source::Spanned};

/// `requires`: names, or maps with `program`.
pub(super) fn requirements(node: &Node, reader: &mut Reader<'_>) -> Vec<Requirement> {
    let mut requirements = Vec::new();
    for node in reader.list(node, "`requires`") {
        let requirement = match &node.value {
            Value::Map(_) => map(node, reader),
            _ => reader.text(node, "a program").map(plain),
        };
        let Some(requirement) = requirement else { continue };
        let program = &requirement.program;
        if program.value.trim().is_empty() {
            reader.found.push(empty(program.span, "a program"));
        } else {
            requirements.push(requirement);
        }
    }
    requirements
}

fn plain(program: Spanned<String>) -> Requirement {
    Requirement { program, min: None, run: None, pattern: None }
}

fn map(node: &Node, reader: &mut Reader<'_>) -> Option<Requirement> {
    let (mut program, mut min, mut run, mut pattern) = (None, None, None, None);
    let before = reader.found.len();
    for entry in reader.entries(node, "a requirement") {
        match entry.key.value {
            "program" => program = reader.text(entry.value, "`program`"),
            "min" => min = reader.text(entry.value, "`min`").and_then(|text| version(text, reader.found)),
            "run" => run = reader.text(entry.value, "`run`").and_then(|text| command(text, reader.found)),
            "match" => {
                pattern = reader.text(entry.value, "`match`").and_then(|text| regex(&text, reader.found));
            }
            _ => reader.unknown(&entry.key, "a requirement", &["program", "min", "run", "match"]),
        }
    }
    if program.is_none() && reader.found.len() == before {
        let message = "a requirement names no program";
        let missing = Diagnostic::error("missing-key", message, node.span, "no `program` here");
        reader.found.push(missing.help("write it like `{program: openssl}`"));
    }
    Some(Requirement { program: program?, min, run, pattern })
}

/// `min`: numbers with full stops between them.
fn version(text: Spanned<String>, found: &mut Vec<Diagnostic>) -> Option<Spanned<String>> {
    let number = |part: &str| !part.is_empty() && part.len() <= 9 && part.bytes().all(|b| b.is_ascii_digit());
    if text.value.split('.').all(number) {
        return Some(text);
    }
    let message = format!("`{}` is no version that another can be held against", text.value);
    let error = Diagnostic::error("bad-version", message, text.span, "not numbers with full stops between");
    let bare = text.value.trim_start_matches(['v', 'V', '>', '=', ' ']);
    let help = "write the least version that will do: `3.0`";
    found.push(if bare != text.value && bare.split('.').all(number) {
        error.help(help).fix(text.span, format!("\"{bare}\""))
    } else {
        error.help(help)
    });
    None
}

fn command(text: Spanned<String>, found: &mut Vec<Diagnostic>) -> Option<Spanned<String>> {
    if text.value.trim().is_empty() {
        found.push(empty(text.span, "`run`"));
        return None;
    }
    Some(text)
}

fn regex(text: &Spanned<String>, found: &mut Vec<Diagnostic>) -> Option<Regex> {
    match Regex::new(&text.value) {
        Ok(regex) if regex.captures_len() > 2 => {
            let message = "the pattern has several groups, so which of them holds the version is not clear";
            let error = Diagnostic::error("bad-pattern", message, text.span, "more than one group");
            found.push(error.help("write `(?:…)` for the groups that do not hold it"));
            None
        }
        Ok(regex) => Some(regex),
        Err(error) => {
            found.push(bad_pattern(text.span, &error));
            None
        }
    }
}
