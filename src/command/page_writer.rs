//! Writes new lines into the blocks of pages, each file all or nothing.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::{
    load::Loaded,
    replace::{ReplaceError, Replaced, bytes, replace},
};
use crate::{
    document::{BlockChange, BlockChangeError, block_text, rewrite_blocks},
    source::{LineChange, SourceId},
};

/// Why a page was left as it is.
#[derive(Debug, thiserror::Error)]
pub(super) enum PageError {
    #[error("its text was not read")]
    Unknown,

    #[error("two files of different projects are called so")]
    TwoFiles,

    #[error("{0}")]
    Block(#[from] BlockChangeError),

    #[error("{0}")]
    Replace(#[from] ReplaceError),

    #[error("the block has been changed since the run that left this pending")]
    Stale,

    #[error("two runs printed different things there, and one block can't say both")]
    Contested,

    #[error("the tutorial has mistakes now, which `tutor check` tells")]
    Mistakes,
}

/// The block of a page that new lines are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct BlockPlace<'a> {
    /// The file, from its root.
    pub(super) file: &'a str,
    /// The line of its opening fence, from 1, in the text that was read.
    pub(super) fence: usize,
    pub(super) transcript: bool,
}

/// The pages as they were read, and what has been written into them since.
#[derive(Debug)]
pub(super) struct PageWriter<'l> {
    loaded: Option<&'l Loaded>,
    /// By their places, links followed.
    files: HashMap<PathBuf, Written>,
}

/// What has been written into one file.
#[derive(Clone, Debug, Default)]
struct Written {
    /// By the line of the block's fence in the text that was read: whether it is a transcript, and what changes.
    blocks: BTreeMap<usize, (bool, Vec<LineChange>)>,
    /// What was read, and what is there since; `None`: nothing was written.
    bytes: Option<(Vec<u8>, Vec<u8>)>,
}

impl<'l> PageWriter<'l> {
    /// For the pages of `loaded`; for none, nothing is ever written.
    pub(super) fn new(loaded: Option<&'l Loaded>) -> Self {
        Self { loaded, files: HashMap::new() }
    }

    /// The hash of the block's text, after a look at whether it can have the new lines.
    pub(super) fn look(&self, place: BlockPlace<'_>, changes: &[LineChange]) -> Result<String, PageError> {
        let (loaded, source, _) = self.file(place.file)?;
        let BlockPlace { fence, transcript, .. } = place;
        rewrite_blocks(source, &loaded.sources, &[BlockChange { fence, changes, transcript }])?;
        let text = block_text(source, &loaded.sources, fence).ok_or(PageError::Unknown)?;
        Ok(hash(&text))
    }

    /// Puts new lines into a block. What was put into others stays.
    pub(super) fn write(&mut self, place: BlockPlace<'_>, changes: &[LineChange]) -> Result<(), PageError> {
        let (loaded, source, path) = self.file(place.file)?;
        let known = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut written = self.files.get(&known).cloned().unwrap_or_default();
        written.blocks.insert(place.fence, (place.transcript, changes.to_owned()));
        let all: Vec<BlockChange<'_>> = written
            .blocks
            .iter()
            .map(|(&fence, (transcript, changes))| BlockChange { fence, changes, transcript: *transcript })
            .collect();
        let text = rewrite_blocks(source, &loaded.sources, &all)?;
        let page = loaded.sources.get(source);
        let new = bytes(page, &text);
        let (read, old) = written.bytes.take().unwrap_or_else(|| {
            let read = bytes(page, page.text());
            (read.clone(), read)
        });
        if old != new {
            replace(path, &old, &new)?;
        }
        written.bytes = Some((read, new));
        self.files.insert(known, written);
        Ok(())
    }

    /// The files that have other bytes now.
    pub(super) fn into_replaced(self) -> Vec<Replaced> {
        let written = self.files.into_iter().filter_map(|(path, written)| Some((path, written.bytes?)));
        written
            .filter(|(_, (old, new))| old != new)
            .map(|(path, (old, new))| Replaced { path, old, new })
            .collect()
    }

    /// The file's path, where it was read.
    pub(super) fn path(&self, file: &str) -> Option<&'l Path> {
        self.file(file).ok().map(|(_, _, path)| path)
    }

    /// The file of that name: its text and where it lies.
    fn file(&self, name: &str) -> Result<(&'l Loaded, SourceId, &'l Path), PageError> {
        let loaded = self.loaded.ok_or(PageError::Unknown)?;
        let mut found = loaded.files().filter(|(_, source)| loaded.sources.get(*source).name() == name);
        let (path, source) = found.next().ok_or(PageError::Unknown)?;
        // Each thread that reads a file has a text of it.
        if found.any(|(other, _)| other != path && other.canonicalize().ok() != path.canonicalize().ok()) {
            return Err(PageError::TwoFiles);
        }
        Ok((loaded, source, path))
    }
}

/// SHA-256, hex.
pub(super) fn hash(text: &str) -> String {
    use std::fmt::Write as _;
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
