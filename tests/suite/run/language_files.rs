//! The page's files: written, added to, patched, copied from beside it; and what is never written over.

use std::fs;

use super::harness::{Room, case, check, page};

#[test]
fn text_is_added_to_files() {
    check(
        "sh",
        &[
            case(
                "after what is there, permissions as they are",
                &[
                    ("text #f .file path=x mode=0600", "one", "-"),
                    ("text #g .file path=x append", "two", "-"),
                    ("sh #a", "cat x; stat -c %a x", "one\ntwo\n600"),
                ],
                "f=passed g=passed a=passed",
            ),
            case(
                "to a file that is not there, with the mode that is said",
                &[
                    ("text #f .file path=x append", "one", "-"),
                    ("text #g .file path=x mode=0640 append", "two", "-"),
                    ("sh #a", "cat x; stat -c %a x", "one\ntwo\n640"),
                ],
                "f=passed g=passed a=passed",
            ),
            case(
                "in a directory that is not there",
                &[("text #f .file path=no/x append", "one", "-"), ("sh #a", ":", "-")],
                "f=failed a=not-run",
            )
            .says(&["the file could not be written: no/x: No such file or directory"]),
        ],
    );
}

const FILE: (&str, &str, &str) = ("text #f .file path=x mode=0640", "one\ntwo\nthree\nfour", "-");

#[test]
fn patches_fit_or_say_why_not() {
    check(
        "sh",
        &[
            case(
                "two hunks, permissions as they are",
                &[
                    FILE,
                    (
                        "diff #p .patch path=x",
                        "@@ -1,2 +1,2 @@\n one\n-two\n+2\n@@ -4 +4,2 @@\n four\n+five",
                        "-",
                    ),
                    ("sh #a", "cat x; stat -c %a x", "one\n2\nthree\nfour\nfive\n640"),
                ],
                "f=passed p=passed a=passed",
            ),
            case(
                "with the lines that diff puts above",
                &[
                    FILE,
                    ("diff #p .patch path=x", "--- a/x\n+++ b/x\n@@ -3,1 +3,1 @@\n-three\n+3", "-"),
                    ("sh #a", "cat x", "one\ntwo\n3\nfour"),
                ],
                "f=passed p=passed a=passed",
            ),
            case(
                "another line stands there: nothing is changed",
                &[
                    FILE,
                    (
                        "diff #p .patch path=x",
                        "@@ -1 +1 @@\n-one\n+1\n@@ -3,2 +3,2 @@\n-drei\n+3\n four",
                        "-",
                    ),
                    ("sh #a .cleanup", "test \"$(head -n 1 x)\" = one", "-"),
                ],
                "f=passed p=failed a=passed",
            )
            .says(&[
                "the patch does not fit x: line 3 of the file is not what the patch says",
                "-drei\n  +three",
                " four",
            ]),
            case(
                "the lines stand elsewhere",
                &[FILE, ("diff #p .patch path=x", "@@ -1,2 +1,2 @@\n-two\n+2\n three", "-")],
                "f=passed p=failed",
            )
            .says(&["these lines stand at line 2"]),
            case("no file", &[("diff #p .patch path=x", "@@ -1 +1 @@\n-one\n+1", "-")], "p=failed")
                .says(&["there is no file x to be patched"]),
        ],
    );
}

#[test]
fn what_was_there_before_is_never_written_over() {
    for (how, green) in [(&[][..], false), (&["--in-place"], true)] {
        let room = Room::new();
        let outside = room.path("outside");
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("x"), "mine\n").unwrap();
        let change = format!("cd {}", outside.display());
        let enter: &'static str = change.leak();
        for block in ["text #f .file path=x", "text #f .file path=x append"] {
            fs::write(outside.join("x"), "mine\n").unwrap();
            room.write("page.md", &page("{}", &[("sh #a", enter, "-"), (block, "theirs", "-")]));
            let run = room.run(how);
            let after = fs::read_to_string(outside.join("x")).unwrap();
            assert_eq!(run.step("f")["state"], if green { "passed" } else { "failed" }, "{}", run.stdout);
            assert_eq!(after != "mine\n", green, "{how:?} {block}");
            assert_eq!(run.stdout.contains("it was there before this run"), !green, "{}", run.stdout);
        }
    }
    // What the run itself has made, it may change wherever that is.
    let room = Room::new();
    let make: &'static str =
        format!("mkdir {0}/new; cd {0}/new; echo 1 >x", room.path("tmp").display()).leak();
    let away = "cat x; cd ..; rm -r new";
    let blocks = [("sh #a", make, "-"), ("text #f .file path=x append", "2", "-"), ("sh #b", away, "1\n2")];
    room.write("page.md", &page("{}", &blocks));
    assert_eq!(room.run(&[]).states(), "a=passed f=passed b=passed");
}

#[test]
fn files_beside_the_page_are_copied() {
    let room = Room::new();
    room.write("data.json", "{}\n");
    room.write("deploy/app/run.sh", "#!/bin/sh\necho ran\n");
    room.write("deploy/readme", "text\n");
    std::os::unix::fs::symlink("readme", room.path("deploy/link")).unwrap();
    std::process::Command::new("chmod").arg("755").arg(room.path("deploy/app/run.sh")).status().unwrap();
    let blocks = [
        (
            "sh #a",
            "cat data.json; deploy/app/run.sh; readlink deploy/link; echo mine >data.json",
            "{}\nran\nreadme",
        ),
        ("text #l .files in=.", "data.json\ndeploy", "-"),
    ];
    room.write("page.md", &page("{copy: [data.json, deploy]}", &blocks));
    let run = room.run(&[]);
    assert_eq!(run.states(), "a=passed l=passed", "{}{}", run.stdout, run.stderr);
    assert_eq!(room.read("data.json"), "{}\n", "a run has its own copy");

    room.write("page.md", &page("{copy: [date.json]}", &blocks));
    let run = room.run(&[]);
    assert_eq!(run.code, Some(2), "{}{}", run.stdout, run.stderr);
    assert!((run.stdout + &run.stderr).contains("data.json"), "the nearest name");
}
