//! Steps that bash is given before it has come to them: nobody can tell, whatever becomes of the one that runs.

use std::fmt::Write as _;

use super::harness::{Block, Room, case, check, page};

/// The first ones are run one by one; what follows is on its way together.
const FIRST: [Block; 3] =
    [("bash #p", "echo p", "p"), ("bash #q", "echo q", "q"), ("bash #r", "echo r", "r")];

fn after_first(more: &[Block]) -> Vec<Block> {
    [&FIRST[..], more].concat()
}

#[test]
fn what_follows_a_failure_has_not_run() {
    for (failing, end) in [
        ("false", "exit status 1, expected 0"),
        ("exit 7", "exit status 7, expected 0"),
        ("echo \"${none:?no}\"", "exit status"),
        ("if", "exit status"),
    ] {
        let blocks = after_first(&[
            ("bash #a", "x=1; mkdir d; cd d", "-"),
            ("bash #b", failing, "-"),
            ("bash #c", "touch @HERE@/c", "-"),
            ("bash #d", "touch @HERE@/d", "-"),
            ("bash #z .cleanup", "echo \"$x ${PWD##*/}\" >@HERE@/z", "-"),
        ]);
        let room = Room::new();
        room.write("page.md", &page("{}", &blocks));
        let run = room.run(&[]);
        let states = "p=passed q=passed r=passed a=passed b=failed c=not-run d=not-run z=passed";
        assert_eq!(run.states(), states, "{failing}: {}", run.told());
        assert!(run.told().contains(end), "{failing}: {}", run.told());
        assert!(!room.path("c").exists() && !room.path("d").exists(), "{failing}");
        assert_eq!(room.read("z"), "1 d\n", "{failing}");
    }
}

#[test]
fn what_follows_a_time_out_has_not_run() {
    for waiting in ["sleep 60", "tail -f /dev/null"] {
        let blocks = after_first(&[
            ("bash #a", "x=1", "-"),
            ("bash #b timeout=500ms", waiting, "-"),
            ("bash #c", "touch @HERE@/c", "-"),
            ("bash #d", "touch @HERE@/d", "-"),
            ("bash #z .cleanup", "echo \"x$x\" >@HERE@/z", "-"),
        ]);
        let room = Room::new();
        room.write("page.md", &page("{}", &blocks));
        let run = room.run(&[]);
        let states = "p=passed q=passed r=passed a=passed b=failed c=not-run d=not-run z=passed";
        assert_eq!(run.states(), states, "{waiting}: {}", run.told());
        assert!(run.told().contains("timed out after 500ms"), "{waiting}: {}", run.told());
        assert!(!room.path("c").exists() && !room.path("d").exists(), "{waiting}");
        assert_eq!(room.read("z"), "x1\n", "{waiting}");
    }
}

#[test]
fn each_step_s_streams_are_its_own() {
    let large = "head -c 200000 /dev/zero | tr '\\0' x; echo; echo end >/dev/stderr";
    let mut blocks = after_first(&[
        ("bash #a", large, "[..]\nend"),
        ("bash #b", "echo b; ech x || echo c", "b\nbash: line 1: ech: command not found\nc"),
        ("bash #c", "if x; then :; fi; continue; echo no", "bash: line 1: x: command not found"),
        ("bash #d", "break", "-"),
        ("bash #e", "echo e", "e"),
        ("bash #f", "set -u; echo f", "f"),
        ("bash #g", "echo g", "g"),
        ("bash #h", "sleep 0.2 && echo late &", ""),
        ("bash #i", "echo i; sleep 0.5", "i\nlate"),
        ("bash #j", "cat; echo \"j $0\"", "j bash"),
    ]);
    let last = blocks.len();
    // Twice: a shell that was given steps ahead is given more after it has been asked one by one.
    for (info, body, output) in blocks.clone() {
        let again = info.replacen('#', "#again-", 1).leak();
        blocks.push((again, body, output));
    }
    let mut states = String::new();
    for (index, (info, _, _)) in blocks.iter().enumerate() {
        let id = info.rsplit('#').next().unwrap();
        let _ = write!(states, "{}{id}=passed", if index > 0 { " " } else { "" });
    }
    assert_eq!(blocks.len(), 2 * last);
    check("bash", &[case("streams", &blocks, states.leak())]);
}
