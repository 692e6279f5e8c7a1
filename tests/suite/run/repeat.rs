//! `--repeat N`: which steps are not stable, and what would make them so.

use super::harness::Room;

/// Each run counts up in `count`, beside the page.
const PAGE: &str = "---\ntutor: {}\n---\n\n\
    ```sh {#same}\necho same\n```\n\n\
    ```sh {#varies}\nn=$(cat @HERE@/count 2>/dev/null || echo 7); n=$((n * 3)); echo $n >@HERE@/count\necho \"round $n of x${n}y\"; echo \"it's $n\" >&2\n```\n\n\
    ```sh {#lines}\nseq $(($(cat @HERE@/count) % 7 % 3))\nseq $(wc -c <@HERE@/count)\n```\n\n\
    ```sh {#free snapshot=none}\ncat @HERE@/count\n```\n\n\
    ```sh {#wild}\ncat @HERE@/count\n```\n\n```text {.output}\n[..]\n```\n\n\
    ```sh {#flaky}\ntest $(cat @HERE@/count) -lt 60\n```\n";

#[test]
fn steps_that_do_otherwise_are_named_with_what_would_help() {
    let room = Room::new();
    room.write("page.md", PAGE);
    let run = room.tutor(&["run", "--repeat", "3", "-j", "1", "page.md"]);
    assert_eq!(run.code, Some(1), "{}", run.told());
    let told = run.stdout.split_once("not stable: ").unwrap_or_else(|| panic!("{}", run.told())).1;
    assert!(told.starts_with("3 of 6 steps in 3 runs\n"), "{told}");
    for words in [
        "page.md › varies: 3 new",
        "    - {pattern: '^(round )[0-9]+', with: '${1}[N]'}",
        "    - {pattern: '^(it''s )[0-9]+\\s*$', with: '${1}[N]'}",
        "page.md › lines: 3 new\n  whole lines of its output come, go or change",
        "page.md › flaky: 2 failed, 1 new\n  exit status 1, expected 0",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    assert!(!room.path("snapshots").exists());
    // What it advises does it.
    let rules: Vec<&str> = told.lines().filter(|line| line.contains("{pattern: ")).collect();
    room.write("page.md", &PAGE.replace("tutor: {}", &format!("tutor:\n  redact:\n{}", rules.join("\n"))));
    std::fs::remove_file(room.path("count")).unwrap();
    let run = room.tutor(&["run", "--repeat", "3", "-j", "1", "page.md"]);
    assert!(run.stdout.contains("not stable: 2 of 6 steps"), "{}", run.told());
    assert!(!run.stdout.split_once("not stable: ").unwrap().1.contains("› varies"), "{}", run.told());
}

#[test]
fn an_exit_status_that_may_be_any_is_stable() {
    let room = Room::new();
    room.write(
        "page.md",
        "---\ntutor: {}\n---\n\n```sh {#any exit=nonzero snapshot=none}\n\
        n=$(cat @HERE@/count 2>/dev/null || echo 0); n=$((n + 1)); echo $n >@HERE@/count\n(exit $n)\n```\n",
    );
    let run = room.tutor(&["run", "--repeat", "3", "-j", "1", "page.md"]);
    assert_eq!(run.code, Some(0), "{}", run.told());
    assert!(run.stdout.ends_with("\nstable: 1 step did the same in 3 runs\n"), "{}", run.told());
}

#[test]
fn a_stable_page_says_so() {
    let room = Room::new();
    room.write("page.md", &super::harness::with_head("{}"));
    let run = room.tutor(&["run", "--repeat", "5", "page.md"]);
    assert_eq!(run.code, Some(0), "{}", run.told());
    assert!(run.stdout.ends_with("\nstable: 1 step did the same in 5 runs\n"), "{}", run.told());
}

/// What each run prints otherwise, beside what has a name by itself.
const UNSTABLE: &str = "---\ntutor: {}\n---\n\n\
    ```sh {#time}\ndate\ndate +%s%N\ndate +%H:%M:%S:%N\ndate -u +%Y-%m-%dT%H:%M:%SZ\n```\n\n\
    ```sh {#pid}\necho \"pid $$ came, [$$]\"\necho \"$$ is ready\"\n```\n\n\
    ```sh {#port}\npython3 -c 'import socket; s = socket.socket(); s.bind((\"127.0.0.1\", 0)); print(\"listening on http://127.0.0.1:%d/x\" % s.getsockname()[1])'\n```\n\n\
    ```sh {#random}\necho \"token=$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')-x\"\nmktemp -d\n```\n\n\
    ```sh {#both}\nn=$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')\necho \"took 0.2 s, $n items\"\necho \"2026-01-02 03:04:05 worker-$n: done\"\n```\n";

#[test]
fn what_is_advised_for_unstable_steps_makes_them_stable() {
    let room = Room::new();
    room.write("page.md", UNSTABLE);
    let run = room.tutor(&["run", "--repeat", "4", "page.md"]);
    assert_eq!(run.code, Some(1), "{}", run.told());
    assert!(run.stdout.contains("not stable: 5 of 5 steps"), "{}", run.told());
    let rules: Vec<&str> = run.stdout.lines().filter(|line| line.contains("{pattern: ")).collect();
    let page = UNSTABLE.replace("tutor: {}", &format!("tutor:\n  redact:\n{}", rules.join("\n")));
    room.write("page.md", &page);
    let run = room.tutor(&["run", "--repeat", "4", "page.md"]);
    assert!(run.stdout.ends_with("stable: 5 steps did the same in 4 runs\n"), "{page}\n{}", run.told());
    assert_eq!(room.run(&["--accept"]).code, Some(0));
    let run = room.tutor(&["run", "--repeat", "2", "page.md"]);
    assert_eq!(run.code, Some(0), "{}", run.told());
}
