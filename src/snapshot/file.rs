//! Files that are there whole or not at all.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use super::SnapshotError;

/// Ties the system's words to what was done to which file.
pub(super) fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SnapshotError {
    let path = path.to_path_buf();
    move |error| SnapshotError::Io { action, path, error }
}

/// Writes `bytes` to `path`: under another name first, then renamed, so that no reader and no crash sees half of
/// it. A file that says the same already is left alone.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), SnapshotError> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let parent = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(failed("create the directory", parent))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tutor-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // What any new file has: less the caller's umask.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(parent).map_err(failed("create a file in", parent))?;
    file.write_all(bytes).map_err(failed("write", path))?;
    file.as_file().sync_all().map_err(failed("write", path))?;
    file.persist(path).map_err(|error| failed("write", path)(error.error))?;
    sync_directory(parent);
    Ok(())
}

/// Makes a rename in `directory` last. Where the system can't, the file is as safe as it can make it.
fn sync_directory(directory: &Path) {
    #[cfg(unix)]
    let _ = fs::File::open(directory).and_then(|directory| directory.sync_all());
    #[cfg(not(unix))]
    let _ = directory;
}

/// Removes a file; one that is not there is fine.
pub(super) fn remove(path: &Path) -> Result<(), SnapshotError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", path)(error)),
        _ => Ok(()),
    }
}

/// All files below `dir` whose names end with `suffix`, sorted. Links are not followed; a missing directory is empty.
pub(super) fn walk(dir: &Path, suffix: &str) -> Result<Vec<PathBuf>, SnapshotError> {
    let (mut found, mut waiting) = (Vec::new(), vec![dir.to_path_buf()]);
    while let Some(next) = waiting.pop() {
        let entries = match fs::read_dir(&next) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && next == dir => break,
            entries => entries.map_err(failed("list", &next))?,
        };
        for entry in entries {
            let entry = entry.map_err(failed("list", &next))?;
            let path = entry.path();
            let kind = entry.file_type().map_err(failed("look at", &path))?;
            if kind.is_dir() {
                waiting.push(path);
            } else if kind.is_file() && entry.file_name().to_string_lossy().ends_with(suffix) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
