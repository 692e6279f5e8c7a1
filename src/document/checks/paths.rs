//! Paths in attributes: an absolute one lies in a relocated directory, or a trial run would touch the machine.

use std::borrow::Cow;

use crate::{
    diagnostic::Diagnostic,
    document::{BlockKind, Document, FrontMatter, PlaceholderValue, paths::PagePath},
    source::Spanned,
};

/// Reports absolute paths outside of `relocate`, and paths that hope for a shell.
pub(in crate::document) fn check(document: &Document, found: &mut Vec<Diagnostic>) {
    let relocated: Vec<PagePath> =
        document.front.relocate.iter().filter_map(|directory| PagePath::parse(&directory.value)).collect();
    for block in &document.blocks {
        match &block.kind {
            BlockKind::File { path, .. } => found.extend(problem("path", path, &document.front, &relocated)),
            BlockKind::Files { dir } => found.extend(problem("in", dir, &document.front, &relocated)),
            _ => {}
        }
    }
}

fn problem(
    key: &str,
    written: &Spanned<String>,
    front: &FrontMatter,
    relocated: &[PagePath],
) -> Option<Diagnostic> {
    // Where a variable of the caller's comes first, only a run can tell.
    let value = filled_in(&written.value, front)?;
    if value.starts_with(['~', '$', '%']) {
        let message = format!("no shell reads `{key}=`, so nothing is put in for `{}`", &value[..1]);
        let error = Diagnostic::error("unexpanded-path", message, written.span, "taken as it stands");
        return Some(error.help("write the path from the session's current directory, or use a placeholder"));
    }
    let path = PagePath::parse(&value)?;
    if relocated.iter().any(|directory| path.is_in(directory)) {
        return None;
    }
    let message = format!("`{value}` lies outside of what the page relocates");
    let error = Diagnostic::error("path-not-relocated", message, written.span, "would touch this machine");
    let parents = path.parents();
    let directory = if key == "in" { &*value } else { parents.first().map_or("/", String::as_str) };
    Some(if PagePath::parse(directory).is_none_or(|path| path.is_root() || path.climbs()) {
        error.help("write the path from the session's current directory")
    } else {
        error.help(format!(
            "add `{directory}` to `relocate`, or write the path from the session's current directory"
        ))
    })
}

/// The value with its placeholders replaced, as a run does it: one pass, the longest first. `None` where it begins
/// with one whose value only a run knows.
fn filled_in<'v>(value: &'v str, front: &FrontMatter) -> Option<Cow<'v, str>> {
    let mut filled = String::new();
    let mut rest = value;
    'rest: while let Some(next) = rest.chars().next() {
        let longest = front
            .placeholders
            .iter()
            .filter(|placeholder| rest.starts_with(placeholder.name.value.as_str()))
            .max_by_key(|placeholder| placeholder.name.value.len());
        if let Some(placeholder) = longest {
            match &placeholder.value {
                PlaceholderValue::Text(text) => filled.push_str(&text.value),
                PlaceholderValue::Env(_) if filled.is_empty() => return None,
                PlaceholderValue::Env(_) => filled.push_str(&placeholder.name.value),
            }
            rest = &rest[placeholder.name.value.len()..];
            continue 'rest;
        }
        filled.push(next);
        rest = &rest[next.len_utf8()..];
    }
    Some(if filled == value { Cow::Borrowed(value) } else { Cow::Owned(filled) })
}
