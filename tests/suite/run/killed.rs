//! Whoever of a run is ended by a signal, in whichever view of the file system: nothing survives, and what was the
//! user's is as it was.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::harness::{Block, Room, events, page, soon};

/// Leaves what is hard to find, changes a directory that is relocated, says where its scratch directory is, and waits.
const BLOCKS: [Block; 3] = [
    (
        "sh #a timeout=50s",
        "(setsid sh -c 'sleep @MARK@ & sleep @MARK@' &)\nnohup sleep @MARK@ >/dev/null 2>&1 &\n\
         if [ -d @HERE@/deep/data ]; then echo theirs >@HERE@/deep/data/file; fi\n\
         cat /proc/$$/cmdline >@HERE@/cmd; echo \"${HOME%/home}\" >@HERE@/r; mv @HERE@/r @HERE@/ready\n\
         while :; do sleep @MARK@; done",
        "-",
    ),
    ("sh #b", ":", "-"),
    ("sh #c .cleanup", "echo done >@HERE@/cleaned", "-"),
];

struct Run {
    room: Room,
    child: Child,
    scratch: PathBuf,
    /// The directory of the shells' own files.
    shells: PathBuf,
    /// What the user had.
    kept: Vec<(PathBuf, Vec<u8>)>,
}

/// A run amid its first step.
fn begun(relocated: bool, arguments: &[&str]) -> Run {
    let room = Room::new();
    let head = if relocated { "{relocate: [@HERE@/deep/data]}" } else { "{}" };
    room.write("page.md", &page(head, &BLOCKS));
    if relocated {
        room.write("deep/data/file", "the user's\n");
    }
    room.write("deep/other", "the user's\n");
    let names = ["page.md", "deep/data/file", "deep/other"].map(|name| room.path(name));
    let kept = names.into_iter().filter_map(|path| Some((path.clone(), fs::read(path).ok()?))).collect();
    let all = [&["run", "--report", "json=out.json", "page.md"], arguments].concat();
    let child = room.command(&all).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    assert!(soon(|| room.path("ready").exists()), "the step did not begin");
    let scratch = PathBuf::from(room.read("ready").trim());
    let shells = shells(&room.read("cmd"));
    assert!(scratch.is_dir() && shells.is_dir(), "{} {}", scratch.display(), shells.display());
    Run { room, child, scratch, shells, kept }
}

/// The directory in which lies the loop that a shell was started with.
fn shells(command: &str) -> PathBuf {
    let (path, _) = command.split_once("/sh/loop").unwrap();
    PathBuf::from(&path[path.rfind('"').unwrap() + 1..])
}

impl Run {
    fn runner(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// The supervisors, the one that the runner started first.
    fn supervisors(&self) -> Vec<Pid> {
        let mut found = Vec::new();
        let mut waiting = vec![self.child.id().to_string()];
        while let Some(parent) = waiting.pop() {
            for child in children(&parent) {
                let arguments = fs::read(format!("/proc/{child}/cmdline")).unwrap_or_default();
                if String::from_utf8_lossy(&arguments).contains("--supervise-session") {
                    found.push(Pid::from_raw(child.parse().unwrap()).unwrap());
                    waiting.push(child);
                }
            }
        }
        found
    }

    /// Waits for its end: the exit status. Nothing may be left of it, and nothing of the user's be changed.
    fn ended(mut self) -> (Option<i32>, Room) {
        let mut status = None;
        assert!(
            soon(|| {
                status = self.child.try_wait().unwrap();
                status.is_some()
            }),
            "it goes on"
        );
        self.room.assert_nothing_left();
        for place in [&self.scratch, &self.shells] {
            assert!(soon(|| !place.exists()), "{} is left", place.display());
        }
        for (path, bytes) in &self.kept {
            assert_eq!(&fs::read(path).unwrap(), bytes, "{}", path.display());
        }
        let deep = self.room.path("deep");
        assert_eq!(names(&deep).len(), if deep.join("data").exists() { 2 } else { 1 }, "{:?}", names(&deep));
        (status.unwrap().code(), self.room)
    }
}

/// The processes whose parent is `process`.
fn children(process: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let status = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // After the name in parentheses: the state, and the parent.
        let parent = status.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1).map(str::to_owned));
        if parent.as_deref() == Some(process) {
            found.push(name);
        }
    }
    found
}

fn names(directory: &Path) -> Vec<String> {
    fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect()
}

/// The pages' kinds: without relocation, relocated by a view of its own, and by text.
const WAYS: [(bool, &[&str]); 3] =
    [(false, &[]), (true, &["--relocate", "mount"]), (true, &["--relocate", "text"])];

#[test]
fn signals_to_the_runner_clean_up() {
    for (relocated, arguments) in WAYS {
        for (signal, code) in [(Signal::HUP, 129), (Signal::INT, 130), (Signal::TERM, 143)] {
            let run = begun(relocated, arguments);
            kill_process(run.runner(), signal).unwrap();
            let (status, room) = run.ended();
            assert_eq!(status, Some(code), "{arguments:?}");
            assert!(room.path("cleaned").exists(), "{arguments:?} {code}");
            let events = events(&room.path("out.json"));
            assert_eq!(events.last().unwrap()["event"], "run-finished");
        }
    }
}

#[test]
fn a_killed_runner_leaves_nothing_in_any_view() {
    for (relocated, arguments) in WAYS {
        for signal in [Signal::KILL, Signal::ABORT, Signal::USR1] {
            let run = begun(relocated, arguments);
            kill_process(run.runner(), signal).unwrap();
            let (status, _) = run.ended();
            assert_eq!(status, None, "{arguments:?}");
        }
    }
}

#[test]
fn a_killed_supervisor_fails_the_run() {
    for (relocated, arguments) in WAYS {
        let run = begun(relocated, arguments);
        let last = *run.supervisors().last().unwrap();
        kill_process(last, Signal::KILL).unwrap();
        let (status, room) = run.ended();
        assert_eq!(status, Some(1), "{arguments:?}");
        let events = events(&room.path("out.json"));
        let step = events.iter().find(|event| event["event"] == "step-finished").unwrap();
        assert_eq!((&step["step"], &step["state"]), (&"a".into(), &"failed".into()), "{step}");
        assert!(step["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{step}");
        assert_eq!(events.last().unwrap()["event"], "run-finished");
    }
}

/// Under a mount two supervisors stand, one of them outside of the view. Without it the run goes on.
#[test]
fn a_killed_guard_harms_nothing() {
    let run = begun(true, &["--relocate", "mount"]);
    let supervisors = run.supervisors();
    assert_eq!(supervisors.len(), 2);
    kill_process(supervisors[0], Signal::KILL).unwrap();
    kill_process(run.runner(), Signal::TERM).unwrap();
    let (status, room) = run.ended();
    assert_eq!(status, Some(143));
    assert!(room.path("cleaned").exists());
}
