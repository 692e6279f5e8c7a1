//! `tutor check --fix`: writes the fixes that are sure into the pages.

use std::{
    collections::HashSet,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::{
    error::CommandError,
    findings::{Findings, find},
};
use crate::{
    diagnostic::{Fixed, apply},
    report::findings::Mended,
    source::Source,
};

/// A fix can bring another mistake to light, but no page needs so many rounds: fixes that undo each other would never
/// end.
const ROUNDS: usize = 10;

/// Why a file was left as it is.
#[derive(Debug, thiserror::Error)]
pub(super) enum FixError {
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

/// What came of it.
#[derive(Debug)]
pub(super) struct Outcome {
    /// What is wrong now.
    pub(super) left: Findings,
    /// What was mended, in order.
    pub(super) mended: Vec<Mended>,
    /// Files that were left as they are.
    pub(super) errors: Vec<CommandError>,
}

/// Mends the pages that `targets` name in `cwd`, again and again until nothing more is sure.
pub(super) fn fix(targets: &[PathBuf], cwd: &Path) -> Result<Outcome, CommandError> {
    let mut mended = Vec::new();
    let mut errors = Vec::new();
    let mut refused = HashSet::new();
    for round in 1.. {
        let found = find(targets, cwd)?;
        let before = mended.len();
        if round <= ROUNDS {
            for (path, source) in found.loaded.files() {
                let source_text = found.loaded.sources.get(source);
                let Some(fixed) = apply(&found.diagnostics, source, &found.loaded.sources) else { continue };
                if refused.contains(path) {
                    continue;
                }
                match write(path, &bytes(source_text, source_text.text()), &bytes(source_text, &fixed.text)) {
                    Ok(()) => mended.extend(places(&fixed, source_text)),
                    // Another name of a file that was mended just now: the next round sees what is left of it.
                    Err(FixError::Changed) if round < ROUNDS && mended.len() > before => {}
                    Err(source) => {
                        refused.insert(path.to_owned());
                        errors.push(CommandError::Fix { path: path.to_owned(), source });
                    }
                }
            }
        }
        if mended.len() == before {
            return Ok(Outcome { left: found, mended, errors });
        }
    }
    Err(CommandError::of(errors).unwrap_or(CommandError::Several(Vec::new())))
}

/// The file's bytes for a text of `source`.
fn bytes(source: &Source, text: &str) -> Vec<u8> {
    let mark = if source.has_bom() { "\u{feff}" } else { "" };
    [mark, text].concat().into_bytes()
}

fn places(fixed: &Fixed<'_>, source: &Source) -> Vec<Mended> {
    let done = fixed.done.iter().filter_map(|found| found.fix.as_ref().map(|fix| (found.code, fix)));
    let one = |(code, fix): (&'static str, &crate::diagnostic::Fix)| {
        let position = source.position(fix.span.start);
        Mended {
            file: source.name().to_owned(),
            line: position.line,
            column: position.column,
            code,
            before: source.text().get(fix.span.range()).unwrap_or_default().to_owned(),
            after: fix.replacement.clone(),
        }
    };
    done.map(one).collect()
}

/// Replaces the file's bytes `old` by `new`, all or nothing: a reader sees the one or the other, and so does whoever
/// looks after a crash. A symbolic link stays, and the file that it names is replaced.
fn write(path: &Path, old: &[u8], new: &[u8]) -> Result<(), FixError> {
    let path = path.canonicalize()?;
    let metadata = fs::metadata(&path)?;
    // A rename needs no right to the file itself, so it has to be asked for.
    if metadata.permissions().readonly() {
        return Err(FixError::ReadOnly);
    }
    OpenOptions::new().write(true).open(&path).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => FixError::ReadOnly,
        _ => FixError::Io(error),
    })?;
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".tutor-")
        .tempfile_in(directory)
        .map_err(|error| FixError::Directory(plain(error)))?;
    file.write_all(new)?;
    keep_owner(file.as_file(), &metadata)?;
    file.as_file().set_permissions(metadata.permissions()).map_err(FixError::Owner)?;
    file.as_file().sync_all()?;
    if fs::read(&path)? != old {
        return Err(FixError::Changed);
    }
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

/// Without the path that the crate adds, which nobody has heard of: a random name.
fn plain(error: io::Error) -> io::Error {
    error.raw_os_error().map_or(error, io::Error::from_raw_os_error)
}

#[cfg(unix)]
fn keep_owner(new: &fs::File, old: &fs::Metadata) -> Result<(), FixError> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    if old.nlink() > 1 {
        return Err(FixError::Linked);
    }
    let made = new.metadata()?;
    let changed = |new: u32, old: u32| (new != old).then_some(old);
    let (user, group) = (changed(made.uid(), old.uid()), changed(made.gid(), old.gid()));
    if user.is_some() || group.is_some() {
        fchown(new, user, group).map_err(FixError::Owner)?;
    }
    Ok(())
}

/// Elsewhere a new file takes its owner and its rights from its directory.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "Unix can fail")]
fn keep_owner(_: &fs::File, _: &fs::Metadata) -> Result<(), FixError> {
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
        let error = write(&path, b"as it was read", b"ours").unwrap_err();
        assert!(matches!(error, FixError::Changed), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 1, "nothing is left beside it");
        write(&path, b"theirs", b"ours").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "ours");
    }
}
