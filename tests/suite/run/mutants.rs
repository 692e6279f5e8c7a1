//! `tutor mutants`: what a run sees of a changed page, and what it does not.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Stdio,
};

use serde_json::Value;

use super::harness::{Room, Run, ended, events, soon};

/// A page on which each sort of change is seen: what a step does is shown further down, and what only looks is needed by
/// the step behind it.
const SEEN: &str = "---
tutor:
---

```sh {#make}
mkdir -p data/sub
printf '%s\\n' \\
  one > data/sub/list.txt
head -c 2 data/sub/list.txt
```

```text {#conf .file path=app.conf needs=make}
# A comment with 1 and a.txt
port 80
```

```sh {#show needs=conf}
cat data/sub/list.txt app.conf
```

```sh {#ask needs=show}
printf 'Name: '; read name
echo \"hello $name\"
```

```text {.answers}
Name: Ada
```

```text {.output}
hello Ada
```

```console {#last needs=ask}
$ ls data
sub
```
";

/// A page of which a run sees little.
const UNSEEN: &str = "---
tutor:
  redact:
    - {pattern: '^line .*$', with: 'line'}
---

```sh {#one snapshot=none}
true -x 5 a.txt \\
  more
true
```

```sh {#two}
printf 'Name: '; read -r name
echo line
```

```text {.answers}
Name: Ada
```

```text {.output}
...
line 1
```

```text {#file .file path=unread.txt}
nobody reads this
nor this
```
";

fn room(page: &str) -> Room {
    let room = Room::new();
    room.write("page.md", page);
    room
}

/// The program over `page.md`, and what it says of each change.
fn mutants(room: &Room, arguments: &[&str]) -> (Run, Vec<Value>) {
    let report = room.path("tmp/mutants.jsonl");
    let report_to = format!("json={}", report.display());
    let run = room.tutor(&[&["mutants", "page.md", "--report", &report_to], arguments].concat());
    let found = events(&report);
    let _ = std::fs::remove_file(report);
    room.assert_nothing_left();
    (run, found)
}

/// For each sort of change, in which states its changes ended.
fn states(found: &[Value]) -> BTreeMap<String, BTreeSet<String>> {
    let mut states: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for mutant in found.iter().filter(|line| line["event"] == "mutant") {
        let [operator, state] = ["operator", "state"].map(|key| mutant[key].as_str().unwrap().to_owned());
        states.entry(operator).or_default().insert(state);
    }
    states
}

/// All files below the room, but for those of runs.
fn files(room: &Room) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut dirs = vec![room.path("")];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
            } else {
                files.insert(path.display().to_string(), std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn each_sort_of_change_is_seen_where_the_page_shows_what_it_does() {
    let room = room(SEEN);
    let recorded = room.tutor(&["run", "--accept", "page.md"]);
    assert_eq!(recorded.code, Some(0), "{}", recorded.told());
    let before = files(&room);
    let (run, found) = mutants(&room, &["--min", "95"]);
    assert_eq!(files(&room), before, "nothing is written");
    let survived: Vec<String> = found
        .iter()
        .filter(|mutant| mutant["state"] == "survived")
        .map(|mutant| format!("{} {} {}", mutant["step"], mutant["operator"], mutant["before"]))
        .collect();
    // No step could miss the last one.
    assert_eq!(survived, ["\"last\" \"step-removed\" \"$ ls data\\nsub\""], "{}", run.told());
    assert_eq!(run.code, Some(0), "{}", run.told());
    let states = states(&found);
    let all = tutor::document::Mark::OPERATORS;
    assert_eq!(states.keys().map(String::as_str).collect::<BTreeSet<_>>(), all.into_iter().collect());
    for (operator, states) in states {
        assert!(states.contains("killed") || states.contains("killed-by-check"), "{operator}: {states:?}");
    }
    let end = found.last().unwrap();
    let counted = |key: &str| end[key].as_u64().unwrap();
    assert_eq!((end["event"].as_str(), counted("survived")), (Some("mutants-finished"), 1));
    assert_eq!(counted("killed") + 1, counted("mutants"));
    assert!(counted("killed_by_check") > 0 && end["complete"] == true, "{end}");
    assert!(run.stdout.contains("by the check"), "{}", run.stdout);
    let within = found
        .iter()
        .filter(|mutant| mutant["operator"] != "step-removed" && mutant["operator"] != "recording-changed");
    assert!(!within.into_iter().any(|mutant| mutant["before"].to_string().contains("comment")));
}

#[test]
fn each_sort_of_change_survives_where_nothing_shows_it() {
    let room = room(UNSEEN);
    let (run, found) = mutants(&room, &["--min", "90"]);
    assert_eq!(run.code, Some(1), "{}", run.told());
    assert!(run.stdout.contains("fewer than 90% were killed"), "{}", run.told());
    let states = states(&found);
    let seen: Vec<&str> = tutor::document::Mark::OPERATORS
        .into_iter()
        .filter(|operator| !states.get(*operator).is_some_and(|states| states.contains("survived")))
        .collect();
    // What was recorded is compared as it is.
    assert_eq!(seen, ["recording-changed"], "{states:?}");
    // Each is shown with its place, and what would catch it.
    assert!(run.stdout.contains("page.md:8: flag-renamed in one: `-x` → `-y`\n  the step's output"));
    let hints = found.iter().filter(|mutant| mutant["state"] == "survived");
    assert!(hints.into_iter().all(|mutant| mutant["hint"].is_string()));
}

#[test]
fn a_sample_is_the_same_for_the_same_seed_whatever_runs_at_once() {
    let room = room(UNSEEN);
    let sampled = |seed: &str, jobs: &str| -> Vec<String> {
        let (run, found) = mutants(&room, &["--sample", "6", "--seed", seed, "--jobs", jobs]);
        assert!(run.stdout.contains(&format!("seed {seed}")), "{}", run.told());
        let changes = found.iter().filter(|line| line["event"] == "mutant");
        changes.map(|line| format!("{} {} {}", line["operator"], line["before"], line["state"])).collect()
    };
    let first = sampled("3", "1");
    assert_eq!(first.len(), 6);
    assert_eq!(first, sampled("3", "3"));
    assert_ne!(first, sampled("4", "1"));
}

#[test]
fn marks_stand_for_what_survives_and_no_mark_for_nothing() {
    let marked = |marks: &str| UNSEEN.replace("tutor:\n", &format!("tutor:\n  mutants: [{marks}]\n"));
    let room = room(&marked("{step: one, reason: it does nothing}"));
    let (run, found) = mutants(&room, &["--step", "one"]);
    // The score is of the others: there are none.
    assert_eq!(run.code, Some(0), "{}", run.told());
    assert!(run.stdout.contains("marked as equivalent: it does nothing"), "{}", run.told());
    let equivalent = found.iter().filter(|mutant| mutant["state"] == "equivalent").count();
    assert!(equivalent > 5 && !found.iter().any(|mutant| mutant["state"] == "survived"), "{}", run.told());
    // That its step must have run is no reason to be wrong about what was seen.
    room.write("page.md", &marked("{step: two, change: no such text, reason: none}"));
    let (run, _) = mutants(&room, &[]);
    assert_eq!(run.code, Some(2), "{}", run.told());
    assert!(run.stdout.contains("page.md:3: this mark of `two` marks no change"), "{}", run.told());
    for (mark, says) in [
        ("{step: one}", "has no reason"),
        ("{reason: x}", "has no step"),
        ("{step: one, operator: flag-rename, reason: x}", "did you mean `flag-renamed`?"),
    ] {
        room.write("page.md", &marked(mark));
        let run = room.tutor(&["mutants", "page.md"]);
        assert_eq!(run.code, Some(2), "{}", run.told());
        assert!(run.stderr.contains(says), "{}", run.told());
    }
}

#[test]
fn what_cannot_run_here_is_left_out_and_a_page_that_does_not_pass_is_not_tried() {
    let room = room(
        "---\ntutor:\n---\n\n```sh {#a requires=no-such-program-here snapshot=none}\ntrue -x 5\n```\n\n```sh {#b}\necho 1\n```\n\n\
         ```text {.output}\n1\n```\n",
    );
    let (run, found) = mutants(&room, &[]);
    assert_eq!(run.code, Some(0), "{}", run.told());
    let of_a: BTreeSet<&str> = found
        .iter()
        .filter(|mutant| mutant["step"] == "a")
        .map(|mutant| mutant["state"].as_str().unwrap())
        .collect();
    assert_eq!(of_a, BTreeSet::from(["left-out"]));
    assert!(run.stdout.contains("left out (steps that could not run here)"), "{}", run.told());
    room.write("page.md", &room.read("page.md").replace("echo 1", "echo 2"));
    let run = room.tutor(&["mutants", "page.md"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{}", run.told());
    assert!(run.stderr.contains("page.md does not pass as it is: b drifted"), "{}", run.told());
    room.write("page.md", &room.read("page.md").replace("requires=no-such-program-here", "needs=none"));
    assert_eq!(room.tutor(&["mutants", "page.md"]).code, Some(2));
}

#[test]
fn a_change_that_hangs_is_ended_soon_and_counts() {
    let room = room(
        "---\ntutor:\n---\n\n```sh {#a}\necho go > go.txt\nuntil [ -e go.txt ]; do sleep 0.05; done\necho 1\n```\n\n```text {.output}\n1\n```\n",
    );
    let begun = std::time::Instant::now();
    let (run, found) = mutants(&room, &[]);
    assert!(found.iter().any(|mutant| mutant["state"] == "timed-out"), "{}", run.told());
    assert!(run.stdout.contains("by a time-out"), "{}", run.told());
    assert!(begun.elapsed().as_secs() < 60, "a step may take a minute");
}

/// The first step takes far too long in one run: that no change of a later one can have done, so it is tried again.
#[test]
fn what_falls_before_the_change_has_run_is_not_its_doing() {
    let room = room(
        "---\ntutor:\n---\n\n```sh {#slow snapshot=none}\necho run >> @HERE@/runs\n[ \"$(wc -l < @HERE@/runs)\" -ne 3 ] || sleep 20\n```\n\n\
         ```sh {#late}\necho 1 2> late.txt\n```\n\n```text {.output}\n1\n```\n",
    );
    let (run, found) = mutants(&room, &["--step", "late", "--jobs", "1"]);
    let of_path: Vec<&Value> = found.iter().filter(|mutant| mutant["operator"] == "path-changed").collect();
    assert!(
        !of_path.is_empty() && of_path.iter().all(|mutant| mutant["state"] == "survived"),
        "{}",
        run.told()
    );
    assert!(found.iter().all(|mutant| mutant["state"] != "timed-out"), "{}", run.told());
    let runs = room.read("runs").lines().count();
    // One for each change (the last line of the report is none), one for that which was tried again, one before all, one after.
    assert_eq!(runs, found.len() + 2, "{}", run.told());
}

#[test]
fn included_files_are_changed_in_memory_alone() {
    let room = room("---\ntutor:\n---\n\n<!-- tutor:include part.md -->\n");
    let part = "```sh {#a}\necho 1\n```\n\n```text {.output}\n1\n```\n";
    room.write("part.md", part);
    let (run, found) = mutants(&room, &[]);
    assert_eq!(run.code, Some(0), "{}", run.told());
    assert!(found.iter().any(|mutant| mutant["file"] == "part.md" && mutant["state"] == "killed"));
    assert_eq!(room.read("part.md"), part);
}

#[test]
fn changes_are_listed_and_not_tried() {
    let room = room("---\ntutor:\n---\n\n```sh {#a}\ntouch @HERE@/ran -x\n```\n");
    let run = room.tutor(&["mutants", "page.md", "--list"]);
    assert_eq!(run.code, Some(0), "{}", run.told());
    assert!(run.stdout.contains("page.md:6: flag-dropped in a: `-x`\n"), "{}", run.told());
    assert!(!room.path("ran").exists());
    assert_eq!(room.tutor(&["mutants"]).code, Some(2));
    assert_eq!(room.tutor(&["mutants", "page.md", "--report", "junit"]).code, Some(2));
}

#[test]
fn an_interruption_ends_all_and_leaves_nothing() {
    let room = room(
        "---\ntutor:\n---\n\n```sh {#a}\necho >> @HERE@/ran\nsleep 0.5; : @MARK@\necho 1 2 3 4 5 6 7 8 9\n```\n\n\
         ```text {.output}\n1 2 3 4 5 6 7 8 9\n```\n",
    );
    let mut command = room.command(&["mutants", "page.md", "--jobs", "2"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let runs = || std::fs::read_to_string(room.path("ran")).map_or(0, |text| text.lines().count());
    assert!(soon(|| runs() > 3), "it did not begin");
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    assert_eq!(ended(&mut child).code(), Some(130));
    room.assert_nothing_left();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("interrupted: not all changes were tried"), "{text}");
}
