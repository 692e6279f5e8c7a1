//! What is kept of a redacted text: all of a small one; of a large one head, tail and hash.

use sha2::{Digest, Sha256};

use crate::redact::left_out_mark;

/// The most that is kept of the beginning, and of the end, in bytes.
const PART: usize = 512 * 1024;

/// How long the end may grow before it is cut back.
const SLACK: usize = PART + PART / 2;

/// The lines of one text, within about 1 MiB whatever their number.
#[derive(Debug, Default)]
pub(super) struct Kept {
    head: String,
    /// Whether the head has taken all that it may.
    full: bool,
    /// Everything behind the head, or the end of that.
    tail: String,
    /// Bytes behind the head that are no longer in the tail.
    dropped: u64,
    /// Of the head and all that was dropped.
    hash: Option<Sha256>,
}

impl Kept {
    /// Takes `line` so many times.
    pub(super) fn push(&mut self, line: &str, times: usize) {
        let length = line.len() + 1;
        let mut left = times;
        if !self.full {
            let taken = left.min((PART - self.head.len()) / length);
            repeat(&mut self.head, line, taken);
            left -= taken;
            self.full = left > 0;
        }
        while left > 0 {
            let taken = left.min((SLACK / length).max(1));
            repeat(&mut self.tail, line, taken);
            left -= taken;
            if self.tail.len() > SLACK {
                self.cut();
            }
        }
    }

    /// Drops whole lines off the front of the tail until it is as small as it may be kept.
    fn cut(&mut self) {
        let from = self.tail.len().saturating_sub(PART);
        if from == 0 {
            return;
        }
        // The first line that begins at or behind `from`.
        let end = self.tail.as_bytes()[from - 1..].iter().position(|&byte| byte == b'\n');
        let end = end.map_or(self.tail.len(), |at| from + at);
        let hash = self.hash.get_or_insert_with(|| Sha256::new_with_prefix(&self.head));
        hash.update(&self.tail.as_bytes()[..end]);
        self.dropped += end as u64;
        self.tail.drain(..end);
    }

    /// The text, each line with its newline, and whether something is left out.
    pub(super) fn finish(mut self) -> (String, bool) {
        if self.dropped > 0 || self.tail.len() > PART {
            self.cut();
        }
        let mut text = self.head;
        let truncated = self.dropped > 0;
        if let Some(mut hash) = self.hash {
            hash.update(self.tail.as_bytes());
            text.push_str(&left_out_mark(self.dropped, hash));
            text.push('\n');
        }
        text.push_str(&self.tail);
        (text, truncated)
    }
}

/// Appends `line` with its newline so many times.
fn repeat(text: &mut String, line: &str, times: usize) {
    let unit_start = text.len();
    if times == 0 {
        return;
    }
    text.push_str(line);
    text.push('\n');
    let unit = text.len() - unit_start;
    let wanted = unit * times;
    // Doubled rather than appended one by one.
    while text.len() - unit_start < wanted {
        let have = text.len() - unit_start;
        let more = have.min(wanted - have);
        text.extend_from_within(unit_start..unit_start + more);
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn keep(lines: &[(&str, usize)]) -> (String, bool) {
        let mut kept = Kept::default();
        for &(line, times) in lines {
            kept.push(line, times);
        }
        kept.finish()
    }

    #[test]
    fn a_small_text_is_whole() {
        assert_eq!(keep(&[]), (String::new(), false));
        assert_eq!(keep(&[("a", 2), ("", 1), ("b", 1)]), ("a\na\n\nb\n".to_owned(), false));
        let (text, truncated) = keep(&[("y", PART)]);
        assert_eq!((text.len(), truncated), (2 * PART, false));
        assert_eq!(text, "y\n".repeat(PART));
    }

    #[test]
    fn a_large_text_has_head_tail_and_hash() {
        let (text, truncated) = keep(&[("y", 30_000_000)]);
        assert!(truncated && text.len() < 2 * PART + 200);
        let mark = text.lines().find(|line| *line != "y").unwrap();
        let hash = Sha256::digest("y\n".repeat(30_000_000).as_bytes());
        let mut expected = String::from("[... 56.2 MiB left out, sha256 ");
        for byte in hash {
            write!(expected, "{byte:02x}").unwrap();
        }
        assert_eq!(mark, expected + " ...]");
    }

    #[test]
    fn runs_and_single_lines_are_kept_alike() {
        let mut one_by_one = Kept::default();
        for _ in 0..400_000 {
            one_by_one.push("some line", 1);
        }
        assert_eq!(one_by_one.finish(), keep(&[("some line", 400_000)]));
    }
}
