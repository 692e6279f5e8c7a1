//! From a page's text to a document, and every mistake that can be seen without running it.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    After, Document, FrontMatter, Workspace, blocks, checks,
    front::{self, Front, absent},
    texts::Texts,
};
use crate::{
    diagnostic::{Diagnostic, has_errors},
    source::{SourceId, Sources, Span, Spanned},
};

/// Reads the page `source`, with all files that it names: those that it includes, and the tutorials that run before it.
/// These come from `workspace`, and are added to `sources`.
///
/// Gives `None`, and nothing wrong, for a page that is no tutorial. A page with mistakes still gives a document, as far
/// as it could be read: it may be listed and looked at, but never run where one of the diagnostics is an error. What is
/// wrong in another file is shown there.
#[must_use]
pub fn parse(
    source: SourceId,
    sources: &mut Sources,
    workspace: &mut dyn Workspace,
) -> (Option<Document>, Vec<Diagnostic>) {
    let mut parser =
        Parser { sources, workspace, open: Vec::new(), known: HashMap::new(), found: Vec::new() };
    let document = parser.document(source);
    // A file that stands in several places was read as often.
    let mut seen = HashSet::new();
    let mut found = parser.found;
    found.retain(|found| {
        seen.insert((found.code, found.labels.first().map(|label| label.span), found.message.clone()))
    });
    (document, found)
}

struct Parser<'a> {
    sources: &'a mut Sources,
    workspace: &'a mut dyn Workspace,
    /// The tutorials that are being read, each with the name of the next one in its front matter.
    open: Vec<(SourceId, Option<Span>)>,
    /// The tutorials that were read because another names them; `None`: it is none.
    known: HashMap<SourceId, Option<Arc<Document>>>,
    found: Vec<Diagnostic>,
}

impl Parser<'_> {
    fn document(&mut self, source: SourceId) -> Option<Document> {
        let text = self.sources.get(source).text();
        if !front::is_tutorial(text) {
            return None;
        }
        let extent = front::extent(text)?;
        let before = self.found.len();
        let read = front::read(source, &extent, self.sources, &*self.workspace, &mut self.found);
        let (front, whole) = match read {
            Front::None => return None,
            Front::Broken(front) => (front, false),
            Front::Read(front) => (front, true),
        };
        let texts = Texts::read(source, extent.body, self.sources, self.workspace, &mut self.found);
        let after = self.after(source, &front);
        self.after_of_included(source, &texts, &after);
        let input = blocks::Input {
            page: source,
            texts: &texts,
            sources: self.sources,
            workspace: &*self.workspace,
            front: &front,
            after: &after,
        };
        let collected = blocks::collect(input, &mut self.found);
        let ours = collected.ours;
        let document = Document {
            source,
            front,
            merged: collected.merged,
            platforms: collected.platforms,
            after,
            blocks: collected.blocks,
            runnable: collected.runnable,
        };
        // A block that could not be read is most likely the missing step.
        if ours.is_empty() && extent.closed && !has_errors(&self.found[before..]) {
            let message = "the tutorial has no step";
            let none =
                Diagnostic::warning("no-steps", message, document.front.span, "nothing of this page runs");
            self.found.push(none.help("give a block an id to make it a step: ```sh {#name}"));
        }
        checks::earlier(&document, self.sources, &mut self.found);
        checks::keys(&texts, self.sources, &mut self.found);
        // What hangs on the front matter would be reported once more for each block.
        if whole && texts.is_whole() {
            checks::placeholders(&document, &ours, self.sources, &mut self.found);
            checks::secrets(&document, &texts, self.sources, &mut self.found);
            checks::paths(&document, &mut self.found);
            checks::services(&document, &mut self.found);
        }
        Some(document)
    }

    /// The tutorials that run before the page `source`.
    fn after(&mut self, source: SourceId, front: &FrontMatter) -> Vec<After> {
        let mut after: Vec<After> = Vec::new();
        self.open.push((source, None));
        for written in &front.after {
            let Some(document) = self.earlier(source, written) else { continue };
            if let Some(first) = after.iter().find(|first| first.document.source == document.source) {
                let message = format!("`{}` is listed twice", written.value);
                self.found.push(
                    Diagnostic::error("duplicate-item", message, written.span, "again here")
                        .also(first.written.span, "first listed here"),
                );
                continue;
            }
            after.push(After { written: written.clone(), document });
        }
        self.open.pop();
        after
    }

    /// Reports the tutorials that are to run before an included one and do not run before the page.
    fn after_of_included(&mut self, page: SourceId, texts: &Texts, after: &[After]) {
        for (file, front) in texts.fronts() {
            for written in &front.after {
                let target = match self.workspace.open(file, &written.value, self.sources) {
                    Ok(target) => target,
                    Err(why) => {
                        self.found.push(absent(written, &why));
                        continue;
                    }
                };
                if !runs_before(after, target) {
                    let name = self.sources.get(page).name();
                    let message = format!("`{}` does not run before `{name}`", written.value);
                    let error = Diagnostic::error(
                        "included-after",
                        message,
                        written.span,
                        "needed by what stands here",
                    );
                    self.found
                        .push(error.help(format!("`{name}` includes this file: add it to `after` there")));
                }
            }
        }
    }

    fn earlier(&mut self, from: SourceId, written: &Spanned<String>) -> Option<Arc<Document>> {
        let target = match self.workspace.open(from, &written.value, self.sources) {
            Ok(target) => target,
            Err(why) => {
                self.found.push(absent(written, &why));
                return None;
            }
        };
        if let Some(first) = self.open.iter().position(|(open, _)| *open == target) {
            let message = format!("`{}` would run before itself", written.value);
            let error = Diagnostic::error("after-cycle", message, written.span, "begins again here");
            let others = self.open[first..].iter().filter_map(|(_, place)| *place);
            let error = others.take(5).fold(error, |error, place| error.also(place, "named here"));
            self.found.push(error.help("take one of these names out"));
            return None;
        }
        if !self.known.contains_key(&target) {
            if let Some((_, place)) = self.open.last_mut() {
                *place = Some(written.span);
            }
            let document = self.document(target).map(Arc::new);
            self.known.insert(target, document);
            if let Some((_, place)) = self.open.last_mut() {
                *place = None;
            }
        }
        let document = self.known.get(&target).cloned().flatten();
        if document.is_none() {
            let message = format!("`{}` is no tutorial: its front matter has no `tutor` key", written.value);
            let error = Diagnostic::error("no-tutorial", message, written.span, "nothing in it runs");
            self.found.push(error.help("add the key there, or include the file: `<!-- tutor:include … -->`"));
        }
        document
    }
}

/// Whether the tutorial `target` is one of those, or runs before one of them.
fn runs_before(after: &[After], target: SourceId) -> bool {
    after.iter().any(|one| one.document.source == target || runs_before(&one.document.after, target))
}
