//! Pages read and parsed, with all that is wrong in them.

use std::path::{Path, PathBuf};

use super::{
    error::CommandError,
    finder::{PageFile, find},
};
use crate::{
    diagnostic::Diagnostic,
    document::{self, Document},
    source::{SourceId, Sources},
};

/// All pages that a command was asked for.
#[derive(Debug)]
pub(super) struct Loaded {
    /// Their texts.
    pub(super) sources: Sources,
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
        self.pages.iter().map(|page| (page.file.path.as_path(), page.source))
    }

    /// The file of a text.
    pub(super) fn path(&self, source: SourceId) -> Option<&Path> {
        self.files().find(|&(_, of)| of == source).map(|(path, _)| path)
    }
}

/// Reads and parses the pages that `targets` name in the current directory.
pub(super) fn load(targets: &[PathBuf], cwd: &Path) -> Result<Loaded, CommandError> {
    let mut loaded = Loaded { sources: Sources::new(), pages: Vec::new(), diagnostics: Vec::new() };
    let mut errors = Vec::new();
    for mut file in find(targets, cwd)? {
        let source = loaded.sources.add(&file.name, std::mem::take(&mut file.text));
        let (document, diagnostics) = document::parse(source, &mut loaded.sources, &mut document::Alone);
        if document.is_none() && diagnostics.is_empty() {
            // A directory's files were asked before, so this one was named.
            errors.push(CommandError::NoTutorial { path: file.path });
            continue;
        }
        loaded.diagnostics.extend(diagnostics);
        loaded.pages.push(Page { file, source, document });
    }
    match CommandError::of(errors) {
        Some(error) => Err(error),
        None => Ok(loaded),
    }
}

/// The current directory.
pub(super) fn current_directory() -> Result<PathBuf, CommandError> {
    std::env::current_dir().map_err(CommandError::CurrentDirectory)
}
