//! Paths in attributes: an absolute one lies in a relocated directory, or a trial run would touch the machine.

use crate::{
    diagnostic::Diagnostic,
    document::{BlockKind, Document, FrontMatter, fill::fill, paths::PagePath},
    source::Spanned,
};

/// Reports absolute paths outside of `relocate`, and paths that hope for a shell.
pub(in crate::document) fn check(document: &Document, found: &mut Vec<Diagnostic>) {
    for block in &document.blocks {
        let mut check = |key, written: &Spanned<String>, value: &str| {
            found.extend(document.fronts(block.runs).filter_map(|front| problem(key, written, value, front)));
        };
        match &block.kind {
            BlockKind::File { path, .. } | BlockKind::Patch { path, .. } => check("path", path, &path.value),
            BlockKind::Files { dir } => check("in", dir, &dir.value),
            BlockKind::Service(service) => {
                if let Some(path) = service.ready.value.strip_prefix("file:") {
                    check("ready", &service.ready, path);
                }
                if let Some(path) = &service.daemon {
                    check("daemon", path, &path.value);
                }
            }
            BlockKind::Shell(_)
            | BlockKind::Transcript(_)
            | BlockKind::Cleanup(_)
            | BlockKind::Certificate { .. }
            | BlockKind::Probe { .. }
            | BlockKind::Skip { .. } => {}
        }
    }
}

/// What is wrong with the path that `key` has in a block's own text: as with one in an attribute.
#[must_use]
pub fn misplaced_path(key: &str, written: &Spanned<String>, front: &FrontMatter) -> Option<Diagnostic> {
    problem(key, written, &written.value, front)
}

fn problem(key: &str, written: &Spanned<String>, value: &str, front: &FrontMatter) -> Option<Diagnostic> {
    // Where a variable of the caller's comes first, only a run can tell.
    let value = fill(value, front)?;
    if value.starts_with(['~', '$', '%']) {
        let message = format!("no shell reads `{key}`, so nothing is put in for `{}`", &value[..1]);
        let error = Diagnostic::error("unexpanded-path", message, written.span, "taken as it stands");
        return Some(error.help("write the path from the session's current directory, or use a placeholder"));
    }
    let path = PagePath::parse(&value)?;
    let mut relocated = front.relocate.iter().filter_map(|directory| PagePath::parse(&directory.value));
    if relocated.any(|directory| path.is_in(&directory)) {
        return None;
    }
    let message = format!("`{value}` lies outside of what the page relocates");
    let error = Diagnostic::error("path-not-relocated", message, written.span, "would touch this machine");
    let parents = path.parents();
    let directory =
        if matches!(key, "in" | "dir") { &*value } else { parents.first().map_or("/", String::as_str) };
    Some(if PagePath::parse(directory).is_none_or(|path| path.is_root() || path.climbs()) {
        error.help("write the path from the session's current directory")
    } else {
        error.help(format!(
            "add `{directory}` to `relocate`, or write the path from the session's current directory"
        ))
    })
}
