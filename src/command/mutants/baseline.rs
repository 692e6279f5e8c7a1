//! How a page runs as it is: what a changed one is held against.

use std::{collections::HashMap, time::Duration};

use super::{
    super::{error::CommandError, load::load_with, options},
    collect::Target,
    trial::{Ports, job_of, run},
};
use crate::{outcome::State, plan::Step, session::Cancel};

/// A step may take so many times as long as it did.
const TIMES: u32 = 5;
/// And so much longer: the machine may be busy.
const SLACK: Duration = Duration::from_secs(4);

/// How the steps of a page ended.
#[derive(Debug, Default)]
pub(super) struct Baseline {
    steps: HashMap<String, Known>,
    /// Why the page does not pass.
    pub(super) red: Option<String>,
    /// Whether other runs may go on beside one of the page.
    pub(super) alone: bool,
}

/// How a step ended.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) state: State,
    pub(super) reason: Option<String>,
    pub(super) attempt: u32,
    pub(super) took: Duration,
    /// Where it came in the run, from 0.
    pub(super) order: usize,
}

impl Baseline {
    /// Runs a page as it is.
    ///
    /// # Errors
    ///
    /// Where the page can't be read again.
    pub(super) fn of(
        target: &Target,
        options: &options::Mutants,
        cancel: &Cancel,
    ) -> Result<Self, CommandError> {
        let ports = Ports::default();
        let loaded = load_with(&target.file, &target.text, Vec::new())?;
        let Some(job) = job_of(&loaded, target, options, &ports)? else {
            return Ok(Self { red: Some("it has no steps here".to_owned()), ..Self::default() });
        };
        let ran = run(&job, &Self::default(), options, cancel).map_err(CommandError::Listen)?;
        let alone = !super::super::scheduler::fixed_ports(&job.plan).is_empty()
            || options.run.settings.relocate == crate::session::Relocate::InPlace;
        let red = ran.killed.map(|killed| killed.words());
        Ok(Self { steps: ran.steps, red, alone })
    }

    /// Why a change of that step can be seen by nothing; `None` where it has passed.
    pub(super) fn idle(&self, step: &str) -> Option<String> {
        match self.steps.get(step) {
            Some(Known { state: State::Passed, .. }) => None,
            Some(known) => Some(known.reason.clone().unwrap_or_else(|| known.state.to_string())),
            None => Some("it is no step of this run".to_owned()),
        }
    }

    /// Whether a step of that name passed.
    pub(super) fn passed(&self, step: &str) -> bool {
        self.steps.get(step).is_some_and(|known| known.state == State::Passed)
    }

    /// Where the step came in the run.
    pub(super) fn order(&self, step: &str) -> Option<usize> {
        self.steps.get(step).map(|known| known.order)
    }

    /// Bounds how long a step of a changed page may take: a few times as long as in the unchanged one.
    pub(super) fn bound(&self, step: &mut Step) {
        let Some(known) = step.id.as_ref().and_then(|id| self.steps.get(id.as_str())) else { return };
        step.timeout = step.timeout.min(known.took * TIMES + SLACK);
        if step.retry.times > 0 {
            let every = step.retry.every.as_secs_f64().max(0.001);
            let more = (SLACK.as_secs_f64() / every).ceil();
            // Small and never negative: the slack has few seconds, and a pause at least a thousandth.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let more = more as u32;
            step.retry.times = step.retry.times.min(known.attempt.saturating_sub(1) * TIMES + more);
        }
    }
}
