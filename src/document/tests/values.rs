//! What front matter says of paths, redactions, secrets and placeholders, and what can be wrong with that.

use insta::assert_snapshot;

use super::{picture, relocation, with_body, with_front};

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

#[test]
fn what_looks_like_a_key() {
    let page = with_body("```sh {#a}\ngit clone https://ann:c0rrect-h0rse@git.corp.net\n```\n");
    assert_snapshot!(picture(&page), @"
    warning[looks-secret]: this looks like a password in a URL
     --> page.md:5:23
      |
    5 | git clone https://ann:c0rrect-h0rse@git.corp.net
      |                       ^^^^^^^^^^^^^ everyone can read it here
      |
      = help: if it is one, revoke it; a placeholder under `secrets` takes it from a variable of whoever runs the page
    ");
}
