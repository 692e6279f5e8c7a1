//! The guard: stands outside the session's view of the file system while the supervisor stands inside.
//!
//! Inside the view the machine's own directories are mounted below the scratch directory, so nothing may be removed
//! from there. The guard sees only the scratch directory itself, and so it can remove it where the runner has died.

use std::{
    io,
    os::fd::AsFd,
    process::{Command, Stdio},
    time::Duration,
};

use super::{
    link::Start,
    supervisor::{ABANDONED, ARGUMENT, prepare},
    tree,
};

/// Starts the inner supervisor and waits for its end; then ends whatever it left behind.
pub(super) fn stand(start: &Start) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    super::sandbox::leave(start)?;
    #[cfg(not(target_os = "linux"))]
    if start.sandbox.is_some() {
        return Err(io::Error::other("this system has no sandbox of tutor's: it is one of Linux"));
    }
    let _children = prepare()?;
    let runner = rustix::process::getppid();
    let socket = rustix::stdio::stdin().as_fd().try_clone_to_owned()?;
    let mut inner = Command::new(super::keeper::own_program()?)
        .arg(ARGUMENT)
        .arg(serde_json::to_string(start)?)
        .env_clear()
        .stdin(Stdio::from(socket))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    // Only the inner supervisor holds the socket from now on: when it ends, the runner sees that at once.
    let null = std::fs::File::open("/dev/null")?;
    rustix::stdio::dup2_stdin(&null)?;
    let own = rustix::process::getpid().as_raw_nonzero().get();
    let waited = wait_for(&mut inner);
    tree::end(own, Duration::ZERO, &|all| all.iter().map(|process| process.pid).collect(), &mut |_, _| {});
    // A dying runner closes the socket some time before its children get another parent, so that alone does not tell.
    if matches!(waited, Ok(true)) || rustix::process::getppid() != runner {
        let _ = std::fs::remove_dir_all(&start.scratch);
        let _ = std::fs::remove_dir_all(&start.shells);
    }
    waited.map(drop)
}

/// Reaps orphans until the inner supervisor itself has ended: whether it found the runner gone.
fn wait_for(inner: &mut std::process::Child) -> io::Result<bool> {
    let own = inner.id();
    loop {
        match rustix::process::wait(rustix::process::WaitOptions::empty()) {
            Ok(Some((pid, status))) if pid.as_raw_nonzero().get().unsigned_abs() == own => {
                return Ok(status.exit_status() == Some(i32::from(ABANDONED)));
            }
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
}
