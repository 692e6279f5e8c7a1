//! The session's terminal: a pseudo-terminal of its own, on which programs ask and the page's answers are typed.

use std::{
    fs::OpenOptions,
    io,
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::{ffi::OsStrExt, fs::OpenOptionsExt},
    },
    path::{Path, PathBuf},
};

use rustix::{
    pty::OpenptFlags,
    termios::{LocalModes, OptionalActions, QueueSelector, Termios, Winsize},
};

/// A pseudo-terminal. The slave side is held open, or the master's reads would fail while nobody else has it.
#[derive(Debug)]
pub(super) struct Terminal {
    master: OwnedFd,
    slave: OwnedFd,
    modes: Termios,
    path: PathBuf,
}

impl Terminal {
    /// A new one, with echo off, of 80 columns and 24 lines.
    pub(super) fn open() -> io::Result<Self> {
        let master = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        rustix::pty::grantpt(&master)?;
        rustix::pty::unlockpt(&master)?;
        let name = rustix::pty::ptsname(&master, Vec::new())?;
        let path = PathBuf::from(std::ffi::OsStr::from_bytes(name.to_bytes()));
        let slave = open_slave(&path)?;
        let mut modes = rustix::termios::tcgetattr(&slave)?;
        modes.local_modes.remove(LocalModes::ECHO);
        rustix::termios::tcsetattr(&slave, OptionalActions::Now, &modes)?;
        rustix::io::ioctl_fionbio(&master, true)?;
        rustix::io::fcntl_setfd(&master, rustix::io::FdFlags::CLOEXEC)?;
        let terminal = Self { master, slave, modes, path };
        terminal.resize()?;
        Ok(terminal)
    }

    /// Where its slave side is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Becomes readable when a program writes to it.
    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.master.as_fd()
    }

    /// As it was at the beginning: modes that a program left behind are undone, what was typed and not read is gone.
    pub(super) fn reset(&self) -> io::Result<()> {
        self.set(&self.modes)
    }

    /// The same, but showing what is typed, as a reader's own terminal does.
    pub(super) fn reset_to_echo(&self) -> io::Result<()> {
        let mut modes = self.modes.clone();
        modes.local_modes.insert(LocalModes::ECHO);
        self.set(&modes)
    }

    /// As new: what was written and not read is gone too, and so is what programs have set.
    ///
    /// # Errors
    ///
    /// Where it can't be had so: `leader`, a process group, is not in its foreground any more, say.
    pub(super) fn renew(&self, leader: i32) -> io::Result<()> {
        // On Linux the master's side tells it to a process of another session, too.
        if rustix::termios::tcgetpgrp(&self.master)?.as_raw_nonzero().get() != leader {
            return Err(io::Error::other("another group is in the foreground"));
        }
        self.reset()?;
        self.resize()?;
        rustix::termios::tcflush(&self.slave, QueueSelector::IOFlush)?;
        let mut buffer = [0; 4096];
        loop {
            match rustix::io::read(&self.master, &mut buffer) {
                Ok(count) if count > 0 => {}
                Err(rustix::io::Errno::INTR) => {}
                Ok(_) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Err(rustix::io::Errno::AGAIN) => return Ok(()),
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    fn resize(&self) -> io::Result<()> {
        let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        Ok(rustix::termios::tcsetwinsize(&self.slave, size)?)
    }

    fn set(&self, modes: &Termios) -> io::Result<()> {
        rustix::termios::tcsetattr(&self.slave, OptionalActions::Now, modes)?;
        rustix::termios::tcflush(&self.slave, QueueSelector::IFlush)?;
        Ok(())
    }

    /// Types `text`, as a reader's keyboard would.
    pub(super) fn type_text(&self, text: &[u8]) -> io::Result<()> {
        let mut rest = text;
        while !rest.is_empty() {
            match rustix::io::write(&self.master, rest) {
                Ok(count) => rest = &rest[count..],
                Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => std::thread::yield_now(),
                Err(errno) => return Err(errno.into()),
            }
        }
        Ok(())
    }
}

/// Opens the slave side without making it anybody's controlling terminal.
pub(super) fn open_slave(path: &Path) -> io::Result<OwnedFd> {
    let flags = i32::try_from(rustix::fs::OFlags::NOCTTY.bits()).unwrap_or(0);
    Ok(OpenOptions::new().read(true).write(true).custom_flags(flags).open(path)?.into())
}
