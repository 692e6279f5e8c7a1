//! Properties of redaction: the same however it was cut, and nothing changes the second time.

use regex::Regex;

use super::{Config, Redactor};

/// A generator of numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn pick<'t>(&mut self, of: &[&'t [u8]]) -> &'t [u8] {
        of[self.below(of.len())]
    }
}

const BODY: &[u8] = b"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n";

const PARTS: &[&[u8]] = &[
    b"\n",
    b"\n",
    b"\n",
    b"\r\n",
    b" ",
    b" ",
    b"word",
    b"5",
    b"in ",
    b"took ",
    b"12 ms",
    b"1m",
    b"s",
    b"(",
    b")",
    b", ",
    b"\x1b[31m",
    b"\x1b]0;t\x07",
    b"\x1b",
    b"\xff",
    b"\xc2",
    "é€😀".as_bytes(),
    b"\x08",
    b"\r",
    b"\t",
    b"hunter2hunter2",
    b"hunter2",
    b"aHVudGVyMmh1bnRlcjI=",
    b"YTpodW50ZXIyaHVudGVyMg",
    b"aHVudGVyMmh1",
    b"bnRlcjI",
    b"68756e746572326875",
    b"6e74657232",
    b"hunter2%68unter2",
    b"hunter2\\",
    b"h\\u0075nter2",
    b"first line\nsecond line\nthird",
    b"first line\n",
    b"second line\n",
    b"-----BEGIN PRIVATE KEY-----\n",
    b"-----END PRIVATE KEY-----",
    b"-----BEGIN CERTIFICATE-----\n",
    b"-----END CERTIFICATE-----\n",
    b"-----",
    BODY,
    BODY,
    b"Kw==\n",
    b"Proc-Type: 4,ENCRYPTED\n",
    b"/tmp/t-ab",
    b"/tmp/t-ab/home/x",
    b"c",
    b"end",
    b"\x7f",
    "\u{85}".as_bytes(),
    b"session 0af3",
    b"2026-11-24T03:54:01Z",
    b"Nov 24 03:54:01",
    b" 2026",
    b" GMT",
    b"pid 12",
    b":",
    b"-",
    b"123e4567-e89b-12d3-a456-426614174000",
    b"da39a3ee5e6b4b0d3255bfef95601890afd80709",
    b"aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88",
    b":99",
    b":\n",
];

fn redactor() -> Redactor {
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    Redactor::new(Config {
        shells: None,
        secrets: vec![pair("hunter2hunter2", "<password>"), pair("first line\nsecond line\nthird", "<key>")],
        paths: vec![pair("/tmp/t-ab", "[SCRATCH]"), pair("/tmp/t-ab/home", "[HOME]")],
        ports: Vec::new(),
        rules: vec![
            (Regex::new("session [0-9a-f]+").unwrap(), "session [ID]".to_owned()),
            (Regex::new(r"\bend$").unwrap(), "[END]".to_owned()),
        ],
    })
}

fn cut(redactor: &Redactor, bytes: &[u8], random: &mut Random, longest: usize) -> String {
    let (mut shown, mut rest) = (String::new(), bytes);
    let mut sink = |line: &str| {
        shown.push_str(line);
        shown.push('\n');
    };
    let mut stream = redactor.stream();
    while !rest.is_empty() {
        let length = (1 + random.below(longest)).min(rest.len());
        stream.push(&rest[..length], &mut sink);
        rest = &rest[length..];
    }
    stream.finish(&mut sink);
    shown
}

#[test]
fn redaction_does_not_depend_on_cuts_and_is_idempotent() {
    let (redactor, mut random) = (redactor(), Random(0x9e37_79b9_7f4a_7c15));
    for _ in 0..3000 {
        let bytes: Vec<u8> = (0..random.below(60)).flat_map(|_| random.pick(PARTS).to_vec()).collect();
        let whole = cut(&redactor, &bytes, &mut random, usize::MAX);
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(cut(&redactor, &bytes, &mut random, 7), whole, "cut: {text:?}");
        assert_eq!(redactor.text(&whole), whole, "again: {text:?}");
        for told in ["hunter2hunter2", "aHVudGVyMmh1bnRlcj", "68756e7465723268756e74657232"] {
            let shown: String = whole.split_whitespace().collect();
            assert!(!shown.contains(told), "{text:?}");
        }
        assert!(!whole.chars().any(|shown| shown.is_control() && shown != '\n' && shown != '\t'), "{text:?}");
    }
}

#[test]
fn a_long_line_is_one_line_in_bounds() {
    let (redactor, mut random) = (redactor(), Random(7));
    for length in [1000, 60_000, 70_000, 250_000, 1_500_000] {
        let mut bytes = Vec::new();
        while bytes.len() < length {
            bytes.extend(random.pick(PARTS).iter().filter(|&&byte| byte != b'\n' && byte != b'-'));
        }
        let whole = cut(&redactor, &bytes, &mut random, usize::MAX);
        assert_eq!(whole.matches('\n').count(), 1);
        assert!(whole.len() <= 65 * 1024, "{length}: {}", whole.len());
        assert!(!whole.contains("hunter2hunter2") && !whole.contains("/tmp/t-ab "));
        assert_eq!(cut(&redactor, &bytes, &mut random, 100_000), whole);
        assert_eq!(redactor.text(&whole), whole);
        bytes[length / 2] ^= 1;
        if length > 70_000 {
            assert_ne!(cut(&redactor, &bytes, &mut random, 5000), whole, "the middle is not looked at");
        }
    }
}

#[test]
fn a_key_within_a_long_line_is_not_shown() {
    let filler = "word ".repeat(30_000);
    let key = format!("-----BEGIN PRIVATE KEY-----\\n{}", "MIIEvQIBADANBgkqhkiG9w0".repeat(100));
    for text in [
        format!("{key}{filler}"),
        format!("{filler}{key}"),
        format!("{filler}{key}-----END PRIVATE KEY-----{filler}"),
    ] {
        let shown = redactor().text(&text);
        assert!(!shown.contains("MIIEvQIBADANBgkqhkiG9w0"), "{}", shown.len());
    }
}

#[test]
fn messages_lose_keys_and_secrets_only() {
    let redactor = redactor();
    let body = String::from_utf8_lossy(BODY);
    for (text, shown) in [
        ("echo hunter2hunter2  \n", "echo <password>  \n".to_owned()),
        ("pid 12 in 5s /tmp/t-ab\n\n", "pid 12 in 5s /tmp/t-ab\n\n".to_owned()),
        ("x first line\nsecond line\nthird", "x <key>".to_owned()),
        (
            &format!("cat <<E\n-----BEGIN RSA PRIVATE KEY-----\n{body}-----END RSA PRIVATE KEY-----\nE\n"),
            "cat <<E\n[PRIVATE KEY]\nE\n".to_owned(),
        ),
        ("", String::new()),
    ] {
        assert_eq!(redactor.secrets(text), shown);
    }
}

#[test]
fn texts_keep_how_they_end() {
    for text in ["", "\n", "a", "a\n", "a\n\n", "\n\na"] {
        assert_eq!(Redactor::new(Config::default()).text(text), text);
    }
}

#[test]
fn no_line_takes_long() {
    let redactor = redactor();
    for part in [
        "1 ",
        "in 1 ",
        "(",
        "(1, ",
        "aa:",
        "a:",
        "-----BEGIN A-----",
        "-----END A-----",
        "/tmp/t-ab",
        "\x1b[",
        "\u{9b}",
    ] {
        let line = part.repeat(60_000 / part.len());
        let started = std::time::Instant::now();
        let shown = redactor.text(&line);
        assert!(shown.len() <= 4 * line.len());
        assert!(started.elapsed().as_secs() < 2, "{part:?}: {:?}", started.elapsed());
    }
}

#[test]
fn messages_keep_the_runs_own_paths_and_show_relocated_ones_as_the_page_does() {
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    let redactor = Redactor::new(Config {
        secrets: vec![pair("hunter2hunter2", "<password>")],
        paths: vec![pair("/tmp/t-ab", "[SCRATCH]"), pair("/tmp/t-ab/fs/opt/certs", "/opt/certs")],
        ..Config::default()
    });
    let cases = [
        ("asks `In /tmp/t-ab/fs/opt/certs/x?`", "asks `In /opt/certs/x?`"),
        ("no space in /tmp/t-ab/run after 5 s", "no space in /tmp/t-ab/run after 5 s"),
        ("hunter2hunter2 in /tmp/t-ab/fs/opt/certs", "<password> in /opt/certs"),
    ];
    for (text, expected) in cases {
        assert_eq!(redactor.message(text), expected);
    }
}
