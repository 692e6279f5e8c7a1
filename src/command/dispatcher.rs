//! Takes the events of all documents, settles what was recorded, numbers them, and tells the reports.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::{error::CommandError, job::Job, recorder::Recorder};
use crate::{
    outcome::{Event, Finished, Fold, Stamped, State},
    platform::System,
    report::{ReportError, Set},
};

/// The one place where events of all documents come together. Documents may run at once, if their events reach it
/// one after the other.
#[derive(Debug)]
pub(super) struct Dispatcher<'j> {
    jobs: &'j [Job],
    recorder: Recorder<'j>,
    reports: Set,
    fold: Fold,
    tracks: Vec<Track>,
    /// The job whose events are told as they come.
    turn: usize,
    run: String,
    seq: u64,
    begun: Instant,
}

/// What is known of a document that runs.
#[derive(Debug, Default)]
struct Track {
    /// The last end of an attempt. It is settled only when the next event shows that no other attempt follows.
    held: Option<Box<Finished>>,
    /// The worst state of its steps so far.
    worst: Option<State>,
    /// Events that came before its turn.
    waiting: Vec<Event>,
    /// How long it took, once it has ended.
    seconds: Option<f64>,
}

/// What a run came to.
#[derive(Debug)]
pub(super) struct Ended {
    /// All its events, added up.
    pub(super) fold: Fold,
    /// The seconds that each job took; `None` for one that did not end.
    pub(super) seconds: Vec<Option<f64>>,
    /// Recordings that could not be written.
    pub(super) unrecorded: Vec<CommandError>,
    /// Reports that could not be written.
    pub(super) unreported: Vec<ReportError>,
}

impl<'j> Dispatcher<'j> {
    /// Begins a run.
    pub(super) fn start(jobs: &'j [Job], recorder: Recorder<'j>, reports: Set) -> Self {
        let mut dispatcher = Self {
            jobs,
            recorder,
            reports,
            fold: Fold::new(System::HOST.name()).brief(),
            tracks: jobs.iter().map(|_| Track::default()).collect(),
            turn: 0,
            run: run_id(),
            seq: 0,
            begun: Instant::now(),
        };
        dispatcher.tell(Event::RunStarted { tutor: env!("CARGO_PKG_VERSION").to_owned() });
        dispatcher
    }

    /// Whether nobody listens any more, so that no further document need run.
    pub(super) fn is_closed(&self) -> bool {
        self.reports.is_closed()
    }

    /// Takes the next event of the job with that index, as it comes. Reports get it in the order of the jobs, as if they
    /// had run one after the other: what an earlier one has still to say comes first.
    pub(super) fn arrive(&mut self, job: usize, event: Event) {
        self.reports.glimpse(&event);
        if job != self.turn {
            self.tracks[job].waiting.push(event);
            return;
        }
        let mut ended = matches!(event, Event::DocumentFinished { .. });
        self.take(job, event);
        while ended && self.turn + 1 < self.tracks.len() {
            self.turn += 1;
            ended = self.catch_up(self.turn);
        }
    }

    /// Tells what has come of a job before its turn; true where that was its end.
    fn catch_up(&mut self, job: usize) -> bool {
        let mut ended = false;
        for event in std::mem::take(&mut self.tracks[job].waiting) {
            ended = matches!(event, Event::DocumentFinished { .. });
            self.take(job, event);
        }
        ended
    }

    /// Takes the next event of the job with that index.
    fn take(&mut self, job: usize, mut event: Event) {
        match event {
            Event::StepFinished(finished) => {
                self.release(job, None);
                self.tracks[job].held = Some(finished);
            }
            Event::StepStarted { ref place, .. } => {
                let place = place.clone();
                self.release(job, Some(&place));
                self.tell(event);
            }
            Event::DocumentFinished { ref mut state, seconds, .. } => {
                self.release(job, None);
                self.tracks[job].seconds = Some(seconds);
                *state = self.tracks[job].document_state(*state);
                self.tell(event);
            }
            Event::RunStarted { .. } | Event::DocumentStarted { .. } | Event::RunFinished { .. } => {
                self.tell(event);
            }
        }
    }

    /// Ends the run. A run that broke off because nobody reads it has no `run-finished`, and so counts as failed.
    pub(super) fn end(mut self, complete: bool) -> Ended {
        // Where one never began, those after it still wait.
        for job in self.turn + 1..self.tracks.len() {
            self.catch_up(job);
        }
        if complete {
            let seconds = self.begun.elapsed().as_secs_f64();
            self.tell(Event::RunFinished { counts: self.fold.counts(), seconds });
        }
        let unreported = self.reports.finish();
        let seconds = self.tracks.iter().map(|track| track.seconds).collect();
        Ended { fold: self.fold, seconds, unrecorded: self.recorder.into_errors(), unreported }
    }

    /// Tells the held end of an attempt. It is the last of its step unless an attempt `at` the same place begins.
    fn release(&mut self, job: usize, at: Option<&crate::outcome::StepPlace>) {
        let Some(mut finished) = self.tracks[job].held.take() else { return };
        if at != Some(&finished.place) {
            self.recorder.settle(&self.jobs[job], &mut finished);
            let worst = &mut self.tracks[job].worst;
            *worst = (*worst).max(Some(finished.state));
        }
        self.tell(Event::StepFinished(finished));
    }

    fn tell(&mut self, event: Event) {
        self.fold.push(&event);
        self.seq += 1;
        let stamped =
            Stamped { event, run: self.run.clone(), seq: self.seq, host: System::HOST.name().to_owned() };
        self.reports.event(&stamped);
    }
}

impl Track {
    /// The document's state, where the session saw `state` and some steps were settled otherwise since.
    fn document_state(&self, state: State) -> State {
        match self.worst {
            Some(State::Failed) => State::Failed,
            Some(worst) if matches!(state, State::New | State::Drifted) => worst.max(State::Passed),
            _ => state,
        }
    }
}

/// A name for this run that no other run on this machine has.
fn run_id() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{:x}-{:x}", since.as_micros(), std::process::id())
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        rc::Rc,
        sync::{Arc, Mutex},
    };

    use super::*;
    use crate::{
        command::{
            job::tests::{finished, job},
            options::Recording,
        },
        outcome::StepKind,
        report::Reporter,
        snapshot::Store,
    };

    #[derive(Clone, Default)]
    struct Heard(Arc<Mutex<Vec<Stamped>>>);

    impl Reporter for Heard {
        fn target(&self) -> &'static str {
            "a test"
        }
        fn event(&mut self, stamped: &Stamped) -> io::Result<()> {
            self.0.lock().unwrap().push(stamped.clone());
            Ok(())
        }
        fn finish(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The attempts' states as they are told, the document's, and the exit status; and whether it is recorded.
    fn run(attempts: &[State], seen: State, complete: bool) -> (Vec<State>, State, u8, bool) {
        let scratch = tempfile::tempdir().unwrap();
        let store = Rc::new(Store::new(scratch.path()));
        let jobs = [job("page.md", "list", &store)];
        let heard = Heard::default();
        let mut reports = Set::new();
        reports.push(Box::new(heard.clone()));
        let mut dispatcher = Dispatcher::start(&jobs, Recorder::new(Recording::Accept, &jobs, None), reports);
        let (document, platform) = ("page.md".to_owned(), None);
        let (stand_ins, wine, name) = (Vec::new(), None, document.clone());
        dispatcher.take(0, Event::DocumentStarted { document: name, platform, steps: 1, stand_ins, wine });
        for (attempt, state) in (1..).zip(attempts) {
            let end = Finished { attempt, state: *state, ..finished("page.md", "list", "new\n") };
            let (place, kind, command) = (end.place.clone(), StepKind::Shell, "ls".to_owned());
            dispatcher.take(0, Event::StepStarted { place, attempt, kind, command });
            dispatcher.take(0, Event::StepFinished(Box::new(end)));
        }
        let event = Event::DocumentFinished {
            document,
            platform: None,
            state: seen,
            reason: None,
            scratch: None,
            unset: Vec::new(),
            seconds: 0.0,
        };
        dispatcher.take(0, event);
        let status = dispatcher.end(complete).fold.exit_code(false);
        let heard = heard.0.lock().unwrap();
        assert!(
            heard.iter().zip(1..).all(|(stamped, seq)| stamped.seq == seq && stamped.run == heard[0].run)
        );
        let mut told = Vec::new();
        let mut document = State::Skipped;
        for stamped in heard.iter() {
            match &stamped.event {
                Event::StepFinished(finished) => told.push(finished.state),
                Event::DocumentFinished { state, .. } => document = *state,
                _ => {}
            }
        }
        (told, document, status, store.path("page.md", None, "list").exists())
    }

    #[test]
    fn only_the_last_attempt_is_settled_and_the_document_follows_it() {
        use State::{Drifted, Failed, New, Passed};
        let cases = [
            (vec![New], New, (vec![Passed], Passed, 0, true)),
            (vec![Drifted, Passed], Passed, (vec![Drifted, Passed], Passed, 0, false)),
            (vec![Drifted, Drifted], Drifted, (vec![Drifted, Passed], Passed, 0, true)),
            (vec![Failed, Failed], Failed, (vec![Failed, Failed], Failed, 1, false)),
            // A cleanup that failed, or an interruption.
            (vec![New], Failed, (vec![Passed], Failed, 1, true)),
        ];
        for (attempts, seen, expected) in cases {
            assert_eq!(run(&attempts, seen, true), expected, "{attempts:?}");
        }
    }

    #[test]
    fn a_run_without_its_end_has_failed() {
        assert_eq!(run(&[State::Passed], State::Passed, false).2, 1);
    }
}
