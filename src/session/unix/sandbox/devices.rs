//! `/dev` of a sandbox: the devices that every program may have, a terminal of its own and no other.

use std::{
    fs, io,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
};

use super::{
    PROGRAM, TERMINAL, below,
    mounts::{bind_one, fresh, seal_all},
};
use crate::session::unix::link::Start;

const DEVICES: [&str; 6] = ["null", "zero", "full", "random", "urandom", "tty"];

/// How much can be in `/dev/shm`: what lies there takes memory, and belongs to no process.
const SHARED: &std::ffi::CStr = c"mode=1777,size=64m,nr_inodes=4096";

/// Makes `/dev` below `root`, which is built in the directory `tree`.
pub(super) fn make(root: &Path, tree: &Path, start: &Start) -> io::Result<()> {
    let dev = root.join("dev");
    fs::create_dir_all(&dev)?;
    fresh("tmpfs", &dev, c"mode=755,size=64k,nr_inodes=256")?;
    for name in DEVICES {
        device(&Path::new("/dev").join(name), &dev.join(name))?;
    }
    device(&start.terminal, &below(root, Path::new(TERMINAL)))?;
    program(&below(root, Path::new(PROGRAM)), tree)?;
    for (name, target) in [
        ("fd", "/proc/self/fd"),
        ("stdin", "/proc/self/fd/0"),
        ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"),
        ("ptmx", "pts/ptmx"),
    ] {
        symlink(target, dev.join(name))?;
    }
    for name in ["pts", "shm", "mqueue"] {
        fs::create_dir(dev.join(name))?;
    }
    // Devices stay what they are where the mount is read-only.
    seal_all(&dev)?;
    fresh("devpts", &dev.join("pts"), c"newinstance,ptmxmode=0666,mode=620")?;
    fresh("mqueue", &dev.join("mqueue"), c"")?;
    fresh("tmpfs", &dev.join("shm"), SHARED)
}

/// This very program at `to`, on a mount where nobody can open it to write to it: one that runs from elsewhere shows where
/// it lies to all who may look at it.
fn program(to: &Path, tree: &Path) -> io::Result<()> {
    let own = Path::new("/proc/self/exe");
    if fs::read_link(own).and_then(|file| device(&file, to)).is_ok() {
        return Ok(());
    }
    // Its file has been replaced since, or lies where the sandbox's user may not go.
    let copy = tree.join("tutor");
    fs::copy(own, &copy)?;
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o755))?;
    device(&copy, to)
}

fn device(from: &Path, to: &Path) -> io::Result<()> {
    fs::write(to, "")?;
    bind_one(from, to)
}
