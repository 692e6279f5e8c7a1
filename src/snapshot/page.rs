//! New lines of a page that wait to be accepted: a file of its own beside the recordings, which insta does not know.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{
    FormatError, Pending, SnapshotError, Store,
    file::{self, failed},
};
use crate::source::LineChange;

/// What the blocks of a page would have to say so that one step passes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageUpdate {
    /// The tutorial that the step belongs to, from the root.
    pub tutorial: String,
    /// The step's id.
    pub step: String,
    /// The blocks: at most one for each platform of a run.
    pub blocks: Vec<PageBlock>,
}

/// New lines of one block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageBlock {
    /// The platform of the run: the page's, else the host's.
    pub platform: String,
    /// The file that the block stands in, from the root.
    pub file: String,
    /// The line of its opening fence in that run, from 1.
    pub line: usize,
    /// SHA-256 of its text as it was then, hex: of another text nobody knows what the changes would make.
    pub sha256: String,
    /// The step's block as it ran; empty where an earlier version left this.
    #[serde(default)]
    pub command: String,
    /// Versions of the programs that the step or its page requires, as of the run.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub versions: BTreeMap<String, String>,
    /// How its lines change; the first of them is 0.
    pub changes: Vec<LineChange>,
}

/// How the name of such a file ends: `STEP.page.new`.
pub(super) const SUFFIX: &str = ".page.new";

impl Pending {
    /// Whether it is new lines of a page, and not a recording.
    #[must_use]
    pub fn is_of_page(&self) -> bool {
        self.path.to_string_lossy().ends_with(SUFFIX)
    }
}

impl Store {
    /// The new lines of a page that wait for the step whose recording would lie at `path`; `None` where there are none.
    ///
    /// # Errors
    ///
    /// Where the file can't be read, or is none of ours.
    pub fn load_page(&self, path: &Path) -> Result<Option<PageUpdate>, SnapshotError> {
        let path = page_path(path);
        self.check(&path)?;
        match std::fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("read", &path)(error)),
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| {
                let error = FormatError::Page(error.to_string());
                SnapshotError::Format { path, error }
            }),
        }
    }

    /// Whether such lines wait.
    #[must_use]
    pub fn page_waits(&self, path: &Path) -> bool {
        page_path(path).exists()
    }

    /// Leaves `update` pending for that step; without blocks, nothing.
    ///
    /// # Errors
    ///
    /// Where the file can't be written.
    pub fn write_page(&self, path: &Path, update: &PageUpdate) -> Result<(), SnapshotError> {
        let path = page_path(path);
        if update.blocks.is_empty() {
            // A directory that holds nothing else goes too.
            return if path.exists() { self.remove(&path) } else { Ok(()) };
        }
        self.check(&path)?;
        let text =
            serde_json::to_string_pretty(update).map_err(|error| failed("write", &path)(error.into()))?;
        file::write(&path, (text + "\n").as_bytes())
    }

    /// All of them, by name.
    pub(super) fn pending_pages(&self) -> Result<Vec<Pending>, SnapshotError> {
        let paths = file::walk(self.dir(), SUFFIX)?;
        let pending = |path: PathBuf| {
            let accepted = path.with_extension("").with_extension("snap");
            Pending { name: self.name(&accepted), path, accepted }
        };
        Ok(paths.into_iter().map(pending).collect())
    }
}

fn page_path(accepted: &Path) -> PathBuf {
    accepted.with_extension("page.new")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_found_by_its_steps_name_and_goes_with_its_last_block() {
        let scratch = tempfile::tempdir().unwrap();
        let store = Store::new(scratch.path().join("snapshots"));
        let path = store.path("tutorials/page.md", None, "list");
        assert_eq!(store.load_page(&path).unwrap(), None);
        let change = LineChange { at: 1, removed: 0, new: vec!["a\u{301} \"b\"".into()] };
        let block = PageBlock {
            platform: "linux".into(),
            file: "tutorials/page.md".into(),
            line: 7,
            sha256: "00".into(),
            command: "ls".into(),
            versions: BTreeMap::new(),
            changes: vec![change],
        };
        let mut update =
            PageUpdate { tutorial: "tutorials/page.md".into(), step: "list".into(), blocks: vec![block] };
        store.write_page(&path, &update).unwrap();
        assert_eq!(store.load_page(&path).unwrap().as_ref(), Some(&update));
        let [pending] = &store.pending().unwrap()[..] else { panic!() };
        assert_eq!((pending.name.as_str(), pending.is_of_page()), ("page/list", true));
        assert_eq!(pending.path, scratch.path().join("snapshots/page/list.page.new"));
        assert_eq!(pending.accepted, path);
        assert!(store.accepted().unwrap().is_empty());
        update.blocks.clear();
        store.write_page(&path, &update).unwrap();
        assert!(store.pending().unwrap().is_empty() && !scratch.path().join("snapshots/page").exists());
        std::fs::create_dir_all(scratch.path().join("snapshots/page")).unwrap();
        std::fs::write(scratch.path().join("snapshots/page/list.page.new"), "{").unwrap();
        let error = store.load_page(&path).unwrap_err().to_string();
        assert!(error.contains("list.page.new") && error.contains("EOF"), "{error}");
    }
}
