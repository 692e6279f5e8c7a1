//! What becomes of outputs that are new or changed: left pending, recorded, or only reported.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
    path::{Path, PathBuf},
};

use super::{
    error::CommandError, job::Job, load::Loaded, options, page_recorder::PageRecorder, versions::versions,
};
use crate::{
    document::{StepId, Streams},
    outcome::{Finished, State},
    plan::Step,
    snapshot::{self, Recording},
};

/// Writes recordings as steps end.
#[derive(Debug)]
pub(super) struct Recorder<'l> {
    mode: options::Recording,
    pages: PageRecorder<'l>,
    /// Recordings that several runs of one step share.
    shared: HashSet<PathBuf>,
    /// What the first of those runs printed, and what that run was.
    said: HashMap<PathBuf, Said>,
    errors: Vec<CommandError>,
}

#[derive(Debug)]
struct Said {
    run: String,
    exit: Option<i32>,
    stdout: Option<String>,
    stderr: Option<String>,
}

impl<'l> Recorder<'l> {
    /// One for all of `jobs`, which run pages of `loaded`.
    pub(super) fn new(mode: options::Recording, jobs: &[Job], loaded: Option<&'l Loaded>) -> Self {
        let pages = PageRecorder::new(mode, jobs, loaded);
        let shared = of_several(jobs, |job| job.recorded_paths().cloned().collect());
        Self { mode, pages, shared, said: HashMap::new(), errors: Vec::new() }
    }

    /// What could not be written.
    pub(super) fn into_errors(self) -> Vec<CommandError> {
        let mut errors = self.errors;
        errors.extend(self.pages.into_errors());
        errors
    }

    /// Settles the last attempt at a step of `job`: says in it what changed on the machine and what was recorded.
    /// A step that failed is never recorded.
    pub(super) fn settle(&mut self, job: &Job, finished: &mut Finished) {
        if !finished.recorded {
            self.pages.settle(job, finished);
            self.forget_stale(job, finished);
            return;
        }
        if !matches!(finished.state, State::Passed | State::New | State::Drifted) {
            return;
        }
        let Some((index, path)) =
            finished.place.step.as_ref().and_then(|step| job.recorded(&finished.place.file, step))
        else {
            return;
        };
        let step = &job.plan.steps[*index];
        if self.shared.contains(path) && self.disagrees(job, step, path, finished) {
            return;
        }
        if finished.state == State::Passed {
            self.forget_pending(job, path);
            return;
        }
        if finished.state == State::Drifted {
            Self::compare_versions(job, step, path, finished);
        }
        let written = match self.mode {
            options::Recording::Never => return,
            options::Recording::Pending => {
                let recording = Self::recording(job, step, finished);
                job.store.write_pending(path, &recording).map(drop)
            }
            options::Recording::Accept => {
                let recording = Self::recording(job, step, finished);
                job.store.write(path, &recording)
            }
        };
        match written {
            Err(error) => self.errors.push(error.into()),
            Ok(()) if self.mode == options::Recording::Accept => accepted(finished),
            Ok(()) => {}
        }
    }

    /// Whether an earlier run of the same step printed something else. Then one recording can't be right for both,
    /// and the step has failed.
    fn disagrees(&mut self, job: &Job, step: &Step, path: &Path, finished: &mut Finished) -> bool {
        let (stdout, stderr) = streams(step, finished);
        let said = Said { run: job.name(), exit: finished.exit, stdout, stderr };
        let Some(first) = self.said.get(path) else {
            self.said.insert(path.to_owned(), said);
            return false;
        };
        let agree = first.exit == said.exit && first.stdout == said.stdout && first.stderr == said.stderr;
        if !agree {
            finished.state = State::Failed;
            finished.reason = Some(format!(
                "{} printed something else in this step, and both have one recording",
                first.run
            ));
        }
        !agree
    }

    fn compare_versions(job: &Job, step: &Step, path: &Path, finished: &mut Finished) {
        // It was read before the run. Where that is no longer possible, there is nothing to compare.
        if let Ok(Some(old)) = job.store.load(path)
            && !old.versions.is_empty()
            && !job.strange
        {
            let new = versions(required(job, step), &job.plan.provided);
            finished.changed = snapshot::changes(&old.versions, &new);
        }
    }

    fn recording(job: &Job, step: &Step, finished: &Finished) -> Recording {
        let (stdout, stderr) = streams(step, finished);
        Recording {
            tutorial: step.tutorial.clone(),
            step: finished.place.step.clone().unwrap_or_default(),
            platform: job.platform(),
            command: step.shown.clone(),
            exit: finished.exit,
            versions: versions(required(job, step), &job.plan.provided),
            stdout,
            stderr,
        }
    }

    /// What an earlier run left pending beside `path` is no longer what the step prints.
    fn forget_pending(&mut self, job: &Job, path: &Path) {
        let mut pending = path.as_os_str().to_owned();
        pending.push(".new");
        let pending = Path::new(&pending);
        if self.mode != options::Recording::Never && pending.exists() {
            self.errors.extend(job.store.remove(pending).err().map(CommandError::from));
        }
    }

    /// A step that passed, or whose page has to say something else, and that records nothing (any more) needs no recording
    /// that an earlier run of it left pending: accepted, it would be held against nothing. What another tutorial or platform
    /// left under the same name stays.
    fn forget_stale(&mut self, job: &Job, finished: &Finished) {
        let page_waits = !finished.recorded && finished.waits();
        if !(page_waits || finished.state == State::Passed) || self.mode == options::Recording::Never {
            return;
        }
        let place = &finished.place;
        let Some(pending) = place.step.as_ref().and_then(|step| job.stale(&place.file, step)) else { return };
        let own = |recording: &Recording| {
            recording.platform == job.platform()
                && job.plan.steps.iter().any(|step| {
                    step.file == place.file
                        && step.id.as_ref().map(StepId::as_str) == place.step.as_deref()
                        && step.tutorial == recording.tutorial
                })
        };
        if job.store.load_pending(pending).is_ok_and(|recording| own(&recording)) {
            self.errors.extend(job.store.reject(pending).err().map(CommandError::from));
        }
    }
}

/// What several of `jobs` have, where `of` says what each has.
pub(super) fn of_several<T: Clone + Eq + Hash>(jobs: &[Job], of: impl Fn(&Job) -> Vec<T>) -> HashSet<T> {
    if jobs.len() < 2 {
        return HashSet::new();
    }
    let mut seen = HashSet::new();
    jobs.iter().flat_map(of).filter(|one| !seen.insert(one.clone())).collect()
}

/// The programs that the step or its page requires.
pub(super) fn required<'p>(job: &'p Job, step: &'p Step) -> impl Iterator<Item = &'p String> {
    let of_page = job.plan.requires.iter().map(|requirement| &requirement.program);
    of_page.chain(&step.requires).filter(|_| step.action.runs_programs_of_host() && !job.strange)
}

/// What came is what is expected from now on.
pub(super) fn accepted(finished: &mut Finished) {
    finished.state = State::Passed;
    finished.accepted = true;
    finished.reason = None;
    finished.expected = None;
    finished.diff = None;
    finished.rewrite = None;
    finished.at = None;
}

/// Standard output and error, as far as the step is held against them.
fn streams(step: &Step, finished: &Finished) -> (Option<String>, Option<String>) {
    let Some(streams) = step.action.recorded() else { return (None, None) };
    let stdout = (streams != Streams::Stderr).then(|| finished.stdout.clone());
    let stderr = (streams != Streams::Stdout).then(|| finished.stderr.clone());
    (stdout, stderr)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::{
        command::job::tests::{finished, job},
        snapshot::Store,
    };

    /// What became of a step: its state, whether it was accepted, whether something is pending, what is recorded.
    fn settle(
        mode: options::Recording,
        state: State,
        recorded: bool,
        old: Option<&str>,
    ) -> (Finished, bool, Option<String>) {
        let scratch = tempfile::tempdir().unwrap();
        let store = Rc::new(Store::new(scratch.path()));
        let job = job("page.md", "list", &store);
        let path = store.path("page.md", None, "list");
        let recording = |text: &str| Recording { stdout: Some(text.into()), ..Recording::default() };
        if let Some(old) = old {
            store.write(&path, &recording(old)).unwrap();
        }
        store.write_pending(&path, &recording("left by an earlier run\n")).unwrap();
        let mut finished = Finished { state, recorded, ..finished("page.md", "list", "new\n") };
        let mut under_test = Recorder::new(mode, std::slice::from_ref(&job), None);
        under_test.settle(&job, &mut finished);
        let errors = under_test.into_errors();
        assert!(errors.is_empty(), "{errors:?}");
        let pending = scratch.path().join("page/list.snap.new");
        let left = pending.exists() && std::fs::read_to_string(&pending).unwrap().contains("new\n");
        let untouched = pending.exists() && !left;
        assert_eq!(
            untouched,
            mode == options::Recording::Never || state == State::Failed || !recorded,
            "{mode:?} {state}"
        );
        (finished, left, store.load(&path).unwrap().and_then(|recording| recording.stdout))
    }

    #[test]
    fn what_is_new_or_changed_is_left_pending_or_recorded_and_what_failed_never_is() {
        use State::{Drifted, Failed, New, Passed};
        use options::Recording::{Accept, Never, Pending};
        // (how, state, recorded before) → (state, accepted, pending, recorded now)
        let cases = [
            ((Pending, New, None), (New, false, true, None)),
            ((Pending, Drifted, Some("old\n")), (Drifted, false, true, Some("old\n"))),
            ((Pending, Passed, Some("new\n")), (Passed, false, false, Some("new\n"))),
            ((Pending, Failed, Some("old\n")), (Failed, false, false, Some("old\n"))),
            ((Never, New, None), (New, false, false, None)),
            ((Never, Drifted, Some("old\n")), (Drifted, false, false, Some("old\n"))),
            ((Never, Passed, Some("new\n")), (Passed, false, false, Some("new\n"))),
            ((Accept, New, None), (Passed, true, false, Some("new\n"))),
            ((Accept, Drifted, Some("old\n")), (Passed, true, false, Some("new\n"))),
            ((Accept, Failed, None), (Failed, false, false, None)),
        ];
        for ((mode, state, old), (then, accepted, pending, new)) in cases {
            let (finished, left, recorded) = settle(mode, state, true, old);
            assert_eq!(
                (finished.state, finished.accepted, left),
                (then, accepted, pending),
                "{mode:?} {state}"
            );
            assert_eq!(recorded.as_deref(), new, "{mode:?} {state}");
        }
    }

    #[test]
    fn two_runs_of_one_step_must_agree() {
        let scratch = tempfile::tempdir().unwrap();
        let store = Rc::new(Store::new(scratch.path()));
        let jobs =
            [job("page.md", "list", &store), job("page.md", "list", &store), job("page.md", "list", &store)];
        let mut under_test = Recorder::new(options::Recording::Accept, &jobs, None);
        let mut settle = |job: &Job, text: &str| {
            let mut finished =
                Finished { state: State::New, recorded: true, ..finished("page.md", "list", text) };
            under_test.settle(job, &mut finished);
            finished
        };
        assert!(settle(&jobs[0], "a\n").accepted);
        assert_eq!(settle(&jobs[1], "a\n").state, State::Passed);
        let third = settle(&jobs[2], "b\n");
        assert_eq!(third.state, State::Failed);
        assert_eq!(
            third.reason.as_deref(),
            Some("page.md printed something else in this step, and both have one recording")
        );
        let kept = store.load(&store.path("page.md", None, "list")).unwrap().unwrap();
        assert_eq!(kept.stdout.as_deref(), Some("a\n"), "the first stays");
    }
}
