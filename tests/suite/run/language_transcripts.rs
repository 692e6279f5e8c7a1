//! Transcripts: commands with what each prints.

use super::harness::{Room, Run};

/// Runs a page of one transcript, and a step after it.
fn transcript(attributes: &str, lines: &str, more: &str) -> Run {
    let room = Room::new();
    let text = format!(
        "---\ntutor: {{}}\n---\n\n```console {{#t{attributes}}}\n{lines}\n```\n{more}\n```sh {{#a}}\necho \"$x\"\n```\n\n```text {{.output}}\n...\n```\n"
    );
    room.write("page.md", &text);
    room.run(&[])
}

#[test]
fn each_command_is_held_against_its_lines() {
    let cases = [
        ("", "$ echo one\none\n$ echo two >&2\ntwo", "", "t=passed a=passed", &[][..]),
        ("", "$ x=1\n$ mkdir d; cd d\n$ basename \"$PWD\"; echo $x\nd\n1", "", "t=passed a=passed", &[]),
        ("", "$ for i in 1 2; do\n>   echo $i\n> done\n1\n2", "", "t=passed a=passed", &[]),
        ("", "$ seq 5\n1\n...\n5\n$ echo a12b\na[..]b", "", "t=passed a=passed", &[]),
        ("", "% echo one\none", "", "t=passed a=passed", &[]),
        (
            "",
            "$ echo one\neins\n$ echo two\ntwo\n$ echo three\ndrei",
            "",
            "t=drifted a=passed",
            &[
                "the output of `echo one` is not what the page shows",
                "@@ $ echo one @@",
                "-eins",
                "+one",
                "@@ $ echo three @@",
            ],
        ),
        ("", "$ echo one", "", "t=drifted a=passed", &["+one"]),
        (
            "",
            "$ echo one\none\n$ false\n$ echo two\ntwo",
            "",
            "t=failed a=not-run",
            &["`false` ended with exit status 1, expected 0", "    $ echo one\n    one\n    $ false"],
        ),
        (" exit=3", "$ echo one\none\n$ sh -c 'exit 3'", "", "t=passed a=passed", &[]),
        (" exit=3", "$ sh -c 'exit 3'\n$ echo one\none", "", "t=failed a=not-run", &["expected 0"]),
        (" exit=3", "$ exit 3", "", "t=passed a=passed", &[]),
        (
            " exit=nonzero",
            "$ true",
            "",
            "t=failed a=not-run",
            &["`true` ended with exit status 0, expected any but 0"],
        ),
        (
            " timeout=400ms",
            "$ echo one\none\n$ sh -c 'sleep @MARK@; :'",
            "",
            "t=failed a=not-run",
            &["timed out after 400ms"],
        ),
    ];
    for (attributes, lines, more, states, says) in cases {
        let run = transcript(attributes, lines, more);
        assert_eq!(run.states(), states, "{lines}\n{}{}", run.stdout, run.stderr);
        for words in says {
            assert!(run.stdout.contains(words), "{words}\n{}", run.stdout);
        }
    }
}

#[test]
fn answers_go_to_one_command_after_another() {
    let asks =
        "$ printf 'Name: '; read -r x; echo \"hi $x\"\nhi Ada\n$ printf 'Age: '; read -r y; echo \"$y\"\n7";
    let answers = |lines: &str| format!("\n```text {{.answers}}\n{lines}\n```\n");
    let run = transcript("", asks, &answers("Name: Ada\nAge: 7"));
    assert_eq!(run.states(), "t=passed a=passed", "{}", run.stdout);
    let run = transcript("", asks, &answers("Name: Ada\nAge: 7\nSize: 3"));
    assert_eq!(run.states(), "t=failed a=not-run", "{}", run.stdout);
    assert!(run.stdout.contains("the answer `Size: 3` was never asked for"), "{}", run.stdout);
    let run = transcript("", asks, &answers("Name: Ada\nYears: 7"));
    assert_eq!(run.states(), "t=failed a=not-run", "{}", run.stdout);
    assert!(run.stdout.contains("asks `Age:`"), "{}", run.stdout);
}
