//! One stream on its way: redacted, held against what is expected, and kept.

use super::{diff, kept::Kept, matcher::Matcher, pattern};
use crate::redact::{Redactor, Stream};

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
    stream: Stream<'r>,
    kept: Kept,
    against: Against,
}

#[derive(Debug)]
enum Against {
    Page(Matcher),
    /// Compared at the end: what is recorded of a large output is what is kept of it.
    Recorded(String),
    Anything,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Whether it is what was expected.
    pub matches: bool,
    /// What came, after redaction, each line with its newline; bounded (head and tail, with a line between that
    /// says what is left out and the hash of the whole, so that two different outputs never have the same text).
    pub text: String,
    /// Whether `text` leaves something out.
    pub truncated: bool,
    /// Expected against actual where they differ: unified, without file headers, bounded to a screenful. Lines
    /// begin with ` `, `-` or `+`.
    pub diff: Option<String>,
    /// The index of the first expected line that did not come, of `Page` and `Recorded`.
    pub missed: Option<usize>,
}

impl<'r> Comparison<'r> {
    /// Begins to hold a stream against `expectation`.
    #[must_use]
    pub fn new(expectation: &Expectation, redactor: &'r Redactor) -> Self {
        let against = match expectation {
            Expectation::Page(lines) => Against::Page(Matcher::new(pattern::parse(lines, redactor))),
            Expectation::Recorded(text) => Against::Recorded(text.clone()),
            Expectation::Anything => Against::Anything,
        };
        Self { redactor, stream: redactor.stream(), kept: Kept::default(), against }
    }

    /// Takes what has come, cut anywhere.
    pub fn push(&mut self, bytes: &[u8]) {
        let Self { stream, kept, against, .. } = self;
        stream.push_runs(bytes, &mut |line, times| take(kept, against, line, times));
    }

    /// The stream has ended. Whether its last line has a newline makes no difference.
    #[must_use]
    pub fn finish(self) -> Compared {
        let Self { redactor, stream, mut kept, mut against } = self;
        stream.finish(&mut |line| take(&mut kept, &mut against, line, 1));
        let (text, truncated) = kept.finish();
        let (matches, diff, missed) = match against {
            Against::Anything => (true, None, None),
            Against::Page(matcher) if matcher.matches() => (true, None, None),
            Against::Page(matcher) => (false, Some(diff::page(matcher.items(), &text)), matcher.missed()),
            Against::Recorded(recorded) => recorded_verdict(&recorded, &text, redactor),
        };
        Compared { matches, text, truncated, diff, missed }
    }
}

fn take(kept: &mut Kept, against: &mut Against, line: &str, times: usize) {
    kept.push(line, times);
    if let Against::Page(matcher) = against {
        matcher.push(line, times);
    }
}

/// A recording is redacted already, but perhaps under fewer rules than the page has now: it counts as it is and
/// as these make it.
fn recorded_verdict(
    recorded: &str,
    text: &str,
    redactor: &Redactor,
) -> (bool, Option<String>, Option<usize>) {
    if diff::same_lines(recorded, text) {
        return (true, None, None);
    }
    let redacted = redactor.text(recorded);
    if diff::same_lines(&redacted, text) {
        return (true, None, None);
    }
    // The one that has more in common with what came is what should be read.
    let [as_it_is, as_redacted] = [recorded, redacted.as_str()].map(|old| diff::common_lines(old, text));
    let (old, common) =
        if as_redacted >= as_it_is { (redacted.as_str(), as_redacted) } else { (recorded, as_it_is) };
    let missed = (common < old.lines().count()).then_some(common);
    (false, Some(diff::recorded(old, text)), missed)
}
