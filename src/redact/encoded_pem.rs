//! Private keys whose PEM text is itself in base64, as Kubernetes and variables of CI services hold files.

/// What every such text begins with: `-----BEGIN `.
pub(super) const BEGIN: &str = "LS0tLS1CRUdJTiB";

/// So many digits hold the label: `-----BEGIN ENCRYPTED PRIVATE KEY-----` and more.
const HEAD: usize = 80;

/// `line` with `[PRIVATE KEY]` for each such key, and whether the last one may go on in the next line; `None` where there is none.
pub(super) fn line(line: &str) -> Option<(String, bool)> {
    let (mut result, mut rest) = (String::new(), line);
    let mut open = None;
    while let Some(at) = rest.find(BEGIN) {
        let digits = &rest[at..];
        let end =
            digits.bytes().position(|byte| value(byte).is_none() && byte != b'=').unwrap_or(digits.len());
        result.push_str(&rest[..at]);
        if is_private(&digits.as_bytes()[..end.min(HEAD)]) {
            result.push_str("[PRIVATE KEY]");
            open = Some(digits[end..].trim_end().is_empty());
        } else {
            result.push_str(&digits[..end]);
        }
        rest = &digits[end..];
    }
    result.push_str(rest);
    open.map(|open| (result, open))
}

fn is_private(digits: &[u8]) -> bool {
    let mut decoded = Vec::with_capacity(HEAD);
    let (mut bits, mut count) = (0_u32, 0);
    for value in digits.iter().map_while(|&byte| value(byte)) {
        bits = bits << 6 | value;
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.extend(u8::try_from(bits >> count & 0xff));
        }
        bits &= 0xff;
    }
    let label = String::from_utf8_lossy(&decoded);
    // A line that is wrapped before the label's end hides it.
    label.contains("PRIVATE KEY") || !label.trim_start_matches('-').contains("--")
}

/// What a digit of either alphabet stands for.
fn value(byte: u8) -> Option<u32> {
    Some(match byte {
        b'A'..=b'Z' => u32::from(byte - b'A'),
        b'a'..=b'z' => u32::from(byte - b'a') + 26,
        b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_from_certificates() {
        // printf -- '-----BEGIN PRIVATE KEY-----\nMIIEvQ' | base64, and so on.
        let key = "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JSUV2UQ==";
        let rsa = "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUlFdlE";
        let certificate = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUV2UQ==";
        for (text, shown) in [
            (format!("a: {key}"), Some(("a: [PRIVATE KEY]".to_owned(), true))),
            (
                format!("{{\"a\": \"{rsa}\", \"b\": \"{certificate}\"}}"),
                Some((format!("{{\"a\": \"[PRIVATE KEY]\", \"b\": \"{certificate}\"}}"), false)),
            ),
            (format!("{key},{key}"), Some(("[PRIVATE KEY],[PRIVATE KEY]".to_owned(), true))),
            (certificate.to_owned(), None),
            (key[..20].to_owned(), Some(("[PRIVATE KEY]".to_owned(), true))),
            ("nothing".to_owned(), None),
        ] {
            assert_eq!(line(&text), shown, "{text}");
        }
    }
}
