//! A run's own directory: made fresh, with a short name, and removed whatever is in it.

use std::{
    fs, io,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use super::variables::quoted;
use crate::{plan::Provided, platform::Shell};

/// Where scratch directories lie. The name stays short, since a socket's path may have at most 107 bytes.
const BASE: &str = if cfg!(target_os = "macos") { "/private/tmp" } else { "/tmp" };

/// Where the shells' own files lie where there is such a place: in memory, since to make a file on a disk can take longer
/// than a step does.
const MEMORY: &str = "/dev/shm";

/// Where pages' own things lie in it: what a sandbox may write to.
#[cfg(target_os = "linux")]
pub(super) const WRITABLE: [&str; 4] = ["work", "home", "tmp", "fs"];

/// The directory, in that of the shells' own files, to which the shells themselves write.
pub(super) fn told(shells: &Path) -> PathBuf {
    shells.join("out")
}

/// Where the services' logs lie in the scratch directory `root`.
pub(super) fn logs(root: &Path) -> PathBuf {
    root.join("logs")
}

/// A run's own directory.
#[derive(Debug)]
pub(super) struct Scratch {
    root: PathBuf,
    shells: PathBuf,
    kept: bool,
    /// Who might do what in its directories when they were new.
    made: Vec<Rights>,
}

/// Who may do what in a directory: its mode, owner and group, and the names of its extended attributes, where lists of
/// rights stand.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rights(u32, u32, u32, Vec<u8>);

impl Rights {
    fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::symlink_metadata(path)?;
        #[cfg(target_os = "linux")]
        let attributes = {
            let mut names = vec![0; 1024];
            let count = match rustix::fs::llistxattr(path, &mut names) {
                Err(rustix::io::Errno::NOTSUP) => 0,
                count => count?,
            };
            names.truncate(count);
            names
        };
        #[cfg(not(target_os = "linux"))]
        let attributes = Vec::new();
        Ok(Self(metadata.mode(), metadata.uid(), metadata.gid(), attributes))
    }
}

impl Scratch {
    /// Makes a new one, for this user alone.
    ///
    /// # Errors
    ///
    /// The system's words, with the place.
    pub(super) fn make() -> io::Result<Self> {
        let directory = tempfile::Builder::new()
            .prefix("tutor-")
            .tempdir_in(BASE)
            .map_err(|error| io::Error::other(format!("no scratch directory in {BASE}: {error}")))?;
        let (root, shells) = (directory.keep(), PathBuf::new());
        let mut scratch = Self { root, shells, kept: false, made: Vec::new() };
        for part in [scratch.work(), scratch.home(), scratch.temporary(), scratch.logs()] {
            fs::create_dir(&part).map_err(at(&part))?;
        }
        scratch.shells = in_memory().map_or_else(|| scratch.root.join("run"), tempfile::TempDir::keep);
        if scratch.shells.starts_with(&scratch.root) {
            fs::create_dir(&scratch.shells).map_err(at(&scratch.shells))?;
        }
        let told = told(&scratch.shells);
        fs::create_dir(&told).map_err(at(&told))?;
        scratch.made = scratch.rights()?;
        Ok(scratch)
    }

    /// As new, for a next run: empty, and with a new directory for the shells' files. To make and remove directories on a
    /// disk can take longer than a page does.
    ///
    /// # Errors
    ///
    /// Where it can't be had so: a step has changed whose a directory is or what may be done in it, say.
    pub(super) fn renew(&mut self) -> io::Result<()> {
        let parts = [self.work(), self.home(), self.temporary(), self.logs()];
        let mut found = 0;
        for entry in fs::read_dir(&self.root)? {
            found += 1;
            let path = entry?.path();
            if !parts.contains(&path) && path != self.shells {
                return Err(io::Error::other("there is more in it"));
            }
        }
        if found != parts.len() || self.kept || self.shells.starts_with(&self.root) {
            return Err(io::Error::other("it is not whole"));
        }
        if self.rights()? != self.made {
            return Err(io::Error::other("its rights have changed"));
        }
        for part in &parts {
            for entry in fs::read_dir(part)? {
                let entry = entry?;
                if entry.file_type()?.is_dir() {
                    fs::remove_dir_all(entry.path())?;
                } else {
                    fs::remove_file(entry.path())?;
                }
            }
        }
        fs::remove_dir_all(&self.shells)?;
        self.shells = in_memory().ok_or(io::ErrorKind::NotFound)?.keep();
        fs::create_dir(told(&self.shells))
    }

    /// Who may do what in its directories.
    fn rights(&self) -> io::Result<Vec<Rights>> {
        [self.root.clone(), self.work(), self.home(), self.temporary(), self.logs()]
            .iter()
            .map(|path| Rights::of(path))
            .collect()
    }

    /// The directory itself.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Where steps start.
    pub(super) fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    /// `HOME`.
    pub(super) fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    /// `TMPDIR`.
    pub(super) fn temporary(&self) -> PathBuf {
        self.root.join("tmp")
    }

    /// The loops' files.
    pub(super) fn shells(&self) -> &Path {
        &self.shells
    }

    /// What starts programs of the project that the machine has not.
    pub(super) fn programs(&self) -> PathBuf {
        self.root.join("bin")
    }

    /// What stands for relocated directories.
    pub(super) fn tree(&self) -> PathBuf {
        self.root.join("fs")
    }

    /// What a sandbox is made of.
    #[cfg(target_os = "linux")]
    pub(super) fn inside(&self) -> PathBuf {
        self.root.join("view")
    }

    /// Where the services' logs lie.
    pub(super) fn logs(&self) -> PathBuf {
        logs(&self.root)
    }

    /// Makes this user the owner of all that there is so far, and of what the runner makes below it later.
    ///
    /// # Errors
    ///
    /// The system's words, with the place.
    pub(super) fn give_to(&self, owner: u32) -> io::Result<()> {
        [&self.root, &self.shells].into_iter().try_for_each(|directory| give(directory, owner))
    }

    /// Makes these programs be found under the names that pages know them by, and no other that lies beside them.
    ///
    /// # Errors
    ///
    /// The system's words, with the place.
    pub(super) fn provide(&self, programs: &[&Provided]) -> io::Result<()> {
        if programs.is_empty() {
            return Ok(());
        }
        let directory = self.programs();
        fs::create_dir(&directory).map_err(at(&directory))?;
        for program in programs {
            let own = directory.join(&program.program);
            let word = quoted(Shell::Sh, program.path.as_os_str().as_encoded_bytes());
            // Not a link: a program may look for its parts beside the path that it was called by.
            let text = [b"#!/bin/sh\nexec ".as_slice(), &word, b" \"$@\"\n"].concat();
            fs::write(&own, text).map_err(at(&own))?;
            fs::set_permissions(&own, fs::Permissions::from_mode(0o755)).map_err(at(&own))?;
        }
        Ok(())
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
        if !self.shells.as_os_str().is_empty() {
            // Nobody wants to see these, also where the rest is kept.
            let _ = fs::remove_dir_all(&self.shells);
        }
        if self.kept {
            return Ok(());
        }
        self.kept = true;
        if fs::remove_dir_all(&self.root).is_err() {
            // A step may have taken the rights to its own directories.
            open_up(&self.root);
            match fs::remove_dir_all(&self.root) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = self.remove();
    }
}

fn in_memory() -> Option<tempfile::TempDir> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    tempfile::Builder::new().prefix("tutor-").tempdir_in(MEMORY).ok()
}

/// The system's words, which say what, with the place, which they leave out.
pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// Makes this user the owner of `path` and all that is in it. Only before anything of a page runs: whoever may write there
/// could put a link in the way.
fn give(path: &Path, owner: u32) -> io::Result<()> {
    std::os::unix::fs::lchown(path, Some(owner), Some(owner)).map_err(at(path))?;
    if fs::symlink_metadata(path).map_err(at(path))?.is_dir() {
        for entry in fs::read_dir(path).map_err(at(path))? {
            give(&entry.map_err(at(path))?.path(), owner)?;
        }
    }
    Ok(())
}

/// Makes what the runner has just made its directory's owner's: where that is the user of a sandbox, the shells there could
/// not use it otherwise. In such a directory nobody but the runner can put anything.
pub(super) fn hand_on(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    let Some(parent) = path.parent() else { return Ok(()) };
    let about = fs::symlink_metadata(parent)?;
    if about.uid() == 0 {
        return Ok(());
    }
    std::os::unix::fs::lchown(path, Some(about.uid()), Some(about.gid()))
}

/// What a shell has written to `path`, its last part a name that the page too can give to a link, a device or something
/// that has no end.
pub(super) fn read_told(path: &Path) -> io::Result<Vec<u8>> {
    use std::{io::Read as _, os::unix::fs::OpenOptionsExt};
    /// More than the arguments and the environment of any program may have.
    const MOST: u64 = 16 << 20;
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).unwrap_or(0);
    let file = fs::OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("not a file"));
    }
    let mut bytes = Vec::new();
    file.take(MOST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Gives the owner all rights to the directories below `path`.
fn open_up(path: &Path) {
    let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o700));
    let Ok(entries) = fs::read_dir(path) else { return };
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_up(&entry.path());
        }
    }
}
