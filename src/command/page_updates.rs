//! New lines of a page that wait: which blocks they are for, as the page stands now, and how they come into it.

use std::path::{Path, PathBuf};

use super::{
    error::CommandError,
    load::{Loaded, load},
    page_writer::{BlockPlace, PageError, PageWriter, hash},
    replace::{Replaced, put_back},
    root::Root,
};
use crate::{
    diagnostic::has_errors,
    document::{Block, BlockKind, Document},
    snapshot::{PageBlock, PageUpdate, Pending, Store},
    source::Span,
};

/// Writes what is pending into the page, and says which files have other bytes now. All its blocks are looked up before
/// one is written, and where one can't be written, none is.
///
/// # Errors
///
/// Where a block is no longer what it was when the run left this, and where the page can't be written.
pub(super) fn accept(
    store: &Store,
    pending: &Pending,
    root: &Root,
    cwd: &Path,
) -> Result<Vec<Replaced>, CommandError> {
    let Some(update) = store.load_page(&pending.accepted)? else { return Ok(Vec::new()) };
    let tutorial = root.dir().join(&update.tutorial);
    let failed = |path: PathBuf, source| CommandError::Page { path, step: pending.name.clone(), source };
    let loaded = load(std::slice::from_ref(&tutorial), cwd)?;
    if has_errors(&loaded.diagnostics) {
        return Err(failed(tutorial, PageError::Mistakes));
    }
    let mut writer = PageWriter::new(Some(&loaded));
    let mut places = Vec::new();
    for wanted in wanted(&update, &loaded) {
        let path = writer.path(&wanted.block.file).map_or_else(|| tutorial.clone(), Path::to_owned);
        match (wanted.place, wanted.problem) {
            (Some(place), None) => places.push((wanted.block, place, path)),
            (_, problem) => return Err(failed(path, problem.unwrap_or(PageError::Stale))),
        }
    }
    let mut written = Ok(());
    for (block, place, path) in places {
        written = writer.write(place, &block.changes).map_err(|source| failed(path, source));
        if written.is_err() {
            break;
        }
    }
    let replaced = writer.into_replaced();
    if let Err(error) = written.and_then(|()| Ok(store.remove(&pending.path)?)) {
        // What can't be put back has been changed by somebody else by now, and is theirs.
        let _ = put_back(&replaced);
        return Err(error);
    }
    Ok(replaced)
}

/// New lines for one block.
#[derive(Debug)]
pub(super) struct Wanted<'u> {
    /// What waits.
    pub(super) block: &'u PageBlock,
    /// Where the block stands now.
    pub(super) place: Option<BlockPlace<'u>>,
    /// Why they can't be written there.
    pub(super) problem: Option<PageError>,
}

/// What `update` wants, held against the pages of `loaded`.
pub(super) fn wanted<'u>(update: &'u PageUpdate, loaded: &Loaded) -> Vec<Wanted<'u>> {
    let writer = PageWriter::new(Some(loaded));
    let blocks: Vec<Expectation> = loaded
        .pages
        .iter()
        .filter_map(|page| page.document.as_ref())
        .flat_map(|document| expectations(document, &update.step))
        .collect();
    let mut all: Vec<Wanted<'_>> = Vec::new();
    for block in &update.blocks {
        let place = place(loaded, &blocks, block);
        let contested = |other: &Wanted<'_>| other.place == place && other.block.changes != block.changes;
        let problem = match place {
            None => Some(PageError::Stale),
            Some(_) if all.iter().any(contested) => Some(PageError::Contested),
            Some(place) => writer.look(place, &block.changes).err(),
        };
        all.push(Wanted { block, place, problem });
    }
    all
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
