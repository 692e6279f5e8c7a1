//! What is to be run: one page on one platform, with what was recorded of it.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    rc::Rc,
};

use super::{
    error::CommandError,
    load::{Loaded, Page},
    options::{self, Platforms},
    ports::FreePorts,
};
use crate::{
    document::Document,
    outcome::StepPlace,
    plan::{self, Action, Expected, Filter, Plan, Provided, Request, ShellAction, Step},
    platform::{Platform, System},
    session::{Recorded, Recordings},
    snapshot::{Pending, Recording, Store},
    source::Sources,
};

/// One run of one page.
#[derive(Debug)]
pub(super) struct Job {
    /// Its steps.
    pub(super) plan: Plan,
    /// What they printed when they were recorded.
    pub(super) recordings: Recordings,
    /// Where its recordings lie.
    pub(super) store: Rc<Store>,
    /// For each step that is held against a recording, by the file that defines it and its id: its place in the plan,
    /// and the recording's file.
    recorded: HashMap<(String, String), (usize, PathBuf)>,
    /// What is pending of steps that are held against none, by the same.
    stale: HashMap<(String, String), Pending>,
    /// Steps that are held against the page itself, by the same.
    held: HashMap<(String, String), Held>,
    /// Whether the page is a stranger's: nothing of it runs outside of the sandbox, not even to tell a version.
    pub(super) strange: bool,
}

/// A step that is held against the page itself.
#[derive(Debug)]
pub(super) struct Held {
    /// Its place in the plan.
    pub(super) index: usize,
    /// Where its recording would lie: what is pending of it lies beside.
    pub(super) path: PathBuf,
    /// The file that the block stands in which says what is expected.
    pub(super) file: String,
    /// The line of its opening fence, from 1.
    pub(super) fence: usize,
    pub(super) transcript: bool,
    /// Whether new lines of it waited before the run.
    pub(super) waits: bool,
}

impl Held {
    fn of(step: &Step, index: usize, path: &Path, store: &Store) -> Option<Self> {
        let (file, fence, transcript) = match &step.action {
            Action::Shell(ShellAction { expected: Expected::Output { file, fence, .. }, .. }) => {
                (file.as_ref().unwrap_or(&step.file), *fence, false)
            }
            Action::Transcript(_) => (&step.file, step.line, true),
            _ => return None,
        };
        Some(Self {
            index,
            path: path.to_owned(),
            file: file.clone(),
            fence,
            transcript,
            waits: store.page_waits(path),
        })
    }
}

/// The jobs of a run, in order.
///
/// # Errors
///
/// All pages that can't be planned as asked, and all recordings that can't be read.
pub(super) fn jobs(loaded: &Loaded, options: &options::Run) -> Result<Vec<Job>, CommandError> {
    let ports = FreePorts::default();
    jobs_on(loaded, options, &|shown| ports.for_run(shown))
}

/// The same, with free ports from `ports`.
pub(super) fn jobs_on(
    loaded: &Loaded,
    options: &options::Run,
    ports: &dyn Fn(u16) -> u16,
) -> Result<Vec<Job>, CommandError> {
    let filter = &options.filter;
    let filtered = !filter.only.is_empty() || !filter.skip.is_empty() || filter.from.is_some();
    if filtered && loaded.pages.len() > 1 {
        return Err(CommandError::FilterOfMany { count: loaded.pages.len() });
    }
    let mut stores: HashMap<PathBuf, Rc<Store>> = HashMap::new();
    let (mut jobs, mut errors) = (Vec::new(), Vec::new());
    for page in &loaded.pages {
        let provided = loaded.provided(page.source);
        let provided: Vec<Provided> =
            provided.iter().filter(|program| options.stand_ins || !program.stands_in).cloned().collect();
        let dir = options.snapshots.clone().unwrap_or_else(|| page.file.root.snapshots());
        let store = stores.entry(dir).or_insert_with_key(|dir| Rc::new(Store::new(dir.clone())));
        let strange = options.settings.sandbox.is_some();
        let asked = Asked { filter, provided: &provided, strange };
        for plan in plans(page, &loaded.sources, &options.platforms, asked, ports) {
            match plan.and_then(|plan| Job::new(plan, Rc::clone(store), page.file.root.dir())) {
                Ok(job) => jobs.push(Job { strange, ..job }),
                Err(error) => errors.push(error),
            }
        }
    }
    errors.extend(two_writers(&jobs));
    match CommandError::of(errors) {
        Some(error) => Err(error),
        None => Ok(jobs),
    }
}

/// Steps of two tutorials whose recordings would be one file: `x.md` and `tutorials/x.md`, say. Each pair of tutorials
/// is told once.
fn two_writers(jobs: &[Job]) -> Vec<CommandError> {
    let mut writers: HashMap<&PathBuf, &str> = HashMap::new();
    let mut pairs = BTreeMap::new();
    for job in jobs {
        for (index, path) in job.recorded.values() {
            let Some(step) = job.plan.steps.get(*index) else { continue };
            let first = *writers.entry(path).or_insert(&step.tutorial);
            if first != step.tutorial {
                let pair = (first.min(&step.tutorial), first.max(&step.tutorial));
                let kept = pairs.entry(pair).or_insert(path);
                *kept = (*kept).min(path);
            }
        }
    }
    let error = |((first, second), path): ((&str, &str), &PathBuf)| CommandError::TwoWriters {
        path: path.clone(),
        first: first.to_owned(),
        second: second.to_owned(),
    };
    pairs.into_iter().map(error).collect()
}

/// What is asked of the plans of a page beside its platforms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) filter: &'a Filter,
    pub(super) provided: &'a [Provided],
    /// Whether the page is a stranger's, who is not to learn what the environment holds.
    pub(super) strange: bool,
}

/// The plans of one page: one, or with [`Platforms::All`] one per platform.
pub(super) fn plans(
    page: &Page,
    sources: &Sources,
    platforms: &Platforms,
    asked: Asked<'_>,
    port: &dyn Fn(u16) -> u16,
) -> Vec<Result<Plan, CommandError>> {
    let Some(document) = &page.document else { return Vec::new() };
    let plan = |platform| {
        // A run uses one port wherever its pages show the same one.
        let chosen = RefCell::new(HashMap::new());
        let port = |shown| *chosen.borrow_mut().entry(shown).or_insert_with(|| port(shown));
        let request = Request {
            document: page.file.name.clone(),
            host: System::HOST,
            platform,
            filter: asked.filter.clone(),
            provided: asked.provided,
            env: &|name| if asked.strange { None } else { std::env::var(name).ok() },
            port: &port,
        };
        plan::build(document, sources, &request)
            .map_err(|source| CommandError::Plan { name: page.file.name.clone(), source })
    };
    let mut plans: Vec<Result<Plan, CommandError>> =
        wanted(document, platforms).into_iter().map(plan).collect();
    // Of several platforms, a step that a filter names need only be on one.
    let only_elsewhere = |plan: &Result<Plan, CommandError>| {
        matches!(plan, Err(CommandError::Plan { source: plan::PlanError::UnknownStep { .. }, .. }))
    };
    if plans.iter().any(Result::is_ok) {
        plans.retain(|plan| !only_elsewhere(plan));
    }
    plans
}

fn wanted(document: &Document, platforms: &Platforms) -> Vec<Option<Platform>> {
    match platforms {
        Platforms::Default => vec![None],
        Platforms::One(platform) => vec![Some(platform.clone())],
        Platforms::All => plan::all_platforms(document, System::HOST),
    }
}

impl Job {
    /// The jobs of the pages of `loaded` on `platforms`, whatever the machine: to look at, and not to be run.
    ///
    /// # Errors
    ///
    /// A page that can't be planned, or a recording that can't be read.
    pub(super) fn of_all_platforms(
        loaded: &Loaded,
        store: &Rc<Store>,
        root: &Path,
        platforms: &Platforms,
    ) -> Result<Vec<Self>, CommandError> {
        let filter = Filter::default();
        let asked = Asked { filter: &filter, provided: &[], strange: false };
        let plans =
            loaded.pages.iter().flat_map(|page| plans(page, &loaded.sources, platforms, asked, &|port| port));
        plans.map(|plan| Self::new(plan?, Rc::clone(store), root)).collect()
    }

    /// `root` is the directory of the page's root.
    fn new(plan: Plan, store: Rc<Store>, root: &Path) -> Result<Self, CommandError> {
        let mut recordings = Recordings::new();
        let (mut recorded, mut stale, mut held) = (HashMap::new(), HashMap::new(), HashMap::new());
        for (index, step) in plan.steps.iter().enumerate() {
            let Some(id) = &step.id else { continue };
            let path = store.path(
                &step.tutorial,
                step.placed.as_ref().map(ToString::to_string).as_deref(),
                id.as_str(),
            );
            if step.action.recorded().is_none() {
                let pending = store.pending_at(&path);
                let key = || (step.file.clone(), id.to_string());
                stale.extend(pending.map(|pending| (key(), pending)));
                held.extend(Held::of(step, index, &path, &store).map(|held| (key(), held)));
                continue;
            }
            if step.ruling.is_none()
                && let Some(recording) = store.load(&path)?
            {
                let Recording { exit, stdout, stderr, tutorial, .. } = recording;
                // A tutorial that is gone has been moved, and its recordings with it.
                if tutorial != step.tutorial && !tutorial.is_empty() && root.join(&tutorial).is_file() {
                    let second = step.tutorial.clone();
                    return Err(CommandError::TwoWriters { path, first: tutorial, second });
                }
                recordings.insert(index, Recorded { exit, stdout, stderr });
            }
            recorded.insert((step.file.clone(), id.to_string()), (index, path));
        }
        Ok(Self { plan, recordings, store, recorded, stale, held, strange: false })
    }

    /// Where recordings of its steps lie or would lie.
    pub(super) fn recording_paths(&self) -> impl Iterator<Item = &Path> {
        let recorded = self.recorded.values().map(|(_, path)| path.as_path());
        recorded.chain(self.held.values().map(|held| held.path.as_path()))
    }

    /// What was pending before the run of a step that is not held against a recording (any more).
    pub(super) fn stale(&self, file: &str, step: &str) -> Option<&Pending> {
        // Mostly there is none.
        if self.stale.is_empty() {
            return None;
        }
        self.stale.get(&(file.to_owned(), step.to_owned()))
    }

    /// The platform of its recordings.
    pub(super) fn platform(&self) -> String {
        self.plan.platform.as_ref().map_or_else(|| self.plan.host.to_string(), ToString::to_string)
    }

    /// The place in the plan of a step that is held against a recording, and the recording's file.
    pub(super) fn recorded(&self, file: &str, step: &str) -> Option<&(usize, PathBuf)> {
        self.recorded.get(&(file.to_owned(), step.to_owned()))
    }

    /// The step that is held against the page itself.
    pub(super) fn held(&self, file: &str, step: &str) -> Option<&Held> {
        self.held.get(&(file.to_owned(), step.to_owned()))
    }

    /// All of them.
    pub(super) fn all_held(&self) -> impl Iterator<Item = &Held> {
        self.held.values()
    }

    /// Its page and its platform, for people.
    pub(super) fn name(&self) -> String {
        match &self.plan.platform {
            Some(platform) => format!("{} ({platform})", self.plan.document),
            None => self.plan.document.clone(),
        }
    }

    /// What is called, by its recording or where that would lie, that steps of it leave pending.
    pub(super) fn pending_names(&self) -> impl Iterator<Item = (StepPlace, String)> {
        let recorded = self.recorded.iter().map(|(key, (index, path))| (key, index, path));
        let held = self.held.iter().map(|(key, held)| (key, &held.index, &held.path));
        recorded.chain(held).filter_map(|((file, id), index, path)| {
            let step = StepPlace {
                document: self.plan.document.clone(),
                platform: self.plan.platform.as_ref().map(ToString::to_string),
                file: file.clone(),
                step: Some(id.clone()),
                line: self.plan.steps.get(*index)?.line,
            };
            Some((step, self.store.name(path)))
        })
    }

    /// The files of all recordings that steps of it are held against.
    pub(super) fn recorded_paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.recorded.values().map(|(_, path)| path)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::{sync::Arc, time::Duration};

    use super::*;
    use crate::{
        document::{ExitRule, Retry, StepId, Streams},
        outcome::{Finished, State, StepKind},
        platform::Shell,
    };

    /// A job of one step that is held against a recording.
    pub(in crate::command) fn job(page: &str, step: &str, store: &Rc<Store>) -> Job {
        let step = Step {
            id: StepId::parse(step),
            tutorial: page.to_owned(),
            file: page.to_owned(),
            line: 7,
            shown: "ls".to_owned(),
            action: Action::Shell(ShellAction {
                shell: Shell::Sh,
                text: "ls\n".to_owned(),
                exit: ExitRule::Is(0),
                expected: Expected::Recording(Streams::All),
                answers: None,
                interpreter: None,
                tty: false,
            }),
            requires: Vec::new(),
            needs: Vec::new(),
            stops: Vec::new(),
            placed: None,
            redact: None,
            placeholders: Arc::default(),
            timeout: Duration::from_secs(60),
            retry: Retry::NONE,
            ruling: None,
        };
        let plan = Plan {
            document: page.to_owned(),
            platform: None,
            host: System::Linux,
            requires: Vec::new(),
            provided: Vec::new(),
            relocate: Vec::new(),
            env: Vec::new(),
            unset: Vec::new(),
            secrets: Vec::new(),
            ports: Vec::new(),
            copy: Vec::new(),
            redact: Vec::new(),
            steps: vec![step],
        };
        Job::new(plan, Rc::clone(store), Path::new("no-such-root")).unwrap()
    }

    /// The end of a first attempt at the step of such a job.
    pub(in crate::command) fn finished(page: &str, step: &str, stdout: &str) -> Finished {
        let place = StepPlace {
            document: page.to_owned(),
            platform: None,
            file: page.to_owned(),
            step: Some(step.to_owned()),
            line: 7,
        };
        Finished {
            place,
            attempt: 1,
            kind: StepKind::Shell,
            state: State::Passed,
            exit: Some(0),
            seconds: 0.0,
            stdout: stdout.to_owned(),
            stderr: String::new(),
            truncated: false,
            reason: None,
            expected: None,
            diff: None,
            at: None,
            recorded: true,
            accepted: false,
            changed: Vec::new(),
            certificates: Vec::new(),
            rewrite: None,
        }
    }

    #[test]
    fn a_recording_is_found_for_its_step() {
        let scratch = tempfile::tempdir().unwrap();
        let store = Rc::new(Store::new(scratch.path()));
        let path = store.path("tutorials/page.md", None, "list");
        let old = crate::snapshot::Recording { stdout: Some("old\n".into()), ..Default::default() };
        store.write(&path, &old).unwrap();
        let job = job("tutorials/page.md", "list", &store);
        assert_eq!(job.recorded("tutorials/page.md", "list"), Some(&(0, path)));
        assert_eq!(job.recordings[&0], Recorded { stdout: Some("old\n".into()), ..Recorded::default() });
    }
}
