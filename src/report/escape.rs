//! What a program printed can't play tricks on the reader's terminal: control characters are shown, not sent.

use std::{borrow::Cow, fmt::Write as _, ops::RangeInclusive};

/// How a workflow command of GitHub Actions begins, anywhere in a line; another one is a line whose first text is `::`
/// (`ActionCommand.cs` of `actions/runner`, which trims a line before it looks).
pub(super) const OLD_COMMAND: &str = "##[";

/// `text` with everything that a terminal would act on spelled out (`\x1b`, `\u{202e}`), line ends and tabs
/// excepted, and with what the log of a workflow would act on. Borrowed where there is nothing to spell out.
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    // Printable ASCII is the rule, and this loop is all that it costs.
    let plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t'));
    if plain && !text.contains("::") && !text.contains(OLD_COMMAND) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    let mut rest = text.chars().peekable();
    while let Some(char) = rest.next() {
        if char == '\r' && rest.peek() == Some(&'\n') {
            continue;
        }
        let begins = || escaped.rsplit('\n').next().is_none_or(|line| line.trim_start().is_empty());
        let commands = match char {
            ':' => rest.peek() == Some(&':') && begins(),
            '#' => rest.clone().take(2).eq(OLD_COMMAND.chars().skip(1)),
            _ => false,
        };
        if !acts(char) && !commands {
            escaped.push(char);
        } else if char.is_ascii() {
            let _ = write!(escaped, "\\x{:02x}", u32::from(char));
        } else {
            let _ = write!(escaped, "\\u{{{:x}}}", u32::from(char));
        }
    }
    Cow::Owned(escaped)
}

/// Line separators and overrides of direction, invisible operators and isolates, annotations, tags.
const REORDER_OR_HIDE: [RangeInclusive<char>; 4] =
    ['\u{2028}'..='\u{202e}', '\u{2060}'..='\u{206f}', '\u{fff9}'..='\u{fffb}', '\u{e0000}'..='\u{e007f}'];

/// Whether `char` does something other than stand there: controls (also the 8-bit ones, which some terminals take
/// for the start of a sequence), and what reorders or hides its neighbours.
fn acts(char: char) -> bool {
    match char {
        '\n' | '\t' => false,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => true,
        _ => char.is_control() || REORDER_OR_HIDE.iter().any(|range| range.contains(&char)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells_out_what_a_terminal_would_act_on() {
        let cases = [
            ("plain\ttext\n", "plain\ttext\n"),
            ("größe 日本 → ✓", "größe 日本 → ✓"),
            ("\u{1b}[2J\u{1b}]0;title\u{7}", "\\x1b[2J\\x1b]0;title\\x07"),
            ("a\rb\r\nc", "a\\x0db\nc"),
            ("\u{9b}31m\u{7f}\u{8}", "\\u{9b}31m\\x7f\\x08"),
            ("user\u{202e}txt.exe\u{2066}", "user\\u{202e}txt.exe\\u{2066}"),
            ("zero\u{200b}width\u{feff}", "zero\\u{200b}width\\u{feff}"),
            ("::error::x\n  ::set-output name=a::b\n", "\\x3a:error::x\n  \\x3a:set-output name=a::b\n"),
            ("std::io and a ##[add-mask]x # [##]", "std::io and a \\x23#[add-mask]x # [##]"),
        ];
        for (text, expected) in cases {
            assert_eq!(escape(text), expected);
        }
        assert!(matches!(escape("plain"), Cow::Borrowed(_)));
    }
}
