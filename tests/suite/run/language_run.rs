//! A run: its environment exactly, its states, the order of its end, its exit status.
#![cfg(target_os = "linux")]

use std::fs;

use super::harness::{Block, Room, case, check, page};

/// What each shell sets by itself belongs to nobody's environment: `A__z` is how ksh93 tells its children of types, and
/// zsh exports `LOGNAME`.
const OWN: &str = "env | grep -v '^_=' | grep -v '^OLDPWD=' | grep -v '^SHLVL=' | grep -v '^A__z=' | grep -v '^LOGNAME=' | sort";

/// A run has `HOME` and `TMPDIR` in its scratch directory, `TZ=UTC`, `LC_ALL=C.UTF-8`, `NO_COLOR=1`, `TERM=dumb`, the
/// caller's `PATH`, `env`, and no other variable.
#[test]
fn the_environment_is_exactly_what_is_said() {
    let mut room = Room::new();
    room.env.extend([
        ("PATH", "/usr/local/bin:/usr/bin:/bin:/no/such"),
        ("LEAKED", "1"),
        ("TZ", "Asia/Tokyo"),
        ("LC_ALL", "C"),
        ("LANG", "de_DE.UTF-8"),
        ("TERM", "xterm-256color"),
        ("HOME", "/root"),
        ("LD_LIBRARY_PATH", "/no/such"),
        ("BASH_ENV", "/no/such"),
        ("ENV", "/no/such"),
        ("CDPATH", "/"),
        ("THEIRS", "value"),
    ]);
    let expected = "HOME=[HOME]\nLC_ALL=C.UTF-8\nMODE=test\nNO_COLOR=1\nPATH=/usr/local/bin:/usr/bin:/bin:/no/such\nPWD=[SCRATCH]\nTAKEN=value\nTERM=dumb\nTMPDIR=[SCRATCH]/tmp\nTZ=UTC";
    let head = "{env: {MODE: test, TAKEN: {env: THEIRS}}}";
    for shell in ["sh", "bash", "ksh", "zsh"] {
        let info: &'static str = format!("{shell} #a").leak();
        room.write("page.md", &page(head, &[(info, OWN, expected), ("sh #b", OWN, "HOME=[HOME]")]));
        let run = room.run(&[]);
        assert_eq!(run.states(), "a=passed b=drifted", "{shell}: {}", run.told());
    }
    // `env` may say otherwise, and a transcript and a cleanup have the same.
    let head = "{env: {TZ: Europe/Berlin, NO_COLOR: '', TERM: xterm}}";
    let blocks: [Block; 3] = [
        ("sh #a", "echo $TZ $TERM \"[$NO_COLOR]\"", "Europe/Berlin xterm []"),
        ("console #t", "$ echo $TZ ${LEAKED-none}\nEurope/Berlin none", "-"),
        ("sh #z .cleanup", "test \"$TZ ${LEAKED-none}\" = 'Europe/Berlin none'", "-"),
    ];
    room.write("page.md", &page(head, &blocks));
    assert_eq!(room.run(&[]).states(), "a=passed t=passed z=passed");
}

/// A run has a new scratch directory, empty, without blanks and short, gone at the end.
#[test]
fn each_run_has_a_new_scratch_directory() {
    let room = Room::new();
    let blocks: [Block; 2] = [
        (
            "sh #a",
            "ls -A; pwd >>@HERE@/places; test -d \"$HOME\" && test -d \"$TMPDIR\"; touch left \"$HOME/left\" \"$TMPDIR/left\"",
            "",
        ),
        ("sh #b", "ls -A", "other"),
    ];
    room.write("page.md", &page("{}", &blocks));
    for _ in 0..2 {
        assert_eq!(room.run(&[]).states(), "a=passed b=drifted");
    }
    let places = room.read("places");
    let (first, second) = places.trim().split_once('\n').unwrap();
    assert_ne!(first, second);
    for place in [first, second] {
        let scratch = place.strip_suffix("/work").unwrap();
        assert!(scratch.len() <= 40 && !scratch.contains(' ') && !fs::exists(scratch).unwrap(), "{scratch}");
    }
}

/// Each state: passed, drifted, failed (status, time-out, signal, answers), unverified, skipped, not-run, new.
#[test]
fn each_state_has_its_reason() {
    let ends: [(&str, &[Block], &str, &str); 10] = [
        ("passed", &[("sh #a", "echo a", "a")], "passed", ""),
        ("drifted", &[("sh #a", "echo a", "b")], "drifted", "the output is not what the page shows"),
        ("failed by status", &[("sh #a", "exit 7", "-")], "failed", "exit status 7, expected 0"),
        ("failed though its output is right", &[("sh #a", "echo a; exit 7", "a")], "failed", "exit status 7"),
        (
            "failed by time",
            &[("sh #a timeout=200ms", "sleep @MARK@", "-")],
            "failed",
            "timed out after 200ms",
        ),
        ("failed by signal", &[("sh #a", "kill -9 $$", "-")], "failed", "signal"),
        (
            "failed by answers",
            &[("sh #a", ":", "-"), ("text .answers", "Name: x", "-")],
            "failed",
            "never asked for",
        ),
        (
            "unverified",
            &[("sh #a requires=no-such-program", ":", "-")],
            "unverified",
            "no-such-program not found",
        ),
        ("skipped", &[("sh #a .skip reason=why", ":", "-")], "skipped", "why"),
        ("new", &[("sh #a snapshot=all", "echo a", "-")], "new", "recorded"),
    ];
    for (name, blocks, state, reason) in ends {
        let room = Room::new();
        let more: [Block; 1] = [("sh #next", "echo next", "next")];
        room.write("page.md", &page("{}", &[blocks, &more].concat()));
        let run = room.run(&[]);
        let step = run.step("a");
        assert_eq!(step["state"], state, "{name}: {}", run.told());
        let said = step["reason"].as_str().unwrap_or_default();
        assert!(said.contains(reason) && said.is_empty() == reason.is_empty(), "{name}: {said}");
        // A failed step ends its document; drifted, unverified and new ones end nothing.
        let next = if state == "failed" { "not-run" } else { "passed" };
        assert_eq!(run.step("next")["state"], next, "{name}");
    }
}

/// Cleanup steps run in reverse order, each with its own time-out, also where one of them fails; a failure of one fails
/// the document. Where the session died, a fresh shell has the last directory and environment, and an unset variable is
/// an error.
#[test]
fn cleanup_runs_in_reverse_order_and_its_failure_fails_the_document() {
    let list = ("sh #a", "mkdir d; cd d; export X=1; Y=2", "");
    let write = |id: &str, more: &str| -> Block {
        (
            format!("sh #{id} .cleanup").leak(),
            format!("echo {id} ${{PWD##*/}} \"$X\" \"${{Y-unset}}\" >>@HERE@/order{more}").leak(),
            "-",
        )
    };
    for (last, states, order) in [
        (("sh #end", "true", "-"), "end=passed", "third d 1 2\nsecond d 1 2\nfirst d 1 2\n"),
        (("sh #end", "false", "-"), "end=failed", "third d 1 2\nsecond d 1 2\nfirst d 1 2\n"),
        (
            ("sh #end", "kill -9 $$", "-"),
            "end=failed",
            "third d 1 unset\nsecond d 1 unset\nfirst d 1 unset\n",
        ),
    ] {
        let room = Room::new();
        let blocks = [write("first", ""), list, write("second", "; false"), write("third", ""), last];
        room.write("page.md", &page("{}", &blocks));
        let run = room.run(&[]);
        assert_eq!(
            run.states(),
            format!("a=passed {states} third=passed second=failed first=passed"),
            "{}",
            run.told()
        );
        assert_eq!(run.code, Some(1), "{}", run.told());
        assert_eq!(room.read("order"), order);
        let document = run.events.iter().find(|event| event["event"] == "document-finished").unwrap();
        assert_eq!(document["state"], "failed");
    }
    check(
        "sh",
        &[
            case(
                "a fresh shell takes an unset variable for an error",
                &[("sh #a", "kill -9 $$", "-"), ("sh #z .cleanup", "rm -rf \"$DIR\"/x", "-")],
                "a=failed z=failed",
            ),
            case(
                "each has its own time-out",
                &[
                    ("sh #a", ":", ""),
                    ("sh #y .cleanup", ":", "-"),
                    ("sh #z .cleanup timeout=200ms", "sleep @MARK@", "-"),
                ],
                "a=passed z=failed y=passed",
            ),
            case(
                "of a document that failed at once",
                &[("sh #z .cleanup", ":", "-"), ("sh #a", "false", "-"), ("sh #b", ":", "-")],
                "a=failed b=not-run z=passed",
            ),
        ],
    );
}

/// 0 where all passed, unverified allowed unless strict; 1 where one drifted, failed or is new, or nothing ran; 2 where
/// the command line or a tutorial is wrong.
#[test]
fn the_exit_status_says_how_the_run_ended() {
    let good: Block = ("sh #good", "echo a", "a");
    let cases: [(&str, &[Block], &[&str], i32); 14] = [
        ("passed", &[good], &[], 0),
        ("unverified", &[good, ("sh #a requires=no-such-program", ":", "-")], &[], 0),
        ("unverified, strict", &[good, ("sh #a requires=no-such-program", ":", "-")], &["--strict"], 1),
        ("skipped", &[good, ("sh #a .skip", ":", "-")], &["--strict"], 0),
        ("drifted", &[good, ("sh #a", "echo a", "b")], &[], 1),
        ("failed", &[good, ("sh #a", "false", "-")], &[], 1),
        ("new", &[good, ("sh #a snapshot=all", ":", "-")], &[], 1),
        ("new, accepted", &[good, ("sh #a snapshot=all", ":", "-")], &["--accept"], 0),
        ("drifted in its text, accepted", &[good, ("sh #a", "echo a", "b")], &["--accept"], 0),
        ("drifted, which can't be said", &[good, ("sh #a", "echo '[..]'", "b")], &["--accept"], 1),
        ("nothing ran", &[("sh #a .skip", ":", "-")], &[], 1),
        ("everything filtered out", &[good], &["--skip", "good"], 1),
        ("a tutorial is wrong", &[good, ("sh #a exit=x", ":", "-")], &[], 2),
        ("the command line is wrong", &[good], &["--platform", "linus"], 2),
    ];
    for (name, blocks, arguments, code) in cases {
        let room = Room::new();
        room.write("page.md", &page("{}", blocks));
        let run = room.run(arguments);
        assert_eq!(run.code, Some(code), "{name}: {}", run.told());
    }
}

/// "The scratch directory's path has no blanks and at most 40 bytes, so that sockets in it work": one by its whole path.
#[test]
fn sockets_work_in_the_scratch_directory() {
    let bind = |path: &str| -> &'static str {
        format!("python3 -c \"import os, socket; socket.socket(socket.AF_UNIX).bind({path})\" && echo bound")
            .leak()
    };
    let long = "os.getcwd() + '/' + 'x' * 100";
    check(
        "sh",
        &[case(
            "a name of 60 bytes, and one that no system takes",
            &[
                ("sh #a", bind("os.getcwd() + '/' + 'x' * 60"), "bound"),
                ("sh #b", bind("os.environ['TMPDIR'] + '/s'"), "bound"),
                ("sh #c", bind(long), "bound"),
            ],
            "a=passed b=passed c=failed",
        )
        .says(&["AF_UNIX path too long"])],
    );
}
