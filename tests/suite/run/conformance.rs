//! One table of cases that every shell's executor runs: what the language promises of a step, whatever its shell.

use std::{os::unix::fs::symlink, process::Command, sync::OnceLock};

use super::{
    conformance_cmd::{self, Found},
    harness::{Block, Case, check_with},
    wine,
};

/// A shell of the language, and the program that stands for it where that is another one.
const SHELLS: [(&str, Option<&str>); 6] =
    [("sh", None), ("bash", None), ("ksh", None), ("ksh", Some("mksh")), ("zsh", None), ("fish", None)];

/// A block: attributes, text for shells that read the POSIX language, text for fish, output.
///
/// Of fish's text `=` says that it is the same, `-` that fish has nothing of the kind: then the whole case is not its.
type Step<'t> = (&'t str, &'t str, &'t str, &'t str);

/// A case: name, steps, the states that they must end in.
type Row<'t> = (&'t str, Vec<Step<'t>>, &'t str);

/// Runs the table in each shell. A shell that is not there fails: `sh tests/setup tests` installs them all.
fn in_every_shell(rows: &[Row<'_>]) {
    for (shell, program) in SHELLS {
        let wanted = program.unwrap_or(shell);
        let found = Command::new(wanted).args(["-c", ":"]).output();
        assert!(found.is_ok(), "{wanted} is missing: sh tests/setup tests");
        let cases: Vec<Case> = rows.iter().filter_map(|row| case_for(shell, row)).collect();
        assert!(!cases.is_empty());
        let path = program.map(|program| {
            let others = std::env::var("PATH").unwrap();
            format!("{}:{others}", standing_in(shell, program))
        });
        check_with(shell, &cases, path.as_deref());
    }
    if wine::installed("conformance") {
        check_with("cmd", &under_wine(rows), None);
    }
}

/// The same promises as Windows' command interpreter keeps them: each case has one there, or a reason why not.
fn under_wine(rows: &[Row<'_>]) -> Vec<Case> {
    let mut names: Vec<&str> = rows.iter().map(|row| row.0).collect();
    names.dedup();
    names.sort_unstable();
    names.dedup();
    let case = |name: &str| {
        let found = conformance_cmd::of(name).unwrap_or_else(|| panic!("{name}: what is it in cmd?"));
        let (steps, states) = match found {
            Found::Case(steps, states) => (steps, states),
            Found::Without(reason) => {
                eprintln!("cmd: {name}: {reason}");
                return None;
            }
        };
        let kept = |text: String| -> &'static str { text.leak() };
        let block = |(attributes, text, output): (&str, String, String)| -> Block {
            (kept(format!("cmd {attributes}")), kept(text), kept(output))
        };
        let blocks = steps.into_iter().map(block).collect();
        let name = kept(name.to_owned());
        Some(Case { name, head: "{platform: [windows]}", blocks, states, says: &[] })
    };
    names.into_iter().filter_map(case).collect()
}

fn case_for(shell: &str, (name, steps, states): &Row<'_>) -> Option<Case> {
    let fish = shell == "fish";
    if fish && steps.iter().any(|step| step.2 == "-") {
        return None;
    }
    let kept = |text: &str| -> &'static str { text.to_owned().leak() };
    let block = |&(attributes, posix, other, output): &Step<'_>| -> Block {
        let text = if fish && other != "=" { other } else { posix };
        (kept(&format!("@SH@ {attributes}")), kept(text), kept(output))
    };
    let blocks = steps.iter().map(block).collect();
    Some(Case { name: kept(name), head: "{}", blocks, states: kept(states), says: &[] })
}

/// A directory in which `program` has the name `shell`.
fn standing_in(shell: &str, program: &str) -> &'static str {
    static DIRECTORY: OnceLock<tempfile::TempDir> = OnceLock::new();
    let directory = DIRECTORY.get_or_init(|| tempfile::tempdir().unwrap());
    let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).output().unwrap();
    let _ = symlink(String::from_utf8(found.stdout).unwrap().trim(), directory.path().join(shell));
    directory.path().to_str().unwrap()
}

#[test]
fn state_passes_to_the_next_step() {
    in_every_shell(&[
        (
            "variables, exported or not, and the directory",
            vec![
                (
                    "#a",
                    "x=5; export y='6 7'\nmkdir 'a b'; cd 'a b'",
                    "set x 5; set -gx y '6 7'\nmkdir 'a b'; cd 'a b'",
                    "",
                ),
                ("#b", "echo $x; printenv y; basename \"$PWD\"", "=", "5\n6 7\na b"),
                ("#c", "unset x; export y=; cd ..", "set -e x; set -gx y; cd ..", ""),
                (
                    "#d",
                    "echo \"${x-none}\"; printenv y; ls",
                    "set -q x; or echo none; printenv y; ls",
                    "none\n\na b",
                ),
            ],
            "a=passed b=passed c=passed d=passed",
        ),
        (
            "functions and aliases",
            vec![
                (
                    "#a",
                    "f() { echo \"f $1\"; }\nalias g='echo g'",
                    "function f; echo \"f $argv[1]\"; end\nalias g='echo g'",
                    "",
                ),
                ("#b", "f 1\ng 2", "=", "f 1\ng 2"),
            ],
            "a=passed b=passed",
        ),
        (
            "over steps that end as they are expected to, one after another",
            vec![
                ("#a exit=3", "x=1; export E=1; exit 3", "set x 1; set -gx E 1; exit 3", ""),
                ("#b exit=1", "x=\"$x 2\"; false; x=lost", "set x \"$x 2\"; false; set x lost", ""),
                (
                    "#c exit=4",
                    "f() { exit 4; }\nx=\"$x 3\"; f; x=lost",
                    "function f; exit 4; end\nset x \"$x 3\"; f; set x lost",
                    "",
                ),
                (
                    "#d exit=7",
                    "g() { (exit 7); x=lost; }\nx=\"$x 4\"; g; x=lost",
                    "function g; sh -c 'exit 7'; end\nset x \"$x 4\"; g; set x lost",
                    "",
                ),
                ("#e exit=0", "x=\"$x 5\"; exit; x=lost", "set x \"$x 5\"; exit; set x lost", ""),
                ("#f", "echo $x; printenv E", "=", "1 2 3 4 5\n1"),
            ],
            "a=passed b=passed c=passed d=passed e=passed f=passed",
        ),
        (
            "and what they say by a plain exit is their own",
            vec![
                ("#a exit=7", "exit 7", "=", ""),
                ("#b exit=1", "false || exit", "false; or exit", ""),
                ("#c", "true && exit", "=", ""),
                ("#d exit=9", "(exit 9) && exit; exit 9", "sh -c 'exit 9'; and exit; exit 9", ""),
            ],
            "a=passed b=passed c=passed d=passed",
        ),
        (
            "a shell that is gone leaves directory and exported variables",
            vec![
                ("#a", "export V='x y'; mkdir d; cd d", "set -gx V 'x y'; mkdir d; cd d", ""),
                ("#b", "exec echo hi", "=", "hi"),
                ("#c", "printenv V; basename \"$PWD\"", "=", "x y\nd"),
            ],
            "a=passed b=passed c=passed",
        ),
    ]);
}

#[test]
fn a_step_stops_at_its_first_failure() {
    in_every_shell(&[
        ("a line in the middle", vec![("#a exit=1", "echo one\nfalse\necho two", "=", "one")], "a=passed"),
        (
            "not expected",
            vec![("#a", "echo one\nfalse\necho two", "=", "-"), ("#b", ":", "=", "-")],
            "a=failed b=not-run",
        ),
        ("on one line", vec![("#a exit=1", "echo one; false; echo two", "=", "one")], "a=passed"),
        ("the last of a pipe", vec![("#a exit=1", "true | false\necho two", "=", "")], "a=passed"),
        (
            "in a substitution",
            vec![("#a exit=1", "x=$(false)\necho two", "set x (false)\necho two", "")],
            "a=passed",
        ),
        (
            "in a function",
            vec![("#a exit=1", "f() { false; }\nf\necho two", "function f; false; end\nf\necho two", "")],
            "a=passed",
        ),
        (
            "in a block",
            vec![("#a exit=1", "if true; then false; fi\necho two", "if true; false; end\necho two", "")],
            "a=passed",
        ),
        (
            "the last of a list",
            vec![("#a exit=1", "true && false\necho two", "true && false\necho two", "")],
            "a=passed",
        ),
        (
            "the last of another",
            vec![("#a exit=1", "false || false\necho two", "false; or false\necho two", "")],
            "a=passed",
        ),
        ("no such command", vec![("#a exit=127", "no-such-command-at-all\necho two", "=", "-")], "a=passed"),
        (
            "a directory that is not there",
            vec![("#a exit=nonzero", "cd /no/such\necho two", "=", "-")],
            "a=passed",
        ),
        (
            "what is tested stops nothing",
            vec![(
                "#a",
                "false || true\nfalse && true\n! true\nif false; then :; fi\nwhile false; do :; done\nfalse | true\necho on",
                "false; or true\nfalse && true\nnot true\nif false; end\nwhile false; end\nfalse | true\nfalse; and true\nset x 1\nfor i in; end\necho on",
                "on",
            )],
            "a=passed",
        ),
        (
            "a mistake of syntax",
            vec![
                ("#a exit=nonzero", "echo one\nif then", "echo one\nif then", "-"),
                ("#b", "echo on", "=", "on"),
            ],
            "a=passed b=passed",
        ),
        ("a mistake of syntax, not expected", vec![("#a", "echo one\nif then", "=", "-")], "a=failed"),
    ]);
}

#[test]
fn exit_statuses_are_the_steps() {
    let (exits, commands): (Vec<String>, Vec<String>) = [0, 1, 3, 127, 255]
        .map(|code| (format!("exit {code}\necho two"), format!("sh -c 'exit {code}'")))
        .into_iter()
        .unzip();
    let named =
        [0, 1, 3, 127, 255].map(|code| (format!("#a exit={code}"), format!("#a exit={}", (code + 1) % 256)));
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (index, (right, wrong)) in named.iter().enumerate() {
        let on = ("#b", "echo on", "=", "on");
        rows.push(("by exit", vec![(right, &exits[index], "=", ""), on], "a=passed b=passed"));
        rows.push(("by a command", vec![(right, &commands[index], "=", ""), on], "a=passed b=passed"));
        rows.push(("another than expected", vec![(wrong, &exits[index], "=", "-")], "a=failed"));
    }
    in_every_shell(&rows);
}

#[test]
fn exit_ends_the_step_and_not_the_run() {
    in_every_shell(&[
        (
            "in a condition",
            vec![
                ("#a exit=2", "if true; then exit 2; fi\necho two", "if true; exit 2; end\necho two", ""),
                ("#b", "echo on", "=", "on"),
            ],
            "a=passed b=passed",
        ),
        (
            "in a loop",
            vec![
                (
                    "#a exit=2",
                    "for i in 1 2; do echo $i; exit 2; done\necho two",
                    "for i in 1 2; echo $i; exit 2; end\necho two",
                    "1",
                ),
                ("#b", "echo on", "=", "on"),
            ],
            "a=passed b=passed",
        ),
        (
            "after a failure",
            vec![
                ("#a exit=2", "false || exit 2\necho two", "false; or exit 2\necho two", ""),
                ("#b", "echo on", "=", "on"),
            ],
            "a=passed b=passed",
        ),
        ("in a subshell", vec![("#a", "(exit 3) || echo $?", "-", "3")], "a=passed"),
        (
            "with a trap",
            vec![("#a", "trap 'echo bye' EXIT\necho hi", "-", "hi\nbye"), ("#b", "echo on", "-", "on")],
            "a=passed b=passed",
        ),
    ]);
}

#[test]
fn input_is_empty_and_output_whole() {
    let long = "0123456789".repeat(20_000);
    let (echo, many) = (format!("echo {long}"), "true\n".repeat(3000) + "echo on");
    let special = r#"a"b$c`d*e\f;g|h&i<j>k(l)m{n}o~p#q!r%s^t	u äöü 漢字 😀"#;
    let say = format!("printf '%s\\n' '{special}'");
    in_every_shell(&[
        ("standard input", vec![("#a", "cat; echo end", "=", "end")], "a=passed"),
        (
            "both streams as a terminal shows them",
            vec![("#a", "echo 1; echo 2 >&2; echo 3; sh -c 'echo 4 >&2'", "=", "1\n2\n3\n4")],
            "a=passed",
        ),
        ("special characters", vec![("#a", &say, "=", special)], "a=passed"),
        ("long lines", vec![("#a", &echo, "=", &long)], "a=passed"),
        ("many lines", vec![("#a", &many, "=", "on")], "a=passed"),
        ("a great deal", vec![("#a", "seq 400000; echo end", "=", "1\n...\n400000\nend")], "a=passed"),
        (
            "a great deal, and another end",
            vec![("#a", "seq 400000; echo end", "=", "1\n...\n40000\nend")],
            "a=drifted",
        ),
        (
            "no newline at the end",
            vec![("#a", "printf x", "=", "x"), ("#b", "printf y", "=", "y")],
            "a=passed b=passed",
        ),
        (
            "answers",
            vec![
                (
                    "#a",
                    "printf 'Name: '; read -r n; echo \"hi $n\"",
                    "printf 'Name: '; head -n 1 | read n; echo \"hi $n\"",
                    "hi Ada",
                ),
                (".answers", "Name: Ada", "=", "-"),
                ("#b", "cat; echo $n", "=", "Ada"),
            ],
            "a=passed b=passed",
        ),
        ("a question", vec![("#a", "printf 'Name: '; head -n 1 </dev/tty", "=", "-")], "a=failed"),
    ]);
}

#[test]
fn time_outs_end_the_whole_tree() {
    // `env`, since ksh93 has a `sleep` of its own, and nothing but itself that could be ended.
    in_every_shell(&[
        (
            "sessions of their own, double forks, TERM ignored",
            vec![
                ("#a", "x=kept", "set x kept", ""),
                (
                    "#b timeout=600ms",
                    "setsid sleep @MARK@ &\n(sleep @MARK@ &) &\nsetsid sh -c 'trap \"\" TERM; sleep @MARK@; sleep @MARK@' &\nenv sleep @MARK@",
                    "setsid sleep @MARK@ &\nsh -c '(sleep @MARK@ &) &'\nsetsid sh -c 'trap \"\" TERM; sleep @MARK@; sleep @MARK@' &\nenv sleep @MARK@",
                    "-",
                ),
                ("#c", "true", "=", "-"),
                ("#d .cleanup", "test \"$x\" = kept", "=", "-"),
            ],
            "a=passed b=failed c=not-run d=passed",
        ),
        (
            "after a step that ended its shell",
            vec![
                ("#a exit=3", "x=kept; exit 3", "set x kept; exit 3", ""),
                ("#b timeout=300ms", "env sleep @MARK@", "=", "-"),
                ("#c .cleanup", "test \"$x\" = kept", "=", "-"),
            ],
            "a=passed b=failed c=passed",
        ),
        (
            "the shell itself",
            vec![
                ("#a timeout=400ms", "while true; do :; done", "while true; end", "-"),
                ("#b .cleanup", "echo done", "=", "-"),
            ],
            "a=failed b=passed",
        ),
        (
            "a child in the background delays nothing",
            vec![("#a timeout=5s", "sleep @MARK@ &\necho on", "=", "on"), ("#b", "echo two", "=", "two")],
            "a=passed b=passed",
        ),
        ("within it", vec![("#a timeout=10s", "sleep 0.3; echo on", "=", "on")], "a=passed"),
    ]);
}
