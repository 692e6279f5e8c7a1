//! The reports of `tutor check`, and what they are told of many mistakes.

use std::fmt::Write as _;

use super::project::Project;

const WRONG: &str = "---\ntutor:\n  timout: 30s\n---\n\n```sh {#a}\necho <name>\n```\n";

#[test]
fn annotations_come_by_themselves_in_github_actions() {
    let project = Project::new(&[("docs/a.md", WRONG)]);
    let quiet = project.run(&["check", "docs/a.md"]);
    assert!(!quiet.stdout.contains("::error"), "{}", quiet.stdout);
    // The repository is above the tutorial's root.
    let above = project.path("");
    let above = above.parent().unwrap();
    let output = project
        .command(&["check", "docs/a.md"])
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_WORKSPACE", above)
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let root = project.path("").file_name().unwrap().to_string_lossy().into_owned();
    let (pictures, commands) = stdout.split_once("file\n").unwrap();
    assert!(pictures.starts_with("error[unknown-key]: "), "{pictures}");
    insta::assert_snapshot!(commands.replace(&root, "ROOT"), @"
    ::error file=ROOT/docs/a.md,line=3,endLine=3,col=3,endColumn=8,title=unknown-key::`tutor` has no key `timout`%0Aunknown key%0Adid you mean `timeout`?
    ::warning file=ROOT/docs/a.md,line=7,endLine=7,col=6,endColumn=11,title=undeclared-placeholder::`<name>` looks like a placeholder, and nothing declares it%0Aa shell redirects here%0Adeclare it under `placeholders: {<name>: …}`, or put it in quotes
    ");
}

#[test]
fn each_report_goes_where_it_was_sent() {
    let project = Project::new(&[("a.md", WRONG)]);
    let ran = project.run(&[
        "check",
        "--report",
        "github=notes",
        "--report",
        "json=found",
        "--report",
        "terminal=text",
        "a.md",
    ]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(2), "", ""));
    assert!(project.read("notes").starts_with("::error file=a.md,line=3,"), "{}", project.read("notes"));
    assert!(project.read("found").starts_with("{\"event\":\"finding\""), "{}", project.read("found"));
    assert!(project.read("text").ends_with("\nchecked 1 tutorial: 1 error, 1 warning in 1 file\n"));
    let json = project.run(&["check", "--report", "json", "a.md"]);
    assert!(json.stdout.lines().all(|line| line.starts_with('{')), "{}", json.stdout);
    assert!(
        json.stderr.starts_with("error[unknown-key]"),
        "people read standard error then: {}",
        json.stderr
    );
    let over = project.run(&["check", "--report", "json=./a.md", "a.md"]);
    assert_eq!((over.code, project.read("a.md").as_str()), (Some(2), WRONG));
    assert!(over.stderr.contains("the report `./a.md` would overwrite a tutorial"), "{}", over.stderr);
    let nowhere = project.run(&["check", "--report", "json=no/such/place", "a.md"]);
    assert_eq!(nowhere.code, Some(2));
    assert!(nowhere.stderr.contains("failed to create the report `no/such/place`"), "{}", nowhere.stderr);
}

#[test]
fn bytes_of_the_file_are_those_of_the_report() {
    let page = format!("\u{feff}{}", WRONG.replace('\n', "\r\n"));
    let project = Project::new(&[("a.md", &page)]);
    let found = project.findings(&["a.md"]);
    let bytes = std::fs::read(project.path("a.md")).unwrap();
    let part = |found: &serde_json::Value| {
        let at = |key: &str| usize::try_from(found[key].as_u64().unwrap()).unwrap();
        String::from_utf8(bytes[at("start")..at("end")].to_vec()).unwrap()
    };
    assert_eq!(part(&found[0]), "timout");
    assert_eq!(part(&found[0]["fix"]), "timout");
    assert_eq!(part(&found[1]), "<name>");
}

/// A page with 200 mistakes, 150 of them different, and one word that nothing declares in 50 places.
fn many() -> String {
    let mut page = "---\ntutor:\n---\n".to_owned();
    for number in 0..150 {
        let _ = writeln!(page, "\n```sh {{#step-{number} exit=x{number}}}\ntrue\n```");
        if number % 3 == 0 {
            let _ = writeln!(page, "\n```sh {{#other-{number}}}\necho <name>\n```");
        }
    }
    page
}

#[test]
fn many_mistakes_come_in_order_and_once() {
    let project = Project::new(&[("a.md", &many()), ("b.md", &many())]);
    let found = project.findings(&["a.md", "b.md", "./a.md"]);
    let places: Vec<_> = found
        .iter()
        .filter(|line| line["event"] == "finding")
        .map(|found| (found["file"].to_string(), found["start"].as_u64().unwrap(), found["code"].to_string()))
        .collect();
    assert_eq!(places.len(), 400);
    assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "sorted, and each once");
    let text = project.run(&["check", "a.md", "b.md"]).stdout;
    let heads = |text: &str, head: &str| text.lines().filter(|line| line.starts_with(head)).count();
    assert_eq!(heads(&text, "error[bad-exit]: "), 300);
    assert_eq!(heads(&text, "warning[undeclared-placeholder]: "), 2, "one for each file");
    assert_eq!(text.matches("and here, and at 45 more places").count(), 2);
    assert!(text.ends_with("\nchecked 2 tutorials: 300 errors, 100 warnings in 2 files\n"));
}
