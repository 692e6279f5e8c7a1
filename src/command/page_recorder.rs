//! What becomes of outputs that are not what the page shows: written into it, left pending, or only reported.

use std::collections::{HashMap, HashSet};

use super::{
    error::CommandError,
    job::{Held, Job},
    load::Loaded,
    options,
    page_writer::{BlockPlace, PageError, PageWriter},
    recorder::{accepted, of_several, required},
    versions::versions,
};
use crate::{
    outcome::{Finished, Rewrite, State},
    snapshot::{PageBlock, PageUpdate, SnapshotError},
    source::LineChange,
};

/// A block of a page: its file, and the line of its fence.
type Block = (String, usize);

/// Settles the steps that are held against a page.
#[derive(Debug)]
pub(super) struct PageRecorder<'l> {
    mode: options::Recording,
    writer: PageWriter<'l>,
    /// Blocks that several runs are held against.
    shared: HashSet<Block>,
    /// What those runs would make of them: nothing, where the first that looked passed.
    said: HashMap<Block, Said>,
    errors: Vec<CommandError>,
}

#[derive(Debug)]
struct Said {
    run: String,
    changes: Vec<LineChange>,
}

impl<'l> PageRecorder<'l> {
    /// For the pages of `loaded`, which `jobs` run.
    pub(super) fn new(mode: options::Recording, jobs: &[Job], loaded: Option<&'l Loaded>) -> Self {
        let block = |held: &Held| (held.file.clone(), held.fence);
        let shared = of_several(jobs, |job| job.all_held().map(block).collect());
        Self { mode, writer: PageWriter::new(loaded), shared, said: HashMap::new(), errors: Vec::new() }
    }

    /// What could not be written.
    pub(super) fn into_errors(self) -> Vec<CommandError> {
        self.errors
    }

    /// Settles the last attempt at a step of `job`. Whether its page is held against it is looked up here.
    pub(super) fn settle(&mut self, job: &Job, finished: &mut Finished) {
        if self.mode == options::Recording::Never || !matches!(finished.state, State::Passed | State::Drifted)
        {
            return;
        }
        let Some(held) = finished.place.step.as_ref().and_then(|step| job.held(&finished.place.file, step))
        else {
            return;
        };
        let rewrite = finished.rewrite.take();
        let changes = match (finished.state, rewrite) {
            (State::Passed, _) => Vec::new(),
            (_, Some(rewrite)) => match rewrite.changes {
                Ok(changes) => changes,
                Err(why) => return self.refuse(finished, &why),
            },
            (_, None) => return,
        };
        let block = (held.file.clone(), held.fence);
        if self.shared.contains(&block) {
            let first = self.said.get(&block);
            if let Some(first) = first.filter(|first| first.changes != changes) {
                let run = first.run.clone();
                self.contest(job, held, finished, &run);
                return;
            }
            self.said.entry(block).or_insert_with(|| Said { run: job.name(), changes: changes.clone() });
        }
        let done = match finished.state {
            // What waited is no longer what the step prints.
            State::Passed if held.waits => Self::put(job, held, None).map_err(CommandError::from),
            State::Passed => Ok(()),
            _ => self.take(job, held, finished, changes),
        };
        self.errors.extend(done.err());
    }

    /// Two runs need two texts of one block.
    fn contest(&mut self, job: &Job, held: &Held, finished: &mut Finished, first: &str) {
        let why = format!("{first} printed something else in this step, and both are held against one block");
        if self.mode == options::Recording::Accept {
            finished.state = State::Failed;
            finished.reason = Some(why);
            return;
        }
        if finished.state == State::Drifted {
            self.refuse(finished, &why);
        }
        // What the first one left pending would be wrong for this one.
        let nothing = Self::forget(job, held);
        self.errors.extend(nothing.err().map(CommandError::from));
    }

    /// An output that drifted, and what the page would have to say.
    fn take(
        &mut self,
        job: &Job,
        held: &Held,
        finished: &mut Finished,
        changes: Vec<LineChange>,
    ) -> Result<(), CommandError> {
        let place = BlockPlace { file: &held.file, fence: held.fence, transcript: held.transcript };
        let sha256 = match self.writer.look(place, &changes) {
            Ok(sha256) => sha256,
            Err(why) => {
                self.refuse(finished, &why.to_string());
                return Ok(());
            }
        };
        if self.mode == options::Recording::Accept {
            if let Err(source) = self.writer.write(place, &changes) {
                self.refuse(finished, &source.to_string());
                return Err(self.failed(job, held, source));
            }
            accepted(finished);
            return Ok(Self::put(job, held, None)?);
        }
        let (file, line) = (held.file.clone(), held.fence);
        let step = &job.plan.steps[held.index];
        let block = PageBlock {
            platform: job.platform(),
            file,
            line,
            sha256,
            command: step.shown.clone(),
            versions: versions(required(job, step), &job.plan.provided),
            changes: changes.clone(),
        };
        Self::put(job, held, Some(block))?;
        finished.rewrite =
            Some(Box::new(Rewrite { file: held.file.clone(), fence: held.fence, changes: Ok(changes) }));
        Ok(())
    }

    fn failed(&self, job: &Job, held: &Held, source: PageError) -> CommandError {
        let path = self.writer.path(&held.file).map_or_else(|| held.file.clone().into(), Into::into);
        CommandError::Page { path, step: job.store.name(&held.path), source }
    }

    /// Says why the page stays as it is.
    fn refuse(&self, finished: &mut Finished, why: &str) {
        let reason = finished.reason.get_or_insert_default();
        let accept = self.mode == options::Recording::Accept;
        let what = if accept { "the page stays as it is" } else { "this can't be accepted" };
        let between = if reason.is_empty() { "" } else { "; " };
        *reason = format!("{reason}{between}{what}: {why}");
    }

    /// Leaves the block pending for this platform, in the place of what was; or nothing.
    fn put(job: &Job, held: &Held, block: Option<PageBlock>) -> Result<(), SnapshotError> {
        let old = job.store.load_page(&held.path);
        if block.is_none() && matches!(old, Ok(None)) {
            return Ok(());
        }
        let step = &job.plan.steps[held.index];
        let (tutorial, id) = (&step.tutorial, step.id.as_ref().map(ToString::to_string).unwrap_or_default());
        // What is of another step by this name, or can't be read, is of no use to anybody.
        let old = old.ok().flatten().filter(|old| old.tutorial == *tutorial && old.step == id);
        let mut blocks = old.map(|old| old.blocks).unwrap_or_default();
        blocks.retain(|old| old.platform != job.platform());
        blocks.extend(block);
        job.store.write_page(&held.path, &PageUpdate { tutorial: tutorial.clone(), step: id, blocks })
    }

    /// Drops what is pending for the block, of whatever platform.
    fn forget(job: &Job, held: &Held) -> Result<(), SnapshotError> {
        let Some(mut update) = job.store.load_page(&held.path)? else { return Ok(()) };
        update.blocks.retain(|block| block.file != held.file || block.line != held.fence);
        job.store.write_page(&held.path, &update)
    }
}
