//! Recordings that no step refers to any more: of steps and tutorials that are gone, or that record nothing now.

use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
    rc::Rc,
};

use super::{
    error::CommandError,
    job::Job,
    load::{Loaded, load},
    options::Platforms,
    root::Root,
};
use crate::{
    diagnostic::has_errors,
    document::is_tutorial,
    snapshot::{Recording, Store},
};

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Unused {
    /// The recordings that no step refers to, by their paths, with what they say.
    pub(super) found: BTreeMap<PathBuf, Recording>,
    /// Tutorials that can't be read, and so whose recordings are left alone.
    pub(super) unknown: Vec<String>,
}

/// The recordings in `store` that no step of the tutorials below `root` refers to, on no platform. What is no recording of a
/// tutorial's step is left alone.
///
/// # Errors
///
/// Where the directory of recordings can't be read.
pub(super) fn find(store: &Rc<Store>, root: &Root, cwd: &Path) -> Result<Unused, CommandError> {
    let mut of_tutorials: BTreeMap<String, Vec<(PathBuf, Recording)>> = BTreeMap::new();
    for path in store.accepted()? {
        match store.load(&path) {
            Ok(Some(recording)) if !recording.tutorial.is_empty() => {
                of_tutorials.entry(recording.tutorial.clone()).or_default().push((path, recording));
            }
            // Another program's, or broken: a run tells of it.
            _ => {}
        }
    }
    let mut unused = Unused::default();
    for (tutorial, recordings) in of_tutorials {
        match referred_to(&root.dir().join(&tutorial), store, root, cwd) {
            None => unused.unknown.push(tutorial),
            Some(used) => {
                unused.found.extend(recordings.into_iter().filter(|(path, _)| !used.contains(path)));
            }
        }
    }
    Ok(unused)
}

/// The recordings that the tutorial's steps refer to, on any platform; `None` where it can't be told. A file that is gone, or no
/// tutorial any more, refers to none.
fn referred_to(page: &Path, store: &Rc<Store>, root: &Root, cwd: &Path) -> Option<HashSet<PathBuf>> {
    match std::fs::read_to_string(page) {
        Ok(text) if is_tutorial(&text) => {}
        Ok(_) => return Some(HashSet::new()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Some(HashSet::new()),
        Err(_) => return None,
    }
    let loaded: Loaded = load(&[page.to_owned()], cwd).ok()?;
    if has_errors(&loaded.diagnostics) {
        return None;
    }
    let jobs = Job::of_all_platforms(&loaded, store, root.dir(), &Platforms::All).ok()?;
    Some(jobs.iter().flat_map(|job| job.recorded_paths().cloned()).collect())
}
