//! The runner's side of its supervisor: starts it, asks it, and hears from it which shells have ended.

use std::{
    io,
    os::{
        fd::{BorrowedFd, OwnedFd},
        unix::net::UnixStream,
    },
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

use super::{
    link::{Link, RawPid, Reply, Request, Start},
    scratch::Scratch,
    supervisor::ARGUMENT,
    terminal::Terminal,
    tree,
};

/// The longest wait for an answer. Each takes milliseconds, that at the end seconds; but a step can stop its supervisor
/// (`kill -STOP $PPID`), and then there is none.
const PATIENCE: Duration = Duration::from_secs(20);

/// A watched process that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exit {
    pub(super) pid: RawPid,
    pub(super) status: Option<i32>,
    pub(super) signal: Option<i32>,
}

/// A supervisor at work.
#[derive(Debug)]
pub(super) struct Keeper {
    link: Link,
    child: Child,
    exits: Vec<Exit>,
    said: Vec<(RawPid, String)>,
    over: Option<String>,
    finished: bool,
}

/// A session that has ended, and whose parts the next one can have: starting a program and making directories takes longer
/// than many pages do.
#[derive(Debug)]
pub(super) struct Idle {
    pub(super) keeper: Keeper,
    pub(super) terminal: Terminal,
    pub(super) scratch: Scratch,
}

static IDLE: Mutex<Vec<Idle>> = Mutex::new(Vec::new());

impl Idle {
    /// One, where there is one.
    pub(super) fn take() -> Option<Self> {
        IDLE.lock().ok()?.pop()
    }

    /// Ends the session gently; its parts are kept for the next one if they are as new. Else the scratch directory comes
    /// back.
    pub(super) fn keep(mut self, grace: Duration) -> Option<Scratch> {
        self.keeper.end(grace, true);
        if !self.keeper.finished {
            self.keeper.finish(grace, self.scratch.root());
            return Some(self.scratch);
        }
        let own = RawPid::try_from(self.keeper.child.id()).unwrap_or(0);
        if self.terminal.renew(own).is_err() || self.scratch.renew().is_err() {
            self.keeper.dismiss();
            return Some(self.scratch);
        }
        self.keeper.exits.clear();
        self.keeper.said.clear();
        self.keeper.over = None;
        IDLE.lock().ok()?.push(self);
        None
    }
}

impl Keeper {
    /// Starts a supervisor. Where it is to have a view of its own, waits until it stands; else it gets ready while the
    /// runner does, and what keeps it from standing is the answer to the first request.
    ///
    /// # Errors
    ///
    /// The system's words, also where the supervisor cannot have the view that is asked for.
    pub(super) fn start(start: &Start) -> io::Result<Self> {
        let early = EARLY.lock().ok().and_then(|mut early| early.take());
        let (child, socket) = early.map_or_else(spawn, Ok)?;
        let mut keeper = Self::of(child, socket);
        keeper.link.send(start)?;
        if start.view.is_none() {
            return Ok(keeper);
        }
        match keeper.next()? {
            Reply::Ready => Ok(keeper),
            Reply::Failed { message } => Err(io::Error::other(message)),
            other => Err(unexpected(&other)),
        }
    }

    fn of(child: Child, socket: UnixStream) -> Self {
        Self {
            link: Link::new(socket),
            child,
            exits: Vec::new(),
            said: Vec::new(),
            over: None,
            finished: false,
        }
    }

    /// Begins a next session, which needs no view of its own, on the same terminal.
    pub(super) fn begin_again(&mut self, start: &Start) -> io::Result<()> {
        self.finished = false;
        self.link.send(start)
    }

    /// Asks something and waits for the answer.
    pub(super) fn ask(&mut self, request: &Request) -> io::Result<Reply> {
        self.link.send(request)?;
        self.reply()
    }

    /// Says something that has no answer.
    pub(super) fn tell(&mut self, request: &Request) -> io::Result<()> {
        self.link.send(request)
    }

    fn reply(&mut self) -> io::Result<Reply> {
        loop {
            match self.next()? {
                Reply::Ready => {}
                reply => return Ok(reply),
            }
        }
    }

    fn next(&mut self) -> io::Result<Reply> {
        loop {
            let message = self.link.receive().map_err(|error| match error.kind() {
                io::ErrorKind::TimedOut => io::Error::other("the session's supervisor does not answer"),
                _ => error,
            })?;
            match message.map(|reply| self.unasked(reply)) {
                Some(None) => {}
                Some(Some(reply)) => return Ok(reply),
                None => return Err(io::Error::other("the session's supervisor was ended from outside")),
            }
        }
    }

    /// Becomes readable when the supervisor says something or is gone.
    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.link.fd()
    }

    /// Hears what the supervisor has said unasked.
    pub(super) fn hear(&mut self) -> io::Result<()> {
        loop {
            match self.link.poll() {
                Ok(Some(reply)) => {
                    self.unasked(reply);
                }
                Ok(None) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Err(io::Error::other("the session's supervisor was ended from outside"));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Notes what is told unasked; the value is what is not.
    fn unasked(&mut self, reply: Reply) -> Option<Reply> {
        match reply {
            Reply::Exited { pid, status, signal } => self.exits.push(Exit { pid, status, signal }),
            Reply::Said { pid, text } => self.said.push((pid, text)),
            Reply::Over { reason } => self.over = Some(reason),
            reply => return Some(reply),
        }
        None
    }

    /// What an errand's process has found out, where it has; told once.
    pub(super) fn said_by(&mut self, pid: RawPid) -> Option<String> {
        let place = self.said.iter().position(|(of, _)| *of == pid)?;
        Some(self.said.swap_remove(place).1)
    }

    /// Which bound the session has gone over since this was last asked, in words.
    pub(super) fn over(&mut self) -> Option<String> {
        self.over.take()
    }

    /// How `pid` ended, where it has.
    pub(super) fn exit_of(&self, pid: RawPid) -> Option<Exit> {
        self.exits.iter().copied().find(|exit| exit.pid == pid)
    }

    /// Ends everything below the supervisor, and the supervisor. Gently at first, unless `grace` is zero. What does not
    /// end is ended from here; `scratch` tells whose processes those are.
    pub(super) fn finish(mut self, grace: Duration, scratch: &std::path::Path) {
        self.end(grace, false);
        self.wait(Duration::from_secs(5));
        self.abandon(scratch);
    }

    fn end(&mut self, grace: Duration, stay: bool) {
        let grace_ms = u64::try_from(grace.as_millis()).unwrap_or(0);
        if !self.finished {
            self.finished = matches!(self.ask(&Request::Finish { grace_ms, stay }), Ok(Reply::Ended { .. }));
        }
    }

    /// Ends a supervisor that stands over nothing.
    pub(super) fn dismiss(mut self) {
        self.link.close();
        self.wait(Duration::from_secs(5));
    }

    /// Waits for the supervisor's end; then nothing of the session is left, or it is ended from here.
    fn wait(&mut self, patience: Duration) {
        let begin = Instant::now();
        let mut pause = Duration::from_micros(20);
        while matches!(self.child.try_wait(), Ok(None)) {
            if begin.elapsed() > patience {
                let _ = self.child.kill();
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(10));
        }
    }

    /// Makes sure that the supervisor and all that it stood over have ended, also where it was killed: then its
    /// processes have come to this one, and `scratch`, which is in their environment, tells whose they are.
    fn abandon(&mut self, scratch: &std::path::Path) {
        self.wait(Duration::from_secs(1));
        if self.finished {
            return;
        }
        let own = rustix::process::getpid().as_raw_nonzero().get();
        let session = RawPid::try_from(self.child.id()).unwrap_or(0);
        let ours = |process: &tree::Process| tree::belongs(process.pid, session, scratch);
        let choose = |all: &[tree::Process]| all.iter().filter(|p| ours(p)).map(|p| p.pid).collect();
        tree::end(own, Duration::ZERO, &choose, &mut |_, _| {});
        #[cfg(target_os = "linux")]
        super::holding::forget(scratch);
    }
}

/// A supervisor that was started before it is known what for.
static EARLY: Mutex<Option<(Child, UnixStream)>> = Mutex::new(None);

/// Starts a supervisor that will be needed soon: a program takes a while to start. One that is not needed after all ends
/// with this process.
pub(in crate::session) fn start_early() {
    if let Ok(mut early) = EARLY.lock() {
        *early = spawn().ok();
    }
}

/// Ends the supervisors that stand over nothing.
pub(in crate::session) fn dismiss() {
    let early = EARLY.lock().ok().and_then(|mut early| early.take());
    let early = early.map(|(child, socket)| Keeper::of(child, socket));
    let idle = IDLE.lock().map(|mut idle| std::mem::take(&mut *idle)).unwrap_or_default();
    for keeper in early.into_iter().chain(idle.into_iter().map(|idle| idle.keeper)) {
        keeper.dismiss();
    }
}

fn spawn() -> io::Result<(Child, UnixStream)> {
    // Where the supervisor itself is killed, what it stood over comes to us and not to the machine's first process.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
    let (socket, theirs) = UnixStream::pair()?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let child = Command::new(own_program()?)
        .arg(ARGUMENT)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    Ok((child, socket))
}

fn unexpected(reply: &Reply) -> io::Error {
    io::Error::other(format!("the session's supervisor answered {reply:?}"))
}

/// This very program, also where its file has been replaced since.
pub(super) fn own_program() -> io::Result<PathBuf> {
    if !cfg!(target_os = "linux") {
        return std::env::current_exe();
    }
    let link = PathBuf::from("/proc/self/exe");
    if link.symlink_metadata().is_err() {
        let words = "/proc is not mounted, where a run finds its processes: `mount -t proc proc /proc`";
        return Err(io::Error::other(words));
    }
    Ok(link)
}
