//! A pending recording as it is shown: with its block as it stands in the page now, and what else has changed.

use super::pages::{As, Pages};
use crate::{
    command::{accept::renamed_from, unused::Unused},
    review::{Block, Item, Part, Standing},
    snapshot::{Pending, Recording, changes},
};

/// The beginnings of an item for `pending`.
pub(super) fn head(pending: &Pending) -> Item {
    let (page, step) = pending.name.rsplit_once('/').unwrap_or(("", &pending.name));
    let title = if page.is_empty() { step.to_owned() } else { format!("{page} › {step}") };
    Item { name: pending.name.clone(), title, ..Item::default() }
}

impl Pages<'_> {
    /// `pending`, which says `recording`, as it is shown.
    pub(super) fn describe(
        &mut self,
        pending: &Pending,
        recording: Result<&Recording, &String>,
        unused: &Unused,
    ) -> Item {
        let mut item = head(pending);
        let new = match recording {
            Ok(recording) => recording,
            Err(error) => {
                item.place = pending.path.display().to_string();
                item.block = Block::Gone(error.clone());
                return item;
            }
        };
        let old = self.store.load(&pending.accepted);
        item.standing = if matches!(old, Ok(None)) { Standing::New } else { Standing::Changed };
        if let Err(error) = &old {
            item.facts.push(("recorded before".to_owned(), error.to_string()));
        }
        let old = old.ok().flatten();
        let (page, of) = (self.page(&new.tutorial), (new.tutorial.as_str(), new.command.as_str()));
        Self::put_block(&page, pending, of, As::Recorded, &mut item);
        put_facts(old.as_ref(), new, &mut item);
        if let Some(path) = renamed_from(self.store, pending, new, unused) {
            let name = self.store.name(path);
            item.facts.push(("another name".to_owned(), format!("{name} printed this, and no step has that name any more: its recording goes when this is accepted")));
        }
        put_parts(old.as_ref(), new, &mut item);
        item
    }
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
