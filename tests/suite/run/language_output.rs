//! Expected output: what both sides go through before they are compared, and each built-in rule.

use super::harness::{Block, Room, case, check, page};

/// Rows of a name, what is printed, expected output that it matches, and one that it does not: all in one page, since a
/// drift ends nothing.
fn check_both(rows: &[(&str, &str, &str, &str)]) {
    // For the length of a test.
    let kept = |text: String| -> &'static str { text.leak() };
    let mut blocks: Vec<Block> = Vec::new();
    for (index, (_, prints, matches, differs)) in rows.iter().enumerate() {
        let command = kept(format!("cat <<'END'\n{prints}\nEND"));
        blocks.push((kept(format!("sh #good-{index}")), command, kept((*matches).to_owned())));
        blocks.push((kept(format!("sh #bad-{index}")), command, kept((*differs).to_owned())));
    }
    let room = Room::new();
    room.write("page.md", &page("{}", &blocks));
    let run = room.run(&[]);
    let mut wrong = Vec::new();
    for (index, (name, ..)) in rows.iter().enumerate() {
        let states = ["good", "bad"].map(|kind| run.step(&format!("{kind}-{index}"))["state"].clone());
        if states != ["passed", "drifted"] {
            wrong.push(format!("{name}: {states:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{}{}", wrong.concat(), run.told());
}

/// `...` for zero or more lines, `[..]` for zero or more characters of a line, `\...` for a literal `...`; all else is
/// literal.
#[test]
fn wildcards_of_expected_output() {
    check_both(&[
        ("`...` in the middle, several times", "1\n2\n3\n4\n5", "1\n...\n3\n...\n5", "1\n...\n3\n...\n6"),
        ("`...` at the beginning", "1\n2\n3", "...\n3", "...\n2"),
        ("`...` for all", "1\n2", "...", "...\n3"),
        ("`...` with blanks behind it", "1\n2", "...  ", "x...  "),
        ("`...` alone on its line, else literal", "a...b", "a...b", "a-b"),
        ("`...` may need another place than the first", "a\nb\nx\na\nc", "a\n...\na\nc", "a\n...\na\nb"),
        ("`[..]` at the beginning, the end, twice", "one two three", "[..]two[..]", "[..]four[..]"),
        ("`[..]` for nothing", "ab", "a[..]b[..]", "a[..]c[..]"),
        ("`[..]` within one line", "a\nb", "a\n[..]", "a[..]b"),
        ("`\\...` is a literal `...`", "...", "\\...", "\\...."),
        ("`\\...` is no wildcard", "x\ny", "...", "\\..."),
        ("a literal `\\...`", "\\...", "\\\\...", "\\..."),
        ("no other pattern", "a.b*c?[d]", "a.b*c?[d]", "a.b*c?[e]"),
        ("a regular expression is a text", "aaa", "aaa", "a+"),
        ("blanks within a line count", "a  b", "a  b", "a b"),
        ("blanks before a line count", "  a", "  a", "a"),
        ("trailing blanks of either side don't", "a  \t", "a", "a."),
        ("empty lines count", "a\n\nb", "a\n\nb", "a\nb"),
        ("upper and lower case", "Abc", "Abc", "abc"),
        (
            "there is no similarity score",
            "a long line with one letter wrong",
            "a long line with one letter wrong",
            "a long line with one letter wrung",
        ),
    ]);
    check(
        "sh",
        &[
            case(
                "both streams, in the order that a terminal shows",
                &[("sh #a", "echo 1; echo 2 >&2; echo 3", "1\n2\n3")],
                "a=passed",
            ),
            case(
                "both streams, in another order",
                &[("sh #a", "echo 1; echo 2 >&2; echo 3", "1\n3\n2")],
                "a=drifted",
            ),
            case("an empty block means that nothing is printed", &[("sh #a", ":", "")], "a=passed"),
            case("an empty block, and an empty line came", &[("sh #a", "echo", "")], "a=drifted"),
            case("an empty block, and a word on stderr", &[("sh #a", "echo x >&2", "")], "a=drifted"),
            case(
                "ANSI codes are dropped",
                &[(
                    "sh #a",
                    "printf '\\033[1;32mok\\033[0m\\033]8;;http://x\\033\\\\link\\033]8;;\\033\\\\\\n'",
                    "oklink",
                )],
                "a=passed",
            ),
            case(
                "and nothing but them",
                &[("sh #a", "printf '\\033[1;32mok\\033[0m\\n'", "[1;32mok")],
                "a=drifted",
            ),
        ],
    );
}

/// Each built-in rule on both sides: another real value in the page matches, another kind of value does not.
#[test]
fn built_in_rules_hold_on_both_sides() {
    check_both(&[
        ("ISO 8601", "at 2031-05-06T07:08:09Z", "at 2024-01-02T03:04:05Z", "at noon"),
        ("ISO 8601, fractions and offset", "2031-05-06 07:08:09.123+02:00 x", "[TIME] x", "[TIME] y"),
        ("RFC 2822", "Tue, 06 May 2031 07:08:09 +0200", "Mon, 01 Jan 2024 00:00:00 +0000", "Mon"),
        ("date's default", "Tue May  6 07:08:09 UTC 2031", "[TIME]", "[TIME] UTC"),
        (
            "syslog's",
            "May  6 07:08:09 host app: x",
            "Jan 12 00:00:00 host app: x",
            "Jan 12 00:00:00 host app: y",
        ),
        ("OpenSSL's", "notAfter=May  6 07:08:09 2031 GMT", "notAfter=[TIME]", "notAfter=never"),
        ("durations after `in`", "done in 1.25s", "done in 31 ms", "done"),
        ("durations after `took`", "took 12 seconds", "took [DURATION]", "took [TIME]"),
        ("durations after `after`", "after 3m", "after 9m", "after 9x"),
        ("durations in parentheses", "ok (0.3s)", "ok (12.0 ms)", "ok (12.0)"),
        ("numbers without a unit are no duration", "done in 3", "done in 3", "done in 4"),
        (
            "UUIDs",
            "id 3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            "id 00000000-0000-4000-8000-000000000000",
            "id 0",
        ),
        ("pid N", "pid 4711", "pid 12", "pid x"),
        ("PID: N", "PID: 4711", "PID: 12", "PID: x"),
        ("process N", "process 4711 ended", "process 12 ended", "process 12 began"),
        ("hex of 40 digits", "da39a3ee5e6b4b0d3255bfef95601890afd80709", "[HASH]", "[UUID]"),
        (
            "hex of 64 digits",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "[HASH]",
            "[FINGERPRINT]",
        ),
        (
            "hex of 41 digits is a text",
            "0da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "0da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "[HASH]",
        ),
        (
            "colon-separated hex of 16 bytes",
            "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF",
            "[FINGERPRINT]",
            "[HASH]",
        ),
        (
            "colon-separated hex of 6 bytes is a text",
            "00:11:22:33:44:55",
            "00:11:22:33:44:55",
            "00:11:22:33:44:56",
        ),
        (
            "certificates",
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\nend",
            "[CERTIFICATE]\nend",
            "[CERTIFICATE]\nother",
        ),
    ]);
    check(
        "sh",
        &[
            case(
                "hex of 96 and 128 digits",
                &[("sh #a", "printf '%096d\\n%0128d\\n' 0 0", "[HASH]\n[HASH]")],
                "a=passed",
            ),
            case("hex of 32 digits is a text", &[("sh #a", "printf '%032d\\n' 0", "[HASH]")], "a=drifted"),
            case(
                "scratch and home",
                &[(
                    "sh #a",
                    "echo \"$HOME\"; pwd; echo \"$TMPDIR/x\"",
                    "[HOME]\n[SCRATCH][..]\n[SCRATCH][..]/x",
                )],
                "a=passed",
            ),
            case("home", &[("sh #a", "echo \"$HOME/x\"", "[HOME]/x")], "a=passed"),
            case("home is not scratch", &[("sh #a", "echo \"$HOME/x\"", "[SCRATCH]/x")], "a=drifted"),
        ],
    );
}

/// Any PEM private key is dropped always and everywhere: from outputs, recordings, events, also where the page shows one,
/// where it comes in pieces, and where nothing ends it.
#[test]
fn private_keys_are_never_shown() {
    let kinds =
        ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY"];
    let secret = "MC4CAQAwBQYDK2VwBCIEIOsWxkMB0zn6PVZrcPaBRWTqRqdKbmVgGnXNFgVjZ9Ql";
    let key = |kind: &str, end: &str| -> &'static str {
        format!("printf '%s\\n' before '-----BEGIN {kind}-----' {secret}; sleep 0.02; echo {secret}={end}; echo after").leak()
    };
    for kind in kinds {
        let (whole, open) = (key(kind, &format!(" >&2; echo '-----END {kind}-----'")), key(kind, ""));
        let blocks: [Block; 4] = [
            ("sh #a", whole, "before\n[PRIVATE KEY]\nafter"),
            ("sh #b snapshot=all", "openssl genpkey -algorithm ed25519", "-"),
            ("sh #c", whole, "before\nafter"),
            ("sh #d exit=3", open, "-"),
        ];
        let room = Room::new();
        room.write("page.md", &page("{}", &blocks));
        let run = room.run(&["-vv"]);
        assert_eq!(run.states(), "a=passed b=new c=drifted d=failed", "{kind}: {}", run.told());
        let recorded = room.read("snapshots/page/b.snap.new");
        assert!(recorded.contains("\n[PRIVATE KEY]\n"), "{recorded}");
        // The commands themselves show what the page shows.
        let outputs = run.events.iter().filter(|event| event["event"] == "step-finished");
        for event in outputs {
            for key in ["stdout", "stderr", "diff", "reason"] {
                assert!(!event[key].to_string().contains(secret), "{kind}: {event}");
            }
        }
        assert!(!recorded.contains("MC4C"), "{recorded}");
    }
}

/// The page's own rules come before the built-in ones, in their order; both sides go through them.
#[test]
fn the_pages_rules_come_first_and_in_order() {
    check(
        "sh",
        &[
            case("both sides", &[("sh #a", "echo session 2f", "session 1a")], "a=passed")
                .head("{redact: [{pattern: 'session [0-9a-f]+', with: 'session [ID]'}]}"),
            case(
                "what the rule leaves is compared",
                &[("sh #a", "echo session 2f x", "session 1a y")],
                "a=drifted",
            )
            .head("{redact: [{pattern: 'session [0-9a-f]+', with: 'session [ID]'}]}"),
            case("before the built-in ones", &[("sh #a", "echo pid 17", "[MINE]")], "a=passed")
                .head("{redact: [{pattern: 'pid [0-9]+', with: '[MINE]'}]}"),
            case("not after them", &[("sh #a", "echo pid 17", "[MINE]")], "a=drifted")
                .head("{redact: [{pattern: 'pid \\[PID\\]', with: '[MINE]'}]}"),
            case("in order", &[("sh #a", "echo one", "three")], "a=passed")
                .head("{redact: [{pattern: one, with: two}, {pattern: two, with: three}]}"),
            case("in the other order", &[("sh #a", "echo one", "two")], "a=passed")
                .head("{redact: [{pattern: two, with: three}, {pattern: one, with: two}]}"),
            case("groups", &[("sh #a", "echo user=ann id=7", "user=ann id=9")], "a=passed")
                .head("{redact: [{pattern: '(user=\\w+) id=\\d+', with: '$1 [ID]'}]}"),
            case("a rule does not make a wildcard", &[("sh #a", "echo xyz", "x#z")], "a=drifted")
                .head("{redact: [{pattern: '#', with: '[.' }]}"),
        ],
    );
}

/// Wildcards have no meaning in recordings: what was recorded is compared literally.
#[test]
fn wildcards_have_no_meaning_in_recordings() {
    let room = Room::new();
    let write = |text: &'static str| room.write("page.md", &page("{}", &[("sh #a snapshot=all", text, "-")]));
    for (first, then) in
        [("echo 'a[..]b'", "echo a12b"), ("echo ...", "echo x"), ("echo '\\...'", "echo ...")]
    {
        write(first);
        assert_eq!(room.run(&["--accept"]).states(), "a=passed");
        assert_eq!(room.run(&[]).states(), "a=passed", "{first}");
        write(then);
        assert_eq!(room.run(&[]).states(), "a=drifted", "{first} {then}");
    }
    // But rules have: a recording is kept after redaction, and other values of the same kind pass.
    write("echo 2031-05-06T07:08:09Z");
    room.run(&["--accept"]);
    assert!(room.read("snapshots/page/a.snap").contains("\n[TIME]\n"));
    write("echo 2024-01-02T03:04:05Z");
    assert_eq!(room.run(&[]).states(), "a=passed");
}

/// A step with an `.output` block and a transcript are compared there, any other shell step is recorded; cleanup, file,
/// patch and file-list blocks record nothing.
#[test]
fn what_is_recorded_and_what_is_not() {
    let room = Room::new();
    room.write(
        "page.md",
        "---\ntutor: {}\n---\n```sh {#held}\necho a\n```\n```text {.output}\na\n```\n```console {#talk}\n$ echo a\na\n```\n```text {#f .file path=x}\na\n```\n```diff {#p .patch path=x}\n@@ -1 +1 @@\n-a\n+b\n```\n```text {#l .files in=.}\nx\n```\n```sh {#kept}\necho a; echo b >&2\n```\n```sh {#end .cleanup}\necho a\n```\n",
    );
    let run = room.run(&[]);
    assert_eq!(
        run.states(),
        "held=passed talk=passed f=passed p=passed l=passed kept=new end=passed",
        "{}",
        run.told()
    );
    let names: Vec<_> = std::fs::read_dir(room.path("snapshots/page"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["kept.snap.new"]);
    assert!(
        room.read("snapshots/page/kept.snap.new")
            .contains("exit 0\n----- stdout -----\na\n----- stderr -----\nb\n"),
        "{}",
        room.read("snapshots/page/kept.snap.new")
    );
}
