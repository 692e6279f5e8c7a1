//! A page is written whole or not at all, and only where it must be.
#![cfg(target_os = "linux")]

use std::{
    collections::HashSet,
    fmt::Write as _,
    fs,
    process::{Command, Stdio},
    thread::sleep,
    time::Instant,
};

use super::harness::{Room, Run, with_body};

/// A page of 2,000 lines with 100 outputs. Of every fifth, what is printed is not what it shows, in two of its lines.
fn long_page() -> (String, usize) {
    let mut body = String::new();
    for number in 0..100 {
        let value = if number % 5 == 0 { "new" } else { "old" };
        let _ = write!(
            body,
            "## Part {number}\n\nSome words.\n\n```sh {{#s{number}}}\n\
             printf 'head\\n{value} {number}\\nmiddle\\n{value} again\\n'\n```\n\n\
             This prints:\n\n```text {{.output}}\nhead\nold {number}\nmiddle\nold again\n```\n\nMore words.\n\n\n"
        );
    }
    let page = with_body(&body);
    let lines = page.lines().count();
    (page, lines)
}

#[test]
fn of_a_long_page_exactly_the_lines_that_changed_are_written() {
    let (page, lines) = long_page();
    assert!((2000..2100).contains(&lines), "{lines}");
    let room = Room::new();
    fs::remove_dir(room.path(".git")).unwrap();
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).current_dir(room.path("")).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    git(&["init", "-q"]);
    room.write("page.md", &page);
    git(&["add", "page.md"]);
    let run = room.run(&["--accept"]);
    assert_eq!(run.code, Some(0), "{}", run.told());
    // Two lines of each fifth of a hundred.
    assert_eq!(git(&["diff", "--numstat"]), "40\t40\tpage.md\n");
    let mut expected = page.clone();
    for number in (0..100).step_by(5) {
        expected = expected.replace(
            &format!("head\nold {number}\nmiddle\nold again\n"),
            &format!("head\nnew {number}\nmiddle\nnew again\n"),
        );
    }
    assert_eq!(room.read("page.md"), expected);
    let again = room.run(&["--accept"]);
    assert!(again.code == Some(0) && !again.stdout.contains("written"), "{}", again.told());
}

#[test]
fn killed_at_any_time_the_page_is_the_old_or_the_new_one() {
    let room = Room::new();
    let long = "A line of prose that is there to be written.\n".repeat(100_000);
    let old = with_body(&format!("```sh {{#a}}\necho two\n```\n\n```text {{.output}}\none\n```\n\n{long}"));
    let new = old.replace("\none\n", "\ntwo\n");
    room.write("page.md", &old);
    assert_eq!(room.run(&[]).code, Some(1));
    let pending = room.read("snapshots/page/a.page.new");
    let begun = Instant::now();
    assert_eq!(room.tutor(&["accept"]).code, Some(0));
    let whole = begun.elapsed();
    assert_eq!(room.read("page.md"), new);
    let mut seen = HashSet::new();
    for round in 0..20_u32 {
        room.write("page.md", &old);
        room.write("snapshots/page/a.page.new", &pending);
        let mut child =
            room.command(&["accept"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Mostly while it writes, which is what it does last.
        sleep(whole * (10 + 2 * round) / 45);
        child.kill().unwrap();
        child.wait().unwrap();
        let text = room.read("page.md");
        assert!(text == old || text == new, "round {round}: {} bytes", text.len());
        seen.insert(text == new);
    }
    room.write("page.md", &old);
    room.write("snapshots/page/a.page.new", &pending);
    assert_eq!(room.tutor(&["accept"]).code, Some(0), "whatever a crash has left is in nobody's way");
    assert_eq!(room.read("page.md"), new);
    assert!(seen.contains(&false), "none was killed in time");
}

#[test]
fn a_crash_at_any_byte_leaves_the_old_page() {
    let room = Room::new();
    let old = with_body("```sh {#a}\necho two\n```\n\n```text {.output}\none\n```\n");
    let new = old.replace("\none\n", "\ntwo and more\n").replace("echo two", "echo two and more");
    let old = old.replace("echo two", "echo two and more");
    room.write("page.md", &old);
    assert_eq!(room.run(&[]).code, Some(1));
    let pending = room.read("snapshots/page/a.page.new");
    for bytes in 0..=new.len() {
        room.write("page.md", &old);
        room.write("snapshots/page/a.page.new", &pending);
        // The system ends a program that writes one byte more than it may.
        let plain = room.command(&["accept"]);
        let mut command = Command::new("prlimit");
        command.args([&format!("--fsize={bytes}"), "--core=0", env!("CARGO_BIN_EXE_tutor"), "accept"]);
        let output = command.current_dir(plain.get_current_dir().unwrap()).env_remove("CI").output().unwrap();
        let whole = bytes == new.len();
        assert_eq!(output.status.code(), whole.then_some(0), "{bytes}: {output:?}");
        assert_eq!(room.read("page.md"), if whole { new.clone() } else { old.clone() }, "{bytes}");
        assert_eq!(room.path("snapshots/page/a.page.new").exists(), !whole, "{bytes}");
    }
}

/// `tutor run --accept` where the page lies on a file system of its own with these options; what is there then.
fn on_small_disk(options: &str, page: &str) -> (Run, String, String) {
    let there = tempfile::Builder::new().prefix("tutor-test-").tempdir_in("/var/tmp").unwrap();
    fs::create_dir(there.path().join("docs")).unwrap();
    fs::write(there.path().join("page.md"), page).unwrap();
    let script = "mount -t tmpfs -o \"$2\" tmpfs docs && cp page.md docs/ && cd docs || exit 99\n\
                  \"$1\" run --accept page.md; code=$?; cp page.md ../left.md; ls -A >../names; exit $code";
    let mut command = Command::new("unshare");
    command.args(["-Urm", "sh", "-c", script, "sh", env!("CARGO_BIN_EXE_tutor"), options]);
    command.current_dir(there.path()).stdin(Stdio::null()).env_remove("CI").env("TMPDIR", "/tmp");
    let run = Run::of(&command.output().unwrap(), Vec::new());
    let read = |name: &str| fs::read_to_string(there.path().join(name)).unwrap_or_default();
    (run, read("left.md"), read("names"))
}

#[test]
fn on_a_full_disk_the_page_stays() {
    let long = "A line of prose that is there to be written.\n".repeat(1000);
    let old = with_body(&format!("```sh {{#a}}\necho two\n```\n\n```text {{.output}}\none\n```\n\n{long}"));
    let new = old.replace("\none\n", "\ntwo\n");
    // Any number of pages of the new file, of which there must be twelve, beside the twelve of the old one.
    let cases = [
        ("size=1m", 0, ""),
        ("size=96k", 0, ""),
        ("size=92k", 1, "No space left on device"),
        ("size=72k", 1, "No space left on device"),
        ("size=48k", 1, "No space left on device"),
    ];
    for (options, code, words) in cases {
        let (run, left, names) = on_small_disk(options, &old);
        assert_eq!(run.code, Some(code), "{options}: {}", run.told());
        assert_eq!(left == new, code == 0, "{options}");
        assert!(left == new || left == old, "{options}: {} bytes", left.len());
        assert!(run.stderr.contains(words), "{options}: {}", run.told());
        assert_eq!(names, "page.md\n", "{options}: nothing is left beside it");
    }
}
