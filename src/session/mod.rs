//! Runs a plan: shells, files, answers, time-outs, cleanup. Emits events, and never talks to the outside itself.

use std::collections::HashMap;

use crate::{outcome::Event, plan::Plan};

mod cancel;

pub use cancel::Cancel;

/// How relocated directories are made the run's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relocate {
    /// By a mount namespace where that works, else by text.
    Auto,
    /// By a mount namespace, or the document fails.
    Mount,
    /// By text.
    Text,
    /// Not at all: the machine's own directories.
    InPlace,
}

/// How to run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How relocated directories are made the run's own.
    pub relocate: Relocate,
    /// Leave the scratch directory.
    pub keep: bool,
}

/// The recorded streams of one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Standard output, where it was recorded.
    pub stdout: Option<String>,
    /// Standard error, where it was recorded.
    pub stderr: Option<String>,
}

/// Recordings of a plan's steps, by the step's index in the plan. None: nothing recorded yet.
pub type Recordings = HashMap<usize, Recorded>;

/// Runs all steps of `plan`, telling `emit` each event of the document from `DocumentStarted` to
/// `DocumentFinished`, whatever happens.
pub fn run(
    plan: &Plan,
    recordings: &Recordings,
    settings: &Settings,
    cancel: &Cancel,
    emit: &mut dyn FnMut(Event),
) {
    let _ = (plan, recordings, settings, cancel, emit);
}

/// Whether this process was started as a session's supervisor: then it has done that work, and this is its exit
/// status. To be called first in `main`, before anything is printed or read.
#[must_use]
pub fn supervise_if_asked() -> Option<u8> {
    None
}
