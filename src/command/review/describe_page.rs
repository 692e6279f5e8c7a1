//! New lines of a page that wait, as they are shown: what the page says now beside what it would say.

use super::{
    describe::head,
    pages::{As, Page, Pages},
};
use crate::{
    command::{
        page_updates::{Wanted, wanted},
        page_writer::PageError,
    },
    document::block_text,
    review::{Block, Item, Part, Standing},
    snapshot::{PageBlock, PageUpdate, Pending},
    source::changed,
};

impl Pages<'_> {
    /// `pending`, which says `update`, as it is shown.
    pub(super) fn describe_page(&mut self, pending: &Pending, update: Result<&PageUpdate, &String>) -> Item {
        let mut item = Item { standing: Standing::Page, ..head(pending) };
        let update = match update {
            Ok(update) => update,
            Err(error) => {
                item.place = pending.path.display().to_string();
                item.block = Block::Gone(error.clone());
                return item;
            }
        };
        let page = self.page(&update.tutorial);
        let command = update.blocks.first().map_or("", |block| &block.command);
        Self::put_block(&page, pending, (&update.tutorial, command), As::Shown, &mut item);
        put_facts(update, &mut item);
        match &*page {
            Ok(page) => {
                for wanted in merged(wanted(update, &page.loaded)) {
                    put_wanted(&wanted, page, &mut item);
                }
            }
            Err(_) => item.parts.extend(update.blocks.iter().map(only_new)),
        }
        item
    }
}

/// Several platforms that want the same of one block want it once.
fn merged(all: Vec<Wanted<'_>>) -> Vec<Wanted<'_>> {
    let mut merged: Vec<Wanted<'_>> = Vec::new();
    for wanted in all {
        let known = |other: &Wanted<'_>| {
            wanted.place.is_some()
                && other.place == wanted.place
                && other.block.changes == wanted.block.changes
        };
        if !merged.iter().any(known) {
            merged.push(wanted);
        }
    }
    merged
}

/// Where it ran, and with what.
fn put_facts(update: &PageUpdate, item: &mut Item) {
    let mut platforms: Vec<&str> = update.blocks.iter().map(|block| block.platform.as_str()).collect();
    platforms.dedup();
    if !platforms.is_empty() {
        item.facts.push(("ran on".to_owned(), platforms.join(", ")));
    }
    let mut versions: Vec<String> = Vec::new();
    for (program, version) in update.blocks.iter().flat_map(|block| &block.versions) {
        let text = format!("{program} {version}");
        if !versions.contains(&text) {
            versions.push(text);
        }
    }
    if !versions.is_empty() {
        item.facts.push(("with".to_owned(), versions.join(", ")));
    }
}

fn put_wanted(wanted: &Wanted<'_>, page: &Page, item: &mut Item) {
    if let Some(problem) = &wanted.problem {
        let what = match problem {
            PageError::Stale | PageError::Contested => ": run the page again, or reject this",
            _ => "",
        };
        let fact = ("can't be accepted".to_owned(), format!("{problem}{what}"));
        if !item.facts.contains(&fact) {
            item.facts.push(fact);
        }
    }
    let part = both(wanted, page, item).unwrap_or_else(|| only_new(wanted.block));
    item.parts.push(part);
}

/// What the block says, and what it would say.
fn both(wanted: &Wanted<'_>, page: &Page, item: &Item) -> Option<Part> {
    let place = wanted.place?;
    let loaded = &page.loaded;
    let (_, source) = loaded.files().find(|(_, id)| loaded.sources.get(*id).name() == place.file)?;
    let old = block_text(source, &loaded.sources, place.fence)?;
    let lines: Vec<&str> = old.split_terminator('\n').collect();
    let new = changed(&lines, &wanted.block.changes)?;
    let new = new.iter().flat_map(|line| [line, "\n"]).collect();
    let what = if place.transcript { "transcript" } else { "`.output`" };
    let title = match item.place.rsplit_once(':') {
        Some((file, _)) if file == place.file => format!("{what} at line {}", place.fence),
        _ => format!("{what} at {}:{}", place.file, place.fence),
    };
    Some(Part { title, old: Some(old), new: Some(new) })
}

/// What came, where nobody knows what it would make of the page.
fn only_new(block: &PageBlock) -> Part {
    let lines = block.changes.iter().flat_map(|change| &change.new);
    let new = lines.flat_map(|line| [line, "\n"]).collect();
    let title = format!("new lines of the block that stood at {}:{}", block.file, block.line);
    Part { title, old: None, new: Some(new) }
}
