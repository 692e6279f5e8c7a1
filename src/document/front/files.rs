//! Other files that the front matter names.

use super::{
    entries::{empty, texts},
    reader::Reader,
    yaml::Node,
};
use crate::{
    diagnostic::Diagnostic,
    document::{Absent, FileRef, copied_to, paths::PagePath},
    source::Spanned,
};

/// `copy`: files and directories beside the page.
pub(super) fn copies(node: &Node, reader: &mut Reader<'_>) -> Vec<FileRef> {
    let mut copies: Vec<FileRef> = Vec::new();
    for written in texts(node, reader, "`copy`", "a file") {
        if PagePath::parse(&written.value).is_some() {
            let message = format!("`{}` under `copy` is no file beside the page", written.value);
            let error = Diagnostic::error("bad-copy", message, written.span, "an absolute path");
            reader.found.push(error.help(
                "write the path from the page's own directory, as `data.json` or `../deploy`; what every machine has, a step can copy",
            ));
            continue;
        }
        let to = copied_to(&written.value);
        if to.is_empty() || to == ".." {
            let message = format!("`{}` under `copy` names a directory as a whole", written.value);
            let error = Diagnostic::error("bad-copy", message, written.span, "has no name of its own");
            reader.found.push(error.help("name the files and directories in it that a run needs"));
            continue;
        }
        if let Some(first) = copies.iter().find(|first| copied_to(&first.written.value) == to) {
            let message = format!("two files are copied to `{to}`");
            reader.found.push(
                Diagnostic::error("duplicate-copy", message, written.span, "the second one")
                    .also(first.written.span, "the first one")
                    .help("a path that climbs arrives under its last name, in the scratch directory itself"),
            );
            continue;
        }
        copies.extend(file(written, reader));
    }
    copies
}

/// `counterpart`: another page.
pub(super) fn counterpart(node: &Node, reader: &mut Reader<'_>) -> Option<FileRef> {
    let written = reader.text(node, "`counterpart`")?;
    if written.value.trim().is_empty() {
        reader.found.push(empty(written.span, "`counterpart`"));
        return None;
    }
    file(written, reader)
}

/// `covers`: patterns of files, from the root.
pub(super) fn covers(node: &Node, reader: &mut Reader<'_>) -> Vec<Spanned<String>> {
    let mut covers = texts(node, reader, "`covers`", "a pattern");
    covers.retain(|pattern| {
        let outside =
            PagePath::parse(&pattern.value).is_some() || pattern.value.split('/').any(|part| part == "..");
        if outside {
            let message = format!("`{}` under `covers` leaves the root", pattern.value);
            let error = Diagnostic::error("bad-covers", message, pattern.span, "not below the root");
            reader
                .found
                .push(error.help("write it from the directory that holds `tutor.toml` or `.git`: `src/**`"));
        }
        let wrong = globset::Glob::new(&pattern.value).err();
        if let Some(error) = wrong.as_ref().filter(|_| !outside) {
            let message = format!("`{}` under `covers` is no pattern: {}", pattern.value, error.kind());
            let error = Diagnostic::error("bad-covers", message, pattern.span, "not understood");
            reader
                .found
                .push(error.help("`*` stands for a part of a name, `**` for directories: `src/**/*.rs`"));
        }
        !outside && wrong.is_none()
    });
    covers
}

fn file(written: Spanned<String>, reader: &mut Reader<'_>) -> Option<FileRef> {
    match reader.workspace.locate(reader.source, &written.value) {
        Ok(path) => Some(FileRef { written, path }),
        Err(why) => {
            reader.found.push(absent(&written, &why));
            None
        }
    }
}

/// What to say of a file that can't be had.
pub(in crate::document) fn absent(written: &Spanned<String>, why: &Absent) -> Diagnostic {
    let name = &written.value;
    match why {
        Absent::Missing { nearest } => {
            let message = format!("there is no file `{name}`");
            let error = Diagnostic::error("missing-file", message, written.span, "not found");
            match nearest {
                Some(near) => error.help(format!("did you mean `{near}`?")).suggest(written.span, near),
                None => error.help("paths begin in the directory of the file that names them"),
            }
        }
        Absent::NotText => {
            let message = format!("`{name}` is not UTF-8 text");
            Diagnostic::error("unreadable-file", message, written.span, "cannot be read as a page")
        }
        Absent::Unreadable(words) => {
            let message = format!("failed to read `{name}`: {words}");
            Diagnostic::error("unreadable-file", message, written.span, "cannot be read")
        }
    }
}
