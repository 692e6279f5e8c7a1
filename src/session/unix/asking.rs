//! What is asked in a sandbox, by a process there.

use std::{
    io::Write as _,
    path::PathBuf,
    process::{ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use super::{
    link::{RawPid, Reply, Request},
    machine::Machine,
};
use crate::{
    certificate::Refusal,
    probe::Report,
    session::{
        Network,
        errand::{Errand, Found},
    },
};

/// The argument that makes this program do an errand and tell what it found.
pub(super) const ARGUMENT: &str = "--run-errand";

/// How long an errand may take beyond its own patience.
const SPARE: Duration = Duration::from_secs(10);

/// The longest answer, in bytes.
pub(super) const MOST_SAID: usize = 8 << 20;

/// Does the errand that the argument describes; the value is the exit status.
pub(super) fn run_one(argument: Option<std::ffi::OsString>) -> u8 {
    let errand = argument.and_then(|text| serde_json::from_str::<Errand>(text.to_str()?).ok());
    let Some(errand) = errand else { return 1 };
    let Ok(text) = serde_json::to_vec(&errand.run()) else { return 1 };
    u8::from(std::io::stdout().write_all(&text).is_err())
}

/// Starts an errand; its answer comes from the stream.
pub(super) fn start(
    own: &std::path::Path,
    errand: &Errand,
    directory: &std::path::Path,
    environment: Vec<(String, String)>,
) -> std::io::Result<(RawPid, ChildStdout)> {
    let mut child = Command::new(own)
        .arg(ARGUMENT)
        .arg(serde_json::to_string(errand)?)
        .env_clear()
        .envs(environment)
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let stream = child.stdout.take().ok_or_else(|| std::io::Error::other("no stream"))?;
    rustix::io::ioctl_fionbio(&stream, true)?;
    Ok((RawPid::try_from(child.id()).unwrap_or(0), stream))
}

impl Machine<'_> {
    /// Does an errand where the session is, if that is another place than here: `None` says that it is not. `stop` says that
    /// the run is interrupted.
    pub(in crate::session) fn ask(
        &mut self,
        errand: &Errand,
        patience: Duration,
        stop: &dyn Fn() -> bool,
    ) -> Option<Result<Found, String>> {
        self.is_sandboxed().then(|| self.ask_inside(errand, patience, stop))
    }

    fn ask_inside(
        &mut self,
        errand: &Errand,
        patience: Duration,
        stop: &dyn Fn() -> bool,
    ) -> Result<Found, String> {
        let wrong = |error: std::io::Error| error.to_string();
        let (directory, environment) = (self.scratch.work(), self.environment.clone());
        let request = Request::Errand { errand: errand.clone(), directory, environment };
        let pid = match self.keeper.ask(&request).map_err(wrong)? {
            Reply::Spawned { pid } => pid,
            Reply::Failed { message } => return Err(message),
            other => return Err(format!("the session's supervisor answered {other:?}")),
        };
        let begun = Instant::now();
        let mut pause = Duration::from_micros(200);
        loop {
            self.keeper.hear().map_err(wrong)?;
            if let Some(text) = self.keeper.said_by(pid) {
                return serde_json::from_str(&text)
                    .map_err(|_| "nothing came of it in the sandbox".to_owned());
            }
            if stop() || begun.elapsed() > patience + SPARE {
                self.keeper.ask(&Request::Kill { pids: vec![pid] }).map_err(wrong)?;
                return Err(if stop() { "interrupted" } else { "it took too long" }.to_owned());
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(10));
        }
    }

    /// Runs a probe block where the session is, if that is another place than here.
    pub(in crate::session) fn probe(
        &mut self,
        text: &str,
        patience: Duration,
        stop: &dyn Fn() -> bool,
    ) -> Option<Result<Result<Report, Refusal>, String>> {
        if !self.is_sandboxed() {
            return None;
        }
        let errand = Errand::Probe { text: text.to_owned(), base: self.base_directory(), patience };
        Some(match self.ask_inside(&errand, patience, stop) {
            Ok(Found::Probe(report)) => Ok(report.map(Report::from).map_err(Refusal::from)),
            Ok(_) => Err("nothing came of it in the sandbox".to_owned()),
            Err(message) => Err(message),
        })
    }

    /// Why the session can connect to nothing, where that is so.
    pub(in crate::session) fn no_network(&self) -> Option<String> {
        let none = self.sandbox.is_some_and(|sandbox| sandbox.network == Network::None);
        none.then(|| "the sandbox has no network; `--network loopback` gives it one of its own".to_owned())
    }

    fn base_directory(&mut self) -> PathBuf {
        match self.base() {
            super::link::Base::Directory(directory) => directory,
            super::link::Base::Process(_) => self.scratch.work(),
        }
    }
}
