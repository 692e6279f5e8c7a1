//! The flags of `run`: which steps, how much is said, what is kept, how strict, which exit status.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use super::harness::{Block, Room, page};

const PAGE: [Block; 6] = [
    ("sh #make-ca", "touch ca; echo run >@HERE@/made", "-"),
    ("sh #list needs=make-ca", "ls", "ca"),
    ("sh #show", "echo c", "c"),
    ("sh #paid .skip reason=\"needs a paid account\"", "touch @HERE@/paid", "-"),
    ("sh .skip", "touch @HERE@/paid", "-"),
    ("sh #stop .cleanup", "echo run >@HERE@/cleaned", "-"),
];

fn room(blocks: &[Block]) -> Room {
    let room = Room::new();
    room.write("page.md", &page("{}", blocks));
    room
}

#[test]
fn filters_leave_out_what_they_say() {
    // Arguments, states in the order of the steps, exit status, what is said of the steps left out.
    let cases: [(&[&str], &str, i32, &[&str]); 8] = [
        (&[], "passed passed passed passed", 0, &[]),
        (&["--only", "make-ca,list"], "passed passed skipped passed", 0, &["show: not in --only"]),
        (
            &["--only", "make-ca", "--only", "list"],
            "passed passed skipped passed",
            0,
            &["show: not in --only"],
        ),
        (
            &["--only", "list,show"],
            "skipped unverified passed passed",
            0,
            &["make-ca: not in --only", "list: it needs make-ca, which is skipped"],
        ),
        (&["--skip", "show,list"], "passed skipped skipped passed", 0, &["list, show: in --skip"]),
        (&["--from", "show"], "skipped skipped passed passed", 0, &["make-ca, list: before --from show"]),
        (
            &["--from", "list"],
            "skipped unverified passed passed",
            0,
            &["make-ca: before --from list", "list: it needs make-ca, which is skipped"],
        ),
        (
            &["--skip", "make-ca,list,show"],
            "skipped skipped skipped skipped",
            1,
            &["in --skip", "nothing ran"],
        ),
    ];
    for (arguments, states, code, says) in cases {
        let room = room(&PAGE);
        let run = room.run(arguments);
        let told = format!("{arguments:?}: {}", run.told());
        let came =
            ["make-ca", "list", "show", "stop"].map(|id| run.step(id)["state"].as_str().unwrap().to_owned());
        assert_eq!((came.join(" ").as_str(), run.code), (states, Some(code)), "{told}");
        for words in says.iter().chain(&["paid: needs a paid account", "line 29: skipped by the author"]) {
            assert!(run.stdout.contains(words), "{words}: {told}");
        }
        assert!(!room.path("paid").exists(), "{told}");
        assert_eq!(room.path("made").exists(), states.starts_with("passed"), "{told}");
        assert_eq!(room.path("cleaned").exists(), states.ends_with("passed"), "{told}");
    }
}

#[test]
fn cleanup_runs_though_the_only_step_fails() {
    let room = room(&[
        ("sh #a", "false", "-"),
        ("sh #b", "echo b", "b"),
        ("sh #stop .cleanup", "touch @HERE@/cleaned", "-"),
    ]);
    let run = room.run(&["--only", "a"]);
    assert_eq!(
        (run.states().as_str(), run.code),
        ("a=failed b=skipped stop=passed", Some(1)),
        "{}",
        run.told()
    );
    assert!(room.path("cleaned").exists());
}

#[test]
fn a_filter_that_cannot_hold_runs_nothing() {
    let cases: [(&[&str], &[&str]); 8] = [
        (&["--only", "lst"], &["--only names `lst`", "page.md", "did you mean `list`?"]),
        (&["--skip", "shwo"], &["--skip names `shwo`", "did you mean `show`?"]),
        (&["--from", "make-cs"], &["--from names `make-cs`", "did you mean `make-ca`?"]),
        (&["--only", "nothing-like-it"], &["--only names `nothing-like-it`", "no step of page.md"]),
        (&["--skip", "stop"], &["--skip names `stop`, a cleanup step"]),
        (&["--only", "List"], &["'List'", "lowercase"]),
        (&["--only", "list", "--from", "show"], &["--from", "--only"]),
        (&["-q", "-v"], &["--quiet", "--verbose"]),
    ];
    let room = room(&PAGE);
    for (arguments, words) in cases {
        let run = room.run(arguments);
        let told = format!("{arguments:?}: {}", run.told());
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{told}");
        assert!(words.iter().all(|word| run.stderr.contains(word)), "{told}");
        assert!(!room.path("made").exists() && !room.path("out.json").exists(), "{told}");
    }
    room.write("other.md", &page("{}", &[("sh #show", ":", "")]));
    let run = room.run(&["other.md", "--only", "show"]);
    assert_eq!(run.code, Some(2), "{}", run.told());
    assert!(
        run.stderr.contains("2 pages would run") && run.stderr.contains("name one page"),
        "{}",
        run.told()
    );
}

#[test]
fn as_much_is_said_as_is_asked_for() {
    let room = room(&[
        ("sh #loud", "echo words of a step that passes", "words[..]"),
        ("sh #wrong", "echo wrong", "right"),
        ("sh .skip", "x", "-"),
    ]);
    let lines = |run: &super::harness::Run| run.stdout.lines().map(str::to_owned).collect::<Vec<_>>();
    let last = |run: &super::harness::Run| lines(run).pop().unwrap();
    for arguments in [&["-q"][..], &[], &["-v"], &["-vv"]] {
        let run = room.run(arguments);
        let told = format!("{arguments:?}: {}", run.told());
        assert!(run.stdout.contains("drifted: page.md › wrong") && run.stdout.contains("+wrong"), "{told}");
        assert!(last(&run).starts_with("3 steps: 1 passed, 1 drifted, 1 skipped in "), "{told}");
        assert_eq!(run.stderr.is_empty(), arguments == ["-q"], "{told}");
        assert_eq!(run.stdout.contains("skipped by the author"), arguments != ["-q"], "{told}");
        let listed =
            lines(&run).iter().any(|line| line.trim_start().starts_with("passed") && line.contains("loud"));
        assert_eq!(listed, arguments.first().is_some_and(|flag| flag.starts_with("-v")), "{told}");
        assert_eq!(run.stdout.contains("words of a step"), arguments == ["-vv"], "{told}");
    }
    let quiet = room.run(&["-q", "--only", "loud"]);
    assert_eq!((lines(&quiet).len(), quiet.stderr.as_str()), (1, ""), "{}", quiet.told());
}

#[test]
fn what_is_kept_is_said() {
    let room = room(&PAGE);
    for arguments in [&["--keep"][..], &["--keep", "-q"]] {
        let run = room.run(arguments);
        let event = run.events.iter().find(|event| event["event"] == "document-finished").unwrap();
        let scratch = Path::new(event["scratch"].as_str().unwrap());
        assert!(
            run.stdout.contains(&format!("kept: {}\n", scratch.display())),
            "{arguments:?}: {}",
            run.told()
        );
        assert!(scratch.join("work/ca").exists(), "{}", run.told());
        assert!(scratch.as_os_str().len() <= 40 && !scratch.to_string_lossy().contains(' '));
        fs::remove_dir_all(scratch).unwrap();
    }
    let run = room.run(&[]);
    assert!(!run.stdout.contains("kept:"), "{}", run.told());
}

#[test]
fn a_run_is_strict_where_ci_is_set_unless_told_otherwise() {
    let blocks = [("sh #a requires=no-such-program", ":", "-"), ("sh #b", ":", "")];
    let cases: [(&str, &[&str], i32); 7] = [
        ("", &[], 0),
        ("false", &[], 0),
        ("true", &[], 1),
        ("1", &[], 1),
        ("true", &["--no-strict"], 0),
        ("", &["--strict"], 1),
        ("true", &["--no-strict", "--strict"], 1),
    ];
    for (ci, arguments, code) in cases {
        let mut room = room(&blocks);
        room.env.push(("CI", ci));
        let run = room.run(arguments);
        assert_eq!(
            (run.code, run.states().as_str()),
            (Some(code), "a=unverified b=passed"),
            "{ci} {}",
            run.told()
        );
        assert!(run.stdout.contains("no-such-program not found"), "{}", run.told());
        assert_eq!(run.stdout.contains("strict run"), code == 1, "{ci} {}", run.told());
    }
}

#[test]
fn a_run_of_nothing_has_not_passed() {
    let only_cleanup: &[Block] = &[("sh #stop .cleanup", "touch @HERE@/cleaned", "-")];
    let only_skipped: &[Block] = &[("sh #a .skip", ":", "-")];
    for blocks in [&[], only_cleanup, only_skipped] {
        let room = room(blocks);
        let run = room.run(&[]);
        assert_eq!(run.code, Some(1), "{blocks:?}: {}", run.told());
        assert!(run.stdout.contains("nothing ran"), "{blocks:?}: {}", run.told());
        assert!(!room.path("cleaned").exists());
    }
}

#[test]
fn recordings_lie_where_one_says() {
    let room = room(&[("sh #a snapshot=all", "echo one", "-")]);
    let run = room.run(&["--snapshots", "some where/else"]);
    assert_eq!(run.states(), "a=new", "{}", run.told());
    assert!(room.path("some where/else/page/a.snap.new").exists() && !room.path("snapshots").exists());

    let line = run.stdout.lines().find_map(|line| line.trim().strip_prefix("accept: tutor ")).unwrap();
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &format!("exec '{}' {line}", env!("CARGO_BIN_EXE_tutor"))]).current_dir(room.path(""));
    assert!(shell.output().unwrap().status.success(), "as it was printed: {line}");
    assert!(room.path("some where/else/page/a.snap").exists());
    assert_eq!(room.run(&["--snapshots", "some where/else"]).states(), "a=passed");
    assert_eq!(room.run(&[]).states(), "a=new", "the others are not looked at");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let steps: Vec<Block> =
        vec![("sh #a", "echo 1", "2"), ("sh #b", "seq 20000", "-"), ("sh #c", "echo 1", "2")];
    let room = room(&steps);
    let commands: [&[&str]; 6] = [
        &["run", "page.md"],
        &["run", "-vv", "page.md"],
        &["run", "--report", "json", "page.md"],
        &["check", "page.md"],
        &["list", "page.md"],
        &["--help"],
    ];
    for arguments in commands {
        let mut child =
            room.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&ended.stderr);
        let loud = ["error", "panicked", "roken pipe"].iter().any(|word| stderr.contains(word));
        assert!(!loud, "{arguments:?}: {stderr}");
        assert!(ended.status.code().is_some_and(|code| code < 2), "{arguments:?}: {}", ended.status);
        room.assert_nothing_left();
    }
}
