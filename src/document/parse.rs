//! From a page's text to a document, and every mistake that can be seen without running it.

use super::{
    Document, Workspace, blocks, checks,
    front::{self, Front},
    markdown,
    page::Page,
    unsupported::not_supported,
};
use crate::{
    diagnostic::{Diagnostic, has_errors},
    source::{SourceId, Sources},
};

/// Reads the page `source`.
///
/// Gives `None`, and nothing wrong, for a page that is no tutorial. A page with mistakes still gives a document, as far
/// as it could be read: it may be listed and looked at, but never run where one of the diagnostics is an error.
#[must_use]
pub fn parse(
    source: SourceId,
    sources: &mut Sources,
    _workspace: &mut dyn Workspace,
) -> (Option<Document>, Vec<Diagnostic>) {
    let sources = &*sources;
    let text = sources.get(source).text();
    let page = Page { source, text };
    let mut found = Vec::new();
    if !front::is_tutorial(text) {
        return (None, found);
    }
    let Some(extent) = front::extent(text) else {
        if let Some(comment) = front::comment_front_matter(text) {
            let feature = "front matter in a comment (`tutor:document`) is";
            found.push(not_supported(page.span(comment), feature));
        }
        return (None, found);
    };
    let (front, whole) = match front::read(source, &extent, sources, &mut found) {
        Front::None => return (None, found),
        Front::Broken(front) => (front, false),
        Front::Read(front) => (front, true),
    };
    let fences = markdown::fences(page, extent.body, &mut found);
    let collected = blocks::collect(fences, page, &mut found);
    let document = Document {
        source,
        platforms: front.platforms.iter().map(|platform| platform.value.clone()).collect(),
        after: Vec::new(),
        front,
        blocks: collected.blocks,
    };
    // A block that could not be read is most likely the missing step.
    if collected.ours.is_empty() && extent.closed && !has_errors(&found) {
        let message = "the tutorial has no step";
        let none = Diagnostic::warning("no-steps", message, document.front.span, "nothing of this page runs");
        found.push(none.help("give a block an id to make it a step: ```sh {#name}"));
    }
    // What hangs on the front matter would be reported once more for each block.
    if whole {
        checks::placeholders(&document, &collected.ours, page, &mut found);
        checks::secrets(&document.front, page, &mut found);
        checks::paths(&document, &mut found);
    }
    (Some(document), found)
}
