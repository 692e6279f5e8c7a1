//! A run's own directory: made fresh, for its user alone, and removed whatever is in it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::system;

/// How long something in it may be in use by what has just been ended, or is being looked at by a virus scanner.
const IN_USE: Duration = Duration::from_secs(3);

/// A run's own directory.
#[derive(Debug)]
pub(super) struct Scratch {
    root: PathBuf,
    kept: bool,
}

impl Scratch {
    /// Makes a new one.
    ///
    /// # Errors
    ///
    /// The system's words, with the place.
    pub(super) fn make() -> io::Result<Self> {
        let base = plain(&std::env::temp_dir())?;
        let made = tempfile::Builder::new().prefix("tutor-").make_in(&base, system::make_private);
        let wrong = |error| io::Error::other(format!("no scratch directory in {}: {error}", base.display()));
        let root = made.map_err(wrong)?.into_temp_path().keep()?;
        let scratch = Self { root, kept: false };
        let home = scratch.home().join("AppData");
        for part in
            [scratch.work(), scratch.temporary(), scratch.shells(), home.join("Roaming"), home.join("Local")]
        {
            fs::create_dir_all(&part).map_err(at(&part))?;
        }
        Ok(scratch)
    }

    /// The directory itself.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Where steps start.
    pub(super) fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    /// `USERPROFILE`, `HOME`.
    pub(super) fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    /// `TEMP`, `TMP`.
    pub(super) fn temporary(&self) -> PathBuf {
        self.root.join("tmp")
    }

    /// What the runner itself writes for the shells.
    pub(super) fn shells(&self) -> PathBuf {
        self.root.join("run")
    }

    /// What stands for relocated directories.
    pub(super) fn tree(&self) -> PathBuf {
        self.root.join("fs")
    }

    /// Leaves it where it is.
    pub(super) fn keep(&mut self) {
        self.kept = true;
    }

    /// Removes it, unless it is to be kept.
    ///
    /// # Errors
    ///
    /// The system's words, where something in it could not be removed.
    pub(super) fn remove(&mut self) -> io::Result<()> {
        // Nobody wants to see these, also where the rest is kept.
        let _ = fs::remove_dir_all(self.shells());
        if self.kept {
            return Ok(());
        }
        self.kept = true;
        let begun = Instant::now();
        loop {
            match fs::remove_dir_all(&self.root) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                Err(error) if begun.elapsed() > IN_USE => return Err(error),
                Err(_) => {
                    open_up(&self.root);
                    std::thread::sleep(Duration::from_millis(50));
                }
                Ok(()) => return Ok(()),
            }
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = self.remove();
    }
}

/// The one path of a directory that all programs write alike: in full, without the `\\?\` that most of them do not
/// understand, and by short names where it has blanks.
fn plain(directory: &Path) -> io::Result<PathBuf> {
    let real = fs::canonicalize(directory).map_err(at(directory))?;
    let text = real.to_string_lossy();
    let path = match text.strip_prefix(r"\\?\") {
        Some(rest) if rest.as_bytes().get(1) == Some(&b':') => PathBuf::from(rest),
        _ => directory.to_owned(),
    };
    Ok(if path.to_string_lossy().contains(' ') { system::short(&path) } else { path })
}

/// The system's words, which say what, with the place, which they leave out.
fn at(path: &Path) -> impl FnOnce(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// Makes what is in `path` be no longer read-only, which no such file can be removed while it is.
fn open_up(path: &Path) {
    let Ok(entries) = fs::read_dir(path) else { return };
    for entry in entries.flatten() {
        let Ok(data) = entry.metadata() else { continue };
        let mut permissions = data.permissions();
        if permissions.readonly() {
            #[expect(clippy::permissions_set_readonly_false, reason = "it means no more on Windows")]
            permissions.set_readonly(false);
            let _ = fs::set_permissions(entry.path(), permissions);
        }
        if data.is_dir() {
            open_up(&entry.path());
        }
    }
}
