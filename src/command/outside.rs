//! What `tutor` itself reads and writes for pages from strangers: nothing outside of their project, where a link leads, too.

use std::path::{Path, PathBuf};

use super::{error::CommandError, job::Job, load::Loaded};

/// That all files that were read for `loaded` lie in the pages' projects.
///
/// # Errors
///
/// The first that does not.
pub(super) fn check_read(loaded: &Loaded) -> Result<(), CommandError> {
    let roots = Roots::of(loaded);
    loaded.files().try_for_each(|(path, _)| roots.check(path))
}

/// That what `jobs` copy and run of their projects lies in them, and so do their recordings; those in the directory
/// `snapshots` are where the user wants them.
///
/// # Errors
///
/// The first that does not.
pub(super) fn check_used(
    loaded: &Loaded,
    jobs: &[Job],
    snapshots: Option<&Path>,
) -> Result<(), CommandError> {
    let mut roots = Roots::of(loaded);
    for job in jobs {
        let copied = job.plan.copy.iter().map(|copy| &copy.from);
        let programs = job.plan.provided.iter().map(|program| &program.path);
        copied.chain(programs).try_for_each(|path| roots.check(path))?;
    }
    roots.0.extend(snapshots.map(real));
    jobs.iter().flat_map(Job::recording_paths).try_for_each(|path| roots.check(path))
}

/// The projects, their links followed.
struct Roots(Vec<PathBuf>);

impl Roots {
    fn of(loaded: &Loaded) -> Self {
        Self(loaded.pages.iter().map(|page| real(page.file.root.dir())).collect())
    }

    fn check(&self, path: &Path) -> Result<(), CommandError> {
        let place = real(path);
        if self.0.iter().any(|root| place.starts_with(root)) {
            return Ok(());
        }
        Err(CommandError::Outside { path: path.to_owned(), place })
    }
}

/// `path` with its links followed, as far as it is there. A link to nothing is where it points to.
fn real(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    // As many as the system itself follows.
    for _ in 0..40 {
        match std::fs::read_link(&path) {
            Ok(target) => path = path.parent().unwrap_or(&path).join(target),
            Err(_) => break,
        }
    }
    if let Ok(real) = std::fs::canonicalize(&path) {
        return real;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) if parent != path => real(parent).join(name),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(unix)]
    fn links_are_followed_as_far_as_they_lead() {
        use std::os::unix::fs::symlink;

        use super::real;

        let room = tempfile::tempdir().unwrap();
        let top = room.path().canonicalize().unwrap();
        std::fs::create_dir(top.join("a")).unwrap();
        symlink("../elsewhere/x", top.join("a/link")).unwrap();
        symlink("/", top.join("a/root")).unwrap();
        assert_eq!(real(&top.join("a/new/file")), top.join("a/new/file"));
        assert_eq!(real(&top.join("a/root/nowhere/x")), std::path::Path::new("/nowhere/x"));
        assert!(!real(&top.join("a/link")).starts_with(top.join("a")));
    }
}
