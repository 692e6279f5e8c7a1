//! A machine that fails: each fault is named with its place, takes nothing that was accepted or written, and leaves nothing.

use std::{
    fs,
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Command, Output, Stdio},
    thread::sleep,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::harness::{Block, Room, Run, ended, events, page, soon};

const QUICK: Block = ("sh #a snapshot=all", "echo one; echo two >&2", "-");
const SHOWN: Block = ("sh #b", "echo three", "three");

/// The program in a shell, after commands that make the fault: `$1` is the program.
fn within(room: &Room, wrapper: &[&str], script: &str) -> Output {
    let (first, rest) = wrapper.split_first().unwrap();
    let mut command = Command::new(first);
    command.args(rest).args(["sh", "-c", script, "sh", env!("CARGO_BIN_EXE_tutor")]);
    command.current_dir(room.path("")).env("TMPDIR", room.path("tmp")).envs(room.env.iter().copied());
    command.env_remove("CI").env_remove("GITHUB_ACTIONS").stdin(Stdio::null()).output().unwrap()
}

/// All that lies in a directory, with its bytes.
fn contents(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

/// A full or read-only directory of recordings, and of the page: what was accepted stays, byte for byte.
#[test]
fn recordings_and_pages_survive_a_disk_that_takes_nothing() {
    // Where the disk is, how it is made, what is changed, what is said.
    let cases = [
        ("snapshots", "size=8k", "seq 9000", &["No space left on device", "snapshots/page/a.snap"][..]),
        ("snapshots", "size=1m,ro", "echo new", &["Read-only file system", "snapshots/page"]),
        ("docs", "size=8k", "seq 9000", &["No space left on device", "docs/page.md"]),
        ("docs", "size=1m,ro", "echo new", &["Read-only file system", "docs"]),
    ];
    for (place, options, text, words) in cases {
        let room = Room::new();
        let name = if place == "docs" { "docs/page.md" } else { "page.md" };
        room.write(name, &page("{}", &[QUICK, SHOWN]));
        let made = room.tutor(&["run", name, "--accept"]);
        assert_eq!(made.code, Some(0), "{}", made.told());
        let changed = if place == "docs" {
            room.read(name).replace("echo three", text)
        } else {
            room.read(name).replace("echo one", text)
        };
        room.write(name, &changed);
        let before = contents(&room.path(place));
        // The disk has what was there, and then as little room as it has.
        let script = format!(
            "cp -a {place} copy && mount -t tmpfs -o {} tmpfs {place} && cp -a copy/. {place}/ && \
             {{ {} }} && {{ \"$1\" run {name} --accept; code=$?; mkdir seen; cp -a {place}/. seen/; exit $code; }}",
            options.trim_end_matches(",ro"),
            if options.ends_with(",ro") { format!("mount -o remount,ro {place};") } else { ":;".to_owned() },
        );
        let output = within(&room, &["unshare", "-Urm"], &script);
        let run = Run::of(&output, Vec::new());
        assert!(matches!(run.code, Some(1 | 2)), "{place} {options}: {}", run.told());
        let told = run.told();
        assert!(words.iter().all(|word| told.contains(word)), "{place} {options}: {words:?}: {told}");
        let renamed: Vec<(String, Vec<u8>)> = contents(&room.path("seen"))
            .into_iter()
            .map(|(path, bytes)| (path.replacen("/seen/", &format!("/{place}/"), 1), bytes))
            .collect();
        let names = |files: &[(String, Vec<u8>)]| files.iter().map(|file| file.0.clone()).collect::<Vec<_>>();
        assert_eq!(names(&renamed), names(&before), "{place} {options}: {told}");
        assert!(renamed == before, "{place} {options}: something was lost: {told}");
        room.assert_nothing_left();
    }
}

/// As a user without rights, in directories that are not theirs.
#[test]
fn directories_without_the_right_to_write_are_named() {
    for (locked, arguments, words) in [
        ("snapshots/page", "--accept", &["Permission denied", "snapshots/page"][..]),
        (".", "--accept", &["Permission denied", "page.md"]),
    ] {
        let room = Room::new();
        room.write("page.md", &page("{}", &[QUICK, ("sh #b", "echo three", "four")]));
        fs::create_dir_all(room.path("snapshots/page")).unwrap();
        let all =
            ["chmod -R a+rwX . && cp \"$1\" ./program && chmod a+rx program && chmod a-w", locked].join(" ");
        // The file of the page stays writable: it is the directory that takes no new file.
        let script = format!(
            "{all} && exec setpriv --reuid 65534 --regid 65534 --clear-groups ./program run page.md {arguments}"
        );
        let before = room.read("page.md");
        let output = within(&room, &["env"], &script);
        let run = Run::of(&output, Vec::new());
        assert!(matches!(run.code, Some(1 | 2)), "{locked}: {}", run.told());
        assert!(words.iter().all(|word| run.told().contains(word)), "{locked}: {words:?}: {}", run.told());
        if locked == "." {
            assert_eq!(room.read("page.md"), before, "{locked}");
        }
        room.assert_nothing_left();
    }
}

/// Without `/proc`, without a terminal, with few descriptors: runs as always, or says why not.
#[test]
fn a_bare_machine_is_enough_or_is_named() {
    let room = Room::new();
    room.write("page.md", &page("{}", &[SHOWN, ("sh #t", "echo $((1 + 1))", "2")]));
    let bare = [
        ("no terminal", "exec setsid -w \"$1\" run page.md", &["unshare", "-Urm"][..]),
        ("no /proc", "mount -t tmpfs tmpfs /proc && exec \"$1\" run page.md", &["unshare", "-Urm"]),
        ("no /dev/tty", "mount --bind /dev/null /dev/tty && exec \"$1\" run page.md", &["unshare", "-Urm"]),
    ];
    for (name, script, wrapper) in bare {
        let run = Run::of(&within(&room, wrapper, script), Vec::new());
        let all_passed = run.code == Some(0) && run.stdout.contains("2 passed");
        let is_named = run.code.is_some_and(|code| code != 0) && run.told().contains("/proc");
        assert!(all_passed || is_named, "{name}: {}", run.told());
        room.assert_nothing_left();
    }
}

#[test]
fn few_descriptors_are_enough_or_are_named() {
    let room = Room::new();
    room.write("page.md", &page("{}", &[SHOWN, ("sh #c .cleanup", "echo cleaned", "-")]));
    let mut passed = 0;
    for descriptors in [6, 8, 10, 12, 14, 16, 18, 20, 24, 28, 32, 40, 64] {
        let script = format!("ulimit -n {descriptors} && exec \"$1\" run page.md");
        let run = Run::of(&within(&room, &["env"], &script), Vec::new());
        match run.code {
            Some(0) => passed += 1,
            Some(1 | 2) => {
                let named =
                    ["Too many open files", "os error 24"].iter().any(|words| run.told().contains(words));
                assert!(named, "{descriptors}: {}", run.told());
            }
            _ => panic!("{descriptors}: {}", run.told()),
        }
        room.assert_nothing_left();
    }
    assert!(passed >= 3, "{passed}");
}

/// An ordinary user who may have no more processes than they have.
#[test]
fn too_few_processes_are_named() {
    let room = Room::new();
    room.write("page.md", &page("{}", &[SHOWN]));
    for processes in [1, 2, 3, 5, 8, 40] {
        // A user whom nobody else is, so that nobody else's processes count.
        let user = 70_000 + std::process::id() % 10_000;
        let script = format!(
            "chmod -R a+rwX . && cp \"$1\" ./program && chmod a+rx program && exec setpriv --reuid {user} --regid {user} \
             --clear-groups prlimit --nproc={processes} ./program run page.md"
        );
        let run = Run::of(&within(&room, &["env"], &script), Vec::new());
        let passed = run.code == Some(0) && run.stdout.contains("1 passed");
        let named = matches!(run.code, Some(1 | 2)) && {
            let told = run.told().to_lowercase();
            told.contains("temporarily unavailable") || told.contains("fork") || told.contains("process")
        };
        assert!(passed || named, "{processes}: {}", run.told());
        assert!(passed || processes < 40, "{processes}: {}", run.told());
        room.assert_nothing_left();
    }
}

/// What others leave behind after a time limit, Ctrl-C and SIGTERM: a step with two sleeps, one of them in the background.
#[test]
fn nothing_is_left_after_a_limit_or_a_signal() {
    let blocks: [Block; 3] = [
        ("sh #before", "echo before", "before"),
        ("sh #a timeout=60s", "touch @HERE@/ready; sleep @MARK@ & sleep @MARK@", "-"),
        ("sh #after", "echo after", "after"),
    ];
    let limited = [blocks[0], ("sh #a timeout=1s", blocks[1].1, "-"), blocks[2]];
    for (signal, code) in [(None, 1), (Some(Signal::INT), 130), (Some(Signal::TERM), 143)] {
        let room = Room::new();
        room.write("page.md", &page("{}", if signal.is_none() { &limited } else { &blocks }));
        let mut command = room.command(&["run", "--report", "json=out.json", "page.md"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).spawn().unwrap();
        assert!(soon(|| room.path("ready").exists()));
        match signal {
            // As a terminal does, to all of the group.
            Some(Signal::INT) => kill_process_group(Pid::from_child(&child), Signal::INT).unwrap(),
            Some(signal) => kill_process(Pid::from_child(&child), signal).unwrap(),
            None => {}
        }
        assert_eq!(ended(&mut child).code(), Some(code), "{signal:?}");
        room.assert_nothing_left();
        let events = events(&room.path("out.json"));
        assert_eq!(events.last().unwrap()["event"], "run-finished");
    }
}

/// Ended at any time while it writes recordings and the page: each is the old one or the new one, whole.
#[test]
fn a_run_that_is_ended_at_any_time_loses_nothing() {
    let tries: u64 =
        std::env::var("TUTOR_TEST_KILLS").ok().and_then(|tries| tries.parse().ok()).unwrap_or(100);
    let page_of = |text: &str| {
        page(
            "{}",
            &[
                ("sh #a snapshot=all", format!("echo {text}").leak(), "-"),
                ("sh #b", format!("echo {text}").leak(), "old"),
                ("sh #c", format!("sleep @MARK@ & echo {text}").leak(), "old"),
            ],
        )
    };
    let room = Room::new();
    room.write("page.md", &page_of("old"));
    let made = room.tutor(&["run", "page.md", "--accept"]);
    assert_eq!(made.code, Some(0), "{}", made.told());
    let accepted = fs::read(room.path("snapshots/page/a.snap")).unwrap();
    room.write("page.md", &page_of("new"));
    let before = room.read("page.md");
    let mut seed = u64::from(std::process::id()) | 1;
    for number in 0..tries {
        fs::write(room.path("page.md"), &before).unwrap();
        fs::write(room.path("snapshots/page/a.snap"), &accepted).unwrap();
        let mut command = room.command(&["run", "page.md", "--accept"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        sleep(Duration::from_micros(seed % 250_000));
        let signal = [Signal::KILL, Signal::INT, Signal::TERM][usize::try_from(number % 3).unwrap()];
        let _ = kill_process(Pid::from_child(&child), signal);
        let code = ended(&mut child).code();
        let allowed = match signal {
            Signal::KILL => [None, Some(0), Some(0)],
            Signal::INT => [Some(130), Some(0), None],
            _ => [Some(143), Some(0), None],
        };
        assert!(allowed.contains(&code), "{number} {signal:?}: {code:?}");
        room.assert_nothing_left();
        let now = room.read("page.md");
        // Each block has its old lines or its new ones.
        let output = |text: &str| format!("{{.output}}\n{text}\n");
        assert_eq!(now.replace(&output("new"), &output("old")), before, "{number} {signal:?}");
        let snapshot = fs::read_to_string(room.path("snapshots/page/a.snap")).unwrap();
        assert!(
            snapshot.contains("\nold\n") != snapshot.contains("\nnew\n"),
            "{number} {signal:?}: {snapshot}"
        );
        assert!(snapshot.ends_with("----- stderr -----\n"), "{number} {signal:?}: {snapshot}");
    }
}
