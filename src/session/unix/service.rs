//! Services as the supervisor has them: started in a session of their own, told apart from what steps leave behind.

use std::{
    collections::{HashMap, HashSet},
    ffi::OsString,
    fs::OpenOptions,
    io,
    os::{fd::OwnedFd, unix::process::CommandExt},
    path::Path,
    process::{Command, Stdio},
};

use rustix::{
    fs::{Mode, OFlags},
    process::{Pid, Signal, getpgid, getsid},
};

use super::{
    link::{RawPid, Scope},
    tree,
};

/// The argument that makes this program leave its terminal and become another one.
pub(super) const ARGUMENT: &str = "--lead-session";

/// Becomes the program that the arguments name, as the leader of a session without a terminal. The value is the exit
/// status where that can't be.
pub(super) fn become_one(mut arguments: impl Iterator<Item = OsString>) -> u8 {
    let _ = rustix::process::setsid();
    let Some(program) = arguments.next() else { return 126 };
    let mut command = Command::new(&program);
    if let Some(name) = Path::new(&program).file_name() {
        command.arg0(name);
    }
    let error = command.args(arguments).exec();
    // To the log: it is the standard error.
    let _ = io::Write::write_all(&mut io::stderr(), format!("{}: {error}\n", program.display()).as_bytes());
    127
}

/// The command by which `own`, this very program, becomes a service.
pub(super) fn leading(
    own: &Path,
    program: &Path,
    arguments: &[String],
    directory: &Path,
    environment: Vec<(String, String)>,
) -> Command {
    let mut command = Command::new(own);
    command.arg(ARGUMENT).arg(program).args(arguments);
    command.env_clear().envs(environment).current_dir(directory).stdin(Stdio::null());
    command
}

/// Starts a service whose streams go to `log`, in the directory `logs` where that is given.
pub(super) fn start(mut command: Command, logs: Option<&OwnedFd>, log: &Path) -> io::Result<RawPid> {
    // By appending, so that both streams keep their order.
    let out = match (logs, log.file_name()) {
        (Some(logs), Some(name)) => {
            let flags = OFlags::CREATE | OFlags::WRONLY | OFlags::APPEND | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            rustix::fs::openat(logs, name, flags, Mode::RUSR | Mode::WUSR)?.into()
        }
        _ => OpenOptions::new().create(true).append(true).open(log)?,
    };
    let err = out.try_clone()?;
    let child = command.stdout(out).stderr(err).spawn()?;
    Ok(RawPid::try_from(child.id()).unwrap_or(0))
}

/// The services of a session.
#[derive(Debug, Default)]
pub(super) struct Services {
    /// For the leader of each those that are known to belong to it though nothing shows it: daemons.
    adopted: HashMap<RawPid, Vec<RawPid>>,
}

impl Services {
    pub(super) fn add(&mut self, leader: RawPid) {
        self.adopted.insert(leader, Vec::new());
    }

    pub(super) fn adopt(&mut self, leader: RawPid, pid: RawPid) {
        self.adopted.entry(leader).or_default().push(pid);
    }

    /// The processes of the service that `leader` led: of its session, below it, and the daemons with what is below
    /// those.
    pub(super) fn members(&self, leader: RawPid, processes: &[tree::Process]) -> HashSet<RawPid> {
        let mut members: HashSet<RawPid> = self.adopted.get(&leader).into_iter().flatten().copied().collect();
        members.insert(leader);
        // Parents come before their children.
        for process in processes {
            if members.contains(&process.parent) || id(process.pid, getsid) == Some(leader) {
                members.insert(process.pid);
            }
        }
        let there: HashSet<RawPid> = processes.iter().map(|process| process.pid).collect();
        members.retain(|pid| there.contains(pid));
        members
    }

    /// Sends a signal to those of `members` that the terminal of the service would send it to, and to daemons.
    pub(super) fn signal(&self, leader: RawPid, members: &HashSet<RawPid>, signal: &str) {
        let Some(signal) = named(signal) else { return };
        let adopted = self.adopted.get(&leader).map(Vec::as_slice).unwrap_or_default();
        for &pid in members {
            if adopted.contains(&pid) || id(pid, getpgid) == Some(leader) {
                tree::send(pid, signal);
                // A stopped process would not see it.
                tree::send(pid, Signal::CONT);
            }
        }
    }

    /// The processes of `scope` among `processes`. What a step leaves behind is never part of a service, and the other
    /// way round.
    pub(super) fn chosen(&self, scope: &Scope, processes: &[tree::Process]) -> Vec<RawPid> {
        let (spare, ticks) = match scope {
            Scope::Since { spare, ticks } => (spare, *ticks),
            Scope::All { spare } => (spare, 0),
            Scope::Service { leader } => return self.members(*leader, processes).into_iter().collect(),
        };
        let mut spared: HashSet<RawPid> = spare.iter().flat_map(|&pid| tree::chain(processes, pid)).collect();
        if !spare.is_empty() {
            // Without shells to spare all of the session is to end.
            spared.extend(self.adopted.keys().flat_map(|&leader| self.members(leader, processes)));
        }
        let new =
            processes.iter().filter(|process| process.started >= ticks && !spared.contains(&process.pid));
        new.map(|process| process.pid).collect()
    }
}

/// The id of the session or group of a process.
fn id(pid: RawPid, of: impl Fn(Option<Pid>) -> rustix::io::Result<Pid>) -> Option<RawPid> {
    of(Some(Pid::from_raw(pid)?)).ok().map(|pid| pid.as_raw_nonzero().get())
}

/// The signals that a page may stop a service with.
fn named(signal: &str) -> Option<Signal> {
    Some(match signal {
        "TERM" => Signal::TERM,
        "INT" => Signal::INT,
        "QUIT" => Signal::QUIT,
        "HUP" => Signal::HUP,
        "KILL" => Signal::KILL,
        "USR1" => Signal::USR1,
        "USR2" => Signal::USR2,
        _ => return None,
    })
}
