//! The forms in which a program may print a secret: as it is, in base64, as hexadecimal numbers.

use std::fmt::Write as _;

/// What has fewer characters stands in outputs by chance: it is looked for as it is, in no other form.
const SHORTEST: usize = 8;
/// Of longer values the forms that nobody prints of a whole file are not looked for.
const LONG: usize = 512;
/// A line of a value of several lines is a secret by itself from this length on.
const OWN_LINE: usize = 16;

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// One way to write a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) text: String,
    /// The digit of base64 before it holds bits of the value too, and of what stands before the value.
    pub(super) shares_before: bool,
    /// The digit behind it does.
    pub(super) shares_after: bool,
}

impl Form {
    fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), shares_before: false, shares_after: false }
    }
}

/// All forms of `value` but itself. What shells, URLs, JSON and HTML make of it is found by [`super::view`].
pub(super) fn forms(value: &str) -> Vec<Form> {
    let value = value.trim_matches(['\n', '\r']);
    if value.chars().count() < SHORTEST {
        return Vec::new();
    }
    let mut forms: Vec<Form> =
        value.lines().filter(|line| is_own(line, value)).map(|line| Form::plain(line.trim())).collect();
    forms.push(Form::plain(value.replace('\'', r"'\''")));
    encoded(value.as_bytes(), &mut forms);
    if value.len() <= LONG {
        // What PowerShell encodes.
        let wide: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
        encoded(&wide, &mut forms);
        hexadecimal(value.as_bytes(), &mut forms);
    }
    forms.retain(|form| form.text != value);
    forms
}

/// Whether one line of several is kept from view also where it stands alone.
fn is_own(line: &str, value: &str) -> bool {
    let line = line.trim();
    line.len() < value.len() && line.chars().count() >= OWN_LINE && !line.starts_with("-----")
}

/// Base64 with both alphabets, by itself and within a longer text that is encoded as a whole.
fn encoded(bytes: &[u8], forms: &mut Vec<Form>) {
    for offset in 0..3 {
        for alphabet in [STANDARD, URL_SAFE] {
            let form = base64_within(bytes, offset, alphabet);
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
    }
}

/// The digits of base64 that depend on `bytes` alone where `offset` bytes (of a group of three) stand before them.
fn base64_within(bytes: &[u8], offset: usize, alphabet: &[u8; 64]) -> Form {
    let end = 8 * (offset + bytes.len());
    let first = (8 * offset).div_ceil(6);
    let bit = |at: usize| bytes[at / 8 - offset] >> (7 - at % 8) & 1;
    let digit = |index: usize| (6 * index..6 * index + 6).fold(0, |digit, at| digit << 1 | bit(at));
    let text = (first..end / 6).map(|index| char::from(alphabet[usize::from(digit(index))])).collect();
    Form { text, shares_before: offset > 0, shares_after: !end.is_multiple_of(6) }
}

/// `68756e`, `68:75:6e`, `68-75-6e`, `0x68, 0x75`, in both cases. (Blanks between are no difference.)
fn hexadecimal(bytes: &[u8], forms: &mut Vec<Form>) {
    for (before, between) in [("", ""), ("", ":"), ("", "-"), ("0x", ",")] {
        let (mut lower, mut upper) = (String::new(), String::new());
        for (index, byte) in bytes.iter().enumerate() {
            let between = if index == 0 { "" } else { between };
            // Writing to a string cannot fail.
            let _ = write!(lower, "{between}{before}{byte:02x}");
            let _ = write!(upper, "{between}{before}{byte:02X}");
        }
        forms.push(Form::plain(lower));
        forms.push(Form::plain(upper));
    }
}

pub(super) fn is_base64_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_at_each_alignment() {
        // printf hunter2 | base64: aHVudGVyMg==, xhunter2: eGh1bnRlcjI=, xxhunter2: eHhodW50ZXIy
        for (offset, text, before, after) in
            [(0, "aHVudGVyM", false, true), (1, "h1bnRlcj", true, true), (2, "odW50ZXIy", true, false)]
        {
            let expected = Form { text: text.to_owned(), shares_before: before, shares_after: after };
            assert_eq!(base64_within(b"hunter2", offset, STANDARD), expected);
        }
        assert_eq!(base64_within(&[0xff; 3], 0, URL_SAFE).text, "____");
    }

    #[test]
    fn short_values_have_no_other_forms() {
        assert_eq!(forms("hunter2"), []);
        assert!(forms("hunter22").iter().any(|form| form.text == "68756e7465723232"));
    }

    #[test]
    fn long_lines_of_a_value_are_forms() {
        let value = "-----BEGIN KEY-----\nshort\nsixteen-letters-\n";
        let forms = forms(value);
        assert!(forms.iter().any(|form| form.text == "sixteen-letters-"));
        assert!(
            !forms.iter().any(|form| form.text == "short" || form.text.starts_with("-----BEGIN KEY-----x"))
        );
    }
}
