//! What a step may do to its shell, and what the next step finds.

use super::harness::{Case, case, check};

/// In each of these a session is held.
const SHELLS: [&str; 4] = ["sh", "bash", "ksh", "zsh"];

fn in_each_shell(cases: &[Case]) {
    for shell in SHELLS {
        check(shell, cases);
    }
}

#[test]
fn state_lasts_over_steps() {
    in_each_shell(&[
        case(
            "variables, functions, directory",
            &[
                ("@SH@ #a", "x=5\nexport y=6\nf() { echo \"f $x $y\"; }\nmkdir d\ncd d", ""),
                ("@SH@ #b", "f\nbasename \"$PWD\"\nprintenv y", "f 5 6\nd\n6"),
            ],
            "a=passed b=passed",
        ),
        case(
            "after an expected exit",
            &[
                ("@SH@ #a exit=3", "x=5\nmkdir d; cd d\nf() { echo \"f $x\"; }\nexit 3", ""),
                ("@SH@ #b", "f; basename \"$PWD\"", "f 5\nd"),
            ],
            "a=passed b=passed",
        ),
        case(
            "another exit than expected",
            &[("@SH@ #a exit=3", "exit 4", "-"), ("@SH@ #b", "true", "-")],
            "a=failed b=not-run",
        )
        .says(&["exit status 4, expected 3"]),
        case(
            "a command in the middle fails",
            &[("@SH@ #a", "false\necho on", "-"), ("@SH@ #b", "true", "-")],
            "a=failed b=not-run",
        ),
        case(
            "what is tested does not end a step",
            &[(
                "@SH@ #a",
                "if false; then :; fi\nfalse || true\nfalse && true\n! true\nfalse | true\necho on",
                "on",
            )],
            "a=passed",
        ),
        case("standard input is empty", &[("@SH@ #a", "cat; echo end", "end")], "a=passed"),
        case(
            "nonzero and any",
            &[
                ("@SH@ #a exit=nonzero", "exit 7", "-"),
                ("@SH@ #b exit=any", "exit 8", "-"),
                ("@SH@ #c exit=any", ":", "-"),
            ],
            "a=passed b=passed c=passed",
        ),
        case("nonzero, and it is zero", &[("@SH@ #a exit=nonzero", ":", "-")], "a=failed"),
    ]);
}

#[test]
fn what_a_step_does_to_its_shell_ends_with_it() {
    in_each_shell(&[
        case(
            "closed descriptors",
            &[("@SH@ #a", "exec <&- >&- 2>&-", ""), ("@SH@ #b", "echo on; echo two >&2", "on\ntwo")],
            "a=passed b=passed",
        ),
        case(
            "output sent elsewhere",
            &[("@SH@ #a", "exec >file 2>&1\necho hidden", ""), ("@SH@ #b", "cat file", "hidden")],
            "a=passed b=passed",
        ),
        case(
            "set +e for the step",
            &[("@SH@ #a", "set +e\nfalse\necho on", "on"), ("@SH@ #b", "false\necho on", "-")],
            "a=passed b=failed",
        ),
        case(
            "no PATH",
            &[("@SH@ #a", "PATH=", ""), ("@SH@ #b", "echo on", "on"), ("@SH@ #c exit=127", "ls", "-")],
            "a=passed b=passed c=passed",
        ),
        case(
            "IFS",
            &[
                ("@SH@ #a", "IFS=x", ""),
                ("@SH@ #b", "set -- $(command echo axb); echo $1 $2; exit", "a b"),
                ("@SH@ #c", "echo on", "on"),
            ],
            "a=passed b=passed c=passed",
        ),
        case(
            "redefined words",
            &[
                ("@SH@ #a", "cd() { echo cd; }\nprintf() { echo printf; }\npwd() { command echo mine; }", ""),
                ("@SH@ #b exit=3", "cd /; printf x; pwd; exit 3", "cd\nprintf\nmine"),
                ("@SH@ #c", "printf", "printf"),
            ],
            "a=passed b=passed c=passed",
        ),
        case(
            "a trap fires at the step's end",
            &[("@SH@ #a", "trap 'echo bye' EXIT\necho hi", "hi\nbye"), ("@SH@ #b", "echo on", "on")],
            "a=passed b=passed",
        ),
        case(
            "a deleted directory",
            &[("@SH@ #a", "mkdir d; cd d; rmdir ../d", ""), ("@SH@ #b", "cd /; pwd", "/")],
            "a=passed b=passed",
        ),
    ]);
}

#[test]
fn a_shell_that_dies_fails_its_step() {
    in_each_shell(&[
        case(
            "an unset variable",
            &[("@SH@ #a", "set -u", ""), ("@SH@ #b", "echo $nope\necho on", "-"), ("@SH@ #c", ":", "-")],
            "a=passed b=failed c=not-run",
        ),
        case(
            "an unset variable, expected",
            &[("@SH@ #a exit=nonzero", "set -u\necho $nope", "-")],
            "a=passed",
        ),
        case(
            "killed by its own hand",
            &[
                ("@SH@ #a", "echo hi\nkill -9 $$", "-"),
                ("@SH@ #b", ":", "-"),
                ("@SH@ #c .cleanup", "echo off >&2", "-"),
            ],
            "a=failed b=not-run c=passed",
        ),
        case(
            "became another program that failed",
            &[("@SH@ #a", "exec false", "-"), ("@SH@ #b", ":", "-")],
            "a=failed b=not-run",
        ),
        case(
            "a mistake of syntax",
            &[("@SH@ #a", "if then", "-"), ("@SH@ #b", ":", "-")],
            "a=failed b=not-run",
        ),
    ]);
}

#[test]
fn a_step_may_become_another_program() {
    in_each_shell(&[case("exec", &[("@SH@ #a", "exec echo hi", "hi")], "a=passed")]);
}

#[test]
fn one_page_may_mix_shells() {
    check(
        "bash",
        &[case(
            "the directory passes on, what is not exported does not",
            &[
                ("sh #a", "mkdir d; cd d; V=2", ""),
                ("bash #b", "basename \"$PWD\"; echo \"${V-none} ${BASH_VERSION:+bash}\"", "d\nnone bash"),
                ("ksh #c", "basename \"$PWD\"; echo \"${V-none}\"", "d\nnone"),
                ("sh #d", "echo $V", "2"),
            ],
            "a=passed b=passed c=passed d=passed",
        )],
    );
}

#[test]
fn steps_are_tried_again() {
    in_each_shell(&[
        case(
            "becomes true",
            &[("@SH@ #a retry=5 every=20ms", "echo . >>n\ntest $(wc -l <n) -ge 3", "")],
            "a=passed",
        ),
        case("never true", &[("@SH@ #a retry=2 every=20ms", "false", "-")], "a=failed"),
    ]);
}

#[test]
fn time_outs_end_everything_below() {
    in_each_shell(&[
        case(
            "TERM ignored, sessions of their own, double forks",
            &[
                (
                    "@SH@ #a timeout=600ms",
                    "trap '' TERM\nsetsid sleep @MARK@ &\n(sleep @MARK@ &) &\n(setsid sh -c 'trap \"\" TERM; sleep @MARK@; sleep @MARK@' &)\nsleep @MARK@",
                    "-",
                ),
                ("@SH@ #b", ":", "-"),
                ("@SH@ #c .cleanup", "echo done", "-"),
            ],
            "a=failed b=not-run c=passed",
        ),
        case(
            "a child in the background delays nothing",
            &[("@SH@ #a timeout=5s", "sleep @MARK@ &\necho on", "on")],
            "a=passed",
        ),
        case("the document's", &[("@SH@ #a", "sleep @MARK@", "-")], "a=failed").head("{timeout: 300ms}"),
        case("within it", &[("@SH@ #a timeout=10s", "sleep 0.5", "")], "a=passed").head("{timeout: 300ms}"),
    ]);
}
