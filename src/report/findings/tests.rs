//! The same findings in each format.

use insta::assert_snapshot;

use super::{Checked, github, json, terminal, totals};
use crate::{
    diagnostic::Diagnostic,
    source::{Sources, Span},
};

/// An error with all its parts, a warning over two lines, and a warning that is said of seven places.
fn found() -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let id = sources.add("docs/a,b:c.md", "\u{feff}日本 timout 100%\nsecond\na a a a a a a\n");
    let span = |range| Span::new(id, range);
    let error = Diagnostic::error("unknown-attribute", "100% `timout`\r\nno", span(7..13), "unknown: it, is")
        .also(span(0..3), "beside this")
        .help("did you mean `timeout`?")
        .fix(span(7..13), "timeout");
    let lines = Diagnostic::warning("indented-block", "two lines", span(14..20), "");
    let many =
        (26..40).step_by(2).map(|at| Diagnostic::warning("bad-id", "an `a`", span(at..at + 1), "this"));
    let found = [error, lines].into_iter().chain(many).collect();
    (sources, found)
}

#[test]
fn workflow_commands() {
    let (sources, found) = found();
    let checked = Checked { diagnostics: &found, sources: &sources, tutorials: 1, mended: &[] };
    let file = |id| format!("sub/{}", sources.get(id).name());
    assert_snapshot!(github(&checked, &file), @"");
}

#[test]
fn objects() {
    let (sources, found) = found();
    let checked = Checked { diagnostics: &found[..2], sources: &sources, tutorials: 1, mended: &[] };
    assert_snapshot!(json(&checked), @"");
}

#[test]
fn pictures() {
    let (sources, found) = found();
    let checked = Checked { diagnostics: &found, sources: &sources, tutorials: 1, mended: &[] };
    assert_snapshot!(terminal(&checked, None, false), @"");
    assert_eq!(totals(&found), "1 error, 8 warnings in 1 file");
    assert_eq!(totals(&[]), "no mistakes");
    assert_eq!(terminal(&Checked { diagnostics: &[], ..checked }, None, false), "");
}
