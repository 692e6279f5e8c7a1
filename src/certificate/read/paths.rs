//! The names of files, from the block's directory.

use crate::{
    certificate::At,
    diagnostic::Diagnostic,
    table::{Fields, Reader, quoted, shown},
};

/// Names that are devices on Windows, whatever stands behind a full stop: a key would be written to nowhere.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The file that a key names, with `/` and without `./`; what is wrong with it is reported.
pub(super) fn of_key(fields: &Fields<'_>, key: &str, reader: &mut Reader<'_>) -> Option<At<String>> {
    let path = reader.text_of(fields, key)?;
    if reader.is_open(&path.value) {
        return Some(path);
    }
    match wrong(&path.value) {
        None => {
            let parts: Vec<&str> = parts(&path.value).collect();
            Some(At { value: parts.join("/"), at: path.at })
        }
        Some(wrong) => {
            report(&path, wrong, reader);
            None
        }
    }
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".")
}

/// What is wrong with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    Empty,
    Absolute,
    Drive,
    Above,
    Backslash,
    Control,
    Directory,
    Device,
}

fn wrong(path: &str) -> Option<Wrong> {
    let bytes = path.as_bytes();
    let drive = bytes.get(1) == Some(&b':') && bytes[0].is_ascii_alphabetic();
    let above = path.split(['/', '\\']).any(|part| part == "..");
    Some(if path.trim().is_empty() {
        Wrong::Empty
    } else if drive {
        Wrong::Drive
    } else if path.starts_with('/') || path.starts_with('\\') {
        Wrong::Absolute
    } else if above {
        Wrong::Above
    } else if path.contains('\\') {
        Wrong::Backslash
    } else if path.contains(char::is_control) {
        Wrong::Control
    } else if path.ends_with('/') || path.ends_with("/.") || path == "." {
        Wrong::Directory
    } else if parts(path).any(is_device) {
        Wrong::Device
    } else {
        return None;
    })
}

/// Whether Windows takes a file of that name for a device.
pub(super) fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_ascii_lowercase();
    let numbered = |start: &str| {
        stem.strip_prefix(start)
            .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

fn report(path: &At<String>, wrong: Wrong, reader: &mut Reader<'_>) {
    let (text, span) = (shown(&path.value), reader.span(&path.at));
    let outside = |label: &str| {
        let message = format!("`{text}` is not in the block's directory");
        let error = Diagnostic::error("path-outside-dir", message, span, label);
        error.help("all files of a block are in its `dir`: write the path from there")
    };
    let bad = |message: String, label: &str| Diagnostic::error("bad-path", message, span, label);
    reader.found.push(match wrong {
        Wrong::Absolute => outside("an absolute path"),
        Wrong::Drive => outside("a drive of Windows"),
        Wrong::Above => outside("leads out of it"),
        Wrong::Empty => bad("the name of a file is empty".to_owned(), "nothing here")
            .help("write the file's name, or take the key out"),
        Wrong::Backslash => bad(format!("the path `{text}` has a backslash"), "a backslash")
            .help("write `/` between directories, on Windows too")
            .fix(span, quoted(&path.value.replace('\\', "/"))),
        Wrong::Control => {
            bad(format!("the path `{}` has a control character", text.escape_debug()), "in here")
                .help("take it out")
        }
        Wrong::Directory => bad(format!("`{text}` is a directory, and no file"), "ends with no name")
            .help("write the file's name behind it"),
        Wrong::Device => bad(format!("`{text}` is a device on Windows, and no file"), "a device's name")
            .help("choose another name"),
    });
}
