//! The rules see what is against them: sources made up for that.

use super::rules::{File, broken};

/// What is wrong with one file of that path; a first line is put before its text.
fn wrong(path: &str, text: &str) -> Vec<String> {
    broken(&[File { path, text: &format!("//! Made up.\n{text}") }])
}

#[test]
fn forbidden_arrows_are_seen() {
    let cases = [
        ("plan/build.rs", "use crate::session::run;", "plan/build.rs:2: plan must not use session::run"),
        (
            "document/parse.rs",
            "use crate::{source::Span, snapshot};",
            "document/parse.rs:2: document must not use snapshot",
        ),
        (
            "document/mod.rs",
            "use super::report::Terminal;",
            "document/mod.rs:2: document must not use report::Terminal",
        ),
        ("plan/build.rs", "use super::super::report;", "plan/build.rs:2: plan must not use report"),
        (
            "plan/a/b.rs",
            "\nuse super::super::super::report::{self};",
            "plan/a/b.rs:3: plan must not use report",
        ),
        (
            "report/json.rs",
            "fn f() { crate::session::run(); }",
            "report/json.rs:2: report must not use session::run",
        ),
        (
            "report/json.rs",
            "type A = Vec<crate::plan::Plan>;",
            "report/json.rs:2: report must not use plan::Plan",
        ),
        (
            "session/run.rs",
            "use crate::document::{ExitRule, Document};",
            "session/run.rs:2: session must not use document::Document",
        ),
        ("session/run.rs", "use crate::document;", "session/run.rs:2: session must not use document"),
        ("session/run.rs", "use crate::document::*;", "session/run.rs:2: session must not use document::*"),
        (
            "redact/mod.rs",
            "pub(crate) use crate::{\n  redact as r,\n  verdict as v};",
            "redact/mod.rs:2: redact must not use verdict",
        ),
        (
            "outcome/fold.rs",
            "use crate::command::main;",
            "outcome/fold.rs:2: outcome must not use command::main",
        ),
        ("main.rs", "fn main() { tutor::plan::build() }", "main.rs:2: main must not use plan::build"),
        ("attic/mod.rs", "", "attic/mod.rs:1: attic is no room of the table"),
    ];
    for (path, text, expected) in cases {
        assert_eq!(wrong(path, text), [expected], "{text}");
    }
}

#[test]
fn words_that_belong_elsewhere_are_seen() {
    let cases = [
        (
            "report/json.rs",
            "use clap::Parser;",
            "report/json.rs:2: clap only in command/cli.rs, command/cli/",
        ),
        (
            "command/run.rs",
            "#[derive(clap::Parser)] struct A;",
            "command/run.rs:2: clap only in command/cli.rs, command/cli/",
        ),
        ("verdict/a.rs", "use duct;", "verdict/a.rs:2: duct only in session/versions.rs"),
        (
            "report/mod.rs",
            "use annotate_snippets::Renderer;",
            "report/mod.rs:2: annotate_snippets only in diagnostic/",
        ),
        ("plan/a.rs", "fn f() { x.unwrap() }", "plan/a.rs:2: unwrap outside tests"),
        ("plan/a.rs", "fn f() { x\n.expect(\"\") }", "plan/a.rs:3: expect outside tests"),
        ("plan/a.rs", "fn f() { panic!(\"\") }", "plan/a.rs:2: panic outside tests"),
        ("plan/a.rs", "fn f() { std::process::exit(1) }", "plan/a.rs:2: exit outside tests"),
        ("plan/a.rs", "fn f() { unsafe {} }", "plan/a.rs: unsafe may stand in 2 files of session/ alone"),
    ];
    for (path, text, expected) in cases {
        assert_eq!(wrong(path, text), [expected], "{text}");
    }
}

#[test]
fn what_is_allowed_passes() {
    let cases = [
        (
            "plan/build.rs",
            "use super::{Plan, model::Step};\nuse crate::{document::Document, plan::X, source};",
        ),
        ("plan/a/b.rs", "use super::super::Plan;"),
        ("session/run.rs", "use crate::document::{ExitRule, Retry, StepId, Streams};"),
        ("command/run.rs", "use crate::{session, report::Terminal, snapshot::Store};"),
        ("command/cli.rs", "use clap::Parser;"),
        ("report/terminal/progress.rs", "use indicatif::ProgressBar;"),
        ("main.rs", "fn main() { tutor::session::supervise_if_asked(); tutor::command::main() }"),
        ("lib.rs", "pub mod plan;"),
        ("session/unix.rs", "fn f() { unsafe {} }"),
        // Comments, literals and tests don't count.
        (
            "plan/a.rs",
            "// crate::session::x\n/* /* crate::session */ crate::session::y */\n//! [`crate::session::z`]",
        ),
        (
            "plan/a.rs",
            "const A: [&str; 3] = [\"crate::session::x \\\" .unwrap()\", r#\"crate::session \" panic!(\"#, r\"\\\"];",
        ),
        ("plan/a.rs", "const A: [char; 2] = ['\"', '\\'']; fn f<'a>(x: &'a str) {} // '\"'"),
        ("plan/a.rs", "#[cfg(test)]\nmod tests {\n use crate::session;\n fn f() { x.unwrap() }\n}"),
        ("plan/a.rs", "#[cfg(test)]\nuse crate::session;\nfn f() {}"),
        ("plan/tests.rs", "use crate::session; fn f() { x.unwrap() }"),
        ("plan/tests/build.rs", "use crate::session;"),
        (
            "plan/a.rs",
            "fn f() { x.unwrap_or(1); y.expect_err; #[expect(dead_code)] let clap = 1; std::process::ExitCode::SUCCESS }",
        ),
        // An own module of that name is another.
        ("plan/a.rs", "fn f() { self::session::x(); x::crate_session::y(); }"),
    ];
    for (path, text) in cases {
        assert_eq!(wrong(path, text), [""; 0], "{text}");
    }
}

#[test]
fn what_follows_tests_still_counts() {
    let text = "#[cfg(test)]\nmod tests;\nuse crate::session;\n#[cfg(test)]\nfn f(x: [u8; 2]) -> u8 { 1 }\nuse crate::report;";
    let expected = ["plan/mod.rs:4: plan must not use session", "plan/mod.rs:7: plan must not use report"];
    assert_eq!(wrong("plan/mod.rs", text), expected);
}

#[test]
fn files_have_a_first_line_and_an_end() {
    let bare = File { path: "plan/a.rs", text: "fn f() {}\n" };
    assert_eq!(broken(&[bare]), ["plan/a.rs:1: the first line must say what the file is for (`//! …`)"]);
    let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "// x\n".repeat(600));
    assert_eq!(wrong("plan/a.rs", &format!("{}{tests}", "// x\n".repeat(499))), [""; 0]);
    assert_eq!(wrong("plan/a.rs", &"// x\n".repeat(500)), ["plan/a.rs:1: 501 lines, more than 500"]);
}

#[test]
fn unsafe_stands_in_two_files_at_most() {
    let text = "//! Made up.\nfn f() { unsafe {} }";
    let files = ["session/a.rs", "session/b.rs", "session/c.rs"].map(|path| File { path, text });
    assert_eq!(broken(&files[..2]), [""; 0]);
    assert_eq!(broken(&files).len(), 3);
    let of_windows = ["a", "b"].map(|name| format!("session/windows/{name}.rs"));
    let of_windows = of_windows.each_ref().map(|path| File { path, text });
    assert_eq!(broken(&[&files[..2], &of_windows].concat()), [""; 0]);
}
