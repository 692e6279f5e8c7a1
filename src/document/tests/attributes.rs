//! Pictures of what can be wrong with a block's attributes.

use insta::assert_snapshot;

use super::{codes, fixed, picture, with_body};

/// A page with one step with these words in its group.
fn step(words: &str) -> String {
    with_body(&format!("```sh {{#a {words}}}\ntrue\n```\n"))
}

#[test]
fn unknown_words() {
    assert_snapshot!(picture(&step("timout=3s")), @"
    error[unknown-attribute]: there is no attribute `timout`
     --> page.md:4:11
      |
    4 | ```sh {#a timout=3s}
      |           ^^^^^^ unknown attribute
      |
    help: did you mean `timeout`?
      |
    4 | ```sh {#a timeout=3s}
      |              +
    ");
    assert_snapshot!(picture(&step("skip")), @"
    error[unknown-attribute]: there is no attribute `skip`
     --> page.md:4:11
      |
    4 | ```sh {#a skip}
      |           ^^^^ unknown attribute
      |
    help: a class is written with a dot
      |
    4 | ```sh {#a .skip}
      |           +
    ");
    assert_snapshot!(picture(&step("colour=red")), @"
    error[unknown-attribute]: there is no attribute `colour`
     --> page.md:4:11
      |
    4 | ```sh {#a colour=red}
      |           ^^^^^^ unknown attribute
      |
      = help: the attributes are platform, shell, requires, needs, stops, exit, timeout, retry, every, snapshot, stream, ready, stop, daemon, reason, path, mode, in, for
    ");
    assert_snapshot!(picture(&with_body("```sh {#a}\ntrue\n```\n```text {.ouput}\n```\n")), @"
    error[unknown-class]: there is no class `.ouput`
     --> page.md:7:10
      |
    7 | ```text {.ouput}
      |          ^^^^^^ unknown class
      |
    help: did you mean `.output`?
      |
    7 | ```text {.output}
      |             +
    ");
    assert_eq!(fixed(&step("timout=3s")), step("timeout=3s"));
    assert_eq!(codes(&step(".Outputs")), ["unknown-class"]);
    let id = with_body("```sh {.file id=a path=x}\n```\n");
    assert_eq!(codes(&id), ["unknown-attribute"]);
    assert_eq!(fixed(&id), id.replace("id=", "#"));
}

#[test]
fn values() {
    assert_snapshot!(picture(&step("timeout=3 exit=nonzer retry=x every=0s snapshot=al")), @"
    error[bad-duration]: `3` is no duration for `timeout`
     --> page.md:4:19
      |
    4 | ```sh {#a timeout=3 exit=nonzer retry=x every=0s snapshot=al}
      |                   ^ not a duration
      |
    help: write it like `500ms`, `30s` or `2m`
      |
    4 | ```sh {#a timeout=3s exit=nonzer retry=x every=0s snapshot=al}
      |                    +

    error[bad-exit]: `nonzer` is no exit status
     --> page.md:4:26
      |
    4 | ```sh {#a timeout=3 exit=nonzer retry=x every=0s snapshot=al}
      |                          ^^^^^^ no exit status
      |
    help: did you mean `nonzero`?
      |
    4 | ```sh {#a timeout=3 exit=nonzero retry=x every=0s snapshot=al}
      |                                +

    error[bad-retry]: `x` does not say how often to try again
     --> page.md:4:39
      |
    4 | ```sh {#a timeout=3 exit=nonzer retry=x every=0s snapshot=al}
      |                                       ^ not a number from 1 to 10000
      |
      = help: write it like `retry=5 every=2s`

    error[bad-duration]: `every` must be longer than nothing and shorter than a year
     --> page.md:4:47
      |
    4 | ```sh {#a timeout=3 exit=nonzer retry=x every=0s snapshot=al}
      |                                               ^^ out of range

    error[bad-snapshot]: `al` does not say what is recorded
     --> page.md:4:59
      |
    4 | ```sh {#a timeout=3 exit=nonzer retry=x every=0s snapshot=al}
      |                                                           ^^ unknown value
      |
    help: did you mean `all`?
      |
    4 | ```sh {#a timeout=3 exit=nonzer retry=x every=0s snapshot=all}
      |                                                             +
    ");
}

#[test]
fn missing_values_and_wrong_ones() {
    assert_snapshot!(picture(&step("timeout exit= every=2s needs=a,")), @"
    error[missing-value]: `timeout` needs a value
     --> page.md:4:11
      |
    4 | ```sh {#a timeout exit= every=2s needs=a,}
      |           ^^^^^^^ no value
      |
      = help: write `timeout=…`

    error[missing-value]: `exit` needs a value
     --> page.md:4:19
      |
    4 | ```sh {#a timeout exit= every=2s needs=a,}
      |                   ^^^^ no value
      |
      = help: write `exit=…`

    error[every-without-retry]: `every` has no effect without `retry`
     --> page.md:4:25
      |
    4 | ```sh {#a timeout exit= every=2s needs=a,}
      |                         ^^^^^ nothing is tried again
      |
      = help: say how often: `retry=5`

    error[needs-itself]: the step `a` needs itself
     --> page.md:4:40
      |
    4 | ```sh {#a timeout exit= every=2s needs=a,}
      |                                        ^ its own id

    error[empty-value]: `needs` has an empty item
     --> page.md:4:40
      |
    4 | ```sh {#a timeout exit= every=2s needs=a,}
      |                                        ^^ something is missing here
      |
      = help: separate the items by single commas: `needs=a,b`
    ");
    assert_snapshot!(picture(&with_body("```sh {#a .file path=x mode=0999}\n```\n")), @"
    error[bad-mode]: `0999` is no file mode
     --> page.md:4:29
      |
    4 | ```sh {#a .file path=x mode=0999}
      |                             ^^^^ not up to four octal digits
      |
      = help: write it like `0640`
    ");
    assert_eq!(codes(&step("exit=300")), ["bad-exit"]);
    assert_snapshot!(picture(&step("tty=yes")), @"
    error[unexpected-value]: `tty` takes no value
     --> page.md:4:11
      |
    4 | ```sh {#a tty=yes}
      |           ^^^^^^^ a flag stands alone
      |
    help: write it like this
      |
    4 - ```sh {#a tty=yes}
    4 + ```sh {#a tty}
      |
    ");
}

#[test]
fn given_twice() {
    assert_snapshot!(picture(&step("exit=1 exit=2 #b")), @"
    error[duplicate-attribute]: `exit` is given twice
     --> page.md:4:18
      |
    4 | ```sh {#a exit=1 exit=2 #b}
      |           ----   ^^^^ given again here
      |           |
      |           first given here

    error[two-ids]: a block has two ids
     --> page.md:4:25
      |
    4 | ```sh {#a exit=1 exit=2 #b}
      |        -- the first id  ^^ the second id
      |
      = help: keep one of them
    ");
    assert_snapshot!(picture(&with_body("```sh {#a} {.cleanup}\ntrue\n```\n")), @"
    error[two-groups]: the attributes stand in two groups of braces
     --> page.md:4:12
      |
    4 | ```sh {#a} {.cleanup}
      |       ---- ^^^^^^^^^^ and again here
      |       |
      |       attributes here
      |
      = help: put them in one group
    ");
    assert_snapshot!(picture(&with_body("```sh {#a .file .cleanup path=x}\ntrue\n```\n")), @"
    error[two-kinds]: a block cannot be both `.file` and `.cleanup`
     --> page.md:4:17
      |
    4 | ```sh {#a .file .cleanup path=x}
      |           ----- ^^^^^^^^ the second class
      |           |
      |           the first class
      |
      = help: keep one of them
    ");
    assert_eq!(codes(&with_body("```sh {#a .cleanup .cleanup}\ntrue\n```\n")), ["duplicate-attribute"]);
    assert_eq!(codes(&step("requires=x,x")), ["duplicate-item"]);
}

#[test]
fn braces_and_quotes() {
    assert_snapshot!(picture(&with_body("```sh {#a timeout=3s\ntrue\n```\n")), @"
    error[unclosed-group]: the group of attributes is never closed
     --> page.md:4:7
      |
    4 | ```sh {#a timeout=3s
      |       ^ it opens here
      |
    help: put a `}` behind the last attribute
      |
    4 | ```sh {#a timeout=3s}
      |                     +
    ");
    assert_snapshot!(picture(&with_body("```sh {.skip reason=\"x}\ntrue\n```\n")), @r#"
    error[unclosed-quotes]: the quotes are never closed
     --> page.md:4:21
      |
    4 | ```sh {.skip reason="x}
      |                     ^ they open here
      |
      = help: put a `"` behind the value
    "#);
    assert_snapshot!(picture(&with_body("```sh {#a .file path=x${HOME}/y}\n```\n")), @r#"
    error[brace-in-value]: the group ends at the first `}`, in the middle of this value
     --> page.md:4:22
      |
    4 | ```sh {#a .file path=x${HOME}/y}
      |                      ^^^^^^^^^^^ holds a `}`
      |
    help: put the value in quotes
      |
    4 - ```sh {#a .file path=x${HOME}/y}
    4 + ```sh {#a .file path="x${HOME}/y"}
      |
    "#);
    assert_eq!(
        fixed(&with_body("```sh {#a .file path=x${HOME}/y}\n```\n")),
        with_body("```sh {#a .file path=\"x${HOME}/y\"}\n```\n")
    );
}

#[test]
fn not_taken_by_the_kind() {
    assert_snapshot!(picture(&with_body("```yaml {#a path=x}\n```\n")), @"
    error[attribute-not-taken]: a step does not take `path`
     --> page.md:4:13
      |
    4 | ```yaml {#a path=x}
      |             ^^^^ not taken here
      |
      = help: `.file` blocks and `.patch` blocks take it
    ");
    assert_snapshot!(picture(&with_body("```sh {#a}\ntrue\n```\n```text {#b .output timeout=3s}\n```\n")), @"
    error[unexpected-id]: an `.output` block takes no id
     --> page.md:7:10
      |
    7 | ```text {#b .output timeout=3s}
      |          ^^ not taken here
      |
      = help: it belongs to the nearest step above it

    error[attribute-not-taken]: an `.output` block does not take `timeout`
     --> page.md:7:21
      |
    7 | ```text {#b .output timeout=3s}
      |                     ^^^^^^^ not taken here
      |
      = help: steps, transcripts, `.certificate` blocks, `.service` blocks, `.probe` blocks and `.cleanup` blocks take it
    ");
    assert_eq!(codes(&step("reason=x ready=exit")), ["attribute-not-taken", "attribute-not-taken"]);
}

#[test]
fn missing_ones() {
    assert_snapshot!(picture(&with_body("```yaml {#a .file}\n```\n```text {.files in=.}\n```\n")), @"
    error[missing-attribute]: a `.file` block needs `path=`
     --> page.md:4:9
      |
    4 | ```yaml {#a .file}
      |         ^^^^^^^^^^ no `path=` here
      |
      = help: `path=app.yaml` writes into the session's own directory

    error[missing-id]: a `.files` block needs an id
     --> page.md:6:9
      |
    6 | ```text {.files in=.}
      |         ^^^^^^^^^^^^^ no id here
      |
    help: give it a name of its own
      |
    6 | ```text {#a-name .files in=.}
      |          +++++++
    ");
    assert_snapshot!(picture(&with_body("```{#a}\ntrue\n```\n")), @"
    error[no-language]: this block has no language, so nothing says what runs it
     --> page.md:4:4
      |
    4 | ```{#a}
      |    ^^^^ a step needs a language
      |
    help: put a shell's name behind the fence
      |
    4 | ```sh {#a}
      |    ++
    ");
    assert_eq!(fixed(&with_body("```{#a}\ntrue\n```\n")), with_body("```sh {#a}\ntrue\n```\n"));
    assert_eq!(codes(&with_body("```text {#a .files}\n```\n")), ["missing-attribute"]);
}
