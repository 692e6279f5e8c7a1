//! What the language has and this version does not: each is named, nothing is ignored.

use insta::assert_snapshot;

use super::{STEP, codes, picture, with_body, with_front};

#[test]
fn in_the_front_matter() {
    let page = with_front(
        "ports: {}\ncopy: []\nafter: []\ncounterpart: x.md\ncovers: []\nrequires: [{program: x, min: '1', run: x -v, match: '(.)'}]",
    );
    assert_eq!(codes(&page), ["not-supported-yet"; 8]);
    assert_snapshot!(picture(&with_front("counterpart: x.md\nrequires: [{program: x, min: '1'}]")), @"
    error[not-supported-yet]: parity with another page (`counterpart`) is not supported yet
     --> page.md:3:3
      |
    3 |   counterpart: x.md
      |   ^^^^^^^^^^^ this version of `tutor` cannot do this

    error[not-supported-yet]: least versions (`min`) are not supported yet
     --> page.md:4:27
      |
    4 |   requires: [{program: x, min: '1'}]
      |                           ^^^ this version of `tutor` cannot do this
    ");
}

#[test]
fn comments() {
    let page = "a <!-- tutor:tab macos --> b\n<!-- tutor:end -->\n\n<!-- tutor:include x.md -->\n\n<!-- tutor #a timeout=3s -->\n\n<!-- tutor\n```sh {#b}\nx\n```\n-->\n\n<!-- tutor:tap x -->\n\n<!-- tutorial -->\n<!-- x -->\n";
    assert_snapshot!(picture(&with_body(&format!("{STEP}{page}"))), @"
    error[not-supported-yet]: sections for platforms (tabs) are not supported yet
     --> page.md:7:3
      |
    7 | a <!-- tutor:tab macos --> b
      |   ^^^^^^^^^^^^^^ this version of `tutor` cannot do this

    error[not-supported-yet]: sections for platforms (tabs) are not supported yet
     --> page.md:8:1
      |
    8 | <!-- tutor:end -->
      | ^^^^^^^^^^^^^^ this version of `tutor` cannot do this

    error[not-supported-yet]: included files (`tutor:include`) are not supported yet
      --> page.md:10:1
       |
    10 | <!-- tutor:include x.md -->
       | ^^^^^^^^^^^^^^^^^^ this version of `tutor` cannot do this

    error[not-supported-yet]: attributes in a comment are not supported yet
      --> page.md:12:1
       |
    12 | <!-- tutor #a timeout=3s -->
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this version of `tutor` cannot do this

    error[not-supported-yet]: hidden steps are not supported yet
      --> page.md:14:1
       |
    14 | <!-- tutor
       | ^^^^^^^^^^ this version of `tutor` cannot do this

    error[unknown-comment]: there is no comment `tutor:tap`
      --> page.md:20:12
       |
    20 | <!-- tutor:tap x -->
       |            ^^^ unknown word
       |
    help: did you mean `tutor:tab`?
       |
    20 - <!-- tutor:tap x -->
    20 + <!-- tutor:tab x -->
       |
    ");
    assert_snapshot!(picture("<!-- tutor:document\nplatform: [linux]\n-->\n"), @"
    error[not-supported-yet]: front matter in a comment (`tutor:document`) is not supported yet
     --> page.md:1:1
      |
    1 | <!-- tutor:document
      | ^^^^^^^^^^^^^^^^^^^ this version of `tutor` cannot do this
    ");
}

#[test]
fn kinds_of_blocks() {
    let page = "```console {#a}\n$ ls\n```\n```diff {#b .patch path=x}\n```\n```toml {#c .certificate}\n```\n```sh {#d .service ready=exit}\nx\n```\n```toml {#e .probe}\n```\n```text {.output}\n```\n";
    assert_snapshot!(picture(&with_body(page)), @"
    error[not-supported-yet]: transcripts (`console` blocks with an id) are not supported yet
     --> page.md:4:4
      |
    4 | ```console {#a}
      |    ^^^^^^^ this version of `tutor` cannot do this

    error[not-supported-yet]: patches (`.patch`) are not supported yet
     --> page.md:7:13
      |
    7 | ```diff {#b .patch path=x}
      |             ^^^^^^ this version of `tutor` cannot do this

    error[not-supported-yet]: certificates (`.certificate`) are not supported yet
     --> page.md:9:13
      |
    9 | ```toml {#c .certificate}
      |             ^^^^^^^^^^^^ this version of `tutor` cannot do this

    error[not-supported-yet]: services (`.service`) are not supported yet
      --> page.md:11:11
       |
    11 | ```sh {#d .service ready=exit}
       |           ^^^^^^^^ this version of `tutor` cannot do this

    error[not-supported-yet]: probes (`.probe`) are not supported yet
      --> page.md:14:13
       |
    14 | ```toml {#e .probe}
       |             ^^^^^^ this version of `tutor` cannot do this
    ");
    // What needs one of them is not wrong too, and neither is an id that it shares with nobody.
    assert_eq!(
        codes(&with_body("```sh {#d .service ready=exit}\nx\n```\n```sh {#a needs=d}\nx\n```\n")),
        ["not-supported-yet"]
    );
}

#[test]
fn shells_and_attributes() {
    let cases = [
        "```bat {#a}\nx\n```\n",
        "```powershell {#a}\nx\n```\n",
        "```sh {#a platform=linux}\nx\n```\n",
        "```sh {#a stops=b}\nx\n```\n",
        "```sh {#a tty}\nx\n```\n",
        "```sh {#a needs=other#b}\nx\n```\n",
        "```sh {#a .file path=x append}\nx\n```\n",
        "```sh {#step}\nx\n```\n```text {.output stream=stdout}\n```\n",
        "```sh {#step}\nx\n```\n```text {.output for=step}\n```\n",
        "```sh {.skip platform=linux}\nx\n```\n",
        "```sh {#step}\nx\n```\n```text {.output}\n```\n```text {.output for=step}\n```\n",
    ];
    for markdown in cases {
        assert_eq!(codes(&with_body(markdown)), ["not-supported-yet"], "{markdown}");
    }
    // The same id on two platforms is no mistake.
    let twice = "```sh {#a platform=linux}\nx\n```\n```sh {#a platform=macos}\nx\n```\n";
    assert_eq!(codes(&with_body(twice)), ["not-supported-yet"; 2]);
    assert_snapshot!(picture(&with_body(cases[1])), @"
    error[not-supported-yet]: PowerShell steps are not supported yet
     --> page.md:4:4
      |
    4 | ```powershell {#a}
      |    ^^^^^^^^^^ this version of `tutor` cannot do this
    ");
    assert_snapshot!(picture(&with_body(cases[2])), @"
    error[not-supported-yet]: blocks for one platform (`platform=`) are not supported yet
     --> page.md:4:11
      |
    4 | ```sh {#a platform=linux}
      |           ^^^^^^^^ this version of `tutor` cannot do this
    ");
}
