//! How a plan is to be run.

use std::collections::HashMap;

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
    /// Run steps of Windows' command interpreter under Wine where there is no Windows.
    pub wine: bool,
}

/// What was recorded of one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The exit status, where there was one.
    pub exit: Option<i32>,
    /// Standard output, where it was recorded.
    pub stdout: Option<String>,
    /// Standard error, where it was recorded.
    pub stderr: Option<String>,
}

/// Recordings of a plan's steps, by the step's index in the plan. None: nothing recorded yet.
pub type Recordings = HashMap<usize, Recorded>;
