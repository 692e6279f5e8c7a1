//! The directory of recordings: where each lies, and the pending ones beside them.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use super::{
    FormatError, Recording, SnapshotError,
    file::{self, failed},
};

/// A directory of recordings.
#[derive(Clone, Debug)]
pub struct Store {
    dir: PathBuf,
}

/// Files as they were, to be put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What each held; `None` where there was none.
    files: Vec<(PathBuf, Option<Vec<u8>>)>,
}

/// A recording, or new lines of a page, that wait to be accepted or rejected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pending {
    /// Its name: the path below the store without extensions, with `/`: `ssl-macos/make-ca`.
    pub name: String,
    /// Where it lies: `….snap.new`, or `….page.new`.
    pub path: PathBuf,
    /// Where it goes when it is accepted: `….snap`.
    pub accepted: PathBuf,
}

impl Store {
    /// The recordings in `dir`, which need not exist.
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// Its directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where the recording of `step` lies: by the file that defines it (from the root), and by the platform where
    /// the step is in a tab or has `platform=`.
    #[must_use]
    pub fn path(&self, file: &str, platform_for_tab: Option<&str>, step: &str) -> PathBuf {
        let file = file.replace('\\', "/");
        let file = file.strip_prefix("tutorials/").unwrap_or(&file);
        let (directory, name) =
            file.rsplit_once('/').map_or(("", file), |(directory, name)| (directory, name));
        let page = name.rsplit_once('.').map_or(name, |(page, _)| if page.is_empty() { name } else { page });
        let mut path = self.dir.clone();
        let parts = directory.split('/').chain([page]).chain(platform_for_tab.unwrap_or_default().split('/'));
        parts.filter(|part| !part.is_empty()).for_each(|part| path.push(component(part)));
        path.push(format!("{}.snap", component(step)));
        path
    }

    /// The recording at `path`; `None` where there is none.
    pub fn load(&self, path: &Path) -> Result<Option<Recording>, SnapshotError> {
        self.check(path)?;
        match fs::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("read", path)(error)),
            Ok(bytes) => parse(&bytes)
                .map(Some)
                .map_err(|error| SnapshotError::Format { path: path.to_path_buf(), error }),
        }
    }

    /// The recording that `pending` would make the accepted one.
    pub fn load_pending(&self, pending: &Pending) -> Result<Recording, SnapshotError> {
        let missing = || failed("read", &pending.path)(io::Error::from(io::ErrorKind::NotFound));
        self.load(&pending.path)?.ok_or_else(missing)
    }

    /// Leaves `recording` pending beside `path`, and says where; `None` where the accepted one says the same: then
    /// nothing is pending any more.
    pub fn write_pending(
        &self,
        path: &Path,
        recording: &Recording,
    ) -> Result<Option<PathBuf>, SnapshotError> {
        self.check(path)?;
        let pending = pending_path(path);
        // An accepted file that cannot be read is to be replaced: that needs a pending one.
        let same = matches!(self.load(path), Ok(Some(accepted)) if accepted.same_outcome(recording));
        if same {
            file::remove(&pending)?;
            return Ok(None);
        }
        file::write(&pending, recording.render().as_bytes())?;
        Ok(Some(pending))
    }

    /// Makes `recording` the accepted one at `path`; nothing is pending there any more.
    pub fn write(&self, path: &Path, recording: &Recording) -> Result<(), SnapshotError> {
        self.check(path)?;
        file::write(path, recording.render().as_bytes())?;
        file::remove(&pending_path(path))
    }

    /// Whatever is pending, by name.
    pub fn pending(&self) -> Result<Vec<Pending>, SnapshotError> {
        let mut found: Vec<Pending> = file::walk(&self.dir, ".snap.new")?
            .into_iter()
            .map(|path| {
                let accepted = path.with_extension("");
                Pending { name: self.name(&accepted), path, accepted }
            })
            .collect();
        found.extend(self.pending_pages()?);
        found.sort();
        Ok(found)
    }

    /// What is pending beside `path`; `None` where nothing is.
    #[must_use]
    pub fn pending_at(&self, path: &Path) -> Option<Pending> {
        let pending = pending_path(path);
        pending.exists().then(|| Pending {
            name: self.name(path),
            path: pending,
            accepted: path.to_path_buf(),
        })
    }

    /// The paths of all accepted recordings, sorted.
    pub fn accepted(&self) -> Result<Vec<PathBuf>, SnapshotError> {
        file::walk(&self.dir, ".snap")
    }

    /// Makes a pending recording the accepted one.
    pub fn accept(&self, pending: &Pending) -> Result<(), SnapshotError> {
        let recording = self.load_pending(pending)?;
        self.write(&pending.accepted, &recording)
    }

    /// Drops a pending recording.
    pub fn reject(&self, pending: &Pending) -> Result<(), SnapshotError> {
        self.remove(&pending.path)
    }

    /// Removes one file, accepted or pending, and the directories that are empty then.
    pub fn remove(&self, path: &Path) -> Result<(), SnapshotError> {
        self.check(path)?;
        file::remove(path)?;
        let mut parent = path.parent();
        while let Some(directory) = parent.filter(|directory| *directory != self.dir) {
            // It fails where something is left in it: that is the end.
            if fs::remove_dir(directory).is_err() {
                break;
            }
            parent = directory.parent();
        }
        Ok(())
    }

    /// What the files of `paths` hold now, to be put back with [`Store::restore`].
    pub fn keep<'p>(&self, paths: impl IntoIterator<Item = &'p PathBuf>) -> Result<Kept, SnapshotError> {
        let mut files = Vec::new();
        for path in paths {
            self.check(path)?;
            files.push(match fs::read(path) {
                Ok(bytes) => (path.clone(), Some(bytes)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => (path.clone(), None),
                Err(error) => return Err(failed("read", path)(error)),
            });
        }
        Ok(Kept { files })
    }

    /// Puts back what was kept.
    pub fn restore(&self, kept: &Kept) -> Result<(), SnapshotError> {
        for (path, bytes) in &kept.files {
            self.check(path)?;
            match bytes {
                Some(bytes) => file::write(path, bytes)?,
                None => self.remove(path)?,
            }
        }
        Ok(())
    }

    /// The name of the recording at `path`, for people: `ssl-macos/make-ca`.
    #[must_use]
    pub fn name(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.dir).unwrap_or(path);
        let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        let name = parts.join("/");
        let name = name.strip_suffix(".new").unwrap_or(&name);
        name.strip_suffix(".snap").unwrap_or(name).to_owned()
    }

    /// Refuses a path that is not below the directory, or leads out of it over a link.
    pub(super) fn check(&self, path: &Path) -> Result<(), SnapshotError> {
        let outside = || SnapshotError::Outside { path: path.to_path_buf(), dir: self.dir.clone() };
        let below = path.strip_prefix(&self.dir).map_err(|_| outside())?;
        let mut at = self.dir.clone();
        for part in below.components() {
            let Component::Normal(part) = part else { return Err(outside()) };
            at.push(part);
            if fs::symlink_metadata(&at).is_ok_and(|found| found.file_type().is_symlink()) {
                return Err(outside());
            }
        }
        Ok(())
    }
}

fn parse(bytes: &[u8]) -> Result<Recording, FormatError> {
    Recording::parse(std::str::from_utf8(bytes).map_err(|_| FormatError::Encoding)?)
}

/// As insta names it.
fn pending_path(accepted: &Path) -> PathBuf {
    accepted.with_extension("snap.new")
}

/// A name that every system takes for one part of a path.
fn component(part: &str) -> String {
    if part == "." || part == ".." {
        return "_".repeat(part.len());
    }
    let forbidden = |character: char| {
        character.is_control() || matches!(character, '/' | '\\' | ':' | '<' | '>' | '"' | '|' | '?' | '*')
    };
    part.replace(forbidden, "_")
}
