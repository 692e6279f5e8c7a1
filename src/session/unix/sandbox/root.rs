//! The root of a sandbox's file system.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use rustix::mount::{MountFlags, MountPropagationFlags, mount_change, mount_remount};

use super::{
    below, devices,
    mounts::{at, bind, bind_one, fresh},
    system,
};
use crate::session::{
    Network,
    unix::{
        link::{Sandbox, Start, View},
        scratch, view,
    },
};

/// Directories that are empty at first and the sandbox's own, with their permissions.
const PRIVATE: [(&str, u32); 3] = [("/tmp", 0o1777), ("/var/tmp", 0o1777), ("/run", 0o755)];

/// Builds it, and tells where.
pub(super) fn build(start: &Start, sandbox: &Sandbox, view: &View) -> io::Result<PathBuf> {
    let root = view.tree.join("root");
    fs::create_dir_all(&root)?;
    bind_one(&root, &root)?;
    // Or binding a directory that this tree lies in would mount the tree into itself.
    mount_change(&root, MountPropagationFlags::UNBINDABLE).map_err(at(&root))?;
    system::bind_all(&root, view)?;
    let writable = view::relocate_within(view, &root)?;
    for (path, mode) in PRIVATE {
        private(&root, view, path, mode)?;
    }
    home(&root, view)?;
    system::bind_programs(&root, &sandbox.programs)?;
    devices::make(&root, &view.tree, start)?;
    own_directories(&root, start)?;
    if sandbox.network == Network::Host {
        resolver(&root)?;
    }
    let proc = root.join("proc");
    fs::create_dir_all(&proc)?;
    fresh("proc", &proc, c"").map_err(|error| {
        io::Error::other(format!(
            "{error}; in a container whose /proc is covered in parts, no fresh one can be had (Docker: `--security-opt systempaths=unconfined`)"
        ))
    })?;
    if !writable {
        let flags = MountFlags::BIND | MountFlags::RDONLY | MountFlags::NOSUID;
        mount_remount(&root, flags, "").map_err(at(&root))?;
    }
    mount_change(&root, MountPropagationFlags::PRIVATE).map_err(at(&root))?;
    Ok(root)
}

/// An own directory at `path`.
fn private(root: &Path, view: &View, path: &str, mode: u32) -> io::Result<()> {
    let own = view.tree.join(path.replace('/', "-"));
    fs::create_dir_all(&own)?;
    fs::set_permissions(&own, fs::Permissions::from_mode(mode))?;
    let to = below(root, Path::new(path));
    fs::create_dir_all(&to)?;
    bind(&own, &to)
}

/// The run's own directories, by the names that they have outside. Those to which the runner writes are read-only: no
/// step can plant a link there for it to follow.
fn own_directories(root: &Path, start: &Start) -> io::Result<()> {
    let inside = |path: &Path| below(root, path);
    for sealed in [&start.scratch, &start.shells] {
        if start.shells.starts_with(&start.scratch) && sealed == &start.shells {
            continue;
        }
        fs::create_dir_all(inside(sealed))?;
        bind_one(sealed, &inside(sealed))?;
        let flags = MountFlags::BIND | MountFlags::RDONLY | MountFlags::NOSUID | MountFlags::NODEV;
        mount_remount(inside(sealed), flags, "").map_err(at(sealed))?;
    }
    let told = scratch::told(&start.shells);
    for own in scratch::WRITABLE.map(|name| start.scratch.join(name)).iter().chain([&told]) {
        if own.is_dir() {
            bind_one(own, &inside(own))?;
        }
    }
    Ok(())
}

/// The run's home in the place of the user's.
fn home(root: &Path, view: &View) -> io::Result<()> {
    let Some((real, own)) = &view.home else { return Ok(()) };
    let to = below(root, real);
    fs::create_dir_all(&to)?;
    bind_one(own, &to)
}

/// What says whom to ask for the addresses of names: on many systems a link into `/run`.
fn resolver(root: &Path) -> io::Result<()> {
    let file = Path::new("/etc/resolv.conf");
    let (Ok(real), Ok(text)) = (fs::canonicalize(file), fs::read(file)) else { return Ok(()) };
    if real.starts_with("/run") {
        let to = below(root, &real);
        fs::create_dir_all(to.parent().unwrap_or(root))?;
        fs::write(to, text)?;
    }
    Ok(())
}
