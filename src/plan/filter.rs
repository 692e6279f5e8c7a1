//! Which steps the user wants to run.

use super::{PlanError, Ruling, build::Place};
use crate::{
    diagnostic::nearest,
    document::{Block, BlockKind, StepId},
};

/// Which steps the user wants to run. A step runs where all three allow it; cleanup steps always run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Just these; empty: all.
    pub only: Vec<StepId>,
    /// All but these.
    pub skip: Vec<StepId>,
    /// This one and all after it.
    pub from: Option<StepId>,
}

impl Filter {
    /// This filter for the blocks of one run. An id of the page, which comes last, is meant before one of a tutorial that
    /// runs before it.
    ///
    /// # Errors
    ///
    /// Where it names a step that they have not, or wants a cleanup step left out.
    pub(super) fn resolve(&self, places: &[Place<'_>], document: &str) -> Result<Resolved<'_>, PlanError> {
        let find = |flag: &'static str, id: &StepId| {
            let last = places.last().map(|place| place.number);
            let is = |place: &Place<'_>| name(place.block) == Some(id);
            let on_page = places.iter().position(|place| Some(place.number) == last && is(place));
            let position = on_page.or_else(|| places.iter().position(is));
            position.ok_or_else(|| PlanError::UnknownStep {
                flag,
                id: id.clone(),
                document: document.to_owned(),
                nearest: nearest(
                    id.as_str(),
                    places.iter().filter_map(|place| name(place.block)).map(StepId::as_str),
                )
                .and_then(StepId::parse),
            })
        };
        for id in &self.only {
            find("--only", id)?;
        }
        for id in &self.skip {
            let index = find("--skip", id)?;
            if places.get(index).is_some_and(|place| matches!(place.block.kind, BlockKind::Cleanup(_))) {
                return Err(PlanError::SkippedCleanup { id: id.clone(), document: document.to_owned() });
            }
        }
        let first = self.from.as_ref().map(|id| find("--from", id)).transpose()?.unwrap_or(0);
        Ok(Resolved { filter: self, first })
    }
}

/// A filter whose ids are all there.
#[derive(Debug)]
pub(super) struct Resolved<'f> {
    filter: &'f Filter,
    /// The index of the first block that `--from` lets run.
    first: usize,
}

impl Resolved<'_> {
    /// Why the block, number `index` of its run, is left out; `None` where it runs.
    pub(super) fn ruling(&self, index: usize, block: &Block) -> Option<Ruling> {
        if matches!(block.kind, BlockKind::Cleanup(_)) {
            return None;
        }
        let id = name(block);
        let among = |ids: &[StepId]| id.is_some_and(|id| ids.contains(id));
        let reason = match &self.filter.from {
            Some(from) if index < self.first => format!("before --from {from}"),
            _ if !self.filter.only.is_empty() && !among(&self.filter.only) => "not in --only".to_owned(),
            _ if among(&self.filter.skip) => "in --skip".to_owned(),
            _ => return None,
        };
        Some(Ruling::Skipped(reason))
    }
}

fn name(block: &Block) -> Option<&StepId> {
    block.id.as_ref().map(|id| &id.value)
}
