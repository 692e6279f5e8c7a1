//! Attempts to take all of the machine, or for ever. They are bounded with a sandbox and without.

use super::host::{Host, page};

/// The page must fail with these words, in both ways, and then clean up; without the limit it would pass.
fn bounded(limits: &[&str], body: &str, words: &str) {
    let text = format!(
        "```bash {{#eat timeout=60s snapshot=none}}\n{body}\n```\n\n```bash {{#clean .cleanup}}\necho cleaned-up\n```\n"
    );
    for sandbox in [&["--sandbox"][..], &[]] {
        let host = Host::new();
        host.write("project/page.md", &page("{}", &text));
        let flags: Vec<&str> = limits.iter().chain(sandbox).copied().collect();
        let told = host.run(&flags);
        assert!(!told.says("the session could not start"), "no sandbox can be had here: {}", told.text);
        assert!(
            told.code == Some(1) && told.says(words) && told.says("cleaned-up"),
            "{flags:?}: {}",
            told.text
        );
    }
}

/// The same page passes where it may take more.
fn free(body: &str) {
    let host = Host::new();
    host.write(
        "project/page.md",
        &page("{}", &format!("```bash {{#eat timeout=60s snapshot=none}}\n{body}\n```\n")),
    );
    let told = host.run(&[]);
    assert_eq!(told.code, Some(0), "without that limit: {}", told.text);
}

#[test]
fn a_file_that_grows() {
    let body = "head -c 60M /dev/zero > big; sleep 3";
    bounded(&["--limit", "disk=20M"], body, "`--limit disk=`");
    free("head -c 60M /dev/zero > big");
}

#[test]
fn many_files_that_grow() {
    let body = "for i in $(seq 40); do head -c 2M /dev/zero > f$i; done; sleep 5";
    bounded(&["--limit", "disk=20M"], body, "`--limit disk=`");
}

#[test]
fn output_without_an_end() {
    bounded(&["--limit", "output=2M"], "yes", "`--limit output=`");
    free("yes | head -c 4M");
}

#[test]
fn output_without_an_end_on_both_streams() {
    bounded(&["--limit", "output=2M"], "yes & yes >&2", "`--limit output=`");
}

#[test]
fn memory() {
    let body = "perl -e '$x = \"a\" x 300_000_000; sleep 4'";
    bounded(&["--limit", "memory=100M"], body, "`--limit memory=`");
    free("perl -e '$x = \"a\" x 300_000_000'");
}

#[test]
fn memory_of_many_processes() {
    let body = "for i in 1 2 3 4 5 6; do perl -e '$x = \"a\" x 30_000_000; sleep 4' & done; wait";
    bounded(&["--limit", "memory=100M"], body, "`--limit memory=`");
}

#[test]
fn memory_of_the_shell_itself() {
    let body = "x=aaaaaaaaaaaaaaaa; for i in $(seq 23); do x=$x$x; done; read -t 3 y </dev/zero; sleep 3";
    bounded(&["--limit", "memory=100M"], body, "`--limit memory=`");
}

#[test]
fn processes() {
    let body = "for i in $(seq 60); do sleep 4 & done; wait";
    bounded(&["--limit", "processes=30"], body, "`--limit processes=`");
    free("for i in $(seq 60); do sleep 0.1 & done; wait");
}

#[test]
fn processes_that_make_more_of_themselves() {
    // It ends by itself at some 500: were nothing bounded, this machine would stay usable.
    let bomb = "bomb() { if [ $1 -gt 0 ]; then bomb $(($1 - 1)) & bomb $(($1 - 1)) & sleep 5; fi; }";
    bounded(&["--limit", "processes=60"], &format!("{bomb}; bomb 8; wait; sleep 5"), "`--limit processes=`");
}

#[test]
fn processes_without_an_end() {
    // Only where the kernel holds a bound: in the sandbox.
    let text = "```bash {#eat timeout=60s snapshot=none}\nbomb() { bomb | bomb & }; bomb; sleep 20\n```\n\n\
                ```bash {#clean .cleanup}\necho cleaned-up\n```\n";
    let host = Host::new();
    host.write("project/page.md", &page("{}", text));
    let told = host.run(&["--sandbox", "--limit", "processes=60"]);
    assert!(
        told.code == Some(1) && told.says("`--limit processes=`") && told.says("cleaned-up"),
        "{}",
        told.text
    );
}

#[test]
fn time() {
    bounded(&["--limit", "time=1s"], "sleep 30", "`--limit time=`");
}

#[test]
fn a_step_that_hears_no_signal() {
    let text =
        "```bash {#hang timeout=1s snapshot=none}\ntrap '' TERM INT HUP\nwhile :; do sleep 1; done\n```\n";
    ends(text, "timed out after 1s");
}

#[test]
fn a_step_that_has_stopped_itself() {
    ends("```bash {#hang timeout=1s snapshot=none}\nkill -STOP $$\n```\n", "timed out after 1s");
}

#[test]
fn a_step_that_reads_the_terminal() {
    ends("```bash {#hang timeout=20s snapshot=none}\nread x </dev/tty\n```\n", "has no `.answers` block");
}

#[test]
fn a_file_block_to_a_pipe() {
    let text = "```bash {#plant snapshot=none}\nmkfifo out\n```\n\n```text {#write .file path=out}\nx\n```\n";
    ends(text, "could not be written");
}

#[test]
fn the_shells_own_notes_in_a_pipe() {
    // The next shell is given what this one has noted; a pipe keeps who reads it for ever.
    let text = "```bash {#plant snapshot=none}\nd=$(tr '\\0' '\\n' </proc/$$/cmdline | sed -n 's,.*\"\\(.*\\)/bash/loop\".*,\\1,p')\nmkfifo $d/out/bash-env $d/out/bash-pwd\n```\n\n\
                ```sh {#other snapshot=none timeout=3s}\nexit 3\n```\n";
    ends(text, "");
}

/// It fails, says these words, and comes to its end.
fn ends(text: &str, words: &str) {
    for sandbox in [&["--sandbox"][..], &[]] {
        let host = Host::new();
        host.write("project/page.md", &page("{}", text));
        let told = host.run(sandbox);
        assert!(!told.says("the session could not start"), "no sandbox can be had here: {}", told.text);
        assert!(told.code == Some(1) && told.says(words), "{sandbox:?}: {}", told.text);
    }
}

#[test]
fn memory_that_belongs_to_no_process() {
    let host = Host::new();
    let text = "```bash {#fill snapshot=none exit=any}\nhead -c 100M /dev/zero > /dev/shm/x; stat -c size-%s /dev/shm/x\n```\n";
    host.write("project/page.md", &page("{}", text));
    let told = host.run(&["--sandbox"]);
    assert!(!told.says("size-104857600") && told.says("No space left"), "{}", told.text);
}

#[test]
fn the_log_of_a_service() {
    let text = "```bash {#s .service ready=log:y timeout=20s}\nyes\n```\n\n```bash {#w snapshot=none timeout=30s}\nsleep 20\n```\n";
    for sandbox in [&["--sandbox"][..], &[]] {
        let host = Host::new();
        host.write("project/page.md", &page("{}", text));
        let flags: Vec<&str> = ["--limit", "disk=20M"].iter().chain(sandbox).copied().collect();
        let told = host.run(&flags);
        assert_eq!(told.code, Some(1), "{flags:?}: {}", told.text);
    }
}

#[test]
fn what_the_machine_has_is_not_counted() {
    // The parent of what is relocated is `/usr`: all that is there appears below the run's own directory.
    let text = "```bash {#a snapshot=none}\nmkdir -p /usr/tutor-attack; sleep 3\n```\n";
    for sandbox in [&["--sandbox"][..], &[]] {
        let host = Host::new();
        host.write("project/page.md", &page("{relocate: [/usr/tutor-attack]}", text));
        let flags: Vec<&str> = ["--limit", "disk=20M"].iter().chain(sandbox).copied().collect();
        let told = host.run(&flags);
        assert_eq!(told.code, Some(0), "{flags:?}: {}", told.text);
    }
}
