//! Each example is read by the program, and runs where it can.
//!
//! An example is a fence in the language `markdown`: a page, or a part of one that front matter is put before. Words behind
//! the language, which readers do not see, say more:
//!
//! - `wrong=CODE,…`: these are the mistakes that it has;
//! - `unverified`: it shows what is not built yet, or needs a program that nobody has, so a run must say that of some step;
//! - `file=NAME`: the examples below it find it under this name;
//! - `plain`: it is no tutorial.
//!
//! A fence in the language `toml` is the project's settings from there on, or a file for `tutor cert`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::{Command, Stdio},
};

use regex::Regex;
use serde_json::Value;
use tempfile::TempDir;

use super::{Fence, fences, texts};

/// A project in which examples are tried, with the files that they name.
struct Room(TempDir);

impl Room {
    fn new() -> Self {
        let room = Self(tempfile::tempdir().expect("a directory"));
        room.write("tutor.toml", "");
        room.write("flights.json", "[]\n");
        room.write("other.md", "---\ntutor:\n---\n\n```text {#all .file path=all.txt}\n```\n");
        room
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().expect("a directory")).expect("the directory");
        fs::write(path, text).expect("the file");
    }

    /// A command in the project, without what the machine's environment would add.
    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        for variable in ["CI", "GITHUB_ACTIONS", "GITHUB_WORKSPACE"] {
            command.env_remove(variable);
        }
        command
    }

    /// `tutor` and what it wrote: its exit status, the lines of its JSON report, all that it said.
    fn tutor(&self, command: &str, arguments: &[&str]) -> (Option<i32>, Vec<Value>, String) {
        let all = [&[command, "--report", "json=report.jsonl"], arguments].concat();
        let ran = self.command(env!("CARGO_BIN_EXE_tutor"), &all).output().expect("the program");
        let said = [ran.stdout, ran.stderr].concat();
        let report = fs::read_to_string(self.0.path().join("report.jsonl")).unwrap_or_default();
        let lines = report.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
        (ran.status.code(), lines, String::from_utf8_lossy(&said).into_owned())
    }

    /// The codes of the findings of `tutor check`, and what it said.
    fn codes(&self, page: &str) -> (BTreeSet<String>, String) {
        let (code, lines, mut said) = self.tutor("check", &[page]);
        let mut codes: BTreeSet<String> =
            lines.iter().filter_map(|line| line["code"].as_str().map(str::to_owned)).collect();
        if !lines.iter().any(|line| line["tutorials"] == 1) {
            codes.insert(format!("not checked: exit {code:?}"));
            said.push_str("no tutorial was read\n");
        }
        (codes, said)
    }
}

/// The whole page that an example is or is a part of.
fn page(text: &str) -> String {
    let whole = text.starts_with("---\n") || text.starts_with("<!-- tutor:document");
    if whole { text.to_owned() } else { format!("---\ntutor:\n---\n\n{text}") }
}

/// Tries an example as a page of the project; what is wrong with it.
fn try_example(room: &Room, fence: &Fence) -> Option<String> {
    let problem = |words: String| Some(format!("== {}: {words}", fence.place));
    if let Some(name) = fence.word("file") {
        room.write(name, &fence.text);
        // A part of other pages, which try it.
        if !fence.text.starts_with("---\n") {
            return None;
        }
    }
    room.write("page.md", &page(&fence.text));
    let wanted: BTreeSet<String> =
        fence.word("wrong").into_iter().flat_map(|codes| codes.split(',')).map(str::to_owned).collect();
    let (codes, said) = room.codes("page.md");
    if codes != wanted {
        return problem(format!("wanted {wanted:?}, found {codes:?}\n{said}"));
    }
    // The tutorial runs its pages itself, and what is wrong does not run.
    if !cfg!(target_os = "linux") || !wanted.is_empty() || fence.info.contains(".file") {
        return None;
    }
    let (code, lines, said) = room.tutor("run", &["--accept", "--no-wine", "page.md"]);
    // Of a step that is tried again, the last attempt counts.
    let finished = lines.iter().filter(|line| line["event"] == "step-finished");
    let states: BTreeMap<String, &str> =
        finished.map(|step| (step["line"].to_string(), step["state"].as_str().expect("a state"))).collect();
    let unverified = states.values().any(|state| *state == "unverified");
    let ran = states.values().all(|state| matches!(*state, "passed" | "skipped" | "unverified"));
    let right = ran && unverified == fence.says("unverified") && (unverified || code == Some(0));
    if right { None } else { problem(format!("exit {code:?}, {states:?}, unverified: {unverified}\n{said}")) }
}

/// A file for `tutor cert`: it makes something, and nothing is said but the receipt.
fn try_certificates(room: &Room, fence: &Fence) -> Option<String> {
    room.write("pki.toml", &fence.text);
    let directory = tempfile::tempdir().expect("a directory");
    let arguments = ["cert", "pki.toml", "--dir", directory.path().to_str().expect("a path")];
    let ran = room.command(env!("CARGO_BIN_EXE_tutor"), &arguments).output().expect("the program");
    let made = fs::read_dir(directory.path()).expect("a directory").count();
    let right = ran.status.code() == Some(0) && ran.stderr.is_empty() && !ran.stdout.is_empty() && made > 0;
    let said = || String::from_utf8_lossy(&[&ran.stdout[..], &ran.stderr[..]].concat()).into_owned();
    (!right).then(|| format!("== {}: {} files\n{}", fence.place, made, said()))
}

/// Front matter that is shown without its page gets one that uses all its placeholders.
fn try_front_matter(room: &Room, fence: &Fence) -> Option<String> {
    let word = Regex::new(r"(?m)[ {](<[a-z-]+>):").expect("a pattern");
    let words: String = word.captures_iter(&fence.text).map(|found| found[1].to_owned() + "\n").collect();
    let block = format!("```text {{#all .file path=all.txt}}\n{words}```\n");
    room.write("page.md", &format!("---\n{}---\n\n{block}", fence.text));
    let (codes, said) = room.codes("page.md");
    (!codes.is_empty()).then(|| format!("== {}: {codes:?}\n{said}", fence.place))
}

#[test]
fn every_example_is_read_without_a_finding_and_runs() {
    let (mut tried, mut problems) = (0, Vec::new());
    for (name, text) in texts() {
        let room = Room::new();
        for fence in fences(&name, &text) {
            let settings = fence.language() == "toml" && fence.text.starts_with("[languages]");
            if settings {
                room.write("tutor.toml", &fence.text);
            } else if fence.is_example() && !fence.says("plain") {
                tried += 1;
                problems.extend(try_example(&room, &fence));
            } else if fence.language() == "toml" && fence.text.contains("[leaf.") {
                tried += 1;
                problems.extend(try_certificates(&room, &fence));
            } else if fence.language() == "yaml" && fence.text.starts_with("tutor:") {
                tried += 1;
                problems.extend(try_front_matter(&room, &fence));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(tried > 35, "the examples were not found: {tried}");
}

/// `docs/tutorial.md`, run as a reader runs it: with `tutor` on `PATH`.
#[test]
#[cfg(target_os = "linux")]
fn the_tutorial_runs_green() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tutor"));
    let ran = command
        .args(["run", "--strict", "docs/tutorial.md"])
        .current_dir(super::project())
        .env("PATH", path_with_tutor())
        .stdin(Stdio::null())
        .output()
        .expect("the program");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert_eq!(ran.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    let steps = Regex::new(r"(?m)^(\d+) steps: (\d+) passed in ").expect("a pattern");
    let counted = steps.captures(&said).unwrap_or_else(|| panic!("{said}"));
    assert_eq!(counted[1], counted[2], "{said}");
    assert!(counted[1].parse::<usize>().expect("a number") > 20, "{said}");
}

#[cfg(target_os = "linux")]
fn path_with_tutor() -> std::ffi::OsString {
    let own = std::path::Path::new(env!("CARGO_BIN_EXE_tutor")).parent().expect("a directory").to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&path))).expect("a path")
}

/// The commands of `docs/ci.md`, in a project whose tutorials pass: those of its shell blocks, and those of `tutor` in the
/// files for CI services, which must be YAML.
#[test]
#[cfg(target_os = "linux")]
fn what_ci_is_told_to_run_does_run() {
    use saphyr::LoadableYamlNode as _;
    let text = fs::read_to_string(super::project().join("docs/ci.md")).expect("the page");
    let of_a_service = Regex::new(r"(?m)^ *- (?:run: )?(tutor .+)$").expect("a pattern");
    let room = Room::new();
    room.write("tutorials/hello.md", "---\ntutor:\n---\n\n```sh {#greet snapshot=none}\necho hello\n```\n");
    let (mut services, mut commands) = (0, Vec::new());
    for fence in fences("docs/ci.md", &text) {
        match fence.language() {
            "sh" => commands.push(fence.text.clone()),
            "yaml" => {
                let file = saphyr::Yaml::load_from_str(&fence.text);
                assert!(file.is_ok_and(|file| file.len() == 1), "{}", fence.place);
                services += 1;
                commands.extend(of_a_service.captures_iter(&fence.text).map(|found| found[1].to_owned()));
            }
            _ => {}
        }
    }
    assert!(services == 4 && commands.len() >= 11, "{services} {commands:?}");
    let kept = Regex::new(r"/(?:private/)?tmp/tutor-[A-Za-z0-9]+").expect("a pattern");
    for command in commands {
        let command = command.replace("${{ matrix.part }}", "1").replace("${{ matrix.os }}", "linux");
        // A reader's tool, which not every machine has.
        if command.contains("\njq ") && Command::new("jq").arg("--version").output().is_err() {
            eprintln!("jq is not installed, so its command is left out");
            continue;
        }
        let mut shell = room.command("sh", &["-ec", &command]);
        let ran = shell.env("PATH", path_with_tutor()).env("CI", "true").output().expect("a shell");
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{command}\n{said}");
        // What `--keep` leaves is nobody's here.
        let said = format!("{said}{}", String::from_utf8_lossy(&ran.stdout));
        let left: Vec<_> = kept.find_iter(&said).map(|found| found.as_str()).collect();
        assert_eq!(left.is_empty(), !command.contains("--keep"), "{command}\n{said}");
        for directory in left {
            fs::remove_dir_all(directory).expect("a directory that is kept");
        }
    }
}
