//! A text as secrets are looked for in it: without what programs put between its characters, and without what they
//! write instead of them.

/// So many blanks and line ends between two characters are no difference: an indented line that was wrapped.
const GAP: usize = 100;
/// Stands for a longer gap; no text has this byte.
const BREAK: u8 = 0xff;

/// How a text is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// As it is.
    Exact,
    /// Without blanks and line ends.
    Joined,
    /// Without quotes, backslashes and plus signs too, and with the escapes of JSON, shells, URLs and HTML resolved.
    Decoded,
}

/// The bytes that are looked at, and which bytes of the text each stands for.
#[derive(Debug, Default)]
pub(super) struct View {
    pub(super) bytes: Vec<u8>,
    places: Vec<(usize, usize)>,
    gap: usize,
}

impl View {
    pub(super) fn new(text: &str, look: Look) -> Self {
        let text = text.as_bytes();
        if look == Look::Exact {
            let places = (0..text.len()).map(|at| (at, at + 1)).collect();
            return Self { bytes: text.to_vec(), places, gap: 0 };
        }
        let mut view = Self::default();
        let mut at = 0;
        while at < text.len() {
            let (length, bytes) = match look {
                Look::Decoded => escape(&text[at..]).unwrap_or((1, Few::one(text[at]))),
                _ => (1, Few::one(text[at])),
            };
            for &byte in bytes.as_slice() {
                view.take(byte, (at, at + length), look);
            }
            at += length;
        }
        view
    }

    fn take(&mut self, byte: u8, place: (usize, usize), look: Look) {
        if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
            self.gap += 1;
            if self.gap == GAP {
                self.bytes.push(BREAK);
                self.places.push(place);
            }
            return;
        }
        if look == Look::Decoded && is_mark(byte) {
            return;
        }
        self.gap = 0;
        self.bytes.push(byte);
        self.places.push(place);
    }

    /// Where in the text the bytes `start..end` of the view stand; `end` is more than `start`.
    pub(super) fn place(&self, start: usize, end: usize) -> (usize, usize) {
        (self.places[start].0, self.places[end - 1].1)
    }
}

/// What stands in a word that is looked for; escapes are none there, for it is the value itself.
pub(super) fn word(value: &str, look: Look) -> Vec<u8> {
    if look == Look::Exact {
        return value.as_bytes().to_vec();
    }
    let mut view = View::default();
    // Joined first: its own gaps are no matter.
    for &byte in value.as_bytes() {
        view.take(byte, (0, 0), look);
    }
    view.bytes.retain(|&byte| byte != BREAK);
    view.bytes
}

/// What quoting adds, and what forms write for a blank.
fn is_mark(byte: u8) -> bool {
    matches!(byte, b'\'' | b'"' | b'`' | b'\\' | b'+')
}

/// The bytes of one character.
#[derive(Clone, Copy, Debug)]
struct Few {
    bytes: [u8; 4],
    length: usize,
}

impl Few {
    fn one(byte: u8) -> Self {
        Self { bytes: [byte, 0, 0, 0], length: 1 }
    }

    fn character(character: char) -> Self {
        let mut bytes = [0; 4];
        let length = character.encode_utf8(&mut bytes).len();
        Self { bytes, length }
    }

    fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// The escape that `text` begins with: its length and what it stands for.
fn escape(text: &[u8]) -> Option<(usize, Few)> {
    match *text {
        [b'%', a, b, ..] => Some((3, Few::one(hex_pair(a, b)?))),
        [b'&', ..] => entity(text),
        [b'\\', b'u', ..] => unicode(text),
        [b'\\', b'x', a, b, ..] => Some((4, Few::one(hex_pair(a, b)?))),
        [b'\\', b'n' | b't' | b'r', ..] => Some((2, Few::one(b' '))),
        [b'\\', a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ..] => {
            Some((4, Few::one((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'))))
        }
        [b'\\', b'\\', ..] => Some((2, Few::one(b'\\'))),
        _ => None,
    }
}

fn hex_pair(a: u8, b: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(a)? << 4 | digit(b)?)
}

/// `\u00e9`, also two of them for one character.
fn unicode(text: &[u8]) -> Option<(usize, Few)> {
    let unit = |at: usize| match text.get(at..at + 6)? {
        [b'\\', b'u', a, b, c, d] => Some(u16::from_be_bytes([hex_pair(*a, *b)?, hex_pair(*c, *d)?])),
        _ => None,
    };
    let first = unit(0)?;
    let pair = unit(6).and_then(|second| char::decode_utf16([first, second]).next()?.ok());
    match char::from_u32(u32::from(first)) {
        Some(character) => Some((6, Few::character(character))),
        None => Some((12, Few::character(pair?))),
    }
}

/// `&amp;`, `&#39;`, `&#x27;`.
fn entity(text: &[u8]) -> Option<(usize, Few)> {
    let end = text.iter().take(10).position(|&byte| byte == b';')?;
    let name = std::str::from_utf8(&text[1..end]).ok()?;
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let hexadecimal = number.strip_prefix(['x', 'X']).map(|digits| u32::from_str_radix(digits, 16));
            char::from_u32(hexadecimal.unwrap_or_else(|| number.parse()).ok()?)?
        }
    };
    Some((end + 1, Few::character(character)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks() {
        for (look, text, seen) in [
            (Look::Exact, "a b\n", "a b\n"),
            (Look::Joined, "a b\n  c\\n'", "abc\\n'"),
            (Look::Decoded, "a%20b+c%C3%A9", "abcé"),
            (Look::Decoded, r#"a\"\\b\n\u00e9\ud83d\ude00\/"#, "abé😀/"),
            (Look::Decoded, "a&amp;&#39;b&#x41;&lt;&unknown;&", "a&bA<&unknown;&"),
            (Look::Decoded, r"'it'\''s\ \x41\101", "itsAA"),
            (Look::Decoded, r"%zz\u12\xg", "%zzu12xg"),
            (Look::Decoded, r"\ud83d lone", "ud83dlone"),
        ] {
            assert_eq!(String::from_utf8_lossy(&View::new(text, look).bytes), seen, "{text}");
        }
    }

    #[test]
    fn a_long_gap_is_a_break() {
        for (blanks, breaks) in [(99, 0), (100, 1), (1000, 1)] {
            let view = View::new(&format!("a{}b", "\n".repeat(blanks)), Look::Joined);
            assert_eq!(view.bytes.split(|&byte| byte == BREAK).count(), breaks + 1, "{blanks}");
        }
        assert_eq!(word(&format!("a{}b", " ".repeat(1000)), Look::Joined), b"ab");
    }
}
