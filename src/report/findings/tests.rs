//! The same findings in each format.

use insta::assert_snapshot;

use super::{Checked, Mended, github, json, mended, terminal, totals};
use crate::{
    diagnostic::Diagnostic,
    source::{Sources, Span},
};

/// An error with all its parts, a warning over two lines, and a warning that is said of seven places.
fn found(message: &str) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let id = sources.add("docs/a,b:c.md", "\u{feff}日本 timout 100%\nsecond\na a a a a a a\n");
    let span = |range| Span::new(id, range);
    let error = Diagnostic::error("unknown-attribute", message, span(7..13), "unknown: it, is")
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
    let (sources, found) = found("100% `timout`\r\nno");
    let checked = Checked {
        diagnostics: &found,
        sources: &sources,
        tutorials: 1,
        coverage: &[],
        least: None,
        mended: &[],
    };
    let file = |id| format!("sub/{}", sources.get(id).name());
    assert_snapshot!(github(&checked, &file), @"
    ::error file=sub/docs/a%2Cb%3Ac.md,line=1,endLine=1,col=4,endColumn=9,title=unknown-attribute::100%25 `timout`%0D%0Ano%0Aunknown: it, is%0Adid you mean `timeout`?
    ::warning file=sub/docs/a%2Cb%3Ac.md,line=1,endLine=2,title=indented-block::two lines
    ::warning file=sub/docs/a%2Cb%3Ac.md,line=3,endLine=3,col=1,endColumn=1,title=bad-id::an `a`%0Athis
    ");
}

#[test]
fn objects() {
    let (sources, found) = found("a \"word\"");
    let mended = [Mended {
        file: "a.md".into(),
        line: 3,
        column: 1,
        code: "bad-id",
        before: "#A".into(),
        after: "#a".into(),
    }];
    let checked = Checked {
        diagnostics: &found[..2],
        sources: &sources,
        tutorials: 1,
        coverage: &[],
        least: None,
        mended: &mended,
    };
    assert_snapshot!(json(&checked), @r##"
    {"event":"mended","file":"a.md","line":3,"column":1,"code":"bad-id","before":"#A","after":"#a"}
    {"event":"finding","severity":"error","code":"unknown-attribute","message":"a \"word\"","file":"docs/a,b:c.md","line":1,"column":4,"end_line":1,"end_column":10,"start":10,"end":16,"label":"unknown: it, is","also":[{"file":"docs/a,b:c.md","line":1,"column":1,"end_line":1,"end_column":2,"start":3,"end":6,"label":"beside this"}],"help":"did you mean `timeout`?","fix":{"file":"docs/a,b:c.md","line":1,"column":4,"end_line":1,"end_column":10,"start":10,"end":16,"replacement":"timeout","sure":true}}
    {"event":"finding","severity":"warning","code":"indented-block","message":"two lines","file":"docs/a,b:c.md","line":1,"column":11,"end_line":2,"end_column":2,"start":17,"end":23,"label":"","also":[],"help":null,"fix":null}
    {"event":"check-finished","tutorials":1,"mended":1,"errors":1,"warnings":1}
    "##);
}

#[test]
fn pictures() {
    let (sources, found) = found("100% `timout`");
    let checked = Checked {
        diagnostics: &found,
        sources: &sources,
        tutorials: 1,
        coverage: &[],
        least: None,
        mended: &[],
    };
    assert_snapshot!(terminal(&checked, None, false), @"
    error[unknown-attribute]: 100% `timout`
     --> docs/a,b:c.md:1:4
      |
    1 | 日本 timout 100%
      | --   ^^^^^^ unknown: it, is
      | |
      | beside this
      |
    help: did you mean `timeout`?
      |
    1 | 日本 timeout 100%
      |         +

    warning[indented-block]: two lines
     --> docs/a,b:c.md:1:11
      |
    1 |   日本 timout 100%
      |  _____________^
    2 | | second
      | |_^

    warning[bad-id]: an `a`
     --> docs/a,b:c.md:3:1
      |
    3 | a a a a a a a
      | ^ - - - - and here, and at 2 more places
      | | | | |
      | | | | and here
      | | | and here
      | | and here
      | this
    ");
    assert_eq!(totals(&found), "1 error, 8 warnings in 1 file");
    assert_eq!(totals(&[]), "no mistakes");
    assert_eq!(terminal(&Checked { diagnostics: &[], ..checked }, None, false), "");
}

#[test]
fn what_was_mended() {
    let one = |before: &str, after: &str| Mended {
        file: "a.md".into(),
        line: 3,
        column: 1,
        code: "bad-id",
        before: before.into(),
        after: after.into(),
    };
    let long = "x".repeat(61);
    let all = [one("#A", "#a"), one("", "}"), one("\u{1b}", ""), one("a\nb", &long)];
    assert_snapshot!(mended(&all), @r"
    a.md:3:1: `#A` is now `#a` (bad-id)
    a.md:3:1: `}` added (bad-id)
    a.md:3:1: `\x1b` taken away (bad-id)
    a.md:3:1: `a\nb` is now `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…` (bad-id)
    ");
    assert_eq!(mended(&[]), "");
}
