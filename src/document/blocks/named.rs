//! Steps that other steps name: what one needs stands above it, what it stops is a service, on each of its platforms.

use super::{
    links::{Ids, unknown},
    places::Variants,
};
use crate::{
    diagnostic::Diagnostic,
    document::{Block, BlockKind, Need, Runs},
    source::Span,
};

/// Reports steps under `needs` and `stops` that are not there by then.
pub(super) fn check_named(blocks: &[Block], ids: &Ids, variants: &Variants, found: &mut Vec<Diagnostic>) {
    let names = Names { blocks, ids, variants };
    for (place, block) in blocks.iter().enumerate() {
        for need in block.needs.iter().filter(|need| need.document.is_none()) {
            found.extend(names.wrong(place, block, need, "needs"));
        }
        for need in block.stops.iter().filter(|need| need.document.is_none()) {
            found.extend(names.wrong(place, block, need, "stops").or_else(|| names.no_service(need)));
        }
    }
}

struct Names<'a> {
    blocks: &'a [Block],
    ids: &'a Ids,
    variants: &'a Variants,
}

impl Names<'_> {
    /// The block with that index, if it has the id that `need` names: else it could not be read.
    fn block(&self, place: usize, need: &Need) -> Option<&Block> {
        let has = |block: &&Block| block.id.as_ref().is_some_and(|id| id.value == need.id.value);
        self.blocks.get(place).filter(has)
    }

    fn wrong(&self, place: usize, block: &Block, need: &Need, verb: &str) -> Option<Diagnostic> {
        let (name, span) = (&need.id.value, need.id.span);
        if block.id.as_ref().is_some_and(|id| id.value == *name) {
            let message = format!("the step `{name}` {verb} itself");
            return Some(Diagnostic::error("needs-itself", message, span, "its own id"));
        }
        let Some(definitions) = self.ids.get(name) else {
            return Some(unknown(name, span, self.ids.keys()));
        };
        let mut there = Runs::NONE;
        let mut later: Option<Span> = None;
        for definition in definitions {
            let cleanup = self
                .block(definition.place, need)
                .is_some_and(|block| matches!(block.kind, BlockKind::Cleanup(_)));
            let shared = definition.runs.and(block.runs);
            if cleanup && !shared.is_empty() {
                let message = format!("`{name}` is a cleanup block, which runs at the end");
                let error = Diagnostic::error("needs-later-step", message, span, "has not run by then");
                return Some(error.also(definition.span, "it stands here"));
            }
            if definition.place > place {
                later = later.or(Some(definition.span).filter(|_| !shared.is_empty()));
            } else {
                there = there.or(shared);
            }
        }
        let lacking = block.runs.without(there);
        if lacking.is_empty() {
            return None;
        }
        if let Some(later) = later {
            let message = format!("the step `{name}` comes later");
            let error = Diagnostic::error("needs-later-step", message, span, "has not run by then");
            return Some(error.also(later, "it stands here"));
        }
        let message = format!("the step `{name}` is not there{}", self.variants.on(lacking));
        let error = Diagnostic::error("step-elsewhere", message, span, "on other platforms only");
        let error = match definitions.first() {
            Some(first) => error.also(first.span, "it stands here"),
            None => error,
        };
        Some(error.help("give both the same platforms, or a step of that id to each"))
    }

    fn no_service(&self, need: &Need) -> Option<Diagnostic> {
        let definitions = self.ids.get(&need.id.value)?;
        let other = definitions.iter().find(|definition| {
            let block = self.block(definition.place, need);
            block.is_some_and(|block| !matches!(block.kind, BlockKind::Service(_) | BlockKind::Skip { .. }))
        })?;
        let message = format!("`{}` is no service, so nothing of it is to be stopped", need.id.value);
        let error = Diagnostic::error("stops-no-service", message, need.id.span, "not a `.service` block");
        Some(error.also(other.span, "it stands here"))
    }
}
