//! Several files at once, whole or not at all.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::disk::permit;
use crate::certificate::NewFile;

/// A file that is to be written.
#[derive(Clone, Serialize, Deserialize)]
pub struct Placed {
    /// Its path from the directory of all of them.
    pub name: String,
    /// Permission bits. On systems that have none, a file has what its directory gives it.
    pub mode: u32,
    /// What it holds. Maybe a private key.
    pub bytes: Vec<u8>,
}

impl From<NewFile> for Placed {
    fn from(file: NewFile) -> Self {
        Self { name: file.name, mode: file.mode, bytes: file.bytes.to_vec() }
    }
}

impl std::fmt::Debug for Placed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Placed").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Writes `files` into `directory`, which is made where it is not there. Each gets its name when all of them are
/// written: until then, and where anything fails, there is nothing under any of the names but what was there before.
///
/// A file that is there is replaced where `may_replace` says so of it, and else an error. A link is replaced itself, not
/// what it points to.
///
/// # Errors
///
/// The name, and the system's own words.
pub fn place(
    directory: &Path,
    files: &[Placed],
    may_replace: &dyn Fn(&Path) -> Result<bool, String>,
) -> Result<(), String> {
    make_directory(directory)?;
    let mut ready: Vec<(NamedTempFile, PathBuf, bool)> = Vec::with_capacity(files.len());
    for file in files {
        let target = directory.join(&file.name);
        let wrong = |error: io::Error| format!("{}: {}", target.display(), words(&error));
        let replaces = match fs::symlink_metadata(&target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(wrong(error)),
            Ok(data) if data.is_dir() => return Err(format!("{}: Is a directory", target.display())),
            Ok(_) if may_replace(&target)? => true,
            Ok(_) => return Err(format!("{}: it is there already", target.display())),
        };
        let parent = target.parent().unwrap_or(directory);
        make_directory(parent)?;
        let mut written = tempfile::Builder::new().prefix(".tutor-").tempfile_in(parent).map_err(wrong)?;
        written.write_all(&file.bytes).map_err(wrong)?;
        permit(written.as_file(), file.mode).map_err(wrong)?;
        ready.push((written, target, replaces));
    }
    let mut made: Vec<PathBuf> = Vec::new();
    for (written, target, replaces) in ready {
        let placed = if replaces { written.persist(&target) } else { written.persist_noclobber(&target) };
        match placed {
            Ok(_) if replaces => {}
            Ok(_) => made.push(target),
            Err(error) => {
                for file in made {
                    // What can't be taken back is named by the next run.
                    let _ = fs::remove_file(file);
                }
                return Err(format!("{}: {}", target.display(), words(&error.error)));
            }
        }
    }
    Ok(())
}

fn make_directory(directory: &Path) -> Result<(), String> {
    fs::create_dir_all(directory).map_err(|error| format!("{}: {}", directory.display(), words(&error)))
}

/// The system's words without Rust's "(os error 2)", and without the name of a file that only we know.
pub(super) fn words(error: &io::Error) -> String {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<io::Error>()).unwrap_or(error);
    let text = inner.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    text.split(" at path ").next().unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> Vec<Placed> {
        let file =
            |name: &&str| Placed { name: (*name).to_owned(), mode: 0o600, bytes: name.as_bytes().into() };
        names.iter().map(file).collect()
    }

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn all_or_none() {
        let scratch = tempfile::tempdir().unwrap();
        let dir = scratch.path().join("a/b");
        let never = |_: &Path| Ok(false);
        place(&dir, &files(&["x", "y"]), &never).unwrap();
        assert_eq!(names(&dir), ["x", "y"]);
        let error = place(&dir, &files(&["n", "y", "z"]), &never).unwrap_err();
        assert!(error.ends_with("y: it is there already"), "{error}");
        assert_eq!(names(&dir), ["x", "y"]);
        place(&dir, &files(&["n", "y"]), &|_| Ok(true)).unwrap();
        assert_eq!(names(&dir), ["n", "x", "y"]);
        assert!(place(&dir, &files(&["m", "x/y"]), &never).is_err());
        assert_eq!(names(&dir), ["n", "x", "y"]);
        place(&dir, &files(&["sub/key"]), &never).unwrap();
        assert_eq!(fs::read(dir.join("sub/key")).unwrap(), b"sub/key");
        let error = place(&dir, &files(&["o", "sub"]), &|_| Ok(true)).unwrap_err();
        assert!(error.ends_with("sub: Is a directory"), "{error}");
        assert_eq!(names(&dir), ["n", "sub", "x", "y"]);
    }

    #[cfg(unix)]
    #[test]
    fn modes_do_not_depend_on_the_umask_and_links_are_not_followed() {
        use std::os::unix::fs::{MetadataExt, symlink};
        let scratch = tempfile::tempdir().unwrap();
        let dir = scratch.path();
        let other = dir.join("other");
        fs::write(&other, "theirs").unwrap();
        symlink(&other, dir.join("link")).unwrap();
        place(dir, &files(&["link"]), &|_| Ok(true)).unwrap();
        assert_eq!(fs::read(&other).unwrap(), b"theirs");
        assert_eq!(fs::symlink_metadata(dir.join("link")).unwrap().mode() & 0o170_777, 0o100_600);
    }
}
