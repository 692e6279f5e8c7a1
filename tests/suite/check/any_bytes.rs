//! Whatever a page holds, checking it neither panics nor hangs.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::page;

/// Pieces that the language is made of, so that more than prose comes of chance.
const PIECES: &[&str] = &[
    "```",
    "````",
    "~~~",
    "sh",
    "console",
    "text",
    "{",
    "}",
    "#a",
    "#b",
    ".output",
    ".answers",
    ".file",
    ".skip",
    ".cleanup",
    ".files",
    ".patch",
    ".service",
    "path=/x",
    "path=",
    "in=.",
    "exit=x",
    "timeout=3s",
    "needs=a,b",
    "retry=5",
    "every=1s",
    "platform=linux",
    "for=a",
    "\"",
    "'",
    "\\\"",
    "=",
    " ",
    " ",
    "\n",
    "\n",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "> ",
    "- ",
    "1. ",
    "    ",
    "<!-- tutor",
    "<!-- tutor:tab linux -->",
    "<!-- tutor:end -->",
    "<!-- tutor:include x.md -->",
    "-->",
    "<name>",
    "<<E",
    "E\n",
    "$(",
    "$ ",
    "'",
    "é",
    "日本",
    "😀",
    "\u{200d}",
    "\u{feff}",
    "\0",
    "---\n",
    "tutor:",
    "platform: ",
    "[linux]",
    "placeholders: {<a>: b}",
    "secrets: [<a>]",
    "relocate: [/opt/x]",
    "/opt",
    "redact:\n    - {pattern: '(', with: $1}",
    "&a ",
    "*a",
    "...",
    "<details>",
    "@@ -1 +1 @@\n",
    "+x\n",
    "-x\n",
    "# T\n",
    "[^1]: ",
    "|",
    "\u{1b}[31m",
];

/// Texts of the language's pieces and of any characters.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        12 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[a-z]{1,8}",
    ];
    proptest::collection::vec(piece, 0..80).prop_map(|pieces| pieces.concat())
}

/// So many cases take a few seconds. `PROPTEST_CASES` says otherwise.
fn runner() -> TestRunner {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(256);
    // A case that fails is printed, and belongs into a test of its own; no file is to appear in the sources.
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
}

#[test]
fn texts_of_the_language_neither_panic_nor_hang() {
    runner()
        .run(&texts(), |text| {
            page::check(text.as_bytes());
            Ok(())
        })
        .unwrap();
}

#[test]
fn bytes_neither_panic_nor_hang() {
    runner()
        .run(&proptest::collection::vec(any::<u8>(), 0..400), |bytes| {
            page::check(&bytes);
            Ok(())
        })
        .unwrap();
}
