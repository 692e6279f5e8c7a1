//! Hashes and fingerprints: long hexadecimal numbers, found without regular expressions.

/// The digits that a hash has: SHA-1, SHA-256, SHA-384, SHA-512.
const HASHES: [usize; 4] = [40, 64, 96, 128];

/// What stands before a hash that says of redacted text what was left out of it: a name instead would make all
/// such texts alike.
pub(super) const LEFT_OUT: &str = " left out, sha256 ";

/// Replaces hexadecimal numbers of exactly 40, 64, 96 or 128 digits that stand alone.
pub(super) fn hashes(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    // Forty digits in a row leave none of these out.
    if !bytes.iter().skip(HASHES[0] - 1).step_by(HASHES[0]).any(u8::is_ascii_hexdigit) {
        return None;
    }
    let (mut result, mut copied, mut at) = (String::new(), 0, 0);
    while at < bytes.len() {
        let start = at;
        let mut hex = true;
        while at < bytes.len() && is_word(bytes[at]) {
            hex &= bytes[at].is_ascii_hexdigit();
            at += 1;
        }
        if hex && HASHES.contains(&(at - start)) && !text[..start].ends_with(LEFT_OUT) {
            result.push_str(&text[copied..start]);
            result.push_str("[HASH]");
            copied = at;
        }
        at += 1;
    }
    (copied > 0).then(|| result + &text[copied..])
}

/// Replaces colon-separated bytes, 16 and more. One that ends with its line and a colon goes on in the next line
/// (as OpenSSL prints long numbers): then `continues` is true, and lines of nothing but bytes are part of it.
pub(super) fn fingerprints(text: &str, continues: &mut bool) -> Option<String> {
    let bytes = text.as_bytes();
    if *continues {
        let start = text.len() - text.trim_start().len();
        let (end, count) = run(bytes, start);
        let rest = &text[end..];
        if count > 0 && (rest.is_empty() || rest == ":") {
            *continues = rest == ":";
            return Some(format!("{}[FINGERPRINT]", &text[..start]));
        }
        *continues = false;
    }
    if bytes.len() < 45 {
        return None;
    }
    let (mut result, mut copied, mut at) = (String::new(), 0, 0);
    while at < bytes.len() {
        if at > 0 && is_word(bytes[at - 1]) {
            at += 1;
            continue;
        }
        let (end, count) = run(bytes, at);
        let open = count >= 15 && &text[end..] == ":";
        if count >= 16 || open {
            result.push_str(&text[copied..at]);
            result.push_str("[FINGERPRINT]");
            copied = if open { bytes.len() } else { end };
            *continues = open;
        }
        at = end.max(at + 1);
    }
    (copied > 0).then(|| result + &text[copied..])
}

/// The bytes written `hh:hh:…` that stand whole at `start`: where they end, and how many.
fn run(bytes: &[u8], start: usize) -> (usize, usize) {
    let pair = |at: usize| {
        bytes.get(at..at + 2).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit))
            && !bytes.get(at + 2).is_some_and(|&next| is_word(next))
    };
    if !pair(start) {
        return (start, 0);
    }
    let (mut end, mut count) = (start + 2, 1);
    while bytes.get(end) == Some(&b':') && pair(end + 1) {
        end += 3;
        count += 1;
    }
    (end, count)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_stand_alone() {
        let sha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
        let sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for (text, shown) in [
            (sha1.to_owned(), Some("[HASH]".to_owned())),
            (format!("sha256:{sha256}  file"), Some("sha256:[HASH]  file".to_owned())),
            (format!("serial={}", sha1.to_uppercase()), Some("serial=[HASH]".to_owned())),
            (format!("{sha1} {sha1}"), Some("[HASH] [HASH]".to_owned())),
            (format!("{sha256}{sha256}"), Some("[HASH]".to_owned())),
            (format!("{sha1}0"), None),
            (format!("x{sha1}"), None),
            (format!("[... 3 MiB left out, sha256 {sha256} ...]"), None),
            ("deadbeef".to_owned(), None),
        ] {
            assert_eq!(hashes(&text), shown, "{text}");
        }
    }

    #[test]
    fn fingerprints_are_long() {
        let bytes = |count: usize| vec!["aB"; count].join(":");
        for (text, shown) in [
            (format!("SHA1 Fingerprint={}", bytes(20)), Some("SHA1 Fingerprint=[FINGERPRINT]".to_owned())),
            (format!("keyid:{} end", bytes(16)), Some("keyid:[FINGERPRINT] end".to_owned())),
            (bytes(15), None),
            (format!("{}:abc", bytes(3)), None),
            ("mac 52:54:00:12:34:56".to_owned(), None),
            ("2001:0db8:85a3:0000:0000:8a2e:0370:7334 and 20:01:0d:b8:00:00:00:01".to_owned(), None),
        ] {
            assert_eq!(fingerprints(&text, &mut false), shown, "{text}");
        }
    }

    #[test]
    fn a_long_number_goes_on_over_lines() {
        let full = format!("    {}:", vec!["0f"; 15].join(":"));
        let mut continues = false;
        for (line, shown, after) in [
            (full.as_str(), Some("    [FINGERPRINT]"), true),
            (&full, Some("    [FINGERPRINT]"), true),
            ("    1b:05", Some("    [FINGERPRINT]"), false),
            ("    1b:05", None, false),
            (&full, Some("    [FINGERPRINT]"), true),
            ("Exponent: 65537", None, false),
        ] {
            assert_eq!(fingerprints(line, &mut continues).as_deref(), shown, "{line}");
            assert_eq!(continues, after, "{line}");
        }
    }
}
