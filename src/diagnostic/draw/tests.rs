//! Golden pictures of diagnostics and excerpts.

use insta::assert_snapshot;

use super::{Excerpt, draw, draw_excerpt};
use crate::{
    diagnostic::Diagnostic,
    source::{Sources, Span},
};

/// Draws an error on the `word` of `page`, with a help line.
fn on(page: &str, word: &str) -> String {
    let mut sources = Sources::new();
    let id = sources.add("tutorials/page.md", page);
    let at = page.find(word).unwrap();
    let span = Span::new(id, at..at + word.len());
    draw(&[Diagnostic::error("code", "something is wrong", span, "this").help("do that")], &sources, false)
}

#[test]
fn label_help_and_place() {
    assert_snapshot!(on("one\ntwo three\nfour\n", "three"), @"
    error[code]: something is wrong
     --> tutorials/page.md:2:5
      |
    2 | two three
      |     ^^^^^ this
      |
      = help: do that
    ");
}

#[test]
fn wide_characters_and_tabs_move_the_underline() {
    assert_snapshot!(on("日本語 é three\n", "three"), @"
    error[code]: something is wrong
     --> tutorials/page.md:1:7
      |
    1 | 日本語 é three
      |          ^^^^^ this
      |
      = help: do that
    ");
    assert_snapshot!(on("\ta\tthree\n", "three"), @"
    error[code]: something is wrong
     --> tutorials/page.md:1:4
      |
    1 |     a    three
      |          ^^^^^ this
      |
      = help: do that
    ");
}

#[test]
fn crlf_and_the_end_of_the_file() {
    assert_snapshot!(on("one\r\ntwo three\r\nfour\r\n", "three"), @"
    error[code]: something is wrong
     --> tutorials/page.md:2:5
      |
    2 | two three
      |     ^^^^^ this
      |
      = help: do that
    ");
    assert_snapshot!(on("one\r\ntwo three", "three"), @"
    error[code]: something is wrong
     --> tutorials/page.md:2:5
      |
    2 | two three
      |     ^^^^^ this
      |
      = help: do that
    ");
}

#[test]
fn an_empty_span_at_the_end_and_a_span_beyond_it() {
    let mut sources = Sources::new();
    let id = sources.add("p.md", "one\n");
    let end = Diagnostic::error("code", "it ends", Span::new(id, 4..4), "here");
    let beyond = Diagnostic::error("code", "far away", Span::new(id, 90..99), "there");
    assert_snapshot!(draw(&[end, beyond], &sources, false), @"
    error[code]: it ends
     --> p.md:2:1
      |
    2 |
      | ^ here

    error[code]: far away
     --> p.md:2:1
      |
    2 |
      | ^ there
    ");
}

#[test]
fn a_fix_is_shown_as_a_replacement() {
    let mut sources = Sources::new();
    let id = sources.add("p.md", "```sh {#a timout=3s}\n");
    let span = Span::new(id, 10..16);
    let wrong = Diagnostic::error("unknown-attribute", "unknown attribute `timout`", span, "unknown")
        .help("there is one with a similar name")
        .fix(span, "timeout");
    let insert =
        Diagnostic::error("code", "missing", Span::new(id, 6..7), "").fix(Span::new(id, 19..19), " every=1s");
    assert_snapshot!(draw(&[wrong, insert], &sources, false), @"
    error[code]: missing
     --> p.md:1:7
      |
    1 | ```sh {#a timout=3s}
      |       ^
      |
    help: write it like this
      |
    1 | ```sh {#a timout=3s every=1s}
      |                     ++++++++

    error[unknown-attribute]: unknown attribute `timout`
     --> p.md:1:11
      |
    1 | ```sh {#a timout=3s}
      |           ^^^^^^ unknown
      |
    help: there is one with a similar name
      |
    1 | ```sh {#a timeout=3s}
      |              +
    ");
}

#[test]
fn sorted_by_place_and_two_files_and_far_labels() {
    let mut sources = Sources::new();
    let first = sources.add("a.md", "one\ntwo\nthree\nfour\nfive\nsix\nseven\n");
    let second = sources.add("b.md", "other\n");
    let late = Diagnostic::warning("late", "comes last", Span::new(second, 0..5), "here");
    let early = Diagnostic::error("early", "comes first", Span::new(first, 28..33), "again")
        .also(Span::new(first, 0..3), "first here")
        .also(Span::new(second, 0..5), "and there");
    assert_snapshot!(draw(&[late, early], &sources, false), @"
    error[early]: comes first
     --> a.md:7:1
      |
    1 | one
      | --- first here
    ...
    7 | seven
      | ^^^^^ again
      |
     ::: b.md:1:1
      |
    1 | other
      | ----- and there

    warning[late]: comes last
     --> b.md:1:1
      |
    1 | other
      | ^^^^^ here
    ");
}

#[test]
fn control_characters_are_made_visible() {
    let mut sources = Sources::new();
    let id = sources.add("p\u{1b}.md", "a\u{1b}[31mb\n");
    let span = Span::new(id, 0..1);
    let found = Diagnostic::error("code", "a \u{1b}[31m", span, "\u{1b}[1m")
        .help("no \u{1b}[2m")
        .fix(span, "\u{1b}[3m");
    let drawn = draw(&[found], &sources, false);
    assert!(!drawn.contains('\u{1b}'), "{drawn:?}");
}

#[test]
fn excerpts() {
    let page = "# Title\n\n```sh {#make-ca}\nopenssl genrsa\n```\n";
    let excerpt =
        Excerpt { name: "p.md", text: page, line: 4, lines: (3, 5), label: "exit status 1, expected 0" };
    assert_snapshot!(draw_excerpt(&excerpt, false), @"
     --> p.md:4:1
      |
    3 | ```sh {#make-ca}
    4 | openssl genrsa
      | ^^^^^^^^^^^^^^ exit status 1, expected 0
    5 | ```
      |
    ");
    assert!(draw_excerpt(&excerpt, true).contains("\u{1b}["));
    assert_eq!(draw_excerpt(&Excerpt { line: 9, ..excerpt.clone() }, false), "");
    assert_eq!(draw_excerpt(&Excerpt { line: 0, ..excerpt.clone() }, false), "");
    assert_snapshot!(draw_excerpt(&Excerpt { lines: (0, 99), label: "", ..excerpt }, false), @"
     --> p.md:4:1
      |
    1 | # Title
    2 |
    3 | ```sh {#make-ca}
    4 | openssl genrsa
      | ^^^^^^^^^^^^^^
    5 | ```
      |
    ");
}

/// The columns of the underlined word in the drawn line, and of the word above it: a word of as many columns as
/// letters, so that it can be counted.
fn columns(drawn: &str) -> (usize, usize) {
    let lines: Vec<&str> = drawn.lines().collect();
    let under = lines.iter().position(|line| line.contains("^^^^^")).unwrap();
    let before = |line: &str, word: &str| line.split(word).next().unwrap().chars().map(width).sum();
    (before(lines[under], "^"), before(lines[under - 1], "three"))
}

/// Columns that a terminal gives a character.
fn width(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' | '\u{200d}' | '\u{fe0f}' | '\u{feff}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f900}'..='\u{1f9ff}' => 2,
        _ => 1,
    }
}

#[test]
fn the_underline_stands_below_its_word_whatever_comes_before() {
    let before = [
        "",
        "é ",
        "e\u{301} ",
        "日本語 ",
        "한국어",
        "ＡＢ",
        "😀 ",
        "👩\u{200d}👩\u{200d}👧 ",
        "🦀🦀",
        "\t",
        "a\tb\t",
        "\u{1b}[31m",
        "a\u{7}",
        "…–“”",
        "日\t😀\té ",
        "\u{feff}",
    ];
    for text in before {
        for after in ["", "\n", "\r\n", " 日本 😀\r\n", "\tx"] {
            let (under, word) = columns(&on(&format!("one\n{text}three{after}"), "three"));
            assert_eq!(under, word, "{text:?} {after:?}");
        }
    }
}

#[test]
fn wide_characters_themselves_are_underlined_whole() {
    for (word, columns) in [("日本", 4), ("😀", 2), ("e\u{301}", 1), ("한", 2), ("a日", 3)] {
        let drawn = on(&format!("x {word} y\n"), word);
        assert!(drawn.contains(&format!(" {} this", "^".repeat(columns))), "{drawn}");
    }
}

#[test]
fn empty_texts_and_ends_of_lines() {
    for text in ["", "\n", "\r\n", "\u{feff}", "a", "a\n", "a\r\n\r\n"] {
        let mut sources = Sources::new();
        let id = sources.add("p.md", text);
        for start in 0..=text.len() {
            for end in start..=text.len() {
                let found = Diagnostic::error("bad-id", "wrong", Span::new(id, start..end), "here")
                    .suggest(Span::new(id, start..end), "x");
                let drawn = draw(&[found], &sources, false);
                assert!(drawn.contains('^') && drawn.contains(" here"), "{text:?} {start}..{end}\n{drawn}");
            }
        }
    }
}

#[test]
fn a_fix_in_a_line_without_end_is_left_to_the_help() {
    let mut sources = Sources::new();
    let id = sources.add("p.md", format!("timout {}\n", "x".repeat(1000)));
    let found = Diagnostic::error("bad-id", "wrong", Span::new(id, 0..6), "here")
        .help("did you mean `timeout`?")
        .fix(Span::new(id, 0..6), "timeout");
    let drawn = super::draw_within(80, &[found], &sources, false);
    assert!(drawn.lines().all(|line| line.chars().count() <= 80), "{drawn}");
    assert!(drawn.contains("= help: did you mean `timeout`?"), "{drawn}");
}

#[test]
fn what_is_not_seen_is_spelled_out_in_messages() {
    let mut sources = Sources::new();
    let id = sources.add("p.md", "a\n");
    let found = Diagnostic::error("bad-id", "`a\u{200b}\u{202e}é` is no id", Span::new(id, 0..1), "\u{feff}");
    let drawn = draw(&[found], &sources, false);
    assert!(drawn.contains("`a\\u{200b}"), "{drawn}");
    assert!(!drawn.contains(['\u{200b}', '\u{202e}', '\u{feff}']), "{drawn}");
}

#[test]
fn a_place_behind_several_carriage_returns_is_drawn() {
    let mut sources = Sources::new();
    let id = sources.add("page.md", "a = '''x\r\r\r");
    let end = sources.get(id).text().len();
    let error = Diagnostic::error("x", "message", Span::new(id, end..end), "here");
    assert!(draw(&[error], &sources, false).contains("here"));
}
