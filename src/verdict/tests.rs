//! What counts as expected, and how differences are shown.

use regex::Regex;

use super::{Compared, Comparison, Expectation};
use crate::redact::{Config, Redactor};

fn redactor() -> Redactor {
    Redactor::new(Config {
        rules: vec![
            (Regex::new("session [0-9a-f]+").unwrap(), "session [ID]".to_owned()),
            (Regex::new("any .*").unwrap(), "[..]".to_owned()),
            (Regex::new("grow").unwrap(), "grow grow".to_owned()),
        ],
        ..Config::default()
    })
}

fn page(expected: &str, actual: &str) -> Compared {
    compare(&Expectation::Page(expected.lines().map(str::to_owned).collect()), actual)
}

fn compare(expectation: &Expectation, actual: &str) -> Compared {
    let redactor = redactor();
    let mut comparison = Comparison::new(expectation, &redactor);
    for piece in actual.as_bytes().chunks(5) {
        comparison.push(piece);
    }
    let compared = comparison.finish();
    assert_eq!(compared.matches, compared.diff.is_none());
    compared
}

#[test]
fn a_page_matches_what_it_means() {
    let cert = "-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----";
    for (expected, actual) in [
        ("", ""),
        ("a\nb", "a\nb\n"),
        ("a\nb", "a\r\nb  "),
        ("\n", "\n"),
        ("...", ""),
        ("...", "a\nb\n"),
        ("a\n...", "a\n"),
        ("...\nz", "a\nz\nb\nz\n"),
        ("a\n...\nb\nc\n...\nd", "a\nb\nx\nb\nc\nd\ne\nd\n"),
        ("...\nx\nx\ny\n...", "x\nx\nx\ny\n"),
        ("...\n...\na", "b\na"),
        ("took [..] in [..]", "took it in stride"),
        ("[..]", "\n"),
        ("a[..]b[..]c", "a b b c"),
        ("\\...", "...\n"),
        ("\\\\...", "\\...\n"),
        ("session 12ab", "session 34cd\n"),
        ("session [ID]", "session 34cd\n"),
        ("session [..]", "session 34cd\n"),
        ("built in 3s", "built in 4s"),
        ("built in [DURATION]", "built in 4s"),
        ("grow", "grow"),
        ("grow grow", "grow"),
        ("any text", "any other"),
        ("a.b (c) [d]", "a.b (c) [d]"),
        (cert, "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"),
        ("[CERTIFICATE]", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"),
    ] {
        let compared = page(expected, actual);
        assert!(compared.matches, "{expected:?} {actual:?} {compared:?}");
        assert_eq!(compared.missed, None);
    }
}

#[test]
fn a_page_fails_where_it_must() {
    for (expected, actual, missed) in [
        ("", "\n", None),
        ("", "a\n", None),
        ("\n", "", Some(0)),
        ("a", "", Some(0)),
        ("a", "A", Some(0)),
        ("a", "a\nb", None),
        ("a\nb", "a", Some(1)),
        ("a.c", "abc", Some(0)),
        ("a\n...\nz", "a\nb\nc", Some(2)),
        ("a\n...\nb\nc\n...\nd", "a\nb\nx\nc\nd\n", Some(3)),
        ("\\...", "a\n", Some(0)),
        ("a[..]b", "ab c", Some(0)),
        ("ab[..]bc", "abc", Some(0)),
        ("any text", "else", Some(0)),
        (
            "x\n-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----\ny",
            "x\n-----BEGIN CERTIFICATE-----\nM\n-----END CERTIFICATE-----\nz",
            Some(4),
        ),
    ] {
        let compared = page(expected, actual);
        assert!(!compared.matches, "{expected:?} {actual:?}");
        assert_eq!(compared.missed, missed, "{expected:?} {actual:?}");
    }
}

#[test]
fn a_recording_is_literal() {
    for (recorded, actual, matches) in [
        ("", "", true),
        ("", "\n", false),
        ("a\n", "a", true),
        ("a", "a\n", true),
        ("a\n\n", "a\n", false),
        ("...\n", "a\n", false),
        ("...\n", "...\n", true),
        ("a [..]\n", "a b\n", false),
        ("built in [DURATION]\n", "built in 5s", true),
        ("session 12ab\n", "session 34cd\n", true),
        ("grow grow\n", "grow\n", true),
    ] {
        let compared = compare(&Expectation::Recorded(recorded.to_owned()), actual);
        assert_eq!(compared.matches, matches, "{recorded:?} {actual:?}");
    }
    let compared = compare(&Expectation::Recorded("a\nb\n".to_owned()), "a\n");
    assert_eq!((compared.missed, compared.diff.as_deref()), (Some(1), Some(" a\n-b\n")));
}

#[test]
fn anything_is_right_and_kept() {
    let compared = compare(&Expectation::Anything, "a\nsession 12\n");
    assert!(compared.matches);
    assert_eq!(compared.text, "a\nsession [ID]\n");
}

#[test]
fn a_diff_shows_what_differs() {
    for (expected, actual, diff) in [
        ("a\nb\nc", "a\nx\nc", " a\n-b\n+x\n c\n"),
        ("", "a", "+a\n"),
        ("a\n...\nz", "a\nb\nc", " a\n b\n c\n-z\n"),
        ("in [..]\nb", "in x\nc", " in x\n-b\n+c\n"),
        ("...\nm [..]\nn\n...\nz", "a\nm 1\nq\ny\nz", " a\n m 1\n-n\n q\n y\n z\n"),
        ("1\n2\n3\n4\n5\n6", "1\n2\n3\n4\n5\n7", " [... 2 lines ...]\n 3\n 4\n 5\n-6\n+7\n"),
    ] {
        assert_eq!(page(expected, actual).diff.as_deref(), Some(diff), "{expected:?} {actual:?}");
    }
}

#[test]
fn a_diff_is_bounded() {
    let numbers = |from: usize, to: usize| (from..to).map(|n| n.to_string() + "\n").collect::<String>();
    let (old, new) = (numbers(0, 30_000), numbers(50_000, 90_000));
    for expectation in [
        Expectation::Recorded(old.clone()),
        Expectation::Page(old.lines().map(str::to_owned).collect()),
        Expectation::Page(format!("...\n{old}").lines().map(str::to_owned).collect()),
    ] {
        let compared = compare(&expectation, &new);
        let diff = compared.diff.unwrap();
        assert!(diff.lines().count() <= 61, "{}", diff.lines().count());
        assert!(diff.lines().all(|line| line.starts_with([' ', '-', '+'])));
    }
    let long = |end: &str| format!("{}{end}\n", "x".repeat(5000));
    let compared = compare(&Expectation::Recorded(long("one")), &long("two"));
    let diff = compared.diff.unwrap();
    assert!(diff.contains("xone\n+") && diff.contains("xtwo\n") && diff.len() < 1000, "{diff}");
}

#[test]
fn large_outputs_are_compared_as_a_whole() {
    let redactor = redactor();
    let run = |expectation: &Expectation, last: &str| {
        let mut comparison = Comparison::new(expectation, &redactor);
        let chunk = "y\n".repeat(32 * 1024);
        for _ in 0..100 {
            comparison.push(chunk.as_bytes());
        }
        comparison.push(last.as_bytes());
        comparison.push("y\n".repeat(600_000).as_bytes());
        comparison.finish()
    };
    let first = run(&Expectation::Anything, "a\n");
    assert!(first.truncated && first.text.len() < 1100 * 1024);
    let recorded = Expectation::Recorded(first.text);
    assert!(run(&recorded, "a\n").matches);
    let second = run(&recorded, "b\n");
    assert!(!second.matches, "a change in what is left out");
    assert!(second.diff.unwrap().contains("left out, sha256"));
    let lines = |text: &str| Expectation::Page(text.lines().map(str::to_owned).collect());
    assert!(run(&lines("y\n...\na\n...\ny"), "a\n").matches);
    assert!(!run(&lines("y\n...\na\n...\ny"), "b\n").matches);
}

fn piece() -> impl proptest::strategy::Strategy<Value = &'static [u8]> {
    proptest::sample::select(vec![
        &b"a\n"[..],
        b"b",
        b"\n",
        b"\r\n",
        b" ",
        b"session 0f",
        b"hunter2hunter2",
        b"hunter2",
        b"aHVudGVyMmh1bnRlcjI=",
        b"aHVudGVy",
        b"Mmh1bnRlcjI",
        b"\x1b[31m",
        "\u{e9}".as_bytes(),
        b"\xc3",
        b"-----BEGIN CERTIFICATE-----\nMIIB\n",
        b"-----END CERTIFICATE-----\n",
        b"2020-01-01T00:00:00Z",
    ])
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig {
        cases: 500,
        failure_persistence: None,
        ..proptest::prelude::ProptestConfig::default()
    })]
    #[test]
    fn a_verdict_does_not_depend_on_how_the_output_was_read(
        pieces in proptest::collection::vec(piece(), 0..30),
        expected in proptest::collection::vec(piece(), 0..6),
        cuts in proptest::collection::vec(1..9_usize, 1..20),
        recorded: bool,
    ) {
        let actual = pieces.concat();
        let expected = String::from_utf8_lossy(&expected.concat()).into_owned();
        let secrets = vec![("hunter2hunter2".to_owned(), "<pw>".to_owned())];
        let redactor = Redactor::new(Config { secrets, ..Config::default() });
        let expectation = if recorded {
            Expectation::Recorded(expected)
        } else {
            Expectation::Page(expected.lines().chain(["..."]).map(str::to_owned).collect())
        };
        let mut whole = Comparison::new(&expectation, &redactor);
        whole.push(&actual);
        let whole = whole.finish();
        let (mut cut, mut rest) = (Comparison::new(&expectation, &redactor), actual.as_slice());
        for &length in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, others) = rest.split_at(length.min(rest.len()));
            cut.push(piece);
            rest = others;
        }
        let cut = cut.finish();
        let shown: String = whole.text.split_whitespace().collect();
        proptest::prop_assert!(!shown.contains("hunter2hunter2") && !shown.contains("aHVudGVyMmh1bnRlcj"), "{shown}");
        proptest::prop_assert_eq!(cut, whole);
    }
}
