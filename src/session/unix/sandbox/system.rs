//! What a sandbox sees of the machine: its programs and their settings, read-only.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    below,
    mounts::{bind, seal_all, seal_below},
};
use crate::session::unix::link::View;

/// Directories of the machine that a sandbox sees: those in which systems have programs, their libraries, data and
/// settings. Not among them: homes, `/tmp`, `/run` with its sockets, `/var/log`, `/srv`, `/mnt`, `/boot`, and whatever else
/// somebody has made.
const SEEN: [&str; 17] = [
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/etc",
    "/opt",
    "/nix",
    "/gnu",
    "/snap",
    "/var/lib",
    "/var/cache",
    "/sys/devices/system",
    "/sys/kernel/mm",
    "/sys/fs/cgroup",
];

/// Links that many systems have.
const LINKS: [&str; 2] = ["/var/run", "/var/lock"];

/// Binds what is seen of the machine below `root`.
pub(super) fn bind_all(root: &Path, view: &View) -> io::Result<()> {
    for path in SEEN.map(Path::new) {
        if !view.relocate.iter().any(|own| own == path) {
            one(root, path)?;
        }
    }
    for path in LINKS.map(Path::new) {
        if path.is_symlink() {
            one(root, path)?;
        }
    }
    seal_below(root)
}

/// Binds the directories of `programs`, where they are not seen already.
pub(super) fn bind_programs(root: &Path, programs: &[PathBuf]) -> io::Result<()> {
    for path in programs {
        let to = below(root, path);
        if to.symlink_metadata().is_err() {
            one(root, path)?;
            seal_all(&to)?;
        }
    }
    Ok(())
}

/// Makes `path` below `root` what it is on the machine: a link is made again, a directory or file is mounted.
fn one(root: &Path, path: &Path) -> io::Result<()> {
    let Ok(about) = fs::symlink_metadata(path) else { return Ok(()) };
    let to = below(root, path);
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    if about.is_symlink() {
        return std::os::unix::fs::symlink(fs::read_link(path)?, &to);
    }
    if about.is_dir() {
        fs::create_dir_all(&to)?;
    } else {
        fs::write(&to, "")?;
    }
    match bind(path, &to) {
        // Some other user's private mount, for example: it is not in sight then.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        other => other,
    }
}
