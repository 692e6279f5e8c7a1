//! The files that pages name: read once each, known by their place, with the settings of their root.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    root::{Root, absolute},
    settings::{self, Settings},
};
use crate::{
    diagnostic::{Diagnostic, nearest},
    document::{Absent, Workspace},
    plan::Provided,
    source::{SourceId, Sources},
};

/// The files that were read, and what they may name.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// By the text that was read from it.
    read: HashMap<SourceId, File>,
    /// By its place, links followed: one file may be named in many ways.
    known: HashMap<PathBuf, SourceId>,
    /// By the directory of a root.
    settings: HashMap<PathBuf, Settings>,
    /// What is wrong in the settings.
    diagnostics: Vec<Diagnostic>,
    /// Texts that files have in this reading instead of their own, by the files' places.
    instead: HashMap<PathBuf, String>,
}

/// A file that was read.
#[derive(Debug)]
struct File {
    path: PathBuf,
    root: Root,
}

impl Files {
    /// None yet; these files will have other texts than they have.
    pub(super) fn with(instead: impl IntoIterator<Item = (PathBuf, String)>) -> Self {
        let place = |path: PathBuf| fs::canonicalize(&path).unwrap_or(path);
        let instead = instead.into_iter().map(|(path, text)| (place(path), text)).collect();
        Self { instead, ..Self::default() }
    }

    /// Takes in a page that was read: its text, or the same one that was read before because another page names it.
    pub(super) fn add(&mut self, path: &Path, root: &Root, text: String, sources: &mut Sources) -> SourceId {
        let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if let Some(known) = self.known.get(&place) {
            return *known;
        }
        let text = self.instead.get(&place).cloned().unwrap_or(text);
        let source = sources.add(root.name(path), text);
        self.known.insert(place, source);
        self.read.insert(source, File { path: path.to_owned(), root: root.clone() });
        if !self.settings.contains_key(root.dir()) {
            let (settings, text) = settings::settings(root.dir(), sources, &mut self.diagnostics);
            if let Some(text) = text {
                let file = File { path: root.dir().join(settings::NAME), root: root.clone() };
                self.read.insert(text, file);
            }
            self.settings.insert(root.dir().to_owned(), settings);
        }
        source
    }

    /// The files that were read, with their texts, in the order in which they were.
    pub(super) fn all(&self) -> impl Iterator<Item = (&Path, SourceId)> {
        let mut all: Vec<_> = self.read.iter().map(|(source, file)| (file.path.as_path(), *source)).collect();
        all.sort_by_key(|(_, source)| *source);
        all.into_iter()
    }

    /// Takes in what another thread has read. Of a file that both have, the text that this one has stays the known one.
    pub(super) fn join(&mut self, other: Self) {
        self.read.extend(other.read);
        for (place, source) in other.known {
            self.known.entry(place).or_insert(source);
        }
        self.settings.extend(other.settings);
        self.diagnostics.extend(other.diagnostics);
    }

    /// The settings of the root of the file that a text was read from.
    fn settings(&self, of: SourceId) -> Option<&Settings> {
        self.settings.get(self.read.get(&of)?.root.dir())
    }

    /// The programs that the project of the file has that a text was read from.
    pub(super) fn programs(&self, of: SourceId) -> &[Provided] {
        self.settings(of).map_or(&[], |settings| settings.programs.as_slice())
    }

    /// What is wrong in the settings.
    pub(super) fn take_diagnostics(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.diagnostics)
    }

    /// The path that `written` stands for in the file `from`.
    fn path(&self, from: SourceId, written: &str) -> Result<PathBuf, Absent> {
        let missing = || Absent::Missing { nearest: None };
        let dir = self.read.get(&from).and_then(|file| file.path.parent()).ok_or_else(missing)?;
        let path = dir.join(written);
        if !path.exists() {
            return Err(Absent::Missing { nearest: near(&path, written) });
        }
        absolute(dir, Path::new(written)).map_err(|error| Absent::Unreadable(error.to_string()))
    }
}

/// The path as it was written, but with the name of a file that is there and nearly called like this.
fn near(path: &Path, written: &str) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let entries = fs::read_dir(path.parent()?).ok()?;
    let names: Vec<String> =
        entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let near = nearest(name, names.iter().map(String::as_str))?;
    Some(format!("{}{near}", written.strip_suffix(name)?))
}

impl Workspace for Files {
    fn open(&mut self, from: SourceId, path: &str, sources: &mut Sources) -> Result<SourceId, Absent> {
        let path = self.path(from, path)?;
        let unreadable = |error: io::Error| Absent::Unreadable(error.to_string());
        let place = fs::canonicalize(&path).map_err(unreadable)?;
        if let Some(known) = self.known.get(&place) {
            return Ok(*known);
        }
        // To read a pipe or a device could wait for ever.
        if !place.is_file() {
            return Err(Absent::Unreadable("not a file".to_owned()));
        }
        let bytes = fs::read(&path).map_err(unreadable)?;
        let text = String::from_utf8(bytes).map_err(|_| Absent::NotText)?;
        let root = match self.read.get(&from) {
            // A file of the same project is named from its root, wherever it lies in it.
            Some(file) if path.starts_with(file.root.dir()) => file.root.clone(),
            _ => Root::of(path.parent().unwrap_or(&path)),
        };
        Ok(self.add(&path, &root, text, sources))
    }

    fn locate(&self, from: SourceId, path: &str) -> Result<PathBuf, Absent> {
        self.path(from, path)
    }

    fn languages(&self, from: SourceId) -> &[(String, String)] {
        self.settings(from).map_or(&[], |settings| settings.languages.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_once_and_named_from_its_root() {
        let scratch = tempfile::tempdir().unwrap();
        let dir = scratch.path().canonicalize().unwrap();
        for (name, text) in [("tutor.toml", ""), ("docs/a.md", "a"), ("shared/b.md", "b"), ("docs/c.md", "c")]
        {
            fs::create_dir_all(dir.join(name).parent().unwrap()).unwrap();
            fs::write(dir.join(name), text).unwrap();
        }
        let (mut files, mut sources) = (Files::default(), Sources::new());
        let root = Root::of(&dir);
        let page = files.add(&dir.join("docs/a.md"), &root, "a".to_owned(), &mut sources);
        let shared = files.open(page, "../shared/b.md", &mut sources).unwrap();
        assert_eq!(sources.get(shared).name(), "shared/b.md");
        assert_eq!(files.open(shared, "../docs/../shared/./b.md", &mut sources), Ok(shared));
        assert_eq!(files.open(shared, "../docs/a.md", &mut sources), Ok(page));
        assert_eq!(files.locate(page, "../shared"), Ok(dir.join("shared")));
        let other = files.open(page, "/dev/null", &mut sources);
        assert!(matches!(other, Err(Absent::Unreadable(_) | Absent::Missing { .. })), "{other:?}");
        let near = |name: &str| Err(Absent::Missing { nearest: Some(name.to_owned()) });
        assert_eq!(files.open(page, "../shared/d.md", &mut sources), near("../shared/b.md"));
        assert_eq!(files.locate(page, "nothing"), Err(Absent::Missing { nearest: None }));
        let paths: Vec<_> = files.all().map(|(path, _)| path.to_owned()).collect();
        assert_eq!(paths, [dir.join("docs/a.md"), dir.join("tutor.toml"), dir.join("shared/b.md")]);
    }
}
