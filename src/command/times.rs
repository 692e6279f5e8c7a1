//! How long documents took the last time: so that those that take longest can start first.

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::job::Job;

/// A step that nothing is known of, in seconds: only how that compares with what is known matters.
const STEP: f64 = 0.05;

/// Of how many projects something is known at most.
const PROJECTS: usize = 64;

/// What is known of the documents of one project, kept in the user's cache directory. It only changes the order in which
/// documents start; where it can't be read or written, all runs as well.
#[derive(Debug, Default)]
pub(super) struct Times {
    file: Option<PathBuf>,
    known: Known,
}

/// Seconds of a document under its platform's name (empty where the page names none).
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Known(BTreeMap<String, BTreeMap<String, f64>>);

impl Times {
    /// What is known of the project whose root this is.
    pub(super) fn of(root: &Path) -> Self {
        caches().map_or_else(Self::default, |caches| Self::at(&caches.join("tutor").join("times"), root))
    }

    fn at(directory: &Path, root: &Path) -> Self {
        let hash = Sha256::digest(root.as_os_str().as_encoded_bytes());
        let name = hash.iter().take(8).fold(0_u64, |name, byte| name << 8 | u64::from(*byte));
        let file = directory.join(format!("{name:016x}.json"));
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        Self { file: Some(file), known: serde_json::from_str(&text).unwrap_or_default() }
    }

    /// The seconds that each job is expected to take. One that nothing is known of counts by its steps.
    pub(super) fn expected(&self, jobs: &[Job]) -> Vec<f64> {
        let seconds = |job: &Job| {
            let known = self.known.0.get(&job.plan.document)?;
            known.get(&platform(job)).copied().filter(|seconds| seconds.is_finite())
        };
        let known: Vec<Option<f64>> = jobs.iter().map(seconds).collect();
        let steps = |job: &Job| f64::from(u32::try_from(job.plan.steps.len()).unwrap_or(u32::MAX));
        let (mut all, mut taken) = (0.0, 0.0);
        for (job, seconds) in jobs.iter().zip(&known) {
            if let Some(seconds) = seconds {
                all += steps(job);
                taken += seconds;
            }
        }
        let each = if all > 0.0 { taken / all } else { STEP };
        jobs.iter().zip(known).map(|(job, seconds)| seconds.unwrap_or_else(|| steps(job) * each)).collect()
    }

    /// Keeps what the jobs of a run took, in seconds, for the next one; `None` is one that did not end.
    pub(super) fn keep(mut self, jobs: &[Job], seconds: &[Option<f64>]) {
        for (job, seconds) in jobs.iter().zip(seconds) {
            let Some(seconds) = seconds else { continue };
            self.known.0.entry(job.plan.document.clone()).or_default().insert(platform(job), *seconds);
        }
        // Nobody's words are lost with it, so nobody is told where it can't be written.
        let _ = self.write();
    }

    fn write(&self) -> std::io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let directory = file.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(directory)?;
        let mut new = tempfile::NamedTempFile::new_in(directory)?;
        new.write_all(&serde_json::to_vec(&self.known)?)?;
        new.persist(file).map_err(|error| error.error)?;
        forget(directory, PROJECTS)
    }
}

/// The name of the job's platform; empty where the page names none.
fn platform(job: &Job) -> String {
    job.plan.platform.as_ref().map(ToString::to_string).unwrap_or_default()
}

/// Removes the oldest files of `directory`, so that so many are left: a project that is gone leaves its file.
fn forget(directory: &Path, most: usize) -> std::io::Result<()> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        files.push((entry.metadata()?.modified()?, entry.path()));
    }
    files.sort();
    for (_, path) in files.iter().rev().skip(most) {
        std::fs::remove_file(path)?;
    }
    Ok(())
}

/// The user's cache directory, by the customs of the system; `None` where the environment does not tell.
fn caches() -> Option<PathBuf> {
    let named = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    if cfg!(windows) {
        return named("LOCALAPPDATA");
    }
    named("XDG_CACHE_HOME").or_else(|| {
        let caches = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
        Some(named("HOME")?.join(caches))
    })
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::{command::job::tests::job, snapshot::Store};

    #[test]
    fn what_was_kept_is_expected_and_others_by_their_steps() {
        let scratch = tempfile::tempdir().unwrap();
        let store = Rc::new(Store::new(scratch.path()));
        let jobs = ["a.md", "b.md", "c.md"].map(|page| job(page, "list", &store));
        let caches = scratch.path().join("times");
        let times = Times::at(&caches, scratch.path());
        assert_eq!(times.expected(&jobs), [STEP; 3]);
        times.keep(&jobs, &[None, Some(4.0), None]);
        let again = Times::at(&caches, scratch.path());
        assert_eq!(again.expected(&jobs), [4.0, 4.0, 4.0], "as long for each step as those that are known");
        again.keep(&jobs, &[Some(1.0), None, None]);
        let again = Times::at(&caches, scratch.path());
        assert_eq!(again.expected(&jobs), [1.0, 4.0, 2.5]);
        assert_eq!(Times::at(&caches, &scratch.path().join("other")).expected(&jobs), [STEP; 3]);
    }

    #[test]
    fn the_oldest_projects_are_forgotten() {
        let scratch = tempfile::tempdir().unwrap();
        for name in ["old", "older", "new"] {
            std::fs::write(scratch.path().join(name), "").unwrap();
        }
        let now = std::time::SystemTime::now();
        for (name, age) in [("old", 60), ("older", 90), ("new", 10)] {
            let file = std::fs::File::options().write(true).open(scratch.path().join(name)).unwrap();
            file.set_modified(now - std::time::Duration::from_secs(age)).unwrap();
        }
        forget(scratch.path(), 2).unwrap();
        let exists = ["old", "older", "new"].map(|name| scratch.path().join(name).exists());
        assert_eq!(exists, [true, false, true]);
    }

    #[test]
    fn what_is_no_record_is_as_if_there_was_none() {
        let scratch = tempfile::tempdir().unwrap();
        let times = Times::at(scratch.path(), scratch.path());
        std::fs::write(times.file.unwrap(), "{\"a.md\": [1, 2").unwrap();
        assert!(Times::at(scratch.path(), scratch.path()).known.0.is_empty());
    }
}
