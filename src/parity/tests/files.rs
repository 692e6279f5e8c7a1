//! Files that differ.

use insta::assert_snapshot;

use super::{messages, pages, platforms, tabs};

const FRONT: &str = "relocate: ['C:\\opt\\certs', /opt/certs, 'D:\\db', /data]";

/// A page with a file on each side.
fn written(windows: &str, unix: &str) -> String {
    tabs(
        FRONT,
        &format!("```yaml {{#conf .file path=C:\\opt\\certs\\app.yaml}}\n{windows}\n```\n"),
        &format!("```yaml {{#conf .file path=/opt/certs/app.yaml}}\n{unix}\n```\n"),
    )
}

#[test]
fn settings_are_the_same_however_they_are_written() {
    let windows =
        "net: {port: 27017}\npath: 'C:\\opt\\certs\\Sub\\a.pem'\nquoted: \"c:\\\\OPT\\\\certs\\\\x\"";
    let unix = "# the same\npath: /opt/certs/Sub/a.pem\nquoted: /opt/certs/x\nnet:\n  port: '27017'";
    assert_eq!(messages(&written(windows, unix)), [""; 0]);
    for (from, to, expected) in [
        ("port: '27017'", "port: '27018'", "`net.port`"),
        ("port: '27017'", "port: '27017'\n  tls: true", "`net.tls`"),
        ("/opt/certs/x", "/opt/certs/y", "`quoted`"),
        ("/opt/certs/x", "/opt/certs2/x", "`quoted`"),
        ("net:\n  port", "nett:\n  port", "`net.port` and `nett.port`"),
    ] {
        let found = messages(&written(windows, &unix.replace(from, to)));
        let expected =
            format!("the file `app.yaml` is not the same on macos and linux as on windows: {expected}");
        assert_eq!(found, [expected], "{to}");
    }
}

#[test]
fn a_file_that_differs_is_shown_at_both_places() {
    let page = written("a: 1\nb: 2\npassword: x", "a: 1\nb: 3\nc: /data/db");
    assert_snapshot!(platforms(&page), @r"
    warning[different-files]: the file `app.yaml` is not the same on macos and linux as on windows: `b`, `c` and `password`
      --> page.md:8:1
       |
     8 | ```yaml {#conf .file path=C:\opt\certs\app.yaml}
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ b: 2; c: not there; password: x
    ...
    16 | ```yaml {#conf .file path=/opt/certs/app.yaml}
       | ---------------------------------------------- b: 3; c: /data/db; password: not there
       |
       = help: let both say the same, or say why not under `parity`: `{file: app.yaml, only: [b], reason: …}`
    ");
}

#[test]
fn lines_of_other_files() {
    let lines = |windows: &str, unix: &str| {
        messages(&written(windows, unix).replace("```yaml", "```sh").replace("app.yaml", "run.sh"))
    };
    assert_eq!(lines("a  \n\nC:\\opt\\certs\\x", "a\n/opt/certs/x\n\n"), [""; 0]);
    let start = "the file `run.sh` is not the same on macos and linux as on windows: ";
    for (windows, unix, expected) in [
        ("a\nb", "a\nc", "`b` and `c`"),
        ("a\na", "a", "`a`"),
        ("a\nb", "b\na", "`the order of its lines`"),
        ("a\n  b", "a\nb", "`  b` and `b`"),
    ] {
        assert_eq!(lines(windows, unix), [format!("{start}{expected}")], "{windows}");
    }
    // In a language with settings, what has none is compared by its lines.
    assert_eq!(messages(&written("a: [", "a: [")), [""; 0]);
    assert_eq!(messages(&written("a: [", "a: 1")).len(), 1);
}

#[test]
fn places_of_files() {
    let file = |path: &str| format!("```text {{#f .file path={path}}}\nx\n```\n");
    let other = |path: &str| file(path).replace("#f", "#g");
    let same = [
        ("C:\\opt\\certs\\a\\B.txt", "/opt/certs/a/b.txt"),
        ("D:\\db\\x", "/data/x"),
        ("a\\x", "./a/x"),
        ("x", "/opt/certs/x"),
    ];
    for (windows, unix) in same {
        let page =
            tabs("relocate: ['C:\\opt\\certs', 'D:\\db', /opt/certs, /data]", &file(windows), &file(unix));
        assert_eq!(messages(&page), [""; 0], "{windows}");
        let two = |path: &str, relocate: &str| {
            format!("---\ntutor:\n  relocate: [{relocate}]\n---\n\n{}", file(path))
        };
        assert_eq!(pages(&two(windows, "'C:\\opt\\certs', 'D:\\db'"), &two(unix, "/opt/certs, /data")), "");
    }
    let elsewhere = tabs(FRONT, &file("C:\\opt\\certs\\x"), &file("/data/x"));
    assert_eq!(
        messages(&elsewhere),
        ["the file `x` is not the same on macos and linux as on windows: `path`"]
    );
    let renamed = tabs(FRONT, &file("C:\\opt\\certs\\x"), &file("/opt/certs/y"));
    assert_eq!(messages(&renamed), ["the file `x` is not the same on macos and linux as on windows: `path`"]);
    // Of other steps, and of other names: two files.
    let others = tabs(FRONT, &file("C:\\opt\\certs\\x"), &other("/opt/certs/y"));
    let found = messages(&others);
    assert!(
        found.contains(&"the file `x` is there on windows and not on macos and linux".to_owned()),
        "{found:?}"
    );
    assert!(
        found.contains(&"the file `y` is there on macos and linux and not on windows".to_owned()),
        "{found:?}"
    );
}

#[test]
fn what_a_command_makes_is_not_guessed() {
    let file = "```text {#f .file path=/opt/certs/x}\nx\n```\n";
    let files = |messages: Vec<String>| messages.into_iter().filter(|one| one.contains("the file")).count();
    for (other, expected) in [
        ("", 1),
        ("```cmd {#f}\necho x > C:\\opt\\certs\\x\n```\n", 0),
        ("```cmd {#f .skip reason=\"not on Windows\"}\nx\n```\n", 0),
        ("```text {#have .files in=C:\\opt\\certs}\nx\n```\n", 0),
        ("```text {#have .files in=C:\\opt\\certs}\ny\n```\n", 2),
        ("```cmd {#f}\nx\n```\n```text {#have .files in=C:\\opt\\certs}\ny\n```\n", 2),
        ("```cmd {#f .skip}\nx\n```\n```text {#have .files in=C:\\opt\\certs}\n\n```\n", 0),
    ] {
        let page = tabs(FRONT, other, &format!("{file}```text {{#have .files in=/opt/certs}}\nx\n```\n"));
        let without = tabs(FRONT, other, file);
        let counts = (files(messages(&page)), files(messages(&without)));
        assert_eq!(counts.0, expected, "{other}");
        assert!(counts.1 <= expected, "{other}");
    }
}

#[test]
fn lists_of_files() {
    let list = |dir: &str, names: &str| format!("```text {{#have .files in={dir}}}\n{names}\n```\n");
    assert_eq!(
        messages(&tabs(FRONT, &list("C:\\opt\\certs", "a\nB\nd/"), &list("/opt/certs", "b\nd/\na"))),
        [""; 0]
    );
    let page = tabs(FRONT, &list("C:\\opt\\certs", "a\nmdb.srl"), &list("/opt/certs", "a\nb\nc"));
    assert_snapshot!(platforms(&page), @r"
    warning[different-files]: the file `mdb.srl` is there on windows and not on macos and linux
      --> page.md:10:1
       |
    10 | mdb.srl
       | ^^^^^^^ there
    ...
    15 | ```text {#have .files in=/opt/certs}
       | ------------------------------------ not in this list
       |
       = help: let both have the same, or say why not under `parity`: `{file: mdb.srl, reason: …}`

    warning[different-files]: the files `b` and `c` are there on macos and linux and not on windows
      --> page.md:17:1
       |
     8 | ```text {#have .files in=C:\opt\certs}
       | -------------------------------------- not in this list
    ...
    17 | b
       | ^ there
    18 | c
       | - there
       |
       = help: let both have the same, or say why not under `parity`: `{file: b, reason: …}`
    ");
    // Only the last list of a directory tells how it ends.
    let twice =
        format!("{}{}", list("C:\\opt\\certs", "a"), list("C:\\opt\\certs", "a\nb").replace("have", "all"));
    let unix = format!("{}```sh {{#all}}\nx\n```\n", list("/opt/certs", "a\nb"));
    assert_eq!(messages(&tabs(FRONT, &twice, &unix)), [""; 0]);
    // What a block wrote and the list does not name any more, a command has taken away.
    let gone =
        format!("```text {{#f .file path=C:\\opt\\certs\\x}}\nx\n```\n{}", list("C:\\opt\\certs", "a"));
    let never = format!("```sh {{#f}}\nx\n```\n{}", list("/opt/certs", "a"));
    assert_eq!(messages(&tabs(FRONT, &gone, &never)), [""; 0]);
    // A list of another directory says nothing of this one.
    assert_eq!(messages(&tabs(FRONT, &list("C:\\opt\\certs", "a"), &list("/data", "b"))), [""; 0]);
}

#[test]
fn files_that_are_added_to_and_changed() {
    let path = "path=/opt/certs/f";
    let base = format!("```text {{#f .file {path}}}\na\nb\nc\n```\n");
    let add = format!("```text {{#g .file {path} append}}\nd\n```\n");
    let change = |from: &str, to: &str| {
        format!("```diff {{#g .patch {path}}}\n@@ -1,3 +1,3 @@\n a\n-{from}\n+{to}\n c\n```\n")
    };
    let whole = |text: &str| {
        format!("```text {{#f .file path=C:\\opt\\certs\\f}}\n{text}\n```\n```cmd {{#g}}\nx\n```\n")
    };
    let differ = |windows: &str, unix: &str| !messages(&tabs(FRONT, windows, unix)).is_empty();
    assert!(!differ(&whole("a\nb\nc\nd"), &format!("{base}{add}")));
    assert!(differ(&whole("a\nb\nc\ne"), &format!("{base}{add}")));
    assert!(!differ(&whole("a\nB\nc"), &format!("{base}{}", change("b", "B"))));
    assert!(differ(&whole("a\nb\nc"), &format!("{base}{}", change("b", "B"))));
    // One that does not fit is the run's to tell.
    assert!(!differ(&whole("anything"), &format!("{base}{}", change("x", "B"))));
    // Of a file that something else has made, the changes are compared.
    let windows = |text: &str| text.replace("/opt/certs/f", "C:\\opt\\certs\\f");
    assert!(!differ(&windows(&change("b", "B")), &change("b", "B")));
    assert!(differ(&windows(&change("b", "C")), &change("b", "B")));
    assert!(!differ(&windows(&add), &add) && differ(&windows(&add.replace("\nd", "\ne")), &add));
    assert!(
        !differ(&whole("anything"), &format!("{}```sh {{#g}}\nx\n```\n", add.replace("#g", "#f"))),
        "what it held is not known"
    );
}

#[test]
fn permission_bits_where_there_are_any() {
    let page = |one: &str, other: &str, second: &str| {
        let file = |mode: &str| format!("```text {{#f .file path=f{mode}}}\nx\n```\n");
        format!(
            "---\ntutor:\n---\n<!-- tutor:tab macos -->\n{}<!-- tutor:tab {second} -->\n{}<!-- tutor:end -->\n",
            file(one),
            file(other)
        )
    };
    let words = "the file `f` is not the same on linux as on macos: `mode`";
    assert_eq!(messages(&page(" mode=0600", "", "linux")), [words]);
    assert_eq!(messages(&page(" mode=0644", "", "linux")), [""; 0]);
    assert_eq!(messages(&page(" mode=0600", "", "windows")), [""; 0]);
}

#[test]
fn placeholders_of_both_pages_are_one_word() {
    let page = |front: &str, text: &str| {
        format!(
            "---\ntutor:\n  {}\n---\n\n```yaml {{#f .file path=f}}\n{text}\n```\n",
            front.replace('\n', "\n  ")
        )
    };
    let user = |value: &str| format!("placeholders: {{<user>: {value}}}");
    assert_eq!(pages(&page(&user("ann"), "u: <user>"), &page(&user("bob"), "u: <user>")), "");
    assert_eq!(
        pages(&page(&user("ann"), "u: <user>"), &page("", "u: ann")),
        "",
        "a reader has that in the end"
    );
    assert!(pages(&page(&user("ann"), "u: <user>"), &page("", "u: bob")).contains("u: ann"));
    assert!(pages(&page(&user("ann"), "u: <user>"), &page(&user("ann"), "u: ann")).contains("u: <user>"));
    // A secret is never shown.
    let secret = "placeholders: {<key>: very secret words}\nsecrets: [<key>]";
    let found = pages(&page(secret, "u: <key>"), &page("", "u: other"));
    assert!(found.contains("u: <key>") && !found.contains("u: very secret"), "{found}");
    // Ports are those that readers see.
    let port = |number: u16| format!("ports: {{<port>: {number}}}");
    assert_eq!(pages(&page(&port(80), "p: <port>"), &page("", "p: 80")), "");
    assert!(pages(&page(&port(80), "p: <port>"), &page(&port(81), "p: <port>")).contains("p: 81"));
}

#[test]
fn what_is_excepted() {
    let page = |exceptions: &str| {
        written("a: 1\nb: {c: 2, d: 3}", "a: 1\nb: {c: 3}")
            .replace("tutor:\n", &format!("tutor:\n  parity:\n{exceptions}"))
    };
    let one = |what: &str| format!("    - {{{what}, reason: it is so}}\n");
    for what in [
        "file: app.yaml",
        "file: '*.yaml'",
        "file: /opt/certs/app.yaml",
        "file: 'C:\\opt\\certs\\*'",
        "file: app.yaml, only: [b]",
        "file: app.yaml, only: [b.c, b.d]",
    ] {
        assert_eq!(messages(&page(&one(what))), [""; 0], "{what}");
    }
    for (what, expected) in [
        (
            "file: app.yaml, only: [b.c]",
            "the file `app.yaml` is not the same on macos and linux as on windows: `b.d`",
        ),
        ("file: app.yaml, only: [a]", "the exception for `app.yaml` excepts nothing"),
        ("file: app.yml", "the exception for `app.yml` excepts nothing"),
        ("certificate: app.yaml", "the exception for `app.yaml` excepts nothing"),
        ("step: conf", "the exception for `conf` excepts nothing"),
    ] {
        let found = messages(&page(&one(what)));
        assert!(found.iter().any(|one| one == expected), "{what}: {found:?}");
    }
    let two = page(&format!("{}{}", one("file: app.yaml, only: [b.c]"), one("file: app.yaml, only: [b.d]")));
    assert_eq!(messages(&two), [""; 0]);
    let lacking = tabs(
        "parity: [{file: x, reason: r}, {step: f, reason: r}]",
        "",
        "```text {#f .file path=x}\nx\n```\n",
    );
    assert_eq!(messages(&lacking), [""; 0]);
    let partly = lacking.replace("file: x, reason", "file: x, only: [a], reason");
    assert_eq!(messages(&partly).len(), 2, "what may differ in part may not be missing");
    assert_eq!(messages(&lacking.replace("path=x", "path=y")).len(), 2, "the file, and that x is none");
}

#[test]
fn an_exception_that_excepts_nothing_is_told() {
    let page = "---\ntutor:\n  parity:\n    - {file: x, reason: r}\n---\n\n```sh {#a}\nx\n```\n";
    assert_snapshot!(platforms(page), @"
    warning[unused-exception]: the exception for `x` excepts nothing
     --> page.md:4:14
      |
    4 |     - {file: x, reason: r}
      |              ^ nothing differs there
      |
      = help: a page has exceptions where it is for several platforms, or names a `counterpart`
    ");
    assert_snapshot!(pages(page, "---\ntutor:\n---\n\n```sh {#a}\nx\n```\n"), @"
    warning[unused-exception]: the exception for `x` excepts nothing
     --> page.md:4:14
      |
    4 |     - {file: x, reason: r}
      |              ^ nothing differs there
      |
      = help: a page has exceptions where it is for several platforms, or names a `counterpart`
    ");
}

#[test]
fn three_platforms_that_differ() {
    let file = |platform: &str, port: u16| {
        format!("<!-- tutor:tab {platform} -->\n```yaml {{#f .file path=f}}\nport: {port}\n```\n")
    };
    let page = format!(
        "---\ntutor:\n---\n{}{}{}{}<!-- tutor:end -->\n",
        file("windows/cmd", 1),
        file("windows/powershell", 1),
        file("macos", 2),
        file("linux", 3)
    );
    assert_eq!(
        messages(&page),
        [
            "the file `f` is not the same on macos as on windows/cmd: `port`",
            "the file `f` is not the same on linux as on windows/cmd: `port`",
        ]
    );
}
