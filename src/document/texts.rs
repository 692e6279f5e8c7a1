//! The files of one page: itself, and all that it includes.

use std::collections::{BTreeMap, HashMap};

use super::{
    FrontMatter, Workspace,
    front::{self, Front, absent},
    markdown::{Item, items},
    page::Page,
};
use crate::{
    diagnostic::Diagnostic,
    source::{SourceId, Sources, Span, Spanned},
};

/// What the files of one page hold.
#[derive(Debug, Default)]
pub(super) struct Texts {
    files: BTreeMap<SourceId, Vec<Item>>,
    /// For each comment that includes a file, by its file and first byte, the file that stands there.
    includes: HashMap<(SourceId, usize), SourceId>,
    /// What the files among them say that are tutorials of their own; the page is none of them.
    fronts: BTreeMap<SourceId, FrontMatter>,
    /// Whether one of these could not be read.
    broken: bool,
}

impl Texts {
    /// Reads the page, whose Markdown begins at the byte `body`, and all files that it includes. Those that can't be had,
    /// or that include themselves, are reported and left out.
    pub(super) fn read(
        page: SourceId,
        body: usize,
        sources: &mut Sources,
        workspace: &mut dyn Workspace,
        found: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut reader = Reader { texts: Self::default(), open: Vec::new(), sources, workspace, found };
        reader.file(page, body);
        reader.texts
    }

    /// What a file holds, in order.
    pub(super) fn items(&self, file: SourceId) -> &[Item] {
        self.files.get(&file).map_or(&[], Vec::as_slice)
    }

    /// The file that the comment at the byte `at` of `file` includes.
    pub(super) fn included(&self, file: SourceId, at: usize) -> Option<SourceId> {
        self.includes.get(&(file, at)).copied()
    }

    /// What an included file says of itself, where it is a tutorial of its own.
    pub(super) fn front(&self, file: SourceId) -> Option<&FrontMatter> {
        self.fronts.get(&file)
    }

    /// The same of all of them, each with its file.
    pub(super) fn fronts(&self) -> impl Iterator<Item = (SourceId, &FrontMatter)> {
        self.fronts.iter().map(|(file, front)| (*file, front))
    }

    /// Whether the front matter of all included tutorials could be read.
    pub(super) fn is_whole(&self) -> bool {
        !self.broken
    }

    /// All files, the page among them.
    pub(super) fn files(&self) -> impl Iterator<Item = SourceId> {
        self.files.keys().copied()
    }
}

struct Reader<'a> {
    texts: Texts,
    /// The files that are being read, each with the place at which the next one is included.
    open: Vec<(SourceId, Option<Span>)>,
    sources: &'a mut Sources,
    workspace: &'a mut dyn Workspace,
    found: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn file(&mut self, file: SourceId, body: usize) {
        let page = Page { source: file, text: self.sources.get(file).text() };
        let read = items(page, body, self.found);
        self.open.push((file, None));
        for item in &read {
            if let Item::Include { comment, file: written } = item {
                let span = Span::new(file, comment.clone());
                if let Some(target) = self.include(file, span, written) {
                    self.texts.includes.insert((file, comment.start), target);
                }
            }
        }
        self.open.pop();
        self.texts.files.insert(file, read);
    }

    /// The file that stands in the place of a comment; reads it unless it was read before.
    fn include(&mut self, from: SourceId, comment: Span, written: &Spanned<String>) -> Option<SourceId> {
        let target = match self.workspace.open(from, &written.value, self.sources) {
            Ok(target) => target,
            Err(why) => {
                self.found.push(absent(written, &why));
                return None;
            }
        };
        if let Some(first) = self.open.iter().position(|(open, _)| *open == target) {
            self.found.push(self.cycle(first, written));
            return None;
        }
        if self.texts.files.contains_key(&target) {
            return Some(target);
        }
        let extent = front::extent(self.sources.get(target).text());
        let body = extent.as_ref().map_or(0, |extent| extent.body);
        if let Some(extent) = extent.filter(|_| front::is_tutorial(self.sources.get(target).text())) {
            self.tutorial(target, &extent);
        }
        if let Some((_, place)) = self.open.last_mut() {
            *place = Some(comment);
        }
        self.file(target, body);
        if let Some((_, place)) = self.open.last_mut() {
            *place = None;
        }
        Some(target)
    }

    /// Reads what an included tutorial says of itself.
    fn tutorial(&mut self, file: SourceId, extent: &front::Extent) {
        match front::read(file, extent, self.sources, &*self.workspace, self.found) {
            Front::None => {}
            Front::Broken(front) => {
                self.texts.broken = true;
                self.texts.fronts.insert(file, front);
            }
            Front::Read(front) => {
                self.texts.fronts.insert(file, front);
            }
        }
    }

    fn cycle(&self, first: usize, written: &Spanned<String>) -> Diagnostic {
        let message = format!("`{}` includes itself", written.value);
        let error = Diagnostic::error("include-cycle", message, written.span, "begins again here");
        let others = self.open[first..].iter().filter_map(|(_, place)| *place);
        let error = others.take(5).fold(error, |error, place| error.also(place, "included here"));
        error.help("take one of these lines out")
    }
}
