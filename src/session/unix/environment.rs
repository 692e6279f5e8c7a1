//! The environment of a session: what a run sets, the page's own variables, and nothing else.

use std::path::{Path, PathBuf};

use super::scratch::Scratch;

/// `PATH` where the caller has none.
const DEFAULT_PATH: &str = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

/// The caller's `PATH`.
pub(super) fn path() -> String {
    std::env::var("PATH").ok().filter(|path| !path.is_empty()).unwrap_or_else(|| DEFAULT_PATH.to_owned())
}

/// All variables of a session; the page's own come last and win.
pub(super) fn variables(scratch: &Scratch, own: &[(String, String)]) -> Vec<(String, String)> {
    // Programs that the machine has come first.
    let provided = scratch.programs();
    let path = if provided.is_dir() { format!("{}:{}", path(), provided.display()) } else { path() };
    let mut variables: Vec<(String, String)> = vec![
        ("PATH".into(), path),
        ("HOME".into(), scratch.home().to_string_lossy().into_owned()),
        ("TMPDIR".into(), scratch.temporary().to_string_lossy().into_owned()),
        ("TZ".into(), "UTC".into()),
        ("NO_COLOR".into(), "1".into()),
        ("TERM".into(), "dumb".into()),
    ];
    // glibc from 2.35 and musl have this locale built in; macOS has it not.
    if cfg!(target_os = "linux") {
        variables.push(("LC_ALL".into(), "C.UTF-8".into()));
    }
    for (name, value) in own {
        variables.retain(|(known, _)| known != name);
        variables.push((name.clone(), value.clone()));
    }
    variables
}

/// The user's home by the environment, where it is a directory that a run's own can cover.
pub(super) fn real_home() -> Option<PathBuf> {
    let home = PathBuf::from(std::env::var_os("HOME")?);
    let real = std::fs::canonicalize(home).ok()?;
    (real.is_dir() && real != Path::new("/") && !Path::new("/tmp").starts_with(&real)).then_some(real)
}

/// Directories right below `home` in which programs on `PATH` lie, and the `others`: they stay in sight where `home` is
/// covered.
pub(super) fn programs_in(home: &Path, others: &[PathBuf]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::env::split_paths(&path())
        .chain(others.iter().cloned())
        .filter_map(|directory| {
            let first = directory.strip_prefix(home).ok()?.components().next()?;
            let top = home.join(first);
            top.is_dir().then_some(top)
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Directories of programs on `PATH`, with those of their libraries, that a sandbox has to be shown, and those of the
/// programs `others`, which the caller answers for. Not the whole of what they lie in: that may be somebody's home.
#[cfg(target_os = "linux")]
pub(super) fn kept_in_sight(others: &[PathBuf]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for directory in std::env::split_paths(&path()).filter(|directory| directory.is_absolute()) {
        let real = std::fs::canonicalize(&directory);
        if !real
            .is_ok_and(|real| real.is_dir() && Some(&real) != real_home().as_ref() && real != Path::new("/"))
        {
            continue;
        }
        if directory.ends_with("bin")
            && let Some(parent) = directory.parent()
        {
            let beside = ["lib", "libexec"].map(|name| parent.join(name));
            found.extend(beside.into_iter().filter(|beside| beside.is_dir()));
        }
        found.push(directory);
    }
    for program in others {
        let parent = program.parent().unwrap_or(program);
        // A project as a whole is not shown for a program in its root.
        let is_root = [".git", "tutor.toml"].iter().any(|name| parent.join(name).exists());
        found.push(if is_root { program } else { parent }.to_owned());
    }
    found.sort();
    found.dedup();
    found
}
