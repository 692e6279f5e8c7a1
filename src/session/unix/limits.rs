//! Watches what a session uses of the machine.
//!
//! What the kernel itself can bound it bounds for a process or a user, hardly ever for all that a session runs: a bound on
//! the address space breaks programs that reserve much and use little, one on a user's processes does not hold for root.
//! So the supervisor looks, ten times a second.

use std::{
    collections::HashSet,
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};

use super::{
    link::{RawPid, Start},
    tree::{self, Process},
};
use crate::session::Limits;

/// The time between two looks.
pub(super) const EVERY: Duration = Duration::from_millis(if cfg!(target_os = "linux") { 100 } else { 2000 });

/// The time between two looks at the disk where its free space does not shrink, and how many times as long as one took.
const DISK_EVERY: Duration = Duration::from_secs(2);
const DISK_SHARE: u32 = 20;

/// How long it may take to look at the disk: whoever asks something of this process waits meanwhile.
const TALLY: Duration = Duration::from_secs(2);

/// More files than a session may have: to count them takes time, too.
const MOST_FILES: usize = 400_000;

/// After so many looks in a row that found too much it is told again, and after twice as many all is ended: nobody has
/// done anything about it.
const PATIENCE: u32 = 15;

/// After it has been told so many times that what lies on the disk has grown again, likewise.
const GROWN: u32 = 3;

/// The watch over one session.
#[derive(Debug)]
pub(super) struct Watch {
    limits: Limits,
    directories: Vec<PathBuf>,
    last: Instant,
    /// How many threads the machine had at the beginning.
    threads: Option<u64>,
    disk: Disk,
    /// How many looks in a row found too much.
    times: u32,
}

/// What there is too much of.
#[derive(Debug)]
pub(super) struct Over {
    /// In words, where it is to be told.
    pub(super) reason: Option<String>,
    /// Whether all is to be ended.
    pub(super) end: bool,
}

#[derive(Debug)]
struct Disk {
    free: Option<u64>,
    next: Instant,
    /// How many bytes are told again: those of the last time and some more. What stays as it is, to be cleaned up, is not.
    again: u64,
    times: u32,
}

impl Watch {
    /// Watches a session that has just been started, and bounds the length of its files.
    pub(super) fn new(start: &Start) -> Self {
        let limits = start.limits;
        let longest = getrlimit(Resource::Fsize).maximum.map_or(limits.disk, |most| most.min(limits.disk));
        // A file of a session is no longer than all of them may be.
        let _ = setrlimit(Resource::Fsize, Rlimit { current: Some(longest), maximum: Some(longest) });
        let directories = vec![start.scratch.clone(), start.shells.clone()];
        let disk = Disk { free: free(&start.scratch), next: Instant::now() + DISK_EVERY, again: 0, times: 0 };
        Self { limits, directories, last: Instant::now(), threads: tree::threads(), disk, times: 0 }
    }

    /// Whether it is time to look.
    pub(super) fn is_due(&self) -> bool {
        self.last.elapsed() >= EVERY
    }

    /// Looks: what there is too much of. `shells` are spared where all else has to be stopped at once.
    pub(super) fn look(&mut self, own: RawPid, shells: &[RawPid]) -> Option<Over> {
        self.last = Instant::now();
        let mut processes = tree::descendants(own);
        if self.is_crowded() {
            let known: HashSet<RawPid> = processes.iter().map(|process| process.pid).collect();
            processes.extend(tree::of_session(own).into_iter().filter(|one| !known.contains(&one.pid)));
        }
        let Some(reason) = self.count(&processes, shells).or_else(|| self.memory(&processes)) else {
            self.times = 0;
            return self.disk();
        };
        self.times += 1;
        let tell = self.times % PATIENCE == 1;
        Some(Over { reason: tell.then_some(reason), end: self.times == 2 * PATIENCE })
    }

    /// Whether there may be many more processes than are seen along the tree.
    fn is_crowded(&self) -> bool {
        match (self.threads, tree::threads()) {
            (Some(before), Some(now)) => now > before + self.limits.processes / 2,
            _ => false,
        }
    }

    fn count(&self, processes: &[Process], shells: &[RawPid]) -> Option<String> {
        let count = processes.len() as u64;
        if count <= self.limits.processes {
            return None;
        }
        // One that spawns as fast as it is killed cannot run away.
        let spared: Vec<_> = shells.iter().map(|&pid| tree::chain(processes, pid)).collect();
        for process in processes.iter().filter(|one| !spared.iter().any(|chain| chain.contains(&one.pid))) {
            tree::send(process.pid, Signal::STOP);
        }
        Some(format!(
            "more than {} processes ran at once (`--limit processes=` bounds them)",
            self.limits.processes
        ))
    }

    fn memory(&self, processes: &[Process]) -> Option<String> {
        let page = rustix::param::page_size() as u64;
        let used: u64 =
            processes.iter().filter_map(|process| pages(process.pid)).map(|pages| pages * page).sum();
        (used > self.limits.memory).then(|| {
            let most = size(self.limits.memory);
            format!("its processes took more than {most} of memory (`--limit memory=` bounds it)")
        })
    }

    fn disk(&mut self) -> Option<Over> {
        let (begun, limit) = (Instant::now(), self.limits.disk);
        let now = free(&self.directories[0]);
        let shrunk = match (self.disk.free, now) {
            (Some(before), Some(now)) => before.saturating_sub(now) > limit / 8,
            _ => false,
        };
        if !shrunk && begun < self.disk.next {
            return None;
        }
        let most = limit.saturating_add(self.disk.again);
        let mut tally =
            Tally { bytes: 0, files: 0, most, others: mounted(&self.directories), until: begun + TALLY };
        for directory in &self.directories {
            tally.add(directory);
        }
        self.disk.free = now;
        self.disk.next = Instant::now() + (begun.elapsed() * DISK_SHARE).max(DISK_EVERY);
        let reason = if tally.bytes > limit {
            format!("more than {} lie on the disk (`--limit disk=` bounds it)", size(limit))
        } else if tally.files > MOST_FILES {
            format!("more than {MOST_FILES} files lie on the disk")
        } else {
            (self.disk.again, self.disk.times) = (0, 0);
            return None;
        };
        if tally.bytes < self.disk.again {
            return None;
        }
        self.disk.again = tally.bytes + limit / 8;
        self.disk.times += 1;
        Some(Over { reason: Some(reason), end: self.disk.times >= GROWN })
    }
}

/// Pages of memory that are a process's alone: `statm` in `proc_pid_statm(5)`.
fn pages(pid: RawPid) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
    let mut words = text.split_ascii_whitespace().skip(1).map(str::parse::<u64>);
    let (resident, shared) = (words.next()?.ok()?, words.next()?.ok()?);
    Some(resident.saturating_sub(shared))
}

fn free(directory: &Path) -> Option<u64> {
    let about = rustix::fs::statvfs(directory).ok()?;
    Some(about.f_bfree * about.f_frsize)
}

/// What lies in some directories.
struct Tally {
    bytes: u64,
    files: usize,
    most: u64,
    /// Directories of the machine that appear there.
    others: HashSet<PathBuf>,
    until: Instant,
}

/// Where other directories are mounted below the run's `directories`, but for the run's own, which a sandbox has by mounts
/// that are right below: `proc_pid_mountinfo(5)`.
fn mounted(directories: &[PathBuf]) -> HashSet<PathBuf> {
    let table = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let places = table.lines().filter_map(|line| line.split(' ').nth(4)).map(PathBuf::from);
    places
        .filter(|place| {
            directories
                .iter()
                .any(|own| place.starts_with(own) && place.parent() != Some(own) && place != own)
        })
        .collect()
}

impl Tally {
    fn add(&mut self, directory: &Path) {
        const BLOCK: u64 = 512;
        let Ok(entries) = fs::read_dir(directory) else { return };
        for entry in entries.flatten() {
            if self.bytes > self.most || self.files > MOST_FILES || Instant::now() > self.until {
                return;
            }
            // Of a link itself, which is not followed.
            let Ok(about) = entry.metadata() else { continue };
            self.files += 1;
            self.bytes += about.blocks() * BLOCK;
            if about.is_dir() && !self.others.contains(&entry.path()) {
                self.add(&entry.path());
            }
        }
    }
}

/// `512 MiB`, `4 GiB`.
fn size(bytes: u64) -> String {
    let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
    let whole = units.iter().find(|(shift, _)| bytes >= 1 << shift && bytes.trailing_zeros() >= *shift);
    whole.map_or_else(|| format!("{bytes} bytes"), |(shift, unit)| format!("{} {unit}", bytes >> shift))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_as_people_say_them() {
        assert_eq!(size(4 << 30), "4 GiB");
        assert_eq!(size(1536 << 20), "1536 MiB");
        assert_eq!(size(1000), "1000 bytes");
    }

    #[test]
    fn what_lies_there_is_counted_without_following_links() {
        let room = tempfile::tempdir().unwrap();
        fs::create_dir(room.path().join("a")).unwrap();
        fs::write(room.path().join("a/x"), vec![1; 300_000]).unwrap();
        std::os::unix::fs::symlink("/", room.path().join("root")).unwrap();
        let until = Instant::now() + TALLY;
        let mut tally = Tally { bytes: 0, files: 0, most: u64::MAX, others: HashSet::new(), until };
        tally.add(room.path());
        assert_eq!(tally.files, 3);
        assert!((300_000..400_000).contains(&tally.bytes), "{}", tally.bytes);
    }
}
