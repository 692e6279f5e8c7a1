//! Whether some process of a session waits for input from its terminal.

use std::path::Path;

use super::link::{RawPid, Reading};

/// Looks through everything below `root` for a process that is blocked in a read of `terminal`, or waits until it can
/// read from it: without an end (the line editors of shells and interpreters), or for a time (programs that have timers).
///
/// `/proc/PID/syscall` names the system call in which a process is blocked and its arguments (proc(5)), and
/// `/proc/PID/fd/N` says what a descriptor is.
#[cfg(target_os = "linux")]
pub(super) fn reading(root: RawPid, terminal: &Path) -> Reading {
    let mut answer = Reading::No;
    for process in super::tree::descendants(root) {
        match linux::reads(process.pid, terminal) {
            Some(Reading::Yes) => return Reading::Yes,
            Some(Reading::Polls) => answer = Reading::Polls,
            None if answer == Reading::No => answer = Reading::Unknown,
            _ => {}
        }
    }
    answer
}

/// This system does not tell who waits for input.
#[cfg(not(target_os = "linux"))]
pub(super) fn reading(_root: RawPid, _terminal: &Path) -> Reading {
    Reading::Unknown
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{fs, io::ErrorKind, os::unix::fs::FileExt, path::Path};

    use super::{RawPid, Reading};

    /// No such process.
    const ESRCH: i32 = 3;

    /// More descriptors than a program that talks to a reader waits for.
    const MOST: u64 = 1024;

    /// `None`: the system does not say (a program of another user).
    pub(super) fn reads(pid: RawPid, terminal: &Path) -> Option<Reading> {
        let call = match fs::read_to_string(format!("/proc/{pid}/syscall")) {
            Ok(call) => call,
            // The process has ended meanwhile.
            Err(error) if error.raw_os_error() == Some(ESRCH) => return Some(Reading::No),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return if Path::new(&format!("/proc/{pid}")).exists() { None } else { Some(Reading::No) };
            }
            Err(_) => return None,
        };
        let mut words = call.split_ascii_whitespace();
        let number = words.next().and_then(|number| number.parse::<u32>().ok());
        let arguments: Vec<u64> =
            words.filter_map(|hex| u64::from_str_radix(hex.trim_start_matches("0x"), 16).ok()).collect();
        let waited_for = number.and_then(|number| waited_for(pid, number, &arguments));
        let Some((ends, descriptors)) = waited_for else { return Some(Reading::No) };
        let is_terminal = |descriptor: u64| {
            let file = fs::read_link(format!("/proc/{pid}/fd/{descriptor}"));
            file.is_ok_and(|file| file == terminal || file == Path::new("/dev/tty"))
        };
        Some(match descriptors.into_iter().any(is_terminal) {
            false => Reading::No,
            true if ends => Reading::Polls,
            true => Reading::Yes,
        })
    }

    /// The descriptors that a system call waits for until one can be read, and whether it ends without that after a time.
    fn waited_for(pid: RawPid, number: u32, arguments: &[u64]) -> Option<(bool, Vec<u64>)> {
        let &[first, second, third, fourth, fifth, ..] = arguments else { return None };
        // What a 32-bit `int` holds: -1 has no upper half.
        let ends = |timeout: u64| timeout & 0x8000_0000 == 0;
        Some(match number {
            numbers::READ => (false, vec![first]),
            numbers::POLL => (ends(third), polled(pid, first, second)?),
            numbers::PPOLL => (third != 0, polled(pid, first, second)?),
            numbers::SELECT | numbers::PSELECT => (fifth != 0, selected(pid, first, second)?),
            numbers::EPOLL_WAIT | numbers::EPOLL_PWAIT => (ends(fourth), registered(pid, first)?),
            _ => return None,
        })
    }

    /// Those of `poll`'s array of `count` entries at `place` that wait for input.
    fn polled(pid: RawPid, place: u64, count: u64) -> Option<Vec<u64>> {
        const POLLIN: u8 = 1;
        let entries = memory(pid, place, count.min(MOST) * 8)?;
        let one = |entry: &[u8]| match *entry {
            [a, b, c, d, events, ..] if events & POLLIN != 0 => {
                u64::try_from(i32::from_ne_bytes([a, b, c, d])).ok()
            }
            _ => None,
        };
        Some(entries.chunks_exact(8).filter_map(one).collect())
    }

    /// Those of `select`'s set of descriptors below `count` at `place`.
    fn selected(pid: RawPid, count: u64, place: u64) -> Option<Vec<u64>> {
        let count = count.min(MOST);
        let set = memory(pid, place, count.div_ceil(64) * 8)?;
        // Little-endian words on every system whose numbers are known below.
        let is_in = |&descriptor: &u64| {
            let byte = usize::try_from(descriptor / 8).ok().and_then(|index| set.get(index));
            byte.is_some_and(|byte| byte & (1 << (descriptor % 8)) != 0)
        };
        Some((0..count).filter(is_in).collect())
    }

    /// Those that an epoll instance watches.
    fn registered(pid: RawPid, descriptor: u64) -> Option<Vec<u64>> {
        let text = fs::read_to_string(format!("/proc/{pid}/fdinfo/{descriptor}")).ok()?;
        let one = |line: &str| line.strip_prefix("tfd:")?.split_ascii_whitespace().next()?.parse().ok();
        Some(text.lines().filter_map(one).collect())
    }

    /// `length` bytes of a process's memory.
    fn memory(pid: RawPid, place: u64, length: u64) -> Option<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(length).ok()?];
        fs::File::open(format!("/proc/{pid}/mem")).ok()?.read_exact_at(&mut bytes, place).ok()?;
        Some(bytes)
    }

    /// System calls by the kernel's `asm/unistd.h`; `NONE` where an architecture has not this one, or it is not looked
    /// at there.
    #[cfg(target_arch = "x86_64")]
    mod numbers {
        pub(super) const READ: u32 = 0;
        pub(super) const POLL: u32 = 7;
        pub(super) const SELECT: u32 = 23;
        pub(super) const EPOLL_WAIT: u32 = 232;
        pub(super) const PSELECT: u32 = 270;
        pub(super) const PPOLL: u32 = 271;
        pub(super) const EPOLL_PWAIT: u32 = 281;
    }

    #[cfg(any(target_arch = "aarch64", target_arch = "riscv64", target_arch = "loongarch64"))]
    mod numbers {
        const NONE: u32 = u32::MAX;
        pub(super) const READ: u32 = 63;
        pub(super) const POLL: u32 = NONE;
        pub(super) const SELECT: u32 = NONE - 1;
        pub(super) const EPOLL_WAIT: u32 = NONE - 2;
        pub(super) const PSELECT: u32 = 72;
        pub(super) const PPOLL: u32 = 73;
        pub(super) const EPOLL_PWAIT: u32 = 22;
    }

    #[cfg(not(any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64",
        target_arch = "loongarch64"
    )))]
    mod numbers {
        const NONE: u32 = u32::MAX;
        pub(super) const READ: u32 = 3;
        pub(super) const POLL: u32 = NONE;
        pub(super) const SELECT: u32 = NONE - 1;
        pub(super) const EPOLL_WAIT: u32 = NONE - 2;
        pub(super) const PSELECT: u32 = NONE - 3;
        pub(super) const PPOLL: u32 = NONE - 4;
        pub(super) const EPOLL_PWAIT: u32 = NONE - 5;
    }
}
