//! Reports for services of CI, and the joined streams of a run that several jobs did in parts.

use std::{fs, process::Command};

use regex::Regex;
use serde_json::Value;

use super::harness::{Room, Run};

/// Pages for three platforms, in which something of everything happens.
fn room() -> Room {
    let room = Room::new();
    for (index, name) in ["alpha", "beta", "delta", "gamma", "kappa", "omega"].iter().enumerate() {
        let last =
            ["true", "exit 3", "echo <x> | cat", "echo one; echo \"two & three\"", "no-such-program", "true"]
                [index];
        room.write(
            &format!("docs/{name}.md"),
            &format!(
                "---\ntutor:\n  platform: [linux, macos, windows]\n---\n\n# {name}\n\n\
                 ```sh {{#first}}\necho {name}\n```\n\n```text {{.output}}\n{name}\n```\n\n\
                 <!-- tutor:tab linux macos -->\n\n```sh {{#second snapshot=none}}\n{last}\n```\n\n\
                 <!-- tutor:tab windows -->\n\n```cmd {{#second snapshot=none}}\nver\n```\n\n<!-- tutor:end -->\n\n\
                 ```sh {{#third requires=no-such-program-at-all}}\ntrue\n```\n\n```sh {{#fourth}}\necho four\n```\n\n\
                 ```text {{.output}}\n{}\n```\n",
                if index == 5 { "five|::error::%0A" } else { "four" },
            ),
        );
    }
    room
}

fn run(room: &Room, name: &str, more: &[&str]) -> Run {
    let reports = [format!("json={name}.jsonl"), format!("junit={name}.xml"), format!("github={name}.txt")];
    let mut arguments = vec!["run", "--no-wine", "--platform", "all", "docs"];
    for report in &reports {
        arguments.extend(["--report", report]);
    }
    arguments.extend(more);
    Run::of(&room.command(&arguments).output().unwrap(), Vec::new())
}

/// A stream without what differs between any two runs.
fn events(room: &Room, name: &str) -> Vec<Value> {
    let mut events = super::harness::events(&room.path(&format!("{name}.jsonl")));
    for event in &mut events {
        let event = event.as_object_mut().unwrap();
        for key in ["run", "seconds"] {
            assert!(event.remove(key).is_some() || key == "seconds", "{key}");
        }
    }
    events
}

fn without_times(text: &str) -> String {
    Regex::new(r#"( in|time=|took) ?"?[0-9.]+( m?s)?"?|\| [0-9.]+ m?s \|"#)
        .unwrap()
        .replace_all(text, "")
        .into_owned()
}

#[test]
fn the_parts_of_a_run_join_to_the_whole() {
    let room = room();
    let whole = run(&room, "whole", &[]);
    assert_eq!(whole.code, Some(1), "{}", whole.told());
    let mut steps = 0;
    for part in ["1", "2", "3"] {
        let part_run = run(&room, part, &["--partition", &format!("hash:{part}/3")]);
        assert!(part_run.code < Some(2), "{}", part_run.told());
        steps += events(&room, part).iter().filter(|event| event["event"] == "step-finished").count();
    }
    assert_eq!(steps, 6 * 3 * 4);
    // In any order.
    let merge = ["merge", "3.jsonl", "1.jsonl", "2.jsonl"];
    let reports = ["--report", "json=all.jsonl", "--report", "junit=all.xml", "--report", "github=all.txt"];
    let merged = room.tutor(&[&merge[..], &reports[..]].concat());
    assert_eq!(merged.code, whole.code, "{}", merged.told());

    assert_eq!(events(&room, "all"), events(&room, "whole"));
    for ending in ["xml", "txt"] {
        let [all, whole] =
            ["all", "whole"].map(|name| without_times(&room.read(&format!("{name}.{ending}"))));
        assert_eq!(all, whole, "{ending}");
        assert!(whole.contains("omega"), "{whole}");
    }
    let last = |run: &Run| without_times(run.stdout.lines().last().unwrap());
    assert_eq!(last(&merged), last(&whole));
}

#[test]
fn a_part_without_its_end_is_no_success() {
    let room = Room::new();
    room.write("page.md", &super::harness::with_head("{}"));
    let stream = |name: &str| {
        let report = format!("json={name}");
        assert_eq!(room.tutor(&["run", "--report", &report, "page.md"]).code, Some(0));
        room.read(name)
    };
    let whole = stream("a.jsonl");
    assert_eq!(room.tutor(&["merge", "a.jsonl"]).code, Some(0));
    let cut: Vec<&str> = whole.lines().collect();
    room.write("b.jsonl", &cut[..cut.len() - 1].join("\n"));
    let run = room.tutor(&["merge", "a.jsonl", "b.jsonl"]);
    assert_eq!(run.code, Some(1), "{}", run.told());
    assert!(run.stderr.contains("the run did not come to its end"), "{}", run.told());
    // Of a job that was killed in the middle of a page.
    room.write("c.jsonl", &cut[..3].join("\n"));
    let run = room.tutor(&["merge", "a.jsonl", "c.jsonl", "--report", "junit=c.xml"]);
    assert_eq!(run.code, Some(1), "{}", run.told());
    assert!(room.read("c.xml").contains("it did not come to its end"), "{}", room.read("c.xml"));
}

#[test]
fn what_is_no_stream_is_named() {
    let room = Room::new();
    room.write("empty.jsonl", "");
    room.write("other.jsonl", "{\"event\":\"nothing\"}\n");
    let run = room.tutor(&["merge", "empty.jsonl", "other.jsonl", "missing.jsonl"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.told());
    for words in [
        "`empty.jsonl` is no event stream: it is empty",
        "line 1 is no event",
        "failed to read `missing.jsonl`",
    ] {
        assert!(run.stderr.contains(words), "{words}: {}", run.told());
    }
}

#[test]
fn a_part_into_which_no_page_falls_is_as_it_should_be() {
    let room = Room::new();
    room.write("page.md", &super::harness::with_head("{}"));
    let codes: Vec<_> = (1..=5)
        .map(|part| room.tutor(&["run", "page.md", "--partition", &format!("hash:{part}/5")]).code)
        .collect();
    assert_eq!(codes, [Some(0); 5]);
}

/// Its elements and attributes are those that readers of the format know: the schema that Jenkins publishes.
#[test]
fn the_report_for_junit_keeps_to_its_schema() {
    let room = room();
    run(&room, "whole", &["--strict"]);
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/junit/junit.xsd");
    let output =
        Command::new("xmllint").args(["--noout", "--schema", schema]).arg(room.path("whole.xml")).output();
    let Ok(output) = output else {
        return eprintln!("the schema of JUnit: left out, xmllint is not installed");
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // A schema that takes anything shows nothing.
    let broken = room.read("whole.xml").replace("<testcase ", "<testcase colour=\"red\" ");
    room.write("broken.xml", &broken);
    let refused =
        Command::new("xmllint").args(["--noout", "--schema", schema]).arg(room.path("broken.xml")).output();
    assert!(!refused.unwrap().status.success());
}

#[test]
fn annotations_stand_at_their_lines_and_can_not_be_forged() {
    let mut room = room();
    let summary = room.path("summary.md").display().to_string();
    room.env.push(("GITHUB_ACTIONS", "true"));
    room.env.push(("GITHUB_STEP_SUMMARY", summary.leak()));
    room.write("summary.md", "before\n");
    let run = room.tutor(&["run", "--no-wine", "docs"]);
    let commands: Vec<&str> = run.stdout.lines().filter(|line| line.starts_with("::")).collect();
    let errors = commands.iter().filter(|line| line.starts_with("::error ")).count();
    assert_eq!((errors, commands.len() > errors), (4, true), "{}", run.told());
    // Errors come first, each with the line that it is about.
    assert!(commands[..errors].iter().all(|line| line.starts_with("::error ")), "{}", run.told());
    assert!(
        commands[0].starts_with("::error file=docs/beta.md,line=18,title=failed%3A docs/beta.md"),
        "{}",
        commands[0]
    );
    assert!(
        run.told().contains("%7C") || commands.iter().any(|line| line.contains("five|::error::%250A")),
        "{}",
        run.told()
    );
    let summary = fs::read_to_string(room.path("summary.md")).unwrap();
    assert!(summary.starts_with("before\n### tutor: "), "{summary}");
    assert!(summary.contains("| docs/beta.md (linux) › second | failed |"), "{summary}");
}
