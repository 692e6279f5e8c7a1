//! What the runner and its supervisor say to each other: one JSON object a line over a socket pair.

use std::{
    collections::VecDeque,
    io::{self, Write},
    os::{
        fd::{AsFd, BorrowedFd},
        unix::net::UnixStream,
    },
    path::PathBuf,
};

use rustix::net::RecvFlags;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::session::{Limits, Network, disk::Way, errand::Errand, placement::Placed};

/// A process id as the system prints it.
pub(super) type RawPid = i32;

/// The first message: what the supervisor is to be.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Start {
    /// The run's own directory, removed by the supervisor where the runner has died.
    pub(super) scratch: PathBuf,
    /// The directory of the shells' own files, removed likewise.
    pub(super) shells: PathBuf,
    /// The slave side of the session's terminal.
    pub(super) terminal: PathBuf,
    /// Directories whose files the session may write over; `None`: all of the machine's.
    pub(super) own: Option<Vec<PathBuf>>,
    /// The view of the file system that the session is to have, if it is one of its own.
    pub(super) view: Option<View>,
    /// What keeps the session from the rest of the machine, if anything is to.
    pub(super) sandbox: Option<Sandbox>,
    /// What it may use of the machine.
    pub(super) limits: Limits,
}

/// What keeps a session from the rest of the machine. It always has a view, too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sandbox {
    pub(super) network: Network,
    /// Who its processes are to the machine; `None`: the user that runs `tutor`.
    pub(super) owner: Option<u32>,
    /// Directories of programs that stay in sight.
    pub(super) programs: Vec<PathBuf>,
}

/// A view of the file system in which some directories are the run's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct View {
    /// Where the private tree is built, inside the scratch directory.
    pub(super) tree: PathBuf,
    /// The directories that are the run's own.
    pub(super) relocate: Vec<PathBuf>,
    /// The machine's home directory and the run's, which covers it.
    pub(super) home: Option<(PathBuf, PathBuf)>,
    /// Directories of the machine's home that stay in sight, since programs lie there.
    pub(super) programs: Vec<PathBuf>,
}

/// What the runner asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Request {
    /// Start a shell. Answer: `Spawned` or `Failed`.
    Spawn { program: PathBuf, arguments: Vec<String>, directory: PathBuf, environment: Vec<(String, String)> },
    /// Start a service: a process that leads a session of its own, without a terminal, and writes to the file `log`.
    /// Answer: `Spawned` or `Failed`.
    Serve {
        program: PathBuf,
        arguments: Vec<String>,
        directory: PathBuf,
        environment: Vec<(String, String)>,
        log: PathBuf,
    },
    /// This process, a child of nobody, belongs to the service that `leader` led. No answer.
    Adopt { leader: RawPid, pid: RawPid },
    /// Send a signal, by its name (`TERM`), to the processes of a service that a terminal would send it to. Answer: `Ended`,
    /// with how many there are of the service.
    Signal { leader: RawPid, signal: String },
    /// How many processes of a service are there? Answer: `Ended`.
    Count { leader: RawPid },
    /// Tell when this process ends too. No answer.
    Watch { pid: RawPid },
    /// End those that are there now. Answer: `Ended`.
    End { scope: Scope, how: How },
    /// Kill, until none is left. Answer: `Ended`.
    Sweep { scope: Scope },
    /// Kill one process. Answer: `Ended`.
    Kill { pids: Vec<RawPid> },
    /// Does a process of the session wait for input from the terminal? Answer: `Reading`.
    Readers,
    /// Write a file. Answer: `Done` or `Failed`.
    Write { base: Base, path: PathBuf, way: Way, mode: Option<u32>, text: String },
    /// Read a file. Answer: `Text` or `Failed`.
    Read { base: Base, path: PathBuf },
    /// Read a file of any bytes, at most so many. Answer: `Bytes` or `Failed`.
    ReadBytes { base: Base, path: PathBuf, most: u64 },
    /// Find something out, by a process of the session's own. Answer: `Spawned`, and later `Said`; or `Failed`.
    Errand { errand: Errand, directory: PathBuf, environment: Vec<(String, String)> },
    /// Which directory is this process in? Answer: `Place`.
    Where { pid: RawPid },
    /// Does this process run? Answer: `There`.
    Alive { pid: RawPid },
    /// Is there something of that name? Answer: `There`.
    Exists { base: Base, path: PathBuf },
    /// Write several files, all or none. Answer: `Done` or `Failed`.
    Place { base: Base, directory: PathBuf, files: Vec<Placed>, replace: bool },
    /// List a directory. Answer: `Names` or `Failed`.
    List { base: Base, directory: PathBuf },
    /// End everything, and then yourself; or, where you are to stay, wait for a next session's [`Start`]. Answer: `Ended`.
    Finish { grace_ms: u64, stay: bool },
}

/// How processes are ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum How {
    /// Asked to.
    Term,
    /// Made to.
    Kill,
}

/// Which processes are to end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Scope {
    /// Those below the loop's process or left behind by it that have started since.
    Since { spare: Vec<RawPid>, ticks: u64 },
    /// All of the session but the shells themselves.
    All { spare: Vec<RawPid> },
    /// All of the service that this process led.
    Service { leader: RawPid },
}

/// What relative paths start from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Base {
    /// The current directory of this process.
    Process(RawPid),
    /// This directory.
    Directory(PathBuf),
}

/// What the supervisor answers, or tells unasked (`Said`, `Over`, `Exited`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Reply {
    /// It stands; where a view was asked for, it is in force.
    Ready,
    /// The shell runs.
    Spawned { pid: RawPid },
    /// Done.
    Done,
    /// The processes have ended; so many were ended by it.
    Ended { count: usize },
    /// Who reads.
    Reading(Reading),
    /// A file's text; `None` where there is no such file.
    Text(Option<String>),
    /// A file's bytes; `None` where there is no such file.
    Bytes(Option<Vec<u8>>),
    /// Whether there is something.
    There(bool),
    /// A directory; `None` where it is not known.
    Place(Option<PathBuf>),
    /// A directory's entries, sorted; directories end in `/`.
    Names(Vec<String>),
    /// It could not be done: the system's own words.
    Failed { message: String },
    /// What an errand's process has found out, unasked.
    Said { pid: RawPid, text: String },
    /// The session goes over a bound, unasked: in words.
    Over { reason: String },
    /// A watched process has ended, with its exit status or the signal that ended it.
    Exited { pid: RawPid, status: Option<i32>, signal: Option<i32> },
}

/// Whether a process waits for input from the session's terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Reading {
    /// Yes.
    Yes,
    /// It waits for that among other things, and for a certain time: a program that has timers, too.
    Polls,
    /// No.
    No,
    /// The system does not tell.
    Unknown,
}

/// One end of the conversation.
#[derive(Debug)]
pub(super) struct Link {
    socket: UnixStream,
    partial: Vec<u8>,
    lines: VecDeque<Vec<u8>>,
    closed: bool,
}

impl Link {
    pub(super) fn new(socket: UnixStream) -> Self {
        Self { socket, partial: Vec::new(), lines: VecDeque::new(), closed: false }
    }

    /// Becomes readable when the other side says something or is gone.
    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    /// Says that nothing more will be said.
    pub(super) fn close(&mut self) {
        let _ = self.socket.shutdown(std::net::Shutdown::Both);
    }

    /// Says something.
    pub(super) fn send<T: Serialize>(&mut self, message: &T) -> io::Result<()> {
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        self.socket.write_all(&line)
    }

    /// Waits for the next message; `None` when the other side is gone.
    ///
    /// # Errors
    ///
    /// `TimedOut` where the socket has a limit for reading, and the other side says nothing for so long.
    pub(super) fn receive<T: DeserializeOwned>(&mut self) -> io::Result<Option<T>> {
        loop {
            if let Some(line) = self.lines.pop_front() {
                return Ok(Some(serde_json::from_slice(&line)?));
            }
            if self.closed {
                return Ok(None);
            }
            if !self.fill(RecvFlags::empty())? {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "the other side does not answer"));
            }
        }
    }

    /// The next message that is here already; `Ok(None)` where there is none yet.
    ///
    /// # Errors
    ///
    /// `UnexpectedEof` when the other side is gone and nothing is left to read.
    pub(super) fn poll<T: DeserializeOwned>(&mut self) -> io::Result<Option<T>> {
        if self.lines.is_empty() && !self.closed {
            self.fill(RecvFlags::DONTWAIT)?;
        }
        match self.lines.pop_front() {
            Some(line) => Ok(Some(serde_json::from_slice(&line)?)),
            None if self.closed => Err(io::ErrorKind::UnexpectedEof.into()),
            None => Ok(None),
        }
    }

    /// Reads what has come; false where nothing came before the socket's limit or, with `DONTWAIT`, at once.
    fn fill(&mut self, flags: RecvFlags) -> io::Result<bool> {
        let mut buffer = [0; 16 * 1024];
        match rustix::net::recv(&self.socket, &mut buffer, flags) {
            Ok((0, _)) | Err(rustix::io::Errno::CONNRESET) => self.closed = true,
            Ok((count, _)) => {
                for &byte in &buffer[..count] {
                    if byte == b'\n' {
                        self.lines.push_back(std::mem::take(&mut self.partial));
                    } else {
                        self.partial.push(byte);
                    }
                }
            }
            Err(rustix::io::Errno::AGAIN) => return Ok(false),
            Err(rustix::io::Errno::INTR) => {}
            Err(errno) => return Err(errno.into()),
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_wait_for_a_side_that_hangs_has_an_end() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        ours.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let (mut ours, mut theirs) = (Link::new(ours), Link::new(theirs));
        let error = ours.receive::<Reply>().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        theirs.send(&Reply::Done).unwrap();
        assert_eq!(ours.receive().unwrap(), Some(Reply::Done));
        drop(theirs);
        assert_eq!(ours.receive::<Reply>().unwrap(), None);
    }
}
