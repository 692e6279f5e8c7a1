//! Where a session finds what is the runner's, by what it sees of the file system.

use std::{io, os::fd::OwnedFd, path::PathBuf};

use rustix::fs::{Mode, OFlags};

use super::link::Start;

/// The directory of the services' logs, open, where the session itself will not be able to write there.
pub(super) fn logs_of(start: &Start) -> io::Result<Option<OwnedFd>> {
    if start.sandbox.is_none() {
        return Ok(None);
    }
    let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
    Ok(Some(rustix::fs::open(super::scratch::logs(&start.scratch), flags, Mode::empty())?))
}

/// Where the session's terminal lies for the session itself.
pub(super) fn terminal_of(start: &Start) -> PathBuf {
    #[cfg(target_os = "linux")]
    if start.sandbox.is_some() {
        return super::sandbox::TERMINAL.into();
    }
    start.terminal.clone()
}

/// How the session itself finds this very program.
pub(super) fn program_of(start: &Start) -> io::Result<PathBuf> {
    #[cfg(target_os = "linux")]
    if start.sandbox.is_some() {
        return Ok(super::sandbox::PROGRAM.into());
    }
    let _ = start;
    super::keeper::own_program()
}
