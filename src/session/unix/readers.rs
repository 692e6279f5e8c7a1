//! Whether some process of a session waits for input from its terminal.

use std::path::Path;

use super::link::{RawPid, Reading};
#[cfg(target_os = "linux")]
use super::tree;

/// Looks through everything below `root` for a process that is blocked in a read of `terminal`.
///
/// `/proc/PID/syscall` names the system call in which a process is blocked and its arguments (proc(5)); the first
/// argument of `read` is the descriptor, and `/proc/PID/fd/N` says what that is.
#[cfg(target_os = "linux")]
pub(super) fn reading(root: RawPid, terminal: &Path) -> Reading {
    let mut answer = Reading::No;
    for process in tree::descendants(root) {
        match reads(process.pid, terminal) {
            Some(true) => return Reading::Yes,
            Some(false) => {}
            None => answer = Reading::Unknown,
        }
    }
    answer
}

/// `None`: the system does not say (a program of another user).
#[cfg(target_os = "linux")]
fn reads(pid: RawPid, terminal: &Path) -> Option<bool> {
    let call = match std::fs::read_to_string(format!("/proc/{pid}/syscall")) {
        Ok(call) => call,
        // The process has ended meanwhile.
        Err(error) if matches!(error.raw_os_error(), Some(ESRCH)) => return Some(false),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return if Path::new(&format!("/proc/{pid}")).exists() { None } else { Some(false) };
        }
        Err(_) => return None,
    };
    let mut words = call.split_ascii_whitespace();
    if words.next().and_then(|number| number.parse::<u32>().ok()) != Some(READ) {
        return Some(false);
    }
    let descriptor = words.next().and_then(|hex| u32::from_str_radix(hex.trim_start_matches("0x"), 16).ok());
    let Some(descriptor) = descriptor else { return Some(false) };
    let Ok(file) = std::fs::read_link(format!("/proc/{pid}/fd/{descriptor}")) else { return Some(false) };
    Some(file == terminal || file == Path::new("/dev/tty"))
}

/// No such process.
#[cfg(target_os = "linux")]
const ESRCH: i32 = 3;

/// The number of `read` (the kernel's `asm/unistd.h` of each architecture).
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
const READ: u32 = 0;
#[cfg(all(
    target_os = "linux",
    any(target_arch = "aarch64", target_arch = "riscv64", target_arch = "loongarch64")
))]
const READ: u32 = 63;
#[cfg(all(
    target_os = "linux",
    not(any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64",
        target_arch = "loongarch64"
    ))
))]
const READ: u32 = 3;

/// This system does not tell who waits for input.
#[cfg(not(target_os = "linux"))]
pub(super) fn reading(_root: RawPid, _terminal: &Path) -> Reading {
    Reading::Unknown
}
