//! How many steps ended in each state.

use serde::Deserialize;

use super::{Finished, State};

/// Steps in each state. Every step with an id counts, cleanup too, and every skipped block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[allow(missing_docs, reason = "the names of the states")]
pub struct Counts {
    pub passed: usize,
    pub drifted: usize,
    pub failed: usize,
    pub new: usize,
    pub unverified: usize,
    pub skipped: usize,
    pub not_run: usize,
}

impl Counts {
    /// Those of `steps`, each of them folded from its last attempt.
    #[must_use]
    pub fn of<'f>(steps: impl IntoIterator<Item = &'f Finished>) -> Self {
        let mut counts = Self::default();
        steps.into_iter().for_each(|step| counts.add(step.state));
        counts
    }

    /// One more in `state`.
    pub fn add(&mut self, state: State) {
        *self.at(state) += 1;
    }

    /// Those of `others`, too.
    pub(super) fn add_all(&mut self, others: Self) {
        for state in State::ALL {
            *self.at(state) += others.get(state);
        }
    }

    /// How many ended in `state`.
    #[must_use]
    pub fn get(mut self, state: State) -> usize {
        *self.at(state)
    }

    /// All of them.
    #[must_use]
    pub fn total(self) -> usize {
        State::ALL.into_iter().map(|state| self.get(state)).sum()
    }

    fn at(&mut self, state: State) -> &mut usize {
        match state {
            State::Passed => &mut self.passed,
            State::Drifted => &mut self.drifted,
            State::Failed => &mut self.failed,
            State::New => &mut self.new,
            State::Unverified => &mut self.unverified,
            State::Skipped => &mut self.skipped,
            State::NotRun => &mut self.not_run,
        }
    }
}
