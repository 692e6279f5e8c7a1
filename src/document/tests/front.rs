//! Pictures of what can be wrong with a front matter.

use insta::assert_snapshot;

use super::{STEP, codes, fixed, picture, relocation, with_front};

#[test]
fn broken_yaml() {
    assert_snapshot!(picture(&format!("---\ntitle: \"日本\ntutor:\n  env: {{}}\n---\n{STEP}")), @r#"
    error[front-matter-syntax]: the front matter is not YAML
     --> page.md:2:8
      |
    2 | title: "日本
      |        ^ invalid indentation in quoted scalar
      |
      = help: look here and at the line above: an unclosed quote or bracket, a tab, a `:` in a text without quotes
    "#);
    assert_snapshot!(picture(&format!("---\ntutor:\n  timeout: 3s\n\n{STEP}")), @"
    error[unclosed-front-matter]: the front matter is never closed
     --> page.md:1:1
      |
    1 | ---
      | ^^^ it begins here
      |
      = help: put a line `---` behind its last line
    ");
    assert_snapshot!(picture(&with_front("env: *nothing")), @"
    error[front-matter-syntax]: the front matter is not YAML
     --> page.md:3:8
      |
    3 |   env: *nothing
      |        ^ while parsing node, found unknown anchor
      |
      = help: look here and at the line above: an unclosed quote or bracket, a tab, a `:` in a text without quotes
    ");
    // What hangs on the front matter is not said again for every block.
    assert_eq!(
        codes("---\ntutor: [\n---\n```sh {#a exit=x}\necho <name>\n```\n"),
        ["front-matter-syntax", "bad-exit"]
    );
}

#[test]
fn keys() {
    assert_snapshot!(picture(&with_front("timout: 3s\ncolour: red\nenv: {A: b}\nenv: {}")), @"
    error[unknown-key]: `tutor` has no key `timout`
     --> page.md:3:3
      |
    3 |   timout: 3s
      |   ^^^^^^ unknown key
      |
    help: did you mean `timeout`?
      |
    3 |   timeout: 3s
      |      +

    error[unknown-key]: `tutor` has no key `colour`
     --> page.md:4:3
      |
    4 |   colour: red
      |   ^^^^^^ unknown key
      |
      = help: the keys are platform, requires, relocate, placeholders, secrets, ports, env, copy, timeout, after, redact, counterpart, covers

    error[duplicate-key]: the key `env` is given twice
     --> page.md:6:3
      |
    5 |   env: {A: b}
      |   --- first given here
    6 |   env: {}
      |   ^^^ given again here
    ");
    assert_eq!(fixed(&with_front("timout: 3s")), with_front("timeout: 3s"));
}

#[test]
fn types() {
    assert_snapshot!(picture(&with_front("requires: openssl\nenv: [A]\nsecrets:\ntimeout: [3]\nplaceholders:\n  <a>:\n  <b>: {enw: X}\n  <c>: {}\n  [x]: y")), @"
    error[wrong-type]: `requires` must be a list, and is a text
     --> page.md:3:13
      |
    3 |   requires: openssl
      |             ^^^^^^^ not a list
      |
    help: put it in brackets
      |
    3 -   requires: openssl
    3 +   requires: [openssl]
      |

    error[wrong-type]: `env` must be a map of keys and values, and is a list
     --> page.md:4:8
      |
    4 |   env: [A]
      |        ^^^ not a map of keys and values

    error[wrong-type]: `secrets` must be a list, and has no value
     --> page.md:5:3
      |
    5 |   secrets:
      |   ^^^^^^^ not a list

    error[wrong-type]: `timeout` must be a text, and is a list
     --> page.md:6:12
      |
    6 |   timeout: [3]
      |            ^^^ not a text

    error[wrong-type]: the placeholder `<a>` must be a text or `{env: NAME}`, and has no value
     --> page.md:8:5
      |
    8 |     <a>:
      |     ^^^ not a text or `{env: NAME}`

    error[unknown-key]: the placeholder `<b>` has no key `enw`
     --> page.md:9:11
      |
    9 |     <b>: {enw: X}
      |           ^^^ unknown key
      |
    help: did you mean `env`?
      |
    9 -     <b>: {enw: X}
    9 +     <b>: {env: X}
      |

    error[wrong-type]: the placeholder `<c>` must be a text or `{env: NAME}`, and is a map
      --> page.md:10:10
       |
    10 |     <c>: {}
       |          ^^ not a text or `{env: NAME}`

    error[wrong-type]: a key of `placeholders` must be a text, and is a list
      --> page.md:11:5
       |
    11 |     [x]: y
       |     ^^^ not a text
    ");
    assert_eq!(codes(&format!("---\ntutor: yes\n---\n{STEP}")), ["wrong-type"]);
    assert_eq!(codes(&format!("---\ntutor:\ntutor: {{}}\n---\n{STEP}")), ["duplicate-key"]);
}

#[test]
fn platforms() {
    assert_snapshot!(picture(&with_front("platform: [linx, osx, windows/, beos, linux, linux, MacOS/zsh]")), @"
    error[unknown-platform]: there is no platform `linx`
     --> page.md:3:14
      |
    3 |   platform: [linx, osx, windows/, beos, linux, linux, MacOS/zsh]
      |              ^^^^ unknown platform
      |
    help: did you mean `linux`?
      |
    3 |   platform: [linux, osx, windows/, beos, linux, linux, MacOS/zsh]
      |                 +

    error[unknown-platform]: there is no platform `osx`
     --> page.md:3:20
      |
    3 |   platform: [linx, osx, windows/, beos, linux, linux, MacOS/zsh]
      |                    ^^^ unknown platform
      |
    help: did you mean `macos`?
      |
    3 -   platform: [linx, osx, windows/, beos, linux, linux, MacOS/zsh]
    3 +   platform: [linx, macos, windows/, beos, linux, linux, MacOS/zsh]
      |

    error[unknown-platform]: `windows/` names no variant of a platform
     --> page.md:3:25
      |
    3 |   platform: [linx, osx, windows/, beos, linux, linux, MacOS/zsh]
      |                         ^^^^^^^^ no such variant
      |
      = help: a variant is written like `windows/cmd`: lowercase letters, digits and hyphens behind the `/`

    error[unknown-platform]: there is no platform `beos`
     --> page.md:3:35
      |
    3 |   platform: [linx, osx, windows/, beos, linux, linux, MacOS/zsh]
      |                                   ^^^^ unknown platform
      |
      = help: the platforms are windows, macos, linux and unix

    error[duplicate-item]: `linux` is listed twice
     --> page.md:3:48
      |
    3 |   platform: [linx, osx, windows/, beos, linux, linux, MacOS/zsh]
      |                                         -----  ^^^^^ again here
      |                                         |
      |                                         first listed here

    error[unknown-platform]: there is no platform `MacOS`
     --> page.md:3:55
      |
    3 |   platform: [linx, osx, windows/, beos, linux, linux, MacOS/zsh]
      |                                                       ^^^^^^^^^ unknown platform
      |
    help: did you mean `macos`?
      |
    3 -   platform: [linx, osx, windows/, beos, linux, linux, MacOS/zsh]
    3 +   platform: [linx, osx, windows/, beos, linux, linux, macos/zsh]
      |
    ");
}

#[test]
fn requirements_and_variables() {
    assert_snapshot!(picture(&with_front("requires: [{}, {program: x, ver: 1}, '']\nenv: {A=B: x, C: \"\\0\", D: {env: ''}}")), @r#"
    error[missing-key]: a requirement names no program
     --> page.md:3:14
      |
    3 |   requires: [{}, {program: x, ver: 1}, '']
      |              ^^ no `program` here
      |
      = help: write it like `{program: openssl}`

    error[unknown-key]: a requirement has no key `ver`
     --> page.md:3:31
      |
    3 |   requires: [{}, {program: x, ver: 1}, '']
      |                               ^^^ unknown key
      |
      = help: the keys are program, min, run, match

    error[empty-value]: a program must not be empty
     --> page.md:3:40
      |
    3 |   requires: [{}, {program: x, ver: 1}, '']
      |                                        ^^ empty

    error[bad-variable]: `A=B` cannot be the name of a variable
     --> page.md:4:9
      |
    4 |   env: {A=B: x, C: "\0", D: {env: ''}}
      |         ^^^ no variable's name

    error[nul-character]: the variable `C` holds a NUL character, which no system takes
     --> page.md:4:20
      |
    4 |   env: {A=B: x, C: "\0", D: {env: ''}}
      |                    ^^^^ here

    error[empty-value]: the name of a variable must not be empty
     --> page.md:4:35
      |
    4 |   env: {A=B: x, C: "\0", D: {env: ''}}
      |                                   ^^ empty
    "#);
}

#[test]
fn timeouts() {
    assert_snapshot!(picture(&with_front("timeout: 60")), @"
    error[bad-duration]: `60` is no duration for `timeout`
     --> page.md:3:12
      |
    3 |   timeout: 60
      |            ^^ not a duration
      |
    help: write it like `500ms`, `30s` or `2m`
      |
    3 |   timeout: 60s
      |              +
    ");
    assert_snapshot!(picture(&with_front("timeout: 0s")), @"
    error[bad-duration]: `timeout` must be longer than nothing and shorter than a year
     --> page.md:3:12
      |
    3 |   timeout: 0s
      |            ^^ out of range
    ");
    assert_snapshot!(picture(&with_front("timeout: soon")), @"
    error[bad-duration]: `soon` is no duration for `timeout`
     --> page.md:3:12
      |
    3 |   timeout: soon
      |            ^^^^ not a duration
      |
      = help: write it like `500ms`, `30s` or `2m`
    ");
}

#[test]
fn relocated_directories() {
    assert_snapshot!(picture(&with_front("relocate: [opt/certs, /, 'C:\\', /opt/../etc, /opt/certs]")), @r"
    error[bad-relocate]: `opt/certs` under `relocate` is not absolute
     --> page.md:3:14
      |
    3 |   relocate: [opt/certs, /, 'C:\', /opt/../etc, /opt/certs]
      |              ^^^^^^^^^ cannot be relocated
      |
      = help: write it from the root, like `/opt/certs`

    error[bad-relocate]: `/` under `relocate` is a whole file system
     --> page.md:3:25
      |
    3 |   relocate: [opt/certs, /, 'C:\', /opt/../etc, /opt/certs]
      |                         ^ cannot be relocated
      |
      = help: name the directories below it that the page uses

    error[bad-relocate]: `C:\` under `relocate` is a whole file system
     --> page.md:3:28
      |
    3 |   relocate: [opt/certs, /, 'C:\', /opt/../etc, /opt/certs]
      |                            ^^^^^ cannot be relocated
      |
      = help: name the directories below it that the page uses

    error[bad-relocate]: `/opt/../etc` under `relocate` holds `..`
     --> page.md:3:35
      |
    3 |   relocate: [opt/certs, /, 'C:\', /opt/../etc, /opt/certs]
      |                                   ^^^^^^^^^^^ cannot be relocated
      |
      = help: write it without `..`
    ");
}

#[test]
fn a_redaction_is_no_wildcard() {
    assert_snapshot!(picture(&with_front("redact: [{pattern: a, with: '[..]'}, {pattern: b, with: '... '}, {pattern: c, with: 'a...'}]")), @"
    error[wildcard-name]: a redaction puts a wildcard there
     --> page.md:3:31
      |
    3 |   redact: [{pattern: a, with: '[..]'}, {pattern: b, with: '... '}, {pattern: c, with: 'a...'}]
      |                               ^^^^^^ means anything in expected output
      |
      = help: a page that shows what came would match anything: give it a name, as in `[ID]`

    error[wildcard-name]: a redaction puts a wildcard there
     --> page.md:3:59
      |
    3 |   redact: [{pattern: a, with: '[..]'}, {pattern: b, with: '... '}, {pattern: c, with: 'a...'}]
      |                                                           ^^^^^^ means anything in expected output
      |
      = help: a page that shows what came would match anything: give it a name, as in `[ID]`
    ");
}

#[test]
fn a_redaction_sees_one_line_at_a_time() {
    assert_snapshot!(picture(&with_front("redact:\n  - {pattern: 'a\\nb', with: x}\n  - {pattern: 'a[^\\n]+|\\n', with: y}\n  - pattern: |\n      a+\n    with: z")), @r"
    warning[pattern-over-lines]: the pattern wants a line break, and rules see one line at a time
     --> page.md:4:17
      |
    4 |     - {pattern: 'a\nb', with: x}
      |                 ^^^^^^ never matches
      |
      = help: write a rule for each of the lines, or a line `...` in the expected output for any lines

    warning[pattern-over-lines]: the pattern wants a line break, and rules see one line at a time
     --> page.md:7:9
      |
    7 |         a+
      |         ^^ never matches
      |
      = help: YAML's `|` and `>` end a text with a line break: put the pattern in single quotes
    ");
}

#[test]
fn redaction_rules() {
    assert_snapshot!(picture(&with_front("redact:\n  - {pattern: 'a(b', with: x}\n  - {pattern: 'x*', with: y}\n  - {pattern: '(a)b', with: '$2'}\n  - {pattern: x}\n  - {pattern: x, with: y, flags: i}")), @r"
    error[bad-pattern]: the pattern is not a regular expression
     --> page.md:4:17
      |
    4 |     - {pattern: 'a(b', with: x}
      |                 ^^^^^ unclosed group
      |
      = help: write it in the syntax of the crate `regex`, best in single quotes: '\d+'

    error[empty-match]: the pattern also matches the empty text
     --> page.md:5:17
      |
    5 |     - {pattern: 'x*', with: y}
      |                 ^^^^ matches everywhere
      |
      = help: let it match at least one character, `+` instead of `*`

    error[unknown-group]: `$2` names no group of the pattern
     --> page.md:6:31
      |
    6 |     - {pattern: '(a)b', with: '$2'}
      |                 ------        ^^^^ would be replaced by nothing
      |                 |
      |                 one group here
      |
      = help: write `${1}x` where text follows a group, and `$$` for a dollar sign

    error[missing-key]: a redaction rule has no `with`
     --> page.md:7:7
      |
    7 |     - {pattern: x}
      |       ^^^^^^^^^^^^ no `with` here
      |
      = help: write it like `{pattern: 'session [0-9a-f]+', with: 'session [ID]'}`

    error[unknown-key]: a redaction rule has no key `flags`
     --> page.md:8:29
      |
    8 |     - {pattern: x, with: y, flags: i}
      |                             ^^^^^ unknown key
      |
      = help: the keys are pattern, with
    ");
}

#[test]
fn secrets() {
    let page = with_front(
        "placeholders:\n  <password>: correct horse\n  <pin>: '1234'\nsecrets: [<pasword>, <password>, <pin>]\nenv: {P: correct horse}",
    ) + "```sh {#b}\necho 'correct horse' '<password>' '<pin>'\n```\n";
    assert_snapshot!(picture(&page), @"
    error[short-secret]: the value of the secret `<pin>` is too short to be hidden
     --> page.md:5:12
      |
    5 |     <pin>: '1234'
      |            ^^^^^^ 4 of at least 8 characters
    6 |   secrets: [<pasword>, <password>, <pin>]
      |                                    ----- declared secret here
      |
      = help: choose a longer value: what is short also stands in outputs by chance

    error[unknown-secret]: the secret `<pasword>` is no placeholder of this page
     --> page.md:6:13
      |
    6 |   secrets: [<pasword>, <password>, <pin>]
      |             ^^^^^^^^^ not under `placeholders`
      |
    help: did you mean `<password>`?
      |
    6 |   secrets: [<password>, <password>, <pin>]
      |                 +

    error[secret-on-page]: the value of the secret `<password>` stands on the page
      --> page.md:7:12
       |
     4 |     <password>: correct horse
       |                 ------------- its declaration
    ...
     7 |   env: {P: correct horse}
       |            ^^^^^^^^^^^^^ everyone can read it here
    ...
    13 | echo 'correct horse' '<password>' '<pin>'
       |       ------------- and here
       |
       = help: write `<password>` there; a run puts the value in
    ");
}

#[test]
fn placeholders() {
    let page = with_front("placeholders: {<name>: a, <other>: b, <a>.<b>: c}")
        + "```sh {#b}\necho <nam> <a>.<b> <unknown-word> '<quoted>'\n```\n```text {#f .file path=<name>/<y>}\n<z>\n```\n";
    assert_snapshot!(picture(&page), @"
    warning[unused-placeholder]: the placeholder `<other>` is used in no block
     --> page.md:3:29
      |
    3 |   placeholders: {<name>: a, <other>: b, <a>.<b>: c}
      |                             ^^^^^^^ never used
      |
      = help: take it away, or see whether the blocks spell it differently

    warning[undeclared-placeholder]: `<nam>` looks like a placeholder, and nothing declares it
     --> page.md:9:6
      |
    9 | echo <nam> <a>.<b> <unknown-word> '<quoted>'
      |      ^^^^^ a shell redirects here
      |
      = help: did you mean `<name>`?

    warning[undeclared-placeholder]: `<unknown-word>` looks like a placeholder, and nothing declares it
     --> page.md:9:20
      |
    9 | echo <nam> <a>.<b> <unknown-word> '<quoted>'
      |                    ^^^^^^^^^^^^^^ a shell redirects here
      |
      = help: declare it under `placeholders: {<unknown-word>: …}`, or put it in quotes

    warning[undeclared-placeholder]: `<y>` looks like a placeholder, and nothing declares it
      --> page.md:11:24
       |
    11 | ```text {#f .file path=<name>/<y>}
       |                        ^^^^^^^^^^ taken as it stands
       |
       = help: declare it under `placeholders: {<y>: …}`
    ");
}

#[test]
fn parents_of_relocated_directories() {
    let page = with_front("relocate: [/opt/certs, /data]")
        + "```sh {#b}\ncd /opt && mkdir certs\nls /opt/{certs,x} /opt/other /my/opt /opt/certs /optional\nls / /etc\n```\n";
    assert_snapshot!(relocation(&page), @"
    warning[relocate-parent]: `/opt` is a parent of the relocated `/opt/certs`, and is not relocated itself
     --> page.md:9:4
      |
    3 |   relocate: [/opt/certs, /data]
      |              ---------- relocated here
    ...
    9 | cd /opt && mkdir certs
      |    ^^^^ the machine's own directory
      |
      = help: where paths are relocated by text, name the relocated directory in full

    warning[relocate-parent]: `/opt` is a parent of the relocated `/opt/certs`, and is not relocated itself
      --> page.md:10:4
       |
     3 |   relocate: [/opt/certs, /data]
       |              ---------- relocated here
    ...
    10 | ls /opt/{certs,x} /opt/other /my/opt /opt/certs /optional
       |    ^^^^ the machine's own directory
       |
       = help: where paths are relocated by text, name the relocated directory in full

    warning[relocate-parent]: `/` is a parent of the relocated `/data`, and is not relocated itself
      --> page.md:11:4
       |
     3 |   relocate: [/opt/certs, /data]
       |                          ----- relocated here
    ...
    11 | ls / /etc
       |    ^ the machine's own directory
       |
       = help: where paths are relocated by text, name the relocated directory in full
    ");
    let page = with_front("relocate: ['C:\\Data\\certs']") + "```sh {#b}\ncd c:\\data\n```\n";
    assert_snapshot!(relocation(&page), @r"
    warning[relocate-parent]: `c:\data` is a parent of the relocated `C:\Data\certs`, and is not relocated itself
     --> page.md:9:4
      |
    3 |   relocate: ['C:\Data\certs']
      |              --------------- relocated here
    ...
    9 | cd c:\data
      |    ^^^^^^^ the machine's own directory
      |
      = help: where paths are relocated by text, name the relocated directory in full
    ");
    assert_eq!(relocation(&(with_front("relocate: [/opt, /opt/certs]") + "```sh {#b}\ncd /opt\n```\n")), "");
}
