//! What looks executable and is not tagged, and which steps one platform has and another lacks.

use insta::assert_snapshot;

use super::{with_body, with_front};
use crate::{
    diagnostic::{Diagnostic, draw},
    document::{
        Alone, Document, coverage, missing_in_counterpart, missing_on_platforms, parse, untagged_blocks,
    },
    source::{Sources, Span, Spanned},
};

fn read(page: &str, sources: &mut Sources) -> Document {
    let source = sources.add("page.md", page);
    parse(source, sources, &mut Alone).0.unwrap()
}

/// What a check of a page says, as a user sees it.
fn picture(page: &str, check: impl Fn(&Document) -> Vec<Diagnostic>) -> String {
    let mut sources = Sources::new();
    let document = read(page, &mut sources);
    draw(&check(&document), &sources, false)
}

/// `linux 1/2` for each platform of the pages.
fn rows(pages: &[&str]) -> String {
    let mut sources = Sources::new();
    let documents: Vec<Document> = pages.iter().map(|page| read(page, &mut sources)).collect();
    let row = |row: &crate::document::Coverage| {
        let platform = row.platform.as_ref().map_or("any".to_owned(), ToString::to_string);
        format!("{platform} {}/{} {}", row.tagged, row.executable, row.percent())
    };
    coverage(&documents).iter().map(row).collect::<Vec<_>>().join(", ")
}

const TABS: &str = "\n<!-- tutor:tab windows/cmd -->\n\n```cmd\ndir\n```\n\n<!-- tutor:tab macos linux -->\n\n\
    ```sh {#list}\nls\n```\n\n```BASH\nls\n```\n\n<!-- tutor:end -->\n\n```sh {#more .skip}\nmore\n```\n";

#[test]
fn what_looks_executable() {
    assert_eq!(rows(&[&with_body(TABS)]), "linux 2/3 66, macos 2/3 66, windows/cmd 1/2 50");
    let others = "```sh {#a}\nx\n```\n\n```yaml\na: b\n```\n\n```text\n$ x\n```\n\n```\nx\n```\n\n    x\n\n\
        ```sh-session\n$ x\n```\n\n```console {.output}\nx\n```\n\n```sh {#s .file path=x}\nx\n```\n\n\
        <!-- tutor\n```sh {#hidden}\nx\n```\n-->\n";
    assert_eq!(rows(&[&with_body(others)]), "any 2/3 66");
    assert_eq!(rows(&[&with_body("```yaml {#a .file path=x}\n```\n")]), "");
    let linux = with_front("platform: [linux]");
    assert_eq!(rows(&[&linux, &with_body(TABS), &linux]), "linux 4/5 80, macos 2/3 66, windows/cmd 1/2 50");
}

#[test]
fn untagged() {
    assert_snapshot!(picture(&with_body(TABS), untagged_blocks), @r#"
    warning[untagged-block]: nothing runs this `cmd` block
     --> page.md:7:1
      |
    7 | ```cmd
      | ^^^^^^ has no id
      |
      = help: give it an id, `{#name}`, or say why not: `{.skip reason="…"}`

    warning[untagged-block]: nothing runs this `BASH` block
      --> page.md:17:1
       |
    17 | ```BASH
       | ^^^^^^^ has no id
       |
       = help: give it an id, `{#name}`, or say why not: `{.skip reason="…"}`
    "#);
    assert_eq!(picture(&with_body("```sh\nx\n```\n"), untagged_blocks), "", "that no step is there says it");
}

#[test]
fn steps_of_one_platform() {
    let page = with_body(TABS).replace("tutor:\n", "tutor:\n  platform: [windows/cmd, macos, linux]\n");
    assert_snapshot!(picture(&page, missing_on_platforms), @"
    warning[missing-counterpart]: the step `list` is not there on `windows/cmd`
      --> page.md:14:8
       |
    14 | ```sh {#list}
       |        ^^^^^ on other platforms only
       |
       = help: add a step with this id there, or a `.skip` block with this id that says why not
    ");
    let skipped = page.replace("```cmd\ndir", "```cmd {#list .skip reason=\"the explorer shows it\"}\ndir");
    assert_eq!(picture(&skipped, missing_on_platforms), "");
    assert_eq!(picture(&with_front("platform: [macos, linux]"), missing_on_platforms), "");
}

#[test]
fn steps_of_a_counterpart() {
    let mut sources = Sources::new();
    let page = read(&with_body("```sh {#a}\nx\n```\n\n```sh {#b}\nx\n```\n"), &mut sources);
    let other =
        read(&with_body("```sh {#b}\nx\n```\n\n```sh {#d}\nx\n```\n\n```sh {#c}\nx\n```\n"), &mut sources);
    let named = Spanned::new("other.md".to_owned(), Span::new(page.source, 4..9));
    let found = missing_in_counterpart(&page, &other, &named, false);
    assert_snapshot!(draw(&found, &sources, false), @"
    warning[missing-counterpart]: this page lacks the steps `d` and `c` of `other.md`
      --> page.md:2:1
       |
     2 | tutor:
       | ^^^^^ its counterpart
       |
      ::: page.md:8:8
       |
     8 | ```sh {#d}
       |        -- stands there
    ...
    12 | ```sh {#c}
       |        -- stands there
       |
       = help: add them, or a `.skip` block with the id that says why not

    warning[missing-counterpart]: the counterpart `other.md` has no step `a`
     --> page.md:4:8
      |
    2 | tutor:
      | ----- named here
    3 | ---
    4 | ```sh {#a}
      |        ^^ on this page only
      |
      = help: add a step with this id there, or a `.skip` block with this id that says why not
    ");
    assert_eq!(
        missing_in_counterpart(&page, &other, &named, true).len(),
        1,
        "the other page is told the rest"
    );
    assert_eq!(missing_in_counterpart(&page, &page, &named, false), []);
}
