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
    ahead::Ahead,
    link::RawPid,
    loop_text::{self, FIFOS, request},
    scratch::{at, hand_on},
    words::Marks,
};
use crate::{platform::Shell, session::powershell};

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
    step: StepFile,
    ahead: Option<Ahead>,
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
    /// Whether it is in the part of its loop where it takes steps that are handed over ahead.
    quick: bool,
    /// What any step may do, by what those before it have defined, sourced or set.
    pub(super) marks: Marks,
    /// Whether a step has run since it was last asked what a later shell would need.
    pub(super) changed: bool,
}

impl ShellSession {
    /// Makes the files of a loop for `shell` in `directory`, which must not exist yet.
    pub(super) fn prepare(shell: Shell, directory: PathBuf, terminal: &Path) -> io::Result<Self> {
        std::fs::create_dir(&directory).and_then(|()| hand_on(&directory)).map_err(at(&directory))?;
        let text = loop_text::text(shell, &directory, terminal);
        let [own, step] = if shell == Shell::PowerShell {
            [powershell::LOOP_FILE, powershell::STEP_FILE]
        } else {
            ["loop", "step"]
        };
        std::fs::write(directory.join(own), text).map_err(at(&directory))?;
        let [requests, results, stdout, stderr] =
            FIFOS.map(|name| fifo(&directory.join(name)).map_err(at(&directory)));
        let step = OpenOptions::new().write(true).create_new(true).open(directory.join(step));
        let step = step.map_err(at(&directory))?;
        Ok(Self {
            directory,
            requests: requests?,
            results: results?,
            stdout: stdout?,
            stderr: stderr?,
            step: StepFile::new(step),
            ahead: None,
            partial: Vec::new(),
            program: PathBuf::new(),
            leader: 0,
            pid: 0,
            deaths: 0,
            streams: None,
            switches: shell == Shell::Bash,
            quick: false,
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
            _ => Vec::new(),
        };
        // The last argument is the shell's name for itself, `$0`.
        arguments.extend(["-c".to_owned(), start, shell.program().to_owned()]);
        arguments
    }

    /// Hands a step over.
    pub(super) fn send(&mut self, text: &str, request: &[u8]) -> io::Result<()> {
        self.step.write(text).map_err(at(&self.directory))?;
        let quick =
            self.quick && [request::SAME, request::TAME_APART, request::TAME_MERGED].contains(&request);
        self.request(request)?;
        self.quick = quick;
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

    /// Begins with a step that was handed over ahead; false where this one was not.
    pub(super) fn begin(&mut self, text: &str, code: &[u8]) -> bool {
        self.ahead.as_mut().is_some_and(|ahead| ahead.begin(text, code == request::MERGED))
    }

    /// Whether a step may be handed over before its time, after so many others.
    pub(super) fn takes_more(&self) -> bool {
        self.quick && self.ahead.as_ref().is_none_or(Ahead::has_room)
    }

    /// How many steps were handed over that have not begun.
    pub(super) fn waiting(&self) -> usize {
        self.ahead.as_ref().map_or(0, Ahead::waiting)
    }

    /// Hands a tame step over before its time.
    pub(super) fn hand_ahead(&mut self, text: &str, merged: bool) -> io::Result<()> {
        if self.ahead.is_none() {
            self.ahead = Some(Ahead::make(&self.directory).map_err(at(&self.directory))?);
            self.write_request(request::OPEN)?;
        }
        let Some(ahead) = &mut self.ahead else { return Ok(()) };
        let request = ahead.hand(text, merged).map_err(at(&self.directory))?;
        self.write_request(&request)
    }

    /// Takes back the steps that have not begun.
    pub(super) fn revoke(&mut self) -> io::Result<()> {
        self.ahead.as_mut().map_or(Ok(()), Ahead::revoke)
    }

    /// Forgets the steps that were handed over and will not run: the shell that they were for is gone.
    pub(super) fn forget_ahead(&mut self) -> io::Result<()> {
        if self.waiting() > 0 {
            self.revoke()?;
            self.ahead = None;
        }
        Ok(())
    }

    /// Sends a request alone.
    pub(super) fn request(&mut self, request: &[u8]) -> io::Result<()> {
        self.partial.clear();
        self.quick = false;
        self.write_request(request)
    }

    fn write_request(&self, request: &[u8]) -> io::Result<()> {
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
            if let Some(answer) = self.line() {
                return Ok(Some(answer));
            }
            match rustix::io::read(&self.results, &mut buffer) {
                Ok(0) | Err(Errno::AGAIN) => return Ok(None),
                Ok(count) => self.partial.extend_from_slice(&buffer[..count]),
                Err(Errno::INTR) => continue,
                Err(errno) => return Err(errno.into()),
            }
            if self.partial.len() > 4096 {
                self.partial.clear();
            }
        }
    }

    /// The first answer that has come whole.
    fn line(&mut self) -> Option<Answer> {
        while let Some(end) = self.partial.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = self.partial.drain(..=end).collect();
            if let Some((answer, quick)) = parse(&line) {
                self.quick = quick;
                return Some(answer);
            }
        }
        None
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
        let slot = self.ahead.as_ref().and_then(Ahead::current);
        match (stream, slot) {
            (Stream::Results, _) => self.results.as_fd(),
            (Stream::Stdout, None) => self.stdout.as_fd(),
            (Stream::Stderr, None) => self.stderr.as_fd(),
            (Stream::Stdout, Some(slot)) => slot.stdout.as_fd(),
            (Stream::Stderr, Some(slot)) => slot.stderr.as_fd(),
        }
    }

    /// The streams of no step that is on its way: what comes from them was left running by one that has ended.
    pub(super) fn idle(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        let own = [self.stdout.as_fd(), self.stderr.as_fd()];
        let ahead = self.ahead.iter();
        let own =
            own.into_iter().filter(|_| self.ahead.as_ref().is_some_and(|ahead| ahead.current().is_some()));
        own.chain(ahead.flat_map(Ahead::idle).flat_map(|slot| [slot.stdout.as_fd(), slot.stderr.as_fd()]))
    }

    /// A file of the loop.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// A file to which the shell itself writes.
    pub(super) fn told(&self, name: &str) -> PathBuf {
        loop_text::told(&self.directory, name)
    }
}

/// What comes from a shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    Results,
    Stdout,
    Stderr,
}

/// The answer, and whether the shell is quick now.
fn parse(line: &[u8]) -> Option<(Answer, bool)> {
    let line = std::str::from_utf8(line).ok()?;
    let mut words = line.split_ascii_whitespace();
    let kind = words.next()?;
    if !matches!(kind, "end" | "quick" | "trap" | "death") {
        return None;
    }
    let (status, pid) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    Some((Answer { died: kind == "death", status, pid }, kind == "quick"))
}

/// A file that a step stands in while it runs, rewritten in place: a new one for each costs more than the step.
#[derive(Debug)]
pub(super) struct StepFile {
    file: File,
    length: usize,
}

impl StepFile {
    /// An empty one.
    pub(super) fn new(file: File) -> Self {
        Self { file, length: 0 }
    }

    pub(super) fn write(&mut self, text: &str) -> io::Result<()> {
        self.file.write_all_at(text.as_bytes(), 0)?;
        let mut length = text.len();
        if !text.ends_with('\n') {
            self.file.write_all_at(b"\n", length as u64)?;
            length += 1;
        }
        if length < self.length {
            self.file.set_len(length as u64)?;
        }
        self.length = length;
        Ok(())
    }
}

/// Makes a FIFO and opens both of its ends, so that neither side ever waits for the other to open it.
pub(super) fn fifo(path: &Path) -> io::Result<OwnedFd> {
    make_fifo(path)?;
    hand_on(path)?;
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
