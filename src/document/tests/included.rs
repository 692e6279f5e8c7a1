//! Tutorials that a page includes: what they declare, and where.

use insta::assert_snapshot;

use super::{codes_among, good_among, picture_among};
use crate::{
    document::{Document, PlaceholderValue},
    platform::Platform,
};

const WINDOWS: &str = "---\ntutor:\n  platform: [windows/cmd, windows/powershell]\n  requires: [tutor]\n  relocate: ['C:\\data']\n  placeholders: {<name>: w, <both>: same text}\n  secrets: [<both>]\n  env: {MODE: test}\n  timeout: 90s\n---\n\n# Windows\n\n<!-- tutor:tab windows/cmd -->\n```cmd {#a}\necho <name> <both>\n```\n<!-- tutor:tab windows/powershell -->\n```powershell {#a}\necho <name>\n```\n<!-- tutor:end -->\n```yaml {#conf .file path=C:\\data\\x}\nx\n```\n";

const UNIX: &str = "---\ntutor:\n  platform: [macos, linux]\n  relocate: [/data]\n  placeholders: {<name>: u, <both>: same text}\n  secrets: [<both>]\n  redact: [{pattern: 'a+', with: 'A'}]\n---\n\n```sh {#a}\necho '<name> <both>'\n```\n```yaml {#conf .file path=/data/x}\nx\n```\n";

/// A page that includes both, each in its tab.
const PAGE: &str = "---\ntutor:\n  requires: [curl]\n---\n\n<!-- tutor:tab windows -->\n<!-- tutor:include w.md -->\n<!-- tutor:tab unix -->\n<!-- tutor:include u.md -->\n<!-- tutor:end -->\n\n```sh {#end}\ntrue\n```\n";

fn on(document: &Document, platform: &str) -> String {
    let platform = Platform::expand(platform).unwrap().remove(0);
    let run = document.variant(Some(&platform)).unwrap();
    let front = document.front_on(run);
    let value = |value: &PlaceholderValue| match value {
        PlaceholderValue::Text(text) => text.value.clone(),
        PlaceholderValue::Env(name) => format!("${}", name.value),
    };
    let placeholders: Vec<String> = front
        .placeholders
        .iter()
        .map(|placeholder| format!("{}={}", placeholder.name.value, value(&placeholder.value)))
        .collect();
    let requires: Vec<&str> = front.requires.iter().map(|one| one.program.value.as_str()).collect();
    let relocate: Vec<&str> = front.relocate.iter().map(|one| one.value.as_str()).collect();
    let ids: Vec<&str> = document
        .blocks
        .iter()
        .filter(|block| block.runs.contains(run))
        .filter_map(|block| Some(block.id.as_ref()?.value.as_str()))
        .collect();
    format!(
        "{} {} {} {}s {} env, {} rules: {}",
        placeholders.join(","),
        requires.join(","),
        relocate.join(","),
        front.step_timeout().as_secs(),
        front.env.len(),
        front.redact.len(),
        ids.join(" ")
    )
}

#[test]
fn what_a_tutorial_declares_holds_where_it_is_included() {
    let (document, _) = good_among(&[("w.md", WINDOWS), ("u.md", UNIX)], PAGE);
    let names: Vec<String> = document.platforms.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["windows/cmd", "windows/powershell", "macos", "linux"]);
    let windows = "<name>=w,<both>=same text curl,tutor C:\\data 90s 1 env, 0 rules: a conf end";
    for (platform, expected) in [
        ("windows/cmd", windows),
        ("windows/powershell", windows),
        ("macos", "<name>=u,<both>=same text curl /data 60s 0 env, 1 rules: a conf end"),
    ] {
        assert_eq!(on(&document, platform), expected, "{platform}");
    }
    // By themselves they are pages as before.
    for page in [WINDOWS, UNIX] {
        good_among(&[], page);
    }
}

#[test]
fn platforms_of_an_included_tutorial_and_of_its_place_intersect() {
    let one = "---\ntutor:\n---\n<!-- tutor:include u.md -->\n\n```sh {#end}\ntrue\n```\n";
    let (document, _) = good_among(&[("u.md", UNIX)], one);
    assert_eq!(on(&document, "linux").split(": ").nth(1), Some("a conf end"));
    assert!(document.is_for_any());
    assert_eq!(on(&document, "windows"), "  60s 0 env, 0 rules: end".replace("  60s", "   60s"));
}

#[test]
fn the_recordings_of_an_included_tutorial_lie_where_its_own_do() {
    let inner = "---\ntutor:\n  platform: [unix]\n---\n```sh {#a}\ntrue\n```\n<!-- tutor:tab macos -->\n```sh {#b}\ntrue\n```\n\
                 <!-- tutor:end -->\n<!-- tutor:include part.md -->\n```sh {#d platform=linux}\ntrue\n```\n";
    let page = "---\ntutor:\n  platform: [unix, windows]\n---\n<!-- tutor:tab unix -->\n<!-- tutor:include u.md -->\n\
                ```sh {#e}\ntrue\n```\n<!-- tutor:end -->\n<!-- tutor:include more.md -->\n";
    let files =
        [("u.md", inner), ("part.md", "```sh {#c}\ntrue\n```\n"), ("more.md", "```sh {#f}\ntrue\n```\n")];
    let (document, sources) = good_among(&files, page);
    let of = |block: &crate::document::Block| {
        let id = block.id.as_ref().map(|id| id.value.to_string()).unwrap_or_default();
        let tutorial = block.tutorial.map_or("page", |source| sources.get(source).name());
        format!("{id} {tutorial}{}", if block.placed { " by platform" } else { "" })
    };
    let all: Vec<String> = document.blocks.iter().map(of).collect();
    assert_eq!(
        all,
        ["a u.md", "b u.md by platform", "c u.md", "d u.md by platform", "e page by platform", "f page"]
    );
}

#[test]
fn what_no_platform_reaches_is_an_error() {
    let wrong = PAGE.replace("tab windows", "tab linux").replace("tab unix", "tab macos");
    assert_snapshot!(picture_among(&[("w.md", WINDOWS), ("u.md", UNIX)], &wrong), @"
    error[unreachable]: no platform of this page ever reaches this tutorial
     --> page.md:7:1
      |
    6 | <!-- tutor:tab linux -->
      | ------------------------ it stands in this tab
    7 | <!-- tutor:include w.md -->
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^ on none of the page's platforms
      |
      = help: the page's platforms are linux, windows/cmd, windows/powershell, macos
    ");
    // A part of it.
    let part = PAGE.replace("requires: [curl]", "platform: [windows/cmd, linux]");
    assert_snapshot!(picture_among(&[("w.md", WINDOWS), ("u.md", UNIX)], &part), @"
    error[unreachable]: no platform of this page ever reaches this tab
      --> w.md:18:1
       |
    18 | <!-- tutor:tab windows/powershell -->
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ on none of the page's platforms
       |
      ::: page.md:7:1
       |
     7 | <!-- tutor:include w.md -->
       | --------------------------- included here
       |
       = help: the page's platforms are windows/cmd, linux
    ");
    // In a file of no tutorial, a tab within a tab stays an error.
    let (_, fragment) = WINDOWS.split_once("# Windows").unwrap();
    let fragment: &'static str = fragment;
    let found = codes_among(&[("w.md", fragment), ("u.md", UNIX)], PAGE);
    assert!(found.contains(&"nested-tab"), "{found:?}");
}

#[test]
fn what_one_of_two_places_reaches_is_reached() {
    let page = PAGE.replace("tab windows", "tab windows/cmd").replace(
        "<!-- tutor:tab unix",
        "<!-- tutor:tab windows/powershell -->\n<!-- tutor:include w.md -->\n<!-- tutor:tab unix",
    );
    let (document, _) = good_among(&[("w.md", WINDOWS), ("u.md", UNIX)], &page);
    for platform in ["windows/cmd", "windows/powershell"] {
        assert!(on(&document, platform).ends_with(": a conf end"), "{}", on(&document, platform));
    }
}

#[test]
fn contradicting_words() {
    let page = "---\ntutor:\n  placeholders: {<a>: 1, <p>: 2, <c>: 3}\n  ports: {<q>: 80}\n---\n\n<!-- tutor:include d/o.md -->\n\n```sh {#end}\necho '<a> <p> <q> <c>'\n```\n";
    let other = "---\ntutor:\n  platform: [linux]\n  placeholders: {<a>: {env: A}, <q>: 2, <c>: 3}\n  ports: {<p>: 81, <r>: 80}\n---\n\n```sh {#other}\necho '<a> <p> <q> <r> <c>'\n```\n";
    let picture = picture_among(&[("d/o.md", other)], page);
    assert_snapshot!(picture, @"
    error[include-conflict]: two files of the page say different things of the placeholder `<a>` on linux
     --> d/o.md:4:18
      |
    4 |   placeholders: {<a>: {env: A}, <q>: 2, <c>: 3}
      |                  ^^^ said here
      |
     ::: page.md:3:18
      |
    3 |   placeholders: {<a>: 1, <p>: 2, <c>: 3}
      |                  --- and something else here
      |
      = help: let both say the same, or take one away

    error[include-conflict]: two files of the page say different things of the placeholder `<q>` on linux
     --> d/o.md:4:33
      |
    4 |   placeholders: {<a>: {env: A}, <q>: 2, <c>: 3}
      |                                 ^^^ said here
      |
     ::: page.md:4:11
      |
    4 |   ports: {<q>: 80}
      |           --- and something else here
      |
      = help: let both say the same, or take one away

    error[include-conflict]: two files of the page say different things of the port `<p>` on linux
     --> d/o.md:5:11
      |
    5 |   ports: {<p>: 81, <r>: 80}
      |           ^^^ said here
      |
     ::: page.md:3:26
      |
    3 |   placeholders: {<a>: 1, <p>: 2, <c>: 3}
      |                          --- and something else here
      |
      = help: let both say the same, or take one away

    error[include-conflict]: two files of the page say different things of the port `<r>` on linux
     --> d/o.md:5:20
      |
    5 |   ports: {<p>: 81, <r>: 80}
      |                    ^^^ said here
      |
     ::: page.md:4:11
      |
    4 |   ports: {<q>: 80}
      |           --- and something else here
      |
      = help: let both say the same, or take one away
    ");
}

#[test]
fn contradicting_settings() {
    let page = "---\ntutor:\n  env: {A: x, B: z}\n  timeout: 3s\n  copy: [a.md]\n  redact: [{pattern: a, with: b}, {pattern: b, with: c}]\n---\n\n<!-- tutor:include d/o.md -->\n\n```sh {#end}\ntrue\n```\n";
    let other = "---\ntutor:\n  env: {A: y, B: z}\n  timeout: 4s\n  copy: [a.md, ../b.md]\n  redact: [{pattern: a, with: c}, {pattern: b, with: c}]\n---\n\n```sh {#other}\ntrue\n```\n";
    let files = [("d/o.md", other), ("a.md", ""), ("d/a.md", ""), ("b.md", "")];
    let picture = picture_among(&files, page);
    assert_snapshot!(picture, @"
    error[include-conflict]: two files of the page say different things of the variable `A`
     --> d/o.md:3:9
      |
    3 |   env: {A: y, B: z}
      |         ^ said here
      |
     ::: page.md:3:9
      |
    3 |   env: {A: x, B: z}
      |         - and something else here
      |
      = help: let both say the same, or take one away

    error[include-conflict]: two files of the page say different things of the time-out
     --> d/o.md:4:12
      |
    4 |   timeout: 4s
      |            ^^ said here
      |
     ::: page.md:4:12
      |
    4 |   timeout: 3s
      |            -- and something else here
      |
      = help: let both say the same, or take one away

    error[include-conflict]: two files of the page say different things of the copied `a.md`
     --> d/o.md:5:10
      |
    5 |   copy: [a.md, ../b.md]
      |          ^^^^ said here
      |
     ::: page.md:5:10
      |
    5 |   copy: [a.md]
      |          ---- and something else here
      |
      = help: let both say the same, or take one away

    error[include-conflict]: two files of the page say different things of what this pattern becomes
     --> d/o.md:6:22
      |
    6 |   redact: [{pattern: a, with: c}, {pattern: b, with: c}]
      |                      ^ said here
      |
     ::: page.md:6:22
      |
    6 |   redact: [{pattern: a, with: b}, {pattern: b, with: c}]
      |                      - and something else here
      |
      = help: let both say the same, or take one away
    ");
}

#[test]
fn mistakes_in_the_front_matter_of_an_included_tutorial() {
    let page = "---\ntutor:\n  after: [first.md]\n---\n\n<!-- tutor:include o.md -->\n";
    let step = "\n```sh {#b needs=first#a}\ntrue\n```\n";
    let first = ("first.md", "---\ntutor:\n---\n\n```sh {#a}\ntrue\n```\n");
    let second = ("second.md", "---\ntutor:\n---\n\n```sh {#a}\ntrue\n```\n");
    let other: &'static str =
        format!("---\ntutor:\n  after: [first.md, second.md, third.md]\n  timout: 3s\n---\n{step}").leak();
    assert_snapshot!(picture_among(&[("o.md", other), first, second], page), @"
    error[included-after]: `second.md` does not run before `page.md`
     --> o.md:3:21
      |
    3 |   after: [first.md, second.md, third.md]
      |                     ^^^^^^^^^ needed by what stands here
      |
      = help: `page.md` includes this file: add it to `after` there

    error[missing-file]: there is no file `third.md`
     --> o.md:3:32
      |
    3 |   after: [first.md, second.md, third.md]
      |                                ^^^^^^^^ not found
      |
      = help: paths begin in the directory of the file that names them

    error[unknown-key]: `tutor` has no key `timout`
     --> o.md:4:3
      |
    4 |   timout: 3s
      |   ^^^^^^ unknown key
      |
    help: did you mean `timeout`?
      |
    4 |   timeout: 3s
      |      +
    ");
    let other: &'static str = format!("---\ntutor:\n  after: [first.md]\n---\n{step}").leak();
    good_among(&[("o.md", other), first], page);
    // What hangs on it is not reported again.
    let broken = "---\ntutor: [\n---\n\n```sh {#b}\necho <x>\n```\n";
    assert_eq!(codes_among(&[("o.md", broken), first], page), ["front-matter-syntax"]);
}

#[test]
fn secrets_of_several_files() {
    // Each declares it; nobody else may say it.
    let page = "---\ntutor:\n  placeholders: {<both>: same text}\n---\n\n<!-- tutor:include u.md -->\n\n```sh {#end}\necho same text\n```\n";
    assert_snapshot!(picture_among(&[("u.md", UNIX)], page), @"
    error[secret-on-page]: the value of the secret `<both>` stands on the page
     --> page.md:9:6
      |
    3 |   placeholders: {<both>: same text}
      |                          --------- its declaration
    ...
    9 | echo same text
      |      ^^^^^^^^^ everyone can read it here
      |
      = help: write `<both>` there; a run puts the value in
    ");
}
