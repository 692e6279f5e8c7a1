//! Where a session finds what is the runner's, by what it sees of the file system.

use std::{io, os::fd::OwnedFd, path::PathBuf};

use super::link::Start;

/// Goes into the view and the sandbox that the session is to have. The value is the directory of the services' logs, where
/// the session itself cannot write there.
pub(super) fn enter(start: &Start) -> io::Result<Option<OwnedFd>> {
    let Some(view) = &start.view else { return Ok(None) };
    #[cfg(target_os = "linux")]
    return if start.sandbox.is_some() {
        super::sandbox::enter(start).map(Some)
    } else {
        super::view::enter(view).map(|()| None)
    };
    #[cfg(not(target_os = "linux"))]
    Err(io::Error::other(format!(
        "this system has no view of the file system of a run's own ({})",
        view.tree.display()
    )))
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
