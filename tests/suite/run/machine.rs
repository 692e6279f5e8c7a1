//! What the machine refuses: pages that cannot be read, full and read-only disks. Each is named with its place.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use rustix::fs::{CWD, Mode};

use super::harness::{Block, Room, Run, page};
use super::recordings::as_anybody;

const HELLO: [Block; 1] = [("sh #a", "echo hello", "hello")];

#[test]
fn a_page_that_cannot_be_read_is_named() {
    let room = Room::new();
    room.write("page.md", &page("{}", &HELLO));
    room.write("plain.md", "# No tutorial\n");
    room.write("foreign.md", "---\ntitle: x\n---\n");
    room.write("empty.md", "");
    fs::write(room.path("bytes.md"), b"---\ntutor: {}\n---\n\ncaf\xe9\n").unwrap();
    fs::write(room.path("wide.md"), b"\xff\xfe-\0-\0-\0").unwrap();
    fs::create_dir(room.path("folder.md")).unwrap();
    symlink("loop.md", room.path("loop.md")).unwrap();
    symlink("nowhere", room.path("broken.md")).unwrap();
    let cases: [(&str, &[&str]); 12] = [
        ("pgae.md", &["there is no tutorial `pgae.md`", "did you mean `page.md`?"]),
        ("nothing-like-it.md", &["there is no tutorial `nothing-like-it.md`", "/tutorials`"]),
        ("sub/page.md", &["there is no tutorial `sub/page.md`"]),
        ("page.md/x", &["there is no tutorial `page.md/x`"]),
        ("plain.md", &["plain.md` is no tutorial", "has no `tutor` key", "tutor:"]),
        ("foreign.md", &["foreign.md` is no tutorial", "has no `tutor` key", "tutor:"]),
        ("empty.md", &["empty.md` is no tutorial"]),
        ("bytes.md", &["bytes.md` is not UTF-8", "line 5"]),
        ("wide.md", &["wide.md` is not UTF-8", "line 1"]),
        ("folder.md", &["there are no tutorials in", "folder.md`"]),
        ("loop.md", &["failed to read `", "loop.md`", "symbolic links"]),
        ("broken.md", &["failed to read `", "broken.md`", "No such file"]),
    ];
    for (name, words) in cases {
        for command in ["run", "check", "list"] {
            let run = room.tutor(&[command, name]);
            let told = format!("{command} {name}: {}", run.told());
            assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{told}");
            assert!(
                run.stderr.starts_with("error: ") && words.iter().all(|word| run.stderr.contains(word)),
                "{told}"
            );
        }
    }
    for wrong in [["plain.md", "foreign.md"], ["bytes.md", "pgae.md"]] {
        let run = room.tutor(&["run", "page.md", wrong[0], wrong[1]]);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (Some(2), ""),
            "where one is wrong none runs: {}",
            run.told()
        );
        assert!(wrong.iter().all(|name| run.stderr.contains(name)), "{}", run.told());
    }
    assert_eq!(room.tutor(&["run"]).code, Some(2), "without tutorials/");
}

#[test]
fn a_page_without_the_right_to_read_is_named() {
    let room = Room::new();
    room.write("page.md", &page("{}", &HELLO));
    room.write("shut/page.md", &page("{}", &HELLO));
    let mode = |name, bits| fs::set_permissions(room.path(name), fs::Permissions::from_mode(bits)).unwrap();
    mode("page.md", 0o000);
    mode("shut", 0o000);
    for name in ["page.md", "shut/page.md", "shut", "."] {
        let run = as_anybody(&room, &["run", name]);
        let words = ["error: failed to read", "Permission denied", if name == "." { "shut" } else { name }];
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{name}: {}", run.told());
        assert!(words.iter().all(|word| run.stderr.contains(word)), "{name}: {}", run.told());
    }
    mode("shut", 0o755);
}

/// What is no file among a directory's pages is not waited for.
#[test]
fn a_directory_may_hold_what_is_no_file() {
    let room = Room::new();
    room.write("pages/page.md", &page("{}", &HELLO));
    rustix::fs::mknodat(CWD, room.path("pages/pipe.md"), rustix::fs::FileType::Fifo, Mode::RWXU, 0).unwrap();
    symlink("loop.md", room.path("pages/loop.md")).unwrap();
    symlink(".", room.path("pages/again")).unwrap();
    let run = room.tutor(&["run", "pages"]);
    assert_eq!(run.code, Some(0), "{}", run.told());
    assert!(run.stdout.contains("1 step: 1 passed"), "{}", run.told());
}

#[test]
fn a_report_that_cannot_be_written_is_named() {
    let room = Room::new();
    room.write("page.md", &page("{}", &[("sh #a", "touch @HERE@/ran", "")]));
    for (target, words) in [("no/such/x.json", "No such file"), (".", "Is a directory")] {
        let run = room.tutor(&["run", "page.md", "--report", &format!("json={target}")]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.told());
        let named = run.stderr.contains(&format!("failed to create the report `{target}`"));
        assert!(named && run.stderr.contains(words), "{}", run.told());
        assert!(!room.path("ran").exists());
    }
    let text = room.read("page.md");
    let over = room.tutor(&["run", "page.md", "--report", "json=x.json", "--report", "json=tmp/../page.md"]);
    assert_eq!((over.code, over.stdout.as_str()), (Some(2), ""), "{}", over.told());
    assert!(over.stderr.contains("`tmp/../page.md` would overwrite a tutorial"), "{}", over.told());
    assert!(room.read("page.md") == text && !room.path("x.json").exists() && !room.path("ran").exists());

    let run = room.tutor(&["run", "page.md", "--report", "json=/dev/full"]);
    assert_eq!(run.code, Some(1), "{}", run.told());
    assert!(run.stderr.contains("/dev/full") && run.stderr.contains("No space left"), "{}", run.told());
    assert!(room.path("ran").exists());
}

/// The program where `/tmp`, in which scratch directories lie, is a file system of its own with these options.
fn with_tmp(options: &str, blocks: &[Block]) -> (Run, String) {
    // Not below /tmp, which is covered.
    let there = tempfile::Builder::new().prefix("tutor-test-").tempdir_in("/var/tmp").unwrap();
    fs::write(there.path().join("page.md"), page("{}", blocks)).unwrap();
    fs::write(there.path().join("tutor"), "").unwrap();
    let script = "mount --bind \"$1\" tutor && mount -t tmpfs -o \"$2\" tmpfs /tmp && cd \"$3\" || exit 99\n\
                  ./tutor run page.md; code=$?; ls -A /tmp >&3; exit $code";
    let mut command = Command::new("unshare");
    command.args([
        "-Urm",
        "sh",
        "-c",
        &format!("exec 3>left\n{script}"),
        "sh",
        env!("CARGO_BIN_EXE_tutor"),
        options,
    ]);
    command.arg(there.path()).current_dir(there.path()).stdin(Stdio::null()).env_remove("CI");
    let run = Run::of(&command.output().unwrap(), Vec::new());
    (run, fs::read_to_string(there.path().join("left")).unwrap())
}

#[test]
fn a_full_or_read_only_disk_is_named_and_leaves_nothing() {
    let large: &[Block] =
        &[("sh #a", "head -c 300000 /dev/zero >file", "-"), ("sh #b .cleanup", "rm -f file", "-")];
    // Options of the file system, page, exit status, what is said.
    let cases: [(&str, &[Block], i32, &[&str]); 5] = [
        ("size=1m", &HELLO, 0, &["1 passed"]),
        ("size=1m,ro", &HELLO, 1, &["no scratch directory in /tmp", "Read-only file system"]),
        (
            "size=1m,nr_inodes=3",
            &HELLO,
            1,
            &["/tmp/tutor-", "No space left on device", "the session could not start"],
        ),
        ("size=4k", &HELLO, 0, &["1 passed"]),
        (
            "size=200k",
            large,
            1,
            &["failed: page.md › a: exit status 1", "No space left on device", "1 passed"],
        ),
    ];
    for (options, blocks, code, words) in cases {
        let (run, left) = with_tmp(options, blocks);
        assert_eq!((run.code, left.as_str()), (Some(code), ""), "{options}: {}", run.told());
        assert!(words.iter().all(|word| run.stdout.contains(word)), "{options}: {words:?}: {}", run.told());
    }
}

/// `TMPDIR` is the caller's; a run has its own.
#[test]
fn the_callers_tmpdir_does_not_matter() {
    let mut room = Room::new();
    room.write(
        "page.md",
        &page(
            "{requires: [openssl]}",
            &[("sh #a snapshot=all", "test \"$TMPDIR\" = \"${HOME%/home}/tmp\"; cd \"$TMPDIR\"", "-")],
        ),
    );
    for tmpdir in ["/no/such/directory", "/dev/null", ""] {
        room.env = vec![("TMPDIR", tmpdir)];
        let run = room.run(&["--accept"]);
        assert_eq!((run.states().as_str(), run.code), ("a=passed", Some(0)), "{tmpdir}: {}", run.told());
    }
}
