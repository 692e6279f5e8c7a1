//! Recordings that no step refers to: found, removed when asked, and renamed with their step.

use super::harness::Room;

fn room() -> Room {
    let room = Room::new();
    room.write("page.md", "---\ntutor: {platform: [linux, macos]}\n---\n\n```sh {#one}\necho one\n```\n\n```sh {#two}\necho two\n```\n\n<!-- tutor:tab macos -->\n\n```sh {#three}\necho three\n```\n\n<!-- tutor:end -->\n");
    room.write("other.md", "---\ntutor:\n---\n\n```sh {#one}\necho other\n```\n");
    for page in ["page.md", "other.md"] {
        let run = room.tutor(&["run", "--accept", "--platform", "all", page]);
        assert_eq!(run.code, Some(0), "{}", run.told());
    }
    assert!(room.path("snapshots/page/macos/three.snap").exists());
    room
}

fn edit(room: &Room, file: &str, old: &str, new: &str) {
    let text = room.read(file);
    assert!(text.contains(old), "{text}");
    room.write(file, &text.replace(old, new));
}

#[test]
fn what_belongs_to_a_step_stays() {
    let room = room();
    let run = room.tutor(&["accept", "--prune"]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "every recording belongs to a step\n"),
        "{}",
        run.told()
    );
    for name in ["page/one", "page/two", "page/macos/three", "other/one"] {
        assert!(room.path(&format!("snapshots/{name}.snap")).exists(), "{name}");
    }
}

#[test]
fn what_belongs_to_none_goes_when_asked() {
    let room = room();
    std::fs::remove_file(room.path("other.md")).unwrap();
    edit(&room, "page.md", "{#two}", "{#two snapshot=none}");
    // Not ours: another program's, and one that is broken.
    room.write("snapshots/lib__text.snap", "---\nsource: src/lib.rs\n---\ntext\n");
    room.write("snapshots/page/broken.snap", "no header");
    let run = room.tutor(&["accept"]);
    assert!(
        run.stdout.contains("2 recordings that no step refers to: `tutor accept --prune`"),
        "{}",
        run.told()
    );
    let run = room.tutor(&["accept", "--prune"]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "removed other/one\nremoved page/two\n"),
        "{}",
        run.told()
    );
    assert!(!room.path("snapshots/other").exists());
    for name in ["page/one", "page/macos/three", "lib__text", "page/broken"] {
        assert!(room.path(&format!("snapshots/{name}.snap")).exists(), "{name}");
    }
}

#[test]
fn a_page_with_mistakes_keeps_its_recordings() {
    let room = room();
    edit(&room, "page.md", "{#two}", "{#two exit=many}");
    edit(&room, "other.md", "{#one}", "{#uno}");
    let run = room.tutor(&["accept", "--prune"]);
    assert!(
        run.stdout.contains("removed other/one\nleft alone: the recordings of page.md"),
        "{}",
        run.told()
    );
    assert!(room.path("snapshots/page/one.snap").exists());
}

#[test]
fn a_step_that_is_renamed_takes_its_recording_along() {
    let room = room();
    edit(&room, "page.md", "{#one}", "{#first}");
    assert_eq!(room.tutor(&["run", "page.md"]).code, Some(1));
    // What else is pending stays so.
    let run = room.tutor(&["accept", "page/first"]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "accepted page/first\npage/one is page/first now\n"),
        "{}",
        run.told()
    );
    assert!(
        !room.path("snapshots/page/one.snap").exists() && room.path("snapshots/page/first.snap").exists()
    );
    assert_eq!(room.tutor(&["run", "page.md"]).code, Some(0));
    // Another output: that may be another step.
    edit(&room, "page.md", "```sh {#two}\necho two", "```sh {#second}\necho 2");
    assert_eq!(room.tutor(&["run", "page.md"]).code, Some(1));
    let run = room.tutor(&["accept", "--prune", "page/second"]);
    assert_eq!(run.stdout, "accepted page/second\nremoved page/two\n", "{}", run.told());
}

#[test]
fn prune_alone_accepts_nothing() {
    let room = room();
    edit(&room, "page.md", "echo one", "echo 1");
    assert_eq!(room.tutor(&["run", "page.md"]).code, Some(1));
    assert_eq!(room.tutor(&["accept", "--prune"]).stdout, "every recording belongs to a step\n");
    assert!(room.path("snapshots/page/one.snap.new").exists());
}
