//! `--since REV`: only the pages that a change can have made untrue.

use std::process::Command;

use super::harness::Room;

const STEP: &str = "```sh {#a}\necho a\n```\n";

fn git(room: &Room, arguments: &[&str]) {
    let set = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").arg("-C").arg(room.path("")).args(set).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Pages that are made of others and of each other's parts, all committed.
fn room() -> Room {
    let room = Room::new();
    std::fs::remove_dir(room.path(".git")).unwrap();
    git(&room, &["init", "-q"]);
    room.write(".gitignore", "tmp/\nout.json\n");
    let page = |head: &str, body: &str| format!("---\ntutor: {head}\n---\n\n{body}\n{STEP}");
    room.write("tutorials/plain.md", &page("{}", ""));
    room.write("tutorials/included.md", &page("{}", "<!-- tutor:include parts/part.md -->\n"));
    room.write("tutorials/parts/part.md", "```sh {#part snapshot=none}\ntrue\n```\n");
    room.write("tutorials/later.md", &page("{after: [plain.md]}", ""));
    room.write("tutorials/copies.md", &page("{copy: [data]}", ""));
    room.write("tutorials/data/x.txt", "x\n");
    room.write("tutorials/covers.md", &page("{covers: ['src/**/*.rs', docs]}", ""));
    room.write("src/tls/mod.rs", "\n");
    room.write("docs/guide/deep.txt", "\n");
    room.write("README.md", "nothing\n");
    assert_eq!(room.tutor(&["run", "--accept", "--no-wine"]).code, Some(0));
    git(&room, &["add", "-A"]);
    git(&room, &["commit", "-q", "-m", "all"]);
    room
}

fn ran(room: &Room, rev: &str) -> String {
    let run = room.tutor(&["run", "--since", rev, "--report", "json=out.json"]);
    assert!(run.code < Some(2), "{}", run.told());
    let events = super::harness::events(&room.path("out.json"));
    let names = events.iter().filter(|event| event["event"] == "document-started");
    let names = names.map(|event| event["document"].as_str().unwrap().to_owned());
    names.map(|name| name.replace("tutorials/", "").replace(".md", "")).collect::<Vec<_>>().join(" ")
}

#[test]
fn pages_that_a_change_concerns_run_and_no_others() {
    let room = room();
    assert_eq!(ran(&room, "HEAD"), "");
    let changes: &[(&str, &str, &str)] = &[
        ("README.md", "else\n", ""),
        ("tutorials/plain.md", "---\ntutor:\n---\n", "later plain"),
        ("tutorials/parts/part.md", "```sh {#part snapshot=none}\n:\n```\n", "included"),
        ("tutorials/data/x.txt", "y\n", "copies"),
        ("tutorials/data/new.txt", "new\n", "copies"),
        ("src/tls/mod.rs", "// changed\n", "covers"),
        ("src/new.rs", "// new\n", "covers"),
        ("src/notes.txt", "new\n", ""),
        ("docs/guide/deep.txt", "changed\n", "covers"),
        ("snapshots/covers/a.snap", "", "covers"),
        ("tutor.toml", "", "copies covers included later plain"),
    ];
    for (file, text, expected) in changes {
        let before = std::fs::read_to_string(room.path(file));
        // What a page itself says is not to be lost; what a recording says is.
        match *file {
            "tutorials/plain.md" => room.write(file, &format!("{text}\n{STEP}\nMore.\n")),
            "snapshots/covers/a.snap" => std::fs::remove_file(room.path(file)).unwrap(),
            _ => room.write(file, text),
        }
        assert_eq!(ran(&room, "HEAD"), *expected, "{file}");
        match before {
            Ok(before) => room.write(file, &before),
            Err(_) => std::fs::remove_file(room.path(file)).unwrap(),
        }
        let _ = std::fs::remove_file(room.path("snapshots/covers/a.snap.new"));
        assert_eq!(ran(&room, "HEAD"), "", "{file} undone");
    }
    // Committed since, and seen from a directory below.
    room.write("src/tls/mod.rs", "// changed\n");
    git(&room, &["commit", "-q", "-a", "-m", "code"]);
    assert_eq!((ran(&room, "HEAD").as_str(), ran(&room, "HEAD~1").as_str()), ("", "covers"));
}

#[test]
fn a_change_that_concerns_no_page_is_no_failure() {
    let room = room();
    assert_eq!(room.tutor(&["run", "--since", "HEAD"]).code, Some(0));
}

#[test]
fn revisions_that_are_none_are_named() {
    let room = room();
    for rev in ["no-such-branch", "--output=x", ""] {
        let since = format!("--since={rev}");
        let run = room.tutor(&["run", &since]);
        assert_eq!(run.code, Some(2), "{}", run.told());
        assert!(
            run.stderr.contains(&format!("changed since `{rev}`: there is no such revision")),
            "{}",
            run.told()
        );
    }
    assert!(!room.path("x").exists());
    let outside = Room::new();
    outside.write("page.md", &super::harness::with_head("{}"));
    let run = outside.tutor(&["run", "--since", "HEAD", "page.md"]);
    assert_eq!(run.code, Some(2), "{}", run.told());
}

#[test]
fn a_pattern_that_is_none_is_told() {
    let room = Room::new();
    room.write("page.md", &super::harness::with_head("{covers: ['src/[a']}"));
    let run = room.tutor(&["check", "page.md"]);
    assert!(run.stderr.contains("bad-covers") || run.stdout.contains("bad-covers"), "{}", run.told());
}
