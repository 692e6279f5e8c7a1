//! Pictures of what can be wrong with blocks and between them.

use insta::assert_snapshot;

use super::{STEP, codes, fixed, picture, with_body, with_front};

#[test]
fn ids() {
    assert_snapshot!(picture(&with_body("```sh {#Make_CA}\ntrue\n```\n```sh {#a}\ntrue\n```\n```sh {#a}\ntrue\n```\n")), @"
    error[bad-id]: `Make_CA` is no id
     --> page.md:4:8
      |
    4 | ```sh {#Make_CA}
      |        ^^^^^^^^ not kebab-case
      |
    help: an id is lowercase letters, digits and single hyphens, a letter first
      |
    4 - ```sh {#Make_CA}
    4 + ```sh {#make-ca}
      |

    error[duplicate-id]: the id `a` is used twice
      --> page.md:10:8
       |
     7 | ```sh {#a}
       |        -- first used here
    ...
    10 | ```sh {#a}
       |        ^^ used again here
       |
       = help: give each block an id of its own
    ");
    assert_eq!(
        fixed(&with_body("```sh {#Make_CA}\ntrue\n```\n")),
        with_body("```sh {#make-ca}\ntrue\n```\n")
    );
    assert_eq!(codes(&with_body("```sh {#}\ntrue\n```\n")), ["bad-id"]);
    // What needs it is not wrong as well.
    let needed = "```sh {#Make_CA}\ntrue\n```\n```sh {#b needs=make-ca}\ntrue\n```\n";
    assert_eq!(codes(&with_body(needed)), ["bad-id"]);
    assert_eq!(codes(&with_body(&needed.replace("make-ca", "Make_CA"))), ["bad-id", "bad-id"]);
}

#[test]
fn needs() {
    let page = "```sh {#a needs=a}\ntrue\n```\n```sh {#b needs=c,d,make-cb}\ntrue\n```\n```sh {#c}\ntrue\n```\n```sh {#make-ca .cleanup}\ntrue\n```\n```sh {#e needs=make-ca,#c}\ntrue\n```\n";
    assert_snapshot!(picture(&with_body(page)), @"
    error[needs-itself]: the step `a` needs itself
     --> page.md:4:17
      |
    4 | ```sh {#a needs=a}
      |                 ^ its own id

    error[needs-later-step]: the step `c` comes later
      --> page.md:7:17
       |
     7 | ```sh {#b needs=c,d,make-cb}
       |                 ^ has not run by then
    ...
    10 | ```sh {#c}
       |        -- it stands here

    error[unknown-step]: there is no step `d`
     --> page.md:7:19
      |
    7 | ```sh {#b needs=c,d,make-cb}
      |                   ^ unknown id
      |
      = help: names are ids of steps of this page, or `tutorial#id` of one under `after`

    error[unknown-step]: there is no step `make-cb`
     --> page.md:7:21
      |
    7 | ```sh {#b needs=c,d,make-cb}
      |                     ^^^^^^^ unknown id
      |
    help: did you mean `make-ca`?
      |
    7 - ```sh {#b needs=c,d,make-cb}
    7 + ```sh {#b needs=c,d,make-ca}
      |

    error[needs-later-step]: `make-ca` is a cleanup block, which runs at the end
      --> page.md:16:17
       |
    13 | ```sh {#make-ca .cleanup}
       |        -------- it stands here
    ...
    16 | ```sh {#e needs=make-ca,#c}
       |                 ^^^^^^^ has not run by then

    error[bad-id]: `#c` is no id
      --> page.md:16:25
       |
    16 | ```sh {#e needs=make-ca,#c}
       |                         ^^ not an id
       |
    help: write the id as it stands, without `#`
       |
    16 - ```sh {#e needs=make-ca,#c}
    16 + ```sh {#e needs=make-ca,c}
       |
    ");
}

#[test]
fn outputs_and_answers() {
    assert_snapshot!(picture(&with_body("```sh {.skip}\ntrue\n```\n```text {.output}\n```\n")), @"
    error[output-without-step]: no step stands above this `.output` block
     --> page.md:7:1
      |
    4 | ```sh {.skip}
      | ------------- a skipped block does not count
    ...
    7 | ```text {.output}
      | ^^^^^^^^^^^^^^^^^ belongs to no step
      |
      = help: give the step an id, `{#name}`, and put this block behind it
    ");
    assert_snapshot!(picture(&with_body(&format!("{STEP}```text {{.output}}\n```\n```sh {{.skip}}\nx\n```\n```text {{.output}}\n```\n"))), @"
    error[two-outputs]: the step `step` has two `.output` blocks
      --> page.md:12:1
       |
     7 | ```text {.output}
       | ----------------- the first one
     8 | ```
     9 | ```sh {.skip}
       | ------------- a skipped block does not count
    ...
    12 | ```text {.output}
       | ^^^^^^^^^^^^^^^^^ the second one
    ");
    assert_snapshot!(picture(&with_body(&format!("{STEP}```sh {{#c .cleanup}}\ntrue\n```\n```text {{.answers}}\nx\n```\n"))), @"
    error[answers-without-step]: a cleanup block has no `.answers`
      --> page.md:10:1
       |
     7 | ```sh {#c .cleanup}
       | ------------------- the nearest block above it
    ...
    10 | ```text {.answers}
       | ^^^^^^^^^^^^^^^^^^ belongs to no step
    ");
    let twice = format!("{STEP}```text {{.answers}}\nx\n```\n```text {{.answers}}\n```\n");
    assert_snapshot!(picture(&with_body(&twice)), @"
    error[empty-answers]: an `.answers` block without an answer
      --> page.md:10:1
       |
    10 | ```text {.answers}
       | ^^^^^^^^^^^^^^^^^^ nothing is typed here
       |
       = help: write a line for each prompt, as a terminal shows it

    error[two-answers]: the step `step` has two `.answers` blocks
      --> page.md:10:1
       |
     7 | ```text {.answers}
       | ------------------ the first one
    ...
    10 | ```text {.answers}
       | ^^^^^^^^^^^^^^^^^^ the second one
       |
       = help: take one of them away, or give the step between them an id
    ");
    let snapshot = "```sh {#a snapshot=none}\ntrue\n```\n```text {.output}\n```\n";
    assert_snapshot!(picture(&with_body(snapshot)), @"
    warning[snapshot-with-output]: `snapshot` has no effect on a step whose output stands on the page
     --> page.md:4:20
      |
    4 | ```sh {#a snapshot=none}
      |                    ^^^^ no effect
    ...
    7 | ```text {.output}
      | ----------------- its output is compared here
      |
      = help: take one of the two away
    ");
}

#[test]
fn steps_that_cannot_run() {
    assert_snapshot!(picture(&with_body("```bsah {#a}\ntrue\n```\n```js {#b}\n1\n```\n```sh {#c shell=bahs}\n```\n")), @r#"
    error[unknown-language]: nothing says how to run `bsah`
     --> page.md:4:4
      |
    4 | ```bsah {#a}
      |    ^^^^  -- the id makes it a step
      |    |
      |    cannot be run
      |
    help: did you mean `bash`?
      |
    4 - ```bsah {#a}
    4 + ```bash {#a}
      |

    error[unknown-language]: nothing says how to run `js`
     --> page.md:7:4
      |
    7 | ```js {#b}
      |    ^^  -- the id makes it a step
      |    |
      |    cannot be run
      |
      = help: give its command in `tutor.toml`, `[languages]` `js = "… {file}"`, take the id away, or say what the block is: `.file`, `.output`, `.skip`

    error[empty-step]: a step without a command
      --> page.md:10:1
       |
    10 | ```sh {#c shell=bahs}
       | ^^^^^^^^^^^^^^^^^^^^^ nothing to run
       |
       = help: write a command, or take the id away

    error[unknown-shell]: there is no shell `bahs`
      --> page.md:10:17
       |
    10 | ```sh {#c shell=bahs}
       |                 ^^^^ unknown shell
       |
    help: did you mean `bash`?
       |
    10 - ```sh {#c shell=bahs}
    10 + ```sh {#c shell=bash}
       |
    "#);
    assert_eq!(codes(&with_body("```sh {#c .cleanup}\n\n```\n")), ["empty-step"]);
    assert_eq!(fixed(&with_body("```Bash {#c}\ntrue\n```\n")), with_body("```bash {#c}\ntrue\n```\n"));
}

#[test]
fn paths() {
    let page = with_front("relocate: [/opt/certs]\nplaceholders: {<dir>: /etc, <home>: {env: HOME}}")
        + "```{#a .file path=/opt/certs2/x}\n```\n```{#b .files in=C:\\x}\n```\n```{#c .file path=~/x}\n```\n```{#d .file path=<dir>/x}\n```\n```{#e .file path=<home>/x}\n```\n```{#f .file path=/x}\n```\n";
    assert_snapshot!(picture(&page), @r"
    error[path-not-relocated]: `/opt/certs2/x` lies outside of what the page relocates
     --> page.md:9:19
      |
    9 | ```{#a .file path=/opt/certs2/x}
      |                   ^^^^^^^^^^^^^ would touch this machine
      |
      = help: add `/opt/certs2` to `relocate`, or write the path from the session's current directory

    error[path-not-relocated]: `C:\x` lies outside of what the page relocates
      --> page.md:11:18
       |
    11 | ```{#b .files in=C:\x}
       |                  ^^^^ would touch this machine
       |
       = help: add `C:\x` to `relocate`, or write the path from the session's current directory

    error[unexpanded-path]: no shell reads `path`, so nothing is put in for `~`
      --> page.md:13:19
       |
    13 | ```{#c .file path=~/x}
       |                   ^^^ taken as it stands
       |
       = help: write the path from the session's current directory, or use a placeholder

    error[path-not-relocated]: `/etc/x` lies outside of what the page relocates
      --> page.md:15:19
       |
    15 | ```{#d .file path=<dir>/x}
       |                   ^^^^^^^ would touch this machine
       |
       = help: add `/etc` to `relocate`, or write the path from the session's current directory

    error[path-not-relocated]: `/x` lies outside of what the page relocates
      --> page.md:19:19
       |
    19 | ```{#f .file path=/x}
       |                   ^^ would touch this machine
       |
       = help: write the path from the session's current directory
    ");
}

#[test]
fn fences_that_are_not_closed() {
    assert_snapshot!(picture(&with_body("> ```sh {#a}\n> true\n\nMore\n")), @"
    error[unclosed-fence]: the block is never closed
     --> page.md:4:3
      |
    4 | > ```sh {#a}
      |   ^^^^^^^^^^ it opens here
      |
      = help: put a line ``` behind its last line
    ");
    assert_snapshot!(picture(&with_body(&format!("{STEP}```text\nmore\n"))), @"
    warning[unclosed-fence]: the block is never closed
     --> page.md:7:1
      |
    7 | ```text
      | ^^^^^^^ it opens here, and hides all that follows
      |
      = help: put a line ``` behind its last line
    ");
    assert_snapshot!(picture(&with_body("```text\nmore\n\n```sh {#a}\ntrue\n```\n")), @"
    error[swallowed-block]: a block that is ours stands inside of another, whose closing fence is missing
     --> page.md:7:1
      |
    4 | ```text
      | ------- this block is still open
    ...
    7 | ```sh {#a}
      | ^^^^^^^^^^ never seen as a block
      |
      = help: close the first block: put a line ``` above this one
    ");
    assert_eq!(codes(&with_body("```sh {#a}\ntrue")), ["unclosed-fence"]);
    assert_eq!(codes(&with_body("```sh {#a}")), ["unclosed-fence"]);
    assert_eq!(codes(&with_body("~~~sh {#a}\ntrue\n```\n")), ["unclosed-fence"]);
}

#[test]
fn blocks_that_markdown_does_not_see() {
    assert_snapshot!(picture(&with_body(&format!("{STEP}<details>\n```sh {{#a}}\ntrue\n```\n</details>\n\n- x\n\n      ```sh {{#b}}\n      true\n      ```\n"))), @"
    error[block-in-html]: the block stands inside of HTML, where Markdown sees no block
     --> page.md:8:1
      |
    8 | ```sh {#a}
      | ^^^^^^^^^^ not a block
      |
      = help: put an empty line between the HTML and the block

    warning[indented-block]: the block is indented so far that Markdown shows it as it is
      --> page.md:15:7
       |
    15 |       ```sh {#b}
       |       ^^^^^^^^^^ not a block
       |
       = help: indent it less, or like the text of the list item that it belongs to
    ");
    assert_eq!(codes(&with_body(&format!("{STEP}\n<!--\n```sh {{#a}}\n```\n-->\n"))), [""; 0]);
    let above = "<details>\n<!-- tutor #a -->\n```sh\n```\n</details>\n";
    assert_eq!(codes(&with_body(&format!("{STEP}{above}"))), ["block-in-html"]);
}

#[test]
fn a_tutorial_without_a_step() {
    assert_snapshot!(picture(&with_body("# Title\n")), @"
    warning[no-steps]: the tutorial has no step
     --> page.md:2:1
      |
    2 | tutor:
      | ^^^^^ nothing of this page runs
      |
      = help: give a block an id to make it a step: ```sh {#name}
    ");
}
