//! Services from the runner's side: started, looked at, stopped.

use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    link::{RawPid, Reply, Request, Scope},
    machine::Machine,
    scratch::hand_on,
};
use crate::{
    platform::Shell,
    session::{powershell, services::Gone},
};

/// A service that was started.
#[derive(Clone, Debug)]
pub(in crate::session) struct Serving {
    leader: RawPid,
    /// The process that it forked away, where its page names one.
    daemon: Option<RawPid>,
    log: PathBuf,
}

impl Serving {
    /// Where its streams go.
    pub(in crate::session) fn log(&self) -> &Path {
        &self.log
    }
}

impl Machine<'_> {
    /// Starts `text` as a service of this name in a shell of its own, with the session's directory and exported
    /// variables.
    ///
    /// # Errors
    ///
    /// The system's words.
    pub(in crate::session) fn serve(
        &mut self,
        shell: Shell,
        name: &str,
        text: &str,
    ) -> Result<Serving, String> {
        self.start_service(shell, name, text).map_err(|error| error.to_string())
    }

    fn start_service(&mut self, shell: Shell, name: &str, text: &str) -> io::Result<Serving> {
        if let Some(last) = self.last {
            self.write_down(last)?;
        }
        let mut program = self.find(shell).map_err(io::Error::other)?;
        let ending = if shell == Shell::PowerShell { "ps1" } else { shell.program() };
        let script = self.script("services", &format!("{name}.{ending}"), text)?;
        let logs = self.scratch.logs();
        let log = logs.join(format!("{name}.log"));
        // An attempt before this one has written there too.
        std::fs::write(&log, "")?;
        hand_on(&log)?;
        let having = self.seen.having().unwrap_or_default();
        let mut environment = self.environment.clone();
        for (name, value) in having.variables {
            // A value that is no text can't be handed on.
            let Ok(value) = String::from_utf8(value) else { continue };
            environment.retain(|(known, _)| *known != name);
            environment.push((name, value));
        }
        let directory = having.directory.or_else(|| self.seen.directory.clone());
        let mut arguments: Vec<String> = match shell {
            Shell::Fish => vec!["--no-config".to_owned()],
            Shell::PowerShell => powershell::ARGUMENTS.map(str::to_owned).into(),
            Shell::Zsh => vec!["-f".to_owned(), "-e".to_owned()],
            Shell::Bash => vec!["--noprofile".to_owned(), "--norc".to_owned(), "-e".to_owned()],
            _ => vec!["-e".to_owned()],
        };
        arguments.push(script.to_string_lossy().into_owned());
        if shell.is_cmd() {
            let file = script.with_extension("bat");
            (program, arguments) = self.service_under_wine(shell, text, &file)?;
        }
        let directory = directory.unwrap_or_else(|| self.scratch.work());
        let request = Request::Serve { program, arguments, directory, environment, log: log.clone() };
        match self.keeper.ask(&request)? {
            Reply::Spawned { pid } => Ok(Serving { leader: pid, daemon: None, log }),
            Reply::Failed { message } => Err(io::Error::other(message)),
            other => Err(io::Error::other(format!("the session's supervisor answered {other:?}"))),
        }
    }

    /// How the service, or the daemon that it has become, has ended by itself; `None` where it runs.
    pub(in crate::session) fn gone(&mut self, serving: &Serving) -> Option<Gone> {
        // A supervisor that is gone is told by whatever is asked of it next.
        let _ = self.keeper.hear();
        let exit = self.keeper.exit_of(serving.daemon.unwrap_or(serving.leader))?;
        Some(match (exit.status, exit.signal) {
            (_, Some(signal)) => Gone::Killed(signal),
            (status, None) => Gone::Exited(status.unwrap_or(0)),
        })
    }

    /// Which bound the session has gone over, in words; told once.
    pub(in crate::session) fn over(&mut self) -> Option<String> {
        let _ = self.keeper.hear();
        self.keeper.over()
    }

    /// From now on the process whose id the file at `path` holds counts as the service. `Ok(false)`: there is no such
    /// file yet, or nothing in it.
    ///
    /// # Errors
    ///
    /// The system's words, or that it is no process id.
    pub(in crate::session) fn adopt(&mut self, serving: &mut Serving, path: &str) -> Result<bool, String> {
        let Some(text) = self.read(path)? else { return Ok(false) };
        let Some(first) = text.lines().next().map(str::trim).filter(|line| !line.is_empty()) else {
            return Ok(false);
        };
        let pid: RawPid =
            first.parse().ok().filter(|pid| *pid > 1).ok_or_else(|| format!("{path} holds no process id"))?;
        let leader = serving.leader;
        self.keeper.tell(&Request::Adopt { leader, pid }).map_err(|error| error.to_string())?;
        serving.daemon = Some(pid);
        Ok(true)
    }

    /// Sends the service a signal (`TERM`), as its terminal would.
    pub(in crate::session) fn signal(&mut self, serving: &Serving, signal: &str) {
        let _ = self.keeper.ask(&Request::Signal { leader: serving.leader, signal: signal.to_owned() });
    }

    /// Waits until nothing of the service is left; false where something is after `patience`.
    pub(in crate::session) fn waits_for_end(&mut self, serving: &Serving, patience: Duration) -> bool {
        let begun = Instant::now();
        let mut pause = Duration::from_micros(500);
        loop {
            match self.keeper.ask(&Request::Count { leader: serving.leader }) {
                Ok(Reply::Ended { count: 0 }) | Err(_) => return true,
                _ if begun.elapsed() >= patience => return false,
                _ => {}
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }

    /// Ends what is left of the service.
    pub(in crate::session) fn end_service(&mut self, serving: &Serving) {
        let _ = self.keeper.ask(&Request::Sweep { scope: Scope::Service { leader: serving.leader } });
    }
}
