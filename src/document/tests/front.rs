//! Pictures of what can be wrong with a front matter.

use insta::assert_snapshot;

use super::{STEP, codes, fixed, good, picture, with_front};

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
      = help: the keys are platform, requires, relocate, placeholders, secrets, ports, env, copy, timeout, after, redact, counterpart, parity, mutants, covers

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
fn exceptions_of_parity() {
    let good_ones = "parity:\n- {file: '*.ext', reason: x}\n- {certificate: a, only: [names], reason: y}\n- {step: a-*, reason: z}";
    let (document, _) = good(&with_front(good_ones));
    let reasons: Vec<&str> = document.front.parity.iter().map(|one| one.reason.as_str()).collect();
    assert_eq!(reasons, ["x", "y", "z"]);
    let wrong = "parity:\n- {file: a, step: b, reason: x}\n- {reason: x}\n- {step: a, only: [b], reason: x}\n- {file: a}\n- {file: '', reason: x}\n- {file: a, reason: ' '}\n- {fil: a, reason: x}\n- x";
    assert_snapshot!(picture(&with_front(wrong)), @"
    error[bad-exception]: an exception is about one thing
     --> page.md:4:15
      |
    4 |   - {file: a, step: b, reason: x}
      |               ^^^^ the second one
      |
      = help: make two exceptions of it

    error[bad-exception]: an exception names no file, certificate or step
     --> page.md:5:5
      |
    5 |   - {reason: x}
      |     ^^^^^^^^^^^ excepts nothing
      |
      = help: write it like `{file: app.conf, reason: …}`, `{certificate: server, reason: …}` or `{step: name, reason: …}`

    error[bad-exception]: a step is there or not
     --> page.md:6:15
      |
    6 |   - {step: a, only: [b], reason: x}
      |               ^^^^ no part of it can differ
      |
      = help: take `only` away

    error[missing-key]: the exception for `a` has no reason
     --> page.md:7:5
      |
    7 |   - {file: a}
      |     ^^^^^^^^^ no `reason` here
      |
      = help: write it like `{file: app.conf, reason: …}`, `{certificate: server, reason: …}` or `{step: name, reason: …}`

    error[empty-value]: an exception's name must not be empty
     --> page.md:8:12
      |
    8 |   - {file: '', reason: x}
      |            ^^ empty

    error[empty-value]: `reason` must not be empty
     --> page.md:9:23
      |
    9 |   - {file: a, reason: ' '}
      |                       ^^^ empty

    error[unknown-key]: an exception has no key `fil`
      --> page.md:10:6
       |
    10 |   - {fil: a, reason: x}
       |      ^^^ unknown key
       |
    help: did you mean `file`?
       |
    10 |   - {file: a, reason: x}
       |         +

    error[wrong-type]: an exception must be a map of keys and values, and is a text
      --> page.md:11:5
       |
    11 |   - x
       |     ^ not a map of keys and values
    ");
}

#[test]
fn marks_for_mutants() {
    let good_ones =
        "mutants:\n- {step: a, reason: x}\n- {step: b, operator: step-removed, change: c, reason: y}";
    let (document, _) = good(&with_front(good_ones));
    let steps: Vec<&str> = document.front.mutants.iter().map(|mark| mark.step.value.as_str()).collect();
    assert_eq!(steps, ["a", "b"]);
    let wrong = "mutants:\n- {step: a}\n- {reason: x}\n- {step: a, operator: digits-changed, reason: x}\n- {step: a, operator: zzz, reason: x}\n- {step: '', reason: x}\n- {stp: a, reason: x}";
    assert_snapshot!(picture(&with_front(wrong)), @"
    error[missing-key]: a mark under `mutants` has no reason
     --> page.md:4:5
      |
    4 |   - {step: a}
      |     ^^^^^^^^^ no `reason` here
      |
      = help: write it like `{step: name, operator: digit-changed, change: '365', reason: …}`

    error[missing-key]: a mark under `mutants` has no step
     --> page.md:5:5
      |
    5 |   - {reason: x}
      |     ^^^^^^^^^^^ no `step` here
      |
      = help: write it like `{step: name, operator: digit-changed, change: '365', reason: …}`

    error[unknown-operator]: there is no kind of change `digits-changed`
     --> page.md:6:25
      |
    6 |   - {step: a, operator: digits-changed, reason: x}
      |                         ^^^^^^^^^^^^^^ unknown
      |
    help: did you mean `digit-changed`?
      |
    6 -   - {step: a, operator: digits-changed, reason: x}
    6 +   - {step: a, operator: digit-changed, reason: x}
      |

    error[unknown-operator]: there is no kind of change `zzz`
     --> page.md:7:25
      |
    7 |   - {step: a, operator: zzz, reason: x}
      |                         ^^^ unknown
      |
      = help: the kinds are step-removed, steps-swapped, line-removed, continuation-lost, flag-renamed, flag-dropped, digit-changed, path-changed, output-removed, output-changed, answer-changed, file-line-removed, file-line-changed, recording-changed

    error[empty-value]: `step` must not be empty
     --> page.md:8:12
      |
    8 |   - {step: '', reason: x}
      |            ^^ empty

    error[unknown-key]: a mark has no key `stp`
     --> page.md:9:6
      |
    9 |   - {stp: a, reason: x}
      |      ^^^ unknown key
      |
    help: did you mean `step`?
      |
    9 |   - {step: a, reason: x}
      |        +
    ");
}
