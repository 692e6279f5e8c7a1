//! The states that a step or a document can end in.

use std::fmt;

use serde::Deserialize;

/// How a step ended; a document's state is the worst of its steps' (the order here, the worst last).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// By the author or a filter.
    Skipped,
    /// An earlier step failed.
    NotRun,
    /// As expected.
    Passed,
    /// Could not run here.
    Unverified,
    /// Nothing recorded yet.
    New,
    /// Ran, and was not as recorded.
    Drifted,
    /// Status, time-out, signal, answers.
    Failed,
}

impl State {
    /// All of them, in the order of the event stream and of the summary.
    pub const ALL: [Self; 7] =
        [Self::Passed, Self::Drifted, Self::Failed, Self::New, Self::Unverified, Self::Skipped, Self::NotRun];

    /// Whether a step in this state ran.
    #[must_use]
    pub fn has_run(self) -> bool {
        matches!(self, Self::Passed | Self::New | Self::Drifted | Self::Failed)
    }

    /// The word that reports and the event stream use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Drifted => "drifted",
            Self::Failed => "failed",
            Self::Unverified => "unverified",
            Self::Skipped => "skipped",
            Self::NotRun => "not-run",
            Self::New => "new",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
