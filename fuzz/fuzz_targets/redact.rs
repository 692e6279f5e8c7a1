//! Any bytes as output: however it is cut, what is shown of it is the same, is itself when redacted again, and has no secret.
#![no_main]

use tutor::redact::{Config, Redactor};

const SECRET: &str = "hunter2-otter & \"4\"";
const FORMS: [&str; 5] = [SECRET, "aHVudGVyMi1vdHRlciAmICI0I", "68756e746572322d6f7474657220", "hunter2-otter\\ \\&", "hunter2-otter+%26+"];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((&cut, bytes)) = bytes.split_first() else { return };
    let secrets = vec![(SECRET.to_owned(), "<pw>".to_owned()), ("first line\nand the second".to_owned(), "<key>".to_owned())];
    let redactor = Redactor::new(Config { secrets, ..Config::default() });
    // A few bytes stand for a form, or little would ever be one.
    let mut text: Vec<u8> = Vec::new();
    for &byte in bytes {
        match byte {
            0xf8..=0xfc => text.extend(FORMS[usize::from(byte) - 0xf8].as_bytes()),
            0xfd => text.extend(&SECRET.as_bytes()[..9]),
            0xfe => text.extend(&SECRET.as_bytes()[9..]),
            0xff => text.extend(b"first line\n  and the second"),
            byte => text.push(byte),
        }
    }
    let shown = |length: usize| {
        let (mut stream, mut shown) = (redactor.stream(), String::new());
        let mut sink = |line: &str| shown.extend([line, "\n"]);
        text.chunks(length).for_each(|piece| stream.push(piece, &mut sink));
        stream.finish(&mut sink);
        shown
    };
    let whole = shown(usize::MAX);
    assert_eq!(shown(usize::from(cut) + 1), whole);
    assert!(!whole.contains(SECRET) && !whole.contains(FORMS[1]), "{whole:?}");
    assert_eq!(redactor.text(&whole), whole, "again");
});
