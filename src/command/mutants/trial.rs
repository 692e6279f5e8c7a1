//! One run of a page, changed or not, as far as the first step that does not pass.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{
    super::{
        error::CommandError,
        job::{Job, jobs_on},
        load::{Loaded, load_with},
        options,
        ports::FreePorts,
    },
    baseline::{Baseline, Known},
    collect::{Candidate, Target},
};
use crate::{
    diagnostic::Severity,
    mutant::{Alteration, Stream},
    outcome::{Event, Finished, State, StepKind},
    plan::Plan,
    report::mutants::Fate,
    session::{self, Cancel},
};

/// Ports for all runs, so that none is given to two at once.
#[derive(Debug, Default)]
pub(super) struct Ports(Mutex<FreePorts>);

impl Ports {
    fn for_run(&self, shown: u16) -> u16 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).for_run(shown)
    }

    fn give_back(&self, plan: &Plan) {
        let ports = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for port in &plan.ports {
            ports.give_back(port.used);
        }
    }
}

/// What became of a change.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) fate: Fate,
    pub(super) by: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) seconds: f64,
}

/// What a run came to.
#[derive(Debug)]
pub(super) struct Ran {
    /// How the steps ended, by their ids.
    pub(super) steps: HashMap<String, Known>,
    /// The first step that did not pass.
    pub(super) killed: Option<Killed>,
    /// How far the run of the unchanged page came before that, at most: the order of its last step that ran.
    reached: Option<usize>,
}

impl Ran {
    /// Whether a step did not pass before the changed one had run: the change can't have done that.
    fn is_unrelated(&self, candidate: &Candidate, baseline: &Baseline) -> bool {
        let fell = self.killed.as_ref().is_some_and(|killed| killed.step.is_some());
        let changed = baseline.order(candidate.mutant.step.as_str());
        fell && self.reached.is_some() && self.reached < changed
    }
}

/// A step that did not pass, or the page itself.
#[derive(Clone, Debug)]
pub(super) struct Killed {
    pub(super) step: Option<String>,
    pub(super) state: State,
    pub(super) reason: Option<String>,
}

impl Killed {
    /// `look drifted: …`.
    pub(super) fn words(&self) -> String {
        let step = self.step.as_deref().unwrap_or("the page");
        match &self.reason {
            Some(reason) => format!("{step} {}: {reason}", self.state),
            None => format!("{step} {}", self.state),
        }
    }
}

/// The run of a page on the target's platform; `None` where it has none any more.
///
/// # Errors
///
/// Where it can't be planned.
pub(super) fn job_of(
    loaded: &Loaded,
    target: &Target,
    options: &options::Mutants,
    ports: &Ports,
) -> Result<Option<Job>, CommandError> {
    let jobs = jobs_on(loaded, &options.run, &|shown| ports.for_run(shown))?;
    Ok(jobs.into_iter().find(|job| job.plan.platform == target.platform))
}

/// Tries a change. `None` where it was interrupted.
///
/// # Errors
///
/// Where the system has no descriptor left.
pub(super) fn attempt(
    target: &Target,
    candidate: &Candidate,
    options: &options::Mutants,
    ports: &Ports,
    cancel: &Cancel,
) -> io::Result<Option<Verdict>> {
    let begun = Instant::now();
    let verdict =
        |fate, by, reason| Ok(Some(Verdict { fate, by, reason, seconds: begun.elapsed().as_secs_f64() }));
    let by_check = |reason: String| verdict(Fate::Check, None, Some(reason));
    let instead = candidate.text.clone().map(|text| (candidate.path.clone(), text));
    let loaded = match load_with(&target.file, &target.text, instead.into_iter().collect()) {
        Ok(loaded) => loaded,
        Err(error) => return by_check(error.to_string()),
    };
    let error = loaded.diagnostics.iter().find(|found| found.severity == Severity::Error);
    if let Some(error) = error {
        return by_check(error.message.clone());
    }
    let mut job = match job_of(&loaded, target, options, ports) {
        Ok(Some(job)) => job,
        Ok(None) => return by_check("the page does not run on this platform any more".to_owned()),
        Err(error) => return by_check(error.to_string()),
    };
    change_recording(&mut job, candidate);
    let patient = job.plan.clone();
    for step in &mut job.plan.steps {
        target.baseline.bound(step);
    }
    let mut ran = run(&job, &target.baseline, options, cancel)?;
    if ran.is_unrelated(candidate, &target.baseline) && cancel.level() == 0 {
        // The machine is busy, most likely.
        job.plan = patient;
        ran = run(&job, &target.baseline, options, cancel)?;
    }
    ports.give_back(&job.plan);
    if cancel.level() > 0 {
        return Ok(None);
    }
    let unrelated = ran.is_unrelated(candidate, &target.baseline);
    match ran.killed {
        Some(killed) if unrelated => {
            let reason = format!("it did not come to the change: {}", killed.words());
            verdict(Fate::LeftOut, None, Some(reason))
        }
        Some(Killed { step, reason, .. }) => {
            let late = reason.as_deref().is_some_and(|reason| reason.starts_with("timed out"));
            verdict(if late { Fate::TimedOut } else { Fate::Killed }, step, reason)
        }
        None if candidate.mark.is_some() => {
            verdict(Fate::Equivalent, None, candidate.mark.and_then(|mark| target.reason(mark)))
        }
        None => verdict(Fate::Survived, None, None),
    }
}

/// Changes the line of the recording that the change is about.
fn change_recording(job: &mut Job, candidate: &Candidate) {
    let Alteration::Recording { stream, line } = &candidate.mutant.alteration else { return };
    let step = candidate.mutant.step.as_str();
    let place = job.plan.steps.iter().position(|known| {
        known.id.as_ref().is_some_and(|id| id.as_str() == step) && known.file == candidate.file
    });
    let Some(recorded) = place.and_then(|index| job.recordings.get_mut(&index)) else { return };
    let text = match stream {
        Stream::Stdout => &mut recorded.stdout,
        Stream::Stderr => &mut recorded.stderr,
    };
    if let Some(text) = text {
        let lines = text.lines().enumerate();
        let changed: Vec<&str> = lines
            .map(|(index, old)| if index == *line { candidate.mutant.after.as_str() } else { old })
            .collect();
        *text = changed.join("\n") + "\n";
    }
}

/// Runs a page until a step does not pass that should; what follows then is only its cleanup.
///
/// # Errors
///
/// Where the system has no descriptor left.
pub(super) fn run(
    job: &Job,
    baseline: &Baseline,
    options: &options::Mutants,
    cancel: &Cancel,
) -> io::Result<Ran> {
    let own = Cancel::within(cancel)?;
    let mut listener = Listener {
        job,
        baseline,
        cancel: &own,
        steps: HashMap::new(),
        killed: None,
        reached: None,
        any: false,
    };
    session::run(&job.plan, &job.recordings, &options.run.settings, &own, &mut |event| listener.take(event));
    let Listener { steps, mut killed, reached, any, .. } = listener;
    if killed.is_none() && !any {
        killed = Some(Killed { step: None, state: State::Skipped, reason: Some("nothing ran".to_owned()) });
    }
    Ok(Ran { steps, killed, reached })
}

struct Listener<'a> {
    job: &'a Job,
    baseline: &'a Baseline,
    cancel: &'a Arc<Cancel>,
    steps: HashMap<String, Known>,
    killed: Option<Killed>,
    /// As in [`Ran`].
    reached: Option<usize>,
    /// Whether a step ran.
    any: bool,
}

impl Listener<'_> {
    fn take(&mut self, event: Event) {
        match event {
            Event::StepFinished(finished) => self.step(&finished),
            Event::DocumentFinished { state, reason, .. }
                if self.killed.is_none() && matches!(state, State::Failed | State::Drifted | State::New) =>
            {
                self.killed = Some(Killed { step: None, state, reason });
            }
            _ => {}
        }
    }

    fn step(&mut self, finished: &Finished) {
        let id = finished.place.step.clone();
        self.any |= finished.state.has_run() && finished.kind != StepKind::Cleanup;
        let wrong = matches!(finished.state, State::Failed | State::Drifted | State::New);
        let lost = id.as_deref().is_some_and(|id| self.baseline.passed(id))
            && matches!(finished.state, State::Unverified | State::Skipped);
        if self.killed.is_none() && finished.state.has_run() && finished.kind != StepKind::Cleanup {
            let order = id.as_deref().and_then(|id| self.baseline.order(id));
            self.reached = self.reached.max(order);
        }
        if self.killed.is_none() && (lost || wrong && self.is_last(finished)) {
            let (step, state, reason) = (id.clone(), finished.state, finished.reason.clone());
            self.killed = Some(Killed { step, state, reason });
            self.cancel.stop();
        }
        let took = Duration::from_secs_f64(finished.seconds.max(0.0));
        let (state, reason, attempt) = (finished.state, finished.reason.clone(), finished.attempt);
        if let Some(id) = id {
            let order = self.steps.get(&id).map_or(self.steps.len(), |known| known.order);
            self.steps.insert(id, Known { state, reason, attempt, took, order });
        }
    }

    /// Whether no other attempt follows.
    fn is_last(&self, finished: &Finished) -> bool {
        let place = &finished.place;
        let step = self.job.plan.steps.iter().find(|step| step.file == place.file && step.line == place.line);
        step.is_none_or(|step| finished.attempt > step.retry.times)
    }
}
