//! Pages read and parsed, with all that is wrong in them.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use super::{
    certificates,
    error::CommandError,
    finder::{PageFile, find},
    probes,
    workspace::Files,
};
use crate::{
    diagnostic::{Diagnostic, in_order},
    document::{self, Document, Workspace as _},
    plan::Provided,
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

    /// The programs that the project of a page has for where the machine has none of that name.
    pub(super) fn provided(&self, page: SourceId) -> &[Provided] {
        self.read.programs(page)
    }

    /// The file of a text.
    pub(super) fn path(&self, source: SourceId) -> Option<&Path> {
        self.files().find(|&(_, of)| of == source).map(|(path, _)| path)
    }

    /// Reads the tutorial that `path`, written in the file `from`, names: one of the pages, or another one, whose
    /// mistakes are not told. `None` where it is no tutorial.
    pub(super) fn other(&mut self, from: SourceId, path: &str) -> Option<Cow<'_, Document>> {
        let source = self.read.open(from, path, &mut self.sources).ok()?;
        // Each thread that reads a file has a text of it.
        let name = self.sources.get(source).name();
        if let Some(at) = self.pages.iter().position(|page| self.sources.get(page.source).name() == name) {
            return self.pages[at].document.as_ref().map(Cow::Borrowed);
        }
        let (document, _) = document::parse(source, &mut self.sources, &mut self.read);
        document.map(Cow::Owned)
    }
}

/// A thread more pays off where it has so many pages to read.
const PAGES_OF_A_THREAD: usize = 100;

/// Reads and parses the pages that `targets` name in the current directory, and all files that these name.
pub(super) fn load(targets: &[PathBuf], cwd: &Path) -> Result<Loaded, CommandError> {
    let files = find(targets, cwd)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    parsed(files, threads)
}

/// Reads and parses one page again, where these files have other texts than they have.
pub(super) fn load_with(
    page: &PageFile,
    text: &str,
    instead: Vec<(PathBuf, String)>,
) -> Result<Loaded, CommandError> {
    let mut part = Part::new(0);
    part.loaded.read = Files::with(instead);
    part.read(vec![PageFile { text: text.to_owned(), ..page.clone() }]);
    part.finish()
}

/// The pages, read by at most so many threads: each takes some that stand together, and what comes of them is put
/// together in their order.
fn parsed(mut files: Vec<PageFile>, threads: usize) -> Result<Loaded, CommandError> {
    let count = files.len().div_ceil(PAGES_OF_A_THREAD).min(threads).max(1);
    let size = files.len().div_ceil(count);
    let mut first = Part::new(0);
    std::thread::scope(|scope| {
        let mut others = Vec::new();
        for number in (1..count).rev() {
            let files = files.split_off((number * size).min(files.len()));
            others.push(scope.spawn(move || {
                let mut part = Part::new(number);
                part.read(files);
                part
            }));
        }
        first.read(files);
        for other in others.into_iter().rev() {
            match other.join() {
                Ok(part) => first.join(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    first.finish()
}

/// What one thread has read.
struct Part {
    loaded: Loaded,
    errors: Vec<CommandError>,
}

impl Part {
    fn new(number: usize) -> Self {
        let (sources, read) = (Sources::part(number), Files::default());
        Self {
            loaded: Loaded { sources, read, pages: Vec::new(), diagnostics: Vec::new() },
            errors: Vec::new(),
        }
    }

    fn read(&mut self, files: Vec<PageFile>) {
        let Loaded { sources, read, pages, diagnostics } = &mut self.loaded;
        for mut file in files {
            let source = read.add(&file.path, &file.root, std::mem::take(&mut file.text), sources);
            let (document, found) = document::parse(source, sources, read);
            if document.is_none() && found.is_empty() {
                // A directory's files were asked before, so this one was named.
                self.errors.push(CommandError::NoTutorial { path: file.path });
                continue;
            }
            diagnostics.extend(found);
            diagnostics.extend(document.iter().flat_map(certificates::findings));
            diagnostics.extend(document.iter().flat_map(probes::findings));
            pages.push(Page { file, source, document });
        }
        diagnostics.extend(read.take_diagnostics());
    }

    /// Takes in what was read of the next pages.
    fn join(&mut self, next: Self) {
        self.loaded.sources.join(next.loaded.sources);
        self.loaded.read.join(next.loaded.read);
        self.loaded.pages.extend(next.loaded.pages);
        self.loaded.diagnostics.extend(next.loaded.diagnostics);
        self.errors.extend(next.errors);
    }

    fn finish(self) -> Result<Loaded, CommandError> {
        let mut loaded = self.loaded;
        // A file that several pages name was read for each of them.
        loaded.diagnostics = in_order(loaded.diagnostics, &loaded.sources);
        CommandError::of(self.errors).map_or(Ok(loaded), Err)
    }
}

/// The current directory.
pub(super) fn current_directory() -> Result<PathBuf, CommandError> {
    std::env::current_dir().map_err(CommandError::CurrentDirectory)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn as_many_threads_as_there_may_be_read_the_same() {
        let scratch = tempfile::tempdir().unwrap();
        let dir = scratch.path().canonicalize().unwrap();
        fs::write(dir.join("tutor.toml"), "wrong").unwrap();
        fs::write(dir.join("part.md"), "```sh {#part timout=3s}\ntrue\n```\n").unwrap();
        for number in 0..350 {
            let id = if number % 7 == 0 { "Wrong_Id" } else { "right" };
            let include = if number % 50 == 0 { "<!-- tutor:include part.md -->\n" } else { "" };
            let page = format!("---\ntutor:\n---\n\n```sh {{#{id}}}\ntrue\n```\n\n{include}");
            fs::write(dir.join(format!("{number:03}.md")), page).unwrap();
        }
        let of = |threads| {
            let loaded = parsed(find(std::slice::from_ref(&dir), &dir).unwrap(), threads).unwrap();
            let place = |span: crate::source::Span| {
                format!("{}:{}", loaded.sources.get(span.source).name(), span.start)
            };
            let found: Vec<String> = loaded
                .diagnostics
                .iter()
                .map(|found| format!("{} {}", found.code, place(found.labels[0].span)))
                .collect();
            let pages: Vec<String> = loaded.pages.iter().map(|page| page.file.name.clone()).collect();
            (found, pages, loaded.files().count())
        };
        let (one, pages, _) = of(1);
        assert_eq!((one.len(), pages.len()), (50 + 1 + 1, 350), "{one:?}");
        for threads in [2, 3, 64] {
            let (mut found, other, _) = of(threads);
            let mut sorted = one.clone();
            sorted.sort();
            found.sort();
            assert_eq!((&found, &other), (&sorted, &pages), "{threads}");
        }
    }
}
