//! What a step writes, on its way to the verdict.

use crate::{
    plan::Expected,
    redact::Redactor,
    session::{Recorded, evaluate},
    verdict::{Compared, Comparison},
};

/// How much of a stream is put by before it is looked at: most steps write less, and the next one can be under way
/// before anybody reads what they wrote.
const PUT_BY: usize = 32 * 1024;

/// The streams of one attempt at a step.
#[derive(Debug)]
pub(super) struct Output<'r> {
    redactor: &'r Redactor,
    expected: &'r Expected,
    recorded: Option<&'r Recorded>,
    /// Standard output (or both streams in one) and standard error, as far as they wait.
    waiting: [Vec<u8>; 2],
    /// The last byte of each that is no blank; a newline is none.
    last: [Option<u8>; 2],
    comparisons: Option<[Comparison<'r>; 2]>,
}

impl<'r> Output<'r> {
    /// Nothing has been written yet; what comes is held against `expected` or what is `recorded`.
    pub(super) fn new(
        redactor: &'r Redactor,
        expected: &'r Expected,
        recorded: Option<&'r Recorded>,
    ) -> Self {
        Self { redactor, expected, recorded, waiting: Default::default(), last: [None; 2], comparisons: None }
    }

    /// Takes what has come on stream 0 or 1, cut anywhere.
    pub(super) fn push(&mut self, stream: usize, bytes: &[u8]) {
        self.waiting[stream].extend_from_slice(bytes);
        let last = bytes.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
        self.last[stream] = last.copied().or(self.last[stream]);
        if self.waiting[stream].len() > PUT_BY {
            self.look();
        }
    }

    /// Whether either stream ends in an unfinished line that looks like a prompt.
    pub(super) fn ends_in_prompt(&self) -> bool {
        self.last.iter().any(|last| matches!(last, Some(b':' | b'?' | b'>' | b']')))
    }

    /// The step has ended.
    pub(super) fn finish(mut self) -> [Compared; 2] {
        self.look();
        self.comparisons.map(|streams| streams.map(Comparison::finish)).unwrap_or_default()
    }

    fn look(&mut self) {
        let comparisons = self.comparisons.get_or_insert_with(|| {
            evaluate::expectations(self.expected, self.recorded)
                .map(|expectation| Comparison::new(&expectation, self.redactor))
        });
        for (comparison, waiting) in comparisons.iter_mut().zip(&mut self.waiting) {
            comparison.push(waiting);
            waiting.clear();
        }
    }
}
