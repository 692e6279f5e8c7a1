//! What is kept of the steps of a document that has ended, where nobody will look at them one by one.

use super::{Counts, Finished, State, StepKind};

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
            let reason = step.reason.iter().filter(|_| step.state == State::Unverified);
            for reason in reason {
                if !settled.reasons.contains(reason) {
                    settled.reasons.push(reason.clone());
                }
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
        for reason in others.reasons {
            if !self.reasons.contains(&reason) {
                self.reasons.push(reason);
            }
        }
        self
    }
}
