//! Steps that one side has and the other lacks.

use insta::assert_snapshot;

use super::{pages, platforms, read};
use crate::{
    parity::{Counterpart, Used, between_pages},
    source::{Sources, Span, Spanned},
};

const TABS: &str = "\n<!-- tutor:tab windows/cmd -->\n\n```cmd\ndir\n```\n\n<!-- tutor:tab macos linux -->\n\n\
    ```sh {#list}\nls\n```\n\n```BASH\nls\n```\n\n<!-- tutor:end -->\n\n```sh {#more .skip}\nmore\n```\n";

#[test]
fn steps_of_one_platform() {
    let page = format!("---\ntutor:\n  platform: [windows/cmd, macos, linux]\n---\n{TABS}");
    assert_snapshot!(platforms(&page), @"
    warning[missing-counterpart]: the step `list` is not there on `windows/cmd`
      --> page.md:14:8
       |
    14 | ```sh {#list}
       |        ^^^^^ on other platforms only
       |
       = help: add a step with this id there, or say why not: a `.skip` block with this id, or `{step: list, reason: …}` under `parity`
    ");
    let skipped = page.replace("```cmd\ndir", "```cmd {#list .skip reason=\"the explorer shows it\"}\ndir");
    assert_eq!(platforms(&skipped), "");
    assert_eq!(platforms("---\ntutor:\n  platform: [macos, linux]\n---\n```sh {#step}\ntrue\n```\n"), "");
}

/// A page with these steps.
fn with(front: &str, ids: &[&str]) -> String {
    let steps: Vec<String> = ids.iter().map(|id| format!("```sh {{#{id}}}\nx\n```\n\n")).collect();
    format!("---\ntutor:\n{front}---\n{}", steps.concat())
}

#[test]
fn steps_of_a_counterpart() {
    assert_snapshot!(pages(&with("", &["a", "b"]), &with("", &["b", "d", "c"])), @"
    warning[missing-counterpart]: this page lacks the steps `d` and `c` of `other.md`
      --> page.md:2:1
       |
     2 | tutor:
       | ^^^^^ its counterpart
       |
      ::: other.md:8:8
       |
     8 | ```sh {#d}
       |        -- stands there
    ...
    12 | ```sh {#c}
       |        -- stands there
       |
       = help: add them, or say why not: `.skip` blocks with their ids, or exceptions under `parity`

    warning[missing-counterpart]: the counterpart `other.md` has no step `a`
     --> page.md:4:8
      |
    2 | tutor:
      | ----- named here
    3 | ---
    4 | ```sh {#a}
      |        ^^ on this page only
      |
      = help: add a step with this id there, or say why not: a `.skip` block with this id, or `{step: a, reason: …}` under `parity`
    ");
    assert_eq!(pages(&with("", &["a", "b"]), &with("", &["b", "a"])), "");
    // Where both are asked, each tells of its own.
    let mut sources = Sources::new();
    let page = read("page.md", &with("", &["a", "b"]), &mut sources);
    let other = read("other.md", &with("", &["b", "c"]), &mut sources);
    let named = Spanned::new("other.md".to_owned(), Span::new(page.source, 4..9));
    let counterpart = Counterpart {
        document: &other,
        named: &named,
        names_back: true,
        asked_too: true,
        asked_before: false,
    };
    let found = between_pages(&page, counterpart, &mut Used::default());
    let messages: Vec<&str> = found.iter().map(|found| found.message.as_str()).collect();
    assert_eq!(messages, ["the counterpart `other.md` has no step `a`"]);
}

#[test]
fn excepted_steps() {
    let front = |names: &str| format!("  parity:\n    - {{step: {names}, reason: another way}}\n");
    assert_eq!(
        pages(&with(&front("'[ad]'"), &["a"]), &with("", &["a"])).matches("unused-exception").count(),
        1
    );
    let both = format!("{}    - {{step: 'c*', reason: theirs}}\n", front("a-*"));
    assert_eq!(pages(&with(&both, &["a-1", "a-2", "b"]), &with("", &["b", "c"])), "");
    assert_snapshot!(pages(&with(&both, &["b-1", "b"]), &with("", &["b", "c"])), @"
    warning[unused-exception]: the exception for `a-*` excepts nothing
     --> page.md:4:14
      |
    4 |     - {step: a-*, reason: another way}
      |              ^^^ nothing differs there
      |
      = help: a page has exceptions where it is for several platforms, or names a `counterpart`

    warning[missing-counterpart]: the counterpart `other.md` has no step `b-1`
     --> page.md:7:8
      |
    2 | tutor:
      | ----- named here
    ...
    7 | ```sh {#b-1}
      |        ^^^^ on this page only
      |
      = help: add a step with this id there, or say why not: a `.skip` block with this id, or `{step: b-1, reason: …}` under `parity`
    ");
}
