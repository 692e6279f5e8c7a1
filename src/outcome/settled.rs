//! Steps and documents, added up: what is kept of those that have ended, where nobody will look at them one by one.

use super::{Counts, DocumentFold, Finished, State, StepKind};

/// Steps, added up: what the summary and the exit status need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Settled {
    pub(super) counts: Counts,
    /// The worst of their states.
    pub(super) worst: Option<State>,
    /// Whether one ran.
    pub(super) ran: bool,
    /// Whether one ran that is no cleanup, which proves nothing.
    pub(super) proves: bool,
    /// Whether one is not as expected, in every run.
    pub(super) wrong: bool,
    /// Why steps are unverified, each reason once.
    pub(super) reasons: Vec<String>,
}

impl Settled {
    /// These steps.
    pub(super) fn of(steps: &[Finished]) -> Self {
        let mut settled = Self::default();
        for step in steps {
            settled.counts.add(step.state);
            settled.worst = settled.worst.max(Some(step.state));
            settled.ran |= step.state.has_run();
            settled.proves |= step.state.has_run() && step.kind != StepKind::Cleanup;
            settled.wrong |= match step.state {
                State::Failed => true,
                State::Drifted | State::New => !step.accepted,
                State::Passed | State::Unverified | State::Skipped | State::NotRun => false,
            };
            if step.state == State::Unverified {
                add_new(&mut settled.reasons, step.reason.clone());
            }
        }
        settled
    }

    /// With these too.
    pub(super) fn and(mut self, others: Self) -> Self {
        self.counts.add_all(others.counts);
        self.worst = self.worst.max(others.worst);
        self.ran |= others.ran;
        self.proves |= others.proves;
        self.wrong |= others.wrong;
        add_new(&mut self.reasons, others.reasons);
        self
    }
}

/// Documents, added up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Total {
    pub(super) steps: Settled,
    /// Whether one failed; one that has not ended has failed.
    pub(super) failed: bool,
    /// How many have ended and failed without a failed step, which says more than their steps do.
    pub(super) failed_otherwise: usize,
    /// Why they did, each reason once.
    pub(super) reasons: Vec<String>,
    /// Programs in whose place others ran.
    pub(super) stood_in: Vec<String>,
    /// `macos page on linux`: pages for another system than the one that they ran on.
    pub(super) elsewhere: Vec<String>,
}

impl Total {
    /// With this document too.
    pub(super) fn add(&mut self, document: &DocumentFold) {
        let steps = document.all();
        let failed = document.state() == State::Failed;
        self.failed |= failed;
        if failed && document.is_finished() && steps.counts.failed == 0 {
            self.failed_otherwise += 1;
            add_new(&mut self.reasons, document.reason.clone());
        }
        self.steps = std::mem::take(&mut self.steps).and(steps);
        add_new(&mut self.stood_in, document.stood_in().iter().cloned());
        add_new(&mut self.elsewhere, document.elsewhere());
    }
}

/// Adds those of `more` that are not there yet.
fn add_new(texts: &mut Vec<String>, more: impl IntoIterator<Item = String>) {
    for text in more {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
}
