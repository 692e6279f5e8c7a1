//! Front matter: what makes a page a tutorial, each key with its refusals, and what is left to other tools.

use super::harness::{Room, case, check, page, refused, with_head};

/// Nothing runs that its author did not tag: a page must say `tutor`, a block must carry an id.
#[test]
fn nothing_runs_that_its_author_did_not_tag() {
    let room = Room::new();
    room.write("pages/plain.md", "```sh {#a}\ntouch @HERE@/plain\n```\n");
    room.write("pages/foreign.md", "---\ntitle: x\n---\n```sh {#a}\ntouch @HERE@/foreign\n```\n");
    room.write("pages/page.md", "---\ntutor:\n---\n```sh\ntouch @HERE@/prose\n```\n~~~bash title=\"x\" {1,3-5} {.numberLines}\ntouch @HERE@/other\n~~~\n```sh {#a snapshot=none}\ntouch @HERE@/ran\n```\n");
    let run = room.tutor(&["run", "pages"]);
    assert_eq!(run.code, Some(0), "{}", run.told());
    assert!(run.stdout.contains("1 step: 1 passed"), "{}", run.told());
    assert!(room.path("ran").exists());
    for name in ["plain", "foreign", "prose", "other"] {
        assert!(!room.path(name).exists(), "{name}");
    }
}

/// Everything of ours stands under the one key `tutor`; other generators keep their own keys. The same YAML may stand in
/// a comment at the top.
#[test]
fn other_generators_keep_their_own_keys() {
    let keys =
        "title: x\nlayout: post\nsidebar: {position: 3}\ntags: [a, b]\ntimout: 3s\nextra:\n  - deep: [1]\n";
    let step = "```sh {#a}\n[ \"$MODE\" = test ]\n```\n```text {.output}\n```\n";
    for head in [
        format!("---\n{keys}tutor:\n  env: {{MODE: test}}\n---\n"),
        format!("---\ntutor:\n  env: {{MODE: test}}\n{keys}---\n"),
        format!("<!-- tutor:document\n{keys}env: {{MODE: test}}\n-->\n"),
    ] {
        let room = Room::new();
        // In the comment all of it is ours.
        let head = if head.starts_with('<') { head.replace(keys, "title: x\n") } else { head };
        room.write("page.md", &format!("{head}{step}"));
        let run = room.run(&[]);
        assert_eq!((run.states().as_str(), run.code), ("a=passed", Some(0)), "{head}: {}", run.told());
    }
    refused(&[
        (
            "an unknown key in the comment, at its own place",
            &format!("<!-- tutor:document\ntimout: 3s\n-->\n{step}"),
            &["error[unknown-key]", "--> page.md:2:1", "did you mean `timeout`?"],
        ),
        (
            "an unknown key in front matter, at its own place",
            &with_head("{timout: 3s}"),
            &["error[unknown-key]", "--> page.md:2:9", "did you mean `timeout`?"],
        ),
    ]);
}

/// An unknown key is an error that offers the nearest known one, and each key refuses what it cannot mean.
#[test]
fn each_key_of_front_matter_refuses_what_it_cannot_mean() {
    let cases: [(&str, &[&str]); 36] = [
        ("{platfrom: [linux]}", &["error[unknown-key]", "did you mean `platform`?"]),
        ("{require: [sh]}", &["error[unknown-key]", "did you mean `requires`?"]),
        ("{secret: [<a>]}", &["error[unknown-key]", "did you mean `secrets`?"]),
        ("{requires: [{program: sh, mim: '1'}]}", &["error[unknown-key]", "did you mean `min`?"]),
        ("{redact: [{patern: x, with: y}]}", &["error[unknown-key]", "did you mean `pattern`?"]),
        ("{env: {A: {evn: B}}}", &["error[unknown-key]", "did you mean `env`?"]),
        ("{platform: [linus]}", &["error[unknown-platform]", "did you mean `linux`?"]),
        ("{platform: {linux: 1}}", &["error[wrong-type]"]),
        ("{requires: [{min: '1'}]}", &["error[missing-key]", "no `program`"]),
        ("{requires: [{program: sh, min: new}]}", &["error[bad-version]"]),
        ("{requires: [{program: sh, match: '(', min: '1'}]}", &["error[bad-pattern]"]),
        ("{relocate: [opt/certs]}", &["error[bad-relocate]"]),
        ("{placeholders: [<a>]}", &["error[wrong-type]"]),
        ("{placeholders: {<a>: [x]}}", &["error[wrong-type]"]),
        ("{placeholders: {<a>: x, <a>: y}}", &["error[duplicate-key]"]),
        ("{placeholders: {'': x}}", &["error[empty-value]"]),
        ("{secrets: [<a>]}", &["error[unknown-secret]"]),
        ("{ports: {<p>: 0}}", &["error[bad-port]"]),
        ("{ports: {<p>: 70000}}", &["error[bad-port]"]),
        ("{ports: {<p>: http}}", &["error[bad-port]"]),
        ("{env: {'': x}}", &["error[empty-value]"]),
        ("{env: {A=B: x}}", &["error[bad-variable]"]),
        ("{copy: [..]}", &["error[bad-copy]"]),
        (
            "{copy: [/etc/hostname]}",
            &["error[bad-copy]", "an absolute path", "from the page's own directory"],
        ),
        ("{copy: ['C:\\x']}", &["error[bad-copy]"]),
        ("{platform: [linux/cmd]}", &["error[unknown-platform]", "no `cmd` on linux", "only on windows"]),
        ("{platform: [unix/batch]}", &["error[unknown-platform]", "no `batch` on unix"]),
        ("{platform: [linux/CMD]}", &["error[unknown-platform]", "names no variant"]),
        ("{copy: [no-such-file]}", &["error[missing-file]"]),
        ("{timeout: 60}", &["error[bad-duration]"]),
        ("{timeout: 0s}", &["error[bad-duration]"]),
        ("{after: [no-such-page.md]}", &["error[missing-file]"]),
        ("{redact: [{pattern: '[', with: x}]}", &["error[bad-pattern]"]),
        ("{redact: [{pattern: 'x*', with: y}]}", &["error[empty-match]"]),
        ("{redact: [{pattern: x, with: '[..]'}]}", &["error[wildcard-name]"]),
        ("{covers: [../../src/**]}", &["error[bad-covers]"]),
    ];
    let pages: Vec<(&str, String, &[&str])> =
        cases.iter().map(|(head, says)| (*head, with_head(head), *says)).collect();
    let table: Vec<(&str, &str, &[&str])> =
        pages.iter().map(|(name, text, says)| (*name, text.as_str(), *says)).collect();
    refused(&table);
    // All mistakes at once, in their order.
    let room = Room::new();
    room.write("page.md", &with_head("{timout: 3s, platform: [linus], ports: {<p>: 0}}"));
    let run = room.run(&[]);
    let codes = ["unknown-key", "unknown-platform", "bad-port"];
    let places: Vec<_> = codes.map(|code| run.stderr.find(code)).into();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{}", run.told());
}

/// Values of placeholders and of the environment are always text, given or taken from the caller's environment.
#[test]
fn values_are_text_and_come_from_the_page_or_the_caller() {
    check(
        "sh",
        &[
            case(
                "as they are written",
                &[("sh #a", "echo <a> <b> <c> <d>", "1.10 010 yes null")],
                "a=passed",
            )
            .head("{placeholders: {<a>: 1.10, <b>: 010, <c>: yes, <d>: null}}"),
            case("not what YAML makes of them", &[("sh #a", "echo <a>", "1.1")], "a=drifted")
                .head("{placeholders: {<a>: 1.10}}"),
            case("of the environment too", &[("sh #a", "echo $A $B", "1.0 off")], "a=passed")
                .head("{env: {A: 1.0, B: off}}"),
        ],
    );
    let mut room = Room::new();
    let head = "{placeholders: {<who>: {env: CALLER}}, env: {THEIRS: {env: CALLER}, OWN: x}}";
    room.write("page.md", &page(head, &[("sh #a", "echo <who> $THEIRS $OWN", "ann ann x")]));
    room.env.push(("CALLER", "ann"));
    assert_eq!(room.run(&[]).states(), "a=passed");
    room.env.push(("CALLER", "bob"));
    assert_eq!(room.run(&[]).states(), "a=drifted");
}

/// The document's `timeout`, `platform` and `requires` hold for each step that does not say otherwise.
#[test]
fn what_the_document_says_holds_for_each_step() {
    check(
        "sh",
        &[
            case("a time-out", &[("sh #a", "sleep 5", "-")], "a=failed")
                .head("{timeout: 300ms}")
                .says(&["timed out after 300ms"]),
            case("another one", &[("sh #a timeout=9s", "sleep 0.4", "-")], "a=passed")
                .head("{timeout: 300ms}"),
            case("a program", &[("sh #a", ":", "-"), ("sh #b", ":", "-")], "a=passed b=passed")
                .head("{requires: [sh]}"),
        ],
    );
    let room = Room::new();
    room.write("page.md", &with_head("{requires: [no-such-program]}"));
    let run = room.run(&[]);
    assert_eq!((run.states().as_str(), run.code), ("a=unverified", Some(1)), "{}", run.told());
    assert!(run.stdout.contains("no-such-program not found"), "{}", run.told());
}

/// "`timeout: 60s` — of each step; default 60s": the program that lists the steps says how long each may take.
#[test]
fn a_step_may_take_60_seconds_unless_the_page_says_otherwise() {
    let blocks = [
        ("sh #a", ":", "-"),
        ("console #t", "$ :", "-"),
        ("sh #b timeout=2m", ":", "-"),
        ("sh #c timeout=500ms", ":", "-"),
        ("text #f .file path=x", "x", "-"),
        ("sh #z .cleanup", ":", "-"),
    ];
    let own = "b=120.0 c=0.5 f=null";
    let rows = [
        ("{}", format!("a=60.0 t=60.0 {own} z=60.0")),
        ("{timeout: 60s}", format!("a=60.0 t=60.0 {own} z=60.0")),
        ("{timeout: 90s}", format!("a=90.0 t=90.0 {own} z=90.0")),
    ];
    for (head, expected) in rows {
        let room = Room::new();
        room.write("page.md", &page(head, &blocks));
        let list = room.tutor(&["list", "--json", "page.md"]);
        let steps: Vec<String> = list
            .stdout
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
            .map(|row| format!("{}={}", row["step"].as_str().unwrap(), row["timeout"]))
            .collect();
        assert_eq!(steps.join(" "), expected, "{head}: {}", list.told());
    }
    // And what is listed is what holds.
    check(
        "sh",
        &[case("half a second", &[("sh #a timeout=500ms", "sleep @MARK@", "-")], "a=failed")
            .says(&["timed out after 500ms"])],
    );
}

/// "copy: files beside the page that a run needs": also above it, and each reader has them.
#[test]
fn what_is_copied_lies_beside_the_page() {
    let room = Room::new();
    room.write("deploy/run.sh", "echo deployed\n");
    room.write("docs/data.json", "[]\n");
    let copying = |copy: &str| {
        page(&format!("{{copy: {copy}}}"), &[("sh #a", "sh deploy/run.sh; cat data.json", "deployed\n[]")])
    };
    room.write("docs/deep/page.md", &copying("[../../deploy, ../data.json]"));
    let run = room.tutor(&["run", "docs/deep/page.md"]);
    assert_eq!(run.code, Some(0), "{}", run.told());
    // The same file by its absolute path is on one machine only.
    room.write("docs/deep/page.md", &copying("[../../deploy, @HERE@/docs/data.json]"));
    let run = room.tutor(&["run", "docs/deep/page.md"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.told());
    assert!(
        run.stderr.contains("error[bad-copy]") && run.stderr.contains("docs/deep/page.md:2:"),
        "{}",
        run.told()
    );
}

/// "covers: code that this page describes", "counterpart: another page": a page that says them runs as any other.
#[test]
fn what_a_page_covers_changes_nothing_of_a_run() {
    let room = Room::new();
    room.write("other.md", &page("{}", &[("sh #a", "echo on", "on")]));
    room.write("page.md", &with_head("{covers: [src/tls/**, README.md], counterpart: other.md}"));
    let run = room.run(&[]);
    assert_eq!((run.states().as_str(), run.code), ("a=passed", Some(0)), "{}", run.told());
    assert!(room.tutor(&["check", "page.md"]).stdout.contains("no mistakes"));
    refused(&[
        ("out of the root", &with_head("{covers: [../src/**]}"), &["error[bad-covers]"]),
        ("absolute", &with_head("{covers: [/src/**]}"), &["error[bad-covers]"]),
        ("a counterpart that is not there", &with_head("{counterpart: othr.md}"), &["othr.md"]),
    ]);
}

/// `env: {A: {env: B}}` where `B` is not set: `A` is not set either, which a page may well expect. Where the page does not
/// pass, the variable is named.
#[test]
fn a_variable_that_the_caller_has_not_set_is_named_where_the_page_does_not_pass() {
    let head = "{env: {A: {env: NOT_SET_HERE}, B: {env: SET_HERE}}}";
    for (output, set, state, named) in [
        ("none b", false, "passed", false),
        ("a b", false, "drifted", true),
        ("a b", true, "passed", false),
        ("none b", true, "drifted", false),
    ] {
        let mut room = Room::new();
        room.env.push(("SET_HERE", "b"));
        if set {
            room.env.push(("NOT_SET_HERE", "a"));
        }
        room.write("page.md", &page(head, &[("sh #a", "echo ${A-none} $B", output)]));
        let run = room.run(&[]);
        assert_eq!(run.step("a")["state"], state, "{output} {set}: {}", run.told());
        let words = "not set: NOT_SET_HERE, which `env` of page.md takes from the caller";
        assert_eq!(run.stdout.contains(words), named, "{output} {set}: {}", run.told());
        let ended = run.events.iter().find(|event| event["event"] == "document-finished").unwrap();
        assert_eq!(ended["unset"].is_null(), set, "{ended}");
        assert_eq!(room.run(&["-v"]).stdout.contains(words), !set);
    }
}
