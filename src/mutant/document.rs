//! All mutants of a page's text.

use std::collections::HashSet;

use super::{
    Mutant,
    blocks::of_block,
    steps::{removed, swapped},
};
use crate::{
    document::{Block, BlockKind, Document, Variant},
    source::Sources,
};

/// The mutants of one of the runs of a page, in the order of its blocks: first what happens to a step as a whole, then
/// what happens to what stands in it. Each change is there once.
///
/// Skipped and cleanup blocks are left alone, and comments in commands and files.
#[must_use]
pub fn mutants(document: &Document, sources: &Sources, run: Variant) -> Vec<Mutant> {
    let own: Vec<String> = document.front_on(run).relocate.iter().map(|dir| dir.value.clone()).collect();
    let blocks: Vec<&Block> = document
        .blocks
        .iter()
        .filter(|block| block.runs.contains(run) && block.id.is_some())
        .filter(|block| !matches!(block.kind, BlockKind::Skip { .. } | BlockKind::Cleanup(_)))
        .collect();
    let mut mutants = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        mutants.extend(removed(block, sources, run));
        if let Some(next) = blocks.get(index + 1) {
            mutants.extend(swapped(block, next, sources, run));
        }
        mutants.extend(of_block(block, sources, run, &own));
    }
    // A number at the end of a line is one change, whichever way one comes to it.
    let mut seen = HashSet::new();
    mutants.retain(|mutant| seen.insert(format!("{:?}", mutant.alteration)));
    mutants
}
