//! Recordings: what waits, what is accepted or rejected by name, what a recording that was changed or broken does.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::harness::{Block, Room, Run, page};

/// Pages under these names, each with one recorded step for every pair of id and text.
fn room(pages: &[(&str, &[(&str, &str)])]) -> Room {
    let room = Room::new();
    for (name, steps) in pages {
        let steps: Vec<String> =
            steps.iter().map(|(id, text)| format!("\n```sh {{#{id}}}\n{text}\n```\n")).collect();
        room.write(name, &format!("---\ntutor: {{}}\n---\n{}", steps.concat()));
    }
    room
}

const TWO: [(&str, &[(&str, &str)]); 2] = [
    ("tutorials/one.md", &[("list", "echo one"), ("start", "echo begun")]),
    ("tutorials/guides/two.md", &[("list", "echo two"), ("finish", "echo done")]),
];

/// All files below `snapshots/`, sorted.
fn recorded(room: &Room) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![room.path("snapshots")];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.push(path.strip_prefix(room.path("snapshots")).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

fn ends(run: &Run, code: i32, words: &[&str]) {
    assert_eq!(run.code, Some(code), "{}", run.told());
    let told = run.told();
    assert!(words.iter().all(|word| told.contains(word)), "{words:?}: {told}");
}

#[test]
fn what_waits_is_accepted_or_rejected_by_name() {
    let room = room(&TWO);
    ends(
        &room.tutor(&["run"]),
        1,
        &[
            "4 new",
            "accept: tutor accept guides/two/finish",
            "4 recordings wait; next: tutor review, or without questions: tutor accept",
        ],
    );
    let pending =
        ["guides/two/finish.snap.new", "guides/two/list.snap.new", "one/list.snap.new", "one/start.snap.new"];
    assert_eq!(recorded(&room), pending);

    ends(
        &room.tutor(&["accept", "list"]),
        2,
        &["`list` could be any of `guides/two/list`, `one/list`", "page/step"],
    );
    ends(
        &room.tutor(&["accept", "strat"]),
        2,
        &["nothing pending is called `strat`", "did you mean `start`?"],
    );
    ends(&room.tutor(&["reject", "one/lits"]), 2, &["did you mean `one/list`?"]);
    ends(&room.tutor(&["accept", "start", "no-such-step-anywhere"]), 2, &["no-such-step-anywhere"]);
    assert_eq!(recorded(&room), pending, "where one name is wrong, nothing is done");

    let accepted = room.tutor(&["accept", "start", "guides/two/list"]);
    ends(&accepted, 0, &["accepted guides/two/list\naccepted one/start\n2 pending outputs left\n"]);
    ends(
        &room.tutor(&["reject", "snapshots/guides/two/finish.snap.new"]),
        0,
        &["rejected guides/two/finish\n"],
    );
    assert_eq!(recorded(&room), ["guides/two/list.snap", "one/list.snap.new", "one/start.snap"]);
    ends(&room.tutor(&["run"]), 1, &["2 passed, 2 new"]);
    ends(&room.tutor(&["accept"]), 0, &["accepted guides/two/finish\naccepted one/list\n"]);
    ends(&room.tutor(&["run"]), 0, &["4 passed"]);
    for command in ["accept", "reject"] {
        ends(&room.tutor(&[command]), 0, &["nothing is pending\n"]);
        ends(
            &room.tutor(&[command, "list"]),
            2,
            &["nothing pending is called `list`", "nothing is pending;"],
        );
    }
}

#[test]
fn what_drifts_waits_beside_what_was_recorded() {
    let room = room(&TWO);
    ends(&room.tutor(&["run", "--accept"]), 0, &["recorded: tutorials/one.md › list", "4 passed"]);
    let old = room.read("snapshots/one/list.snap");
    room.write("tutorials/one.md", &room.read("tutorials/one.md").replace("echo one", "echo other"));
    ends(&room.tutor(&["run"]), 1, &["1 drifted", "-one", "+other", "tutor accept one/list"]);
    assert_eq!(room.read("snapshots/one/list.snap"), old);
    assert!(room.read("snapshots/one/list.snap.new").contains("\nother\n"));
    ends(&room.tutor(&["reject"]), 0, &["rejected one/list"]);
    assert_eq!(room.read("snapshots/one/list.snap"), old);
    ends(&room.tutor(&["run"]), 1, &["1 drifted"]);
    ends(&room.tutor(&["accept", "list"]), 0, &["accepted one/list"]);
    ends(&room.tutor(&["run"]), 0, &["4 passed"]);
    assert_ne!(room.read("snapshots/one/list.snap"), old);
}

#[test]
fn what_passes_again_no_longer_waits() {
    let room = room(&TWO);
    ends(&room.tutor(&["run", "--accept"]), 0, &[]);
    let right = room.read("tutorials/one.md");
    room.write("tutorials/one.md", &right.replace("echo one", "echo other"));
    ends(&room.tutor(&["run"]), 1, &[]);
    assert!(room.path("snapshots/one/list.snap.new").exists());
    room.write("tutorials/one.md", &right);
    ends(&room.tutor(&["run"]), 0, &[]);
    assert!(!room.path("snapshots/one/list.snap.new").exists());
}

/// A step that records nothing any more and passes leaves nothing to accept; one that fails or drifts does, and so does what
/// another platform or another tutorial left.
#[test]
fn what_is_recorded_no_longer_waits_no_longer() {
    let pages = |info: &str, text: &str, more: &str| {
        format!("---\ntutor: {{}}\n---\n\n```sh {{#a{info}}}\n{text}\n```\n{more}")
    };
    let output = "\n```text {.output}\none\n```\n";
    // (attributes, text, what follows, flags, whether something waits still)
    let cases: [(&str, &str, &str, &[&str], bool); 8] = [
        (" snapshot=none", "echo one", "", &[], false),
        ("", "echo one", output, &[], false),
        (" snapshot=none", "echo one", "", &["--accept"], false),
        ("", "echo other", output, &[], true),
        ("", "echo other", output, &["--accept"], false),
        (" snapshot=none", "echo one; false", "", &[], true),
        (" .skip reason=\"none\"", "echo one", "\n```sh {#b snapshot=none}\n:\n```\n", &[], true),
        ("", "echo one", "", &[], true),
    ];
    for (info, text, more, flags, waits) in cases {
        let room = Room::new();
        room.write("page.md", &pages("", "echo one", ""));
        ends(&room.run(&[]), 1, &["1 new"]);
        room.write("page.md", &pages(info, text, more));
        let run = room.run(flags);
        // Where the page says by now what is expected, new lines for that.
        let name = if more == output { "page/a.page.new" } else { "page/a.snap.new" };
        assert_eq!(recorded(&room), [name][..usize::from(waits)], "{info} {text}: {}", run.told());
        let said = if waits { "accepted page/a\n" } else { "nothing is pending\n" };
        ends(&room.tutor(&["accept"]), 0, &[said]);
    }

    let room = Room::new();
    room.write("page.md", &pages("", "echo one", ""));
    ends(&room.run(&[]), 1, &["1 new"]);
    room.write("page.md", &pages(" snapshot=none", "echo one", ""));
    let mut in_ci = room.command(&["run", "page.md"]);
    assert!(in_ci.env("CI", "true").output().unwrap().status.success());
    assert_eq!(recorded(&room), ["page/a.snap.new"], "in CI nothing is written");
    let left = room.read("snapshots/page/a.snap.new");
    for (from, to) in
        [("platform: \"", "platform: \"other-"), ("tutorial: \"page.md", "tutorial: \"tutorials/page.md")]
    {
        assert!(left.contains(from), "{left}");
        room.write("snapshots/page/a.snap.new", &left.replace(from, to));
        ends(&room.run(&[]), 0, &["1 passed"]);
        assert_eq!(recorded(&room), ["page/a.snap.new"], "{to}");
    }
}

#[test]
fn what_fails_is_not_recorded() {
    let room = room(&[("page.md", &[("a", "echo one; false"), ("b", "echo two")])]);
    for arguments in [&[][..], &["--accept"]] {
        let run = room.run(arguments);
        assert_eq!((run.states().as_str(), run.code), ("a=failed b=not-run", Some(1)), "{}", run.told());
        assert!(recorded(&room).is_empty(), "{:?}", recorded(&room));
    }
}

/// A changed character of a recording, or a lost end, is seen.
#[test]
fn every_part_of_a_recording_counts() {
    let room = room(&[("page.md", &[("a", "echo one; echo two >&2")])]);
    ends(&room.run(&["--accept"]), 0, &[]);
    let right = room.read("snapshots/page/a.snap");
    let end = right.find("exit 0\n-----").unwrap();
    let cases = [
        ("standard output", right.replace("\none\n", "\n0ne\n"), "-0ne"),
        ("standard error", right.replace("\ntwo\n", "\ntw0\n"), "-tw0"),
        ("a blank line more", right.replace("\ntwo\n", "\ntwo\n\n.\n"), "-."),
        ("exit status", right.replace("exit 0\n-----", "exit 1\n-----"), "exit status is not as recorded"),
        ("the end lost", right[..right.find("----- stderr").unwrap()].to_owned(), "+two"),
        ("all contents lost", right[..end].to_owned(), "+one"),
        (
            "the streams interchanged",
            right.replace("stdout", "x").replace("stderr", "stdout").replace("- x", "- stderr"),
            "-two",
        ),
    ];
    for (name, text, word) in cases {
        assert_ne!(text, right, "{name}");
        fs::write(room.path("snapshots/page/a.snap"), text).unwrap();
        let run = room.run(&[]);
        assert_eq!((run.states().as_str(), run.code), ("a=drifted", Some(1)), "{name}: {}", run.told());
        assert!(run.stdout.contains(word), "{name}: {}", run.told());
    }
    ends(&room.run(&["--accept"]), 0, &[]);
    assert_eq!(room.read("snapshots/page/a.snap"), right, "`--accept` mends it");
}

#[test]
fn the_exit_status_is_held_where_the_author_says_it() {
    let room = room(&[]);
    let write = |exit: &str, status: u8| {
        room.write("page.md", &page("{}", &[]));
        let text =
            format!("{}\n```sh {{#a exit={exit}}}\necho one; exit {status}\n```\n", room.read("page.md"));
        room.write("page.md", &text);
    };
    for (first, then, state) in [
        (("3", 3), ("4", 4), "a=drifted"),
        (("any", 3), ("any", 4), "a=passed"),
        (("nonzero", 3), ("any", 0), "a=passed"),
    ] {
        write(first.0, first.1);
        ends(&room.run(&["--accept"]), 0, &[]);
        write(then.0, then.1);
        let run = room.run(&[]);
        assert_eq!(run.states(), state, "{first:?} {then:?}: {}", run.told());
    }
}

#[test]
fn a_broken_recording_is_named_and_nothing_runs() {
    let header = "---\nsource: x\ninfo: {tutorial: page.md, step: a, platform: linux}\n---\n";
    let cases: [(&[u8], &str); 8] = [
        (b"", "does not begin with a line `---`"),
        (b"one\n", "does not begin with a line `---`"),
        (b"---\nsource: x\n", "header has no end"),
        (b"---\nsource: \"x\n---\n", "header is no YAML"),
        (b"---\nsource: x\n---\n", "`info` is missing"),
        (b"---\ninfo: {step: a, platform: linux}\n---\n", "`tutorial` is missing"),
        (&[header.as_bytes(), b"exit 0\n<<<<<<< HEAD\n"].concat(), "line 6 is neither"),
        (b"\xff", "no UTF-8"),
    ];
    let room = room(&[("page.md", &[("a", "touch @HERE@/ran; echo one")])]);
    for (bytes, words) in cases {
        fs::create_dir_all(room.path("snapshots/page")).unwrap();
        fs::write(room.path("snapshots/page/a.snap"), bytes).unwrap();
        for arguments in [&[][..], &["--accept"]] {
            let run = room.run(arguments);
            ends(&run, 2, &[words, "snapshots/page/a.snap", "delete it and record the step again"]);
            assert!(run.stdout.is_empty() && !room.path("ran").exists(), "{}", run.told());
            assert_eq!(fs::read(room.path("snapshots/page/a.snap")).unwrap(), bytes);
        }
    }
    fs::remove_file(room.path("snapshots/page/a.snap")).unwrap();
    fs::write(room.path("snapshots/page/a.snap.new"), "one\n").unwrap();
    ends(&room.tutor(&["accept"]), 2, &["snapshots/page/a.snap.new", "does not begin"]);
    assert!(!room.path("snapshots/page/a.snap").exists());
    ends(&room.tutor(&["reject"]), 0, &["rejected page/a"]);
}

/// The program under the rights that files give, also where the tests run as root.
pub(super) fn as_anybody(room: &Room, arguments: &[&str]) -> Run {
    let plain = room.command(arguments);
    if !rustix::process::geteuid().is_root() {
        return Run::of(&{ plain }.output().unwrap(), Vec::new());
    }
    let mut command = Command::new("setpriv");
    command.args(["--bounding-set=-all", "--inh-caps=-all", "--"]).arg(plain.get_program());
    command.args(plain.get_args()).current_dir(plain.get_current_dir().unwrap()).stdin(Stdio::null());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    Run::of(&command.output().unwrap(), Vec::new())
}

#[test]
fn a_directory_that_cannot_be_written_keeps_what_it_has() {
    let room = room(&[("page.md", &[("a", "echo one")])]);
    ends(&room.run(&["--accept"]), 0, &[]);
    let old = room.read("snapshots/page/a.snap");
    room.write("page.md", &room.read("page.md").replace("echo one", "echo two"));
    let mode =
        |bits| fs::set_permissions(room.path("snapshots/page"), fs::Permissions::from_mode(bits)).unwrap();
    let refused = ["error: failed to", "snapshots/page", "Permission denied"];

    mode(0o555);
    for arguments in [&["run", "page.md"][..], &["run", "--accept", "page.md"]] {
        ends(&as_anybody(&room, arguments), 1, &[&refused[..], &["1 drifted"]].concat());
    }
    mode(0o755);
    ends(&room.run(&[]), 1, &["1 drifted"]);
    mode(0o555);
    for command in ["accept", "reject"] {
        let run = as_anybody(&room, &[command]);
        ends(&run, 2, &refused);
        assert!(!run.stdout.contains("ed page/a"), "{}", run.told());
    }
    mode(0o000);
    ends(
        &as_anybody(&room, &["run", "page.md"]),
        2,
        &["failed to read", "snapshots/page/a.snap", "Permission denied"],
    );
    ends(&as_anybody(&room, &["accept"]), 2, &["failed to list", "snapshots/page", "Permission denied"]);
    mode(0o755);
    assert_eq!(room.read("snapshots/page/a.snap"), old);
    ends(&room.tutor(&["accept"]), 0, &["accepted page/a"]);
}

#[test]
fn a_run_that_is_killed_leaves_no_half_recording() {
    let ids: Vec<String> = (0..40).map(|step| format!("s-{step}")).collect();
    let steps: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), "seq 3000")).collect();
    for delay in [0, 40, 100] {
        let room = room(&[("page.md", &steps)]);
        let mut child = room.command(&["run", "--accept", "page.md"]).stdout(Stdio::null()).spawn().unwrap();
        let first = || room.path("snapshots/page/s-0.snap").exists();
        assert!(super::harness::soon(first), "nothing is recorded");
        sleep(Duration::from_millis(delay));
        child.kill().unwrap();
        child.wait().unwrap();
        room.assert_nothing_left();
        let whole: Vec<String> =
            recorded(&room).into_iter().filter(|name| !name.starts_with("page/.tutor-")).collect();
        assert!(whole.iter().all(|name| name.rsplit('.').next() == Some("snap")), "{whole:?}");
        let again = room.run(&[]);
        let passed = again.states().matches("=passed").count();
        assert_eq!(
            (passed, again.states().matches("=new").count()),
            (whole.len(), 40 - whole.len()),
            "{}",
            again.told()
        );
    }
}

#[test]
fn two_pages_of_one_step_are_two_recordings() {
    let same: &[(&str, &str)] = &[("list", "basename \"$PWD\"")];
    let blocks: [Block; 0] = [];
    let room = room(&[("a.md", same), ("sub/a.md", same)]);
    room.write("sub/none.md", &page("{}", &blocks));
    ends(&room.tutor(&["run", "--accept", "a.md", "sub/a.md"]), 0, &["2 passed"]);
    assert_eq!(recorded(&room), ["a/list.snap", "sub/a/list.snap"]);
    ends(&room.tutor(&["run", "a.md", "a.md", "./sub/../a.md"]), 0, &["1 step: 1 passed"]);
}

/// The commands that a report prints can be typed, whatever the page is called.
#[test]
fn printed_commands_can_be_typed() {
    let names =
        ["it's a page.md", "a:b.md", "-q.md", "$(touch owned).md", "é \"x\".md", "tutorials/sub/*.md"];
    let room = room(&[]);
    for name in names {
        room.write(
            name,
            "---\ntutor: {}\n---\n\n```sh {#list}\necho one\n```\n\n```sh {#fails}\nfalse\n```\n",
        );
    }
    let run = room.tutor(&["run", "."]);
    let typed = |what: &str| -> Vec<String> {
        let lines = run.stdout.lines().filter_map(|line| line.trim().strip_prefix(what));
        lines.map(|line| line.strip_prefix("tutor ").unwrap().to_owned()).collect()
    };
    let (again, accept) = (typed("run again: "), typed("accept: "));
    assert_eq!((again.len(), accept.len()), (names.len(), names.len()), "{}", run.told());
    for (lines, code) in [(again, 1), (accept, 0)] {
        for line in lines {
            let mut command = Command::new("sh");
            command.args(["-c", &format!("exec '{}' {line}", env!("CARGO_BIN_EXE_tutor"))]);
            let run =
                Run::of(&command.current_dir(room.path("")).env_remove("CI").output().unwrap(), Vec::new());
            assert_eq!(run.code, Some(code), "{line}: {}", run.told());
        }
    }
    assert!(!room.path("owned").exists());
    assert_eq!(
        recorded(&room).iter().filter(|name| name.rsplit('.').next() == Some("snap")).count(),
        names.len()
    );
}
