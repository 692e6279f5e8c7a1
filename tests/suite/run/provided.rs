//! Programs that a project has for where the machine has none of that name, and what stands in for others.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::harness::{Room, Run, page};

const STAND_INS: &str = "[stand-ins]\nserver-of-nobody = \"tools/server-of-nobody\"\n";

/// A room with a program in `tools/`, which says its version, where it thinks it lies, and its arguments.
fn room(settings: &str, head: &str) -> Room {
    let room = Room::new();
    room.write("tutor.toml", settings);
    program(&room, "tools/server-of-nobody", "echo 7.0.1");
    program(&room, "tools/other-of-nobody", "echo other");
    room.write("page.md", &page(head, &[("sh #a", "server-of-nobody 'x y'", "7.0.1\nx y")]));
    room
}

fn program(room: &Room, path: &str, says: &str) {
    room.write(path, &format!("#!/bin/sh\n{says}\n[ $# = 0 ] || [ \"$1\" = --version ] || echo \"$@\"\n"));
    fs::set_permissions(room.path(path), fs::Permissions::from_mode(0o755)).unwrap();
}

fn started(run: &Run) -> &serde_json::Value {
    run.events.iter().find(|event| event["event"] == "document-started").unwrap()
}

#[test]
fn a_stand_in_runs_where_the_machine_has_not_the_program_and_every_summary_names_it() {
    let room = room(STAND_INS, "{requires: [server-of-nobody]}");
    let run = room.run(&["--strict"]);
    assert_eq!((run.states().as_str(), run.code), ("a=passed", Some(0)), "{}", run.told());
    assert!(run.stdout.contains("1 step: 1 passed (stand-in: server-of-nobody) in"), "{}", run.stdout);
    let line = run.stderr.lines().find(|line| line.starts_with("passed page.md")).unwrap();
    assert!(line.ends_with(" (stand-in: server-of-nobody)"), "{line}");
    assert_eq!(started(&run)["stand_ins"], serde_json::json!(["server-of-nobody"]));

    let run = room.run(&["--no-stand-ins"]);
    assert_eq!(run.states(), "a=unverified", "{}", run.told());
    assert_eq!(run.step("a")["reason"], "server-of-nobody not found");
    assert_eq!(started(&run)["stand_ins"], serde_json::Value::Null);
    assert!(!run.stdout.contains("stand-in"), "{}", run.stdout);

    // Not installed yet.
    fs::remove_file(room.path("tools/server-of-nobody")).unwrap();
    let run = room.run(&[]);
    assert_eq!(run.step("a")["reason"], "server-of-nobody not found");
}

#[test]
fn the_machines_own_program_wins() {
    let mut room = room(STAND_INS, "{requires: [server-of-nobody]}");
    program(&room, "real/server-of-nobody", "echo 9.9.9");
    let path = format!("{}:{}", std::env::var("PATH").unwrap(), room.path("real").display());
    room.env.push(("PATH", path.leak()));
    let run = room.run(&[]);
    assert_eq!(run.states(), "a=drifted", "{}", run.told());
    assert!(!run.stdout.contains("stand-in"), "{}", run.stdout);
}

#[test]
fn only_what_is_required_is_provided_and_nothing_beside_it() {
    let settings = "[programs]\nserver-of-nobody = \"tools/server-of-nobody\"\nother-of-nobody = \"@HERE@/tools/other-of-nobody\"\n";
    let room = room(settings, "{requires: [server-of-nobody]}");
    let run = room.run(&[]);
    assert_eq!((run.states().as_str(), run.code), ("a=passed", Some(0)), "{}", run.told());
    assert!(!run.stdout.contains("stand-in"), "what is under `programs` is the program: {}", run.stdout);
    let body = &[
        ("sh #a", "command -v other-of-nobody || echo none", "none"),
        ("sh #b requires=other-of-nobody", "other-of-nobody", "other"),
    ];
    room.write("page.md", &page("{}", &body[..1]));
    assert_eq!(room.run(&[]).states(), "a=passed", "not required, so not to be found");
    room.write("page.md", &page("{}", &body[1..]));
    assert_eq!(room.run(&[]).states(), "b=passed", "a step's own requirement");
}

#[test]
fn a_version_that_will_not_do_and_a_recorded_one_say_that_it_is_a_stand_in() {
    let room = room(STAND_INS, "{requires: [{program: server-of-nobody, min: '8'}]}");
    let run = room.run(&[]);
    assert_eq!(run.step("a")["reason"], "server-of-nobody (stand-in) too old (found 7.0.1, needs 8)");

    let body = "```sh {#a requires=server-of-nobody}\nserver-of-nobody\n```\n";
    room.write("page.md", &format!("---\ntutor: {{}}\n---\n\n{body}"));
    assert_eq!(room.run(&["--accept"]).code, Some(0));
    let recording = room.read("snapshots/page/a.snap");
    assert!(recording.contains("7.0.1 (stand-in)"), "{recording}");
}

#[test]
fn a_home_that_is_covered_keeps_the_projects_programs_in_sight() {
    let mut room = room(STAND_INS, "{requires: [server-of-nobody], relocate: [/opt/of-nobody]}");
    let home: &str = room.path("").to_str().unwrap().to_owned().leak();
    room.env.push(("HOME", home));
    let run = room.run(&[]);
    assert_eq!((run.states().as_str(), run.code), ("a=passed", Some(0)), "{}", run.told());
}

#[test]
fn what_the_settings_may_not_say_of_programs() {
    let cases = [
        ("[stand-ins]\n\"a/b\" = \"c\"\n", "error[bad-program]: `a/b` is no name of a program"),
        ("[programs]\nbash = \"c\"\n", "error[bad-program]: `bash` is a shell"),
        ("[programs]\nx = \"c\"\n[stand-ins]\nx = \"d\"\n", "error[bad-program]: `x` is given twice"),
        ("[programs]\nx = 3\n", "error[wrong-type]: the path of `x` must be a text"),
        ("programs = 3\n", "error[wrong-type]: `programs` must be a table"),
        ("[stand-in]\nx = \"d\"\n", "did you mean `stand-ins`?"),
    ];
    for (settings, says) in cases {
        let room = room(settings, "{}");
        let run = room.tutor(&["check", "page.md"]);
        assert!(run.code == Some(2) || run.code == Some(1), "{}", run.told());
        assert!(run.stdout.contains(says), "{settings}: {}", run.told());
    }
}
