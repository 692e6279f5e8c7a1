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
    let cases: [(&str, &[&str]); 31] = [
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
