//! The events: what a session emits, and every report consumes.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::State;
use crate::{plan::Action, source::LineChange};

/// One event with what every line of the stream carries. Serialised, it is one such line.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Stamped {
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
    /// The run's id.
    pub run: String,
    /// Counts up from 1 within the run.
    pub seq: u64,
    /// The machine's system.
    pub host: String,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// First of a stream.
    RunStarted {
        /// This program's version.
        tutor: String,
    },
    /// A page begins.
    DocumentStarted {
        /// The page, from the root.
        document: String,
        /// The page's platform.
        platform: Option<String>,
        /// Steps that it has, for progress.
        #[serde(default)]
        steps: usize,
        /// Programs in whose place the page's project runs others.
        #[serde(default)]
        stand_ins: Vec<String>,
        /// The version of the Wine under which steps for Windows run, where this is no Windows.
        #[serde(default)]
        wine: Option<String>,
    },
    /// An attempt at a step begins.
    StepStarted {
        /// Which.
        #[serde(flatten)]
        place: StepPlace,
        /// From 1.
        attempt: u32,
        /// What sort of step.
        kind: StepKind,
        /// The block as the page shows it.
        command: String,
    },
    /// An attempt at a step ended, or a step did not run (attempt 0).
    StepFinished(Box<Finished>),
    /// A page ended.
    DocumentFinished {
        /// The page, from the root.
        document: String,
        /// The page's platform.
        platform: Option<String>,
        /// The worst of its steps'; failed where a cleanup failed or the run was interrupted.
        state: State,
        /// Why, where no step says it: "interrupted", "the scratch directory could not be made: …".
        #[serde(default)]
        reason: Option<String>,
        /// Where the scratch directory was kept.
        #[serde(default)]
        scratch: Option<String>,
        /// Variables that the page takes from its caller and that are not set there.
        #[serde(default)]
        unset: Vec<String>,
        /// How long it took.
        seconds: f64,
    },
    /// Last of a stream.
    RunFinished {
        /// Steps in each state.
        #[serde(flatten)]
        counts: super::Counts,
        /// How long it took.
        seconds: f64,
    },
}

/// Which step an event speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
pub struct StepPlace {
    /// The page that runs, from the root.
    pub document: String,
    /// The page's platform.
    pub platform: Option<String>,
    /// The file that defines the step, from the root.
    pub file: String,
    /// The step's id; null for a skipped block without one.
    pub step: Option<String>,
    /// The line of its opening fence in `file`.
    pub line: usize,
}

/// What sort of step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// Runs in a shell.
    Shell,
    /// Commands and outputs in one block.
    Transcript,
    /// Keeps running.
    Service,
    /// Writes a file.
    File,
    /// Changes a file.
    Patch,
    /// A directory's names.
    Files,
    /// Makes certificates.
    Certificate,
    /// Connects and looks.
    Probe,
    /// Runs at the end.
    Cleanup,
    /// Never runs.
    Skip,
}

impl StepKind {
    /// The word that reports and the event stream use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Shell => "shell",
            Self::Transcript => "transcript",
            Self::Service => "service",
            Self::File => "file",
            Self::Patch => "patch",
            Self::Files => "files",
            Self::Certificate => "certificate",
            Self::Probe => "probe",
            Self::Cleanup => "cleanup",
            Self::Skip => "skip",
        }
    }
}

impl From<&Action> for StepKind {
    fn from(action: &Action) -> Self {
        match action {
            Action::Shell(_) => Self::Shell,
            Action::Transcript(_) => Self::Transcript,
            Action::Cleanup { .. } => Self::Cleanup,
            Action::File { .. } => Self::File,
            Action::Patch { .. } => Self::Patch,
            Action::Files { .. } => Self::Files,
            Action::Certificate { .. } => Self::Certificate,
            Action::Service(_) => Self::Service,
            Action::Probe { .. } => Self::Probe,
            Action::Skip => Self::Skip,
        }
    }
}

impl fmt::Display for StepKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How an attempt at a step ended.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Finished {
    /// Which step.
    #[serde(flatten)]
    pub place: StepPlace,
    /// From 1; 0 where the step did not run.
    pub attempt: u32,
    /// What sort of step.
    pub kind: StepKind,
    /// How it ended.
    pub state: State,
    /// Its exit status, where there was one.
    pub exit: Option<i32>,
    /// How long it took.
    pub seconds: f64,
    /// Standard output after redaction, bounded; both streams where they were read as one.
    pub stdout: String,
    /// Standard error after redaction, bounded.
    pub stderr: String,
    /// Whether something was left out of the two.
    pub truncated: bool,
    /// Why, in words, wherever the state is not passed.
    pub reason: Option<String>,
    /// What was expected, of a drifted step (bounded).
    #[serde(default)]
    pub expected: Option<String>,
    /// Expected against actual, of a drifted step: unified, lines begin with ` `, `-`, `+` (bounded).
    #[serde(default)]
    pub diff: Option<String>,
    /// The line of `file` that the outcome is about: an expected line that did not come, an answer never asked for.
    #[serde(default)]
    pub at: Option<usize>,
    /// Whether the step is held against a recording (else against the page, or nothing).
    #[serde(default)]
    pub recorded: bool,
    /// Whether what came was recorded in this run (`--accept`).
    #[serde(default)]
    pub accepted: bool,
    /// What changed on the machine since the recording: `openssl 1.1.1 → 3.0.19`.
    #[serde(default)]
    pub changed: Vec<String>,
    /// What varies of the certificates that it made, and is not in its receipt.
    #[serde(default)]
    pub certificates: Vec<Certificate>,
    /// What the page would have to say for the step to pass, of one that drifted from it. No part of the stream.
    #[serde(skip)]
    pub rewrite: Option<Box<Rewrite>>,
}

impl Finished {
    /// Whether it waits to be accepted, where its run leaves anything pending.
    #[must_use]
    pub fn waits(&self) -> bool {
        let page = self.rewrite.as_ref().is_some_and(|rewrite| rewrite.changes.is_ok());
        matches!(self.state, State::New | State::Drifted) && (self.recorded || page)
    }
}

/// Changes to the lines of a block, the first of which is 0; or why there can be none.
pub type Changes = Result<Vec<LineChange>, String>;

/// What a block of a page would have to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// The file that the block stands in, from the root, with `/`.
    pub file: String,
    /// The line of its opening fence, from 1.
    pub fence: usize,
    /// How it changes.
    pub changes: Changes,
}

/// What varies of a certificate. All of it is public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The id of its table in the block.
    pub id: String,
    /// Its serial number, hex.
    pub serial: String,
    /// From when, RFC 3339, UTC.
    pub not_before: String,
    /// Until when, RFC 3339, UTC.
    pub not_after: String,
    /// SHA-256 of the whole certificate, hex.
    pub sha256: String,
}
