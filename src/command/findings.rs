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
    diagnostic::{Diagnostic, has_errors, in_order},
    document::{Coverage, Document, coverage, relocation_warnings, untagged_blocks},
    parity::{Counterpart, Used, between_pages, between_platforms, unused_exceptions},
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
    let mut used = Used::default();
    let documents = || loaded.pages.iter().filter_map(|page| page.document.as_ref());
    for document in documents() {
        if may_replace_text(document) {
            diagnostics.extend(relocation_warnings(document, &loaded.sources));
        }
        diagnostics.extend(untagged_blocks(document));
        diagnostics.extend(between_platforms(document, &mut used));
    }
    let coverage = coverage(documents());
    diagnostics.extend(counterparts(&mut loaded, &mut used));
    let documents = || loaded.pages.iter().filter_map(|page| page.document.as_ref());
    // What could not be read could not be compared.
    if !has_errors(&diagnostics) {
        diagnostics.extend(documents().flat_map(|document| unused_exceptions(document, &used)));
    }
    let diagnostics = in_order(diagnostics, &loaded.sources);
    Ok(Findings { loaded, diagnostics, coverage })
}

/// Holds pages against the counterparts that they name.
fn counterparts(loaded: &mut Loaded, used: &mut Used) -> Vec<Diagnostic> {
    let with: Vec<Document> = loaded
        .pages
        .iter()
        .filter_map(|page| page.document.as_ref())
        .filter(|document| document.front.counterpart.is_some())
        .cloned()
        .collect();
    let mut found = Vec::new();
    for (at, page) in with.iter().enumerate() {
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
        let names_back = names_back() == Some(page.source);
        let asked = with.iter().position(|page| page.source == other.source);
        let other = Counterpart {
            document: &other,
            named,
            names_back,
            asked_too: asked.is_some(),
            asked_before: asked.is_some_and(|other| other < at),
        };
        found.extend(between_pages(page, other, used));
    }
    found
}

/// Whether relocation by text can happen to the page: everywhere but on Linux, where a run has its own view of the
/// file system.
fn may_replace_text(document: &Document) -> bool {
    let platforms = &document.front.platforms;
    platforms.is_empty() || platforms.iter().any(|platform| platform.value.system != System::Linux)
}
