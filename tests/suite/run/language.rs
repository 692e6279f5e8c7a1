//! The page: files, expected output, recordings, what is required, relocation, secrets, and how a page may be written.

use std::fs;
use std::path::Path;

use super::harness::{Room, case, check, page};

#[test]
fn files_are_written_and_listed() {
    check(
        "sh",
        &[
            case(
                "text, mode, over what was there",
                &[
                    ("yaml #f .file path=a.yaml mode=0640", "a: 1", "-"),
                    ("yaml #g .file path=a.yaml", "a: 2", "-"),
                    ("yaml #h .file path=b.yaml mode=0600", "c: 3", "-"),
                    ("sh #a", "cat a.yaml; stat -c %a a.yaml b.yaml", "a: 2\n644\n600"),
                ],
                "f=passed g=passed h=passed a=passed",
            ),
            case(
                "a missing directory fails",
                &[("yaml #f .file path=no/a.yaml", "a: 1", "-"), ("sh #a", ":", "-")],
                "f=failed a=not-run",
            ),
            case(
                "from the session's directory",
                &[
                    ("sh #a", "mkdir d; cd d", "-"),
                    ("text #f .file path=x", "x", "-"),
                    ("text #l .files in=.", "x", "-"),
                    ("text #m .files in=..", "d", "-"),
                ],
                "a=passed f=passed l=passed m=passed",
            ),
            case(
                "exactly these, in any order",
                &[
                    ("sh #a", "mkdir d; touch d/x d/y", "-"),
                    ("text #l .files in=d", "y\nx", "-"),
                    ("text #m .files in=d", "x", "-"),
                    ("text #n .files in=d", "x\ny\nz", "-"),
                ],
                "a=passed l=passed m=drifted n=drifted",
            ),
            case("a list of nowhere", &[("text #l .files in=no", "x", "-")], "l=failed"),
        ],
    );
}

#[test]
fn output_is_compared_with_wildcards() {
    check(
        "sh",
        &[
            case("lines", &[("sh #a", "seq 9", "1\n...\n9")], "a=passed"),
            case("no lines", &[("sh #a", "seq 2", "1\n...\n2")], "a=passed"),
            case("lines, and another last", &[("sh #a", "seq 9", "1\n...\n8")], "a=drifted"),
            case("characters", &[("sh #a", "echo a12b; echo ab", "a[..]b\na[..]b")], "a=passed"),
            case("characters, and another end", &[("sh #a", "echo a12c", "a[..]b")], "a=drifted"),
            case("literal dots", &[("sh #a", "echo ...", "\\...")], "a=passed"),
            case("literal dots, other text", &[("sh #a", "echo x", "\\...")], "a=drifted"),
            case("nothing", &[("sh #a", ":", "")], "a=passed"),
            case("nothing, and something came", &[("sh #a", "echo x >&2", "")], "a=drifted"),
            case(
                "trailing blanks, colour",
                &[("sh #a", "printf '\\033[31mred\\033[0m  \\n'", "red")],
                "a=passed",
            ),
            case("both streams in order", &[("sh #a", "echo 1; echo 2 >&2; echo 3", "1\n2\n3")], "a=passed"),
            case(
                "a drift ends nothing",
                &[("sh #a", "echo 1", "2"), ("sh #b", "echo 1", "1")],
                "a=drifted b=passed",
            ),
            case("identities", &[("sh #a", "cat /proc/sys/kernel/random/uuid", "[UUID]")], "a=passed"),
            case("the page's own rules", &[("sh #a", "echo session $$", "session 17")], "a=passed")
                .head("{redact: [{pattern: 'session [0-9]+', with: 'session [ID]'}]}"),
            case("invalid UTF-8", &[("sh #a", "printf 'a\\377b\\n'", "a\\xffb")], "a=passed"),
            case("invalid UTF-8, drift", &[("sh #a", "printf 'a\\377b\\n'", "ab")], "a=drifted"),
        ],
    );
}

#[test]
fn what_is_missing_is_unverified() {
    let blocks = [
        ("sh #a requires=no-such-program", "no-such-program", "-"),
        ("sh #b needs=a", "echo on", "-"),
        ("sh #c requires=cat", "echo on", "on"),
        ("sh #d needs=c", "echo on", "on"),
    ];
    let room = Room::new();
    room.write("page.md", &page("{}", &blocks));
    for (arguments, code) in [(&[][..], 0), (&["--no-strict"], 0), (&["--strict"], 1)] {
        let run = room.run(arguments);
        assert_eq!(run.states(), "a=unverified b=unverified c=passed d=passed", "{}", run.stdout);
        assert_eq!(run.code, Some(code), "{arguments:?}: {}", run.stdout);
        assert!(run.stdout.contains("no-such-program"), "{}", run.stdout);
    }
    let run = room.run(&["--skip", "c"]);
    assert_eq!(run.states(), "a=unverified b=unverified c=skipped d=unverified", "{}", run.stdout);

    room.write("page.md", &page("{requires: [no-such-program]}", &[("sh #a", ":", "-")]));
    let run = room.run(&[]);
    assert_eq!((run.code, run.states().as_str()), (Some(1), "a=unverified"), "nothing ran: {}", run.stdout);
}

#[test]
fn recordings_are_made_accepted_and_held() {
    let room = Room::new();
    let prints = |what| room.write("page.md", &page("{}", &[("sh #a snapshot=all", what, "-")]));
    prints("echo one");
    let run = room.run(&[]);
    assert_eq!((run.code, run.states().as_str()), (Some(1), "a=new"), "{}", run.stdout);
    assert!(room.read("snapshots/page/a.snap.new").contains("one"));
    assert!(!room.path("snapshots/page/a.snap").exists());

    let run = room.run(&["--accept"]);
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    assert!(!room.path("snapshots/page/a.snap.new").exists());
    let recorded = room.read("snapshots/page/a.snap");
    assert_eq!((room.run(&[]).code, room.run(&[]).states().as_str()), (Some(0), "a=passed"));

    for (text, state) in [("echo two", "drifted"), ("echo one >&2", "drifted"), ("echo one;", "passed")] {
        prints(text);
        let run = room.run(&[]);
        assert_eq!(run.step("a")["state"], state, "{text}: {}", run.stdout);
        assert_eq!(room.path("snapshots/page/a.snap.new").exists(), state == "drifted", "{text}");
        assert_eq!(room.read("snapshots/page/a.snap"), recorded);
    }
    prints("echo two");
    assert_eq!(room.run(&[]).code, Some(1));
    assert!(room.command(&["accept"]).output().unwrap().status.success());
    assert_eq!(room.run(&[]).code, Some(0));
}

#[test]
fn nothing_is_recorded_in_ci() {
    let mut room = Room::new();
    room.env.push(("CI", "true"));
    room.write("page.md", &page("{}", &[("sh #a snapshot=all", "echo one", "-")]));
    let run = room.run(&[]);
    assert_eq!((run.code, run.states().as_str()), (Some(1), "a=new"), "{}", run.stdout);
    assert!(!room.path("snapshots").exists());
    assert_eq!(room.run(&["--accept"]).code, Some(0));
    assert!(room.path("snapshots/page/a.snap").exists());
    room.write("page.md", &page("{}", &[("sh #a snapshot=all", "echo two", "-")]));
    assert_eq!(room.run(&[]).states(), "a=drifted");
    assert!(!room.path("snapshots/page/a.snap.new").exists());
}

#[test]
fn relocated_directories_are_the_runs_own() {
    let blocks = [
        ("sh #a", "mkdir -p /opt/certs\necho hi >/opt/certs/x", ""),
        ("yaml #f .file path=/opt/certs/app.yaml", "k: v", "-"),
        ("sh #b", "cd /opt/certs; ls; ls -d /opt/certs/x; pwd", "app.yaml\nx\n/opt/certs/x\n/opt/certs"),
        ("text #l .files in=/opt/certs", "x\napp.yaml", "-"),
        ("sh #c", "cat /opt/certs/x", "other"),
    ];
    let there = Path::new("/opt/certs").exists();
    let before: Vec<_> = fs::read_dir("/opt").unwrap().map(|e| e.unwrap().file_name()).collect();
    let room = Room::new();
    room.write("page.md", &page("{relocate: [/opt/certs]}", &blocks));
    for how in ["mount", "text"] {
        let run = room.run(&["--relocate", how]);
        let states = "a=passed f=passed b=passed l=passed c=drifted";
        assert_eq!(run.states(), states, "{how}: {}{}", run.stdout, run.stderr);
        assert_eq!(Path::new("/opt/certs").exists(), there, "{how}");
        let after: Vec<_> = fs::read_dir("/opt").unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(before, after, "{how}");
    }
    room.write("page.md", &page("{}", &[("yaml #f .file path=/opt/certs/app.yaml", "k: v", "-")]));
    assert_eq!(room.run(&[]).code, Some(2), "an absolute path outside `relocate`");
}

#[test]
fn secrets_are_never_told() {
    let mut room = Room::new();
    let secret = "correct-horse-17";
    let head = "{placeholders: {<password>: {env: PW}, <user>: ann}, secrets: [<password>]}";
    let blocks = [
        ("sh #a snapshot=all", "p='<password>'\necho \"it is $p\"; echo \"$p\" | tee file >&2", "-"),
        ("sh #b", "echo \"<user> $p\"; ls \"/no/$p\" 2>&1 || true", "ann <password>\n..."),
        ("sh #c", "echo $p", "other"),
        ("sh #d snapshot=all", "echo $p; echo $p >&2; false", "-"),
    ];
    room.write("page.md", &page(head, &blocks));
    let run = room.run(&[]);
    assert_eq!(
        run.states(),
        "a=unverified b=unverified c=passed d=failed".replace("c=passed", "c=drifted"),
        "{}",
        run.stdout
    );
    room.env.push(("PW", secret));
    let runs: [(&[&str], &str); 3] =
        [(&["-vv"], "drifted"), (&["-vv", "--accept"], "passed"), (&["-vv"], "passed")];
    for (arguments, state) in runs {
        let run = room.run(arguments);
        assert!(run.states().ends_with(&format!("b=passed c={state} d=failed")), "{}", run.stdout);
        let files =
            ["page.md", "snapshots/page/c.page.new", "snapshots/page/a.snap", "snapshots/page/a.snap.new"];
        let recorded = files.map(|name| room.path(name));
        let recorded = recorded.iter().map(|path| fs::read_to_string(path).unwrap_or_default());
        let all = [run.stdout, run.stderr, room.read("out.json"), recorded.collect()].concat();
        assert!(!all.contains(secret), "{all}");
        assert!(all.contains("it is <password>"), "{all}");
    }
}

#[test]
fn pages_may_be_written_in_many_ways() {
    let plain = page("{}", &[("sh #a", "echo hi\necho ho", "hi\nho"), ("sh #b", "echo hi", "ho")]);
    let body = "- item\n\n  ```sh {#a}\n  if true; then\n    echo hi\n  fi\n  ```\n\n  ```text {.output}\n  hi\n  ```\n\n> ~~~~sh {#b}\n> echo hi\n> ~~~~\n>\n> ~~~~text {.output}\n> ho\n> ~~~~\n";
    let nested = format!("---\ntutor: {{}}\n---\n\n{body}");
    let texts = [
        ("plain", plain.clone()),
        ("CRLF", plain.replace('\n', "\r\n")),
        ("BOM", format!("\u{feff}{plain}")),
        ("BOM and CRLF", format!("\u{feff}{}", plain.replace('\n', "\r\n"))),
        ("list and quote", nested.clone()),
        ("list and quote, CRLF", nested.replace('\n', "\r\n")),
    ];
    for (name, text) in texts {
        let room = Room::new();
        room.write("page.md", &text);
        let run = room.run(&[]);
        assert_eq!(run.states(), "a=passed b=drifted", "{name}: {}{}", run.stdout, run.stderr);
    }
}

#[test]
fn what_is_wrong_runs_nothing() {
    let blocks = [
        ("yaml #f .file append", "path="),
        ("sh #a .service ready=1", "tcp:1"),
        ("diff #a .patch path=x", "bad-patch"),
        ("console #a", "no-prompt"),
        ("sh #a tiemout=3s", "timeout"),
        ("sh #a needs=none", "none"),
        ("sh #first", "first"),
        ("sh #A", "page.md:12"),
    ];
    for (info, words) in blocks {
        let room = Room::new();
        room.write("page.md", &page("{}", &[("sh #first", ":", ""), (info, ":", "-")]));
        let run = room.run(&[]);
        let told = format!("{info}: {}{}", run.stdout, run.stderr);
        assert_eq!((run.code, run.states().as_str()), (Some(2), ""), "{told}");
        assert!(told.contains(words) && told.contains("page.md:"), "{told}");
    }
}
