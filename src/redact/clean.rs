//! Bytes of one line become text: terminal codes are dropped, what is no text is shown escaped.

use std::fmt::Write as _;

/// Where in a terminal code the reader stands. A line end closes whatever is open, so that a code without its
/// end costs at most the rest of its line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// In text.
    #[default]
    Text,
    /// After ESC.
    Escape,
    /// After ESC and one or more intermediate bytes (`ESC ( B`).
    Intermediate,
    /// After ESC `[`.
    Csi,
    /// In the string of an OSC, DCS, SOS, PM or APC.
    String,
    /// After ESC in such a string: `\` ends it.
    StringEscape,
}

/// Cleans one line that may come in several pieces, cut anywhere.
#[derive(Debug, Default)]
pub(super) struct Cleaner {
    state: State,
    /// What was not yet shown: between two pieces a few bytes that may yet turn out to be something else.
    pending: Vec<u8>,
}

impl Cleaner {
    /// Takes `bytes` (no newline among them) without the terminal codes in them.
    fn push(&mut self, bytes: &[u8]) {
        let mut bytes = bytes;
        while let Some((&byte, rest)) = bytes.split_first() {
            if self.state == State::Text && byte != 0x1b {
                let end = bytes.iter().position(|&byte| byte == 0x1b).unwrap_or(bytes.len());
                self.pending.extend_from_slice(&bytes[..end]);
                bytes = &bytes[end..];
                continue;
            }
            bytes = rest;
            self.state = match (self.state, byte) {
                // ESC begins a code, also within another. (In a string it may be the end of that.)
                (State::Text | State::Escape | State::Intermediate | State::Csi, 0x1b) => State::Escape,
                (State::String | State::StringEscape, 0x1b) => State::StringEscape,
                // A code's first byte; an ESC in a string that is not its end begins a code of its own.
                (State::Escape | State::StringEscape, b'[') | (State::Csi, 0x20..=0x3f) => State::Csi,
                (State::Escape, b']' | b'P' | b'X' | b'^' | b'_') => State::String,
                (State::Escape | State::Intermediate, 0x20..=0x2f) => State::Intermediate,
                // Their last bytes; a string ends with BEL or ESC `\`; CAN and SUB break off.
                (_, 0x18 | 0x1a)
                | (State::Escape | State::Intermediate, 0x30..=0x7e)
                | (State::Csi, 0x40..=0x7e)
                | (State::String, 0x07)
                | (State::StringEscape, b'\\') => State::Text,
                (State::String, _) => State::String,
                // No code at all: what stands here is text.
                (State::Text | State::Escape | State::Intermediate | State::Csi | State::StringEscape, _) => {
                    self.pending.push(byte);
                    State::Text
                }
            };
        }
    }

    /// Takes one piece and appends to `out` what it shows, as far as that is known.
    pub(super) fn piece(&mut self, bytes: &[u8], out: &mut String) {
        self.push(bytes);
        let whole = self.pending.len() - incomplete_tail(&self.pending);
        show(&self.pending[..whole], out);
        self.pending.drain(..whole);
    }

    /// The line has ended: blanks and carriage returns at its end are dropped.
    pub(super) fn finish(&mut self, out: &mut String) {
        show(trim_end(&self.pending), out);
        self.pending.clear();
        self.state = State::Text;
    }
}

/// Blanks and carriage returns in any order, as they stand at a line's end.
fn trim_end(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| !matches!(byte, b' ' | b'\t' | b'\r')).map_or(0, |at| at + 1);
    &bytes[..end]
}

/// How many bytes at the end may yet turn out to be something else: the beginning of a character, or what stands
/// at the line's end.
fn incomplete_tail(bytes: &[u8]) -> usize {
    if bytes.last() == Some(&b'\r') {
        return 1;
    }
    let window = &bytes[bytes.len().saturating_sub(3)..];
    match window.iter().rposition(|&byte| byte >= 0xc0) {
        Some(at) => {
            let wanted = match window[at] {
                0xc0..=0xdf => 2,
                0xe0..=0xef => 3,
                _ => 4,
            };
            let have = window.len() - at;
            if have < wanted { have } else { 0 }
        }
        None => 0,
    }
}

/// Valid text as it is, but for control characters; other bytes as `\xNN`.
fn show(bytes: &[u8], out: &mut String) {
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid();
        if valid.contains(is_escaped) {
            for character in valid.chars() {
                show_character(character, out);
            }
        } else {
            out.push_str(valid);
        }
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
}

fn is_escaped(character: char) -> bool {
    character.is_control() && character != '\t'
}

fn show_character(character: char, out: &mut String) {
    if !is_escaped(character) {
        out.push(character);
    } else if character.is_ascii() {
        let _ = write!(out, "\\x{:02x}", u32::from(character));
    } else {
        let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
    }
}

/// What the bytes of one whole line show.
pub(super) fn line(bytes: &[u8], out: &mut String) {
    let mut cleaner = Cleaner::default();
    cleaner.push(bytes);
    cleaner.finish(out);
}

/// The same for text that is in one piece and may have several lines (a secret's value).
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, one) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        line(one.as_bytes(), &mut out);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_a_terminal_would_show() {
        for (bytes, shown) in [
            (&b"plain\ttext"[..], "plain\ttext"),
            (b"\x1b[1;31mred\x1b[0m", "red"),
            (b"\x1b[?25lhidden\x1b[?25h", "hidden"),
            (b"\x1b]0;title\x07after", "after"),
            (b"\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
            (b"\x1bP1$r0m\x1b\\dcs", "dcs"),
            (b"\x1b(Bcharset\x1b=", "charset"),
            (b"\x1b]open", ""),
            (b"\x1b[12", ""),
            (b"x\x1b", "x"),
            (b"\x1b[31\x1b[0mtwice", "twice"),
            (b"bad \xff\xfe bytes", "bad \\xff\\xfe bytes"),
            (b"cut \xe2\x82", "cut \\xe2\\x82"),
            ("é \u{9b}31m".as_bytes(), "é \\u{9b}31m"),
            (b"bell\x07 back\x08 nul\x00 del\x7f", "bell\\x07 back\\x08 nul\\x00 del\\x7f"),
            (b"10%\r20%\r\r", "10%\\x0d20%"),
            (b"coloured\x1b[32m\r\x1b[0m", "coloured"),
        ] {
            let mut out = String::new();
            line(bytes, &mut out);
            assert_eq!(out, shown, "{bytes:?}");
        }
    }

    #[test]
    fn pieces_show_what_the_whole_shows() {
        let bytes = "a\u{1b}[1mé€😀\u{1b}]x\u{7}\u{9b}z".as_bytes();
        let mut whole = String::new();
        line(bytes, &mut whole);
        for cut in 0..=bytes.len() {
            let (mut cleaner, mut out) = (Cleaner::default(), String::new());
            cleaner.piece(&bytes[..cut], &mut out);
            cleaner.piece(&bytes[cut..], &mut out);
            cleaner.finish(&mut out);
            assert_eq!(out, whole, "cut at {cut}");
        }
    }
}
