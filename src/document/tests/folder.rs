//! A directory of files that pages may name, in memory.

use std::{collections::HashMap, path::PathBuf};

use crate::{
    diagnostic::nearest,
    document::{Absent, Workspace},
    source::{SourceId, Sources},
};

/// Files by their names, and what was read of them.
#[derive(Default)]
pub(super) struct Folder {
    files: Vec<(&'static str, &'static str)>,
    known: HashMap<String, SourceId>,
    names: HashMap<SourceId, String>,
    languages: Vec<(String, String)>,
}

impl Folder {
    pub(super) fn new(files: &[(&'static str, &'static str)]) -> Self {
        let python = ("python".to_owned(), "python3 {file}".to_owned());
        Self { files: files.to_vec(), languages: vec![python], ..Self::default() }
    }

    /// Takes in the page itself.
    pub(super) fn page(&mut self, page: &str, sources: &mut Sources) -> SourceId {
        let source = sources.add("page.md", page);
        self.known.insert("page.md".to_owned(), source);
        self.names.insert(source, "page.md".to_owned());
        source
    }

    /// The name from the directory of what `path`, written in `from`, names.
    fn name(&self, from: SourceId, path: &str) -> String {
        let directory = self.names[&from].rsplit_once('/').map_or("", |(directory, _)| directory);
        let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
        for part in path.split('/') {
            match part {
                ".." => drop(parts.pop()),
                "." => {}
                part => parts.push(part),
            }
        }
        parts.join("/")
    }

    fn missing(&self, name: &str) -> Absent {
        let near = nearest(name, self.files.iter().map(|(name, _)| *name));
        Absent::Missing { nearest: near.map(str::to_owned) }
    }
}

impl Workspace for Folder {
    fn open(&mut self, from: SourceId, path: &str, sources: &mut Sources) -> Result<SourceId, Absent> {
        let name = self.name(from, path);
        if let Some(known) = self.known.get(&name) {
            return Ok(*known);
        }
        if name == "x.bin" {
            return Err(Absent::NotText);
        }
        if name == "x.locked" {
            return Err(Absent::Unreadable("permission denied".to_owned()));
        }
        let text = self.files.iter().find(|(file, _)| *file == name).map(|(_, text)| *text);
        let source = sources.add(name.as_str(), text.ok_or_else(|| self.missing(&name))?);
        self.known.insert(name.clone(), source);
        self.names.insert(source, name);
        Ok(source)
    }

    fn locate(&self, from: SourceId, path: &str) -> Result<PathBuf, Absent> {
        let name = self.name(from, path);
        let there = self.files.iter().any(|(file, _)| *file == name || file.starts_with(&format!("{name}/")));
        if there { Ok(PathBuf::from(format!("/d/{name}"))) } else { Err(self.missing(&name)) }
    }

    fn languages(&self, _: SourceId) -> &[(String, String)] {
        &self.languages
    }
}
