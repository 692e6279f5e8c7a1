//! One shell of a session: its loop, the FIFOs to it, and what is known of it.

use std::{
    fs::{File, OpenOptions},
    io,
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::fs::FileExt,
    },
    path::{Path, PathBuf},
};

use rustix::{
    fs::{Mode, OFlags},
    io::Errno,
};

use super::{
    link::RawPid,
    loop_text::{self, FIFOS, request},
    scratch::at,
    words::Marks,
};
use crate::platform::Shell;

/// How a step came back to the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// Whether the step ended its shell, so that a copy goes on.
    pub(super) died: bool,
    /// The exit status.
    pub(super) status: i32,
    /// The process that is in the loop now.
    pub(super) pid: RawPid,
}

/// A running shell.
#[derive(Debug)]
pub(super) struct ShellSession {
    directory: PathBuf,
    requests: OwnedFd,
    results: OwnedFd,
    stdout: OwnedFd,
    stderr: OwnedFd,
    step: File,
    step_length: usize,
    partial: Vec<u8>,
    /// The shell's program.
    pub(super) program: PathBuf,
    /// The process that the supervisor started.
    pub(super) leader: RawPid,
    /// The process that is in the loop.
    pub(super) pid: RawPid,
    /// How often a copy had to go on; chained deaths get slow.
    pub(super) deaths: u32,
    /// The request whose streams are in force.
    pub(super) streams: Option<&'static [u8]>,
    /// Whether its loop can change streams between tame steps.
    switches: bool,
    /// What any step may do, by what those before it have defined, sourced or set.
    pub(super) marks: Marks,
    /// Whether a step has run since it was last asked what a later shell would need.
    pub(super) changed: bool,
}

impl ShellSession {
    /// Makes the files of a loop for `shell` in `directory`, which must not exist yet.
    pub(super) fn prepare(shell: Shell, directory: PathBuf, terminal: &Path) -> io::Result<Self> {
        std::fs::create_dir(&directory).map_err(at(&directory))?;
        let text = loop_text::text(shell, &directory, terminal);
        std::fs::write(directory.join("loop"), text).map_err(at(&directory))?;
        let [requests, results, stdout, stderr] =
            FIFOS.map(|name| fifo(&directory.join(name)).map_err(at(&directory)));
        let step = OpenOptions::new().write(true).create_new(true).open(directory.join("step"));
        let step = step.map_err(at(&directory))?;
        Ok(Self {
            directory,
            requests: requests?,
            results: results?,
            stdout: stdout?,
            stderr: stderr?,
            step,
            step_length: 0,
            partial: Vec::new(),
            program: PathBuf::new(),
            leader: 0,
            pid: 0,
            deaths: 0,
            streams: None,
            switches: shell == Shell::Bash,
            marks: Marks::default(),
            changed: false,
        })
    }

    /// What the shell is started with.
    pub(super) fn arguments(&self, shell: Shell) -> Vec<String> {
        let start = format!("{}. \"{}/loop\"", loop_text::prelude(shell), self.directory.display());
        let mut arguments = match shell {
            Shell::Bash => vec!["--noprofile".to_owned(), "--norc".to_owned()],
            Shell::Zsh => vec!["-f".to_owned()],
            Shell::Fish => vec!["--no-config".to_owned()],
            _ => Vec::new(),
        };
        // The last argument is the shell's name for itself, `$0`.
        arguments.extend(["-c".to_owned(), start, shell.program().to_owned()]);
        arguments
    }

    /// Hands a step over.
    pub(super) fn send(&mut self, text: &str, request: &[u8]) -> io::Result<()> {
        self.write(text).map_err(at(&self.directory))?;
        self.request(request)
    }

    /// One file, rewritten in place: a file for each step costs more than the step.
    fn write(&mut self, text: &str) -> io::Result<()> {
        self.step.write_all_at(text.as_bytes(), 0)?;
        let mut length = text.len();
        if !text.ends_with('\n') {
            self.step.write_all_at(b"\n", length as u64)?;
            length += 1;
        }
        if length < self.step_length {
            self.step.set_len(length as u64)?;
        }
        self.step_length = length;
        Ok(())
    }

    /// The request for a step whose streams are those of `code`; `tame` where it leaves all else as it is.
    pub(super) fn request_for(&self, code: &'static [u8], tame: bool) -> &'static [u8] {
        match self.streams {
            Some(streams) if tame && streams == code => request::SAME,
            // Standard input was nothing, and stays so.
            Some(request::APART | request::MERGED) if tame && self.switches => match code {
                request::APART => request::TAME_APART,
                request::MERGED => request::TAME_MERGED,
                other => other,
            },
            _ => code,
        }
    }

    /// Sends a request alone.
    pub(super) fn request(&mut self, request: &[u8]) -> io::Result<()> {
        self.partial.clear();
        loop {
            match rustix::io::write(&self.requests, request) {
                Ok(_) => return Ok(()),
                Err(Errno::INTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    /// The result, where it has come. What is no result (a step found the FIFO and wrote to it) is passed over.
    pub(super) fn answer(&mut self) -> io::Result<Option<Answer>> {
        let mut buffer = [0; 256];
        loop {
            match rustix::io::read(&self.results, &mut buffer) {
                Ok(0) | Err(Errno::AGAIN) => return Ok(None),
                Ok(count) => self.partial.extend_from_slice(&buffer[..count]),
                Err(Errno::INTR) => continue,
                Err(errno) => return Err(errno.into()),
            }
            while let Some(end) = self.partial.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = self.partial.drain(..=end).collect();
                if let Some(answer) = parse(&line) {
                    return Ok(Some(answer));
                }
            }
            if self.partial.len() > 4096 {
                self.partial.clear();
            }
        }
    }

    /// Reads what a stream holds, as far as `buffer` goes; 0 where it holds nothing.
    pub(super) fn read(&self, stream: Stream, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match rustix::io::read(self.fd(stream), &mut *buffer) {
                Ok(count) => return Ok(count),
                Err(Errno::AGAIN) => return Ok(0),
                Err(Errno::INTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    /// The end that becomes readable.
    pub(super) fn fd(&self, stream: Stream) -> BorrowedFd<'_> {
        match stream {
            Stream::Results => self.results.as_fd(),
            Stream::Stdout => self.stdout.as_fd(),
            Stream::Stderr => self.stderr.as_fd(),
        }
    }

    /// A file of the loop.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// The current directory; `None` where the system does not tell or it is gone.
    pub(super) fn current_directory(&self) -> Option<PathBuf> {
        std::fs::read_link(format!("/proc/{}/cwd", self.pid)).ok()
    }
}

/// What comes from a shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    Results,
    Stdout,
    Stderr,
}

fn parse(line: &[u8]) -> Option<Answer> {
    let line = std::str::from_utf8(line).ok()?;
    let mut words = line.split_ascii_whitespace();
    let died = match words.next()? {
        "end" | "trap" => false,
        "death" => true,
        _ => return None,
    };
    Some(Answer { died, status: words.next()?.parse().ok()?, pid: words.next()?.parse().ok()? })
}

/// Makes a FIFO and opens both of its ends, so that neither side ever waits for the other to open it.
fn fifo(path: &Path) -> io::Result<OwnedFd> {
    make_fifo(path)?;
    let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?)
}

#[cfg(not(target_vendor = "apple"))]
fn make_fifo(path: &Path) -> io::Result<()> {
    Ok(rustix::fs::mkfifoat(rustix::fs::CWD, path, Mode::RUSR | Mode::WUSR)?)
}

/// The safe wrappers have no `mkfifo` for this system; its own program does as well.
#[cfg(target_vendor = "apple")]
fn make_fifo(path: &Path) -> io::Result<()> {
    let status = std::process::Command::new("/usr/bin/mkfifo").args(["-m", "600"]).arg(path).status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("mkfifo {} failed", path.display()))) }
}
