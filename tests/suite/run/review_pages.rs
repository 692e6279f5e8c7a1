//! `tutor review` of new lines of a page, on a real terminal: every key, pages that have changed since, and pages that
//! can't be written.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use super::harness::{Room, soon, with_body};
use super::screen::Screen;

const PAGE: &str = "```sh {#a}\nprintf 'same\\nit is listed as \\033[1m2\\033[0m\\007\\n'\n```\n\n\
                    ```text {.output}\nsame\nit is listed as 名前\n```\n\n\
                    ```console {#b}\n$ echo new\nold\n$ echo stays\nstays\n```\n\n\
                    ```sh {#c}\necho recorded\n```\n\n\
                    1. In a list\r\n\r\n   ```sh {#d}\r\n   seq 1 60\r\n   ```\r\n\r\n   ```text {.output}\r\n   1\r\n   ```\r\n";

/// The page as it is once these steps are accepted.
fn accepted(steps: &str) -> String {
    let mut page = PAGE.to_owned();
    let sixty: String =
        (1..=60).flat_map(|number| ["   ".to_owned(), number.to_string(), "\r\n".to_owned()]).collect();
    for (step, old, new) in [
        ("a", "it is listed as 名前", "it is listed as 2\\x07"),
        ("b", "\nold\n", "\nnew\n"),
        ("d", "   1\r\n   ```", &format!("{sixty}   ```")),
    ] {
        assert!(page.contains(old), "{step}");
        if steps.contains(step) {
            page = page.replace(old, new);
        }
    }
    with_body(&page)
}

/// A page that shows other outputs in three of its steps, and has one without a recording.
fn room() -> Room {
    let room = Room::new();
    room.write("page.md", &accepted(""));
    let run = room.tutor(&["run", "page.md"]);
    assert_eq!(run.code, Some(1), "{}", run.told());
    assert!(
        run.stdout.contains("4 outputs wait; next: tutor review, or without questions: tutor accept\n"),
        "{}",
        run.told()
    );
    assert_eq!(waits(&room), "a.page b.page c.snap d.page");
    room
}

/// What is pending.
fn waits(room: &Room) -> String {
    let all = ["a.page", "b.page", "c.snap", "d.page"];
    let pending = |name: &&str| room.path(&format!("snapshots/page/{name}.new")).exists();
    all.into_iter().filter(pending).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_decision_on_a_page_is_carried_out_at_once() {
    let room = room();
    let screen = Screen::start(&room, (80, 30), "", "review");
    screen.shows("1 of 4  page › a");
    screen.shows("page.md:5  the page says something else");
    screen.shows("`.output` at line 9: - the page says  + it would say\n  same\n- it is listed as 名前\n+ it is listed as 2");
    screen.press("a", "2 of 4  page › b");
    assert_eq!((room.read("page.md"), waits(&room).as_str()), (accepted("a"), "b.page c.snap d.page"));
    screen.shows("transcript at line 14: - the page says  + it would say\n  $ echo new\n- old\n+ new\n");
    screen.press("r", "3 of 4  page › c");
    assert_eq!((room.read("page.md"), waits(&room).as_str()), (accepted("a"), "c.snap d.page"));
    screen.press("s", "4 of 4  page › d");
    screen.press("a", "2 accepted, 1 rejected, 1 pending output left");
    screen.shows("accepted page/a\nrejected page/b\naccepted page/d\n");
    assert_eq!((room.read("page.md"), waits(&room).as_str()), (accepted("a d"), "c.snap"));
    assert_eq!(screen.status(), "0");
}

#[test]
fn all_that_is_left_of_a_page_is_decided_by_one_key() {
    for (first, all, end, (page, left)) in [
        ("s", "A", "3 accepted, 0 rejected, 1 pending output left", ("b d", "a.page")),
        ("a", "R", "1 accepted, 3 rejected, nothing left", ("a", "")),
        ("r", "S", "0 accepted, 1 rejected, 3 pending outputs left", ("", "b.page c.snap d.page")),
    ] {
        let room = room();
        let screen = Screen::start(&room, (60, 24), "", "review");
        screen.shows("1 of 4");
        screen.press(first, "2 of 4");
        screen.press(all, end);
        assert_eq!(screen.status(), "0", "{first}{all}");
        assert_eq!((room.read("page.md"), waits(&room).as_str()), (accepted(page), left), "{first}{all}");
    }
}

#[test]
fn a_decision_on_a_page_can_be_taken_back() {
    let room = room();
    let pending = || fs::read_to_string(room.path("snapshots/page/a.page.new")).unwrap_or_default();
    let before = pending();
    let screen = Screen::start(&room, (160, 30), "", "review");
    screen.shows("1 of 4");
    for key in ["a", "r", "s"] {
        screen.press(key, "2 of 4");
        screen.press("z", "1 of 4");
        screen.shows("taken back");
        assert_eq!((room.read("page.md"), pending()), (accepted(""), before.clone()), "{key}");
    }
    // Of two in one page, the last one first; what stands below moves and moves back.
    screen.press("G", "1 of 4");
    for (key, then) in [("n", "2 of 4"), ("n", "3 of 4"), ("n", "4 of 4"), ("a", "1 of 4"), ("a", "2 of 4")] {
        screen.press(key, then);
    }
    assert_eq!(room.read("page.md"), accepted("a d"));
    screen.press("z", "1 of 4");
    assert_eq!(room.read("page.md"), accepted("d"));
    // What somebody has written since stays.
    let edited = format!("{}More.\n", room.read("page.md"));
    room.write("page.md", &edited);
    screen.press("z", "it was changed by something else in the meantime");
    assert_eq!((room.read("page.md"), waits(&room).as_str()), (edited, "a.page b.page c.snap"));
    screen.press("q", "1 accepted, 0 rejected, 3 pending outputs left");
    assert_eq!(screen.status(), "0");
}

#[test]
fn texts_of_a_page_stand_side_by_side_or_below_each_other() {
    let room = room();
    let screen = Screen::start(&room, (160, 30), "", "review");
    let beside = || {
        let picture = screen.picture();
        picture.lines().any(|line| line.contains("- the page says   ") && line.contains(" + it would say"))
            && picture.lines().any(|line| {
                line.contains("- it is listed as 名前") && line.contains(" │ + it is listed as 2")
            })
    };
    screen.shows("1 of 4");
    assert!(soon(beside), "{}", screen.picture());
    screen.press("u", "- it is listed as 名前\n+ it is listed as 2");
    screen.press("d", "│ + it is listed as 2");
    assert!(soon(beside), "{}", screen.picture());
    screen.tmux(&["resize-window", "-x", "60", "-y", "24"]);
    screen.shows("- it is listed as 名前\n+ it is listed as 2");
    screen.press("d", "side by side needs 100 columns, here are 60");
    screen.press("q", "0 accepted, 0 rejected, 4 pending outputs left");
    assert_eq!((screen.status().as_str(), room.read("page.md")), ("0", accepted("")));
}

#[test]
fn what_stands_above_may_move_a_step_and_the_review_sees_it() {
    let room = room();
    let screen = Screen::start(&room, (80, 30), "", "review page/d page/a");
    screen.shows("1 of 2  page › a");
    screen.press("r", "page.md:27  the page says something else");
    screen.press("z", "1 of 2");
    // Two lines more above, while the review is open.
    let moved = |steps: &str| accepted(steps).replacen("```sh {#a}", "Text.\n\n```sh {#a}", 1);
    room.write("page.md", &moved(""));
    screen.press("a", "2 of 2  page › d");
    screen.shows("page.md:29  the page says something else");
    assert_eq!(room.read("page.md"), moved("a"));
    screen.press("a", "2 accepted, 0 rejected, 2 pending outputs left");
    assert_eq!((screen.status().as_str(), room.read("page.md")), ("0", moved("a d")));
}

#[test]
fn a_page_that_has_changed_since_is_told_and_left_alone() {
    let room = room();
    let edited = accepted("").replace("it is listed as 名前", "uno");
    let screen = Screen::start(&room, (160, 30), "", "review");
    screen.shows("1 of 4");
    room.write("page.md", &edited);
    screen.press("a", "the block has been changed since the run that left this");
    screen.shows("can't be accepted: the block has been changed since");
    screen.shows("new lines of the block that stood at page.md:9\n+ it is listed as 2");
    assert_eq!(
        (room.read("page.md"), waits(&room).as_str()),
        (edited.clone(), "a.page b.page c.snap d.page")
    );
    screen.press("q", "4 pending outputs left");
    screen.status();
    fs::remove_file(room.path("status")).unwrap();
    // A review that begins now says so at once, and A stops there.
    let screen = Screen::start(&room, (60, 24), "", "review");
    screen.shows("can't be accepted: the block has been changed since");
    screen.press("n", "2 of 4");
    screen.press("A", "1 of 4");
    screen.shows("failed to write the output of page/a into");
    screen.press("r", "2 of 4");
    assert_eq!((room.read("page.md"), waits(&room).as_str()), (edited, "b.page c.snap d.page"));
    drop(screen);
    for (text, says, refuses) in [
        (accepted("").replace("{#b}", "{#b timeout=3}"), "has mistakes, so the block", "has mistakes now"),
        (accepted("").replace("{#b}", "{#bee}"), "page.md has no such step any more", "failed to write"),
        ("no tutorial\n".to_owned(), "page.md is no tutorial any more", "is no tutorial: its front matter"),
    ] {
        room.write("page.md", &text);
        let screen = Screen::start(&room, (160, 30), "", "review page/b");
        screen.shows(says);
        screen.press("a", refuses);
        assert_eq!((room.read("page.md"), waits(&room).as_str()), (text, "b.page c.snap d.page"), "{says}");
    }
    room.write("snapshots/page/b.page.new", "{");
    let screen = Screen::start(&room, (80, 30), "", "review page/b");
    screen.press("a", "b.page.new");
    screen.press("r", "1 rejected");
}

#[test]
fn a_page_that_is_read_only_stays_as_it_is() {
    let room = room();
    let screen = Screen::start(&room, (160, 24), "", "review");
    screen.shows("1 of 4");
    fs::set_permissions(room.path("page.md"), Permissions::from_mode(0o444)).unwrap();
    screen.press("a", "it is read-only");
    assert_eq!((room.read("page.md"), waits(&room).as_str()), (accepted(""), "a.page b.page c.snap d.page"));
    fs::set_permissions(room.path("page.md"), Permissions::from_mode(0o640)).unwrap();
    screen.press("a", "2 of 4");
    assert_eq!(room.read("page.md"), accepted("a"));
    let mode = fs::metadata(room.path("page.md")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn what_another_review_has_decided_is_not_decided_twice() {
    let room = room();
    let screen = Screen::start(&room, (60, 24), "", "review");
    screen.shows("1 of 4");
    assert_eq!(room.tutor(&["accept", "page/a", "page/c"]).code, Some(0));
    for key in ["a", "r"] {
        screen.press(key, "this is no longer pending: something else has decided");
        screen.press("x", "no such key");
    }
    assert_eq!(room.read("page.md"), accepted("a"));
    screen.press("q", "0 accepted, 0 rejected, 2 pending outputs left");
    assert_eq!(screen.status(), "0");
    // A run that prints something else now leaves something else.
    let other = room.read("page.md").replace("echo new", "echo newer");
    room.write("page.md", &other);
    fs::remove_file(room.path("status")).unwrap();
    let screen = Screen::start(&room, (60, 24), "", "review page/d");
    screen.shows("1 of 1");
    room.write("page.md", &other.replace("seq 1 60", "seq 1 61"));
    room.tutor(&["run", "page.md"]);
    screen.press("a", "a run has changed this since it was read");
    screen.press("q", "0 accepted, 0 rejected, 2 pending outputs left");
}

#[test]
fn without_a_terminal_the_commands_for_pages_are_printed() {
    let room = room();
    let run = room.tutor(&["review"]);
    assert_eq!(run.code, Some(0), "{}", run.told());
    let first = "page/a: page.md:5, ran on linux, `.output` at line 9 changed\n  tutor accept page/a\n  tutor reject page/a\n";
    let first = first.replace("linux", if cfg!(target_os = "macos") { "macos" } else { "linux" });
    assert!(run.stdout.starts_with(&first), "{}", run.told());
    assert!(
        run.stdout.ends_with("4 pending outputs; on a terminal, `tutor review` shows what differs\n"),
        "{}",
        run.told()
    );
    // A recording and new lines of a page can have one name: then one command is for both.
    fs::copy(room.path("snapshots/page/c.snap.new"), room.path("snapshots/page/a.snap.new")).unwrap();
    let run = room.tutor(&["review", "page/a"]);
    assert_eq!(run.stdout.matches("page/a: ").count(), 2, "{}", run.told());
    assert_eq!(run.stdout.matches("  tutor accept page/a\n").count(), 1, "{}", run.told());
}
