//! Answers: which part of a line is the prompt and which is typed, and each way in which page and program disagree.

use super::harness::{Case, case, check};

/// A step that asks and prints what it read, held against answers and output.
fn asks(
    name: &'static str,
    script: &'static str,
    answers: &'static str,
    output: &'static str,
    states: &'static str,
) -> Case {
    case(name, &[("sh #a", script, output), ("text .answers", answers, "-")], states)
}

/// What the program wrote must match the beginning of the line; where two split points fit, the longest prompt wins;
/// blanks at the split belong to the prompt; what is left is typed.
#[test]
fn the_longest_prompt_wins_and_the_rest_is_typed() {
    check(
        "sh",
        &[
            asks(
                "the rest is typed",
                "printf 'Name: '; read -r x; echo \"[$x]\"",
                "Name: Ann",
                "[Ann]",
                "a=passed",
            ),
            asks(
                "blanks at the split are the prompt's",
                "printf 'Name:'; read -r x; echo \"[$x]\"",
                "Name:   Ann",
                "[Ann]",
                "a=passed",
            ),
            asks(
                "no blank is needed",
                "printf 'Name:'; read -r x; echo \"[$x]\"",
                "Name:Ann",
                "[Ann]",
                "a=passed",
            ),
            asks(
                "an answer may have blanks within",
                "printf 'Name: '; read -r x; echo \"[$x]\"",
                "Name: Ann  Lee",
                "[Ann  Lee]",
                "a=passed",
            ),
            asks("an empty answer", "printf 'Name: '; read -r x; echo \"[$x]\"", "Name:", "[]", "a=passed"),
            asks(
                "`[..]` in the prompt, the longest one",
                "printf 'Name [a:b]: '; read -r x; echo \"[$x]\"",
                "Name [[..]: Ann",
                "[Ann]",
                "a=passed",
            ),
            asks(
                "a shorter prompt would type more",
                "printf 'a: b: '; read -r x; echo \"[$x]\"",
                "[..]: b: c",
                "[c]",
                "a=passed",
            ),
            asks(
                "and that is not what is typed",
                "printf 'a: b: '; read -r x; echo \"[$x]\"",
                "[..]: b: c",
                "[b: c]",
                "a=drifted",
            ),
            asks(
                "`[..]` is live only in the prompt, and typed as it stands in the answer",
                "printf 'Name: '; read -r x; test \"$x\" = 'a[..]b'",
                "Name: a[..]b",
                "",
                "a=passed",
            ),
        ],
    );
}

/// The prompt never ends in a wildcard: else the wildcard would take all of another prompt, and what the page says of the
/// prompt's end would be typed.
#[test]
fn no_prompt_ends_in_a_wildcard() {
    let saves = "printf 'Save key (/root/id_rsa): '; read -r x; echo \"[$x]\"";
    check(
        "sh",
        &[
            asks(
                "what stands behind the wildcard is asked too",
                saves,
                "Save key ([..]/id_rsa): mine",
                "[mine]",
                "a=passed",
            ),
            asks("one character is enough", saves, "Save key [..]: mine", "[mine]", "a=passed"),
            asks(
                "what stands behind the wildcard is not asked",
                saves,
                "Save key ([..]/id_ed25519): mine",
                "-",
                "a=failed",
            )
            .says(&[
                "asks `Save key (/root/id_rsa):`",
                "`Save key ([..]/id_ed25519): mine`",
                "no prompt ends in `[..]`",
            ]),
            asks("nor behind the wildcard and a blank", saves, "Save key [..] (new): mine", "-", "a=failed")
                .says(&["asks `Save key (/root/id_rsa):`", "`Save key [..] (new): mine`"]),
            asks("a wildcard at the line's end", saves, "Save key [..]", "-", "a=failed")
                .says(&["asks `Save key (/root/id_rsa):`", "`Save key [..]`"]),
            asks("a wildcard alone", saves, "[..]", "-", "a=failed")
                .says(&["asks `Save key (/root/id_rsa):`"]),
            asks(
                "an answer may end so",
                "printf 'Save key (a): '; read -r x; test \"$x\" = 'b[..]'",
                "Save key [..]: b[..]",
                "",
                "a=passed",
            ),
        ],
    );
}

/// The prompt is what came since the last newline or the last answer, on stdout, stderr or `/dev/tty`; prompts and echoed
/// answers are no output; after the last answer, input ends.
#[test]
fn a_prompt_is_what_came_since_the_last_newline_or_answer() {
    check(
        "sh",
        &[
            asks(
                "only what came since the last newline",
                "echo 'Welcome.'; printf 'Name: '; read -r x; echo \"$x\"",
                "Name: Ann",
                "Welcome.\nAnn",
                "a=passed",
            ),
            asks(
                "only what came since the last answer",
                "printf 'A: '; read -r x; printf 'B: '; read -r y; echo \"$x$y\"",
                "A: 1\nB: 2",
                "12",
                "a=passed",
            ),
            asks(
                "ANSI codes and trailing blanks don't count",
                "printf '\\033[1mName:\\033[0m   '; read -r x; echo \"$x\"",
                "Name: Ann",
                "Ann",
                "a=passed",
            ),
            asks(
                "a prompt on standard error",
                "printf 'Name: ' >&2; read -r x; echo \"$x\"",
                "Name: Ann",
                "Ann",
                "a=passed",
            ),
            asks(
                "a prompt on the terminal",
                "printf 'Name: ' >/dev/tty; read -r x </dev/tty; echo \"$x\"",
                "Name: Ann",
                "Ann",
                "a=passed",
            ),
            asks(
                "prompts and answers are no output",
                "printf 'Name: '; read -r x; echo \"$x\"",
                "Name: Ann",
                "Name: Ann\nAnn",
                "a=drifted",
            ),
            asks(
                "after the last answer, no line can be read",
                "printf 'Name: '; read -r x; read -r y; echo \"on after $x\"",
                "Name: Ann",
                "-",
                "a=failed",
            )
            .says(&["exit status 1, expected 0"]),
            asks(
                "after the last answer, input ends",
                "printf 'Name: '; read -r x; read -r y || echo \"end after $x\"",
                "Name: Ann",
                "end after Ann",
                "a=passed",
            ),
        ],
    );
}

/// A changed prompt, an answer never asked for, and a prompt without an answer fail the step and quote the prompt.
#[test]
fn disagreements_of_page_and_program_are_quoted() {
    check(
        "sh",
        &[
            asks("a changed prompt", "printf 'First name: '; read -r x", "Name: Ann", "-", "a=failed")
                .says(&["asks `First name:`", "Name: Ann"]),
            asks(
                "a prompt that only begins alike",
                "printf 'Name of all: '; read -r x",
                "Name: Ann",
                "-",
                "a=failed",
            )
            .says(&["asks `Name of all:`"]),
            asks("an answer never asked for", "echo no question", "Name: Ann", "-", "a=failed")
                .says(&["the answer `Name: Ann` was never asked for"]),
            asks(
                "the second answer never asked for",
                "printf 'A: '; read -r x",
                "A: 1\nB: 2",
                "-",
                "a=failed",
            )
            .says(&["the answer `B: 2` was never asked for"]),
            asks(
                "a prompt without an answer",
                "printf 'A: '; read -r x; printf 'B: '; read -r y </dev/tty",
                "A: 1",
                "-",
                "a=failed",
            )
            .says(&["asks `B:`"]),
            asks(
                "answers in another order",
                "printf 'A: '; read -r x; printf 'B: '; read -r y",
                "B: 2\nA: 1",
                "-",
                "a=failed",
            )
            .says(&["asks `A:`"]),
            case(
                "a question to a page without answers",
                &[
                    ("sh #a timeout=20s", "printf 'Sure? ' >/dev/tty; read -r x </dev/tty", "-"),
                    ("sh #b", ":", "-"),
                ],
                "a=failed b=not-run",
            )
            .says(&["asks `Sure?`"]),
        ],
    );
}

/// A program that merely prints without reading is no prompt, however long it takes.
#[test]
fn printing_without_reading_is_no_prompt() {
    check(
        "sh",
        &[
            asks(
                "before the question",
                "printf 'Working '; sleep 0.6; printf '. '; sleep 0.6; echo done; printf 'Name: '; read -r x; echo \"$x\"",
                "Name: Ann",
                "Working . done\nAnn",
                "a=passed",
            ),
            asks(
                "after the last one",
                "printf 'Name: '; read -r x; printf 'Working '; sleep 0.8; echo \"for $x\"",
                "Name: Ann",
                "Working for Ann",
                "a=passed",
            ),
            asks(
                "a line that looks like the prompt",
                "printf 'Name: '; sleep 0.6; echo none; printf 'Name: '; read -r x; echo \"$x\"",
                "Name: Ann",
                "Name: none\nAnn",
                "a=passed",
            ),
            case(
                "without answers at all",
                &[("sh #a", "printf 'Name: '; sleep 0.8; echo none", "Name: none")],
                "a=passed",
            ),
        ],
    );
}

/// "Where the system does not tell who reads, … for setuid programs, an unfinished line and two seconds of silence count as
/// one." Only the superuser can make such a program, so elsewhere the test has nothing to run, and says so.
#[cfg(target_os = "linux")]
#[test]
fn of_a_setuid_program_an_unfinished_line_and_silence_are_a_prompt() {
    use super::harness::{Room, Run, events, page};
    use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

    if !rustix::process::geteuid().is_root() {
        eprintln!("not run by the superuser, so there is no setuid program to ask");
        return;
    }
    let room = Room::new();
    let head = ["/usr/bin/head", "/bin/head"].into_iter().find(|path| fs::exists(path).unwrap()).unwrap();
    fs::copy(head, room.path("asks")).unwrap();
    let mode =
        |name: &str, bits| fs::set_permissions(room.path(name), fs::Permissions::from_mode(bits)).unwrap();
    mode("asks", 0o4755);
    for name in ["", "tmp"] {
        mode(name, 0o777);
    }
    let asks = "printf 'Name: '; @HERE@/asks -n 1 </dev/tty";
    let quick = "printf 'Working '; sleep 0.6; echo done; printf 'Name: '; @HERE@/asks -n 1 </dev/tty";
    for (script, answer, states, says) in [
        (asks, "Name: Ann", "a=passed", "1 passed"),
        (quick, "Name: Ann", "a=drifted", "+Working done"),
        (asks, "Other: Ann", "a=failed", "asks `Name:`"),
    ] {
        room.write(
            "page.md",
            &page("{}", &[("sh #a timeout=20s", script, "Ann"), ("text .answers", answer, "-")]),
        );
        let plain = room.command(&["run", "--report", "json=out.json", "page.md"]);
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(plain.get_program());
        command
            .args(plain.get_args())
            .current_dir(room.path(""))
            .env("TMPDIR", room.path("tmp"))
            .env_remove("CI");
        let _ = fs::remove_file(room.path("out.json"));
        let output = command.output().unwrap();
        let run = Run::of(&output, events(&room.path("out.json")));
        assert_eq!(run.states(), states, "{script} {answer}: {}", run.told());
        assert!(run.stdout.contains(says), "{script} {answer}: {}", run.told());
    }
}
