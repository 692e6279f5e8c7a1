//! Services: each a job of its own, which steps do not touch.

use std::{
    fs::OpenOptions,
    io,
    os::windows::io::AsRawHandle,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    console::PseudoConsole,
    interpreter::Batch,
    machine::{GONE, Machine},
    pwsh,
    system::{self, Job, Process, Start},
};
use crate::{platform::Shell, session::services::Gone};

/// A service that was started.
#[derive(Clone, Debug)]
pub(in crate::session) struct Serving {
    /// Which of the session's.
    index: usize,
    log: PathBuf,
}

impl Serving {
    /// Where its streams go.
    pub(in crate::session) fn log(&self) -> &Path {
        &self.log
    }
}

/// A service's processes.
#[derive(Debug)]
pub(super) struct Service {
    job: Job,
    console: PseudoConsole,
    leader: Process,
    /// The process that it left behind, where its page names one.
    daemon: Option<Process>,
}

impl Machine<'_> {
    /// Starts `text` as a service of this name, with the session's directory and variables.
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
        let program = self.find(shell).map_err(io::Error::other)?;
        let files = self.scratch.shells().join("services");
        let arguments = if shell == Shell::PowerShell {
            pwsh::service(&files, name, text)?
        } else {
            let batch = Batch::write(&files, name, (text, shell == Shell::Cmd), &self.state, false)?;
            batch.arguments(false, false)
        };
        let logs = self.scratch.root().join("logs");
        std::fs::create_dir_all(&logs)?;
        let log = logs.join(format!("{name}.log"));
        // An attempt before this one has written there too.
        std::fs::write(&log, "")?;
        // By appending, so that both streams keep their order.
        let output = OpenOptions::new().append(true).open(&log)?;
        let job = Job::new(false)?;
        // So that a key can be pressed there.
        let console = PseudoConsole::open()?;
        console.is_not_read();
        let leader = system::start(&Start {
            program: &program,
            arguments: &arguments,
            directory: &self.directory(),
            environment: &self.state.variables,
            jobs: &[&self.job, &job],
            input: self.streams.nothing(),
            output: output.as_raw_handle(),
            error: output.as_raw_handle(),
            console: Some(&console),
        })?;
        self.services.push(Service { job, console, leader, daemon: None });
        Ok(Serving { index: self.services.len() - 1, log })
    }

    fn service(&self, serving: &Serving) -> Option<&Service> {
        self.services.get(serving.index)
    }

    /// How the service, or the daemon that it has become, has ended by itself; `None` where it runs.
    pub(in crate::session) fn gone(&mut self, serving: &Serving) -> Option<Gone> {
        let service = self.service(serving)?;
        service.daemon.as_ref().unwrap_or(&service.leader).status().map(Gone::Exited)
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
        let id =
            first.parse().ok().filter(|id| *id > 0).ok_or_else(|| format!("{path} holds no process id"))?;
        let daemon = Process::open(id).map_err(|error| format!("process {id}: {error}"))?;
        if let Some(service) = self.services.get_mut(serving.index) {
            service.daemon = Some(daemon);
        }
        Ok(true)
    }

    /// Asks the service to end. Windows has no signals: for each but KILL it is Control-C, pressed in the service's own
    /// console.
    pub(in crate::session) fn signal(&mut self, serving: &Serving, signal: &str) {
        let Some(service) = self.services.get_mut(serving.index) else { return };
        if signal == "KILL" {
            service.job.end(GONE);
        } else {
            let _ = service.console.interrupt();
        }
    }

    /// Waits until nothing of the service is left; false where something is after `patience`.
    pub(in crate::session) fn waits_for_end(&mut self, serving: &Serving, patience: Duration) -> bool {
        self.service(serving).is_none_or(|service| service.job.is_over_within(patience))
    }

    /// Ends what is left of the service.
    pub(in crate::session) fn end_service(&mut self, serving: &Serving) {
        if let Some(service) = self.service(serving) {
            service.job.end(GONE);
        }
    }
}
