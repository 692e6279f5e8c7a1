//! The supervisor: a process of its own that stands over everything a document starts, and outlives the runner.
//!
//! It is the leader of the session's terminal and, on Linux, the reaper of every orphan below it. It does what has to
//! be done inside the session's view of the file system, and when its pipe to the runner closes, by whatever end the
//! runner came to, it ends all that is left.

use std::{
    collections::HashSet,
    io,
    os::{
        fd::OwnedFd,
        unix::{net::UnixStream, process::CommandExt},
    },
    path::Path,
    process::{ChildStdout, Command, Stdio},
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{Pid, Signal, WaitStatus},
};

use crate::session::{disk, errand::Errand, placement::place};

use super::{
    asking, guard, inside, limits,
    link::{Base, How, Link, RawPid, Reply, Request, Scope, Start},
    readers,
    service::{self, Services},
    tree,
};

/// The argument that makes this program a supervisor.
pub(super) const ARGUMENT: &str = "--supervise-session";

/// Does the supervisor's work where this process was started as one, and returns its exit status.
pub(in crate::session) fn supervise_if_asked() -> Option<u8> {
    let mut arguments = std::env::args_os().skip(1);
    match arguments.next()?.to_str()? {
        ARGUMENT => {}
        asking::ARGUMENT => return Some(asking::run_one(arguments.next())),
        service::ARGUMENT => return Some(service::become_one(arguments)),
        _ => return None,
    }
    let inner = arguments.next().and_then(|start| start.into_string().ok());
    Some(supervise(inner.as_deref()).unwrap_or(1))
}

/// The exit status of a supervisor whose runner was gone before it said that all is done.
pub(super) const ABANDONED: u8 = 3;

fn supervise(inner: Option<&str>) -> io::Result<u8> {
    // Out of reach of the runner's terminal, whose Ctrl-C is the runner's to take.
    let _ = rustix::process::setsid();
    // Standard input is the socket; the number is fixed by how the runner starts us.
    // No shell may inherit it: the runner learns of this process's end by the end of the conversation.
    let socket = UnixStream::from(rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?);
    let mut link = Link::new(socket);
    let start: Start = match inner {
        Some(json) => serde_json::from_str(json)?,
        None => match link.receive()? {
            Some(start) => start,
            None => return Ok(ABANDONED),
        },
    };
    if start.view.is_some() && inner.is_none() {
        let outcome = guard::stand(&start).map(|()| 0);
        if let Err(error) = &outcome {
            let _ = link.send(&Reply::Failed { message: error.to_string() });
        }
        return outcome;
    }
    let outcome = Supervisor::stand(start, &mut link);
    if let Err(error) = &outcome {
        let _ = link.send(&Reply::Failed { message: error.to_string() });
    }
    outcome
}

/// How serving a session ended.
enum Served {
    /// All is done.
    Whole,
    /// This session is, and another may come.
    Session,
    /// The runner is gone.
    Abandoned,
}

struct Supervisor<'l> {
    link: &'l mut Link,
    own: RawPid,
    watched: HashSet<RawPid>,
    start: Start,
    /// Where the session finds its terminal.
    terminal: std::path::PathBuf,
    /// This very program.
    program: std::path::PathBuf,
    children: UnixStream,
    ground: disk::Ground,
    services: Services,
    watch: limits::Watch,
    /// What bounds the number of processes, where the kernel can.
    #[cfg(target_os = "linux")]
    group: Option<super::holding::Group>,
    /// Errands under way: the process, its stream, and what it has said so far.
    errands: Vec<(RawPid, ChildStdout, Vec<u8>)>,
    /// The directory of the services' logs, where it cannot be written to by its name.
    logs: Option<OwnedFd>,
}

impl<'l> Supervisor<'l> {
    fn stand(start: Start, link: &'l mut Link) -> io::Result<u8> {
        let children = prepare()?;
        let terminal = super::terminal::open_slave(&start.terminal)?;
        rustix::process::ioctl_tiocsctty(&terminal)?;
        #[cfg(target_os = "linux")]
        let group = super::holding::hold(&start);
        let logs = inside::enter(&start)?;
        link.send(&Reply::Ready)?;
        let mut supervisor = Self {
            link,
            own: rustix::process::getpid().as_raw_nonzero().get(),
            watched: HashSet::new(),
            terminal: inside::terminal_of(&start),
            program: inside::program_of(&start)?,
            children,
            ground: ground_of(&start),
            services: Services::default(),
            watch: limits::Watch::new(&start),
            #[cfg(target_os = "linux")]
            group,
            errands: Vec::new(),
            logs,
            start,
        };
        loop {
            match supervisor.serve().unwrap_or(Served::Abandoned) {
                Served::Whole => return Ok(0),
                Served::Abandoned => {
                    supervisor.abandoned();
                    return Ok(ABANDONED);
                }
                Served::Session => {
                    let Some(next) = supervisor.link.receive::<Start>()? else {
                        supervisor.abandoned();
                        return Ok(0);
                    };
                    supervisor.begin_again(next);
                }
            }
        }
    }

    /// A next session, without a view of its own, on the same terminal.
    fn begin_again(&mut self, start: Start) {
        self.watched.clear();
        self.services = Services::default();
        self.ground = ground_of(&start);
        self.watch = limits::Watch::new(&start);
        self.errands.clear();
        self.start = start;
    }

    /// The runner is gone: nobody will look at what is left, and nobody else will remove it.
    fn abandoned(&mut self) {
        self.end_all(Duration::ZERO);
        if self.start.view.is_none() {
            let _ = std::fs::remove_dir_all(&self.start.scratch);
            let _ = std::fs::remove_dir_all(&self.start.shells);
        }
    }

    /// Answers until told to finish, or the runner is gone.
    fn serve(&mut self) -> io::Result<Served> {
        loop {
            loop {
                match self.link.poll::<Request>() {
                    Ok(Some(request)) => {
                        if let Some(served) = self.answer(request)? {
                            return Ok(served);
                        }
                    }
                    Ok(None) => break,
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                        return Ok(Served::Abandoned);
                    }
                    Err(error) => return Err(error),
                }
            }
            let mut ready = vec![
                PollFd::from_borrowed_fd(self.link.fd(), PollFlags::IN),
                PollFd::new(&self.children, PollFlags::IN),
            ];
            ready.extend(self.errands.iter().map(|(_, stream, _)| PollFd::new(stream, PollFlags::IN)));
            let time = Timespec { tv_sec: 0, tv_nsec: i64::from(limits::EVERY.subsec_nanos()) };
            // With nothing below it there is nothing to watch.
            let time = (!self.watched.is_empty()).then_some(&time);
            match poll(&mut ready, time) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(errno) => return Err(errno.into()),
            }
            if !ready[1].revents().is_empty() {
                drain(&self.children);
                self.reap()?;
            }
            self.hear_errands()?;
            self.watch()?;
        }
    }

    /// Does what `request` asks; how it ended after the last one.
    fn answer(&mut self, request: Request) -> io::Result<Option<Served>> {
        let reply = match request {
            Request::Spawn { program, arguments, directory, environment } => {
                self.spawn(&program, &arguments, &directory, environment)
            }
            Request::Serve { program, arguments, directory, environment, log } => {
                let command = service::leading(&self.program, &program, &arguments, &directory, environment);
                self.start_service(command, &log)
            }
            Request::Adopt { leader, pid } => {
                self.watched.insert(pid);
                self.services.adopt(leader, pid);
                return Ok(None);
            }
            Request::Signal { leader, signal } => {
                let members = self.services.members(leader, &tree::descendants(self.own));
                self.services.signal(leader, &members, &signal);
                Reply::Ended { count: members.len() }
            }
            Request::Count { leader } => {
                self.reap()?;
                let look = || self.services.members(leader, &tree::descendants(self.own)).len();
                // One more look: a process may have changed its parent while the tree was read. Its shell ends first.
                let count = Some(look()).filter(|&count| count > 0).unwrap_or_else(look);
                Reply::Ended { count }
            }
            Request::Watch { pid } => {
                self.watched.insert(pid);
                return Ok(None);
            }
            Request::End { scope, how } => Reply::Ended { count: self.end_once(&scope, how) },
            Request::Sweep { scope } => Reply::Ended { count: self.end(&scope, Duration::ZERO) },
            Request::Kill { pids } => {
                for &pid in &pids {
                    tree::send(pid, Signal::KILL);
                }
                self.reap()?;
                Reply::Ended { count: pids.len() }
            }
            Request::Readers => Reply::Reading(readers::reading(self.own, &self.terminal)),
            Request::Write { base, path, way, mode, text } => {
                disk::write(&self.ground, &directory_of(&base), &path, (way, mode), &text)
                    .map_or_else(|message| Reply::Failed { message }, |()| Reply::Done)
            }
            Request::Read { base, path } => disk::read(&directory_of(&base), &path)
                .map_or_else(|message| Reply::Failed { message }, Reply::Text),
            Request::ReadBytes { base, path, most } => disk::read_bytes(&directory_of(&base), &path, most)
                .map_or_else(|message| Reply::Failed { message }, Reply::Bytes),
            Request::Errand { errand, directory, environment } => {
                self.run_errand(&errand, &directory, environment)
            }
            Request::Where { pid } => Reply::Place(std::fs::read_link(format!("/proc/{pid}/cwd")).ok()),
            Request::Alive { pid } => Reply::There(tree::runs(pid)),
            Request::Exists { base, path } => {
                Reply::There(directory_of(&base).join(path).symlink_metadata().is_ok())
            }
            Request::Place { base, directory, files, replace } => {
                let may_replace = |path: &Path| {
                    if replace { self.ground.may_replace(path) } else { Ok(false) }
                };
                place(&directory_of(&base).join(directory), &files, &may_replace)
                    .map_or_else(|message| Reply::Failed { message }, |()| Reply::Done)
            }
            Request::List { base, directory } => disk::list(&directory_of(&base), &directory)
                .map_or_else(|message| Reply::Failed { message }, Reply::Names),
            Request::Finish { grace_ms, stay } => {
                let count = self.end_all(Duration::from_millis(grace_ms));
                self.link.send(&Reply::Ended { count })?;
                return Ok(Some(if stay { Served::Session } else { Served::Whole }));
            }
        };
        self.link.send(&reply)?;
        Ok(None)
    }

    fn start_service(&mut self, command: Command, log: &Path) -> Reply {
        match service::start(command, self.logs.as_ref(), log) {
            Ok(pid) => {
                self.watched.insert(pid);
                self.services.add(pid);
                Reply::Spawned { pid }
            }
            Err(error) => Reply::Failed { message: error.to_string() },
        }
    }

    fn run_errand(&mut self, errand: &Errand, directory: &Path, environment: Vec<(String, String)>) -> Reply {
        match asking::start(&self.program, errand, directory, environment) {
            Ok((pid, stream)) => {
                self.errands.push((pid, stream, Vec::new()));
                Reply::Spawned { pid }
            }
            Err(error) => Reply::Failed { message: error.to_string() },
        }
    }

    fn spawn(
        &mut self,
        program: &Path,
        arguments: &[String],
        directory: &Path,
        environment: Vec<(String, String)>,
    ) -> Reply {
        let mut command = Command::new(program);
        command.args(arguments).env_clear().envs(environment).current_dir(directory);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some(name) = program.file_name() {
            command.arg0(name);
        }
        // The shell stays in this process's group, which is the terminal's foreground one: so whatever shell runs, its
        // children may read the terminal.
        match command.spawn() {
            Ok(child) => {
                let pid = RawPid::try_from(child.id()).unwrap_or(0);
                self.watched.insert(pid);
                Reply::Spawned { pid }
            }
            Err(error) => Reply::Failed { message: error.to_string() },
        }
    }

    /// Takes what errands have said, and tells it where they are done.
    fn hear_errands(&mut self) -> io::Result<()> {
        let mut buffer = [0; 16 * 1024];
        let mut index = 0;
        while index < self.errands.len() {
            let (pid, stream, said) = &mut self.errands[index];
            match rustix::io::read(&*stream, &mut buffer) {
                Ok(count) if count > 0 && said.len() < asking::MOST_SAID => {
                    said.extend_from_slice(&buffer[..count]);
                }
                Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => index += 1,
                Ok(_) | Err(_) => {
                    let reply = Reply::Said { pid: *pid, text: String::from_utf8_lossy(said).into_owned() };
                    self.errands.remove(index);
                    self.link.send(&reply)?;
                }
            }
        }
        Ok(())
    }

    /// Looks whether the session goes over a bound, and tells it; where nobody does anything about that, ends what it runs.
    fn watch(&mut self) -> io::Result<()> {
        if !self.watch.is_due() {
            return Ok(());
        }
        #[cfg(target_os = "linux")]
        if let Some(group) = &mut self.group {
            group.take_in(self.own);
        }
        let shells: Vec<RawPid> = self.watched.iter().copied().collect();
        let Some(over) = self.watch.look(self.own, &shells) else { return Ok(()) };
        if let Some(reason) = over.reason {
            self.link.send(&Reply::Over { reason })?;
        }
        if over.end {
            self.end(&Scope::All { spare: Vec::new() }, Duration::ZERO);
        }
        Ok(())
    }

    /// Ends those that are there now. A shell whose child this was may fork a copy of itself that goes on with the
    /// loop: that one is not known here, and must live.
    fn end_once(&mut self, scope: &Scope, how: How) -> usize {
        let victims = self.services.chosen(scope, &tree::descendants(self.own));
        for &pid in &victims {
            match how {
                How::Term => {
                    tree::send(pid, Signal::TERM);
                    // A stopped process would not see it.
                    tree::send(pid, Signal::CONT);
                }
                How::Kill => tree::send(pid, Signal::STOP),
            }
        }
        if how == How::Kill {
            for &pid in &victims {
                tree::send(pid, Signal::KILL);
            }
        }
        victims.len()
    }

    /// Ends all of `scope`, until none is left.
    fn end(&mut self, scope: &Scope, grace: Duration) -> usize {
        let services = &self.services;
        let choose = |processes: &[tree::Process]| services.chosen(scope, processes);
        let mut ended = Vec::new();
        let count = tree::end(self.own, grace, &choose, &mut |pid, status| ended.push((pid, status)));
        for (pid, status) in ended {
            let _ = self.tell(pid, status);
        }
        count
    }

    /// Ends all that is left, the shells with it; first gently, where there is more than shells.
    fn end_all(&mut self, grace: Duration) -> usize {
        let shells: Vec<RawPid> = self.watched.iter().copied().collect();
        let count = self.end(&Scope::All { spare: shells }, grace);
        self.end(&Scope::All { spare: Vec::new() }, Duration::ZERO);
        count
    }

    fn reap(&mut self) -> io::Result<()> {
        let mut ended = Vec::new();
        tree::reap(&mut |pid, status| ended.push((pid, status)));
        ended.into_iter().try_for_each(|(pid, status)| self.tell(pid, status))
    }

    fn tell(&mut self, pid: Pid, status: WaitStatus) -> io::Result<()> {
        let pid = pid.as_raw_nonzero().get();
        if self.watched.remove(&pid) {
            let (status, signal) = (status.exit_status(), status.terminating_signal());
            self.link.send(&Reply::Exited { pid, status, signal })?;
        }
        Ok(())
    }
}

/// Makes this process what a supervisor must be, and returns the end that becomes readable when a child ends.
pub(super) fn prepare() -> io::Result<UnixStream> {
    let _ = rustix::process::setsid();
    #[cfg(target_os = "linux")]
    rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
    let (children, end) = UnixStream::pair()?;
    children.set_nonblocking(true)?;
    signal_hook::low_level::pipe::register(signal_hook::consts::SIGCHLD, end)?;
    // `kill 0` in a step reaches this process too, and the hang-up of the terminal when the runner dies.
    let ignored = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    for signal in [
        signal_hook::consts::SIGTERM,
        signal_hook::consts::SIGINT,
        signal_hook::consts::SIGHUP,
        signal_hook::consts::SIGUSR1,
        signal_hook::consts::SIGUSR2,
        signal_hook::consts::SIGALRM,
    ] {
        signal_hook::flag::register(signal, std::sync::Arc::clone(&ignored))?;
    }
    Ok(children)
}

/// Empties the self-pipe that SIGCHLD fills.
pub(super) fn drain(stream: &UnixStream) {
    let mut buffer = [0; 256];
    while let Ok(count) = io::Read::read(&mut &*stream, &mut buffer) {
        if count < buffer.len() {
            return;
        }
    }
}

/// The directories whose files the session may write over.
fn ground_of(start: &Start) -> disk::Ground {
    disk::Ground::new(start.own.as_deref().unwrap_or_default(), start.own.is_none())
}

fn directory_of(base: &Base) -> std::path::PathBuf {
    match base {
        Base::Process(pid) => format!("/proc/{pid}/cwd").into(),
        Base::Directory(directory) => directory.clone(),
    }
}
