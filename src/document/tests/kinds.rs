//! Patches, services, certificates, probes, other languages: what is read of them, and what can be wrong.

use insta::assert_snapshot;

use super::{codes, fixed, good, picture, with_body, with_front};
use crate::{
    document::{BlockKind, Change, Expect, Streams},
    platform::Shell,
};

const PATCH: &str = "```diff {#p .patch path=a.yaml}\n--- a/a.yaml\n+++ b/a.yaml\n@@ -1,3 +1,4 @@ net:\n a\n-b\n+B\n+c\n d\n@@ -9 +10,0 @@\n-z\n\\ No newline at end of file\n```\n";

#[test]
fn patches() {
    let (document, sources) = good(&with_body(PATCH));
    let BlockKind::Patch { path, patch } = &document.blocks[0].kind else { panic!("a patch") };
    assert_eq!(path.value, "a.yaml");
    let [first, second] = &patch.hunks[..] else { panic!("two hunks") };
    assert_eq!((first.old_start, first.new_start, second.old_start, second.new_start), (1, 1, 9, 10));
    let text = document.blocks[0].text.text();
    let lines: Vec<(Change, &str)> =
        first.lines.iter().map(|line| (line.change, &text[line.text.clone()])).collect();
    assert_eq!(
        lines,
        [
            (Change::Keep, "a"),
            (Change::Remove, "b"),
            (Change::Add, "B"),
            (Change::Add, "c"),
            (Change::Keep, "d")
        ]
    );
    assert!(second.lines[0].no_newline);
    assert_eq!(sources.slice(second.header), "@@ -9 +10,0 @@");
    // An editor took the blanks of an empty line away; the file and the block may end with one.
    let empty = with_body("```diff {#p .patch path=a}\n@@ -1,3 +1,2 @@\n a\n\n--- b\n\n```\n");
    let (document, _) = good(&empty);
    let BlockKind::Patch { patch, .. } = &document.blocks[0].kind else { panic!("a patch") };
    assert_eq!(patch.hunks[0].lines.len(), 3);
}

/// A page with a patch of each of these texts.
fn with_patches(texts: &[&str]) -> String {
    let mut page = with_body("");
    for (number, text) in texts.iter().enumerate() {
        page = page + "```diff {#p" + &number.to_string() + " .patch path=a}\n" + text + "```\n";
    }
    page
}

#[test]
fn patches_that_are_wrong() {
    let texts = ["-a\n+b\n", "", "--- a\n+++ a\n@@ -1 +1 @@\n-a\n+b\n--- c\n+++ c\n@@ -1 +1 @@\n-a\n+b\n"];
    assert_snapshot!(picture(&with_patches(&texts)), @"
    error[bad-patch]: the line belongs to no hunk
     --> page.md:5:1
      |
    5 | -a
      | ^^ not part of a diff
      |
      = help: hunks begin with a line like `@@ -1,3 +1,4 @@`, as `diff -u` writes it

    error[no-hunk]: a `.patch` block without a hunk
     --> page.md:8:1
      |
    8 | ```diff {#p1 .patch path=a}
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^ changes nothing
      |
      = help: hunks begin with a line like `@@ -1,3 +1,4 @@`, as `diff -u` writes it

    error[several-files]: a patch changes one file, and here begins another
      --> page.md:16:1
       |
    16 | --- c
       | ^^^^^ the second file
       |
       = help: give each file a block of its own
    ");
    let counted = with_body(&PATCH.replace("-1,3 +1,4 @@ net", "-1,30 +1 @@ net"));
    assert_eq!(fixed(&counted), with_body(PATCH));
    assert_eq!(codes(&with_body("```diff {#p .patch}\n@@ -1 +1 @@\n-a\n+b\n```\n")), ["missing-attribute"]);
}

#[test]
fn hunks_that_are_wrong() {
    let texts = [
        "@@ -1,2 +1 @@\n-a\n+b\n",
        "@@ @@\n-a\n+b\n",
        "@@ -1 +1 @@\n a\n",
        "@@ -1,2 +1,2 @@\na\n-b\n+c\n",
        "@@ -5 +5 @@\n-a\n+b\n@@ -5 +5 @@\n-a\n+b\n",
    ];
    assert_snapshot!(picture(&with_patches(&texts)), @"
    error[hunk-count]: the hunk has 1 old and 1 new lines, and its header says 2 and 1
     --> page.md:5:1
      |
    5 | @@ -1,2 +1 @@
      | ^^^^^^^^^^^^^ does not fit the lines below
      |
    help: count again
      |
    5 - @@ -1,2 +1 @@
    5 + @@ -1,1 +1,1 @@
      |

    error[bad-hunk]: the header of a hunk has no line numbers
      --> page.md:10:1
       |
    10 | @@ @@
       | ^^^^^ not understood
       |
       = help: write it like `@@ -1,3 +1,4 @@`: first line and number of lines, old and new

    error[hunk-without-change]: the hunk changes nothing
      --> page.md:15:1
       |
    15 | @@ -1 +1 @@
       | ^^^^^^^^^^^ no line begins with `-` or `+`
       |
       = help: mark what goes with `-` and what comes with `+`

    error[bad-hunk-line]: a hunk's line begins with a blank, `-` or `+`
      --> page.md:20:1
       |
    20 | a
       | ^ begins with something else
       |
    help: put a blank before a line that stays
       |
    20 |  a
       | +

    error[hunk-order]: a hunk begins before the end of the one above it
      --> page.md:28:1
       |
    25 | @@ -5 +5 @@
       | ----------- the hunk above it
    ...
    28 | @@ -5 +5 @@
       | ^^^^^^^^^^^ begins too early
       |
       = help: write the hunks in the order of the file, and lines that both hold into one of them
    ");
}

#[test]
fn certificates_and_probes() {
    let page = with_body(
        "```toml {#pki .certificate requires=openssl}\ndir = \".\"\n```\n```toml {#check .probe snapshot=none retry=3}\nx = 1\n```\n",
    );
    let (document, _) = good(&page);
    let [pki, check] = &document.blocks[..] else { panic!("two blocks") };
    assert!(matches!(pki.kind, BlockKind::Certificate { expect: Expect::Recording(Streams::All) }));
    assert_eq!(pki.text.text(), "dir = \".\"\n");
    assert!(matches!(check.kind, BlockKind::Probe { expect: Expect::Nothing }));
    let wrong = "```toml {#pki .certificate path=x snapshot=stdout}\nx\n```\n```text {.output}\n```\n```toml {#check .probe}\n```\n```toml {.probe}\nx\n```\n";
    assert_snapshot!(picture(&with_body(wrong)), @"
    error[attribute-not-taken]: a `.certificate` block does not take `path`
     --> page.md:4:28
      |
    4 | ```toml {#pki .certificate path=x snapshot=stdout}
      |                            ^^^^ not taken here
      |
      = help: `.file` blocks and `.patch` blocks take it

    error[bad-snapshot]: a receipt has no stream `stdout`
     --> page.md:4:44
      |
    4 | ```toml {#pki .certificate path=x snapshot=stdout}
      |                                            ^^^^^^ it is one text
      |
      = help: the values are all and none

    error[output-without-step]: a certificate block has no `.output`
     --> page.md:7:1
      |
    4 | ```toml {#pki .certificate path=x snapshot=stdout}
      | -------------------------------------------------- the nearest block above it
    ...
    7 | ```text {.output}
      | ^^^^^^^^^^^^^^^^^ belongs to no step

    error[empty-step]: the block says nothing
     --> page.md:9:1
      |
    9 | ```toml {#check .probe}
      | ^^^^^^^^^^^^^^^^^^^^^^^ nothing to do
      |
      = help: write what it is to do, or take it away

    error[missing-id]: a `.probe` block needs an id
      --> page.md:11:9
       |
    11 | ```toml {.probe}
       |         ^^^^^^^^ no id here
       |
    help: give it a name of its own
       |
    11 | ```toml {#a-name .probe}
       |          +++++++
    ");
}

#[test]
fn languages_of_the_settings() {
    let page = with_body(
        "```python {#a}\nif 1 <2> 3: pass <name>\n```\n```python {#b .cleanup}\n1\n```\n```text {#c shell=python}\n1\n```\n```zsh {#d}\nx\n```\n",
    );
    let (document, _) = good(&page);
    let runners: Vec<(Shell, Option<&str>)> = document
        .blocks
        .iter()
        .map(|block| match &block.kind {
            BlockKind::Shell(step) => &step.runner,
            BlockKind::Cleanup(runner) => runner,
            kind => panic!("{kind:?}"),
        })
        .map(|runner| (runner.shell, runner.interpreter.as_ref().map(|one| one.command.as_str())))
        .collect();
    let python = (Shell::Sh, Some("python3 {file}"));
    assert_eq!(runners, [python, python, python, (Shell::Zsh, None)]);
    assert_snapshot!(picture(&with_body("```pyton {#a}\n1\n```\n```ruby {#b}\n1\n```\n```sh {#c shell=pythn}\n1\n```\n")), @r#"
    error[unknown-language]: nothing says how to run `pyton`
     --> page.md:4:4
      |
    4 | ```pyton {#a}
      |    ^^^^^  -- the id makes it a step
      |    |
      |    cannot be run
      |
    help: did you mean `python`?
      |
    4 | ```python {#a}
      |       +

    error[unknown-language]: nothing says how to run `ruby`
     --> page.md:7:4
      |
    7 | ```ruby {#b}
      |    ^^^^  -- the id makes it a step
      |    |
      |    cannot be run
      |
      = help: give its command in `tutor.toml`, `[languages]` `ruby = "… {file}"`, take the id away, or say what the block is: `.file`, `.output`, `.skip`

    error[unknown-shell]: there is no shell `pythn`
      --> page.md:10:17
       |
    10 | ```sh {#c shell=pythn}
       |                 ^^^^^ unknown shell
       |
    help: did you mean `python`?
       |
    10 | ```sh {#c shell=python}
       |                     +
    "#);
}

#[test]
fn flags() {
    let page = with_body(
        "```sh {#a tty}\nx\n```\n```text {.output stream=stderr}\n```\n```text {#f .file path=x append}\n```\n",
    );
    let (document, _) = good(&page);
    let [step, file] = &document.blocks[..] else { panic!("two blocks") };
    assert!(matches!(&step.kind, BlockKind::Shell(step) if step.tty));
    assert!(matches!(&file.kind, BlockKind::File { append: true, mode: None, .. }));
}

#[test]
fn requirements() {
    let page = with_front(
        "requires: [a, {program: b, min: '2.0', run: b version, match: 'v(\\S+)'}, {program: a, min: 3}]",
    );
    let (document, _) = good(&page);
    let [_, b, a] = &document.front.requires[..] else { panic!("three") };
    assert_eq!(b.run.as_ref().unwrap().value, "b version");
    assert_eq!((&*b.min.as_ref().unwrap().value, &*a.min.as_ref().unwrap().value), ("2.0", "3"));
    assert!(b.pattern.as_ref().unwrap().is_match("v1"));
    let wrong = with_front(
        "requires: [{program: a, min: v2.0}, {program: b, min: new, run: ''}, {program: c, match: '('}, {program: d, match: '(a)(b)', mim: 1}]",
    );
    assert_snapshot!(picture(&wrong), @r#"
    error[bad-version]: `v2.0` is no version that another can be held against
     --> page.md:3:32
      |
    3 |   requires: [{program: a, min: v2.0}, {program: b, min: new, run: ''}, {program: c, match: '('}, {program: d, match: '(a)(b)', mim: 1}]
      |                                ^^^^ not numbers with full stops between
      |
    help: write the least version that will do: `3.0`
      |
    3 -   requires: [{program: a, min: v2.0}, {program: b, min: new, run: ''}, {program: c, match: '('}, {program: d, match: '(a)(b)', mim: 1}]
    3 +   requires: [{program: a, min: "2.0"}, {program: b, min: new, run: ''}, {program: c, match: '('}, {program: d, match: '(a)(b)', mim: 1}]
      |

    error[bad-version]: `new` is no version that another can be held against
     --> page.md:3:57
      |
    3 |   requires: [{program: a, min: v2.0}, {program: b, min: new, run: ''}, {program: c, match: '('}, {program: d, match: '(a)(b)', mim: 1}]
      |                                                         ^^^ not numbers with full stops between
      |
      = help: write the least version that will do: `3.0`

    error[empty-value]: `run` must not be empty
     --> page.md:3:67
      |
    3 |   requires: [{program: a, min: v2.0}, {program: b, min: new, run: ''}, {program: c, match: '('}, {program: d, match: '(a)(b)', mim: 1}]
      |                                                                   ^^ empty

    error[bad-pattern]: the pattern is not a regular expression
     --> page.md:3:92
      |
    3 |   requires: [{program: a, min: v2.0}, {program: b, min: new, run: ''}, {program: c, match: '('}, {program: d, match: '(a)(b)', mim: 1}]
      |                                                                                            ^^^ unclosed group
      |
      = help: write it in the syntax of the crate `regex`, best in single quotes: '\d+'

    error[bad-pattern]: the pattern has several groups, so which of them holds the version is not clear
     --> page.md:3:118
      |
    3 |   requires: [{program: a, min: v2.0}, {program: b, min: new, run: ''}, {program: c, match: '('}, {program: d, match: '(a)(b)', mim: 1}]
      |                                                                                                                      ^^^^^^^^ more than one group
      |
      = help: write `(?:…)` for the groups that do not hold it

    error[unknown-key]: a requirement has no key `mim`
     --> page.md:3:128
      |
    3 |   requires: [{program: a, min: v2.0}, {program: b, min: new, run: ''}, {program: c, match: '('}, {program: d, match: '(a)(b)', mim: 1}]
      |                                                                                                                                ^^^ unknown key
      |
    help: did you mean `min`?
      |
    3 -   requires: [{program: a, min: v2.0}, {program: b, min: new, run: ''}, {program: c, match: '('}, {program: d, match: '(a)(b)', mim: 1}]
    3 +   requires: [{program: a, min: v2.0}, {program: b, min: new, run: ''}, {program: c, match: '('}, {program: d, match: '(a)(b)', min: 1}]
      |
    "#);
    assert_eq!(
        fixed(&with_front("requires: [{program: a, min: v2.0}]")),
        with_front("requires: [{program: a, min: \"2.0\"}]")
    );
}
