//! Lines too long to be kept: beginning and end stay, between them stands how much is left out and its hash.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::{Redactor, clean::Cleaner, hex, lines, pem, secret::floor_boundary};

/// The longest line, in bytes, that is shown whole.
pub(super) const LINE: usize = 64 * 1024;
/// What is shown of the beginning and of the end of a longer one.
const HEAD: usize = 32 * 1024;
const TAIL: usize = 16 * 1024;
/// How much is gathered before some of it is redacted, and how much then stays for the next time: more than the
/// end that is shown, so that the rules see beginning and end each in one piece.
const GATHER: usize = 192 * 1024;
const KEEP: usize = 64 * 1024;

/// A line that is longer than [`LINE`], so far.
#[derive(Debug, Default)]
pub(super) struct LongLine {
    cleaner: Cleaner,
    /// Cleaned, not yet redacted.
    text: String,
    /// Redacted.
    head: String,
    total: usize,
    hash: Sha256,
    /// In a private key that has not ended.
    in_key: bool,
}

impl LongLine {
    /// Takes more of it, without a newline.
    pub(super) fn push(&mut self, redactor: &Redactor, mut bytes: &[u8]) {
        // In steps, so that memory is bounded. Where the line is divided depends on its text alone.
        while !bytes.is_empty() {
            let step = bytes.len().min(LINE);
            self.cleaner.piece(&bytes[..step], &mut self.text);
            bytes = &bytes[step..];
            while self.text.len() >= GATHER {
                self.divide(redactor);
            }
        }
    }

    /// The whole line, shortened.
    pub(super) fn finish(mut self, redactor: &Redactor) -> String {
        self.cleaner.finish(&mut self.text);
        while self.text.len() >= GATHER {
            self.divide(redactor);
        }
        let text = std::mem::take(&mut self.text);
        let (text, open) = self.without_secrets(redactor, &text);
        let text = match open {
            Some(at) => format!("{}[PRIVATE KEY]", &text[..at]),
            None => text,
        };
        let last = lines::finish(redactor, &text, &mut false);
        if self.head.is_empty() && last.len() <= LINE {
            return last.into_owned();
        }
        self.take(&last);
        let tail = &last[ceil_boundary(&last, last.len().saturating_sub(TAIL))..];
        let head = &self.head[..floor_boundary(&self.head, HEAD)];
        let left_out = self.total - head.len() - tail.len();
        format!("{head}{}{tail}", left_out_mark(left_out as u64, self.hash))
    }

    /// Redacts all of `text` but its end.
    fn divide(&mut self, redactor: &Redactor) {
        let text: String = self.text.drain(..floor_boundary(&self.text, GATHER)).collect();
        let (text, open) = self.without_secrets(redactor, &text);
        let keep = KEEP.max(redactor.prepared_secrets().map_or(0, super::secret::Secrets::longest));
        let mut at = floor_boundary(&text, text.len().saturating_sub(keep));
        let mut rest_from = at;
        match open {
            // A key of that length without an end: it is dropped up to the line's end, or the key's.
            Some(start) if start <= at => {
                at = start;
                rest_from = text.len();
                self.in_key = true;
            }
            _ => {
                // Between words where there are any near, so that no rule's match is cut.
                if let Some(blank) = text[floor_boundary(&text, at.saturating_sub(1024))..at].rfind(' ') {
                    at = floor_boundary(&text, at.saturating_sub(1024)) + blank;
                    rest_from = at;
                }
            }
        }
        let done = lines::finish(redactor, &text[..at], &mut false).into_owned();
        self.take(&done);
        if rest_from > at {
            self.take("[PRIVATE KEY]");
        }
        self.text.insert_str(0, &text[rest_from..]);
    }

    /// Private keys and secrets replaced; where a private key begins that does not end.
    fn without_secrets(&mut self, redactor: &Redactor, text: &str) -> (String, Option<usize>) {
        let text = if self.in_key { pem::after_key(text).unwrap_or_default() } else { text };
        if !text.is_empty() {
            self.in_key = false;
        }
        let (text, open) = if text.contains("-----") { pem::inline(text) } else { (text.to_owned(), None) };
        match redactor.prepared_secrets().and_then(|secrets| secrets.all(&text)) {
            // The place has moved; what is open is found again.
            Some(text) => {
                let (text, open) = pem::inline(&text);
                (text, open)
            }
            None => (text, open),
        }
    }

    fn take(&mut self, redacted: &str) {
        self.total += redacted.len();
        self.hash.update(redacted.as_bytes());
        let room = HEAD.saturating_sub(self.head.len());
        self.head.push_str(&redacted[..floor_boundary(redacted, room)]);
    }
}

fn ceil_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// What stands for `bytes` bytes that are not shown, with the hash of the whole of which they are a part.
pub(crate) fn left_out_mark(bytes: u64, hash: Sha256) -> String {
    let mut mark = format!("[... {}{}", Size(bytes), hex::LEFT_OUT);
    for byte in hash.finalize() {
        // Writing to a string cannot fail.
        let _ = write!(mark, "{byte:02x}");
    }
    mark.push_str(" ...]");
    mark
}

/// A number of bytes as people read it: `812 bytes`, `59.1 MiB`.
struct Size(u64);

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
        if self.0 < 1024 {
            return write!(f, "{} bytes", self.0);
        }
        // In tenths, without floating point.
        let (mut tenths, mut unit) = (self.0 * 10 / 1024, 0);
        while tenths >= 10 * 1024 && unit + 1 < UNITS.len() {
            tenths /= 1024;
            unit += 1;
        }
        write!(f, "{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
    }
}
