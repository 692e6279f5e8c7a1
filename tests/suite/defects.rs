//! The pages of `tests/defects` end as the table in its README says, run by the real binary.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use serde_json::Value;

/// A row of the table.
#[derive(Debug)]
struct Defect {
    page: String,
    step: String,
    state: String,
    says: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/defects")
}

/// The rows of the README's first table.
fn table() -> Vec<Defect> {
    let readme = fs::read_to_string(folder().join("README.md")).expect("the README");
    let rows =
        readme.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    // After the head and the line below it.
    rows.skip(2).map(row).collect()
}

fn row(line: &str) -> Defect {
    let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
    let [page, _, step, state, says] = cells[..] else { panic!("not a row of five cells: {line}") };
    Defect {
        page: page.to_owned(),
        step: step.to_owned(),
        state: state.to_owned(),
        says: says.trim_matches('`').to_owned(),
    }
}

/// The last `step-finished` of each step, in the order in which they came first.
fn last_states(stream: &str) -> Vec<Value> {
    let mut last: Vec<Value> = Vec::new();
    for line in stream.lines() {
        let event: Value = serde_json::from_str(line).expect("a line of JSON");
        if event["event"] != "step-finished" {
            continue;
        }
        match last.iter_mut().find(|known| known["step"] == event["step"]) {
            Some(known) => *known = event,
            None => last.push(event),
        }
    }
    last
}

/// What is wrong with one page's run.
fn wrong(defect: &Defect) -> Option<String> {
    // A place of its own: the root of a page without a project is the directory where `tutor` runs.
    let place = tempfile::tempdir().expect("a temporary directory");
    if let Err(error) = fs::copy(folder().join(&defect.page), place.path().join(&defect.page)) {
        return Some(format!("{}: {error}", defect.page));
    }
    let report = place.path().join("run.jsonl");
    let run = Command::new(env!("CARGO_BIN_EXE_tutor"))
        .args(["run", "--no-strict", "--report"])
        .arg(format!("json={}", report.display()))
        .arg(&defect.page)
        .current_dir(place.path())
        .env_remove("CI")
        .stdin(Stdio::null())
        .output()
        .expect("tutor starts");
    let stream = fs::read_to_string(&report).unwrap_or_default();
    let steps = last_states(&stream);
    let complaint = complaint(defect, run.status.code(), &steps)?;
    let (shown, errors) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    Some(format!("{}: {complaint}\n{shown}{errors}", defect.page))
}

fn complaint(defect: &Defect, exit: Option<i32>, steps: &[Value]) -> Option<String> {
    if exit != Some(1) {
        return Some(format!("exit status {exit:?}, not 1"));
    }
    let Some(at) = steps.iter().position(|step| step["step"] == defect.step.as_str()) else {
        return Some(format!("no step {} ended", defect.step));
    };
    if let Some(early) = steps[..at].iter().find(|step| step["state"] != "passed") {
        return Some(format!("step {} before it ended {}", early["step"], early["state"]));
    }
    let step = &steps[at];
    if step["state"] != defect.state.as_str() {
        return Some(format!("step {} ended {}, not {}", defect.step, step["state"], defect.state));
    }
    let said = ["reason", "stdout", "stderr", "diff"].map(|name| step[name].as_str().unwrap_or_default());
    let missing = !said.iter().any(|text| text.contains(&defect.says));
    missing.then(|| format!("step {} does not say {:?}, but {said:#?}", defect.step, defect.says))
}

#[test]
fn every_defect_is_reported() {
    let table = table();
    assert!(!table.is_empty(), "the README has no table");
    // Each page has its own place, so they run side by side.
    let wrong: Vec<String> = thread::scope(|scope| {
        let runs: Vec<_> = table.iter().map(|defect| scope.spawn(move || wrong(defect))).collect();
        runs.into_iter().filter_map(|run| run.join().expect("a run")).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_names_every_page_once() {
    let rows = table();
    let named: BTreeSet<String> = rows.iter().map(|defect| defect.page.clone()).collect();
    assert_eq!(named.len(), rows.len(), "a page stands twice in the table");
    let pages: BTreeSet<String> = fs::read_dir(folder())
        .expect("the pages")
        .map(|entry| entry.expect("a page").file_name().into_string().expect("a plain name"))
        .filter(|name| name != "README.md")
        .collect();
    assert_eq!(named, pages);
}
