//! `tutor review` on a real terminal: every key, every end, several widths; and where there is none.

use std::process::Stdio;

use super::harness::{Room, soon};
use super::screen::Screen;

const PAGE: &str = "---\ntutor: {}\n---\n\n```sh {#one}\necho one is VALUE\n```\n\n```sh {#two}\nseq 1 80 | sed 's/^/VALUE /'\n```\n\n\
                    ```sh {#zoo}\nprintf 'x\\007red VALUE\\n'; (exit VALUE)\n```\n";

/// A page with three steps that printed something else when they were recorded.
fn room() -> Room {
    let room = Room::new();
    let page = |value: &str| room.write("page.md", &PAGE.replace("VALUE", value));
    page("0");
    let run = room.tutor(&["run", "--accept", "page.md"]);
    assert_eq!(run.code, Some(0), "{}", run.told());
    page("7");
    room.write("page.md", &room.read("page.md").replace("{#zoo}", "{#zoo exit=7}"));
    let run = room.tutor(&["run", "page.md"]);
    assert_eq!(run.code, Some(1), "{}", run.told());
    assert_eq!(waits(&room), "one two zoo");
    room
}

/// The steps of which something is pending.
fn waits(room: &Room) -> String {
    let pending = |step: &&str| room.path(&format!("snapshots/page/{step}.snap.new")).exists();
    ["one", "two", "zoo"].into_iter().filter(pending).collect::<Vec<_>>().join(" ")
}

fn recording(room: &Room, step: &str) -> String {
    room.read(&format!("snapshots/page/{step}.snap"))
}

#[test]
fn each_decision_is_carried_out_at_once() {
    let room = room();
    let old = recording(&room, "two");
    let screen = Screen::start(&room, (80, 30), "", "review");
    screen.shows("1 of 3  page › one");
    screen.shows("page.md:5  changed since it was recorded");
    assert!(
        screen.picture().contains("5 │ ```sh {#one}\n6 │ echo one is 7\n7 │ ```\n"),
        "{}",
        screen.picture()
    );
    assert!(screen.picture().contains("- one is 0\n+ one is 7\n"), "{}", screen.picture());
    screen.press("a", "2 of 3  page › two");
    assert_eq!(waits(&room), "two zoo");
    assert!(recording(&room, "one").contains("one is 7"));
    screen.press("r", "3 of 3  page › zoo");
    assert_eq!((waits(&room).as_str(), recording(&room, "two")), ("zoo", old));
    assert!(screen.picture().contains("exit status: 0 → 7"), "{}", screen.picture());
    assert!(screen.picture().contains("+ x\\x07red 7"), "{}", screen.picture());
    screen.press("s", "1 accepted, 1 rejected, 1 pending output left");
    screen.shows("accepted page/one\nrejected page/two\n");
    assert_eq!((screen.status().as_str(), waits(&room).as_str()), ("0", "zoo"));
}

#[test]
fn all_that_is_left_is_decided_by_one_key() {
    for (first, all, end, left) in [
        ("s", "A", "2 accepted, 0 rejected, 1 pending output left", "one"),
        ("a", "R", "1 accepted, 2 rejected, nothing left", ""),
        ("r", "S", "0 accepted, 1 rejected, 2 pending outputs left", "two zoo"),
    ] {
        let room = room();
        let screen = Screen::start(&room, (80, 30), "", "review");
        screen.shows("1 of 3");
        screen.press(first, "2 of 3");
        screen.press(all, end);
        assert_eq!((screen.status().as_str(), waits(&room).as_str()), ("0", left), "{first}{all}");
    }
}

#[test]
fn a_decision_can_be_taken_back() {
    let room = room();
    let files = || {
        let steps = ["one", "two", "zoo"];
        steps.map(|step| {
            let pending = std::fs::read_to_string(room.path(&format!("snapshots/page/{step}.snap.new")));
            (recording(&room, step), pending.unwrap_or_default())
        })
    };
    let before = files();
    let screen = Screen::start(&room, (80, 30), "", "review");
    screen.shows("1 of 3");
    screen.press("z", "nothing is decided yet");
    for key in ["a", "r", "s"] {
        screen.press(key, "2 of 3");
        screen.press("z", "1 of 3");
        screen.shows("taken back");
        assert_eq!(files(), before, "{key}");
    }
    screen.press("a", "2 of 3");
    screen.press("r", "3 of 3");
    screen.press("z", "2 of 3");
    screen.press("z", "1 of 3");
    screen.press("q", "0 accepted, 0 rejected, 3 pending outputs left");
    assert_eq!((screen.status().as_str(), files()), ("0", before));
}

#[test]
fn a_step_with_another_name_takes_its_recording_along_and_back() {
    let room = room();
    room.write(
        "page.md",
        &room.read("page.md").replace("echo one is 7", "echo one is 0").replace("#one", "#new"),
    );
    room.tutor(&["run", "page.md"]);
    std::fs::remove_file(room.path("snapshots/page/one.snap.new")).unwrap();
    let screen = Screen::start(&room, (80, 30), "", "review page/new two");
    screen.shows("another name: page/one printed this");
    screen.press("a", "2 of 2");
    assert!(!room.path("snapshots/page/one.snap").exists());
    screen.press("z", "1 of 2");
    assert!(room.path("snapshots/page/one.snap").exists() && !room.path("snapshots/page/new.snap").exists());
    screen.press("a", "2 of 2");
    screen.press("q", "page/one is page/new now");
    screen.shows("1 accepted, 0 rejected, 2 pending outputs left");
    assert_eq!(screen.status(), "0");
}

#[test]
fn one_goes_from_one_to_another_and_scrolls() {
    let room = room();
    let screen = Screen::start(&room, (80, 24), "", "review");
    screen.shows("1 of 3");
    screen.press("p", "this is the first one");
    screen.press("n", "2 of 3");
    screen.press("Right", "3 of 3");
    screen.press("n", "this is the last one");
    screen.press("Left", "2 of 3");
    screen.press("p", "1 of 3");
    screen.press("n", "2 of 3");
    screen.shows("space: ");
    screen.press("j", "rows 2–");
    screen.press("Down", "rows 3–");
    screen.press("k", "rows 2–");
    screen.press("Up", "space: ");
    for (down, up) in [("Space", "b"), ("PPage", "NPage")] {
        let (down, up) = if down == "PPage" { (up, down) } else { (down, up) };
        screen.press(down, "rows 1");
        screen.press(up, "space: ");
    }
    for (end, home) in [("G", "g"), ("End", "Home")] {
        screen.press(end, "the end of ");
        screen.shows("+ 7 80");
        screen.press(home, "space: ");
    }
    screen.press("q", "3 pending outputs left");
    assert_eq!(screen.status(), "0");
}

#[test]
fn texts_stand_side_by_side_where_there_is_room() {
    let room = room();
    let screen = Screen::start(&room, (160, 30), "", "review");
    let beside = |screen: &Screen<'_>| {
        screen.picture().lines().any(|line| line.contains("- one is 0") && line.contains(" │ + one is 7"))
    };
    screen.shows("1 of 3");
    assert!(beside(&screen), "{}", screen.picture());
    screen.press("u", "- one is 0\n+ one is 7");
    screen.tmux(&["send-keys", "d"]);
    assert!(soon(|| beside(&screen)), "{}", screen.picture());
    // A narrow window has them below each other, a wide one side by side again.
    screen.tmux(&["resize-window", "-x", "60", "-y", "30"]);
    screen.shows("- one is 0\n+ one is 7");
    screen.press("d", "side by side needs 100 columns, here are 60");
    assert!(screen.picture().lines().all(|line| line.chars().count() <= 60));
    screen.tmux(&["resize-window", "-x", "120", "-y", "20"]);
    assert!(soon(|| beside(&screen)), "{}", screen.picture());
    screen.press("q", "3 pending outputs left");
    assert_eq!(screen.status(), "0");
}

#[test]
fn help_comes_and_goes() {
    let room = room();
    let screen = Screen::start(&room, (60, 30), "", "review");
    screen.shows("1 of 3");
    for (open, close) in [("?", "x"), ("h", "a")] {
        screen.press(open, "runs are held against it from now on");
        screen.press(close, "echo one is 7");
        screen.hides("runs are held against it");
    }
    assert_eq!(waits(&room), "one two zoo");
    screen.press("x", "no such key");
    screen.press("?", "runs are held against it");
    screen.press("q", "3 pending outputs left");
    assert_eq!(screen.status(), "0");
}

#[test]
fn whatever_ends_it_what_was_decided_stays_and_the_terminal_is_given_back() {
    for (end, status) in [("C-c", "130"), ("TERM", "143"), ("HUP", "129"), ("INT", "130")] {
        let room = room();
        let screen = Screen::start(&room, (80, 30), "", "review");
        screen.shows("1 of 3");
        screen.press("a", "2 of 3");
        if end == "C-c" {
            screen.tmux(&["send-keys", end]);
        } else {
            let sent = std::process::Command::new("kill").args(["-s", end, &screen.pid()]).status().unwrap();
            assert!(sent.success());
        }
        assert_eq!(screen.status(), status, "{end}\n{}", screen.picture());
        assert_eq!(waits(&room), "two zoo");
        screen.shows("accepted page/one\n1 accepted, 0 rejected, 2 pending outputs left");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn it_ends_with_its_terminal() {
    let room = room();
    let screen = Screen::start(&room, (80, 30), "", "review");
    screen.shows("1 of 3");
    screen.press("a", "2 of 3");
    let process = format!("/proc/{}", screen.pid());
    assert!(std::path::Path::new(&process).exists());
    screen.tmux(&["kill-server"]);
    assert!(soon(|| !std::path::Path::new(&process).exists()), "it goes on without a terminal");
    assert_eq!(waits(&room), "two zoo");
}

#[test]
fn what_a_run_changes_meanwhile_is_not_accepted_unseen() {
    let room = room();
    let screen = Screen::start(&room, (80, 30), "", "review");
    screen.shows("1 of 3");
    room.write("page.md", &room.read("page.md").replace("echo one is 7", "echo one is 8"));
    room.tutor(&["run", "page.md"]);
    for key in ["a", "r", "A"] {
        screen.press(key, "a run has changed this since it was read");
        screen.press("?", "runs are held against it");
        screen.press("x", "1 of 3");
    }
    assert_eq!(waits(&room), "one two zoo");
    screen.press("q", "3 pending outputs left");
}

#[test]
fn colour_is_used_only_where_it_is_wanted() {
    let room = room();
    for (env, colored) in [("", true), ("NO_COLOR=1; export NO_COLOR", false)] {
        let screen = Screen::start(&room, (80, 30), env, "review");
        screen.shows("one is 7");
        let picture = screen.tmux(&["capture-pane", "-p", "-e"]);
        assert_eq!(picture.contains("\u{1b}["), colored, "{picture}");
        // Without colour, carets mark what changed.
        assert_eq!(picture.contains("\n         ^\n"), !colored, "{picture}");
        screen.press("q", "3 pending outputs left");
    }
}

#[test]
fn without_a_terminal_the_commands_are_printed() {
    let room = room();
    let expected = "page/one: page.md:5, the block itself changed, standard output changed\n  tutor accept page/one\n  tutor reject page/one\n";
    let run = room.tutor(&["review"]);
    assert_eq!(run.code, Some(0), "{}", run.told());
    assert!(run.stdout.starts_with(expected), "{}", run.told());
    assert!(
        run.stdout.ends_with("3 pending outputs; on a terminal, `tutor review` shows what differs\n"),
        "{}",
        run.told()
    );
    let run = room.tutor(&["review", "--snapshots", "snapshots", "two"]);
    assert!(run.stdout.contains("\n  tutor accept --snapshots snapshots page/two\n"), "{}", run.told());
    assert!(!run.stdout.contains("page/one"), "{}", run.told());
    // What is printed can be typed.
    let command = run.stdout.lines().nth(1).unwrap().split_whitespace().skip(1).collect::<Vec<_>>();
    assert_eq!(room.tutor(&command).stdout, "accepted page/two\n2 pending outputs left\n");
    let run = room.tutor(&["review", "on"]);
    assert_eq!(run.code, Some(2), "{}", run.told());
    assert!(run.stderr.contains("did you mean `one`?"), "{}", run.told());
    room.tutor(&["reject"]);
    let run = room.tutor(&["review"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "nothing is pending\n"));
}

#[test]
fn a_dumb_terminal_is_none() {
    let room = room();
    for env in ["TERM=dumb", "unset TERM"] {
        let screen = Screen::start(&room, (80, 30), env, "review");
        screen.shows("on a terminal, `tutor review` shows what differs");
        assert_eq!(screen.status(), "0");
        std::fs::remove_file(room.path("status")).unwrap();
    }
    // Nor is one that only takes what is printed.
    let output = room.command(&["review"]).stdin(Stdio::piped()).output().unwrap();
    assert!(output.status.success() && !output.stdout.contains(&0x1b));
}

#[test]
fn a_block_that_cannot_be_shown_says_why() {
    let room = room();
    room.write("page.md", &room.read("page.md").replace("#one", "#uno"));
    let screen = Screen::start(&room, (80, 30), "", "review page/one");
    screen.shows("page.md has no such step any more, or none that records");
    drop(screen);
    room.write("page.md", &room.read("page.md").replace("exit=7", "exit=many"));
    let screen = Screen::start(&room, (80, 30), "", "review page/one");
    screen.shows("page.md has mistakes, so the block can't be shown: `tutor check` tells");
    drop(screen);
    std::fs::remove_file(room.path("page.md")).unwrap();
    room.write("snapshots/page/two.snap.new", "no recording");
    let screen = Screen::start(&room, (80, 30), "", "review");
    screen.shows("page.md can't be read");
    screen.press("n", "it does not begin with a line `---`");
    screen.press("a", "it does not begin with a line `---`");
    screen.press("r", "3 of 3");
    assert_eq!(waits(&room), "one zoo");
}
