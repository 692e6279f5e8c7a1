//! Recordings have one writer, and what is no page is not read.

use std::fs;
use std::process::Command;

use super::harness::{Room, page};

/// Where two runs of one step disagree, or two tutorials would write one recording, that is an error, not a race.
#[test]
fn a_recording_has_one_writer() {
    let recorded = |text: &'static str| page("{}", &[("sh #a snapshot=all", text, "-")]);
    let room = Room::new();
    room.write("x.md", &recorded("touch @HERE@/ran; echo one"));
    room.write("tutorials/x.md", &recorded("touch @HERE@/ran; echo two"));
    let both = room.tutor(&["run", "--accept", "x.md", "tutorials/x.md"]);
    assert_eq!((both.code, both.stdout.as_str()), (Some(2), ""), "{}", both.told());
    let words = "`tutorials/x.md` and `x.md` would have the same recording";
    assert!(both.stderr.contains(words) && both.stderr.contains("snapshots/x/a.snap"), "{}", both.told());
    assert!(!room.path("ran").exists() && !room.path("snapshots").exists());
    // One by one, the second finds what the first has recorded.
    assert_eq!(room.tutor(&["run", "--accept", "x.md"]).code, Some(0));
    let second = room.tutor(&["run", "--accept", "tutorials/x.md"]);
    assert_eq!(second.code, Some(2), "{}", second.told());
    assert!(room.read("snapshots/x/a.snap").contains("\none\n"));
    // A tutorial that was moved takes its recordings along.
    fs::rename(room.path("x.md"), room.path("tutorials/x.md")).unwrap();
    assert_eq!(room.tutor(&["run", "tutorials/x.md"]).code, Some(0));

    // Two pages that run the same step before their own.
    let room = Room::new();
    room.write("pre.md", &page("{}", &[("sh #who snapshot=all", "echo $WHO", "-")]));
    for (name, who) in [("a.md", "ann"), ("b.md", "bob")] {
        room.write(name, &page(&format!("{{after: [pre.md], env: {{WHO: {who}}}}}"), &[("sh #a", ":", "")]));
    }
    let run = room.tutor(&["run", "--jobs", "1", "a.md", "b.md"]);
    let run = if run.code == Some(2) { room.tutor(&["run", "a.md", "b.md"]) } else { run };
    assert_eq!(run.code, Some(1), "{}", run.told());
    assert!(
        run.stdout.contains("a.md printed something else in this step, and both have one recording"),
        "{}",
        run.told()
    );
    room.write("b.md", &room.read("b.md").replace("bob", "ann"));
    let run = room.tutor(&["run", "--accept", "a.md", "b.md"]);
    assert_eq!(run.code, Some(0), "{}", run.told());
}

/// A page that is named must be a regular file: to read a pipe could wait for ever.
#[test]
fn a_pipe_is_no_page() {
    let room = Room::new();
    // Not every system has a call for it that is safe to use.
    assert!(Command::new("mkfifo").arg(room.path("pipe.md")).status().unwrap().success());
    for command in ["run", "check", "list"] {
        let run = room.tutor(&[command, "pipe.md"]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.told());
        assert!(run.stderr.contains("pipe.md` is not a regular file"), "{}", run.told());
    }
    fs::remove_file(room.path("pipe.md")).unwrap();
    room.write("pipe.md", &page("{}", &[("sh #a", "echo on", "on")]));
    assert_eq!(room.tutor(&["run", "pipe.md"]).code, Some(0));
}

/// A line with thousands of mistakes shows each at its own column, and only what stands around it.
#[test]
fn mistakes_on_a_very_long_line_are_shown_in_part() {
    let room = Room::new();
    let words = (0..1200).map(|word| format!(" ключ{word}=1")).collect::<Vec<_>>().concat();
    room.write("page.md", &format!("---\ntutor: {{}}\n---\n```sh {{#a{words}}}\n:\n```\n"));
    let check = room.tutor(&["check", "page.md"]);
    assert_eq!(check.code, Some(2));
    let column = |word: &str| {
        let line = format!("```sh {{#a{words}}}");
        let at = line.find(&format!(" {word}=")).unwrap() + 1;
        line[..at].chars().count() + 1
    };
    for word in ["ключ0", "ключ600", "ключ1199"] {
        let head = format!("there is no attribute `{word}`\n --> page.md:4:{}\n", column(word));
        let at = check.stdout.find(&head).unwrap_or_else(|| panic!("{head}"));
        let picture = check.stdout[at..].lines().take(5).collect::<Vec<_>>();
        assert!(picture.iter().all(|line| line.chars().count() < 200), "{picture:?}");
        assert!(
            picture[3].contains(&format!(" {word}=1")) && picture[4].contains("^ unknown attribute"),
            "{picture:?}"
        );
    }
    assert!(check.stdout.contains("1200 errors in 1 file"));
}
