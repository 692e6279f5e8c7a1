//! What became of changed tutorials: for people, and for programs.

mod json;
mod terminal;
#[cfg(test)]
mod tests;
mod totals;
mod watch;

pub use json::json;
pub use terminal::{listed, survivors, totals as last_line};
pub use totals::Totals;
pub use watch::Watch;

/// A change, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// The page, from the root.
    pub document: String,
    /// The platform that it ran for.
    pub platform: Option<String>,
    /// The file that was changed, from the root; of a recording the one that has the step.
    pub file: String,
    /// Where, from 1.
    pub line: usize,
    /// The step.
    pub step: String,
    /// The sort of change: `digit-changed`.
    pub operator: &'static str,
    /// What stood there.
    pub before: String,
    /// What stood there instead; empty: nothing.
    pub after: String,
    /// What became of it.
    pub fate: Fate,
    /// The step that saw it, where one did.
    pub by: Option<String>,
    /// That step's words; the mark's reason; why it was left out.
    pub reason: Option<String>,
    /// What would catch it, where nothing did.
    pub hint: Option<&'static str>,
    /// How long it took.
    pub seconds: f64,
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A run of the page did not pass.
    Killed,
    /// The page had mistakes, so that it could not run.
    Check,
    /// A step took far longer than it does.
    TimedOut,
    /// All passed as before.
    Survived,
    /// The same, and the page says why.
    Equivalent,
    /// Its step did not run here, so nothing could have seen it.
    LeftOut,
    /// It was not tried: only listed, or not in the sample, or the run was interrupted.
    NotTried,
}

impl Fate {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Check => "killed-by-check",
            Self::TimedOut => "timed-out",
            Self::Survived => "survived",
            Self::Equivalent => "equivalent",
            Self::LeftOut => "left-out",
            Self::NotTried => "not-tried",
        }
    }

    /// Whether something saw the change.
    #[must_use]
    pub fn is_killed(self) -> bool {
        matches!(self, Self::Killed | Self::Check | Self::TimedOut)
    }
}
