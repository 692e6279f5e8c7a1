//! What looks executable and is not tagged.

use insta::assert_snapshot;

use super::{with_body, with_front};
use crate::{
    diagnostic::{Diagnostic, draw},
    document::{Alone, Document, coverage, parse, untagged_blocks},
    source::Sources,
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
