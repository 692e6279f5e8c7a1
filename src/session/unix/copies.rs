//! Files that a page wants beside it, copied into the scratch directory before its first step.

use std::{
    fs, io,
    path::{Component, Path},
};

use crate::plan::FileCopy;

/// Copies all of `copies` below `work`, directories with all that is in them. Modes are kept; a link in a directory stays
/// a link.
///
/// # Errors
///
/// The system's words, with the file that could not be copied.
pub(super) fn make(work: &Path, copies: &[FileCopy]) -> io::Result<()> {
    for copy in copies {
        let to = Path::new(&copy.to);
        // The plan made it so; a path that leads out of the scratch directory must never be written to.
        let inside = to.components().all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            return Err(failed(&copy.from, &io::Error::from(io::ErrorKind::InvalidInput)));
        }
        let to = work.join(to);
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).map_err(|error| failed(&copy.from, &error))?;
        }
        // What the page names itself is followed where it is a link: it is the file that is meant.
        let from = fs::canonicalize(&copy.from).map_err(|error| failed(&copy.from, &error))?;
        one(&from, &to)?;
    }
    Ok(())
}

fn one(from: &Path, to: &Path) -> io::Result<()> {
    let fail = |error: io::Error| failed(from, &error);
    let kind = fs::symlink_metadata(from).map_err(fail)?.file_type();
    if kind.is_dir() {
        fs::create_dir_all(to).map_err(fail)?;
        for entry in fs::read_dir(from).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            one(&entry.path(), &to.join(entry.file_name()))?;
        }
        Ok(())
    } else if kind.is_symlink() {
        let target = fs::read_link(from).map_err(fail)?;
        std::os::unix::fs::symlink(target, to).map_err(fail)
    } else if kind.is_file() {
        fs::copy(from, to).map(drop).map_err(fail)
    } else {
        // To read a pipe or a device could wait for ever.
        Err(failed(from, &io::Error::other("neither a file nor a directory")))
    }
}

fn failed(from: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("failed to copy `{}`: {error}", from.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_directories_arrive_and_nothing_leads_out() {
        let scratch = tempfile::tempdir().unwrap();
        let (from, work) = (scratch.path().join("page"), scratch.path().join("work"));
        fs::create_dir_all(from.join("deploy/sub")).unwrap();
        fs::create_dir(&work).unwrap();
        fs::write(from.join("deploy/sub/a"), "a").unwrap();
        fs::write(from.join("x.json"), "x").unwrap();
        std::os::unix::fs::symlink("sub/a", from.join("deploy/link")).unwrap();
        let copy = |name: &str, to: &str| FileCopy { from: from.join(name), to: to.to_owned() };
        make(&work, &[copy("deploy", "deploy"), copy("x.json", "d/x.json")]).unwrap();
        assert_eq!(fs::read_to_string(work.join("deploy/link")).unwrap(), "a");
        assert_eq!(fs::read_link(work.join("deploy/link")).unwrap(), Path::new("sub/a"));
        assert_eq!(fs::read_to_string(work.join("d/x.json")).unwrap(), "x");
        let error = make(&work, &[copy("nothing", "n")]).unwrap_err();
        assert!(error.to_string().starts_with("failed to copy `"), "{error}");
        assert!(make(&work, &[copy("x.json", "../x.json")]).is_err());
        assert!(!scratch.path().join("x.json").exists());
    }
}
