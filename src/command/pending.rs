//! Which pending outputs are meant: by step, by page and step, or by path.

use std::{fmt::Write as _, path::Path};

use super::{
    error::CommandError,
    load::current_directory,
    options,
    program::{counted, say},
    root::Root,
};
use crate::{
    diagnostic::nearest,
    report::{Color, Output, escape},
    snapshot::{Pending, Store},
};

/// Does `act` to the pending outputs that were named, and says so: `accepted ssl-macos/list`. All names are looked up
/// before anything is done. The value is the exit status.
pub(super) fn each(
    options: &options::Pending,
    color: Color,
    done: &str,
    act: impl Fn(&Store, &Pending) -> Result<(), CommandError>,
) -> Result<u8, CommandError> {
    let cwd = current_directory()?;
    let dir = options.snapshots.clone().unwrap_or_else(|| Root::of(&cwd).snapshots());
    let store = Store::new(dir);
    let all = store.pending()?;
    let named = named(&store, &all, &options.steps, &cwd)?;
    let mut output = Output::stdout(color);
    if named.is_empty() {
        return say(&mut output, "nothing is pending\n", 0);
    }
    let mut text = String::new();
    let mut errors = Vec::new();
    for pending in &named {
        match act(&store, pending) {
            Ok(()) => writeln!(text, "{done} {}", escape(&pending.name)).unwrap_or_default(),
            Err(error) => errors.push(error),
        }
    }
    let left = all.len() - named.len();
    if left > 0 {
        let _ = writeln!(text, "{} left", counted(left, "pending output"));
    }
    say(&mut output, &text, 0)?;
    CommandError::of(errors).map_or(Ok(0), Err)
}

/// Those of `all` that `steps` name, each once, in the order of `all`; without `steps` all of them.
pub(super) fn named<'a>(
    store: &Store,
    all: &'a [Pending],
    steps: &[String],
    cwd: &Path,
) -> Result<Vec<&'a Pending>, CommandError> {
    let mut chosen = vec![steps.is_empty(); all.len()];
    let mut errors = Vec::new();
    for step in steps {
        match lookup(store, all, step, cwd) {
            Ok(found) => found.into_iter().for_each(|index| chosen[index] = true),
            Err(error) => errors.push(error),
        }
    }
    match CommandError::of(errors) {
        Some(error) => Err(error),
        None => Ok(all.iter().zip(chosen).filter(|(_, chosen)| *chosen).map(|(named, _)| named).collect()),
    }
}

fn lookup(store: &Store, all: &[Pending], step: &str, cwd: &Path) -> Result<Vec<usize>, CommandError> {
    // A page's path as it is, where its recordings' path leaves something out or can't hold some character.
    let of_page = step
        .strip_prefix("./")
        .unwrap_or(step)
        .rsplit_once('/')
        .map(|(page, id)| store.path(&format!("{page}.md"), None, id));
    let found: Vec<usize> = (0..all.len())
        .filter(|&index| {
            is_meant(&all[index], step, cwd)
                || of_page.as_ref().is_some_and(|path| *path == all[index].accepted)
        })
        .collect();
    // A recording and new lines of a page, of one step on two platforms, have one name.
    let one = |first: &usize| found.iter().all(|index| all[*index].name == all[*first].name);
    match found[..] {
        [ref first, ..] if one(first) => Ok(found),
        [] => {
            let names = all.iter().map(|pending| pending.name.as_str());
            let ids = all.iter().map(|pending| id(&pending.name));
            let near = nearest(step, names).or_else(|| nearest(step, ids)).map(str::to_owned);
            Err(CommandError::NotPending { name: step.to_owned(), nearest: near, some: !all.is_empty() })
        }
        _ => Err(CommandError::Ambiguous {
            name: step.to_owned(),
            candidates: found.iter().map(|&index| format!("`{}`", all[index].name)).collect(),
        }),
    }
}

fn is_meant(pending: &Pending, step: &str, cwd: &Path) -> bool {
    let typed = cwd.join(step);
    pending.name == step
        || id(&pending.name) == step
        || typed == cwd.join(&pending.path)
        || typed == cwd.join(&pending.accepted)
}

/// The step of a page's step.
fn id(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(_, id)| id)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn store() -> Store {
        Store::new("/project/snapshots")
    }

    fn all() -> Vec<Pending> {
        let pending = |name: &str| {
            let accepted = PathBuf::from(format!("/project/snapshots/{name}.snap"));
            Pending { name: name.to_owned(), path: accepted.with_extension("snap.new"), accepted }
        };
        ["docs/install/start", "ssl-macos/list", "ssl-macos/start"].map(pending).to_vec()
    }

    #[test]
    fn steps_are_named_in_several_ways() {
        let cases: [(&[&str], &[&str]); 9] = [
            (&[], &["docs/install/start", "ssl-macos/list", "ssl-macos/start"]),
            (&["list"], &["ssl-macos/list"]),
            (&["tutorials/ssl-macos/list"], &["ssl-macos/list"]),
            (&["./ssl-macos/list"], &["ssl-macos/list"]),
            (&["docs\\install/start"], &["docs/install/start"]),
            (&["ssl-macos/start", "list", "list"], &["ssl-macos/list", "ssl-macos/start"]),
            (&["snapshots/ssl-macos/list.snap.new"], &["ssl-macos/list"]),
            (&["snapshots/ssl-macos/list.snap"], &["ssl-macos/list"]),
            (&["/project/snapshots/docs/install/start.snap"], &["docs/install/start"]),
        ];
        for (steps, expected) in cases {
            let steps: Vec<String> = steps.iter().map(ToString::to_string).collect();
            let all = all();
            let found = named(&store(), &all, &steps, Path::new("/project")).unwrap();
            assert_eq!(found.iter().map(|pending| pending.name.as_str()).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn what_is_not_pending_or_not_clear_is_named() {
        let cases = [
            ("lst", "error: nothing pending is called `lst`\nhelp: did you mean `list`?\n"),
            (
                "ssl-maco/list",
                "error: nothing pending is called `ssl-maco/list`\nhelp: did you mean `ssl-macos/list`?\n",
            ),
            (
                "start",
                "error: `start` could be any of `docs/install/start`, `ssl-macos/start`\n\
                 help: name the page too, as in `page/step`\n",
            ),
        ];
        for (step, expected) in cases {
            let error = named(&store(), &all(), &[step.to_owned()], Path::new("/project")).unwrap_err();
            assert_eq!(error.drawn(false), expected);
        }
        let error = named(&store(), &[], &["list".to_owned()], Path::new("/project")).unwrap_err();
        assert!(error.drawn(false).contains("help: nothing is pending;"));
    }
}
