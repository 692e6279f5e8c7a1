//! How runs end: failures, signals, and more output and steps than a page should have.

use std::fs;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::harness::{Block, Room, case, check, ended, events, page, soon};

#[test]
fn cleanup_runs_whatever_happened() {
    for shell in ["sh", "bash", "ksh"] {
        check(
            shell,
            &[
                case(
                    "after a failure, in reverse order, where the session was",
                    &[
                        ("@SH@ #one .cleanup", "test -f two\ntest \"$X\" = 5", "-"),
                        ("@SH@ #a", "mkdir d; cd d; export X=5", ""),
                        ("@SH@ #two .cleanup", "touch two", "-"),
                        ("@SH@ #b", "false", "-"),
                    ],
                    "a=passed b=failed two=passed one=passed",
                ),
                case(
                    "where the shell died",
                    &[
                        ("@SH@ #one .cleanup", "test \"$(basename \"$PWD\")\" = d\ntest \"$X\" = 5", "-"),
                        ("@SH@ #a", "mkdir d; cd d; export X=5", ""),
                        ("@SH@ #b", "kill -9 $$", "-"),
                    ],
                    "a=passed b=failed one=passed",
                ),
                case(
                    "a cleanup that fails ends no other",
                    &[
                        ("@SH@ #one .cleanup", ":", "-"),
                        ("@SH@ #two .cleanup timeout=300ms", "sleep @MARK@", "-"),
                        ("@SH@ #six .cleanup", "false", "-"),
                        ("@SH@ #a", ":", ""),
                    ],
                    "a=passed six=failed two=failed one=passed",
                ),
                case(
                    "in a fresh shell an unset variable is an error",
                    &[
                        ("@SH@ #a", "DIR=/no", "-"),
                        ("@SH@ #b", "exec false", "-"),
                        ("@SH@ #one .cleanup", "ls \"$DIR\"/", "-"),
                    ],
                    "a=passed b=failed one=failed",
                ),
            ],
        );
    }
}

const LONG: [Block; 4] = [
    ("sh #a snapshot=none", "(setsid sleep @MARK@ &)\ntouch @HERE@/ready; sleep @MARK@; sleep @MARK@", "-"),
    ("sh #b", ":", "-"),
    ("sh #c .cleanup", "touch @HERE@/cleaned", "-"),
    ("sh #d .cleanup", "sleep 0.4", "-"),
];

fn begun(blocks: &[Block]) -> (Room, Child) {
    let room = Room::new();
    let here = room.path("").to_string_lossy().trim_end_matches('/').to_owned();
    room.write("page.md", &page("{}", blocks).replace("@HERE@", &here));
    let child = room.start("ready");
    (room, child)
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

#[test]
fn one_interrupt_stops_and_cleans_up() {
    for (sent, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let (room, mut child) = begun(&LONG);
        signal(&child, sent);
        assert_eq!(ended(&mut child).code(), Some(code));
        assert!(room.path("cleaned").exists());
        room.assert_nothing_left();
        let events = events(&room.path("out.json"));
        assert_eq!(events.last().unwrap()["event"], "run-finished");
        let document = events.iter().find(|event| event["event"] == "document-finished").unwrap();
        assert_eq!(document["state"], "failed");
    }
}

/// Between two steps there is no time at which it is lost; and of steps that bash was given ahead, none begins any more.
#[test]
fn an_interrupt_amid_quick_steps_stops_too() {
    for shell in ["sh", "bash"] {
        let mut blocks: Vec<Block> = Vec::new();
        let mut add = |attributes: String, text: String| {
            blocks.push((format!("{shell} {attributes}").leak(), text.leak(), "-"));
        };
        for step in 0..4000 {
            add(format!("#s{step}"), "true".to_owned());
            if step == 20 {
                add("#ready".to_owned(), "touch @HERE@/ready".to_owned());
            }
        }
        add("#long".to_owned(), "sleep @MARK@".to_owned());
        add("#more".to_owned(), "touch @HERE@/more".to_owned());
        add("#clean .cleanup".to_owned(), "touch @HERE@/cleaned".to_owned());
        let (room, mut child) = begun(&blocks);
        signal(&child, Signal::INT);
        assert_eq!(ended(&mut child).code(), Some(130), "{shell}");
        let left = (room.path("cleaned").exists(), room.path("more").exists());
        let told = std::fs::read_to_string(room.path("out.json")).unwrap();
        let tail: Vec<&str> = told.lines().rev().filter(|line| !line.contains("not-run")).take(12).collect();
        assert_eq!(left, (true, false), "{shell}: {tail:#?}");
        room.assert_nothing_left();
        let events = events(&room.path("out.json"));
        let last = events.last().unwrap();
        let [passed, failed, left] = ["passed", "failed", "not_run"].map(|key| last[key].as_u64().unwrap());
        // Where it came just between two steps, none of them was stopped.
        assert!(failed <= 1 && left > 0 && passed + failed + left == 4004, "{shell}: {last}");
    }
}

#[test]
fn a_second_interrupt_ends_cleanup_as_well() {
    let mut blocks = LONG;
    blocks[3].1 = "touch @HERE@/cleaning; trap '' INT TERM; sleep @MARK@; sleep @MARK@";
    let (room, mut child) = begun(&blocks);
    signal(&child, Signal::INT);
    assert!(soon(|| room.path("cleaning").exists()));
    signal(&child, Signal::INT);
    assert_eq!(ended(&mut child).code(), Some(130));
    room.assert_nothing_left();
}

#[test]
fn a_killed_runner_leaves_nothing() {
    let (room, mut child) = begun(&LONG);
    signal(&child, Signal::KILL);
    assert_eq!(ended(&mut child).code(), None);
    room.assert_nothing_left();
}

/// More than 60 MB, and a last line.
const MUCH: &str =
    "yes 0123456789012345678901234567890123456789012345678901234567890123456789 | head -n 850000; echo end";

#[test]
fn output_of_any_size_takes_little_memory() {
    let wrong: Block = ("sh #a timeout=120s", MUCH, "0123\n...\nend");
    let right: Block = ("sh #a timeout=120s", MUCH, "...\nend");
    let recorded: Block = ("sh #a timeout=120s snapshot=all", MUCH, "-");
    for (block, state) in [(right, "passed"), (wrong, "drifted"), (recorded, "new")] {
        let room = Room::new();
        room.write("page.md", &page("{}", &[block]));
        let mut command = room.command(&["run", "--report", "json=out.json", "page.md"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut peak = 0;
        while child.try_wait().unwrap().is_none() {
            peak = peak.max(peak_kib(child.id()));
            sleep(Duration::from_millis(5));
        }
        let events = events(&room.path("out.json"));
        let step = events.iter().find(|event| event["event"] == "step-finished").unwrap();
        assert_eq!(step["state"], state);
        assert!(peak < 100 * 1024, "{state}: {peak} KiB");
        assert!(fs::metadata(room.path("out.json")).unwrap().len() < 10_000_000);
        room.assert_nothing_left();
    }
}

/// The most memory that a process has held; 0 where it cannot be seen.
fn peak_kib(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0)
}

#[test]
fn a_page_may_have_three_thousand_steps() {
    use std::fmt::Write as _;

    let mut text = "---\ntutor: {}\n---\n".to_owned();
    for step in 0..3000 {
        let printed = if step == 2999 { 7 } else { step };
        write!(text, "\n```sh {{#s-{step}}}\necho {step}\n```\n\n```text {{.output}}\n{printed}\n```\n")
            .unwrap();
    }
    let room = Room::new();
    room.write("page.md", &text);
    let run = room.run(&[]);
    let last = run.events.last().unwrap();
    assert_eq!((&last["passed"], &last["drifted"]), (&2999.into(), &1.into()), "{}", run.stdout);
    assert_eq!(run.step("s-2999")["state"], "drifted");
}
