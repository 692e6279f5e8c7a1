//! Makes a page, a platform, filters and placeholder values into the ordered steps of one run.

use std::sync::Arc;

use super::{
    Plan, PlanError, Request, Ruling, Step, StepRef,
    action::{Actions, Obstacles},
    part::{Part, parts},
    platform,
};
use crate::{
    document::{Block, BlockKind, Document, Need},
    source::{SourceId, Sources},
};

/// The steps of one run of `document`, as `request` wants it. `sources` holds the texts that `document` points into.
///
/// The steps of the tutorials that it names under `after` come first, each tutorial once. Blocks that are not on the run's
/// platform are no part of the plan.
///
/// Variables under `env` that are taken from the caller and are not set there are left out. A step that uses a
/// placeholder without a value is unverified; of the steps under `needs`, the session decides when it knows how they
/// ended.
///
/// # Errors
///
/// Where `request` asks for what the page has not, or a secret from the caller's environment could not be kept.
pub fn build(document: &Document, sources: &Sources, request: &Request<'_>) -> Result<Plan, PlanError> {
    let platform = platform::of_run(document, request)?;
    let parts = parts(document, platform.as_ref(), sources, request)?;
    let mut places = Vec::new();
    for (number, part) in parts.iter().enumerate() {
        let own = part.document.blocks.iter().filter(|block| block.runs.contains(part.variant));
        places.extend(own.map(|block| Place { number, block }));
    }
    let filter = request.filter.resolve(&places, &request.document)?;
    let mut plan = Plan {
        document: request.document.clone(),
        platform: platform.clone(),
        host: request.host,
        requires: Vec::new(),
        provided: request.provided.to_vec(),
        relocate: Vec::new(),
        env: Vec::new(),
        unset: Vec::new(),
        secrets: Vec::new(),
        ports: Vec::new(),
        copy: Vec::new(),
        // The page comes last.
        redact: parts.last().map(|page| page.front.redact.clone()).unwrap_or_default(),
        steps: Vec::with_capacity(places.len()),
    };
    for part in &parts {
        part.add_to(&mut plan)?;
    }
    let builder = Builder { document, sources, request, parts: &parts, places: &places };
    for (index, place) in places.iter().enumerate() {
        plan.steps.push(builder.step(place, filter.ruling(index, place.block)));
    }
    Ok(plan)
}

/// A block, and the tutorial that it belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// The tutorial's number among the parts of the run.
    pub(super) number: usize,
    pub(super) block: &'a Block,
}

struct Builder<'a> {
    document: &'a Document,
    sources: &'a Sources,
    request: &'a Request<'a>,
    parts: &'a [Part<'a>],
    places: &'a [Place<'a>],
}

impl Builder<'_> {
    fn step(&self, place: &Place<'_>, filtered: Option<Ruling>) -> Step {
        let Place { number, block } = *place;
        let part = &self.parts[number];
        let actions =
            Actions { sources: self.sources, placeholders: &part.placeholders, variant: part.variant };
        let mut found = Obstacles::default();
        let action = actions.of(block, &mut found);
        let needs = self.references(number, &block.needs, &mut found);
        let stops = self.references(number, &block.stops, &mut found);
        let unverified = || part.placeholders.reason(&found.missing).or_else(|| found.wrong.clone());
        // The author's word first: a block that never runs is not "left out" by a filter.
        let ruling = match &block.kind {
            BlockKind::Skip { reason } => Some(Ruling::Skipped(reason.clone())),
            _ => filtered.or_else(|| unverified().map(Ruling::Unverified)),
        };
        Step {
            id: block.id.as_ref().map(|id| id.value.clone()),
            tutorial: block.tutorial.map_or_else(|| part.file.clone(), |source| self.file(source)),
            file: self.file(block.fence.source),
            line: self.sources.line(block.fence),
            shown: block.text.text().trim_end_matches('\n').to_owned(),
            action,
            requires: block.requires.iter().map(|program| program.value.clone()).collect(),
            needs,
            stops,
            placed: part.platform.clone().filter(|_| block.placed),
            redact: part.rules.clone(),
            placeholders: Arc::clone(&part.placeholders),
            timeout: block.timeout.unwrap_or_else(|| part.front.step_timeout()),
            retry: block.retry,
            ruling,
        }
    }

    /// The path of a text from the root. The page's own is the request's: its source may be named as the user wrote it.
    fn file(&self, source: SourceId) -> String {
        if source == self.document.source {
            self.request.document.clone()
        } else {
            self.sources.get(source).name().to_owned()
        }
    }

    /// The steps of the run that a block of the part with that number names.
    fn references(&self, number: usize, needs: &[Need], found: &mut Obstacles) -> Vec<StepRef> {
        let mut references = Vec::with_capacity(needs.len());
        for need in needs {
            let id = &need.id.value;
            let name = match need.document {
                Some(source) => format!("{}#{id}", stem(self.sources.get(source).name())),
                None => id.to_string(),
            };
            match self.index(number, need) {
                Some(index) => references.push(StepRef { index, name }),
                None => {
                    found.wrong.get_or_insert(format!("it names {name}, which is no step of this run"));
                }
            }
        }
        references
    }

    fn index(&self, number: usize, need: &Need) -> Option<usize> {
        let part = match need.document {
            Some(source) => self.parts.iter().position(|part| part.document.source == source)?,
            None => number,
        };
        self.places.iter().position(|place| {
            place.number == part && place.block.id.as_ref().is_some_and(|known| known.value == need.id.value)
        })
    }
}

/// The name of a file without its directories and extension.
fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
