//! Findings in the order in which they are shown, each of them once.

use std::collections::HashSet;

use super::Diagnostic;
use crate::source::{Sources, Span};

/// The findings in the order of their places, files in the order in which they were read. What is said twice of one
/// place, because two pages take in the same file, is left out.
#[must_use]
pub fn in_order(mut diagnostics: Vec<Diagnostic>, sources: &Sources) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|diagnostic| (main_place(diagnostic), diagnostic.severity));
    let mut seen = HashSet::new();
    diagnostics.retain(|found| {
        let place = main_place(found).map(|span| (sources.get(span.source).name(), span.start, span.end));
        seen.insert((place, found.code, found.message.clone()))
    });
    diagnostics
}

/// Where the finding is.
pub(super) fn main_place(diagnostic: &Diagnostic) -> Option<Span> {
    diagnostic.labels.first().map(|label| label.span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_and_each_once() {
        let mut sources = Sources::new();
        let (first, again) = (sources.add("a.md", "one two\n"), sources.add("a.md", "one two\n"));
        let other = sources.add("b.md", "one two\n");
        let at = |source, code| Diagnostic::error(code, "wrong", Span::new(source, 4..7), "");
        let found = vec![at(other, "x"), at(again, "x"), at(first, "y"), at(first, "x")];
        let kept = in_order(found, &sources);
        let kept: Vec<_> = kept.iter().map(|found| (found.labels[0].span.source, found.code)).collect();
        assert_eq!(kept, [(first, "y"), (first, "x"), (other, "x")]);
    }
}
