//! `--since REV`: the pages that what has changed since a revision can have made untrue.

use std::{
    collections::{BTreeSet, HashMap},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    rc::Rc,
};

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::{
    error::CommandError,
    job::Job,
    load::{Loaded, Page, load},
    options::{self, Platforms},
};
use crate::{document::Document, snapshot::Store};

/// Files that differ from those of a revision, by their absolute paths: committed since, staged, changed, new, or gone.
#[derive(Debug)]
struct Changed(BTreeSet<PathBuf>);

/// Leaves in `loaded` the pages that have changed since `rev`, with all files that they are made of (those that they include, that must run
/// before them, that they copy, their recordings, the project's settings), and those that say by `covers` that they describe
/// something that has.
///
/// # Errors
///
/// Where the files are under no version control, or there is no such revision.
pub(super) fn keep_changed(
    loaded: &mut Loaded,
    rev: &str,
    options: &options::Run,
    cwd: &Path,
) -> Result<(), CommandError> {
    let mut repositories: HashMap<PathBuf, Changed> = HashMap::new();
    let mut kept = Vec::new();
    for page in std::mem::take(&mut loaded.pages) {
        let root = page.file.root.dir().to_owned();
        let changed = match repositories.entry(root) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let changed = Changed::since(rev, entry.key())?;
                entry.insert(changed)
            }
        };
        if changed.concerns(&page, options, cwd)? {
            kept.push(page);
        }
    }
    loaded.pages = kept;
    Ok(())
}

impl Changed {
    /// What has changed in the repository of `dir` since `rev`.
    fn since(rev: &str, dir: &Path) -> Result<Self, CommandError> {
        // A revision that begins with a hyphen would be an option.
        let commit = format!("{rev}^{{commit}}");
        git(dir, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])
            .map_err(|why| CommandError::Since { rev: rev.to_owned(), why })?;
        let failed = |why| CommandError::Since { rev: rev.to_owned(), why };
        let top = git(dir, &["rev-parse", "--show-toplevel"]).map_err(failed)?;
        let top = PathBuf::from(String::from_utf8_lossy(&top).trim_end_matches(['\n', '\r']));
        let differ = git(&top, &["diff", "--name-only", "--no-renames", "-z", "--end-of-options", rev, "--"]);
        let new = git(&top, &["ls-files", "--others", "--exclude-standard", "-z"]);
        let mut files = BTreeSet::new();
        for names in [differ.map_err(failed)?, new.map_err(failed)?] {
            for name in names.split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
                files.insert(top.join(String::from_utf8_lossy(name).as_ref()));
            }
        }
        Ok(Self(files))
    }

    /// Whether something of the page, or something that it describes, is among them.
    fn concerns(&self, page: &Page, options: &options::Run, cwd: &Path) -> Result<bool, CommandError> {
        if self.0.is_empty() {
            return Ok(false);
        }
        let alone = load(std::slice::from_ref(&page.file.path), cwd)?;
        if alone.files().any(|(path, _)| self.has(path)) {
            return Ok(true);
        }
        let root = page.file.root.dir();
        let dir = options.snapshots.clone().unwrap_or_else(|| page.file.root.snapshots());
        let store = Rc::new(Store::new(cwd.join(dir)));
        // What can't be planned is told when it is to run.
        let Ok(jobs) = Job::of_all_platforms(&alone, &store, root, &Platforms::All) else { return Ok(true) };
        let own = jobs.iter().flat_map(Job::recorded_paths).any(|path| self.has(path));
        let copied = jobs.iter().flat_map(|job| &job.plan.copy).any(|copy| self.has_below(&copy.from));
        Ok(own || copied || page.document.as_ref().is_some_and(|document| self.is_described(document, root)))
    }

    fn has(&self, path: &Path) -> bool {
        let real = path.canonicalize();
        self.0.contains(path) || real.is_ok_and(|path| self.0.contains(&path))
    }

    fn has_below(&self, path: &Path) -> bool {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        self.0.iter().any(|changed| changed.starts_with(path) || changed.starts_with(&real))
    }

    /// Whether a file has changed that the page's `covers` means.
    fn is_described(&self, document: &Document, root: &Path) -> bool {
        let merged = document.merged.iter().map(|(_, front)| front);
        let patterns = merged.chain([&document.front]).flat_map(|front| &front.covers);
        let Some(set) = globs(patterns.map(|pattern| pattern.value.as_str())) else { return false };
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        self.0.iter().filter_map(|path| path.strip_prefix(&root).ok()).any(|path| set.is_match(path))
    }
}

/// The patterns as one; `None` where there are none. `tutor check` tells of one that is wrong.
fn globs<'p>(patterns: impl Iterator<Item = &'p str>) -> Option<GlobSet> {
    let mut set = GlobSetBuilder::new();
    let mut some = false;
    for pattern in patterns {
        // A directory means all that is in it.
        for pattern in [pattern.to_owned(), format!("{}/**", pattern.trim_end_matches('/'))] {
            if let Ok(glob) = Glob::new(&pattern) {
                set.add(glob);
                some = true;
            }
        }
    }
    set.build().ok().filter(|_| some)
}

/// What git says; or why not.
fn git(dir: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let output = Command::new("git").arg("-C").arg(dir).args(arguments).stdin(Stdio::null()).output();
    match output {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err("git is not installed".to_owned()),
        Err(error) => Err(format!("git does not run: {error}")),
        Ok(output) if output.status.success() => Ok(output.stdout),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            Err(if said.is_empty() { "there is no such revision".to_owned() } else { said })
        }
    }
}
