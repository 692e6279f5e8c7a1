//! How many changes came to what.

use super::{Fate, Tried};

/// How many changes came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Seen, in whichever way.
    pub killed: usize,
    /// Of these: by the check, before anything ran.
    pub by_check: usize,
    /// Of these: since a step took too long.
    pub timed_out: usize,
    /// Seen by nothing.
    pub survived: usize,
    /// Seen by nothing, and marked.
    pub equivalent: usize,
    /// Their steps could not run here.
    pub left_out: usize,
}

impl Totals {
    /// Adds up.
    pub fn of<'t>(all: impl IntoIterator<Item = &'t Tried>) -> Self {
        let mut totals = Self::default();
        for tried in all {
            let fate = tried.fate;
            totals.killed += usize::from(fate.is_killed());
            totals.by_check += usize::from(fate == Fate::Check);
            totals.timed_out += usize::from(fate == Fate::TimedOut);
            totals.survived += usize::from(fate == Fate::Survived);
            totals.equivalent += usize::from(fate == Fate::Equivalent);
            totals.left_out += usize::from(fate == Fate::LeftOut);
        }
        totals
    }

    /// All that could be seen.
    #[must_use]
    pub fn counted(&self) -> usize {
        self.killed + self.survived
    }

    /// The share that was seen, in percent, rounded down to a tenth; `None` where nothing was tried.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        let tenths = (self.killed * 1000).checked_div(self.counted())?;
        u32::try_from(tenths).ok().map(|tenths| f64::from(tenths) / 10.0)
    }

    /// Whether the share is less than `least` percent.
    #[must_use]
    pub fn is_below(&self, least: u8) -> bool {
        self.killed * 100 < usize::from(least) * self.counted()
    }
}
