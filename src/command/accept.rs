//! `tutor accept`: records what a run left pending or writes it into the page, and removes recordings that no step refers to.

use std::{cell::RefCell, fmt::Write as _, path::PathBuf, rc::Rc};

use super::{
    error::CommandError,
    load::current_directory,
    options, page_updates,
    pending::each,
    program::{counted, say},
    root::Root,
    unused::{self, Unused},
};
use crate::{
    report::{Color, Output, escape},
    snapshot::{Pending, Recording, SnapshotError, Store},
};

/// Accepts the steps that were named, or with `--prune` alone none; the value is the exit status.
pub(super) fn accept(options: &options::Pending, color: Color) -> Result<u8, CommandError> {
    let cwd = current_directory()?;
    let root = Root::of(&cwd);
    let dir = options.snapshots.clone().unwrap_or_else(|| root.snapshots());
    let store = Rc::new(Store::new(dir));
    let unused = RefCell::new(unused::find(&store, &root, &cwd)?);
    if !options.prune || !options.steps.is_empty() {
        let renamed = RefCell::new(Vec::new());
        let take = |store: &Store, pending: &Pending| {
            if pending.is_of_page() {
                return page_updates::accept(store, pending, &root, &cwd).map(drop);
            }
            if let Some(old) = take(store, pending, &mut unused.borrow_mut())? {
                renamed.borrow_mut().push((store.name(&old.path), pending.name.clone()));
            }
            Ok(())
        };
        let status = each(options, color, "accepted", take)?;
        let mut text = String::new();
        for (old, new) in renamed.into_inner() {
            let _ = writeln!(text, "{} is {} now", escape(&old), escape(&new));
        }
        say(&mut Output::stdout(color), &text, status)?;
    }
    let unused = unused.into_inner();
    let mut text = String::new();
    let mut errors: Vec<CommandError> = Vec::new();
    if options.prune {
        for path in unused.found.keys() {
            match store.remove(path) {
                Ok(()) => {
                    let _ = writeln!(text, "removed {}", escape(&store.name(path)));
                }
                Err(error) => errors.push(error.into()),
            }
        }
        if unused.found.is_empty() {
            text.push_str("every recording belongs to a step\n");
        }
        for tutorial in &unused.unknown {
            let _ = writeln!(text, "left alone: the recordings of {}, which has mistakes", escape(tutorial));
        }
    } else if !unused.found.is_empty() {
        let some = counted(unused.found.len(), "recording");
        let _ =
            writeln!(text, "{some} that no step refers to: `tutor accept --prune` removes what is left over");
    }
    say(&mut Output::stdout(color), &text, 0)?;
    CommandError::of(errors).map_or(Ok(0), Err)
}

/// A recording that has gone because its step has another name now.
#[derive(Debug)]
pub(super) struct Renamed {
    /// Where it lay.
    pub(super) path: PathBuf,
    /// What it said.
    pub(super) recording: Recording,
}

/// Accepts `pending`. Where it is of a step that has got another name, the old recording goes.
pub(super) fn take(
    store: &Store,
    pending: &Pending,
    unused: &mut Unused,
) -> Result<Option<Renamed>, SnapshotError> {
    let old = renamed_from(store, pending, &store.load_pending(pending)?, unused).cloned();
    store.accept(pending)?;
    let Some(path) = old else { return Ok(None) };
    store.remove(&path)?;
    Ok(unused.found.remove(&path).map(|recording| Renamed { path, recording }))
}

/// The recording that no step refers to any more and that says what `recording`, of a new step, says: then the step has
/// got another name.
pub(super) fn renamed_from<'u>(
    store: &Store,
    pending: &Pending,
    recording: &Recording,
    unused: &'u Unused,
) -> Option<&'u PathBuf> {
    let new = store.load(&pending.accepted).is_ok_and(|accepted| accepted.is_none());
    let mut olds = unused.found.iter().filter(|(path, old)| {
        new && old.same_outcome(recording)
            && path.parent() == pending.accepted.parent()
            // What prints nothing says nothing of which step it was.
            && (old.command == recording.command || old.stdout.as_ref().is_some_and(|out| !out.is_empty()))
    });
    match (olds.next(), olds.next()) {
        (Some((path, _)), None) => Some(path),
        _ => None,
    }
}
