//! File names and paths in a text.

use std::ops::Range;

/// So long the last part of a name may be to be an extension.
const LONGEST_EXTENSION: usize = 8;

/// Each file name and path of the text, and another one in the same directory. `windows`: a `\` parts directories too.
/// `own`: directories that are the run's own, so that another one beside them would be the machine's.
pub(super) fn paths(text: &str, windows: bool, own: &[String]) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let length = rest.find(|char| !is_of_path(char, windows)).unwrap_or(rest.len());
        if length == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        found.extend(changed(text, at..at + length, windows, own));
        at += length;
    }
    found
}

fn is_of_path(char: char, windows: bool) -> bool {
    char.is_alphanumeric() || matches!(char, '/' | '.' | '_' | '-' | '~' | '+') || windows && char == '\\'
}

/// Another name for the one at `range`, and the part of it that changes; `None` where it is no file's.
fn changed(text: &str, range: Range<usize>, windows: bool, own: &[String]) -> Option<(Range<usize>, String)> {
    let before = text[..range.start].chars().next_back();
    let is_separator = |char: char| char == '/' || windows && char == '\\';
    let word = text[range.clone()].trim_end_matches(['.', '-', '+']).trim_end_matches(is_separator);
    let mut start = range.start;
    let mut name = word;
    // `https://host/path`: the host is no file.
    if before == Some(':') && name.starts_with("//") {
        let host = name[2..].find('/').map(|at| at + 2)?;
        start += host;
        name = &name[host..];
    }
    let next = text[start + name.len()..].chars().next();
    let has_directory = name.contains(is_separator);
    // `/O=Example/CN=localhost` are names of other things, `s/a/b/` is a replacement.
    let elsewhere = next == Some('=') || name.starts_with("s/") || name.starts_with('-');
    let of_system = ["/dev", "/proc", "/sys"]
        .iter()
        .any(|dir| name.strip_prefix(dir).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    if elsewhere || of_system {
        return None;
    }
    let from = name.rfind(is_separator).map_or(0, |at| at + 1);
    let last = &name[from..];
    let extension = extension(last);
    let is_file = extension.is_some() || has_directory && last.chars().any(char::is_alphanumeric);
    if !is_file || matches!(last, "." | "..") {
        return None;
    }
    if own.iter().any(|dir| dir == name) || has_directory && from == 1 && name.starts_with('/') {
        // Another directory at the top would be one of the machine's.
        return Some((start..start + name.len(), format!("{name}/x")));
    }
    let of_variable = before == Some('$') && from == 0;
    let at = match extension {
        Some(dot) if !of_variable => from + dot,
        _ => name.len(),
    };
    let place = start + from..start + name.len();
    Some((place, format!("{}x{}", &name[from..at], &name[at..])))
}

/// Where the extension of a file's name begins, with its dot.
fn extension(name: &str) -> Option<usize> {
    let dot = name.rfind('.')?;
    let (stem, extension) = (&name[..dot], &name[dot + 1..]);
    let letter = extension.starts_with(|char: char| char.is_ascii_alphabetic());
    let short =
        extension.len() <= LONGEST_EXTENSION && extension.chars().all(|char| char.is_ascii_alphanumeric());
    // `1.x` and `127.0.0.1` are none.
    let named = stem.is_empty() || stem.chars().any(char::is_alphabetic);
    (letter && short && named).then_some(dot)
}
