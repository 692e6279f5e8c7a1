//! A pending recording as it is shown: with its block as it stands in the page now, and what else has changed.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    rc::Rc,
};

use crate::{
    command::{
        accept::renamed_from,
        job::{Asked, plans},
        load::{Loaded, load},
        options::Platforms,
        root::Root,
        unused::Unused,
    },
    diagnostic::has_errors,
    document::is_tutorial,
    plan::Filter,
    report::closing_fence,
    review::{Block, Item, Part},
    snapshot::{Pending, Recording, Store, changes},
};

/// A step of a page as it is now.
#[derive(Clone, Debug)]
struct Found {
    file: String,
    line: usize,
    shown: String,
    lines: Vec<String>,
    placed: Option<String>,
}

/// The steps of a page by their recordings' files; or why there are none.
type Steps = Result<HashMap<PathBuf, Found>, String>;

/// The pages that pending recordings are of, each read once.
#[derive(Debug)]
pub(super) struct Pages<'p> {
    root: &'p Root,
    cwd: &'p Path,
    store: &'p Store,
    read: HashMap<String, Rc<Steps>>,
}

impl<'p> Pages<'p> {
    /// None yet.
    pub(super) fn new(root: &'p Root, cwd: &'p Path, store: &'p Store) -> Self {
        Self { root, cwd, store, read: HashMap::new() }
    }

    /// `pending`, which says `recording`, as it is shown.
    pub(super) fn describe(
        &mut self,
        pending: &Pending,
        recording: Result<&Recording, &String>,
        unused: &Unused,
    ) -> Item {
        let (page, step) = pending.name.rsplit_once('/').unwrap_or(("", &pending.name));
        let title = if page.is_empty() { step.to_owned() } else { format!("{page} › {step}") };
        let mut item = Item { name: pending.name.clone(), title, ..Item::default() };
        let new = match recording {
            Ok(recording) => recording,
            Err(error) => {
                item.place = pending.path.display().to_string();
                item.block = Block::Gone(error.clone());
                return item;
            }
        };
        let old = self.store.load(&pending.accepted);
        item.new = matches!(old, Ok(None));
        if let Err(error) = &old {
            item.facts.push(("recorded before".to_owned(), error.to_string()));
        }
        let old = old.ok().flatten();
        self.put_block(pending, new, &mut item);
        put_facts(old.as_ref(), new, &mut item);
        if let Some(path) = renamed_from(self.store, pending, new, unused) {
            let name = self.store.name(path);
            item.facts.push(("another name".to_owned(), format!("{name} printed this, and no step has that name any more: its recording goes when this is accepted")));
        }
        put_parts(old.as_ref(), new, &mut item);
        item
    }

    /// Where the step stands now.
    fn put_block(&mut self, pending: &Pending, new: &Recording, item: &mut Item) {
        let tutorial = &new.tutorial;
        let steps = self.steps(tutorial);
        item.place.clone_from(tutorial);
        item.block = match &*steps {
            Err(why) => Block::Gone(why.clone()),
            Ok(steps) => match steps.get(&pending.accepted) {
                None => Block::Gone(format!("{tutorial} has no such step any more, or none that records")),
                Some(found) => {
                    item.place = format!("{}:{}", found.file, found.line);
                    if let Some(platform) = &found.placed {
                        item.facts.push(("platform".to_owned(), platform.clone()));
                    }
                    if found.shown != new.command {
                        let text = "the block is not the one that ran: run the page again".to_owned();
                        item.facts.push(("changed since the run".to_owned(), text));
                    }
                    Block::Lines(found.line, found.lines.clone())
                }
            },
        };
    }

    fn steps(&mut self, tutorial: &str) -> Rc<Steps> {
        if let Some(steps) = self.read.get(tutorial) {
            return Rc::clone(steps);
        }
        let steps = Rc::new(self.read_steps(tutorial));
        self.read.insert(tutorial.to_owned(), Rc::clone(&steps));
        steps
    }

    fn read_steps(&self, tutorial: &str) -> Steps {
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
                let (Some(id), true) = (&step.id, step.action.recorded().is_some()) else { continue };
                let placed = step.placed.as_ref().map(ToString::to_string);
                let recording = self.store.path(&step.tutorial, placed.as_deref(), id.as_str());
                let lines = lines(&loaded, &step.file, step.line);
                let found = Found { file: step.file, line: step.line, shown: step.shown, lines, placed };
                steps.insert(recording, found);
            }
        }
        Ok(steps)
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

fn put_facts(old: Option<&Recording>, new: &Recording, item: &mut Item) {
    let status = |exit: Option<i32>| exit.map_or_else(|| "none".to_owned(), |exit| exit.to_string());
    let mut fact = |heading: &str, text: String| item.facts.push((heading.to_owned(), text));
    if let Some(old) = old {
        if old.exit != new.exit {
            fact("exit status", format!("{} → {}", status(old.exit), status(new.exit)));
        }
        let changed = changes(&old.versions, &new.versions);
        if !changed.is_empty() {
            fact("changed since", changed.join(", "));
        }
        if old.platform != new.platform {
            fact("platform of the run", format!("{} → {}", old.platform, new.platform));
        }
        return;
    }
    fact("exit status", status(new.exit));
    let versions: Vec<String> =
        new.versions.iter().map(|(program, version)| format!("{program} {version}")).collect();
    if !versions.is_empty() {
        fact("with", versions.join(", "));
    }
}

fn put_parts(old: Option<&Recording>, new: &Recording, item: &mut Item) {
    if let Some(old) = old.filter(|old| old.command != new.command) {
        let (old, now) = (Some(old.command.clone()), Some(new.command.clone()));
        item.parts.push(Part { title: "the block itself".to_owned(), old, new: now });
    }
    let mut stream = |title: &str, old: Option<&String>, new: Option<&String>| {
        item.parts.push(Part { title: title.to_owned(), old: old.cloned(), new: new.cloned() });
    };
    stream("standard output", old.and_then(|old| old.stdout.as_ref()), new.stdout.as_ref());
    stream("standard error", old.and_then(|old| old.stderr.as_ref()), new.stderr.as_ref());
}
