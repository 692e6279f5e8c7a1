//! The sandbox (Linux): a page from strangers sees the machine read-only and little of it, has files of its own, no
//! network but the one that it is given, and no process beside its own.
//!
//! It takes two processes, as namespaces of processes do: the guard goes into fresh namespaces ([`leave`]) and starts
//! the supervisor there, the first process of its own and the one with whose end all others end; the supervisor then
//! makes the view of the file system and gives up every privilege ([`enter`]). See `namespaces(7)`,
//! `user_namespaces(7)`, `pid_namespaces(7)`, `capabilities(7)`.

mod devices;
mod loopback;
mod mounts;
mod owner;
mod privileges;
mod root;
mod system;

use std::{
    fs, io,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
};

use rustix::{
    fs::CWD,
    mount::{MountPropagationFlags, OpenTreeFlags, mount_change, open_tree},
    process::{DumpableBehavior, Signal, getegid, geteuid},
    thread::UnshareFlags,
};

use super::{link::Start, scratch, view};
use crate::session::Network;

pub(super) use owner::stranger;

/// Where this very program lies in a sandbox: on a mount that nobody can write to.
pub(super) const PROGRAM: &str = "/dev/tutor";

/// Where the session's terminal lies in a sandbox.
pub(super) const TERMINAL: &str = "/dev/console";

/// The first user id of this machine in the sandbox of a user who is root: nobody's.
const ROOT: u32 = 0;

/// Leaves the machine's namespaces. This process must have one thread only; what it starts from now on is in the new ones.
///
/// # Errors
///
/// What the machine does not allow, in words, and how it can be made to.
pub(super) fn leave(start: &Start) -> io::Result<()> {
    let Some(sandbox) = &start.sandbox else { return Ok(()) };
    view::close_at_exec()?;
    let inside = match sandbox.owner {
        Some(owner) => {
            owner::become_it(owner).map_err(step("another user"))?;
            // Or the files under `/proc/self` would be root's.
            rustix::process::set_dumpable_behavior(DumpableBehavior::Dumpable)?;
            (ROOT, ROOT)
        }
        None => (geteuid().as_raw(), getegid().as_raw()),
    };
    let (user, group) = (geteuid().as_raw(), getegid().as_raw());
    view::unshare(UnshareFlags::NEWUSER).map_err(refused)?;
    fs::write("/proc/self/setgroups", "deny").map_err(refused)?;
    fs::write("/proc/self/uid_map", format!("{} {user} 1", inside.0)).map_err(refused)?;
    fs::write("/proc/self/gid_map", format!("{} {group} 1", inside.1)).map_err(refused)?;
    let mut others =
        UnshareFlags::NEWPID | UnshareFlags::NEWIPC | UnshareFlags::NEWUTS | UnshareFlags::NEWCGROUP;
    if sandbox.network != Network::Host {
        others |= UnshareFlags::NEWNET;
    }
    view::unshare(others).map_err(refused)?;
    privileges::hand_over().map_err(refused)
}

/// Makes the view of the file system and gives up all privileges. This process must have one thread only. The value is the
/// directory of the services' logs, to which nobody else in the sandbox can write.
///
/// # Errors
///
/// What could not be done, and the system's words.
pub(super) fn enter(start: &Start) -> io::Result<OwnedFd> {
    let (Some(sandbox), Some(view)) = (&start.sandbox, &start.view) else {
        return Err(io::Error::other("a sandbox without a view"));
    };
    // The end of the first process is the end of all.
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    if sandbox.network == Network::Loopback {
        loopback::up().map_err(step("its loopback interface"))?;
    }
    view::unshare(UnshareFlags::NEWNS).map_err(refused)?;
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)
        .map_err(|errno| step("private mounts")(errno.into()))?;
    // A mount of its own, above which there is nothing: a page can make this process follow `/proc/self/fd/N/..`.
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    let logs = open_tree(CWD, scratch::logs(&start.scratch), flags)
        .map_err(|errno| step("the directory of logs")(errno.into()))?;
    let root = root::build(start, sandbox, view).map_err(step("its file system"))?;
    view::change_root(&root).map_err(step("a new root"))?;
    std::env::set_current_dir("/")?;
    // None inside: within a user namespace of its own a process may do more of what the kernel offers.
    fs::write("/proc/sys/user/max_user_namespaces", "0").map_err(step("no further user namespaces"))?;
    privileges::give_up(start).map_err(step("privileges"))?;
    Ok(logs)
}

fn step(what: &'static str) -> impl Fn(io::Error) -> io::Error {
    move |error| io::Error::other(format!("the sandbox fails at {what}: {error}"))
}

/// What to say where the system allows no namespaces.
#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn refused(error: io::Error) -> io::Error {
    let says = |path: &str, value: &str| fs::read_to_string(path).is_ok_and(|text| text.trim() == value);
    let fix = if says("/proc/sys/kernel/unprivileged_userns_clone", "0") {
        "`sysctl kernel.unprivileged_userns_clone=1` allows them"
    } else if says("/proc/sys/user/max_user_namespaces", "0") {
        "`sysctl user.max_user_namespaces=10000` allows them"
    } else if says("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1") {
        "`sysctl kernel.apparmor_restrict_unprivileged_userns=0` allows them"
    } else {
        "in a container, its own restrictions are in the way (Docker: `--security-opt seccomp=unconfined --security-opt systempaths=unconfined`)"
    };
    io::Error::other(format!(
        "the sandbox needs user namespaces, and this system refuses them ({error}); {fix}"
    ))
}

/// `path`, which begins at the root, below `root`.
fn below(root: &Path, path: &Path) -> PathBuf {
    root.join(path.strip_prefix("/").unwrap_or(path))
}
