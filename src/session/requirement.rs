//! Looks programs up as a shell does.

use std::path::{Path, PathBuf};

/// Where `program` lies on the caller's `PATH`; a name with a slash is looked at as it is.
#[must_use]
pub fn find(program: &str) -> Option<PathBuf> {
    if program.contains(std::path::is_separator) {
        let path = PathBuf::from(program);
        return runs(&path).then_some(path);
    }
    let directories = std::env::var_os("PATH")?;
    std::env::split_paths(&directories)
        .filter(|directory| directory.is_absolute())
        .flat_map(|directory| candidates(&directory, program))
        .find(|path| runs(path))
}

#[cfg(unix)]
fn candidates(directory: &Path, program: &str) -> Vec<PathBuf> {
    vec![directory.join(program)]
}

#[cfg(not(unix))]
fn candidates(directory: &Path, program: &str) -> Vec<PathBuf> {
    ["", ".exe", ".cmd", ".bat", ".com"].map(|ending| directory.join(format!("{program}{ending}"))).into()
}

#[cfg(unix)]
fn runs(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn runs(path: &Path) -> bool {
    path.is_file()
}

/// The first of `programs` that is not there.
pub(super) fn missing<'p>(programs: impl IntoIterator<Item = &'p String>) -> Option<&'p str> {
    programs.into_iter().map(String::as_str).find(|program| find(program).is_none())
}
