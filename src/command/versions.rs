//! Versions of the programs that a step's recording names.

use std::collections::{BTreeMap, HashMap};

use crate::session::version_of;

/// Versions that were asked for in this run, each once.
#[derive(Debug, Default)]
pub(super) struct Versions(HashMap<String, Option<String>>);

impl Versions {
    /// The versions of `programs`; those that don't say theirs are left out.
    pub(super) fn of<'p>(
        &mut self,
        programs: impl IntoIterator<Item = &'p String>,
    ) -> BTreeMap<String, String> {
        let mut versions = BTreeMap::new();
        for program in programs {
            let known = self.0.entry(program.clone()).or_insert_with(|| version_of(program));
            if let Some(version) = known {
                versions.insert(program.clone(), version.clone());
            }
        }
        versions
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_what_is_not_there() {
        let programs = ["sh-that-is-nowhere".to_owned(), "cargo".to_owned()];
        let mut versions = Versions::default();
        let known = versions.of(&programs);
        assert_eq!(known.keys().map(String::as_str).collect::<Vec<_>>(), ["cargo"]);
        assert_eq!(versions.0.len(), 2);
    }
}
