//! A tutorial's root: names and recordings are counted from it.

use std::{
    io,
    path::{Component, Path, PathBuf},
};

/// The nearest directory upwards that holds `tutor.toml`, else `.git`, else the one that was begun with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Root(PathBuf);

impl Root {
    /// The root of what lies in `dir`, which is absolute.
    pub(super) fn of(dir: &Path) -> Self {
        let holds = |mark: &str| dir.ancestors().find(|dir| dir.join(mark).exists());
        Self(holds("tutor.toml").or_else(|| holds(".git")).unwrap_or(dir).to_owned())
    }

    /// The directory.
    pub(super) fn dir(&self) -> &Path {
        &self.0
    }

    /// Where tutorials are looked up by name.
    pub(super) fn tutorials(&self) -> PathBuf {
        self.0.join("tutorials")
    }

    /// Where recordings lie unless told otherwise.
    pub(super) fn snapshots(&self) -> PathBuf {
        self.0.join("snapshots")
    }

    /// The path from the root, with `/`, of a file below it.
    pub(super) fn name(&self, path: &Path) -> String {
        slashed(path.strip_prefix(&self.0).unwrap_or(path))
    }
}

/// `path` with `/` between its components.
pub(super) fn slashed(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// `path` from `cwd`, without `.` and `..`. A symbolic link keeps its own name, for that is what one typed; only
/// what stands before a `..` has to be followed.
pub(super) fn absolute(cwd: &Path, path: &Path) -> io::Result<PathBuf> {
    let path = cwd.join(path);
    if !path.components().any(|component| component == Component::ParentDir) {
        return Ok(path.components().collect());
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => Ok(parent.canonicalize()?.join(name)),
        _ => path.canonicalize(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tutor_toml_wins_over_a_nearer_git_and_both_over_nothing() {
        let scratch = tempfile::tempdir().unwrap();
        let deep = scratch.path().join("a/b/c");
        std::fs::create_dir_all(&deep).unwrap();
        assert_eq!(Root::of(&deep).dir(), deep);
        std::fs::create_dir(scratch.path().join("a/b/.git")).unwrap();
        assert_eq!(Root::of(&deep).dir(), scratch.path().join("a/b"));
        std::fs::write(scratch.path().join("a/tutor.toml"), "").unwrap();
        let root = Root::of(&deep);
        assert_eq!(root.dir(), scratch.path().join("a"));
        assert_eq!(root.name(&deep.join("x.md")), "b/c/x.md");
    }

    #[test]
    fn dots_go_and_links_stay() {
        let scratch = tempfile::tempdir().unwrap();
        let cwd = scratch.path().canonicalize().unwrap();
        std::fs::create_dir(cwd.join("a")).unwrap();
        std::fs::write(cwd.join("x.md"), "").unwrap();
        assert_eq!(absolute(&cwd, Path::new("./a/./y.md")).unwrap(), cwd.join("a/y.md"));
        assert_eq!(absolute(&cwd, Path::new("a/../x.md")).unwrap(), cwd.join("x.md"));
        assert_eq!(absolute(&cwd, Path::new("a/..")).unwrap(), cwd);
    }
}
