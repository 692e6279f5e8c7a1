//! New bytes for a page's file, all or nothing.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use crate::source::Source;

/// Why a file was left as it is.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReplaceError {
    #[error("it is read-only")]
    ReadOnly,

    #[error("it was changed by something else in the meantime")]
    Changed,

    /// Only Unix tells.
    #[cfg(unix)]
    #[error("it has other names (hard links), which would keep the old text")]
    Linked,

    #[error("no file can be made beside it: {0}")]
    Directory(io::Error),

    #[error("its owner or permissions can't be kept: {0}")]
    Owner(io::Error),

    #[error("{0}")]
    Io(#[from] io::Error),
}

/// The file's bytes for a text of `source`.
pub(super) fn bytes(source: &Source, text: &str) -> Vec<u8> {
    let mark = if source.has_bom() { "\u{feff}" } else { "" };
    [mark, text].concat().into_bytes()
}

/// Replaces the file's bytes `old` by `new`, all or nothing: a reader sees the one or the other, and so does whoever
/// looks after a crash. A symbolic link stays, and the file that it names is replaced.
pub(super) fn replace(path: &Path, old: &[u8], new: &[u8]) -> Result<(), ReplaceError> {
    let path = path.canonicalize()?;
    let metadata = fs::metadata(&path)?;
    // A rename needs no right to the file itself, so it has to be asked for.
    if metadata.permissions().readonly() {
        return Err(ReplaceError::ReadOnly);
    }
    OpenOptions::new().write(true).open(&path).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => ReplaceError::ReadOnly,
        _ => ReplaceError::Io(error),
    })?;
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".tutor-")
        .tempfile_in(directory)
        .map_err(|error| ReplaceError::Directory(plain(error)))?;
    file.write_all(new)?;
    keep_owner(file.as_file(), &metadata)?;
    file.as_file().set_permissions(metadata.permissions()).map_err(ReplaceError::Owner)?;
    file.as_file().sync_all()?;
    if fs::read(&path)? != old {
        return Err(ReplaceError::Changed);
    }
    file.persist(&path).map_err(|error| error.error)?;
    #[cfg(unix)]
    // So that the new name lasts. Where that fails, the old or the new file is there all the same.
    let _ = fs::File::open(directory).and_then(|directory| directory.sync_all());
    Ok(())
}

/// A file that has other bytes now.
#[derive(Debug)]
pub(super) struct Replaced {
    pub(super) path: PathBuf,
    /// What it held.
    pub(super) old: Vec<u8>,
    /// What it holds now.
    pub(super) new: Vec<u8>,
}

/// Gives all of `files` their old bytes again, or none. The error is of the file that it names.
pub(super) fn put_back(files: &[Replaced]) -> Result<(), (PathBuf, ReplaceError)> {
    for (count, file) in files.iter().enumerate() {
        if let Err(error) = replace(&file.path, &file.new, &file.old) {
            for done in &files[..count] {
                // What has been changed since then is left to whoever did.
                let _ = replace(&done.path, &done.old, &done.new);
            }
            return Err((file.path.clone(), error));
        }
    }
    Ok(())
}

/// Without the path that the crate adds, which nobody has heard of: a random name.
fn plain(error: io::Error) -> io::Error {
    error.raw_os_error().map_or(error, io::Error::from_raw_os_error)
}

#[cfg(unix)]
fn keep_owner(new: &fs::File, old: &fs::Metadata) -> Result<(), ReplaceError> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    if old.nlink() > 1 {
        return Err(ReplaceError::Linked);
    }
    let made = new.metadata()?;
    let changed = |new: u32, old: u32| (new != old).then_some(old);
    let (user, group) = (changed(made.uid(), old.uid()), changed(made.gid(), old.gid()));
    if user.is_some() || group.is_some() {
        fchown(new, user, group).map_err(ReplaceError::Owner)?;
    }
    Ok(())
}

/// Elsewhere a new file takes its owner and its rights from its directory.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "Unix can fail")]
fn keep_owner(_: &fs::File, _: &fs::Metadata) -> Result<(), ReplaceError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_meanwhile_is_left_alone() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("page.md");
        fs::write(&path, "theirs").unwrap();
        let error = replace(&path, b"as it was read", b"ours").unwrap_err();
        assert!(matches!(error, ReplaceError::Changed), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 1, "nothing is left beside it");
        replace(&path, b"theirs", b"ours").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "ours");
    }

    #[test]
    fn all_files_are_put_back_or_none() {
        let scratch = tempfile::tempdir().unwrap();
        let file = |name: &str| {
            let path = scratch.path().join(name);
            fs::write(&path, "new").unwrap();
            Replaced { path, old: b"old".to_vec(), new: b"new".to_vec() }
        };
        let files = [file("a"), file("b")];
        let texts = || files.each_ref().map(|file| fs::read_to_string(&file.path).unwrap());
        fs::write(&files[1].path, "theirs").unwrap();
        let (path, error) = put_back(&files).unwrap_err();
        assert!(path == files[1].path && matches!(error, ReplaceError::Changed), "{error}");
        assert_eq!(texts(), ["new", "theirs"]);
        fs::write(&files[1].path, "new").unwrap();
        put_back(&files).unwrap();
        assert_eq!(texts(), ["old", "old"]);
    }
}
