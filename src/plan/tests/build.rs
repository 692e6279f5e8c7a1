//! From a page to its steps.

use super::page::{Fence, Page};
use crate::{
    document::{OutputStream, StepId},
    plan::{Action, AnswerLine, Expected, Filter, Plan, PlanError, Request, Ruling, Secret, build},
    platform::{Platform, System},
};

fn id(text: &str) -> StepId {
    StepId::parse(text).expect("kebab-case")
}

fn ids(texts: &[&str]) -> Vec<StepId> {
    texts.iter().map(|text| id(text)).collect()
}

fn environment(name: &str) -> Option<String> {
    match name {
        "SET" => Some("from the caller".to_owned()),
        "SHORT" => Some("1234567".to_owned()),
        "EMPTY" => Some(String::new()),
        "PUBLIC" => Some("Some words".to_owned()),
        _ => None,
    }
}

fn request<'a>() -> Request<'a> {
    Request {
        document: "tutorials/page.md".to_owned(),
        host: System::Linux,
        platform: None,
        filter: Filter::default(),
        provided: &[],
        env: &environment,
        port: &|port| port + 1,
    }
}

fn plan_of(page: Page) -> Plan {
    plan_with(page, &request()).expect("a plan")
}

fn plan_with(page: Page, request: &Request<'_>) -> Result<Plan, PlanError> {
    let (document, sources) = page.finish();
    build(&document, &sources, request)
}

/// The text that a step runs or writes.
fn text(plan: &Plan, index: usize) -> &str {
    match &plan.steps[index].action {
        Action::Shell(shell) => &shell.text,
        Action::Cleanup { text, .. } | Action::File { text, .. } => text,
        action => panic!("no text in {action:?}"),
    }
}

#[test]
fn every_line_knows_its_place() {
    let plan = plan_of(
        Page::new()
            .step("one", "first\nsecond\n")
            .fence("", Fence::Answers, "Name []:x\n\n")
            .fence("", Fence::Output, "a\n\nb\n")
            .fence("have", Fence::Files("d"), "  ca.key\n\n\tca.crt \nsub/\n"),
    );
    let step = &plan.steps[0];
    assert_eq!((step.file.as_str(), step.line), ("tutorials/page.md", 5));
    assert_eq!(step.shown, "first\nsecond");
    let Action::Shell(shell) = &step.action else { panic!("{step:?}") };
    assert_eq!(shell.text, "first\nsecond\n");
    let answer = |text: &str, line| AnswerLine { text: text.to_owned(), line };
    assert_eq!(shell.answers, Some(vec![answer("Name []:x", 13), answer("", 14)]));
    let lines = ["a", "", "b"].map(str::to_owned).to_vec();
    assert_eq!(shell.expected, output(lines, vec![20, 21, 22], 19));
    let Action::Files { dir, names, lines } = &plan.steps[1].action else { panic!("{plan:?}") };
    assert_eq!(dir, "d");
    assert_eq!(names, &["ca.key", "ca.crt", "sub/"]);
    assert_eq!(lines, &[28, 30, 31]);
}

fn output(lines: Vec<String>, places: Vec<usize>, fence: usize) -> Expected {
    Expected::Output { stream: OutputStream::Both, lines, places, fence, written: None, file: None }
}

#[test]
fn an_empty_output_block_has_no_lines() {
    let plan = plan_of(Page::new().step("one", "true\n").fence("", Fence::Output, ""));
    let Action::Shell(shell) = &plan.steps[0].action else { panic!("{plan:?}") };
    assert_eq!(shell.expected, output(vec![], vec![], 11));
}

#[test]
fn placeholders_in_one_pass_the_longest_first() {
    let cases = [
        ("echo <a> <a>\n", "echo <ab> <ab>\n"),
        // Not rescanned: the value of <a> is another's name.
        ("<a><ab>\n", "<ab>long\n"),
        ("<a", "<a"),
        ("<<a>>", "<<ab>>"),
        // No quoting.
        ("'<q>'", "'it's'"),
        ("é<é>é", "éüé"),
        // Of two names that fit at one place the longer.
        ("PREFIX PREFIX-2", "short long-2"),
        ("<nl>", "x\ny"),
        ("none", "none"),
        ("", ""),
    ];
    for (before, after) in cases {
        let page = Page::new()
            .text("<a>", "<ab>")
            .text("<ab>", "long")
            .text("<q>", "it's")
            .text("<é>", "ü")
            .text("PREFIX", "short")
            .text("PREFIX-2", "long-2")
            .text("<nl>", "x\ny");
        let plan = plan_of(page.step("one", before));
        assert_eq!(text(&plan, 0), after, "{before}");
        assert_eq!(plan.steps[0].shown, before.trim_end(), "{before}");
    }
}

#[test]
fn placeholders_wherever_the_language_says_and_nowhere_else() {
    let plan = plan_of(
        Page::new()
            .text("<p>", "v")
            .text("<lines>", "1\n2")
            .env_text("E", "<p>")
            .step("one", "<p>\n")
            .fence("", Fence::Answers, "<p>:<lines>\n")
            .fence("", Fence::Output, "<lines>\n<p>\n")
            .fence("two", Fence::File("d/<p>"), "x <p>\n")
            .fence("three", Fence::Files("<p>"), "<p>.key\n")
            .fence("four", Fence::Cleanup, "<p>\n"),
    );
    let Action::Shell(shell) = &plan.steps[0].action else { panic!("{plan:?}") };
    assert_eq!(shell.answers, Some(vec![AnswerLine { text: "v:1\n2".to_owned(), line: 12 }]));
    let Expected::Output { stream: OutputStream::Both, lines, places, .. } = &shell.expected else {
        panic!("{shell:?}")
    };
    assert_eq!((lines.join("|").as_str(), places.as_slice()), ("1|2|v", [18, 18, 19].as_slice()));
    let Action::File { path, text: written, .. } = &plan.steps[1].action else { panic!("{plan:?}") };
    assert_eq!((path.as_str(), written.as_str()), ("d/v", "x v\n"));
    let Action::Files { dir, names, .. } = &plan.steps[2].action else { panic!("{plan:?}") };
    assert_eq!((dir.as_str(), names.as_slice()), ("v", ["v.key".to_owned()].as_slice()));
    assert_eq!(text(&plan, 3), "v\n");
    assert_eq!(plan.env, [("E".to_owned(), "<p>".to_owned())]);
}

#[test]
fn a_step_that_uses_a_placeholder_without_a_value_is_unverified() {
    let page = || Page::new().caller("<u>", "UNSET").caller("<v>", "GONE").caller("<s>", "SET");
    let both = Some("$GONE for <v> is not set, $UNSET for <u> is not set");
    let first = Some("$UNSET for <u> is not set");
    let cases = [
        (page().step("x", "no use of it\n"), None),
        (page().step("x", "<s>\n"), None),
        (page().step("x", "<u> <u>\n"), first),
        (page().step("x", "<v> <u>\n"), both),
        (page().step("x", "true\n").fence("", Fence::Output, "<u>\n"), first),
        (page().step("x", "true\n").fence("", Fence::Answers, "p:<u>\n"), first),
        (page().fence("x", Fence::File("<u>"), "text\n"), first),
        (page().fence("x", Fence::File("d"), "<u>\n"), first),
        (page().fence("x", Fence::Files("<u>"), "a\n"), first),
        (page().fence("x", Fence::Files("d"), "<u>\n"), first),
        (page().fence("x", Fence::Cleanup, "<u>\n"), first),
    ];
    for (page, reason) in cases {
        let plan = plan_of(page);
        let expected = reason.map(|reason| Ruling::Unverified(reason.to_owned()));
        assert_eq!(plan.steps[0].ruling, expected, "{plan:?}");
    }
}

#[test]
fn variables_that_the_caller_has_not_are_left_out() {
    let plan = plan_of(Page::new().env_env("A", "SET").env_env("B", "UNSET").env_env("C", "EMPTY"));
    let expected =
        [("A", "from the caller"), ("C", "")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(plan.env, expected);
}

#[test]
fn secrets_have_values_or_are_no_secrets() {
    let page = Page::new()
        .text("<t>", "written down")
        .caller("<p>", "SET")
        .caller("<q>", "UNSET")
        .caller("<e>", "EMPTY");
    let plan = plan_of(page.secret("<p>").secret("<q>").secret("<t>").secret("<e>").step("x", "<e>\n"));
    let secret = |name: &str, value: &str| Secret { name: name.to_owned(), value: value.to_owned() };
    assert_eq!(plan.secrets, [secret("<p>", "from the caller"), secret("<t>", "written down")]);
    assert_eq!(plan.steps[0].ruling, Some(Ruling::Unverified("$EMPTY for <e> is not set".to_owned())));
}

#[test]
fn filters() {
    let skipped = |reason: &str| Some(Ruling::Skipped(reason.to_owned()));
    let filter = |only: &[&str], skip: &[&str], from: Option<&str>| Filter {
        only: ids(only),
        skip: ids(skip),
        from: from.map(id),
    };
    let (author, only, skip) = (skipped("paid"), skipped("not in --only"), skipped("in --skip"));
    let before = skipped("before --from three");
    let unset = Some(Ruling::Unverified("$UNSET for <u> is not set".to_owned()));
    let (none, unset) = (&None, &unset);
    let cases = [
        (filter(&[], &[], None), [none, &author, none, none, unset]),
        (filter(&["one"], &[], None), [none, &author, none, &only, &only]),
        (filter(&["two"], &[], None), [&only, &author, none, &only, &only]),
        (filter(&["stop"], &[], None), [&only, &author, none, &only, &only]),
        (filter(&[], &["one", "four"], None), [&skip, &author, none, none, &skip]),
        (filter(&[], &[], Some("three")), [&before, &author, none, none, unset]),
        (filter(&["one", "four"], &[], Some("three")), [&before, &author, none, &only, unset]),
        (filter(&[], &["three"], Some("three")), [&before, &author, none, &skip, unset]),
    ];
    for (filter, expected) in cases {
        let page = Page::new()
            .caller("<u>", "UNSET")
            .step("one", "a\n")
            .fence("two", Fence::Skip("paid"), "<u>\n")
            .fence("stop", Fence::Cleanup, "c\n")
            .step("three", "d\n")
            .step("four", "<u>\n");
        let shown = format!("{filter:?}");
        let plan = plan_with(page, &Request { filter, ..request() }).expect("a plan");
        let rulings: Vec<_> = plan.steps.iter().map(|step| &step.ruling).collect();
        assert_eq!(rulings, expected, "{shown}");
    }
}

#[test]
fn the_platform_of_a_run() {
    type Case = (&'static [&'static str], System, Option<&'static str>, Option<&'static str>);
    let cases: [Case; 10] = [
        (&[], System::Linux, None, None),
        (&[], System::Linux, Some("windows/cmd"), None),
        (&["macos", "linux"], System::Linux, None, Some("linux")),
        (&["macos", "windows"], System::Linux, None, Some("macos")),
        (&["windows/cmd", "windows/powershell"], System::Windows, None, Some("windows/cmd")),
        (&["windows/cmd", "windows"], System::Windows, None, Some("windows")),
        (&["macos", "linux"], System::Linux, Some("macos"), Some("macos")),
        (&["windows/cmd", "windows/powershell"], System::Linux, Some("windows"), Some("windows/cmd")),
        (
            &["windows/cmd", "windows/powershell"],
            System::Linux,
            Some("windows/powershell"),
            Some("windows/powershell"),
        ),
        (&["linux"], System::Windows, None, Some("linux")),
    ];
    for (named, host, asked, expected) in cases {
        let request = Request { host, platform: asked.and_then(Platform::parse), ..request() };
        let plan = plan_with(Page::new().platforms(named), &request).expect("a plan");
        assert_eq!(plan.platform, expected.and_then(Platform::parse), "{named:?} {host} {asked:?}");
        assert_eq!(plan.host, host);
    }
}

#[test]
fn what_cannot_be_planned_says_why() {
    let filter = |only: &[&str], skip: &[&str], from: Option<&str>| Request {
        filter: Filter { only: ids(only), skip: ids(skip), from: from.map(id) },
        ..request()
    };
    let platform = |name: &str| Request { platform: Platform::parse(name), ..request() };
    let page = || {
        let page = Page::new().platforms(&["macos", "linux", "windows/cmd"]).step("make-ca", "a\n");
        page.fence("stop", Fence::Cleanup, "c\n")
    };
    let secret = |variable: &str| page().caller("<p>", variable).secret("<p>");
    let cases = [
        (
            page(),
            filter(&["make-cb"], &[], None),
            "--only names `make-cb`, which is no step of tutorials/page.md; did you mean `make-ca`?",
        ),
        (page(), filter(&[], &["zzz"], None), "--skip names `zzz`, which is no step of tutorials/page.md"),
        (
            page(),
            filter(&[], &[], Some("stopp")),
            "--from names `stopp`, which is no step of tutorials/page.md; did you mean `stop`?",
        ),
        (
            page(),
            filter(&[], &["stop"], None),
            "--skip names `stop`, a cleanup step of tutorials/page.md, and these always run",
        ),
        (
            page(),
            platform("windows/powershell"),
            "tutorials/page.md is not for windows/powershell, only for macos, linux and windows/cmd",
        ),
        (
            Page::new().platforms(&["macos"]),
            platform("linux"),
            "tutorials/page.md is not for linux, only for macos",
        ),
        (secret("SHORT"), request(), "the value of $SHORT for secret <p> is shorter than 8 characters"),
        (
            secret("PUBLIC"),
            request(),
            "the value of $PUBLIC for secret <p> stands in tutorials/page.md, line 3, for all to read",
        ),
    ];
    for (page, request, message) in cases {
        let error = plan_with(page, &request).expect_err(message);
        assert_eq!(error.to_string(), message);
    }
}
