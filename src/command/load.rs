//! Pages read and parsed, with all that is wrong in them.

use std::{
    borrow::Cow,
    collections::HashSet,
    path::{Path, PathBuf},
};

use super::{
    error::CommandError,
    finder::{PageFile, find},
    workspace::Files,
};
use crate::{
    diagnostic::Diagnostic,
    document::{self, Document, Workspace as _},
    source::{SourceId, Sources},
};

/// All pages that a command was asked for.
#[derive(Debug)]
pub(super) struct Loaded {
    /// Their texts, and those of the files that they name.
    pub(super) sources: Sources,
    /// Where these were read from.
    read: Files,
    /// Themselves, in order.
    pub(super) pages: Vec<Page>,
    /// What is wrong in them.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// One page.
#[derive(Debug)]
pub(super) struct Page {
    /// The file that it was read from; its text has moved to the sources.
    pub(super) file: PageFile,
    /// That text.
    pub(super) source: SourceId,
    /// What it says; `None` where it is too broken to tell, which the diagnostics say.
    pub(super) document: Option<Document>,
}

impl Loaded {
    /// The files that were read, with their texts.
    pub(super) fn files(&self) -> impl Iterator<Item = (&Path, SourceId)> {
        self.read.all()
    }

    /// The file of a text.
    pub(super) fn path(&self, source: SourceId) -> Option<&Path> {
        self.files().find(|&(_, of)| of == source).map(|(path, _)| path)
    }

    /// Reads the tutorial that `path`, written in the file `from`, names: one of the pages, or another one, whose
    /// mistakes are not told. `None` where it is no tutorial.
    pub(super) fn other(&mut self, from: SourceId, path: &str) -> Option<Cow<'_, Document>> {
        let source = self.read.open(from, path, &mut self.sources).ok()?;
        if let Some(at) = self.pages.iter().position(|page| page.source == source) {
            return self.pages[at].document.as_ref().map(Cow::Borrowed);
        }
        let (document, _) = document::parse(source, &mut self.sources, &mut self.read);
        document.map(Cow::Owned)
    }
}

/// Reads and parses the pages that `targets` name in the current directory, and all files that these name.
pub(super) fn load(targets: &[PathBuf], cwd: &Path) -> Result<Loaded, CommandError> {
    let (mut sources, mut read) = (Sources::new(), Files::default());
    let (mut pages, mut diagnostics, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for mut file in find(targets, cwd)? {
        let source = read.add(&file.path, &file.root, std::mem::take(&mut file.text), &mut sources);
        let (document, found) = document::parse(source, &mut sources, &mut read);
        if document.is_none() && found.is_empty() {
            // A directory's files were asked before, so this one was named.
            errors.push(CommandError::NoTutorial { path: file.path });
            continue;
        }
        diagnostics.extend(found);
        pages.push(Page { file, source, document });
    }
    diagnostics.extend(read.take_diagnostics());
    // A file that several pages name was read for each of them.
    let mut seen = HashSet::new();
    diagnostics.retain(|found| {
        seen.insert((found.code, found.labels.first().map(|label| label.span), found.message.clone()))
    });
    match CommandError::of(errors) {
        Some(error) => Err(error),
        None => Ok(Loaded { sources, read, pages, diagnostics }),
    }
}

/// The current directory.
pub(super) fn current_directory() -> Result<PathBuf, CommandError> {
    std::env::current_dir().map_err(CommandError::CurrentDirectory)
}
