//! One document's run, step after step: what runs, what does not and why, cleanup at the end.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use super::{
    Cancel, Recordings, Settings,
    attempt::{Ending, Job, is_plain, stream_of},
    certificates,
    evaluate::{self, Evaluation},
    host::{self, Machine},
    interpreter, obstacles,
    output::Output,
    probes,
    redactors::Redactors,
    requirement::Programs,
    services::{Fallen, Services},
    stage::{Done, Ran, Stage},
    transcript, versions,
};
use crate::{
    outcome::{Event, Finished, State, StepKind, StepPlace},
    plan::{Action, Expected, Plan, Relocation, Ruling, ShellAction, Step},
    platform::Shell,
    redact::Redactor,
};

/// Runs all steps of `plan`, telling `emit` each event of the document from `DocumentStarted` to
/// `DocumentFinished`, whatever happens.
pub fn run(
    plan: &Plan,
    recordings: &Recordings,
    settings: &Settings,
    cancel: &Cancel,
    emit: &mut dyn FnMut(Event),
) {
    let begun = Instant::now();
    let platform = plan.platform.as_ref().map(ToString::to_string);
    let provided = Programs::of(plan).used(plan);
    emit(Event::DocumentStarted {
        document: plan.document.clone(),
        platform: platform.clone(),
        steps: plan.steps.len(),
        stand_ins: provided.iter().filter(|used| used.stands_in).map(|used| used.program.clone()).collect(),
        wine: host::wine(plan, settings),
    });
    let relocated;
    let mut run = Run {
        plan,
        recordings,
        cancel,
        emit,
        platform: platform.clone(),
        asked: plan.steps.iter().any(|step| !step.needs.is_empty()),
        states: HashMap::new(),
        worst: State::Skipped,
        stopped: None,
        reason: None,
        ran: false,
        services: Services::default(),
    };
    let mut scratch = None;
    match run.obstacle(settings) {
        Some((state, reason)) => run.none_runs(state, &reason),
        None => match Machine::open(plan, &provided, settings, cancel) {
            Ok(machine) => {
                let relocation = Relocation::new(machine.replaced().to_vec());
                if !relocation.is_empty() {
                    relocated = plan.relocated(&relocation);
                    run.plan = &relocated;
                }
                match machine.copy(&plan.copy) {
                    Ok(()) => scratch = run.all(machine, settings),
                    Err(error) => {
                        run.reason = Some(format!("a file of the page could not be copied: {error}"));
                        run.none_runs(State::NotRun, "the page's files could not be copied");
                        scratch = machine.finish(settings.keep);
                    }
                }
            }
            Err(error) => {
                run.reason = Some(format!("the session could not start: {error}"));
                run.none_runs(State::NotRun, "the session could not start");
            }
        },
    }
    if cancel.level() > 0 {
        run.reason = Some(cancel.reason().to_owned());
    }
    let state = if run.reason.is_some() { State::Failed } else { run.worst };
    let reason = run.reason.take();
    let seconds = begun.elapsed().as_secs_f64();
    (run.emit)(Event::DocumentFinished {
        document: plan.document.clone(),
        platform,
        state,
        reason,
        scratch,
        unset: plan.unset.clone(),
        seconds,
    });
}

/// A run under way.
struct Run<'r> {
    plan: &'r Plan,
    recordings: &'r Recordings,
    cancel: &'r Cancel,
    emit: &'r mut dyn FnMut(Event),
    platform: Option<String>,
    /// How steps ended, by their index in the plan.
    states: HashMap<usize, State>,
    /// Whether any step asks for that.
    asked: bool,
    worst: State,
    /// Why later steps do not run.
    stopped: Option<String>,
    /// Why the document failed, where no step says it.
    reason: Option<String>,
    /// Whether some step has run: else there is nothing to clean up.
    ran: bool,
    /// The services that run, in the order in which they started.
    services: Services<'r>,
}

impl<'r> Run<'r> {
    /// What keeps the whole page from running.
    fn obstacle(&self, settings: &Settings) -> Option<(State, String)> {
        if self.cancel.level() > 0 {
            return Some((State::NotRun, self.cancel.reason().to_owned()));
        }
        let programs = Programs::of(self.plan);
        // What asks for a version runs a command: of a page from strangers in the sandbox, once that stands.
        let unmet = |needed| match settings.sandbox {
            Some(_) => programs.absent(needed),
            None => programs.unmet(needed, &mut versions::said),
        };
        if let Some(reason) = self.plan.requires.iter().find_map(unmet) {
            return Some((State::Unverified, reason));
        }
        if self
            .plan
            .steps
            .iter()
            .all(|step| step.ruling.is_some() || matches!(step.action, Action::Cleanup { .. }))
        {
            return Some((State::Skipped, "no other step runs".to_owned()));
        }
        None
    }

    /// No step runs; those that the plan ruled out keep their own reason.
    fn none_runs(&mut self, state: State, reason: &str) {
        let plan = self.plan;
        for step in &plan.steps {
            match &step.ruling {
                Some(ruling) => self.rule(step, ruling),
                None => self.passed_over(step, state, reason),
            }
        }
    }

    /// All steps, then cleanup; the scratch directory where it is still there.
    fn all(&mut self, mut machine: Machine<'_>, settings: &Settings) -> Option<String> {
        let plan = self.plan;
        machine.provide(&plan.env);
        if let Some(reason) = obstacles::in_sandbox(&mut machine, plan, &|| self.cancel.level() > 0) {
            self.none_runs(State::Unverified, &reason);
            return machine.finish(settings.keep);
        }
        let redactors = Redactors::new(plan, &machine);
        let Some(first) = plan.steps.first() else { return machine.finish(settings.keep) };
        let mut stage = Stage { machine, redactor: redactors.of(first), late: None };
        for (index, step) in plan.steps.iter().enumerate() {
            // What the last step came to is looked at while the next one runs, where that is a shell's.
            if !matches!(step.action, Action::Shell(_)) || step.ruling.is_some() || !step.needs.is_empty() {
                self.settle(&mut stage);
            }
            if let Some(ruling) = &step.ruling {
                self.rule(step, ruling);
            } else if !matches!(step.action, Action::Cleanup { .. }) {
                stage.redactor = redactors.of(step);
                self.step(&mut stage, index, step);
            }
        }
        self.settle(&mut stage);
        let fallen = self.services.look(&mut stage, "before the end of the page");
        self.fallen(&mut stage, fallen);
        for step in plan.steps.iter().rev() {
            if step.ruling.is_none()
                && let Action::Cleanup { shell, interpreter, text } = &step.action
            {
                stage.redactor = redactors.of(step);
                let text = stage.text(interpreter.as_ref(), text);
                let shell = interpreter::shell(*shell, interpreter.as_ref());
                self.cleanup(&mut stage, step, shell, &text);
            }
        }
        let fallen = self.services.stop_all(&mut stage, &|| self.cancel.level() > 1);
        self.fallen(&mut stage, fallen);
        stage.machine.finish(settings.keep)
    }

    /// What went wrong with services, each time that something did; then no later step runs.
    fn fallen(&mut self, stage: &mut Stage<'_, '_>, fallen: Vec<Fallen<'_>>) {
        for (step, done) in fallen {
            self.settle(stage);
            // Of the attempt that was ready: a fold keeps the last word on it.
            self.finish(step, 1, done, true);
            self.stop_after(step, State::Failed);
        }
    }

    /// One step, or why it does not run.
    fn step<'s>(&mut self, stage: &mut Stage<'s, '_>, index: usize, step: &'s Step)
    where
        'r: 's,
    {
        // One that is on its way already runs, and is stopped there.
        if self.stopped.is_none() && self.cancel.level() > 0 && !stage.machine.is_ahead() {
            self.stopped = Some(self.cancel.reason().to_owned());
        }
        if self.stopped.is_none() && !self.services.is_empty() && !stage.machine.is_ahead() {
            let when = step.id.as_ref().map_or_else(String::new, |id| format!("before {id}"));
            let fallen = self.services.look(stage, &when);
            self.fallen(stage, fallen);
        }
        let stopped = self.stopped.clone().map(|reason| (State::NotRun, reason));
        let unmet = || self.unmet(stage, step).map(|reason| (State::Unverified, reason));
        if let Some((state, reason)) = stopped.or_else(unmet) {
            self.settle(stage);
            self.passed_over(step, state, &reason);
            return;
        }
        self.ran = true;
        let named = step.stops.iter().filter_map(|stopped| self.plan.steps.get(stopped.index));
        let fallen = self.services.stop(stage, named, self.cancel.level() > 1);
        self.fallen(stage, fallen);
        let mut attempt = 1;
        loop {
            let begun = Instant::now();
            let mut done = match &step.action {
                Action::Shell(action) => {
                    let ran = self.shell(stage, index, step, action, attempt);
                    if step.retry.times == 0 && ran.went_well() {
                        stage.late = Some(ran);
                        return;
                    }
                    ran.judge(stage.redactor)
                }
                other => {
                    self.start(step, attempt);
                    match other {
                        Action::File { path, mode, append, text } => stage.write(path, *mode, *append, text),
                        Action::Patch { path, hunks } => stage.patch(path, hunks),
                        Action::Transcript(action) => transcript::run(stage, step, action),
                        Action::Service(_) => {
                            let (plan, cancel) = (self.plan, self.cancel);
                            self.services.start(stage, &plan.steps[index], &|| cancel.level() > 0)
                        }
                        Action::Certificate { text, lines, expected } => {
                            let recorded = self.recordings.get(&index);
                            certificates::run(stage, (text, lines), expected, recorded)
                        }
                        Action::Probe { text, lines, expected } => {
                            let (recorded, cancel) = (self.recordings.get(&index), self.cancel);
                            let bounds = (step.timeout, &(|| cancel.level() > 0) as &dyn Fn() -> bool);
                            probes::run(stage, (text, lines), expected, recorded, bounds)
                        }
                        Action::Files { dir, names, lines } => stage.list(dir, names, lines),
                        _ => return,
                    }
                }
            };
            done.seconds = begun.elapsed().as_secs_f64();
            done.evaluation.spare(self.cancel);
            let wrong = matches!(done.evaluation.state, State::Failed | State::Drifted);
            let outcome = done.evaluation.state;
            let again = wrong && attempt <= step.retry.times && self.cancel.level() == 0;
            self.finish(step, attempt, done, !again);
            if !again || !self.pause(step.retry.every) {
                if again || outcome == State::Failed {
                    self.stop_after(step, outcome);
                }
                return;
            }
            attempt += 1;
        }
    }

    /// Judges the step that ran last, if that has not been done yet.
    fn settle(&mut self, stage: &mut Stage<'_, '_>) {
        if let Some(ran) = stage.late.take() {
            self.settle_one(ran, stage.redactor);
        }
    }

    fn settle_one(&mut self, ran: Ran<'_>, redactor: &Redactor) {
        let (step, attempt) = (ran.step, ran.attempt);
        self.finish(step, attempt, ran.judge(redactor), true);
    }

    /// Why a step cannot run here.
    fn unmet(&self, stage: &Stage<'_, '_>, step: &Step) -> Option<String> {
        for needed in &step.needs {
            let ended = self.states.get(&needed.index).copied().unwrap_or(State::NotRun);
            if matches!(ended, State::Unverified | State::Skipped | State::NotRun) {
                return Some(format!("it needs {}, which is {ended}", needed.name));
            }
        }
        obstacles::of_step(&stage.machine, Programs::of(self.plan), step)
    }

    /// An attempt at a shell step. While it runs, the step before it is judged.
    fn shell<'s>(
        &mut self,
        stage: &mut Stage<'s, '_>,
        index: usize,
        step: &'s Step,
        action: &'s ShellAction,
        attempt: u32,
    ) -> Ran<'s>
    where
        'r: 's,
    {
        let text = stage.text(action.interpreter.as_ref(), &action.text);
        let job = Job::of(step, action, &text);
        let merged = job.merged;
        let plan = self.plan;
        let ahead = |number: usize| {
            let follows = is_plain(step);
            let next = plan.steps.get(index + 1 + number).filter(|next| follows && is_plain(next))?;
            if let Action::Shell(action) = &next.action {
                Some(Job::of(next, action, &action.text))
            } else {
                None
            }
        };
        let recordings = self.recordings;
        let recorded = recordings.get(&index);
        let Stage { machine, redactor, late } = stage;
        let mut output = Output::new(redactor, &action.expected, recorded);
        let begun = Instant::now();
        let mut started = false;
        let mut start = || {
            if !started {
                started = true;
                if let Some(ran) = late.take() {
                    self.settle_one(ran, redactor);
                }
                self.start(step, attempt);
            }
        };
        let ended = machine.run(
            &job,
            &mut |channel, bytes| output.push(if merged { 0 } else { stream_of(channel) }, bytes),
            &mut start,
            &ahead,
        );
        let seconds = begun.elapsed().as_secs_f64();
        start();
        let (ending, unused) = match ended {
            Ok(ended) => (ended.ending, ended.unused),
            Err(error) => (Ending::Broken(format!("the session broke: {error}")), None),
        };
        Ran { step, action, recorded, attempt, output, ending, unused, seconds }
    }

    fn cleanup(&mut self, stage: &mut Stage<'_, '_>, step: &Step, shell: Shell, text: &str) {
        if !self.ran {
            self.passed_over(step, State::Skipped, "no step ran that it could clean up after");
            return;
        }
        if self.cancel.level() > 1 {
            self.passed_over(step, State::NotRun, "interrupted twice");
            self.reason = Some("interrupted before it was cleaned up".to_owned());
            return;
        }
        if let Some(reason) = self.unmet(stage, step) {
            self.passed_over(step, State::Unverified, &reason);
            return;
        }
        self.start(step, 1);
        let begun = Instant::now();
        let job = Job {
            shell,
            text,
            merged: false,
            tty: false,
            answers: None,
            timeout: step.timeout,
            careful: true,
        };
        let mut output = Output::new(stage.redactor, &Expected::Nothing, None);
        let attempt = stage.machine.run(
            &job,
            &mut |channel, bytes| output.push(stream_of(channel), bytes),
            &mut || {},
            &|_| None,
        );
        let compared = output.finish();
        let ending = match attempt {
            Ok(attempt) => attempt.ending,
            Err(error) => Ending::Broken(format!("the session broke: {error}")),
        };
        let evaluation = evaluate::failure(&ending, step.timeout, false)
            .map_or_else(std::convert::identity, evaluate::of_cleanup);
        let mut done = Done::of_streams(evaluation, compared);
        done.seconds = begun.elapsed().as_secs_f64();
        self.finish(step, 1, done, true);
    }

    /// Waits before the next attempt; false where the run is interrupted meanwhile.
    fn pause(&self, time: Duration) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < time {
            if self.cancel.level() > 0 {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20).min(time.saturating_sub(begun.elapsed())));
        }
        self.cancel.level() == 0
    }

    fn stop_after(&mut self, step: &Step, state: State) {
        let reason = match &step.id {
            _ if self.cancel.level() > 0 => self.cancel.reason().to_owned(),
            Some(id) => format!("{id} {state}"),
            None => format!("an earlier step {state}"),
        };
        self.stopped = Some(reason);
    }

    fn rule(&mut self, step: &Step, ruling: &Ruling) {
        match ruling {
            Ruling::Skipped(reason) => self.passed_over(step, State::Skipped, reason),
            Ruling::Unverified(reason) => self.passed_over(step, State::Unverified, reason),
        }
    }

    fn start(&mut self, step: &Step, attempt: u32) {
        let (place, kind) = (self.place(step), StepKind::from(&step.action));
        (self.emit)(Event::StepStarted { place, attempt, kind, command: step.shown.clone() });
    }

    /// A step that does not run.
    fn passed_over(&mut self, step: &Step, state: State, reason: &str) {
        let evaluation = Evaluation::passed_over(state, reason);
        self.finish(step, 0, Done::of(evaluation), true);
    }

    fn finish(&mut self, step: &Step, attempt: u32, done: Done, last: bool) {
        let Evaluation { state, exit, reason, expected, diff, at, rewrite } = done.evaluation;
        if last {
            self.worst = self.worst.max(state);
            if self.asked {
                let index = self.plan.steps.iter().position(|known| std::ptr::eq(known, step));
                self.states.extend(index.map(|index| (index, state)));
            }
        }
        let [stdout, stderr] = done.streams;
        let place = self.place(step);
        let recorded = attempt > 0 && step.action.recorded().is_some();
        (self.emit)(Event::StepFinished(Box::new(Finished {
            place,
            attempt,
            kind: StepKind::from(&step.action),
            state,
            exit,
            seconds: done.seconds,
            stdout,
            stderr,
            truncated: done.truncated,
            reason,
            expected,
            diff,
            at,
            recorded,
            accepted: false,
            changed: Vec::new(),
            certificates: done.certificates,
            rewrite,
        })));
    }

    fn place(&self, step: &Step) -> StepPlace {
        StepPlace {
            document: self.plan.document.clone(),
            platform: self.platform.clone(),
            file: step.file.clone(),
            step: step.id.as_ref().map(ToString::to_string),
            line: step.line,
        }
    }
}
