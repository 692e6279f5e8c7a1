//! Which files are meant: paths, names looked up in `tutorials/`, directories searched for tutorials.

use std::{
    collections::{BTreeMap, HashSet},
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    error::CommandError,
    root::{Root, absolute, slashed},
};
use crate::{diagnostic::nearest, document::is_tutorial};

/// A file that is to be read as a tutorial.
#[derive(Clone, Debug)]
pub(super) struct PageFile {
    /// Where it lies.
    pub(super) path: PathBuf,
    /// Its root.
    pub(super) root: Root,
    /// Its path from the root, with `/`.
    pub(super) name: String,
    /// What one types in the current directory to name it.
    pub(super) argument: String,
    /// Its text.
    pub(super) text: String,
}

/// Finds the pages that `targets`, typed in `cwd`, name; none: all of `tutorials/`. Each page comes once, in the
/// order of the targets, those of a directory in the order of their names.
///
/// # Errors
///
/// All targets that name nothing, and all files that can't be read.
pub(super) fn find(targets: &[PathBuf], cwd: &Path) -> Result<Vec<PageFile>, CommandError> {
    let mut finder = Finder::new(cwd);
    let mut errors = Vec::new();
    if targets.is_empty() {
        let tutorials = finder.home.tutorials();
        if tutorials.is_dir() {
            errors.extend(finder.directory(&tutorials, Typed::Name).err());
        } else {
            errors.push(CommandError::NoTutorials { path: tutorials });
        }
    }
    for target in targets {
        errors.extend(finder.target(target).err());
    }
    errors.extend(finder.same_names());
    match CommandError::of(errors) {
        Some(error) => Err(error),
        None => Ok(finder.found),
    }
}

struct Finder<'a> {
    cwd: &'a Path,
    /// The current directory's root, in whose `tutorials/` names are looked up.
    home: Root,
    roots: BTreeMap<PathBuf, Root>,
    seen: HashSet<PathBuf>,
    found: Vec<PageFile>,
}

/// How files of a directory are named again.
#[derive(Clone, Copy)]
enum Typed<'t> {
    /// By their name in `tutorials/`, which works everywhere in the project.
    Name,
    /// Behind the directory as it was typed.
    Below(&'t Path),
}

impl<'a> Finder<'a> {
    fn new(cwd: &'a Path) -> Self {
        Self { cwd, home: Root::of(cwd), roots: BTreeMap::new(), seen: HashSet::new(), found: Vec::new() }
    }

    fn target(&mut self, target: &Path) -> Result<(), CommandError> {
        let path = self.lookup(target)?;
        if path.is_dir() {
            self.directory(&path, Typed::Below(target))
        } else if !path.is_file() && path.exists() {
            // To read a pipe or a device could wait for ever.
            Err(CommandError::NotAFile { path })
        } else {
            let text = read(&path)?.map_err(|line| CommandError::NotText { path: path.clone(), line })?;
            self.take(path, target.display().to_string(), text);
            Ok(())
        }
    }

    /// The file or directory that `target` names: a path, else a name in `tutorials/`, with or without `.md`.
    fn lookup(&self, target: &Path) -> Result<PathBuf, CommandError> {
        let read = |source| CommandError::Read { path: target.to_owned(), source };
        match is_there(&self.cwd.join(target)) {
            Ok(true) => return absolute(self.cwd, target).map_err(read),
            Ok(false) => {}
            Err(error) => return Err(read(error)),
        }
        let tutorials = self.home.tutorials();
        if target.is_relative() {
            let named = tutorials.join(target);
            let mut with_extension = named.clone().into_os_string();
            with_extension.push(".md");
            for candidate in [named, PathBuf::from(with_extension)] {
                if candidate.exists() {
                    return absolute(self.cwd, &candidate).map_err(read);
                }
            }
        }
        let mut known = Vec::new();
        if tutorials.is_dir() {
            walk(&tutorials, &mut known)?;
        }
        let names: Vec<String> =
            known.iter().filter_map(|path| path.strip_prefix(&tutorials).ok()).map(slashed).collect();
        let typed = slashed(target);
        let typed = typed.strip_prefix("tutorials/").unwrap_or(&typed);
        let near = nearest(typed, names.iter().map(String::as_str)).or_else(|| {
            let stems = names.iter().filter_map(|name| name.strip_suffix(".md"));
            nearest(typed, stems)
        });
        Err(CommandError::NoSuchPage {
            name: target.display().to_string(),
            nearest: near.map(str::to_owned).or_else(|| self.beside(target)),
            root: self.home.dir().to_owned(),
        })
    }

    /// The Markdown file with nearly that name where `target` would lie.
    fn beside(&self, target: &Path) -> Option<String> {
        let entries = fs::read_dir(self.cwd.join(target).parent()?).ok()?;
        let files = entries.flatten().filter(|entry| is_markdown(&entry.path()));
        let mut names: Vec<String> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        let typed = target.file_name()?.to_str()?;
        let near = nearest(typed, names.iter().map(String::as_str))
            .or_else(|| nearest(typed, names.iter().filter_map(|name| name.strip_suffix(".md"))))?;
        Some(target.with_file_name(near).display().to_string())
    }

    /// All tutorials below `dir`; other files are passed over.
    fn directory(&mut self, dir: &Path, typed: Typed<'_>) -> Result<(), CommandError> {
        let mut files = Vec::new();
        walk(dir, &mut files)?;
        let mut any = false;
        for path in files {
            let text = match read(&path)? {
                Ok(text) if is_tutorial(&text) => text,
                // What is no text is no tutorial either, nor is it any business of ours here.
                Ok(_) | Err(_) => continue,
            };
            any = true;
            let below = path.strip_prefix(dir).unwrap_or(&path);
            let argument = match typed {
                Typed::Name => below.display().to_string(),
                Typed::Below(typed) => typed.join(below).display().to_string(),
            };
            self.take(path, argument, text);
        }
        if any { Ok(()) } else { Err(CommandError::NoneIn { path: dir.to_owned() }) }
    }

    fn take(&mut self, path: PathBuf, argument: String, text: String) {
        if !self.seen.insert(path.clone()) {
            return;
        }
        let dir = path.parent().unwrap_or(self.cwd);
        let root = self.roots.entry(dir.to_owned()).or_insert_with_key(|dir| Root::of(dir)).clone();
        // A name that looks like a flag is still a path.
        let argument = if argument.starts_with('-') { format!("./{argument}") } else { argument };
        let name = root.name(&path);
        self.found.push(PageFile { path, root, name, argument, text });
    }

    /// Events know a page by its name from its root, so two roots must not give two pages one name.
    fn same_names(&self) -> Option<CommandError> {
        let mut names = BTreeMap::new();
        self.found.iter().find_map(|page| {
            names.insert(&page.name, &page.path).map(|first| CommandError::SameName {
                name: page.name.clone(),
                first: first.clone(),
                second: page.path.clone(),
            })
        })
    }
}

/// Whether something has that path. The error is of something that is there and can't be looked at: a link that leads
/// nowhere, or a directory on the way without the right to enter it.
fn is_there(path: &Path) -> io::Result<bool> {
    match fs::metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            if fs::symlink_metadata(path).is_ok() {
                Err(error)
            } else {
                Ok(false)
            }
        }
        // A name that no file can have (Windows) is none.
        Err(error) if error.kind() == io::ErrorKind::InvalidFilename => Ok(false),
        Err(error) => Err(error),
    }
}

/// The file's text; the inner error is the line (from 1) where it stops being UTF-8.
fn read(path: &Path) -> Result<Result<String, usize>, CommandError> {
    let bytes = fs::read(path).map_err(|source| CommandError::Read { path: path.to_owned(), source })?;
    Ok(String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        valid.split(|&byte| byte == b'\n').count()
    }))
}

/// All Markdown files below `dir`, each directory's in the order of their names. Hidden directories, those that
/// hold what programs made, and symbolic links to directories (which may run in circles) are passed over.
fn walk(dir: &Path, files: &mut Vec<PathBuf>) -> Result<(), CommandError> {
    let failed = |source| CommandError::Read { path: dir.to_owned(), source };
    let entries = fs::read_dir(dir).map_err(failed)?;
    let mut entries = entries.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, kind) = (entry.path(), entry.file_type().map_err(failed)?);
        let name = entry.file_name();
        if kind.is_dir() {
            let passed_over = name.as_encoded_bytes().starts_with(b".")
                || ["target", "node_modules"].iter().any(|made| name == *made);
            if !passed_over {
                walk(&path, files)?;
            }
        } else if is_markdown(&path) && (kind.is_file() || path.is_file()) {
            files.push(path);
        }
    }
    Ok(())
}

fn is_markdown(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| ["md", "markdown"].iter().any(|known| extension.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TUTORIAL: &str = "---\ntutor:\n  platform: [linux]\n---\n";

    /// Where one stands, what one types, the pages' names, what one would type again.
    type Case<'c> = (&'c str, &'c [&'c str], &'c [&'c str], &'c [&'c str]);

    /// A project with tutorials, other Markdown, and directories to be passed over.
    fn project() -> tempfile::TempDir {
        let scratch = tempfile::tempdir().unwrap();
        let files = [
            ("tutor.toml", ""),
            ("README.md", "# No tutorial\n"),
            ("docs/b.md", TUTORIAL),
            ("docs/.hidden/c.md", TUTORIAL),
            ("docs/node_modules/d.md", TUTORIAL),
            ("empty/notes.md", "# Notes\n"),
            ("tutorials/ssl-macos.md", TUTORIAL),
            ("tutorials/a/deep.MD", TUTORIAL),
            ("tutorials/readme.md", "# Index\n"),
        ];
        for (name, text) in files {
            let path = scratch.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        fs::write(scratch.path().join("docs/latin1.md"), b"gr\xfc\xdfe").unwrap();
        scratch
    }

    #[test]
    fn finds_paths_names_and_directories() {
        let project = project();
        let cases: &[Case<'_>] = &[
            ("", &[], &["tutorials/a/deep.MD", "tutorials/ssl-macos.md"], &["a/deep.MD", "ssl-macos.md"]),
            ("docs", &[], &["tutorials/a/deep.MD", "tutorials/ssl-macos.md"], &["a/deep.MD", "ssl-macos.md"]),
            ("docs", &["ssl-macos.md"], &["tutorials/ssl-macos.md"], &["ssl-macos.md"]),
            ("docs", &["ssl-macos"], &["tutorials/ssl-macos.md"], &["ssl-macos"]),
            ("", &["docs"], &["docs/b.md"], &["docs/b.md"]),
            ("tutorials", &["../docs/b.md"], &["docs/b.md"], &["../docs/b.md"]),
            ("", &["docs/b.md", "./docs", "docs/../docs/b.md"], &["docs/b.md"], &["docs/b.md"]),
            ("", &["README.md"], &["README.md"], &["README.md"]),
            ("", &["a"], &["tutorials/a/deep.MD"], &["a/deep.MD"]),
        ];
        for (cwd, typed, names, again) in cases {
            let cwd = project.path().canonicalize().unwrap().join(cwd);
            let targets: Vec<PathBuf> = typed.iter().map(PathBuf::from).collect();
            let found = find(&targets, &cwd).unwrap_or_else(|error| panic!("{typed:?}: {error}"));
            assert_eq!(&found.iter().map(|page| page.name.as_str()).collect::<Vec<_>>(), names);
            // What one types again has the system's own separators.
            let arguments = found.iter().map(|page| page.argument.replace(std::path::MAIN_SEPARATOR, "/"));
            assert_eq!(&arguments.collect::<Vec<_>>(), again);
        }
    }

    #[test]
    fn names_what_is_not_there() {
        let project = project();
        let cases = [
            (
                "ssl-maco.md",
                "error: there is no tutorial `ssl-maco.md`\nhelp: did you mean `ssl-macos.md`?\n",
            ),
            ("ssl-mcos", "error: there is no tutorial `ssl-mcos`\nhelp: did you mean `ssl-macos`?\n"),
            ("zzzzzzzz", "help: a name that is no path is looked up in "),
            ("empty", "error: there are no tutorials in "),
            ("docs/latin1.md", "is not UTF-8: line 1 holds a byte that is no text"),
        ];
        for (typed, expected) in cases {
            let error = find(&[typed.into()], project.path()).unwrap_err().drawn(false);
            assert!(error.contains(expected), "{typed}: {error}");
        }
        let error = find(&["x.md".into(), "empty".into()], project.path()).unwrap_err().drawn(false);
        assert_eq!(error.matches("error: ").count(), 2, "all at once: {error}");
    }

    #[test]
    fn two_roots_must_not_give_one_name() {
        let scratch = tempfile::tempdir().unwrap();
        for root in ["a", "b"] {
            fs::create_dir(scratch.path().join(root)).unwrap();
            fs::write(scratch.path().join(root).join("tutor.toml"), "").unwrap();
            fs::write(scratch.path().join(root).join("x.md"), TUTORIAL).unwrap();
        }
        let error = find(&["a/x.md".into(), "b/x.md".into()], scratch.path()).unwrap_err();
        assert!(error.to_string().ends_with("have the same name from their roots, `x.md`"), "{error}");
    }
}
