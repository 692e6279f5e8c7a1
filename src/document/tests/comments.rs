//! Comments of ours: attributes of a plain fence, hidden blocks, front matter.

use std::time::Duration;

use insta::assert_snapshot;

use super::{STEP, codes, fixed, good, picture, with_body};
use crate::document::BlockKind;

#[test]
fn attributes_above_a_plain_fence() {
    let page = with_body(
        "Words.\n\n<!-- tutor #make-ca timeout=30s -->\n```sh\nopenssl\n```\n\n1. In a list\n\n   <!--tutor\t.output -->\n   ~~~text\n   x\n   ~~~\n\n> <!-- tutor #f .file path=\"a b.txt\"\n>      mode=0600 -->\n> ```yaml title=\"x\"\n> y\n> ```\n",
    );
    let (document, sources) = good(&page);
    let [step, file] = &document.blocks[..] else { panic!("two blocks: {:?}", document.blocks) };
    assert_eq!(step.id.as_ref().unwrap().value.as_str(), "make-ca");
    assert_eq!(step.timeout, Some(Duration::from_secs(30)));
    assert_eq!(sources.slice(step.fence), "```sh");
    assert!(!step.hidden);
    let BlockKind::Shell(shell) = &step.kind else { panic!("a step") };
    assert_eq!(shell.outputs[0].text.text(), "x\n");
    assert!(matches!(&file.kind, BlockKind::File { path, mode: Some(0o600), .. } if path.value == "a b.txt"));
}

#[test]
fn attributes_that_are_wrong() {
    let page = "<!-- tutor #a -->\n\n```sh\nx\n```\n<!-- tutor #b -->\n```sh {#c}\nx\n```\n<!-- tutor timeout=3s -->\n```sh\nx\n```\n<!-- tutor #d timout=3s } -->\n```sh\nx\n```\nWords <!-- tutor #e --> in a line.\n\n<!-- tutor #f -->\n";
    assert_snapshot!(picture(&with_body(page)), @"
    error[attributes-without-block]: no block stands on the line below these attributes
     --> page.md:4:1
      |
    4 | <!-- tutor #a -->
      | ^^^^^^^^^^^^^^^^^ they belong to nothing
      |
      = help: put the comment on the line above the block's opening fence

    error[two-groups]: the attributes stand in a comment and in braces
      --> page.md:10:7
       |
     9 | <!-- tutor #b -->
       |            -- attributes here
    10 | ```sh {#c}
       |       ^^^^ and again here
       |
       = help: put them in one place

    error[missing-id]: a step needs an id
      --> page.md:13:12
       |
    13 | <!-- tutor timeout=3s -->
       |            ^^^^^^^^^^ no id here
       |
    help: give it a name of its own
       |
    13 | <!-- tutor #a-name timeout=3s -->
       |            +++++++

    error[unknown-attribute]: there is no attribute `timout`
      --> page.md:17:15
       |
    17 | <!-- tutor #d timout=3s } -->
       |               ^^^^^^ unknown attribute
       |
    help: did you mean `timeout`?
       |
    17 | <!-- tutor #d timeout=3s } -->
       |                  +

    error[unknown-attribute]: there is no attribute `}`
      --> page.md:17:25
       |
    17 | <!-- tutor #d timout=3s } -->
       |                         ^ unknown attribute
       |
       = help: the attributes are platform, shell, requires, needs, stops, exit, timeout, retry, every, snapshot, stream, ready, stop, daemon, reason, path, mode, in, for

    error[attributes-without-block]: no block stands on the line below these attributes
      --> page.md:21:7
       |
    21 | Words <!-- tutor #e --> in a line.
       |       ^^^^^^^^^^^^^^^^^ they belong to nothing
       |
       = help: put the comment on the line above the block's opening fence

    error[attributes-without-block]: no block stands on the line below these attributes
      --> page.md:23:1
       |
    23 | <!-- tutor #f -->
       | ^^^^^^^^^^^^^^^^^ they belong to nothing
       |
       = help: put the comment on the line above the block's opening fence
    ");
    let page = with_body("<!-- tutor timeout=3s -->\n```sh\nx\n```\n");
    assert_eq!(fixed(&page), page.replace("tutor timeout", "tutor #a-name timeout"));
}

#[test]
fn hidden_blocks() {
    let page = with_body(
        "```sh {#shown}\nx\n```\n<!-- tutor\n```sh {#setup}\nmkdir x\n\necho <<E\n  y\nE\n```\n\n~~~text {.output}\nhid\n~~~\nprose\n-->\n```text {.output}\nseen\n```\n\n> - <!-- tutor\n>   ```sh {#nested}\n>   a\n>     b\n>   ```\n>   -->\n",
    );
    for page in [page.clone(), page.replace('\n', "\r\n")] {
        let (document, sources) = good(&page);
        let texts: Vec<(&str, &str, bool, Option<&str>)> = document
            .blocks
            .iter()
            .map(|block| {
                let BlockKind::Shell(step) = &block.kind else { panic!("a step") };
                let output = step.outputs.first().map(|output| output.text.text());
                (block.id.as_ref().unwrap().value.as_str(), block.text.text(), block.hidden, output)
            })
            .collect();
        assert_eq!(
            texts,
            [
                ("shown", "x\n", false, Some("seen\n")),
                ("setup", "mkdir x\n\necho <<E\n  y\nE\n", true, Some("hid\n")),
                ("nested", "a\n  b\n", true, None),
            ]
        );
        let setup = &document.blocks[1];
        assert_eq!(sources.slice(setup.fence), "```sh {#setup}");
        assert_eq!(sources.slice(setup.text.span(14..15)), "<");
    }
}

#[test]
fn hidden_blocks_that_are_wrong() {
    let page = format!(
        "{STEP}<!-- tutor\n```sh {{#a timout=3}}\nx\n-->\n\n<!-- tutor\nwords\n-->\n\n<!-- tutor\n```text {{.output}}\n"
    );
    assert_snapshot!(picture(&with_body(&page)), @"
    error[unclosed-fence]: the block is never closed
     --> page.md:8:1
      |
    8 | ```sh {#a timout=3}
      | ^^^^^^^^^^^^^^^^^^^ it opens here
      |
      = help: put a line ``` behind its last line

    error[unknown-attribute]: there is no attribute `timout`
     --> page.md:8:11
      |
    8 | ```sh {#a timout=3}
      |           ^^^^^^ unknown attribute
      |
    help: did you mean `timeout`?
      |
    8 | ```sh {#a timeout=3}
      |              +

    error[empty-comment]: the comment holds neither blocks nor attributes
      --> page.md:12:1
       |
    12 | <!-- tutor
       | ^^^^^^^^^^ says nothing
       |
       = help: put fenced blocks on the lines below `<!-- tutor`

    error[unclosed-comment]: the comment is never closed
      --> page.md:16:1
       |
    16 | <!-- tutor
       | ^^^^^^^^^^ it begins here, and hides all that follows
       |
       = help: put `-->` behind it
    ");
    assert_eq!(codes(&with_body(&format!("{STEP}<!-- tutor"))), ["unclosed-comment"]);
    assert_eq!(codes(&with_body(&format!("{STEP}<!-- tutorial\n"))), [""; 0]);
}

#[test]
fn front_matter_in_a_comment() {
    let cases = [
        "<!-- tutor:document\nplatform: [linux]\ntimeout: 3s\ntitle: T\n-->\n",
        "\n<!-- tutor:document\ntitle: T\ntutor:\n  platform: [linux]\n  timeout: 3s\n-->\n",
        "\u{feff}<!--tutor:document\r\ntitle: T\r\ntutor: {platform: [linux], timeout: 3s}\r\n-->\r\n",
    ];
    for page in cases {
        let (document, _) = good(&format!("{page}{STEP}"));
        assert_eq!(document.front.step_timeout(), Duration::from_secs(3));
        assert_eq!(document.front.title.as_deref(), Some("T"));
        assert_eq!(document.platforms.len(), 1);
        assert_eq!(document.blocks.len(), 1);
    }
    let (document, _) = good(&format!("<!-- tutor:document -->\n{STEP}"));
    assert!(document.is_for_any());
}

#[test]
fn front_matter_in_a_comment_that_is_wrong() {
    assert_snapshot!(picture(&format!("<!-- tutor:document\nplatfrom: [linux]\n-->\n{STEP}\n<!-- tutor:document\n-->\n")), @"
    error[unknown-key]: `tutor` has no key `platfrom`
     --> page.md:2:1
      |
    2 | platfrom: [linux]
      | ^^^^^^^^ unknown key
      |
    help: did you mean `platform`?
      |
    2 - platfrom: [linux]
    2 + platform: [linux]
      |

    error[misplaced-front-matter]: front matter in a comment must be the first thing on a page
     --> page.md:8:1
      |
    8 | <!-- tutor:document
      | ^^^^^^^^^^^^^^^^^^^ not at the top
      |
      = help: move it there, or put its keys into the front matter
    ");
    assert_snapshot!(picture("<!-- tutor:document\nplatform: [linux]\n"), @"
    error[unclosed-front-matter]: the front matter is never closed
     --> page.md:1:1
      |
    1 | <!-- tutor:document
      | ^^^^^^^^^^^^^^^^^^^ it begins here
      |
      = help: put a line `-->` behind it
    ");
    assert_snapshot!(picture(&format!("<!-- tutor:document [x] -->\n{STEP}")), @"
    error[wrong-type]: front matter must be a map of keys and values, and is a list
     --> page.md:1:21
      |
    1 | <!-- tutor:document [x] -->
      |                     ^^^^ not a map of keys and values
    ");
}

#[test]
fn other_words() {
    assert_snapshot!(picture(&with_body(&format!("{STEP}<!-- tutor:tap x -->\n\n<!-- tutor:include -->\n\n<!-- tutor:x -->\n\n<!-- tutorial -->\n<!-- x -->\n"))), @"
    error[unknown-comment]: there is no comment `tutor:tap`
     --> page.md:7:12
      |
    7 | <!-- tutor:tap x -->
      |            ^^^ unknown word
      |
    help: did you mean `tutor:tab`?
      |
    7 - <!-- tutor:tap x -->
    7 + <!-- tutor:tab x -->
      |

    error[include-without-file]: the comment names no file
     --> page.md:9:12
      |
    9 | <!-- tutor:include -->
      |            ^^^^^^^ which one?
      |
      = help: write it like `<!-- tutor:include install.md -->`

    error[unknown-comment]: there is no comment `tutor:x`
      --> page.md:11:12
       |
    11 | <!-- tutor:x -->
       |            ^ unknown word
       |
       = help: the words are tab, end, include and document
    ");
}
