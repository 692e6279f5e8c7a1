//! The built-in rules: times, durations, identities. Cheap checks first, so that most lines meet no expression.

use std::borrow::Cow;

use super::{hex, pattern};

const DIGIT: u8 = 1;
const COLON: u8 = 2;
const DASH: u8 = 4;
/// `p` and `P`: of pid and process.
const PID: u8 = 8;
/// `T`, of `20261124T035401Z`.
const TEE: u8 = 16;

/// What each byte says about the line that it stands in.
static TRAITS: [u8; 256] = {
    let mut table = [0; 256];
    let mut digit = b'0';
    while digit <= b'9' {
        table[digit as usize] = DIGIT;
        digit += 1;
    }
    table[b':' as usize] = COLON;
    table[b'-' as usize] = DASH;
    table[b'p' as usize] = PID;
    table[b'P' as usize] = PID;
    table[b'T' as usize] = TEE;
    table
};

/// Applies the built-in rules to one line. `continues` is kept from line to line: whether a long number does.
pub(super) fn apply<'t>(text: &'t str, continues: &mut bool) -> Cow<'t, str> {
    let bytes = text.as_bytes();
    let traits = bytes.iter().fold(0, |traits, &byte| traits | TRAITS[usize::from(byte)]);
    let has = |wanted: u8| traits & wanted == wanted;
    if traits & DIGIT == 0 && !*continues {
        return Cow::Borrowed(text);
    }
    let mut text = Cow::Borrowed(text);
    if has(DASH) && bytes.len() >= 36 {
        change(&mut text, |text| owned(pattern::UUID.replace(text)));
    }
    let clock = has(COLON) && has_clock(bytes);
    if clock || (has(TEE) && around(bytes, b'T', u8::is_ascii_digit)) {
        change(&mut text, |text| owned(pattern::ISO_TIME.replace(text)));
    }
    for times in [&pattern::MAIL_TIME, &pattern::UNIX_TIME] {
        // Most lines with a time have but one.
        if clock && has_clock(text.as_bytes()) {
            change(&mut text, |text| owned(times.replace(text)));
        }
    }
    if *continues || has(COLON) {
        change(&mut text, |text| hex::fingerprints(text, continues));
    }
    if bytes.len() >= 40 {
        change(&mut text, hex::hashes);
    }
    if has(PID)
        && bytes.windows(3).any(|three| [b"pid", b"pro"].iter().any(|word| three.eq_ignore_ascii_case(*word)))
    {
        change(&mut text, |text| owned(pattern::PID.replace(text)));
    }
    if has_amount(bytes) {
        change(&mut text, |text| owned(pattern::DURATION.replace(text)));
        if text.contains('(') {
            change(&mut text, |text| owned(pattern::PARENTHESIS.replace(text)));
        }
    }
    text
}

fn change(text: &mut Cow<'_, str>, by: impl FnOnce(&str) -> Option<String>) {
    if let Some(new) = by(text) {
        *text = Cow::Owned(new);
    }
}

fn owned(text: Cow<'_, str>) -> Option<String> {
    match text {
        Cow::Borrowed(_) => None,
        Cow::Owned(text) => Some(text),
    }
}

/// Whether the time of a day may stand in it.
fn has_clock(bytes: &[u8]) -> bool {
    around(bytes, b':', u8::is_ascii_digit)
}

/// Whether `middle` stands somewhere between two bytes that are so.
fn around(bytes: &[u8], middle: u8, so: fn(&u8) -> bool) -> bool {
    bytes.windows(3).any(|three| three[1] == middle && so(&three[0]) && so(&three[2]))
}

/// Whether a number stands where a duration's may, with the first letter of a time unit behind it.
fn has_amount(bytes: &[u8]) -> bool {
    bytes.windows(2).enumerate().any(|(at, two)| {
        two[1].is_ascii_digit()
            && matches!(two[0], b' ' | b'(' | b':' | b'=' | b'n' | b'N' | b'k' | b'K' | b'r' | b'R')
            && has_unit(&bytes[at + 2..])
    })
}

/// Whether a time unit may follow the digits in front. Looks at few bytes, since it is asked at each number.
fn has_unit(bytes: &[u8]) -> bool {
    const MOST: usize = 32;
    let next = bytes.iter().take(MOST).find(|byte| !matches!(byte, b'0'..=b'9' | b'.' | b',' | b' '));
    match next {
        // `e` as in `1.5e-3 s`; two that begin a micro sign.
        Some(next) => matches!(next, b'n' | b'u' | b'm' | b's' | b'h' | b'd' | b'w' | b'e' | 0xc2 | 0xce),
        None => bytes.len() > MOST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_varies_gets_a_name() {
        for (text, shown) in [
            ("at 2026-11-24T03:54:01Z done", "at [TIME] done"),
            ("2026-11-24 03:54:01.123456+01:00", "[TIME]"),
            ("2026-11-24 03:54", "[TIME]"),
            ("[2026-11-24T03:54:01,123+0100] x", "[[TIME]] x"),
            ("20261124T035401Z", "[TIME]"),
            ("Date: Tue, 24 Nov 2026 03:54:01 +0000", "Date: [TIME]"),
            ("Date: Tue, 24 Nov 2026 03:54:01 GMT", "Date: [TIME]"),
            ("Tue Nov 24 03:54:01 UTC 2026", "[TIME]"),
            ("Tue Nov 24 03:54:01 AM UTC 2026", "[TIME]"),
            ("Tue Nov  4 03:54:01 2026", "[TIME]"),
            ("Nov 24 03:54:01 host sshd[3]: x", "[TIME] host sshd[3]: x"),
            ("Nov 24 03:54:01 WEB app: x", "[TIME] WEB app: x"),
            ("notAfter=Nov  4 03:54:01 2026 GMT", "notAfter=[TIME]"),
            ("built in 0.03s", "built in [DURATION]"),
            ("took 12 ms", "took [DURATION]"),
            ("Took: 1m 3s.", "Took: [DURATION]."),
            ("after 1h, 2 min and 3 sec", "after [DURATION]"),
            ("in 2.5 seconds", "in [DURATION]"),
            ("in 5 minutes", "in [DURATION]"),
            ("in 12\u{b5}s", "in [DURATION]"),
            ("ok (1.2s)", "ok ([DURATION])"),
            ("ok (3 tests, 1.2s)", "ok (3 tests, [DURATION])"),
            ("id 123E4567-e89b-12d3-a456-426614174000.", "id [UUID]."),
            ("pid 12, PID: 13, pid=14", "pid [PID], PID: [PID], pid=[PID]"),
            (r#"{"pid":12}"#, r#"{"pid":[PID]}"#),
            ("process 4321 started, Process ID: 7", "process [PID] started, Process ID: [PID]"),
        ] {
            assert_eq!(apply(text, &mut false), shown, "{text}");
            assert_eq!(apply(shown, &mut false), shown, "again: {text}");
        }
    }

    #[test]
    fn what_only_looks_like_it_stays() {
        for text in [
            "step-12",
            "after 3 steps",
            "in 3 sections",
            "within 5s",
            "in 5 m/s",
            "timeout=5s",
            "version 2026-11-24",
            "at 03:54:01",
            "ratio 3:54",
            "127.0.0.1:27017",
            "::1 fe80::1 2001:db8::8a2e:370:7334",
            "rapid 12",
            "processed 12 files",
            "process 2.5 GB",
            "(see 3 s.)",
            "123e4567-e89b-12d3-a456-4266141740001",
            "1.2s",
        ] {
            assert_eq!(apply(text, &mut false), text);
        }
    }
}
