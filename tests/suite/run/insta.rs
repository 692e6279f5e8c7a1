//! insta's own library and program with the same files: what `tutor` leaves pending and what it records.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::harness::{Room, page};
use super::screen::Screen;

/// Prints what recordings have trouble with: blank lines at both ends, lines like a section's, quotes, other scripts.
const TEXT: &str = "printf '\\n  it''s \"quoted\" \\\\ é 日本 \\n----- stderr -----\\n---\\n\\\\\\n\\n\\n'; echo 'on error: yes' >&2";

fn pages(room: &Room) {
    room.write(
        "page.md",
        &page("{}", &[("sh #a snapshot=all", TEXT, "-"), ("sh #b snapshot=stdout", "true", "-")]),
    );
    // cargo insta wants a package, whatever is in it.
    room.write("Cargo.toml", "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
    room.write("src/lib.rs", "");
}

/// That of `tests/setup`, else any.
fn program() -> PathBuf {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/bin/cargo-insta");
    if ours.exists() { ours } else { PathBuf::from("cargo-insta") }
}

/// What the program `cargo-insta` says.
fn cargo_insta(room: &Room, arguments: &[&str]) -> String {
    let mut command = Command::new(program());
    command.args(arguments).current_dir(room.path("")).env("CARGO_NET_OFFLINE", "true").env_remove("CI");
    let output = command.output().expect("cargo-insta is missing: run `sh tests/setup tests`");
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn cargo_insta_accepts_and_rejects_what_waits() {
    let room = Room::new();
    pages(&room);
    assert_eq!(room.run(&[]).states(), "a=new b=new");
    let listed = cargo_insta(&room, &["pending-snapshots", "--as-json"]);
    for name in ["a", "b"] {
        assert!(listed.contains(&format!("/snapshots/page/{name}.snap\"")), "{listed}");
    }
    cargo_insta(&room, &["accept"]);
    assert!(room.path("snapshots/page/a.snap").exists() && !room.path("snapshots/page/a.snap.new").exists());
    let run = room.run(&[]);
    assert_eq!((run.states().as_str(), run.code), ("a=passed b=passed", Some(0)), "{}", run.told());
    assert!(room.tutor(&["accept"]).stdout.contains("nothing is pending"));

    let old = room.read("snapshots/page/a.snap");
    room.write("page.md", &room.read("page.md").replace("quoted", "changed"));
    assert_eq!(room.run(&[]).states(), "a=drifted b=passed");
    cargo_insta(&room, &["reject"]);
    assert!(!room.path("snapshots/page/a.snap.new").exists());
    assert_eq!(room.read("snapshots/page/a.snap"), old);
    assert_eq!(room.run(&[]).states(), "a=drifted b=passed");
}

/// On a terminal, key by key.
#[test]
fn cargo_insta_reviews_what_waits() {
    let room = Room::new();
    pages(&room);
    let page = room.read("page.md");
    // Also a step whose page says something else, of which insta knows nothing.
    room.write(
        "page.md",
        &format!("{page}\n```sh {{#c}}\necho three\n```\n\n```sh {{#d}}\necho x\n```\n\n```text {{.output}}\ny\n```\n"),
    );
    assert_eq!(room.run(&[]).states(), "a=new b=new c=new d=drifted");
    let command = format!("{} review", program().display());
    let screen = Screen::of(&room, (80, 40), "CARGO_NET_OFFLINE=true; export CARGO_NET_OFFLINE", &command);
    screen.shows("Reviewing [1/3]");
    screen.shows("Snapshot file: snapshots/page/a.snap");
    screen.shows("its \"quoted\" \\ é 日本");
    screen.press("a", "Reviewing [2/3]");
    screen.shows("Snapshot file: snapshots/page/b.snap");
    screen.press("r", "Reviewing [3/3]");
    screen.press("s", "insta review finished");
    assert_eq!(screen.status(), "0");
    let left = ["a.snap", "a.snap.new", "b.snap", "b.snap.new", "c.snap", "c.snap.new", "d.page.new"];
    let left: Vec<&str> =
        left.into_iter().filter(|name| room.path(&format!("snapshots/page/{name}")).exists()).collect();
    assert_eq!(left, ["a.snap", "c.snap.new", "d.page.new"]);
    assert_eq!(room.run(&[]).states(), "a=passed b=new c=new d=drifted");
}

#[test]
fn insta_reads_what_was_recorded_and_writes_what_can_be_read() {
    let room = Room::new();
    pages(&room);
    for arguments in [&[][..], &["--accept"]] {
        room.run(arguments);
        let end = if arguments.is_empty() { "snap.new" } else { "snap" };
        let path = room.path(&format!("snapshots/page/a.{end}"));
        let read = insta::Snapshot::from_file(&path).unwrap();
        assert_eq!(read.metadata().source(), Some("page.md"));
        assert!(read.metadata().expression().unwrap().contains("it''s \"quoted\""));
        let contents = read.as_text().unwrap().to_string();
        assert!(contents.starts_with("exit 0\n----- stdout -----\n\n  it"), "{contents}");
        assert!(contents.ends_with("----- stderr -----\non error: yes"), "{contents}");
    }

    let path = room.path("snapshots/page/a.snap");
    let ours = room.read("snapshots/page/a.snap");
    insta::Snapshot::from_file(&path).unwrap().save(&path).unwrap();
    let theirs = room.read("snapshots/page/a.snap");
    assert_ne!(theirs, ours, "insta has its own way to write a header");
    assert_eq!(room.run(&[]).states(), "a=passed b=passed");
    std::fs::write(&path, theirs.replace("on error: yes", "on error: no")).unwrap();
    assert_eq!(room.run(&[]).states(), "a=drifted b=passed");
}
