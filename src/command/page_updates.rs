//! `tutor accept` for new lines of a page: finds the block that they are for, and writes them.

use std::path::{Path, PathBuf};

use super::{
    error::CommandError,
    load::{Loaded, load},
    page_writer::{BlockPlace, PageError, PageWriter, hash},
    root::Root,
};
use crate::{
    diagnostic::has_errors,
    document::{Block, BlockKind, Document},
    snapshot::{PageBlock, Pending, Store},
    source::Span,
};

/// Writes what is pending into the page. All its blocks are looked up before one is written.
///
/// # Errors
///
/// Where a block is no longer what it was when the run left this, and where the page can't be written.
pub(super) fn accept(store: &Store, pending: &Pending, root: &Root, cwd: &Path) -> Result<(), CommandError> {
    let Some(update) = store.load_page(&pending.accepted)? else { return Ok(()) };
    let tutorial = root.dir().join(&update.tutorial);
    let failed = |path: PathBuf| {
        let step = pending.name.clone();
        move |source| CommandError::Page { path, step, source }
    };
    let loaded = load(std::slice::from_ref(&tutorial), cwd)?;
    if has_errors(&loaded.diagnostics) {
        return Err(failed(tutorial)(PageError::Mistakes));
    }
    let mut writer = PageWriter::new(Some(&loaded));
    let blocks: Vec<Expectation> = loaded
        .pages
        .iter()
        .filter_map(|page| page.document.as_ref())
        .flat_map(|document| expectations(document, &update.step))
        .collect();
    let mut found: Vec<(&PageBlock, BlockPlace<'_>)> = Vec::new();
    for block in &update.blocks {
        let of_file = || writer.path(&block.file).map_or_else(|| tutorial.clone(), Path::to_owned);
        let place = place(&loaded, &blocks, block).ok_or_else(|| failed(of_file())(PageError::Stale))?;
        match found.iter().find(|(_, known)| *known == place) {
            Some((first, _)) if first.changes != block.changes => {
                return Err(failed(of_file())(PageError::Contested));
            }
            Some(_) => {}
            None => {
                writer.look(place, &block.changes).map_err(failed(of_file()))?;
                found.push((block, place));
            }
        }
    }
    for (block, place) in found {
        let path = writer.path(&block.file).map_or_else(|| tutorial.clone(), Path::to_owned);
        writer.write(place, &block.changes).map_err(failed(path))?;
    }
    Ok(store.remove(&pending.path)?)
}

/// A block that says what a step prints.
struct Expectation {
    /// Its opening fence.
    fence: Span,
    transcript: bool,
    /// The hash of its text.
    hash: String,
}

/// The blocks that say what the step prints, on whatever platform.
fn expectations(document: &Document, step: &str) -> Vec<Expectation> {
    let is_it = |block: &&Block| block.id.as_ref().is_some_and(|id| id.value.as_str() == step);
    let of = |block: &Block| match &block.kind {
        BlockKind::Shell(shell) => shell
            .outputs
            .iter()
            .map(|output| Expectation {
                fence: output.fence,
                transcript: false,
                hash: hash(output.text.text()),
            })
            .collect(),
        BlockKind::Transcript(_) => {
            vec![Expectation { fence: block.fence, transcript: true, hash: hash(block.text.text()) }]
        }
        _ => Vec::new(),
    };
    document.blocks.iter().filter(is_it).flat_map(of).collect()
}

/// Where the block stands now: of several alike, the one nearest to where it stood.
fn place<'b>(loaded: &Loaded, blocks: &[Expectation], block: &'b PageBlock) -> Option<BlockPlace<'b>> {
    blocks
        .iter()
        .filter(|known| loaded.sources.get(known.fence.source).name() == block.file)
        .filter(|known| known.hash == block.sha256)
        .map(|known| (loaded.sources.line(known.fence), known.transcript))
        .min_by_key(|(line, _)| line.abs_diff(block.line))
        .map(|(fence, transcript)| BlockPlace { file: &block.file, fence, transcript })
}
