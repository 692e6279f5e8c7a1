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

/// "`/`, `\\` and `\\\\` alike with their style kept, Windows ignoring case, longest first; whole components only; output is
/// mapped back". `tr` shows what a step was given, since the way back does not know that form.
#[test]
fn text_finds_paths_however_they_are_written() {
    const SHOW: &str = "show() { printf '%s\\n' \"$1\"; printf '%s\\n' \"$1\" | tr '\\\\/' '!|' | sed 's,tutor-[A-Za-z0-9]*,RUN,'; }";
    let own = |path: &str| format!("!tmp!RUN!fs!{path}");
    let rows = [
        // Written in a block, shown by the run, what the step was given.
        (r"'C:\Data\x'", r"C:\Data\x", own("C!Data!x")),
        (r"'c:\DATA\X'", r"C:\Data\X", own("C!Data!X")),
        (r#""C:\\data\\x""#, r"C:\Data\x", own("C!Data!x")),
        ("C:/data/x", "C:/Data/x", own("C!Data!x").replace('!', "|")),
        (r"'C:\Data\Deep\y'", r"C:\Data\Deep\y", own("C!Data!Deep!y")),
        (r"'C:\Data2\x'", r"C:\Data2\x", "C:!Data2!x".to_owned()),
        (r"'D:\Data\x'", r"D:\Data\x", "D:!Data!x".to_owned()),
        ("/opt/certs/x", "/opt/certs/x", own("opt!certs!x").replace('!', "|")),
        (r"'\opt\certs\x'", r"\opt\certs\x", own("opt!certs!x")),
        (r"'\/opt\/certs'", r"\/opt\/certs", own("opt!certs").replace('!', "!|")),
        ("/OPT/certs/x", "/OPT/certs/x", "|OPT|certs|x".to_owned()),
        ("/opt/certs2", "/opt/certs2", "|opt|certs2".to_owned()),
    ];
    let kept = |text: String| -> &'static str { text.leak() };
    let mut blocks: Vec<Block> = vec![("bash #show", SHOW, "")];
    let mut states = vec!["show=passed".to_owned()];
    for (index, (written, shown, given)) in rows.iter().enumerate() {
        let (info, wrong) = (kept(format!("bash #row-{index}")), kept(format!("bash #wrong-{index}")));
        let command = kept(format!("show {written}"));
        blocks.push((info, command, kept(format!("{shown}\n{given}"))));
        // The other outcome: as if it were not relocated, or as if it were.
        let other =
            if given.contains("RUN") { shown.replace('\\', "!").replace('/', "|") } else { own("other") };
        blocks.push((wrong, command, kept(format!("{shown}\n{other}"))));
        states.push(format!("row-{index}=passed wrong-{index}=drifted"));
    }
    let room = Room::new();
    room.write(
        "page.md",
        &page(r"{platform: [windows], relocate: ['C:\Data', 'C:\Data\Deep', /opt/certs]}", &blocks),
    );
    let run = room.run(&["--platform", "windows", "--relocate", "text"]);
    assert_eq!(run.states(), states.join(" "), "{}", run.told());
    // And what they name is there: a reader's `mkdir`, then a file by another way to write its path.
    let there: [Block; 3] = [
        ("bash #a", "mkdir C:/data; echo hi >c:/Data/x; cat C:/DATA/x; ls C:/Data", "hi\nx"),
        ("text #l .files in=C:/Data", "x", "-"),
        ("bash #b", "cat C:/Data2/x", "-"),
    ];
    room.write("page.md", &page(r"{platform: [windows], relocate: ['C:\Data']}", &there));
    let run = room.run(&["--platform", "windows", "--relocate", "text"]);
    assert_eq!(run.states(), "a=passed l=passed b=failed", "{}", run.told());
    // Within `-c` of another language the backslashes are doubled, and stay so.
    room.write(
        "page.md",
        &page(
            r"{relocate: ['C:\Data']}",
            &[
                ("bash #a", r#"printf '%s\n' '{"path": "c:\\data\\x"}'"#, r#"{"path": "C:\\Data\\x"}"#),
                ("bash #b", r#"printf '%s\n' '{"path": "c:\\data\\x"}'"#, r#"{"path": "c:\\data\\x"}"#),
            ],
        ),
    );
    assert_eq!(room.run(&["--relocate", "text"]).states(), "a=passed b=drifted");
}

/// "Only the parent is created beforehand": a reader makes the directory itself, and what uses it before that fails.
#[test]
fn only_the_parent_is_created_beforehand() {
    let head = "{relocate: [/opt/deep/certs]}";
    each_way(head, &[("sh #a", "mkdir /opt/deep/certs; ls /opt/deep/certs", "")], &[], states("a=passed"));
    each_way(head, &[("sh #a", "touch /opt/deep/certs/x", "-")], &[], states("a=failed"));
    each_way(head, &[("text #f .file path=/opt/deep/certs/x", "x", "-")], &[], states("f=failed"));
}

/// "`--relocate mount|text` chooses the way": only the first sees a path that the shell puts together.
#[test]
fn the_way_is_chosen_on_the_command_line() {
    let blocks: [Block; 2] = [
        ("sh #a", "mkdir /opt/deep-of-a-test; D=/opt; test -d \"$D/deep-of-a-test\"", ""),
        ("sh #b", "echo on", "on"),
    ];
    let room = Room::new();
    room.write("page.md", &page("{relocate: [/opt/deep-of-a-test]}", &blocks));
    for (arguments, states) in [
        (&["--relocate", "mount"][..], "a=passed b=passed"),
        (&["--relocate", "text"], "a=failed b=not-run"),
        (&[], "a=passed b=passed"),
    ] {
        let run = room.run(arguments);
        assert_eq!(run.states(), states, "{arguments:?}: {}", run.told());
        assert!(!Path::new("/opt/deep-of-a-test").exists());
    }
    let run = room.run(&["--relocate", "copy"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.told());
}
