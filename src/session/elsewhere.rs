//! The session on systems where no executor exists yet: every step is unverified, and says why.

use std::{
    io,
    marker::PhantomData,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    Cancel, Settings,
    attempt::{Channel, Ending, Job},
    placement::Placed,
};
use crate::{
    plan::{AnswerLine, FileCopy, Plan, Provided},
    platform::Shell,
};

const REASON: &str = "tutor cannot run steps on this system yet";

/// One session's hold on the machine: none.
#[derive(Debug)]
pub(super) struct Machine<'c> {
    cancel: PhantomData<&'c Cancel>,
}

/// What came of an attempt.
#[derive(Debug)]
pub(super) struct Attempt<'p> {
    pub(super) ending: Ending,
    pub(super) unused: Option<&'p AnswerLine>,
}

/// A service that was started.
#[derive(Clone, Debug)]
pub(super) struct Serving {
    log: PathBuf,
}

impl Serving {
    pub(super) fn log(&self) -> &Path {
        &self.log
    }
}

/// How a service ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(dead_code, reason = "no executor there yet that would make one")]
pub(super) enum Gone {
    Exited(i32),
    Killed(i32),
}

impl<'c> Machine<'c> {
    /// Why no step can run here.
    pub(super) fn unusable() -> Option<&'static str> {
        Some(REASON)
    }

    pub(super) fn open(_: &Plan, _: &[&Provided], _: &Settings, _: &'c Cancel) -> io::Result<Self> {
        Err(io::Error::other(REASON))
    }

    pub(super) fn replaced(&self) -> &[(String, String)] {
        &[]
    }

    pub(super) fn provide(&mut self, _: &[(String, String)]) {}

    pub(super) fn paths(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    pub(super) fn shell_files(&self) -> String {
        String::new()
    }

    pub(super) fn find(&self, _: Shell) -> Result<PathBuf, String> {
        Err(REASON.to_owned())
    }

    pub(super) fn run<'p>(
        &mut self,
        _: &Job<'_, 'p>,
        _: &mut dyn FnMut(Channel, &[u8]),
        _: &mut dyn FnMut(),
        _: &dyn Fn(usize) -> Option<Job<'p, 'p>>,
    ) -> io::Result<Attempt<'p>> {
        Err(io::Error::other(REASON))
    }

    pub(super) fn is_ahead(&self) -> bool {
        false
    }

    pub(super) fn write(&mut self, _: &str, _: Option<u32>, _: bool, _: &str) -> Result<(), String> {
        Err(REASON.to_owned())
    }

    pub(super) fn rewrite(&mut self, _: &str, _: &str) -> Result<(), String> {
        Err(REASON.to_owned())
    }

    pub(super) fn read(&mut self, _: &str) -> Result<Option<String>, String> {
        Err(REASON.to_owned())
    }

    pub(super) fn copy(&self, _: &[FileCopy]) -> io::Result<()> {
        Err(io::Error::other(REASON))
    }

    pub(super) fn script(&self, _: &str, _: &str, _: &str) -> io::Result<PathBuf> {
        Err(io::Error::other(REASON))
    }

    pub(super) fn list(&mut self, _: &str) -> Result<Vec<String>, String> {
        Err(REASON.to_owned())
    }

    pub(super) fn read_bytes(&mut self, _: &str, _: u64) -> Result<Option<Vec<u8>>, String> {
        Err(REASON.to_owned())
    }

    pub(super) fn exists(&mut self, _: &str) -> bool {
        false
    }

    pub(super) fn place(&mut self, _: &str, _: Vec<Placed>, _: bool) -> Result<(), String> {
        Err(REASON.to_owned())
    }

    pub(super) fn serve(&mut self, _: Shell, _: &str, _: &str) -> Result<Serving, String> {
        Err(REASON.to_owned())
    }

    pub(super) fn gone(&mut self, _: &Serving) -> Option<Gone> {
        None
    }

    pub(super) fn adopt(&mut self, _: &mut Serving, _: &str) -> Result<bool, String> {
        Err(REASON.to_owned())
    }

    pub(super) fn signal(&mut self, _: &Serving, _: &str) {}

    pub(super) fn waits_for_end(&mut self, _: &Serving, _: Duration) -> bool {
        true
    }

    pub(super) fn end_service(&mut self, _: &Serving) {}

    pub(super) fn finish(self, _: bool) -> Option<String> {
        None
    }
}

/// Terminal text belongs to what the step said on standard error.
pub(super) fn stream_of(channel: Channel) -> usize {
    usize::from(channel != Channel::Stdout)
}

pub(super) fn supervise_if_asked() -> Option<u8> {
    None
}

pub(super) fn start_early() {}

/// There is no Wine where there is Windows.
pub(super) fn wine(_: &Plan, _: &Settings) -> Option<String> {
    None
}
