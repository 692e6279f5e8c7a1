//! The pages that pending things are of, as they stand now.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    rc::Rc,
};

use crate::{
    command::{
        job::{Asked, plans},
        load::{Loaded, load},
        options::Platforms,
        root::Root,
    },
    diagnostic::has_errors,
    document::is_tutorial,
    plan::Filter,
    report::closing_fence,
    review::{Block, Item},
    snapshot::{Pending, Store},
};

/// A step of a page as it is now.
#[derive(Clone, Debug)]
pub(super) struct Found {
    file: String,
    line: usize,
    /// Its block as it is shown.
    pub(super) shown: String,
    lines: Vec<String>,
    placed: Option<String>,
    /// Whether it is held against a recording.
    records: bool,
}

/// A page that was read.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) loaded: Loaded,
    /// Its steps, by their recordings' files.
    steps: HashMap<PathBuf, Found>,
}

/// A page, or why it can't be shown.
type Read = Result<Page, String>;

/// The pages, each read once.
#[derive(Debug)]
pub(super) struct Pages<'p> {
    pub(super) root: &'p Root,
    pub(super) cwd: &'p Path,
    pub(super) store: &'p Store,
    read: HashMap<String, Rc<Read>>,
}

/// What a step is looked for as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum As {
    /// One that is held against a recording.
    Recorded,
    /// One whose page shows what it prints.
    Shown,
}

impl<'p> Pages<'p> {
    /// None yet.
    pub(super) fn new(root: &'p Root, cwd: &'p Path, store: &'p Store) -> Self {
        Self { root, cwd, store, read: HashMap::new() }
    }

    /// They are read again from now on.
    pub(super) fn forget(&mut self) {
        self.read.clear();
    }

    /// The page of that path from the root.
    pub(super) fn page(&mut self, tutorial: &str) -> Rc<Read> {
        if let Some(read) = self.read.get(tutorial) {
            return Rc::clone(read);
        }
        let read = Rc::new(self.read(tutorial));
        self.read.insert(tutorial.to_owned(), Rc::clone(&read));
        read
    }

    /// Puts into `item` where the step of `pending` stands in `page` now. `command` is the block that ran; empty where that
    /// is not known.
    pub(super) fn put_block(
        page: &Read,
        pending: &Pending,
        (tutorial, command): (&str, &str),
        wanted: As,
        item: &mut Item,
    ) {
        tutorial.clone_into(&mut item.place);
        let page = match page {
            Ok(page) => page,
            Err(why) => {
                item.block = Block::Gone(why.clone());
                return;
            }
        };
        let (found, missing) = match wanted {
            As::Recorded => {
                let found = page.steps.get(&pending.accepted).filter(|found| found.records);
                (found, "has no such step any more, or none that records")
            }
            As::Shown => (page.steps.get(&pending.accepted), "has no such step any more"),
        };
        let Some(found) = found else {
            item.block = Block::Gone(format!("{tutorial} {missing}"));
            return;
        };
        item.place = format!("{}:{}", found.file, found.line);
        if let Some(platform) = &found.placed {
            item.facts.push(("platform".to_owned(), platform.clone()));
        }
        if !command.is_empty() && found.shown != command {
            let text = "the block is not the one that ran: run the page again".to_owned();
            item.facts.push(("changed since the run".to_owned(), text));
        }
        item.block = Block::Lines(found.line, found.lines.clone());
    }

    fn read(&self, tutorial: &str) -> Read {
        let path = self.root.dir().join(tutorial);
        match std::fs::read_to_string(&path) {
            Ok(text) if is_tutorial(&text) => {}
            Ok(_) => return Err(format!("{tutorial} is no tutorial any more")),
            Err(error) => return Err(format!("{tutorial} can't be read: {error}")),
        }
        let mistaken =
            || format!("{tutorial} has mistakes, so the block can't be shown: `tutor check` tells");
        let loaded = load(&[path], self.cwd).map_err(|_| mistaken())?;
        if has_errors(&loaded.diagnostics) {
            return Err(mistaken());
        }
        let filter = Filter::default();
        let mut steps = HashMap::new();
        for page in &loaded.pages {
            let asked = Asked { filter: &filter, provided: &[], strange: false };
            let plans = plans(page, &loaded.sources, &Platforms::All, asked, &|port| port);
            for step in plans.into_iter().flatten().flat_map(|plan| plan.steps) {
                let Some(id) = &step.id else { continue };
                let records = step.action.recorded().is_some();
                let placed = step.placed.as_ref().map(ToString::to_string);
                let recording = self.store.path(&step.tutorial, placed.as_deref(), id.as_str());
                let lines = lines(&loaded, &step.file, step.line);
                let found =
                    Found { file: step.file, line: step.line, shown: step.shown, lines, placed, records };
                steps.insert(recording, found);
            }
        }
        Ok(Page { loaded, steps })
    }
}

/// The lines of the block whose opening fence is on `line` of `file`.
fn lines(loaded: &Loaded, file: &str, line: usize) -> Vec<String> {
    let mut sources = loaded.files().map(|(_, id)| loaded.sources.get(id));
    let Some(source) = sources.find(|source| source.name() == file) else { return Vec::new() };
    let lines: Vec<&str> = source.text().lines().collect();
    if line == 0 || line > lines.len() {
        return Vec::new();
    }
    lines[line - 1..closing_fence(&lines, line)].iter().map(ToString::to_string).collect()
}
