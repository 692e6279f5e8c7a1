//! Programs that a page needs, in a certain version.

use std::{fs, os::unix::fs::PermissionsExt};

use super::harness::{Room, page};

/// Puts a program on the run's `PATH` that answers with `text` on standard error (as java does), whatever it is asked.
fn program(room: &Room, name: &str, text: &str) {
    let path = format!("bin/{name}");
    room.write(&path, &format!("#!/bin/sh\ncat >&2 <<'END'\n{text}\nEND\n"));
    fs::set_permissions(room.path(&path), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn versions_are_asked_for_and_compared() {
    let cases = [
        ("[sh, openssl]", "a=passed", ""),
        ("[{program: openssl, min: '1.0'}]", "a=passed", ""),
        ("[{program: mysql, min: '10.11'}]", "a=passed", ""),
        ("[{program: mysql, min: '10.12'}]", "a=unverified", "mysql too old (found 10.11.19, needs 10.12)"),
        ("[{program: nosuch, min: '1'}]", "a=unverified", "nosuch not found"),
        (
            "[{program: mute, min: '1'}]",
            "a=unverified",
            "could not tell the version of mute (needs 1, `mute --version` printed `usage: mute`)",
        ),
        ("[{program: java, min: '17'}]", "a=passed", ""),
        ("[{program: java, min: '21'}]", "a=unverified", "java too old (found 17.0.12, needs 21)"),
        ("[{program: sh, run: 'echo build 7', match: 'build (\\d+)', min: '7'}]", "a=passed", ""),
        (
            "[{program: sh, run: 'echo build 7', match: 'build (\\d+)', min: '8'}]",
            "a=unverified",
            "sh too old (found 7, needs 8)",
        ),
    ];
    for (requires, states, says) in cases {
        let mut room = Room::new();
        program(&room, "mysql", "mysql  Ver 15.1 Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)");
        program(&room, "mute", "usage: mute");
        program(&room, "java", "openjdk version \"17.0.12\" 2024-07-16");
        let path = format!("{}:{}", room.path("bin").display(), std::env::var("PATH").unwrap());
        room.env.push(("PATH", path.leak()));
        room.write("page.md", &page(&format!("{{requires: {requires}}}"), &[("sh #a", "echo on", "on")]));
        let run = room.run(&[]);
        assert_eq!(run.states(), states, "{requires}: {}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains(says), "{says}: {}", run.stdout);
    }
}
