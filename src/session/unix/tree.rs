//! The processes of a session: who descends from the supervisor, and how they are ended.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, WaitOptions, kill_process};

use super::link::RawPid;

/// A process of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Process {
    pub(super) pid: RawPid,
    pub(super) parent: RawPid,
    /// When it started, in clock ticks since the machine did; 0 where the system does not tell.
    pub(super) started: u64,
}

/// Everything below `root`, parents before their children. Processes that have ended and wait to be reaped count
/// not.
#[cfg(target_os = "linux")]
pub(super) fn descendants(root: RawPid) -> Vec<Process> {
    let mut found = Vec::new();
    let mut todo = vec![root];
    while let Some(parent) = todo.pop() {
        for pid in children(parent) {
            if let Some((started, alive)) = state(pid) {
                if alive {
                    found.push(Process { pid, parent, started });
                }
                todo.push(pid);
            }
        }
    }
    found
}

/// The processes of the session that `leader` leads, by one look at all that the machine runs: of those that make more of
/// themselves and end at once, each look along the tree misses many.
#[cfg(target_os = "linux")]
pub(super) fn of_session(leader: RawPid) -> Vec<Process> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<RawPid>().ok());
    let one = |pid: RawPid| {
        let fields = stat(pid).filter(|_| pid != leader)?;
        let number = |which| field(&fields, which)?.parse::<RawPid>().ok();
        let runs = !matches!(field(&fields, 3)?.as_str(), "Z" | "X") && number(6)? == leader;
        let started = field(&fields, 22)?.parse().ok()?;
        runs.then_some(Process { pid, parent: number(4)?, started })
    };
    pids.filter_map(one).collect()
}

/// How many threads a process has.
#[cfg(target_os = "linux")]
pub(super) fn threads_of(pid: RawPid) -> Option<u64> {
    field(&stat(pid)?, 20)?.parse().ok()
}

/// How many threads the machine runs: `proc_loadavg(5)`.
#[cfg(target_os = "linux")]
pub(super) fn threads() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    text.split_ascii_whitespace().nth(3)?.split_once('/')?.1.parse().ok()
}

/// This system has no such look.
#[cfg(not(target_os = "linux"))]
pub(super) fn of_session(_leader: RawPid) -> Vec<Process> {
    Vec::new()
}

/// This system does not say it so.
#[cfg(not(target_os = "linux"))]
pub(super) fn threads() -> Option<u64> {
    None
}

/// The children of all threads of `pid`.
#[cfg(target_os = "linux")]
fn children(pid: RawPid) -> Vec<RawPid> {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{pid}/task")) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for thread in threads.flatten() {
        match std::fs::read_to_string(thread.path().join("children")) {
            Ok(list) => {
                found.extend(list.split_ascii_whitespace().filter_map(|word| word.parse::<RawPid>().ok()));
            }
            // A kernel without this file: the long way.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && thread.path().exists() => {
                return children_by_scan(pid);
            }
            Err(_) => {}
        }
    }
    found
}

#[cfg(target_os = "linux")]
fn children_by_scan(parent: RawPid) -> Vec<RawPid> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<RawPid>().ok());
    pids.filter(|&pid| stat(pid).is_some_and(|fields| field(&fields, 4) == Some(parent.to_string())))
        .collect()
}

/// When `pid` started and whether it still runs; `None` where there is no such process.
///
/// A process whose first thread has ended looks like one that waits to be reaped, and still has its files and ports
/// until its last thread has ended.
#[cfg(target_os = "linux")]
fn state(pid: RawPid) -> Option<(u64, bool)> {
    let fields = stat(pid)?;
    let started = field(&fields, 22)?.parse().ok()?;
    let ended = match field(&fields, 3)?.as_str() {
        "Z" => field(&fields, 20)?.parse::<u32>().ok()? < 2,
        state => state == "X",
    };
    Some((started, !ended))
}

/// `/proc/PID/stat` from its third field on (proc(5)); the second may hold blanks and parentheses.
#[cfg(target_os = "linux")]
fn stat(pid: RawPid) -> Option<String> {
    let text = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    let text = String::from_utf8_lossy(&text);
    text.rsplit_once(')').map(|(_, fields)| fields.trim_start().to_owned())
}

#[cfg(target_os = "linux")]
fn field(fields: &str, number: usize) -> Option<String> {
    fields.split_ascii_whitespace().nth(number - 3).map(str::to_owned)
}

/// Everything below `root`. Without a subreaper a process that daemonises is lost to this view: on this system
/// the end of a session is best effort.
#[cfg(not(target_os = "linux"))]
pub(super) fn descendants(root: RawPid) -> Vec<Process> {
    let Ok(output) = std::process::Command::new("/bin/ps").args(["-A", "-o", "pid=,ppid=,stat="]).output()
    else {
        return Vec::new();
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let all: Vec<Process> = text
        .lines()
        .filter_map(|line| {
            let mut words = line.split_ascii_whitespace();
            let (pid, parent) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
            let zombie = words.next()?.starts_with('Z');
            (!zombie).then_some(Process { pid, parent, started: 0 })
        })
        .collect();
    let mut found: Vec<Process> = Vec::new();
    let mut todo = vec![root];
    while let Some(parent) = todo.pop() {
        for process in all.iter().filter(|process| process.parent == parent) {
            found.push(*process);
            todo.push(process.pid);
        }
    }
    found
}

/// The moment, in the unit and by the clock of [`Process::started`].
#[cfg(target_os = "linux")]
pub(super) fn now_in_ticks() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    let hundredths = u64::try_from(now.tv_nsec).unwrap_or(0) / 10_000_000;
    // USER_HZ is 100 on every architecture that Rust has Linux for.
    seconds * 100 + hundredths
}

/// The moment: not known in the unit of [`Process::started`] here, so that every process counts as new.
#[cfg(not(target_os = "linux"))]
pub(super) fn now_in_ticks() -> u64 {
    0
}

/// Whether there is a process of this number.
pub(super) fn runs(pid: RawPid) -> bool {
    Pid::from_raw(pid).is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok())
}

/// Sends `signal`; a process that is gone already is no error.
pub(super) fn send(pid: RawPid, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = kill_process(pid, signal);
    }
}

/// Ends all processes that `choose` picks from those below `root`: TERM, after `grace` KILL, and again until none
/// is left or `patience` is over. What it reaps meanwhile goes to `reaped`. Returns how many there were.
pub(super) fn end(
    root: RawPid,
    grace: Duration,
    choose: &dyn Fn(&[Process]) -> Vec<RawPid>,
    reaped: &mut dyn FnMut(Pid, rustix::process::WaitStatus),
) -> usize {
    const PATIENCE: Duration = Duration::from_secs(20);
    let begin = Instant::now();
    let mut seen = HashSet::new();
    let mut pause = Duration::from_micros(20);
    let mut empty_looks = 0;
    loop {
        let victims = choose(&descendants(root));
        if victims.is_empty() {
            // One more look: a process may have changed its parent while the tree was read.
            empty_looks += 1;
            // Some may have ended only since they were last waited for, and nobody does so later.
            reap(reaped);
            if empty_looks == 2 {
                return seen.len();
            }
            continue;
        }
        empty_looks = 0;
        if begin.elapsed() > PATIENCE {
            return seen.len();
        }
        let gently = begin.elapsed() < grace;
        for &pid in &victims {
            if gently {
                if seen.insert(pid) {
                    send(pid, Signal::TERM);
                    // A stopped process would not see it.
                    send(pid, Signal::CONT);
                }
            } else {
                seen.insert(pid);
                // Stopped first, all of them: one that spawns as fast as it is killed cannot run away.
                send(pid, Signal::STOP);
            }
        }
        if !gently {
            for &pid in &victims {
                send(pid, Signal::KILL);
            }
        }
        reap(reaped);
        std::thread::sleep(pause);
        reap(reaped);
        pause = (pause * 2).min(Duration::from_millis(if gently { 10 } else { 2 }));
    }
}

/// Whether a process belongs to the session that `session` leads, or has its scratch directory in its environment.
#[cfg(target_os = "linux")]
pub(super) fn belongs(pid: RawPid, session: RawPid, scratch: &std::path::Path) -> bool {
    let leader = Pid::from_raw(pid).and_then(|pid| rustix::process::getsid(Some(pid)).ok());
    if leader.is_some_and(|leader| leader.as_raw_nonzero().get() == session) {
        return true;
    }
    let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    let needle = scratch.as_os_str().as_encoded_bytes();
    environment.windows(needle.len()).any(|window| window == needle)
}

/// Whether a process belongs to the session that `session` leads.
#[cfg(not(target_os = "linux"))]
pub(super) fn belongs(pid: RawPid, session: RawPid, _scratch: &std::path::Path) -> bool {
    let leader = Pid::from_raw(pid).and_then(|pid| rustix::process::getsid(Some(pid)).ok());
    leader.is_some_and(|leader| leader.as_raw_nonzero().get() == session)
}

/// Reaps every child that has ended.
pub(super) fn reap(reaped: &mut dyn FnMut(Pid, rustix::process::WaitStatus)) {
    while let Ok(Some((pid, status))) = rustix::process::wait(WaitOptions::NOHANG) {
        reaped(pid, status);
    }
}

/// `pid` and what it descends from, up to (and without) `root`: the shell's loop and the shells that died below it.
pub(super) fn chain(processes: &[Process], pid: RawPid) -> HashSet<RawPid> {
    let mut chain = HashSet::new();
    let mut at = pid;
    while let Some(process) = processes.iter().find(|process| process.pid == at) {
        if !chain.insert(at) {
            break;
        }
        at = process.parent;
    }
    chain
}

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_runs_until_its_last_thread_ends() {
        use std::process::Command;

        use super::{RawPid, stat, state};

        let code = "import ctypes, threading, time\n\
                    threading.Thread(target=time.sleep, args=(60,)).start()\n\
                    ctypes.CDLL(None).pthread_exit(None)";
        let mut child = Command::new("python3").args(["-c", code]).spawn().unwrap();
        let pid = RawPid::try_from(child.id()).unwrap();
        while !stat(pid).unwrap().starts_with('Z') {
            std::thread::yield_now();
        }
        let (_, runs) = state(pid).unwrap();
        child.kill().unwrap();
        assert!(runs);
        while state(pid).unwrap().1 {
            std::thread::yield_now();
        }
        child.wait().unwrap();
    }
}
