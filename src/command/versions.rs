//! Versions of the programs that a step's recording names.

use std::collections::BTreeMap;

use crate::{plan::Provided, session::version_of};

/// The versions of `programs`; those that don't say theirs are left out. `provided` is what the page's project has for
/// where the machine has none.
pub(super) fn versions<'p>(
    programs: impl IntoIterator<Item = &'p String>,
    provided: &[Provided],
) -> BTreeMap<String, String> {
    let of = |program: &String| Some((program.clone(), version_of(program, provided)?));
    programs.into_iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(unix)]
    fn leaves_out_what_is_not_there_and_names_what_stands_in() {
        use std::{fs, os::unix::fs::PermissionsExt as _};

        use super::*;

        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("server");
        fs::write(&path, "#!/bin/sh\necho server 2.3.4\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let programs = ["sh-that-is-nowhere", "cargo", "server-that-is-nowhere"].map(str::to_owned);
        let provided = ["cargo", "server-that-is-nowhere"].map(|program| Provided {
            program: program.to_owned(),
            path: path.clone(),
            stands_in: true,
        });
        let known = versions(&programs, &provided);
        assert_eq!(known.keys().map(String::as_str).collect::<Vec<_>>(), ["cargo", "server-that-is-nowhere"]);
        assert_eq!(known["server-that-is-nowhere"], "2.3.4 (stand-in)");
        assert!(!known["cargo"].contains("stand-in"), "{known:?}");
    }
}
