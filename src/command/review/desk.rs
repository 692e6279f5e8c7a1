//! Decisions of a review, carried out at once, and taken back.

use std::{path::PathBuf, rc::Rc};

use super::describe::Pages;
use crate::{
    command::{
        accept::{Renamed, take},
        unused::Unused,
    },
    review::{self, Item},
    snapshot::{Kept, Pending, Recording, SnapshotError, Store},
};

/// Something that waits for a decision. Another kind says here which files it may change, what accepting and rejecting
/// do to them, and how it is shown.
#[derive(Debug)]
pub(super) enum Waiting {
    /// A recording, and what it said when it was read; or why it can't be read.
    Recording(Pending, Result<Box<Recording>, String>),
}

impl Waiting {
    /// What `pending` waits for.
    pub(super) fn recording(store: &Store, pending: Pending) -> Self {
        let recording = store.load_pending(&pending).map(Box::new).map_err(|error| error.to_string());
        Self::Recording(pending, recording)
    }

    /// As it is shown.
    pub(super) fn describe(&self, pages: &mut Pages<'_>, unused: &Unused) -> Item {
        match self {
            Self::Recording(pending, recording) => pages.describe(pending, recording.as_deref(), unused),
        }
    }

    /// Refuses what is no longer what was shown.
    fn check(&self, store: &Store) -> Result<(), String> {
        match self {
            Self::Recording(pending, Ok(shown)) => match store.load_pending(pending) {
                Ok(now) if now == **shown => Ok(()),
                Ok(_) => Err("a run has changed this since it was read: quit, and review again".to_owned()),
                Err(error) => Err(error.to_string()),
            },
            // Nobody has seen what it says.
            Self::Recording(..) => Ok(()),
        }
    }

    /// The files that a decision may change.
    fn files(&self, unused: &Unused) -> Vec<PathBuf> {
        match self {
            Self::Recording(pending, _) => {
                let mut files = vec![pending.accepted.clone(), pending.path.clone()];
                let beside = |path: &&PathBuf| path.parent() == pending.accepted.parent();
                files.extend(unused.found.keys().filter(beside).cloned());
                files
            }
        }
    }
}

/// What a decision did, to be taken back.
#[derive(Debug)]
struct Done {
    /// The files as they were.
    files: Kept,
    /// The item, and the recording that went with its step's old name.
    renamed: Option<(usize, Renamed)>,
}

/// Where decisions are carried out.
#[derive(Debug)]
pub(super) struct Desk {
    store: Rc<Store>,
    waiting: Vec<Waiting>,
    unused: Unused,
    done: Vec<Done>,
}

impl Desk {
    /// One for decisions on `waiting`; the recordings that no step refers to are `unused`.
    pub(super) fn new(store: Rc<Store>, waiting: Vec<Waiting>, unused: Unused) -> Self {
        Self { store, waiting, unused, done: Vec::new() }
    }

    /// Old and new names of steps that have got another one.
    pub(super) fn renamed(&self) -> Vec<(String, String)> {
        let renamed = self.done.iter().filter_map(|done| done.renamed.as_ref());
        renamed
            .map(|(index, old)| {
                let Waiting::Recording(pending, _) = &self.waiting[*index];
                (self.store.name(&old.path), pending.name.clone())
            })
            .collect()
    }

    fn carry_out(
        &mut self,
        index: usize,
        act: impl FnOnce(&Store, &Waiting, &mut Unused) -> Result<Option<Renamed>, SnapshotError>,
    ) -> Result<(), String> {
        let waiting = &self.waiting[index];
        waiting.check(&self.store)?;
        let told = |error: SnapshotError| error.to_string();
        let files = self.store.keep(&waiting.files(&self.unused)).map_err(told)?;
        let renamed = act(&self.store, waiting, &mut self.unused).map_err(told)?;
        self.done.push(Done { files, renamed: renamed.map(|renamed| (index, renamed)) });
        Ok(())
    }
}

impl review::Desk for Desk {
    fn accept(&mut self, index: usize) -> Result<(), String> {
        self.carry_out(index, |store, waiting, unused| match waiting {
            Waiting::Recording(pending, _) => take(store, pending, unused),
        })
    }

    fn reject(&mut self, index: usize) -> Result<(), String> {
        self.carry_out(index, |store, waiting, _| match waiting {
            Waiting::Recording(pending, _) => store.reject(pending).map(|()| None),
        })
    }

    fn undo(&mut self) -> Result<(), String> {
        let Some(done) = self.done.last() else { return Ok(()) };
        self.store.restore(&done.files).map_err(|error| error.to_string())?;
        if let Some(Done { renamed: Some((_, old)), .. }) = self.done.pop() {
            self.unused.found.insert(old.path, old.recording);
        }
        Ok(())
    }
}
