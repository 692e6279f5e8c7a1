//! Certificates are written whole or not at all: full disks, interrupts, directories that can't be written.
#![cfg(target_os = "linux")]

use std::{
    fmt::Write as _,
    fs,
    os::unix::fs::PermissionsExt as _,
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

use super::harness::{Block, Room, Run, ended, page};
use super::recordings::as_anybody;

const SMALL: &str = r#"
[ca.authority]
cn = "Test CA"
key = "p256"
[leaf.web]
issuer = "authority"
key = "p256"
cn = "www.example.com"
"#;

/// Runs `tutor` where `certs/` is a file system of its own with these options; what is left in it.
fn with_certs(options: &str, arguments: &str, page: &str) -> (Run, String) {
    let there = tempfile::Builder::new().prefix("tutor-test-").tempdir_in("/var/tmp").unwrap();
    fs::create_dir(there.path().join("certs")).unwrap();
    fs::write(there.path().join("pki.toml"), SMALL).unwrap();
    fs::write(there.path().join("page.md"), page).unwrap();
    let script = "mount -t tmpfs -o \"$2\" tmpfs certs || exit 99\n\
                  \"$1\" $3; code=$?; ls -A certs >left; exit $code";
    let mut command = Command::new("unshare");
    command.args(["-Urm", "sh", "-c", script, "sh", env!("CARGO_BIN_EXE_tutor"), options, arguments]);
    command.current_dir(there.path()).stdin(Stdio::null()).env_remove("CI");
    let run = Run::of(&command.output().unwrap(), Vec::new());
    (run, fs::read_to_string(there.path().join("left")).unwrap())
}

const FILES: &str = "authority.crt\nauthority.key\nweb.crt\nweb.key\n";

#[test]
fn a_full_disk_leaves_no_file() {
    // A file takes a page of 4 KiB, and there are four of them.
    let cases = [
        ("size=1m", 0, FILES, ""),
        ("size=16k", 0, FILES, ""),
        ("size=12k", 2, "", "No space left on device"),
        ("size=4k", 2, "", "No space left on device"),
        ("size=1m,nr_inodes=4", 2, "", "No space left on device"),
        ("size=1m,ro", 2, "", "Read-only file system"),
    ];
    for (options, code, left, words) in cases {
        let (run, found) = with_certs(options, "cert pki.toml --dir certs", "");
        assert_eq!((run.code, found.as_str()), (Some(code), left), "{options}: {}", run.told());
        assert!(run.stderr.contains(words), "{options}: {}", run.told());
        assert_eq!(run.stdout.is_empty(), code != 0, "{options}: a receipt of nothing: {}", run.told());
    }
}

#[test]
fn a_full_disk_of_a_run_leaves_no_file() {
    for (options, code, left, words) in
        [("size=16k", 0, FILES, "1 passed"), ("size=12k", 1, "", "No space left on device")]
    {
        let text =
            page("{relocate: [/mnt/tutor-certs]}", &[("toml #pki .certificate snapshot=none", SMALL, "-")]);
        let text = text.replace("[ca.authority]", "dir = \"/mnt/tutor-certs\"\n[ca.authority]");
        let (run, found) = in_place(options, &text);
        assert_eq!((run.code, found.as_str()), (Some(code), left), "{options}: {}", run.told());
        assert!(run.stdout.contains(words), "{options}: {}", run.told());
    }
}

/// A run in place where `/mnt/tutor-certs` is a file system of its own.
fn in_place(options: &str, text: &str) -> (Run, String) {
    let there = tempfile::Builder::new().prefix("tutor-test-").tempdir_in("/var/tmp").unwrap();
    fs::write(there.path().join("page.md"), text).unwrap();
    let script = "mount -t tmpfs tmpfs /mnt && mkdir /mnt/tutor-certs || exit 99\n\
                  mount -t tmpfs -o \"$2\" tmpfs /mnt/tutor-certs || exit 99\n\
                  \"$1\" run --in-place page.md; code=$?; ls -A /mnt/tutor-certs >left; exit $code";
    let mut command = Command::new("unshare");
    command.args(["-Urm", "sh", "-c", script, "sh", env!("CARGO_BIN_EXE_tutor"), options]);
    command.current_dir(there.path()).stdin(Stdio::null()).env_remove("CI");
    let run = Run::of(&command.output().unwrap(), Vec::new());
    (run, fs::read_to_string(there.path().join("left")).unwrap())
}

#[test]
fn a_directory_that_cannot_be_written_is_named() {
    let room = Room::new();
    room.write("pki.toml", SMALL);
    fs::create_dir(room.path("shut")).unwrap();
    fs::set_permissions(room.path("shut"), fs::Permissions::from_mode(0o555)).unwrap();
    for directory in ["shut", "shut/deeper", "pki.toml", "pki.toml/x"] {
        let run = as_anybody(&room, &["cert", "pki.toml", "--dir", directory]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{directory}: {}", run.told());
        assert!(run.stderr.contains(directory), "{directory}: {}", run.told());
    }
    assert_eq!(names(&room, "shut"), "");
}

/// All that is in a directory, a name a line.
fn names(room: &Room, directory: &str) -> String {
    let entries = fs::read_dir(room.path(directory)).into_iter().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names.iter().fold(String::new(), |all, name| all + &name.to_string_lossy() + "\n")
}

/// A block of so many leaves.
fn many(leaves: usize, key: &str) -> String {
    let mut text = format!("defaults = {{ key = \"{key}\" }}\n[ca.authority]\ncn = \"Test CA\"\n");
    for leaf in 0..leaves {
        write!(text, "[leaf.l{leaf}]\nissuer = \"authority\"\ncn = \"l{leaf}.example.com\"\n").unwrap();
    }
    text
}

/// Whenever it comes.
#[test]
fn an_interrupt_leaves_all_files_or_none() {
    const LEAVES: usize = 60;
    let room = Room::new();
    room.write("pki.toml", &many(LEAVES, "p256"));
    let (mut ways, mut interrupted) = (Vec::new(), 0);
    for attempt in 0..60_u64 {
        let directory = format!("certs-{attempt}");
        let mut command = room.command(&["cert", "pki.toml", "--dir", &directory]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // The last one is left alone, or the number of files would say nothing.
        let signal = [Signal::INT, Signal::TERM][usize::from(attempt % 2 == 0)];
        if attempt < 59 {
            sleep(Duration::from_millis(attempt));
            let _ = kill_process(Pid::from_child(&child), signal);
        }
        let code = ended(&mut child).code();
        interrupted += usize::from(code != Some(0));
        let made = names(&room, &directory);
        let whole = 2 * (LEAVES + 1);
        let count = made.lines().count();
        assert!(count == 0 || count == whole, "after {attempt} ms, exit {code:?}: {count} files\n{made}");
        assert!(!made.contains(".tutor"), "{made}");
        if code == Some(0) {
            assert_eq!(count, whole, "after {attempt} ms");
        }
        ways.push(count);
    }
    assert_eq!(ways.last(), Some(&(2 * (LEAVES + 1))));
    assert!(interrupted > 0, "no interrupt came in time");
}

#[test]
fn an_interrupted_run_leaves_all_files_or_none() {
    let text = many(6, "rsa-2048");
    let block: Block = ("toml #pki .certificate snapshot=none", text.leak(), "-");
    let blocks = [
        ("sh #ready snapshot=none", "touch @HERE@/ready", "-"),
        block,
        ("sh #more snapshot=none", "touch @HERE@/more; sleep @MARK@", "-"),
        ("sh #look .cleanup", "ls -A >@HERE@/left", "-"),
    ];
    for wait in [0, 20, 60, 150, 400] {
        let room = Room::new();
        room.write("page.md", &page("{}", &blocks));
        let mut child = room.start("ready");
        sleep(Duration::from_millis(wait));
        kill_process(Pid::from_child(&child), Signal::INT).unwrap();
        assert_eq!(ended(&mut child).code(), Some(130), "after {wait} ms");
        room.assert_nothing_left();
        let left = room.read("left");
        let count = left.lines().count();
        assert!(count == 0 || count == 14, "after {wait} ms: {left}");
        assert!(count == 14 || !room.path("more").exists(), "after {wait} ms: {left}");
    }
}
