//! `tutor run --accept` writes what came into the page: those lines, and no other byte.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::harness::{Room, with_body};
use super::recordings::as_anybody;

/// The body of a page, and what it is after `tutor run --accept`.
struct Case {
    name: &'static str,
    front: &'static str,
    old: &'static str,
    new: &'static str,
}

const fn case(name: &'static str, old: &'static str, new: &'static str) -> Case {
    Case { name, front: "tutor: {}", old, new }
}

/// Runs each with `--accept`: the page is the new one, the run passes, and so does the next one, which changes nothing.
fn check(cases: &[Case]) {
    let mut wrong = Vec::new();
    for Case { name, front, old, new } in cases {
        let room = Room::new();
        let whole = |body: &str| format!("---\n{front}\n---\n\n{body}");
        room.write("page.md", &whole(old));
        let run = room.run(&["--accept"]);
        let came = room.read("page.md");
        if came != whole(new) || run.code != Some(0) {
            wrong.push(format!("== {name}: {came:?}\n{}", run.told()));
            continue;
        }
        let again = room.run(&["--accept"]);
        if room.read("page.md") != came || again.code != Some(0) || again.stdout.contains("written") {
            wrong.push(format!("== {name}, again: {}", again.told()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_lines_that_differ_are_written() {
    check(&[
        case(
            "a line in the middle",
            "```sh {#a}\nprintf 'a\\nX\\nc\\n'\n```\n\n```text {.output}\na  \nb\nc\n```\n",
            "```sh {#a}\nprintf 'a\\nX\\nc\\n'\n```\n\n```text {.output}\na  \nX\nc\n```\n",
        ),
        case(
            "an empty block",
            "```sh {#a}\necho hi\n```\n\n```text {.output}\n```\n\nMore.\n",
            "```sh {#a}\necho hi\n```\n\n```text {.output}\nhi\n```\n\nMore.\n",
        ),
        case(
            "nothing came",
            "```sh {#a}\ntrue\n```\n\n```text {.output}\nx\n...\n```\n",
            "```sh {#a}\ntrue\n```\n\n```text {.output}\n```\n",
        ),
        case(
            "wildcards, what varies, literal dots",
            "```sh {#a}\nprintf 'on h1\\n2020-02-02T00:00:00Z\\nu\\nv\\n...\\nend 2\\n'\n```\n\n\
             ```text {.output}\non [..]\n2019-01-01T00:00:00Z\n...\nend 1\n```\n",
            "```sh {#a}\nprintf 'on h1\\n2020-02-02T00:00:00Z\\nu\\nv\\n...\\nend 2\\n'\n```\n\n\
             ```text {.output}\non [..]\n2019-01-01T00:00:00Z\n...\nend 2\n```\n",
        ),
        case(
            "a line that would be a wildcard",
            "```sh {#a}\necho ...\n```\n\n```text {.output}\nx\n```\n",
            "```sh {#a}\necho ...\n```\n\n```text {.output}\n\\...\n```\n",
        ),
        case(
            "one stream",
            "```sh {#a}\necho out; echo err >&2\n```\n\n```text {.output stream=stderr}\nerror\n```\n",
            "```sh {#a}\necho out; echo err >&2\n```\n\n```text {.output stream=stderr}\nerr\n```\n",
        ),
        case(
            "a hidden block",
            "```sh {#a}\necho two\n```\n\n<!-- tutor\n```text {.output}\none\n```\n-->\n",
            "```sh {#a}\necho two\n```\n\n<!-- tutor\n```text {.output}\ntwo\n```\n-->\n",
        ),
        case(
            "the run's own directory",
            "```sh {#a}\npwd; echo \"$HOME\"\n```\n\n```text {.output}\nx\n```\n",
            "```sh {#a}\npwd; echo \"$HOME\"\n```\n\n```text {.output}\n[SCRATCH]\n[HOME]\n```\n",
        ),
        case(
            "a private key",
            "```sh {#a}\nprintf '%s\\n' '-----BEGIN PRIVATE KEY-----' MIIsecret '-----END PRIVATE KEY-----'\n```\n\n\
             ```text {.output}\nx\n```\n",
            "```sh {#a}\nprintf '%s\\n' '-----BEGIN PRIVATE KEY-----' MIIsecret '-----END PRIVATE KEY-----'\n```\n\n\
             ```text {.output}\n[PRIVATE KEY]\n```\n",
        ),
    ]);
}

#[test]
fn the_page_keeps_its_form() {
    check(&[
        case(
            "CRLF",
            "```sh {#a}\r\nprintf 'a\\nX\\nY\\n'\r\n```\r\n\r\n```text {.output}\r\na\r\nb\r\n```\r\n",
            "```sh {#a}\r\nprintf 'a\\nX\\nY\\n'\r\n```\r\n\r\n```text {.output}\r\na\r\nX\r\nY\r\n```\r\n",
        ),
        case(
            "CRLF and LF mixed",
            "```sh {#a}\nprintf 'a\\nX\\nY\\n'\n```\n\n```text {.output}\na\nb\r\nc\n```\n",
            "```sh {#a}\nprintf 'a\\nX\\nY\\n'\n```\n\n```text {.output}\na\nX\r\nY\n```\n",
        ),
        case(
            "a list",
            "1. One\n\n   ```sh {#a}\n   printf 'a\\n\\n  X\\n'\n   ```\n\n   ```text {.output}\n   a\n   b\n   ```\n\n2. Two\n",
            "1. One\n\n   ```sh {#a}\n   printf 'a\\n\\n  X\\n'\n   ```\n\n   ```text {.output}\n   a\n\n     X\n   ```\n\n2. Two\n",
        ),
        case(
            "a list item that is the block",
            "```sh {#a}\nprintf ' X\\n'\n```\n\n- ```text {.output}\n  ```\n",
            "```sh {#a}\nprintf ' X\\n'\n```\n\n- ```text {.output}\n   X\n  ```\n",
        ),
        case(
            "a quote",
            "> ```sh {#a}\n> printf 'X\\n\\n  Y\\n'\n> ```\n>\n> ```text {.output}\n> a\n> ```\n",
            "> ```sh {#a}\n> printf 'X\\n\\n  Y\\n'\n> ```\n>\n> ```text {.output}\n> X\n>\n>   Y\n> ```\n",
        ),
        case(
            "a quote without blanks",
            ">```sh {#a}\n>printf ' X\\n'\n>```\n>\n>```text {.output}\n>```\n",
            ">```sh {#a}\n>printf ' X\\n'\n>```\n>\n>```text {.output}\n>  X\n>```\n",
        ),
        case(
            "a quote in a list, with tildes, indented",
            "- > ~~~sh {#a}\n  > echo X\n  > ~~~\n  >\n  >  ~~~~text {.output}\n  >  a\n  >  ~~~~~\n",
            "- > ~~~sh {#a}\n  > echo X\n  > ~~~\n  >\n  >  ~~~~text {.output}\n  >  X\n  >  ~~~~~\n",
        ),
        case(
            "a line that would close the fence",
            "```sh {#a}\nprintf '```\\nX\\n````\\n'\n```\n\n```text {.output}\na\n```\n\nMore.\n",
            "```sh {#a}\nprintf '```\\nX\\n````\\n'\n```\n\n`````text {.output}\n```\nX\n````\n`````\n\nMore.\n",
        ),
        case(
            "fences that are long already, and of another kind",
            "```sh {#a}\nprintf '```\\n~~~\\n'\n```\n\n~~~~text {.output}\na\n~~~~~~\n",
            "```sh {#a}\nprintf '```\\n~~~\\n'\n```\n\n~~~~text {.output}\n```\n~~~\n~~~~~~\n",
        ),
    ]);
    let room = Room::new();
    let old = "\u{feff}---\ntutor:\n---\n\n```sh {#a}\necho é\n```\n\n```text {.output}\nx\n```\n";
    room.write("page.md", old);
    assert_eq!(room.run(&["--accept"]).code, Some(0));
    assert_eq!(room.read("page.md"), old.replace("\nx\n", "\né\n"), "with its byte-order mark");
}

#[test]
fn transcripts_are_written_command_by_command() {
    check(&[
        case(
            "several commands",
            "```console {#a}\n$ echo one\nuno\n$ for i in 1 2; do\n>   echo $i\n> done\n1\n$ true\nx\n$ echo four\n```\n",
            "```console {#a}\n$ echo one\none\n$ for i in 1 2; do\n>   echo $i\n> done\n1\n2\n$ true\n$ echo four\nfour\n```\n",
        ),
        case(
            "in a list, with CRLF",
            "- x\r\n\r\n  ```console {#a}\r\n  $ echo one\r\n  $ echo two\r\n  x\r\n  ```\r\n",
            "- x\r\n\r\n  ```console {#a}\r\n  $ echo one\r\n  one\r\n  $ echo two\r\n  two\r\n  ```\r\n",
        ),
    ]);
    let room = Room::new();
    let old = with_body("```console {#a}\n$ echo '$ rm -r x'\n```\n");
    room.write("page.md", &old);
    let run = room.run(&["--accept"]);
    assert_eq!((run.code, room.read("page.md")), (Some(1), old), "{}", run.told());
    assert!(run.stdout.contains("`$ rm -r x` would be the next command"), "{}", run.told());
}

#[test]
fn placeholders_stay_and_secrets_are_never_written() {
    let front = "tutor:\n  placeholders: {<name>: Ada, <user>: {env: WRITE_BACK}, <pw>: four wet otters}\n  \
                 secrets: [<pw>]\n  ports: {<port>: 8080}";
    check(&[Case {
        name: "values become names again",
        front: "tutor:\n  placeholders: {<name>: Ada, <pw>: four wet otters}\n  secrets: [<pw>]\n  ports: {<port>: 8080}",
        old: "```sh {#a}\necho 'Adam and <name>, <pw>'; echo \"<name>\"; echo at <port>\n```\n\n\
              ```text {.output}\nAdam and <name>\nEve\nby <port>\n```\n",
        new: "```sh {#a}\necho 'Adam and <name>, <pw>'; echo \"<name>\"; echo at <port>\n```\n\n\
              ```text {.output}\nAdam and <name>, <pw>\n<name>\nat <port>\n```\n",
    }]);
    let mut room = Room::new();
    room.env.push(("WRITE_BACK", "somebody"));
    let body = "```sh {#a}\necho \"<user> has <pw>\"\n```\n\n```text {.output}\nx\n```\n";
    room.write("page.md", &format!("---\n{front}\n---\n\n{body}"));
    assert_eq!(room.run(&["--accept"]).code, Some(0));
    assert!(room.read("page.md").ends_with("\n<user> has <pw>\n```\n"), "{}", room.read("page.md"));
    // What looks like a placeholder, and is none, can't be said.
    room.write("page.md", "---\ntutor: {placeholders: {<name>: Ada}}\n---\n\n```sh {#a}\nprintf '<%s>\\n' name '<name>'\n```\n\n```text {.output}\nx\n```\n");
    let old = room.read("page.md");
    let run = room.run(&["--accept"]);
    assert_eq!((run.code, room.read("page.md")), (Some(1), old), "{}", run.told());
    assert!(run.stdout.contains("the line `<name>` would be read as something else"), "{}", run.told());
}

#[test]
fn included_files_are_written_where_the_block_stands() {
    let room = Room::new();
    let part = "```sh {#part}\necho two\n```\n\n```text {.output}\none\n```\n";
    let page = with_body(
        "<!-- tutor:include parts/part.md -->\n\n```text {.output for=other}\n1\n```\n\n<!-- tutor:include parts/other.md -->\n",
    );
    room.write("page.md", &page);
    room.write("parts/part.md", part);
    room.write("parts/other.md", "```sh {#other}\necho 2\n```\n");
    let run = room.run(&["--accept"]);
    assert_eq!(run.code, Some(0), "{}", run.told());
    assert_eq!(room.read("parts/part.md"), part.replace("\none\n", "\ntwo\n"));
    assert_eq!(room.read("page.md"), page.replace("\n1\n", "\n2\n"));
    assert_eq!(room.read("parts/other.md"), "```sh {#other}\necho 2\n```\n");
}

const PAGE: &str = "```sh {#a}\necho two\n```\n\n```text {.output}\none\n```\n";

#[test]
fn a_file_that_cannot_be_written_stays() {
    let room = Room::new();
    room.write("page.md", &with_body(PAGE));
    fs::set_permissions(room.path("page.md"), fs::Permissions::from_mode(0o444)).unwrap();
    let run = as_anybody(&room, &["run", "--accept", "page.md"]);
    assert_eq!((run.code, room.read("page.md")), (Some(1), with_body(PAGE)), "{}", run.told());
    assert!(run.stderr.contains("failed to write the output of page/a into"), "{}", run.told());
    assert!(run.stderr.contains("it is read-only"), "{}", run.told());
    assert!(run.stdout.contains("drifted: page.md › a"), "{}", run.told());
}

#[test]
fn a_page_that_was_changed_since_it_was_read_stays() {
    let room = Room::new();
    let page =
        with_body("```sh {#a}\necho two; echo more >>@HERE@/page.md\n```\n\n```text {.output}\none\n```\n");
    room.write("page.md", &page);
    let before = room.read("page.md");
    let run = room.run(&["--accept"]);
    assert_eq!((run.code, room.read("page.md")), (Some(1), before + "more\n"), "{}", run.told());
    assert!(run.stderr.contains("changed by something else in the meantime"), "{}", run.told());
}

#[test]
fn a_link_stays_one_and_permissions_are_kept() {
    let room = Room::new();
    room.write("docs/real.md", &with_body(PAGE));
    fs::set_permissions(room.path("docs/real.md"), fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("docs/real.md", room.path("page.md")).unwrap();
    let run = room.run(&["--accept"]);
    assert_eq!(run.code, Some(0), "{}", run.told());
    assert_eq!(room.read("docs/real.md"), with_body(&PAGE.replace("\none\n", "\ntwo\n")));
    assert!(fs::symlink_metadata(room.path("page.md")).unwrap().is_symlink());
    assert_eq!(fs::metadata(room.path("docs/real.md")).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn what_failed_is_not_written_and_nothing_else_is_without_the_flag_where_ci_is_set() {
    let room = Room::new();
    let failing = with_body("```sh {#a}\necho two; exit 1\n```\n\n```text {.output}\none\n```\n");
    room.write("page.md", &failing);
    assert_eq!(room.run(&["--accept"]).code, Some(1));
    assert_eq!(room.read("page.md"), failing);
    room.write("page.md", &with_body(PAGE));
    let mut command = room.command(&["run", "page.md"]);
    assert_eq!(command.env("CI", "true").output().unwrap().status.code(), Some(1));
    assert_eq!(room.read("page.md"), with_body(PAGE));
    assert!(!room.path("snapshots").exists());
    let mut command = room.command(&["run", "--accept", "page.md"]);
    assert_eq!(command.env("CI", "true").output().unwrap().status.code(), Some(0));
    assert_eq!(room.read("page.md"), with_body(&PAGE.replace("\none\n", "\ntwo\n")));
}
