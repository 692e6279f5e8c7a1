//! Steps on a terminal, one stream alone, other languages, ports.

use super::harness::{Room, case, check, page};

const PYTHON: &str = "python3 -q -c 'import code; code.interact(banner=\"\", exitmsg=\"\")'";

#[test]
fn a_step_may_have_a_terminal() {
    check(
        "sh",
        &[
            case(
                "all three streams",
                &[("sh #a tty", "test -t 0 && test -t 1 && test -t 2 && echo yes; echo err >&2", "yes\nerr")],
                "a=passed",
            ),
            case(
                "and only where it says so",
                &[("sh #a", "test -t 0 || test -t 1 || echo no", "no")],
                "a=passed",
            ),
            case(
                "an interpreter that edits its lines",
                &[
                    ("sh #a tty", "python3 -q", "42\n'ab'"),
                    ("text .answers for=a", ">>> x = 6 * 7\n>>> x\n>>> 'a' + 'b'\n>>> exit()", "-"),
                    ("sh #b", "echo on", "on"),
                ],
                "a=passed b=passed",
            ),
            case(
                "input ends after the last answer",
                &[("sh #a tty", PYTHON, "42\n..."), ("text .answers for=a", ">>> 6 * 7", "-")],
                "a=passed",
            ),
            case(
                "another result",
                &[("sh #a tty", "python3 -q", "43"), ("text .answers for=a", ">>> 6 * 7\n>>> exit()", "-")],
                "a=drifted",
            ),
            case(
                "what is typed is shown once, and a password not at all",
                &[
                    (
                        "sh #a tty",
                        "printf 'Name: '; read -r n; echo $n; stty -echo; printf 'PW: '; read -r p; stty echo; echo; echo $p",
                        "Ada\nsecret",
                    ),
                    ("text .answers for=a", "Name: Ada\nPW: secret", "-"),
                ],
                "a=passed",
            ),
            case("a prompt that is not answered", &[("sh #a tty", "python3 -q", "-")], "a=failed")
                .says(&["asks `>>>`"]),
            case(
                "in each shell",
                &[
                    ("bash #a tty", "test -t 1; echo bash", "bash"),
                    ("ksh #b tty", "test -t 1; echo ksh", "ksh"),
                    ("zsh #c tty", "test -t 1; echo zsh", "zsh"),
                    ("fish #d tty", "env test -t 1; echo fish", "fish"),
                    ("fish #e", "echo on", "on"),
                ],
                "a=passed b=passed c=passed d=passed e=passed",
            ),
        ],
    );
}

/// A step and its `.output` block for one stream.
fn of_stream(stream: &str, expected: &str) -> String {
    format!(
        "---\ntutor: {{}}\n---\n\n```sh {{#a}}\necho out; echo err >&2\n```\n\n```text {{.output stream={stream}}}\n{expected}\n```\n"
    )
}

#[test]
fn one_stream_is_compared_alone() {
    let cases = [
        ("stdout", "out", "a=passed", ""),
        ("stderr", "err", "a=passed", ""),
        ("stdout", "err", "a=drifted", "stdout is not what the page shows"),
        ("stderr", "out", "a=drifted", "stderr is not what the page shows"),
    ];
    for (stream, expected, states, says) in cases {
        let room = Room::new();
        room.write("page.md", &of_stream(stream, expected));
        let run = room.run(&[]);
        assert_eq!(run.states(), states, "{stream} {expected}: {}", run.stdout);
        assert!(run.stdout.contains(says) && run.step("a")["stdout"] == "out\n", "{}", run.stdout);
    }
}

#[test]
fn other_languages_run_by_their_interpreters() {
    let settings = "[languages]\npython = \"python3 {file}\"\nnone = \"no-such-interpreter {file}\"\n";
    let blocks = [
        ("sh #a", "mkdir d; cd d; export V=1", "-"),
        (
            "python #b",
            "import os\nx = 6 * 7\nprint(x, os.environ['V'], os.path.basename(os.getcwd()))",
            "42 1 d",
        ),
        ("python #c", "print(1)", "2"),
        ("none #d", "x", "-"),
        ("python #e", "print(x)", "-"),
        ("python #f .cleanup", "print('off')", "-"),
    ];
    let room = Room::new();
    room.write("tutor.toml", settings);
    room.write("page.md", &page("{}", &blocks));
    let run = room.run(&[]);
    let states = "a=passed b=passed c=drifted d=unverified e=failed f=passed";
    assert_eq!(run.states(), states, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("no-such-interpreter not found"), "{}", run.stdout);
    // State does not persist.
    assert!(run.stdout.contains("NameError: name 'x' is not defined"), "{}", run.stdout);
    assert!(run.stdout.contains("File \"[SCRATCH]/run/python/step.py\", line 1"), "{}", run.stdout);
}

#[test]
fn ports_are_free_ones_and_shown_as_the_pages() {
    let head = "{ports: {<port>: 27017}}";
    let serve = "python3 -c 'import socket; s = socket.socket(); s.bind((\"127.0.0.1\", <port>)); print(\"port\", s.getsockname()[1])'";
    let blocks = [
        ("sh #a", serve, "port 27017"),
        ("sh #b", "test <port> -ne 27017; echo localhost:<port>", "localhost:27017"),
        ("sh #c", "echo <port>", "27018"),
        ("text #f .file path=conf", "port=<port>", "-"),
        ("sh #d", "grep -c 27017 conf; cat conf", "port=27017"),
    ];
    let room = Room::new();
    room.write("page.md", &page(head, &blocks));
    let run = room.run(&[]);
    assert!(run.states().starts_with("a=passed b=passed c=drifted f=passed"), "{}{}", run.stdout, run.stderr);
    let printed = run.events.iter().map(ToString::to_string).collect::<String>();
    assert!(printed.contains("localhost:27017"), "{printed}");
}
