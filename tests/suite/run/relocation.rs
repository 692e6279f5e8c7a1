//! Relocated directories, by a view of the run's own and by text: both do the same, and the machine's stay untouched.

use std::fs;
use std::path::Path;

use super::harness::{Block, Room, Run, page};

const WAYS: [&str; 2] = ["mount", "text"];

/// Runs the page in each way; `/opt` and `/srv` must have the same names afterwards.
fn each_way(
    head: &str,
    blocks: &[Block],
    environment: &[(&'static str, &'static str)],
    check: impl Fn(&str, &Run),
) {
    let names = || {
        ["/opt", "/srv"].map(|directory| {
            let entries = fs::read_dir(directory).into_iter().flatten();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        })
    };
    let before = names();
    for way in WAYS {
        let mut room = Room::new();
        room.env.extend(environment);
        room.write("page.md", &page(head, blocks));
        let run = room.run(&["--relocate", way]);
        check(way, &run);
        assert_eq!(before, names(), "{way}");
    }
}

fn states(wanted: &str) -> impl Fn(&str, &Run) {
    move |way, run| assert_eq!(run.states(), wanted, "{way}: {}", run.told())
}

const MAKE: Block = ("sh #make", "mkdir -p /opt/certs", "");

#[test]
fn values_of_the_environment_are_replaced() {
    let blocks = [
        MAKE,
        (
            "sh #a",
            "echo hi >\"$CA\"; echo two >\"$THEIRS\"; echo \"$CA:$THEIRS:$BESIDE\"",
            "/opt/certs/ca.pem:/opt/certs/theirs:/opt/certs2/x",
        ),
        ("sh #b", "cat /opt/certs/ca.pem /opt/certs/theirs", "hi\ntwo"),
        ("bash #c", "cat \"$CA\"", "hi"),
        ("sh #wrong", "cat \"$CA\"", "ho"),
    ];
    let head = "{relocate: [/opt/certs], env: {CA: /opt/certs/ca.pem, BESIDE: /opt/certs2/x, THEIRS: {env: THEIRS}}}";
    let states = states("make=passed a=passed b=passed c=passed wrong=drifted");
    each_way(head, &blocks, &[("THEIRS", "/opt/certs/theirs")], states);
}

#[test]
fn values_of_placeholders_are_replaced() {
    let blocks = [
        MAKE,
        (
            "sh #a",
            "echo hi >'<dir>/ca.pem'; echo '<dir>/ca.pem' '<theirs>'; ls -d '<theirs>'",
            "/opt/certs/ca.pem /opt/certs\n/opt/certs",
        ),
        ("text #f .file path=<dir>/f", "in <dir>", "-"),
        ("sh #b", "cat /opt/certs/ca.pem <theirs>/f", "hi\nin /opt/certs"),
        ("text #l .files in=<theirs>", "ca.pem\nf", "-"),
        ("text #wrong .files in=<dir>", "ca.pem", "-"),
    ];
    let head = "{relocate: [/opt/certs], placeholders: {<dir>: /opt/certs, <theirs>: {env: THEIRS}}}";
    let states = states("make=passed a=passed f=passed b=passed l=passed wrong=drifted");
    each_way(head, &blocks, &[("THEIRS", "/opt/certs")], states);
}

#[test]
fn answers_are_replaced() {
    let blocks = [
        MAKE,
        (
            "sh #a",
            "printf 'Where [/opt/certs/x]: '; read -r at\necho hi >\"$at\"; printf 'Beside: '; read -r beside",
            "",
        ),
        ("text .answers", "Where [/opt/certs/x]: /opt/certs/here\nBeside: /opt/certs2", "-"),
        ("sh #b", "cat /opt/certs/here; echo \"$at $beside\"", "hi\n/opt/certs/here /opt/certs2"),
        ("sh #asked", "printf 'Dir /opt/certs? '; read -r x", "-"),
        ("text .answers", "Dir /opt/data? x", "-"),
    ];
    each_way("{relocate: [/opt/certs]}", &blocks, &[], |way, run| {
        assert_eq!(run.states(), "make=passed a=passed b=passed asked=failed", "{way}: {}", run.told());
        // The prompt is quoted as the page would show it.
        let reason = run.step("asked")["reason"].as_str().unwrap();
        assert!(reason.contains("Dir /opt/certs?"), "{way}: {reason}");
    });
}

#[test]
fn outputs_and_recordings_show_the_pages_paths() {
    let room = Room::new();
    let blocks = [
        MAKE,
        ("sh #a snapshot=all", "cd /opt/certs; pwd; echo x >y; ls -l /opt/certs/no >&2 || true; ls", "-"),
    ];
    room.write("page.md", &page("{relocate: [/opt/certs]}", &blocks));
    let first = room.run(&["--relocate", "mount", "--accept"]);
    assert_eq!(first.code, Some(0), "{}", first.told());
    let recorded = room.read("snapshots/page/a.snap");
    assert!(recorded.contains("\n/opt/certs\ny\n") && recorded.contains("/opt/certs/no"), "{recorded}");
    for way in WAYS {
        let run = room.run(&["--relocate", way]);
        assert_eq!(run.states(), "make=passed a=passed", "{way}: {}", run.told());
    }
}

#[test]
fn several_directories_are_the_runs_own() {
    let blocks = [
        ("sh #a", "mkdir -p /opt/certs/deep /srv/data\necho 1 >/opt/certs/deep/x; echo 2 >/srv/data/x", ""),
        ("sh #b", "cd /srv/data\ncat x ../../opt/certs/deep/x /opt/certs/deep/x", "-"),
        ("text #c .files in=.", "x", "-"),
        ("text #d .files in=/opt/certs", "deep", "-"),
        ("sh #e", "test ! -e /srv/other && ls /opt/certs /srv/data", "/opt/certs:\ndeep\n\n/srv/data:\nx"),
    ];
    let states = states("a=passed b=passed c=passed d=passed e=passed");
    each_way("{relocate: [/srv/data, /opt/certs]}", &blocks, &[], states);
}

/// In place, nothing is relocated.
#[test]
fn in_place_uses_the_machines_own() {
    let room = Room::new();
    room.write("deep/data/theirs", "theirs\n");
    let blocks = [("sh #a", "cat @HERE@/deep/data/theirs; echo ours >@HERE@/deep/data/ours", "theirs")];
    room.write("page.md", &page("{relocate: [@HERE@/deep/data]}", &blocks));
    let relocated = room.run(&[]);
    assert_eq!(
        relocated.states(),
        "a=failed",
        "a run's own directory is not there yet: {}",
        relocated.told()
    );
    assert!(!room.path("deep/data/ours").exists());
    let run = room.run(&["--in-place"]);
    assert_eq!(run.states(), "a=passed", "{}", run.told());
    assert_eq!(room.read("deep/data/ours"), "ours\n");
    assert!(Path::new(&room.path("deep/data/theirs")).exists());
    assert_eq!(room.run(&["--in-place", "--relocate", "text"]).code, Some(2));
}

/// `tutor check` warns of words that name a parent of a relocated directory, which text cannot replace.
#[test]
fn words_that_name_a_parent_of_a_relocated_directory_are_warned_of() {
    for (command, warned) in [
        ("cd /opt && mkdir certs", true),
        ("ls /opt/", true),
        ("D=/opt; mkdir $D/certs", true),
        ("mkdir /opt/certs", false),
        ("mkdir /opt/certs2", false),
        ("ls /optional", false),
    ] {
        let room = Room::new();
        room.write("page.md", &page("{relocate: [/opt/certs]}", &[("sh #a", command, "-")]));
        let check = room.tutor(&["check", "page.md"]);
        assert_eq!(check.stdout.contains("warning[relocate-parent]"), warned, "{command}: {}", check.told());
        assert_eq!(check.code, Some(0), "{}", check.told());
    }
}

/// What is there of a page for Windows on another system: no step that makes a directory runs, so they are there.
#[test]
fn directories_of_windows_are_the_runs_own_too() {
    let head = r"{platform: [windows/cmd], relocate: ['C:\opt\certs', 'D:\data', /opt/certs]}";
    let blocks = [
        ("cmd #make", r"mkdir C:\opt\certs", "-"),
        ("text #a .file path=C:\\opt\\certs\\a.txt", r"dir = C:\opt\certs", "-"),
        ("text #b .file path=c:/OPT/certs/b.txt", "b", "-"),
        ("text #c .file path=d:\\data\\c.txt", "c", "-"),
        ("diff #d .patch path=D:\\data\\c.txt", "@@ -1 +1 @@\n-c\n+d", "-"),
        ("text #list .files in=C:\\opt\\certs", "a.txt\nb.txt", "-"),
        ("text #other .files in=D:\\data\\", "c.txt", "-"),
        ("text #wrong .files in=C:\\opt\\certs", "a.txt", "-"),
        ("text #none .file path=C:\\opt\\certs\\no\\a.txt", "a", "-"),
    ];
    each_way(head, &blocks, &[], |way, run| {
        let wanted = "make=unverified a=passed b=passed c=passed d=passed list=passed other=passed wrong=drifted none=failed";
        assert_eq!(run.states(), wanted, "{way}: {}", run.told());
        let reason = run.step("none")["reason"].as_str().unwrap();
        assert!(reason.contains(r"C:\opt\certs/no/a.txt: No such file"), "{way}: {reason}");
    });
}
