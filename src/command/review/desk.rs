//! Decisions of a review, carried out at once, and taken back.

use std::{path::PathBuf, rc::Rc};

use super::pages::Pages;
use crate::{
    command::{
        accept::{Renamed, take},
        page_updates,
        replace::{Replaced, put_back, replace},
        unused::Unused,
    },
    review::{self, Item},
    snapshot::{Kept, PageUpdate, Pending, Recording, SnapshotError, Store},
};

/// Something that waits for a decision. Another kind says here which files it may change, what accepting and rejecting
/// do to them, and how it is shown.
#[derive(Debug)]
pub(super) enum Waiting {
    /// A recording, and what it said when it was read; or why it can't be read.
    Recording(Pending, Result<Box<Recording>, String>),
    /// New lines of a page, and the same.
    Page(Pending, Result<PageUpdate, String>),
}

impl Waiting {
    /// What `pending` waits for.
    pub(super) fn read(store: &Store, pending: Pending) -> Self {
        if pending.is_of_page() {
            let update = store.load_page(&pending.accepted).map_err(|error| error.to_string());
            let update = update.and_then(|update| update.ok_or_else(|| GONE.to_owned()));
            return Self::Page(pending, update);
        }
        let recording = store.load_pending(&pending).map(Box::new).map_err(|error| error.to_string());
        Self::Recording(pending, recording)
    }

    /// As it is shown.
    pub(super) fn describe(&self, pages: &mut Pages<'_>, unused: &Unused) -> Item {
        match self {
            Self::Recording(pending, recording) => pages.describe(pending, recording.as_deref(), unused),
            Self::Page(pending, update) => pages.describe_page(pending, update.as_ref()),
        }
    }

    fn pending(&self) -> &Pending {
        let (Self::Recording(pending, _) | Self::Page(pending, _)) = self;
        pending
    }

    /// Refuses what is no longer what was shown.
    fn check(&self, store: &Store) -> Result<(), String> {
        if !self.pending().path.exists() {
            return Err(GONE.to_owned());
        }
        let told = |error: SnapshotError| error.to_string();
        let same = match self {
            Self::Recording(pending, Ok(shown)) => store.load_pending(pending).map_err(told)? == **shown,
            Self::Page(pending, Ok(shown)) => {
                store.load_page(&pending.accepted).map_err(told)?.as_ref() == Some(shown)
            }
            // Nobody has seen what it says.
            Self::Recording(_, Err(_)) | Self::Page(_, Err(_)) => true,
        };
        let changed = || "a run has changed this since it was read: quit, and review again".to_owned();
        same.then_some(()).ok_or_else(changed)
    }

    /// The files among the recordings that a decision may change.
    fn files(&self, unused: &Unused) -> Vec<PathBuf> {
        match self {
            Self::Recording(pending, _) => {
                let mut files = vec![pending.accepted.clone(), pending.path.clone()];
                let beside = |path: &&PathBuf| path.parent() == pending.accepted.parent();
                files.extend(unused.found.keys().filter(beside).cloned());
                files
            }
            Self::Page(pending, _) => vec![pending.path.clone()],
        }
    }
}

/// Said of what another review, or a command, was faster with.
const GONE: &str = "this is no longer pending: something else has decided on it since";

/// What a decision did, to be taken back.
#[derive(Debug)]
struct Done {
    /// The files as they were.
    files: Kept,
    /// The pages that have other lines.
    pages: Vec<Replaced>,
    /// The item, and the recording that went with its step's old name.
    renamed: Option<(usize, Renamed)>,
}

/// What accepting or rejecting did beside what is kept.
#[derive(Debug, Default)]
struct Did {
    pages: Vec<Replaced>,
    renamed: Option<Renamed>,
}

/// Where decisions are carried out.
#[derive(Debug)]
pub(super) struct Desk<'p> {
    store: Rc<Store>,
    waiting: Vec<Waiting>,
    unused: Unused,
    pages: Pages<'p>,
    done: Vec<Done>,
    /// How often a page has changed.
    changes: usize,
    /// The same when each item was described.
    described: Vec<usize>,
}

impl<'p> Desk<'p> {
    /// One for decisions on `waiting`, which stand in `pages`; the recordings that no step refers to are `unused`.
    pub(super) fn new(store: Rc<Store>, waiting: Vec<Waiting>, unused: Unused, pages: Pages<'p>) -> Self {
        let described = vec![0; waiting.len()];
        Self { store, waiting, unused, pages, done: Vec::new(), changes: 0, described }
    }

    /// What waits, as it is shown.
    pub(super) fn items(&mut self) -> Vec<Item> {
        self.waiting.iter().map(|waiting| waiting.describe(&mut self.pages, &self.unused)).collect()
    }

    /// Old and new names of steps that have got another one.
    pub(super) fn renamed(&self) -> Vec<(String, String)> {
        let renamed = self.done.iter().filter_map(|done| done.renamed.as_ref());
        renamed
            .map(|(index, old)| (self.store.name(&old.path), self.waiting[*index].pending().name.clone()))
            .collect()
    }

    /// How many wait now, whoever decided on the others; `None` where that can't be told.
    pub(super) fn left(&self) -> Option<usize> {
        self.store.pending().ok().map(|pending| pending.len())
    }

    fn carry_out(
        &mut self,
        index: usize,
        act: impl FnOnce(&Store, &Waiting, &mut Unused, &Pages<'_>) -> Result<Did, String>,
    ) -> Result<(), String> {
        let waiting = &self.waiting[index];
        waiting.check(&self.store)?;
        let files = self.store.keep(&waiting.files(&self.unused)).map_err(|error| error.to_string())?;
        let did = act(&self.store, waiting, &mut self.unused, &self.pages);
        // A page that refuses may be another one by now, too.
        if did.as_ref().map_or(matches!(waiting, Waiting::Page(..)), |did| !did.pages.is_empty()) {
            self.page_changed();
        }
        let Did { pages, renamed } = did?;
        self.done.push(Done { files, pages, renamed: renamed.map(|renamed| (index, renamed)) });
        Ok(())
    }

    fn page_changed(&mut self) {
        self.changes += 1;
        self.pages.forget();
    }
}

impl review::Desk for Desk<'_> {
    fn accept(&mut self, index: usize) -> Result<(), String> {
        self.carry_out(index, |store, waiting, unused, pages| match waiting {
            Waiting::Recording(pending, _) => {
                let renamed = take(store, pending, unused).map_err(|error| error.to_string())?;
                Ok(Did { renamed, ..Did::default() })
            }
            Waiting::Page(pending, _) => {
                let replaced = page_updates::accept(store, pending, pages.root, pages.cwd);
                let pages = replaced.map_err(|error| error.to_string())?;
                Ok(Did { pages, ..Did::default() })
            }
        })
    }

    fn reject(&mut self, index: usize) -> Result<(), String> {
        self.carry_out(index, |store, waiting, _, _| {
            store.reject(waiting.pending()).map_err(|error| error.to_string())?;
            Ok(Did::default())
        })
    }

    fn undo(&mut self) -> Result<(), String> {
        let Some(done) = self.done.last() else { return Ok(()) };
        put_back(&done.pages)
            .map_err(|(path, error)| format!("failed to write `{}`: {error}", path.display()))?;
        if let Err(error) = self.store.restore(&done.files) {
            for page in &done.pages {
                // As it was a moment ago, unless somebody has changed it since.
                let _ = replace(&page.path, &page.old, &page.new);
            }
            return Err(error.to_string());
        }
        if let Some(done) = self.done.pop() {
            if let Some((_, old)) = done.renamed {
                self.unused.found.insert(old.path, old.recording);
            }
            if !done.pages.is_empty() {
                self.page_changed();
            }
        }
        Ok(())
    }

    fn item(&mut self, index: usize) -> Option<Item> {
        if self.described[index] == self.changes {
            return None;
        }
        self.described[index] = self.changes;
        Some(self.waiting[index].describe(&mut self.pages, &self.unused))
    }
}
