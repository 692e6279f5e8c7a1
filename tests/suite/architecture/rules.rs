//! The rules: the table of arrows between rooms, and what may stand in a few files only.

use super::{
    lexer::{Token, tokens, without_tests},
    paths::paths,
};

/// A room and what it may use: whole rooms, and single types of others.
struct Room {
    name: &'static str,
    may: &'static [&'static str],
    types: &'static [(&'static str, &'static [&'static str])],
}

const fn room(name: &'static str, may: &'static [&'static str]) -> Room {
    Room { name, may, types: &[] }
}

const ROOMS: &[Room] = &[
    room("source", &[]),
    room("diagnostic", &["source"]),
    room("platform", &[]),
    room("document", &["source", "diagnostic", "platform"]),
    room("plan", &["document", "source", "diagnostic", "platform"]),
    room("table", &["source", "diagnostic"]),
    room("certificate", &["source", "diagnostic", "table"]),
    room("probe", &["source", "diagnostic", "table"]),
    room("parity", &["document", "plan", "certificate", "source", "diagnostic", "platform"]),
    room("mutant", &["document", "source", "platform"]),
    room("redact", &[]),
    room("snapshot", &["source", "redact"]),
    room("verdict", &["redact", "snapshot", "source"]),
    room("outcome", &["plan", "verdict", "source"]),
    Room {
        name: "session",
        may: &["platform", "plan", "certificate", "probe", "redact", "verdict", "outcome"],
        // The plan hands these on as they are; nothing that reads a page.
        types: &[(
            "document",
            &[
                "Change",
                "ExitRule",
                "Interpreter",
                "OutputStream",
                "Ready",
                "RedactRule",
                "Retry",
                "StepId",
                "Stop",
                "Streams",
            ],
        )],
    },
    room("report", &["outcome", "diagnostic", "source"]),
    // How what waits is looked at; what it is, and what a decision does, its caller says.
    Room { name: "review", may: &[], types: &[("report", &["escape"])] },
    room("command", &["*"]),
    Room { name: "main", may: &["command"], types: &[("session", &["supervise_if_asked"])] },
];

/// A word of the source, and the only files that may have it (a name that ends in `/` is a folder).
struct Confined {
    word: &'static str,
    files: &'static [&'static str],
}

/// Crates that one place alone may use: `clap::…`, `use clap`.
const CRATES: &[Confined] = &[
    Confined { word: "annotate_snippets", files: &["diagnostic/"] },
    Confined { word: "clap", files: &["command/cli.rs", "command/cli/"] },
    Confined { word: "clap_complete", files: &["command/cli/"] },
    Confined { word: "clap_mangen", files: &["command/cli/"] },
    Confined { word: "crossterm", files: &["review/terminal.rs"] },
    Confined { word: "duct", files: &["session/versions.rs"] },
    Confined { word: "indicatif", files: &["report/terminal.rs", "report/terminal/", "report/progress.rs"] },
    Confined { word: "httparse", files: &["probe/"] },
    Confined { word: "rcgen", files: &["certificate/"] },
    Confined { word: "rustls", files: &["probe/"] },
    Confined { word: "rustls_native_certs", files: &["probe/"] },
    Confined { word: "windows_sys", files: &["session/windows/console.rs", "session/windows/system.rs"] },
];

/// Where `unsafe` may stand: two files for an operating system.
const UNSAFE_ROOM: &str = "session/";
const UNSAFE_FILES: usize = 2;
const OF_WINDOWS: &str = "session/windows/";

/// Lines of a file, its tests apart.
const LONGEST: usize = 500;

/// A file of `src/`.
#[derive(Clone, Copy)]
pub(super) struct File<'t> {
    /// From `src/`, with `/`.
    pub(super) path: &'t str,
    pub(super) text: &'t str,
}

/// Everything that is against the rules, a line each: `plan/build.rs:3: plan must not use session`.
pub(super) fn broken(files: &[File<'_>]) -> Vec<String> {
    let mut broken: Vec<String> = files.iter().filter(|file| !is_test(file.path)).flat_map(one).collect();
    let unsafes: Vec<&str> = files.iter().filter(|file| has_unsafe(file)).map(|file| file.path).collect();
    for path in &unsafes {
        let same = unsafes.iter().filter(|other| is_of_windows(other) == is_of_windows(path));
        if !path.starts_with(UNSAFE_ROOM) || same.count() > UNSAFE_FILES {
            broken.push(format!("{path}: unsafe may stand in {UNSAFE_FILES} files of {UNSAFE_ROOM} alone"));
        }
    }
    broken
}

/// Files that only tests compile: `tests.rs`, and all under `tests/`.
fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

fn is_of_windows(path: &str) -> bool {
    path.starts_with(OF_WINDOWS)
}

fn has_unsafe(file: &File<'_>) -> bool {
    tokens(file.text).iter().any(|token| token.text == "unsafe")
}

fn one(file: &File<'_>) -> Vec<String> {
    let code = without_tests(&tokens(file.text));
    let mut broken = arrows(file.path, &code);
    broken.extend(confined(file.path, &code));
    broken.extend(aborts(&code));
    let lines = lines(file.text);
    if lines > LONGEST {
        broken.push(format!("1: {lines} lines, more than {LONGEST}"));
    }
    if !file.text.starts_with("//! ") {
        broken.push("1: the first line must say what the file is for (`//! …`)".to_owned());
    }
    broken.into_iter().map(|what| format!("{}:{what}", file.path)).collect()
}

/// The lines before the tests, which stand at the end.
fn lines(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let tests = lines.windows(2).position(|pair| pair[0] == "#[cfg(test)]" && pair[1] == "mod tests {");
    tests.unwrap_or(lines.len())
}

fn arrows(path: &str, code: &[Token]) -> Vec<String> {
    let module: Vec<&str> = path.trim_end_matches(".rs").split('/').filter(|name| *name != "mod").collect();
    let (Some(&name), false) = (module.first(), path == "lib.rs") else { return Vec::new() };
    let Some(room) = ROOMS.iter().find(|room| room.name == name) else {
        return vec![format!("1: {name} is no room of the table")];
    };
    let mut broken = Vec::new();
    for path in paths(code, &module) {
        let Some(target) = path.names.first().filter(|target| *target != room.name) else { continue };
        // Something of `lib.rs` itself, and words of macros that look like a path.
        if !ROOMS.iter().any(|room| room.name == *target) {
            continue;
        }
        let item = path.names.get(1).map_or("", String::as_str);
        let whole = room.may.iter().any(|may| may == target || *may == "*");
        let single = room.types.iter().any(|(of, types)| of == target && types.contains(&item));
        if !whole && !single {
            let what = path.names.join("::");
            broken.push(format!("{}: {} must not use {what}", path.line, room.name));
        }
    }
    broken
}

fn confined(path: &str, code: &[Token]) -> Vec<String> {
    let text = |index: Option<usize>| index.and_then(|index| code.get(index)).map_or("", |token| &token.text);
    let mut broken = Vec::new();
    for (at, token) in code.iter().enumerate() {
        let Some(confined) = CRATES.iter().find(|confined| confined.word == token.text) else { continue };
        let before = text(at.checked_sub(1));
        let named = before == "use" || (text(Some(at + 1)) == "::" && before != "::");
        let here =
            confined.files.iter().any(|file| path == *file || file.ends_with('/') && path.starts_with(file));
        if named && !here {
            broken.push(format!("{}: {} only in {}", token.line, token.text, confined.files.join(", ")));
        }
    }
    broken
}

/// What ends the program instead of saying what is wrong.
fn aborts(code: &[Token]) -> Vec<String> {
    let mut broken = Vec::new();
    for window in code.windows(3) {
        let texts = [window[0].text.as_str(), window[1].text.as_str(), window[2].text.as_str()];
        let what = match texts {
            [".", "unwrap", "("] => "unwrap",
            [".", "expect", "("] => "expect",
            ["panic" | "todo" | "unimplemented" | "unreachable", "!", _] => texts[0],
            ["process", "::", "exit" | "abort"] => texts[2],
            _ => continue,
        };
        broken.push(format!("{}: {what} outside tests", window[1].line));
    }
    broken
}
