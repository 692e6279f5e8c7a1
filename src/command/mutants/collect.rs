//! Which changes there are: of each page and platform those of its text, and those of its recordings.

use std::path::PathBuf;

use super::{
    super::{
        error::CommandError,
        finder::PageFile,
        job::{Job, jobs},
        load::Loaded,
        options,
    },
    baseline::Baseline,
};
use crate::{
    document::{Document, Mark, Runs},
    mutant::{Mutant, Part, Stream, mutants, of_recording},
    plan::Plan,
    platform::Platform,
    report::mutants::Fate,
    session::Recorded,
    source::Sources,
};

/// A page on one of its platforms, and all its changes.
#[derive(Debug)]
pub(super) struct Target {
    /// The page's file.
    pub(super) file: PageFile,
    /// Its text.
    pub(super) text: String,
    /// Its platform.
    pub(super) platform: Option<Platform>,
    /// How it runs unchanged.
    pub(super) baseline: Baseline,
    pub(super) candidates: Vec<Candidate>,
    /// Its marks.
    marks: Vec<Marked>,
}

/// A mark of a page.
#[derive(Debug)]
pub(super) struct Marked {
    mark: Mark,
    /// Where it stands: `page.md:7`.
    place: String,
    /// Whether the page has a step of that name, on whichever platform.
    known: bool,
}

/// A change, and what became of it.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) mutant: Mutant,
    /// The changed file's path and name.
    pub(super) path: PathBuf,
    pub(super) file: String,
    pub(super) line: usize,
    /// The new text of the file; `None` where a recording changes.
    pub(super) text: Option<String>,
    pub(super) fate: Option<Fate>,
    pub(super) by: Option<String>,
    pub(super) reason: Option<String>,
    /// Which mark is about it.
    pub(super) mark: Option<usize>,
    pub(super) seconds: f64,
}

/// The pages with their changes.
///
/// # Errors
///
/// As of [`jobs`].
pub(super) fn targets(loaded: &Loaded, options: &options::Mutants) -> Result<Vec<Target>, CommandError> {
    let jobs = jobs(loaded, &options.run)?;
    let mut targets = Vec::new();
    for page in &loaded.pages {
        let Some(document) = &page.document else { continue };
        for job in jobs.iter().filter(|job| job.plan.document == page.file.name) {
            let marks = marks(document, &loaded.sources);
            let mut target = Target {
                file: page.file.clone(),
                text: loaded.sources.get(page.source).text().to_owned(),
                platform: job.plan.platform.clone(),
                baseline: Baseline::default(),
                candidates: Vec::new(),
                marks,
            };
            let wanted = |mutant: &Mutant| {
                options.steps.is_empty()
                    || options.steps.contains(&mutant.step)
                    || mutant.other.as_ref().is_some_and(|other| options.steps.contains(other))
            };
            let all = of_job(document, job, &loaded.sources);
            for mutant in all.into_iter().filter(wanted) {
                target.candidates.extend(candidate(mutant, loaded, &target.marks));
            }
            targets.push(target);
        }
    }
    Ok(targets)
}

/// The changes of a page's text on a platform, and of the recordings that its steps are held against.
fn of_job(document: &Document, job: &Job, sources: &Sources) -> Vec<Mutant> {
    let Some(run) = document.variant(job.plan.platform.as_ref()) else { return Vec::new() };
    let mut all = mutants(document, sources, run);
    for block in document.blocks.iter().filter(|block| block.runs.contains(run)) {
        let Some(id) = &block.id else { continue };
        let file = file_of(sources.get(block.fence.source).name(), document, block.fence.source, &job.plan);
        let Some((index, _)) = job.recorded(&file, id.value.as_str()) else { continue };
        let Some(Recorded { stdout, stderr, .. }) = job.recordings.get(index) else { continue };
        for (stream, text) in [(Stream::Stdout, stdout), (Stream::Stderr, stderr)] {
            let compared = job.plan.steps.get(*index).and_then(|step| step.action.recorded());
            if let (Some(text), true) = (text, compared.is_some_and(|streams| reads(streams, stream))) {
                all.extend(of_recording(&id.value, block.fence, Part::Recorded, stream, text));
            }
        }
    }
    all
}

fn reads(streams: crate::document::Streams, stream: Stream) -> bool {
    use crate::document::Streams;
    matches!(
        (streams, stream),
        (Streams::All, _) | (Streams::Stdout, Stream::Stdout) | (Streams::Stderr, Stream::Stderr)
    )
}

/// The name of a file as plans know it: the page's own is the plan's.
fn file_of(name: &str, document: &Document, source: crate::source::SourceId, plan: &Plan) -> String {
    if source == document.source { plan.document.clone() } else { name.to_owned() }
}

fn candidate(mutant: Mutant, loaded: &Loaded, marks: &[Marked]) -> Option<Candidate> {
    use crate::mutant::{Alteration, edited};
    let source = loaded.sources.get(mutant.place.source);
    let text = match &mutant.alteration {
        Alteration::Text(changed, edits) => Some(edited(loaded.sources.get(*changed).text(), edits)),
        Alteration::Recording { .. } => None,
    };
    Some(Candidate {
        path: loaded.path(mutant.place.source)?.to_owned(),
        file: source.name().to_owned(),
        line: source.line(mutant.place.start),
        text,
        fate: None,
        by: None,
        reason: None,
        mark: marks.iter().position(|marked| mutant.is_meant(&marked.mark)),
        seconds: 0.0,
        mutant,
    })
}

/// The marks of a page and of the tutorials that it includes.
fn marks(document: &Document, sources: &Sources) -> Vec<Marked> {
    let mut marks: Vec<Marked> = Vec::new();
    for front in std::iter::once(&document.front).chain(document.fronts(Runs::ALL)) {
        for mark in &front.mutants {
            let span = mark.step.span;
            if !marks.iter().any(|known| known.mark.step.span == span) {
                let place = format!("{}:{}", sources.get(span.source).name(), sources.line(span));
                let mut ids = document.blocks.iter().filter_map(|block| block.id.as_ref());
                let known = ids.any(|id| id.value.as_str() == mark.step.value);
                marks.push(Marked { mark: mark.clone(), place, known });
            }
        }
    }
    marks
}

impl Target {
    /// The page's name.
    pub(super) fn name(&self) -> &str {
        &self.file.name
    }

    /// Leaves the changes out whose steps did not pass in the baseline.
    pub(super) fn rule(&mut self, baseline: &Baseline) {
        for candidate in &mut self.candidates {
            let steps = [Some(&candidate.mutant.step), candidate.mutant.other.as_ref()];
            if let Some(why) = steps.into_iter().flatten().find_map(|step| baseline.idle(step.as_str())) {
                candidate.fate = Some(Fate::LeftOut);
                candidate.reason = Some(why);
            }
        }
    }

    /// The places of the marks of which some change survived, or could not be tried.
    pub(super) fn used_marks(&self) -> impl Iterator<Item = &str> {
        self.marks
            .iter()
            .enumerate()
            .filter(|(index, _)| self.is_used(*index))
            .map(|(_, mark)| mark.place.as_str())
    }

    fn is_used(&self, index: usize) -> bool {
        self.candidates.iter().any(|candidate| {
            candidate.mark == Some(index) && matches!(candidate.fate, Some(Fate::Equivalent | Fate::LeftOut))
        })
    }

    /// Marks of which no change survived: each with its place, and in words. Of a step that is on other platforms alone,
    /// nothing is known.
    pub(super) fn idle_marks(&self) -> Vec<(&str, String)> {
        let here =
            |step: &str| self.candidates.iter().any(|candidate| candidate.mutant.step.as_str() == step);
        let idle =
            self.marks.iter().enumerate().filter(|(index, mark)| {
                !self.is_used(*index) && (!mark.known || here(&mark.mark.step.value))
            });
        idle.map(|(_, Marked { mark, place, .. })| {
            let step = &mark.step.value;
            let words =
                format!("{place}: this mark of `{step}` marks no change that survives: take it away\n");
            (place.as_str(), words)
        })
        .collect()
    }

    /// The reason of a mark.
    pub(super) fn reason(&self, mark: usize) -> Option<String> {
        self.marks.get(mark).map(|marked| marked.mark.reason.clone())
    }
}
