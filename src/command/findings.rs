//! All that can be said about pages without running them.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use super::{
    error::CommandError,
    load::{Loaded, load},
};
use crate::{
    diagnostic::{Diagnostic, in_order},
    document::{
        Coverage, Document, coverage, missing_in_counterpart, missing_on_platforms, relocation_warnings,
        untagged_blocks,
    },
    platform::System,
};

/// Pages, and what is wrong in them.
#[derive(Debug)]
pub(super) struct Findings {
    pub(super) loaded: Loaded,
    /// In the order of their places, each once.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// How much of what looks executable is tagged.
    pub(super) coverage: Vec<Coverage>,
}

/// Reads the pages that `targets` name in `cwd`, and finds what is wrong in them.
pub(super) fn find(targets: &[PathBuf], cwd: &Path) -> Result<Findings, CommandError> {
    let mut loaded = load(targets, cwd)?;
    let mut diagnostics = std::mem::take(&mut loaded.diagnostics);
    let documents = || loaded.pages.iter().filter_map(|page| page.document.as_ref());
    for document in documents() {
        if may_replace_text(document) {
            diagnostics.extend(relocation_warnings(document, &loaded.sources));
        }
        diagnostics.extend(untagged_blocks(document));
        diagnostics.extend(missing_on_platforms(document));
    }
    let coverage = coverage(documents());
    diagnostics.extend(counterparts(&mut loaded));
    let diagnostics = in_order(diagnostics, &loaded.sources);
    Ok(Findings { loaded, diagnostics, coverage })
}

/// Holds pages against the counterparts that they name.
fn counterparts(loaded: &mut Loaded) -> Vec<Diagnostic> {
    let with: Vec<Document> = loaded
        .pages
        .iter()
        .filter_map(|page| page.document.as_ref())
        .filter(|document| document.front.counterpart.is_some())
        .cloned()
        .collect();
    let mut found = Vec::new();
    for page in &with {
        let Some(named) = page.front.counterpart.as_ref().map(|counterpart| &counterpart.written) else {
            continue;
        };
        let Some(other) = loaded.other(page.source, &named.value).map(Cow::into_owned) else {
            let message = format!("the counterpart `{}` is no tutorial", named.value);
            let error = Diagnostic::error("no-tutorial", message, named.span, "has no `tutor` key");
            found.push(error.help("name the page that has the same steps for other platforms"));
            continue;
        };
        // Where it names this page in turn and is checked too, it is told itself what it has more.
        let mut names_back = || {
            let back = &other.front.counterpart.as_ref()?.written.value;
            loaded.other(other.source, back).map(|document| document.source)
        };
        let mutual = with.iter().any(|page| page.source == other.source) && names_back() == Some(page.source);
        found.extend(missing_in_counterpart(page, &other, named, mutual));
    }
    found
}

/// Whether relocation by text can happen to the page: everywhere but on Linux, where a run has its own view of the
/// file system.
fn may_replace_text(document: &Document) -> bool {
    let platforms = &document.front.platforms;
    platforms.is_empty() || platforms.iter().any(|platform| platform.value.system != System::Linux)
}
