//! The three rules of the language: what is read runs, nothing else does, and mistakes are shown as a compiler shows them.

use std::fs;

use super::harness::{Room, case, check, page};

/// "The block that is read is the block that runs": each byte of it, no second copy, no prompt taken off.
#[test]
fn the_block_that_is_read_is_the_block_that_runs() {
    // Bytes that a shell, YAML, Markdown or a template could want to change. A here-document shows them untouched.
    let odd = "cat >seen <<'END'\na  b\ttab \\ back\\\\slash $HOME ${x} `date` \"quotes' {#b} {{ x }} <!-- c --> &amp; %s\n  \n~~~\nü 漢 😀 trailing  \nEND\n";
    let room = Room::new();
    let text = format!("{odd}cp seen @HERE@/seen\n");
    room.write("page.md", &page("{}", &[("sh #a", text.leak(), ""), ("sh #b", "cat seen", "a b")]));
    let run = room.run(&[]);
    assert_eq!(run.states(), "a=passed b=drifted", "{}", run.told());
    let shown = room.read("page.md");
    let block = shown.split("```sh {#a}\n").nth(1).unwrap().split("\n```\n").next().unwrap();
    let begun = run.events.iter().find(|event| event["event"] == "step-started").unwrap();
    assert_eq!(begun["command"].as_str().unwrap().trim_end_matches('\n'), block);
    let written = block.split("<<'END'\n").nth(1).unwrap().split("END\n").next().unwrap();
    assert_eq!(room.read("seen"), written, "what ran wrote what is read");
    check(
        "sh",
        &[
            case("what stands there runs", &[("sh #a", "echo one", "one")], "a=passed"),
            case("and nothing else", &[("sh #a", "echo one ", "one two")], "a=drifted"),
            case("a prompt is no part of a command", &[("sh #a", "$ echo one", "one")], "a=failed")
                .says(&["exit status 127", "$ echo one"]),
        ],
    );
    // A command in a comment is no copy of the block below it: it is a text like any other.
    room.write(
        "page.md",
        "---\ntutor: {}\n---\n<!-- run: touch @HERE@/copy -->\n```sh {#a}\necho shown\n```\n```text {.output}\nshown\n```\n",
    );
    assert_eq!(room.run(&[]).states(), "a=passed");
    assert!(!fs::exists(room.path("copy")).unwrap());
}

/// "A mistake in a tutorial is shown like a compiler shows it: file, line, column, the text underlined, what is wrong, what
/// to type instead. All mistakes at once."
#[test]
fn mistakes_are_shown_as_a_compiler_shows_them_and_all_at_once() {
    let room = Room::new();
    let wrong = "---\ntutor:\n  timout: 3s\n---\n\n```sh {#a exit=0}\ntouch @HERE@/ran\n```\n\n1. Then:\n\n   ```sh {#b needs=aa snapshot=none}\n   :\n   ```\n";
    room.write("page.md", wrong);
    let run = room.run(&[]);
    let shown = "\
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

error[unknown-step]: there is no step `aa`
  --> page.md:12:20
   |
12 |    ```sh {#b needs=aa snapshot=none}
   |                    ^^ unknown id
   |
help: did you mean `a`?
   |
12 -    ```sh {#b needs=aa snapshot=none}
12 +    ```sh {#b needs=a snapshot=none}
   |
";
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.told());
    assert!(run.stderr.starts_with(shown), "{}", run.told());
    assert!(run.stderr.contains("1 tutorial: 2 errors in 1 file; nothing ran"), "{}", run.told());
    assert!(!room.path("ran").exists());
    // With what it says to type instead, it runs.
    room.write(
        "page.md",
        &wrong.replace("timout", "timeout").replace("=aa", "=a").replace("exit=0", "snapshot=none"),
    );
    assert_eq!(room.run(&[]).states(), "a=passed b=passed");
    assert!(room.path("ran").exists());
}
