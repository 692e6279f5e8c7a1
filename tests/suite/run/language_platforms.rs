//! Pages for several platforms: tabs, variants, `platform=`, `--platform`.
#![cfg(target_os = "linux")]

use super::harness::Room;

/// A page for three systems, one of them with two shells.
const PAGE: &str = "---\ntutor:\n  platform: [windows, unix]\n---\n\
```sh {#first snapshot=none}\necho first\n```\n\
<!-- tutor:tab windows/cmd -->\n#### cmd\n\n```cmd {#greet}\necho cmd\n```\n\
<!-- tutor:tab windows/powershell -->\n#### PowerShell\n\n```powershell {#greet}\necho ps\n```\n\
<!-- tutor:tab macos linux -->\n#### macOS and Linux\n\n```sh {#greet}\necho unix\n```\n\
```text {.output platform=macos}\nmac\n```\n```text {.output platform=linux}\nunix\n```\n\
```sh {#record}\necho recorded\n```\n<!-- tutor:end -->\n\
```sh {#last needs=greet snapshot=none}\necho last\n```\n";

fn room(page: &str) -> Room {
    let room = Room::new();
    room.write("page.md", page);
    room
}

#[test]
fn the_hosts_platform_runs_where_the_page_has_it() {
    let room = room(PAGE);
    let run = room.run(&["--accept"]);
    assert_eq!(run.states(), "first=passed greet=passed record=passed last=passed", "{}", run.stdout);
    assert_eq!((run.code, run.step("greet")["platform"].as_str()), (Some(0), Some("linux")));
    assert!(!run.stdout.contains("page on"), "page and host do not differ: {}", run.stdout);
    // Recordings of what is not on every platform lie by platform.
    assert!(room.path("snapshots/page/linux/record.snap").exists());
    let changed = PAGE.replace("echo recorded", "echo changed");
    room.write("page.md", &changed);
    let run = room.run(&[]);
    assert_eq!(run.states(), "first=passed greet=passed record=drifted last=passed");
    assert!(run.stdout.contains("accept: tutor accept page/linux/record"), "{}", run.stdout);
    assert_eq!(room.tutor(&["accept", "page/linux/record"]).code, Some(0));
    assert_eq!(room.run(&[]).code, Some(0));
}

#[test]
fn another_platform_runs_on_this_one_as_far_as_it_can() {
    let room = room(PAGE);
    let run = room.run(&["--platform", "macos"]);
    assert_eq!(run.states(), "first=passed greet=drifted record=new last=passed");
    assert!(run.stdout.contains("(macos page on linux)"), "{}", run.stdout);
    assert_eq!(run.step("greet")["expected"], "mac");
    let run = room.run(&["--platform", "windows", "--no-wine"]);
    assert_eq!(run.states(), "first=passed greet=unverified last=unverified", "{}", run.stdout);
    assert_eq!(run.step("last")["platform"], "windows/cmd");
    assert_eq!(run.step("last")["reason"], "it needs greet, which is unverified");
}

#[test]
fn all_platforms_run_each_in_turn() {
    let room = room(PAGE);
    let run = room.run(&["--platform", "all"]);
    let ran: Vec<&str> = run
        .events
        .iter()
        .filter(|event| event["event"] == "document-started")
        .map(|event| event["platform"].as_str().unwrap())
        .collect();
    assert_eq!(ran, ["windows/cmd", "windows/powershell", "macos", "linux"]);
    // A step that is named need not be on each of them.
    let run = room.run(&["--platform", "all", "--only", "record"]);
    assert_eq!(run.events.iter().filter(|event| event["event"] == "document-started").count(), 2);
    assert_eq!(room.run(&["--platform", "all", "--only", "recrod"]).code, Some(2));
    let list = room.tutor(&["list", "page.md", "--platform", "all"]).stdout;
    let heads: Vec<&str> = list.lines().filter(|line| line.starts_with("page.md")).collect();
    let expected = ["windows/cmd): 3", "windows/powershell): 3", "macos): 4", "linux): 4"];
    assert_eq!(heads, expected.map(|end| format!("page.md ({end} steps")));
    let list = room.tutor(&["list", "page.md"]).stdout;
    assert!(list.starts_with("page.md (linux): 4 steps"), "{list}");
}

#[test]
fn a_platform_that_the_page_has_not_is_refused() {
    let room = room(PAGE);
    let run = room.run(&["--platform", "windows/bash"]);
    assert_eq!(run.code, Some(2));
    let says = "page.md is not for windows/bash, only for windows/cmd, windows/powershell, macos and linux";
    assert!(run.stderr.contains(says), "{}", run.stderr);
    let other = Room::new();
    other.write("page.md", "---\ntutor:\n  platform: [macos]\n---\n```sh {#a snapshot=none}\ntrue\n```\n");
    let run = other.run(&[]);
    assert_eq!((run.code, run.states().as_str()), (Some(0), "a=passed"), "the page's first");
}

#[test]
fn mistakes_with_platforms_keep_a_page_from_running() {
    let cases = [
        ("<!-- tutor:tab linux -->\n```sh {#a}\ntrue\n```\n", "error[unclosed-tab]"),
        ("```sh {#a platform=windows}\ntrue\n```\n```sh {#b}\ntrue\n```\n", "error[unreachable]"),
        ("```sh {#a platform=linus}\ntrue\n```\n", "help: did you mean `linux`?"),
        ("<!-- tutor:end -->\n```sh {#a}\ntrue\n```\n", "error[end-without-tab]"),
        (
            "```sh {#a platform=linux}\ntrue\n```\n```sh {#a platform=unix}\ntrue\n```\n",
            "used twice on linux",
        ),
        ("```sh {#a platform=linux}\ntrue\n```\n```sh {#b needs=a}\ntrue\n```\n", "is not there on macos"),
    ];
    for (body, says) in cases {
        let room = room(&format!("---\ntutor:\n  platform: [linux, macos]\n---\n{body}"));
        let run = room.run(&[]);
        assert_eq!((run.code, run.states().as_str()), (Some(2), ""), "{body}");
        assert!(run.stderr.contains(says), "{body}: {}", run.stderr);
    }
}

/// Tab, attribute and front matter intersect; a step that no platform of the page can ever reach is an error.
#[test]
fn tab_attribute_and_front_matter_intersect() {
    let page = |head: &str, tab: &str, attribute: &str| {
        format!(
            "---\ntutor:\n  platform: {head}\n---\n```sh {{#first snapshot=none}}\n:\n```\n<!-- tutor:tab {tab} -->\n```sh {{#a snapshot=none platform={attribute}}}\n:\n```\n<!-- tutor:end -->\n"
        )
    };
    let cases = [
        ("[linux, macos]", "unix", "linux", "linux", "first=passed a=passed"),
        ("[linux, macos]", "unix", "linux", "macos", "first=passed"),
        ("[linux, macos]", "macos", "unix", "linux", "first=passed"),
        ("[linux, macos]", "macos", "unix", "macos", "first=passed a=passed"),
        ("[unix]", "linux macos", "unix", "linux", "first=passed a=passed"),
        ("[windows/cmd, linux]", "windows linux", "linux", "linux", "first=passed a=passed"),
    ];
    for (head, tab, attribute, platform, states) in cases {
        let room = room(&page(head, tab, attribute));
        let run = room.run(&["--platform", platform]);
        assert_eq!(run.states(), states, "{head} {tab} {attribute} {platform}: {}", run.told());
    }
    for (head, tab, attribute) in
        [("[linux, macos]", "linux", "macos"), ("[linux]", "unix", "macos"), ("[unix]", "windows", "unix")]
    {
        let room = room(&page(head, tab, attribute));
        let run = room.run(&[]);
        assert_eq!(run.code, Some(2), "{head} {tab} {attribute}: {}", run.told());
        assert!(run.stderr.contains("error[unreachable]"), "{}", run.told());
    }
}

/// The same id in two tabs is the same step on two platforms; within one platform's run it is an error.
#[test]
fn the_same_id_in_two_tabs_is_one_step() {
    let page = |second: &str| {
        format!(
            "---\ntutor:\n  platform: [linux, macos]\n---\n<!-- tutor:tab linux -->\n```sh {{#a snapshot=none}}\n:\n```\n<!-- tutor:tab {second} -->\n```sh {{#a snapshot=none}}\n:\n```\n<!-- tutor:end -->\n```sh {{#b needs=a snapshot=none}}\n:\n```\n"
        )
    };
    let one = room(&page("macos"));
    for platform in ["linux", "macos"] {
        assert_eq!(one.run(&["--platform", platform]).states(), "a=passed b=passed");
    }
    let two = room(&page("macos linux"));
    let run = two.run(&[]);
    assert_eq!(run.code, Some(2), "{}", run.told());
    assert!(run.stderr.contains("error[duplicate-id]"), "{}", run.told());
}

/// "platform: … default: any": a page that names none is for each, and one that names some is for these.
#[test]
fn a_page_without_a_platform_is_for_any() {
    let page = |head: &str| format!("---\ntutor: {head}\n---\n```sh {{#a snapshot=none}}\n:\n```\n");
    for platform in ["linux", "macos", "windows", "windows/cmd", "windows/bash", "macos/arm64"] {
        let run = room(&page("{}")).run(&["--platform", platform]);
        assert_eq!((run.states().as_str(), run.code), ("a=passed", Some(0)), "{platform}: {}", run.told());
        let run = room(&page("{platform: [linux/x86-64]}")).run(&["--platform", platform]);
        let named = platform == "linux";
        assert_eq!(run.code, Some(if named { 0 } else { 2 }), "{platform}: {}", run.told());
    }
}

/// "variants such as windows/cmd": any word, but for a shell that the system never has; in front matter, tab and attribute.
#[test]
fn a_variant_is_no_shell_that_its_system_never_has() {
    let page = |variant: &str, place: &str| match place {
        "front matter" => {
            format!("---\ntutor: {{platform: [linux, {variant}]}}\n---\n```sh {{#a}}\n:\n```\n")
        }
        "tab" => format!(
            "---\ntutor: {{}}\n---\n<!-- tutor:tab {variant} -->\n```sh {{#a}}\n:\n```\n<!-- tutor:end -->\n"
        ),
        _ => format!("---\ntutor: {{}}\n---\n```sh {{#a platform={variant}}}\n:\n```\n"),
    };
    for place in ["front matter", "tab", "attribute"] {
        for variant in
            ["windows/cmd", "windows/bash", "linux/powershell", "macos/pwsh", "linux/x86-64", "unix/zsh"]
        {
            let check = room(&page(variant, place)).tutor(&["check", "page.md"]);
            assert_eq!(check.code, Some(0), "{place} {variant}: {}", check.told());
        }
        for variant in ["linux/cmd", "macos/bat", "unix/batch"] {
            let (system, shell) = variant.split_once('/').unwrap();
            let run = room(&page(variant, place)).run(&[]);
            assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{place} {variant}: {}", run.told());
            for says in [
                format!("error[unknown-platform]: there is no `{shell}` on {system}"),
                format!("windows/{shell}"),
            ] {
                assert!(run.stderr.contains(&says), "{place} {variant}: {}", run.told());
            }
        }
    }
}
