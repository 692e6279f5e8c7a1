//! Programs that ask: answered by the page, or named where the page and the program disagree.

use std::time::{Duration, Instant};

use super::harness::{Block, Case, Room, case, check, page};

const KEY: &str = "openssl genrsa -aes256 -out ca.key 2>/dev/null\ntest -s ca.key";
const ASK: &str = "python3 -c 'print(\"hello \" + input(\"Name: \"))'";

fn in_each_shell(cases: &[Case]) {
    for shell in ["sh", "bash", "ksh"] {
        check(shell, cases);
    }
}

#[test]
fn answers_are_typed() {
    in_each_shell(&[
        case(
            "a pass phrase of OpenSSL's, asked on the terminal",
            &[
                ("@SH@ #a", KEY, "-"),
                (
                    "text .answers",
                    "Enter PEM pass phrase:a pass phrase\nVerifying - Enter PEM pass phrase:a pass phrase",
                    "-",
                ),
                (
                    "@SH@ #b",
                    "openssl pkey -in ca.key -passin 'pass:a pass phrase' -noout && echo open",
                    "open",
                ),
            ],
            "a=passed b=passed",
        ),
        case(
            "Python's input; prompt and answer are no output",
            &[("@SH@ #a", ASK, "hello Ann"), ("text .answers", "Name: Ann", "-")],
            "a=passed",
        ),
        case(
            "Python's getpass",
            &[
                ("@SH@ #a", "python3 -c 'import getpass; print(len(getpass.getpass(\"Secret: \")))'", "5"),
                ("text .answers", "Secret: 12345", "-"),
            ],
            "a=passed",
        ),
        case(
            "the shell's own read, twice; what is read lasts",
            &[
                ("@SH@ #a", "printf 'One? '; read -r a\nprintf 'Two? ' >&2; read -r b", ""),
                ("text .answers", "One? 1\nTwo? 2 3", "-"),
                ("@SH@ #b", "echo \"$a/$b\"", "1/2 3"),
            ],
            "a=passed b=passed",
        ),
        case(
            "after the last answer, input ends",
            &[
                ("@SH@ #a", "printf 'One? '; read -r a\ncat; echo $a end", "1 end"),
                ("text .answers", "One? 1", "-"),
            ],
            "a=passed",
        ),
        case(
            "a wildcard in the prompt",
            &[
                ("@SH@ #a", "printf 'One [%s]: ' $$; read -r a; echo $a", "1"),
                ("text .answers", "One [[..]]: 1", "-"),
            ],
            "a=passed",
        ),
    ]);
    check(
        "bash",
        &[case(
            "read -s",
            &[("bash #a", "read -rsp 'Secret: ' s; echo ${#s}", "4"), ("text .answers", "Secret: 1234", "-")],
            "a=passed",
        )],
    );
    check(
        "sh",
        &[case(
            "ssh-keygen",
            &[
                ("sh #a", "ssh-keygen -q -t ed25519 -f ./id\nls", "id\nid.pub"),
                (
                    "text .answers",
                    "Enter passphrase[..]: a pass phrase\nEnter same passphrase again: a pass phrase",
                    "-",
                ),
            ],
            "a=passed",
        )],
    );
}

/// Fails within three seconds, and says these words.
fn fails_soon(shell: &str, blocks: &[Block], words: &[&str]) {
    let room = Room::new();
    room.write("page.md", &page("{}", blocks).replace("@SH@", shell));
    let start = Instant::now();
    let run = room.run(&[]);
    let seconds = start.elapsed();
    let told = format!("{shell}: {:?}\n{}", blocks[0].1, run.stdout);
    assert_eq!((run.code, run.states().as_str()), (Some(1), "a=failed"), "{told}");
    for word in words {
        assert!(run.stdout.contains(word), "{word} is not said by {told}");
    }
    assert!(run.step("a")["reason"].is_string(), "{told}");
    assert!(seconds < Duration::from_secs(4), "took {seconds:?}: {told}");
}

#[test]
fn programs_with_timers_wait_for_the_terminal_by_turns() {
    in_each_shell(&[case(
        "a program with timers, which waits for the terminal and for a time by turns",
        &[
            (
                "@SH@ #a",
                "python3 -uc 'import select, sys\nsys.stdout.write(\"Name: \")\nwhile not select.select([0], [], [], 0.3)[0]: pass\nprint(\"hello \" + sys.stdin.readline().strip())'",
                "hello Ann",
            ),
            ("text .answers", "Name: Ann", "-"),
            (
                "@SH@ #b",
                "python3 -uc 'import select, sys\np = select.epoll()\np.register(0, select.EPOLLIN)\nsys.stdout.write(\"Name: \")\nwhile not p.poll(0.3): pass\nprint(\"hello \" + sys.stdin.readline().strip())'",
                "hello Bob",
            ),
            ("text .answers", "Name: Bob", "-"),
        ],
        "a=passed b=passed",
    )]);
}

#[test]
fn disagreements_are_named() {
    for shell in ["sh", "bash", "ksh"] {
        fails_soon(shell, &[("@SH@ #a", ASK, "-"), ("text .answers", "Nick: Ann", "-")], &["Name:", "Nick:"]);
        fails_soon(shell, &[("@SH@ #a", ASK, "-"), ("text .answers", "Name: Ann\nAge: 5", "-")], &["Age:"]);
        fails_soon(
            shell,
            &[
                ("@SH@ #a", "printf 'One? '; read -r a; printf 'Two? '; sh -c 'read x </dev/tty'", "-"),
                ("text .answers", "One? 1", "-"),
            ],
            &["Two?"],
        );
        fails_soon(
            shell,
            &[("@SH@ #a", KEY, "-"), ("text .answers", "Enter pass phrase:long enough", "-")],
            &["Enter PEM pass phrase:"],
        );
        fails_soon(shell, &[("@SH@ #a", "printf 'Sure? '; read -r a </dev/tty", "-")], &["Sure?"]);
    }
}

#[test]
fn who_only_prints_asks_nothing() {
    in_each_shell(&[
        case(
            "no answers",
            &[("@SH@ #a", "printf 'working... '; sleep 1; echo done", "working... done")],
            "a=passed",
        ),
        case(
            "answers still to come",
            &[
                (
                    "@SH@ #a",
                    "printf 'working... '; sleep 1; echo done; printf 'One? '; read -r a",
                    "working... done",
                ),
                ("text .answers", "One? 1", "-"),
            ],
            "a=passed",
        ),
        case(
            "a prompt's beginning is no prompt",
            &[
                ("@SH@ #a", "printf 'One'; sleep 0.3; printf '? '; read -r a; echo $a", "1"),
                ("text .answers", "One? 1", "-"),
            ],
            "a=passed",
        ),
    ]);
}

/// A step without answers has an empty input, at whose end most programs that ask fail, and few say why.
#[test]
fn a_step_that_fails_behind_a_prompt_is_told_of_answers() {
    let hint = "; it may have asked: an `.answers` block gives what the reader types";
    let reads = "printf 'Name: '; read -r x";
    // (info, script, output, whether the hint comes)
    let cases = [
        ("sh #a", reads, "-", true),
        ("sh #a", reads, "Name:", true),
        ("bash #a", "printf 'Sure? ' >&2; read -r x", "-", true),
        ("sh #a", ASK, "-", true),
        ("console #a", "$ printf 'Pick [1]'; read -r x", "-", true),
        ("sh #a", "echo Name:; read -r x", "-", false),
        ("sh #a", "printf 'Name '; read -r x", "-", false),
        ("sh #a exit=3", reads, "-", true),
        ("sh #a exit=2", "printf 'Name: '", "-", false),
    ];
    for (info, script, output, hinted) in cases {
        let room = Room::new();
        room.write("page.md", &page("{}", &[(info, script, output)]));
        let run = room.run(&[]);
        assert_eq!(run.states(), "a=failed", "{}", run.told());
        let reason = run.step("a")["reason"].as_str().unwrap().to_owned();
        assert_eq!(reason.ends_with(hint), hinted, "{info} {script}: {}", run.told());
    }
    let room = Room::new();
    let answered = [("sh #a", "printf 'A: '; read -r x; printf 'B: '; exit 1", "-")];
    let blocks = [&answered[..], &[("text .answers", "A: 1", "-")]].concat();
    room.write("page.md", &page("{}", &blocks));
    let run = room.run(&[]);
    assert!(
        run.stdout.contains("exit status 1, expected 0") && !run.stdout.contains("asked"),
        "{}",
        run.told()
    );
}
