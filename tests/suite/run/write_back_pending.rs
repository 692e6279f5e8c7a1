//! New lines of a page that wait: accepted, rejected, out of date, wanted by two runs.

use super::harness::{Room, Run, with_body};

const PAGE: &str = "```sh {#a}\necho two\n```\n\n```text {.output}\none\n```\n\n\
                    ```sh {#b}\necho new\n```\n\n```text {.output}\none\n```\n";

fn ends(run: &Run, code: i32, words: &[&str]) {
    assert_eq!(run.code, Some(code), "{}", run.told());
    let told = run.told();
    assert!(words.iter().all(|word| told.contains(word)), "{words:?}: {told}");
}

const A: &str = "snapshots/page/a.page.new";
const B: &str = "snapshots/page/b.page.new";

#[test]
fn what_drifts_from_the_page_waits() {
    let room = Room::new();
    room.write("page.md", &with_body(PAGE));
    let says = [
        "2 drifted",
        "accept: tutor accept page/a",
        "2 outputs wait; next: tutor review, or without questions: tutor accept",
    ];
    ends(&room.run(&[]), 1, &says);
    assert_eq!(room.read("page.md"), with_body(PAGE));
    assert!(room.path(A).exists() && room.path(B).exists());
    ends(&room.tutor(&["reject", "page/b"]), 0, &["rejected page/b", "1 pending output left"]);
    assert!(!room.path(B).exists());
    ends(&room.run(&[]), 1, &says);
    // Each of them moves nothing that the other one needs; both blocks have the same text.
    ends(&room.tutor(&["accept", "b"]), 0, &["accepted page/b"]);
    assert_eq!(
        room.read("page.md"),
        with_body(&PAGE.replace("new\n```\n\n```text {.output}\none", "new\n```\n\n```text {.output}\nnew"))
    );
    ends(&room.tutor(&["accept"]), 0, &["accepted page/a"]);
    ends(&room.run(&[]), 0, &["2 passed"]);
    assert!(!room.path("snapshots/page").exists(), "nothing is left");
}

#[test]
fn what_stands_above_may_have_changed_but_not_the_block() {
    let room = Room::new();
    room.write("page.md", &with_body(PAGE));
    ends(&room.run(&[]), 1, &[]);
    room.write("page.md", &with_body(&format!("# A title\n\nMore.\n\n{PAGE}")));
    ends(&room.tutor(&["accept", "page/a"]), 0, &["accepted page/a"]);
    let above = room.read("page.md");
    assert_eq!(
        above,
        with_body(&format!("# A title\n\nMore.\n\n{}", PAGE.replacen("\none\n", "\ntwo\n", 1)))
    );
    let edited = above.replace("\none\n", "\nuno\n");
    room.write("page.md", &edited);
    let says = [
        "failed to write the output of page/b into",
        "page.md",
        "changed since the run",
        "run the page again",
    ];
    ends(&room.tutor(&["accept"]), 2, &says);
    assert_eq!(room.read("page.md"), edited);
    assert!(room.path(B).exists());
    room.write("page.md", &edited.replace("{#b}", "{#b timout=3}"));
    ends(&room.tutor(&["accept"]), 2, &["mistakes"]);
    room.write("page.md", &edited.replace("{#b}", "{#c}"));
    ends(&room.tutor(&["accept"]), 2, &["changed since the run"]);
    ends(&room.tutor(&["reject"]), 0, &["rejected page/b"]);
}

#[test]
fn what_passes_again_no_longer_waits() {
    let room = Room::new();
    room.write("page.md", &with_body(PAGE));
    ends(&room.run(&[]), 1, &[]);
    room.write("page.md", &with_body(&PAGE.replace("echo two", "echo one")));
    ends(&room.run(&[]), 1, &["1 passed, 1 drifted"]);
    assert!(!room.path(A).exists() && room.path(B).exists());
    ends(&room.run(&["--accept"]), 0, &["written: page.md › b"]);
    assert!(!room.path(B).exists());
}

const TABS: &str = "---\ntutor: {platform: [linux, macos]}\n---\n\n\
                    <!-- tutor:tab linux -->\n\n```sh {#set snapshot=none}\nname=LINUX\n```\n\n\
                    <!-- tutor:tab macos -->\n\n```sh {#set snapshot=none}\nname=MACOS\n```\n\n\
                    <!-- tutor:end -->\n\n```sh {#say}\necho $name\n```\n\n```text {.output}\nx\n```\n";

#[test]
fn one_block_cannot_say_what_two_runs_print_differently() {
    let room = Room::new();
    let page = |linux: &str, macos: &str| TABS.replace("LINUX", linux).replace("MACOS", macos);
    room.write("page.md", &page("same", "same"));
    ends(&room.run(&["--platform", "all"]), 1, &["2 drifted"]);
    ends(&room.tutor(&["accept"]), 0, &["accepted page/say"]);
    assert_eq!(room.read("page.md"), page("same", "same").replace("\nx\n", "\nsame\n"));
    room.write("page.md", &page("same", "same"));
    ends(&room.run(&["--platform", "all", "--accept"]), 0, &["4 passed"]);

    let why = "page.md (linux) printed something else in this step, and both are held against one block";
    // Which of them the page says already makes no difference.
    for (linux, macos, then) in [("a", "b", "a"), ("x", "b", "x"), ("a", "x", "a")] {
        room.write("page.md", &page(linux, macos));
        ends(&room.run(&["--platform", "all"]), 1, &["drifted: page.md › say"]);
        assert!(!room.path("snapshots/page/say.page.new").exists(), "{linux} {macos}");
        assert_eq!(room.read("page.md"), page(linux, macos));
        let run = room.run(&["--platform", "all", "--accept"]);
        ends(&run, 1, &["failed: page.md › say", why]);
        assert_eq!(room.read("page.md"), page(linux, macos).replace("\nx\n", &format!("\n{then}\n")));
    }
    // Of two runs that knew nothing of each other.
    room.write("page.md", &page("a", "b"));
    ends(&room.run(&["--platform", "linux"]), 1, &[]);
    ends(&room.run(&["--platform", "macos"]), 1, &[]);
    ends(&room.tutor(&["accept"]), 2, &["two runs printed different things there"]);
    assert_eq!(room.read("page.md"), page("a", "b"));
}

#[test]
fn each_platform_has_its_own_block() {
    let room = Room::new();
    let text = "---\ntutor: {platform: [linux, macos]}\n---\n\n```sh {#say}\necho new\n```\n\n\
                ```text {.output platform=linux}\nl\n```\n\n```text {.output platform=macos}\nm\n```\n";
    room.write("page.md", text);
    ends(&room.run(&["--platform", "all"]), 1, &["2 drifted"]);
    ends(&room.tutor(&["accept"]), 0, &["accepted page/say"]);
    assert_eq!(room.read("page.md"), text.replace("\nl\n", "\nnew\n").replace("\nm\n", "\nnew\n"));
}

#[test]
fn what_cannot_be_accepted_is_told_and_does_not_wait() {
    let room = Room::new();
    let old = with_body("```sh {#a}\necho '[..]'\n```\n\n```text {.output}\nx\n```\n");
    room.write("page.md", &old);
    let run = room.run(&[]);
    ends(&run, 1, &["drifted", "this can't be accepted: the line `[..]` has `[..]`"]);
    assert!(!run.stdout.contains("accept: tutor"), "{}", run.told());
    assert!(!room.path("snapshots").exists());
    ends(&room.run(&["--accept"]), 1, &["the page stays as it is"]);
    assert_eq!(room.read("page.md"), old);
}
