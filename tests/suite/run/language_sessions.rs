//! Sessions: what a step leaves to the next one, what it does not, and what stops it.

use super::harness::{Room, case, check, check_with, page};

/// Conditions, `a && b` before its last part, `!`, all but a pipe's last command, and functions called there don't stop a
/// step; the first failure that nothing tests does.
#[test]
fn a_step_stops_at_the_first_failure_that_nothing_tests() {
    for shell in ["sh", "bash", "ksh", "zsh"] {
        check(
            shell,
            &[
                case(
                    "a function that is tested",
                    &[(
                        "@SH@ #a",
                        "f() { false; echo in; }\nif f; then echo yes; fi\nf || echo no\nf && echo and\necho on",
                        "in\nyes\nin\nin\nand\non",
                    )],
                    "a=passed",
                ),
                case(
                    "the same function untested",
                    &[("@SH@ #a exit=1", "f() { false; echo in; }\nf\necho on", "")],
                    "a=passed",
                ),
                case(
                    "`elif`, `while`, `until`",
                    &[(
                        "@SH@ #a",
                        "if false; then :; elif false; then :; fi\nwhile false; do :; done\nuntil true; do :; done\necho on",
                        "on",
                    )],
                    "a=passed",
                ),
                case(
                    "the last part of `a && b` stops it",
                    &[("@SH@ #a exit=1", "true && false\necho on", "")],
                    "a=passed",
                ),
                case(
                    "a pipe's last command stops it",
                    &[("@SH@ #a exit=1", "true | false\necho on", "")],
                    "a=passed",
                ),
                case(
                    "and none but the last",
                    &[("@SH@ #a", "false | false | true\necho on", "on")],
                    "a=passed",
                ),
            ],
        );
    }
    // zsh itself stops there, under `-e`.
    for shell in ["sh", "bash", "ksh"] {
        check(
            shell,
            &[case(
                "a function after `!`",
                &[("@SH@ #a", "f() { false; echo in; }\n! f\necho on", "in\non")],
                "a=passed",
            )],
        );
    }
}

/// Options other than `-e` and `-x` stay; `set +e`, `exec >file` and closed descriptors last for the step.
#[test]
fn options_stay_but_for_e_and_x() {
    for shell in ["sh", "bash", "ksh", "zsh"] {
        check(
            shell,
            &[
                case(
                    "`set -o noglob` stays",
                    &[("@SH@ #a", "set -o noglob", ""), ("@SH@ #b", "echo *", "*")],
                    "a=passed b=passed",
                ),
                case(
                    "and would be seen if it did not",
                    &[("@SH@ #a", "touch x; set -o noglob; set +o noglob", ""), ("@SH@ #b", "echo *", "*")],
                    "a=passed b=drifted",
                ),
                case(
                    "`set -u` stays",
                    &[("@SH@ #a", "set -u", ""), ("@SH@ #b", "echo $nothing_here", "-")],
                    "a=passed b=failed",
                ),
                case(
                    "`set -x` does not",
                    &[("@SH@ #a", "set -x; :", "-"), ("@SH@ #b", "echo on", "on")],
                    "a=passed b=passed",
                ),
                case(
                    "`set +e` does not",
                    &[("@SH@ #a", "set +e; false", "-"), ("@SH@ #b exit=1", "false; echo on", "")],
                    "a=failed b=not-run",
                ),
                case(
                    "redirections do not",
                    &[
                        ("@SH@ #a", "set +e; exec >file; false; echo hidden", ""),
                        ("@SH@ #b exit=1", "cat file; false; echo on", "hidden"),
                    ],
                    "a=passed b=passed",
                ),
            ],
        );
    }
}

/// A child that a step left in the background may live until the end of the document, and delays nothing; whatever is left
/// then is ended.
#[test]
fn a_child_in_the_background_lives_until_the_end() {
    check(
        "sh",
        &[
            case(
                "until the end, in cleanup too",
                &[
                    ("sh #a", "sleep @MARK@ & echo $! >pid", ""),
                    ("sh #b", "kill -0 $(cat pid)", ""),
                    ("sh #c .cleanup", "kill -0 $(cat pid)", "-"),
                ],
                "a=passed b=passed c=passed",
            ),
            case(
                "unless a step ends it",
                &[
                    ("sh #a", "sleep @MARK@ & echo $! >pid", ""),
                    ("sh #b", "kill $(cat pid); wait", "-"),
                    ("sh #c", "kill -0 $(cat pid)", "-"),
                ],
                "a=passed b=passed c=failed",
            ),
        ],
    );
}

/// A step that this machine can't run, for want of its shell, is unverified; so is what needs it, and nothing else.
#[test]
fn a_shell_that_is_not_there_makes_its_steps_unverified() {
    let directory = tempfile::tempdir().unwrap();
    for program in ["sh", "cat", "env", "basename"] {
        std::os::unix::fs::symlink(format!("/bin/{program}"), directory.path().join(program)).unwrap();
    }
    let blocks = [
        ("sh #a", "echo a", "a"),
        ("fish #b", "echo b", "b"),
        ("fish #c .cleanup", "echo c", "-"),
        ("sh #d needs=b", "echo d", "d"),
        ("sh #e", "echo e", "e"),
    ];
    let states = "a=passed b=unverified d=unverified e=passed c=unverified";
    check_with("sh", &[case("no fish", &blocks, states).says(&["fish"])], directory.path().to_str());
    check("sh", &[case("with it", &blocks, "a=passed b=passed d=passed e=passed c=passed")]);
}

/// A failed document ends itself and no other one.
#[test]
fn a_failure_ends_its_own_document_only() {
    let room = Room::new();
    room.write("pages/1.md", &page("{}", &[("sh #a", "false", "-"), ("sh #b", ":", "-")]));
    room.write("pages/2.md", &page("{}", &[("sh #c", "echo c", "c")]));
    let run = room.tutor(&["run", "pages"]);
    assert_eq!(run.code, Some(1), "{}", run.told());
    assert!(run.stdout.contains("3 steps: 1 passed, 1 failed, 1 not-run"), "{}", run.told());
}

/// Times: `500ms`, `30s`, `2m`. A time-out ends a step, not the session that cleanup finds.
#[test]
fn times_are_written_with_their_unit() {
    check(
        "sh",
        &[
            case(
                "each unit",
                &[
                    ("sh #a timeout=2m", ":", ""),
                    ("sh #b timeout=30s", ":", ""),
                    ("sh #c timeout=900ms", ":", ""),
                ],
                "a=passed b=passed c=passed",
            ),
            case(
                "a step that takes longer",
                &[
                    ("sh #a", "x=kept", ""),
                    ("sh #b timeout=200ms", "sleep @MARK@", "-"),
                    ("sh #c .cleanup", "test $x = kept", "-"),
                ],
                "a=passed b=failed c=passed",
            ),
        ],
    );
}

/// "`exit` ends the step, not the run": the steps behind it run, unless its status is not the one expected.
#[test]
fn exit_ends_the_step_and_not_the_run() {
    for shell in ["sh", "bash", "ksh", "zsh", "fish"] {
        check(
            shell,
            &[
                case(
                    "the status that is expected",
                    &[
                        ("@SH@ #a", "echo one; exit; echo two", "one"),
                        ("@SH@ #b exit=3", "exit 3; echo two", ""),
                        ("@SH@ #c", "echo on", "on"),
                    ],
                    "a=passed b=passed c=passed",
                ),
                case(
                    "another one",
                    &[
                        ("@SH@ #a", "exit 3", "-"),
                        ("@SH@ #b", "echo on", "on"),
                        ("@SH@ #c .cleanup", "echo off", "-"),
                    ],
                    "a=failed b=not-run c=passed",
                ),
            ],
        );
    }
}

/// "Standard input is empty": a program that reads to its end finds nothing, one that wants a line fails.
#[test]
fn standard_input_is_empty() {
    for shell in ["sh", "bash", "ksh", "zsh"] {
        check(
            shell,
            &[
                case("read to the end", &[("@SH@ #a", "cat; wc -c | tr -d ' '", "0")], "a=passed"),
                case(
                    "a line",
                    &[("@SH@ #a timeout=20s", "read -r line; echo got it", "-"), ("@SH@ #b", ":", "-")],
                    "a=failed b=not-run",
                )
                .says(&["exit status 1, expected 0"]),
            ],
        );
    }
}
