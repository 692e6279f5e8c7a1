//! From pages as their authors write them to plans: platforms, included files, earlier tutorials, ports.

use std::{collections::HashMap, path::PathBuf};

use crate::{
    document::{self, Absent, Change, Document, Ready, Stop, Workspace},
    plan::{Action, Expected, Filter, Plan, PlanError, Request, Ruling, all_platforms, build},
    platform::{Platform, System},
    source::{SourceId, Sources},
};

/// Files by their names, all in one directory.
struct Files(HashMap<&'static str, &'static str>, HashMap<&'static str, SourceId>);

impl Workspace for Files {
    fn open(&mut self, _: SourceId, path: &str, sources: &mut Sources) -> Result<SourceId, Absent> {
        let (name, text) = self.0.get_key_value(path).ok_or(Absent::Missing { nearest: None })?;
        Ok(*self.1.entry(name).or_insert_with(|| sources.add(*name, *text)))
    }

    fn locate(&self, _: SourceId, path: &str) -> Result<PathBuf, Absent> {
        Ok(PathBuf::from("/d").join(path))
    }

    fn languages(&self, _: SourceId) -> &[(String, String)] {
        &[]
    }
}

fn read(files: &[(&'static str, &'static str)], page: &str) -> (Document, Sources) {
    let mut sources = Sources::new();
    let id = sources.add("page.md", page);
    let mut files = Files(files.iter().copied().collect(), HashMap::new());
    let (document, found) = document::parse(id, &mut sources, &mut files);
    assert!(found.is_empty(), "{found:?}");
    (document.unwrap(), sources)
}

fn request<'a>(platform: Option<&str>) -> Request<'a> {
    Request {
        document: "page.md".to_owned(),
        host: System::Linux,
        platform: platform.map(|name| Platform::parse(name).unwrap()),
        filter: Filter::default(),
        provided: &[],
        env: &|name| (name == "SET").then(|| "value".to_owned()),
        port: &|port| port + 1000,
    }
}

fn plan(page: &str, platform: Option<&str>) -> Result<Plan, PlanError> {
    plan_among(&[], page, platform)
}

fn plan_among(
    files: &[(&'static str, &'static str)],
    page: &str,
    platform: Option<&str>,
) -> Result<Plan, PlanError> {
    let (document, sources) = read(files, page);
    build(&document, &sources, &request(platform))
}

/// `id` of each step, `id@platform` where its recording lies by platform.
fn steps(plan: &Plan) -> String {
    let name = |step: &crate::plan::Step| {
        let id = step.id.as_ref().map_or("-", |id| id.as_str());
        step.placed.as_ref().map_or(id.to_owned(), |platform| format!("{id}@{platform}"))
    };
    plan.steps.iter().map(name).collect::<Vec<_>>().join(" ")
}

const TABS: &str = "```sh {#a}\nx\n```\n<!-- tutor:tab windows/cmd -->\n```cmd {#b}\nx\n```\n<!-- tutor:tab windows/powershell -->\n```pwsh {#b}\nx\n```\n<!-- tutor:tab unix -->\n```sh {#b}\nx\n```\n```text {.output platform=macos}\nm\n```\n```text {.output platform=linux}\nl\n```\n<!-- tutor:end -->\n```sh {#c needs=b}\nx\n```\n";

#[test]
fn each_variant_is_a_run_of_its_own() {
    let fronts = ["platform: [windows, macos, linux]", "timeout: 3s"];
    for front in fronts {
        let page = format!("---\ntutor:\n  {front}\n---\n{TABS}");
        let cases = [
            (None, "linux", "a b@linux c"),
            (Some("linux"), "linux", "a b@linux c"),
            (Some("macos"), "macos", "a b@macos c"),
            (Some("windows"), "windows/cmd", "a b@windows/cmd c"),
            (Some("windows/powershell"), "windows/powershell", "a b@windows/powershell c"),
        ];
        for (asked, platform, expected) in cases {
            let plan = plan(&page, asked).unwrap();
            assert_eq!(plan.platform.as_ref().unwrap().to_string(), platform);
            assert_eq!(steps(&plan), expected, "{asked:?}");
            assert_eq!((plan.steps[2].needs[0].index, plan.steps[2].needs[0].name.as_str()), (1, "b"));
        }
        let error = plan(&page, Some("windows/bash")).unwrap_err();
        assert!(matches!(error, PlanError::UnknownPlatform { ref named, .. } if named.len() == 4), "{error}");
        let (document, _) = read(&[], &page);
        let all: Vec<String> = all_platforms(&document, System::Linux)
            .into_iter()
            .flatten()
            .map(|one| one.to_string())
            .collect();
        assert_eq!(all, ["windows/cmd", "windows/powershell", "macos", "linux"]);
    }
    let page = format!("---\ntutor: {{}}\n---\n{TABS}");
    let expected = |platform: &str| {
        let plan = plan(&page, Some(platform)).unwrap();
        let Action::Shell(shell) = plan.steps[1].action.clone() else { panic!("a step") };
        match shell.expected {
            Expected::Output { lines, .. } => lines.join(""),
            other => format!("{other:?}"),
        }
    };
    assert_eq!(["macos", "linux", "windows"].map(expected), ["m", "l", "Recording(All)"]);
}

#[test]
fn a_page_for_any_platform_also_runs_where_it_names_none() {
    let page = "---\ntutor: {}\n---\n```sh {#a}\nx\n```\n```sh {#b platform=macos}\nx\n```\n";
    let plan_of = |asked| {
        let plan = plan(page, asked).unwrap();
        format!("{} {}", plan.platform.as_ref().unwrap(), steps(&plan))
    };
    assert_eq!(plan_of(None), "linux a");
    assert_eq!(plan_of(Some("macos")), "macos a b@macos");
    assert_eq!(plan_of(Some("windows/cmd")), "windows/cmd a");
    let (document, _) = read(&[], page);
    let all = |host| all_platforms(&document, host).into_iter().flatten().map(|one| one.to_string());
    assert_eq!(all(System::Linux).collect::<Vec<_>>(), ["macos", "linux"]);
    assert_eq!(all(System::Macos).collect::<Vec<_>>(), ["macos"]);
    let (document, _) = read(&[], "---\ntutor: {}\n---\n```sh {#a}\nx\n```\n");
    assert_eq!(all_platforms(&document, System::Linux), [None]);
}

#[test]
fn included_steps_belong_to_the_page_and_stand_in_their_file() {
    let files = [("inc.md", "\n```sh {#in}\nx <user>\n```\n")];
    let page =
        "---\ntutor:\n  placeholders: {<user>: me}\n---\n```sh {#a}\nx\n```\n<!-- tutor:include inc.md -->\n";
    let plan = plan_among(&files, page, None).unwrap();
    let step = &plan.steps[1];
    assert_eq!((step.tutorial.as_str(), step.file.as_str(), step.line), ("page.md", "inc.md", 2));
    assert!(matches!(&step.action, Action::Shell(shell) if shell.text == "x me\n"));
}

const BEFORE: [(&str, &str); 3] = [
    (
        "pre.md",
        "---\ntutor:\n  after: [base.md]\n  timeout: 3s\n  relocate: [/data]\n  requires: [b]\n  env: {X: pre, Y: pre}\n  placeholders: {<user>: pre}\n  ports: {<p>: 80}\n  copy: [c.json]\n  redact: [{pattern: p, with: q}]\n---\n```sh {#a}\n<user> <p>\n```\n```sh {#m platform=macos}\nx\n```\n",
    ),
    ("base.md", "---\ntutor: {}\n---\n```sh {#root}\nx\n```\n```sh {#tidy .cleanup}\nx\n```\n"),
    ("other.md", "---\ntutor:\n  after: [base.md]\n---\n```sh {#o}\nx\n```\n"),
];

#[test]
fn earlier_tutorials_run_first_and_once_with_their_own_front_matter() {
    let page = "---\ntutor:\n  after: [pre.md, other.md]\n  relocate: [/data, /opt]\n  requires: [a]\n  env: {X: page}\n  placeholders: {<user>: me}\n  ports: {<port>: 80}\n  copy: [c.json, d]\n---\n```sh {#a needs=pre#a,base#root}\n<user> <port>\n```\n";
    let plan = plan_among(&BEFORE, page, None).unwrap();
    assert_eq!(steps(&plan), "root tidy a o a");
    let tutorials: Vec<&str> = plan.steps.iter().map(|step| step.tutorial.as_str()).collect();
    assert_eq!(tutorials, ["base.md", "base.md", "pre.md", "other.md", "page.md"]);
    let last = &plan.steps[4];
    let needs: Vec<(usize, &str)> = last.needs.iter().map(|need| (need.index, need.name.as_str())).collect();
    assert_eq!(needs, [(2, "pre#a"), (0, "base#root")]);
    let text = |index: usize| match &plan.steps[index].action {
        Action::Shell(shell) => shell.text.clone(),
        action => panic!("{action:?}"),
    };
    assert_eq!((text(2).as_str(), text(4).as_str()), ("pre 1080\n", "me 1080\n"));
    assert_eq!(plan.steps[2].timeout.as_secs(), 3);
    assert_eq!(plan.steps[2].redact.as_ref().unwrap().len(), 1);
    assert!(last.redact.is_none());
    assert_eq!(plan.requires.iter().map(|one| one.program.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(plan.relocate, ["/data", "/opt"]);
    let env: Vec<(&str, &str)> =
        plan.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(env, [("Y", "pre"), ("X", "page")]);
    assert_eq!(plan.ports.iter().map(|port| (port.shown, port.used)).collect::<Vec<_>>(), [(80, 1080)]);
    let copies: Vec<&str> = plan.copy.iter().map(|copy| copy.to.as_str()).collect();
    assert_eq!(copies, ["c.json", "d"]);
    // On its own a tutorial is a page.
    assert_eq!(steps(&plan_among(&BEFORE, BEFORE[1].1, None).unwrap()), "root tidy");
}

#[test]
fn filters_reach_earlier_tutorials_and_mean_the_page_first() {
    let page =
        "---\ntutor:\n  after: [pre.md]\n---\n```sh {#a needs=base#root}\nx\n```\n```sh {#b}\nx\n```\n";
    let (document, sources) = read(&BEFORE, page);
    let left_out = |filter: Filter| {
        let plan = build(&document, &sources, &Request { filter, ..request(None) }).unwrap();
        let ruled = plan.steps.iter().filter(|step| matches!(step.ruling, Some(Ruling::Skipped(_))));
        let name = |step: &crate::plan::Step| format!("{}#{}", step.tutorial, step.id.as_ref().unwrap());
        ruled.map(name).collect::<Vec<_>>().join(" ")
    };
    let ids = |names: &[&str]| names.iter().filter_map(|name| document::StepId::parse(name)).collect();
    assert_eq!(left_out(Filter { skip: ids(&["root"]), ..Filter::default() }), "base.md#root");
    let from = document::StepId::parse("a");
    assert_eq!(left_out(Filter { from, ..Filter::default() }), "base.md#root pre.md#a");
    assert_eq!(
        left_out(Filter { only: ids(&["b"]), ..Filter::default() }),
        "base.md#root pre.md#a page.md#a"
    );
}

#[test]
fn earlier_tutorials_are_for_the_pages_platform() {
    let files = [("pre.md", "---\ntutor:\n  platform: [macos]\n---\n```sh {#a}\nx\n```\n")];
    let page = "---\ntutor:\n  after: [pre.md]\n---\n```sh {#b}\nx\n```\n";
    let error = plan_among(&files, page, None).unwrap_err();
    assert_eq!(error.to_string(), "pre.md is not for linux, only for macos");
    assert_eq!(
        steps(
            &plan_among(
                &BEFORE,
                "---\ntutor:\n  platform: [macos]\n  after: [pre.md]\n---\n```sh {#b}\nx\n```\n",
                None
            )
            .unwrap()
        ),
        "root tidy a m@macos b"
    );
}

#[test]
fn files_of_two_tutorials_must_not_meet() {
    let files = [("pre.md", "---\ntutor:\n  copy: [../x/c]\n---\n```sh {#a}\nx\n```\n")];
    let page = "---\ntutor:\n  after: [pre.md]\n  copy: [c]\n---\n```sh {#b}\nx\n```\n";
    let error = plan_among(&files, page, None).unwrap_err();
    assert_eq!(error.to_string(), "page.md and a tutorial of the same run copy different files to `c`");
}

#[test]
fn ports_are_free_ones_in_a_run_and_the_pages_in_outputs() {
    let page = "---\ntutor:\n  ports: {<port>: 8080}\n---\n```sh {#a}\ncurl :<port>\n```\n```text {.output}\n<port>\n```\n```text {.answers}\nport <port>:<port>\n```\n```sh {#s .service ready=tcp:<port> stop=\"x <port>\"}\nx\n```\n```console {#t}\n$ echo <port>\n<port>\n```\n";
    let plan = plan(page, None).unwrap();
    let Action::Shell(shell) = &plan.steps[0].action else { panic!("a step") };
    assert_eq!(shell.text, "curl :9080\n");
    assert!(matches!(&shell.expected, Expected::Output { lines, .. } if lines == &["8080"]));
    assert_eq!(shell.answers.as_ref().unwrap()[0].text, "port 9080:9080");
    let Action::Service(service) = &plan.steps[1].action else { panic!("a service") };
    assert!(matches!(service.ready, Ready::Tcp { port: 9080, .. }));
    assert_eq!(service.stop, Stop::Command("x 9080".to_owned()));
    let Action::Transcript(transcript) = &plan.steps[2].action else { panic!("a transcript") };
    assert_eq!(transcript.commands[0].text, "echo 9080\n");
    assert_eq!(transcript.commands[0].lines, ["8080"]);
    assert_eq!((transcript.commands[0].line, transcript.commands[0].places[0]), (18, 19));
}

#[test]
fn a_port_whose_word_is_a_number_is_one_where_it_stands_alone() {
    let page = "---\ntutor:\n  ports: {8080: 8080}\n  placeholders: {\"42\": x}\n---\n```sh {#a}\ncurl :8080/8080 '8080.' 18080 80801 a8080 8080b é8080 _8080 8080_ 1.8080 8080.5 142 8080\n```\n";
    let plan = plan(page, None).unwrap();
    let Action::Shell(shell) = &plan.steps[0].action else { panic!("a step") };
    assert_eq!(
        shell.text,
        "curl :9080/9080 '9080.' 18080 80801 a8080 8080b é8080 _8080 8080_ 1.8080 8080.5 1x 9080\n"
    );
}

#[test]
fn patches_and_services_after_placeholders() {
    let page = "---\ntutor:\n  placeholders: {<v>: \"a\\nb\", <set>: {env: SET}, <unset>: {env: UNSET}}\n---\n```diff {#p .patch path=<set>}\n@@ -3,2 +3,1 @@\n <v>\n-x\n\\ No newline at end of file\n```\n```sh {#s .service ready=<set>}\nx\n```\n```sh {#u .service ready=tcp:<unset>}\nx\n```\n```sh {#k .service ready=exit}\nx\n```\n";
    let plan = plan(page, None).unwrap();
    let Action::Patch { path, hunks } = &plan.steps[0].action else { panic!("a patch") };
    assert_eq!((path.as_str(), hunks[0].old_start, hunks[0].line), ("value", 3, 6));
    let lines: Vec<(Change, &str, usize, bool)> = hunks[0]
        .lines
        .iter()
        .map(|line| (line.change, line.text.as_str(), line.line, line.no_newline))
        .collect();
    assert_eq!(
        lines,
        [(Change::Keep, "a", 7, false), (Change::Keep, "b", 7, false), (Change::Remove, "x", 8, true),]
    );
    let reason = |index: usize| match &plan.steps[index].ruling {
        Some(Ruling::Unverified(reason)) => reason.clone(),
        other => format!("{other:?}"),
    };
    assert_eq!(reason(1), "in `ready=`, `value` does not say when the service is ready");
    assert_eq!(reason(2), "$UNSET for <unset> is not set");
    assert_eq!(reason(3), "None");
    let Action::Service(service) = &plan.steps[3].action else { panic!("a service") };
    assert_eq!(service.stop, Stop::Signal("TERM"));
}
