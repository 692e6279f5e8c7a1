//! A secret's value is nowhere: not in reports, events, recordings or pending files, however a step ends.

use std::fs;
use std::path::Path;

use super::harness::{Block, Room, page};

const SECRET: &str = "correct-horse.17";
const HEAD: &str = "{placeholders: {<password>: {env: PW}}, secrets: [<password>], \
                    env: {PASS: <password>, SAME: {env: PW}}}";

/// All text below a directory.
fn all_text(directory: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(directory).into_iter().flatten() {
        let path = entry.unwrap().path();
        text += &path.to_string_lossy();
        text += &if path.is_dir() {
            all_text(&path)
        } else {
            String::from_utf8_lossy(&fs::read(&path).unwrap()).into()
        };
    }
    text
}

#[test]
fn no_ending_of_a_step_tells_a_secret() {
    let last: [(&str, &[Block], &str); 12] = [
        ("recorded", &[("sh #a snapshot=all", "echo \"$PASS\"; echo \"$SAME\" >&2", "-")], "a=new"),
        (
            "in pieces",
            &[("sh #a snapshot=all", "printf %s \"${PASS%17}\"; sleep 0.1; echo 17", "-")],
            "a=new",
        ),
        ("drifted on the page", &[("sh #a", "echo \"$PASS\"", "not <password>")], "a=drifted"),
        ("failed", &[("sh #a", "echo \"$PASS\" >&2; ls \"/no/$PASS\"", "-")], "a=failed"),
        ("traced", &[("bash #a", "set -x; : '<password>'; false", "-")], "a=failed"),
        ("a syntax error", &[("bash #a", "( '<password>' '", "-")], "a=failed"),
        ("timed out", &[("sh #a timeout=300ms", "echo \"$PASS\"; sleep 5", "-")], "a=failed"),
        ("a file nowhere", &[("text #a .file path=no/<password>", "<password>", "-")], "a=failed"),
        (
            "a list",
            &[("text #a .file path=<password>", "x", "-"), ("text #b .files in=.", "<password>2", "-")],
            "a=passed b=drifted",
        ),
        ("a list of nowhere", &[("text #a .files in=no/<password>", "x", "-")], "a=failed"),
        (
            "another prompt",
            &[
                ("sh #a", "printf '%s? ' \"$PASS\"; read -r x", "-"),
                ("text .answers", "Other <password>? <password>", "-"),
            ],
            "a=failed",
        ),
        (
            "an answer never asked for",
            &[("sh #a", ":", "-"), ("text .answers", "Password: <password>", "-")],
            "a=failed",
        ),
    ];
    for (name, blocks, states) in last {
        let mut room = Room::new();
        room.env.push(("PW", SECRET));
        let cleanup: Block = ("sh #z .cleanup", "echo '<password>'; ls '/no/<password>'", "-");
        room.write("page.md", &page(HEAD, &[blocks, &[cleanup]].concat()));
        for arguments in [&["-vv"][..], &["-vv", "--accept"]] {
            let run = room.run(arguments);
            let wanted = format!("{states} z=failed");
            // A list of files is its author's alone.
            let wanted = match arguments.len() {
                1 => wanted,
                _ => wanted.replace("new", "passed").replace("a=drifted", "a=passed"),
            };
            assert_eq!(run.states(), wanted, "{name}: {}", run.told());
            assert!(run.told().contains("<password>"), "{name}: {}", run.told());
            let all = run.told() + &all_text(&room.path(""));
            let place = all.find(SECRET).map(|at| &all[at.saturating_sub(200)..]);
            assert_eq!(place.map(|text| text.chars().take(400).collect::<String>()), None, "{name}");
        }
    }
}

#[test]
fn a_secret_that_cannot_be_kept_runs_nothing() {
    let blocks: [Block; 1] = [("sh #a", "touch @HERE@/ran; echo <password> tortoise", "-")];
    for (value, words) in [("seven-7", "shorter than 8 characters"), ("tortoise", "for all to read")] {
        let mut room = Room::new();
        room.env.push(("PW", value));
        room.write("page.md", &page(HEAD, &blocks));
        let run = room.run(&[]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.told());
        assert!(
            run.stderr.contains(words) && run.stderr.contains("$PW for secret <password>"),
            "{}",
            run.told()
        );
        assert!(!run.stderr.contains(value) && !room.path("ran").exists(), "{}", run.told());
    }
}
