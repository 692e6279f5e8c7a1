//! Fixes written into a text.

use super::{Diagnostic, Fix};
use crate::source::{SourceId, Sources};

/// A text with fixes in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Fixed<'d> {
    /// The new text, without a byte-order mark.
    pub text: String,
    /// What was mended, in the order of the places.
    pub done: Vec<&'d Diagnostic>,
}

/// Applies the fixes to `source` that are sure. Of two that would change the same bytes, or insert at the same place,
/// the second waits: the text has to be read again before anybody can say whether it still holds.
///
/// `None` where there is nothing to do.
#[must_use]
pub fn apply<'d>(diagnostics: &'d [Diagnostic], source: SourceId, sources: &Sources) -> Option<Fixed<'d>> {
    let old = sources.get(source).text();
    let mut fixes: Vec<(&Fix, &Diagnostic)> = diagnostics
        .iter()
        .filter_map(|found| found.fix.as_ref().map(|fix| (fix, found)))
        .filter(|(fix, _)| fix.sure && fix.span.source == source && old.get(fix.span.range()).is_some())
        .collect();
    fixes.sort_by_key(|(fix, _)| fix.span);
    let (mut text, mut done) = (String::with_capacity(old.len() + 16), Vec::new());
    let mut at = 0;
    for (fix, found) in fixes {
        // Two that only touch are no danger, but an insertion where the last one ended could be the same once more.
        let touches = !done.is_empty() && fix.span.start == at && fix.span.start == fix.span.end;
        if fix.span.start < at || touches {
            continue;
        }
        text.push_str(&old[at..fix.span.start]);
        text.push_str(&with_line_ends_of(old, &fix.replacement));
        at = fix.span.end;
        done.push(found);
    }
    text.push_str(&old[at..]);
    (text != old).then_some(Fixed { text, done })
}

/// The replacement with the line ends of the text that it goes into.
fn with_line_ends_of(text: &str, replacement: &str) -> String {
    let crlf = text.find('\n').is_some_and(|at| text[..at].ends_with('\r'));
    if crlf { replacement.replace("\r\n", "\n").replace('\n', "\r\n") } else { replacement.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    /// Each fix as range, replacement, and whether it is sure; what came of them, and how many were applied.
    type Case<'c> = (&'c str, &'c [(usize, usize, &'c str, bool)], Option<(&'c str, usize)>);

    #[test]
    fn fixes_that_do_not_get_in_each_others_way() {
        let cases: &[Case<'_>] = &[
            ("one two", &[(4, 7, "three", true), (0, 3, "zero", true)], Some(("zero three", 2))),
            ("one two", &[(0, 5, "x", true), (4, 7, "y", true)], Some(("xwo", 1))),
            ("one two", &[(0, 3, "a", true), (3, 3, "b", true)], Some(("a two", 1))),
            ("one two", &[(3, 3, "a", true), (3, 3, "a", true)], Some(("onea two", 1))),
            ("one two", &[(3, 3, "a", true), (3, 4, "-", true)], Some(("onea-two", 2))),
            ("one two", &[(0, 3, "x", false)], None),
            ("one two", &[(0, 3, "one", true)], None),
            ("one two", &[(5, 90, "x", true)], None),
            ("é", &[(1, 2, "x", true)], None),
            ("a\r\nb\r\n", &[(1, 1, "\nc", true)], Some(("a\r\nc\r\nb\r\n", 1))),
            ("a\nb", &[(3, 3, "\n", true)], Some(("a\nb\n", 1))),
            ("", &[(0, 0, "x", true)], Some(("x", 1))),
        ];
        for (text, fixes, expected) in cases {
            let mut sources = Sources::new();
            let (id, other) = (sources.add("a.md", *text), sources.add("b.md", *text));
            let found: Vec<Diagnostic> = fixes
                .iter()
                .map(|&(start, end, replacement, sure)| {
                    let span = Span::new(id, start..end);
                    let found = Diagnostic::error("bad-id", "wrong", span, "");
                    if sure { found.fix(span, replacement) } else { found.suggest(span, replacement) }
                })
                .collect();
            let fixed = apply(&found, id, &sources);
            let fixed = fixed.as_ref().map(|fixed| (fixed.text.as_str(), fixed.done.len()));
            assert_eq!(fixed, *expected, "{text:?} {fixes:?}");
            assert_eq!(apply(&found, other, &sources), None);
        }
    }
}
