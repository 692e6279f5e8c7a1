//! A text that comes in pieces, cut anywhere: divides it into lines and hands each on, redacted.

use super::{
    Redactor, clean,
    lines::Lines,
    long::{LINE, LongLine},
};

/// How many bytes of equal lines are compared at once.
const BLOCK: usize = 256;

/// Redacts bytes as they come. What it hands on does not depend on how they were cut.
#[derive(Debug)]
pub struct Stream<'r> {
    redactor: &'r Redactor,
    /// A line that has begun, up to [`LINE`] bytes of it.
    partial: Vec<u8>,
    long: Option<Box<LongLine>>,
    lines: Lines<'r>,
    /// The last line, where nothing but itself bears on what it becomes.
    last: Option<Last>,
}

/// A line, with its newline and many times over, and what it became.
#[derive(Debug)]
struct Last {
    length: usize,
    block: Vec<u8>,
    redacted: String,
}

impl<'r> Stream<'r> {
    pub(super) fn new(redactor: &'r Redactor) -> Self {
        Self { redactor, partial: Vec::new(), long: None, lines: Lines::new(redactor), last: None }
    }

    /// Takes what has come and hands on each line that is certain, without its newline.
    pub fn push(&mut self, bytes: &[u8], sink: &mut dyn FnMut(&str)) {
        self.push_runs(bytes, &mut |line, times| (0..times).for_each(|_| sink(line)));
    }

    /// The same, equal lines that follow each other at once, with their number: a program that repeats itself
    /// ten million times is not worth ten million calls.
    pub fn push_runs(&mut self, mut bytes: &[u8], sink: &mut dyn FnMut(&str, usize)) {
        while !bytes.is_empty() {
            if self.partial.is_empty() && self.long.is_none() {
                let equal = self.equal_lines(&mut bytes, sink);
                if equal && bytes.is_empty() {
                    return;
                }
            }
            let Some(end) = bytes.iter().position(|&byte| byte == b'\n') else {
                self.more(bytes);
                return;
            };
            if self.partial.is_empty() && self.long.is_none() && end <= LINE {
                self.whole(&bytes[..=end], sink);
            } else {
                self.more(&bytes[..end]);
                self.ended(sink);
            }
            bytes = &bytes[end + 1..];
        }
    }

    /// Whether whole lines have gone in that nothing has come of yet: they may belong to what comes next.
    #[must_use]
    pub fn holds_back(&self) -> bool {
        self.lines.holds_back()
    }

    /// The text has ended; a last line without newline is a line.
    pub fn finish(mut self, sink: &mut dyn FnMut(&str)) {
        if !self.partial.is_empty() || self.long.is_some() {
            self.ended(&mut |line, _| sink(line));
        }
        self.lines.flush(sink);
    }

    /// Takes lines off the front of `bytes` that are the last one again.
    fn equal_lines(&mut self, bytes: &mut &[u8], sink: &mut dyn FnMut(&str, usize)) -> bool {
        let Some(last) = &mut self.last else { return false };
        if !bytes.starts_with(&last.block[..last.length]) {
            return false;
        }
        // It does repeat itself: from now on several at a time.
        if last.block.len() == last.length {
            last.block = last.block.repeat(BLOCK / last.length);
        }
        let (mut rest, mut times) = (*bytes, 0);
        while rest.starts_with(&last.block) {
            rest = &rest[last.block.len()..];
            times += last.block.len() / last.length;
        }
        while rest.starts_with(&last.block[..last.length]) {
            rest = &rest[last.length..];
            times += 1;
        }
        if times > 0 {
            sink(&last.redacted, times);
            *bytes = rest;
        }
        times > 0
    }

    /// Takes a part of a line.
    fn more(&mut self, bytes: &[u8]) {
        if let Some(long) = &mut self.long {
            long.push(self.redactor, bytes);
        } else if self.partial.len() + bytes.len() <= LINE {
            self.partial.extend_from_slice(bytes);
        } else {
            let mut long = Box::<LongLine>::default();
            long.push(self.redactor, &self.partial);
            long.push(self.redactor, bytes);
            self.partial = Vec::new();
            self.long = Some(long);
        }
    }

    /// The line that has come in parts is whole.
    fn ended(&mut self, sink: &mut dyn FnMut(&str, usize)) {
        self.last = None;
        if let Some(long) = self.long.take() {
            // No block goes on over such a line.
            self.lines.flush(&mut |line| sink(line, 1));
            sink(&long.finish(self.redactor), 1);
        } else {
            let mut line = std::mem::take(&mut self.partial);
            line.push(b'\n');
            self.whole(&line, sink);
            line.clear();
            self.partial = line;
        }
    }

    /// Takes a whole line with its newline.
    fn whole(&mut self, raw: &[u8], sink: &mut dyn FnMut(&str, usize)) {
        let bytes = &raw[..raw.len() - 1];
        let was_idle = self.lines.is_idle();
        let mut cleaned = String::new();
        let text = match std::str::from_utf8(bytes) {
            Ok(text) if is_clean(bytes) => text,
            _ => {
                clean::line(bytes, &mut cleaned);
                &cleaned
            }
        };
        let mut became = self.last.take();
        let mut handed = 0;
        self.lines.line(text, &mut |line| {
            handed += 1;
            let last =
                became.get_or_insert_with(|| Last { length: 0, block: Vec::new(), redacted: String::new() });
            last.redacted.clear();
            last.redacted.push_str(line);
            sink(line, 1);
        });
        if was_idle && self.lines.is_idle() && handed == 1 && raw.len() <= BLOCK {
            self.last = became.map(|mut last| {
                last.length = raw.len();
                last.block.clear();
                last.block.extend_from_slice(raw);
                last
            });
        }
    }
}

/// Whether there is no control character but the tab. (Those of Unicode that are not ASCII begin with C2.)
fn is_clean(bytes: &[u8]) -> bool {
    // Counted rather than looked for, which compilers turn into one pass of wide instructions.
    let suspects =
        bytes.iter().filter(|&&byte| (byte < 0x20 && byte != b'\t') || byte == 0x7f || byte == 0xc2);
    suspects.count() == 0
}
