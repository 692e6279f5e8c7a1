//! The bound on processes that the kernel itself holds (Linux): whoever looks from time to time is too late for a program
//! that makes more of itself as fast as it can, since it takes the processors as well.
//!
//! In a sandbox and for an ordinary user that is `RLIMIT_NPROC`; root is bound by none, but by a control group of its own
//! (`cgroups(7)`), where there is one to be had.

use std::{
    collections::HashSet,
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::{
    link::{RawPid, Start},
    tree,
};

/// How many processes and threads the kernel lets be where so many processes are allowed: the watch, which says what is
/// wrong, comes first.
pub(super) fn tasks(processes: u64) -> u64 {
    processes.saturating_mul(2).saturating_add(128)
}

/// A control group for this process and all below it, which it leaves when this is dropped.
///
/// To go into one takes the kernel some ten milliseconds, longer than many a page runs; so that is left to the first look
/// of the watch. A program that makes more of itself as fast as it can comes to some hundreds until then.
#[derive(Debug)]
pub(super) struct Group {
    parent: PathBuf,
    own: PathBuf,
    most: u64,
    tried: bool,
    inside: bool,
}

/// Bounds what this process starts from now on, or says what will. A sandbox does it by itself.
pub(super) fn hold(start: &Start) -> Option<Group> {
    if start.sandbox.is_some() {
        return None;
    }
    let most = tasks(start.limits.processes);
    if rustix::process::geteuid().is_root() {
        return Group::planned(start, most);
    }
    let user = rustix::process::geteuid().as_raw();
    let most = most.saturating_add(tasks_of(user));
    let most = getrlimit(Resource::Nproc).maximum.map_or(most, |known| known.min(most));
    let _ = setrlimit(Resource::Nproc, Rlimit { current: Some(most), maximum: Some(most) });
    None
}

/// How many processes and threads this user has.
fn tasks_of(user: u32) -> u64 {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let own = entries.filter(|entry| entry.metadata().is_ok_and(|about| about.uid() == user));
    own.filter_map(|entry| tree::threads_of(entry.file_name().to_str()?.parse().ok()?)).sum()
}

impl Group {
    /// One below that which this process is in.
    fn planned(start: &Start, most: u64) -> Option<Self> {
        let parent = parent_in(&fs::read_to_string("/proc/self/cgroup").ok()?)?;
        let own = parent.join(start.scratch.file_name()?);
        Some(Self { parent, own, most, tried: false, inside: false })
    }

    /// Goes into it with all that is below this process, `root`, unless that has been tried before.
    pub(super) fn take_in(&mut self, root: RawPid) {
        if !std::mem::replace(&mut self.tried, true) {
            // Where there is none to be had, the watch is alone.
            let _ = self.enter(root);
        }
    }

    fn enter(&mut self, root: RawPid) -> io::Result<()> {
        const PASSES: usize = 100;
        fs::create_dir(&self.own)?;
        self.inside = true;
        fs::write(self.own.join("pids.max"), self.most.to_string())?;
        let members = self.own.join("cgroup.procs");
        fs::write(&members, "0")?;
        // What those inside start is inside. So all are in some time, however fast they make more of themselves.
        let mut known = HashSet::new();
        for _ in 0..PASSES {
            let new: Vec<RawPid> =
                tree::descendants(root).iter().map(|one| one.pid).filter(|&pid| known.insert(pid)).collect();
            if new.is_empty() {
                break;
            }
            for pid in new {
                // One that has ended is nowhere.
                let _ = fs::write(&members, pid.to_string());
            }
        }
        Ok(())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.inside {
            return;
        }
        let _ = fs::write(self.parent.join("cgroup.procs"), "0");
        // What has ended may take a moment to be gone.
        for _ in 0..20 {
            if fs::remove_dir(&self.own).is_ok() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    }
}

/// Removes the group of a session whose supervisor was killed, where all that was in it has ended.
pub(super) fn forget(scratch: &Path) {
    let table = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    if let (Some(parent), Some(name)) = (parent_in(&table), scratch.file_name()) {
        let _ = fs::remove_dir(parent.join(name));
    }
}

/// The directory of the group that counts processes, by a table as `/proc/PID/cgroup` is: of version 1, else of 2.
fn parent_in(table: &str) -> Option<PathBuf> {
    let groups = Path::new("/sys/fs/cgroup");
    let lines = table.lines().filter_map(|line| {
        let (_, rest) = line.split_once(':')?;
        rest.split_once(':')
    });
    let mut second = None;
    for (kinds, path) in lines {
        let path = path.trim_start_matches('/');
        if kinds.split(',').any(|kind| kind == "pids") {
            return Some(groups.join(kinds).join(path));
        }
        if kinds.is_empty() {
            second = Some(groups.join(path));
        }
    }
    second
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_that_counts() {
        let of = |table| parent_in(table).map(|path| path.to_string_lossy().into_owned());
        assert_eq!(of("9:name=systemd:/\n8:pids:/a\n0::/\n").as_deref(), Some("/sys/fs/cgroup/pids/a"));
        assert_eq!(of("0::/user.slice/x\n").as_deref(), Some("/sys/fs/cgroup/user.slice/x"));
        assert_eq!(of("4:memory:/\n"), None);
    }

    #[test]
    fn own_tasks_are_counted() {
        assert!(tasks_of(rustix::process::geteuid().as_raw()) > 1);
    }
}
