//! Numbers in a text.

use std::ops::Range;

use super::lines::other;

/// Each number of the text, and another one of as many digits: its last digit is one more.
pub(super) fn numbers(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if length > 0 {
            let (head, last) = (&text[at..at + length - 1], char::from(bytes[at + length - 1]));
            found.push((at..at + length, format!("{head}{}", other(last))));
        }
        at += length.max(1);
    }
    found
}
