//! What a pseudo-console of Windows sends, as plain text: it draws a screen, where a program only wrote lines. Pure.

/// Follows the cursor, as far as text needs it.
#[derive(Debug, Default)]
pub(super) struct Screen {
    row: usize,
    column: usize,
    /// How many rows there are: the cursor stays in the last one while the screen moves up.
    rows: usize,
    /// The beginning of an escape sequence whose end has not come.
    held: Vec<u8>,
}

const ESCAPE: u8 = 0x1b;
const BELL: u8 = 7;

impl Screen {
    /// One of so many rows, empty.
    pub(super) fn new(rows: usize) -> Self {
        Self { rows, ..Self::default() }
    }

    /// What `bytes`, cut anywhere, write: text with its line ends, blanks where the cursor was moved on.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut held = std::mem::take(&mut self.held);
        held.extend_from_slice(bytes);
        let mut text = Vec::with_capacity(held.len());
        let mut rest = held.as_slice();
        while let Some((&first, after)) = rest.split_first() {
            if first != ESCAPE {
                self.plain(first, &mut text);
                rest = after;
                continue;
            }
            let Some(length) = sequence(rest) else {
                self.held = rest.to_vec();
                break;
            };
            self.obey(&rest[..length], &mut text);
            rest = &rest[length..];
        }
        text
    }

    fn plain(&mut self, byte: u8, text: &mut Vec<u8>) {
        match byte {
            b'\n' => self.next_row(text),
            b'\r' => self.column = 0,
            8 => self.column = self.column.saturating_sub(1),
            byte if byte < b' ' && byte != b'\t' => {}
            byte => {
                text.push(byte);
                // The bytes of one character move the cursor once.
                self.column += usize::from(byte & 0xc0 != 0x80);
            }
        }
    }

    fn next_row(&mut self, text: &mut Vec<u8>) {
        text.push(b'\n');
        self.column = 0;
        self.row = (self.row + 1).min(self.rows.saturating_sub(1));
    }

    /// A whole escape sequence. Colours, titles and modes are no text.
    fn obey(&mut self, sequence: &[u8], text: &mut Vec<u8>) {
        let [ESCAPE, b'[', parameters @ .., last] = sequence else { return };
        let mut numbers =
            parameters.split(|&byte| byte == b';').map(|part| std::str::from_utf8(part).ok()?.parse().ok());
        let mut next = || numbers.next().flatten().unwrap_or(1_usize).max(1);
        match last {
            b'C' => {
                let count = next().min(1000);
                self.blanks(count, text);
            }
            b'H' | b'f' => {
                let (row, column) = (next() - 1, next() - 1);
                for _ in self.row..row.min(self.rows) {
                    self.next_row(text);
                }
                self.row = self.row.min(row);
                self.blanks(column.saturating_sub(self.column).min(1000), text);
                self.column = column;
            }
            _ => {}
        }
    }

    fn blanks(&mut self, count: usize, text: &mut Vec<u8>) {
        text.resize(text.len() + count, b' ');
        self.column += count;
    }
}

/// The length of the escape sequence that `bytes` begin with; `None` where its end has not come.
fn sequence(bytes: &[u8]) -> Option<usize> {
    let end = |from: usize, is_last: &dyn Fn(u8) -> bool| {
        bytes.iter().skip(from).position(|&byte| is_last(byte)).map(|at| from + at + 1)
    };
    match bytes.get(1)? {
        b'[' => end(2, &|byte| (b'@'..=b'~').contains(&byte)),
        // A title: it ends with a bell, or with another escape sequence.
        b']' => {
            let last = end(2, &|byte| byte == BELL || byte == ESCAPE)?;
            if bytes[last - 1] == BELL { Some(last) } else { bytes.get(last).map(|_| last + 1) }
        }
        b'(' | b')' | b'#' | b'%' => bytes.get(2).map(|_| 3),
        _ => Some(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_becomes_lines_however_it_is_cut() {
        let cases = [
            ("plain\r\nlines\r\n", "plain\nlines\n"),
            ("\x1b[?9001h\x1b[?25l\x1b[2J\x1b[m\x1b[H\x1b]0;C:\\cmd.exe\x07\x1b[?25hName: ", "Name: "),
            ("Name: Ada\x1b[2;1Hgot Ada\x1b[4;3Hx", "Name: Ada\ngot Ada\n\n  x"),
            ("a\x1b[3Cb\x1b[K", "a   b"),
            ("\x1b]0;a title\x1b\\after", "after"),
            ("gr\u{fc}n\x1b[1;6Hx", "gr\u{fc}n x"),
            ("a\r\nb\r\nc\r\nd\x1b[3;1H", "a\nb\nc\nd"),
            ("\x1b[1m\x1b[38;5;2mok\x1b[m\x1b(B", "ok"),
        ];
        for (sent, expected) in cases {
            for size in [1, 2, 3, 1000] {
                let mut screen = Screen::new(3);
                let text: Vec<u8> = sent.as_bytes().chunks(size).flat_map(|part| screen.take(part)).collect();
                assert_eq!(String::from_utf8(text).unwrap(), expected, "{sent:?} by {size}");
            }
        }
    }
}
