//! The sources of this crate keep the rules.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::rules::{File, broken};

#[test]
fn the_sources_keep_the_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    collect(&root, &mut found).expect("the sources");
    let texts: Vec<(String, String)> = found
        .iter()
        .map(|path| {
            let from_root =
                path.strip_prefix(&root).expect("below the root").to_string_lossy().replace('\\', "/");
            (from_root, fs::read_to_string(path).expect("a source"))
        })
        .collect();
    let files: Vec<File<'_>> = texts.iter().map(|(path, text)| File { path, text }).collect();
    assert!(files.len() > 20, "the sources were not found: {found:?}");
    let broken = broken(&files);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(())
}
