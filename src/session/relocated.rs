//! Relocated directories whose names are replaced in a page's text: what stands for each, and the way back. On Unix only
//! where the system gives no view of its own.

use std::{io, path::Path};

/// What stands for the directories `pages` below `tree`: (the page's path, the run's). The parent of each is made, the
/// directory itself is not.
///
/// # Errors
///
/// The system's words.
pub(super) fn stand_ins<'p>(
    tree: &Path,
    pages: impl Iterator<Item = &'p String>,
) -> io::Result<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for page in pages {
        let name =
            if page.starts_with('/') { page.clone() } else { page.replace('\\', "/").replace(':', "") };
        let mut own = tree.to_owned();
        own.extend(name.split('/').filter(|part| !part.is_empty()));
        if let Some(parent) = own.parent() {
            std::fs::create_dir_all(parent)?;
        }
        pairs.push((page.clone(), own.to_string_lossy().into_owned()));
    }
    Ok(pairs)
}

/// A directory's path in the run and on the page, for each way in which a text may write a separator.
pub(super) fn ways_back(page: &str, own: &str) -> impl Iterator<Item = (String, String)> + use<> {
    let both = [own, page].map(str::to_owned);
    ["/", "\\", "\\\\", "\\/"].into_iter().map(move |separator| {
        let [own, page] = both.each_ref().map(|path| path.replace(['/', '\\'], separator));
        (own, page)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_directory_has_one_of_its_own_and_only_its_parent_is_made() {
        let scratch = tempfile::tempdir().unwrap();
        let pages = ["/opt/certs".to_owned(), r"C:\data\db".to_owned(), "D:/x".to_owned()];
        let pairs = stand_ins(scratch.path(), pages.iter()).unwrap();
        for ((page, own), (expected, parts)) in
            pairs.iter().zip(pages.iter().zip([&["opt", "certs"][..], &["C", "data", "db"], &["D", "x"]]))
        {
            let mut wanted = scratch.path().to_owned();
            wanted.extend(parts);
            assert_eq!((page.as_str(), Path::new(own)), (expected.as_str(), wanted.as_path()));
            assert!(wanted.parent().unwrap().is_dir() && !wanted.exists());
        }
    }
}
