//! Coverage and parity over the real program.

use super::project::Project;

/// Three of four blocks that look executable are tagged.
const PAGE: &str = "---\ntutor:\n  platform: [linux]\n---\n\n```sh {#a}\ntrue\n```\n\n```bash {#b}\ntrue\n```\n\n\
    ```console {.skip reason=\"needs an account\"}\n$ true\n```\n\n```sh\nfalse\n```\n";

#[test]
fn a_share_that_is_too_low_fails() {
    let project = Project::new(&[("a.md", PAGE)]);
    for (least, code) in [("0", 0), ("75", 0), ("76", 1), ("100", 1)] {
        let ran = project.run(&["check", "--min-coverage", least, "a.md"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(code), ""), "{least}");
        let words = "\nlinux: 3 of 4 blocks that look executable are tagged, 75 %";
        assert!(ran.stdout.contains(words), "{}", ran.stdout);
        let less = format!("75 %, less than the {least} % asked for\n");
        assert_eq!(ran.stdout.contains(&less), code == 1, "{}", ran.stdout);
    }
    assert_eq!(project.run(&["check", "a.md"]).code, Some(0), "nothing was asked for");
    let complete = PAGE.replace("```sh\nfalse", "```sh {#c}\nfalse");
    project.write("a.md", &complete);
    let ran = project.run(&["check", "a.md"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "checked 1 tutorial: no mistakes\n"));
    assert_eq!(project.run(&["check", "--min-coverage", "100", "a.md"]).code, Some(0));
}

#[test]
fn errors_weigh_more_than_coverage() {
    let project = Project::new(&[("a.md", &PAGE.replace("{#a}", "{#a exit=x}"))]);
    assert_eq!(project.run(&["check", "--min-coverage", "100", "a.md"]).code, Some(2));
}

#[test]
fn each_platform_has_its_share() {
    let windows = PAGE.replace("[linux]", "[windows/cmd]").replace("```sh {#a}", "```cmd");
    let project = Project::new(&[("a.md", PAGE), ("b.md", &windows)]);
    let lines = project.findings(&["--min-coverage", "60", "a.md", "b.md"]);
    let rows: Vec<String> = lines
        .iter()
        .filter(|line| line["event"] == "coverage")
        .map(|line| {
            format!("{} {}/{} {}", line["platform"], line["tagged"], line["executable"], line["percent"])
        })
        .collect();
    assert_eq!(rows, ["\"linux\" 3/4 75", "\"windows/cmd\" 2/4 50"]);
    let ran = project.run(&["check", "--min-coverage", "60", "--report", "github", "a.md", "b.md"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stdout.ends_with(
            "\n::error title=coverage::windows/cmd: 2 of 4 blocks that look executable are tagged, 50 %25, \
             less than the 60 %25 asked for\n"
        ),
        "{}",
        ran.stdout
    );
}

/// Two pages that name each other, and the steps that each has.
fn pair(first: &[&str], second: &[&str]) -> Project {
    let page = |other: &str, ids: &[&str]| {
        let steps =
            ids.iter().map(|id| format!("\n```sh {{#{id}}}\ntrue\n```\n")).collect::<Vec<_>>().concat();
        format!("---\ntutor:\n  counterpart: {other}\n---\n{steps}")
    };
    Project::new(&[("first.md", &page("second.md", first)), ("second.md", &page("first.md", second))])
}

fn messages(project: &Project, arguments: &[&str]) -> Vec<String> {
    let text = |line: &serde_json::Value| {
        format!("{}: {}", line["file"].as_str()?, line["message"].as_str()?).into()
    };
    project.findings(arguments).iter().filter(|line| line["event"] == "finding").filter_map(text).collect()
}

#[test]
fn counterparts_have_the_same_steps() {
    let project = pair(&["a", "b"], &["b", "c"]);
    assert_eq!(
        messages(&project, &["first.md"]),
        [
            "first.md: this page lacks the step `c` of `second.md`",
            "first.md: the counterpart `second.md` has no step `a`",
        ]
    );
    assert_eq!(
        messages(&project, &["first.md", "second.md"]),
        [
            "first.md: the counterpart `second.md` has no step `a`",
            "second.md: the counterpart `first.md` has no step `c`",
        ],
        "each is said once, where it can be mended"
    );
    assert_eq!(messages(&pair(&["a"], &["a"]), &["first.md", "second.md"]), [""; 0]);
    let project = Project::new(&[
        ("first.md", "---\ntutor:\n  counterpart: other.md\n---\n\n```sh {#a}\ntrue\n```\n"),
        ("other.md", "# No tutorial\n"),
    ]);
    assert_eq!(messages(&project, &["first.md"]), ["first.md: the counterpart `other.md` is no tutorial"]);
    assert_eq!(project.run(&["check", "first.md"]).code, Some(2));
}

#[test]
fn a_mistake_in_an_included_file_is_shown_and_mended_there() {
    let page = "---\ntutor:\n---\n\n<!-- tutor:include parts/more.md -->\n";
    let part = "```sh {#a timout=3s}\ntrue\n```\n";
    let project = Project::new(&[("a.md", page), ("b.md", page), ("parts/more.md", part)]);
    let found = messages(&project, &["a.md", "b.md"]);
    assert_eq!(found, ["parts/more.md: there is no attribute `timout`"], "once, though two pages have it");
    assert_eq!(project.run(&["check", "--fix", "a.md", "b.md"]).code, Some(0));
    assert_eq!(project.read("parts/more.md"), part.replace("timout", "timeout"));
    assert_eq!(project.read("a.md"), page);
}
