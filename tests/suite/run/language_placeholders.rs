//! Placeholders: where they are replaced, in which order, and what becomes of a page whose value is not there.

use super::harness::{Room, case, check, page, refused};

/// One pass, longest first, never rescanned, no quoting added.
#[test]
fn placeholders_are_replaced_in_one_pass_longest_first() {
    check(
        "sh",
        &[
            case("never rescanned", &[("sh #a", "echo '<a> <b>'", "<a> <b>")], "a=passed")
                .head("{placeholders: {<a>: <b>, <b>: <a>}}"),
            case(
                "a second pass would give another text",
                &[("sh #a", "echo '<a>' | tr -d '<>'", "b")],
                "a=passed",
            )
            .head("{placeholders: {<a>: <b>, <b>: other}}"),
            case("and that is what drifts", &[("sh #a", "echo '<a>' | tr -d '<>'", "other")], "a=drifted")
                .head("{placeholders: {<a>: <b>, <b>: other}}"),
            case("longest first", &[("sh #a", "echo NAME NAME_OF_ALL", "short long")], "a=passed")
                .head("{placeholders: {NAME: short, NAME_OF_ALL: long}}"),
            case(
                "longest first, whatever the order",
                &[("sh #a", "echo NAME NAME_OF_ALL", "short short_OF_ALL")],
                "a=drifted",
            )
            .head("{placeholders: {NAME_OF_ALL: long, NAME: short}}"),
            case(
                "what two make together is no placeholder",
                &[("sh #a", "echo '<<x>>' | tr -d '<>'", "x")],
                "a=passed",
            )
            .head("{placeholders: {<x>: x, <<x: '<<x'}}"),
            case("no quoting added", &[("sh #a", "printf '%s\\n' <words>", "one\ntwo")], "a=passed")
                .head("{placeholders: {<words>: one two}}"),
            case("quotes are the page's", &[("sh #a", "printf '%s\\n' \"<words>\"", "one two")], "a=passed")
                .head("{placeholders: {<words>: one two}}"),
        ],
    );
}

/// In commands, files, answers, expected output and attributes, and in transcripts, patches and file lists.
#[test]
fn placeholders_stand_in_every_kind_of_block() {
    let blocks = [
        ("sh #a", "mkdir <dir>; echo <who>", "<who>"),
        ("text #f .file path=<dir>/<file>", "for <who>", "-"),
        ("diff #p .patch path=<dir>/<file>", "@@ -1 +1,2 @@\n for <who>\n+and <who>", "-"),
        ("text #l .files in=<dir>", "<file>", "-"),
        ("console #t", "$ cat '<dir>/<file>'\nfor <who>\nand ann", "-"),
        ("sh #q", "printf 'Who is <who>? '; read -r x; echo \"$x\"", "ann smith"),
        ("text .answers", "Who is <who>? <who> smith", "-"),
        ("sh #e exit=<status>", "exit 3", "-"),
        ("sh #z .cleanup", "test <who> = ann", "-"),
    ];
    let head = "{placeholders: {<dir>: d, <file>: x.txt, <who>: ann, <status>: '3'}}";
    check(
        "sh",
        &[
            case("everywhere", &blocks[..7], "a=passed f=passed p=passed l=passed t=passed q=passed")
                .head(head),
            case("cleanup", &[blocks[0], blocks[8]], "a=passed z=passed").head(head),
            case("another value than shown", &[("sh #a", "echo bob", "<who>")], "a=drifted").head(head),
        ],
    );
}

/// The word of a port may be the number that readers see: a run uses a free port all the same, and other numbers that
/// hold it stay.
#[test]
fn a_port_may_be_called_by_its_number() {
    let differs = "x=8080; [ \"$x\" != \"$(printf '80%s' 80)\" ]; echo \"port 8080, not 18080\"";
    check(
        "sh",
        &[
            case("a free one", &[("sh #a", differs, "port 8080, not 18080")], "a=passed")
                .head("{ports: {8080: 8080}}"),
            case("in quotes", &[("sh #a", differs, "port 8080, not 18080")], "a=passed")
                .head("{ports: {'8080': 8080}}"),
            case("without it, no other is used", &[("sh #a", differs, "-")], "a=failed"),
            case(
                "longer numbers keep their lengths",
                &[("sh #a", "printf 18080 | wc -c | tr -d ' '", "5")],
                "a=passed",
            )
            .head("{ports: {8080: 8080}}"),
            case("outputs that say another", &[("sh #a", "echo 8081", "8080")], "a=drifted")
                .head("{ports: {8080: 8080}}"),
        ],
    );
}

/// A placeholder whose variable is not set makes the steps that use it unverified, and only those.
#[test]
fn a_placeholder_that_is_not_set_makes_its_steps_unverified() {
    let head = "{placeholders: {<pw>: {env: NO_SUCH_VARIABLE_HERE}, <who>: ann}}";
    let blocks = [
        ("sh #a", "echo <who>", "ann"),
        ("sh #b", "echo <pw>", "-"),
        ("text #f .file path=x", "<pw>", "-"),
        ("text #g .file path=<pw>", "x", "-"),
        ("sh #c", "printf 'P? '; read -r x", "-"),
        ("text .answers", "P? <pw>", "-"),
        ("sh #d", "echo x", "<pw>"),
        ("sh #e needs=b", "echo x", "x"),
        ("sh #h", "echo end", "end"),
    ];
    let room = Room::new();
    room.write("page.md", &page(head, &blocks));
    let run = room.run(&[]);
    let states =
        "a=passed b=unverified f=unverified g=unverified c=unverified d=unverified e=unverified h=passed";
    assert_eq!((run.states().as_str(), run.code), (states, Some(0)), "{}", run.told());
    assert!(run.step("b")["reason"].as_str().unwrap().contains("NO_SUCH_VARIABLE_HERE"), "{}", run.told());
    assert_eq!(room.run(&["--strict"]).code, Some(1));
    let mut room = room;
    room.env.push(("NO_SUCH_VARIABLE_HERE", "value"));
    let run = room.run(&[]);
    let states = "a=passed b=passed f=passed g=passed c=passed d=drifted e=passed h=passed";
    assert_eq!(run.states(), states, "{}", run.told());
}

/// `tutor check` reports a word like `<name>` that nothing declares, outside quotes and here-documents.
#[test]
fn words_that_look_like_placeholders_are_reported() {
    let warned = [
        ("mysql -u <user> -p", true),
        ("cat <in >out", false),
        ("echo '<user>' \"<user>\"", false),
        ("cat <<END\n<user>\nEND", false),
        ("sort <in> out", true),
        ("echo <known>", false),
        ("# <user>", false),
    ];
    for (command, expected) in warned {
        let room = Room::new();
        room.write(
            "page.md",
            &page("{placeholders: {<known>: x}}", &[("sh #a", command, "-"), ("sh #b", "echo <known>", "-")]),
        );
        let check = room.tutor(&["check", "page.md"]);
        assert_eq!(check.stdout.contains("undeclared-placeholder"), expected, "{command}: {}", check.told());
    }
}

/// A secret's value must not stand in the page outside its declaration, nor be shorter than 8 characters.
#[test]
fn secrets_that_the_page_gives_away_are_refused() {
    let head = |value: &str| format!("{{placeholders: {{<pw>: {value}}}, secrets: [<pw>]}}");
    let uses = [("sh #a", "echo <pw>", "<pw>")];
    refused(&[
        ("7 characters", &page(&head("seven-7"), &uses), &["error[short-secret]"]),
        (
            "in a command",
            &page(&head("tortoise-8"), &[("sh #a", "echo <pw> tortoise-8", "-")]),
            &["error[secret-on-page]"],
        ),
        (
            "in prose",
            &format!("{}\nIt is tortoise-8.\n", page(&head("tortoise-8"), &uses)),
            &["error[secret-on-page]"],
        ),
        (
            "in another value of front matter",
            &page("{placeholders: {<pw>: tortoise-8}, secrets: [<pw>], env: {A: tortoise-8}}", &uses),
            &["error[secret-on-page]"],
        ),
    ]);
    let room = Room::new();
    room.write("page.md", &page(&head("eight-88"), &[uses[0], ("sh #b", "echo <pw>", "eight")]));
    let run = room.run(&["-vv"]);
    assert_eq!(run.states(), "a=passed b=drifted", "{}", run.told());
    let all = run.told() + &room.read("out.json");
    assert!(all.contains("<pw>") && !all.contains("eight-88"), "{all}");
}

/// Wherever a secret's value appears, its placeholder is shown: in
/// every report, JSON's escapes and names of files included, and in recordings.
#[test]
fn secrets_are_masked_everywhere() {
    let secret = "quote\"back\\slash{}";
    let head = "{placeholders: {<pw>: {env: PW}}, secrets: [<pw>], env: {PW: <pw>}}";
    let blocks = [
        ("sh #a snapshot=all", "printf '%s\\n' \"$PW\" | tee /dev/stderr; printf '%s' \"$PW$PW\"", "-"),
        ("console #t", "$ printf '%s\\n' \"$PW\"\nother", "-"),
        ("sh #b", "mkdir \"$PW\"; cd \"$PW\"; pwd; touch \"x$PW\"", "-"),
        ("text #l .files in=.", "y", "-"),
        ("sh #c", "printf '%s: ' \"$PW\"; read -r x", "-"),
        ("text .answers", "Other: x", "-"),
    ];
    let mut room = Room::new();
    room.env.push(("PW", secret));
    room.write("page.md", &page(head, &blocks));
    let run = room.run(&["-vv"]);
    assert_eq!(run.states(), "a=new t=drifted b=passed l=drifted c=failed", "{}", run.told());
    let recorded = std::fs::read_to_string(room.path("snapshots/page/a.snap.new")).unwrap();
    let all = [run.told(), room.read("out.json"), recorded.clone()].concat();
    let escaped = serde_json::to_string(secret).unwrap();
    for form in [secret, escaped.trim_matches('"'), "back\\slash"] {
        assert!(!all.contains(form), "{form}: {all}");
    }
    assert!(recorded.contains("\n<pw><pw>\n"), "{recorded}");
    assert!(run.step("l")["diff"].as_str().unwrap().contains("+x<pw>"), "{}", run.step("l"));
    assert!(run.step("c")["reason"].as_str().unwrap().contains("<pw>:"), "{}", run.step("c"));
}
