//! The event stream as it is promised: which keys each line carries, in which order events come, what they say of
//! steps that did not run.

use std::collections::HashSet;

use serde_json::Value;

use super::harness::{Block, Room, Run, page};

const STAMP: [&str; 4] = ["event", "run", "seq", "host"];
const DOCUMENT: [&str; 2] = ["document", "platform"];
const STEP: [&str; 4] = ["file", "step", "line", "attempt"];
const RESULT: [&str; 8] = ["kind", "state", "exit", "seconds", "stdout", "stderr", "truncated", "reason"];

const BLOCKS: [Block; 12] = [
    ("sh #good", "echo out; echo err >&2", "-"),
    ("sh #merged", "echo out; echo err >&2", "out\nerr"),
    ("sh #recorded snapshot=all", "echo out; echo err >&2", "-"),
    ("sh #drifts", "echo 1\necho 2", "1\n3"),
    ("sh #lacks requires=no-such-program", ":", "-"),
    ("sh .skip", ":", "-"),
    ("sh #paid .skip reason=\"needs a paid account\"", ":", "-"),
    ("text #conf .file path=x", "x", "-"),
    ("text #have .files in=.", "x", "-"),
    ("sh #fails exit=3 retry=1 every=10ms", "exit 4", "-"),
    ("sh #later", ":", "-"),
    ("sh #stop .cleanup", "echo swept", "-"),
];

fn run(head: &str, blocks: &[Block]) -> Run {
    let room = Room::new();
    room.write("page.md", &page(head, blocks));
    room.run(&[])
}

fn keys(event: &Value) -> HashSet<&str> {
    event.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn every_line_has_its_keys() {
    let run = run("{platform: [linux, macos]}", &BLOCKS);
    for (index, event) in run.events.iter().enumerate() {
        let has = |wanted: &[&str]| {
            let missing: Vec<_> = wanted.iter().filter(|key| !keys(event).contains(*key)).collect();
            assert!(missing.is_empty(), "{missing:?} in {event}");
        };
        has(&STAMP);
        assert_eq!(event["seq"], index + 1, "{event}");
        assert_eq!(event["run"], run.events[0]["run"], "{event}");
        assert_eq!(event["host"], std::env::consts::OS, "{event}");
        let name = event["event"].as_str().unwrap();
        if name.starts_with("document-") || name.starts_with("step-") {
            has(&DOCUMENT);
            assert_eq!(
                (&event["document"], &event["platform"]),
                (&"page.md".into(), &std::env::consts::OS.into())
            );
        }
        if name.starts_with("step-") {
            has(&STEP);
            assert_eq!(event["file"], "page.md");
        }
        match name {
            "run-started" => assert_eq!(event["tutor"], env!("CARGO_PKG_VERSION")),
            "document-started" => {}
            "step-started" => has(&["kind", "command"]),
            "step-finished" => has(&RESULT),
            "document-finished" => {
                has(&["state", "seconds"]);
                assert_eq!(event["state"], "failed");
            }
            "run-finished" => {
                has(&["seconds"]);
                let counts = ["passed", "drifted", "failed", "new", "unverified", "skipped", "not_run"];
                // The file, the file list, cleanup; `good` and `merged`.
                assert_eq!(counts.map(|key| event[key].as_u64().unwrap()), [5, 1, 1, 1, 1, 2, 1], "{event}");
            }
            other => panic!("{other}"),
        }
    }
    let nowhere = self::run("{}", &BLOCKS);
    let of_steps = nowhere.events.iter().filter(|event| event.get("document").is_some());
    assert!(of_steps.clone().count() > 20 && of_steps.clone().all(|event| event["platform"].is_null()));
    assert_ne!(run.events[0]["run"], self::run("{}", &[("sh #a", ":", "")]).events[0]["run"]);
}

#[test]
fn events_come_in_order_and_in_pairs() {
    let run = run("{}", &BLOCKS);
    let names: Vec<_> = run.events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(names[..2], ["run-started", "document-started"]);
    assert_eq!(names[names.len() - 2..], ["document-finished", "run-finished"]);
    let steps = &run.events[2..run.events.len() - 2];
    let mut open: Option<&Value> = None;
    for event in steps {
        let finished = event["event"] == "step-finished";
        match (finished, open.take()) {
            (false, None) => open = Some(event),
            (true, None) => assert_eq!(event["attempt"], 0, "it never started: {event}"),
            (true, Some(start)) => {
                for key in ["document", "file", "step", "line", "attempt", "kind"] {
                    assert_eq!(event[key], start[key], "{event}");
                }
            }
            (false, Some(start)) => panic!("{start} has no end"),
        }
    }
    let attempts = |id: &str, name: &str| {
        let of_step = steps.iter().filter(|event| event["step"] == id && event["event"] == name);
        of_step.map(|event| event["attempt"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(attempts("fails", "step-started"), [1, 2]);
    assert_eq!(attempts("fails", "step-finished"), [1, 2]);
    assert_eq!(attempts("good", "step-finished"), [1]);
    assert_eq!(attempts("stop", "step-finished"), [1]);
}

#[test]
fn what_did_not_run_has_attempt_0_and_a_reason() {
    let run = run("{}", &BLOCKS);
    let finished: Vec<_> = run.events.iter().filter(|event| event["event"] == "step-finished").collect();
    let mut idle = Vec::new();
    for event in &finished {
        let state = event["state"].as_str().unwrap();
        assert_eq!(event["reason"].is_null(), state == "passed", "{event}");
        let ran = matches!(state, "passed" | "drifted" | "failed" | "new");
        assert_eq!(event["attempt"].as_u64().unwrap() > 0, ran, "{event}");
        if !ran {
            let nothing = (&event["exit"], &event["stdout"], &event["stderr"], &event["truncated"]);
            assert_eq!(nothing, (&Value::Null, &"".into(), &"".into(), &false.into()), "{event}");
            idle.push((event["step"].as_str(), state, event["reason"].as_str().unwrap()));
        }
    }
    let wanted = [
        (Some("lacks"), "unverified", "no-such-program not found"),
        (None, "skipped", "skipped by the author"),
        (Some("paid"), "skipped", "needs a paid account"),
        (Some("later"), "not-run", "fails failed"),
    ];
    assert_eq!(idle, wanted);
    assert_eq!(finished.iter().filter(|event| event["step"].is_null()).count(), 1);
}

#[test]
fn results_say_what_happened() {
    let run = run("{}", &BLOCKS);
    let kinds = [
        ("good", "shell"),
        ("conf", "file"),
        ("have", "files"),
        ("paid", "skip"),
        ("stop", "cleanup"),
        ("fails", "shell"),
    ];
    for (id, kind) in kinds {
        assert_eq!(run.step(id)["kind"], kind);
    }
    let streams = |id: &str| {
        let step = run.step(id);
        (step["exit"].as_i64(), step["stdout"].as_str().unwrap(), step["stderr"].as_str().unwrap())
    };
    assert_eq!(streams("good"), (Some(0), "out\n", "err\n"));
    assert_eq!(streams("merged"), (Some(0), "out\nerr\n", ""), "read as one");
    assert_eq!(streams("recorded"), (Some(0), "out\n", "err\n"));
    assert_eq!(streams("fails"), (Some(4), "", ""));
    assert_eq!(streams("conf"), (None, "", ""));
    let drifted = run.step("drifts");
    assert_eq!(drifted["expected"], "1\n3");
    let diff: Vec<_> =
        drifted["diff"].as_str().unwrap().lines().filter(|line| !line.starts_with("@@")).collect();
    assert_eq!(diff, [" 1", "-3", "+2"]);
    let passed = run.step("good");
    assert!(passed.get("expected").is_none() && passed.get("diff").is_none(), "{passed}");
    // Each at the line of its opening fence.
    let text = page("{}", &BLOCKS);
    for event in run.events.iter().filter(|event| event["event"] == "step-started") {
        let line = text.lines().nth(usize::try_from(event["line"].as_u64().unwrap()).unwrap() - 1).unwrap();
        let id = event["step"].as_str().unwrap();
        assert!(line.starts_with("```") && line.contains(&format!("#{id}")), "{event}: {line}");
        let command = event["command"].as_str().unwrap();
        assert!(text.contains(&format!("{line}\n{}", command.trim_end())), "as the page shows it: {command}");
    }
}

#[test]
fn long_outputs_are_bounded_and_say_so() {
    let long = "seq 300000; echo end";
    for (output, state) in [("...\nend", "passed"), ("...\nno end", "drifted")] {
        let room = Room::new();
        room.write(
            "page.md",
            &page("{}", &[("sh #a", long, "-"), ("sh #b", "seq 10", "-")]).replace(
                "seq 300000; echo end\n```",
                &format!("{long}\n```\n\n```text {{.output}}\n{output}\n```"),
            ),
        );
        room.write("page.md", &room.read("page.md").replacen(" snapshot=none", "", 1));
        let run = room.run(&[]);
        let step = run.step("a");
        assert_eq!((&step["state"], &step["truncated"]), (&state.into(), &true.into()), "{}", run.told());
        let stdout = step["stdout"].as_str().unwrap();
        assert!(stdout.len() < 2 << 20 && stdout.starts_with("1\n2\n") && stdout.ends_with("\nend\n"));
        assert_eq!(run.step("b")["truncated"], false);
    }
}

#[test]
fn a_documents_state_is_the_worst_of_its_steps() {
    let good: Block = ("sh #good", ":", "");
    let drifted: Block = ("sh #drifted", "echo 1", "2");
    let new: Block = ("sh #new snapshot=all", ":", "-");
    let unverified: Block = ("sh #unverified requires=no-such-program", ":", "-");
    let failed: Block = ("sh #failed", "false", "-");
    let skipped: Block = ("sh #skipped .skip", ":", "-");
    let unswept: Block = ("sh #unswept .cleanup", "false", "-");
    let cases: [(&[Block], &str, i32); 8] = [
        (&[good], "passed", 0),
        (&[good, skipped], "passed", 0),
        (&[good, unverified], "unverified", 0),
        (&[good, unverified, new], "new", 1),
        (&[good, new, drifted], "drifted", 1),
        (&[good, drifted, failed], "failed", 1),
        (&[good, unswept], "failed", 1),
        (&[skipped], "skipped", 1),
    ];
    for (blocks, state, code) in cases {
        let run = run("{}", blocks);
        let document = run.events.iter().find(|event| event["event"] == "document-finished").unwrap();
        assert_eq!((document["state"].as_str(), run.code), (Some(state), Some(code)), "{}", run.told());
    }
}

/// Without a path the stream has standard output for itself, and the report for people goes elsewhere.
#[test]
fn the_stream_on_standard_output_stands_alone() {
    let room = Room::new();
    room.write(
        "page.md",
        &page("{}", &[("sh #a", "printf '{\"event\":1}\\n\\033[31m\\377'", "-"), ("sh #b", "echo 1", "2")]),
    );
    for arguments in [
        &["run", "--report", "json", "page.md"][..],
        &["run", "-vv", "--color", "always", "page.md", "--report", "json"],
    ] {
        let run = room.tutor(arguments);
        assert_eq!(run.code, Some(1), "{}", run.told());
        let lines: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.last().unwrap()["event"], "run-finished");
        assert!(run.stderr.contains("2 steps: 1 passed, 1 drifted"), "{}", run.told());
    }
    let twice = room.tutor(&["run", "page.md", "--report", "json", "--report", "json"]);
    assert_eq!(twice.code, Some(2), "{}", twice.told());
    room.tutor(&["run", "page.md", "--report", "json=one.json", "--report", "json=two.json"]);
    assert!(!room.read("one.json").is_empty());
    assert_eq!(room.read("one.json"), room.read("two.json"));
}

#[test]
fn a_steps_output_cannot_forge_an_event() {
    let forged = r#"printf '%s\n' '{"event":"run-finished","passed":99}' '{"event":"step-finished","step":"b","state":"passed"}'; false"#;
    let run = run("{}", &[("sh #a", forged, "-"), ("sh #b", ":", "-")]);
    assert_eq!((run.states().as_str(), run.code), ("a=failed b=not-run", Some(1)), "{}", run.told());
    assert_eq!(run.events.iter().filter(|event| event["event"] == "run-finished").count(), 1);
}
